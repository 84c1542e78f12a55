"""A charge that should not be there is taken back with a reason, unless a claim bills it or money was posted to it."""

import pytest

from .conftest import Sandbox, a_claim
from .test_charges import PATH, a_charge, assert_books_balance, events, postings, rows

pytestmark = pytest.mark.usefixtures("patient")

SAID = {"reason": "not_performed", "note": "The patient left before it."}


async def test_a_charge_that_was_not_performed_is_taken_back_once_and_its_name_is_free_again(sandbox: Sandbox) -> None:
    charge = await sandbox.put(PATH, a_charge())
    path = f"/v1/charges/{charge['id']}/void"
    keyed = {"Idempotency-Key": "VOID-1"}

    first = await sandbox.http.post(path, json=SAID, headers=keyed)
    again = await sandbox.http.post(path, json=SAID, headers=keyed)
    twice = await sandbox.http.post(path, json=SAID)
    anew = await sandbox.http.put(PATH, json=a_charge(charge_cents=100))

    voided = first.json()
    assert (first.status_code, voided["balance_cents"], voided["void_reason"]) == (200, 0, "not_performed")
    assert (again.json(), twice.json()["code"], anew.status_code) == (voided, "charge_voided", 201)
    assert await postings(sandbox) == [
        ("E01", 1100, 4000, 12000), ("E03", 4000, 1100, 12000), ("E01", 1100, 4000, 100),
    ]  # fmt: skip
    [why] = await rows(sandbox, "SELECT reason FROM claims.journal WHERE practice_id = $1 AND kind = 'charge_voided'")
    assert why["reason"] == SAID["note"]
    assert (await events(sandbox))["charge.voided"] == 1
    await assert_books_balance(sandbox)


async def test_a_charge_that_a_claim_bills_is_voided_only_after_its_claim(sandbox: Sandbox) -> None:
    charge = await sandbox.put(PATH, a_charge())
    claim = (await sandbox.http.post("/v1/claims", json=a_claim(lines=[{"charge": {"external_id": "CHG-1"}}]))).json()
    path = f"/v1/charges/{charge['id']}/void"

    refused = await sandbox.http.post(path, json=SAID)
    await rows(
        sandbox,
        "UPDATE claims.claim SET submission_state = 'voided', sent_on = '2026-11-03' "
        "WHERE practice_id = $1 RETURNING 1",
    )
    accepted = await sandbox.http.post(path, json=SAID)

    assert (refused.status_code, refused.json()["code"]) == (409, "charge_billed")
    assert refused.json()["existing"] == f"/v1/claims/{claim['id']}"
    assert accepted.json()["balance_cents"] == 0
    await assert_books_balance(sandbox)
