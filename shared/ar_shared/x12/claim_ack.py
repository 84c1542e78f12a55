"""277CA: whether each claim was taken into a payer's or a clearinghouse's system.

Four levels: information source (payer or clearinghouse), receiver (we, one batch), provider, patient with claims.
What each level says holds for everything below it. Source: 005010X214.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ar_shared.x12.claim_facts import Party, Period, Procedure, Reference, first_value

VERSION: Final = "005010X214"
PAYER: Final = "PR"
CLEARINGHOUSE: Final = "AY"
_REJECTS: Final = frozenset({"A3", "A6", "A7", "A8"})
_RECEIVED: Final = frozenset({"A0", "A1"})
_IN_ADJUDICATION: Final = ("A1", "20")


class Outcome(StrEnum):
    """What an acknowledgement says of a claim at the hop that sent it."""

    REJECTED = "rejected"
    ACCEPTED = "accepted"
    SPLIT = "split"
    RECEIVED = "received"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StatusCode:
    """One composite of an STC: category (A0-A8), status code, and the entity it is about."""

    category: str
    code: str
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """One STC. `codes` are STC01, STC10 and STC11; `action` is WQ accept or U reject."""

    codes: tuple[StatusCode, ...]
    effective_on: date | None = None
    action: str = ""
    amount_cents: int | None = None
    text: str = field(default="", repr=False)


@dataclass(slots=True)
class LineAnswer:
    """Loop 2220D: a service line that kept the claim from being taken in."""

    procedure: Procedure | None
    charge_cents: int | None
    revenue_code: str = ""
    units: Decimal | None = None
    statuses: list[Status] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    service: Period | None = None

    @property
    def control_number(self) -> str:
        """REF*FJ: our line control number."""
        return first_value(self.references, "FJ")


@dataclass(slots=True)
class ClaimAnswer:
    """Loop 2200D: one claim, by our patient control number."""

    patient: Party
    patient_control_number: str
    statuses: list[Status] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    service: Period | None = None
    lines: list[LineAnswer] = field(default_factory=list)

    @property
    def payer_claim_control_number(self) -> str:
        return first_value(self.references, "1K")

    @property
    def clearinghouse_number(self) -> str:
        return first_value(self.references, "D9")

    @property
    def type_of_bill(self) -> str:
        return first_value(self.references, "BLT")


@dataclass(slots=True, kw_only=True)
class LevelAnswer:
    """What is said of a whole level. Counts and sums are those the level was given, None when it gives none."""

    party: Party
    trace: str = ""
    statuses: list[Status] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    accepted_count: int | None = None
    rejected_count: int | None = None
    accepted_cents: int | None = None
    rejected_cents: int | None = None


@dataclass(slots=True, kw_only=True)
class ProviderAnswer(LevelAnswer):
    """Loops 2000C to 2200C: a billing provider; `trace` is the provider's own or 0. Its statuses bear no date."""

    claims: list[ClaimAnswer] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ReceiverAnswer(LevelAnswer):
    """Loops 2000B to 2200B: the batch; `trace` is its BHT03."""

    providers: list[ProviderAnswer] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class SourceAnswer(LevelAnswer):
    """Loops 2000A to 2200A: who answers. `trace` is the source's own number."""

    received_on: date | None = None
    processed_on: date | None = None
    receivers: list[ReceiverAnswer] = field(default_factory=list)

    @property
    def is_payer(self) -> bool:
        """True for a payer, False for a clearinghouse."""
        return self.party.role == PAYER

    def claim_outcomes(self, *, in_adjudication_accepts: bool = False) -> Iterator[tuple[ClaimAnswer, Outcome]]:
        """Every claim with its outcome; a reject of its batch or provider rejects it, whatever its own status.

        A rejected batch may list no claims: then `receivers` says which batch (`trace`) was lost.
        """
        for receiver in self.receivers:
            for provider in receiver.providers:
                above = [*receiver.statuses, *provider.statuses]
                is_lost = outcome_of(above) is Outcome.REJECTED
                for claim in provider.claims:
                    own = outcome_of(claim.statuses, in_adjudication_accepts=in_adjudication_accepts)
                    yield claim, Outcome.REJECTED if is_lost else own


def outcome_of(statuses: Iterable[Status], *, in_adjudication_accepts: bool = False) -> Outcome:
    """The outcome of all STC of one level; one reject outweighs everything.

    A1 with status 20 is an acceptance only where the profile of the sender says so (`in_adjudication_accepts`).
    """
    codes = [code for status in statuses for code in status.codes]
    categories = {code.category for code in codes}
    if categories & _REJECTS:
        return Outcome.REJECTED
    if "A5" in categories:
        return Outcome.SPLIT
    adjudicating = any((code.category, code.code) == _IN_ADJUDICATION for code in codes)
    if "A2" in categories or (in_adjudication_accepts and adjudicating):
        return Outcome.ACCEPTED
    return Outcome.RECEIVED if categories & _RECEIVED else Outcome.UNKNOWN
