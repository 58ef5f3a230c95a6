"""Rows of one time: what comes in stands before what goes out, whatever the order of the file."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.books import History, keep_books
from ledger.model.activity import Activity, Statement, place_of_row
from ledger.model.evidence import StatementLine
from ledger.model.fund import Policy, Wallet
from ledger.venues._partita import KINDS as KINDS_OF_ROWS
from tests.ledger.written import Written

HOT = Wallet("eip155:1", "0x" + "11" * 20, "hot")
MONEY = {"value": "90", "value_currency": "USD"}


def line(kind, sent="", received="", number=1, **cells):
    """A row of one day: `2 BTC` is a quantity and its asset."""
    told = {"time": "2024-03-01", "kind": kind, "wallet": "bank"}
    for side, text in (("sent", sent), ("received", received)):
        quantity, _, asset = text.partition(" ")
        told |= {f"{side}_quantity": quantity, f"{side}_asset": asset}
    return StatementLine("partita", "partita_csv", tuple({**told, **cells}.items()), number)


def books(*lines):
    return keep_books(History((HOT,), lines=lines), Policy(), Written())


def faults(kept):
    return {problem.code for problem in kept.problems} - {"missing_price", "unmatched_transfer"}


CONTRIBUTED = line("contribution", received="1000 USD")
BOUGHT = line("buy", "100 USD", "1 BTC")
SOLD = line("sell", "1 BTC", "90 USD")
DAYS = {
    "bought and sold": (CONTRIBUTED, BOUGHT, SOLD),
    "deposited and sold": (line("gift_received", received="1 BTC", **MONEY), SOLD),
    "sold and withdrawn": (BOUGHT, CONTRIBUTED, SOLD, line("withdrawal", "990 USD")),
    "bought, swapped and sold": (
        *(CONTRIBUTED, BOUGHT, line("swap", "1 BTC", "20 ETH", **MONEY)),
        line("sell", "20 ETH", "95 USD"),
    ),
    "bought, moved and sold on a chain": (
        *(CONTRIBUTED, BOUGHT, line("transfer", "1 BTC", to_wallet="hot")),
        line("sell", "1 BTC", "90 USD", wallet="hot"),
    ),
    "borrowed, spent and repaid": (
        *(line("borrow", received="50 USD"), line("buy", "40 USD", "1 BTC")),
        *(line("sell", "1 BTC", "40 USD"), line("repay", "50 USD")),
    ),
}


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize("number", range(6))
def test_a_day_of_rows_has_no_units_without_basis_and_none_below_zero(name, number):
    # another number is another identity of each row: no order by identity may decide
    rows = [line_with(one, number * 7 + place) for place, one in enumerate(DAYS[name])]
    assert not faults(books(*rows))


def line_with(one, number):
    return StatementLine(one.venue, one.layout, (*one.cells, ("note", str(number))), 1)


KINDS = sorted(KINDS_OF_ROWS)


def drawn(kind, number):
    rule = KINDS_OF_ROWS[kind]
    sent = "1 BTC" if rule[0] != " " else ""
    received = ("1 BTC" if kind == "transfer" else "2 ETH") if rule[1] != " " else ""
    return line(kind, sent, received, number, to_wallet="hot" * (kind == "transfer"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_the_rows_of_a_day_changes_nothing(data):
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=7))
    rows = [drawn(kind, number) for number, kind in enumerate(kinds, 1)]
    straight, shuffled = books(*rows), books(*data.draw(st.permutations(rows)))
    assert shuffled.entries == straight.entries
    assert shuffled.booking == straight.booking
    assert shuffled.problems == straight.problems


def test_every_kind_of_row_has_its_place():
    places = {kind: place_of_row(kind) for kind in KINDS}
    assert max(places.values()) < place_of_row("no kind")
    assert places["buy"] < places["transfer"] < places["sell"] < places["withdrawal"]


def test_rows_stand_after_the_chains_and_by_their_place_before_their_network():
    def order(network, kind=None):
        said = None if kind is None else Statement(kind)
        place = 0 if kind is None else place_of_row(kind)
        time = datetime(2024, 3, 1, tzinfo=UTC)
        return Activity("id", network, "", time, (), index=place, statement=said).order

    assert order("solana:1") < order("venue:kraken", "deposit") < order("eip155:1", "withdrawal")


@pytest.mark.parametrize("day", ["2024-03-01", "2024-03-03"])
def test_a_withdrawal_and_a_deposit_of_one_transaction_carry_their_cost(day):
    arrival = line("deposit", received="0.9 BTC", wallet="vault", txid="0xaa", time=day)
    kept = books(CONTRIBUTED, BOUGHT, line("withdrawal", "1 BTC", txid="0xAA"), arrival)
    assert not kept.problems
    (lot,) = [lot for lot in kept.booking.open if lot.asset == "symbol:BTC"]
    assert (lot.quantity, lot.wallet) == (9 * 10**17, "venue:partita:vault")
    assert lot.cost == 90 * 10**18
    assert not [one for one in kept.entries for p in one.postings if "suspense" in p.account.path]
