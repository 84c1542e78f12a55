"""Every state x every event of the stored axes: the legal set is exactly this, all else is refused."""

import pytest

from claims_api.claims.domain import (
    AdjudicationEvent,
    AdjudicationState,
    BalanceState,
    SubmissionEvent,
    SubmissionState,
    balance_state,
    next_adjudication_state,
    next_submission_state,
    remittance_is_out_of_order,
)
from claims_api.transitions import IllegalTransitionError

# One row a state: "event>state"; an 835 ("adjudicate") is legal from every state.
SUBMISSION = {
    "draft": "pass_scrub>ready fail_scrub>scrub_failed hold>held cancel>voided adjudicate>draft",
    "scrub_failed": "correct>draft adjudicate>scrub_failed",
    "ready": "hold>held cancel>voided send>sent adjudicate>ready",
    "held": "release>draft cancel>voided adjudicate>held",
    "sent": "file_rejected>file_rejected file_accepted>file_accepted hop_accepts>file_accepted "
    "hop_rejects>ch_rejected payer_accepts>payer_accepted payer_rejects>payer_rejected "
    "adjudicate>payer_accepted",
    "file_rejected": "send>sent adjudicate>file_rejected",
    "file_accepted": "file_accepted>file_accepted hop_accepts>file_accepted hop_rejects>ch_rejected "
    "payer_accepts>payer_accepted payer_rejects>payer_rejected adjudicate>payer_accepted",
    "ch_rejected": "file_accepted>ch_rejected correct>draft adjudicate>ch_rejected",
    "payer_rejected": "file_accepted>payer_rejected hop_accepts>payer_rejected correct>draft adjudicate>payer_rejected",
    "payer_accepted": "file_accepted>payer_accepted hop_accepts>payer_accepted "
    "payer_accepts>payer_accepted payer_rejects>payer_rejected supersede>superseded send_void>void_sent "
    "adjudicate>payer_accepted",
    "superseded": "adjudicate>superseded",
    "void_sent": "file_accepted>void_sent hop_accepts>void_sent payer_accepts>void_sent "
    "void_refused>payer_accepted void_confirmed>voided adjudicate>void_sent",
    "voided": "adjudicate>voided",
}

DECIDED = (
    "remit_paid>paid remit_partially_denied>partially_denied remit_denied>denied "
    "remit_zero_paid>zero_paid remit_pended>pended remit_forwarded>forwarded remit_taken_off>none "
)
ADJUDICATION = {
    "none": DECIDED + "payer_accepts>pended payer_rejects>none payer_pends>pended payer_asks>info_requested",
    "pended": DECIDED + "payer_accepts>pended payer_rejects>none payer_pends>pended payer_asks>info_requested",
    "info_requested": DECIDED + "payer_accepts>info_requested payer_rejects>none payer_pends>pended "
    "payer_asks>info_requested we_answer>pended",
    "paid": DECIDED + "payer_accepts>paid remit_reversed>reversed",
    "partially_denied": DECIDED + "payer_accepts>partially_denied remit_reversed>reversed",
    "denied": DECIDED + "payer_accepts>denied remit_reversed>reversed",
    "zero_paid": DECIDED + "payer_accepts>zero_paid remit_reversed>reversed",
    "forwarded": DECIDED + "payer_accepts>forwarded",
    "reversed": DECIDED + "payer_accepts>reversed",
}


def _legal(table: dict[str, str]) -> dict[tuple[str, str], str]:
    moves = {}
    for state, row in table.items():
        for move in row.split():
            event, to = move.split(">")
            moves[state, event] = to
    return moves


@pytest.mark.parametrize("event", SubmissionEvent)
@pytest.mark.parametrize("state", SubmissionState)
def test_submission_moves_exactly_as_the_table_says(state: SubmissionState, event: SubmissionEvent) -> None:
    expected = _legal(SUBMISSION).get((state, event))

    if expected is None:
        with pytest.raises(IllegalTransitionError, match=f"{event} is not possible while {state}"):
            next_submission_state(state, event)
    else:
        assert next_submission_state(state, event) == expected


@pytest.mark.parametrize("event", AdjudicationEvent)
@pytest.mark.parametrize("state", AdjudicationState)
def test_adjudication_moves_exactly_as_the_table_says(state: AdjudicationState, event: AdjudicationEvent) -> None:
    expected = _legal(ADJUDICATION).get((state, event))

    if expected is None:
        with pytest.raises(IllegalTransitionError, match=f"{event} is not possible while {state}"):
            next_adjudication_state(state, event)
    else:
        assert next_adjudication_state(state, event) == expected


def test_the_expected_tables_name_every_state() -> None:
    assert set(SUBMISSION) == set(SubmissionState)
    assert set(ADJUDICATION) == set(AdjudicationState)


@pytest.mark.parametrize(
    ("state", "out_of_order"),
    [
        ("draft", True),
        ("scrub_failed", True),
        ("ready", True),
        ("held", True),
        ("sent", False),
        ("file_rejected", True),
        ("file_accepted", False),
        ("ch_rejected", True),
        ("payer_rejected", True),
        ("payer_accepted", False),
        ("superseded", False),
        ("void_sent", False),
        ("voided", True),
    ],
)
def test_an_835_posts_from_every_state_and_tells_a_person_where_no_payer_should_have_the_claim(
    state: str, *, out_of_order: bool
) -> None:
    assert remittance_is_out_of_order(SubmissionState(state)) is out_of_order


def test_closed_is_never_final() -> None:
    assert next_submission_state(SubmissionState.VOIDED, SubmissionEvent.ADJUDICATE)
    assert next_adjudication_state(AdjudicationState.PAID, AdjudicationEvent.REMIT_REVERSED)


def test_a_reversal_without_a_decision_is_refused_so_that_it_is_held_and_never_a_new_denial() -> None:
    with pytest.raises(IllegalTransitionError):
        next_adjudication_state(AdjudicationState.NONE, AdjudicationEvent.REMIT_REVERSED)


@pytest.mark.parametrize(
    ("insurance", "patient", "credit", "state"),
    [
        (0, 0, 0, BalanceState.ZERO),
        (1, 0, 0, BalanceState.OPEN_INSURANCE),
        (0, 1, 0, BalanceState.OPEN_PATIENT),
        (1, 1, 0, BalanceState.OPEN_INSURANCE),
        (0, 0, 1, BalanceState.CREDIT),
        (5000, 5000, 1, BalanceState.CREDIT),
    ],
)
def test_the_balance_state_comes_from_the_ledger(
    insurance: int, patient: int, credit: int, state: BalanceState
) -> None:
    assert balance_state(insurance_cents=insurance, patient_cents=patient, credit_cents=credit) is state


def test_a_negative_bucket_is_refused_because_credits_never_net() -> None:
    with pytest.raises(ValueError, match="below zero"):
        balance_state(insurance_cents=-1, patient_cents=0, credit_cents=0)


def test_every_member_has_a_phrase_for_people() -> None:
    for members in (SubmissionState, SubmissionEvent, AdjudicationState, AdjudicationEvent, BalanceState):
        for member in members:
            assert member.phrase
            assert member == member.value
