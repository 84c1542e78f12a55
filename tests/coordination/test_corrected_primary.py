"""The primary decides again after the secondary was billed: the secondary is told, or a person is."""

from typing import Any
from uuid import UUID

# Relative, because the tests are not on the import path.
from ..remittances.era import BLUFF, Clp, Svc  # noqa: TID252
from ..versions.world import Office, reversed_  # noqa: TID252
from ..x12.claims_837 import passes_pyx12  # noqa: TID252
from .test_bill_next import bill, coordination, decided, events, follow, primary


def corrected(claim: dict[str, Any], **changes: Any) -> Clp:
    """As before, but the first service is paid 40 of 50 allowed."""
    numbers = [line["line_control_number"] for line in claim["lines"]]
    lines = (
        Svc("G0463", "120", "40", "CO-45 70, PR-2 10", number=numbers[0]),
        Svc("G0008", "30", "16", "CO-45 10, PR-2 4", number=numbers[1]),
        Svc("J3420", "150", "80", "CO-45 50, PR-1 15, PR-2 5", number=numbers[2]),
    )
    return Clp(claim["patient_control_number"], "300", "136", lines, icn="ICN0002", **changes)


def by_the_second(second: dict[str, Any]) -> Clp:
    """All of the 36 that the first payer left."""
    numbers = [line["line_control_number"] for line in second["lines"]]
    lines = (
        Svc("G0463", "120", "12", "OA-23 108", number=numbers[0]),
        Svc("G0008", "30", "4", "OA-23 26", number=numbers[1]),
        Svc("J3420", "150", "20", "OA-23 130", number=numbers[2]),
    )
    return Clp(second["patient_control_number"], "300", "36", lines, status="2", icn="B1")


async def both_sent(office: Office) -> tuple[dict[str, Any], dict[str, Any]]:
    claim = await decided(office)
    second = await bill(office, claim)
    await office.send()
    return claim, second


async def decide_again(office: Office, claim: dict[str, Any]) -> None:
    await office.pay(reversed_(primary(claim)), plb=(("FB", "-144"),))
    await office.pay(corrected(claim))


async def reviews(office: Office) -> list[tuple[str, str]]:
    rows = await office.rows(
        "SELECT state, reason FROM claims.review_item WHERE practice_id = $1 AND reason LIKE 'the payer before%'"
    )
    return [(row["state"], row["reason"]) for row in rows]


async def test_a_decided_secondary_is_replaced_with_the_primarys_newest_amounts_and_once(office: Office) -> None:
    claim, second = await both_sent(office)
    await office.pay(by_the_second(second), payer=BLUFF)
    await decide_again(office, claim)

    await follow(office)
    await follow(office)
    versions = await office.versions(second)
    text = (await office.send()).replace("\n", "")

    assert [(one["frequency"], one["state"]) for one in versions][1:] == [("7", "ready")]
    assert ":B:7*" in text
    assert "REF*F8*B1~" in text
    assert "AMT*D*136~AMT*EAF*34~" in text
    assert "SVD*TPM01*40*HC:G0463**1~CAS*CO*45*70~CAS*PR*2*10~DTP*573*D8*20261120~AMT*EAF*10~" in text
    assert passes_pyx12(text)
    assert (await coordination(office, claim))["payers"][0]["next_step"] == "corrected"
    assert (await events(office)).count("claim.next_claim_corrected") == 1
    assert await reviews(office) == []
    for one in (claim, second):
        await office.proofs_hold(one)


async def test_an_undecided_secondary_is_a_persons_work_until_it_is_decided_and_then_replaced(office: Office) -> None:
    claim, second = await both_sent(office)
    await decide_again(office, claim)

    await follow(office)
    await bill(office, claim)
    [(state, reason)] = await reviews(office)
    assert (state, "has not finalized the original" in reason) == ("open", True)
    [first, _] = (await coordination(office, claim))["payers"]
    assert (first["next_step"], {one["code"] for one in first["blockers"]}) == ("outdated", {"next_claim_outdated"})

    await office.pay(by_the_second(second), payer=BLUFF)
    await follow(office)

    assert (await coordination(office, claim))["payers"][0]["next_step"] == "corrected"
    assert [state for state, _ in await reviews(office)] == ["closed"]
    assert [one["frequency"] for one in await office.versions(second)] == ["1", "7"]


async def test_a_payer_that_takes_no_replacement_is_a_persons_work_with_the_reason(office: Office) -> None:
    claim, second = await both_sent(office)
    await office.pay(by_the_second(second), payer=BLUFF)
    await office.rows("UPDATE claims.payer SET supports_replacement = false WHERE practice_id = $1 RETURNING 1")
    await decide_again(office, claim)

    await follow(office)
    await follow(office)

    assert [(state, "takes no replacement" in reason) for state, reason in await reviews(office)] == [("open", True)]
    assert len(await office.versions(second)) == 1


async def test_a_primary_that_now_pays_all_leaves_the_secondary_to_be_voided(office: Office) -> None:
    claim, second = await both_sent(office)
    await office.pay(by_the_second(second), payer=BLUFF)
    await office.pay(reversed_(primary(claim)), plb=(("FB", "-144"),))
    numbers = [line["line_control_number"] for line in claim["lines"]]
    lines = tuple(
        Svc(line["procedure_code"], str(line["charge_cents"] // 100), str(line["charge_cents"] // 100), number=number)
        for line, number in zip(claim["lines"], numbers, strict=True)
    )
    await office.pay(Clp(claim["patient_control_number"], "300", "300", lines, icn="ICN0002"))

    await follow(office)

    assert [(state, "void its claim" in reason) for state, reason in await reviews(office)] == [("open", True)]
    [credit] = await office.rows(
        "SELECT sum(balance_cents)::bigint AS cents FROM claims.credit_balance "
        "WHERE practice_id = $1 AND account = 2020"
    )
    assert credit["cents"] == 3600, "what the second payer paid is its own again"
    assert UUID(second["id"])


async def test_a_correction_that_waits_already_tells_the_newest_decision(office: Office) -> None:
    claim, second = await both_sent(office)
    await office.pay(by_the_second(second), payer=BLUFF)
    await office.write(second, "correct", diagnoses=["I10"])
    await decide_again(office, claim)

    await follow(office)
    text = (await office.send()).replace("\n", "")

    assert "AMT*D*136~AMT*EAF*34~" in text
    assert "HI*ABK:I10~" in text
    assert [one["frequency"] for one in await office.versions(second)] == ["1", "7"]
