"""Claims of a stored payment, staged again as the payer wrote them: what was held may post later by the same rules."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from ar_shared.platform.database import Connection, Row
from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService
from ar_shared.x12.tokens import Row as Segment
from claims_api.held_money import queries
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.queries import adjustment_rows, line_rows
from claims_api.remittances.source import ProviderEntry, RemittanceHeaderFacts, RemittanceTotals, StagedChunk
from claims_api.remittances.stage_835 import CHUNK, ClaimStaging

_COMPONENT_AT: Final = 2
"""A procedure starts with a qualifier of two characters; the separator behind it is the file's own."""
_IN_OUTPATIENT: Final = 5


class StoredClaims(ClaimStaging):
    """A `RemittanceSource` over the claims of a remittance that wait or are held; `numbers` None is all of them."""

    def __init__(self, connection: Connection, practice_id: int, remittance: Row, numbers: list[int] | None) -> None:
        super().__init__(stored_header(remittance))
        self._connection = connection
        self._practice = practice_id
        self._remittance = remittance
        self._numbers = numbers

    async def chunks(self) -> AsyncIterator[StagedChunk]:
        """`CHUNK` claims at a time."""
        after = 0
        while rows := await queries.unposted_claims(
            self._connection, self._practice, self._remittance["id"], self._numbers, after, CHUNK
        ):
            chunk = StagedChunk()
            for claim in await self._claims(rows):
                self.stage(chunk, claim)
            yield chunk
            after = rows[-1]["n"]

    def totals(self) -> RemittanceTotals:
        """Of the payment as a whole."""
        row = self._remittance
        return RemittanceTotals(
            claim_count=row["claim_count"],
            claims_paid_cents=row["claims_paid_cents"],
            content_hash=bytes(row["content_hash"]),
            postable=True,
            has_reversals=self.has_reversals,
            has_unsplit_claims=self.has_unsplit,
        )

    async def _claims(self, rows: list[Row]) -> list[RemittanceClaim]:
        numbers = [row["n"] for row in rows]
        stored = (self._connection, self._practice, self._remittance["id"], numbers)
        adjustments: defaultdict[tuple[int, int], list[Adjustment]] = defaultdict(list)
        for one in await adjustment_rows(*stored):
            if not one["derived"]:
                adjusted = Adjustment(one["group_code"], one["carc"], one["amount_cents"], one["quantity"])
                adjustments[one["claim_n"], one["line_n"]].append(adjusted)
        lines: defaultdict[int, list[RemittanceService]] = defaultdict(list)
        for line in await line_rows(*stored):
            if not line["derived"]:
                lines[line["claim_n"]].append(_service(line, adjustments[line["claim_n"], line["n"]]))
        return [_claim(row, lines[row["n"]], adjustments[row["n"], 0]) for row in rows]


def stored_header(remittance: Row) -> RemittanceHeaderFacts:
    """The header of a stored payment; its payer is found by what names it there."""
    return RemittanceHeaderFacts(
        payer_key=remittance["payer_key"],
        payer_numbers=tuple(remittance["header"].get("payer_numbers", (remittance["payer_key"],))),
        payer_name=remittance["payer_name"] or "",
        payee_key=remittance["payee_key"],
        payee_npi=remittance["payee_key"],
        payee_tin=remittance["payee_key"],
        trace_number=remittance["trace_number"],
        method=remittance["method"],
        handling=remittance["handling"],
        payment_cents=remittance["payment_cents"],
        paid_on=remittance["paid_on"],
        produced_on=remittance["produced_on"],
        facts=remittance["header"],
        entry=remittance["entry"],
    )


def stored_entries(rows: list[Row]) -> tuple[ProviderEntry, ...]:
    """The provider entries of a stored payment."""
    return tuple(
        ProviderEntry(
            row["provider_identifier"], row["fiscal_on"], row["code"], row["reference"] or "", row["amount_cents"]
        )
        for row in rows
    )


def procedure_code(line: Row) -> str:
    """The code we submitted, as far as the payer says, else the one it decided on."""
    service = _service(line, [])
    return service.submitted_code or service.code


def _claim(row: Row, services: list[RemittanceService], adjustments: list[Adjustment]) -> RemittanceClaim:
    claim = RemittanceClaim(
        patient_control_number=row["patient_control_number"],
        status=row["clp_status"],
        charge_cents=row["charge_cents"],
        paid_cents=row["paid_cents"],
        patient_responsibility_cents=row["patient_cents"] or 0,
        payer_claim_control_number=row["payer_control_number"] or "",
        frequency=row["frequency"] or "",
        number=row["n"],
        usable=row["hold_reason"] != HoldReason.UNREADABLE,
        balanced=row["hold_reason"] != HoldReason.UNBALANCED,
        services=services,
        adjustments=adjustments,
        names=[
            *_name("IL", "MI", row["member_id"]),
            *_name("82", "XX", row["rendering_npi"]),
            *_corrected("74", row, "corrected_insured"),
            *_corrected("PR", row, "corrected_payer"),
        ],
        references=[["REF", "F8", row["original_number"]]] if row["original_number"] else [],
        dates=_days(("232", row["service_from"]), ("233", row["service_to"])),
        inpatient=_inpatient(row["remark_codes"]),
        outpatient=_outpatient(row["remark_codes"]),
    )
    claim.tally()
    return claim


def _service(row: Row, adjustments: list[Adjustment]) -> RemittanceService:
    procedure = row["procedure"] or ""
    stated = row["stated_allowed_cents"]
    return RemittanceService(
        procedure=procedure,
        charge_cents=row["charge_cents"],
        paid_cents=row["paid_cents"],
        paid_units=row["paid_units"],
        submitted_procedure=row["submitted_procedure"] or "",
        component=procedure[_COMPONENT_AT : _COMPONENT_AT + 1] or ":",
        adjustments=adjustments,
        dates=_days(("150", row["service_from"]), ("151", row["service_to"])),
        references=[["REF", "6R", row["line_control_number"]]] if row["line_control_number"] else [],
        amounts=[("B6", stated)] if stated is not None else [],
        remarks=[["LQ", "HE", code] for code in row["remark_codes"]],
    )


def _name(qualifier: str, id_qualifier: str, number: str | None) -> list[Segment]:
    return [["NM1", qualifier, "1", "", "", "", "", "", id_qualifier, number]] if number else []


def _corrected(qualifier: str, row: Row, fact: str) -> list[Segment]:
    """What the payer says is wrong in our registration."""
    said = (row["facts"] or {}).get(fact)
    return [["NM1", qualifier, "", said["last"], said["first"], "", "", "", "", said["id"]]] if said else []


def _days(*days: tuple[str, date | None]) -> list[tuple[str, date]]:
    return [(kind, day) for kind, day in days if day is not None]


def _outpatient(codes: list[str]) -> Segment | None:
    return ["MOA", "", "", *codes[:_IN_OUTPATIENT]] if codes else None


def _inpatient(codes: list[str]) -> Segment | None:
    """The remarks that do not fit the outpatient segment, where the inpatient one has them (20 to 23)."""
    rest = codes[_IN_OUTPATIENT:]
    return ["MIA", *[""] * 19, *rest] if rest else None
