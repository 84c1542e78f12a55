"""Papers: what they are, whose bytes they are, what they belong to."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ar_shared.kernel.errors import ServiceUnavailableError
from claims_api.document_storage import DatabaseStorage, DocumentStorage, FolderStorage
from claims_api.documents.domain import MAX_BYTES

from .conftest import Sandbox, a_claim

SCAN = b"%PDF-1.7 a scan"
DIGEST = hashlib.sha256(SCAN)
PDF = {"Content-Type": "application/pdf"}


def an_eob(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "eob",
        "media_type": "application/pdf",
        "sha256": DIGEST.hexdigest(),
        "received_on": "2026-11-20",
        "source": "lockbox",
        **changes,
    }


async def bring(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    return await sandbox.put("/v1/documents/by-external-id/DOC-1", an_eob(**changes))


async def test_the_bytes_come_back_as_they_were_sent_and_are_an_attachment(sandbox: Sandbox) -> None:
    made = await bring(sandbox)
    content = f"/v1/documents/{made['id']}/content"
    assert (await sandbox.http.get(content)).status_code == 404, "they have not come yet"

    stored = await sandbox.http.put(content, content=SCAN, headers=PDF)
    again = await sandbox.http.put(content, content=SCAN, headers=PDF)
    read = await sandbox.http.get(content)

    assert (stored.status_code, stored.json()["size_bytes"]) == (200, len(SCAN))
    assert again.json()["stored_at"] == stored.json()["stored_at"]
    assert (read.content, read.headers["content-type"]) == (SCAN, "application/pdf")
    assert read.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        (SCAN + b"!", PDF, "sha256_differs"),
        (SCAN, {"Content-Type": "image/png"}, "media_type_differs"),
    ],
)
async def test_other_bytes_than_announced_are_refused(
    sandbox: Sandbox, content: bytes, headers: dict[str, str], code: str
) -> None:
    made = await bring(sandbox)

    answer = await sandbox.http.put(f"/v1/documents/{made['id']}/content", content=content, headers=headers)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert (await sandbox.http.get(f"/v1/documents/{made['id']}")).json()["stored_at"] is None


async def test_stored_bytes_never_change_and_the_rest_may(sandbox: Sandbox) -> None:
    made = await bring(sandbox)
    await sandbox.http.put(f"/v1/documents/{made['id']}/content", content=SCAN, headers=PDF)

    held = await bring(sandbox, legal_hold=True, retain_until="2033-11-20")
    other = an_eob(sha256=hashlib.sha256(b"other").hexdigest())
    refused = await sandbox.http.put("/v1/documents/by-external-id/DOC-1", json=other)

    assert (held["id"], held["legal_hold"], held["retain_until"]) == (made["id"], True, "2033-11-20")
    assert (refused.status_code, refused.json()["code"]) == (409, "document_stored")


async def test_before_the_bytes_came_their_digest_may_be_corrected(sandbox: Sandbox) -> None:
    await bring(sandbox, sha256="00" * 32)

    assert (await bring(sandbox))["sha256"] == DIGEST.hexdigest()


async def test_a_document_is_listed_under_each_thing_that_it_belongs_to(
    sandbox: Sandbox, patient: dict[str, Any]
) -> None:
    claim = (await sandbox.http.post("/v1/claims", json=a_claim())).json()
    links = [{"kind": "claim", "id": claim["id"]}, {"kind": "patient", "id": patient["id"]}]
    made = await bring(sandbox, links=links)

    async def listed(kind: str, target: str) -> list[str]:
        answer = await sandbox.http.get("/v1/documents", params={"link_kind": kind, "link_id": target})
        return [item["id"] for item in answer.json()["items"]]

    assert await listed("claim", claim["id"]) == await listed("patient", patient["id"]) == [made["id"]]
    assert await listed("denial", claim["id"]) == []
    await bring(sandbox, links=links[:1])
    assert await listed("patient", patient["id"]) == []


async def test_a_link_to_nothing_is_refused_where_it_stands(sandbox: Sandbox, patient: dict[str, Any]) -> None:
    links = [{"kind": "patient", "id": patient["id"]}, {"kind": "claim", "id": patient["id"]}]

    answer = await sandbox.http.put("/v1/documents/by-external-id/DOC-1", json=an_eob(links=links))

    assert (answer.status_code, [e["pointer"] for e in answer.json()["errors"]]) == (422, ["/links/1/id"])


async def test_a_document_has_a_greatest_size(sandbox: Sandbox) -> None:
    made = await bring(sandbox)

    answer = await sandbox.http.put(f"/v1/documents/{made['id']}/content", content=b"0" * (MAX_BYTES + 1), headers=PDF)

    assert answer.status_code == 413


@pytest.mark.parametrize("kept_in", ["folder", "database"])
async def test_each_storage_keeps_bytes_by_digest_and_practice(sandbox: Sandbox, tmp_path: Path, kept_in: str) -> None:
    storage: DocumentStorage = FolderStorage(tmp_path) if kept_in == "folder" else DatabaseStorage()
    practice, number = UUID(str(sandbox.practice)), sandbox.practice_id
    async with sandbox.database.tenant_tx(number) as connection:
        for _ in range(2):
            await storage.put(connection, practice, number, DIGEST.digest(), SCAN)
        assert await storage.get(connection, practice, number, DIGEST.digest()) == SCAN
        with pytest.raises(ServiceUnavailableError):
            await storage.get(connection, practice, number, bytes(32))
        with pytest.raises(ServiceUnavailableError):
            await storage.get(connection, uuid4(), number + 1, DIGEST.digest())


async def test_a_folder_holds_whole_files_whose_names_say_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await FolderStorage(tmp_path).put(connection, sandbox.practice, 0, DIGEST.digest(), SCAN)

    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    digest = DIGEST.hexdigest()
    assert files == [f"{sandbox.practice}/{digest[:2]}/{digest}"]
