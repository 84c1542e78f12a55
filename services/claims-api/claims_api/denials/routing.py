"""Who does what about a denial: the first rule that fires, then what the group code allows.

1. Only denials and reductions that stay open become cases.
2. A remark that takes away appeal rights closes that path; an unprocessable claim is corrected and sent anew.
3. Reasons that need a remark (16, 96, 226, 252, A1 ...) are routed by the remark, never by the reason alone.
4. The practice's own rule for the payer.
5. The default of the code table.
6. Group PR: the patient is the last answer, after other coverage, waivers and protections.
7. Every other group: never the patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from claims_api.codes.domain import (
    Action,
    AppealRights,
    Carc,
    CarcCategory,
    Preventable,
    Rarc,
    RarcCategory,
    RarcType,
    WriteoffClass,
)
from claims_api.ledger.cas_effects import FollowUp, cas_effect
from claims_api.ledger.domain import Account
from claims_api.phrases import Phrased

# Adjudicated in form, unprocessable in law: no appeal, a new claim (frequency 1), the filing clock runs.
NEW_CLAIM_REMARKS: Final = frozenset({"MA130", "MA113", "N704", "N142", "N517"})
PATIENT_PROTECTED_REMARKS: Final = frozenset({"M27", "M39", "MA113", "N192", "N781", "N830", "N842"})
PATIENT_WARNED_REMARK: Final = "M38"


class RoutingRule(Phrased):
    """Which rule decided."""

    NEW_CLAIM_REMARK = "new_claim_remark", "a remark says that the claim was unprocessable: send a new claim"
    NO_APPEAL_REMARK = "no_appeal_remark", "a remark takes the appeal right away"
    BY_REMARK = "by_remark", "the reason says nothing alone; the remark decides"
    REMARK_MISSING = "remark_missing", "the reason needs a remark and none that we know came with it"
    PAYER_RULE = "payer_rule", "the practice's own rule for this payer"
    DEFAULT = "default", "the default of the reason code"


class PatientCheck(Phrased):
    """What must be cleared before a patient is billed for a denial under group PR."""

    OTHER_COVERAGE = "other_coverage", "no other coverage is left to bill"
    SIGNED_WAIVER = "signed_waiver", "a valid advance notice or waiver was signed, where one is needed"
    PROTECTED_PROGRAMME = (
        "protected_programme",
        "no protection applies (Medicaid, QMB, workers' compensation, No Surprises Act)",
    )
    HOLD_HARMLESS = "hold_harmless", "the contract does not forbid billing the patient"


@dataclass(frozen=True, slots=True)
class PayerRule:
    """A practice's own answer for one payer. None matches anything; the first rule that matches counts."""

    payer: str
    carc: str
    action: Action
    owner: str
    rarc: str | None = None
    group: str | None = None
    procedure_from: str | None = None
    procedure_to: str | None = None

    def matches(self, payer: str, group: str, carc: str, remarks: Sequence[str], procedure: str) -> bool:
        """Whether the rule speaks of this denial; a procedure range includes both its ends."""
        return (
            (self.payer, self.carc) == (payer, carc)
            and self.group in (None, group)
            and (self.rarc is None or self.rarc in remarks)
            and (self.procedure_from or "") <= procedure
            and (self.procedure_to is None or procedure <= self.procedure_to)
        )


@dataclass(frozen=True, slots=True)
class DenialRoute:
    """What to do with a denial. `loss_account` is where a final loss would post, by a decision only.

    `patient_checks` is empty and `patient_may_owe` False where the patient can never owe it.
    """

    rule: RoutingRule
    because: str
    category: CarcCategory | RarcCategory
    owner: str
    action: Action
    preventable: Preventable
    appeal_allowed: bool
    new_claim: bool
    patient_may_owe: bool
    patient_checks: tuple[PatientCheck, ...]
    loss_account: Account


@dataclass(frozen=True, slots=True)
class _Answer:
    rule: RoutingRule
    because: str
    category: CarcCategory | RarcCategory
    owner: str
    action: Action


def route_denial(
    carc: Carc,
    group: str,
    remarks: Sequence[Rarc],
    *,
    payer: str = "",
    procedure: str = "",
    payer_rules: Sequence[PayerRule] = (),
) -> DenialRoute | None:
    """The route, or None when the amount opens no case (patient share, contract, pend, information)."""
    if cas_effect(group, carc).follow_up is not FollowUp.DENIAL_CASE:
        return None
    codes = tuple(remark.code for remark in remarks)
    matching = (rule for rule in payer_rules if rule.matches(payer, group, carc.code, codes, procedure))
    payer_rule = next(matching, None)
    answer = (
        _by_appeal_rights(carc, remarks)
        or _by_remark(carc, remarks)
        or _by_payer_rule(payer_rule, carc)
        or _default(carc)
    )
    appeal_allowed = carc.appealable and not any(
        remark.appeal_rights is AppealRights.NONE or remark.code in NEW_CLAIM_REMARKS for remark in remarks
    )
    patient_may_owe = group == "PR" and not PATIENT_PROTECTED_REMARKS.intersection(codes)
    return DenialRoute(
        rule=answer.rule,
        because=answer.because,
        category=answer.category,
        owner=answer.owner,
        action=_allowed_action(answer.action, patient_may_owe, appeal_allowed),
        preventable=carc.preventable,
        appeal_allowed=appeal_allowed,
        new_claim=answer.rule is RoutingRule.NEW_CLAIM_REMARK,
        patient_may_owe=patient_may_owe,
        patient_checks=_patient_checks(codes) if patient_may_owe else (),
        loss_account=_loss_account(carc),
    )


def _by_appeal_rights(carc: Carc, remarks: Sequence[Rarc]) -> _Answer | None:
    for remark in remarks:
        if remark.code in NEW_CLAIM_REMARKS:
            return _Answer(
                RoutingRule.NEW_CLAIM_REMARK,
                f"remark {remark.code}: {remark.short_description}",
                remark.category if remark.rarc_type is RarcType.SUPPLEMENTAL else carc.category,
                remark.owner,
                Action.CORRECT_AND_RESUBMIT,
            )
    for remark in remarks:
        if remark.appeal_rights is AppealRights.NONE and remark.recommended_action is not Action.NONE:
            return _remark_answer(RoutingRule.NO_APPEAL_REMARK, remark)
    return None


def _by_remark(carc: Carc, remarks: Sequence[Rarc]) -> _Answer | None:
    if not carc.rarc_required:
        return None
    for remark in sorted(remarks, key=lambda r: (r.rarc_type is RarcType.ALERT, not _typical(r, carc))):
        if remark.recommended_action is not Action.NONE:
            return _remark_answer(RoutingRule.BY_REMARK, remark)
    return None


def _typical(remark: Rarc, carc: Carc) -> bool:
    return not remark.typical_carcs or carc.code in remark.typical_carcs


def _remark_answer(rule: RoutingRule, remark: Rarc) -> _Answer:
    because = f"remark {remark.code}: {remark.short_description}"
    return _Answer(rule, because, remark.category, remark.owner, remark.recommended_action)


def _by_payer_rule(rule: PayerRule | None, carc: Carc) -> _Answer | None:
    if rule is None:
        return None
    because = f"payer rule for reason {carc.code}"
    return _Answer(RoutingRule.PAYER_RULE, because, carc.category, rule.owner, rule.action)


def _default(carc: Carc) -> _Answer:
    because = f"reason {carc.code}: {carc.short_description}"
    if carc.rarc_required:
        return _Answer(RoutingRule.REMARK_MISSING, because, carc.category, carc.owner, Action.CALL_PAYER)
    return _Answer(RoutingRule.DEFAULT, because, carc.category, carc.owner, carc.recommended_action)


def _allowed_action(action: Action, patient_may_owe: bool, appeal_allowed: bool) -> Action:
    """Replaces what the group code or a remark forbids: billing the patient, or appealing without the right."""
    if action is Action.BILL_PATIENT and not patient_may_owe:
        return Action.APPEAL if appeal_allowed else Action.CALL_PAYER
    if action is Action.APPEAL and not appeal_allowed:
        return Action.CALL_PAYER
    return action


def _patient_checks(codes: Sequence[str]) -> tuple[PatientCheck, ...]:
    warned = PATIENT_WARNED_REMARK in codes
    return tuple(check for check in PatientCheck if not (warned and check is PatientCheck.SIGNED_WAIVER))


def _loss_account(carc: Carc) -> Account:
    return {
        WriteoffClass.CONTRACTUAL: Account.CONTRACTUAL,
        WriteoffClass.STATUTORY: Account.STATUTORY_CUTS,
        WriteoffClass.ADMINISTRATIVE: Account.ADMINISTRATIVE,
        WriteoffClass.NONE: Account.ADMINISTRATIVE,
    }[carc.writeoff_class_if_final]
