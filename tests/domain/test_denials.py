"""The life of a denial case, and who does what about it."""

import pytest

from claims_api.codes.code_lists import carc, rarc, rarcs
from claims_api.codes.domain import Action, Rarc
from claims_api.denials.domain import OPEN_STATES, DenialEvent, DenialState, next_denial_state
from claims_api.denials.routing import (
    NEW_CLAIM_REMARKS,
    PATIENT_PROTECTED_REMARKS,
    PATIENT_WARNED_REMARK,
    DenialRoute,
    PatientCheck,
    PayerRule,
    route_denial,
)
from claims_api.transitions import IllegalTransitionError

OFF = "withdraw>withdrawn "
MONEY = OFF + "recover_all>overturned recover_part>partially_overturned "
MOVES = {
    "new": MONEY + "take>in_review expire>expired uphold>upheld",
    "in_review": MONEY + "send_corrected>corrected send_records>records_sent appeal>appealed "
    "bill_patient>patient_billed bill_payer>payer_billed write_off>written_off expire>expired uphold>upheld",
    "corrected": MONEY + "uphold>upheld expire>expired reopen>in_review",
    "records_sent": MONEY + "uphold>upheld expire>expired reopen>in_review",
    "appealed": MONEY + "uphold>upheld expire>expired reopen>in_review",
    "patient_billed": MONEY + "reopen>in_review",
    "payer_billed": MONEY + "uphold>upheld expire>expired reopen>in_review",
    "written_off": MONEY + "reopen>in_review",
    "overturned": OFF + "take_back>in_review",
    "partially_overturned": MONEY + "reopen>in_review take_back>in_review",
    "upheld": MONEY + "reopen>in_review",
    "expired": MONEY + "reopen>in_review",
    "withdrawn": "",
}
LEGAL = {(state, move.split(">")[0]): move.split(">")[1] for state, row in MOVES.items() for move in row.split()}


@pytest.mark.parametrize("event", DenialEvent)
@pytest.mark.parametrize("state", DenialState)
def test_a_denial_case_moves_exactly_as_the_table_says(state: DenialState, event: DenialEvent) -> None:
    expected = LEGAL.get((state, event))

    if expected is None:
        with pytest.raises(IllegalTransitionError):
            next_denial_state(state, event)
    else:
        assert next_denial_state(state, event) == expected


def test_only_money_overturns_a_denial() -> None:
    winning = {event for (_, event), to in LEGAL.items() if to in ("overturned", "partially_overturned")}

    assert winning == {"recover_all", "recover_part"}


def test_a_case_that_is_given_up_won_or_billed_on_is_not_open() -> None:
    closed = set(DenialState) - OPEN_STATES

    assert closed == {"patient_billed", "written_off", "overturned", "upheld", "expired", "withdrawn"}


def _remarks(text: str) -> list[Rarc]:
    found = [rarc(code) for code in text.split()]
    assert None not in found
    return [remark for remark in found if remark is not None]


def _route(denial: str, remarks: str = "", **more: object) -> DenialRoute | None:
    group, code = denial.split("-")
    row = carc(code)
    assert row is not None
    return route_denial(row, group, _remarks(remarks), **more)  # type: ignore[arg-type]


def _case(denial: str, remarks: str = "", **more: object) -> DenialRoute:
    route = _route(denial, remarks, **more)
    assert route is not None
    return route


@pytest.mark.parametrize(
    "amount", ["PR-1", "CO-45", "OA-23", "OA-133", "CO-246", "CO-253", "CO-59", "CO-102", "CO-104"]
)
def test_what_is_no_open_denial_or_reduction_is_no_case(amount: str) -> None:
    assert _route(amount) is None


@pytest.mark.parametrize(
    ("denial", "remarks", "rule", "category", "owner", "action", "appeal"),
    [
        # 2: remarks that close the appeal path
        ("CO-16", "MA130", "new_claim_remark", "claim_format", "biller", "correct_and_resubmit", False),
        ("CO-16", "M76 MA130", "new_claim_remark", "claim_format", "biller", "correct_and_resubmit", False),
        ("CO-16", "MA113", "new_claim_remark", "credentialing", "credentialing", "correct_and_resubmit", False),
        ("CO-16", "N704", "new_claim_remark", "claim_format", "biller", "correct_and_resubmit", False),
        ("CO-50", "N142", "new_claim_remark", "claim_format", "biller", "correct_and_resubmit", False),
        ("CO-50", "N517", "new_claim_remark", "claim_format", "biller", "correct_and_resubmit", False),
        ("CO-286", "N921", "no_appeal_remark", "appeal_process", "biller", "reconsideration", False),
        ("CO-50", "N211", "default", "medical_necessity", "provider", "call_payer", False),
        ("CO-50", "MA44", "default", "medical_necessity", "provider", "call_payer", False),
        # 3: reasons that say nothing alone
        ("CO-16", "M76", "by_remark", "coding", "coder", "correct_and_resubmit", False),
        ("CO-16", "N290", "by_remark", "claim_format", "biller", "correct_and_resubmit", False),
        ("CO-16", "MA27", "by_remark", "registration", "front_desk", "correct_and_resubmit", False),
        ("CO-16", "MA01 M51", "by_remark", "coding", "coder", "correct_and_resubmit", False),
        ("CO-226", "M127", "by_remark", "documentation", "provider", "send_records", True),
        ("CO-252", "N479", "by_remark", "cob", "biller", "send_records", True),
        ("CO-A1", "N657", "by_remark", "coding", "coder", "correct_and_resubmit", True),
        ("CO-96", "N30", "by_remark", "eligibility", "front_desk", "call_payer", True),
        ("CO-16", "", "remark_missing", "claim_format", "biller", "call_payer", False),
        ("CO-A1", "MA01", "remark_missing", "non_covered", "biller", "call_payer", True),
        # 5: the default of the reason
        ("CO-50", "", "default", "medical_necessity", "provider", "appeal", True),
        ("CO-29", "", "default", "timely_filing", "biller", "appeal", True),
        ("CO-197", "", "default", "authorization", "front_desk", "appeal", True),
        ("OA-18", "", "default", "duplicate", "biller", "call_payer", True),
        ("CO-22", "", "default", "cob", "front_desk", "bill_other_payer", False),
        ("CO-97", "M15", "default", "bundling", "coder", "correct_and_resubmit", True),
        ("CO-B4", "", "default", "timely_filing", "biller", "appeal", True),
        # 6 and 7: the group code has the last word about the patient
        ("PR-119", "", "default", "benefit_max", "front_desk", "bill_patient", True),
        ("CO-119", "", "default", "benefit_max", "front_desk", "appeal", True),
        ("CO-202", "", "default", "non_covered", "front_desk", "call_payer", False),
        ("PR-204", "N842", "default", "non_covered", "front_desk", "appeal", True),
    ],
)
def test_the_first_rule_that_fires_routes_the_denial(
    denial: str, remarks: str, rule: str, category: str, owner: str, action: str, *, appeal: bool
) -> None:
    route = _case(denial, remarks)

    assert (route.rule, route.category, route.owner, route.action) == (rule, category, owner, action)
    assert route.appeal_allowed is appeal
    assert route.because


@pytest.mark.parametrize("remark", sorted(NEW_CLAIM_REMARKS))
def test_an_unprocessable_claim_is_sent_anew_and_never_appealed(remark: str) -> None:
    route = _case("CO-50", remark)

    assert route.new_claim
    assert not route.appeal_allowed
    assert route.action is Action.CORRECT_AND_RESUBMIT


RULE = PayerRule("P1", "50", Action.SEND_RECORDS, "provider", procedure_from="G0100", procedure_to="G0199")


@pytest.mark.parametrize(
    ("payer", "procedure", "rule"),
    [
        ("P1", "G0100", "payer_rule"),
        ("P1", "G0199", "payer_rule"),
        ("P1", "G0099", "default"),
        ("P1", "G0200", "default"),
        ("P2", "G0150", "default"),
    ],
)
def test_a_practices_own_rule_for_a_payer_beats_the_default(payer: str, procedure: str, rule: str) -> None:
    assert _case("CO-50", payer=payer, procedure=procedure, payer_rules=[RULE]).rule == rule


def test_a_payer_rule_may_ask_for_a_group_and_a_remark() -> None:
    rule = PayerRule("P1", "50", Action.CALL_PAYER, "biller", rarc="N115", group="CO")

    assert _case("CO-50", "N115", payer="P1", payer_rules=[rule]).rule == "payer_rule"
    assert _case("CO-50", "N386", payer="P1", payer_rules=[rule]).rule == "default"
    assert _case("PR-50", "N115", payer="P1", payer_rules=[rule]).rule == "default"


def test_a_remark_decides_before_a_payer_rule() -> None:
    rule = PayerRule("P1", "16", Action.CALL_PAYER, "biller")

    assert _case("CO-16", "M76", payer="P1", payer_rules=[rule]).rule == "by_remark"
    assert _case("CO-16", "", payer="P1", payer_rules=[rule]).rule == "payer_rule"


def test_under_group_pr_the_patient_owes_only_after_every_check() -> None:
    route = _case("PR-96", "N130")

    assert route.patient_may_owe
    assert route.patient_checks == tuple(PatientCheck)


def test_a_patient_who_was_warned_needs_no_further_waiver() -> None:
    route = _case("PR-50", "M38")

    assert PatientCheck.SIGNED_WAIVER not in route.patient_checks
    assert PatientCheck.OTHER_COVERAGE in route.patient_checks


@pytest.mark.parametrize("group", ["CO", "OA", "PI"])
def test_every_other_group_never_reaches_the_patient(group: str) -> None:
    route = _case(f"{group}-119")

    assert not route.patient_may_owe
    assert route.patient_checks == ()
    assert route.action is not Action.BILL_PATIENT


@pytest.mark.parametrize("remark", sorted(PATIENT_PROTECTED_REMARKS))
def test_a_protected_patient_never_owes_whatever_the_group_says(remark: str) -> None:
    route = _case("PR-119", remark)

    assert not route.patient_may_owe
    assert route.action is not Action.BILL_PATIENT


def test_the_remarks_that_speak_of_the_patient_say_so_in_the_table() -> None:
    blocking = {
        code
        for code, row in rarcs().items()
        if "block patient billing" in row.software_effect_or_note
        or "block balance billing" in row.software_effect_or_note
    }

    assert blocking == PATIENT_PROTECTED_REMARKS
    assert "allow patient billing" in rarcs()[PATIENT_WARNED_REMARK].software_effect_or_note


@pytest.mark.parametrize(
    ("denial", "account"), [("CO-50", 4140), ("CO-97", 4100), ("CO-22", 4140), ("CO-29", 4140), ("CO-B4", 4140)]
)
def test_a_final_loss_is_administrative_unless_the_reason_is_contractual(denial: str, account: int) -> None:
    assert _case(denial).loss_account == account
