"""A position that no token shows is an asset: cost goes in and comes out, and nothing is left."""

from datetime import timedelta

from ledger.lots.booking import snapshots
from ledger.model.amount import MONEY_ONE
from ledger.model.fund import Policy
from ledger.nav.positions import positions
from ledger.nav.results import strategy_results
from ledger.nav.series import nav_series
from ledger.protocols import _concentrated as v3
from ledger.protocols import staking_rewards as farm
from tests.ledger import moves, written
from tests.ledger.written import books_of

TICKS = (100, 200)
PRICES = {"A": 10, "B": 100}


def transaction(number, text="", logs=(), **said):
    """A transaction that costs no fee."""
    return written.transaction(number, text, logs, fee=0, **said)


def funded(number=1):
    """The fund has 1,000 A at 10 and 100 B at 100 each, for units that came from before."""
    return (
        transaction(number, "w > shop 10 X; shop > w 1000 A"),
        transaction(number + 1, "w > shop 10 X; shop > w 100 B"),
    )


def opened(number, liquidity=50):
    logs = [
        (1, "pool", v3.POOL_MINT, ("Nft", *TICKS), ("Nft", liquidity, 100, 10)),
        (2, "Nft", v3.INCREASE, (7,), (liquidity, 100, 10)),
    ]
    return transaction(number, "w > pool 100 A; w > pool 10 B; zero > w 1 Nft#7", logs)


def increased(number, liquidity=50):
    logs = [
        (1, "pool", v3.POOL_MINT, ("Nft", *TICKS), ("Nft", liquidity, 300, 30)),
        (2, "Nft", v3.INCREASE, (7,), (liquidity, 300, 30)),
    ]
    return transaction(number, "w > pool 300 A; w > pool 30 B", logs)


def freed(liquidity, amounts):
    return [
        (1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (liquidity, *amounts)),
        (2, "Nft", v3.DECREASE, (7,), (liquidity, *amounts)),
    ]


def collected(amounts):
    return [
        (3, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("w", *amounts)),
        (4, "Nft", v3.COLLECT, (7,), ("w", *amounts)),
    ]


def closed(number, liquidity=50, principal=(80, 12), paid=(85, 13)):
    text = f"pool > w {paid[0]} A; pool > w {paid[1]} B; w > zero 1 Nft#7"
    return transaction(number, text, [*freed(liquidity, principal), *collected(paid)])


def held(books, at=None):
    """Units by asset and place, all that is the fund's."""
    return {
        (one.asset.partition("/")[2].partition(":")[0], one.wallet): one.quantity
        for one in positions(books.entries, at)
        if "/position:" in one.asset
        or one.wallet.startswith("escrow")
        or one.wallet.startswith("transit")
    }


def codes(books):
    """Of the problems, those that are not about what the fund had from before."""
    before = moves.asset("X")
    return {problem.code for problem in books.problems if before not in problem.message}


def cost_of(books):
    return sum(lot.cost for lot in books.booking.open if lot.cost is not None)


def test_an_open_position_holds_its_liquidity_at_the_cost_of_what_was_put_in():
    books = books_of(*funded(), opened(3), prices=PRICES)
    (lot, other) = [lot for lot in books.booking.open if "/position:" in lot.asset]
    assert lot.quantity + other.quantity == 50
    assert lot.cost + other.cost == 2_000 * MONEY_ONE
    assert not any(path.startswith("transit") for path in accounts(books))


def accounts(books):
    return {posting.account.path for entry in books.entries for posting in entry.postings}


def test_a_closed_position_leaves_nothing_behind_and_its_cost_comes_back():
    prices = PRICES
    before = books_of(*funded(), prices=prices)
    after = books_of(*funded(), opened(3), closed(4), prices=prices)
    assert held(after) == {}
    assert codes(after) == set()
    fees = (5 * 10 + 1 * 100) * MONEY_ONE
    assert cost_of(after) == cost_of(before) + fees
    (exit_entry,) = [entry for entry in after.entries if entry.kind == "pool_withdraw"]
    earned = [p for p in exit_entry.postings if p.account.path == "income:reward"]
    assert sorted(posting.quantity for posting in earned) == [-5, -1]


def test_half_of_the_liquidity_takes_half_of_every_cost():
    prices = PRICES
    half = transaction(5, "pool > w 40 A; pool > w 6 B", [*freed(25, (40, 6)), *collected((40, 6))])
    books = books_of(*funded(), opened(3), half, prices=prices)
    left = [lot for lot in books.booking.open if "/position:" in lot.asset]
    assert sum(lot.quantity for lot in left) == 25
    assert sum(lot.cost for lot in left) == 1_000 * MONEY_ONE
    assert {lot.acquired for lot in left} == {
        lot.acquired
        for lot in books_of(*funded(), opened(3), prices=prices).booking.open
        if "/position:" in lot.asset
    }


def test_what_is_taken_out_and_collected_later_waits_in_the_position():
    prices = PRICES
    out = transaction(4, "", freed(50, (80, 12)))
    late = transaction(5, "pool > w 85 A; pool > w 13 B; w > zero 1 Nft#7", collected((85, 13)))
    waiting = books_of(*funded(), opened(3), out, prices=prices)
    units = sorted(one.quantity for one in positions(waiting.entries) if "position" in one.asset)
    assert units == [12, 80]
    done = books_of(*funded(), opened(3), out, late, prices=prices)
    together = books_of(*funded(), opened(3), closed(4), prices=prices)
    assert held(done) == {}
    assert cost_of(done) == cost_of(together)


def test_a_position_grows_shrinks_and_ends_at_zero():
    part = transaction(5, "pool > w 90 A; pool > w 9 B", [*freed(33, (90, 9)), *collected((90, 9))])
    books = books_of(
        *funded(), opened(3), increased(4), part, closed(6, liquidity=67), prices=PRICES
    )
    assert held(books) == {}
    assert not [p for p in books.problems if p.code == "negative_balance"]


def test_the_token_of_a_position_ties_to_the_chain_and_has_no_value():
    books = books_of(*funded(), opened(3), prices=PRICES)
    title = moves.asset("Nft#7")
    units = sum(
        posting.quantity
        for entry in books.entries
        for posting in entry.postings
        if posting.asset == title and posting.account.type == "asset"
    )
    assert units == 1
    assert title not in {one.asset for one in positions(books.entries)}
    assert title not in {lot.asset for lot in books.booking.open}
    time = moves.START + timedelta(minutes=10)
    (point,) = nav_series(books.entries, books.prices, Policy(), [time])
    assert title not in {p.source for p in books.problems if p.code == "missing_price"}
    assert point.unpriced == len({"X"})


def test_an_open_position_is_worth_what_was_put_in_until_the_quote_is_too_old():
    books = books_of(*funded(), opened(3), prices=PRICES)
    (position,) = {lot.asset for lot in books.booking.open if "/position:" in lot.asset}
    early, late = (moves.START + timedelta(minutes=minutes) for minutes in (10, 5 * 1440))
    age = Policy().quote_age_seconds_max
    assert books.prices.value(position, 50, early, "USD", age) == 2_000 * MONEY_ONE
    assert books.prices.value(position, 50, late, "USD", age) is None
    assert books.prices.quote(position, early, "USD").source.startswith("implied:")


def test_a_position_follows_its_token_to_another_own_wallet():
    moved = transaction(4, "w > w2 1 Nft#7")
    logs = [*freed(50, (80, 12)), *collected((85, 13))]
    out = transaction(5, "pool > w2 85 A; pool > w2 13 B", logs, caller="w2")
    books = books_of(*funded(), opened(3), moved, prices=PRICES)
    (where,) = {lot.wallet for lot in books.booking.open if "/position:" in lot.asset}
    assert where.endswith(moves.address("w2"))
    assert held(books_of(*funded(), opened(3), moved, out, prices=PRICES)) == {}


def test_a_position_that_left_with_its_token_comes_back_with_its_cost():
    gone, back = transaction(4, "w > farm 1 Nft#7"), transaction(5, "farm > w 1 Nft#7")
    prices = PRICES
    away = books_of(*funded(), opened(3), gone, prices=prices)
    assert held(away) == {}
    again = books_of(*funded(), opened(3), gone, back, prices=prices)
    before = books_of(*funded(), opened(3), prices=prices)
    assert [(lot.quantity, lot.cost) for lot in again.booking.open] == [
        (lot.quantity, lot.cost) for lot in before.booking.open
    ]


def test_a_position_that_is_sold_with_its_token_is_disposed_of():
    sold = transaction(4, "w > market 1 Nft#7; market > w 5 B")
    books = books_of(*funded(), opened(3), sold, prices=PRICES)
    (disposal,) = [one for one in books.booking.disposals if "/position:" in one.asset][:1]
    assert disposal.cost is not None
    assert held(books) == {}


def test_what_comes_out_of_a_position_that_nobody_knows_has_no_basis_and_no_escrow():
    books = books_of(closed(1), prices=PRICES)
    assert held(books) == {}
    assert not any(path.startswith("transit") for path in accounts(books))
    assert any(path == "suspense:unmatched" for path in accounts(books))


def test_liquidity_of_one_block_realises_its_fee_and_nothing_else():
    mint = [(1, "pool", v3.POOL_MINT, ("bot", *TICKS), ("bot", 50, 100, 10))]
    out = [
        (1, "pool", v3.POOL_BURN, ("bot", *TICKS), (50, 80, 12)),
        (2, "pool", v3.POOL_COLLECT, ("bot", *TICKS), ("bot", 81, 12)),
    ]
    fund = transaction(
        1, "w > shop 1 X; shop > w 500 A; w > shop 1 X; shop > w 50 B; w > bot 500 A; w > bot 50 B"
    )
    first = transaction(2, "bot > pool 100 A; bot > pool 10 B", mint, called="bot")
    last = transaction(
        3, "pool > bot 81 A; pool > bot 12 B", out, called="bot", block=2, index=2, minutes=2
    )
    books = books_of(fund, first, last, prices=PRICES)
    assert held(books) == {}
    assert "missing_basis" not in codes(books)
    put_in, taken_out = [event for event in books.events if event.protocol == "uniswap_v3"]
    assert put_in.group == taken_out.group
    income = [
        posting.value
        for entry in books.entries
        for posting in entry.postings
        if posting.account.path == "income:reward"
    ]
    assert income == [-10 * MONEY_ONE]


def staked(number, size=100):
    return transaction(number, f"w > farm {size} A", [(5, "farm", farm.STAKED, ("w",), (size,))])


def unstaked(number, size):
    logs = [(5, "farm", farm.WITHDRAWN, ("w",), (size,))]
    return transaction(number, f"farm > w {size} A", logs)


def test_a_stake_is_a_position_worth_what_was_staked():
    books = books_of(*funded(), staked(3), prices=PRICES)
    (lot,) = [lot for lot in books.booking.open if "/position:" in lot.asset]
    assert (lot.quantity, lot.cost) == (100, 1_000 * MONEY_ONE)
    time = moves.START + timedelta(minutes=10)
    assert books.prices.value(lot.asset, 100, time, "USD") == 1_000 * MONEY_ONE


def test_more_than_was_staked_comes_back_as_a_reward():
    books = books_of(*funded(), staked(3), unstaked(4, 30), unstaked(5, 77), prices=PRICES)
    assert held(books) == {}
    (entry,) = [one for one in books.entries if one.txid == "0x05"]
    assert [p.quantity for p in entry.postings if p.account.path == "income:reward"] == [-7]
    assert not any(path.startswith("transit") for path in accounts(books))


def test_results_by_strategy_explain_the_change_of_value_with_positions_to_the_last_unit():
    out = transaction(6, "", freed(20, (30, 5)))
    late = transaction(7, "pool > w 31 A; pool > w 6 B", collected((31, 6)))
    books = books_of(
        *funded(),
        *(opened(3), staked(4, 40), increased(5), out, late, unstaked(8, 45)),
        prices=PRICES | {"X": 1000},
        assets=written.tokens("A", "B", "X"),
    )
    start, end = (moves.START + timedelta(minutes=minutes) for minutes in (2, 9))
    lots = snapshots(books.entries, Policy(), [start, end])
    span = (start, end)
    rows = strategy_results(
        books.entries, books.booking.disposals, lots, books.prices, Policy(), span
    )
    first, last = nav_series(books.entries, books.prices, Policy(), span)
    assert first.unpriced == last.unpriced == 0
    assert sum(row.net for row in rows) == last.value - first.value - last.flows
    assert sum(row.income for row in rows) == (1 * 10 + 1 * 100 + 5 * 10) * MONEY_ONE
