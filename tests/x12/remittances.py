"""Reads text into remittances, whole, for tests that look at every claim at once."""

from dataclasses import dataclass

from ar_shared.x12.envelope import EnvelopeReader, Transaction
from ar_shared.x12.remittance import RemittanceClaim, RemittanceHeader, RemittanceSummary
from ar_shared.x12.remittance_reader import read_835

from .era import CLAIMS, HEADER, PLB, era, text


@dataclass
class Whole:
    transaction: Transaction
    header: RemittanceHeader
    claims: list[RemittanceClaim]
    summary: RemittanceSummary


def read_all(data: bytes) -> list[Whole]:
    return [whole(transaction) for transaction in EnvelopeReader([data]).transactions()]


def whole(transaction: Transaction) -> Whole:
    remittance = read_835(transaction)
    claims = list(remittance.claims())
    return Whole(transaction, remittance.header, claims, remittance.summary)


def read_one(*body: str) -> Whole:
    """One remittance of these segments; without them the balanced one of three claims."""
    (one,) = read_all(text(era(*body)))
    return one


def with_changes(changes: dict[str, str], *, claims: list[str] = CLAIMS) -> Whole:
    """The balanced remittance with segments exchanged; an empty text takes one out, `|` parts several."""
    body = [*HEADER, "LX*1", *claims, *PLB]
    assert all(old in body for old in changes)
    return read_one(*(part for segment in body for part in changes.get(segment, segment).split("|") if part))
