"""The floor: the owner copies the very rows that posting left behind into tables with the same columns and indexes."""

import io
from typing import Final

import asyncpg
from posting_world import BenchWorld, StagedPayment

# Which rows a payment wrote, inserted or changed. $1 is inlined: COPY takes no parameters.
_WRITTEN: Final = {
    "remittance": "id = {remittance}",
    "remittance_claim": "remittance_id = {remittance}",
    "remittance_line": "remittance_id = {remittance}",
    "remittance_adjustment": "remittance_id = {remittance}",
    "journal": "source_id = {remittance}",
    "posting": "remittance_id = {remittance}",
    "ar_balance": "charge_id IN (SELECT charge_id FROM claims.posting WHERE remittance_id = {remittance})",
    "claim": "id IN (SELECT claim_id FROM claims.remittance_claim WHERE remittance_id = {remittance})",
    "denial_case": "remittance_id = {remittance}",
    "review_item": "remittance_id = {remittance}",
    "outbox": "id > {outbox}",
}

Rows = dict[str, tuple[int, bytes]]


async def export_rows(world: BenchWorld, payment: StagedPayment) -> Rows:
    """Each table's rows in COPY's binary form, and the empty tables they will go into."""
    connection = await asyncpg.connect(world.admin_url)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        plain = str(payment.remittance_id)
        rows: Rows = {}
        for table, condition in _WRITTEN.items():
            where = condition.format(remittance=f"'{plain}'::uuid", outbox=payment.last_outbox_id)
            await connection.execute(f"CREATE TABLE floor.{table} (LIKE claims.{table} INCLUDING ALL)")
            pieces: list[bytes] = []

            async def keep(piece: bytes, pieces: list[bytes] = pieces) -> None:
                pieces.append(piece)

            query = f"SELECT * FROM claims.{table} WHERE practice_id = {world.practice_id} AND {where}"
            tag = await connection.copy_from_query(query, output=keep, format="binary")
            rows[table] = (int(tag.split()[1]), b"".join(pieces))
        return rows
    finally:
        await connection.close()


async def copy_floor(world: BenchWorld, rows: Rows) -> None:
    """All tables in one transaction."""
    connection = await asyncpg.connect(world.admin_url)
    try:
        async with connection.transaction():
            for table, (_, data) in rows.items():
                await connection.copy_to_table(table, schema_name="floor", source=io.BytesIO(data), format="binary")
    finally:
        await connection.close()


async def vacuum(world: BenchWorld) -> None:
    """What autovacuum would do in time."""
    connection = await asyncpg.connect(world.admin_url)
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
