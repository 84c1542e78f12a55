"""What is payable as of a day, by age, with totals and a control hash; also as CSV."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from datetime import date

from ar_shared.platform.database import Connection
from claims_api.payables import queries
from claims_api.payables.domain import AgeBucket, bucket
from claims_api.payables.schemas import BucketOut, PayableOut, PayablesOut, VendorAgeOut

ITEM_COLUMNS = ("kind", "id", "vendor", "number", "approved_on", "due_on", "bucket", "open_cents")
VENDOR_COLUMNS = tuple(VendorAgeOut.model_fields)
_CENTS_OF = {bucket: f"{bucket.name.lower()}_cents" for bucket in AgeBucket}


async def list_payables(connection: Connection, practice_id: int, as_of: date) -> PayablesOut:
    """Open bills, awaiting approval or approved, and refunds that are payable at the end of the day, by due date."""
    items = [
        PayableOut(**dict(row), bucket=bucket(row["due_on"], as_of))
        for row in await queries.payables(connection, practice_id, as_of)
    ]
    return PayablesOut(
        as_of=as_of,
        totals=[_total(items, name) for name in AgeBucket],
        vendors=by_vendor(items),
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
    """A header and a row an item, then rows `vendor`, rows `total` for each bucket and a row `control`."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("record", *ITEM_COLUMNS))
    rows.writerows(("item", *(getattr(item, name) for name in ITEM_COLUMNS)) for item in payables.items)
    rows.writerow(("record", *VENDOR_COLUMNS))
    rows.writerows(("vendor", *(getattr(row, name) for name in VENDOR_COLUMNS)) for row in payables.vendors)
    rows.writerow(("record", "bucket", "bills_cents", "refunds_cents"))
    rows.writerows(("total", row.bucket, row.bills_cents, row.refunds_cents) for row in payables.totals)
    rows.writerow(("record", "as_of", "item_count", "open_cents", "control_hash"))
    rows.writerow(("control", payables.as_of, payables.item_count, payables.open_cents, payables.control_hash))
    return text.getvalue()


def by_vendor(items: Sequence[PayableOut]) -> list[VendorAgeOut]:
    """Vendors in the order of their external ids, refunds after them."""
    found: dict[tuple[str | None, str | None], Counter[str]] = {}
    for item in items:
        cents = found.setdefault((item.vendor, item.vendor_name), Counter(dict.fromkeys(_CENTS_OF.values(), 0)))
        cents[_CENTS_OF[item.bucket]] += item.open_cents
    order = sorted(found, key=lambda vendor: (vendor[0] is None, vendor[0] or ""))
    return [
        VendorAgeOut(vendor=one[0], vendor_name=one[1], open_cents=found[one].total(), **found[one]) for one in order
    ]


def _total(items: Sequence[PayableOut], name: AgeBucket) -> BucketOut:
    bills = sum(item.open_cents for item in items if item.bucket is name and item.kind == "bill")
    both = sum(item.open_cents for item in items if item.bucket is name)
    return BucketOut(bucket=name, bills_cents=bills, refunds_cents=both - bills)
