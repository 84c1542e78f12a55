"""The parties of the sandbox practice: invented names, valid check digits, payers of each financial class."""

from datetime import datetime
from typing import Any, Final

import orjson

from ar_shared.platform.database import Database
from claims_api.parties.kinds import BY_NAME
from claims_api.parties.upsert_party import upsert_party

_ADDRESS: Final = {"line1": "41 Juniper Hill Road", "city": "Decorah", "state": "IA", "postal_code": "521010001"}

# kind, the sandbox's own id, body
PARTIES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("billing_entity", "BE-1", {
        "name": "Juniper Hill Family Practice LLC", "tin": "420000001", "npis": ["1234567893"],
        "taxonomy": "207Q00000X", "address": _ADDRESS,
        "contact": {"name": "Billing Office", "phone": "5635550100"},
    }),
    ("location", "LOC-1", {"name": "Main office", "place_of_service": "11", "address": _ADDRESS}),
    ("provider", "PRV-1", {
        "npi": "1549012304", "last_name": "Okafor", "first_name": "Ada", "taxonomies": ["207Q00000X"],
        "roles": ["rendering"],
    }),
    ("provider", "PRV-2", {
        "npi": "1883000444", "last_name": "Lindqvist", "first_name": "Per", "taxonomies": ["207R00000X"],
        "roles": ["rendering", "referring"],
    }),
    ("payer", "PAY-PRAIRIE", {
        "name": "Prairie Mutual Health", "payer_identifier": "TPM01", "financial_class": "commercial",
        "answer_days": 21,
    }),
    ("payer", "PAY-BLUFF", {
        "name": "Bluff Country Health Plan", "payer_identifier": "TBC02", "financial_class": "commercial",
        "answer_days": 30,
    }),
    ("payer", "PAY-MEDB", {
        "name": "Medicare Part B Contractor (sandbox)", "payer_identifier": "TMB03", "financial_class": "medicare",
        "supports_replacement": False, "answer_days": 14,
    }),
    ("payer", "PAY-MCD", {
        "name": "State Medicaid (sandbox)", "payer_identifier": "TMC04", "financial_class": "medicaid",
        "answer_days": 30,
    }),
    ("payer", "PAY-RIVER", {
        "name": "Riverbend Advantage", "payer_identifier": "TRA05", "financial_class": "medicare",
        "answer_days": 30,
    }),
    ("plan", "PLAN-PRAIRIE-PPO", {
        "payer": {"external_id": "PAY-PRAIRIE"}, "name": "Prairie PPO", "line_of_business": "commercial",
        "funding": "insured", "state": "IA", "filing_indicator": "CI",
    }),
    ("plan", "PLAN-MEDB", {
        "payer": {"external_id": "PAY-MEDB"}, "name": "Medicare Part B", "line_of_business": "medicare",
        "funding": "government", "filing_indicator": "MB", "crossover": True,
    }),
)  # fmt: skip


async def seed_parties(database: Database, practice_id: int, now: datetime) -> None:
    """Upsert them all; running it again changes nothing but `updated_at`."""
    async with database.tenant_tx(practice_id) as connection:
        for name, external_id, body in PARTIES:
            kind = BY_NAME[name]
            await upsert_party(
                connection, practice_id, kind, external_id, kind.body.model_validate_json(orjson.dumps(body)), now
            )
