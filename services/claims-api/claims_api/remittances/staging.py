"""The temporary tables of one payment: what the payer said (filled by COPY), and what we made of it on the way."""

from typing import Any, Final

from ar_shared.platform.database import Connection
from ar_shared.platform.temp_tables import TempTables
from claims_api.denials.open_denials import STAGED_DENIAL
from claims_api.ledger import moves
from claims_api.remittances.domain.amounts import CasAmount
from claims_api.remittances.source import RemittanceSource

PLACES: Final = 1_000
MAX_LINES: Final = 999
FIRST_DERIVED: Final = 901
"""A line has fewer places than PLACES: its own adjustments below FIRST_DERIVED, derived ones from there on."""

CLAIM: Final = {
    "n": "bigint",
    "pcn": "text",
    "normal_pcn": "text",
    "payer_number": "text",
    "original_number": "text",
    "status": "text",
    "handling": "text",
    "sequence": "smallint",
    "charge_cents": "bigint",
    "paid_cents": "bigint",
    "patient_cents": "bigint",
    "adjustment_cents": "bigint",
    "frequency": "text",
    "service_from": "date",
    "service_to": "date",
    "member_id": "text",
    "rendering_npi": "text",
    "look_alike_key": "text",
    "remark_codes": "text[]",
    "outcome": "text",
    "event": "text",
    "unsplit": "boolean",
    "problem": "text",
    "facts": "jsonb",
    "byte_offset": "bigint",
    "byte_length": "bigint",
}
LINE: Final = {
    "claim_n": "bigint",
    "n": "bigint",
    "line_number": "text",
    "procedure": "text",
    "submitted_procedure": "text",
    "code": "text",
    "modifiers": "text[]",
    "charge_cents": "bigint",
    "paid_cents": "bigint",
    "cash_cents": "bigint",
    "allowed_cents": "bigint",
    "stated_allowed_cents": "bigint",
    "paid_units": "numeric(12,3)",
    "service_from": "date",
    "service_to": "date",
    "remark_codes": "text[]",
    "outcome": "text",
    "denied_cents": "bigint",
    "derived": "boolean",
    "facts": "jsonb",
}
ADJUSTMENT: Final = {
    "claim_n": "bigint",
    "line_n": "bigint",
    "n": "smallint",
    "group_code": "text",
    "carc": "text",
    "amount_cents": "bigint",
    "moves_cents": "bigint",
    "quantity": "numeric(12,3)",
    "derived": "boolean",
}
REVIEW: Final = {
    "claim_n": "bigint",
    "line_n": "bigint",
    "kind": "text",
    "reason": "text",
    "group_code": "text",
    "carc": "text",
    "amount_cents": "bigint",
}


def derived_adjustment(claim_n: int, line_n: int, n: int, share: CasAmount) -> tuple[Any, ...]:
    """The row of `remit_adjustment` for a line's share of a claim-level adjustment."""
    return (claim_n, line_n, n, share.group, share.carc, share.cents, abs(share.cents), None, True)


_OURS: Final = {
    "remit_match": "n bigint, claim_id uuid, matched_by text, hold_reason text",
    "remit_target": "claim_n bigint, line_n bigint, charge_id uuid",
    "remit_original": "n bigint, journal_id uuid",
    "remit_post": (
        "n bigint, round smallint, journal_id uuid, handling text, event text, claim_id uuid, coverage_id uuid, "
        "sequence smallint, later_payer boolean, own_coverage boolean, guarantor_id uuid, next_coverage_id uuid, "
        "next_sequence smallint, original_journal_id uuid, out_of_order boolean, was_reversed boolean, "
        "payer_id uuid, plan_id uuid, financial_class text, billing_entity_id uuid, location_id uuid, "
        "rendering_provider_id uuid, decided boolean"
    ),
    "remit_undone": "n bigint, journal_id uuid, mirror_id uuid",
}
STAGED: Final = {
    "remit_claim": CLAIM,
    "remit_line": LINE,
    "remit_adjustment": ADJUSTMENT,
    "remit_review": REVIEW,
    "denial_found": STAGED_DENIAL,
}


def _columns(columns: dict[str, str]) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in columns.items())


TABLES: Final = TempTables({name: _columns(columns) for name, columns in STAGED.items()} | _OURS | moves.TABLES)

# Plans over freshly copied rows are made for these rows alone: no just-in-time compilation, room to sort in memory,
# and statistics from a small sample (the rows of one payment are alike).
_SETTINGS: Final = (
    "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL default_statistics_target = 10; "
    "SET LOCAL plan_cache_mode = force_custom_plan"
)
_ANALYZE: Final = "ANALYZE remit_claim; ANALYZE remit_line; ANALYZE remit_adjustment; ANALYZE denial_found"


async def stage(connection: Connection, source: RemittanceSource) -> None:
    """Get the tables ready and COPY the whole source into them."""
    await connection.execute(_SETTINGS)
    await TABLES.ready(connection)
    async for chunk in source.chunks():
        for name, rows in (
            ("remit_claim", chunk.claims),
            ("remit_line", chunk.lines),
            ("remit_adjustment", chunk.adjustments),
            ("remit_review", chunk.reviews),
            ("denial_found", chunk.denials),
        ):
            if rows:
                await connection.copy_records_to_table(name, records=rows, columns=list(STAGED[name]))
    await connection.execute(_ANALYZE)
