"""Answers before adjudication: who is meant, what moves, what is told, and what a person must look at."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ar_shared.x12.claim_ack import (
    ClaimAnswer,
    LineAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    SourceAnswer,
    Status,
    StatusCode,
)
from ar_shared.x12.claim_facts import Party, Period, Reference
from ar_shared.x12.functional_ack import Context, ElementFault, ElementPlace, GroupAnswer, SegmentFault, SetAnswer
from ar_shared.x12.interchange_ack import InterchangeAnswer
from claims_api.acknowledgements.apply_claim_ack import apply_claim_ack
from claims_api.acknowledgements.apply_functional_ack import apply_functional_ack
from claims_api.acknowledgements.apply_interchange_ack import apply_interchange_ack
from claims_api.edi.outcome import Outcome

from .conftest import Sandbox
from .world import acting_at, event_types, one, reviews, rows, sent_claims, states

pytestmark = pytest.mark.usefixtures("patient")

DAY = date(2026, 11, 25)
SECRET = "CANARY-TEXT"


async def take_999(sandbox: Sandbox, answer: GroupAnswer, sender: str | None = None) -> Outcome:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await apply_functional_ack(connection, acting_at(sandbox), answer, None, "f/1", sender=sender)


async def take_ta1(sandbox: Sandbox, code: str, control: str = "000000001") -> Outcome:
    answer = InterchangeAnswer(control, "261124", "0900", code, "000" if code == "A" else "025")
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await apply_interchange_ack(connection, acting_at(sandbox), answer, None, "f/1")


async def take_277ca(sandbox: Sandbox, *sources: SourceAnswer) -> Outcome:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await apply_claim_ack(connection, acting_at(sandbox), list(sources), None, "f/1")


def a_group(code: str, *sets: SetAnswer, control: str = "1") -> GroupAnswer:
    return GroupAnswer("HC", control, "005010X222A1", code, sets=list(sets))


def a_set(code: str, control: str = "0001", *faults: SegmentFault) -> SetAnswer:
    return SetAnswer("837", control, "005010X222A1", code, faults=list(faults))


def a_status(code: str, *, cents: int | None = None, on: date | None = DAY) -> Status:
    return Status((StatusCode(*code.split(":")),), on, "WQ", cents, SECRET)


def an_answer(
    number: str, *codes: str, payer_number: str = "", service: Period | None = None, **status: Any
) -> ClaimAnswer:
    references = [Reference("1K", payer_number)] if payer_number else []
    patient = Party(role="QC", name=SECRET, is_person=True)
    return ClaimAnswer(patient, number, [a_status(code, **status) for code in codes], references, service)


def a_source(
    *claims: ClaimAnswer,
    role: str = "PR",
    trace: str = "B1",
    batch: str = "A1:19:PR",
    provider: str = "A1:19:PR",
    npi: str = "1234567893",
) -> SourceAnswer:
    below = ProviderAnswer(
        party=Party(role="85", name="CLINIC", id_qualifier="XX", id=npi),
        statuses=[a_status(provider, on=None)],
        claims=list(claims),
    )
    receiver = ReceiverAnswer(
        party=Party(role="41", name="US"), trace=trace, statuses=[a_status(batch)], providers=[below]
    )
    return SourceAnswer(party=Party(role=role, name="PAYER", id="TPM01"), receivers=[receiver])


# 999 and TA1


@pytest.mark.parametrize(
    ("code", "state", "told"),
    [
        ("A", "file_accepted", "claim.acknowledged"),
        ("E", "file_accepted", "claim.acknowledged"),
        ("R", "file_rejected", "claim.rejected"),
    ],
)
async def test_a_999_moves_every_claim_of_the_transaction(sandbox: Sandbox, code: str, state: str, told: str) -> None:
    submission, _ = await sent_claims(sandbox, 2)

    outcome = await take_999(sandbox, a_group(code, a_set(code)))

    assert (outcome.state, outcome.counts["claims"]) == ("processed", 2)
    assert outcome.links == {"submission": f"/v1/submissions/{submission}"}
    assert await states(sandbox) == [(state, "none")] * 2
    assert await event_types(sandbox) == [told] * 2


async def test_a_group_that_is_accepted_in_part_moves_by_the_answer_to_the_transaction(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)

    await take_999(sandbox, a_group("P", a_set("R")))

    assert await states(sandbox) == [("file_rejected", "none")]
    assert await one(sandbox, "SELECT group_outcome FROM claims.submission WHERE practice_id = $1") == "partly_accepted"


async def test_a_999_that_does_not_say_waits_for_a_person_and_moves_nothing(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)

    outcome = await take_999(sandbox, a_group("P"))

    assert (outcome.state, [finding["code"] for finding in outcome.findings]) == ("queued", ["set_unanswered"])
    assert await states(sandbox) == [("sent", "none")]


@pytest.mark.parametrize("control", ["2", "10", ""])
async def test_a_999_for_another_group_waits_for_a_person(sandbox: Sandbox, control: str) -> None:
    await sent_claims(sandbox)

    outcome = await take_999(sandbox, a_group("R", control=control))

    assert (outcome.state, outcome.counts) == ("queued", {"unmatched": 1})
    assert await states(sandbox) == [("sent", "none")]


@pytest.mark.parametrize(("sender", "state"), [("LWSIM", "file_accepted"), ("OTHER", "sent"), (None, "file_accepted")])
async def test_the_sender_of_a_999_is_who_the_file_went_to(sandbox: Sandbox, sender: str | None, state: str) -> None:
    await sent_claims(sandbox)

    await take_999(sandbox, a_group("A", control="0001"), sender)

    assert await states(sandbox) == [(state, "none")]


async def test_an_answer_to_a_transaction_we_did_not_send_is_told_and_the_rest_still_counts(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)

    outcome = await take_999(sandbox, a_group("A", a_set("A"), a_set("A", "0002")))

    assert (outcome.state, outcome.counts["unmatched"]) == ("queued", 1)
    assert await states(sandbox) == [("file_accepted", "none")]


async def test_a_999_keeps_where_it_went_wrong_and_not_the_data(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)
    element = ElementFault(ElementPlace(2), "7", copy=SECRET)
    fault = SegmentFault("SV1", 20, "2400", "8", [Context("CLM01", SECRET)], [element])

    await take_999(sandbox, a_group("R", a_set("R", "0001", fault)))

    kept = await one(sandbox, "SELECT statuses FROM claims.acknowledgement WHERE practice_id = $1")
    assert kept[0]["faults"] == [
        {"segment": "SV1", "position": 20, "loop": "2400", "code": "8", "elements": [{"element": 2, "code": "7"}]}
    ]
    assert SECRET not in str(kept)


@pytest.mark.parametrize(("code", "state"), [("A", "sent"), ("E", "sent"), ("R", "file_rejected")])
async def test_only_a_refusing_ta1_moves_claims(sandbox: Sandbox, code: str, state: str) -> None:
    await sent_claims(sandbox)

    outcome = await take_ta1(sandbox, code)

    assert outcome.state == "processed"
    assert await states(sandbox) == [(state, "none")]
    said = await one(sandbox, "SELECT interchange_outcome FROM claims.submission WHERE practice_id = $1")
    assert said == ("rejected" if code == "R" else "accepted")


async def test_a_ta1_for_another_interchange_waits_for_a_person(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)

    assert (await take_ta1(sandbox, "R", "000000002")).state == "queued"
    assert await states(sandbox) == [("sent", "none")]


async def test_a_refused_file_is_refused_once_although_two_answers_say_so(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)
    await take_ta1(sandbox, "R")

    outcome = await take_999(sandbox, a_group("R"))

    assert (outcome.state, await states(sandbox)) == ("processed", [("file_rejected", "none")])
    assert await reviews(sandbox) == []


async def test_a_999_that_takes_a_refusal_back_is_looked_at_by_a_person(sandbox: Sandbox) -> None:
    await sent_claims(sandbox)
    await take_999(sandbox, a_group("R"))

    outcome = await take_999(sandbox, a_group("A"))

    assert [finding["code"] for finding in outcome.findings] == ["move_not_possible"]
    assert await states(sandbox) == [("file_rejected", "none")]
    [(kind, reason)] = await reviews(sandbox)
    assert kind == "review"
    assert reason.startswith("999: file_accepted is not possible while file_rejected")
    assert await event_types(sandbox) == ["claim.rejected", "review.opened"]
    assert await one(sandbox, "SELECT count(*) FROM claims.acknowledgement WHERE practice_id = $1") == 2


# 277CA


@pytest.mark.parametrize(
    ("role", "code", "state", "adjudication", "outcome"),
    [
        ("PR", "A2:20:PR", "payer_accepted", "pended", "accepted"),
        ("PR", "A5:20", "payer_accepted", "pended", "split"),
        ("PR", "A3:21", "payer_rejected", "none", "rejected"),
        ("PR", "A6:21", "payer_rejected", "none", "rejected"),
        ("PR", "A7:562:85", "payer_rejected", "none", "rejected"),
        ("PR", "A8:496", "payer_rejected", "none", "rejected"),
        ("PR", "A0:16", "sent", "none", "received"),
        ("PR", "A1:19", "sent", "none", "received"),
        ("PR", "A1:20", "sent", "none", "received"),
        ("PR", "A4:35", "sent", "none", "not_found"),
        ("PR", "Q9:1", "sent", "none", "unknown"),
        ("AY", "A2:20", "file_accepted", "none", "accepted"),
        ("AY", "A7:562", "ch_rejected", "none", "rejected"),
    ],
)
async def test_the_hop_and_the_code_decide_without_any_999(
    sandbox: Sandbox, role: str, code: str, state: str, adjudication: str, outcome: str
) -> None:
    _, [claim] = await sent_claims(sandbox)

    await take_277ca(sandbox, a_source(an_answer(claim["patient_control_number"], code), role=role))

    assert await states(sandbox) == [(state, adjudication)]
    assert await one(sandbox, "SELECT outcome FROM claims.acknowledgement WHERE practice_id = $1") == outcome


@pytest.mark.parametrize(
    ("profile", "code", "state"),
    [
        ({"ack_source": "intermediary"}, "A2:20", "file_accepted"),
        ({"ack_source": "clearinghouse"}, "A2:20", "file_accepted"),
        ({"ack_source": "payer"}, "A2:20", "payer_accepted"),
        ({"ack_source": "nobody"}, "A2:20", "payer_accepted"),
        ({"ack_a1_20": "accepted"}, "A1:20", "payer_accepted"),
        ({"ack_a1_20": "accepted"}, "A1:19", "sent"),
        ({"ack_a1_20": "received"}, "A1:20", "sent"),
    ],
)
async def test_the_payers_profile_knows_who_speaks_and_what_it_means(
    sandbox: Sandbox, profile: dict[str, str], code: str, state: str
) -> None:
    _, [claim] = await sent_claims(sandbox)
    await rows(sandbox, "UPDATE claims.payer SET profile = $2 WHERE practice_id = $1", profile)

    await take_277ca(sandbox, a_source(an_answer(claim["patient_control_number"], code)))

    assert await states(sandbox) == [(state, "none" if state != "payer_accepted" else "pended")]


async def test_acceptance_by_the_payer_is_dated_and_brings_its_number(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    number = claim["patient_control_number"]

    await take_277ca(sandbox, a_source(an_answer(number, "A2:20", payer_number="HOP1"), role="AY"))
    assert await one(sandbox, "SELECT accepted_on, payer_control_number FROM claims.claim WHERE practice_id = $1") == (
        None,
        "HOP1",
    )
    await take_277ca(sandbox, a_source(an_answer(number, "A2:20", payer_number="PAYER1")))

    read = (await sandbox.http.get(f"/v1/claims/{claim['id']}")).json()
    assert (read["accepted_on"], read["payer_control_number"]) == ("2026-11-25", "PAYER1")


async def test_a_split_claim_keeps_the_first_of_its_numbers(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    number = claim["patient_control_number"]

    await take_277ca(
        sandbox, a_source(an_answer(number, "A5:20", payer_number="P1"), an_answer(number, "A5:20", payer_number="P2"))
    )

    assert await one(sandbox, "SELECT payer_control_number FROM claims.claim WHERE practice_id = $1") == "P1"
    kept = await rows(
        sandbox, "SELECT payer_control_number FROM claims.acknowledgement WHERE practice_id = $1 ORDER BY id"
    )
    assert [row[0] for row in kept] == ["P1", "P2"]


async def test_a_payer_may_reject_what_it_accepted(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    number = claim["patient_control_number"]
    await take_277ca(sandbox, a_source(an_answer(number, "A2:20")))

    await take_277ca(sandbox, a_source(an_answer(number, "A3:21")))

    assert await states(sandbox) == [("payer_rejected", "none")]
    assert await one(sandbox, "SELECT accepted_on FROM claims.claim WHERE practice_id = $1") is None
    assert await event_types(sandbox) == ["claim.acknowledged", "claim.rejected"]


async def test_a_late_999_does_not_take_the_payers_word_back(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    await take_277ca(sandbox, a_source(an_answer(claim["patient_control_number"], "A2:20")))

    outcome = await take_999(sandbox, a_group("A"))

    assert (outcome.findings, await states(sandbox)) == ([], [("payer_accepted", "pended")])


async def test_a_rejection_of_a_paid_claim_moves_nothing_and_is_looked_at(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    await rows(
        sandbox,
        "UPDATE claims.claim SET submission_state = 'payer_accepted', adjudication_state = 'paid' "
        "WHERE practice_id = $1",
    )

    await take_277ca(sandbox, a_source(an_answer(claim["patient_control_number"], "A3:21")))

    assert await states(sandbox) == [("payer_accepted", "paid")]
    [(_, reason)] = await reviews(sandbox)
    assert reason.startswith("277CA: payer_rejects is not possible while paid")


@pytest.mark.parametrize(("batch", "provider"), [("A8:21", "A1:19"), ("A1:19", "A8:21")])
async def test_a_reject_above_rejects_every_claim_below(sandbox: Sandbox, batch: str, provider: str) -> None:
    _, claims = await sent_claims(sandbox, 2)
    answers = [an_answer(claim["patient_control_number"], "A2:20") for claim in claims]

    await take_277ca(sandbox, a_source(*answers, batch=batch, provider=provider))

    assert await states(sandbox) == [("payer_rejected", "none")] * 2
    kept = await one(
        sandbox, "SELECT DISTINCT statuses->0->>'codes' FROM claims.acknowledgement WHERE practice_id = $1"
    )
    assert kept == '["A8:21"]'


async def test_a_rejected_batch_without_a_list_is_known_by_its_trace(sandbox: Sandbox) -> None:
    submission, _ = await sent_claims(sandbox, 2)

    outcome = await take_277ca(sandbox, a_source(trace=submission.hex[:30].upper(), batch="A8:21"))

    assert (outcome.state, outcome.counts["rejected"]) == ("processed", 2)
    assert await states(sandbox) == [("payer_rejected", "none")] * 2


@pytest.mark.parametrize(
    ("npi", "state", "outcome"), [("1234567893", "payer_rejected", "processed"), ("1549012304", "sent", "queued")]
)
async def test_a_rejected_provider_without_a_list_is_known_by_its_npi(
    sandbox: Sandbox, npi: str, state: str, outcome: str
) -> None:
    submission, _ = await sent_claims(sandbox)

    said = await take_277ca(sandbox, a_source(trace=submission.hex[:30], provider="A8:21", npi=npi))

    assert (said.state, await states(sandbox)) == (outcome, [(state, "none")])


@pytest.mark.parametrize("trace", ["B1", "0" * 30, "g" * 30])
async def test_a_rejected_batch_of_somebody_else_touches_nothing(sandbox: Sandbox, trace: str) -> None:
    await sent_claims(sandbox)

    outcome = await take_277ca(sandbox, a_source(trace=trace, batch="A8:21"))

    assert (outcome.state, await states(sandbox)) == ("queued", [("sent", "none")])


async def test_an_unknown_claim_queues_the_transaction_and_the_others_still_move(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)

    outcome = await take_277ca(
        sandbox, a_source(an_answer("NOT-OURS", "A2:20"), an_answer(claim["patient_control_number"], "A2:20"))
    )

    assert (outcome.state, outcome.counts["unmatched"], outcome.counts["accepted"]) == ("queued", 1, 1)
    assert await states(sandbox) == [("payer_accepted", "pended")]


async def make_history(sandbox: Sandbox, number: str) -> list[UUID]:
    """The claims become such as were sent from another system under `number`."""
    found = await rows(
        sandbox, "UPDATE claims.claim SET submitted_pcn = $2 WHERE practice_id = $1 RETURNING id", number
    )
    await rows(sandbox, "DELETE FROM claims.submission_claim WHERE practice_id = $1")
    return [row["id"] for row in found]


SERVED = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("days", "cents", "state"),
    [
        (None, None, "payer_accepted"),
        (Period(SERVED), 30000, "payer_accepted"),
        (Period(date(2026, 11, 1), SERVED), None, "payer_accepted"),
        (Period(date(2026, 11, 1)), None, "sent"),
        (Period(date(2026, 11, 3)), None, "sent"),
        (None, 29999, "sent"),
    ],
)
async def test_a_number_from_outside_counts_only_when_days_and_charge_agree(
    sandbox: Sandbox, days: Period | None, cents: int | None, state: str
) -> None:
    await sent_claims(sandbox)
    await make_history(sandbox, "ACCOUNT-7")

    await take_277ca(sandbox, a_source(an_answer("ACCOUNT-7", "A2:20", service=days, cents=cents)))

    assert [found for found, _ in await states(sandbox)] == [state]


async def test_two_claims_that_fit_one_number_from_outside_are_left_alone(sandbox: Sandbox) -> None:
    await sent_claims(sandbox, 2)
    await make_history(sandbox, "ACCOUNT-7")

    outcome = await take_277ca(sandbox, a_source(an_answer("ACCOUNT-7", "A2:20")))

    assert (outcome.state, await states(sandbox)) == ("queued", [("sent", "none")] * 2)


async def test_an_answer_to_an_older_version_is_kept_and_looked_at(sandbox: Sandbox) -> None:
    submission, [claim] = await sent_claims(sandbox)
    await rows(sandbox, "UPDATE claims.claim SET version = 2 WHERE practice_id = $1")

    await take_277ca(sandbox, a_source(an_answer(claim["patient_control_number"], "A2:20"), trace=submission.hex[:30]))

    assert await states(sandbox) == [("sent", "none")]
    [(_, reason)] = await reviews(sandbox)
    assert reason.startswith("277CA answers an older version")


@pytest.mark.parametrize(
    ("code", "kind", "words"), [("A4:35", "review", "knows no such claim"), ("Q9:1", "unknown_code", "not known here")]
)
async def test_what_cannot_move_a_claim_is_read_by_a_person(sandbox: Sandbox, code: str, kind: str, words: str) -> None:
    _, [claim] = await sent_claims(sandbox)

    outcome = await take_277ca(sandbox, a_source(an_answer(claim["patient_control_number"], code)))

    [(found, reason)] = await reviews(sandbox)
    assert (outcome.findings, found, words in reason) == ([], kind, True)


async def test_the_same_answers_again_change_nothing_and_say_so(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    number = claim["patient_control_number"]
    first = a_source(an_answer(number, "A2:20", payer_number="P1"))
    await take_999(sandbox, a_group("A"))
    await take_277ca(sandbox, first)
    await take_277ca(sandbox, a_source(an_answer(number, "A3:21")))
    before = await rows(sandbox, "SELECT * FROM claims.claim WHERE practice_id = $1")
    told = await event_types(sandbox)

    again = [await take_999(sandbox, a_group("A")), await take_277ca(sandbox, first)]

    assert [outcome.state for outcome in again] == ["duplicate", "duplicate"]
    assert await rows(sandbox, "SELECT * FROM claims.claim WHERE practice_id = $1") == before
    assert await event_types(sandbox) == told
    assert await one(sandbox, "SELECT count(*) FROM claims.acknowledgement WHERE practice_id = $1") == 3


async def test_one_answer_sent_twice_at_once_counts_once(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    source = a_source(an_answer(claim["patient_control_number"], "A2:20"))

    outcomes = await asyncio.gather(*(take_277ca(sandbox, source) for _ in range(4)))

    assert sorted(outcome.state for outcome in outcomes) == ["duplicate"] * 3 + ["processed"]
    assert await event_types(sandbox) == ["claim.acknowledged"]


async def test_events_hold_codes_and_never_a_name_or_the_senders_text(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    answer = an_answer(claim["patient_control_number"], "A7:562:85")
    answer.lines = [LineAnswer(None, 100, statuses=[a_status("A7:454")])]

    await take_277ca(sandbox, a_source(answer))

    query = "SELECT data FROM claims.outbox WHERE practice_id = $1 AND type = 'claim.rejected'"
    data = await one(sandbox, query)
    assert data == {
        "external_id": "OUT-0",
        "submission_state": "payer_rejected",
        "hop": "payer",
        "statuses": ["A7:562:85", "A7:454"],
    }
    everything = [row[0] for row in await rows(sandbox, "SELECT data FROM claims.outbox WHERE practice_id = $1")]
    assert SECRET not in str(everything)
