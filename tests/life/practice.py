"""A practice of its own for one story, in a database that many stories share; each step by the real use case."""

from collections import defaultdict
from datetime import timedelta
from typing import Any, Final, Self
from uuid import UUID

import asyncpg
import orjson

from ar_shared.platform.auth.principal import Actor, Principal
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.charges.domain import VoidReason
from claims_api.charges.schemas import ChargeIn
from claims_api.charges.upsert_charge import upsert_charge
from claims_api.charges.void_charge import void_charge
from claims_api.claims.create_claim import create_claim
from claims_api.claims.schemas import ClaimIn
from claims_api.ledger.prove import prove_practice
from claims_api.periods.close_period import close_period
from claims_api.periods.domain import Month
from claims_api.periods.read_period import read_period, read_periods
from claims_api.periods.reopen_period import reopen_period
from claims_api.practices.create_practice import create_practice
from claims_api.sandbox_parties import seed_parties

from ..remittances.books import assert_books_balance  # noqa: TID252
from ..remittances.intake import FixedClock  # noqa: TID252
from ..remittances.world import NOW, World  # noqa: TID252
from ..support.claims_stack import look_at  # noqa: TID252

CODES: Final = ("G0463", "G0008", "J3420")
PAYERS: Final = (
    ("PAY-PRAIRIE", "Prairie Mutual Health", "TPM01", "1420000099"),
    ("PAY-BLUFF", "Bluff Country Health Plan", "TBC02", "1420000088"),
    ("PAY-RIVER", "Riverbend Advantage", "TRA05", "1420000077"),
)
_PARTIES: Final = ("billing_entity", "location", "provider", "payer", "plan", "guarantor", "patient", "coverage")
# $1 the practice: what is open or owed back of each charge, and debits less credits of each account and party.
_BOOKS: Final = """
SELECT 'open' AS what, charge_id, account, party_id, balance_cents AS cents FROM claims.ar_balance
WHERE practice_id = $1 AND balance_cents > 0
UNION ALL
SELECT 'open', charge_id, account, party_id, balance_cents FROM claims.credit_balance
WHERE practice_id = $1 AND balance_cents > 0
UNION ALL
SELECT 'total', NULL, account, party_id, sum(amount_cents)::bigint FROM claims.ledger_entry
WHERE practice_id = $1 GROUP BY account, party_id HAVING sum(amount_cents) <> 0
"""
BY_PARTY: Final = frozenset({1040, 2010})
"""Accounts that are compared for each payment and each receipt, and not as a whole only."""

Open = dict[tuple[int, int, str], int]
Totals = dict[tuple[int, str], int]


class Pattern:
    """A practice with its parties, and one patient for each number of payers: PAT-0 (self-pay) to PAT-3.

    Stories get copies of its rows under practice numbers of their own.
    """

    def __init__(self, world: World, eyes: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.world = world
        self.eyes = eyes
        self.names: dict[UUID, str] = {}
        self.guarantors: dict[int, UUID] = {}
        self.coverages: dict[tuple[int, int], UUID] = {}
        self.location: UUID

    @classmethod
    async def make(cls, database: Database, urls: DatabaseUrls) -> Self:
        """`eyes` is the superuser's connection: it sees the books of every practice."""
        world = await _new_practice(database, urls)
        await seed_parties(database, world.practice_id, NOW)
        made = cls(world, await asyncpg.connect(urls.admin))
        for payers in range(len(PAYERS) + 1):
            await made._patient(payers)
        made.location = await world.one("SELECT id FROM claims.location WHERE practice_id = $1 LIMIT 1")
        return made

    async def copy(self) -> World:
        """A new practice with the same parties under the same ids."""
        world = await _new_practice(self.world.database, self.world.urls)
        old, new = self.world.practice_id, world.practice_id
        await look_at(self.eyes, new)
        await self.eyes.execute(
            ";".join(
                f"INSERT INTO claims.{table} SELECT (jsonb_populate_record(t, '{{\"practice_id\": {new}}}')).* "
                f"FROM claims.{table} t WHERE practice_id = {old}"
                for table in _PARTIES
            )
        )
        return world

    async def _patient(self, payers: int) -> None:
        person = {"last_name": f"Story{payers}", "first_name": "Pat", "birth_date": "1980-05-17"}
        patient = f"PAT-{payers}"
        await self.world.party("patient", patient, person)
        guarantor = await self.world.one(
            "SELECT guarantor_id FROM claims.patient WHERE practice_id = $1 AND external_id = $2", patient
        )
        self.names[guarantor] = "patient"
        self.guarantors[payers] = guarantor
        for rank in range(1, payers + 1):
            more: dict[str, Any] = {"member_id": f"M{payers}{rank}"}
            coverage = await self.world.cover(
                f"COV-{payers}-{rank}", PAYERS[rank - 1][0], patient=patient, rank=rank, **more
            )
            self.names[coverage] = f"payer-{rank}"
            self.coverages[payers, rank] = coverage


class Practice:
    """The story's practice: its claims and charges by number, and who is who in its books."""

    def __init__(self, pattern: Pattern, world: World) -> None:
        self.pattern = pattern
        self.world = world
        self.numbers: dict[int, str] = {}
        self.charges: dict[UUID, int] = {}
        self.charge_ids: dict[int, UUID] = {}
        self.owners: dict[int, int] = {}
        """Payers of the patient of each charge."""
        self.names = dict(pattern.names)
        self._services: dict[int, tuple[str, str]] = {}

    @classmethod
    async def open(cls, pattern: Pattern) -> Self:
        return cls(pattern, await pattern.copy())

    @property
    def clock(self) -> FixedClock:
        return FixedClock(self.world.now)

    async def wait(self, days: int) -> None:
        self.world.now += timedelta(days=days)

    async def bill(self, number: int, first: int, cents: list[int], payers: int) -> None:
        """A claim to the first payer; for a patient without one, charges alone. `first` numbers the charges."""
        for n, (code, amount) in enumerate(zip(CODES, cents, strict=False), start=first):
            self._services[n] = (f"CHG-{n}", code)
            self.owners[n] = payers
            if not payers:
                await self._charge(n, n, amount)
        if payers:
            await self._claim(number, first, cents, payers)

    async def reprice(self, charge: int, new: int, cents: int) -> None:
        """E03 and another charge under the same id of the caller."""
        self._services[new], self.owners[new] = self._services[charge], self.owners[charge]
        await self._charge(charge, new, cents)

    async def void(self, charge: int) -> None:
        async with self.world.database.tenant_tx(self.world.practice_id, period_open=True) as connection:
            await void_charge(
                connection, self.world.acting(), self.charge_ids[charge], VoidReason.ENTERED_TWICE, "twice"
            )

    async def close(self, month: Month) -> None:
        await close_period(self.world.database, self.world.principal, self.clock, month, None)

    async def reopen(self, month: Month) -> None:
        await reopen_period(self.world.database, self.world.principal, self.clock, month, "a late charge")

    async def books(self) -> tuple[Open, Totals]:
        """(charge, account, party) to cents, of what is open and of what is owed back; the trial balance."""
        open_: Open = {}
        totals: Totals = defaultdict(int)
        for row in await self.pattern.eyes.fetch(_BOOKS, self.world.practice_id):
            name = self.names.get(row["party_id"], "")
            if row["what"] == "open":
                open_[self.charges[row["charge_id"]], row["account"], name] = row["cents"]
            else:
                totals[row["account"], name if row["account"] in BY_PARTY else ""] += row["cents"]
        return open_, {bucket: cents for bucket, cents in totals.items() if cents}

    async def assert_books_balance(self) -> None:
        """The invariants of the handbook, the proofs that the API gives, and that closed months say what they said."""
        await assert_books_balance(self.world)
        practice = self.world.practice_id
        async with self.world.database.tenant_tx(practice) as connection:
            proofs = await prove_practice(connection, practice, self.world.now.date())
            assert proofs.holds, [proof for proof in proofs.proofs if not proof.holds]
            for closed in (await read_periods(connection, practice)).items:
                period = await read_period(connection, practice, Month.parse(closed.month))
                assert period.ledger_agrees is not False, f"{period.month} no longer says what its close kept"

    def learn(self, charge: int, charge_id: UUID) -> None:
        self.charges[charge_id] = charge
        self.charge_ids[charge] = charge_id

    async def _claim(self, number: int, first: int, cents: list[int], payers: int) -> None:
        body = {
            "external_id": f"CLM-{number}",
            "patient": {"external_id": f"PAT-{payers}"},
            "coverage": {"external_id": f"COV-{payers}-1"},
            "billing_entity": {"external_id": "BE-1"},
            "rendering_provider": {"external_id": "PRV-1"},
            "location": {"external_id": "LOC-1"},
            "place_of_service": "11",
            "diagnoses": ["E119"],
            "lines": [
                {**self._service(n, amount), "external_id": self._services[n][0]}
                for n, amount in enumerate(cents, start=first)
            ],
        }
        claim = ClaimIn.model_validate_json(orjson.dumps(body))
        answer, _ = await create_claim(self.world.database, self.world.principal, self.clock, claim, None)
        made = orjson.loads(answer.body)
        self.numbers[number] = made["patient_control_number"]
        for n, line in enumerate(made["lines"], start=first):
            self.learn(n, UUID(line["charge_id"]))

    async def _charge(self, old: int, new: int, cents: int) -> None:
        payers = self.owners[old]
        on_claim = {"diagnoses": ["E119"], "place_of_service": "11", "rendering_provider": {"external_id": "PRV-1"}}
        body = {
            "patient": {"external_id": f"PAT-{payers}"},
            **self._service(old, cents),
            **(on_claim if payers else {}),
        }
        charge = ChargeIn.model_validate_json(orjson.dumps(body))
        async with self.world.database.tenant_tx(self.world.practice_id, period_open=True) as connection:
            made, _ = await upsert_charge(connection, self.world.acting(), self._services[old][0], charge)
        self.learn(new, made)

    def _service(self, n: int, cents: int) -> dict[str, Any]:
        return {"procedure_code": self._services[n][1], "charge_cents": cents, "service_from": "2026-11-02"}


async def _new_practice(database: Database, urls: DatabaseUrls) -> World:
    async with database.control_tx() as connection:
        practice_id, practice = await create_practice(
            connection, "A story", mode="sandbox", time_zone="America/Chicago", now=NOW
        )
    principal = Principal(
        client_id="sandbox",
        client_kind="vendor",
        scopes=frozenset(),
        actor=Actor("client", "sandbox"),
        practice_id=practice_id,
        practice=practice,
        mode="sandbox",
        time_zone="America/Chicago",
    )
    return World(database, urls, practice_id, principal)
