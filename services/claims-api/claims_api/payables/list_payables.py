"""What is payable as of a day, by age, with totals and a control hash; also as CSV."""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date

from ar_shared.platform.database import Connection
from claims_api.payables import queries
from claims_api.payables.domain import AgeBucket, bucket
from claims_api.payables.schemas import BucketOut, PayableOut, PayablesOut

ITEM_COLUMNS = ("kind", "id", "vendor", "number", "due_on", "bucket", "open_cents")


async def list_payables(connection: Connection, practice_id: int, as_of: date, *, zone: str) -> PayablesOut:
    """Open bills (awaiting approval or approved) and approved refunds at the end of the day, by due date."""
    items = [
        PayableOut(**dict(row), bucket=bucket(row["due_on"], as_of))
        for row in await queries.payables(connection, practice_id, as_of, zone)
    ]
    return PayablesOut(
        as_of=as_of,
        totals=[_total(items, name) for name in AgeBucket],
        open_cents=sum(item.open_cents for item in items),
        item_count=len(items),
        control_hash=control_hash(items),
        items=items,
    )


def control_hash(items: Sequence[PayableOut]) -> str:
    """SHA-256 of `kind|id|due_on|open_cents` of each item, joined by line feeds, in hexadecimal."""
    lines = [f"{item.kind}|{item.id}|{item.due_on}|{item.open_cents}" for item in items]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def as_csv(payables: PayablesOut) -> str:
    """A header and a row an item, then a row `total` for each bucket and a row `control`."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("record", *ITEM_COLUMNS))
    rows.writerows(("item", *(getattr(item, name) for name in ITEM_COLUMNS)) for item in payables.items)
    rows.writerow(("record", "bucket", "bills_cents", "refunds_cents"))
    rows.writerows(("total", row.bucket, row.bills_cents, row.refunds_cents) for row in payables.totals)
    rows.writerow(("record", "as_of", "item_count", "open_cents", "control_hash"))
    rows.writerow(("control", payables.as_of, payables.item_count, payables.open_cents, payables.control_hash))
    return text.getvalue()


def _total(items: Sequence[PayableOut], name: AgeBucket) -> BucketOut:
    by_kind = {
        kind: sum(item.open_cents for item in items if item.bucket is name and item.kind == kind)
        for kind in ("bill", "refund")
    }
    return BucketOut(bucket=name, bills_cents=by_kind["bill"], refunds_cents=by_kind["refund"])
