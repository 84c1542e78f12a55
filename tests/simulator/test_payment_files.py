"""The 835 of the simulator: what our own reader and pyx12 make of it; it always adds up."""

from collections.abc import Iterable
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ar_shared.x12.claim_facts import ClaimFacts
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance import RemittanceClaim
from ar_shared.x12.remittance_reader import Remittance, read_835
from claims_api.simulator.domain.batch import read_batch
from claims_api.simulator.domain.envelope import Addresses, Envelope
from claims_api.simulator.domain.payment import PaymentToWrite, payment_file
from claims_api.simulator.domain.payment_parties import trace_number
from claims_api.simulator.domain.plan import PlannedPart, planned_parts
from claims_api.simulator.stored import part_from_json, part_to_json

# Relative, because the tests are not on the import path.
from ..x12.claims_837 import passes_pyx12  # noqa: TID252
from ..x12.remittances import read_all as read_payments  # noqa: TID252
from ..x12.test_835_samples import oxedi_sums, sums  # noqa: TID252
from .files import EVERY_MEMBER, SEED, SENT, batch_of, claim_of, file_of, many_claims


def payments(*claims: ClaimFacts) -> dict[str, bytes]:
    """Every file of payments, by its name. What a payment below zero leaves owing is not taken back."""
    planned = sorted(planned_parts(batch_of(*claims), SENT), key=lambda one: (one.file, one.payment))
    return {name: _file(list(together)) for name, together in groupby(planned, key=lambda one: one.file)}


def _file(parts: list[PlannedPart]) -> bytes:
    envelope = Envelope(parts[0].parties.addresses, parts[0].due_at, 12)
    return payment_file(
        [_payment(list(together)) for _, together in groupby(parts, key=lambda one: one.payment)], envelope
    )


def _payment(parts: list[PlannedPart]) -> PaymentToWrite:
    first = parts[0]
    payment = PaymentToWrite(
        first.parties,
        first.paid_on,
        trace_number(first.parties, first.file, first.payment),
        tuple(claim for part in parts for claim in part.claims),
        tuple(entry for part in parts for entry in part.entries),
    )
    return payment.settled([])[0]


def read_all(content: bytes) -> list[tuple[Remittance, list[RemittanceClaim]]]:
    """Every payment of a file with its claims."""
    found = []
    for transaction in EnvelopeReader([content]).transactions():
        remittance = read_835(transaction)
        found.append((remittance, list(remittance.claims())))
    return found


def read(content: bytes) -> tuple[Remittance, list[RemittanceClaim]]:
    [only] = read_all(content)
    return only


def everything() -> Iterable[bytes]:
    for filing in ("CI", "MB", "MC"):
        yield from payments(*many_claims(150, filing=filing)).values()


def test_every_payment_balances_at_every_level_and_reads_without_a_finding() -> None:
    for content in everything():
        for remittance, claims in read_all(content):
            summary = remittance.summary
            assert summary.balanced
            assert [*summary.findings.kept, *(finding for one in claims for finding in one.findings)] == []
            assert all(claim.postable for claim in claims)
            taken = summary.provider_adjustment_cents
            assert sum(claim.paid_cents for claim in claims) - taken == remittance.header.payment.amount_cents


@settings(max_examples=60, deadline=None)
@given(
    members=st.lists(st.sampled_from([*EVERY_MEMBER, "M1", "M2", "M3"]), min_size=1, max_size=8),
    cents=st.lists(st.integers(1, 40_000), min_size=1, max_size=4),
    filing=st.sampled_from(["CI", "MB", "MC"]),
    payer=st.sampled_from(["1", "2", "3", "4"]),
)
def test_whatever_befalls_whatever_claim_every_file_adds_up_for_two_readers(
    members: list[str], cents: list[int], filing: str, payer: str
) -> None:
    claims = [
        claim_of(member, *cents, number=f"PCN{n}", filing=filing, payer=payer) for n, member in enumerate(members)
    ]

    assert_two_readers_agree(payments(*claims).values())


def test_a_claim_of_every_fate_adds_up_for_two_readers() -> None:
    claims = [claim_of(member, 10_001, 5_003, 77, number=f"PCN{n}") for n, member in enumerate(EVERY_MEMBER)]

    assert_two_readers_agree(payments(*[one for one in claims if one.subscriber.id != "TEST-999-REJECT"]).values())


def assert_two_readers_agree(files: Iterable[bytes]) -> None:
    """Every payment adds up and has no finding, and oxedi reads the same sums."""
    contents = list(files)
    for content in contents:
        ours = read_payments(content)
        for one in ours:
            assert one.summary.balanced
            found = [*one.summary.findings.kept, *(finding for claim in one.claims for finding in claim.findings)]
            assert found == []
        assert [sums(one) for one in ours] == oxedi_sums(content)


def test_a_planted_cent_is_found() -> None:
    content = next(iter(payments(claim_of("TEST-DENY-CO-16")).values()))

    remittance, claims = read(content.replace(b"CAS*CO*16*100~", b"CAS*CO*16*99.99~"))

    assert not claims[0].balanced
    assert remittance.summary.balanced


def test_claims_of_one_payer_and_day_are_paid_together() -> None:
    claims = [claim_of("TEST-PAID", 1_000 * n, number=f"P{n}") for n in range(1, 40)]

    paid = payments(*claims)

    assert 1 < len(paid) < 20
    assert max(len(read(content)[1]) for content in paid.values()) > 2
    numbers = [claim.patient_control_number for content in paid.values() for claim in read(content)[1]]
    assert sorted(numbers) == sorted(claim.patient_control_number for claim in claims)


def test_a_payment_says_who_pays_whom_under_which_number() -> None:
    content = next(iter(payments(claim_of("TEST-PAID")).values()))

    header = read(content)[0].header

    assert header.payer is not None
    assert header.payee is not None
    assert (header.payer.name, header.payer.reference("2U")) == ("HEALTH PLAN", "84146")
    assert (header.payee.id_qualifier, header.payee.id, header.payee.reference("TJ")) == (
        "XX",
        "1234567893",
        "741234567",
    )
    assert header.payment.issued_on == header.produced_on
    assert (len(header.payment.trace), header.payment.payer_trace_id[0]) == (10, "1")


def test_each_payment_has_its_own_trace_number() -> None:
    traces = [
        remittance.header.payment.trace
        for content in payments(*many_claims(150)).values()
        for remittance, _ in read_all(content)
    ]

    assert len(set(traces)) == len(traces)


def test_a_payment_of_nothing_only_notifies() -> None:
    content = next(iter(payments(claim_of("TEST-DENY-CO-16")).values()))

    payment = read(content)[0].header.payment

    assert (payment.amount_cents, payment.handling, payment.method) == (0, "H", "NON")


@pytest.mark.parametrize("filing", ["CI", "MB", "MC"])
def test_pyx12_finds_nothing_wrong(filing: str) -> None:
    files = [content.decode() for content in payments(*many_claims(40, filing=filing)).values()]

    assert files
    for text in files[:6]:
        assert passes_pyx12(text)
    assert not passes_pyx12(files[0].replace("TRN*1*", "TRX*1*"))


def test_a_stored_part_comes_back_as_it_was() -> None:
    for planned in planned_parts(batch_of(*many_claims(60), claim_of("TEST-REVERSE", number="R")), SENT):
        assert part_from_json(part_to_json(planned)) == planned


def test_the_same_seed_writes_the_same_payments_and_another_one_does_not() -> None:
    claims = many_claims(40)

    assert payments(*claims) == payments(*claims)
    other = list(planned_parts(read_batch(file_of(claims), "autumn"), SENT))
    assert other != list(planned_parts(read_batch(file_of(claims), SEED), SENT))


def test_simulated_money_is_always_marked_as_a_test() -> None:
    addresses = Addresses("ZZ", "A", "ZZ", "B")

    assert Envelope(addresses, SENT.at, 1).header().usage == "T"
