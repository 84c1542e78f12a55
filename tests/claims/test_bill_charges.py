"""Claims that bill charges which were posted before: nothing posts twice, and each refusal names its line."""

from typing import Any

import orjson
import pytest

from .conftest import Sandbox, a_claim
from .test_charges import PATH, a_charge, assert_books_balance, postings

pytestmark = pytest.mark.usefixtures("patient")

NAMED = {"charge": {"external_id": "CHG-1"}}
NEW = {"procedure_code": "G0008", "charge_cents": 3000, "service_from": "2026-11-02"}


async def refusal(sandbox: Sandbox, claim: dict[str, Any]) -> list[tuple[str, str]]:
    answer = await sandbox.http.post("/v1/claims", json=claim)
    assert answer.status_code == 422, answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def test_a_claim_bills_a_posted_charge_and_posts_only_what_is_new(sandbox: Sandbox) -> None:
    charge = await sandbox.put(PATH, a_charge())

    answer = await sandbox.http.post("/v1/claims", json=a_claim(lines=[NEW, NAMED]))

    assert answer.status_code == 201, answer.text
    claim = answer.json()
    assert (claim["charge_cents"], claim["balance_cents"]) == (15000, 15000)
    assert [line["charge_cents"] for line in claim["lines"]] == [3000, 12000]
    assert claim["lines"][1]["charge_id"] == charge["id"]
    assert (await sandbox.http.get(f"/v1/claims/{claim['id']}")).json() == claim
    assert (await sandbox.http.get(PATH)).json()["claim_id"] == claim["id"]
    assert await postings(sandbox) == [("E01", 1100, 4000, 12000), ("E01", 1100, 4000, 3000)]
    proof = (await sandbox.http.get(f"/v1/ledger/proofs?claim_id={claim['id']}")).json()
    assert proof["holds"], proof
    await assert_books_balance(sandbox)


async def test_a_claim_of_posted_charges_only_posts_nothing_and_is_sent_like_any_other(sandbox: Sandbox) -> None:
    await sandbox.put(PATH, a_charge())
    claim = (await sandbox.http.post("/v1/claims", json=a_claim(lines=[NAMED]))).json()

    sent = await sandbox.http.post(f"/v1/claims/{claim['id']}/submit")

    assert sent.status_code == 200, sent.text
    assert [entry for entry, *_ in await postings(sandbox)] == ["E01", "E47"]
    proof = (await sandbox.http.get(f"/v1/ledger/proofs?claim_id={claim['id']}")).json()
    assert proof["holds"], proof
    await assert_books_balance(sandbox)


async def test_a_billed_charge_changes_with_its_unsent_claim_and_not_after_it_was_sent(sandbox: Sandbox) -> None:
    await sandbox.put(PATH, a_charge())
    claim = (await sandbox.http.post("/v1/claims", json=a_claim(lines=[NAMED]))).json()

    changed = await sandbox.put(PATH, a_charge(charge_cents=15000))
    proof = (await sandbox.http.get(f"/v1/ledger/proofs?claim_id={claim['id']}")).json()
    await sandbox.http.post(f"/v1/claims/{claim['id']}/submit")
    refused = await sandbox.http.put(PATH, json=a_charge(charge_cents=16000))

    assert (changed["claim_id"], proof["holds"]) == (claim["id"], True)
    assert refused.json()["code"] == "charge_billed"
    assert [entry for entry, *_ in await postings(sandbox)] == ["E01", "E03", "E01", "E47"]
    await assert_books_balance(sandbox)


async def test_pointers_follow_the_diagnoses_to_their_places_on_the_claim(sandbox: Sandbox) -> None:
    await sandbox.put(PATH, a_charge(diagnoses=["I10", "E119"], diagnosis_pointers=[2, 1]))

    answer = await sandbox.http.post("/v1/claims", json=a_claim(diagnoses=["E119", "I10"], lines=[NAMED]))

    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        pointers = await connection.fetchval(
            "SELECT diagnosis_pointers FROM claims.claim_line WHERE practice_id = $1", sandbox.practice_id
        )
    assert (answer.status_code, pointers) == (201, ["1", "2"])


async def test_a_diagnosis_that_is_not_on_the_claim_is_refused(sandbox: Sandbox) -> None:
    await sandbox.put(PATH, a_charge(diagnoses=["I10"]))

    assert await refusal(sandbox, a_claim(lines=[NEW, NAMED])) == [("/lines/1/charge", "diagnosis_not_on_claim")]


async def test_a_charge_is_billed_by_one_claim_and_one_line(sandbox: Sandbox) -> None:
    await sandbox.put(PATH, a_charge())

    twice = await refusal(sandbox, a_claim(lines=[NAMED, NAMED]))
    await sandbox.http.post("/v1/claims", json=a_claim(lines=[NAMED]))
    again = await refusal(sandbox, a_claim(external_id="CLM-2", lines=[NAMED]))

    assert (twice, again) == (
        [("/lines/1/charge", "charge_named_twice")],
        [("/lines/0/charge", "charge_on_another_claim")],
    )


async def test_a_voided_or_unknown_charge_is_not_billed(sandbox: Sandbox) -> None:
    voided = await sandbox.put(PATH, a_charge())
    await sandbox.put(PATH, a_charge(charge_cents=1))

    lines = [{"charge": {"id": voided["id"]}}, {"charge": {"external_id": "NONE"}}]

    assert await refusal(sandbox, a_claim(lines=lines)) == [
        ("/lines/0/charge", "charge_voided"), ("/lines/1/charge", "reference_unknown"),
    ]  # fmt: skip


async def test_a_charge_of_another_patient_or_owed_by_the_guarantor_is_not_billed(sandbox: Sandbox) -> None:
    await sandbox.put("/v1/patients/by-external-id/PAT-2", {"last_name": "Uninsured", "birth_date": "1990-01-02"})
    await sandbox.put(PATH, a_charge(patient={"external_id": "PAT-2"}))
    other = await refusal(sandbox, a_claim(lines=[NAMED]))
    coverage = {"patient": {"external_id": "PAT-2"}, "payer": {"external_id": "PAY-PRAIRIE"}, "member_id": "M2"}
    await sandbox.put("/v1/coverages/by-external-id/COV-2", coverage)
    own = a_claim(patient={"external_id": "PAT-2"}, coverage={"external_id": "COV-2"}, lines=[NAMED])

    assert other == [("/lines/0/charge", "charge_of_another_patient")]
    assert await refusal(sandbox, own) == [("/lines/0/charge", "charge_owed_otherwise")]


async def test_a_line_names_a_charge_or_makes_one_never_both(sandbox: Sandbox) -> None:
    assert await refusal(sandbox, a_claim(lines=[{**NAMED, "charge_cents": 1}])) == [("/lines/0", "unknown_field")]
    assert await refusal(sandbox, a_claim(lines=[{"procedure_code": "G0008", "service_from": "2026-11-02"}])) == [
        ("/lines/0/charge_cents", "missing")
    ]


async def test_in_bulk_claims_bill_posted_charges_each_once_and_a_repeat_is_known(sandbox: Sandbox) -> None:
    await sandbox.put(PATH, a_charge())
    claims = [
        a_claim(external_id="CLM-1", lines=[NEW, NAMED]),
        a_claim(external_id="CLM-2", lines=[NAMED]),
        a_claim(external_id="CLM-3", lines=[{"charge": {"external_id": "NONE"}}]),
    ]
    body = b"\n".join(orjson.dumps(claim) for claim in claims)
    headers = {"Content-Type": "application/x-ndjson"}

    answers = [await sandbox.http.post("/v1/claims/bulk", content=body, headers=headers) for _ in range(2)]

    told = [[orjson.loads(line) for line in answer.content.splitlines()] for answer in answers]
    assert [[one["status"] for one in lines] for lines in told] == [
        ["created", "invalid", "invalid"], ["exists", "invalid", "invalid"],
    ]  # fmt: skip
    assert [(one["errors"][0]["pointer"], one["errors"][0]["code"]) for one in told[0][1:]] == [
        ("/lines/0/charge", "charge_on_another_claim"), ("/lines/0/charge", "reference_unknown"),
    ]  # fmt: skip
    claim = (await sandbox.http.get(f"/v1/claims/{told[0][0]['claim_id']}")).json()
    assert (claim["charge_cents"], claim["balance_cents"]) == (15000, 15000)
    assert [line["line_control_number"][-4:] for line in claim["lines"]] == ["-001", "-002"]
    assert await postings(sandbox) == [("E01", 1100, 4000, 12000), ("E01", 1100, 4000, 3000)]
    await assert_books_balance(sandbox)
