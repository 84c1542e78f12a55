"""Bill services that were recorded after their claim went out."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import InvalidRequestError
from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.claims.create_claim import claim_records, future_services
from claims_api.claims.domain import SubmissionState
from claims_api.claims.frequency import REPLACEMENT, FrequencyBlocker, frequency_blockers
from claims_api.claims.resolve_references import resolve_many
from claims_api.claims.schemas import ClaimIn, LineIn
from claims_api.claims.take_in_staged import take_in_staged
from claims_api.submissions.write_image import original_of
from claims_api.versions import queries
from claims_api.versions.errors import ClaimNotSentError, VersionRefusedError
from claims_api.versions.make_version import MadeVersion, lock_claim, make_version
from claims_api.versions.schemas import LateChargesIn, ResubmissionIn, VersionLineIn

_NOT_SENT: Final = frozenset(
    {SubmissionState.DRAFT, SubmissionState.SCRUB_FAILED, SubmissionState.READY, SubmissionState.HELD}
)
_A_FURTHER_CLAIM: Final = frozenset(
    {FrequencyBlocker.PAYER_REFUSES_REPLACEMENTS, FrequencyBlocker.ORIGINAL_MEDICARE_PROFESSIONAL}
)


async def add_late_charges(
    connection: Connection, acting: Acting, claim_id: UUID, body: LateChargesIn
) -> MadeVersion | UUID:
    """The replacement that bills them too, or the id of a further claim where the payer takes no replacement.

    The replacement waits to be sent, the further claim is ready; the caller commits. Raises NotFoundError,
    VersionPendingError, ClaimNotSentError, VersionRefusedError and InvalidRequestError.
    """
    claim = await lock_claim(connection, acting, claim_id)
    if SubmissionState(claim["submission_state"]) in _NOT_SENT:
        raise ClaimNotSentError("it has not gone out; withdraw it and take it in with all its services")
    blockers = frequency_blockers(REPLACEMENT, original_of(claim, is_unprocessable=claim["is_unprocessable"]))
    if _A_FURTHER_CLAIM.intersection(blockers):
        return await _further_claim(connection, acting, claim, body.lines)
    if blockers:
        raise VersionRefusedError.because(blockers)
    present = await queries.lines_of(connection, acting.practice_id, claim_id, claim["version"])
    lines = [*(_same(row) for row in present), *(VersionLineIn(**line.model_dump()) for line in body.lines)]
    changed = ResubmissionIn(reason=body.reason, lines=lines)
    return await make_version(connection, acting, claim, REPLACEMENT, body.reason, changed)


def _same(row: Row) -> VersionLineIn:
    names = LineIn.model_fields.keys() - {"external_id", "diagnosis_pointers"}
    pointers = [int(pointer) for pointer in row["diagnosis_pointers"]]
    facts = {name: row[name] for name in names}
    return VersionLineIn.model_construct(**facts, external_id=None, diagnosis_pointers=pointers, line=row["n"])


async def _further_claim(connection: Connection, acting: Acting, claim: Row, lines: Sequence[LineIn]) -> UUID:
    """A claim of its own with the same parties; E01 for its charges."""
    named = {
        name: {"id": claim[f"{name}_id"]}
        for name in ("patient", "coverage", "billing_entity", "rendering_provider", "location")
        if claim[f"{name}_id"] is not None
    }
    facts = {name: value for name, value in claim["facts"].items() if name != "payer_control_number"}
    further = ClaimIn.model_validate(
        {
            **named,
            "type": claim["type"],
            "place_of_service": claim["place_of_service"],
            "diagnoses": claim["diagnoses"],
            "facts": facts,
            "lines": [line.model_dump() for line in lines],
        }
    )
    if errors := future_services(further, acting.today):
        raise InvalidRequestError("only what was performed can be billed", errors=tuple(errors))
    [found] = await resolve_many(connection, acting.practice_id, [further])
    record, its_lines = claim_records(further, found)
    await take_in_staged(connection, acting, [record], its_lines)
    made: UUID = record["id"]
    return made
