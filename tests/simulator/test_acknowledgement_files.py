"""TA1, 999 and 277CA of the simulator: when they come, what our own readers and pyx12 make of them."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from ar_shared.kernel.clock import PracticeTime
from ar_shared.x12.claim_ack import Outcome, SourceAnswer
from ar_shared.x12.claim_ack_reader import read_277ca
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.functional_ack import GroupAnswer, read_999
from ar_shared.x12.interchange_ack import InterchangeAnswer, read_ta1
from claims_api.simulator.domain.adjudicate import payer_claim_control_number
from claims_api.simulator.domain.batch import Batch, read_batch
from claims_api.simulator.domain.calendar import business_days_after, file_answer_at
from claims_api.simulator.domain.plan import PlannedAnswer, answer_content, planned_answers, planned_parts

# Relative, because the tests are not on the import path.
from ..x12.claims_837 import passes_pyx12  # noqa: TID252
from .files import SEED, SENT, batch_of, claim_of, file_of, many_claims


def plan_of(batch: Batch, sent: PracticeTime = SENT) -> dict[str, PlannedAnswer]:
    return {f"{one.kind}/{one.part}": one for one in planned_answers(batch, sent)}


def answer(batch: Batch, kind: str) -> bytes:
    planned = next(one for name, one in plan_of(batch).items() if name.startswith(kind))
    return answer_content(batch, planned, 7, SENT)


def read_file_answer(content: bytes) -> tuple[list[InterchangeAnswer], list[GroupAnswer]]:
    reader = EnvelopeReader([content])
    groups = [found for transaction in reader.transactions() if (found := read_999(transaction)) is not None]
    assert [finding for one in reader.interchanges for finding in one.findings.kept] == []
    return [ta1 for one in reader.interchanges for ta1 in read_ta1(one)], groups


def read_claim_answers(content: bytes) -> list[SourceAnswer]:
    reader = EnvelopeReader([content])
    sources = []
    for transaction in reader.transactions():
        sources += read_277ca(transaction)
        assert transaction.findings.kept == []
    return sources


def outcomes(content: bytes) -> dict[str, Outcome]:
    return {
        claim.patient_control_number: outcome
        for source in read_claim_answers(content)
        for claim, outcome in source.claim_outcomes()
    }


def test_a_file_is_taken_in_with_a_ta1_and_a_999() -> None:
    batch = batch_of(claim_of("TEST-PAID"))

    [ta1], [group] = read_file_answer(answer(batch, "999"))

    assert (ta1.control, ta1.code) == (batch.interchange.control, "A")
    assert (group.control, group.code) == (batch.group.control, "A")
    assert group.is_accepted("0001") is True


def test_a_refused_transaction_is_named_with_the_claim_to_blame() -> None:
    batch = batch_of(claim_of("TEST-PAID", number="GOOD"), claim_of("TEST-999-REJECT", number="BAD"))

    _, [group] = read_file_answer(answer(batch, "999"))

    assert (group.code, group.is_accepted("0001")) == ("R", False)
    [fault] = group.sets[0].faults
    assert fault.segment_id == "CLM"
    assert [context.value for context in fault.contexts] == ["BAD"]
    assert list(plan_of(batch)) == ["999/1"]
    assert list(planned_parts(batch, SENT)) == []


def test_a_transaction_without_a_claim_is_refused() -> None:
    content = file_of([claim_of("TEST-PAID")])
    head, _, rest = content.partition(b"HL*")
    empty = head + b"SE*" + rest.partition(b"\nSE*")[2]

    _, [group] = read_file_answer(answer(read_batch(empty, SEED), "999"))

    assert group.is_accepted("0001") is False


def test_each_payer_accepts_and_refuses_its_own_claims() -> None:
    claims = [
        claim_of("TEST-PAID", number="A"),
        claim_of("TEST-277CA-REJECT", number="B"),
        claim_of("TEST-NO-ANSWER", number="C"),
        claim_of("TEST-NO-ACK", number="D"),
        claim_of("TEST-PIAD", number="E"),
    ]

    content = answer(batch_of(*claims), "277CA")

    assert outcomes(content) == {
        "A": Outcome.ACCEPTED,
        "B": Outcome.REJECTED,
        "C": Outcome.ACCEPTED,
        "E": Outcome.REJECTED,
    }
    [source] = read_claim_answers(content)
    assert source.is_payer
    [receiver] = source.receivers
    assert (receiver.trace, receiver.accepted_count, receiver.rejected_count) == ("B1", 2, 2)
    accepted = next(claim for claim, _ in source.claim_outcomes() if claim.patient_control_number == "A")
    assert accepted.payer_claim_control_number == payer_claim_control_number(claims[0])
    assert b"UNKNOWN TEST MEMBER ID" in content


def test_a_file_whose_claims_all_ask_for_silence_gets_no_answer_at_all() -> None:
    batch = batch_of(claim_of("TEST-NO-ACK", number="A"), claim_of("TEST-NO-ACK", number="B"))

    assert list(planned_answers(batch, SENT)) == []
    assert list(planned_parts(batch, SENT)) == []


def test_a_claim_without_a_remittance_is_in_no_payment() -> None:
    silent = ("TEST-NO-ANSWER", "TEST-NO-ACK", "TEST-277CA-REJECT")
    batch = batch_of(*[claim_of(member, number=member) for member in (*silent, "TEST-PEND")])

    paid = [planned.control_number for planned in planned_parts(batch, SENT)]

    assert paid == ["TEST-PEND"]


def test_payers_with_another_habit_answer_in_another_file() -> None:
    batch = batch_of(*[claim_of("TEST-PAID", number=f"P{n}", payer=f"{n}") for n in range(8)])

    parts = plan_of(batch)

    assert list(parts) == ["999/1", "277CA/1", "277CA/2"]
    files = [answer_content(batch, parts[f"277CA/{days}"], 7, SENT) for days in (1, 2)]
    assert sorted(number for content in files for number in outcomes(content)) == [f"P{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 3, 3, 16, 0, tzinfo=UTC), datetime(2026, 3, 3, 16, 30, tzinfo=UTC)),
        (datetime(2026, 3, 4, 5, 29, tzinfo=UTC), datetime(2026, 3, 4, 5, 59, tzinfo=UTC)),
        (datetime(2026, 3, 4, 5, 50, tzinfo=UTC), datetime(2026, 3, 4, 5, 59, 59, tzinfo=UTC)),
    ],
    ids=["during the day", "just before the last half hour", "in the last half hour of the day"],
)
def test_a_999_comes_on_the_day_of_sending(at: datetime, due: datetime) -> None:
    assert file_answer_at(PracticeTime(at, SENT.zone)) == due


def test_a_277ca_comes_one_or_two_business_days_later_before_any_payment() -> None:
    batch = batch_of(*many_claims(200))
    acknowledged = [one.due_at for one in planned_answers(batch, SENT) if one.kind != "277"]
    paid = [one.due_at for one in planned_parts(batch, SENT)]

    days = {due.astimezone(SENT.zone).date() for due in acknowledged[1:]}
    assert days <= {business_days_after(SENT.today, 1), business_days_after(SENT.today, 2)}
    assert all(earlier < later for earlier, later in pairwise(acknowledged))
    assert max(acknowledged) < min(paid)


@pytest.mark.parametrize("kind", ["999", "277CA"])
def test_pyx12_finds_nothing_wrong(kind: str) -> None:
    claims = [*many_claims(12), claim_of("TEST-277CA-REJECT", number="B", payer="99"), claim_of("TEST-PIAD")]

    text = answer(batch_of(*claims), kind).decode()

    assert passes_pyx12(text)
    assert not passes_pyx12(text.replace("~\nSE*", "~\nZZZ*1~\nSE*", 1))


def test_the_same_seed_writes_the_same_files() -> None:
    first, second = (batch_of(*many_claims(30)) for _ in range(2))

    assert answer(first, "277CA") == answer(second, "277CA")
    assert [one.claims for one in planned_parts(first, SENT)] == [one.claims for one in planned_parts(second, SENT)]
