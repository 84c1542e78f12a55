"""What HTTP tells of payments, denials and the books."""

import httpx

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


async def get(http: httpx.AsyncClient, path: str) -> dict[str, object]:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_a_payment_reads_as_the_payer_wrote_it_with_what_became_of_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    stranger = Clp("NOBODY1", "50", "50", (Svc("G0008", "50", "50"),))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,), icn="ICN1"), stranger), plb=(("L6", "-1"),)))

    answer = await http.get(f"/v1/remittances/{outcome.remittance_id}")

    body = answer.json()
    assert (body["state"], body["payment_cents"], body["held_cents"]) == ("posted_with_held", 14700, 5000)
    assert body["counts"] == {"claims": 2, "posted": 1, "held": 1, "memo": 0, "denials": 0, "reviews": 0}
    first, second = body["claims"]["items"]
    assert (first["state"], first["matched_by"], first["outcome"]) == ("posted", "patient_control_number", "paid")
    assert [(a["carc"], a["amount_cents"]) for a in first["lines"][0]["adjustments"]] == [("45", 8000), ("2", 2400)]
    assert (second["hold_reason"], second["hold_text"]) == ("no_match", "no claim of ours fits")
    assert [(e["code"], e["action"]) for e in body["provider_adjustments"]] == [("L6", "E20")]


async def test_claims_of_a_payment_come_in_pages(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    claims = tuple(Clp(f"NOBODY{n}", "50", "50", (Svc("G0008", "50", "50"),)) for n in range(3))
    outcome = await world.post(Era(claims))
    path = f"/v1/remittances/{outcome.remittance_id}?limit=2"

    first = (await http.get(path)).json()["claims"]
    rest = (await http.get(f"{path}&cursor={first['next_cursor']}")).json()["claims"]

    assert [claim["n"] for claim in (*first["items"], *rest["items"])] == [1, 2, 3]
    assert rest["next_cursor"] is None


async def test_payments_are_listed_newest_first_and_filtered(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount="97"))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), trace="T2"))

    everything = (await http.get("/v1/remittances")).json()["items"]
    queued = (await http.get("/v1/remittances?state=queued")).json()["items"]
    by_trace = (await http.get("/v1/remittances?trace_number=T2")).json()["items"]

    assert [one["trace_number"] for one in everything] == ["T2", "TRC0001"]
    assert [one["trace_number"] for one in queued] == ["TRC0001"]
    assert [one["state"] for one in by_trace] == ["posted"]


async def test_a_denial_reads_with_its_route(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-197 200"),)),)))

    [listed] = (await http.get("/v1/denials?state=new&carc=197")).json()["items"]
    answer = await http.get(f"/v1/denials/{listed['id']}")

    assert answer.json() == listed
    assert answer.headers["ETag"] == '"1"'
    assert (listed["carc"], listed["category"], listed["denied_cents"]) == ("197", "authorization", 20000)
    assert (await http.get("/v1/denials?carc=16")).json()["items"] == []


async def test_the_books_prove_themselves_for_claim_payment_and_practice(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    stranger = Clp("NOBODY1", "50", "50", (Svc("G0008", "50", "50"),))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)), stranger), plb=(("L6", "-1"),)))

    claim = (await http.get(f"/v1/ledger/proofs?claim_id={visit.id}")).json()
    payment = (await http.get(f"/v1/ledger/proofs?remittance_id={outcome.remittance_id}")).json()
    practice = (await http.get("/v1/ledger/proofs?as_of=2026-11-23")).json()

    assert [(proof["name"], proof["difference_cents"]) for proof in claim["proofs"] if not proof["holds"]] == []
    assert [(proof["name"], proof["difference_cents"]) for proof in payment["proofs"] if not proof["holds"]] == []
    assert [(proof["name"], proof["difference_cents"]) for proof in practice["proofs"] if not proof["holds"]] == []
    sums = {proof["name"]: proof["left_cents"] for proof in payment["proofs"]}
    assert (sums["payment_in_clearing"], sums["lines_are_the_claims"], sums["held_money_is_held"]) == (
        14700,
        9600,
        5000,
    )
    assert len(claim["postings"]) == 4
    assert payment["omitted_count"] == 0


async def test_a_proof_that_does_not_hold_says_by_how_much(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    await world.rows(
        "UPDATE claims.ar_balance SET balance_cents = balance_cents - 1 WHERE practice_id = $1 RETURNING 1"
    )

    proofs = (await http.get(f"/v1/ledger/proofs?claim_id={visit.id}")).json()
    await world.rows(
        "UPDATE claims.ar_balance SET balance_cents = balance_cents + 1 WHERE practice_id = $1 RETURNING 1"
    )

    assert proofs["holds"] is False
    [broken] = [proof for proof in proofs["proofs"] if not proof["holds"]]
    assert (broken["name"], broken["difference_cents"]) == ("open_is_the_sum_of_postings", -1)


async def test_the_trial_balance_counts_what_is_effective_by_the_day(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    today = (await http.get("/v1/ledger/balances?as_of=2026-11-23")).json()
    before = (await http.get("/v1/ledger/balances?as_of=2026-11-22")).json()

    assert {one["account"]: one["balance_cents"] for one in today["accounts"]} == {
        1040: 9600, 1100: 0, 1110: 2400, 4000: 20000, 4100: 8000,
    }  # fmt: skip
    assert today["receivable_cents"] == 2400
    assert before["accounts"] == []


async def test_another_subject_or_two_of_them_are_refused(world: World, http: httpx.AsyncClient) -> None:
    nobody = "019a0000-0000-7000-8000-00000000dead"

    assert (await http.get(f"/v1/ledger/proofs?claim_id={nobody}")).status_code == 404
    assert (await http.get(f"/v1/ledger/proofs?remittance_id={nobody}")).status_code == 404
    assert (await http.get(f"/v1/ledger/proofs?claim_id={nobody}&as_of=2026-11-23")).status_code == 422
    assert (await http.get(f"/v1/remittances/{nobody}")).status_code == 404
    assert (await http.get(f"/v1/denials/{nobody}")).status_code == 404


async def test_each_read_leaves_a_row_in_the_access_log(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit = await bill(("G0463", 20000))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-197 200"),)),)))
    [denial] = (await http.get("/v1/denials")).json()["items"]

    for path in (
        "/v1/remittances", f"/v1/remittances/{outcome.remittance_id}", "/v1/held-money",
        f"/v1/denials/{denial['id']}", f"/v1/ledger/proofs?claim_id={visit.id}", "/v1/ledger/balances",
    ):  # fmt: skip
        await get(http, path)

    rows = await world.rows("SELECT entry->>'operation' AS op FROM claims.access_log_pending WHERE practice_id = $1")
    assert {"listDenials", "listRemittances", "readRemittance", "listHeldMoney", "readDenial", "readProofs",
            "readBalances"} <= {row["op"] for row in rows}  # fmt: skip


async def test_open_amounts_with_payers_and_proposed_corrections_are_listed(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 104")
    corrected = Clp(visit.pcn, "200", "96", (line,), extra=("NM1*74*1*SANDBOXER*PATRICIA****C*M9999",))
    await world.post(Era((corrected,), plb=(("WO:OLD", "10"), ("FB:T9", "-4"))))

    items = (await http.get("/v1/remittances/payer-items")).json()["items"]
    taken = (await http.get("/v1/remittances/payer-items", params={"kind": "take_back"})).json()["items"]
    first = (await http.get("/v1/remittances/payer-items", params={"limit": 1})).json()
    rest = (await http.get("/v1/remittances/payer-items", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    proposals = (await http.get("/v1/remittances/proposals")).json()["items"]

    assert sorted((one["kind"], one["open_cents"]) for one in items) == [("forwarded", 400), ("take_back", 1000)]
    assert [one["kind"] for one in taken] == ["take_back"]
    assert [first["items"][0]["id"], rest["items"][0]["id"]] == [one["id"] for one in items]
    assert [(one["kind"], one["stated"]["id"]) for one in proposals] == [("member", "M9999")]
