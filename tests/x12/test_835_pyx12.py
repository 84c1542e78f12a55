"""pyx12, which knows the 005010X221A1 guide, accepts what we write (it does not check balance)."""

from datetime import date

import pytest

from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService
from ar_shared.x12.remittance_writer import OutgoingRemittance, write_835

from .claims_837 import passes_pyx12
from .test_835_writer import INTERCHANGE, a_claim, outgoing


def a_denied_claim() -> RemittanceClaim:
    line = RemittanceService("HC:G0103", 8_000, 0, adjustments=[Adjustment("CO", "16", 8_000)])
    line.dates, line.remarks = [("472", date(2026, 6, 1))], [["LQ", "HE", "M51"]]
    line.references = [["REF", "6R", "L3"]]
    return RemittanceClaim("PCN2", "1", 8_000, 0, services=[line])


def complete(claim: RemittanceClaim) -> RemittanceClaim:
    claim.filing_indicator, claim.payer_claim_control_number = "12", "ICN1"
    claim.facility, claim.frequency = "11", "1"
    claim.names = [["NM1", "QC", "1", "ABARA", "ADA", "", "", "", "MI", "W1"]]
    claim.services[0].dates = [("472", date(2026, 6, 1))]
    return claim


def sent() -> OutgoingRemittance:
    return outgoing([complete(a_claim()), complete(a_denied_claim())])


def test_a_written_remittance_is_valid() -> None:
    assert passes_pyx12(write_835([sent()], INTERCHANGE).decode())


@pytest.mark.parametrize(("old", "new"), [("CLP*", "CLQ*"), ("SE*", "SE*1"), ("CAS*CO", "CAS*ZZ")])
def test_the_check_can_fail(old: str, new: str) -> None:
    text = write_835([sent()], INTERCHANGE).decode()
    assert not passes_pyx12(text.replace(old, new))
