"""What a suggestion says of a held claim and one of ours, key by key, and the order of trust in numbers."""

from dataclasses import replace
from datetime import date

import pytest

from claims_api.held_money.domain.suggestion import CandidateFacts, HeldFacts, MatchKey, compare

DAY = date(2026, 11, 2)
HELD = HeldFacts(
    number="LW1",
    normal_number="LW1",
    payer_number="ICN5",
    original_number=None,
    payer_ids=frozenset({"prairie"}),
    member_id="M1",
    service_from=DAY,
    service_to=DAY,
    charge_cents=20000,
    rendering_npi="1549012304",
    procedures=("G0463",),
)
OURS = CandidateFacts(
    own_numbers=frozenset({"LW1"}),
    normal_number="LW1",
    payer_number="ICN5",
    payer_ids=frozenset({"prairie"}),
    member_ids=frozenset({"M1"}),
    service_from=DAY,
    service_to=DAY,
    charges_cents=frozenset({20000}),
    rendering_npi="1549012304",
    procedures=("G0463", "G0008"),
)


def test_everything_equal_scores_a_hundred_and_nothing_differs() -> None:
    fit = compare(HELD, OURS)

    assert fit.score == 100
    assert all(one.agrees for one in fit.keys)


@pytest.mark.parametrize(
    ("held", "key", "text"),
    [
        ({"number": "X", "normal_number": "X"}, "patient_control_number", "it is not the claim's"),
        ({"payer_number": "ICN9"}, "payer_control_number", "we know another or none"),
        ({"original_number": "ICN9"}, "original_reference", "we know another or none"),
        ({"payer_ids": frozenset({"bluff"})}, "payer", "none of the patient's"),
        ({"member_id": "M2"}, "member", "differs"),
        ({"charge_cents": 15000}, "charge", "the payer says 150, we billed 200"),
        ({"rendering_npi": "1883000444"}, "rendering", "differs"),
        ({"procedures": ("G0463", "G9999")}, "procedures", "1 of 2 are on the claim"),
        (
            {"service_from": date(2026, 11, 3), "service_to": date(2026, 11, 4)},
            "service_dates",
            "the payer says 2026-11-03 to 2026-11-04, we 2026-11-02",
        ),
    ],
)
def test_each_key_that_differs_says_what_each_side_says(held: dict[str, object], key: str, text: str) -> None:
    fit = compare(replace(HELD, **held), OURS)  # type: ignore[arg-type]

    assert (key, text) in {(one.key.value, one.text) for one in fit.keys if not one.agrees}


def test_numbers_count_once_by_the_most_trusted_that_agrees() -> None:
    nothing = replace(
        OURS,
        payer_ids=frozenset(),
        member_ids=frozenset(),
        charges_cents=frozenset({1}),
        service_from=date(2025, 1, 1),
        rendering_npi=None,
        procedures=(),
    )
    foreign = replace(HELD, number="X", normal_number="X", payer_number=None)
    ours, payers, originals, alike = (
        compare(HELD, nothing).score,
        compare(replace(HELD, number="X", normal_number="X"), nothing).score,
        compare(replace(foreign, original_number="ICN5"), nothing).score,
        compare(replace(foreign, normal_number="LW1"), nothing).score,
    )

    assert ours > payers > originals > alike > compare(foreign, nothing).score == 0


@pytest.mark.parametrize(
    "left_out", ["payer_number", "original_number", "member_id", "service_from", "rendering_npi", "procedures"]
)
def test_what_the_payer_left_out_is_not_compared(left_out: str) -> None:
    names = {"payer_number": "payer_control_number", "original_number": "original_reference", "member_id": "member",
             "service_from": "service_dates", "rendering_npi": "rendering", "procedures": "procedures"}  # fmt: skip
    empty: object = () if left_out == "procedures" else None

    fit = compare(replace(HELD, **{left_out: empty}), OURS)  # type: ignore[arg-type]

    assert MatchKey(names[left_out]) not in {one.key for one in fit.keys}
