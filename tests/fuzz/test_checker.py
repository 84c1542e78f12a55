"""What the files are checked with notices a claim posted in part and a refusal that does not say why."""

from typing import Any

import asyncpg
import pytest

from ..chaos.files import make_files  # noqa: TID252
from ..support.claims_stack import look_at, upload  # noqa: TID252
from .conftest import Sandbox
from .verify import PLACES, transactions, wrong_with

# By hand, and what is noticed. $1 the practice.
BROKEN = {
    "a claim with its payment left out": (
        (
            "DELETE FROM claims.posting WHERE practice_id = $1 AND entry = 'E04' AND journal_id = "
            "(SELECT journal_id FROM claims.posting WHERE practice_id = $1 AND entry = 'E04' LIMIT 1)"
        ),
        "half posted claim",
    ),
    "held money one cent short": (
        "UPDATE claims.posting SET amount_cents = amount_cents - 1 WHERE practice_id = $1 AND entry = 'E46'",
        "half posted payment",
    ),
    "a payment that waits and has posted": (
        "UPDATE claims.remittance SET state = 'queued' WHERE practice_id = $1",
        "half posted payment",
    ),
    "a claim that is held and has posted": (
        (
            "UPDATE claims.remittance_claim SET state = 'held', hold_reason = 'no_match' "
            "WHERE practice_id = $1 AND state = 'posted'"
        ),
        "half posted claim",
    ),
}


async def test_the_checker_notices_what_is_posted_in_part(sandbox: Sandbox) -> None:
    files = make_files(0)
    await upload(sandbox.http, files.claims_837, purpose="already_submitted")
    taken = [(await upload(sandbox.http, content)).json() for content in files.remittances.values()]
    connection = await asyncpg.connect(sandbox.urls.admin)
    try:
        await look_at(connection, sandbox.practice_id)
        assert await all_wrong(connection, sandbox, taken) == []
        for name, (statement, notice) in BROKEN.items():
            broken = connection.transaction()
            await broken.start()
            await connection.execute(statement, sandbox.practice_id)
            found = await all_wrong(connection, sandbox, taken)
            await broken.rollback()
            assert any(line.startswith(notice) for line in found), name
    finally:
        await connection.close()


async def all_wrong(connection: Any, sandbox: Sandbox, files: list[dict[str, Any]]) -> list[str]:
    found = await wrong_with(connection, sandbox.practice_id, files)
    return [line for lines in found.values() for line in lines]


@pytest.mark.parametrize("change", [{"code": ""}, {"text": ""}, {"severity": "warning"}, dict.fromkeys(PLACES)])
async def test_the_checker_notices_a_refusal_without_its_reason_or_place(
    sandbox: Sandbox, change: dict[str, Any]
) -> None:
    off_by_much = next(iter(make_files(0).remittances.values())).replace(b"*C*ACH*", b"9*C*ACH*")
    file = (await upload(sandbox.http, off_by_much)).json()
    assert {transaction["state"] for transaction in transactions(file)} == {"queued"}
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        assert await all_wrong(connection, sandbox, [file]) == []
        for transaction in transactions(file):
            transaction["findings"] = [_changed(finding, change) for finding in transaction["findings"]]
        assert len(await all_wrong(connection, sandbox, [file])) == len(transactions(file))


def _changed(finding: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in (finding | change).items() if part is not None}
