"""Every public 835 sample, against oxedi as a second, independent reader.

oxedi gives its tables as Arrow, which needs a library we do not have; its plain-text rendering is read instead.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import oxedi
import pytest

from ar_shared.kernel.money import cents_from_decimal
from ar_shared.x12.findings import UnreadableFileError

from .remittances import Whole, read_all

FOLDER = Path(os.environ.get("AR_EDI_SAMPLES", Path(__file__).parents[3] / "shared" / "edi-samples"))
FILES = sorted(path for part in ("835", "malformed/835") for path in (FOLDER / part).rglob("*") if path.is_file())

Sums = tuple[int, int, Mapping[str, int]]
"""Count of claims, cents paid, cents per CAS group."""

EXPLAINED: Final[Mapping[str, list[Sums]]] = {
    # The terminator is a line feed and the next segment starts with `~`. oxedi takes the line feed for the
    # terminator and knows no segment called `~ST`, so it reads no claim. Counted by hand.
    "835/jdavisp3+TigerShark/835-example.txt": [(2, 1_220_067, {"PR": 14_500, "CO": 1_113_091})],
    "835/jdavisp3+TigerShark/835-example-2.txt": [(1, 20_002, {}), (1, 1_200_065, {"PR": 14_500, "CO": 1_113_091})],
}
WITHOUT_HEADER: Final = {"malformed/835/CHS-CDS-AIML+edi-835-parser/blue_cross_nc_sample.txt"}


def name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.fixture(autouse=True)
def _samples() -> None:
    if not FILES:
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")


def test_there_are_samples_to_read() -> None:
    assert len(FILES) >= 13


@pytest.mark.parametrize("path", FILES, ids=name)
def test_claims_payments_and_adjustments_are_those_of_oxedi(path: Path) -> None:
    data = path.read_bytes()
    if name(path) in WITHOUT_HEADER:
        with pytest.raises(UnreadableFileError):
            read_all(data)
        with pytest.raises(oxedi.ParseError):
            oxedi.parse(data)
        return
    ours = [sums(one) for one in read_all(data)]
    theirs = oxedi_sums(data)
    if name(path) in EXPLAINED:
        assert ours == EXPLAINED[name(path)]
        assert theirs != ours
    else:
        assert ours == theirs


@pytest.mark.parametrize("path", [path for path in FILES if name(path) not in WITHOUT_HEADER], ids=name)
def test_line_ends_marks_and_tails_change_nothing(path: Path) -> None:
    data = path.read_bytes()
    again = b"\xef\xbb\xbf" + data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\x00\x1a"
    assert [sums(one) for one in read_all(again)] == [sums(one) for one in read_all(data)]


def sums(one: Whole) -> Sums:
    groups: Counter[str] = Counter()
    for claim in one.claims:
        for adjustment in claim.all_adjustments():
            groups[adjustment.group] += adjustment.amount_cents
    return len(one.claims), one.summary.paid_cents, dict(groups)


def oxedi_sums(data: bytes) -> list[Sums]:
    tables = oxedi.parse(data).tables
    payments = list(rows(tables["payments"]))
    counts: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = {payment["row"]: Counter() for payment in payments}
    for claim in rows(tables["claims"]):
        counts[claim["payment"]] += 1
        paid[claim["payment"]] += cents_from_decimal(claim["payment_amount"])
    for adjustment in rows(tables["adjustments"]):
        groups[adjustment["payment"]][adjustment["group_code"]] += cents_from_decimal(adjustment["amount"])
    return [(counts[key], paid[key], dict(groups[key])) for key in groups]


def rows(table: oxedi.Table) -> Iterator[dict[str, str]]:
    _, heading, *lines = [line for line in table.render().splitlines() if line]
    columns = [column.split(":")[0].strip() for column in heading.split(" | ")]
    return (dict(zip(columns, line.split(" | "), strict=True)) for line in lines)
