"""SQL of claims that come in."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.lock_keys import LockKey

Look: TypeAlias = tuple[str, date, date, int]
"""What a person would take for the same claim: submitted number, first and last day, charge."""


async def wait_for_other_imports(connection: Connection, practice_id: int) -> None:
    """Imports of a practice take turns until they commit, so that one person or claim does not become two."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LockKey.CLAIM_IMPORT, practice_id)


async def billing_entities(connection: Connection, practice_id: int) -> dict[str, UUID]:
    """The practice's billing entities by each of their NPIs and by tax id; the oldest wins."""
    rows = await connection.fetch(
        "SELECT id, npis, tin FROM claims.billing_entity WHERE practice_id = $1 ORDER BY id DESC", practice_id
    )
    return {number: row["id"] for row in rows for number in (row["tin"], *row["npis"])}


async def known_contents(connection: Connection, practice_id: int, hashes: Sequence[bytes]) -> dict[bytes, UUID | None]:
    """Those of the hashes that a claim has, each with the claim where that is a draft that a person may let go out.

    A replacement or void that was imported stays a draft.
    """
    rows = await connection.fetch(
        "SELECT c.content_hash, CASE WHEN c.purpose = 'draft_import' AND c.submission_state = 'draft' "
        "AND v.frequency = '1' THEN c.id END AS draft FROM claims.claim c "
        "JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = c.id AND v.n = 1 "
        "WHERE c.practice_id = $1 AND c.content_hash = ANY($2::bytea[])",
        practice_id,
        hashes,
    )
    return {row["content_hash"]: row["draft"] for row in rows}


async def look_alikes(connection: Connection, practice_id: int, looks: Sequence[Look]) -> set[Look]:
    """Those that a claim has which is no test."""
    numbers, firsts, lasts, charges = (list(column) for column in zip(*looks, strict=True))
    rows = await connection.fetch(
        "SELECT DISTINCT l.number, l.first_on, l.last_on, l.cents "
        "FROM unnest($2::text[], $3::date[], $4::date[], $5::bigint[]) AS l(number, first_on, last_on, cents) "
        "JOIN claims.claim c ON c.practice_id = $1 AND c.submitted_pcn = l.number AND c.service_from = l.first_on "
        "AND c.service_to = l.last_on AND c.charge_cents = l.cents AND c.purpose <> 'test'",
        practice_id,
        numbers,
        firsts,
        lasts,
        charges,
    )
    return {(row["number"], row["first_on"], row["last_on"], row["cents"]) for row in rows}
