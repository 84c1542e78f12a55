"""What the simulated payers still have to say."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    Octets,
    On,
    OptAt,
    OptId,
    OptStr,
    Small,
    Str,
    check,
    index,
    one_of,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable

KINDS = ("999", "277CA", "277", "835")


class SimulatorAnswer(ClaimsTable, table=True):
    """One file that is on its way to the practice: `part` tells the answers to one submission apart.

    A payment answers claims of several submissions, so it has no submission; `part` is its day, payer and payee.
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
    """A claim that a payer has taken in: what it is found by when somebody asks for its status."""

    __tablename__ = "simulator_claim"
    __table_args__ = tenant(
        SCHEMA,
        index("simulator_claim_pcn_ix", "patient_control_number"),
        index("simulator_claim_number_ix", "payer_claim_number"),
        key="submission_id n",
    )

    practice_id: int
    submission_id: UUID
    n: int
    patient_control_number: Str
    payer_claim_number: Str
    payer_id: Str
    member_id: Str
    charge_cents: Cents
    fate: Str


class SimulatorPart(ClaimsTable, table=True):
    """What a claim puts into a later payment (`part` is a `PlannedPart`); `written_at` once it is in its file.

    Parts of equal `file` and `payment` are paid together. `answer_id` is empty for a file that never arrives.
    """

    __tablename__ = "simulator_part"
    __table_args__ = tenant(
        SCHEMA,
        index("simulator_part_due_ix", "due_at", where="written_at IS NULL"),
        index("simulator_part_pcn_ix", "patient_control_number"),
        key="submission_id n",
    )

    practice_id: int
    submission_id: UUID
    n: int
    patient_control_number: Str
    file: Str
    payment: Str
    due_at: At
    part: Json
    trace: OptStr
    written_at: OptAt
    answer_id: OptId


class SimulatorDebt(ClaimsTable, table=True):
    """What a payment below zero left owing to a payer (PLB FB), until a later payment with money takes it back."""

    __tablename__ = "simulator_debt"
    __table_args__ = tenant(
        SCHEMA,
        check("simulator_debt_cents", "cents > 0"),
        index("simulator_debt_open_ix", "account", where="taken_by IS NULL"),
        key="trace",
    )

    practice_id: int
    trace: Str
    account: Str
    cents: Cents
    since: At
    taken_by: OptStr


class SimulatorDeposit(ClaimsTable, table=True):
    """The money of one payment at the practice's bank (`cents` below zero: returned); `n` tells coming from going.

    The statement of `posted_on` is there at `due_at`.
    """

    __tablename__ = "simulator_deposit"
    __table_args__ = tenant(
        SCHEMA,
        index("simulator_deposit_due_ix", "due_at", where="delivered_at IS NULL"),
        index("simulator_deposit_day_ix", "posted_on"),
        key="payer_tax_id trace n",
    )

    practice_id: int
    payer_tax_id: Str
    trace: Str
    n: Small
    posted_on: On
    method: Str
    payer: Str
    cents: Cents
    fee_cents: Cents
    due_at: At
    delivered_at: OptAt
