"""A claim that came in as an 837 is replaced and voided as it came, with what we do not model."""

from dataclasses import replace
from typing import Any

import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import Note, Reference
from ar_shared.x12.claim_model import ClaimImage
from claims_api.intake.domain import Purpose
from claims_api.intake.import_claims import import_claims

# Relative, because the tests are not on the import path.
from ..intake.world import acting_at  # noqa: TID252
from ..remittances.era import Clp, Svc  # noqa: TID252
from ..x12 import claims_837 as x12  # noqa: TID252
from .conftest import Sandbox
from .world import PCCN, Office


@pytest.fixture
def office(sandbox: Sandbox) -> Office:
    return Office(sandbox)


def came() -> ClaimImage:
    """One line of 100.00 with a note and a segment that nobody models here."""
    facts = x12.a_claim()
    billing = replace(facts.billing_provider, id="1234567893", references=(Reference("EI", "420000001"),))
    payer = replace(facts.payer, name="Prairie Mutual Health", id_qualifier="PI", id="TPM01")
    image = build_claim(replace(facts, billing_provider=billing, payer=payer, notes=(Note("ADD", "AS IT CAME"),)))
    image.claim.items.insert(1, ["K3", "UNMODELLED"])
    return image


async def decided(office: Office) -> dict[str, Any]:
    """Taken in, sent and denied."""
    sandbox = office.sandbox
    [entity] = await office.rows("SELECT id FROM claims.billing_entity WHERE practice_id = $1")
    async with sandbox.database.tenant_tx(sandbox.practice_id, period_open=True) as connection:
        await import_claims(
            connection,
            acting_at(sandbox),
            iter(x12.read(x12.written([came()]))),
            billing_entity_id=entity["id"],
            purpose=Purpose.SUBMIT,
            file_id=uuid7(),
        )
    await office.send()
    claim: dict[str, Any] = (await office.ask("GET", "/v1/claims"))["items"][0]
    [line] = claim["lines"]
    dollars = str(claim["charge_cents"] // 100)
    svc = Svc(
        line["procedure_code"],
        dollars,
        "0",
        f"CO-16 {dollars}",
        number=line["line_control_number"],
        day=line["service_from"].replace("-", ""),
    )
    made = await office.pay(Clp(claim["patient_control_number"], dollars, "0", (svc,), icn=PCCN))
    assert made["state"] == "posted", made
    return claim


async def test_a_void_repeats_the_claim_as_it_came(office: Office) -> None:
    claim = await decided(office)

    await office.write(claim, "void")
    text = (await office.send()).replace("\n", "")

    assert ":B:8*" in text
    assert f"REF*F8*{PCCN}~" in text
    assert "K3*UNMODELLED~" in text
    assert "NTE*ADD*AS IT CAME~" in text


async def test_a_correction_keeps_the_facts_it_does_not_change(office: Office) -> None:
    claim = await decided(office)

    await office.write(claim, "correct", diagnoses=["I10"])
    text = (await office.send()).replace("\n", "")

    assert ":B:7*" in text
    assert f"REF*F8*{PCCN}~" in text
    assert "HI*ABK:I10~" in text
    assert "NTE*ADD*AS IT CAME~" in text
    assert f"REF*6R*{claim['patient_control_number']}-2-001~" in text
    assert x12.passes_pyx12(text)


async def test_a_corrected_line_is_written_with_its_new_price(office: Office) -> None:
    claim = await decided(office)
    [line] = claim["lines"]
    changed = {
        "line": 1,
        "procedure_code": line["procedure_code"],
        "charge_cents": 12345,
        "service_from": line["service_from"],
    }

    await office.write(claim, "correct", lines=[changed])
    text = (await office.send()).replace("\n", "")

    assert f"CLM*{claim['patient_control_number']}*123.45*" in text
    assert f"SV1*HC:{line['procedure_code']}*123.45*UN*1*" in text
    assert x12.passes_pyx12(text)
    await office.proofs_hold(claim)


async def test_facts_that_only_our_rows_hold_are_written_from_our_rows(office: Office) -> None:
    claim = await decided(office)

    await office.write(claim, "correct", refresh_coverage=True)
    text = (await office.send()).replace("\n", "")

    assert ":B:7*" in text
    assert f"REF*F8*{PCCN}~" in text
    assert x12.passes_pyx12(text)
