"""A practice with ten thousand claims of three lines, and the payment that answers them, already staged as tuples."""

import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from ar_shared.kernel.clock import PracticeTime
from ar_shared.kernel.ids import uuid7
from ar_shared.kernel.money import decimal_from_cents
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Database, copy_rows
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance_reader import read_835
from claims_api.acting import Acting
from claims_api.claims.control_numbers import line_control_number, mint_patient_control_number
from claims_api.claims.intake_sql import BULK, CLAIM_COLUMNS, LINE_COLUMNS, definition
from claims_api.parties.kinds import BY_NAME
from claims_api.parties.upsert_party import upsert_party
from claims_api.remittances.post_remittance import RemittanceOutcome, post_remittance
from claims_api.remittances.source import RemittanceHeaderFacts, RemittanceTotals, StagedChunk
from claims_api.remittances.stage_835 import Source835
from claims_api.sandbox import seed

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
PATIENTS = 2_000
_CODES = ("G0463", "G0008", "J3420")
_INTEREST_CENTS = 12_50
_CUT_PERCENT = 40
_CORRECTED_CUT_PERCENT = 45

TakenIn = tuple[str, list[int]]
"""A claim's patient control number and the cents of its lines."""


@dataclass
class BenchWorld:
    """The database as the service and as its owner see it."""

    database: Database
    admin_url: str
    acting: Acting
    parties: dict[str, UUID]
    patients: list[list[dict[str, UUID]]]
    """Of each payer."""

    @property
    def practice_id(self) -> int:
        return self.acting.practice_id

    async def close(self) -> None:
        await self.database.close()


@dataclass
class StagedPayment:
    """A `RemittanceSource` whose rows are in memory."""

    header: RemittanceHeaderFacts
    held: list[StagedChunk]
    ended: RemittanceTotals
    remittance_id: UUID | None = None
    last_outbox_id: int = 0

    async def chunks(self) -> AsyncIterator[StagedChunk]:
        for chunk in self.held:
            yield chunk

    def totals(self) -> RemittanceTotals:
        return self.ended

    async def post(self, world: BenchWorld) -> RemittanceOutcome:
        outcome = await post_remittance(world.database, world.acting, self)
        if outcome.state != "posted":
            raise SystemExit(f"the payment was not posted whole: {outcome}")
        self.remittance_id = outcome.remittance_id
        return outcome


async def prepare(url: str, admin_url: str, *, payers: int = 1, connections: int = 2) -> BenchWorld:
    """Seed the sandbox, its payers and their patients, PATIENTS in all."""
    database = Database(url, max_size=connections)
    made = await seed(database, {})
    async with database.control_tx() as connection:
        practice_id = await connection.fetchval("SELECT id FROM claims.practice")
    acting = acting_as(practice_id, made["practice"])
    async with database.tenant_tx(practice_id) as connection:
        for n in range(payers):
            body = {"name": f"Bench Payer {n}", "payer_identifier": f"BENCH{n}", "financial_class": "commercial"}
            await _upsert(connection, practice_id, "payer", f"PAY-{n}", body)
        for n in range(PATIENTS):
            person = {"last_name": f"Bench{n}", "first_name": "Pat", "birth_date": "1980-05-17"}
            coverage = {
                "patient": {"external_id": f"P{n}"},
                "payer": {"external_id": f"PAY-{n % payers}"},
                "member_id": f"M{n}",
            }
            await _upsert(connection, practice_id, "patient", f"P{n}", person)
            await _upsert(connection, practice_id, "coverage", f"C{n}", coverage)
        patients = [
            [
                dict(row)
                for row in await connection.fetch(
                    "SELECT p.id AS patient_id, p.guarantor_id, v.id AS coverage_id, v.payer_id FROM claims.patient p "
                    "JOIN claims.coverage v ON v.practice_id = $1 AND v.patient_id = p.id "
                    "JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id "
                    "WHERE p.practice_id = $1 AND y.payer_identifier = $2",
                    practice_id,
                    f"BENCH{n}",
                )
            ]
            for n in range(payers)
        ]
        parties = {
            table: await connection.fetchval(
                f"SELECT id FROM claims.{table} WHERE practice_id = $1 ORDER BY external_id LIMIT 1", practice_id
            )
            for table in ("billing_entity", "location", "provider")
        }
    return BenchWorld(database, admin_url, acting, parties, patients)


def acting_as(practice_id: int, practice: str) -> Acting:
    return Acting(
        practice_id=practice_id,
        practice=UUID(practice),
        mode="sandbox",
        client_id="bench",
        actor=Actor("client", "bench"),
        moment=PracticeTime(NOW, ZoneInfo("America/Chicago")),
        machine=NOW,
    )


async def _upsert(connection: Connection, practice_id: int, kind: str, key: str, body: dict[str, Any]) -> None:
    parsed = BY_NAME[kind].body.model_validate_json(orjson.dumps(body))
    await upsert_party(connection, practice_id, BY_NAME[kind], key, parsed, NOW)


async def stage_payment(world: BenchWorld, trace: str, claims: int) -> StagedPayment:
    """Take `claims` new claims in and read the 835 that answers them into tuples; nothing of it is posted."""
    numbers = await take_in(world, claims)
    started = time.perf_counter()
    payment = stage_835(answer(trace, numbers))
    print(f"read and staged {claims:,} claims in {time.perf_counter() - started:.2f} s")
    return payment


def stage_835(data: bytes) -> StagedPayment:
    source = Source835(read_835(next(EnvelopeReader([data]).transactions())))
    chunks = list(source.chunks_in_order())
    return StagedPayment(source.header, chunks, source.totals())


async def take_in(world: BenchWorld, count: int, payer: int = 0) -> list[TakenIn]:
    """New claims of three lines for the patients of one payer."""
    rng = random.Random(count)
    patients = world.patients[payer]
    claims: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    numbers: list[TakenIn] = []
    for n in range(count):
        patient = patients[n % len(patients)]
        number = mint_patient_control_number(random.SystemRandom().getrandbits(75))
        cents = [rng.randrange(5_000, 60_000, 100) for _ in _CODES]
        record = _claim(world, patient, number, sum(cents))
        claims.append(tuple(record.get(name) for name in CLAIM_COLUMNS))
        lines += [_line(record["id"], number, i, code, cents[i - 1]) for i, code in enumerate(_CODES, start=1)]
        numbers.append((number, cents))
    async with world.database.tenant_tx(world.practice_id) as connection:
        for name, columns, rows in (("stage_claim", CLAIM_COLUMNS, claims), ("stage_line", LINE_COLUMNS, lines)):
            await copy_rows(connection, name, list(columns), rows, ddl=definition(columns))
        acting = world.acting
        await connection.fetchval(
            BULK, acting.practice_id, NOW, NOW, acting.today, acting.client_id, acting.actor.id, acting.actor.kind
        )
    return numbers


def _claim(world: BenchWorld, patient: dict[str, UUID], number: str, cents: int) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "journal_id": uuid7(),
        "type": "professional",
        "purpose": "live",
        "patient_control_number": number,
        "normalised_pcn": number.lstrip("0"),
        **patient,
        "coverage_snapshot": {},
        "sequence": 1,
        "financial_class": "commercial",
        "billing_entity_id": world.parties["billing_entity"],
        "location_id": world.parties["location"],
        "rendering_provider_id": world.parties["provider"],
        "place_of_service": "11",
        "charge_cents": cents,
        "service_from": DAY,
        "service_to": DAY,
        "diagnoses": ["E119"],
        "facts": {},
        "frequency": "1",
        "posts": True,
        "submission_state": "sent",
        "line_count": len(_CODES),
        "first_billed_on": date(2026, 11, 3),
        "blockers": [],
    }


def _line(claim_id: UUID, number: str, n: int, code: str, cents: int) -> tuple[Any, ...]:
    record: dict[str, Any] = {
        "claim_id": claim_id,
        "n": n,
        "charge_id": uuid7(),
        "line_control_number": line_control_number(number, n),
        "procedure_qualifier": "HC",
        "procedure_code": code,
        "modifiers": [],
        "charge_cents": cents,
        "units": 1,
        "unit_basis": "UN",
        "service_from": DAY,
        "service_to": DAY,
        "diagnosis_pointers": ["1"],
    }
    return tuple(record.get(name) for name in LINE_COLUMNS)


def answer(trace: str, numbers: list[TakenIn], payer: int = 0, *, undone: Sequence[TakenIn] = ()) -> bytes:
    """The 835 of one ST that pays these claims: a contract cut, mostly coinsurance, in each tenth claim a denial.

    `undone`: the first claims of an earlier answer, reversed here and decided again; interest comes with it (PLB L6).
    """
    claims: list[str] = []
    total = 0
    for n, (number, charges) in enumerate(undone):
        for status, sign, cut in (("22", -1, _CUT_PERCENT), ("1", 1, _CORRECTED_CUT_PERCENT)):
            paid, segments = _claim_segments(n, number, charges, status, sign, cut)
            total += paid
            claims += segments
    for n, (number, charges) in enumerate(numbers):
        paid, segments = _claim_segments(n, number, charges)
        total += paid
        claims += segments
    interest = _INTEREST_CENTS if undone else 0
    head = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0600*^*00501*000000001*0*T*:",
        "GS*HP*PAYER*PRACTICE*20261120*0600*1*X*005010X221A1",
        "ST*835*0001",
        f"BPR*I*{decimal_from_cents(total + interest)}*C*ACH************20261120",
        f"TRN*1*{trace}*14200{payer:05d}",
        "DTM*405*20261119",
        f"N1*PR*Bench Payer {payer}*XV*BENCH{payer}",
        "N1*PE*JUNIPER HILL*XX*1234567893",
        "LX*1",
    ]
    tail = [f"PLB*1234567893*20261231*L6:{trace}*-{decimal_from_cents(interest)}"] if interest else []
    body = [*head, *claims, *tail]
    return "~".join([*body, f"SE*{len(body) - 1}*0001", "GE*1*1", "IEA*1*000000001", ""]).encode()


def _claim_segments(
    n: int, number: str, charges: list[int], status: str = "1", sign: int = 1, cut: int = _CUT_PERCENT
) -> tuple[int, list[str]]:
    """What the claim is paid, and its segments; a sign of -1 takes back what 1 gave."""
    lines: list[str] = []
    paid_total = share_total = 0
    for i, (code, listed) in enumerate(zip(_CODES, charges, strict=True), start=1):
        charge = listed * sign
        contract = 0 if n % 10 == 0 and i == 3 else listed // 100 * cut * sign
        denied = charge if n % 10 == 0 and i == 3 else 0
        share = 0 if denied or i == 2 else listed // 100 * 12 * sign
        paid = charge - contract - denied - share
        paid_total += paid
        share_total += share
        lines += [f"SVC*HC:{code}*{decimal_from_cents(charge)}*{decimal_from_cents(paid)}**1", "DTM*472*20261102"]
        adjustments = (("CO*197", denied), ("CO*45", contract), ("PR*2", share))
        lines += [f"CAS*{reason}*{decimal_from_cents(cents)}" for reason, cents in adjustments if cents]
        lines.append(f"REF*6R*{line_control_number(number, i)}")
        lines.append(f"AMT*B6*{decimal_from_cents(paid + share)}")
    amounts = "*".join(decimal_from_cents(cents) for cents in (sum(charges) * sign, paid_total, share_total))
    clp = f"CLP*{number}*{status}*{amounts}*12*ICN{number}*11*1"
    return paid_total, [clp, "NM1*QC*1*BENCH*PAT****MI*M1", *lines]


async def last_outbox_id(world: BenchWorld) -> int:
    """The newest fact so far: what comes later is the payment's."""
    async with world.database.tenant_tx(world.practice_id) as connection:
        return int(
            await connection.fetchval("SELECT max(id) FROM claims.outbox WHERE practice_id = $1", world.practice_id)
        )
