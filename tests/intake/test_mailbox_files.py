"""One file for several practices: each gets its own, once, whatever dies in between."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ar_shared.platform.auth import ClientRecord, PracticeGrant
from ar_shared.x12.claim_ack import SourceAnswer
from ar_shared.x12.claim_builder import build_claim
from claims_api.acknowledgements.batch_trace import trace_of
from claims_api.acknowledgements.share_answers import share_answers
from claims_api.edi.outcome import Outcome, TransactionState
from claims_api.intake import process_file
from claims_api.intake.domain import Purpose
from claims_api.intake.receive_file import receive_file
from claims_api.practices.create_practice import create_practice
from claims_api.sandbox_parties import seed_parties

# Relative, because the tests are not on the import path.
from ..x12 import claims_837 as x12  # noqa: TID252
from ..x12.test_277ca import written as answer_file  # noqa: TID252
from .conftest import Sandbox
from .test_acknowledgements import a_source, an_answer
from .test_import_claims import a_claim as claim_facts
from .test_resume_files import (
    LATER,
    FixedClock,
    WorkerDiesError,
    a_payment_file,
    grants,
    resume,
    sender,
)
from .world import NOW, rows, sent_claims, states

OURS = b"XX*1234567893"
SECOND, THIRD, STRANGER = "1245319599", "1003000126", "1992999999"


async def practice_paid_under(sandbox: Sandbox, npi: str) -> dict[UUID, PracticeGrant]:
    """Another practice that the client may act for; its payments name this NPI."""
    async with sandbox.database.control_tx() as connection:
        number, practice = await create_practice(connection, npi, mode="sandbox", time_zone="America/Chicago", now=NOW)
    await seed_parties(sandbox.database, number, NOW)
    async with sandbox.database.tenant_tx(number) as connection:
        await connection.execute(
            "UPDATE claims.billing_entity SET npis = ARRAY[$2], tin = $2 WHERE practice_id = $1", number, npi
        )
    return {practice: PracticeGrant(number, "sandbox", "America/Chicago")}


def paid_to(trace: str, npi: str | None, n: int) -> bytes:
    """The transaction out of a file of one payment; npi None: to the sandbox practice."""
    text = a_payment_file(trace)
    if npi is not None:
        text = text.replace(OURS, f"XX*{npi}".encode())
    body = text[text.index(b"ST*") : text.index(b"GE*")]
    return body.replace(b"*0001~", f"*{n:04d}~".encode())


def mailbox_file() -> bytes:
    """Payments to us, to two other practices, and to a stranger."""
    whole = a_payment_file("X")
    head, tail = whole[: whole.index(b"ST*")], whole[whole.index(b"GE*") :].replace(b"GE*1*", b"GE*4*")
    payees = [("T1", None), ("T2", SECOND), ("T3", THIRD), ("T4", STRANGER)]
    return head + b"".join(paid_to(trace, npi, n) for n, (trace, npi) in enumerate(payees, start=1)) + tail


async def traces_of(sandbox: Sandbox, practice_id: int) -> list[str]:
    async with sandbox.database.tenant_tx(practice_id) as connection:
        found = await connection.fetch(
            "SELECT trace_number FROM claims.remittance WHERE practice_id = $1 ORDER BY 1", practice_id
        )
    return [row["trace_number"] for row in found]


async def answered(sandbox: Sandbox) -> list[tuple[int, str]]:
    found = await rows(sandbox, "SELECT n, state FROM claims.edi_transaction WHERE practice_id = $1 ORDER BY n")
    return [(row["n"], row["state"]) for row in found]


WHOLE = [(1, "posted_with_held"), (2, "posted_with_held"), (3, "posted_with_held"), (4, "payee_not_ours")]


async def test_three_practices_payments_in_one_file_go_to_their_payees_and_a_strangers_to_nobody(
    sandbox: Sandbox,
) -> None:
    second, third = await practice_paid_under(sandbox, SECOND), await practice_paid_under(sandbox, THIRD)

    await receive_file(
        sandbox.database,
        sender(sandbox),
        FixedClock(NOW),
        grants(sandbox) | second | third,
        mailbox_file(),
        None,
        None,
    )

    assert await answered(sandbox) == WHOLE
    practices = [sandbox.practice_id, *(grant.practice_id for one in (second, third) for grant in one.values())]
    assert [await traces_of(sandbox, practice) for practice in practices] == [["T1"], ["T2"], ["T3"]]
    [file] = await rows(sandbox, "SELECT practice_ids FROM claims.edi_file WHERE practice_id = $1")
    assert file["practice_ids"] == practices


@pytest.mark.parametrize("still_granted", [True, False])
async def test_a_worker_that_dies_between_an_effect_elsewhere_and_its_record_doubles_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, still_granted: bool
) -> None:
    """The answer is the same even when the client may not act for the other practice any more."""
    second = await practice_paid_under(sandbox, SECOND)
    whole = a_payment_file("X")
    content = whole[: whole.index(b"ST*")] + paid_to("T2", SECOND, 1) + whole[whole.index(b"GE*") :]
    await die_before_recording(
        monkeypatch,
        receive_file(sandbox.database, sender(sandbox), FixedClock(NOW), grants(sandbox) | second, content, None, None),
    )
    [grant] = second.values()
    assert await traces_of(sandbox, grant.practice_id) == ["T2"]
    assert await answered(sandbox) == [(1, "pending")]

    client = ClientRecord("mailbox", "vendor", grants(sandbox) | (second if still_granted else {}))
    await resume(sandbox, LATER + timedelta(seconds=1), client)

    assert await answered(sandbox) == [(1, "posted_with_held")]
    assert await traces_of(sandbox, grant.practice_id) == ["T2"]
    assert await traces_of(sandbox, sandbox.practice_id) == []


async def test_claims_taken_in_elsewhere_before_a_worker_died_are_answered_as_taken_in_not_as_duplicates(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await practice_paid_under(sandbox, SECOND)
    content = claims_file(SECOND)
    await die_before_recording(
        monkeypatch,
        receive_file(sandbox.database, sender(sandbox), FixedClock(NOW), grants(sandbox) | second, content, None, None),
    )

    await resume(sandbox, LATER + timedelta(seconds=1), ClientRecord("mailbox", "vendor", grants(sandbox) | second))

    assert await answered(sandbox) == [(1, "processed")]
    [row] = await rows(sandbox, "SELECT counts FROM claims.edi_transaction WHERE practice_id = $1")
    assert (row["counts"]["created"], row["counts"]["duplicates"]) == (1, 0)


def claims_file(npi: str) -> bytes:
    facts = claim_facts()
    billing = replace(facts.billing_provider, id=npi, references=())
    return x12.written([build_claim(replace(facts, billing_provider=billing))])


async def die_before_recording(monkeypatch: pytest.MonkeyPatch, receiving: Any) -> None:
    """The process ends after what happened in the other practice is committed."""
    insert = process_file._Run._insert

    async def die(*_: Any, **__: Any) -> bool:
        raise WorkerDiesError

    monkeypatch.setattr(process_file._Run, "_insert", die)
    with pytest.raises(WorkerDiesError):
        await receiving
    monkeypatch.setattr(process_file._Run, "_insert", insert)


def numbers(sources: list[SourceAnswer]) -> list[list[str]]:
    """Control numbers of the claims under each provider that is left."""
    return [
        [claim.patient_control_number for claim in provider.claims]
        for source in sources
        for receiver in source.receivers
        for provider in receiver.providers
    ]


def test_each_claim_of_a_277ca_goes_to_the_practice_of_its_number_and_an_unknown_one_to_nobody() -> None:
    source = a_source(an_answer("A1", "A2:20"), an_answer("B1", "A3:21"), an_answer("C1", "A2:20"))

    shares = share_answers([source], {"A1": 1, "B1": 2}, {})

    assert {practice: numbers(share) for practice, share in shares.items()} == {
        1: [["A1"]],
        2: [["B1"]],
        None: [["C1"]],
    }


def test_a_rejected_batch_without_claims_goes_to_the_practice_that_sent_it() -> None:
    source = a_source()
    receivers = [replace(source.receivers[0], trace=trace, providers=[]) for trace in ("t-1", "t-2")]

    shares = share_answers([replace(source, receivers=receivers)], {}, {"t-1": 7})

    assert {practice: [one.trace for share in of for one in share.receivers] for practice, of in shares.items()} == {
        7: ["t-1"],
        None: ["t-2"],
    }


async def test_one_277ca_moves_the_claims_of_two_practices_and_says_that_a_third_number_is_unknown(
    sandbox: Sandbox, patient: object
) -> None:
    second = await practice_paid_under(sandbox, SECOND)
    mailbox = grants(sandbox) | second
    _, [ours] = await sent_claims(sandbox)
    who = (sandbox.database, sender(sandbox), FixedClock(NOW), mailbox)
    await receive_file(*who, claims_file(SECOND), Purpose.ALREADY_SUBMITTED, None)
    answers = [
        an_answer(ours["patient_control_number"], "A2:20"),
        an_answer("ACCT-1", "A3:21"),
        an_answer("N1", "A2:20"),
    ]

    file, _ = await receive_file(*who, answer_file(a_source(*answers)), None, None)

    [transaction] = file.interchanges[0].groups[0].transactions
    assert (transaction.state, transaction.counts["claims"], transaction.counts["unmatched"]) == ("queued", 2, 1)
    [grant] = second.values()
    assert await states(sandbox) == [("payer_accepted", "pended")]
    assert await submission_states(sandbox, grant.practice_id) == ["payer_rejected"]


async def test_a_rejected_batch_without_claims_is_found_by_its_trace_in_the_practice_that_sent_it(
    sandbox: Sandbox, patient: object
) -> None:
    """The file came to another practice of the same client."""
    second = await practice_paid_under(sandbox, SECOND)
    [(practice, grant)] = second.items()
    submission, _ = await sent_claims(sandbox, 2)
    principal = replace(sender(sandbox), practice_id=grant.practice_id, practice=practice)
    rejected = a_source(trace=trace_of(submission), batch="A3:21")

    file, _ = await receive_file(
        sandbox.database, principal, FixedClock(NOW), grants(sandbox) | second, answer_file(rejected), None, None
    )

    [transaction] = file.interchanges[0].groups[0].transactions
    assert (transaction.state, transaction.counts["claims"]) == ("processed", 2)
    assert await states(sandbox) == [("payer_rejected", "none")] * 2


async def submission_states(sandbox: Sandbox, practice_id: int) -> list[str]:
    async with sandbox.database.tenant_tx(practice_id) as connection:
        found = await connection.fetch("SELECT submission_state FROM claims.claim WHERE practice_id = $1", practice_id)
    return [row["submission_state"] for row in found]


def test_an_outcome_of_several_practices_is_queued_when_one_of_them_waits_for_a_person() -> None:
    states = TransactionState
    together = process_file._together(
        [Outcome(states.PROCESSED, counts={"claims": 2}), Outcome(states.QUEUED, counts={"claims": 1, "unmatched": 1})]
    )

    assert (together.state, together.counts) == ("queued", {"claims": 3, "unmatched": 1})
