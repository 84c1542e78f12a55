"""EFT and remittance, in any order: E08, E38, E43, returned transfers, and what stays open."""

from uuid import UUID

import httpx
import pytest

# Relative, because the tests are not on the import path.
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc, era_bytes  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .teller import Movement, Teller, paid


@pytest.fixture
async def teller(http: httpx.AsyncClient) -> Teller:
    teller = Teller(http)
    await teller.open_account()
    return teller


async def test_e08_a_transfer_finds_its_remittance_by_trace_and_the_clearing_is_zero(
    world: World, bill: Billing, teller: Teller
) -> None:
    remittance = await paid(world, bill, "TRC1")
    assert await teller.open_items() == [("remittance_without_money", -9600)]

    statement = await teller.bring(Movement("96.00", "TRC1"))

    line = await teller.line()
    assert (statement["state"], statement["new_count"]) == ("taken_in", 1)
    assert (line["state"], line["matches"][0]["matched_by"]) == ("matched", "trace")
    assert await posted_for(world, "bank_line", line) == [("E08", 1000, 1040, 9600)]
    assert await world.clearing(UUID(remittance)) == 0
    assert await teller.open_items() == []


async def test_e43_money_before_its_remittance_is_unidentified_until_it_comes(
    world: World, bill: Billing, teller: Teller
) -> None:
    await teller.bring(Movement("96.00", "TRC1"))
    line = await teller.line()
    assert (line["state"], line["held_cents"]) == ("open", 9600)
    assert await teller.open_items() == [("money_without_remittance", 9600)]

    remittance = await paid(world, bill, "TRC1")
    assert (await teller.reassociate()) == {"matched_count": 1, "held_count": 0}

    assert await posted_for(world, "bank_line", line) == [("E43", 1000, 2000, 9600), ("E43", 2000, 1040, 9600)]
    assert await world.clearing(UUID(remittance)) == 0
    assert (await teller.line())["held_cents"] == 0
    assert await teller.open_items() == []


async def test_one_cent_off_is_an_open_item_and_books_nothing(world: World, bill: Billing, teller: Teller) -> None:
    await paid(world, bill, "TRC1")

    await teller.bring(Movement("95.99", "TRC1"))

    line = await teller.line()
    assert await posted_for(world, "bank_line", line) == []
    assert [(one["by"], one["difference_cents"]) for one in line["suggestions"]] == [("trace", -1)]
    assert await teller.open_items() == [("amount_mismatch", -9600), ("amount_mismatch", 9599)]


async def test_the_same_statement_twice_and_an_overlapping_one_double_nothing(
    world: World, bill: Billing, teller: Teller
) -> None:
    await paid(world, bill, "TRC1")
    same = Movement("5.00", reference="R9")
    first = await teller.bring(Movement("96.00", "TRC1", reference="R1"), same, same)

    again = await teller.bring(Movement("96.00", "TRC1", reference="R1"), same, same)
    more = await teller.bring(same, same, same)

    assert [one["new_count"] for one in (first, again, more)] == [3, 0, 1], "equal lines of one file are two lines"
    assert len(await teller.lines()) == 4
    assert len(await teller.lines("matched")) == 1


async def test_a_bai2_file_that_does_not_add_up_is_kept_and_brings_no_line(teller: Teller) -> None:
    good = (
        b"01,1,P,261120,0600,1,,,2/\n02,P,1,1,261119,2359,USD,2/\n03,00012345,USD,,,,/\n"
        b"16,165,9600,Z,B1,C1,TRN*1*TRC1*1420000099\n49,9600,3/\n98,9600,1,5/\n99,9600,1,7/\n"
    )

    bad = await teller.upload(good.replace(b"49,9600", b"49,9601"), "bai2")
    assert bad["state"] == "rejected"
    assert {finding["code"] for finding in bad["findings"]} == {"account_total_differs"}
    assert await teller.lines() == []
    taken = await teller.upload(good, "bai2")
    assert (taken["state"], taken["new_count"]) == ("taken_in", 1)
    assert (await teller.line())["traces"] == ["TRC1"]


async def test_the_bytes_of_a_statement_stay_what_they_were(teller: Teller, http: httpx.AsyncClient) -> None:
    content = b"\xef\xbb\xbfDate,Amount,Reference,Description\r\n2026-11-20,1.00,R,x\r\n"
    statement = await teller.upload(content, "csv")
    answer = await http.get(f"/v1/bank/statements/{statement['id']}/content")
    assert answer.content == content


async def test_a_lockbox_deposit_is_many_checks(world: World, bill: Billing, teller: Teller) -> None:
    first = await paid(world, bill, "1001", method="CHK")
    second = await paid(world, bill, "1002", method="CHK", dollars="50")
    await teller.bring(Movement("146.00", text="LOCKBOX"))
    line = await teller.line()
    short = await teller.tried(line, "match", payments=[{"remittance_id": first}, {"remittance_id": first}])
    assert short.json()["code"] == "payment_not_open"

    done = await teller.change(line, "match", payments=[{"remittance_id": first}, {"remittance_id": second}])

    assert (done["state"], done["matched_cents"]) == ("matched", 14600)
    assert await teller.open_items() == []


async def test_one_remittance_paid_in_two_lines(world: World, bill: Billing, teller: Teller) -> None:
    remittance = await paid(world, bill, "TRC1")
    await teller.bring(Movement("60.00", reference="A"), Movement("36.01", reference="B"))
    one, two = await teller.lines()
    await teller.change(one, "match", payments=[{"remittance_id": remittance}])
    assert await world.clearing(UUID(remittance)) == 3600

    refused = await teller.tried(two, "match", payments=[{"remittance_id": remittance, "amount_cents": 3601}])
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_not_open")
    rest = await teller.change(two, "match", payments=[{"remittance_id": remittance}])

    assert (rest["state"], rest["matched_cents"]) == ("open", 3600)
    assert await teller.open_items() == [("money_without_remittance", 1)]


async def test_e38_a_virtual_card_reaches_the_bank_less_its_fee(world: World, bill: Billing, teller: Teller) -> None:
    remittance = await paid(world, bill, "CARD1")
    await teller.bring(Movement("93.00", text="CARD SETTLEMENT"))

    line = await teller.change(
        await teller.line(), "match", payments=[{"remittance_id": remittance, "fee_cents": 300}], reason="virtual card"
    )

    assert await posted_for(world, "bank_line", line) == [
        ("E38", 1030, 1040, 9300),
        ("E38", 6210, 1040, 300),
        ("E08", 1000, 1030, 9300),
    ]
    assert await world.clearing(UUID(remittance)) == 0
    assert await teller.open_items() == []


async def test_a_returned_transfer_undoes_e08_and_the_remittance_waits_again(
    world: World, bill: Billing, teller: Teller
) -> None:
    remittance = await paid(world, bill, "TRC1")
    await teller.bring(Movement("96.00", "TRC1"))

    await teller.bring(Movement("-96.00", "TRC1", day="2026-11-22"))

    returned = (await teller.lines())[-1]
    assert returned["state"] == "matched"
    assert await posted_for(world, "bank_line", returned) == [("E08", 1040, 1000, 9600)]
    assert await world.clearing(UUID(remittance)) == 9600
    assert await teller.open_items() == [("remittance_without_money", -9600)]


async def test_a_payment_of_nothing_needs_no_line(world: World, bill: Billing, teller: Teller) -> None:
    await paid(world, bill, "ZERO", dollars="0", method="NON")
    assert await teller.open_items() == []


async def test_unmatching_is_a_linked_reversal_and_both_sides_are_open_again(
    world: World, bill: Billing, teller: Teller
) -> None:
    remittance = await paid(world, bill, "TRC1")
    await teller.bring(Movement("96.00", "TRC1"))
    line = await teller.line()

    undone = await teller.change(line, "unmatch", match_ids=[line["matches"][0]["id"]], reason="another bank's trace")

    assert (undone["state"], undone["matched_cents"]) == ("open", 0)
    assert await posted_for(world, "bank_line", line) == [("E08", 1000, 1040, 9600), ("E33", 1040, 1000, 9600)]
    assert await teller.open_items() == [("money_without_remittance", 9600), ("remittance_without_money", -9600)]
    stale = await teller.tried(line, "match", payments=[{"remittance_id": remittance}])
    assert stale.status_code == 412


async def test_unmatching_held_money_holds_it_again(world: World, bill: Billing, teller: Teller) -> None:
    await teller.bring(Movement("96.00", "TRC1"))
    await paid(world, bill, "TRC1")
    await teller.reassociate()
    line = await teller.line()

    undone = await teller.change(line, "unmatch", match_ids=[line["matches"][0]["id"]], reason="wrong")

    assert (undone["held_cents"], undone["state"]) == (9600, "open")
    assert (await teller.reassociate())["matched_count"] == 0, "what a person took apart stays apart"
    await teller.change(undone, "match", payments=[{"remittance_id": line["matches"][0]["remittance_id"]}])
    assert await teller.open_items() == []


async def test_payroll_is_set_aside_and_counts_nowhere(teller: Teller) -> None:
    await teller.bring(Movement("-5000.00", text="PAYROLL"))
    line = await teller.line()
    assert await teller.open_items() == [("money_taken_back", -500000)]

    aside = await teller.change(line, "set-aside", reason="payroll")

    assert await teller.open_items() == []
    assert (await teller.tried(aside, "match", payments=[{"remittance_id": line["id"]}])).status_code == 409
    await teller.change(aside, "set-aside", aside=False, reason="a take-back after all")
    assert await teller.open_items() == [("money_taken_back", -500000)]


async def test_open_items_have_ages_in_the_practices_classes(
    world: World, bill: Billing, teller: Teller, http: httpx.AsyncClient
) -> None:
    await paid(world, bill, "TRC1", paid_on="20261119")
    item = (await teller.get("/v1/bank/open-items"))["items"][0]
    classes = {}
    today = item["age_days"]
    for first in (today, today + 1):
        await world.settings({"reassociation_days": [first, 30]})  # type: ignore[dict-item]
        found = await teller.get("/v1/bank/open-items")
        classes[first - today] = (found["day_classes"][0] == first, found["items"][0]["age_class"])
    assert classes == {0: (True, 1), 1: (True, 0)}, "the class begins on its day"


async def test_a_remittance_that_comes_by_file_finds_its_money_by_itself(
    world: World, bill: Billing, teller: Teller, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    await teller.bring(Movement("96.00", "TRC1"))
    era = Era((Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CO-45 104"),)),), trace="TRC1")

    headers = {"Content-Type": "application/edi-x12"}
    answer = await http.post("/v1/edi/files", content=era_bytes(era), headers=headers)

    assert answer.status_code in (201, 202), answer.text
    assert (await teller.line())["state"] == "matched"
    assert await teller.open_items() == []
