"""How a practice and its clearinghouse name each other in ISA and GS.

From `practice.settings["clearinghouse"]`: sender_id, sender_qualifier, receiver_id, receiver_qualifier, name.
"""

from dataclasses import dataclass
from typing import Any, Final

from ar_shared.kernel.errors import StateConflictError
from ar_shared.platform.auth.principal import PracticeMode
from ar_shared.x12.claim_facts import Contact, Party, Reference

SIMULATOR: Final = "LWSIM"
_OWN: Final = ("sender_id", "sender_phone", "receiver_id", "receiver_name")


class ClearinghouseNotSetError(StateConflictError):
    """A production practice sends under names of its own: which ones its clearinghouse knows must be set first."""

    code = "clearinghouse_not_set"
    title = "The practice has no clearinghouse settings"


@dataclass(frozen=True, slots=True)
class TradingPartner:
    """`usage` is ISA15: T for a sandbox practice, P for production."""

    sender_qualifier: str
    sender_id: str
    sender_name: str
    sender_phone: str
    receiver_qualifier: str
    receiver_id: str
    receiver_name: str
    usage: str

    @property
    def submitter(self) -> Party:
        """Loop 1000A."""
        contact = Contact("BILLING OFFICE", (Reference("TE", self.sender_phone),))
        return Party(role="41", name=self.sender_name, id_qualifier="46", id=self.sender_id, contacts=(contact,))

    @property
    def receiver(self) -> Party:
        """Loop 1000B."""
        return Party(role="40", name=self.receiver_name, id_qualifier="46", id=self.receiver_id)


def trading_partner(practice_id: int, name: str, mode: PracticeMode, settings: dict[str, Any]) -> TradingPartner:
    """The names in use; a sandbox practice that sets none talks to the payer simulator.

    Raises ClearinghouseNotSetError for a production practice without its own names.
    """
    stated: dict[str, str] = settings.get("clearinghouse", {})
    unset = [key for key in _OWN if not stated.get(key)]
    if mode == "production" and unset:
        raise ClearinghouseNotSetError(
            f"not set: {', '.join(unset)}",
            suggestion="Set the ids under which the clearinghouse knows the practice; nothing was sent.",
        )
    return TradingPartner(
        sender_qualifier=stated.get("sender_qualifier", "ZZ"),
        sender_id=stated.get("sender_id", f"LW{practice_id:07d}"),
        sender_name=stated.get("sender_name", name),
        sender_phone=stated.get("sender_phone", "5635550100"),
        receiver_qualifier=stated.get("receiver_qualifier", "ZZ"),
        receiver_id=stated.get("receiver_id", SIMULATOR),
        receiver_name=stated.get("receiver_name", "LEDGERWELL PAYER SIMULATOR"),
        usage="T" if mode == "sandbox" else "P",
    )
