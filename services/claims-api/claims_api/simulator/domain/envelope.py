"""Who sends an answer to whom, when, and under which number."""

from dataclasses import dataclass
from datetime import datetime

from ar_shared.x12.envelope import Interchange
from ar_shared.x12.writer import InterchangeHeader


@dataclass(frozen=True, slots=True)
class Addresses:
    """The two ids of an interchange with their qualifiers."""

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str

    @classmethod
    def back_from(cls, asked: Interchange) -> "Addresses":
        """Of an answer to this interchange."""
        return cls(asked.receiver_qualifier, asked.receiver_id, asked.sender_qualifier, asked.sender_id)


@dataclass(frozen=True, slots=True)
class Envelope:
    """ISA and GS of one answer file. `made_at` is the practice's wall time; `control` is ISA13 and GS06."""

    addresses: Addresses
    made_at: datetime
    control: int

    @property
    def sender_id(self) -> str:
        return self.addresses.sender_id

    @property
    def receiver_id(self) -> str:
        return self.addresses.receiver_id

    def header(self) -> InterchangeHeader:
        """Always a test interchange (ISA15 T): no simulated money can pass for real."""
        return InterchangeHeader(
            sender_qualifier=self.addresses.sender_qualifier,
            sender_id=self.addresses.sender_id,
            receiver_qualifier=self.addresses.receiver_qualifier,
            receiver_id=self.addresses.receiver_id,
            made_at=self.made_at,
            control=self.control,
            usage="T",
        )
