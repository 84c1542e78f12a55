"""What the simulated payers still have to say."""

from uuid import UUID

from ar_shared.platform.tables import At, Json, Octets, OptAt, OptId, Str, check, index, one_of, tenant, unique
from claims_api.base import SCHEMA, ClaimsTable

KINDS = ("999", "277CA", "835")


class SimulatorAnswer(ClaimsTable, table=True):
    """One file that is on its way to the practice: `part` tells the answers to one submission apart.

    A payment answers claims of several submissions, so it has no submission; `part` is its payer, payee and day.
    `file_id` is what it became when it arrived.
    """

    __tablename__ = "simulator_answer"
    __table_args__ = tenant(
        SCHEMA,
        one_of("simulator_answer_kind", "kind", KINDS),
        check("simulator_answer_submission", "(submission_id IS NULL) = (kind = '835')"),
        unique("simulator_answer_part_uq", "submission_id", "kind", "part", where="submission_id IS NOT NULL"),
        unique("simulator_answer_payment_uq", "part", where="submission_id IS NULL"),
        index("simulator_answer_due_ix", "due_at", where="delivered_at IS NULL"),
    )

    practice_id: int
    id: UUID
    submission_id: OptId
    kind: Str
    part: Str
    due_at: At
    content: Octets
    delivered_at: OptAt
    file_id: OptId


class SimulatorClaim(ClaimsTable, table=True):
    """An adjudicated claim that waits for its payer's payment day; `answer_id` is the payment once it is written."""

    __tablename__ = "simulator_claim"
    __table_args__ = tenant(
        SCHEMA,
        index("simulator_claim_due_ix", "due_at", where="answer_id IS NULL"),
        key="submission_id n",
    )

    practice_id: int
    submission_id: UUID
    n: int
    payment: Str
    due_at: At
    parties: Json
    decision: Json
    answer_id: OptId
