"""Payments of insurers in a story's practice: by file, on paper, and at the bank."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.money import decimal_from_cents
from claims_api.bank.keep_account import keep_account
from claims_api.bank.schemas import BankAccountIn, CsvColumns
from claims_api.bank.take_in_statement import take_in_statement
from claims_api.paper.enter_eob import enter_eob
from claims_api.paper.schemas import EobIn
from claims_api.remittances.domain.amounts import LineAmounts
from claims_api.remittances.post_remittance import RemittanceOutcome, post_remittance

from ..remittances.era import Clp, Era, Svc, source  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .books_model import REFERENCE
from .payments import Part, Payment
from .practice import CODES, PAYERS, Pattern, Practice

_DAY: Final = "2026-11-02"
_COLUMNS: Final = CsvColumns(date="Date", amount="Amount", reference="Reference", text="Description")


class PayersMoney(Practice):
    """What posters do."""

    def __init__(self, pattern: Pattern, world: World) -> None:
        super().__init__(pattern, world)
        self._account: UUID | None = None
        self._taxes: dict[str, str] = {}

    async def remit(self, payment: Payment) -> None:
        """As an 835; posting it again changes nothing."""
        _, name, identifier, tax = PAYERS[payment.payer - 1]
        era = Era(
            tuple(self._clp(n, part) for n, part in enumerate(payment.parts)),
            trace=payment.trace,
            payer=(name, identifier),
            payer_tax=tax,
            plb=tuple((f"{code}:{REFERENCE}", decimal_from_cents(cents)) for code, cents in payment.plb),
        )
        await self._posted(payment, await post_remittance(self.world.database, self.world.acting(), source(era)))
        assert (await post_remittance(self.world.database, self.world.acting(), source(era))).state == "duplicate"

    async def enter_eob(self, payment: Payment) -> None:
        """As a person types it in from paper; typing it again changes nothing."""
        eob = EobIn.model_validate(
            {
                "payer": {"external_id": PAYERS[payment.payer - 1][0]},
                "billing_entity": {"external_id": "BE-1"},
                "trace_number": payment.trace,
                "amount_cents": payment.cents,
                "paid_on": date(2026, 11, 20),
                "claims": [self._eob_claim(n, part) for n, part in enumerate(payment.parts)],
                "provider_adjustments": [
                    {"code": code, "reference": REFERENCE, "amount_cents": cents} for code, cents in payment.plb
                ],
            }
        )
        await self._posted(payment, await self._enter(eob))
        assert (await self._enter(eob)).state == "duplicate"

    async def deposit(self, trace: str, cents: int) -> None:
        """The transfer comes, and its addenda name the payment."""
        await self.bring(cents, f"TRN*1*{trace}*{self._taxes[trace]}~", trace)

    async def bring(self, cents: int, text: str, reference: str) -> None:
        """A line of the bank's file."""
        world = self.world
        async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
            if self._account is None:
                account = BankAccountIn(name="Operating account", columns=_COLUMNS)
                self._account = (await keep_account(connection, world.acting(), "BANK-1", account))[0].id
            line = f"{world.now.date()},{decimal_from_cents(cents)},{reference},{text}"
            content = f"Date,Amount,Reference,Description\n{line}".encode()
            await take_in_statement(connection, world.acting(), content, "csv", self._account)

    async def _enter(self, eob: EobIn) -> RemittanceOutcome:
        async with self.world.database.tenant_tx(self.world.practice_id, period_open=True) as connection:
            return await enter_eob(connection, self.world.acting(), eob)

    async def _posted(self, payment: Payment, outcome: RemittanceOutcome) -> None:
        self.names[outcome.remittance_id] = payment.trace
        self._taxes[payment.trace] = PAYERS[payment.payer - 1][3]
        held = await self.world.held(outcome.remittance_id)
        expected = {n for n, part in enumerate(payment.parts, start=1) if not part.posts}
        assert set(held) == expected, f"{outcome.state}, held {held}, expected {sorted(expected)}"

    def _pcn(self, n: int, part: Part) -> str:
        return self.numbers[part.claim] if part.known else f"NOBODY{n}"

    def _clp(self, n: int, part: Part) -> Clp:
        sign = -1 if part.undoes else 1
        lines = tuple(_svc(code, line, sign) for code, line in zip(CODES, part.lines, strict=False))
        return Clp(
            self._pcn(n, part),
            decimal_from_cents(sign * sum(line.charge_cents for line in part.lines)),
            decimal_from_cents(part.paid_cents),
            lines,
            status="22" if part.undoes else "1",
            icn=part.undoes.icn if part.undoes else part.icn,
            day=_DAY.replace("-", ""),
        )

    def _eob_claim(self, n: int, part: Part) -> dict[str, Any]:
        sign = -1 if part.undoes else 1
        return {
            "patient_control_number": self._pcn(n, part),
            "payer_control_number": part.undoes.icn if part.undoes else part.icn,
            "status": "22" if part.undoes else "1",
            "service_from": _DAY,
            "charge_cents": sign * sum(line.charge_cents for line in part.lines),
            "paid_cents": part.paid_cents,
            "lines": [_eob_line(code, line, sign) for code, line in zip(CODES, part.lines, strict=False)],
        }


def _svc(code: str, line: LineAmounts, sign: int) -> Svc:
    cas = ", ".join(f"{a.group}-{a.carc} {decimal_from_cents(sign * a.cents)}" for a in line.adjustments)
    return Svc(code, decimal_from_cents(sign * line.charge_cents), decimal_from_cents(sign * line.paid_cents), cas)


def _eob_line(code: str, line: LineAmounts, sign: int) -> dict[str, Any]:
    return {
        "procedure_code": code,
        "service_from": _DAY,
        "charge_cents": sign * line.charge_cents,
        "paid_cents": sign * line.paid_cents,
        "adjustments": [
            {"group_code": a.group, "carc": a.carc, "amount_cents": sign * a.cents} for a in line.adjustments
        ],
    }
