"""A person finds the claim that a payer meant, or takes a payment off the claim it was posted to."""

from uuid import UUID

import pytest

from ar_shared.kernel.errors import PreconditionFailedError, PreconditionRequiredError
from claims_api.held_money.errors import (
    ClaimNotHeldError,
    ClaimNotMatchableError,
    ClaimNotPostedError,
    LaterPostingError,
)
from claims_api.held_money.match_claim import match_claim
from claims_api.held_money.post_held import Choice
from claims_api.held_money.unmatch_claim import unmatch_claim
from claims_api.remittances.errors import MatchRefusedError

from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
DENIED = Svc("G0463", "200", "0", "CO-197 200")
WHY = "the payer confirmed it by phone"


async def match(
    world: World, remittance_id: UUID, visit: Bill, n: int = 1, *, tag: str = '"1"', **more: object
) -> None:
    choice = Choice(visit.id, **more)  # type: ignore[arg-type]
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await match_claim(connection, world.acting(), remittance_id, n, choice, reason=WHY, if_match=tag)


async def unmatch(world: World, remittance_id: UUID, n: int = 1, *, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await unmatch_claim(connection, world.acting(), remittance_id, n, reason=WHY, if_match=tag)


async def stored(world: World, remittance_id: UUID, n: int = 1) -> tuple[str, str | None, str | None]:
    row = await world.one(
        "SELECT state, hold_reason, matched_by FROM claims.remittance_claim "
        "WHERE practice_id = $1 AND remittance_id = $2 AND n = $3",
        remittance_id,
        n,
    )
    return row["state"], row["hold_reason"], row["matched_by"]


async def payment(world: World, remittance_id: UUID) -> tuple[str, int]:
    row = await world.one(
        "SELECT state, held_cents FROM claims.remittance WHERE practice_id = $1 AND id = $2", remittance_id
    )
    return row["state"], row["held_cents"]


def stranger(line: Svc = LINE, **more: object) -> Era:
    paid = line.paid
    return Era((Clp("NOBODY1", "200", paid, (line,), **more),))  # type: ignore[arg-type]


async def test_a_held_claim_posts_to_the_claim_a_person_names_as_if_it_had_matched_at_once(
    world: World, bill: Billing
) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    held = await world.post(stranger())
    at_once = await world.post(Era((Clp(other.pcn, "200", "96", (LINE,)),), trace="T2"))

    await match(world, held.remittance_id, visit)

    assert await stored(world, held.remittance_id) == ("posted", None, "person")
    assert await payment(world, held.remittance_id) == ("posted", 0)
    assert await world.open_of(visit) == await world.open_of(other) == {(1110, "patient"): 2400}
    assert await world.claim_state(visit) == "paid"
    moved = await world.movements(held.remittance_id)
    assert [row for row in moved if row[0] != "E46"] == await world.movements(at_once.remittance_id)
    assert [row for row in moved if row[0] == "E46"] == [("E46", 1040, 2000, 9600), ("E46", 2000, 1040, 9600)]
    assert await world.clearing(held.remittance_id) == 9600
    assert {"remittance.claim_matched", "claim.adjudicated"} <= set(await world.event_types())


async def test_the_reason_stands_on_the_journals_and_in_the_history(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    held = await world.post(stranger())

    await match(world, held.remittance_id, visit)

    reasons = await world.rows("SELECT DISTINCT reason FROM claims.journal WHERE practice_id = $1 AND reason <> ''")
    assert [row["reason"] for row in reasons] == [WHY]
    row = await world.one("SELECT kind, reason, claim_id FROM claims.remittance_action WHERE practice_id = $1")
    assert tuple(row) == ("match", WHY, visit.id)


async def test_a_denial_found_by_matching_opens_its_case(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    held = await world.post(stranger(DENIED))

    await match(world, held.remittance_id, visit)

    assert await world.claim_state(visit) == "denied"
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    row = await world.one("SELECT carc, claim_id, state FROM claims.denial_case WHERE practice_id = $1")
    assert tuple(row) == ("197", visit.id, "new")


async def test_a_person_may_say_on_which_charge_a_line_landed(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000), ("G0008", 5000))
    odd = Svc("G9999", "50", "30", "CO-45 20")
    held = await world.post(Era((Clp(visit.pcn, "250", "126", (LINE, odd)),)))
    assert await world.held(held.remittance_id) == {1: "line_unmatched"}

    with pytest.raises(ClaimNotMatchableError, match="a line of it does not"):
        await match(world, held.remittance_id, visit)
    await match(world, held.remittance_id, visit, lines={2: visit.charges[1]})

    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await world.clearing(held.remittance_id) == 12600


async def test_a_charge_of_another_claim_is_refused(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    held = await world.post(stranger())

    with pytest.raises(MatchRefusedError) as refused:
        await match(world, held.remittance_id, visit, lines={1: other.charges[0]})

    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/lines/0/charge_id", "unknown_charge")]
    assert await stored(world, held.remittance_id) == ("held", "no_match", None)


async def test_a_claim_that_does_not_add_up_stays_held_whoever_matches_it(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    held = await world.post(Era((Clp(visit.pcn, "200", "100", (Svc("G0463", "200", "100", "CO-45 80, PR-2 24"),)),)))

    with pytest.raises(ClaimNotMatchableError, match="do not add up"):
        await match(world, held.remittance_id, visit)

    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_a_repeat_of_a_posted_decision_needs_the_word_that_it_is_none(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    claim = Clp(visit.pcn, "200", "96", (LINE,), icn="ICN1")
    await world.post(Era((claim,)))
    again = await world.post(Era((claim,), trace="T2"))

    with pytest.raises(ClaimNotMatchableError, match="was posted with another payment"):
        await match(world, again.remittance_id, visit)
    await match(world, again.remittance_id, visit, not_a_repeat=True)

    assert await stored(world, again.remittance_id) == ("posted", None, "person")
    assert await world.credits() == {2020: 9600}, "the payer paid twice"


async def test_what_was_changed_since_it_was_read_is_not_matched(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    held = await world.post(stranger())

    with pytest.raises(PreconditionFailedError):
        await match(world, held.remittance_id, visit, tag='"2"')
    with pytest.raises(PreconditionRequiredError):
        await match(world, held.remittance_id, visit, tag="")
    await match(world, held.remittance_id, visit)
    with pytest.raises(ClaimNotHeldError):
        await match(world, held.remittance_id, visit, tag='"2"')


async def test_a_claim_without_lines_is_spread_when_it_is_matched_and_again_elsewhere(
    world: World, bill: Billing
) -> None:
    visit, right = await bill(("G0463", 15000), ("G0008", 5000)), await bill(("G0463", 10000), ("G0008", 10000))
    held = await world.post(Era((Clp("NOBODY1", "200", "120", cas="CO-45 80"),)))

    await match(world, held.remittance_id, visit)
    assert await world.open_of(visit) == {}
    await unmatch(world, held.remittance_id, tag='"2"')
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    await match(world, held.remittance_id, right, tag='"3"')

    assert await world.open_of(right) == {}
    assert await world.count("remittance_line") == 2


async def test_what_was_posted_to_the_wrong_claim_is_taken_off_and_its_money_held_again(
    world: World, bill: Billing
) -> None:
    visit, right = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,), icn="ICN1"),)))

    await unmatch(world, outcome.remittance_id)

    assert await stored(world, outcome.remittance_id) == ("held", "unmatched", "patient_control_number")
    assert await payment(world, outcome.remittance_id) == ("posted_with_held", 9600)
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.claim_state(visit) == "none"
    assert await world.clearing(outcome.remittance_id) == 9600
    assert ("E33", 1100, 1040, 9600) in await world.movements(outcome.remittance_id)
    linked = await world.one(
        "SELECT count(*) FROM claims.journal WHERE practice_id = $1 AND kind = 'unmatch' "
        "AND reverses_journal_id IS NOT NULL"
    )
    assert linked == 1

    await match(world, outcome.remittance_id, right, tag='"2"')
    assert await world.open_of(right) == {(1110, "patient"): 2400}
    assert await payment(world, outcome.remittance_id) == ("posted", 0)


async def test_denials_of_a_decision_that_is_taken_off_are_withdrawn_and_may_open_again_elsewhere(
    world: World, bill: Billing
) -> None:
    visit, right = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "0", (DENIED,)),)))

    await unmatch(world, outcome.remittance_id)
    [case] = await world.rows("SELECT state, closed_reason FROM claims.denial_case WHERE practice_id = $1")
    assert tuple(case) == ("withdrawn", WHY)
    await match(world, outcome.remittance_id, right, tag='"2"')

    cases = await world.rows("SELECT claim_id, state FROM claims.denial_case WHERE practice_id = $1 ORDER BY id")
    assert [tuple(case) for case in cases] == [(visit.id, "withdrawn"), (right.id, "new")]
    assert {"denial.withdrawn", "denial.closed", "claim.decision_taken_off"} <= set(await world.event_types())


async def test_an_earlier_decision_on_the_claim_counts_again(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "0", (DENIED,), icn="ICN1"),)))
    later = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,), icn="ICN2"),), trace="T2"))
    assert await world.claim_state(visit) == "paid"

    await unmatch(world, later.remittance_id)

    assert await world.claim_state(visit) == "denied"
    number = await world.one(
        "SELECT payer_control_number FROM claims.claim WHERE practice_id = $1 AND id = $2", visit.id
    )
    assert number == "ICN1"


async def test_a_decision_on_which_a_later_one_stands_is_not_taken_off(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    first = await world.post(Era((Clp(visit.pcn, "200", "0", (DENIED,)),)))
    later = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), trace="T2"))

    with pytest.raises(LaterPostingError, match="trace number T2") as refused:
        await unmatch(world, first.remittance_id)
    assert refused.value.existing == f"/v1/remittances/{later.remittance_id}"
    await unmatch(world, later.remittance_id)
    await unmatch(world, first.remittance_id)

    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_what_is_held_cannot_be_taken_off(world: World, bill: Billing) -> None:
    held = await world.post(stranger())

    with pytest.raises(ClaimNotPostedError):
        await unmatch(world, held.remittance_id)


async def test_a_share_the_patient_has_paid_becomes_a_credit_when_the_decision_is_taken_off(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))
    await world.patient_pays(visit, 2400)

    await unmatch(world, outcome.remittance_id)

    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.credits() == {2030: 2400}


BACK = Svc("G0463", "-200", "-96", "CO-45 -80, PR-2 -24")
LESS = Svc("G0463", "200", "80", "CO-45 100, PR-2 20")


async def reversals(world: World) -> list[str]:
    rows = await world.rows("SELECT state FROM claims.reversal WHERE practice_id = $1 ORDER BY id")
    return [row["state"] for row in rows]


async def a_reversal_nobody_found(world: World, visit: Bill) -> UUID:
    """The decision on the visit was posted; its reversal names no claim of ours and is held."""
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))
    back = Clp("NOBODY1", "-200", "-96", (BACK,), status="22")
    held = await world.post(Era((back,), trace="T2", plb=(("FB", "-96"),), method="NON"))
    assert (await world.held(held.remittance_id), await reversals(world)) == ({1: "no_match"}, [])
    return held.remittance_id


async def test_a_reversal_matched_by_hand_awaits_its_correction_and_is_one_event_with_it(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    held = await a_reversal_nobody_found(world, visit)

    await match(world, held, visit)
    assert await reversals(world) == ["awaiting_correction"]
    await world.post(Era((Clp(visit.pcn, "200", "80", (LESS,)),), trace="T3"))

    assert await reversals(world) == ["complete"]
    assert await world.open_of(visit) == {(1110, "patient"): 2000}
    assert {"claim.correction_awaited", "claim.corrected"} <= set(await world.event_types())


async def test_a_reversal_matched_by_hand_after_its_correction_completes_the_event_and_taken_off_is_awaited_again(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    held = await a_reversal_nobody_found(world, visit)
    await world.post(Era((Clp(visit.pcn, "200", "80", (LESS,)),), trace="T3"))
    assert await reversals(world) == ["awaiting_reversal"]
    before = (await world.open_of(visit), await world.credits())

    await match(world, held, visit)
    assert await reversals(world) == ["complete"]
    assert (await world.open_of(visit), await world.credits()) == ({(1110, "patient"): 2000}, {})

    await unmatch(world, held, tag='"2"')
    assert await reversals(world) == ["awaiting_reversal"]
    assert (await world.open_of(visit), await world.credits()) == before
    assert await world.held(held) == {1: "unmatched"}


async def test_a_reversal_alone_that_is_taken_off_leaves_no_event(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    held = await a_reversal_nobody_found(world, visit)

    await match(world, held, visit)
    await unmatch(world, held, tag='"2"')

    assert await reversals(world) == []
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await world.claim_state(visit) == "paid"


async def test_a_payment_matched_by_hand_settles_the_denial_before_it(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "0", (DENIED,)),)))
    held = await world.post(stranger().but(trace="T2"))

    await match(world, held.remittance_id, visit)
    assert await world.one("SELECT state FROM claims.denial_case WHERE practice_id = $1") == "overturned"

    await unmatch(world, held.remittance_id, tag='"2"')
    assert await world.one("SELECT state FROM claims.denial_case WHERE practice_id = $1") != "overturned"


async def test_a_capitated_payer_is_judged_by_its_contract_when_a_person_matches(world: World, bill: Billing) -> None:
    await world.rows('UPDATE claims.payer SET profile = \'{"capitated": "yes"}\' WHERE practice_id = $1 RETURNING 1')
    visit = await bill(("G0463", 20000))
    held = await world.post(stranger(Svc("G0463", "200", "0", "CO-24 200")))

    await match(world, held.remittance_id, visit)

    assert (await world.open_of(visit), await world.count("denial_case")) == ({}, 0)
    assert ("E35", 4100, 1100, 20000) in await world.movements(held.remittance_id)


async def test_a_corrected_member_of_a_held_claim_is_proposed_when_it_is_matched(world: World, bill: Billing) -> None:
    visit, right = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    held = await world.post(stranger(extra=("NM1*74*1*SANDBOXER*PAT****C*M9999",)))
    assert await world.count("correction_proposal") == 0

    await match(world, held.remittance_id, visit)
    await unmatch(world, held.remittance_id, tag='"2"')
    assert await world.count("correction_proposal") == 0
    await match(world, held.remittance_id, right, tag='"3"')

    row = await world.one("SELECT claim_id, stated->>'id' AS id FROM claims.correction_proposal WHERE practice_id = $1")
    assert tuple(row) == (right.id, "M9999")
