"""Claims that come in as an 837: what is made of them, what is refused, what is recognised."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import (
    ClaimDate,
    ClaimFacts,
    Coverage,
    OtherCoverage,
    Party,
    Period,
    Reference,
)
from ar_shared.x12.claim_reader import ReadClaim
from claims_api.edi.outcome import Outcome
from claims_api.intake.domain import Purpose
from claims_api.intake.import_claims import import_claims

# Relative, because the tests are not on the import path.
from ..x12 import claims_837 as x12  # noqa: TID252
from .conftest import Sandbox
from .world import NOW, acting_at, event_types, one, reviews, rows, states

PERSON = "ZIEGLERCANARY"
MEMBER = "M7CANARY"


def a_claim(number: str = "ACCT-1", **changes: Any) -> ClaimFacts:
    """Billed by the sandbox's own billing entity to a payer it does not know yet."""
    billing = replace(x12.a_claim().billing_provider, id="1234567893", references=(Reference("EI", "420000001"),))
    facts: dict[str, Any] = {
        "billing_provider": billing,
        "patient_control_number": number,
        "subscriber": x12.a_subscriber(name=PERSON, id=MEMBER),
    }
    return x12.a_claim(**facts | changes)


def read(*claims: ClaimFacts) -> list[ReadClaim]:
    return x12.read(x12.written([build_claim(claim) for claim in claims]))


async def take(
    sandbox: Sandbox, claims: Iterable[ReadClaim], purpose: Purpose | None = Purpose.SUBMIT, file_id: UUID | None = None
) -> Outcome:
    entity = await one(sandbox, "SELECT id FROM claims.billing_entity WHERE practice_id = $1 AND external_id = 'BE-1'")
    async with sandbox.database.tenant_tx(sandbox.practice_id, period_open=True) as connection:
        return await import_claims(
            connection,
            acting_at(sandbox, NOW),
            iter(claims),
            billing_entity_id=entity,
            purpose=purpose,
            file_id=file_id or uuid7(),
        )


async def count(sandbox: Sandbox, table: str) -> int:
    found: int = await one(sandbox, f"SELECT count(*) FROM claims.{table} WHERE practice_id = $1")
    return found


@pytest.mark.parametrize(
    ("purpose", "kept_as", "state", "billed_on", "open_cents"),
    [
        (Purpose.SUBMIT, "live", "ready", None, 10000),
        (Purpose.ALREADY_SUBMITTED, "already_submitted", "sent", date(2026, 3, 2), 10000),
        (Purpose.TEST, "test", "draft", None, 0),
        (None, "draft_import", "draft", None, 10000),
    ],
)
async def test_the_purpose_decides_where_a_claim_begins(
    sandbox: Sandbox, purpose: Purpose | None, kept_as: str, state: str, billed_on: date | None, open_cents: int
) -> None:
    outcome = await take(sandbox, read(a_claim()), purpose)

    assert (outcome.state, outcome.counts["created"]) == ("processed", 1)
    query = "SELECT purpose, submission_state, first_billed_on, sent_on FROM claims.claim WHERE practice_id = $1"
    assert await one(sandbox, query) == (kept_as, state, billed_on, billed_on)
    query = "SELECT coalesce(sum(balance_cents), 0)::bigint, min(first_bill_on) FROM claims.ar_balance "
    assert await one(sandbox, query + "WHERE practice_id = $1") == (open_cents, billed_on)
    posted = "SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.posting WHERE practice_id = $1"
    assert await one(sandbox, posted) == open_cents
    assert await count(sandbox, "outbox") == (1 if open_cents else 0)


async def test_history_made_tomorrow_was_billed_today(sandbox: Sandbox) -> None:
    data = x12.written([build_claim(a_claim())]).replace(b"*20260302*0830*CH", b"*20270302*0830*CH")

    await take(sandbox, x12.read(data), Purpose.ALREADY_SUBMITTED)

    assert await one(sandbox, "SELECT first_billed_on FROM claims.claim WHERE practice_id = $1") == date(2026, 11, 24)


async def test_a_claim_brings_its_parties_and_says_so(sandbox: Sandbox) -> None:
    doctor = Party(role="82", name="WELBY", is_person=True, first_name="ANN", id_qualifier="XX", id="1003000126")

    outcome = await take(sandbox, read(a_claim(providers=(doctor,))))

    made = {name: number for name, number in outcome.counts.items() if name.endswith("_created")}
    assert made == {"payers_created": 1, "providers_created": 1, "patients_created": 1, "coverages_created": 1}
    query = (
        "SELECT p.last_name, p.birth_date, g.last_name, v.member_id, v.rank, v.relation, y.payer_identifier, "
        "y.financial_class, r.npi, r.roles FROM claims.claim c "
        "JOIN claims.patient p ON p.practice_id = $1 AND p.id = c.patient_id "
        "JOIN claims.guarantor g ON g.practice_id = $1 AND g.id = c.guarantor_id "
        "JOIN claims.coverage v ON v.practice_id = $1 AND v.id = c.coverage_id "
        "JOIN claims.payer y ON y.practice_id = $1 AND y.id = c.payer_id "
        "JOIN claims.provider r ON r.practice_id = $1 AND r.id = c.rendering_provider_id WHERE c.practice_id = $1"
    )
    assert await one(sandbox, query) == (
        PERSON, date(1980, 1, 1), PERSON, MEMBER, 1, "18", "84146", "commercial", "1003000126", ["rendering"],
    )  # fmt: skip


async def test_a_second_claim_finds_them_and_overwrites_nothing(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()))
    await rows(sandbox, "UPDATE claims.patient SET sex = 'U', middle_name = 'KEPT' WHERE practice_id = $1")
    await rows(sandbox, "UPDATE claims.payer SET name = 'KEPT' WHERE practice_id = $1")

    outcome = await take(sandbox, read(a_claim("ACCT-2")))

    assert not [name for name in outcome.counts if name.endswith("_created")]
    query = "SELECT DISTINCT sex, middle_name FROM claims.patient WHERE practice_id = $1"
    assert await one(sandbox, query) == ("U", "KEPT")
    assert await one(sandbox, "SELECT count(DISTINCT patient_id) FROM claims.claim WHERE practice_id = $1") == 1


async def test_a_patient_from_the_api_is_known_by_the_member_id_of_the_coverage(sandbox: Sandbox, patient: Any) -> None:
    known = x12.a_subscriber(name="SANDBOXER", first_name="PAT Q", id="TEST-PAID", birth_on=date(1980, 5, 17))

    outcome = await take(sandbox, read(a_claim(subscriber=known)))

    assert "patients_created" not in outcome.counts
    assert await one(sandbox, "SELECT patient_id FROM claims.claim WHERE practice_id = $1") == UUID(patient["id"])


@pytest.mark.parametrize(
    ("changes", "is_new", "resembles"),
    [
        ({}, False, False),
        ({"first_name": "JANE ANN"}, False, False),
        ({"id": "OTHER"}, True, True),
        ({"birth_on": date(1980, 1, 2)}, True, True),
        ({"first_name": "JOAN"}, True, True),
        ({"first_name": "JOAN", "id": "OTHER"}, True, False),
        ({"first_name": "JOAN", "birth_on": date(2015, 1, 1)}, True, False),
        ({"birth_on": None}, True, True),
    ],
)
async def test_member_id_birth_date_and_name_together_make_a_patient(
    sandbox: Sandbox, changes: dict[str, Any], *, is_new: bool, resembles: bool
) -> None:
    await take(sandbox, read(a_claim()))
    again = replace(a_claim().subscriber, **changes)

    outcome = await take(sandbox, read(a_claim("ACCT-2", subscriber=again)))

    assert outcome.counts.get("patients_created", 0) == int(is_new)
    assert [kind for kind, _ in await reviews(sandbox)] == ["possible_duplicate"] * resembles
    marked = "SELECT count(possible_duplicate_of) FROM claims.patient WHERE practice_id = $1"
    assert await one(sandbox, marked) == int(resembles)


async def test_a_dependent_has_a_subscriber_and_a_child_a_guarantor(sandbox: Sandbox) -> None:
    child = a_claim(patient=x12.a_patient(), relationship="19", coverage=Coverage(sequence="S", filing_code="MC"))

    await take(sandbox, read(child))

    query = (
        "SELECT p.first_name, g.first_name, v.relation, v.rank, v.subscriber->>'last_name', y.financial_class "
        "FROM claims.claim c JOIN claims.patient p ON p.practice_id = $1 AND p.id = c.patient_id "
        "JOIN claims.guarantor g ON g.practice_id = $1 AND g.id = c.guarantor_id "
        "JOIN claims.coverage v ON v.practice_id = $1 AND v.id = c.coverage_id "
        "JOIN claims.payer y ON y.practice_id = $1 AND y.id = c.payer_id WHERE c.practice_id = $1"
    )
    assert await one(sandbox, query) == ("PIP", "JANE", "19", 2, PERSON, "medicaid")


async def test_another_payer_on_the_claim_becomes_the_next_coverage(sandbox: Sandbox) -> None:
    second = OtherCoverage(
        coverage=Coverage(sequence="S", relationship="18", filing_code="MB"),
        subscriber=x12.a_subscriber(name=PERSON, id="SECOND"),
        payer=Party(role="PR", name="MEDICARE", id_qualifier="PI", id="MED1"),
        benefits_assigned="Y",
        release="Y",
    )

    await take(sandbox, read(a_claim(other_coverages=(second,))))

    found = await rows(sandbox, "SELECT rank, member_id FROM claims.coverage WHERE practice_id = $1 ORDER BY rank")
    assert [tuple(row) for row in found] == [(1, MEMBER), (2, "SECOND")]


async def test_the_same_file_again_makes_no_claim_and_says_duplicate(sandbox: Sandbox) -> None:
    claims = read(a_claim(), a_claim("ACCT-2"))
    await take(sandbox, claims)

    outcome = await take(sandbox, claims, Purpose.ALREADY_SUBMITTED)

    assert (outcome.state, outcome.counts["created"], outcome.counts["duplicates"]) == ("duplicate", 0, 2)
    assert await count(sandbox, "claim") == 2


async def test_a_claim_is_known_in_another_file_and_beside_other_claims(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()))
    elsewhere = read(a_claim("ACCT-2", subscriber=x12.a_subscriber(id="M2", name="ANOTHER")), a_claim())

    outcome = await take(sandbox, elsewhere)

    assert (outcome.state, outcome.counts["created"], outcome.counts["duplicates"]) == ("processed", 1, 1)
    assert "claim_known" in [finding["code"] for finding in outcome.findings]


async def test_a_claim_that_stands_twice_in_one_file_goes_in_once(sandbox: Sandbox) -> None:
    outcome = await take(sandbox, [*read(a_claim()), *read(a_claim())])

    assert (outcome.counts["created"], outcome.counts["duplicates"]) == (1, 1)


async def test_the_same_number_with_other_service_dates_is_another_claim(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()))
    line = x12.a_line(dates=(ClaimDate("472", Period(date(2026, 1, 6))),))

    outcome = await take(sandbox, read(a_claim(lines=(line,))))

    assert (outcome.state, await count(sandbox, "claim")) == ("processed", 2)
    assert await one(sandbox, "SELECT DISTINCT submitted_pcn FROM claims.claim WHERE practice_id = $1") == "ACCT-1"
    assert await reviews(sandbox) == []


async def test_the_same_number_dates_and_charge_with_another_content_is_looked_at(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()))

    outcome = await take(sandbox, read(a_claim(facility_code="22")))

    assert (outcome.counts["created"], [kind for kind, _ in await reviews(sandbox)]) == (1, ["possible_duplicate"])


async def test_a_test_never_stands_in_the_way_of_the_real_claim(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()), Purpose.TEST)

    outcome = await take(sandbox, read(a_claim()))

    assert (outcome.state, await reviews(sandbox)) == ("processed", [])
    assert sorted(state for state, _ in await states(sandbox)) == ["draft", "ready"]


async def test_an_unusable_claim_is_refused_alone(sandbox: Sandbox) -> None:
    good = a_claim()
    bad = x12.written([build_claim(a_claim("ACCT-2"))]).replace(b"CLM*ACCT-2*100", b"CLM*ACCT-2*1.005")
    stranger = a_claim("ACCT-3", billing_provider=replace(good.billing_provider, id="1003000126", references=()))

    outcome = await take(sandbox, [*x12.read(bad), *read(good), *read(stranger)])

    assert outcome.state == "processed"
    assert {name: outcome.counts[name] for name in ("claims", "created", "refused")} == {
        "claims": 3, "created": 1, "refused": 2,
    }  # fmt: skip
    assert [finding["code"] for finding in outcome.findings if finding["severity"] == "error"] == [
        "amount_unreadable",
        "billing_provider_unknown",
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": (x12.a_line(dates=()),)}, "service_date_missing"),
        ({"lines": (x12.a_line(units=Decimal(10**9)),)}, "units_too_large"),
        ({"payer": Party(role="PR", name="NAMELESS")}, "payer_id_missing"),
        ({"subscriber": x12.a_subscriber(name="")}, "patient_name_missing"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_its_place(
    sandbox: Sandbox, changes: dict[str, Any], code: str
) -> None:
    claims = [
        ReadClaim(claim.image, a_claim(**changes), (), claim.segment_index, claim.byte_offset)
        for claim in read(a_claim())
    ]

    outcome = await take(sandbox, claims)

    assert outcome.state == "rejected"
    [finding] = outcome.findings
    assert (finding["code"], finding["segment"], finding["segment_index"] > 0) == (code, "CLM", True)
    assert await count(sandbox, "claim") == 0


async def test_units_just_below_the_limit_are_kept(sandbox: Sandbox) -> None:
    line = x12.a_line(units=Decimal("999999999.999"))
    [claim] = read(a_claim())

    await take(sandbox, [replace(claim, facts=a_claim(lines=(line,)))])

    assert await one(sandbox, "SELECT units FROM claims.charge WHERE practice_id = $1") == Decimal("999999999.999")


@pytest.mark.parametrize("frequency", ["7", "8"])
async def test_a_replacement_or_void_is_kept_as_a_draft_and_posts_nothing(sandbox: Sandbox, frequency: str) -> None:
    references = (Reference("F8", "PAYER1"),)

    outcome = await take(sandbox, read(a_claim(frequency_code=frequency, references=references)))

    assert [finding["code"] for finding in outcome.findings] == ["replacement_kept_as_draft"]
    assert await one(sandbox, "SELECT purpose, submission_state FROM claims.claim WHERE practice_id = $1") == (
        "draft_import",
        "draft",
    )
    assert await one(sandbox, "SELECT frequency FROM claims.claim_version WHERE practice_id = $1") == frequency
    assert (await count(sandbox, "posting"), await count(sandbox, "journal")) == (0, 0)
    assert [kind for kind, _ in await reviews(sandbox)] == ["review"]


async def test_history_keeps_the_numbers_the_payer_knows_and_the_rest_gets_ours(sandbox: Sandbox) -> None:
    line = x12.a_line(references=(Reference("6R", "THEIR-LINE"),))

    await take(sandbox, read(a_claim("acct.07", lines=(line,))), Purpose.ALREADY_SUBMITTED)
    await take(sandbox, read(a_claim("ACCT-8", lines=(line,))))

    query = (
        "SELECT c.submitted_pcn, c.normalised_pcn = ltrim(c.patient_control_number, '0'), "
        "l.line_control_number = 'THEIR-LINE', left(l.line_control_number, 16) = c.patient_control_number "
        "FROM claims.claim c "
        "JOIN claims.claim_line l ON l.practice_id = $1 AND l.claim_id = c.id WHERE c.practice_id = $1 ORDER BY c.id"
    )
    found = [tuple(row) for row in await rows(sandbox, query)]
    assert found == [("acct.07", False, True, False), ("ACCT-8", True, False, True)]


async def test_an_imported_claim_goes_out_under_our_numbers(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()))

    answer = await sandbox.http.post("/v1/submissions", json={})

    assert answer.status_code == 200, answer.text
    assert answer.json()["submissions"][0]["claim_count"] == 1
    assert [state for state, _ in await states(sandbox)] == ["sent"]


@pytest.mark.parametrize("purpose", [Purpose.ALREADY_SUBMITTED, Purpose.TEST, None])
async def test_nothing_but_what_is_to_be_submitted_goes_out(sandbox: Sandbox, purpose: Purpose | None) -> None:
    await take(sandbox, read(a_claim()), purpose)

    assert (await sandbox.http.post("/v1/submissions", json={})).json() == {"submissions": [], "held": []}


@pytest.mark.parametrize(
    ("version", "purpose", "state", "blockers"),
    [
        ("004010X098A1", Purpose.SUBMIT, "held", ["guide_version_not_written"]),
        ("005010X222A1", Purpose.SUBMIT, "ready", []),
        ("004010X098A1", Purpose.ALREADY_SUBMITTED, "sent", []),
    ],
)
async def test_a_claim_of_the_4010_era_is_taken_in_and_held_because_only_5010_is_written(
    sandbox: Sandbox, version: str, purpose: Purpose, state: str, blockers: list[str]
) -> None:
    [came] = read(a_claim())
    outcome = await take(sandbox, [replace(came, image=replace(came.image, version=version))], purpose)

    stored, told = await one(sandbox, "SELECT submission_state, blockers FROM claims.claim WHERE practice_id = $1")
    assert (stored, [blocker["code"] for blocker in told]) == (state, blockers)
    assert [finding["code"] for finding in outcome.findings] == blockers


async def test_the_claims_of_a_file_can_be_listed(sandbox: Sandbox) -> None:
    file_id = uuid7()
    outcome = await take(sandbox, read(a_claim()), file_id=file_id)
    await take(sandbox, read(a_claim("ACCT-2")))

    page = (await sandbox.http.get(outcome.links["claims"])).json()

    assert [claim["submitted_control_number"] for claim in page["items"]] == ["ACCT-1"]
    assert page["items"][0]["charge_cents"] == 10000


async def test_two_imports_of_one_patient_at_once_make_one_patient(sandbox: Sandbox) -> None:
    files = [read(a_claim(f"ACCT-{n}"), a_claim("ACCT-SAME")) for n in range(4)]

    outcomes = await asyncio.gather(*(take(sandbox, claims) for claims in files))

    assert sum(outcome.counts["created"] for outcome in outcomes) == 5
    assert sum(outcome.counts["duplicates"] for outcome in outcomes) == 3
    assert [await count(sandbox, table) for table in ("patient", "guarantor", "coverage")] == [1, 1, 1]


async def test_events_of_imported_claims_hold_no_patient_data(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()))
    await take(sandbox, read(a_claim("ACCT-2", subscriber=replace(a_claim().subscriber, id="M8"))))

    told = str([row[0] for row in await rows(sandbox, "SELECT data FROM claims.outbox WHERE practice_id = $1")])
    assert await event_types(sandbox) == ["review.opened"]
    assert not [secret for secret in (PERSON, MEMBER, "ACCT-1") if secret in told]


async def test_a_file_of_more_than_a_chunk_goes_in_whole(sandbox: Sandbox) -> None:
    claims = [
        replace(claim, facts=replace(claim.facts, patient_control_number=f"N{n}"))
        for n in range(1001)
        for claim in read(a_claim(f"N{n}"))
        if claim.facts
    ]

    outcome = await take(sandbox, claims)

    assert (outcome.counts["created"], await count(sandbox, "claim"), await count(sandbox, "patient")) == (
        1001,
        1001,
        1,
    )


@pytest.mark.parametrize(
    ("purpose", "kept_as", "state", "billed_on"),
    [
        (Purpose.SUBMIT, "live", "ready", None),
        (Purpose.ALREADY_SUBMITTED, "already_submitted", "sent", date(2026, 3, 2)),
    ],
)
async def test_a_draft_goes_out_by_coming_again_with_a_purpose(
    sandbox: Sandbox, purpose: Purpose, kept_as: str, state: str, billed_on: date | None
) -> None:
    await take(sandbox, read(a_claim()), None)

    again = await take(sandbox, read(a_claim()), purpose)
    once_more = await take(sandbox, read(a_claim()), purpose)

    assert (again.state, again.counts["made_live"], again.counts["created"]) == ("processed", 1, 0)
    assert (once_more.state, once_more.counts["duplicates"]) == ("duplicate", 1)
    query = "SELECT purpose, submission_state, first_billed_on, sent_on FROM claims.claim WHERE practice_id = $1"
    assert await one(sandbox, query) == (kept_as, state, billed_on, billed_on)
    query = "SELECT sum(balance_cents)::bigint, min(first_bill_on) FROM claims.ar_balance WHERE practice_id = $1"
    assert await one(sandbox, query) == (10000, billed_on)
    assert await event_types(sandbox) == ["claim.released"]


@pytest.mark.parametrize("purpose", [None, Purpose.TEST])
async def test_a_draft_stays_one_when_it_comes_again_without_a_purpose_or_as_a_test(
    sandbox: Sandbox, purpose: Purpose | None
) -> None:
    await take(sandbox, read(a_claim()), None)

    await take(sandbox, read(a_claim()), purpose)

    query = "SELECT count(*) FROM claims.claim WHERE practice_id = $1 AND purpose = 'draft_import'"
    assert await one(sandbox, query) == 1


async def test_a_test_goes_out_as_a_claim_of_its_own(sandbox: Sandbox) -> None:
    await take(sandbox, read(a_claim()), Purpose.TEST)

    outcome = await take(sandbox, read(a_claim()), Purpose.SUBMIT)

    assert outcome.counts["created"] == 1
    query = "SELECT count(*) FROM claims.claim WHERE practice_id = $1 AND purpose = 'live'"
    assert await one(sandbox, query) == 1
