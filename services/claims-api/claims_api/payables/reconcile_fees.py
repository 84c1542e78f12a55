"""Compare a vendor's bill with the fee that its contract and the books give."""

from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.payables import queries
from claims_api.payables.changing import find_bill
from claims_api.payables.domain import FeeBasis, NoFeeBasisError, share
from claims_api.payables.schemas import FeeLineOut, FeesOut


async def reconcile_fees(connection: Connection, practice_id: int, bill_id: UUID, *, zone: str) -> FeesOut:
    """Line by line; sums are of the lines that name days. Raises NotFoundError, NoFeeBasisError."""
    bill = await find_bill(connection, practice_id, bill_id)
    vendor = await queries.vendor_row(connection, practice_id, bill["vendor_id"])
    assert vendor is not None
    if vendor["fee_basis"] is None:
        raise NoFeeBasisError
    lines = [
        await _compared(connection, practice_id, vendor, line, zone)
        for line in await queries.bill_lines(connection, practice_id, bill_id)
    ]
    expected = sum(line.expected_cents or 0 for line in lines)
    billed = sum(line.billed_cents for line in lines if line.expected_cents is not None)
    return FeesOut(
        bill_id=bill_id,
        fee_basis=vendor["fee_basis"],
        expected_cents=expected,
        billed_cents=billed,
        difference_cents=billed - expected,
        lines=lines,
    )


async def _compared(connection: Connection, practice_id: int, vendor: Row, line: Row, zone: str) -> FeeLineOut:
    base = kept = expected = None
    if line["from_on"] is not None:
        days = (line["from_on"], line["to_on"])
        if vendor["fee_basis"] == FeeBasis.RECOVERIES:
            recovered = await queries.recovered(connection, practice_id, vendor["id"], *days)
            base, kept = recovered["collected_cents"], recovered["kept_cents"]
            expected = share(base, vendor["fee_basis_points"]) - kept
        else:
            base = await queries.claims_sent(connection, practice_id, vendor["fee_receiver"], *days, zone)
            expected = base * vendor["fee_per_claim_cents"]
    return FeeLineOut(
        n=line["n"],
        from_on=line["from_on"],
        to_on=line["to_on"],
        base=base,
        kept_cents=kept,
        expected_cents=expected,
        billed_cents=line["amount_cents"],
        difference_cents=None if expected is None else line["amount_cents"] - expected,
    )
