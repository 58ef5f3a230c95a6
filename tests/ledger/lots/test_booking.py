"""Entries to lots and disposals: the rules of docs/lots.md, one fact each."""

from datetime import timedelta

from ledger.lots.booking import book, snapshots
from ledger.model.fund import Policy
from tests.ledger.notation import START, entry

BUY_OLD = entry(
    1,
    """asset:w ETH 10 acquire = 100
    asset:w USD -100 dispose = -100""",
    name="old",
    strategy="snipe",
)
BUY_NEW = entry(
    2,
    """asset:w ETH 10 acquire = 200
    asset:w USD -200 dispose = -200""",
    name="new",
)
SELL = entry(
    3,
    """asset:w ETH -12 dispose = -360
    asset:w USD 360 acquire = 360""",
    name="sale",
    strategy="hedge",
)


def booked(*entries, method="fifo", scope="wallet", **more):
    return book(entries, Policy(method=method, scope=scope), **more)


def short(disposals):
    return [(one.lot, one.quantity, one.proceeds, one.cost) for one in disposals]


def held(lots):
    return [(lot.id, lot.wallet, lot.asset, lot.quantity, lot.cost) for lot in lots]


def test_fifo_uses_the_oldest_lot_first():
    done = booked(BUY_OLD, BUY_NEW, SELL)
    assert short(done.disposals) == [("old:0", 10, 300, 100), ("new:0", 2, 60, 40)]
    assert held(done.open) == [("new:0", "w", "symbol:ETH", 8, 160)]
    assert [one.gain for one in done.disposals] == [200, 20]
    assert not done.problems


def test_lifo_uses_the_newest_lot_first():
    done = booked(BUY_OLD, BUY_NEW, SELL, method="lifo")
    assert short(done.disposals) == [("new:0", 10, 300, 200), ("old:0", 2, 60, 20)]


def test_hifo_uses_the_dearest_lot_first():
    cheap = entry(2, "asset:w ETH 10 acquire = 50", name="cheap")
    done = booked(BUY_OLD, cheap, SELL, method="hifo")
    assert [one.lot for one in done.disposals] == ["old:0", "cheap:0"]


def test_a_disposal_knows_both_strategies():
    (first, second) = booked(BUY_OLD, BUY_NEW, SELL).disposals
    assert (first.strategy, first.lot_strategy) == ("hedge", "snipe")
    assert second.lot_strategy is None
    assert first.acquired == BUY_OLD.time and first.disposed == SELL.time


def test_the_last_piece_takes_the_remainder():
    bought = entry(1, "asset:w ETH 3 acquire = 10", name="lot")
    sales = [entry(n, "asset:w ETH -1 dispose = -5") for n in (2, 3, 4)]
    done = booked(bought, *sales)
    assert [one.cost for one in done.disposals] == [3, 3, 4]
    assert not done.open


def test_units_without_acquisition_have_no_basis_and_a_problem():
    sale = entry(1, "asset:w ETH -5 dispose = -50", name="sale")
    done = booked(sale)
    (one,) = done.disposals
    assert (one.lot, one.cost, one.gain, one.acquired) == ("", None, None, None)
    assert one.proceeds == 50
    assert [problem.code for problem in done.problems] == ["missing_basis"]
    assert not done.open, "there is no negative lot"


def test_a_lot_of_unknown_cost_is_never_free_of_cost():
    gift = entry(1, "asset:w ETH 5 acquire", name="gift")
    sale = entry(2, "asset:w ETH -5 dispose = -50")
    done = booked(gift, sale)
    (one,) = done.disposals
    assert (one.lot, one.cost, one.gain) == ("gift:0", None, None)
    assert [problem.code for problem in done.problems] == ["missing_basis"]


def test_a_disposal_without_a_price_has_no_gain():
    (one,) = booked(BUY_OLD, entry(2, "asset:w ETH -5 dispose")).disposals
    assert (one.proceeds, one.cost, one.gain) == (None, 50, None)


def test_base_currency_has_no_lots():
    done = booked(entry(1, "asset:w USD 100 acquire = 100"), SELL)
    assert not any(lot.asset == "iso4217:USD" for lot in done.open)
    assert not any(one.asset == "iso4217:USD" for one in done.disposals)


def test_another_currency_has_lots():
    euro = entry(1, "asset:w EUR 100 acquire = 110", name="euro")
    done = booked(euro, entry(2, "asset:w EUR -100 dispose = -120"))
    assert [one.gain for one in done.disposals] == [10]


def test_debt_has_no_lots():
    borrowed = entry(
        1,
        """liability:w DEBT 50 acquire = 50
        asset:w ETH 5 acquire = 50""",
        name="loan",
    )
    assert [lot.asset for lot in booked(borrowed).open] == ["symbol:ETH"]


def test_a_transfer_keeps_id_date_and_cost():
    moved = entry(
        2,
        """asset:w ETH -10 move = -150
        asset:v ETH 10 move = 150""",
    )
    (lot,) = booked(BUY_OLD, moved).open
    assert (lot.id, lot.wallet, lot.acquired, lot.cost) == ("old:0", "v", BUY_OLD.time, 100)
    assert lot.strategy == "snipe"


def test_a_part_that_is_moved_gets_a_number_and_the_rest_keeps_the_id():
    moved = entry(
        2,
        """asset:w ETH -4 move
        asset:v ETH 4 move""",
    )
    assert held(booked(BUY_OLD, moved).open) == [
        ("old:0", "w", "symbol:ETH", 6, 60),
        ("old:0/1", "v", "symbol:ETH", 4, 40),
    ]


def test_the_fee_of_a_transfer_is_a_disposal():
    moved = entry(
        2,
        """asset:w ETH -4 move
        asset:v ETH 4 move
        asset:w ETH -1 dispose = -15
        expense:gas ETH 1 none = 15""",
    )
    done = booked(BUY_OLD, moved)
    assert [(one.kind, one.quantity, one.gain) for one in done.disposals] == [("gas", 1, 5)]
    assert sum(lot.cost for lot in done.open) == 90


def test_fifo_goes_by_the_acquisition_and_not_by_the_arrival():
    newer_first = entry(3, "asset:v ETH 10 acquire = 900", name="there")
    arrives_later = entry(
        4,
        """asset:w ETH -10 move
        asset:v ETH 10 move""",
    )
    sale = entry(5, "asset:v ETH -10 dispose = -100")
    (one,) = booked(BUY_OLD, newer_first, arrives_later, sale).disposals
    assert one.lot == "old:0"


def test_units_in_flight_keep_their_lots():
    sent = entry(
        2,
        """asset:w ETH -10 move
        transit:bridge-1 ETH 10 move""",
    )
    (lot,) = booked(BUY_OLD, sent).open
    assert (lot.wallet, lot.cost) == ("transit:bridge-1", 100)


def test_a_wrap_carries_date_and_cost_and_is_no_disposal():
    wrapped = entry(
        2,
        """asset:w ETH -4 move = -60
        asset:w WETH 4 move = 60""",
    )
    done = booked(BUY_OLD, wrapped)
    assert not done.disposals
    assert held(done.open) == [
        ("old:0", "w", "symbol:ETH", 6, 60),
        ("old:0/1", "w", "symbol:WETH", 4, 40),
    ]
    assert all(lot.acquired == BUY_OLD.time for lot in done.open)


def test_two_assets_become_one_share_and_come_back():
    usdc = entry(2, "asset:w USDC 100 acquire = 100", name="usdc")
    deposit = entry(
        3,
        """asset:w ETH -10 move = -300
        asset:w USDC -100 move = -100
        asset:w SHARE 8 move = 400""",
    )
    withdraw = entry(
        4,
        """asset:w SHARE -8 move = -400
        asset:w ETH 5 move = 200
        asset:w USDC 200 move = 200""",
    )
    shares = booked(BUY_OLD, usdc, deposit)
    assert held(shares.open) == [
        ("old:0", "w", "symbol:SHARE", 6, 100),
        ("usdc:0", "w", "symbol:SHARE", 2, 100),
    ]
    back = booked(BUY_OLD, usdc, deposit, withdraw)
    assert not back.disposals and not back.problems
    assert sum(lot.cost for lot in back.open) == 200
    assert {(lot.asset, lot.acquired) for lot in back.open} == {
        (asset, one.time) for asset in ("symbol:ETH", "symbol:USDC") for one in (BUY_OLD, usdc)
    }


def test_cost_of_a_piece_too_small_for_a_unit_is_kept():
    lots = [entry(n, "asset:w ETH 1000 acquire = 7") for n in (1, 2, 3)]
    share = entry(
        4,
        """asset:w ETH -3000 move
        asset:w SHARE 1 move""",
    )
    (lot,) = booked(*lots, share).open
    assert (lot.quantity, lot.cost) == (1, 21)


def test_what_moves_into_base_currency_is_disposed_of():
    redeemed = entry(
        2,
        """asset:w ETH -10 move = -130
        asset:w USD 130 move = 130""",
    )
    done = booked(BUY_OLD, redeemed)
    assert [one.gain for one in done.disposals] == [30]


def test_base_currency_that_becomes_a_share_has_its_face_as_cost():
    share = entry(
        1,
        """asset:w USD -130 move = -130
        asset:w SHARE 5 move = 130""",
    )
    (lot,) = booked(share).open
    assert (lot.asset, lot.cost, lot.acquired) == ("symbol:SHARE", 130, share.time)


def test_moved_units_that_nobody_acquired_arrive_with_an_unknown_basis():
    moved = entry(
        2,
        """asset:w ETH -12 move
        asset:v ETH 12 move""",
        name="moved",
    )
    done = booked(BUY_OLD, moved)
    assert [(lot.quantity, lot.cost) for lot in done.open] == [(10, 100), (2, None)]
    assert [problem.code for problem in done.problems] == ["missing_basis"]


def test_a_move_that_arrives_nowhere_is_a_disposal_at_its_value():
    gone = entry(2, "asset:w ETH -10 move = -130")
    assert [one.gain for one in booked(BUY_OLD, gone).disposals] == [30]


def test_a_move_from_nowhere_is_an_acquisition_at_its_value():
    (lot,) = booked(entry(2, "asset:w ETH 10 move = 130")).open
    assert lot.cost == 130


def test_a_fee_may_be_paid_in_units_of_the_same_entry():
    swap = entry(
        1,
        """asset:w ETH -1 dispose = -10
        expense:gas ETH 1 none = 10
        asset:w ETH 5 acquire = 50
        asset:w USD -50 dispose = -50""",
    )
    done = booked(swap)
    assert [one.cost for one in done.disposals] == [10]
    assert not done.problems


def test_wallet_scope_never_takes_lots_of_another_wallet():
    there = entry(0, "asset:v ETH 10 acquire = 10", name="there")
    done = booked(there, BUY_OLD, entry(3, "asset:w ETH -10 dispose = -300"))
    assert [one.lot for one in done.disposals] == ["old:0"]


def test_fund_scope_takes_lots_of_any_wallet_and_keeps_the_places_right():
    there = entry(0, "asset:v ETH 10 acquire = 10", name="there")
    done = booked(there, BUY_OLD, entry(3, "asset:w ETH -8 dispose = -300"), scope="fund")
    assert [(one.lot, one.wallet, one.cost) for one in done.disposals] == [("there:0", "w", 8)]
    assert held(done.open) == [
        ("there:0", "v", "symbol:ETH", 2, 2),
        ("old:0", "w", "symbol:ETH", 2, 20),
        ("old:0@v", "v", "symbol:ETH", 8, 80),
    ]


def test_fund_scope_leaves_suspense_out_of_the_pool():
    sent = entry(
        2,
        """asset:w ETH -10 move
        suspense:unmatched ETH 10 move""",
    )
    sale = entry(3, "asset:w ETH -1 dispose = -10")
    done = booked(BUY_OLD, sent, sale, scope="fund")
    assert [one.lot for one in done.disposals] == [""]
    assert held(done.open) == [("old:0", "suspense:unmatched", "symbol:ETH", 10, 100)]


def test_a_reversed_entry_and_its_reversal_leave_no_trace():
    from dataclasses import replace

    undone = replace(
        BUY_NEW,
        id="undo",
        reverses="new",
        postings=tuple(
            replace(posting, quantity=-posting.quantity) for posting in BUY_NEW.postings
        ),
    )
    assert booked(BUY_OLD, BUY_NEW, undone) == booked(BUY_OLD)


def test_entries_of_one_activity_follow_their_numbers():
    first = entry(1, "asset:w ETH 1 acquire = 1", name="tx#2")
    second = entry(1, "asset:w ETH 1 acquire = 2", name="tx#10")
    sale = entry(2, "asset:w ETH -1 dispose = -2")
    (one,) = booked(second, first, sale).disposals
    assert one.lot == "tx#2:0"


def test_until_leaves_later_entries_out():
    done = booked(BUY_OLD, BUY_NEW, SELL, until=BUY_NEW.time)
    assert not done.disposals
    assert [lot.id for lot in done.open] == ["old:0", "new:0"]


def test_snapshots_show_the_lots_of_their_moment_inclusive():
    times = [START, BUY_OLD.time, SELL.time - timedelta(seconds=1), SELL.time + timedelta(days=9)]
    shown = snapshots([SELL, BUY_NEW, BUY_OLD], Policy(), times)
    assert [[lot.quantity for lot in shown[moment]] for moment in times] == [
        [],
        [10],
        [10, 10],
        [8],
    ]
    for moment in times:
        assert shown[moment] == booked(BUY_OLD, BUY_NEW, SELL, until=moment).open
