"""What people decide in a story's practice: patients' money, write-offs, transfers, refunds."""

from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.etags import etag_of
from claims_api.bank.match_line import match_line
from claims_api.bank.schemas import MatchIn, PaymentIn
from claims_api.ledger.domain import CREDIT_ACCOUNT_OF, Account
from claims_api.receipts.apply_receipt import apply_receipt
from claims_api.receipts.deposit_slips import close_slip, open_slip
from claims_api.receipts.domain import ReceiptKind, ReceiptMethod
from claims_api.receipts.receive_money import receive_money
from claims_api.receipts.schemas import AllocationIn, ApplyIn, CloseSlipIn, DepositSlipIn, ReceiptIn
from claims_api.refunds.approve_refund import approve_refund
from claims_api.refunds.domain import RefundEvent, RefundMethod
from claims_api.refunds.follow_refund import follow_refund
from claims_api.refunds.issue_refund import issue_refund
from claims_api.refunds.request_refund import request_refund
from claims_api.refunds.schemas import IssueIn, RefundIn
from claims_api.transfers.domain import TransferReason
from claims_api.transfers.queries import transfer_row
from claims_api.transfers.reverse_transfer import reverse_transfer
from claims_api.transfers.schemas import ReverseTransferIn, TransferIn, TransferLineIn
from claims_api.transfers.transfer_balance import transfer_balance
from claims_api.write_offs.domain import Cause, WriteOffClass
from claims_api.write_offs.reverse_write_off import reverse_write_off
from claims_api.write_offs.schemas import ReverseWriteOffIn, WriteOffIn
from claims_api.write_offs.write_off_charge import write_off_charge

from ..remittances.world import World  # noqa: TID252
from .ledger_model import GUARANTOR, Bucket
from .practice import Pattern
from .practice_payments import PayersMoney

WHY: Final = "agreed"
_SEEN: Final = "SELECT version FROM claims.{} WHERE practice_id = $1 AND id = $2"
_LINE: Final = """
SELECT l.id, s.version FROM claims.bank_line l
JOIN claims.bank_line_state s ON s.practice_id = $1 AND s.line_id = l.id
WHERE l.practice_id = $1 AND l.reference = $2
"""


class FrontDesk(PayersMoney):
    """Each verb raises what the use case raises, and has then changed nothing."""

    def __init__(self, pattern: Pattern, world: World) -> None:
        super().__init__(pattern, world)
        self._slip: UUID | None = None
        self._slips = 0
        self._made: dict[str, UUID] = {}
        self._write_offs: list[UUID] = []
        self._transfers: list[UUID] = []
        self._refunds: list[UUID] = []

    async def receive(self, name: str, owner: int, cents: int) -> None:
        """Cash of the patient with `owner` payers, on the deposit slip that is open."""
        async with self._writing() as connection:
            if self._slip is None:
                slip = DepositSlipIn(location_id=self.pattern.location, business_on=self._today)
                self._slip = await open_slip(connection, self.world.acting(), slip)
            body = ReceiptIn(
                kind=ReceiptKind.PATIENT,
                method=ReceiptMethod.CASH,
                amount_cents=cents,
                received_on=self._today,
                guarantor_id=self.pattern.guarantors[owner],
                deposit_slip_id=self._slip,
            )
            made = await receive_money(connection, self.world.acting(), body)
        self._made[name] = made
        self.names[made] = name

    async def bank_drawer(self, cents: int) -> None:
        """The slip is counted and closed; the bank's line is matched with it."""
        slip_id, self._slip, self._slips = self._slip, None, self._slips + 1
        assert slip_id is not None
        reference = f"SLIP-{self._slips}"
        await self.bring(cents, "COUNTER DEPOSIT", reference)
        async with self._writing() as connection:
            version = await self._version(connection, "deposit_slip", slip_id)
            await close_slip(connection, self.world.acting(), slip_id, CloseSlipIn(counted_cents=cents), version)
            line = await connection.fetchrow(_LINE, self.world.practice_id, reference)
            assert line is not None
            body = MatchIn(payments=[PaymentIn(deposit_slip_id=slip_id)], reason=WHY)
            await match_line(connection, self.world.acting(), line["id"], body, etag_of(line["version"]))

    async def apply(self, name: str, charge: int, cents: int) -> None:
        body = ApplyIn(allocations=[AllocationIn(charge_id=self.charge_ids[charge], amount_cents=cents)])
        async with self._writing() as connection:
            version = await self._version(connection, "receipt", self._made[name])
            await apply_receipt(connection, self.world.acting(), self._made[name], body, version)

    async def write_off(self, kind: WriteOffClass, bucket: Bucket, cents: int) -> None:
        charge, _, party = bucket
        body = WriteOffIn(
            kind=kind,
            cause=Cause.TIMELY_FILING if kind is WriteOffClass.ADMINISTRATIVE else None,
            charge_id=self.charge_ids[charge],
            party_id=self._party(charge, party),
            amount_cents=cents,
            reason=WHY,
        )
        async with self._writing() as connection:
            made = await write_off_charge(connection, self.world.principal, self.world.acting(), body)
        self._write_offs.append(made)

    async def reverse_write_off(self, n: int) -> None:
        write_off, body = self._write_offs[n], ReverseWriteOffIn(reason=WHY)
        async with self._writing() as connection:
            version = await self._version(connection, "write_off", write_off)
            await reverse_write_off(connection, self.world.principal, self.world.acting(), write_off, body, version)

    async def transfer(self, source: Bucket, target: Bucket, cents: int) -> None:
        charge, _, owing = source
        body = TransferIn(
            reason=_reason(owing, target[2]),
            note=WHY,
            lines=[TransferLineIn(charge_id=self.charge_ids[charge], amount_cents=cents)],
            from_party_id=self._party(charge, owing),
            coverage_id=None if target[2] == GUARANTOR else self._party(charge, target[2]),
        )
        async with self._writing() as connection:
            made = await transfer_balance(connection, self.world.principal, self.world.acting(), body)
        self._transfers.append(made)

    async def reverse_transfer(self, n: int) -> None:
        transfer, body = self._transfers[n], ReverseTransferIn(reason=WHY)
        async with self._writing() as connection:
            row = await transfer_row(connection, self.world.practice_id, transfer)
            assert row is not None
            version = etag_of(row["version"])
            await reverse_transfer(connection, self.world.principal, self.world.acting(), transfer, body, version)

    async def ask_refund(self, source: Bucket | str, cents: int) -> None:
        if isinstance(source, str):
            body = RefundIn(receipt_id=self._made[source], amount_cents=cents, reason=WHY)
        else:
            charge, receivable, party = source
            to_payer = CREDIT_ACCOUNT_OF[receivable] is Account.REFUNDS_PAYABLE_PAYER
            body = RefundIn(
                charge_id=self.charge_ids[charge],
                side="payer" if to_payer else "patient",
                party_id=self._party(charge, party),
                amount_cents=cents,
                reason=WHY,
            )
        async with self._writing() as connection:
            self._refunds.append(await request_refund(connection, self.world.acting(), "sandbox", body))

    async def step_refund(self, n: int, event: RefundEvent) -> None:
        refund, who = self._refunds[n], self.world.acting()
        async with self._writing() as connection:
            version = await self._version(connection, "refund", refund)
            match event:
                case RefundEvent.APPROVE:
                    await approve_refund(connection, self.world.principal, who, refund, version)
                case RefundEvent.ISSUE:
                    body = IssueIn(method=RefundMethod.CHECK, reference=f"CHK{n}", issued_on=self._today)
                    await issue_refund(connection, who, refund, body, version)
                case _:
                    await follow_refund(connection, who, refund, event, WHY, version)

    @property
    def _today(self) -> date:
        return self.world.now.date()

    def _party(self, charge: int, party: str) -> UUID:
        payers = self.owners[charge]
        return self.pattern.guarantors[payers] if party == GUARANTOR else self.pattern.coverages[payers, int(party[-1])]

    def _writing(self) -> AbstractAsyncContextManager[Connection]:
        return self.world.database.tenant_tx(self.world.practice_id, period_open=True)

    async def _version(self, connection: Connection, table: str, row_id: UUID) -> str:
        return etag_of(await connection.fetchval(_SEEN.format(table), self.world.practice_id, row_id))


def _reason(owing: str, owes: str) -> TransferReason:
    if owes == GUARANTOR:
        return TransferReason.PATIENT_RESPONSIBILITY
    if owing == GUARANTOR:
        return TransferReason.COVERAGE_FOUND
    return TransferReason.NEXT_PAYER if owes > owing else TransferReason.WRONG_PAYER
