"""Charges that come before their claim: what they post, what a change does, what is refused."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from claims_api.access.queries import subjects_of_patient

from ..remittances.books import INVARIANTS  # noqa: TID252
from .conftest import Sandbox, a_claim

pytestmark = pytest.mark.usefixtures("patient")

PATH = "/v1/charges/by-external-id/CHG-1"


def a_charge(**changes: Any) -> dict[str, Any]:
    """120.00 for a covered patient."""
    return {
        "patient": {"external_id": "PAT-1"},
        "rendering_provider": {"external_id": "PRV-1"},
        "place_of_service": "11",
        "procedure_code": "G0463",
        "charge_cents": 12000,
        "service_from": "2026-11-02",
        "diagnoses": ["E119"],
        **changes,
    }


async def rows(sandbox: Sandbox, query: str, *arguments: Any) -> list[Any]:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetch(query, sandbox.practice_id, *arguments)


async def postings(sandbox: Sandbox) -> list[tuple[str, int, int, int]]:
    """(event, debit, credit, cents) in the order they were made."""
    found = await rows(
        sandbox,
        "SELECT p.entry, p.debit_account, p.credit_account, p.amount_cents FROM claims.posting p "
        "WHERE p.practice_id = $1 ORDER BY p.journal_id, p.n",
    )
    return [tuple(row) for row in found]


async def assert_books_balance(sandbox: Sandbox) -> None:
    for name, query in INVARIANTS.items():
        assert not await rows(sandbox, query), name


async def events(sandbox: Sandbox) -> Counter[str]:
    return Counter(row["type"] for row in await rows(sandbox, "SELECT type FROM claims.outbox WHERE practice_id = $1"))


async def test_a_covered_charge_is_owed_by_the_payer_from_the_first_second(sandbox: Sandbox) -> None:
    answer = await sandbox.http.put(PATH, json=a_charge())

    assert answer.status_code == 201, answer.text
    charge = answer.json()
    assert (charge["balance_cents"], charge["insurance_cents"], charge["patient_cents"]) == (12000, 12000, 0)
    assert (charge["claim_id"], charge["replaces"], charge["voided_at"]) == (None, None, None)
    assert await postings(sandbox) == [("E01", 1100, 4000, 12000)]
    assert await events(sandbox) == {"charge.posted": 1}
    await assert_books_balance(sandbox)


@pytest.mark.parametrize(
    ("coverage_dates", "entry", "account"),
    [
        ({"starts_on": "2026-11-02"}, "E01", 1100),
        ({"starts_on": "2026-11-03"}, "E02", 1115),
        ({"ends_on": "2026-11-02"}, "E01", 1100),
        ({"ends_on": "2026-11-01"}, "E02", 1115),
    ],
)
async def test_the_coverage_must_hold_on_the_service_date_or_the_guarantor_owes(
    sandbox: Sandbox, coverage_dates: dict[str, str], entry: str, account: int
) -> None:
    coverage = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-PRAIRIE"},
        "member_id": "TEST-PAID",
        **coverage_dates,
    }
    await sandbox.put("/v1/coverages/by-external-id/COV-1", coverage)

    await sandbox.put(PATH, a_charge())

    assert await postings(sandbox) == [(entry, account, 4000, 12000)]
    await assert_books_balance(sandbox)


async def test_the_same_facts_again_change_nothing_and_are_answered_the_same(sandbox: Sandbox) -> None:
    first = await sandbox.http.put(PATH, json=a_charge())

    again = await sandbox.http.put(PATH, json=a_charge())

    assert (again.status_code, again.json()) == (200, first.json())
    assert await postings(sandbox) == [("E01", 1100, 4000, 12000)]
    assert await events(sandbox) == {"charge.posted": 1}


async def test_a_document_reference_changes_in_place_and_moves_no_money(sandbox: Sandbox) -> None:
    first = await sandbox.put(PATH, a_charge())

    changed = await sandbox.put(PATH, a_charge(documentation_ref="note-7", ordering_provider={"external_id": "PRV-1"}))

    assert (changed["id"], changed["documentation_ref"]) == (first["id"], "note-7")
    assert len(await postings(sandbox)) == 1


@pytest.mark.parametrize(
    ("change", "cents"),
    [
        ({"charge_cents": 15000}, 15000),
        ({"procedure_code": "G0008"}, 12000),
        ({"units": "2"}, 12000),
        ({"service_from": "2026-11-01"}, 12000),
        ({"modifiers": ["25"]}, 12000),
    ],
)
async def test_a_fact_of_money_voids_the_charge_and_posts_another(
    sandbox: Sandbox, change: dict[str, Any], cents: int
) -> None:
    first = await sandbox.put(PATH, a_charge())

    second = await sandbox.put(PATH, a_charge(**change))

    assert second["id"] != first["id"]
    assert (second["replaces"]["id"], second["replaces"]["charge_cents"]) == (first["id"], 12000)
    assert await postings(sandbox) == [
        ("E01", 1100, 4000, 12000), ("E03", 4000, 1100, 12000), ("E01", 1100, 4000, cents),
    ]  # fmt: skip
    old = (await sandbox.http.get(f"/v1/charges/{first['id']}")).json()
    assert (old["voided_at"] is not None, old["balance_cents"], old["external_id"]) == (True, 0, "CHG-1")
    assert (await sandbox.http.get(PATH)).json() == second
    assert (await sandbox.http.put(PATH, json=a_charge(**change))).json() == second
    assert await events(sandbox) == {"charge.posted": 2, "charge.voided": 1}
    await assert_books_balance(sandbox)


async def test_a_charge_of_another_patient_is_owed_by_that_patient(sandbox: Sandbox) -> None:
    await sandbox.put("/v1/patients/by-external-id/PAT-2", {"last_name": "Uninsured", "birth_date": "1990-01-02"})
    await sandbox.put(PATH, a_charge())

    moved = await sandbox.put(PATH, a_charge(patient={"external_id": "PAT-2"}))

    assert (moved["insurance_cents"], moved["patient_cents"]) == (0, 12000)
    assert [entry for entry, *_ in await postings(sandbox)] == ["E01", "E03", "E02"]
    await assert_books_balance(sandbox)


async def test_a_charge_of_nothing_posts_nothing(sandbox: Sandbox) -> None:
    free = await sandbox.put(PATH, a_charge(charge_cents=0))
    assert await postings(sandbox) == []

    priced = await sandbox.put(PATH, a_charge(charge_cents=1))

    assert priced["replaces"]["id"] == free["id"]
    assert await postings(sandbox) == [("E01", 1100, 4000, 1)]
    await assert_books_balance(sandbox)


async def test_a_charge_that_was_paid_on_keeps_its_amount_until_the_money_is_taken_off(sandbox: Sandbox) -> None:
    charge = await sandbox.put(PATH, a_charge())
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await connection.execute(
            "UPDATE claims.ar_balance SET balance_cents = 11999 WHERE practice_id = $1 AND charge_id = $2",
            sandbox.practice_id,
            charge["id"],
        )

    refused = await sandbox.http.put(PATH, json=a_charge(charge_cents=15000))

    assert (refused.status_code, refused.json()["code"]) == (409, "charge_moved")
    assert len(await postings(sandbox)) == 1


async def test_the_charge_of_an_unsent_claim_changes_with_the_claim(sandbox: Sandbox) -> None:
    body = a_claim()
    body["lines"][0]["external_id"] = "CHG-1"
    claim = (await sandbox.http.post("/v1/claims", json=body)).json()

    changed = await sandbox.put(PATH, a_charge(charge_cents=15000))

    assert (changed["claim_id"], changed["balance_cents"]) == (claim["id"], 15000)
    now = (await sandbox.http.get(f"/v1/claims/{claim['id']}")).json()
    assert (now["charge_cents"], now["balance_cents"], now["lines"][0]["charge_id"]) == (33000, 33000, changed["id"])
    proof = (await sandbox.http.get(f"/v1/ledger/proofs?claim_id={claim['id']}")).json()
    assert proof["holds"], proof
    await assert_books_balance(sandbox)


async def test_diagnoses_of_a_charge_on_a_claim_are_the_claims(sandbox: Sandbox) -> None:
    body = a_claim()
    body["lines"][0]["external_id"] = "CHG-1"
    await sandbox.http.post("/v1/claims", json=body)

    refused = await sandbox.http.put(PATH, json=a_charge(diagnoses=["I10"]))

    assert (refused.status_code, refused.json()["code"]) == (409, "charge_on_claim")


async def test_a_sent_charge_is_corrected_through_its_claim(sandbox: Sandbox) -> None:
    body = a_claim()
    body["lines"][0]["external_id"] = "CHG-1"
    claim = (await sandbox.http.post("/v1/claims", json=body)).json()
    sent = await sandbox.http.post(f"/v1/claims/{claim['id']}/submit")
    assert sent.status_code == 200, sent.text

    refused = await sandbox.http.put(PATH, json=a_charge(charge_cents=15000))
    same = await sandbox.http.put(PATH, json=a_charge())

    assert (refused.status_code, refused.json()["code"]) == (409, "charge_billed")
    assert f"/v1/claims/{claim['id']}/correct" in refused.json()["suggestion"]
    assert same.status_code == 200
    await assert_books_balance(sandbox)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"patient": {"external_id": "NOBODY"}}, "/patient", "reference_unknown"),
        ({"encounter": {"external_id": "NONE"}}, "/encounter", "reference_unknown"),
        ({"service_from": "2027-11-02"}, "/service_from", "service_in_future"),
        ({"diagnosis_pointers": [2]}, "", "diagnosis_pointer_invalid"),
        ({"procedure_code": None}, "", "code_missing"),
    ],
)
async def test_an_impossible_charge_is_refused_with_its_field(
    sandbox: Sandbox, change: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await sandbox.http.put(PATH, json=a_charge(**change))

    assert refused.status_code == 422, refused.text
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in refused.json()["errors"]]
    assert await postings(sandbox) == []


async def test_of_two_that_come_at_once_one_posts(sandbox: Sandbox) -> None:
    answers = await asyncio.gather(*(sandbox.http.put(PATH, json=a_charge()) for _ in range(4)))

    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert await postings(sandbox) == [("E01", 1100, 4000, 12000)]


async def test_who_looked_at_a_charge_is_told_to_its_patient(sandbox: Sandbox) -> None:
    charge = await sandbox.put(PATH, a_charge())

    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        named = await subjects_of_patient(connection, sandbox.practice_id, UUID(charge["patient_id"]))

    assert UUID(charge["id"]) in named
