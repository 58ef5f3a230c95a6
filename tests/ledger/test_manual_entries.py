"""Manual journals in the books: lots, values and accruals follow; a reversal leaves no trace."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.journal import chart
from ledger.journal.manual import check_text, manual_entries, reversal_text
from ledger.lots.booking import snapshots
from ledger.model.activity import iso
from ledger.model.amount import MONEY_DECIMALS, MONEY_ONE, text_from_units
from ledger.model.fund import Policy, wallet_id
from ledger.model.manual import ManualJournal
from ledger.nav.positions import positions
from ledger.nav.results import strategy_results
from ledger.nav.series import flow
from ledger.nav.valuation import mark, net_asset_value
from ledger.reconcile import trial_balance
from tests.ledger import moves
from tests.ledger.test_books import EVERYTHING, PRICES, SEEN, kept, lent, line, shuffled
from tests.ledger.written import history, seen, tokens, transaction

BANK = wallet_id("venue:partita", "bank")
W = moves.wallets("w")
HOT = next(iter(W))
A, B = moves.asset("A"), moves.asset("B")
FUNDED = line("contribution", 0, received_asset="USD", received_quantity="1000")


def usd(whole):
    return whole * MONEY_ONE


def posting(account, quantity, asset, role="none", value=None):
    worth = "?" if value is None else text_from_units(value, MONEY_DECIMALS)
    return f"    {account} {quantity} {asset} {role} {worth}"


def journal(*entries, reason="a reason", maker="Ann"):
    """A manual journal of (minute, postings) under the checks that a maker meets."""
    blocks = [
        "\n".join((f"{iso(moves.START.replace(minute=minute))} manual e{n}", *postings))
        for n, (minute, *postings) in enumerate(entries)
    ]
    text = "partita journal 1\n\n" + "\n\n".join(blocks) + "\n"
    check_text(text, {BANK, HOT}, "USD")
    return ManualJournal(text, reason, maker)


def back(one):
    return ManualJournal(reversal_text(one), "taken back", "Bob", one.id)


def opening(quantity=10, value=500 * MONEY_ONE, minute=0, asset=A):
    return (
        minute,
        posting(f"asset:{HOT}", quantity, asset, "acquire", value),
        posting("equity:opening", -quantity, asset, "none", -value),
    )


def books_with(*journals, told=None):
    told = told or history(lines=(FUNDED,), prices=PRICES)
    return kept(replace(told, manual=manual_entries(journals)))


def balances(books):
    sums: Counter = Counter()
    for entry in books.entries:
        for one in entry.postings:
            sums[one.account, one.asset] += one.quantity
    return {key: total for key, total in sums.items() if total}


# ---- what follows from a manual journal


def test_an_opening_balance_is_a_lot_with_its_cost_and_a_position_with_its_value():
    books = books_with(journal(opening()))
    (lot,) = [lot for lot in books.booking.open if lot.asset == A]
    assert (lot.quantity, lot.cost, lot.wallet) == (10, usd(500), HOT)
    assert lot.entry == next(e.id for e in books.entries if e.kind == "manual")
    (position,) = [p for p in positions(books.entries, None, books.booking.open) if p.asset == A]
    assert (position.quantity, position.cost) == (10, usd(500))
    assert trial_balance(books.entries).balanced
    assert books.problems == books_with().problems


def test_later_trades_are_made_of_the_opening_balance_and_not_before_it():
    sold = history(transaction(4, "w > pool 10 A; pool > w 1 B", fee=0), prices=PRICES)
    gains = {}
    for minute in (3, 5):
        books = books_with(journal(opening(minute=minute)), told=sold)
        (disposal,) = [one for one in books.booking.disposals if one.asset == A]
        gains[minute] = disposal.gain
    assert gains == {3: usd(100 - 500), 5: None}
    without = books_with(told=sold)
    assert "missing_basis" in {problem.code for problem in without.problems}


def test_units_in_suspense_are_explained_at_a_value_or_written_off():
    came = history(transaction(1, "x > w 7 A", caller="x", called="A", fee=0), prices=PRICES)
    explained = journal((
        2,
        posting(f"asset:{HOT}", -7, A, "move", usd(-70)),
        posting("suspense:unmatched", 7, A, "move", usd(70)),
        posting(f"asset:{HOT}", 7, A, "acquire", usd(70)),
        posting("equity:contribution", -7, A, "none", usd(-70)),
    ))  # fmt: skip
    books = books_with(explained, told=came)
    assert not [key for key in balances(books) if key[0].type == "suspense"]
    (lot,) = [lot for lot in books.booking.open if lot.wallet == HOT]
    assert (lot.quantity, lot.cost) == (7, usd(70))
    went = history(
        transaction(1, "w > pool 1 ETH; pool > w 7 A", fee=0),
        transaction(2, "w > x 7 A", fee=0),
        prices=PRICES,
    )
    lost = journal((
        3,
        posting("suspense:unmatched", -7, A, "dispose", 0),
        posting("expense:lost", 7, A, "none", 0),
    ))  # fmt: skip
    books = books_with(lost, told=went)
    assert not [key for key in balances(books) if key[0].type == "suspense"]
    (disposal,) = [one for one in books.booking.disposals if one.asset == A]
    assert (disposal.kind, disposal.proceeds) == ("lost", 0)
    assert disposal.cost == 2_000, "what the one wei given for them was worth"


def test_a_coin_that_only_a_manual_journal_names_is_known_by_its_symbol():
    one = journal((1, posting(f"asset:{BANK}", 5, "symbol:OLD", "acquire"),
                   posting("equity:opening", -5, "symbol:OLD")))  # fmt: skip
    assert books_with(one).assets["symbol:OLD"].decimals == 18
    assert "symbol:OLD" not in books_with().assets


def test_journals_of_one_time_stand_in_one_order_whatever_the_order_of_input():
    told = replace(
        EVERYTHING,
        manual=manual_entries(
            [journal(opening(), opening(4, usd(8)), reason=str(n)) for n in range(5)]
        ),
    )
    one = kept(told)
    for seed in range(8):
        other = kept(shuffled(told, seed))
        assert other.entries == one.entries
        assert other.booking == one.booking


def test_results_and_flows_explain_the_net_asset_value_of_manual_journals():
    """100 A at 10 open the books at 7 each; 40 of them are lost, written off at 300."""
    stated = journal(
        opening(100, usd(700), minute=1),
        (
            2,
            posting(f"asset:{HOT}", -40, A, "dispose", usd(-300)),
            posting("expense:lost", 40, A, "none", usd(300)),
        ),
    )
    books = books_with(stated)
    end = moves.START.replace(minute=30)
    interval = (moves.START.replace(hour=1), end)
    lots_at = snapshots(books.entries, books.policy, interval)
    results = strategy_results(
        books.entries, books.booking.disposals, lots_at, books.prices, books.policy, interval
    )
    held = positions(books.entries, end, books.booking.open)
    value = net_asset_value(mark(held, books.prices, end, books.policy))
    assert value == usd(1000 + 60 * 10)
    assert sum(map(flow, books.entries)) == usd(1000 + 700)
    assert sum(result.net for result in results) == usd(60 * 10 - 700)


# ---- balances that grow


def test_what_a_person_states_of_a_growing_balance_is_no_accrual_again():
    """Lent 100, seen 104 at block 8 and, after 5 were stated as opening, 109 at block 20."""
    grown = tokens("A", "aA")
    told = history(lent(5), prices=PRICES, observations=SEEN, assets=grown)
    aa = moves.asset("aA")
    late = journal(opening(5, usd(50), minute=15, asset=aa))
    accrued = [
        p.quantity
        for entry in books_with(late, told=told).entries
        if entry.kind == "accrual"
        for p in entry.postings
        if p.account.wallet == HOT and p.asset == aa
    ]
    assert accrued == [4]
    assert balances(books_with(late, told=told))[chart.wallet(HOT), aa] == 109


def test_a_balance_that_only_a_person_stated_grows_too():
    aa = moves.asset("aA")
    grown = tokens("aA", accrues="interest")
    told = history(prices={"aA": 10}, observations=(seen("aA", 109, 20),), assets=grown)
    books = books_with(journal(opening(100, usd(1000), asset=aa)), told=told)
    assert [entry.kind for entry in books.entries] == ["manual", "accrual"]
    assert balances(books)[chart.wallet(HOT), aa] == 109


# ---- reversals

quantities = st.one_of(st.integers(1, 50), st.integers(1, 2**255))
values = st.none() | st.integers(0, 10**30)


@st.composite
def anything(draw):
    """A manual journal of up to four entries that a maker may propose."""
    entries = []
    for _ in range(draw(st.integers(1, 4))):
        minute, asset = draw(st.integers(0, 30)), draw(st.sampled_from([A, B, "symbol:OLD"]))
        quantity, value = draw(quantities), draw(values)
        minus = None if value is None else -value
        place = f"asset:{draw(st.sampled_from([HOT, BANK]))}"
        kind = draw(st.sampled_from(["acquire", "dispose", "move", "write-off"]))
        entries.append({
            "acquire": (minute, posting(place, quantity, asset, "acquire", value),
                        posting("equity:opening", -quantity, asset, "none", minus)),
            "dispose": (minute, posting(place, -quantity, asset, "dispose", minus),
                        posting("expense:lost", quantity, asset, "none", value)),
            "move": (minute, posting(place, -quantity, asset, "move", minus),
                     posting("transit:escrow:unnamed", quantity, asset, "move", value)),
            "write-off": (minute, posting("suspense:unmatched", -quantity, asset, "dispose", minus),
                          posting("expense:spend", quantity, asset, "none", value)),
        }[kind])  # fmt: skip
    return journal(*entries, reason=draw(st.sampled_from(["one", "two"])))


@pytest.mark.parametrize("policy", [Policy(), Policy(method="hifo", scope="fund")])
@settings(max_examples=20, deadline=None)
@given(one=anything(), other=anything())
def test_a_journal_and_its_reversal_leave_every_balance_lot_and_value_as_it_was(policy, one, other):
    stands = () if other.id == one.id else manual_entries([other])
    before = kept(replace(EVERYTHING, manual=stands), policy)
    booked = kept(replace(EVERYTHING, manual=(*manual_entries([one]), *stands)), policy)
    after = kept(
        replace(EVERYTHING, manual=(*manual_entries([back(one)]), *stands, *manual_entries([one]))),
        policy,
    )
    assert booked.entries != before.entries
    assert balances(after) == balances(before)
    assert after.entries == before.entries
    assert after.booking == before.booking
    assert after.problems == before.problems
    assert after.assets == before.assets


@given(one=anything())
def test_a_reversal_is_the_exact_negation(one):
    sums: Counter = Counter()
    for entry in manual_entries([one, back(one)]):
        for each in entry.postings:
            sums[each.account, each.asset] += each.quantity
    assert set(sums.values()) == {0}
