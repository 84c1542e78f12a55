"""One of our 837 files as the receiver reads it."""

from dataclasses import dataclass, field

from ar_shared.x12.claim_facts import ClaimFacts
from ar_shared.x12.claim_model import value
from ar_shared.x12.claim_reader import read_837
from ar_shared.x12.envelope import EnvelopeReader, Group, Interchange, Transaction
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import Fate, FateKind
from claims_api.simulator.domain.mix import FILES_REJECTED_PER_THOUSAND, seeded_fate
from claims_api.simulator.domain.mnemonics import chosen_fate
from claims_api.simulator.domain.payer_habits import PayerClass, PayerHabits, payer_habits


@dataclass(frozen=True, slots=True)
class BatchClaim:
    """A claim, its payer and its fate. `position` counts the segments of its transaction up to its CLM; ST is 1.

    `is_chosen`: the member id chose the fate; luck has no part in what becomes of it.
    """

    facts: ClaimFacts
    position: int
    habits: PayerHabits
    chance: Chance
    fate: Fate
    is_chosen: bool = False


@dataclass(slots=True)
class BatchTransaction:
    """One ST. `reference` is its BHT03. `fault` is the place of what has the whole ST refused: a CLM, or 1, the ST."""

    transaction: Transaction
    reference: str = ""
    claims: list[BatchClaim] = field(default_factory=list)
    fault: int | None = None


@dataclass(slots=True)
class Batch:
    """One interchange with one group, which is what we send."""

    interchange: Interchange
    group: Group
    transactions: list[BatchTransaction]
    seed: str

    @property
    def is_answered(self) -> bool:
        """False when every claim of it asked to be met with silence."""
        return any(
            one.fault is not None or any(claim.fate.kind is not FateKind.UNACKNOWLEDGED for claim in one.claims)
            for one in self.transactions
        )

    def taken_in(self) -> list[tuple[BatchTransaction, BatchClaim]]:
        """Claims of accepted transactions that the payer will say something about, in the order of the file."""
        return [
            (one, claim)
            for one in self.transactions
            if one.fault is None
            for claim in one.claims
            if claim.fate.kind is not FateKind.UNACKNOWLEDGED
        ]


def set_of(content: bytes) -> str:
    """The transaction set of the file's first ST, "" without one."""
    return next((transaction.set_id for transaction in EnvelopeReader([content]).transactions()), "")


def read_batch(content: bytes, seed: str) -> Batch:
    """The file with the fate of each claim decided.

    A transaction with a claim that cannot be read, or with none, is refused.
    Raises UnreadableFileError (no ISA) and ValueError (no transaction).
    """
    reader = EnvelopeReader([content])
    transactions = [_read(transaction, seed) for transaction in reader.transactions()]
    if not transactions:
        raise ValueError("the file holds no transaction")
    first = transactions[0].transaction
    return Batch(first.interchange, first.group, transactions, seed)


def _read(transaction: Transaction, seed: str) -> BatchTransaction:
    batch = BatchTransaction(transaction)
    for claim in read_837(transaction):
        batch.reference = batch.reference or value(claim.image.header.first("BHT"), 3)
        position = claim.segment_index - transaction.header.index + 1
        if claim.facts is None:
            batch.fault = batch.fault or position
            continue
        found = _claim(claim.facts, position, seed)
        batch.claims.append(found)
        if found.fate.kind is FateKind.FILE_REJECTED:
            batch.fault = batch.fault or position
    if not batch.claims:
        batch.fault = batch.fault or 1
    elif batch.fault is None and _is_unlucky(batch.claims, seed):
        batch.fault = batch.claims[0].position
    return batch


def _claim(facts: ClaimFacts, position: int, seed: str) -> BatchClaim:
    habits = payer_habits(seed, facts.payer.id, facts.coverage.filing_code)
    chance = Chance(f"{seed}\0claim\0{what_is_billed(facts)}")
    chosen = chosen_fate(facts.subscriber.id)
    fate = chosen or seeded_fate(
        chance,
        strictness_percent=habits.strictness_percent,
        follows_other_payer=follows_other_payer(facts),
        may_cross_over=habits.payer_class is PayerClass.MEDICARE and names_next_payer(facts),
    )
    return BatchClaim(facts, position, habits, chance, fate, is_chosen=chosen is not None)


def follows_other_payer(facts: ClaimFacts) -> bool:
    """Whether the claim says what a payer before this one did."""
    return any(line.adjudications for line in facts.lines) or any(one.adjustments for one in facts.other_coverages)


def names_next_payer(facts: ClaimFacts) -> bool:
    """Whether the claim names another payer, which has not answered yet."""
    return not follows_other_payer(facts) and any(one.payer is not None for one in facts.other_coverages)


def _is_unlucky(claims: list[BatchClaim], seed: str) -> bool:
    """A few transactions are refused; never one in which somebody chose a fate."""
    if any(claim.is_chosen for claim in claims):
        return False
    billed = "\n".join(what_is_billed(claim.facts) for claim in claims)
    return Chance(f"{seed}\0transaction\0{billed}").below(1000, "refused") < FILES_REJECTED_PER_THOUSAND


def what_is_billed(facts: ClaimFacts) -> str:
    """What makes it the same claim to a payer, whatever number it bears: a repeated run meets the same fates."""
    patient = facts.patient or facts.subscriber
    lines = [(line.procedure.code if line.procedure else line.revenue_code, line.charge_cents) for line in facts.lines]
    days = [line.service.start_on for line in facts.lines if line.service]
    return repr((facts.payer.id, facts.subscriber.id, patient.birth_on, facts.charge_cents, lines, days))
