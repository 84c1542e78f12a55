"""EDI files, byte for byte, and what each transaction inside became."""

from uuid import UUID

from sqlalchemy import Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from ar_shared.platform.tables import (
    At,
    Big,
    Json,
    Octets,
    OptAt,
    OptId,
    OptOctets,
    OptStr,
    Small,
    Str,
    index,
    one_of,
    tenant,
)
from claims_api.base import SCHEMA, ClaimsTable

TRANSACTION_STATES = (
    "pending",
    "posted",
    "posted_with_held",
    "queued",
    "rejected",
    "duplicate",
    "unsupported_set",
    "payee_not_ours",
    "processed",
    "parked",
)


FILE_STATES = ("received", "processing", "processed", "parked", "cancelled")


class EdiFile(ClaimsTable, table=True):
    """One file in or out. `practice_ids` are all whose data is inside: its bytes need a grant for each.

    `attempts` are the tries that recorded no transaction since the last one that did: a try counts before it works,
    and starts again at 1 when more transactions are recorded than `recorded_before`. `claims_read` and `bytes_read`
    say how far any try came. A lease that is null is nobody's.
    """

    __tablename__ = "edi_file"
    __table_args__ = tenant(
        SCHEMA,
        one_of("edi_file_direction", "direction", ("in", "out")),
        one_of("edi_file_state", "state", FILE_STATES),
        index("edi_file_hash_ix", "sha256"),
        index("edi_file_open_ix", "received_at", where="state IN ('received', 'processing')"),
    )

    practice_id: int
    id: UUID
    direction: Str
    purpose: OptStr
    media_type: Str
    sha256: Octets
    size_bytes: Big
    practice_ids: list[int] = Field(sa_type=ARRAY(Integer))
    state: Str
    findings: Json
    client_id: Str
    actor: Json
    received_at: At
    leased_until: OptAt
    attempts: Small
    recorded_before: int
    claims_read: Big
    bytes_read: Big
    cancelled_at: OptAt


class EdiChunk(ClaimsTable, table=True):
    """One mebibyte of a file."""

    __tablename__ = "edi_chunk"
    __table_args__ = tenant(SCHEMA, key="file_id n", append_only=True)

    practice_id: int
    file_id: UUID
    n: int
    content: Octets


class EdiTransaction(ClaimsTable, table=True):
    """One ST (or TA1) of a file: its numbers, its state, its findings, what was made of it.

    The practice that the file came to has a row for each, with the practices `routed_practice_ids` it was for. A
    practice that one was for, other than that, has a row of what it became there: the record of the effect, written
    with it.
    """

    __tablename__ = "edi_transaction"
    __table_args__ = tenant(
        SCHEMA,
        one_of("edi_transaction_state", "state", TRANSACTION_STATES),
        index("edi_transaction_state_ix", "state", where="state IN ('pending', 'queued')"),
        key="file_id n",
    )

    practice_id: int
    file_id: UUID
    n: int
    set_code: Str
    interchange_control: OptStr
    group_control: OptStr
    transaction_control: OptStr
    sender: OptStr
    receiver: OptStr
    content_hash: OptOctets
    state: Str
    findings: Json
    counts: Json
    links: Json
    routed_practice_ids: list[int] = Field(sa_type=ARRAY(Integer))
    remittance_id: OptId
    processed_at: OptAt
    attempts: Small
