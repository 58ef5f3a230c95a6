"""The key of each cost method."""

from datetime import UTC, datetime

from ledger.lots.holding import OpenLot
from ledger.lots.methods import HOLDINGS
from ledger.model.asset import AssetId


def ranked(rank, piece, quantity, cost):
    moment, order = datetime(2026, 1, 1, tzinfo=UTC), (rank, "eip155:1", rank, 0, f"e{rank}")
    name = f"e{rank}:0"
    own = f"{name}/{piece}" if piece else name
    asset = AssetId("symbol:X")
    return OpenLot(
        own,
        name,
        rank,
        piece,
        asset,
        "w",
        moment,
        order,
        f"e{rank}",
        None,
        quantity,
        cost,
    )


OLD = ranked(1, 0, 10, 100)
NEW = ranked(2, 0, 10, 100)
DEAR = ranked(3, 0, 10, 101)
UNKNOWN = ranked(0, 0, 10, None)


def taken(method, *lots):
    holding = HOLDINGS[method]()
    for lot in lots:
        holding.put(lot)
    shown = list(holding)
    pieces, missing = holding.take(sum(lot.quantity for lot in lots))
    assert not missing and not list(holding)
    assert [lot for lot, _, _ in pieces] == shown, "lots are shown as they would leave"
    return shown


def test_fifo_takes_the_oldest_acquisition_first():
    assert taken("fifo", NEW, DEAR, OLD) == [OLD, NEW, DEAR]


def test_lifo_takes_the_newest_acquisition_first():
    assert taken("lifo", NEW, OLD, DEAR) == [DEAR, NEW, OLD]


def test_hifo_takes_the_dearest_unit_first_and_the_older_of_equals():
    assert taken("hifo", NEW, DEAR, OLD) == [DEAR, OLD, NEW]


def test_hifo_takes_unknown_bases_last():
    assert taken("hifo", UNKNOWN, OLD) == [OLD, UNKNOWN]


def test_hifo_compares_by_unit_and_not_by_total():
    small_dear, large_cheap = ranked(2, 0, 1, 50), ranked(1, 0, 100, 100)
    assert taken("hifo", large_cheap, small_dear) == [small_dear, large_cheap]


def test_lofo_takes_the_cheapest_unit_first_the_older_of_equals_and_unknown_bases_last():
    assert taken("lofo", UNKNOWN, DEAR, NEW, OLD) == [OLD, NEW, DEAR, UNKNOWN]


def test_lofo_goes_on_with_the_cheapest_lot_when_a_rest_grew_dearer_by_rounding():
    holding = HOLDINGS["lofo"]()
    for lot in (ranked(1, 0, 3, 10), ranked(2, 0, 3, 10)):
        holding.put(lot)
    first, _ = holding.take(1)
    second, _ = holding.take(1)
    assert [(lot.rank, units, cost) for lot, units, cost in first + second] == [
        (1, 1, 3),
        (2, 1, 3),
    ]


def test_hifo_tells_unit_costs_apart_that_differ_below_any_rounding():
    quantity = 2**255
    lower, higher = ranked(1, 0, quantity, 10**18), ranked(2, 0, quantity, 10**18 + 1)
    assert taken("hifo", lower, higher) == [higher, lower]
