"""What each transaction set needs: first to know which practice it is for, then to have its effect there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol
from uuid import UUID

from ar_shared.platform.auth.principal import PracticeMode
from ar_shared.platform.database import Connection, Database
from ar_shared.x12.claim_ack import SourceAnswer
from ar_shared.x12.claim_ack_reader import read_277ca
from ar_shared.x12.claim_model import value
from ar_shared.x12.claim_reader import ReadClaim, read_837
from ar_shared.x12.envelope import Transaction
from ar_shared.x12.findings import Finding, Severity
from ar_shared.x12.functional_ack import read_999
from ar_shared.x12.remittance import RemittanceClaim
from ar_shared.x12.remittance_reader import Remittance, read_835
from claims_api.acknowledgements.apply_claim_ack import apply_claim_ack
from claims_api.acknowledgements.apply_functional_ack import apply_functional_ack
from claims_api.acknowledgements.share_answers import control_numbers, share_answers, traces
from claims_api.acting import Acting
from claims_api.bank.reassociate import reassociate_after
from claims_api.edi.outcome import Outcome, TransactionState, finding_json
from claims_api.intake.domain import Purpose
from claims_api.intake.held_lease import Headway
from claims_api.intake.import_claims import import_claims
from claims_api.intake.practice_routes import PracticeRoutes, Route
from claims_api.remittances.post_remittance import post_remittance
from claims_api.remittances.source import StagedChunk
from claims_api.remittances.stage_835 import Source835


@dataclass(frozen=True, slots=True)
class Job:
    """One transaction to process; `key` names it in our own records (`<file>/<number>`)."""

    transaction: Transaction
    file_id: UUID
    n: int
    purpose: Purpose | None
    mode: PracticeMode
    headway: Headway

    @property
    def key(self) -> str:
        return f"{self.file_id}/{self.n}"

    def finding(self, code: str, text: str, severity: Severity = Severity.ERROR) -> Finding:
        return self.transaction.finding(code, text, severity=severity)


class Handler(Protocol):
    """Made for one job. `find` is asked first; `unrouted` is the outcome when no practice is found."""

    async def find(self, routes: PracticeRoutes) -> list[Route]: ...

    def unrouted(self) -> Outcome: ...


class Applier(Handler, Protocol):
    """Has its effect in the caller's transaction, a practice at a time."""

    async def apply(self, connection: Connection, acting: Acting, route: Route) -> Outcome: ...


class TakeClaims:
    """837: claims of the practice whose billing entity stands in loop 2010AA of the first one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        claims = _counted(read_837(job.transaction), job.headway)
        self._first = next(claims, None)
        self._claims: Iterator[ReadClaim] = chain([self._first], claims) if self._first else iter(())

    async def find(self, routes: PracticeRoutes) -> list[Route]:
        if self._first is None:
            return []
        npis, tins = _billing_ids(self._first)
        return _only(await routes.by_provider(npis, tins))

    def unrouted(self) -> Outcome:
        """Nothing to take in, or claims of a stranger."""
        found = [finding_json(finding) for finding in self._job.transaction.findings.kept]
        if self._first is None:
            empty = self._job.finding("no_claims", "The transaction holds no claim that can be read.")
            return Outcome(TransactionState.REJECTED, [*found, finding_json(empty)])
        return Outcome(TransactionState.PAYEE_NOT_OURS, [*found, finding_json(self._stranger())])

    async def apply(self, connection: Connection, acting: Acting, route: Route) -> Outcome:
        job, usage = self._job, self._job.transaction.interchange.usage
        if usage == "T" and acting.mode == "production":
            refused = job.finding("usage_is_test", "A test file (ISA15 T) is not taken in by a production practice.")
            return Outcome(TransactionState.REJECTED, [finding_json(refused)])
        await connection.execute("SAVEPOINT before_claims")
        outcome = await import_claims(
            connection,
            acting,
            self._claims,
            billing_entity_id=_required(route.billing_entity_id),
            purpose=job.purpose,
            file_id=job.file_id,
        )
        if not job.transaction.complete:
            # The last claim may have lost lines: taken in, it would be billed too low.
            await connection.execute("ROLLBACK TO SAVEPOINT before_claims")
            cut = job.finding("transaction_cut_off", "The transaction has no end, so none of its claims is taken in.")
            return Outcome(TransactionState.REJECTED, [finding_json(cut)], {"claims": outcome.counts["claims"]})
        if usage == "P" and acting.mode == "sandbox":
            noted = "The file says it is for production (ISA15 P); a sandbox sends nothing to a payer."
            outcome.findings.append(finding_json(job.finding("usage_is_production", noted, Severity.WARNING)))
        return outcome

    def _stranger(self) -> Finding:
        return self._job.finding("billing_provider_unknown", "None of these practices bills under this provider.")


class TakeRemittance:
    """835: a payment to the practice whose billing entity is the payee (1000B, REF*TJ).

    Posting commits by itself and answers a repeat with what it did the first time.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._remittance = read_835(job.transaction)

    async def find(self, routes: PracticeRoutes) -> list[Route]:
        payee = self._remittance.header.payee
        if payee is None:
            return []
        named = payee.id.strip()
        npis = [named] if payee.id_qualifier == "XX" else []
        tins = [] if payee.id_qualifier == "XX" else [named.replace("-", "")]
        stated = payee.reference("TJ").replace("-", "")
        return _only(await routes.by_provider(npis, [tin for tin in [*tins, stated] if tin]))

    def unrouted(self) -> Outcome:
        for _ in self._remittance.claims():
            pass
        stranger = self._job.finding("payee_unknown", "None of these practices is the payee of this payment.")
        summary = self._remittance.summary
        counts = {"claims": summary.claim_count, "services": summary.service_count}
        return Outcome(TransactionState.PAYEE_NOT_OURS, [finding_json(stranger)], counts)

    async def post(self, database: Database, acting: Acting) -> Outcome:
        posted = await post_remittance(
            database,
            acting,
            _Counted835(self._remittance, self._job.headway),
            file_id=self._job.file_id,
            transaction_n=self._job.n,
        )
        if posted.state in ("posted", "posted_with_held"):
            await reassociate_after(database, acting)
        return Outcome(
            TransactionState(posted.state), posted.findings, posted.counts, posted.links, posted.remittance_id
        )


class TakeFunctionalAnswer:
    """999: the answer to a group that one of the practices sent."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._answer = read_999(job.transaction)

    async def find(self, routes: PracticeRoutes) -> list[Route]:
        if self._answer is None:
            return []
        answered = self._job.transaction.interchange
        return _only(
            await routes.by_submission(answered.receiver_id, answered.sender_id, "group", self._answer.control)
        )

    def unrouted(self) -> Outcome:
        unknown = self._job.finding("group_unknown", "The answer is to a group that none of these practices sent.")
        return Outcome(TransactionState.QUEUED, [finding_json(unknown)])

    async def apply(self, connection: Connection, acting: Acting, _route: Route) -> Outcome:
        assert self._answer is not None
        sender = self._job.transaction.interchange.sender_id
        return await apply_functional_ack(
            connection, acting, self._answer, self._job.file_id, self._job.key, sender=sender
        )


class TakeClaimAnswers:
    """277CA: answers to claims, each taken in by the practice whose claim it is; what is nobody's by the own one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._sources = read_277ca(job.transaction)
        self._shares: dict[int, list[SourceAnswer]] = {}

    async def find(self, routes: PracticeRoutes) -> list[Route]:
        by_number = await routes.by_control_numbers(control_numbers(self._sources))
        by_trace = await routes.by_batch_traces(traces(self._sources))
        shares = share_answers(self._sources, by_number, by_trace)
        unknown = shares.pop(None, [])
        if shares and unknown:
            shares[routes.own] = [*shares.get(routes.own, []), *unknown]
        self._shares = {practice_id: share for practice_id, share in shares.items() if practice_id is not None}
        return [Route(practice_id) for practice_id in self._shares]

    def unrouted(self) -> Outcome:
        unknown = self._job.finding("claims_unknown", "None of the claims belongs to one of these practices.")
        return Outcome(TransactionState.QUEUED, [finding_json(unknown)])

    async def apply(self, connection: Connection, acting: Acting, route: Route) -> Outcome:
        return await apply_claim_ack(
            connection, acting, self._shares[route.practice_id], self._job.file_id, self._job.key
        )


def _claim_ack_or_status(job: Job) -> Applier | None:
    return TakeClaimAnswers(job) if job.transaction.version.startswith("005010X214") else None


HANDLERS: Final[dict[str, Callable[[Job], Applier | TakeRemittance | None]]] = {
    "837": TakeClaims,
    "835": TakeRemittance,
    "999": TakeFunctionalAnswer,
    "277": _claim_ack_or_status,
}


class _Counted835(Source835):
    """The same, and the claims are counted as they are read."""

    def __init__(self, remittance: Remittance, headway: Headway) -> None:
        super().__init__(remittance)
        self._headway = headway

    def stage(self, chunk: StagedChunk, claim: RemittanceClaim) -> None:
        self._headway.claims_read += 1
        super().stage(chunk, claim)


def _counted(claims: Iterator[ReadClaim], headway: Headway) -> Iterator[ReadClaim]:
    for claim in claims:
        headway.claims_read += 1
        yield claim


def _only(route: Route | None) -> list[Route]:
    return [] if route is None else [route]


def _billing_ids(claim: ReadClaim) -> tuple[list[str], list[str]]:
    """NPIs and tax ids in loop 2010AA, readable even where the claim as a whole is not."""
    loop = claim.image.billing.loop("2010AA") if claim.image.billing else None
    if loop is None:
        return [], []
    name = loop.first("NM1")
    npis = [value(name, 9)] if value(name, 8) == "XX" else []
    tins = [value(ref, 2).replace("-", "") for ref in loop.segments("REF") if value(ref, 1) in ("EI", "SY")]
    if value(name, 8) in ("24", "34"):
        tins.append(value(name, 9).replace("-", ""))
    return [npi for npi in npis if npi], [tin for tin in tins if tin]


def _required(billing_entity_id: UUID | None) -> UUID:
    assert billing_entity_id is not None, "a route by provider names its billing entity"
    return billing_entity_id
