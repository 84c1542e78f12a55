"""276 and 277 (005010X212) against the public samples.

pyx12 is no help here: its map of this 277 refuses the published samples as well.
"""

from datetime import UTC, date, datetime
from itertools import takewhile

from ar_shared.x12.claim_ack import StatusCode
from ar_shared.x12.claim_facts import Party, Period, Reference
from ar_shared.x12.claim_status import VERSION, ClaimStatus, StatusAnswer, StatusInquiry, StatusParties
from ar_shared.x12.claim_status_reader import read_276
from ar_shared.x12.claim_status_writer import content_277
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.writer import GroupContent, write_interchange

from .claims_837 import HEADER, NPI, sample


def party(role: str, name: str, number: str = "", kind: str = "", first: str = "") -> Party:
    return Party(
        role=role, name=name, is_person=bool(first), first_name=first, id_qualifier=kind if number else "", id=number
    )


def parties(subscriber: Party, patient: Party | None = None) -> StatusParties:
    return StatusParties(
        source=party("PR", "ABC INSURANCE", "12345", "PI"),
        receiver=party("41", "XYZ SERVICE", "X67E", "46"),
        provider=party("1P", "HOME HOSPITAL", "1666666661", "XX"),
        subscriber=subscriber,
        patient=patient,
    )


def written(answers: list[StatusAnswer]) -> list[list[str]]:
    """The segments between BHT and SE, elements as text."""
    content = content_277(answers, "0001", batch_reference="B1", made_at=datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    group = GroupContent("HN", "PAYER", "CLINIC", 1, VERSION, [content])
    return segments(write_interchange(HEADER, [group]))[1:]


def segments(content: bytes) -> list[list[str]]:
    reader = EnvelopeReader([content])
    found = [segment.row for transaction in reader.transactions() for segment in transaction.segments()]
    assert [finding for one in reader.interchanges for finding in one.findings.kept] == []
    return found


def test_the_answers_are_written_as_in_the_published_277() -> None:
    theirs = segments(sample("277/LinuxForHealth+x12/demo.277"))[1:]
    until_second_provider = list(takewhile(lambda row: row[:2] != ["HL", "6"], theirs))
    smith = StatusAnswer(
        parties(party("IL", "SMITH", "123456789A", "MI", "FRED")),
        "ABCXYZ1",
        (ClaimStatus(StatusCode("P3", "317"), date(2005, 9, 13), 851_388),),
        (Reference("1K", "05347006051"), Reference("BLT", "111"), Reference("EJ", "SM123456")),
        Period(date(2005, 8, 31), date(2005, 9, 6)),
    )
    jones = StatusAnswer(
        parties(party("IL", "JONES", "234567890A", "MI", "MARY")),
        "ABCXYZ2",
        (ClaimStatus(StatusCode("F0", "3"), date(2005, 9, 15), 759_900, 759_900),),
        (Reference("1K", "0529675341"), Reference("BLT", "111"), Reference("EJ", "J0234567")),
        Period(date(2005, 7, 31), date(2005, 8, 9)),
    )

    ours = written([smith, jones])

    assert [money_shortened(row) for row in ours] == [money_shortened(row) for row in until_second_provider]


def money_shortened(row: list[str]) -> list[str]:
    """7599.00 and 7599 say the same."""
    return [text.removesuffix(".00") for text in row]


def test_a_decided_claim_says_what_was_paid_when_and_by_which_payment() -> None:
    day = date(2026, 3, 20)
    paid = ClaimStatus(StatusCode("F1", "65"), day, 20_000, 9_600, day, day, "1000000001")

    rows = written([StatusAnswer(parties(party("IL", "DOE", "M1", "MI", "JANE")), "ASK1", (paid,))])

    assert rows[-1] == ["STC", "F1:65", "20260320", "", "200", "96", "20260320", "", "20260320", "1000000001"]


def test_neighbours_share_their_levels_and_a_dependent_stands_below_its_subscriber() -> None:
    unknown = (ClaimStatus(StatusCode("D0", "35"), date(2026, 3, 20)),)
    jane, pip = party("IL", "DOE", "M1", "MI", "JANE"), party("QC", "DOE", first="PIP")
    told = [
        StatusAnswer(parties(jane), "ASK1", unknown),
        StatusAnswer(parties(jane), "ASK2", unknown),
        StatusAnswer(parties(jane, pip), "ASK3", unknown),
    ]

    levels = [row[1:] for row in written(told) if row[0] == "HL"]

    assert levels == [
        ["1", "", "20", "1"],
        ["2", "1", "21", "1"],
        ["3", "2", "19", "1"],
        ["4", "3", "22", "0"],
        ["5", "3", "22", "1"],
        ["6", "5", "23"],
    ]


def inquiries(content: bytes) -> tuple[list[StatusInquiry], list[str]]:
    asked: list[StatusInquiry] = []
    codes: list[str] = []
    for transaction in EnvelopeReader([content]).transactions():
        asked += read_276(transaction)
        codes += [finding.code for finding in transaction.findings.kept]
    return asked, codes


def test_the_published_276_is_read_claim_by_claim() -> None:
    asked, codes = inquiries(sample("276/LinuxForHealth+x12/demo.276"))

    facts = [(one.trace, one.patient_control_number, one.charge_cents, one.parties.provider.id) for one in asked]
    assert codes == []
    assert facts == [
        ("ABCXYZ1", "SM123456", 851_388, "1666666661"),
        ("ABCXYZ2", "J0234567", 759_900, "1666666661"),
        ("ABCXYZ3", "MA345678", None, "166666666"),
    ]
    assert asked[0].service == Period(date(2005, 8, 31), date(2005, 9, 6))
    assert asked[1].parties.subscriber.birth_on == date(1930, 11, 15)
    assert asked[1].parties.patient is None
    assert asked[2].parties.patient is not None
    assert (asked[2].parties.patient.first_name, asked[2].parties.subscriber.first_name) == ("JOSEPH", "JOHN")


def test_what_cannot_be_read_is_a_finding_and_the_question_stays() -> None:
    content = (
        b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*0830*^*00501*000000001*0*T*:~"
        b"GS*HR*A*B*20260302*0830*1*X*005010X212~ST*276*0001*005010X212~BHT*0010*13*X*20260302*0830~"
        b"HL*1**20*1~NM1*PR*2*P*****PI*1~HL*9*1*ZZ*1~HL*2*1*22*0~NM1*IL*1*DOE*JANE****MI*M1~"
        b"TRN*1*ASK1~AMT*T3*1.234~DTP*472*D8*20261340~SE*11*0001~GE*1*1~IEA*1*000000001~"
    )

    [asked], codes = inquiries(content)

    assert (asked.trace, asked.charge_cents, asked.service) == ("ASK1", None, None)
    assert asked.parties.provider.id == "" != NPI
    assert codes == ["level_unknown", "amount_unreadable", "date_unreadable"]
