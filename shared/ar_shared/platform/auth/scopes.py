"""The closed list of scopes: one per resource and action, no wildcard."""

from typing import Final

SCOPES: Final[dict[str, str]] = {
    "practices:read": "Read practices, payers, providers and their settings",
    "practices:write": "Change practices, payers, providers and their settings",
    "clients:write": "Register API clients and their keys",
    "claims:read": "Read patients, coverages, charges and claims",
    "claims:write": "Create, change and submit patients, coverages, charges and claims",
    "documents:read": "Read documents and their bytes",
    "documents:write": "Bring documents in and change what they belong to",
    "edi:read": "Read uploaded X12 files",
    "edi:write": "Upload X12 files",
    "remittances:read": "Read remittances",
    "remittances:write": "Match and post remittances",
    "receipts:read": "Read receipts and deposit slips",
    "receipts:write": "Record, apply, return and void receipts; close deposit slips",
    "bank:read": "Read bank lines, deposits and open items",
    "bank:write": "Bring bank statements in and match deposits",
    "write_offs:read": "Read write-offs",
    "write_offs:write": "Write off balances and take write-offs back",
    "denials:read": "Read denials",
    "ledger:read": "Read journals, balances and proofs",
    "periods:write": "Close months of the books and open them again",
    "events:read": "Read the event feed",
    "work:read": "Read work items",
    "work:write": "Take, snooze and complete work items",
    "reports:read": "Read measures and reports",
    "audit:read": "Read and verify the access log",
    "clock:write": "Move a sandbox practice's test clock",
    "internal:events": "Relay events between our own services",
}
