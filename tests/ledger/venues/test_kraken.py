"""Kraken's ledgers prove themselves: balance change is amount less fee, and refid joins a trade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.errors import BadInput
from ledger.model.fund import Wallet
from ledger.venues import kraken
from ledger.venues.importing import read_files

ONE = 10**18
LEDGERS = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"'
NEWEST = (
    "txid,refid,time,type,subtype,aclass,subclass,asset,wallet,amount,fee,balance,amountusd,"
    "feeusd,balanceusd,feecurrency"
)
TRADES = "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers"

PAID = '"L1","T1","2024-03-03 08:20:02","trade","","currency","ZEUR",-400.0000,1.0000,599.0000'
GOT = '"L2","T1","2024-03-03 08:20:02","trade","","currency","XXBT",0.0100,0.0000,0.0100'


def imported(header, *rows, wallets=(), owner=""):
    body = "\n".join([header, *rows, ""]).encode()
    named = {wallet.label: wallet for wallet in wallets}
    return read_files([("ledgers.csv", body)], [kraken], named, owner)


def test_rows_with_one_refid_are_one_trade():
    reading = imported(LEDGERS, PAID, GOT)
    (activity,) = reading.activities
    assert set(activity.evidence) == {line.id for line in reading.lines}
    assert activity.id == f"venue:kraken/row:{min(activity.evidence)}"
    assert (activity.statement.kind, activity.txid) == ("buy", "T1")
    moves = [(move.asset, move.sender, move.recipient) for move in activity.transfers]
    assert moves == [
        ("iso4217:EUR", "main", "market"),
        ("symbol:BTC", "market", "main"),
        ("iso4217:EUR", "main", "fee"),
    ]
    assert reading.balances() == {"iso4217:EUR": -401 * ONE, "symbol:BTC": ONE // 100}


def test_equal_amounts_are_still_a_trade():
    reading = imported(LEDGERS, PAID.replace("ZEUR", "USDC"), GOT.replace("0.0100,0", "400,0"))
    assert reading.activities[0].statement.kind == "swap"


def test_an_announced_row_books_nothing_and_is_no_problem():
    booked = '"L1","W1","2024-03-03 08:20:02","withdrawal","","currency","ZEUR",-400,1,599'
    reading = imported(LEDGERS, booked.replace('"L1"', '""'), booked)
    assert (reading.rows_read, reading.problems) == (2, ())
    assert reading.balances() == {"iso4217:EUR": -401 * ONE}
    assert reading.activities[0].transfers[0].recipient == "external"


def test_a_failed_withdrawal_comes_back_with_its_fee():
    out = '"L1","W1","2024-03-03 08:20:02","withdrawal","","currency","XETH",-4,0.1,0'
    back = '"L2","W1","2024-03-04 08:20:02","withdrawal","","currency","XETH",4,-0.1,4.1'
    reading = imported(LEDGERS, out, back)
    assert reading.balances() == {}
    assert [one.statement.kind for one in reading.activities] == ["withdrawal", "deposit"]


def test_a_fee_in_another_asset_leaves_that_asset():
    row = "L1,W1,2026-05-12 09:14:41,deposit,,currency,crypto,SOL,spot / main,5,0.2,5,,,,KFEE"
    reading = imported(NEWEST, row)
    assert reading.balances() == {"symbol:KFEE": -ONE // 5, "symbol:SOL": 5 * ONE}


def test_staking_moves_carry_the_units_through_a_place_of_the_fund():
    out = '"L1","R1","2024-03-03 08:20:02","transfer","spottostaking","currency","DOT",-5,0,0'
    into = '"L2","R2","2024-03-03 08:20:02","transfer","stakingfromspot","currency","DOT.S",5,0,5'
    reading = imported(LEDGERS, into, out)
    assert [one.statement.kind for one in reading.activities] == ["transfer", "transfer"]
    assert [wallet.address for wallet in reading.wallets] == ["main", "main/staking"]
    first, second = reading.activities
    assert first.transfers[0].recipient == "venue:kraken:main/staking"
    assert second.transfers[0].sender == "venue:kraken:main/staking"
    assert reading.balances() == {}


def test_units_that_leave_for_futures_have_left_the_account():
    out = '"L1","R1","2024-03-03 08:20:02","transfer","spottofutures","currency","ZUSD",-5,0,0'
    reading = imported(LEDGERS, out)
    assert reading.balances() == {"iso4217:USD": -5 * ONE}
    assert "venue:kraken:main/futures" in {wallet.id for wallet in reading.wallets}


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ('"staking",""', "staking"),
        ('"earn","reward"', "income"),
        ('"earn","airdrop"', "airdrop"),
        ('"dividend",""', "income"),
        ('"deposit",""', "deposit"),
        ('"margin",""', "income"),
    ],
)
def test_what_comes_in_says_why(operation, kind):
    reading = imported(LEDGERS, f'"L1","R1","2024-03-03 08:20:02",{operation},"c","DOT",5,0,5')
    assert reading.activities[0].statement.kind == kind


def test_a_margin_fee_is_a_fee():
    row = '"L1","R1","2024-03-03 08:20:02","rollover","","currency","ZUSD",0,0.5,9'
    (activity,) = imported(LEDGERS, row).activities
    assert activity.statement.kind == "fee"
    assert [(move.recipient, move.quantity) for move in activity.transfers] == [("fee", ONE // 2)]


@pytest.mark.parametrize("operation", ['"transfer",""', '"nfttrade",""', '"earn","magic"'])
def test_an_unknown_operation_is_never_guessed(operation):
    row = f'"L9","R9","2024-03-03 08:20:02",{operation},"c","DOT",5,0,5'
    reading = imported(LEDGERS, row, PAID, GOT)
    assert [(one.code, one.line) for one in reading.problems] == [("unknown_kind", 2)]
    assert len(reading.activities) == 1
    assert len(reading.lines) == 2


def test_a_bad_half_keeps_its_trade_out_of_the_books():
    reading = imported(LEDGERS, PAID.replace("-400.0000", "x"), GOT)
    assert [one.line for one in reading.problems] == [2, 3]
    assert reading.activities == reading.lines == ()


def test_half_a_trade_is_booked_and_named():
    reading = imported(LEDGERS, PAID)
    assert [one.code for one in reading.problems] == ["unmatched_transfer"]
    assert reading.balances() == {"iso4217:EUR": -401 * ONE}
    assert len(reading.lines) == 1


def test_a_newer_export_of_the_same_rows_adds_nothing():
    newer = "L1,T1,2024-03-03 08:20:02,trade,,currency,fiat,EUR,spot / main,-400,1,599,-430,,,"
    old = read_files([("a.csv", f"{LEDGERS}\n{PAID}\n{GOT}\n".encode())], [kraken], {})
    both = read_files(
        [
            ("a.csv", f"{LEDGERS}\n{PAID}\n{GOT}\n".encode()),
            ("b.csv", f"{NEWEST}\n{newer}\n".encode()),
        ],
        [kraken],
        {},
    )
    assert both.balances() == old.balances()
    assert len(both.activities) == 1


def eur(number, amount, balance):
    when = f"2024-03-0{number} 08:20:02"
    return f'"L{number}","R{number}","{when}","deposit","","currency","ZEUR",{amount},0,{balance}'


def test_a_chain_of_balances_that_holds_is_no_problem():
    rows = [eur(1, 5, 5), eur(2, 3, 8), eur(3, 2, 10)]
    assert imported(LEDGERS, *rows).problems == ()
    assert imported(LEDGERS, *reversed(rows)).problems == ()


def test_a_row_that_is_missing_from_the_chain_of_balances_is_noticed():
    reading = imported(LEDGERS, eur(1, 5, 5), eur(3, 2, 10))
    assert [(one.code, one.line) for one in reading.problems] == [("statement_gap", 3)]
    assert len(reading.activities) == 2


@pytest.mark.parametrize(
    ("code", "asset"),
    [
        ("XXBT", "symbol:BTC"), ("XBT", "symbol:BTC"), ("XBT.M", "symbol:BTC"),
        ("XXDG", "symbol:DOGE"), ("XETH", "symbol:ETH"), ("ETH2.S", "symbol:ETH"),
        ("ETH2", "symbol:ETH"), ("ZEUR", "iso4217:EUR"), ("EUR.HOLD", "iso4217:EUR"),
        ("DOT28.S", "symbol:DOT"), ("SOL.F", "symbol:SOL"), ("XTZ", "symbol:XTZ"),
        ("ZRX", "symbol:ZRX"), ("KFEE", "symbol:KFEE"),
    ],
)  # fmt: skip
def test_codes_mean_their_asset(code, asset):
    assert kraken.asset_named(code) == asset


@pytest.mark.parametrize(
    ("pair", "sides"),
    [
        ("XXBTZUSD", ("XXBT", "ZUSD")), ("XTZEUR", ("XTZ", "EUR")), ("AI16ZUSD", ("AI16Z", "USD")),
        ("XETHXXBT", ("XETH", "XXBT")), ("ETHUSDT", ("ETH", "USDT")),
        ("USDTZUSD", ("USDT", "ZUSD")),
        ("DOT/EUR", ("DOT", "EUR")), ("ADAXBT", ("ADA", "XBT")),
    ],
)  # fmt: skip
def test_pairs_are_split_where_they_can_be(pair, sides):
    assert kraken.split_pair(pair) == sides


def test_a_pair_that_cannot_be_split_is_refused():
    with pytest.raises(BadInput):
        kraken.split_pair("ABCXYZ")


FILL = 'T1,O1,XXBTZEUR,2024-03-03 08:20:02.5,buy,limit,40000,400,1,0.01,0,,"L1,L2"'


def test_a_trade_file_books_cost_volume_and_fee():
    reading = imported(TRADES, FILL)
    assert reading.balances() == {"iso4217:EUR": -401 * ONE, "symbol:BTC": ONE // 100}
    sold = imported(TRADES, FILL.replace(",buy,", ",sell,"))
    assert sold.balances() == {"iso4217:EUR": 399 * ONE, "symbol:BTC": -ONE // 100}


def test_a_trade_whose_ledger_rows_are_there_is_not_booked_again():
    ledgers, trades = f"{LEDGERS}\n{PAID}\n{GOT}\n", f"{TRADES}\n{FILL}\n"
    files = [("ledgers.csv", ledgers.encode()), ("trades.csv", trades.encode())]
    reading = read_files(files, [kraken], {})
    assert len(reading.activities) == 1
    assert reading.balances() == {"iso4217:EUR": -401 * ONE, "symbol:BTC": ONE // 100}


def test_a_margin_trade_is_left_to_the_ledgers():
    reading = imported(TRADES, FILL.replace(",0,,", ",100,,"))
    assert [one.code for one in reading.problems] == ["unknown_kind"]


def test_the_wallet_that_is_given_is_the_account():
    wallet = Wallet("venue:kraken", "desk-7", "exchange")
    reading = imported(LEDGERS, PAID, GOT, wallets=[wallet], owner="exchange")
    assert reading.accounts == {wallet.id}
    assert not reading.wallets


def test_a_file_saved_by_a_spreadsheet_is_read():
    body = ";".join(LEDGERS.replace('"', "").split(","))
    rows = [
        "L1;T1;2024-03-03 08:20:02;trade;;currency;ZEUR;-400,0000;1,0000;599,0000",
        "L2;T1;2024-03-03 08:20:02;trade;;currency;XXBT;0,0100;0,0000;0,0100",
    ]
    assert imported(body, *rows).balances() == imported(LEDGERS, PAID, GOT).balances()


@given(st.permutations([PAID, GOT, *(PAID.replace("L1", f"L{n}").replace("T1", f"T{n}")
                                     for n in range(3, 8))]))  # fmt: skip
def test_the_order_of_rows_changes_nothing(rows):
    assert imported(LEDGERS, *rows).activities == imported(LEDGERS, *sorted(rows)).activities
