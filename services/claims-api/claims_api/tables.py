"""Every table of schema `claims`, gathered for migrations, lints and tests."""

from claims_api.access import tables as access
from claims_api.acknowledgements import tables as acknowledgements
from claims_api.agencies import tables as agencies
from claims_api.bank import tables as bank
from claims_api.base import ClaimsTable
from claims_api.claims import tables as claims
from claims_api.coordination import tables as coordination
from claims_api.denials import tables as denials
from claims_api.documents import tables as documents
from claims_api.edi import tables as edi
from claims_api.events import tables as events
from claims_api.ledger import tables as ledger
from claims_api.overpayments import tables as overpayments
from claims_api.parties import tables as parties
from claims_api.payables import tables as payables
from claims_api.periods import tables as periods
from claims_api.practices import tables as practices
from claims_api.receipts import tables as receipts
from claims_api.refunds import tables as refunds
from claims_api.remittances import tables as remittances
from claims_api.resolutions import tables as resolutions
from claims_api.reviews import tables as reviews
from claims_api.simulator import tables as simulator
from claims_api.transfers import tables as transfers
from claims_api.unclaimed_property import tables as unclaimed_property
from claims_api.write_offs import tables as write_offs

CATALOGUE = ClaimsTable.metadata

__all__ = [
    "CATALOGUE",
    "access",
    "acknowledgements",
    "agencies",
    "bank",
    "claims",
    "coordination",
    "denials",
    "documents",
    "edi",
    "events",
    "ledger",
    "overpayments",
    "parties",
    "payables",
    "periods",
    "practices",
    "receipts",
    "refunds",
    "remittances",
    "resolutions",
    "reviews",
    "simulator",
    "transfers",
    "unclaimed_property",
    "write_offs",
]
