"""Which claims a held claim of a payment may be: the best five, with the keys that agree and those that differ."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.claims.control_numbers import normalise_control_number
from claims_api.held_money import queries
from claims_api.held_money.domain.suggestion import MAX_SUGGESTIONS, CandidateFacts, Fit, HeldFacts, compare
from claims_api.held_money.schemas import ComparedKeyOut, MatchSuggestionOut, SuggestionsOut
from claims_api.held_money.stage_stored import procedure_code, stored_header
from claims_api.remittances.queries import line_rows, remittance_claim_row
from claims_api.remittances.recognise import find_parties


async def suggest_matches(connection: Connection, practice_id: int, remittance_id: UUID, n: int) -> SuggestionsOut:
    """Best first, ties by claim id; empty when no key leads to a claim of ours. Raises NotFoundError."""
    remittance = await queries.whole_remittance(connection, practice_id, remittance_id)
    claim = await remittance_claim_row(connection, practice_id, remittance_id, n)
    if remittance is None or claim is None:
        raise NotFoundError("there is no such claim of a remittance")
    payer_ids = (await find_parties(connection, practice_id, stored_header(remittance))).payer_ids
    normal = normalise_control_number(claim["patient_control_number"])
    rows = await queries.match_candidates(connection, practice_id, remittance_id, payer_ids, n, normal)
    lines = await line_rows(connection, practice_id, remittance_id, [n])
    held = _held(claim, lines, payer_ids, normal)
    fits = [(compare(held, _ours(row)), row) for row in rows]
    fits.sort(key=lambda pair: (-pair[0].score, pair[1]["id"]))
    best = [_suggestion(fit, row) for fit, row in fits[:MAX_SUGGESTIONS]]
    return SuggestionsOut(remittance_id=remittance_id, n=n, suggestions=best)


def _held(claim: Row, lines: list[Row], payer_ids: list[UUID], normal: str) -> HeldFacts:
    return HeldFacts(
        number=claim["patient_control_number"],
        normal_number=normal,
        payer_number=claim["payer_control_number"],
        original_number=claim["original_number"],
        payer_ids=frozenset(payer_ids),
        member_id=claim["member_id"],
        service_from=claim["service_from"],
        service_to=claim["service_to"],
        charge_cents=claim["charge_cents"],
        rendering_npi=claim["rendering_npi"],
        procedures=tuple(code for line in lines if (code := procedure_code(line))),
    )


def _ours(row: Row) -> CandidateFacts:
    return CandidateFacts(
        own_numbers=frozenset(filter(None, (row["patient_control_number"], row["submitted_pcn"]))),
        normal_number=row["normalised_pcn"],
        payer_number=row["payer_control_number"],
        payer_ids=frozenset(row["payer_ids"]),
        member_ids=frozenset(row["member_ids"]),
        service_from=row["service_from"],
        service_to=row["service_to"],
        charges_cents=frozenset(row["charges"]),
        rendering_npi=row["npi"],
        procedures=tuple(row["procedures"]),
    )


def _suggestion(fit: Fit, row: Row) -> MatchSuggestionOut:
    agreeing = sum(one.agrees for one in fit.keys)
    differing = ", ".join(one.key.phrase for one in fit.keys if not one.agrees)
    return MatchSuggestionOut(
        claim_id=row["id"],
        external_id=row["external_id"],
        patient_control_number=row["patient_control_number"],
        service_from=row["service_from"],
        service_to=row["service_to"],
        charge_cents=row["charge_cents"],
        submission_state=row["submission_state"],
        adjudication_state=row["adjudication_state"],
        score=fit.score,
        text=f"{agreeing} of {len(fit.keys)} agree" + (f"; what differs: {differing}" if differing else ""),
        keys=[
            ComparedKeyOut(key=one.key.value, name=one.key.phrase, agrees=one.agrees, text=one.text) for one in fit.keys
        ],
    )
