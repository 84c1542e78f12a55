"""Take many claims in: each line of NDJSON stands for itself, and a thousand of them share a transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import ValidationError

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import FieldError, ServiceUnavailableError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Database
from ar_shared.platform.field_errors import explain
from claims_api.acting import Acting, acting
from claims_api.claims import queries
from claims_api.claims.create_claim import claim_records, future_services
from claims_api.claims.resolve_references import reference_errors, resolve_many
from claims_api.claims.schemas import BulkLineError, BulkLineOut, BulkStatus, ClaimIn
from claims_api.claims.take_in_staged import claim_row, line_row, take_in_staged

OPERATION: Final = "createClaims"
_ATTEMPTS: Final = 3
_NO_NAME: Final = FieldError("/external_id", "missing", "In bulk each claim needs the caller's own id.")
_TAKEN: Final = FieldError("/external_id", "claim_exists", "Another claim has this external_id.")
_LINE_TAKEN: Final = FieldError("/lines", "charge_exists", "A line's external_id belongs to another charge.")


@dataclass(slots=True)
class BulkLine:
    """A line of the body, counted from 1: the claim it holds, or what became of it."""

    n: int
    claim: ClaimIn | None = None
    outcome: BulkLineOut | None = None

    def becomes(self, status: BulkStatus, claim_id: UUID | None = None, errors: Sequence[FieldError] = ()) -> None:
        """`errors` point into the line's own JSON."""
        told = [BulkLineError(pointer=one.pointer, code=one.code, message=one.message) for one in errors]
        self.outcome = BulkLineOut(line=self.n, status=status, claim_id=claim_id, errors=told)


def read_bulk_line(n: int, text: bytes, field_names: Collection[str]) -> BulkLine:
    """The line with a valid claim, or already `invalid`. field_names: what an error may point at."""
    line = BulkLine(n)
    try:
        line.claim = ClaimIn.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        told = explain([{**one, "loc": ("body", *one["loc"])} for one in found], field_names)
        line.becomes("invalid", errors=[FieldError(one["pointer"], one["code"], one["message"]) for one in told])
        return line
    if line.claim.external_id is None:
        line.becomes("invalid", errors=[_NO_NAME])
    return line


async def create_claims_bulk(
    database: Database, principal: Principal, clock: Clock, lines: Sequence[BulkLine]
) -> list[BulkLineOut]:
    """What became of each line of one chunk (about a thousand), after the commit; a bad one stops no other.

    A line is idempotent by `external_id` and content: `exists` for the same again, `conflict` for another content.
    Posts E01 for each service line (Dr 1100, Cr 4000). Raises ServiceUnavailableError; then nothing was written.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        open_lines = [line for line in lines if line.outcome is None]
        try:
            async with database.tenant_tx(principal.practice_id, period_open=True) as connection:
                who = await acting(connection, principal, clock)
                await record_access(
                    connection,
                    "claims",
                    principal.practice_id,
                    access_by(principal, who.machine, OPERATION, "change"),
                )
                await take_in_lines(connection, who, open_lines)
            break
        except asyncpg.UniqueViolationError as error:
            # Somebody else wrote one of these external ids after we looked: look again.
            if attempt == _ATTEMPTS:
                raise ServiceUnavailableError("other requests write the same claims") from error
            for line in open_lines:
                line.outcome = None
    return [line.outcome for line in lines if line.outcome is not None]


async def take_in_lines(connection: Connection, who: Acting, lines: Sequence[BulkLine]) -> None:
    """Everything of one chunk but its transaction. Raises asyncpg.UniqueViolationError."""
    named = [(line, line.claim) for line in lines if line.claim is not None]
    if not named:
        return
    claims, charges = await _known(connection, who.practice_id, [claim for _, claim in named])
    found = await resolve_many(connection, who.practice_id, [claim for _, claim in named])
    claim_rows: list[tuple[Any, ...]] = []
    line_rows: list[tuple[Any, ...]] = []
    for (line, claim), facts in zip(named, found, strict=True):
        errors = [*reference_errors(claim, facts), *future_services(claim, who.today)]
        if errors:
            line.becomes("invalid", errors=errors)
            continue
        record, its_lines = claim_records(claim, facts)
        known = claims.get(record["external_id"])
        if known is not None:
            is_same = known[1] == record["content_hash"]
            line.becomes("exists" if is_same else "conflict", known[0], [] if is_same else [_TAKEN])
            continue
        names = [name for one in its_lines if (name := one["external_id"]) is not None]
        if not charges.isdisjoint(names) or len(set(names)) < len(names):
            line.becomes("conflict", errors=[_LINE_TAKEN])
            continue
        charges.update(names)
        claims[record["external_id"]] = (record["id"], record["content_hash"])
        line.becomes("created", record["id"])
        claim_rows.append(claim_row(record))
        line_rows += map(line_row, its_lines)
    if claim_rows:
        await take_in_staged(connection, who, claim_rows, line_rows)


async def _known(
    connection: Connection, practice_id: int, claims: Sequence[ClaimIn]
) -> tuple[dict[str, tuple[UUID, bytes | None]], set[str]]:
    """Claims that have one of these external ids, with id and content hash, and the charge ids that are taken."""
    names = [claim.external_id for claim in claims]
    charge_names = [line.external_id for claim in claims for line in claim.lines if line.external_id is not None]
    rows = await queries.claims_named(connection, practice_id, names)
    taken = await queries.charges_named(connection, practice_id, charge_names) if charge_names else set()
    return {row["external_id"]: (row["id"], row["content_hash"]) for row in rows}, taken
