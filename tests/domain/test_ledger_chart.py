"""The chart of accounts and what each event may move, against the handbook's journal table."""

import pytest

from claims_api.ledger.domain import ACCOUNTS, AR_ACCOUNTS, CHART, CREDIT_ACCOUNT_OF, Account, AccountType, Side
from claims_api.ledger.events import MEMO_ONLY, MOVEMENTS, LedgerEvent, mirrored
from claims_api.ledger.posting import IllegalPostingError, PostingDraft
from claims_api.parties.domain import ResponsibilityKind

# The handbook's journal lines: event, debit, credit. Every one must be possible.
HANDBOOK = """
E01 1100 4000
E02 1115 4000
E04 1040 1100
E05 4100 1100
E06 4105 1100
E07 1110 1100
E07 1100 1100
E08 1000 1040
E09 1040 1100
E09 1110 1100
E11 1030 1110
E12 1030 2010
E13 2010 1110
E14 2010 2030
E14 2030 1000
E15 1100 2020
E15 2020 1000
E16 2040 1040
E16B 1200 1040
E16B 1100 1200
E17 1040 2040
E18 1040 2040
E18 2040 1040
E19 1040 1100
E19 1040 1200
E20 1040 4220
E20 4230 1040
E21 1200 1040
E21 1040 2000
E22 4140 1040
E22 1250 1040
E22 1215 1040
E23 1040 4200
E23 1040 4210
E24 4150 1110
E25 4160 1110
E25 1195 1110
E26 1000 4170
E26 6200 4170
E27 4120 1110
E28 4140 1100
E29 1100 1040
E29 1100 4100
E29 1100 1110
E30 1040 1100
E30 4100 1100
E30 1110 1100
E31 1110 1000
E32 1110 4290
E33 1100 1040
E33 1040 1100
E34 1130 1110
E35 4100 1100
E36 1215 1100
E37 2030 2050
E37 2050 1000
E38 1030 1040
E38 6210 1040
E40 1110 1100
E41 1110 4160
E42 1100 3900
E42 1110 3900
E43 1000 2000
E43 2000 1040
E44 4100 1190
E45 1100 2020
E45 1110 2030
E45 2020 1100
E46 1040 2000
E46 1200 1040
E47 1100 1100
"""


@pytest.mark.parametrize("row", HANDBOOK.split("\n")[1:-1])
def test_every_journal_line_of_the_handbook_can_be_written(row: str) -> None:
    event, debit, credit = row.split()

    assert (Account(int(debit)), Account(int(credit))) in MOVEMENTS[LedgerEvent(event)]


def test_the_events_run_from_e01_to_e48_without_a_gap() -> None:
    numbers = [event.value for event in LedgerEvent if event.value != "E16B"]

    assert numbers == [f"E{number:02d}" for number in range(1, 49)]


@pytest.mark.parametrize("event", LedgerEvent)
def test_only_memo_events_move_nothing(event: LedgerEvent) -> None:
    assert (not MOVEMENTS[event]) is (event in MEMO_ONLY)


def test_a_reversal_may_undo_exactly_what_an_adjudication_may_do() -> None:
    assert MOVEMENTS[LedgerEvent.REVERSAL] == mirrored(MOVEMENTS[LedgerEvent.CORRECTION])
    assert MOVEMENTS[LedgerEvent.CHARGE_VOIDED] == mirrored(
        MOVEMENTS[LedgerEvent.CHARGE_INSURED] | MOVEMENTS[LedgerEvent.CHARGE_SELF_PAY]
    )


WRITE_OFF_ACCOUNTS = {a for a in Account if ACCOUNTS[a].type is AccountType.CONTRA_REVENUE}


@pytest.mark.parametrize("event", LedgerEvent)
def test_write_off_classes_never_mix_in_one_event(event: LedgerEvent) -> None:
    classes = {debit for debit, credit in MOVEMENTS[event] if debit in WRITE_OFF_ACCOUNTS and credit in AR_ACCOUNTS}

    whole = (LedgerEvent.REVERSAL, LedgerEvent.CORRECTION, LedgerEvent.POSTED_WRONG)
    assert len(classes) <= 1 or event in whole


TRANSFERS = (LedgerEvent.SHARE_TRANSFER, LedgerEvent.RESPONSIBILITY_CHANGE, LedgerEvent.AGENCY_PLACEMENT)


@pytest.mark.parametrize("event", TRANSFERS)
def test_a_transfer_stays_inside_receivables(event: LedgerEvent) -> None:
    assert {account for movement in MOVEMENTS[event] for account in movement} <= set(AR_ACCOUNTS)


def test_every_account_has_one_row_and_a_normal_side_that_fits_its_type() -> None:
    assert [row.number for row in CHART] == sorted(Account)
    debit_types = {AccountType.ASSET, AccountType.EXPENSE}
    for row in CHART:
        if row.type in debit_types:
            assert row.normal_side is Side.DEBIT
        if row.type in {AccountType.LIABILITY, AccountType.REVENUE, AccountType.OTHER_INCOME}:
            assert row.normal_side is Side.CREDIT


def test_every_responsibility_has_exactly_one_account() -> None:
    kinds = [row.responsibility for row in CHART if row.responsibility]

    assert sorted(kinds) == sorted(ResponsibilityKind)


def test_withholds_and_bad_debt_are_not_open_receivables() -> None:
    assert AR_ACCOUNTS == (1100, 1110, 1115, 1120, 1130)
    assert set(CREDIT_ACCOUNT_OF) == set(AR_ACCOUNTS)
    assert {ACCOUNTS[account].type for account in CREDIT_ACCOUNT_OF.values()} == {AccountType.LIABILITY}


@pytest.mark.parametrize("cents", [0, -1])
def test_a_posting_moves_a_positive_amount(cents: int) -> None:
    with pytest.raises(IllegalPostingError, match="positive"):
        PostingDraft(LedgerEvent.INSURANCE_PAYMENT, Account.REMITTANCE_CLEARING, Account.AR_INSURANCE, cents)


def test_an_account_that_the_event_does_not_move_is_refused() -> None:
    with pytest.raises(IllegalPostingError, match="E05 does not move 1100 to 4140"):
        PostingDraft(LedgerEvent.CONTRACTUAL, Account.ADMINISTRATIVE, Account.AR_INSURANCE, 100)


def test_a_transfer_needs_two_parties() -> None:
    share = (LedgerEvent.SHARE_TRANSFER, Account.AR_INSURANCE, Account.AR_INSURANCE, 2400)

    assert PostingDraft(*share, debit_party="secondary", credit_party="primary")
    with pytest.raises(IllegalPostingError, match="two different buckets"):
        PostingDraft(*share, debit_party="primary", credit_party="primary")
