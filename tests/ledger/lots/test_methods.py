"""The key of each cost method."""

from datetime import UTC, datetime

from ledger.lots.holding import Acquisition, OpenLot
from ledger.lots.methods import HOLDINGS
from ledger.model.asset import by_symbol

ETH = by_symbol("ETH")


def ranked(rank, quantity, cost):
    moment, order = datetime(2026, 1, 1, tzinfo=UTC), (rank, "eip155:1", rank, 0, f"e{rank}")
    return OpenLot(
        Acquisition(f"e{rank}:0", rank, f"e{rank}", moment, order, None), "w", quantity, cost
    )


def old():
    return ranked(1, 10, 100)


def new():
    return ranked(2, 10, 100)


def dear():
    return ranked(3, 10, 101)


def unknown():
    return ranked(0, 10, None)


def taken(method, *lots):
    """Ranks of the acquisitions in the order in which their units leave."""
    holding = HOLDINGS[method](ETH)
    for lot in lots:
        holding.put(lot)
    shown = [lot.source.rank for lot in holding]
    pieces, missing = holding.take(sum(lot.quantity for lot in lots))
    assert not missing and not list(holding)
    assert [lot.source.rank for lot, _, _ in pieces] == shown, "lots are shown as they would leave"
    return shown


def test_fifo_takes_the_oldest_acquisition_first():
    assert taken("fifo", new(), dear(), old()) == [1, 2, 3]


def test_lifo_takes_the_newest_acquisition_first():
    assert taken("lifo", new(), old(), dear()) == [3, 2, 1]


def test_hifo_takes_the_dearest_unit_first_and_the_older_of_equals():
    assert taken("hifo", new(), dear(), old()) == [3, 1, 2]


def test_hifo_takes_unknown_bases_last():
    assert taken("hifo", unknown(), old()) == [1, 0]


def test_hifo_compares_by_unit_and_not_by_total():
    small_dear, large_cheap = ranked(2, 1, 50), ranked(1, 100, 100)
    assert taken("hifo", large_cheap, small_dear) == [2, 1]


def test_lofo_takes_the_cheapest_unit_first_the_older_of_equals_and_unknown_bases_last():
    assert taken("lofo", unknown(), dear(), new(), old()) == [1, 2, 3, 0]


def test_lofo_goes_on_with_the_cheapest_lot_when_a_rest_grew_dearer_by_rounding():
    holding = HOLDINGS["lofo"](ETH)
    for lot in (ranked(1, 3, 10), ranked(2, 3, 10)):
        holding.put(lot)
    first, _ = holding.take(1)
    second, _ = holding.take(1)
    assert [(lot.source.rank, units, cost) for lot, units, cost in first + second] == [
        (1, 1, 3),
        (2, 1, 3),
    ]


def test_hifo_tells_unit_costs_apart_that_differ_below_any_rounding():
    quantity = 2**255
    lower, higher = ranked(1, quantity, 10**18), ranked(2, quantity, 10**18 + 1)
    assert taken("hifo", lower, higher) == [2, 1]


def test_unit_costs_stay_exact_when_a_much_larger_quantity_joins_smaller_ones():
    """A third, and a third with a bit more or less: less than the small lot alone would need."""
    lots = [(1, 3, 1), (2, 3 * 2**240, 2**240 + 1), (3, 3 * 2**240, 2**240 - 1)]
    assert taken("hifo", *[ranked(*lot) for lot in lots]) == [2, 1, 3]
    assert taken("lofo", *[ranked(*lot) for lot in lots]) == [3, 1, 2]


def test_equal_unit_costs_of_unlike_quantities_are_a_tie_that_the_older_wins():
    assert taken("hifo", ranked(2, 3 * 2**240, 2**240), ranked(1, 3, 1)) == [1, 2]
    assert taken("lofo", ranked(1, 3 * 2**240, 2**240), ranked(2, 3, 1)) == [1, 2]


def test_a_lot_that_units_were_taken_of_keeps_its_place_by_what_is_left_of_it():
    """9 units for 8: after one has left for 0 the rest is the dearer lot, a unit for 1."""
    holding = HOLDINGS["lofo"](ETH)
    for lot in (ranked(1, 9, 8), ranked(2, 100, 95)):
        holding.put(lot)
    holding.take(1)
    assert [lot.source.rank for lot in holding] == [2, 1]
