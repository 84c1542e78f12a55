"""Take the claims of one chunk of lines in, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import FieldError, InvalidRequestError, ServiceUnavailableError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Database
from claims_api.acting import Acting, acting
from claims_api.claims import queries
from claims_api.claims.bill_charges import bill_charges, billed_by_another, charges_to_bill, lock_charges
from claims_api.claims.bulk_line import BulkLine
from claims_api.claims.create_claim import claim_records, content_hash, future_services
from claims_api.claims.resolve_references import reference_errors, resolve_many
from claims_api.claims.schemas import BulkLineOut, ClaimIn
from claims_api.claims.take_in_staged import take_in_staged

OPERATION: Final = "createClaims"
_ATTEMPTS: Final = 3
_TAKEN: Final = FieldError("/external_id", "claim_exists", "Another claim has this external_id.")
_LINE_TAKEN: Final = FieldError("/lines", "charge_exists", "A line's external_id belongs to another charge.")


async def take_in_chunk(
    database: Database, principal: Principal, clock: Clock, lines: Sequence[BulkLine]
) -> list[BulkLineOut]:
    """What became of each line, after the commit; a bad one stops no other.

    Raises ServiceUnavailableError; then nothing was written, or the commit's answer was lost: a repeat tells.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        open_lines = [line for line in lines if line.outcome is None]
        try:
            async with database.tenant_tx(principal.practice_id, period_open=True) as connection:
                who = await acting(connection, principal, clock)
                access = access_by(principal, who.machine, OPERATION, "change")
                await record_access(connection, "claims", principal.practice_id, access)
                await _take_in(connection, who, open_lines)
            break
        except asyncpg.UniqueViolationError as error:
            # Somebody else wrote one of these external ids after we looked: look again.
            if attempt == _ATTEMPTS:
                raise ServiceUnavailableError("other requests write the same claims") from error
            for line in open_lines:
                line.outcome = None
    return [line.outcome for line in lines if line.outcome is not None]


async def _take_in(connection: Connection, who: Acting, lines: Sequence[BulkLine]) -> None:
    named = [(line, line.claim) for line in lines if line.claim is not None]
    if not named:
        return
    claims, charges = await _known(connection, who.practice_id, [claim for _, claim in named])
    found = await resolve_many(connection, who.practice_id, [claim for _, claim in named])
    await lock_charges(connection, who.practice_id, [claim for _, claim in named])
    records: list[dict[str, Any]] = []
    line_records: list[dict[str, Any]] = []
    billed_by: dict[UUID, list[dict[str, Any]]] = {}
    taken: set[UUID] = set()
    for (line, claim), facts in zip(named, found, strict=True):
        errors = [*reference_errors(claim, facts), *future_services(claim, who.today)]
        if errors:
            line.becomes("invalid", errors=errors)
            continue
        known = claims.get(claim.external_id or "")
        if known is not None:
            is_same = known[1] == content_hash(claim)
            line.becomes("exists" if is_same else "conflict", known[0], [] if is_same else [_TAKEN])
            continue
        names = [name for _, one in claim.services if (name := one.external_id) is not None]
        if not charges.isdisjoint(names) or len(set(names)) < len(names):
            line.becomes("conflict", errors=[_LINE_TAKEN])
            continue
        billed = await _billed(connection, who.practice_id, line, claim, facts, taken)
        if billed is None:
            continue
        record, its_lines = claim_records(claim, facts, billed)
        charges.update(names)
        taken.update(one["charge_id"] for one in billed)
        claims[record["external_id"]] = (record["id"], record["content_hash"])
        line.becomes("created", record["id"])
        records.append(record)
        line_records += its_lines
        if billed:
            billed_by[record["id"]] = billed
    if records:
        await take_in_staged(connection, who, records, line_records)
    for claim_id, billed in billed_by.items():
        await bill_charges(connection, who.practice_id, claim_id, billed, who.moment.at)


async def _billed(
    connection: Connection,
    practice_id: int,
    line: BulkLine,
    claim: ClaimIn,
    facts: Mapping[str, Any],
    taken: Collection[UUID],
) -> list[dict[str, Any]] | None:
    """The lines that bill charges which are there; None when one cannot be billed, which the line then says.

    taken: charges that claims before it in the chunk bill.
    """
    if not claim.billed:
        return []
    try:
        billed = await charges_to_bill(connection, practice_id, claim, facts)
    except InvalidRequestError as refused:
        line.becomes("invalid", errors=refused.errors)
        return None
    if errors := billed_by_another(billed, taken):
        line.becomes("invalid", errors=errors)
        return None
    return billed


async def _known(
    connection: Connection, practice_id: int, claims: Sequence[ClaimIn]
) -> tuple[dict[str, tuple[UUID, bytes | None]], set[str]]:
    """Claims that have one of these external ids, with id and content hash, and the charge ids that are taken."""
    names = [claim.external_id for claim in claims]
    charge_names = [line.external_id for claim in claims for _, line in claim.services if line.external_id is not None]
    rows = await queries.claims_named(connection, practice_id, names)
    taken = await queries.charges_named(connection, practice_id, charge_names) if charge_names else set()
    return {row["external_id"]: (row["id"], row["content_hash"]) for row in rows}, taken
