"""A primary that denied everything: what is open goes to the next payer in one call, and the patient waits."""

from typing import Any
from uuid import UUID

import pytest

# Relative, because the tests are not on the import path.
from ..remittances.era import BLUFF, Clp, Svc  # noqa: TID252
from ..versions.world import Office, denied, reversed_  # noqa: TID252
from .test_bill_next import bill, coordination, events, follow, primary


async def denied_by_the_first(office: Office, **changes: Any) -> dict[str, Any]:
    claim = await office.claim()
    await office.send()
    made = await office.pay(denied(claim, **changes))
    assert made["state"] == "posted", made
    return claim


async def owed_by(office: Office, claim: dict[str, Any]) -> dict[int, int]:
    """Cents open with each payer, by its place in the order."""
    rows = await office.rows(
        "SELECT b.sequence, sum(b.balance_cents)::bigint AS cents FROM claims.ar_balance b WHERE b.practice_id = $1 "
        "AND b.account = 1100 AND b.balance_cents > 0 AND b.charge_id IN (SELECT l.charge_id FROM claims.claim_line l "
        "WHERE l.practice_id = $1 AND l.claim_id = $2) GROUP BY 1",
        UUID(claim["id"]),
    )
    return {row["sequence"]: row["cents"] for row in rows}


async def cases(office: Office) -> list[str]:
    rows = await office.rows("SELECT DISTINCT state FROM claims.denial_case WHERE practice_id = $1 ORDER BY state")
    return [row["state"] for row in rows]


async def test_what_a_primary_denied_is_billed_to_the_secondary_in_one_call_and_the_patient_owes_nothing_yet(
    office: Office,
) -> None:
    claim = await denied_by_the_first(office)
    await follow(office)
    assert await owed_by(office, claim) == {1: 30000}, "nobody has decided that the secondary is billed"

    second, again = await bill(office, claim), await bill(office, claim)
    text = (await office.send()).replace("\n", "")

    assert (second["sequence"], second["insurance_cents"], again["id"]) == (2, 30000, second["id"])
    assert await owed_by(office, claim) == {2: 30000}
    assert await cases(office) == ["payer_billed"]
    assert "SVD*TPM01*0*HC:G0463**1~CAS*CO*16*120~" in text
    assert (await coordination(office, claim))["patient"]["billable_cents"] == 0
    assert "claim.responsibility_changed" in await events(office)
    moved = await office.rows(
        "SELECT debit_account, credit_account, debit_sequence, credit_sequence, sum(amount_cents)::bigint AS cents "
        "FROM claims.posting WHERE practice_id = $1 AND entry = 'E40' GROUP BY 1, 2, 3, 4"
    )
    assert [tuple(row) for row in moved] == [(1100, 1100, 2, 1, 30000)]
    await office.proofs_hold(second)


async def test_the_patient_owes_only_what_the_last_payer_left(office: Office) -> None:
    claim = await denied_by_the_first(office)
    second = await bill(office, claim)
    await office.send()
    lines = tuple(
        Svc(
            line["procedure_code"],
            dollars,
            paid,
            f"CO-45 {write_off}, PR-1 {share}",
            number=line["line_control_number"],
        )
        for line, dollars, paid, write_off, share in zip(
            second["lines"],
            ("120", "30", "150"),
            ("50", "10", "70"),
            ("50", "15", "60"),
            ("20", "5", "20"),
            strict=True,
        )
    )

    await office.pay(Clp(second["patient_control_number"], "300", "130", lines, status="2", icn="B1"), payer=BLUFF)

    share = (await coordination(office, claim))["patient"]
    assert (share["patient_cents"], share["insurance_cents"], share["billable_cents"]) == (4500, 0, 4500)
    await office.proofs_hold(second)


async def test_while_the_denied_claim_crosses_over_there_is_no_claim_of_ours_and_afterwards_there_may_be(
    office: Office,
) -> None:
    claim = await denied_by_the_first(office, extra=("MOA***MA18",))
    refused = await bill(office, claim, 409)
    assert (refused["code"], await owed_by(office, claim)) == ("crossover_awaited", {1: 30000})

    async with office.sandbox.database.control_tx() as connection:
        await connection.execute(
            'UPDATE claims.practice SET settings = settings || \'{"coordination": {"crossover_days": 3}}\''
        )
    await follow(office)
    assert (await coordination(office, claim))["payers"][0]["next_step"] == "crossover_overdue"

    assert (await bill(office, claim))["sequence"] == 2
    assert await owed_by(office, claim) == {2: 30000}


async def test_a_claim_that_was_called_unprocessable_is_not_passed_on_but_sent_again(office: Office) -> None:
    claim = await denied_by_the_first(office, extra=("MOA***MA130",))

    assert (await bill(office, claim, 409))["code"] == "nothing_for_next_payer"
    assert await owed_by(office, claim) == {1: 30000}


@pytest.mark.parametrize("reversed_first", [True, False])
async def test_a_primary_that_overturns_its_denial_owes_again_by_a_linked_journal(
    office: Office, reversed_first: bool
) -> None:
    claim = await denied_by_the_first(office)
    second = await bill(office, claim)
    await office.send()

    if reversed_first:
        await office.pay(reversed_(denied(claim)))
        assert await owed_by(office, claim) == {1: 30000}
    await office.pay(primary(claim, icn="ICN0002"))

    assert await owed_by(office, claim) == {2: 3600}, "144 paid, 120 by contract, a fifth of 180 for the next payer"
    assert await cases(office) == ["overturned"]
    linked = await office.rows(
        "SELECT u.kind FROM claims.journal j JOIN claims.journal u ON u.practice_id = $1 "
        "AND u.reverses_journal_id = j.id WHERE j.practice_id = $1 AND j.kind = 'denied_passed_on'"
    )
    assert [row["kind"] for row in linked] == ["denied_taken_back"]
    for one in (claim, second):
        await office.proofs_hold(one)
