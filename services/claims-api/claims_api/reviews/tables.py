"""What waits for a person, whoever opened it."""

from uuid import UUID

from ar_shared.platform.tables import At, Cents, On, OptAt, OptBig, OptId, OptStr, Str, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable

REVIEW_KINDS = ("review", "watch", "unknown_code", "out_of_order", "possible_duplicate", "suspense")


class ReviewItem(ClaimsTable, table=True):
    """Money or a code that a person must look at; stays open in the payer's bucket meanwhile."""

    __tablename__ = "review_item"
    __table_args__ = tenant(
        SCHEMA,
        one_of("review_item_kind", "kind", REVIEW_KINDS),
        one_of("review_item_state", "state", ("open", "closed")),
        index("review_item_open_ix", "kind", "opened_on", where="state = 'open'"),
        index("review_item_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
        index("review_item_remittance_ix", "remittance_id", where="remittance_id IS NOT NULL"),
        index("review_item_payer_item_ix", "payer_item_id", where="payer_item_id IS NOT NULL"),
    )

    practice_id: int
    id: UUID
    kind: Str
    reason: Str
    claim_id: OptId
    charge_id: OptId
    remittance_id: OptId
    remittance_claim_n: OptBig
    remittance_line_n: OptBig
    group_code: OptStr
    carc: OptStr
    amount_cents: Cents
    payer_item_id: OptId
    state: Str
    opened_on: On
    closed_at: OptAt
    row_version: int
    created_at: At
