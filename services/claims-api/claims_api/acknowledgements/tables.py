"""Answers to a submission before adjudication, one row a claim or file and hop."""

from uuid import UUID

from ar_shared.platform.tables import At, Json, On, OptId, OptStr, Str, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable

KINDS = ("TA1", "999", "277CA")
HOPS = ("receiver", "clearinghouse", "intermediary", "payer")
OUTCOMES = ("received", "accepted", "rejected", "split", "not_found", "unknown")


class Acknowledgement(ClaimsTable, table=True):
    """What one hop said. Accepted at the payer's hop is proof of timely filing; elsewhere weaker evidence."""

    __tablename__ = "acknowledgement"
    __table_args__ = tenant(
        SCHEMA,
        one_of("acknowledgement_kind", "kind", KINDS),
        one_of("acknowledgement_hop", "hop", HOPS),
        one_of("acknowledgement_outcome", "outcome", OUTCOMES),
        index("acknowledgement_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
        index("acknowledgement_submission_ix", "submission_id", where="submission_id IS NOT NULL"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    kind: Str
    hop: Str
    outcome: Str
    submission_id: OptId
    claim_id: OptId
    file_id: OptId
    transaction_key: OptStr
    payer_control_number: OptStr
    clearinghouse_number: OptStr
    statuses: Json
    reported_on: On
    received_at: At
