"""A claim that goes out, is decided and comes back, in the words of a biller."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

# Relative, because the tests are not on the import path.
from ..remittances.era import Clp, Era, Svc, era_bytes  # noqa: TID252
from .conftest import Sandbox, a_claim

PCCN = "ICN0001"


@dataclass
class Office:
    """One billing office and its claims, over HTTP."""

    sandbox: Sandbox
    traces: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        answer = await self.sandbox.http.request(method, path, **body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def claim(self, **changes: Any) -> dict[str, Any]:
        return await self.ask("POST", "/v1/claims", 201, json=a_claim(**changes))

    async def send(self) -> str:
        """All that is ready; the text of the one file."""
        answered = await self.ask("POST", "/v1/submissions", json={})
        assert answered["held"] == [], answered
        [submission] = answered["submissions"]
        answer = await self.sandbox.http.get(f"/v1/edi/files/{submission['file_id']}/content")
        return answer.text

    async def read(self, claim: dict[str, Any]) -> dict[str, Any]:
        return await self.ask("GET", f"/v1/claims/{claim['id']}")

    async def versions(self, claim: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask("GET", f"/v1/claims/{claim['id']}/versions"))["versions"]
        return found

    async def write(self, claim: dict[str, Any], verb: str, status: int = 201, **body: Any) -> dict[str, Any]:
        return await self.ask("POST", f"/v1/claims/{claim['id']}/{verb}", status, json={"reason": "asked", **body})

    async def pay(self, *claims: Clp, **changes: Any) -> dict[str, Any]:
        """A payment of these claims."""
        trace = f"TRC{len(self.traces):04d}"
        self.traces.append(trace)
        content = era_bytes(Era(claims, trace=trace, **changes))
        headers = {"Content-Type": "application/edi-x12"}
        made = await self.ask("POST", "/v1/edi/files", 201, content=content, headers=headers)
        [transaction] = [
            one for group in made["interchanges"] for part in group["groups"] for one in part["transactions"]
        ]
        found: dict[str, Any] = transaction
        return found

    async def take_back(self, clp: Clp) -> dict[str, Any]:
        """The payer reverses that decision; what it wants back is carried forward (PLB FB): no payment is below 0."""
        return await self.pay(reversed_(clp), plb=(("FB", f"-{clp.paid}"),))

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """$1 is the practice."""
        async with self.sandbox.database.tenant_tx(self.sandbox.practice_id) as connection:
            return await connection.fetch(query, self.sandbox.practice_id, *arguments)

    async def open(self, claim: dict[str, Any]) -> dict[int, int]:
        """Cents open or owed back of all charges the claim ever billed, by account."""
        found = await self.rows(
            "SELECT e.account, sum(e.amount_cents)::bigint FROM claims.ledger_entry e WHERE e.practice_id = $1 "
            "AND e.charge_id IN (SELECT l.charge_id FROM claims.claim_line l WHERE l.practice_id = $1 "
            "AND l.claim_id = $2) AND e.account IN (1100, 1110, 2020, 2030, 4000) GROUP BY 1 ORDER BY 1",
            UUID(claim["id"]),
        )
        return {row[0]: row[1] for row in found if row[1]}

    async def proofs_hold(self, claim: dict[str, Any]) -> None:
        proofs = await self.ask("GET", f"/v1/ledger/proofs?claim_id={claim['id']}")
        assert [proof for proof in proofs["proofs"] if not proof["holds"]] == []
        practice = await self.ask("GET", "/v1/ledger/proofs")
        assert [proof for proof in practice["proofs"] if not proof["holds"]] == []


def denied(claim: dict[str, Any], **changes: Any) -> Clp:
    """All three lines denied."""
    lines = tuple(_line(line, "0", f"CO-16 {_dollars(line)}") for line in claim["lines"])
    return Clp(claim["patient_control_number"], "300", "0", lines, icn=PCCN, **changes)


def paid(claim: dict[str, Any], **changes: Any) -> Clp:
    """Paid in full: 120, 30 and 150."""
    lines = tuple(_line(line, _dollars(line)) for line in claim["lines"])
    return Clp(claim["patient_control_number"], "300", "300", lines, icn=PCCN, **changes)


def _dollars(line: dict[str, Any]) -> str:
    return str(line["charge_cents"] // 100)


def _line(line: dict[str, Any], money: str, cas: str = "") -> Svc:
    return Svc(line["procedure_code"], _dollars(line), money, cas, number=line["line_control_number"])


def reversed_(clp: Clp) -> Clp:
    """The payer's 22 of that decision."""
    lines = tuple(
        Svc(one.code, f"-{one.charge}", _minus(one.paid), _negated(one.cas), number=one.number) for one in clp.lines
    )
    return Clp(clp.pcn, f"-{clp.charge}", _minus(clp.paid), lines, status="22", icn=clp.icn)


def _minus(amount: str) -> str:
    return amount if amount == "0" else f"-{amount}"


def _negated(cas: str) -> str:
    return ", ".join(f"{part.split()[0]} -{part.split()[1]}" for part in cas.split(",") if part.strip())
