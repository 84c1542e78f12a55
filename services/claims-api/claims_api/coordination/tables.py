"""What follows each payer's decision on a claim."""

from uuid import UUID

from sqlalchemy import Column, Integer
from sqlmodel import Field

from ar_shared.platform.tables import At, Big, Json, OptId, OptOn, OptStr, Str, fk, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.coordination.domain import NextStep


class Coordination(ClaimsTable, table=True):
    """The next step after a claim's own payer decided; one row a claim, moved along by later facts.

    `review_id` is the work item of a step that a person must take.
    """

    __tablename__ = "coordination"
    __table_args__ = tenant(
        SCHEMA,
        fk("claim_id", "claims.claim"),
        one_of("coordination_step", "step", NextStep),
        index("coordination_awaited_ix", "awaited_until", where="step = 'crossover_awaited'"),
        key="claim_id",
    )

    practice_id: int
    claim_id: UUID
    step: Str
    remittance_id: OptId
    next_coverage_id: OptId
    next_claim_id: OptId
    crossover_payer: OptStr
    awaited_until: OptOn
    review_id: OptId
    blockers: Json
    created_at: At
    updated_at: At


class CoordinationCursor(ClaimsTable, table=True):
    """How far in the practice's feed the automatic rule has come."""

    __tablename__ = "coordination_cursor"
    __table_args__ = tenant(SCHEMA, key="practice_id")

    practice_id: int = Field(sa_column=Column(Integer, autoincrement=False, nullable=False))
    last_sequence: Big
