"""Which claim a payer answers, which charge a line lands on, and when we would rather ask a person."""

import pytest

from .conftest import Billing
from .era import BLUFF, Clp, Era, Svc
from .world import Bill, World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


def answer(pcn: str, **changes: object) -> Era:
    return Era((Clp(pcn, "200", "96", (LINE,), **changes),))  # type: ignore[arg-type]


async def matched_by(world: World) -> str:
    found: str = await world.one("SELECT matched_by FROM claims.remittance_claim WHERE practice_id = $1")
    return found


async def renumber(world: World, visit: Bill, **columns: object) -> None:
    """Change columns of the claim row."""
    for name, value in columns.items():
        await world.rows(
            f"UPDATE claims.claim SET {name} = $3 WHERE practice_id = $1 AND id = $2 RETURNING 1", visit.id, value
        )


async def test_our_own_number_is_asked_first(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    await world.post(answer(visit.pcn))

    assert await matched_by(world) == "patient_control_number"


async def test_a_number_the_claim_came_with_counts_as_ours(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await renumber(world, visit, submitted_pcn="ACCT-77")

    await world.post(answer("ACCT-77"))

    assert await matched_by(world) == "patient_control_number"


async def test_the_payers_own_number_comes_second(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await renumber(world, visit, payer_control_number="ICN5")

    await world.post(answer("FOREIGN", icn="ICN5"))

    assert await matched_by(world) == "payer_control_number"


async def test_the_original_reference_comes_third(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await renumber(world, visit, payer_control_number="ICN5")

    await world.post(answer("FOREIGN", icn="ICN6", extra=("REF*F8*ICN5",)))

    assert await matched_by(world) == "original_reference"


async def test_a_number_changed_on_the_way_comes_fourth(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    await world.post(answer(f"{visit.pcn[:4]}-{visit.pcn[4:]}".lower()))

    assert await matched_by(world) == "normalised_number"


FIVE = {"member": "M0001", "rendering": "1549012304"}


async def test_a_foreign_number_with_five_equal_keys_and_a_fitting_line_is_taken(world: World, bill: Billing) -> None:
    await bill(("G0463", 20000))

    outcome = await world.post(answer("FOREIGN", **FIVE))

    assert outcome.state == "posted"
    assert await matched_by(world) == "five_keys"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"member": "M0009"}, "no_match"), ({"rendering": "1883000444"}, "no_match")],
    ids=["another member", "another rendering provider"],
)
async def test_four_equal_keys_are_not_enough(
    world: World, bill: Billing, changes: dict[str, str], reason: str
) -> None:
    await bill(("G0463", 20000))

    outcome = await world.post(answer("FOREIGN", **(FIVE | changes)))

    assert await world.held(outcome.remittance_id) == {1: reason}


async def test_five_keys_fitting_two_claims_are_left_to_a_person_whatever_state_the_other_is_in(
    world: World, bill: Billing
) -> None:
    await bill(("G0463", 20000))
    await bill(("G0463", 20000), state="voided")

    outcome = await world.post(answer("FOREIGN", **FIVE))

    assert await world.held(outcome.remittance_id) == {1: "ambiguous"}


async def test_five_keys_without_a_fitting_line_are_left_to_a_person(world: World, bill: Billing) -> None:
    await bill(("G0463", 20000))
    other = Svc("G0008", "200", "96", "CO-45 104")

    outcome = await world.post(Era((Clp("FOREIGN", "200", "96", (other,), member="M0001", rendering="1549012304"),)))

    assert await world.held(outcome.remittance_id) == {1: "line_unmatched"}


async def test_our_number_from_another_payer_is_not_believed(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    outcome = await world.post(answer(visit.pcn).but(payer=BLUFF, payer_tax="1420000088"))

    assert await world.held(outcome.remittance_id) == {1: "facts_differ"}


async def test_our_number_with_another_total_counts_only_with_member_and_dates(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000), ("G0008", 5000))
    part = Clp(visit.pcn, "200", "96", (LINE,), member="M0001")

    alone = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))
    with_member = await world.post(Era((part,), trace="T2"))

    assert await world.held(alone.remittance_id) == {1: "facts_differ"}
    assert with_member.state == "posted"


async def test_the_same_number_with_other_service_dates_is_another_claim(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    later = Svc("G0463", "200", "96", "CO-45 80, PR-2 24", day="20261109")

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (later,)),)))

    assert await world.held(outcome.remittance_id) == {1: "facts_differ"}


async def test_an_account_number_of_several_visits_is_told_apart_by_the_dates(world: World, bill: Billing) -> None:
    first = await bill(("G0463", 20000))
    second = await bill(("G0463", 20000), day="2026-11-09")
    for visit in (first, second):
        await renumber(world, visit, submitted_pcn="ACCT-77")
    later = Svc("G0463", "200", "96", "CO-45 80, PR-2 24", day="20261109")

    await world.post(Era((Clp("ACCT-77", "200", "96", (later,)),)))

    assert await world.open_of(first) == {(1100, "payer"): 20000}
    assert await world.open_of(second) == {(1110, "patient"): 2400}


async def test_one_account_number_for_two_equal_visits_on_a_day_is_left_to_a_person(
    world: World, bill: Billing
) -> None:
    for _ in range(2):
        await renumber(world, await bill(("G0463", 20000)), submitted_pcn="ACCT-77")

    outcome = await world.post(answer("ACCT-77"))

    assert await world.held(outcome.remittance_id) == {1: "ambiguous"}


async def test_a_payer_we_do_not_know_is_never_guessed(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    outcome = await world.post(answer(visit.pcn).but(payer=("Somebody Else", "ZZZ99"), payer_tax="1999999999"))

    assert await world.held(outcome.remittance_id) == {1: "payer_unknown"}


@pytest.mark.parametrize(
    ("payer", "tax"),
    [(("PRAIRIE MUTUAL HEALTH", ""), "1999999999"), (("Nameless", "TPM01"), "1999999999")],
    ids=["by name", "by number"],
)
async def test_a_payer_is_known_by_number_or_name(
    world: World, bill: Billing, payer: tuple[str, str], tax: str
) -> None:
    visit = await bill(("G0463", 20000))

    outcome = await world.post(answer(visit.pcn).but(payer=payer, payer_tax=tax))

    assert outcome.state == "posted"


# Lines


async def charges_hit(world: World, visit: Bill) -> list[int | None]:
    """For each line of the answer: which charge of the claim it landed on, from 1."""
    rows = await world.rows("SELECT charge_id FROM claims.remittance_line WHERE practice_id = $1 ORDER BY claim_n, n")
    return [visit.charges.index(row["charge_id"]) + 1 if row["charge_id"] else None for row in rows]


async def test_a_line_is_found_by_our_line_number_whatever_the_payer_made_of_its_code(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 10000))
    lines = (
        Svc("G9999", "100", "80", "CO-45 20", number=visit.numbers[1]),
        Svc("G0463", "100", "60", "CO-45 40", number=visit.numbers[0]),
    )

    await world.post(Era((Clp(visit.pcn, "200", "140", lines),)))

    assert await charges_hit(world, visit) == [2, 1]


async def test_the_same_line_number_twice_is_one_charge_the_payer_split(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    lines = tuple(Svc("G0463", "100", "80", "CO-45 20", number=visit.numbers[0]) for _ in range(2))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "160", lines),)))

    assert outcome.state == "posted"
    assert await world.open_of(visit) == {}


async def test_a_recoded_line_is_found_by_the_code_we_sent(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 10000))
    lines = (Svc("G9999", "100", "80", "CO-45 20", submitted="G0008"), Svc("G0463", "100", "60", "CO-45 40"))

    await world.post(Era((Clp(visit.pcn, "200", "140", lines),)))

    assert await charges_hit(world, visit) == [2, 1]


async def test_equal_lines_are_paired_one_to_one(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0463", 10000))
    lines = tuple(Svc("G0463", "100", "80", "CO-45 20") for _ in range(2))

    await world.post(Era((Clp(visit.pcn, "200", "160", lines),)))

    assert await charges_hit(world, visit) == [1, 2]
    assert await world.open_of(visit) == {}


async def test_a_line_with_another_charge_is_found_by_code_and_day(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 10000))
    lines = (Svc("G0463", "150", "120", "CO-45 30"), Svc("G0008", "50", "40", "CO-45 10"))

    await world.post(Era((Clp(visit.pcn, "200", "160", lines),)))

    assert await charges_hit(world, visit) == [1, 2]


async def test_one_line_that_fits_nothing_holds_its_whole_claim(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 10000))
    lines = (Svc("G0463", "100", "80", "CO-45 20"), Svc("G1111", "100", "60", "CO-45 40"))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "140", lines),)))

    assert await world.held(outcome.remittance_id) == {1: "line_unmatched"}
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_a_reporting_line_without_money_needs_no_charge(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    lines = (LINE, Svc("G8427", "0", "0"))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", lines),)))

    assert outcome.state == "posted"
    assert await charges_hit(world, visit) == [1, None]
