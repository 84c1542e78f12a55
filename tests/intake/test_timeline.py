"""The story of a claim: everything in one list, in the order in which it became known."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ar_shared.kernel.ids import uuid7
from claims_api.acknowledgements.apply_claim_ack import apply_claim_ack
from claims_api.acknowledgements.apply_functional_ack import apply_functional_ack
from claims_api.events.sequence_events import sequence_events

from .conftest import Sandbox
from .test_acknowledgements import a_group, a_set, a_source, an_answer
from .world import NOW, acting_at, event_types, rows, sent_claims

pytestmark = pytest.mark.usefixtures("patient")

SECRET = "CANARY-NOTE"


async def timeline(sandbox: Sandbox, claim_id: str) -> list[dict[str, Any]]:
    answer = await sandbox.http.get(f"/v1/claims/{claim_id}/timeline")
    assert answer.status_code == 200, answer.text
    assert answer.json()["claim_id"] == claim_id
    entries: list[dict[str, Any]] = answer.json()["entries"]
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    return entries


def of_kind(entries: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in entries if entry["kind"] == kind]


async def a_remittance(sandbox: Sandbox, claim_id: str) -> UUID:
    """Rows as posting leaves them: the payment, the claim in it, and a denial case."""
    found = uuid7()
    await rows(
        sandbox,
        "INSERT INTO claims.remittance (practice_id, id, payer_key, payee_key, trace_number, method, handling, "
        "payment_cents, claims_paid_cents, provider_adjustment_cents, held_cents, content_hash, state, findings, "
        "claim_count, header, counts, entry, difference_cents, difference_resolved_cents, row_version, received_at) "
        "VALUES ($1, $2, 'P', 'U', "
        "'TRACE1', 'ACH', 'I', 100, 100, 0, 0, '\\x00', 'posted', '[]', 1, '{}', '{}', 'edi', 0, 0, 1, $3)",
        found,
        NOW + timedelta(hours=3),
    )
    await rows(
        sandbox,
        "INSERT INTO claims.remittance_claim (practice_id, remittance_id, n, claim_id, state, outcome, out_of_order, "
        "patient_control_number, clp_status, charge_cents, paid_cents, adjustment_cents, remark_codes, row_version) "
        "VALUES ($1, $2, 1, $3, 'posted', 'partially_denied', false, 'PCN', '1', 30000, 100, 29900, '{}', 1)",
        found,
        UUID(claim_id),
    )
    await rows(
        sandbox,
        "INSERT INTO claims.denial_case (practice_id, id, claim_id, payer_id, remittance_id, remittance_claim_n, "
        "remittance_line_n, group_code, carc, rarcs, category, owner, recommended_action, route_reason, preventable, "
        "appeal_path, denied_cents, recovered_cents, state, remitted_on, opened_on, row_version, created_at, "
        "updated_at) SELECT $1, $3, c.id, c.payer_id, $2, 1, 1, 'CO', '16', '{}', 'coding', 'biller', 'none', 'x', "
        "false, 'none', 29900, 0, 'new', '2026-11-24', '2026-11-24', 1, $5, $5 FROM claims.claim c "
        "WHERE c.practice_id = $1 AND c.id = $4",
        found,
        uuid7(),
        UUID(claim_id),
        NOW + timedelta(hours=3),
    )
    return found


async def test_a_claim_tells_its_whole_story_in_order(sandbox: Sandbox) -> None:
    submission, [claim] = await sent_claims(sandbox)
    number = claim["patient_control_number"]
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        who = acting_at(sandbox, NOW + timedelta(hours=1))
        await apply_functional_ack(connection, who, a_group("A", a_set("A")), None, None)
        who = acting_at(sandbox, NOW + timedelta(hours=2))
        await apply_claim_ack(connection, who, [a_source(an_answer(number, "A2:20", payer_number="P1"))], None, None)
    remittance = await a_remittance(sandbox, claim["id"])
    await sequence_events(sandbox.database, sandbox.practice_id)

    entries = await timeline(sandbox, claim["id"])

    [sent] = of_kind(entries, "sent")
    assert (sent["link"], sent["on"], sent["data"]["version"]) == (f"/v1/submissions/{submission}", "2026-11-24", 1)
    assert sent["data"]["interchange_control"] == "000000001"
    answers = [
        (entry["data"]["answer"], entry["data"]["hop"], entry["data"]["outcome"])
        for entry in of_kind(entries, "acknowledgement")
    ]
    assert answers == [("999", "receiver", "accepted"), ("277CA", "payer", "accepted")]
    [paid] = of_kind(entries, "remittance")
    assert (paid["link"], paid["data"]["paid_cents"]) == (f"/v1/remittances/{remittance}", 100)
    [denied] = of_kind(entries, "denial")
    assert (denied["data"]["carc"], denied["data"]["denied_cents"], denied["link"][:12]) == (
        "16",
        29900,
        "/v1/denials/",
    )
    journals = {entry["data"]["journal"]: entry["data"]["movements"] for entry in of_kind(entries, "journal")}
    assert journals == {
        "charge": [{"entry": "E01", "debit_account": 1100, "credit_account": 4000, "amount_cents": 30000}],
        "first_bill": [{"entry": "E47", "debit_account": 1100, "credit_account": 1100, "amount_cents": 30000}],
    }
    told = [entry["data"]["type"] for entry in of_kind(entries, "event")]
    assert sorted(told) == ["claim.acknowledged", "claim.acknowledged", "claim.created", "claim.submitted"]
    kinds = [entry["kind"] for entry in entries if entry["at"].startswith("2026-11-24T18")]
    assert kinds == ["remittance", "denial"]


async def test_an_answer_to_another_transaction_of_the_file_is_another_claims_story(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await apply_functional_ack(connection, acting_at(sandbox), a_group("A"), None, None)
    await rows(sandbox, "UPDATE claims.submission_claim SET transaction_control = '0002' WHERE practice_id = $1")

    assert of_kind(await timeline(sandbox, claim["id"]), "acknowledgement") == []


async def test_a_note_is_signed_told_and_kept(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)

    answer = await sandbox.http.post(f"/v1/claims/{claim['id']}/notes", json={"text": f" {SECRET} "})

    assert answer.status_code == 201, answer.text
    note = answer.json()
    assert (note["text"], note["actor_id"], note["actor_kind"]) == (SECRET, "sandbox", "client")
    [entry] = of_kind(await timeline(sandbox, claim["id"]), "note")
    assert entry["data"] == {"note_id": note["id"], "text": SECRET, "actor_id": "sandbox", "actor_kind": "client"}
    assert await event_types(sandbox) == ["note.added"]
    assert SECRET not in str(await rows(sandbox, "SELECT data FROM claims.outbox WHERE practice_id = $1"))


async def test_a_repeated_note_is_written_once(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    path, key = f"/v1/claims/{claim['id']}/notes", {"Idempotency-Key": "note-1"}
    first = await sandbox.http.post(path, json={"text": "Called."}, headers=key)

    again = await sandbox.http.post(path, json={"text": "Called."}, headers=key)
    other = await sandbox.http.post(path, json={"text": "Wrote."}, headers=key)

    assert (again.status_code, again.content, again.headers["Idempotency-Replayed"]) == (201, first.content, "true")
    assert other.status_code == 422
    assert len(of_kind(await timeline(sandbox, claim["id"]), "note")) == 1


@pytest.mark.parametrize("text", ["", " ", "x" * 4001, "a\x00b"])
async def test_a_note_that_is_none_is_refused(sandbox: Sandbox, text: str) -> None:
    _, [claim] = await sent_claims(sandbox)

    assert (await sandbox.http.post(f"/v1/claims/{claim['id']}/notes", json={"text": text})).status_code == 422


async def test_a_claim_that_is_not_there_has_no_story_and_takes_no_note(sandbox: Sandbox) -> None:
    nowhere = f"/v1/claims/{uuid7()}"

    read = await sandbox.http.get(f"{nowhere}/timeline")
    written = await sandbox.http.post(f"{nowhere}/notes", json={"text": "x"})

    assert (read.status_code, written.status_code) == (404, 404)
    assert await event_types(sandbox) == []


async def test_reading_and_writing_leave_an_access_row_each(sandbox: Sandbox) -> None:
    _, [claim] = await sent_claims(sandbox)
    await timeline(sandbox, claim["id"])
    await sandbox.http.post(f"/v1/claims/{claim['id']}/notes", json={"text": "x"})

    kept = await rows(
        sandbox,
        "SELECT entry->>'operation', entry->>'action', entry->>'subject_id' FROM claims.access_log_pending "
        "WHERE practice_id = $1 AND entry->>'operation' IN ('readClaimTimeline', 'addClaimNote') ORDER BY id",
    )
    assert [tuple(row) for row in kept] == [
        ("readClaimTimeline", "view", claim["id"]),
        ("addClaimNote", "change", claim["id"]),
    ]
