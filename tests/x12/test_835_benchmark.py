"""The benchmark compares like with like: both readers get the same money from the same file."""

import sys
from pathlib import Path

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance_reader import read_835

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from generated_835 import stream_835
from reference_835 import read_claims


def test_the_generated_file_is_the_same_every_time_and_without_fault() -> None:
    data = b"".join(stream_835(2_500))
    assert data == b"".join(stream_835(2_500))
    assert data != b"".join(stream_835(2_500, seed=1))
    (transaction,) = EnvelopeReader([data]).transactions()
    assert transaction.complete
    assert not transaction.findings.kept


def test_reader_and_reference_read_the_same_money() -> None:
    chunks = list(stream_835(2_500))
    reference = list(read_claims(chunks))
    remittance = read_835(next(EnvelopeReader(chunks).transactions()))
    claims = list(remittance.claims())
    assert len(claims) == len(reference) == 2_500
    for ours, theirs in zip(claims, reference, strict=True):
        assert ours.postable
        assert ours.paid_cents == theirs.paid_cents
        assert [line.charge_cents for line in ours.services] == [line.charge_cents for line in theirs.services]
        for line, other in zip(ours.services, theirs.services, strict=True):
            assert [(a.group, a.reason, a.amount_cents) for a in line.adjustments] == [
                (a.group, a.reason, a.amount_cents) for a in other.adjustments
            ]
            assert line.amounts == (other.amounts or ())
    assert remittance.summary.balanced
    assert not remittance.summary.findings.kept
