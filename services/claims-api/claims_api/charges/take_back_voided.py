"""The payer has undone a claim that we had voided: its charges are taken back, or are free to be billed again."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.acting import Acting
from claims_api.charges.post_charges import SOURCE
from claims_api.claims.domain import CHARGES_TAKEN_BACK, VoidCause
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, post_entries
from claims_api.reviews.open_reviews import NewReview, open_reviews

STILL_BILLED: Final = "voided, and another claim bills its charges: void that one too, then take the charges back"
DECIDED_OTHERWISE: Final = "voided, and something of its charges was written off: undo that, then take them back"

# What a payer's decision moves besides money: it goes back with the charge.
_DECIDED: Final = frozenset(
    {
        Account.AR_INSURANCE,
        Account.AR_PATIENT,
        Account.AR_SELF_PAY,
        Account.CONTRACTUAL,
        Account.STATUTORY_CUTS,
        Account.WITHHOLDS,
        Account.INCENTIVES,
    }
)
# What only a person takes back.
_OURS: Final = frozenset(
    {
        Account.AR_AGENCY,
        Account.CHARITY,
        Account.DISCOUNTS,
        Account.ADMINISTRATIVE,
        Account.SMALL_BALANCE,
        Account.BAD_DEBT,
    }
)
_NOT_A_FLOW: Final = ("E01", "E02", "E03", "E45", "E47")

_CLAIMS: Final = """
SELECT c.id, c.external_id, c.version, v.void_cause, c.coverage_id, c.sequence, c.billing_entity_id, c.location_id,
       c.rendering_provider_id, c.payer_id, c.plan_id, c.financial_class
FROM claims.claim c
JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = c.id AND v.n = c.version AND v.frequency = '8'
WHERE c.practice_id = $1 AND c.id = ANY($2::uuid[]) AND c.submission_state = 'voided'
ORDER BY c.id
"""
_CHARGES: Final = """
SELECT h.id, h.external_id, h.charge_cents, p.debit_account, p.debit_party_id, p.debit_sequence,
       EXISTS (SELECT FROM claims.claim_line k JOIN claims.claim o ON o.practice_id = $1 AND o.id = k.claim_id
               WHERE k.practice_id = $1 AND k.charge_id = h.id AND o.id <> $2 AND o.submission_state <> 'voided')
           AS is_billed
FROM claims.charge h
LEFT JOIN claims.posting p ON p.practice_id = $1 AND p.charge_id = h.id AND p.entry IN ('E01', 'E02')
WHERE h.practice_id = $1 AND h.voided_at IS NULL AND h.id IN (
    SELECT l.charge_id FROM claims.claim_line l WHERE l.practice_id = $1 AND l.claim_id = $2 AND l.version = $3)
ORDER BY h.id FOR UPDATE OF h
"""
_FLOWS: Final = """
SELECT charge_id, debit_account, debit_party_id, debit_sequence, credit_account, credit_party_id, credit_sequence,
       sum(amount_cents)::bigint AS cents
FROM claims.posting
WHERE practice_id = $1 AND charge_id = ANY($2::uuid[]) AND entry <> ALL($3::text[])
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_VOIDED: Final = """
UPDATE claims.charge SET voided_at = $3, void_reason = $4 WHERE practice_id = $1 AND id = ANY($2::uuid[])
"""


class _End(NamedTuple):
    """One end of a flow on a charge."""

    account: int
    party: UUID | None


async def take_back_voided(connection: Connection, acting: Acting, claim_ids: Sequence[UUID]) -> None:
    """Of those that are voided: E03 for each charge where the reason says so, `claim.voided` for all; caller commits.

    What the payer's decision had moved besides money goes back with the charge (E33), so that money which is kept
    shows as a credit of whoever paid it, for the queue of credits. Charges that another claim bills, or of which we
    had written something off, wait for a person: a review says why.
    """
    for claim in await connection.fetch(_CLAIMS, acting.practice_id, list(claim_ids)):
        cause = VoidCause(claim["void_cause"] or VoidCause.OTHER)
        charges = await connection.fetch(_CHARGES, acting.practice_id, claim["id"], claim["version"])
        if cause not in CHARGES_TAKEN_BACK:
            await _tell(connection, acting, claim, cause, [])
            continue
        flows = await _flows(connection, acting.practice_id, [charge["id"] for charge in charges])
        if reason := _waits(charges, flows):
            await _tell(connection, acting, claim, cause, [])
            await _wait(connection, acting, claim, reason, sum(charge["charge_cents"] for charge in charges))
            continue
        await _take_back(connection, acting, claim, cause, charges, flows)


async def kept_cents(connection: Connection, practice_id: int, claim_id: UUID, version: int) -> int:
    """What the payer has paid on the claim's charges and not taken back."""
    charges = await connection.fetch(_CHARGES, practice_id, claim_id, version)
    rows = await connection.fetch(_FLOWS, practice_id, [charge["id"] for charge in charges], list(_NOT_A_FLOW))
    money = (Account.REMITTANCE_CLEARING, Account.UNAPPLIED_INSURANCE)
    came: int = sum(row["cents"] for row in rows if row["debit_account"] in money)
    went: int = sum(row["cents"] for row in rows if row["credit_account"] in money)
    return came - went


_Flows = dict[UUID, Counter[tuple[_End, _End]]]


async def _flows(connection: Connection, practice_id: int, charge_ids: list[UUID]) -> _Flows:
    """By charge: cents from (credit end) to (debit end), each pair once, net, above zero; money accounts left out."""
    net: _Flows = {charge_id: Counter() for charge_id in charge_ids}
    for row in await connection.fetch(_FLOWS, practice_id, charge_ids, list(_NOT_A_FLOW)):
        debit = _End(row["debit_account"], row["debit_party_id"])
        credit = _End(row["credit_account"], row["credit_party_id"])
        if debit.account not in _DECIDED | _OURS or credit.account not in _DECIDED | _OURS:
            continue
        pair = (debit, credit) if str(debit) < str(credit) else (credit, debit)
        net[row["charge_id"]][pair] += row["cents"] if pair == (debit, credit) else -row["cents"]
    return {
        charge_id: Counter({pair if cents > 0 else pair[::-1]: abs(cents) for pair, cents in flows.items() if cents})
        for charge_id, flows in net.items()
    }


def _waits(charges: Sequence[Row], flows: _Flows) -> str | None:
    """Why the charges cannot be taken back by themselves."""
    if any(charge["is_billed"] for charge in charges):
        return STILL_BILLED
    if any(charge["charge_cents"] and charge["debit_account"] is None for charge in charges):
        return DECIDED_OTHERWISE
    ends = {end.account for of_charge in flows.values() for pair in of_charge for end in pair}
    return None if ends.isdisjoint(_OURS) else DECIDED_OTHERWISE


async def _take_back(
    connection: Connection, acting: Acting, claim: Row, cause: VoidCause, charges: Sequence[Row], flows: _Flows
) -> None:
    names = ("coverage_id", "billing_entity_id", "location_id", "rendering_provider_id", "payer_id", "plan_id")
    dimensions = {name: claim[name] for name in (*names, "financial_class")} | {"claim_id": claim["id"]}
    entries = [entry for charge in charges for entry in _entries(claim, charge, flows[charge["id"]])]
    outbox_id = await _tell(connection, acting, claim, cause, charges)
    await connection.execute(
        _VOIDED, acting.practice_id, [charge["id"] for charge in charges], acting.moment.at, cause.value
    )
    if entries:
        journal = NewJournal("claim_voided", "claim", claim["id"], entries, cause.phrase, dimensions=dimensions)
        await post_entries(connection, acting, [journal], outbox_id, source_on=acting.today)


def _entries(claim: Row, charge: Row, flows: Counter[tuple[_End, _End]]) -> Iterator[Entry]:
    """Each flow backwards, then the charge itself: all of it is open again where it was posted by then."""
    what: dict[str, Any] = {"charge_id": charge["id"], "claim_id": claim["id"], "sequence": claim["sequence"]}
    for (debit, credit), cents in sorted(flows.items(), key=str):
        yield Entry(
            event=LedgerEvent.POSTED_WRONG,
            debit=Account(credit.account),
            credit=Account(debit.account),
            amount_cents=cents,
            debit_party=credit.party,
            credit_party=debit.party,
            **what,
        )
    if charge["charge_cents"]:
        yield Entry(
            event=LedgerEvent.CHARGE_VOIDED,
            debit=Account.REVENUE,
            credit=Account(charge["debit_account"]),
            amount_cents=charge["charge_cents"],
            credit_party=charge["debit_party_id"],
            **what,
        )


async def _tell(connection: Connection, acting: Acting, claim: Row, cause: VoidCause, taken_back: Sequence[Row]) -> int:
    """`charge.voided` for each that goes, `claim.voided`; the outbox id that journals name."""
    gone = [
        NewEvent(
            "charge.voided",
            SOURCE,
            charge["id"],
            {
                "external_id": charge["external_id"],
                "charge_cents": charge["charge_cents"],
                "replaced_by_charge_id": None,
                "reason": cause.value,
            },
        )
        for charge in taken_back
    ]
    data = {
        "external_id": claim["external_id"],
        "version": claim["version"],
        "cause": cause.value,
        "charges_taken_back": bool(taken_back),
    }
    ids = await append_events(
        connection,
        "claims",
        acting.practice_id,
        [*gone, NewEvent("claim.voided", "claim", claim["id"], data)],
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
    return ids[-1]


async def _wait(connection: Connection, acting: Acting, claim: Row, reason: str, cents: int) -> None:
    await open_reviews(
        connection,
        acting.practice_id,
        [NewReview("review", reason, claim["id"], cents)],
        opened_on=acting.today,
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
