"""276 to the simulated payers, and their 277: what they say of a claim at each point of its life."""

from typing import Any
from uuid import uuid4

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.tokens import Segment
from ar_shared.x12.writer import GroupContent, InterchangeHeader, TransactionContent, write_interchange
from claims_api.clearinghouse import OutgoingFile

from .conftest import Sandbox
from .files import SENT
from .test_port import port_of
from .world import advance, answers_of, claims_of, send, set_clock

PAYER = "TPM01"
LATER = "2026-09-01T12:00:00Z"


def inquiry(*asked: dict[str, str], payer: str = PAYER) -> bytes:
    """A 276 about claims: `EJ` our number, `1K` the payer's, else `member` and `T3`."""
    rows: list[list[str]] = [
        ["BHT", "0010", "13", "ASK1", "20260303", "1000"],
        ["HL", "1", "", "20", "1"],
        ["NM1", "PR", "2", "PRAIRIE", "", "", "", "", "PI", payer],
        ["HL", "2", "1", "21", "1"],
        ["NM1", "41", "2", "LEDGERWELL", "", "", "", "", "46", "LEDGERWELL"],
        ["HL", "3", "2", "19", "1"],
        ["NM1", "1P", "2", "GOOD CLINIC", "", "", "", "", "XX", "1234567893"],
    ]
    for n, one in enumerate(asked, start=4):
        rows += [["HL", str(n), "3", "22", "0"], ["DMG", "D8", "19800517", "F"]]
        rows.append(["NM1", "IL", "1", "SANDBOXER", "PAT", "", "", "", "MI", one.get("member", "X")])
        rows.append(["TRN", "1", f"TASK{n}"])
        rows += [["REF", kind, one[kind]] for kind in ("EJ", "1K") if kind in one]
        if "T3" in one:
            rows.append(["AMT", "T3", one["T3"]])
        rows.append(["DTP", "472", "D8", "20260302"])
    content = TransactionContent("276", "0001", rows, "005010X212")
    group = GroupContent("HR", "LEDGERWELL", "LWSIM", 5, "005010X212", [content])
    header = InterchangeHeader("ZZ", "LEDGERWELL", "ZZ", "LWSIM", SENT.at, 5, "T")
    return write_interchange(header, [group])


async def ask(sandbox: Sandbox, *asked: dict[str, str], **changes: Any) -> list[list[str]]:
    """The STC of each answer, then its references, as one row: category and code, amounts, check, numbers."""
    file = OutgoingFile(sandbox.practice_id, uuid4(), "LWSIM", "000000005", inquiry(*asked, **changes))
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await port_of(sandbox).deliver(file, connection)
    [content] = [
        bytes(answer["content"])
        for answer in await answers_of(sandbox)
        if answer["submission_id"] == file.submission_id
    ]
    return [segment.row for segment in segments(content) if segment.id in ("TRN", "STC", "REF")]


def segments(content: bytes) -> list[Segment]:
    reader = EnvelopeReader([content])
    found = [segment for transaction in reader.transactions() for segment in transaction.segments()]
    assert [finding for one in reader.interchanges for finding in one.findings.kept] == []
    return found


async def pcn_of(sandbox: Sandbox, claim_id: str) -> str:
    number: str = (await sandbox.http.get(f"/v1/claims/{claim_id}")).json()["patient_control_number"]
    return number


async def status_of(sandbox: Sandbox, claim_id: str) -> list[str]:
    """STC of the answer to a question by our number."""
    [status] = [row for row in await ask(sandbox, {"EJ": await pcn_of(sandbox, claim_id)}) if row[0] == "STC"]
    return status


STANDS = {
    # member id: before and after its payer has decided
    "TEST-PAID": ("P1:20", "F1:65"),
    "TEST-DENY-CO-197": ("P1:20", "F2:585"),
    "TEST-DEDUCTIBLE": ("P1:20", "F4:3"),
    "TEST-NO-ANSWER": ("P1:20", "P1:20"),
    "TEST-PEND": ("P1:20", "P2:3"),
    "TEST-DOCUMENTS": ("P3:317", "F2:585"),
    "TEST-NOT-OURS": ("P1:20", "F3F:3"),
    "TEST-CROSSOVER": ("P1:20", "F3F:3"),
    "TEST-REVERSE-ONLY": ("P1:20", "F3:3"),
    "TEST-TAKEBACK-A": ("P1:20", "F2:585"),
    "TEST-277CA-REJECT": ("D0:35", "D0:35"),
    "TEST-NO-ACK": ("D0:35", "D0:35"),
}


async def test_a_payer_says_how_each_claim_stands(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    claims = await claims_of(sandbox, *STANDS)
    await send(sandbox)

    before = [(await status_of(sandbox, claim))[1] for claim in claims]
    await advance(sandbox, LATER)
    after = [(await status_of(sandbox, claim))[1] for claim in claims]

    assert dict(zip(STANDS, zip(before, after, strict=True), strict=True)) == STANDS


async def test_a_finished_claim_names_what_was_paid_when_and_by_which_payment(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    [claim] = await claims_of(sandbox, "TEST-PAID")
    await send(sandbox)
    await advance(sandbox, LATER)
    [payment] = (await sandbox.http.get("/v1/remittances")).json()["items"]

    rows = await ask(sandbox, {"EJ": await pcn_of(sandbox, claim)})

    day = payment["paid_on"].replace("-", "")
    trn, stc, *references = rows
    assert trn == ["TRN", "2", "TASK4"]
    assert stc[1:] == [
        "F1:65",
        day,
        "",
        "300",
        f"{payment['payment_cents'] / 100:g}",
        day,
        "",
        day,
        payment["trace_number"],
    ]
    assert [row[1] for row in references] == ["1K", "EJ"]


async def test_a_claim_is_found_by_either_number_or_by_member_and_charge(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    [claim] = await claims_of(sandbox, "TEST-NO-ANSWER")
    await send(sandbox)
    ours = await pcn_of(sandbox, claim)
    theirs = next(row[2] for row in await ask(sandbox, {"EJ": ours}) if row[:2] == ["REF", "1K"])

    by_theirs = await ask(sandbox, {"1K": theirs})
    by_member = await ask(sandbox, {"member": "TEST-NO-ANSWER", "T3": "300"})
    by_other_charge = await ask(sandbox, {"member": "TEST-NO-ANSWER", "T3": "300.01"})
    at_another_payer = await ask(sandbox, {"EJ": ours}, payer="TBC02")

    statuses = [
        next(row[1] for row in rows if row[0] == "STC")
        for rows in (by_theirs, by_member, by_other_charge, at_another_payer)
    ]
    assert statuses == ["P1:20", "P1:20", "D0:35", "D0:35"]


async def test_every_question_of_a_file_is_answered_with_its_own_trace(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    claims = await claims_of(sandbox, "TEST-PAID", "TEST-NO-ANSWER")
    await send(sandbox)

    rows = await ask(sandbox, *[{"EJ": await pcn_of(sandbox, claim)} for claim in claims], {"EJ": "NOBODY"})

    assert [row[2] for row in rows if row[0] == "TRN"] == ["TASK4", "TASK5", "TASK6"]
    assert [row[1] for row in rows if row[0] == "STC"] == ["P1:20", "P1:20", "D0:35"]


async def test_an_unasked_277_says_that_a_claim_pends_or_wants_documents_and_moves_no_money(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    claims = await claims_of(sandbox, "TEST-PEND", "TEST-DOCUMENTS", "TEST-PAID")
    await send(sandbox)

    moved = await advance(sandbox, "2026-03-11T12:00:00Z")

    assert moved["delivered"]["277"] == 1
    [content] = [bytes(one["content"]) for one in await answers_of(sandbox) if one["kind"] == "277"]
    said = [segment.row for segment in segments(content) if segment.id in ("STC", "REF")]
    assert [row[1] for row in said if row[0] == "STC"] == ["P2:3", "P3:317"]
    assert [row[2] for row in said if row[:2] == ["REF", "EJ"]] == [await pcn_of(sandbox, one) for one in claims[:2]]
    balances = [(await sandbox.http.get(f"/v1/claims/{claim}")).json()["balance_cents"] for claim in claims]
    assert balances == [30_000] * 3
