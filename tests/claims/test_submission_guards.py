"""What may not go out stays here, is named, and keeps nothing from the other claims."""

import os
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ar_shared.platform.database import Connection
from claims_api.clearinghouse import DropFolder, OutgoingFile
from claims_api.submissions.trading_partner import ClearinghouseNotSetError, trading_partner

from .conftest import Sandbox, a_claim

pytestmark = pytest.mark.usefixtures("patient")

OWN_NAMES = {
    "sender_id": "JUNIPER01",
    "sender_phone": "5635550142",
    "receiver_id": "CLEARING",
    "receiver_name": "CLEARING HOUSE",
}


EMPTIED = 'UPDATE claims.claim SET coverage_snapshot = coverage_snapshot || \'{{"{}": ""}}\' WHERE practice_id = $1'
IMAGE = '{"version": "004010X098A1", "type": "P", "header": {"HEADER": []}, "claim": {"2300": []}'
IN_4010 = (
    f'UPDATE claims.claim_version SET image = \'{IMAGE}, "billing": null, "subscriber": null, "patient": null}}\' '
    "WHERE practice_id = $1"
)


async def made(sandbox: Sandbox, n: int) -> dict[str, Any]:
    answer = await sandbox.http.post("/v1/claims", json=a_claim(external_id=f"CLM-{n}"))
    assert answer.status_code == 201, answer.text
    claim: dict[str, Any] = answer.json()
    return claim


async def without_diagnoses(sandbox: Sandbox, claim: dict[str, Any], diagnoses: str = "{}") -> None:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await connection.execute(
            f"UPDATE claims.claim SET diagnoses = '{diagnoses}' WHERE practice_id = $1 AND id = $2",
            sandbox.practice_id,
            UUID(claim["id"]),
        )


async def read(sandbox: Sandbox, claim: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await sandbox.http.get(f"/v1/claims/{claim['id']}")).json()
    return found


async def sent_text(sandbox: Sandbox, submission: dict[str, Any]) -> str:
    return (await sandbox.http.get(f"/v1/edi/files/{submission['file_id']}/content")).text


async def test_a_claim_that_cannot_be_written_is_held_with_the_reason_and_the_others_go_out(sandbox: Sandbox) -> None:
    good, bad = await made(sandbox, 1), await made(sandbox, 2)
    await without_diagnoses(sandbox, bad)

    answer = (await sandbox.http.post("/v1/submissions", json={})).json()

    assert [file["claim_count"] for file in answer["submissions"]] == [1]
    [held] = answer["held"]
    assert (held["claim_id"], [blocker["code"] for blocker in held["blockers"]]) == (
        bad["id"],
        ["diagnosis_count", "pointer_without_diagnosis"],
    )
    assert ((await read(sandbox, good))["submission_state"], (await read(sandbox, good))["blockers"]) == ("sent", [])
    kept = await read(sandbox, bad)
    assert (kept["submission_state"], kept["display_status"]) == ("held", "on_hold")
    assert set(kept["blockers"][0]) == {"code", "text", "since", "cleared_by"}


async def test_a_named_claim_that_cannot_be_written_refuses_the_request_and_holds_nothing(sandbox: Sandbox) -> None:
    good, bad = await made(sandbox, 1), await made(sandbox, 2)
    await without_diagnoses(sandbox, bad)

    body = {"select": "named", "claim_ids": [good["id"], bad["id"]]}
    answer = await sandbox.http.post("/v1/submissions", json=body)

    assert (answer.status_code, answer.json()["detail"]) == (422, f"claim {bad['id']} cannot be written")
    assert [error["code"] for error in answer.json()["errors"]] == ["diagnosis_count", "pointer_without_diagnosis"]
    assert [(await read(sandbox, claim))["submission_state"] for claim in (good, bad)] == ["ready", "ready"]


async def test_a_hold_is_lifted_when_what_was_missing_is_there_and_not_before(sandbox: Sandbox) -> None:
    claim = await made(sandbox, 1)
    await without_diagnoses(sandbox, claim)
    await sandbox.http.post("/v1/submissions", json={})

    early = (await sandbox.http.post(f"/v1/claims/{claim['id']}/release")).json()
    assert (early["submission_state"], early["blockers"][0]["code"]) == ("held", "diagnosis_count")
    await without_diagnoses(sandbox, claim, "{E119}")
    released = (await sandbox.http.post(f"/v1/claims/{claim['id']}/release")).json()
    assert (released["submission_state"], released["blockers"]) == ("ready", [])

    again = await sandbox.http.post(f"/v1/claims/{claim['id']}/release")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE claims.billing_entity SET npis = '{}' WHERE practice_id = $1", "billing_npi_missing"),
        ("UPDATE claims.billing_entity SET tin = '' WHERE practice_id = $1", "billing_tax_id_missing"),
        (
            "UPDATE claims.billing_entity SET address = address - 'city' WHERE practice_id = $1",
            "billing_address_missing",
        ),
        (EMPTIED.format("member_id"), "member_id_missing"),
        (EMPTIED.format("payer_identifier"), "payer_id_missing"),
        ("UPDATE claims.patient SET last_name = '' WHERE practice_id = $1", "patient_name_missing"),
        (IN_4010, "guide_version_not_written"),
    ],
)
async def test_what_the_file_must_say_is_asked_for_by_name(sandbox: Sandbox, change: str, code: str) -> None:
    await made(sandbox, 1)
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await connection.execute(change, sandbox.practice_id)

    answer = (await sandbox.http.post("/v1/submissions", json={})).json()

    assert answer["submissions"] == []
    assert [blocker["code"] for blocker in answer["held"][0]["blockers"]] == [code]


async def test_a_claim_says_what_its_coverage_said_when_it_was_made(sandbox: Sandbox) -> None:
    coverage = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-PRAIRIE"},
        "member_id": "MEMBER-OLD",
        "group_number": "GROUP-OLD",
        "relation": "01",
        "subscriber": {"last_name": "Oldname", "first_name": "Sub"},
    }
    await sandbox.put("/v1/coverages/by-external-id/COV-1", coverage)
    await made(sandbox, 1)
    later = {"member_id": "MEMBER-NEW", "group_number": "GROUP-NEW", "subscriber": {"last_name": "Newname"}}
    await sandbox.put("/v1/coverages/by-external-id/COV-1", {**coverage, **later})

    [submission] = (await sandbox.http.post("/v1/submissions", json={})).json()["submissions"]

    text = await sent_text(sandbox, submission)
    assert "SBR*P**GROUP-OLD" in text
    assert "NM1*IL*1*Oldname*Sub****MI*MEMBER-OLD~" in text
    assert "NEW" not in text.upper().replace("RENEW", "")


def test_a_production_practice_never_sends_under_the_names_of_the_simulator() -> None:
    with pytest.raises(ClearinghouseNotSetError, match="sender_id, sender_phone, receiver_id, receiver_name"):
        trading_partner(7, "Clinic", "production", {})
    with pytest.raises(ClearinghouseNotSetError, match="not set: receiver_id"):
        trading_partner(7, "Clinic", "production", {"clearinghouse": {**OWN_NAMES, "receiver_id": ""}})

    own = trading_partner(7, "Clinic", "production", {"clearinghouse": OWN_NAMES})
    assert (own.sender_id, own.receiver_id, own.usage) == ("JUNIPER01", "CLEARING", "P")
    assert trading_partner(7, "Clinic", "sandbox", {}).receiver_id == "LWSIM"


def a_file(submission_id: UUID | None = None, content: bytes = b"ISA*00~") -> OutgoingFile:
    return OutgoingFile(7, submission_id or uuid4(), "CLEARING", "000000001", content)


NO_CONNECTION: Connection = None  # type: ignore[assignment]  # a folder keeps nothing in the database


async def test_a_file_is_laid_down_once_though_the_agent_took_it_away_before_the_repeat(tmp_path: Path) -> None:
    folder, file = DropFolder(tmp_path), a_file()
    await folder.deliver(file, NO_CONNECTION)
    [laid] = (tmp_path / "7" / "out").iterdir()
    assert (laid.name, laid.read_bytes()) == (f"CLEARING-000000001-{file.submission_id}.837", b"ISA*00~")
    laid.unlink()

    await folder.deliver(file, NO_CONNECTION)

    assert list((tmp_path / "7" / "out").iterdir()) == []


@pytest.mark.parametrize("stopped_at", ["replace", "touch", "fsync"])
async def test_an_attempt_that_stopped_half_way_is_finished_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    folder, file = DropFolder(tmp_path), a_file()

    def stop(*_: object) -> None:
        raise OSError("no power")

    with monkeypatch.context() as broken:
        broken.setattr(os if stopped_at == "fsync" else Path, stopped_at, stop)
        with pytest.raises(OSError, match="no power"):
            await folder.deliver(file, NO_CONNECTION)
    assert list((tmp_path / "7").glob("out/*")) == []

    for _ in range(2):
        await folder.deliver(file, NO_CONNECTION)

    [laid] = (tmp_path / "7" / "out").iterdir()
    assert laid.read_bytes() == b"ISA*00~"


async def test_two_files_with_one_interchange_number_do_not_overwrite_each_other(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    for content in (b"ONE", b"TWO"):
        await folder.deliver(a_file(content=content), NO_CONNECTION)

    assert {path.read_bytes() for path in (tmp_path / "7" / "out").iterdir()} == {b"ONE", b"TWO"}
