"""One valid call for every operation: what its positive control sends, and what attempts are made from.

A new operation has no recipe and fails the tests until it has one here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson

from .canaries import BIRTH, DIAGNOSIS, EMAIL, MEMBER, PHONE, POSTAL, text
from .files import claim_file, payment_file, refusal_file
from .world import NOW, TODAY, Call, Practice, World, an_npi, fresh

Recipe = Callable[[World, Practice], Awaitable[Call]]

PAPER: Final = text("paper").encode()
MONTH: Final = "2026-02"  # the last one that is over
ADDRESS: Final = {"line1": text("street"), "city": text("city"), "state": "IA", "postal_code": POSTAL}
CONTACT: Final = {"name": text("contact"), "phone": PHONE, "email": EMAIL}
PERSON: Final = {"last_name": text("last"), "first_name": text("first"), "birth_date": BIRTH, "address": ADDRESS}


def own(practice: Practice, kind: str) -> dict[str, str]:
    """A reference to what the practice has."""
    return {"id": practice.one(kind)}


PARTIES: Final[dict[str, Callable[[Practice], dict[str, Any]]]] = {
    "BillingEntity": lambda p: {
        "name": "Clinic",
        "tin": p.tin,
        "npis": [p.npi],
        "taxonomy": "207Q00000X",
        "address": ADDRESS,
        "contact": CONTACT,
    },
    "Location": lambda p: {"name": "Main office", "place_of_service": "11", "address": ADDRESS},
    "Payer": lambda p: {"name": "Health Plan", "payer_identifier": fresh("P"), "financial_class": "commercial"},
    "Plan": lambda p: {"payer": own(p, "payer"), "name": "PPO", "line_of_business": "commercial"},
    "Provider": lambda p: {"npi": an_npi(int(fresh("7").split("-")[1]) + 7000), "last_name": "Okafor"},
    "StaffUser": lambda p: {"name": "Biller", "roles": ["biller"]},
    "Guarantor": lambda p: {**PERSON, "contact": CONTACT},
    "Patient": lambda p: {
        **PERSON,
        "guarantor": own(p, "guarantor"),
        "middle_name": text("middle"),
        "contact": CONTACT,
    },
    "Coverage": lambda p: {
        "patient": own(p, "patient"),
        "payer": own(p, "payer"),
        "plan": own(p, "plan"),
        "member_id": MEMBER,
        "group_number": text("group"),
        "group_name": text("group name"),
        "relation": "01",
        "subscriber": PERSON,
        "verified_by": text("verifier"),
    },
    "Subscriber": lambda p: PERSON,
    "Authorization": lambda p: {"coverage": own(p, "coverage"), "number": fresh("AUTH"), "units": "12"},
    "Encounter": lambda p: {
        "patient": own(p, "patient"),
        "location": own(p, "location"),
        "provider": own(p, "provider"),
        "starts_on": "2026-01-05",
    },
}  # in an order in which each finds what it refers to


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def a_claim(practice: Practice) -> dict[str, Any]:
    """A claim of one line, 100.00."""
    return {
        "external_id": fresh("CLM"),
        "patient": own(practice, "patient"),
        "coverage": own(practice, "coverage"),
        "billing_entity": own(practice, "billing_entity"),
        "rendering_provider": own(practice, "provider"),
        "location": own(practice, "location"),
        "place_of_service": "11",
        "diagnoses": [DIAGNOSIS],
        "facts": {"property_casualty_number": text("casualty"), "prior_authorization": text("authorization")},
        "lines": [{"procedure_code": "G0463", "charge_cents": 10_000, "service_from": "2026-01-05"}],
    }


async def make_claim(world: World, practice: Practice) -> dict[str, Any]:
    """A claim that is ready to go out."""
    made: dict[str, Any] = await world.ok("claims_api.createClaim", practice, Call(body=a_claim(practice)))
    practice.own("claim", made["id"])
    practice.name("external_id", made["external_id"])
    practice.name("patient_control_number", made["patient_control_number"])
    for line in made["lines"]:
        practice.own("charge", line["charge_id"])
    return made


async def make_decided_claim(world: World, practice: Practice) -> dict[str, str]:
    """The path of a claim that went out and that its payer paid in part."""
    claim = await make_claim(world, practice)
    await world.ok("claims_api.submitClaim", practice, Call(path={"claim_id": claim["id"]}))
    content = payment_file(practice.npi, [(claim["patient_control_number"], "CO*45")], fresh("TRACE"))
    await upload(world, practice, content.replace(b"*ICN1*", f"*{fresh('ICN')}*".encode()))
    return {"claim_id": claim["id"]}


async def make_work_item(world: World, practice: Practice) -> str:
    """An open work item about a claim that a payer refused."""
    claim = await make_claim(world, practice)
    await world.ok("claims_api.submitClaim", practice, Call(path={"claim_id": claim["id"]}))
    await upload(world, practice, refusal_file(claim["patient_control_number"]))
    await world.settle_events(practice)
    page = await world.ok("followup_worker.listWorkItems", practice, Call(query={"claim_id": claim["id"]}))
    return practice.own("work_item", page["items"][0]["id"])


async def make_held_work_item(world: World, practice: Practice) -> tuple[str, str]:
    """A work item that the client has taken, and its ETag."""
    item = await make_work_item(world, practice)
    call = Call(path={"work_item_id": item}, body={"minutes": 30})
    taken = await world.ok("followup_worker.takeWorkItem", practice, call)
    return item, f'"{taken["version"]}"'


async def upload(world: World, practice: Practice, content: bytes, **query: str) -> dict[str, Any]:
    made: dict[str, Any] = await world.ok("claims_api.uploadEdiFile", practice, Call(content=content, query=query))
    practice.own("edi_file", made["id"])
    return made


async def seed(world: World, practice: Practice) -> None:
    """At least one of everything."""
    for name in PARTIES:
        external_id = fresh(name)
        call = Call(path={"external_id": external_id}, body=PARTIES[name](practice))
        made = await world.ok(f"claims_api.upsert{name}", practice, call)
        practice.own(snake(name), made["id"])
        practice.name("external_id", external_id)
    claims = [await make_claim(world, practice) for _ in range(3)]
    sent = await world.ok("claims_api.submitClaims", practice, Call(body={"select": "ready"}))
    practice.own("submission", sent["submissions"][0]["id"])
    practice.own("sent_file", sent["submissions"][0]["file_id"])
    reasons = ("CO*45", "CO*16", "PR*1")
    numbers = [(claim["patient_control_number"], cas) for claim, cas in zip(claims, reasons, strict=True)]
    trace = practice.name("trace_number", fresh("TRACE"))
    await upload(world, practice, payment_file(practice.npi, [*numbers, ("NOBODY", "CO*45")], trace))
    await upload(world, practice, payment_file(practice.npi, [("NOBODY2", "CO*45")], fresh("TRACE")))
    await upload(world, practice, claim_file(practice.npi, practice.tin, fresh("ACCOUNT")))
    for _ in range(2):
        await make_work_item(world, practice)
    await learn(world, practice)


# Everything else that a practice owns and an API shows or takes: table, column.
_OWNED: Final = {
    "remittance": "claims.remittance",
    "denial": "claims.denial_case",
    "journal": "claims.journal",
    "work_item": "followup.work_item",
    "submission": "claims.submission",
    "claim": "claims.claim",
    "patient": "claims.patient",
}


async def learn(world: World, practice: Practice) -> None:
    """Read from the tables what else the practice owns by now."""
    for kind, table in _OWNED.items():
        rows = await world.admin.fetch(f"SELECT id::text FROM {table} WHERE practice_id = $1", practice.number)
        assert rows, f"the seed makes no {kind}"
        known = practice.ids.setdefault(kind, [])
        known += [row["id"] for row in rows if row["id"] not in known]


async def _nothing(_world: World, _practice: Practice) -> Call:
    return Call()


def _find(kind: str) -> Recipe:
    async def recipe(world: World, practice: Practice) -> Call:
        row = await world.admin.fetchrow(
            f"SELECT external_id FROM claims.{kind} WHERE practice_id = $1 AND id = $2",
            practice.number,
            practice.one(kind),
        )
        assert row is not None
        return Call(path={"external_id": row["external_id"]})

    return recipe


def _read(kind: str, parameter: str = "party_id", **more: Any) -> Recipe:
    async def recipe(_world: World, practice: Practice) -> Call:
        return Call(path={parameter: practice.one(kind)}, **more)

    return recipe


def _upsert(name: str) -> Recipe:
    async def recipe(_world: World, practice: Practice) -> Call:
        return Call(path={"external_id": fresh(name)}, body=PARTIES[name](practice), status=201)

    return recipe


async def _issue_token(_world: World, practice: Practice) -> Call:
    form = f"grant_type=client_credentials&client_id={practice.tag}&client_secret={'s' * 40}"
    return Call(content=form.encode(), media_type="application/x-www-form-urlencoded")


async def _create_claim(_world: World, practice: Practice) -> Call:
    return Call(body=a_claim(practice), headers={"Idempotency-Key": fresh("KEY")}, status=201)


async def _bulk(_world: World, practice: Practice) -> Call:
    lines = b"\n".join(orjson.dumps(a_claim(practice)) for _ in range(2))
    return Call(content=lines, media_type="application/x-ndjson")


async def _list_claims(world: World, practice: Practice) -> Call:
    claim = await world.ok("claims_api.readClaim", practice, Call(path={"claim_id": practice.one("claim")}))
    names = ("external_id", "patient_control_number", "payer_id", "patient_id")
    return Call(query={name: claim[name] for name in names})


async def _submit_claims(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    return Call(body={"select": "named", "claim_ids": [claim["id"]]})


async def _submit_claim(world: World, practice: Practice) -> Call:
    return Call(path={"claim_id": (await make_claim(world, practice))["id"]})


async def _release_claim(world: World, practice: Practice) -> Call:
    """A claim of the 4010 era, which is held: it stays so, for only 5010 is written."""
    content = claim_file(practice.npi, practice.tin, fresh("OLD")).replace(b"005010X222A1", b"004010X098A1")
    made = await upload(world, practice, content, purpose="submit")
    page = await world.ok("claims_api.listClaims", practice, Call(query={"source_file_id": made["id"]}))
    return Call(path={"claim_id": practice.own("claim", page["items"][0]["id"])})


async def _correct(world: World, practice: Practice) -> Call:
    body = {"reason": text("reason"), "diagnoses": [DIAGNOSIS]}
    return Call(path=await make_decided_claim(world, practice), body=body, status=201)


async def _void(world: World, practice: Practice) -> Call:
    return Call(path=await make_decided_claim(world, practice), body={"reason": text("reason")}, status=201)


async def _late_charges(world: World, practice: Practice) -> Call:
    body = {"reason": text("reason"), "lines": a_claim(practice)["lines"]}
    return Call(path=await make_decided_claim(world, practice), body=body, status=201)


async def _withdraw(world: World, practice: Practice) -> Call:
    path = await make_decided_claim(world, practice)
    await world.ok("claims_api.voidClaim", practice, Call(path=path, body={"reason": text("reason")}, status=201))
    return Call(path=path)


async def _confirm_void(world: World, practice: Practice) -> Call:
    path = await make_decided_claim(world, practice)
    body = {"reason": text("reason"), "cause": "not_performed"}
    await world.ok("claims_api.voidClaim", practice, Call(path=path, body=body, status=201))
    await world.ok("claims_api.submitClaim", practice, Call(path=path))
    return Call(path=path, body={"evidence": text("evidence")})


async def _resubmit(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    await world.ok("claims_api.submitClaim", practice, Call(path={"claim_id": claim["id"]}))
    await upload(world, practice, refusal_file(claim["patient_control_number"]))
    return Call(path={"claim_id": claim["id"]}, body={"reason": text("reason")}, status=201)


async def _bill_next(world: World, practice: Practice) -> Call:
    """A claim of a patient with two payers, decided by the first, who leaves a share to the second."""
    ids = {}
    bodies = {
        "Payer": [PARTIES["Payer"](practice)],
        "Patient": [PARTIES["Patient"](practice)],
    }
    for name, [body] in bodies.items():
        ids[name] = (await world.ok(f"claims_api.upsert{name}", practice, Call(path=_named(practice), body=body)))["id"]
    patient = {"patient": {"id": ids["Patient"]}}
    first = {**PARTIES["Coverage"](practice), **patient}
    second = {**first, "payer": {"id": ids["Payer"]}, "plan": None, "rank": 2}
    covers = [
        await world.ok("claims_api.upsertCoverage", practice, Call(path=_named(practice), body=body))
        for body in (first, second)
    ]
    body = {**a_claim(practice), **patient, "coverage": {"id": covers[0]["id"]}}
    claim = await world.ok("claims_api.createClaim", practice, Call(body=body))
    await world.ok("claims_api.submitClaim", practice, Call(path={"claim_id": claim["id"]}))
    content = payment_file(practice.npi, [(claim["patient_control_number"], "PR*2")], fresh("TRACE"))
    await upload(world, practice, content.replace(b"*ICN1*", f"*{fresh('ICN')}*".encode()))
    return Call(path={"claim_id": practice.own("claim", claim["id"])})


def _named(practice: Practice) -> dict[str, str]:
    return {"external_id": practice.name("external_id", fresh("EXT"))}


async def _note(_world: World, practice: Practice) -> Call:
    return Call(path={"claim_id": practice.one("claim")}, body={"text": text("note")}, status=201)


async def _upload(_world: World, practice: Practice) -> Call:
    content = claim_file(practice.npi, practice.tin, fresh("ACCOUNT"))
    return Call(content=content, headers={"Idempotency-Key": fresh("KEY")}, status=201)


async def _in_state(world: World, practice: Practice, state: str) -> str:
    """A file that no worker is at, in this state."""
    made = await upload(world, practice, claim_file(practice.npi, practice.tin, fresh("ACCOUNT")))
    await world.admin.execute(
        "UPDATE claims.edi_file SET state = $3, leased_until = now() + interval '1 hour' "
        "WHERE practice_id = $1 AND id = $2",
        practice.number,
        made["id"],
        state,
    )
    return str(made["id"])


async def _cancel_operation(world: World, practice: Practice) -> Call:
    return Call(path={"operation_id": await _in_state(world, practice, "processing")})


async def _retry_file(world: World, practice: Practice) -> Call:
    return Call(path={"file_id": await _in_state(world, practice, "cancelled")})


async def _list_remittances(_world: World, practice: Practice) -> Call:
    return Call(query={"payer_id": practice.one("payer"), "trace_number": practice.names["trace_number"][0]})


STATEMENT: Final = "Date,Amount,Reference,Description\n2026-03-01,{amount},{reference},{text}\n"


async def make_receipt(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of unidentified money that came in, and the header that names its version."""
    body = {"kind": "unidentified", "method": "check", "amount_cents": 500, "received_on": "2026-03-02"}
    made = await world.ok("claims_api.receiveMoney", practice, Call(body=body, status=201))
    return {"receipt_id": practice.own("receipt", made["id"])}, {"If-Match": f'"{made["version"]}"'}


async def make_slip(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of an open deposit slip, and the header that names its version."""
    body = {"location_id": practice.one("location"), "business_on": "2026-03-02"}
    made = await world.ok("claims_api.openDepositSlip", practice, Call(body=body, status=201))
    return {"slip_id": practice.own("deposit_slip", made["id"])}, {"If-Match": f'"{made["version"]}"'}


async def make_statement(world: World, practice: Practice, text_: str = "DEPOSIT") -> dict[str, Any]:
    """A statement of one line, 5.00, on an account of the practice."""
    columns = {"date": "Date", "amount": "Amount", "reference": "Reference", "text": "Description"}
    account = practice.name("external_id", fresh("BANK"))
    call = Call(path={"external_id": account}, body={"name": "Operating", "columns": columns}, status=201)
    kept = await world.ok("claims_api.keepBankAccount", practice, call)
    practice.own("bank_account", kept["id"])
    content = STATEMENT.format(amount="5.00", reference=fresh("R"), text=text_).encode()
    query = {"format": "csv", "account_id": kept["id"]}
    call = Call(content=content, media_type="application/octet-stream", query=query, status=201)
    made: dict[str, Any] = await world.ok("claims_api.uploadBankStatement", practice, call)
    practice.own("bank_statement", made["id"])
    return made


async def make_line(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of an open bank line of 5.00, and the header that names its version."""
    made = await make_statement(world, practice)
    found = await world.admin.fetchval(
        "SELECT id::text FROM claims.bank_line WHERE practice_id = $1 AND statement_id = $2",
        practice.number,
        UUID(made["id"]),
    )
    return {"line_id": practice.own("bank_line", found)}, {"If-Match": '"1"'}


async def _receive(_world: World, practice: Practice) -> Call:
    body = {
        "kind": "patient",
        "method": "check",
        "amount_cents": 500,
        "received_on": "2026-03-02",
        "guarantor_id": practice.one("guarantor"),
        "location_id": practice.one("location"),
        "staff_user_id": practice.one("staff_user"),
        "reference": text("reference"),
    }
    return Call(body=body, headers={"Idempotency-Key": fresh("KEY")}, status=201)


async def _list_receipts(_world: World, practice: Practice) -> Call:
    return Call(query={"guarantor_id": practice.one("guarantor")})


async def _read_receipt(world: World, practice: Practice) -> Call:
    path, _ = await make_receipt(world, practice)
    return Call(path=path)


async def _apply_receipt(world: World, practice: Practice) -> Call:
    """A payer's money to the seed's remittance."""
    body = {"kind": "insurer", "method": "check", "amount_cents": 5, "received_on": "2026-03-02"}
    made = await world.ok("claims_api.receiveMoney", practice, Call(body=body, status=201))
    remittance = await world.admin.fetchval(
        "SELECT id::text FROM claims.remittance WHERE practice_id = $1 AND payment_cents > 500 "
        "AND state IN ('posted', 'posted_with_held') ORDER BY id LIMIT 1",
        practice.number,
    )
    part = {"remittance_id": remittance, "amount_cents": 5}
    return Call(path={"receipt_id": made["id"]}, body={"allocations": [part]}, headers={"If-Match": '"1"'})


async def _unapply_receipt(world: World, practice: Practice) -> Call:
    call = await _apply_receipt(world, practice)
    applied = await world.ok("claims_api.applyReceipt", practice, call)
    body = {"application_ids": [applied["applications"][0]["id"]], "reason": text("reason")}
    return Call(path=call.path, body=body, headers={"If-Match": f'"{applied["version"]}"'})


async def _return_receipt(world: World, practice: Practice) -> Call:
    path, seen = await make_receipt(world, practice)
    return Call(path=path, body={"reason": text("reason")}, headers=seen)


async def _identify_receipt(world: World, practice: Practice) -> Call:
    path, seen = await make_receipt(world, practice)
    return Call(path=path, body={"guarantor_id": practice.one("guarantor")}, headers=seen)


async def _reassign_receipt(world: World, practice: Practice) -> Call:
    call = Call(path={"external_id": fresh("G")}, body={**PERSON, "contact": CONTACT})
    others = await world.ok("claims_api.upsertGuarantor", practice, call)
    body = {"kind": "patient", "method": "check", "amount_cents": 7, "received_on": "2026-03-02"}
    call = Call(body={**body, "guarantor_id": others["id"]})
    made = await world.ok("claims_api.receiveMoney", practice, call)
    seen = {"If-Match": f'"{made["version"]}"'}
    body = {"guarantor_id": practice.one("guarantor"), "reason": text("reason")}
    return Call(path={"receipt_id": practice.own("receipt", made["id"])}, body=body, headers=seen)


async def _open_slip(_world: World, practice: Practice) -> Call:
    body = {"location_id": practice.one("location"), "business_on": "2026-03-02"}
    return Call(body=body, headers={"Idempotency-Key": fresh("KEY")}, status=201)


async def _read_slip(world: World, practice: Practice) -> Call:
    path, _ = await make_slip(world, practice)
    return Call(path=path)


async def _close_slip(world: World, practice: Practice) -> Call:
    path, seen = await make_slip(world, practice)
    return Call(path=path, body={"counted_cents": 5, "reason": text("reason")}, headers=seen)


async def _keep_account(_world: World, _practice: Practice) -> Call:
    return Call(path={"external_id": fresh("BANK")}, body={"name": "Operating"}, status=201)


async def _statement(world: World, practice: Practice) -> Call:
    await make_statement(world, practice)
    content = STATEMENT.format(amount="5.00", reference=fresh("R"), text="DEPOSIT").encode()
    query = {"format": "csv", "account_id": practice.ids["bank_account"][-1]}
    return Call(content=content, media_type="application/octet-stream", query=query, status=201)


async def _read_statement(world: World, practice: Practice) -> Call:
    return Call(path={"statement_id": (await make_statement(world, practice))["id"]})


async def _read_line(world: World, practice: Practice) -> Call:
    path, _ = await make_line(world, practice)
    return Call(path=path)


async def _match_line(world: World, practice: Practice) -> Call:
    path, seen = await make_line(world, practice)
    receipt, _ = await make_receipt(world, practice)
    return Call(path=path, body={"payments": [{"receipt_id": receipt["receipt_id"]}]}, headers=seen)


async def _unmatch_line(world: World, practice: Practice) -> Call:
    call = await _match_line(world, practice)
    line = await world.ok("claims_api.matchBankLine", practice, call)
    body = {"match_ids": [line["matches"][0]["id"]], "reason": text("reason")}
    return Call(path=call.path, body=body, headers={"If-Match": f'"{line["version"]}"'})


async def _change_line(world: World, practice: Practice) -> Call:
    path, seen = await make_line(world, practice)
    return Call(path=path, body={"reason": text("reason")}, headers=seen)


async def make_write_off(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of a write-off of one cent, and the header that names its version."""
    made = await world.ok("claims_api.writeOff", practice, await _write_off(world, practice))
    return {"write_off_id": practice.own("write_off", made["id"])}, {"If-Match": f'"{made["version"]}"'}


async def _write_off(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    charge = claim["lines"][0]["charge_id"]
    body = {"kind": "contractual_correction", "charge_id": charge, "amount_cents": 1, "reason": text("reason")}
    return Call(body=body, status=201)


async def make_transfer(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of a transfer to a later payer, and the header that names its version."""
    made = await world.ok("claims_api.transferBalance", practice, await _transfer(world, practice))
    return {"transfer_id": practice.own("transfer", made["id"])}, {"If-Match": f'"{made["version"]}"'}


async def _transfer(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    call = Call(path={"external_id": fresh("COV2")}, body={**PARTIES["Coverage"](practice), "rank": 2})
    second = await world.ok("claims_api.upsertCoverage", practice, call)
    line = {"charge_id": claim["lines"][0]["charge_id"], "amount_cents": 5}
    body = {"reason": "wrong_payer", "note": text("note"), "lines": [line], "coverage_id": second["id"]}
    return Call(body=body, status=201)


async def _read_transfer(world: World, practice: Practice) -> Call:
    path, _ = await make_transfer(world, practice)
    return Call(path=path)


async def _reverse_transfer(world: World, practice: Practice) -> Call:
    path, seen = await make_transfer(world, practice)
    return Call(path=path, body={"reason": text("reason")}, headers=seen)


async def make_placement(world: World, practice: Practice) -> dict[str, Any]:
    """What was given up of a guarantor's only charge, with an agency."""
    made: dict[str, Any] = await world.ok("claims_api.placeAccounts", practice, await _place(world, practice))
    practice.own("placement", made["id"])
    return made


async def _place(world: World, practice: Practice) -> Call:
    vendor = await make_vendor(world, practice)
    call = Call(path={"external_id": fresh("G")}, body={**PERSON, "contact": CONTACT})
    guarantor = await world.ok("claims_api.upsertGuarantor", practice, call)
    call = Call(path={"external_id": fresh("PT")}, body={**PERSON, "guarantor": {"id": guarantor["id"]}})
    patient = await world.ok("claims_api.upsertPatient", practice, call)
    done = {"procedure_code": "G0463", "charge_cents": 8_000, "service_from": "2026-01-05"}
    call = Call(path={"external_id": fresh("CHG")}, body={**done, "patient": {"id": patient["id"]}})
    charge = await world.ok("claims_api.upsertCharge", practice, call)
    given_up = {"kind": "bad_debt", "charge_id": charge["id"], "reason": text("reason")}
    await world.ok("claims_api.writeOff", practice, Call(body=given_up))
    assurances = ["final_notice_sent", "no_payment_plan", "no_assistance_pending", "no_dispute", "no_bankruptcy"]
    whose = {"vendor_id": vendor, "guarantor_id": guarantor["id"], "kind": "bad_debt"}
    return Call(body={**whose, "assurances": assurances, "note": text("note")}, status=201)


async def _read_placement(world: World, practice: Practice) -> Call:
    return Call(path={"placement_id": (await make_placement(world, practice))["id"]})


async def _recall_placement(world: World, practice: Practice) -> Call:
    made = await make_placement(world, practice)
    seen = {"If-Match": f'"{made["version"]}"'}
    return Call(path={"placement_id": made["id"]}, body={"reason": text("reason")}, headers=seen)


async def _agency_remittance(world: World, practice: Practice) -> Call:
    placed = await make_placement(world, practice)
    line = {"placement_id": placed["id"], "charge_id": placed["lines"][0]["charge_id"]}
    body = {"vendor_id": placed["vendor_id"], "reference": fresh("REM"), "remitted_on": "2026-03-02"}
    lines = [{**line, "collected_cents": 24, "fee_cents": 6}]
    return Call(body={**body, "amount_cents": 18, "lines": lines}, status=201)


async def make_agency_remittance(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of an agency's remittance, and the header that names its version."""
    call = await _agency_remittance(world, practice)
    made = await world.ok("claims_api.enterAgencyRemittance", practice, call)
    practice.own("receipt", made["receipt_id"])
    path = {"agency_remittance_id": practice.own("agency_remittance", made["id"])}
    return path, {"If-Match": f'"{made["version"]}"'}


async def _read_agency_remittance(world: World, practice: Practice) -> Call:
    path, _ = await make_agency_remittance(world, practice)
    return Call(path=path)


async def _reverse_agency_remittance(world: World, practice: Practice) -> Call:
    path, seen = await make_agency_remittance(world, practice)
    return Call(path=path, body={"reason": text("reason")}, headers=seen)


async def _of_a_claim(_world: World, practice: Practice) -> Call:
    return Call(query={"claim_id": practice.one("claim")})


async def _read_write_off(world: World, practice: Practice) -> Call:
    path, _ = await make_write_off(world, practice)
    return Call(path=path)


async def _reverse_write_off(world: World, practice: Practice) -> Call:
    path, seen = await make_write_off(world, practice)
    return Call(path=path, body={"reason": text("reason")}, headers=seen)


async def _request_refund(world: World, practice: Practice) -> Call:
    guarantor = practice.one("guarantor")
    body = {"kind": "patient", "method": "check", "amount_cents": 5, "received_on": "2026-03-02"}
    call = Call(body={**body, "guarantor_id": guarantor}, status=201)
    receipt = practice.own("receipt", (await world.ok("claims_api.receiveMoney", practice, call))["id"])
    return Call(body={"receipt_id": receipt, "amount_cents": 5, "reason": text("reason")}, status=201)


REFUND_PATHS: Final = {
    "requested": (),
    "approved": ("approveRefund",),
    "issued": ("approveRefund", "issueRefund"),
    "stale": ("approveRefund", "issueRefund", "markRefundStale"),
    "unclaimed": ("approveRefund", "issueRefund", "markRefundStale", "turnRefundOver"),
}
REFUND_ISSUED: Final = {"method": "check", "reference": "CHECK-1", "issued_on": "2026-03-03"}


async def make_refund(world: World, practice: Practice, state: str) -> tuple[dict[str, str], dict[str, str]]:
    """The path of a refund in the state, and the header that names its version."""
    made = await world.ok("claims_api.requestRefund", practice, await _request_refund(world, practice))
    path = {"refund_id": practice.own("refund", made["id"])}
    for operation in REFUND_PATHS[state]:
        call = Call(path=path, body=_refund_body(operation), headers={"If-Match": f'"{made["version"]}"'})
        made = await world.ok(f"claims_api.{operation}", practice, call)
    return path, {"If-Match": f'"{made["version"]}"'}


def _refund_body(operation: str) -> dict[str, Any] | None:
    if operation == "approveRefund":
        return None
    return REFUND_ISSUED if operation == "issueRefund" else {"reason": text("reason")}


def _refund_step(operation: str, state: str) -> Recipe:
    async def recipe(world: World, practice: Practice) -> Call:
        path, seen = await make_refund(world, practice, state)
        return Call(path=path, body=_refund_body(operation), headers=seen)

    return recipe


async def _read_refund(world: World, practice: Practice) -> Call:
    path, _ = await make_refund(world, practice, "requested")
    return Call(path=path)


async def make_overpayment(world: World, practice: Practice, *operations: str) -> tuple[dict[str, str], dict[str, str]]:
    """The path of a case that somebody found, and the header that names its version after these operations."""
    made = await world.ok("claims_api.openOverpayment", practice, await _open_overpayment(world, practice))
    path = {"overpayment_id": practice.own("overpayment_case", made["id"])}
    for operation in operations:
        call = Call(path=path, body=OVERPAYMENT_STEPS[operation], headers={"If-Match": f'"{made["version"]}"'})
        made = await world.ok(f"claims_api.{operation}", practice, call)
    return path, {"If-Match": f'"{made["version"]}"'}


async def _open_overpayment(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    charge = claim["lines"][0]["charge_id"]
    body = {"charge_id": charge, "amount_cents": 5, "identified_on": str(TODAY), "basis": text("basis")}
    return Call(body=body, status=201)


OVERPAYMENT_STEPS: Final[dict[str, dict[str, Any]]] = {
    "identifyOverpayment": {"identified_on": str(TODAY - timedelta(days=1)), "basis": text("basis")},
    "startOverpaymentInvestigation": {"started_on": str(TODAY), "reason": text("reason")},
    "endOverpaymentInvestigation": {"ended_on": str(TODAY), "reason": text("reason")},
    "chooseOverpaymentMethod": {"method": "refund_check", "reason": text("reason")},
    "closeOverpayment": {"close_reason": "not_overpaid", "reason": text("reason")},
}


def _overpayment_step(operation: str, *before: str) -> Recipe:
    async def recipe(world: World, practice: Practice) -> Call:
        path, seen = await make_overpayment(world, practice, *before)
        return Call(path=path, body=OVERPAYMENT_STEPS[operation], headers=seen)

    return recipe


async def _read_overpayment(world: World, practice: Practice) -> Call:
    path, _ = await make_overpayment(world, practice)
    return Call(path=path)


async def _attach_proof(world: World, practice: Practice) -> Call:
    path, seen = await make_overpayment(world, practice)
    document = (await make_document(world, practice))["id"]
    return Call(path=path, body={"document_id": document, "reason": text("reason")}, headers=seen)


async def _owner_contact(_world: World, practice: Practice) -> Call:
    body = {"guarantor_id": practice.one("guarantor"), "kind": "owner_contact", "contacted_on": str(TODAY)}
    return Call(body={**body, "note": text("note")}, status=201)


async def _of_a_guarantor(_world: World, practice: Practice) -> Call:
    return Call(query={"guarantor_id": practice.one("guarantor")})


async def make_vendor(world: World, practice: Practice) -> str:
    """An agency that bills a quarter of what it recovers."""
    made = await world.ok("claims_api.keepVendor", practice, await _keep_vendor(world, practice))
    return practice.own("vendor", made["id"])


async def _keep_vendor(_world: World, _practice: Practice) -> Call:
    body = {"name": "Collections", "net_days": 30, "fee_basis": "recoveries", "fee_basis_points": 2500}
    return Call(path={"external_id": fresh("VENDOR")}, body=body, status=201)


async def _enter_bill(world: World, practice: Practice) -> Call:
    line = {"gl_account": "6200", "text": text("line"), "amount_cents": 5}
    body = {"vendor_id": await make_vendor(world, practice), "number": fresh("INV"), "bill_on": "2026-03-01"}
    return Call(body={**body, "lines": [line]}, status=201)


BILL_PAID: Final = {"method": "check", "reference": "CHECK-2", "paid_on": "2026-03-02", "amount_cents": 5}


async def make_bill(world: World, practice: Practice, *operations: str) -> tuple[dict[str, str], dict[str, str]]:
    """The path of a bill after the operations (and of its payment), and the header that names its version."""
    made = await world.ok("claims_api.enterBill", practice, await _enter_bill(world, practice))
    path = {"bill_id": practice.own("bill", made["id"])}
    for operation in operations:
        body = BILL_PAID if operation == "payBill" else None
        call = Call(path=path, body=body, headers={"If-Match": f'"{made["version"]}"'})
        made = await world.ok(f"claims_api.{operation}", practice, call)
    seen = {"If-Match": f'"{made["version"]}"'}
    if "payBill" in operations:
        path = {**path, "payment_id": practice.own("payment", made["entries"][-1]["id"])}
    return path, seen


def _bill_step(body: dict[str, Any] | None, *operations: str) -> Recipe:
    async def recipe(world: World, practice: Practice) -> Call:
        path, seen = await make_bill(world, practice, *operations)
        return Call(path=path, body=body, headers=seen)

    return recipe


async def _read_bill(world: World, practice: Practice) -> Call:
    path, _ = await make_bill(world, practice)
    return Call(path=path)


async def _small_balances(_world: World, _practice: Practice) -> Call:
    return Call(body={"preview": True})


async def _list_held_money(_world: World, practice: Practice) -> Call:
    return Call(query={"payer_id": practice.one("payer")})


async def make_remittance(
    world: World, practice: Practice, numbers: list[tuple[str, str]], amount: bytes = b"", **more: Any
) -> str:
    """The id of a payment for these control numbers."""
    trace = fresh("TRACE")
    content = payment_file(practice.npi, numbers, trace, **more).replace(b"*ICN1*", f"*{fresh('ICN')}*".encode())
    await upload(world, practice, content.replace(b"BPR*I*", b"BPR*I*" + amount))
    page = await world.ok("claims_api.listRemittances", practice, Call(query={"trace_number": trace}))
    return practice.own("remittance", page["items"][0]["id"])


async def _held_claim(world: World, practice: Practice) -> Call:
    made = await make_remittance(world, practice, [("NOBODY", "CO*45")])
    return Call(path={"remittance_id": made, "n": "1"})


async def make_resolution(world: World, practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The path of a resolution of held money, and the header that names its version."""
    made = await world.ok("claims_api.resolveMoney", practice, await _resolve(world, practice))
    return {"resolution_id": practice.own("resolution", made["id"])}, {"If-Match": f'"{made["version"]}"'}


async def _resolve(world: World, practice: Practice) -> Call:
    held = await _held_claim(world, practice)
    body = {"remittance_id": held.path["remittance_id"], "subject": "held_claim", "n": 1, "outcome": "owed_to_payer"}
    return Call(body={**body, "note": text("note")}, status=201)


async def _read_resolution(world: World, practice: Practice) -> Call:
    path, _ = await make_resolution(world, practice)
    return Call(path=path)


async def _reverse_resolution(world: World, practice: Practice) -> Call:
    path, seen = await make_resolution(world, practice)
    return Call(path=path, body={"reason": text("reason")}, headers=seen)


async def _match(world: World, practice: Practice) -> Call:
    call = await _held_claim(world, practice)
    claim = await make_claim(world, practice)
    lines = [{"line": 1, "charge_id": claim["lines"][0]["charge_id"]}]
    body = {"claim_id": claim["id"], "lines": lines, "reason": text("reason")}
    return replace(call, body=body, headers={"If-Match": '"1"'})


async def _unmatch(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    made = await make_remittance(world, practice, [(claim["patient_control_number"], "CO*45")])
    path = {"remittance_id": made, "n": "1"}
    return Call(path=path, body={"reason": text("reason")}, headers={"If-Match": '"1"'})


async def make_take_back(world: World, practice: Practice) -> tuple[str, dict[str, Any]]:
    """The id of a dollar that a payer took back, and what a person says of it: it had paid that on the claim."""
    claim = await make_claim(world, practice)
    numbers = [(claim["patient_control_number"], "CO*45")]
    made = await make_remittance(world, practice, numbers, taken_back=1)
    page = await world.ok("claims_api.listPayerItems", practice, Call(query={"limit": "200"}))
    [item] = [item for item in page["items"] if item["remittance_id"] == made]
    body = {"claim_id": claim["id"], "reason": text("reason")}
    return practice.own("payer_item", item["id"]), body


async def _payer_item(world: World, practice: Practice) -> Call:
    item, _ = await make_take_back(world, practice)
    return Call(path={"item_id": item})


async def _assign(world: World, practice: Practice) -> Call:
    item, body = await make_take_back(world, practice)
    return Call(path={"item_id": item}, body=body, headers={"If-Match": '"1"'})


async def _unassign(world: World, practice: Practice) -> Call:
    call = await _assign(world, practice)
    made = await world.ok("claims_api.assignPayerItem", practice, call)
    body = {"assignment_id": made["assignments"][0]["id"], "reason": text("reason")}
    return Call(path=call.path, body=body, headers={"If-Match": '"2"'})


async def _decide_correction(world: World, practice: Practice) -> Call:
    claim = await make_claim(world, practice)
    numbers = [(claim["patient_control_number"], "CO*45")]
    made = await make_remittance(world, practice, numbers, corrected=fresh("MEMBER"))
    page = await world.ok("claims_api.listCorrectionProposals", practice, Call(query={"limit": "200"}))
    [found] = [found for found in page["items"] if found["remittance_id"] == made]
    path = {"proposal_id": practice.own("correction_proposal", found["id"])}
    return Call(path=path, body={"reason": text("reason")}, headers={"If-Match": '"1"'})


async def _queued(world: World, practice: Practice) -> tuple[str, int]:
    made = await make_remittance(world, practice, [("NOBODY", "CO*45")], amount=b"9")
    read = await world.ok("claims_api.readRemittance", practice, Call(path={"remittance_id": made}))
    return made, read["payment_cents"]


async def _release_remittance(world: World, practice: Practice) -> Call:
    made, cents = await _queued(world, practice)
    body = {"reason": text("reason"), "deposit_cents": cents}
    return Call(path={"remittance_id": made}, body=body, headers={"If-Match": '"1"'})


async def _reject_remittance(world: World, practice: Practice) -> Call:
    made, _ = await _queued(world, practice)
    return Call(path={"remittance_id": made}, body={"reason": text("reason")}, headers={"If-Match": '"1"'})


async def _reverse_remittance(world: World, practice: Practice) -> Call:
    made = await make_remittance(world, practice, [("NOBODY", "CO*45")])
    return Call(path={"remittance_id": made}, body={"reason": text("reason")}, headers={"If-Match": '"1"'})


async def _enter_remittance(_world: World, practice: Practice) -> Call:
    claim = {"patient_control_number": fresh("PAPER"), "charge_cents": 5000, "paid_cents": 5000, "member_id": MEMBER}
    body = {
        "payer": own(practice, "payer"),
        "billing_entity": own(practice, "billing_entity"),
        "trace_number": fresh("CHECK"),
        "amount_cents": 5000,
        "paid_on": "2026-11-02",
        "claims": [claim],
        "note": text("note"),
    }
    return Call(body=body, headers={"Idempotency-Key": fresh("KEY")}, status=201)


async def _list_denials(_world: World, practice: Practice) -> Call:
    kinds = ("payer", "claim", "remittance")
    return Call(query={f"{kind}_id": practice.one(kind) for kind in kinds})


async def _proofs(_world: World, practice: Practice) -> Call:
    return Call(query={"claim_id": practice.one("claim")})


async def _proof_postings(_world: World, practice: Practice) -> Call:
    return Call(path={"name": "charges_are_posted"}, query={"claim_id": practice.one("claim")})


async def _closed_month(world: World, practice: Practice) -> None:
    """The month before today is closed."""
    month = await world.ok("claims_api.readPeriod", practice, Call(path={"month": MONTH}))
    if month["state"] == "open":
        await world.ok("claims_api.closePeriod", practice, Call(path={"month": MONTH}, body={}))


async def _close_period(world: World, practice: Practice) -> Call:
    await _closed_month(world, practice)
    body = {"reason": text("reason")}
    await world.ok("claims_api.reopenPeriod", practice, Call(path={"month": MONTH}, body=body))
    return Call(path={"month": MONTH}, body={"note": text("note")})


async def _reopen_period(world: World, practice: Practice) -> Call:
    await _closed_month(world, practice)
    return Call(path={"month": MONTH}, body={"reason": text("reason")})


async def _period(_world: World, _practice: Practice) -> Call:
    return Call(path={"month": MONTH})


async def _period_version(world: World, practice: Practice) -> Call:
    """The second close of the month."""
    for _ in range(2):
        await world.ok("claims_api.closePeriod", practice, await _close_period(world, practice))
    return Call(path={"month": MONTH, "version": "2"})


async def _export_journal(_world: World, _practice: Practice) -> Call:
    return Call(query={"on": TODAY.isoformat()})


def a_charge(practice: Practice) -> dict[str, Any]:
    """A charge that no claim bills, 80.00."""
    return {
        "patient": own(practice, "patient"),
        "encounter": own(practice, "encounter"),
        "rendering_provider": own(practice, "provider"),
        "authorization": own(practice, "authorization"),
        "procedure_code": "G0463",
        "charge_cents": 8_000,
        "service_from": "2026-01-05",
        "diagnoses": [DIAGNOSIS],
        "documentation_ref": text("documentation"),
    }


async def _upsert_charge(_world: World, practice: Practice) -> Call:
    return Call(path={"external_id": fresh("CHG")}, body=a_charge(practice), status=201)


async def _void_charge(world: World, practice: Practice) -> Call:
    call = Call(path={"external_id": fresh("CHG")}, body=a_charge(practice))
    made = await world.ok("claims_api.upsertCharge", practice, call)
    practice.own("charge", made["id"])
    body = {"reason": "entered_twice", "note": "It came from two systems."}
    return Call(path={"charge_id": made["id"]}, body=body)


async def _find_charge(world: World, practice: Practice) -> Call:
    call = Call(path={"external_id": fresh("CHG")}, body=a_charge(practice))
    made = await world.ok("claims_api.upsertCharge", practice, call)
    practice.own("charge", made["id"])
    return Call(path={"external_id": made["external_id"]})


async def _upsert_document(_world: World, practice: Practice) -> Call:
    body = {
        "kind": "eob",
        "media_type": "text/plain",
        "sha256": sha256(PAPER).hexdigest(),
        "received_on": "2026-02-20",
        "links": [
            {"kind": kind, "id": practice.one(kind)}
            for kind in ("patient", "coverage", "claim", "remittance", "denial")
        ],
    }
    return Call(path={"external_id": fresh("DOC")}, body=body, status=201)


async def make_document(world: World, practice: Practice) -> dict[str, Any]:
    """A document whose bytes came."""
    made: dict[str, Any] = await world.ok(
        "claims_api.upsertDocument", practice, await _upsert_document(world, practice)
    )
    practice.own("document", made["id"])
    practice.name("external_id", made["external_id"])
    call = Call(path={"document_id": made["id"]}, content=PAPER, media_type="text/plain")
    await world.ok("claims_api.storeDocumentContent", practice, call)
    return made


async def _store_document(world: World, practice: Practice) -> Call:
    made = await make_document(world, practice)
    return Call(path={"document_id": made["id"]}, content=PAPER, media_type="text/plain")


async def _read_document(world: World, practice: Practice) -> Call:
    return Call(path={"document_id": (await make_document(world, practice))["id"]})


async def _find_document(world: World, practice: Practice) -> Call:
    return Call(path={"external_id": (await make_document(world, practice))["external_id"]})


async def _list_documents(world: World, practice: Practice) -> Call:
    await make_document(world, practice)
    return Call(query={"link_kind": "claim", "link_id": practice.one("claim")})


async def _relay(_world: World, practice: Practice) -> Call:
    fact = {
        "source_event_id": int(fresh("0").split("-")[1]) + 1_000_000,
        "type": "work_item.opened",
        "subject_type": "work_item",
        "subject_id": practice.one("work_item"),
        "occurred_at": NOW.isoformat(),
    }
    return Call(body={"practice_id": practice.number, "source": "followup", "events": [fact]})


async def _clock(world: World, practice: Practice) -> Call:
    now = await world.admin.fetchval("SELECT test_clock_at FROM claims.practice WHERE id = $1", practice.number)
    return Call(body={"at": now.isoformat()})


async def _advance(world: World, practice: Practice) -> Call:
    now = await world.admin.fetchval("SELECT test_clock_at FROM claims.practice WHERE id = $1", practice.number)
    return Call(body={"to": now.isoformat()})


async def _bank_statement(world: World, practice: Practice) -> Call:
    """A statement of a day of its own, with one deposit."""
    day = date(2026, 1, 8)
    await world.admin.execute(
        "INSERT INTO claims.simulator_deposit (practice_id, payer_tax_id, trace, n, posted_on, method, payer, cents, "
        "fee_cents, due_at, delivered_at) VALUES ($1, '420000009', '1000000001', 0, $2, 'transfer', 'A PAYER', 100, "
        "0, now(), now()) ON CONFLICT DO NOTHING",
        practice.number,
        day,
    )
    return Call(path={"posted_on": day.isoformat()})


async def _kpi(_world: World, _practice: Practice) -> Call:
    return Call(path={"kpi": "days_in_ar"})


async def _kpi_entries(_world: World, _practice: Practice) -> Call:
    return Call(path={"kpi": "days_in_ar"}, query={"measure": "charges"})


async def _list_work_items(_world: World, practice: Practice) -> Call:
    return Call(query={"claim_id": practice.one("claim")})


async def _take(world: World, practice: Practice) -> Call:
    return Call(path={"work_item_id": await make_work_item(world, practice)}, body={"minutes": 30})


async def _release(world: World, practice: Practice) -> Call:
    item, _ = await make_held_work_item(world, practice)
    return Call(path={"work_item_id": item})


async def _snooze(world: World, practice: Practice) -> Call:
    item, etag = await make_held_work_item(world, practice)
    body = {"until": "2026-03-10", "reason": text("reason")}
    return Call(path={"work_item_id": item}, body=body, headers={"If-Match": etag})


async def _complete(world: World, practice: Practice) -> Call:
    item, etag = await make_held_work_item(world, practice)
    body = {
        "outcome": "on_file_in_process",
        "note": text("note"),
        "reference_number": text("reference"),
        "next_action": text("next"),
    }
    return Call(path={"work_item_id": item}, body=body, headers={"If-Match": etag})


RECIPES: Final[dict[str, Recipe]] = {
    "claims_api.issueToken": _issue_token,
    "claims_api.readSigningKeys": _nothing,
    "claims_api.listAccessLog": _nothing,
    "claims_api.verifyAccessLog": _nothing,
    **{f"claims_api.upsert{name}": _upsert(name) for name in PARTIES},
    **{f"claims_api.find{name}": _find(snake(name)) for name in PARTIES},
    **{f"claims_api.read{name}": _read(snake(name)) for name in PARTIES},
    "claims_api.upsertCharge": _upsert_charge,
    "claims_api.voidCharge": _void_charge,
    "claims_api.findCharge": _find_charge,
    "claims_api.readCharge": _read("charge", "charge_id"),
    "claims_api.upsertDocument": _upsert_document,
    "claims_api.storeDocumentContent": _store_document,
    "claims_api.listDocuments": _list_documents,
    "claims_api.findDocument": _find_document,
    "claims_api.readDocument": _read_document,
    "claims_api.readDocumentContent": _read_document,
    "claims_api.createClaim": _create_claim,
    "claims_api.createClaims": _bulk,
    "claims_api.listClaims": _list_claims,
    "claims_api.readClaim": _read("claim", "claim_id"),
    "claims_api.readClaimTimeline": _read("claim", "claim_id"),
    "claims_api.addClaimNote": _note,
    "claims_api.submitClaims": _submit_claims,
    "claims_api.submitClaim": _submit_claim,
    "claims_api.releaseClaim": _release_claim,
    "claims_api.listClaimVersions": _read("claim", "claim_id"),
    "claims_api.correctClaim": _correct,
    "claims_api.voidClaim": _void,
    "claims_api.confirmVoid": _confirm_void,
    "claims_api.resubmitClaim": _resubmit,
    "claims_api.addLateCharges": _late_charges,
    "claims_api.withdrawClaimVersion": _withdraw,
    "claims_api.readCoordination": _read("claim", "claim_id"),
    "claims_api.billNextPayer": _bill_next,
    "claims_api.listSubmissions": _nothing,
    "claims_api.readSubmission": _read("submission", "submission_id"),
    "claims_api.uploadEdiFile": _upload,
    "claims_api.readEdiFile": _read("edi_file", "file_id"),
    "claims_api.readEdiFileContent": _read("edi_file", "file_id"),
    "claims_api.retryEdiFile": _retry_file,
    "claims_api.readOperation": _read("edi_file", "operation_id"),
    "claims_api.cancelOperation": _cancel_operation,
    "claims_api.listRemittances": _list_remittances,
    "claims_api.readRemittance": _read("remittance", "remittance_id"),
    "claims_api.listHeldMoney": _list_held_money,
    "claims_api.readRemittanceClaim": _held_claim,
    "claims_api.suggestMatches": _held_claim,
    "claims_api.matchRemittanceClaim": _match,
    "claims_api.unmatchRemittanceClaim": _unmatch,
    "claims_api.rematchRemittance": _read("remittance", "remittance_id"),
    "claims_api.releaseRemittance": _release_remittance,
    "claims_api.rejectRemittance": _reject_remittance,
    "claims_api.reverseRemittance": _reverse_remittance,
    "claims_api.enterRemittance": _enter_remittance,
    "claims_api.receiveMoney": _receive,
    "claims_api.listReceipts": _list_receipts,
    "claims_api.readReceipt": _read_receipt,
    "claims_api.applyReceipt": _apply_receipt,
    "claims_api.unapplyReceipt": _unapply_receipt,
    "claims_api.returnReceipt": _return_receipt,
    "claims_api.voidReceipt": _return_receipt,
    "claims_api.identifyReceipt": _identify_receipt,
    "claims_api.reassignReceipt": _reassign_receipt,
    "claims_api.openDepositSlip": _open_slip,
    "claims_api.listDepositSlips": _nothing,
    "claims_api.readDepositSlip": _read_slip,
    "claims_api.closeDepositSlip": _close_slip,
    "claims_api.keepBankAccount": _keep_account,
    "claims_api.listBankAccounts": _nothing,
    "claims_api.uploadBankStatement": _statement,
    "claims_api.readBankStatement": _read_statement,
    "claims_api.readBankStatementContent": _read_statement,
    "claims_api.listBankLines": _nothing,
    "claims_api.readBankLine": _read_line,
    "claims_api.matchBankLine": _match_line,
    "claims_api.listCredits": _of_a_claim,
    "claims_api.openOverpayment": _open_overpayment,
    "claims_api.listOverpayments": _of_a_claim,
    "claims_api.readOverpayment": _read_overpayment,
    "claims_api.identifyOverpayment": _overpayment_step("identifyOverpayment"),
    "claims_api.startOverpaymentInvestigation": _overpayment_step("startOverpaymentInvestigation"),
    "claims_api.endOverpaymentInvestigation": _overpayment_step(
        "endOverpaymentInvestigation", "startOverpaymentInvestigation"
    ),
    "claims_api.chooseOverpaymentMethod": _overpayment_step("chooseOverpaymentMethod"),
    "claims_api.attachOverpaymentProof": _attach_proof,
    "claims_api.closeOverpayment": _overpayment_step("closeOverpayment"),
    "claims_api.listUnappliedMoney": _nothing,
    "claims_api.listUnclaimedProperty": _of_a_guarantor,
    "claims_api.recordOwnerContact": _owner_contact,
    "claims_api.listOwnerContacts": _of_a_guarantor,
    "claims_api.requestRefund": _request_refund,
    "claims_api.listRefunds": _of_a_claim,
    "claims_api.readRefund": _read_refund,
    "claims_api.approveRefund": _refund_step("approveRefund", "requested"),
    "claims_api.issueRefund": _refund_step("issueRefund", "approved"),
    "claims_api.clearRefund": _refund_step("clearRefund", "issued"),
    "claims_api.cancelRefund": _refund_step("cancelRefund", "requested"),
    "claims_api.voidRefund": _refund_step("voidRefund", "issued"),
    "claims_api.markRefundStale": _refund_step("markRefundStale", "issued"),
    "claims_api.turnRefundOver": _refund_step("turnRefundOver", "stale"),
    "claims_api.remitRefund": _refund_step("remitRefund", "unclaimed"),
    "claims_api.keepVendor": _keep_vendor,
    "claims_api.listVendors": _nothing,
    "claims_api.enterBill": _enter_bill,
    "claims_api.listBills": _nothing,
    "claims_api.readBill": _read_bill,
    "claims_api.approveBill": _bill_step(None),
    "claims_api.payBill": _bill_step(BILL_PAID, "approveBill"),
    "claims_api.voidBillPayment": _bill_step({"reason": text("reason")}, "approveBill", "payBill"),
    "claims_api.voidBill": _bill_step({"reason": text("reason")}),
    "claims_api.readBillFees": _read_bill,
    "claims_api.readPayables": _nothing,
    "claims_api.writeOff": _write_off,
    "claims_api.listWriteOffs": _of_a_claim,
    "claims_api.writeOffSmallBalances": _small_balances,
    "claims_api.readWriteOff": _read_write_off,
    "claims_api.reverseWriteOff": _reverse_write_off,
    "claims_api.transferBalance": _transfer,
    "claims_api.listTransfers": _of_a_claim,
    "claims_api.readTransfer": _read_transfer,
    "claims_api.reverseTransfer": _reverse_transfer,
    "claims_api.resolveMoney": _resolve,
    "claims_api.listResolutions": _nothing,
    "claims_api.readResolution": _read_resolution,
    "claims_api.reverseResolution": _reverse_resolution,
    "claims_api.placeAccounts": _place,
    "claims_api.listPlacements": _nothing,
    "claims_api.readPlacement": _read_placement,
    "claims_api.recallPlacement": _recall_placement,
    "claims_api.enterAgencyRemittance": _agency_remittance,
    "claims_api.listAgencyRemittances": _nothing,
    "claims_api.readAgencyRemittance": _read_agency_remittance,
    "claims_api.reverseAgencyRemittance": _reverse_agency_remittance,
    "claims_api.unmatchBankLine": _unmatch_line,
    "claims_api.holdBankLine": _change_line,
    "claims_api.setBankLineAside": _change_line,
    "claims_api.reassociateBank": _nothing,
    "claims_api.listBankOpenItems": _nothing,
    "claims_api.readBankProof": _nothing,
    "claims_api.listPayerItems": _nothing,
    "claims_api.listCorrectionProposals": _nothing,
    "claims_api.readPayerItem": _payer_item,
    "claims_api.assignPayerItem": _assign,
    "claims_api.unassignPayerItem": _unassign,
    "claims_api.acceptCorrectionProposal": _decide_correction,
    "claims_api.rejectCorrectionProposal": _decide_correction,
    "claims_api.listDenials": _list_denials,
    "claims_api.readDenial": _read("denial", "denial_id"),
    "claims_api.readProofs": _proofs,
    "claims_api.listProofPostings": _proof_postings,
    "claims_api.readBalances": _nothing,
    "claims_api.exportJournal": _export_journal,
    "claims_api.listPeriods": _nothing,
    "claims_api.readPeriod": _period,
    "claims_api.closePeriod": _close_period,
    "claims_api.reopenPeriod": _reopen_period,
    "claims_api.listPeriodVersions": _period,
    "claims_api.readPeriodVersion": _period_version,
    "claims_api.readPeriodDifferences": _period_version,
    "claims_api.listEvents": _nothing,
    "claims_api.listEventHeads": _nothing,
    "claims_api.relayEvents": _relay,
    "claims_api.readProgress": _nothing,
    "claims_api.listSimulatedBankStatements": _nothing,
    "claims_api.readSimulatedBankStatement": _bank_statement,
    "claims_api.readTestClock": _nothing,
    "claims_api.setTestClock": _clock,
    "claims_api.advanceTestClock": _advance,
    "followup_worker.listWorkItems": _list_work_items,
    "followup_worker.readWorkItem": _read("work_item", "work_item_id"),
    "followup_worker.takeWorkItem": _take,
    "followup_worker.releaseWorkItem": _release,
    "followup_worker.snoozeWorkItem": _snooze,
    "followup_worker.completeWorkItem": _complete,
    "followup_worker.readProgress": _nothing,
    "followup_worker.listAccessLog": _nothing,
    "followup_worker.verifyAccessLog": _nothing,
    "reporting_api.listKpis": _nothing,
    "reporting_api.readKpi": _kpi,
    "reporting_api.listGroupKpis": _nothing,
    "reporting_api.readKpiSeries": _kpi,
    "reporting_api.readKpiMembers": _kpi,
    "reporting_api.proveKpi": _kpi,
    "reporting_api.listKpiEntries": _kpi_entries,
    "reporting_api.listKpiOpen": _kpi,
    "reporting_api.listAccessLog": _nothing,
    "reporting_api.verifyAccessLog": _nothing,
    "reporting_api.readAging": _nothing,
    "reporting_api.readProgress": _nothing,
}

# Operations that take an Idempotency-Key, and a table in which each leaves one row more.
KEYED: Final = {
    # First, because the worker reads every event there is before it opens an item.
    "followup_worker.takeWorkItem": "followup.work_item_touch",
    "followup_worker.releaseWorkItem": "followup.work_item_touch",
    "followup_worker.snoozeWorkItem": "followup.work_item_touch",
    "followup_worker.completeWorkItem": "followup.work_item_touch",
    "claims_api.createClaim": "claims.claim",
    "claims_api.addClaimNote": "claims.claim_note",
    "claims_api.uploadEdiFile": "claims.edi_file",
    "claims_api.enterRemittance": "claims.remittance_action",
    "claims_api.matchRemittanceClaim": "claims.remittance_action",
    "claims_api.unmatchRemittanceClaim": "claims.remittance_action",
    "claims_api.rematchRemittance": "claims.idempotency_key",
    "claims_api.releaseRemittance": "claims.remittance_action",
    "claims_api.rejectRemittance": "claims.remittance_action",
    "claims_api.reverseRemittance": "claims.remittance_action",
    "claims_api.assignPayerItem": "claims.remittance_action",
    "claims_api.unassignPayerItem": "claims.remittance_action",
    "claims_api.acceptCorrectionProposal": "claims.remittance_action",
    "claims_api.rejectCorrectionProposal": "claims.remittance_action",
    "claims_api.receiveMoney": "claims.receipt",
    "claims_api.openDepositSlip": "claims.deposit_slip",
    "claims_api.addLateCharges": "claims.idempotency_key",
    "claims_api.billNextPayer": "claims.idempotency_key",
    "claims_api.holdBankLine": "claims.idempotency_key",
    "claims_api.keepBankAccount": "claims.bank_account",
    "claims_api.matchBankLine": "claims.idempotency_key",
    "claims_api.reassociateBank": "claims.idempotency_key",
    "claims_api.setBankLineAside": "claims.idempotency_key",
    "claims_api.unmatchBankLine": "claims.idempotency_key",
    "claims_api.uploadBankStatement": "claims.bank_statement",
    "claims_api.withdrawClaimVersion": "claims.idempotency_key",
    "claims_api.applyReceipt": "claims.idempotency_key",
    "claims_api.approveRefund": "claims.idempotency_key",
    "claims_api.cancelRefund": "claims.idempotency_key",
    "claims_api.clearRefund": "claims.idempotency_key",
    "claims_api.closeDepositSlip": "claims.idempotency_key",
    "claims_api.correctClaim": "claims.idempotency_key",
    "claims_api.identifyReceipt": "claims.idempotency_key",
    "claims_api.reassignReceipt": "claims.receipt_reassignment",
    "claims_api.issueRefund": "claims.idempotency_key",
    "claims_api.markRefundStale": "claims.idempotency_key",
    "claims_api.remitRefund": "claims.idempotency_key",
    "claims_api.openOverpayment": "claims.overpayment_case",
    "claims_api.identifyOverpayment": "claims.overpayment_fact",
    "claims_api.startOverpaymentInvestigation": "claims.overpayment_fact",
    "claims_api.endOverpaymentInvestigation": "claims.overpayment_fact",
    "claims_api.chooseOverpaymentMethod": "claims.overpayment_fact",
    "claims_api.attachOverpaymentProof": "claims.overpayment_fact",
    "claims_api.closeOverpayment": "claims.overpayment_fact",
    "claims_api.recordOwnerContact": "claims.owner_contact",
    "claims_api.requestRefund": "claims.idempotency_key",
    "claims_api.resubmitClaim": "claims.idempotency_key",
    "claims_api.returnReceipt": "claims.idempotency_key",
    "claims_api.reverseWriteOff": "claims.idempotency_key",
    "claims_api.transferBalance": "claims.transfer",
    "claims_api.resolveMoney": "claims.resolution",
    "claims_api.reverseResolution": "claims.idempotency_key",
    "claims_api.placeAccounts": "claims.placement",
    "claims_api.recallPlacement": "claims.idempotency_key",
    "claims_api.enterAgencyRemittance": "claims.agency_remittance",
    "claims_api.reverseAgencyRemittance": "claims.idempotency_key",
    "claims_api.reverseTransfer": "claims.idempotency_key",
    "claims_api.turnRefundOver": "claims.idempotency_key",
    "claims_api.unapplyReceipt": "claims.idempotency_key",
    "claims_api.confirmVoid": "claims.idempotency_key",
    "claims_api.voidCharge": "claims.idempotency_key",
    "claims_api.voidClaim": "claims.idempotency_key",
    "claims_api.voidReceipt": "claims.idempotency_key",
    "claims_api.voidRefund": "claims.idempotency_key",
    "claims_api.writeOff": "claims.idempotency_key",
    "claims_api.writeOffSmallBalances": "claims.idempotency_key",
    "claims_api.approveBill": "claims.idempotency_key",
    "claims_api.keepVendor": "claims.vendor",
    "claims_api.releaseClaim": "claims.idempotency_key",
    "claims_api.enterBill": "claims.bill",
    "claims_api.payBill": "claims.bill_entry",
    "claims_api.voidBill": "claims.bill_entry",
    "claims_api.voidBillPayment": "claims.bill_entry",
}


async def with_key(world: World, practice: Practice, key: str) -> Call:
    """The operation's call under an Idempotency-Key of its own."""
    call = await RECIPES[key](world, practice)
    return replace(call, headers={**call.headers, "Idempotency-Key": fresh("KEY")})
