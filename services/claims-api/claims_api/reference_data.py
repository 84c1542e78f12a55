"""Rows of the reference tables, as the code of this version decides them; loaded by each migration run."""

from typing import Any

import sqlalchemy as sa

from claims_api.codes.code_lists import carcs
from claims_api.ledger.cas_effects import CasEffectRow, cas_effect_rows
from claims_api.tables import CATALOGUE


def reference_rows() -> list[tuple[sa.Table, list[dict[str, Any]]]]:
    """Each reference table with all of its rows."""
    return [(CATALOGUE.tables["claims.cas_rule"], [_cas_rule(row) for row in cas_effect_rows(carcs().values())])]


def _cas_rule(row: CasEffectRow) -> dict[str, Any]:
    effect = row.effect
    return {
        "group_code": row.group_code,
        "carc": row.carc,
        "sign": row.sign,
        "kind": row.kind.value,
        "action": effect.action.value,
        "event": effect.event and effect.event.value,
        "debit_account": effect.debit_account,
        "credit_account": effect.credit_account,
        "next_coverage_account": effect.next_coverage_account,
        "follow_up": effect.follow_up.value,
        "reason": effect.reason,
    }
