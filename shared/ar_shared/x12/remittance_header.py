"""The part of an 835 in front of its claims: payment, payer (1000A) and payee (1000B)."""

from collections.abc import Callable, Mapping
from typing import Final

from ar_shared.x12.remittance import RemittanceHeader, RemittanceParty, element
from ar_shared.x12.tokens import Row
from ar_shared.x12.values import CENTS, DATES

BEGINS_CLAIMS: Final = frozenset(("LX", "TS3", "TS2", "CLP", "SVC", "PLB"))
"""The first of these ends the header."""


class HeaderReader:
    """Takes the header's segments one by one. `loop` is where it stands: header, 1000A or 1000B."""

    def __init__(self, header: RemittanceHeader) -> None:
        self.loop = "header"
        self._header = header
        self._party: RemittanceParty | None = None

    def add(self, row: Row) -> str:
        """Takes one segment and returns "" or the code of what is odd about it.

        `segment_unexpected` means that it was not taken. Raises IndexError or ValueError when it is unreadable.
        """
        if row[0] == "N1":
            return self._open_party(row)
        if self._party is not None and row[0] in _PARTY:
            _PARTY[row[0]](self._party, row)
            return ""
        if row[0] in _HEADER:
            _HEADER[row[0]](self._header, row)
            return "segment_misplaced" if self._party is not None else ""
        return "segment_unexpected"

    def _open_party(self, row: Row) -> str:
        party = RemittanceParty(element(row, 2), element(row, 3), element(row, 4))
        kind = element(row, 1)
        if kind == "PR" and self._header.payer is None:
            self.loop, self._header.payer = "1000A", party
        elif kind == "PE" and self._header.payee is None:
            self.loop, self._header.payee = "1000B", party
        else:
            return "segment_unexpected"
        self._party = party
        return ""


def _read_payment(header: RemittanceHeader, row: Row) -> None:
    payment = header.payment
    payment.financial = row
    payment.handling = element(row, 1)
    payment.credit_or_debit = element(row, 3)
    payment.method = element(row, 4)
    payment.originator = element(row, 10)
    payment.amount_cents = CENTS[element(row, 2)]
    issued = element(row, 16)
    payment.issued_on = DATES[issued] if issued else None


def _read_trace(header: RemittanceHeader, row: Row) -> None:
    header.payment.trace = element(row, 2)
    header.payment.payer_trace_id = element(row, 3)


def _read_currency(header: RemittanceHeader, row: Row) -> None:
    header.currency = row


def _read_date(header: RemittanceHeader, row: Row) -> None:
    header.dates.append((row[1], DATES[row[2]]))


def _read_reference(level: RemittanceHeader | RemittanceParty, row: Row) -> None:
    level.references.append(row)


def _read_address(party: RemittanceParty, row: Row) -> None:
    party.address.extend(line for line in row[1:] if line)


def _read_city(party: RemittanceParty, row: Row) -> None:
    party.city, party.state, party.postal_code = element(row, 1), element(row, 2), element(row, 3)


def _read_contact(party: RemittanceParty, row: Row) -> None:
    party.contacts.append(row)


def _read_delivery(party: RemittanceParty, row: Row) -> None:
    party.delivery = row


_HEADER: Final[Mapping[str, Callable[[RemittanceHeader, Row], None]]] = {
    "BPR": _read_payment,
    "TRN": _read_trace,
    "CUR": _read_currency,
    "REF": _read_reference,
    "DTM": _read_date,
}
_PARTY: Final[Mapping[str, Callable[[RemittanceParty, Row], None]]] = {
    "N3": _read_address,
    "N4": _read_city,
    "REF": _read_reference,
    "PER": _read_contact,
    "RDM": _read_delivery,
}
