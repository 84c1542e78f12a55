"""A 277CA may answer claims of several practices: what it says is shared out, to each practice its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ar_shared.x12.claim_ack import ClaimAnswer, ProviderAnswer, ReceiverAnswer, SourceAnswer

Practice = TypeVar("Practice")


def share_answers(
    sources: Sequence[SourceAnswer], by_number: Mapping[str, Practice], by_trace: Mapping[str, Practice]
) -> dict[Practice | None, list[SourceAnswer]]:
    """What the file says to each practice; None is whoever is left: claims and batches of nobody.

    A claim goes to the practice of its control number. What a batch, or a provider in it, is told without a list of
    claims goes to the practice that sent the batch. A practice that is told nothing is not there.
    """

    def owner_of(claim: ClaimAnswer) -> Practice | None:
        return by_number.get(claim.patient_control_number)

    def sender_of(receiver: ReceiverAnswer) -> Practice | None:
        return by_trace.get(receiver.trace)

    owners = {owner for source in sources for owner in _owners(source, owner_of, sender_of)}
    return {
        owner: [kept for source in sources if (kept := _of(source, owner, owner_of, sender_of))] for owner in owners
    }


def control_numbers(sources: Sequence[SourceAnswer]) -> set[str]:
    """Of every claim that is listed."""
    return {
        claim.patient_control_number
        for source in sources
        for receiver in source.receivers
        for provider in receiver.providers
        for claim in provider.claims
    }


def traces(sources: Sequence[SourceAnswer]) -> set[str]:
    """Of every batch."""
    return {receiver.trace for source in sources for receiver in source.receivers if receiver.trace}


def _owners(
    source: SourceAnswer,
    owner_of: Callable[[ClaimAnswer], Practice | None],
    sender_of: Callable[[ReceiverAnswer], Practice | None],
) -> Iterator[Practice | None]:
    for receiver in source.receivers:
        if not receiver.providers:
            yield sender_of(receiver)
        for provider in receiver.providers:
            if not provider.claims:
                yield sender_of(receiver)
            yield from map(owner_of, provider.claims)


def _of(
    source: SourceAnswer,
    owner: Practice | None,
    owner_of: Callable[[ClaimAnswer], Practice | None],
    sender_of: Callable[[ReceiverAnswer], Practice | None],
) -> SourceAnswer | None:
    """The levels that hold something for the owner, with what they say of everything below them."""
    receivers = []
    for receiver in source.receivers:
        is_sender = sender_of(receiver) == owner
        providers = [
            kept for provider in receiver.providers if (kept := _provider(provider, owner, owner_of, is_sender))
        ]
        if providers or (is_sender and not receiver.providers):
            receivers.append(replace(receiver, providers=providers))
    return replace(source, receivers=receivers) if receivers else None


def _provider(
    provider: ProviderAnswer,
    owner: Practice | None,
    owner_of: Callable[[ClaimAnswer], Practice | None],
    is_sender: bool,
) -> ProviderAnswer | None:
    if not provider.claims:
        return provider if is_sender else None
    claims = [claim for claim in provider.claims if owner_of(claim) == owner]
    return replace(provider, claims=claims) if claims else None
