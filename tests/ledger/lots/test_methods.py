"""The key of each cost method."""

from ledger.lots.methods import METHODS, Ranked, UnitCost

OLD = Ranked(1, 0, 10, 100)
NEW = Ranked(2, 0, 10, 100)
DEAR = Ranked(3, 0, 10, 101)
UNKNOWN = Ranked(0, 0, 10, None)


def taken(method, *lots):
    return sorted(lots, key=METHODS[method])


def test_fifo_takes_the_oldest_acquisition_first():
    assert taken("fifo", NEW, DEAR, OLD) == [OLD, NEW, DEAR]


def test_lifo_takes_the_newest_acquisition_first():
    assert taken("lifo", NEW, OLD, DEAR) == [DEAR, NEW, OLD]


def test_hifo_takes_the_dearest_unit_first_and_the_older_of_equals():
    assert taken("hifo", NEW, DEAR, OLD) == [DEAR, OLD, NEW]


def test_hifo_takes_unknown_bases_last():
    assert taken("hifo", UNKNOWN, OLD) == [OLD, UNKNOWN]


def test_hifo_compares_by_unit_and_not_by_total():
    small_dear, large_cheap = Ranked(2, 0, 1, 50), Ranked(1, 0, 100, 100)
    assert taken("hifo", large_cheap, small_dear) == [small_dear, large_cheap]


def test_hifo_tells_unit_costs_apart_that_differ_below_any_rounding():
    quantity = 2**255
    lower, higher = Ranked(1, 0, quantity, 10**18), Ranked(2, 0, quantity, 10**18 + 1)
    assert taken("hifo", lower, higher) == [higher, lower]
    assert UnitCost(10**18 + 1, quantity) < UnitCost(10**18, quantity)
    assert UnitCost(1, 3) == UnitCost(2, 6)
