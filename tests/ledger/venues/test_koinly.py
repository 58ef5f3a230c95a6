"""Koinly's templates and exports: one activity a row, labels become kinds, none by default."""

import pytest

from ledger.model.amount import Money
from ledger.model.fund import Wallet
from ledger.venues import koinly
from ledger.venues.importing import read_files

ONE = 10**18
UNIVERSAL = (
    "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,"
    "Net Worth Amount,Net Worth Currency,Label,Description,TxHash"
)
EXPORT = (
    "Date,Type,Label,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,"
    "Received Amount,Received Currency,Received Cost Basis,Fee Amount,Fee Currency,Gain (EUR),"
    "Net Value (EUR),Fee Value (EUR),TxSrc,TxDest,TxHash,Description"
)
TRADES = "Koinly Date,Pair,Side,Amount,Total,Fee Amount,Fee Currency,Order ID,Trade ID"
SIMPLE = "Koinly Date,Amount,Currency,Label,TxHash"


def imported(header, *rows, wallets=(), owner=""):
    body = "\n".join([header, *rows, ""]).encode()
    named = {wallet.label: wallet for wallet in wallets}
    return read_files([("k.csv", body)], [koinly], named, owner)


def the_kind(reading):
    (activity,) = reading.activities
    return activity.statement.kind


def test_a_trade_pays_its_fee_on_top():
    reading = imported(UNIVERSAL, "2026-03-02 09:00:00,1000,EUR,0.03,BTC,2,EUR,,,,first,0xabc")
    assert reading.layout == "universal"
    assert the_kind(reading) == "buy"
    assert reading.balances() == {"iso4217:EUR": -1002 * ONE, "symbol:BTC": 3 * ONE // 100}
    (activity,) = reading.activities
    assert (activity.txid, activity.statement.note) == ("0xabc", "first")


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("2026-03-02,0.5,BTC,1000,EUR,,,,,,,", "sell"),
        ("2026-03-02,0.5,BTC,8,ETH,,,,,swap,,", "swap"),
        ("2026-03-02,,,8,ETH,,,,,,,", "deposit"),
        ("2026-03-02,8,ETH,,,,,,,,,", "withdrawal"),
        ("2026-03-02,,,8,ETH,,,,,airdrop,,", "airdrop"),
        ("2026-03-02,,,8,ETH,,,,,Reward,,", "staking"),
        ("2026-03-02,,,8,ETH,,,,,lending_interest,,", "interest"),
        ("2026-03-02,,,8,ETH,,,,,gift,,", "gift_received"),
        ("2026-03-02,8,ETH,,,,,,,gift,,", "gift_sent"),
        ("2026-03-02,8,ETH,,,,,,,lost,,", "lost"),
        ("2026-03-02,,,,,8,ETH,,,,,", "fee"),
    ],
)
def test_sides_and_labels_say_the_kind(row, kind):
    assert the_kind(imported(UNIVERSAL, row)) == kind


@pytest.mark.parametrize(
    ("row", "code", "word"),
    [
        ("2026-03-02,,,8,ETH,,,,,magic,,", "unknown_kind", "magic"),
        ("2026-03-02,1,BTC,8,ETH,,,,,magic,,", "unknown_kind", "magic"),
        ("02/03/2026,,,8,ETH,,,,,,,", "bad_time", "02/03/2026"),
        ("2026-03-02,,,eight,ETH,,,,,,,", "bad_amount", "eight"),
        ("2026-03-02,-8,ETH,,,,,,,,,", "bad_amount", "-8"),
        ("2026-03-02,,,8,,,,,,,,", "bad_row", "symbol"),
        ("2026-03-02,,,,,,,,,,,", "bad_row", "neither"),
        ("2026-03-02,,,8,ETH,,,5,XYZ,,,", "bad_row", "XYZ"),
    ],
)
def test_a_row_that_cannot_be_booked_is_named(row, code, word):
    reading = imported(UNIVERSAL, row, "2026-03-03,,,1,ETH,,,,,,,")
    assert [(one.code, one.line) for one in reading.problems] == [(code, 2)]
    assert word in reading.problems[0].message
    assert reading.balances() == {"symbol:ETH": ONE}


def test_units_staked_are_still_the_funds():
    reading = imported(UNIVERSAL, "2026-03-02,8,ETH,,,,,,,stake,,", owner="hot",
                       wallets=[Wallet("venue:koinly", "hot", "hot")])  # fmt: skip
    assert the_kind(reading) == "transfer"
    assert [wallet.id for wallet in reading.wallets] == ["venue:koinly:hot/pool"]
    assert reading.balances() == {"symbol:ETH": -8 * ONE}


def test_an_export_names_its_wallets_and_values():
    reading = imported(
        EXPORT,
        "2026-03-02 09:00:00 UTC,transfer,,Kraken,1.0,BTC,,Ledger,1.0,BTC,,0.001,BTC,,,,,,,",
        '2026-03-03 09:00:00 UTC,sell,,Ledger,0.5,BTC,,Ledger,"20,000.5",EUR,,,,,20000.50,,,,,',
    )
    assert reading.layout == "transactions"
    assert [activity.statement.kind for activity in reading.activities] == ["transfer", "sell"]
    assert reading.activities[0].transfers[0].recipient == "venue:koinly:Ledger"
    assert reading.activities[1].statement.value == Money(20_000 * ONE + ONE // 2, "EUR")
    assert reading.balances() == {
        "iso4217:EUR": 20_000 * ONE + ONE // 2,
        "symbol:BTC": -501 * ONE // 1000,
    }


def test_a_worth_of_zero_is_no_price():
    (activity,) = imported(UNIVERSAL, "2026-03-02,,,8,ETH,,,0.00,USD,,,").activities
    assert activity.statement.value is None


def test_the_trade_template_splits_its_pair():
    reading = imported(TRADES, "2018-01-01 14:25 UTC,BTC-USD,Buy,1,1000,5,USD,,t1")
    assert reading.balances() == {"iso4217:USD": -1005 * ONE, "symbol:BTC": ONE}


def test_the_simple_template_is_signed():
    reading = imported(SIMPLE, "2024-01-01 00:00 UTC,1.5,XMR,income,",
                       "2024-01-02 00:00 UTC,-0.5,XMR,cost,")  # fmt: skip
    assert [activity.statement.kind for activity in reading.activities] == ["income", "spend"]
    assert reading.balances() == {"symbol:XMR": ONE}


def test_the_bulk_export_is_read_without_its_ids_and_deleted_rows():
    header = (
        "ID (read-only),Date (UTC),Type,Tag,From Wallet (read-only),From Amount,From Currency,"
        "To Wallet (read-only),To Amount,To Currency,Fee Amount,Fee Currency,Net Worth Amount,"
        "Net Worth Currency,Deleted,TxHash"
    )
    reading = imported(
        header,
        "1,2024-01-01 00:00:00,deposit,,,,,Main;77,5,WFLR;9546698,,,,,false,",
        "2,2024-01-02 00:00:00,deposit,,,,,Main;77,9,WFLR;9546698,,,,,true,",
    )
    assert (reading.layout, reading.rows_read, reading.problems) == ("bulk", 2, ())
    assert reading.balances() == {"symbol:WFLR": 5 * ONE}
    assert [wallet.id for wallet in reading.wallets] == ["venue:koinly:Main"]


def test_semicolons_with_decimal_commas_are_read():
    reading = imported(UNIVERSAL.replace(",", ";"), "2026-03-02;;;8,25;ETH;;;;;;;")
    assert reading.balances() == {"symbol:ETH": 33 * ONE // 4}


def test_a_row_of_zero_is_named():
    reading = imported(SIMPLE, "2024-01-01 00:00 UTC,0,XMR,,")
    assert [(one.code, one.line) for one in reading.problems] == [("bad_row", 2)]


def test_one_side_of_a_trade_is_a_deposit_or_withdrawal_and_never_a_trade_or_income():
    for row, kind in (
        ("2026-03-02,0.5,BTC,0,EUR,,,20000,EUR,,,", "withdrawal"),
        ("2026-03-02,0,BTC,5,EUR,,,,,,,", "deposit"),
    ):
        assert the_kind(imported(UNIVERSAL, row)) == kind
