"""A sandbox practice with two patients, and the questions a biller asks of its books."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from ar_shared.kernel.clock import PracticeTime
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth.principal import Principal
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.acting import Acting
from claims_api.parties.kinds import BY_NAME
from claims_api.parties.upsert_party import upsert_party
from claims_api.remittances.post_remittance import RemittanceOutcome, post_remittance

from .era import Era, source

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Chicago")


@dataclass
class Bill:
    """A claim that was taken in: its numbers and its charges, line by line."""

    id: UUID
    pcn: str
    coverage_id: UUID
    guarantor_id: UUID
    charges: list[UUID]
    numbers: list[str]


@dataclass
class World:
    """The practice's database and clock."""

    database: Database
    urls: DatabaseUrls
    practice_id: int
    principal: Principal
    now: datetime = NOW
    coverages: dict[str, UUID] = field(default_factory=dict)

    def acting(self) -> Acting:
        """The client, a second later than before."""
        self.now += timedelta(seconds=1)
        return Acting(
            practice_id=self.practice_id,
            practice=self.principal.practice,
            mode="sandbox",
            client_id="sandbox",
            actor=self.principal.actor,
            moment=PracticeTime(self.now, ZONE),
            machine=self.now,
        )

    async def post(self, era: Era, **place: Any) -> RemittanceOutcome:
        return await post_remittance(self.database, self.acting(), source(era), **place)

    async def post_for(self, practice_id: int, era: Era) -> RemittanceOutcome:
        """Post for another practice of the same installation."""
        return await post_remittance(self.database, replace(self.acting(), practice_id=practice_id), source(era))

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """$1 is the practice."""
        async with self.database.tenant_tx(self.practice_id) as connection:
            return await connection.fetch(query, self.practice_id, *arguments)

    async def one(self, query: str, *arguments: Any) -> Any:
        rows = await self.rows(query, *arguments)
        assert len(rows) == 1, f"{len(rows)} rows"
        return rows[0][0] if len(rows[0]) == 1 else rows[0]

    async def open_of(self, bill: Bill) -> dict[tuple[int, str], int]:
        """What is open on a claim by (account, party): `payer`, `patient`, or the external id of a coverage."""
        names = {bill.coverage_id: "payer", bill.guarantor_id: "patient"}
        names |= {id_: name for name, id_ in self.coverages.items() if id_ not in names}
        rows = await self.rows(
            "SELECT account, party_id, sum(balance_cents)::bigint AS cents FROM claims.ar_balance "
            "WHERE practice_id = $1 AND claim_id = $2 AND balance_cents > 0 GROUP BY 1, 2",
            bill.id,
        )
        return {(row["account"], names[row["party_id"]]): row["cents"] for row in rows}

    async def movements(self, remittance_id: UUID) -> list[tuple[str, int, int, int]]:
        """(event, debit, credit, cents) of everything a payment posted, in a stable order."""
        rows = await self.rows(
            "SELECT entry, debit_account, credit_account, sum(amount_cents)::bigint AS cents FROM claims.posting "
            "WHERE practice_id = $1 AND remittance_id = $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            remittance_id,
        )
        return [tuple(row) for row in rows]

    async def clearing(self, remittance_id: UUID) -> int:
        """What stands on 1040 for the payment."""
        rows = await self.rows(
            "SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.ledger_entry "
            "WHERE practice_id = $1 AND account = 1040 AND party_id = $2",
            remittance_id,
        )
        return int(rows[0][0])

    async def credits(self) -> dict[int, int]:
        rows = await self.rows(
            "SELECT account, sum(balance_cents)::bigint AS cents FROM claims.credit_balance "
            "WHERE practice_id = $1 AND balance_cents > 0 GROUP BY 1"
        )
        return {row["account"]: row["cents"] for row in rows}

    async def held(self, remittance_id: UUID) -> dict[int, str]:
        """Why each claim that is held is held, by its number in the payment."""
        rows = await self.rows(
            "SELECT n, hold_reason FROM claims.remittance_claim "
            "WHERE practice_id = $1 AND remittance_id = $2 AND state = 'held'",
            remittance_id,
        )
        return {row["n"]: row["hold_reason"] for row in rows}

    async def claim_state(self, bill: Bill) -> str:
        state: str = await self.one(
            "SELECT adjudication_state FROM claims.claim WHERE practice_id = $1 AND id = $2", bill.id
        )
        return state

    async def event_types(self) -> list[str]:
        rows = await self.rows("SELECT type FROM claims.outbox WHERE practice_id = $1 ORDER BY id")
        return [row["type"] for row in rows]

    async def settings(self, settings: dict[str, str]) -> None:
        """Replace the practice's settings."""
        async with self.database.control_tx() as connection:
            await connection.execute(
                "UPDATE claims.practice SET settings = $2 WHERE id = $1", self.practice_id, settings
            )

    async def party(self, name: str, external_id: str, body: dict[str, Any]) -> UUID:
        kind = BY_NAME[name]
        parsed = kind.body.model_validate_json(orjson.dumps(body))
        async with self.database.tenant_tx(self.practice_id) as connection:
            await upsert_party(connection, self.practice_id, kind, external_id, parsed, NOW)
            made: UUID = await connection.fetchval(
                f"SELECT id FROM claims.{name} WHERE practice_id = $1 AND external_id = $2",
                self.practice_id,
                external_id,
            )
        return made

    async def cover(self, external_id: str, payer: str, *, patient: str = "PAT-1", **more: Any) -> UUID:
        """A coverage of the patient."""
        body = {"patient": {"external_id": patient}, "payer": {"external_id": payer}, "member_id": "M0002", **more}
        made = await self.party("coverage", external_id, body)
        self.coverages[external_id] = made
        return made

    async def patient_pays(self, bill: Bill, cents: int) -> None:
        """The share of the first charge, straight into the books (no use case takes patient money yet)."""
        journal, charge = uuid7(), bill.charges[0]
        await self.rows(
            "WITH told AS (INSERT INTO claims.outbox (practice_id, type, subject_type, data, occurred_at, recorded_at) "
            "VALUES ($1, 'note.added', 'claim', '{}', now(), now()) RETURNING id), j AS ("
            "INSERT INTO claims.journal (practice_id, id, kind, effective_on, posted_at, recorded_at, source_type, "
            "client_id, actor_kind, event_outbox_id) SELECT $1, $2, 'patient_payment', '2026-11-23', now(), now(), "
            "'test', 'test', 'client', id FROM told), moved AS (UPDATE claims.ar_balance SET "
            "balance_cents = balance_cents - $4 WHERE practice_id = $1 AND charge_id = $3 AND account = 1110 "
            "RETURNING party_id, responsible_on) INSERT INTO claims.posting (practice_id, journal_id, n, entry, "
            "amount_cents, debit_account, credit_account, credit_party_id, credit_responsible_on, charge_id, claim_id) "
            "SELECT $1, $2, 1, 'E11', $4, 1030, 1110, party_id, responsible_on, $3, $5 FROM moved RETURNING 1",
            journal,
            charge,
            cents,
            bill.id,
        )

    async def count(self, table: str) -> int:
        return int(await self.one(f"SELECT count(*) FROM claims.{table} WHERE practice_id = $1"))
