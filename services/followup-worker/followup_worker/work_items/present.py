"""A work item's row as its wire shape."""

from collections.abc import Mapping
from datetime import date

from ar_shared.platform.database import Row
from followup_worker.rules.rulebook import Rule
from followup_worker.work_items.schemas import (
    ClaimOut,
    HolderOut,
    PayerOut,
    SubjectOut,
    WhyOut,
    WorkItemOut,
)
from followup_worker.work_items.scoring import parts_of

_GONE = "The rule behind this item is no longer in the rulebook."


def present(row: Row, rules: Mapping[str, Rule], today: date) -> WorkItemOut:
    """The item on the practice's day; a lease that has run out is not shown."""
    rule = rules.get(row["rule"])
    fields = dict(row)
    return WorkItemOut(
        **{name: fields[name] for name in WorkItemOut.model_fields if name in fields},
        version=row["row_version"],
        label=rule.label if rule else row["rule"],
        subject=SubjectOut(type=row["subject_type"], id=row["subject_id"], generation=row["generation"]),
        claim=_claim(row),
        payer=PayerOut(id=row["payer_id"], name=row["payer_name"]) if row["payer_name"] else None,
        holder=_holder(row),
        why=WhyOut(
            because=rule.because if rule else _GONE,
            source=rule.source if rule else _GONE,
            score=row["score"],
            parts=parts_of(row, today),
        ),
    )


def _claim(row: Row) -> ClaimOut | None:
    if row["patient_control_number"] is None:
        return None
    return ClaimOut(
        id=row["claim_id"],
        external_id=row["claim_external_id"],
        patient_control_number=row["patient_control_number"],
        service_from=row["service_from"],
        charge_cents=row["charge_cents"],
        submission_state=row["submission_state"],
        adjudication_state=row["adjudication_state"],
    )


def _holder(row: Row) -> HolderOut | None:
    if not row["is_held"]:
        return None
    return HolderOut(kind=row["holder_kind"], id=row["holder_id"], until=row["leased_until"])
