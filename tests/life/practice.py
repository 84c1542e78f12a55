"""A practice of its own for one story, in a database that many stories share."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from ar_shared.kernel.errors import StateConflictError
from ar_shared.kernel.money import decimal_from_cents
from ar_shared.platform.auth.principal import Actor, Principal
from ar_shared.platform.database import Connection, Database
from ar_shared.platform.etags import etag_of
from ar_tools.test_databases import DatabaseUrls
from claims_api.claims.create_claim import create_claim
from claims_api.claims.schemas import ClaimIn
from claims_api.practices.create_practice import create_practice
from claims_api.receipts.apply_receipt import apply_receipt
from claims_api.receipts.domain import ReceiptKind, ReceiptMethod
from claims_api.receipts.receive_money import receive_money
from claims_api.receipts.schemas import AllocationIn, ApplyIn, ReceiptIn
from claims_api.remittances.domain.amounts import LineAmounts
from claims_api.sandbox_parties import seed_parties

from ..remittances.books import assert_books_balance  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.intake import FixedClock  # noqa: TID252
from ..remittances.world import NOW, World  # noqa: TID252
from .steps import Part

CODES: Final = ("G0463", "G0008", "J3420")
PAYERS: Final = (
    ("PAY-PRAIRIE", "Prairie Mutual Health", "TPM01", "1420000099"),
    ("PAY-BLUFF", "Bluff Country Health Plan", "TBC02", "1420000088"),
    ("PAY-RIVER", "Riverbend Advantage", "TRA05", "1420000077"),
)
_OPEN: Final = """
SELECT charge_id, account, party_id, balance_cents AS cents FROM claims.ar_balance
WHERE practice_id = $1 AND balance_cents > 0
"""
_OWED: Final = """
SELECT charge_id, account, party_id, balance_cents AS cents FROM claims.credit_balance
WHERE practice_id = $1 AND balance_cents > 0
"""


@dataclass
class Practice:
    """The story's practice: its claims by number, and who is who in its books."""

    world: World
    numbers: list[str] = field(default_factory=list)
    charges: dict[UUID, int] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    guarantors: dict[int, UUID] = field(default_factory=dict)
    receipts: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    async def open(cls, database: Database, urls: DatabaseUrls) -> "Practice":
        """With one patient for each number of payers, PAT-1 to PAT-3."""
        async with database.control_tx() as connection:
            practice_id, practice = await create_practice(
                connection, "A story", mode="sandbox", time_zone="America/Chicago", now=NOW
            )
        await seed_parties(database, practice_id, NOW)
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
        made = cls(World(database, urls, practice_id, principal))
        for payers in range(1, len(PAYERS) + 1):
            await made._patient(payers)
        return made

    async def take_in(self, payers: int, cents: list[int], charges: list[int]) -> None:
        """A claim of these charges to the first payer; `charges` are their numbers in the story."""
        body = {
            "external_id": f"CLM-{len(self.numbers)}",
            "patient": {"external_id": f"PAT-{payers}"},
            "coverage": {"external_id": f"COV-{payers}-1"},
            "billing_entity": {"external_id": "BE-1"},
            "rendering_provider": {"external_id": "PRV-1"},
            "location": {"external_id": "LOC-1"},
            "place_of_service": "11",
            "diagnoses": ["E119"],
            "lines": [
                {"procedure_code": code, "charge_cents": amount, "service_from": "2026-11-02"}
                for code, amount in zip(CODES, cents, strict=False)
            ],
        }
        claim = ClaimIn.model_validate_json(orjson.dumps(body))
        world = self.world
        answer, _ = await create_claim(world.database, world.principal, FixedClock(world.now), claim, None)
        made = orjson.loads(answer.body)
        self.numbers.append(made["patient_control_number"])
        for line, number in zip(made["lines"], charges, strict=True):
            self.charges[UUID(line["charge_id"])] = number

    async def remit(self, trace: str, payer: int, parts: list[Part], plb: list[tuple[str, int]]) -> None:
        """The same payment as an 835; posting it again must change nothing."""
        _, name, identifier, tax = PAYERS[payer - 1]
        era = Era(
            tuple(self._claim(trace, n, part) for n, part in enumerate(parts)),
            trace=trace,
            payer=(name, identifier),
            payer_tax=tax,
            plb=tuple((code, decimal_from_cents(cents)) for code, cents in plb),
        )
        outcome = await self.world.post(era)
        held = await self.world.held(outcome.remittance_id)
        expected = {n for n, part in enumerate(parts, start=1) if not part.posts}
        assert set(held) == expected, f"held {held}, expected {sorted(expected)}"
        assert (await self.world.post(era)).state == "duplicate"

    async def receive(self, name: str, owner: int, cents: int) -> None:
        """Cash of the patient with `owner` payers."""
        body = ReceiptIn(
            kind=ReceiptKind.PATIENT,
            method=ReceiptMethod.CASH,
            amount_cents=cents,
            received_on=NOW.date(),
            guarantor_id=self.guarantors[owner],
        )
        async with self._writing() as connection:
            self.receipts[name] = await receive_money(connection, self.world.acting(), body)

    async def apply(self, name: str, charge: int, cents: int) -> bool:
        """Whether it was taken; what is refused has changed nothing."""
        charge_id = next(id_ for id_, number in self.charges.items() if number == charge)
        body = ApplyIn(allocations=[AllocationIn(charge_id=charge_id, amount_cents=cents)])
        receipt_id = self.receipts[name]
        try:
            async with self._writing() as connection:
                version = await connection.fetchval(
                    "SELECT version FROM claims.receipt WHERE practice_id = $1 AND id = $2",
                    self.world.practice_id,
                    receipt_id,
                )
                await apply_receipt(connection, self.world.acting(), receipt_id, body, etag_of(version))
        except StateConflictError:
            return False
        return True

    def _writing(self) -> AbstractAsyncContextManager[Connection]:
        return self.world.database.tenant_tx(self.world.practice_id, period_open=True)

    async def buckets(self) -> dict[tuple[int, int, str], int]:
        """(charge, account, party) to cents, of what is open and of what is owed back."""
        rows = [*await self.world.rows(_OPEN), *await self.world.rows(_OWED)]
        return {
            (self.charges[row["charge_id"]], row["account"], self.names[row["party_id"]]): row["cents"] for row in rows
        }

    async def assert_books_balance(self) -> None:
        await assert_books_balance(self.world)

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

    def _claim(self, trace: str, n: int, part: Part) -> Clp:
        sign = -1 if part.undoes else 1
        lines = tuple(_line(code, line, sign) for code, line in zip(CODES, part.lines, strict=False))
        return Clp(
            self.numbers[part.claim] if part.known else f"NOBODY{n}",
            decimal_from_cents(sign * sum(line.charge_cents for line in part.lines)),
            decimal_from_cents(part.paid_cents),
            lines,
            status="22" if part.undoes else "1",
            icn=part.undoes.icn if part.undoes else part.icn,
            day="20261102",
        )


def _line(code: str, line: LineAmounts, sign: int) -> Svc:
    cas = ", ".join(f"{a.group}-{a.carc} {decimal_from_cents(sign * a.cents)}" for a in line.adjustments)
    return Svc(code, decimal_from_cents(sign * line.charge_cents), decimal_from_cents(sign * line.paid_cents), cas)
