"""A file of claims that ends early: none of the transaction's claims is taken in, and the whole file later is."""

from dataclasses import replace

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import Reference

# Relative, because the tests are not on the import path.
from ..x12 import claims_837 as x12  # noqa: TID252
from .conftest import Sandbox

HEADERS = {"Content-Type": "application/edi-x12"}


def a_file() -> bytes:
    billing = replace(x12.a_claim().billing_provider, id="1234567893", references=(Reference("EI", "420000001"),))
    claims = [x12.a_claim(billing_provider=billing, patient_control_number=f"ACCT-{n}") for n in (1, 2)]
    return x12.written([build_claim(claim) for claim in claims])


async def upload(sandbox: Sandbox, content: bytes) -> tuple[str, list[str], dict[str, int]]:
    answer = await sandbox.http.post("/v1/edi/files", params={"purpose": "submit"}, content=content, headers=HEADERS)
    assert answer.status_code == 201, answer.text
    [transaction] = answer.json()["interchanges"][0]["groups"][0]["transactions"]
    return transaction["state"], [finding["code"] for finding in transaction["findings"]], transaction["counts"]


async def test_a_transaction_without_its_end_takes_in_no_claim(sandbox: Sandbox) -> None:
    whole = a_file()
    cut = whole[: whole.rindex(b"DTP*472")]

    state, codes, counts = await upload(sandbox, cut)

    assert (state, counts) == ("rejected", {"claims": 2})
    assert {"transaction_cut_off", "transaction_trailer_missing"} <= set(codes)
    assert (await sandbox.http.get("/v1/claims")).json()["items"] == []

    state, _, counts = await upload(sandbox, whole)

    assert (state, counts["created"]) == ("processed", 2)
