"""The yardstick for the 835 reader: the least that still gives what a posting needs.

It streams split tuples into one slotted object per claim, service and adjustment and turns amounts into cents;
the other segments of a claim are kept as the tuples they are. It trusts the file: standard delimiters, ASCII,
nothing odd, no envelope, no balance, no byte offsets, no check of any kind.
"""

from collections.abc import Iterable, Iterator

Row = tuple[str, ...]


class Adjustment:
    __slots__ = ("amount_cents", "group", "reason")

    def __init__(self, group: str, reason: str, amount_cents: int) -> None:
        self.group = group
        self.reason = reason
        self.amount_cents = amount_cents


class Service:
    __slots__ = (
        "adjustments",
        "amounts",
        "charge_cents",
        "paid_cents",
        "procedure",
        "revenue_code",
        "segments",
        "units",
    )

    def __init__(self, row: Row) -> None:
        self.procedure = row[1]
        self.charge_cents = cents(row[2])
        self.paid_cents = cents(row[3])
        self.revenue_code = row[4]
        self.units = row[5]
        self.adjustments: list[Adjustment] = []
        self.amounts: list[tuple[str, int]] = []
        self.segments: list[Row] = []


class Claim:
    __slots__ = (
        "adjustments",
        "amounts",
        "charge_cents",
        "facility",
        "filing_indicator",
        "frequency",
        "paid_cents",
        "patient_control_number",
        "patient_responsibility_cents",
        "payer_claim_control_number",
        "segments",
        "services",
        "status",
    )

    def __init__(self, row: Row) -> None:
        self.patient_control_number = row[1]
        self.status = row[2]
        self.charge_cents = cents(row[3])
        self.paid_cents = cents(row[4])
        self.patient_responsibility_cents = cents(row[5])
        self.filing_indicator = row[6]
        self.payer_claim_control_number = row[7]
        self.facility = row[8]
        self.frequency = row[9]
        self.services: list[Service] = []
        self.adjustments: list[Adjustment] = []
        self.amounts: list[tuple[str, int]] = []
        self.segments: list[Row] = []


def cents(text: str) -> int:
    whole, _, fraction = text.partition(".")
    if not fraction:
        return int(whole) * 100
    return int(whole + fraction.ljust(2, "0"))


def split_rows(chunks: Iterable[bytes]) -> Iterator[Row]:
    tail = ""
    for chunk in chunks:
        *segments, tail = (tail + chunk.decode()).split("~")
        for segment in segments:
            yield tuple(segment.split("*"))


def read_claims(chunks: Iterable[bytes]) -> Iterator[Claim]:
    claim: Claim | None = None
    level: Claim | Service | None = None
    for row in split_rows(chunks):
        segment_id = row[0]
        if segment_id == "CLP":
            if claim is not None:
                yield claim
            level = claim = Claim(row)
        elif claim is None or level is None:
            continue
        elif segment_id == "SVC":
            level = Service(row)
            claim.services.append(level)
        elif segment_id == "CAS":
            for at in range(2, len(row), 3):
                level.adjustments.append(Adjustment(row[1], row[at], cents(row[at + 1])))
        elif segment_id == "AMT":
            level.amounts.append((row[1], cents(row[2])))
        else:
            level.segments.append(row)
    if claim is not None:
        yield claim
