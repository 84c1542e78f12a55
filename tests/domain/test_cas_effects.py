"""What a CAS amount does: one row of this table for each row of the posting rules."""

import pytest

from claims_api.codes.code_lists import GROUP_CODES, carc, carcs
from claims_api.codes.domain import CarcKind
from claims_api.ledger.cas_effects import (
    UNKNOWN_CARC,
    CasAction,
    CasEffect,
    FollowUp,
    cas_effect,
    cas_effect_rows,
    net_patient_share_cents,
)
from claims_api.ledger.events import MOVEMENTS

# group-reason, sign | action, event, debit, credit, follow-up. "-" is none.
RULES = """
CO-45    + | post              E05 4100 1100 none
CO-44    + | post              E05 4100 1100 none
CO-303   + | post              E05 4100 1100 none
CO-A2    + | post              E05 4100 1100 none
OA-94    + | post              E05 4100 1100 none
OA-45    + | stay_open         -   -    -    review
PI-45    + | stay_open         -   -    -    review
PR-45    + | stay_open         -   -    -    review
CO-253   + | post              E06 4105 1100 none
CO-237   + | post              E06 4105 1100 none
CO-278   + | post              E06 4105 1100 none
PI-278   + | post              E06 4105 1100 none
CO-118   + | post              E06 4105 1100 none
CO-137   + | post              E06 4105 1100 none
CO-223   + | post              E06 4105 1100 none
PR-253   + | stay_open         -   -    -    review
CO-209   + | transfer          E07 -    1100 review
OA-209   + | transfer          E07 -    1100 review
PR-209   + | transfer          E07 -    1100 review
PI-209   + | transfer          E07 -    1100 review
PR-1     + | transfer          E07 1110 1100 none
PR-2     + | transfer          E07 1110 1100 none
PR-3     + | transfer          E07 1110 1100 none
CO-1     + | stay_open         -   -    -    review
OA-2     + | stay_open         -   -    -    review
PI-3     + | stay_open         -   -    -    review
OA-23    + | memo              -   -    -    none
CO-23    + | memo              -   -    -    none
OA-71    + | memo              -   -    -    none
CO-50    + | stay_open         -   -    -    denial_case
OA-18    + | stay_open         -   -    -    denial_case
PI-16    + | stay_open         -   -    -    denial_case
PR-96    + | stay_open         -   -    -    denial_case
PR-26    + | stay_open         -   -    -    denial_case
CO-97    + | stay_open         -   -    -    denial_case
CO-24    + | stay_open         -   -    -    denial_case
CO-59    + | post              E05 4100 1100 none
CO-203   + | post              E05 4100 1100 none
CO-61    + | stay_open         -   -    -    denial_case
CO-B4    + | stay_open         -   -    -    denial_case
CO-102   + | stay_open         -   -    -    review
OA-215   + | stay_open         -   -    -    review
PR-59    + | stay_open         -   -    -    denial_case
PR-122   + | stay_open         -   -    -    denial_case
CO-130   + | post              E38 6210 1100 none
CO-104   + | post              E36 1215 1100 none
CO-105   + | post              E36 1215 1100 none
OA-143   + | post              E36 1215 1100 none
CO-245   + | post              E36 1215 1100 none
PR-104   + | stay_open         -   -    -    review
OA-133   + | stay_open         -   -    -    watch
CO-P8    + | stay_open         -   -    -    watch
PR-257   + | stay_open         -   -    -    watch
PR-100   + | stay_open         -   -    -    review
OA-293   + | stay_open         -   -    -    review
OA-294   + | stay_open         -   -    -    review
CO-246   + | stay_open         -   -    -    review
CO-144   + | stay_open         -   -    -    review
PR-187   + | stay_open         -   -    -    review
CO-94    - | post              E05 1100 4100 none
OA-94    - | post              E05 1100 4100 none
CO-144   - | post              E23 1100 4210 none
PI-144   - | post              E23 1100 4210 none
CO-161   - | post              E23 1100 4210 none
CO-259   - | post              E23 1100 4210 none
CO-69    - | post              E05 1100 4100 none
OA-70    - | post              E05 1100 4100 none
CO-74    - | post              E05 1100 4100 none
CO-75    - | post              E05 1100 4100 none
CO-76    - | post              E05 1100 4100 none
CO-A5    - | post              E05 1100 4100 none
CO-45    - | post              E05 1100 4100 none
CO-253   - | post              E06 1100 4105 none
PR-187   - | net_patient_share -   -    -    none
PR-2     - | net_patient_share -   -    -    none
OA-187   - | stay_open         -   -    -    review
PR-45    - | stay_open         -   -    -    review
PR-144   - | stay_open         -   -    -    review
CO-50    - | stay_open         -   -    -    review
CO-104   - | stay_open         -   -    -    review
CO-130   - | stay_open         -   -    -    review
OA-209   - | stay_open         -   -    -    review
OA-23    - | memo              -   -    -    review
CR-45    + | stay_open         -   -    -    review
CR-45    - | stay_open         -   -    -    review
CR-2     + | stay_open         -   -    -    review
CO-ZZ9   + | stay_open         -   -    -    review
PR-ZZ9   - | stay_open         -   -    -    review
ZZ-45    + | stay_open         -   -    -    review
"""


def _effect(text: str, sign: str = "+") -> CasEffect:
    group, code = text.split("-")
    return cas_effect(group, carc(code), negative=sign == "-")


@pytest.mark.parametrize("row", RULES.split("\n")[1:-1])
def test_what_an_amount_does(row: str) -> None:
    given, expected = row.split("|")
    effect = _effect(*given.split())

    account_or_dash = [
        str(int(account)) if account else "-" for account in (effect.debit_account, effect.credit_account)
    ]
    assert [effect.action, effect.event or "-", *account_or_dash, effect.follow_up] == expected.split()


def test_a_patient_share_goes_to_the_next_coverage_before_the_patient() -> None:
    effect = _effect("PR-2")

    assert (effect.next_coverage_account, effect.debit_account) == (1100, 1110)


def test_209_goes_to_the_next_coverage_and_never_to_the_patient() -> None:
    effect = _effect("OA-209")

    assert (effect.next_coverage_account, effect.debit_account) == (1100, None)
    assert effect.follow_up is FollowUp.REVIEW


def test_under_a_capitation_contract_reason_24_is_contractual() -> None:
    effect = cas_effect("CO", carc("24"), capitated=True)

    assert (effect.action, effect.event, effect.debit_account) == (CasAction.POST, "E35", 4100)
    assert cas_effect("PR", carc("24"), capitated=True).follow_up is FollowUp.DENIAL_CASE
    assert cas_effect("CO", carc("50"), capitated=True).follow_up is FollowUp.DENIAL_CASE


def test_an_unknown_reason_stays_open_for_a_person_and_never_crashes() -> None:
    assert cas_effect("CO", None) == cas_effect("PR", None, negative=True) == UNKNOWN_CARC


ROWS = cas_effect_rows(carcs().values())


def test_the_reference_table_holds_every_group_reason_and_sign_once() -> None:
    keys = {(row.group_code, row.carc, row.sign) for row in ROWS}

    assert len(ROWS) == len(keys) == len(GROUP_CODES) * 341 * 2


@pytest.mark.parametrize("group", ["CO", "OA", "PI"])
def test_only_group_pr_ever_reaches_the_patient(group: str) -> None:
    assert not [row for row in ROWS if row.group_code == group and row.effect.debit_account == 1110]
    assert [row for row in ROWS if row.group_code == "PR" and row.effect.debit_account == 1110]


def test_no_denial_posts_by_itself_in_any_group() -> None:
    denials = [row for row in ROWS if row.kind is CarcKind.DENIAL]

    assert len(denials) == 214 * 10
    assert {row.effect.action for row in denials} == {CasAction.STAY_OPEN}


def test_administrative_write_offs_are_never_automatic() -> None:
    assert not [row for row in ROWS if row.effect.debit_account == 4140]


def test_what_stays_open_always_has_somebody_who_looks() -> None:
    stays = [row.effect for row in ROWS if row.effect.action is CasAction.STAY_OPEN]

    assert stays
    assert all(effect.follow_up is not FollowUp.NONE and effect.reason for effect in stays)


def test_every_posting_effect_is_a_movement_of_its_event() -> None:
    for effect in {row.effect for row in ROWS if row.effect.event}:
        assert effect.event is not None
        assert effect.credit_account is not None
        for debit in {effect.debit_account, effect.next_coverage_account} - {None}:
            assert debit is not None
            assert (debit, effect.credit_account) in MOVEMENTS[effect.event]


@pytest.mark.parametrize(
    ("shares", "moves"),
    [
        ([("PR-2", 2400)], 2400),
        ([("PR-1", 1000), ("PR-2", 2400)], 3400),
        ([("PR-2", 2400), ("PR-187", -1000)], 1400),
        ([("PR-2", 2400), ("PR-3", -400)], 2000),
        ([("PR-187", -1000)], -1000),
        ([("PR-2", 2400), ("CO-45", 8000), ("PR-96", 500), ("OA-187", -1000)], 2400),
    ],
)
def test_what_was_paid_on_the_patients_side_nets_the_share_of_the_line(
    shares: list[tuple[str, int]], moves: int
) -> None:
    effects = [(_effect(text, "-" if cents < 0 else "+"), cents) for text, cents in shares]

    assert net_patient_share_cents(effects) == moves
