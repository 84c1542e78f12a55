"""The money of payments at the simulated bank: when it comes, in which lines, and the files that show it."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from claims_api.bank.domain.bai2 import read_bai2
from claims_api.bank.domain.csv_lines import read_csv
from claims_api.bank.domain.lines import traces_in
from claims_api.simulator.domain.bank_files import bai2_statement, csv_statement
from claims_api.simulator.domain.calendar import business_days_after
from claims_api.simulator.domain.deposits import Deposit, Method, deposits_of, statement_lines
from claims_api.simulator.domain.envelope import Addresses
from claims_api.simulator.domain.fate import Money
from claims_api.simulator.domain.payment import PaymentToWrite
from claims_api.simulator.domain.payment_parties import PaymentParties

from .conftest import Sandbox
from .files import decision_on
from .world import advance, claims_of, send, set_clock
from .world import deposits_of as deposits_in

FRIDAY = date(2026, 3, 20)


def a_payment(*, by_check: bool = False, trace: str = "1000000001") -> PaymentToWrite:
    parties = PaymentParties(
        payer_name="HEALTH PLAN",
        payer_id="84146",
        tax_id="420000009",
        pays_by_check=by_check,
        payee_name="GOOD CLINIC",
        payee_npi="1234567893",
        payee_tin="741234567",
        addresses=Addresses("ZZ", "PAYER", "ZZ", "CLINIC"),
    )
    return PaymentToWrite(parties, FRIDAY, trace, (decision_on("TEST-UNDERPAY-10", 100_000),))


def bank_gets(money: Money = Money.USUAL, **changes: object) -> list[Deposit]:
    return list(deposits_of(a_payment(**changes), money))  # type: ignore[arg-type]


def test_a_transfer_comes_whole_within_two_business_days_and_a_check_within_six() -> None:
    total = a_payment().total_cents
    for n in range(30):
        [transfer] = bank_gets(trace=f"{n}")
        [check] = bank_gets(trace=f"{n}", by_check=True)
        assert (transfer.method, transfer.cents, check.method, check.cents) == ("transfer", total, "check", total)
        assert FRIDAY <= transfer.posted_on <= business_days_after(FRIDAY, 2)
        assert business_days_after(FRIDAY, 3) <= check.posted_on <= business_days_after(FRIDAY, 6)


def test_money_can_be_missing_short_returned_or_less_a_fee() -> None:
    total = a_payment().total_cents

    assert bank_gets(Money.MISSING) == []
    assert [one.cents for one in bank_gets(Money.SHORT)] == [total - 100]
    came, gone = bank_gets(Money.RETURNED)
    assert (came.cents, gone.cents, gone.method) == (total, -total, "return")
    assert gone.posted_on == business_days_after(came.posted_on, 2)
    [card] = bank_gets(Money.CARD)
    assert (card.method, card.cents, card.fee_cents) == ("card", total, total * 3 // 100)


def test_a_payment_of_nothing_never_reaches_the_bank() -> None:
    assert list(deposits_of(replace(a_payment(), claims=()), Money.USUAL)) == []


def a_deposit(method: Method, trace: str, cents: int, fee_cents: int = 0) -> Deposit:
    return Deposit(FRIDAY, method, "HEALTH PLAN", "420000009", trace, cents, fee_cents)


STATEMENT = statement_lines(
    [
        a_deposit(Method.TRANSFER, "T1", 9_600),
        a_deposit(Method.TRANSFER, "T2", 1),
        a_deposit(Method.CHECK, "C1", 5_000),
        a_deposit(Method.CHECK, "C2", 700),
        a_deposit(Method.CARD, "V1", 10_000, 300),
        a_deposit(Method.CARD, "V2", 1_000, 30),
        a_deposit(Method.RETURN, "T0", -2_500),
    ]
)


def test_checks_and_cards_of_a_day_are_one_line_each_and_transfers_their_own() -> None:
    assert sorted((line.method.value, line.cents) for line in STATEMENT) == [
        ("card", 10_670),
        ("check", 5_700),
        ("return", -2_500),
        ("transfer", 1),
        ("transfer", 9_600),
    ]
    transfer = next(line for line in STATEMENT if line.cents == 9_600)
    assert (transfer.reference, "TRN*1*T1*1420000009" in transfer.text) == ("T1", True)


def test_the_csv_has_a_row_for_each_line_in_dollars() -> None:
    rows = list(csv.DictReader(csv_statement(STATEMENT).decode().splitlines()))

    assert sum(round(float(row["Amount"]) * 100) for row in rows) == sum(line.cents for line in STATEMENT)
    assert {row["Date"] for row in rows} == {"2026-03-20"}
    assert [row["Reference"] for row in rows if row["Type"] == "ACH CREDIT"] == ["T1", "T2"]


def test_the_bai2_totals_and_counts_are_those_of_its_records() -> None:
    content = bai2_statement(FRIDAY, STATEMENT, datetime(2026, 3, 23, 6, 30, tzinfo=UTC)).decode()

    records = [line.rstrip("/").split(",") for line in content.splitlines()]
    by_code = {record[0]: record for record in records}
    amounts = [int(record[2]) for record in records if record[0] == "16"]
    assert amounts == [abs(line.cents) for line in STATEMENT]
    assert [int(by_code[code][1]) for code in ("49", "98", "99")] == [sum(amounts)] * 3
    assert (by_code["49"][2], by_code["98"][3], by_code["99"][3]) == (
        str(len(records) - 4),
        str(len(records) - 2),
        str(len(records)),
    )
    assert {record[1]: int(record[2]) for record in records if record[0] == "16"}["555"] == 2_500


def test_the_bank_reads_from_both_files_what_is_in_the_statement() -> None:
    made_at = datetime(2026, 3, 23, 6, 30, tzinfo=UTC)
    columns = {"date": "Date", "amount": "Amount", "reference": "Reference", "type_code": "Type", "text": "Description"}

    from_bai2, from_csv = (
        read_bai2(bai2_statement(FRIDAY, STATEMENT, made_at)),
        read_csv(csv_statement(STATEMENT), columns),
    )

    assert (from_bai2.findings, from_csv.findings) == ([], [])
    for read in (from_bai2, from_csv):
        assert [(line.posted_on, line.amount_cents) for line in read.lines] == [
            (line.posted_on, line.cents) for line in STATEMENT
        ]
        assert [traces_in(line)[0] for line in read.lines if line.reference == "T1"] == [["T1"]]


async def test_a_declared_account_gets_its_statements_and_matches_what_names_its_trace(sandbox: Sandbox) -> None:
    account = {"name": "Operating account", "account_number": "90002"}
    await sandbox.put("/v1/bank/accounts/by-external-id/BANK-1", account)
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-OWN-PAYMENT", "TEST-EFT-MISSING", "TEST-NO-ERA")
    await send(sandbox)

    await advance(sandbox, "2026-06-01T12:00:00Z")

    lines = (await sandbox.http.get("/v1/bank/lines")).json()["items"]
    kinds = {item["kind"] for item in (await sandbox.http.get("/v1/bank/open-items")).json()["items"]}
    assert sorted(line["state"] for line in lines) == ["matched", "open"]
    assert {"remittance_without_money", "money_without_remittance"} <= kinds
    proof = (await sandbox.http.get("/v1/bank/proof")).json()
    assert proof["holds"]


@pytest.fixture
async def paid(sandbox: Sandbox) -> Sandbox:
    """A practice whose payers have paid by every way there is."""
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-OWN-PAYMENT", "TEST-EFT-RETURNED", "TEST-CARD", "TEST-EFT-MISSING", "TEST-NO-ERA")
    await send(sandbox)
    await advance(sandbox, "2026-06-01T12:00:00Z")
    return sandbox


async def test_a_statement_can_be_read_once_time_has_reached_it(paid: Sandbox) -> None:
    deposits = await deposits_in(paid)
    listed = (await paid.http.get("/v1/simulator/bank-statements")).json()["items"]

    assert sum(one["cents"] for one in listed) == sum(row["cents"] - row["fee_cents"] for row in deposits)
    assert sum(one["payment_count"] for one in listed) == len(deposits) == 5
    for one in listed:
        as_csv = await paid.http.get(one["content"])
        as_bai2 = await paid.http.get(one["content"], params={"format": "bai2"})
        assert (as_csv.status_code, as_bai2.status_code) == (200, 200)
        assert as_bai2.text.startswith("01,")
        rows = list(csv.DictReader(as_csv.text.splitlines()))
        assert sum(round(float(row["Amount"]) * 100) for row in rows) == one["cents"]


async def test_a_page_of_statements_leads_to_the_next(paid: Sandbox) -> None:
    whole = (await paid.http.get("/v1/simulator/bank-statements")).json()
    first = (await paid.http.get("/v1/simulator/bank-statements", params={"limit": 1})).json()
    rest = await paid.http.get("/v1/simulator/bank-statements", params={"cursor": first["next_cursor"]})

    assert [*first["items"], *rest.json()["items"]] == whole["items"]


async def test_a_day_without_money_or_ahead_of_the_clock_has_no_statement(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-PAID")
    await send(sandbox)
    while not await deposits_in(sandbox):
        clock = (await sandbox.http.get("/v1/test-clock")).json()
        await advance(sandbox, clock["next_due_at"])
    [deposit] = await deposits_in(sandbox)
    path = f"/v1/simulator/bank-statements/{deposit['posted_on']}/content"

    await advance(sandbox, deposit["due_at"] - timedelta(seconds=1))
    before = await sandbox.http.get(path)
    await advance(sandbox, deposit["due_at"])
    at = await sandbox.http.get(path)

    assert (before.status_code, at.status_code) == (404, 200)
    assert (await sandbox.http.get("/v1/simulator/bank-statements/2026-01-01/content")).status_code == 404


async def test_money_whose_remittance_never_comes_is_at_the_bank_all_the_same(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-NO-ERA")
    await send(sandbox)

    moved = await advance(sandbox, "2026-06-01T12:00:00Z")

    assert moved["delivered"] == {"999": 1, "277CA": 1, "bank": 1}
    assert [row["cents"] > 0 for row in await deposits_in(sandbox)] == [True]
