"""Take over what a payer says is wrong in our registration: the member's id and name, or the order of payers."""

from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.corrections import queries
from claims_api.corrections.errors import CorrectionNotUsableError, ProposalDecidedError
from claims_api.parties.kinds import BY_NAME, PartyKind
from claims_api.parties.upsert_party import find_party, upsert_party
from claims_api.remittances.keep_action import keep_action
from claims_api.telling import tell

_SELF: Final = "18"
_NAMES: Final = {"last": "last_name", "first": "first_name"}
Changes = list[dict[str, Any]]


async def accept_correction(
    connection: Connection, acting: Acting, proposal_id: UUID, *, reason: str, if_match: str | None
) -> None:
    """Upsert the parties as the practice would itself, keep before and after; the caller commits.

    A member's name is the patient's, or the subscriber's where the patient is not the insured. A payer that comes
    before exchanges its rank with the coverage that was billed. What was billed keeps what was said then. Raises
    NotFoundError, ProposalDecidedError, CorrectionNotUsableError, PreconditionFailedError, PreconditionRequiredError.
    """
    proposal = await open_proposal(connection, acting.practice_id, proposal_id, if_match)
    correct = _correct_member if proposal["kind"] == "member" else _correct_order
    changes = await correct(connection, acting, proposal)
    await decide(connection, acting, proposal, "accepted", reason, changes)


async def open_proposal(connection: Connection, practice_id: int, proposal_id: UUID, if_match: str | None) -> Row:
    """The proposal, locked. Raises NotFoundError, ProposalDecidedError and what If-Match does."""
    proposal = await queries.proposal_row(connection, practice_id, proposal_id, lock=True)
    if proposal is None:
        raise NotFoundError("there is no such proposal")
    require_match(if_match, proposal["version"])
    if proposal["state"] != "open":
        raise ProposalDecidedError(f"the proposal was {proposal['state']}")
    return proposal


async def decide(
    connection: Connection, acting: Acting, proposal: Row, state: str, reason: str, changes: Changes | None
) -> None:
    """Write the decision, its event and its line of the payment's history."""
    practice, now = acting.practice_id, acting.moment.at
    await queries.decide_proposal(connection, practice, proposal["id"], state, reason, acting.actor_json, changes, now)
    data: dict[str, Any] = {
        "kind": proposal["kind"],
        "claim_id": str(proposal["claim_id"]),
        "patient_id": str(proposal["patient_id"]),
        "remittance_id": str(proposal["remittance_id"]),
        "fields": [f"{change['party']}.{change['field']}" for change in changes or []],
    }
    event = NewEvent(f"correction.{state}", "correction_proposal", proposal["id"], data)
    await tell(connection, acting, [event])
    action = "accept_correction" if state == "accepted" else "reject_correction"
    where = {"claim_n": proposal["remittance_claim_n"], "claim_id": proposal["claim_id"]}
    await keep_action(connection, acting, proposal["remittance_id"], action, reason, **where)


async def _correct_member(connection: Connection, acting: Acting, proposal: Row) -> Changes:
    stated: dict[str, str] = proposal["stated"]
    coverage = await _party(connection, acting, "coverage", proposal["coverage_id"])
    names = {_NAMES[part]: stated[part] for part in _NAMES if stated.get(part)}
    changes: Changes = []
    own: dict[str, Any] = {"member_id": stated["id"]} if stated.get("id") else {}
    if coverage["relation"] == _SELF:
        changes += await _change(connection, acting, "patient", proposal["patient_id"], names)
    elif coverage["subscriber_id"] is not None:
        changes += await _change(connection, acting, "subscriber", coverage["subscriber_id"], names)
    elif names:
        own["subscriber"] = {**(coverage["subscriber"] or {}), **names}
    changes += await _change(connection, acting, "coverage", coverage["id"], own)
    return changes


async def _correct_order(connection: Connection, acting: Acting, proposal: Row) -> Changes:
    billed = await _party(connection, acting, "coverage", proposal["coverage_id"])
    first = await queries.coverage_by_payer(
        connection, acting.practice_id, proposal["patient_id"], proposal["stated"].get("id", "")
    )
    if first is None or first["id"] == billed["id"]:
        raise CorrectionNotUsableError(
            "the patient has no coverage by the payer that comes before",
            suggestion="Add the coverage, with the member's id there, then accept; or reject the proposal.",
        )
    if first["rank"] <= billed["rank"]:
        return await _change(connection, acting, "coverage", billed["id"], {"rank": first["rank"] + 1})
    return [
        *await _change(connection, acting, "coverage", first["id"], {"rank": billed["rank"]}),
        *await _change(connection, acting, "coverage", billed["id"], {"rank": first["rank"]}),
    ]


async def _change(connection: Connection, acting: Acting, name: str, party_id: UUID, fields: dict[str, Any]) -> Changes:
    """Upsert the party with these fields changed; what differed, before and after."""
    row = await _party(connection, acting, name, party_id)
    changed = {field: value for field, value in fields.items() if row[field] != value}
    if not changed:
        return []
    kind = BY_NAME[name]
    try:
        body = kind.body.model_validate({**_said(kind, row), **changed})
    except ValidationError as error:
        raise CorrectionNotUsableError(
            "what the payer wrote is no valid member id or name", suggestion="Correct the party by hand, then reject."
        ) from error
    await upsert_party(connection, acting.practice_id, kind, row["external_id"], body, acting.moment.at)
    return [
        {"party": name, "id": str(party_id), "field": field, "before": row[field], "after": value}
        for field, value in changed.items()
    ]


def _said(kind: PartyKind, row: Row) -> dict[str, Any]:
    """The body that would write the row as it stands."""
    said: dict[str, Any] = {}
    for field in kind.body.model_fields:
        if field not in kind.references:
            said[field] = row[field]
        elif (found := row[f"{kind.references[field]}_id"]) is not None:
            said[field] = {"id": found}
    if said.get("subscriber_of") is not None:
        said["subscriber"] = None
    return said


async def _party(connection: Connection, acting: Acting, name: str, party_id: UUID | None) -> Row:
    row = None
    if party_id is not None:
        row = await find_party(connection, acting.practice_id, BY_NAME[name], party_id=party_id)
    if row is None:
        raise CorrectionNotUsableError("the claim has no such party any more", suggestion="Reject the proposal.")
    return row
