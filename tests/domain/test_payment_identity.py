"""The same payment twice is recognised by what it says."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.remittances.domain.amounts import CasAmount
from claims_api.remittances.domain.payment_identity import (
    ContentHash,
    PaymentIdentity,
    PaymentVerdict,
    claim_look_alike_key,
    payment_verdict,
)

Loop = list[list[str]]
CLAIM_A: Loop = [["CLP", "A1", "1", "200", "96", "24"], ["SVC", "HC:G0001", "200", "96"], ["CAS", "CO", "45", "80"]]
CLAIM_B: Loop = [["CLP", "B2", "1", "100", "100", ""], ["SVC", "HC:G0002", "100", "100"]]
PLB: Loop = [["PLB", "1999999984", "20261231", "WO:REF1", "10"]]


def _hash(*loops: Loop, separator: str = ":") -> bytes:
    content = ContentHash(separator)
    for loop in loops:
        content.add(loop)
    return content.digest()


def test_reordered_claims_are_the_same_content() -> None:
    assert _hash(CLAIM_A, CLAIM_B, PLB) == _hash(CLAIM_B, PLB, CLAIM_A)


def test_reordered_segments_inside_a_claim_are_other_content() -> None:
    assert _hash([CLAIM_A[0], CLAIM_A[2], CLAIM_A[1]]) != _hash(CLAIM_A)


@pytest.mark.parametrize(
    "rewritten",
    [
        [["CLP", " A1", "1", "200.00", "96.0", "24."], *CLAIM_A[1:]],
        [["CLP", "A1", "1", "200", "96", "24", "", ""], *CLAIM_A[1:]],
        [["CLP", "A1 ", "1", "0200.0", "96", "24"], *CLAIM_A[1:]],
        [CLAIM_A[0], ["SVC", "HC:G0001::", "200", "96"], CLAIM_A[2]],
        [CLAIM_A[0], ["SVC ", "HC: G0001", "\t200", "96\n"], CLAIM_A[2]],
    ],
)
def test_the_writing_of_amounts_spaces_and_empty_tails_is_not_content(rewritten: Loop) -> None:
    assert _hash(rewritten) == _hash(CLAIM_A)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0", "0.00", True),
        ("-0.0", "0", True),
        ("0.5", ".50", True),
        ("-.5", "-0.50", True),
        ("10", "10.0", True),
        ("100", "10", False),
        ("1.05", "1.5", False),
        ("0.01", "0.1", False),
        ("001", "1", False),
    ],
)
def test_how_a_decimal_is_written_is_not_content_but_its_value_is(one: str, other: str, *, same: bool) -> None:
    assert (_hash([["AMT", "B6", one]]) == _hash([["AMT", "B6", other]])) is same


def test_the_delimiters_are_not_content() -> None:
    other = [[element.replace(":", ">") for element in segment] for segment in CLAIM_A]

    assert _hash(other, separator=">") == _hash(CLAIM_A)


@pytest.mark.parametrize(
    "changed",
    [
        [["CLP", "A1", "1", "200", "96.01", "24"], *CLAIM_A[1:]],
        [["CLP", "A1", "2", "200", "96", "24"], *CLAIM_A[1:]],
        [["CLP", "A2", "1", "200", "96", "24"], *CLAIM_A[1:]],
        [["CLP", "A1", "1", "200", "", "96", "24"], *CLAIM_A[1:]],
        CLAIM_A[:2],
        [*CLAIM_A, ["REF", "6R", "L1"]],
        [["CLP", "A1", "1", "200", "-96", "24"], *CLAIM_A[1:]],
        [["CLP", "00A1", "1", "200", "96", "24"], *CLAIM_A[1:]],
    ],
)
def test_anything_else_is_content(changed: Loop) -> None:
    assert _hash(changed) != _hash(CLAIM_A)


def test_the_same_claim_twice_is_not_the_same_as_once() -> None:
    assert _hash(CLAIM_A, CLAIM_A) != _hash(CLAIM_A)


def test_a_provider_adjustment_is_content() -> None:
    assert _hash(CLAIM_A, PLB) != _hash(CLAIM_A)


loops = st.lists(
    st.lists(st.lists(st.text("AB01.- ", max_size=4), min_size=1, max_size=4), min_size=1, max_size=3),
    max_size=5,
)


@given(loops, st.randoms())
def test_any_order_of_loops_gives_the_same_hash(content: list[Loop], random: object) -> None:
    shuffled = list(content)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert _hash(*content) == _hash(*shuffled)


PAYMENT = PaymentIdentity("1999", "1999999984", "EFT1", 9600, date(2026, 7, 1), "ACH", b"one")


@pytest.mark.parametrize(
    ("earlier", "verdict"),
    [
        (PAYMENT, PaymentVerdict.DUPLICATE),
        (replace(PAYMENT, method="CHK"), PaymentVerdict.DUPLICATE),
        (replace(PAYMENT, content_hash=b"two"), PaymentVerdict.LOOK_ALIKE),
        (replace(PAYMENT, trace_number="EFT2"), PaymentVerdict.NEW),
        (replace(PAYMENT, payment_cents=9601), PaymentVerdict.LOOK_ALIKE),
        (replace(PAYMENT, payment_cents=9601, content_hash=b"two"), PaymentVerdict.LOOK_ALIKE),
        (replace(PAYMENT, payment_cents=9601, paid_on=date(2026, 7, 2)), PaymentVerdict.NEW),
        (replace(PAYMENT, paid_on=date(2026, 7, 2)), PaymentVerdict.NEW),
        (replace(PAYMENT, payer_key="1998"), PaymentVerdict.NEW),
        (replace(PAYMENT, payee_key="1999999992"), PaymentVerdict.NEW),
    ],
)
def test_a_payment_with_money_is_a_duplicate_when_all_is_equal(
    earlier: PaymentIdentity, verdict: PaymentVerdict
) -> None:
    assert payment_verdict(PAYMENT, [earlier]) is verdict


def test_transactions_of_one_file_may_share_a_trace_and_copies_in_it_are_still_seen() -> None:
    file_id = uuid4()
    incoming = replace(PAYMENT, file_id=file_id)
    part = replace(PAYMENT, payment_cents=100, content_hash=b"part", file_id=file_id)

    assert payment_verdict(incoming, [part]) is PaymentVerdict.NEW
    assert payment_verdict(incoming, [replace(part, file_id=uuid4())]) is PaymentVerdict.LOOK_ALIKE
    assert payment_verdict(incoming, [incoming]) is PaymentVerdict.DUPLICATE
    assert payment_verdict(incoming, [replace(incoming, content_hash=b"two")]) is PaymentVerdict.LOOK_ALIKE


def test_a_duplicate_among_look_alikes_is_a_duplicate() -> None:
    assert payment_verdict(PAYMENT, [replace(PAYMENT, content_hash=b"two"), PAYMENT]) is PaymentVerdict.DUPLICATE


def test_the_first_payment_is_new() -> None:
    assert payment_verdict(PAYMENT, []) is PaymentVerdict.NEW


@pytest.mark.parametrize("payment", [replace(PAYMENT, payment_cents=0), replace(PAYMENT, method="NON")])
def test_without_money_the_content_alone_decides(payment: PaymentIdentity) -> None:
    other_content = replace(payment, content_hash=b"two")
    other_trace = replace(payment, trace_number="0", paid_on=None)

    assert payment_verdict(payment, [other_content]) is PaymentVerdict.NEW
    assert payment_verdict(payment, [other_trace]) is PaymentVerdict.DUPLICATE


def _key(**changed: object) -> str:
    facts: dict[str, object] = {
        "payer_control_number": "P1",
        "status": "1",
        "charge_cents": 20000,
        "paid_cents": 9600,
        "adjustments": (CasAmount("CO", "45", 8000), CasAmount("PR", "2", 2400)),
        "adjudicated_on": date(2026, 6, 30),
    }
    return claim_look_alike_key(**(facts | changed))  # type: ignore[arg-type]


def test_the_same_claim_under_another_payment_looks_alike() -> None:
    assert _key(adjustments=(CasAmount("CO", "45", 10400),)) == _key()


@pytest.mark.parametrize(
    "other",
    [
        {"payer_control_number": "P2"},
        {"status": "22"},
        {"charge_cents": 20001},
        {"paid_cents": 9601},
        {"adjustments": ()},
        {"adjudicated_on": None},
    ],
)
def test_a_difference_in_any_part_does_not_look_alike(other: dict[str, object]) -> None:
    assert _key(**other) != _key()
