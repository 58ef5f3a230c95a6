"""Methods that choose no lot, the average, and a method that changes with a year."""

from datetime import UTC, datetime

import pytest

from ledger.lots.booking import book
from ledger.model.fund import Policy
from tests.ledger.notation import entry

OLD = entry(1, "asset:w ETH 10 acquire = 100", name="old")
NEW = entry(2, "asset:w ETH 10 acquire = 200", name="new")
LAST = entry(3, "asset:w ETH 10 acquire = 150", name="last")
SALE = entry(9, "asset:w ETH -4 dispose = -60", name="sale")


def booked(*entries, method, scope="wallet", named=(), years=()):
    policy = Policy(
        method=method,
        scope=scope,
        method_by_year=years,
        identifications=(("sale", named),) if named else (),
    )
    return book(entries, policy)


def short(booking):
    return [(one.lot, one.quantity, one.cost) for one in booking.disposals]


def codes(booking):
    return [(problem.code, problem.source) for problem in booking.problems]


# ---- strict


def test_strict_takes_units_of_the_only_lot():
    done = booked(OLD, SALE, method="strict")
    assert short(done) == [("old:0", 4, 40)]
    assert not done.problems


def test_strict_takes_all_that_is_there():
    done = booked(OLD, NEW, entry(9, "asset:w ETH -20 dispose = -60"), method="strict")
    assert short(done) == [("old:0", 10, 100), ("new:0", 10, 200)]
    assert not done.problems and not done.open


def test_strict_names_the_entry_whose_lots_are_open_to_choice_and_takes_the_oldest():
    done = booked(OLD, NEW, SALE, method="strict")
    assert short(done) == [("old:0", 4, 40)]
    assert codes(done) == [("ambiguous_lot", "sale")]


def test_strict_holds_for_moves_too():
    moved = entry(3, "asset:w ETH -4 move\nasset:v ETH 4 move", name="moved")
    done = booked(OLD, NEW, moved, method="strict")
    assert codes(done) == [("ambiguous_lot", "moved")]
    assert [(lot.id, lot.wallet, lot.quantity) for lot in done.open] == [
        ("old:0", "w", 6),
        ("old:0/1", "v", 4),
        ("new:0", "w", 10),
    ]


def test_strict_says_what_is_missing_and_not_that_there_is_a_choice():
    done = booked(OLD, NEW, entry(9, "asset:w ETH -25 dispose = -60", name="much"), method="strict")
    assert codes(done) == [("missing_basis", "much")]
    assert short(done)[-1] == ("", 5, None)


# ---- specific


def test_specific_takes_the_lots_named_in_their_order():
    sale = entry(9, "asset:w ETH -14 dispose = -60", name="sale")
    done = booked(OLD, NEW, LAST, sale, method="specific", named=("last:0", "new:0", "old:0"))
    assert short(done) == [("last:0", 10, 150), ("new:0", 4, 80)]
    assert not done.problems


def test_specific_without_an_identification_is_strict():
    done = booked(OLD, NEW, SALE, method="specific")
    assert short(done) == [("old:0", 4, 40)]
    assert codes(done) == [("ambiguous_lot", "sale")]


def test_lots_named_that_hold_too_little_leave_a_choice_open():
    sale = entry(9, "asset:w ETH -14 dispose = -60", name="sale")
    done = booked(OLD, NEW, LAST, sale, method="specific", named=("last:0",))
    assert short(done) == [("last:0", 10, 150), ("old:0", 4, 40)]
    assert codes(done) == [("ambiguous_lot", "sale")]


@pytest.mark.parametrize("name", ["nothing:0", "nothing:0/1", "new:0/7", ""])
def test_a_lot_named_that_is_not_there_leaves_a_choice_open(name):
    done = booked(OLD, NEW, SALE, method="specific", named=(name,))
    assert codes(done) == [("ambiguous_lot", "sale")]


def test_identifications_count_for_no_other_method():
    assert short(booked(OLD, NEW, SALE, method="fifo", named=("new:0",))) == [("old:0", 4, 40)]
    assert codes(booked(OLD, NEW, SALE, method="strict", named=("new:0",))) == [
        ("ambiguous_lot", "sale")
    ]


def test_an_acquisition_names_all_its_parts_and_a_part_names_itself():
    there = entry(4, "asset:v ETH 1 acquire = 7", name="there")
    parts = [entry(n, "asset:w ETH -2 move\nasset:v ETH 2 move", name=f"m{n}") for n in (5, 6)]
    sale = entry(9, "asset:v ETH -3 dispose = -60", name="sale")
    history = (OLD, there, *parts, sale)
    assert short(booked(*history, method="specific", named=("old:0",))) == [
        ("old:0/1", 2, 20),
        ("old:0/2", 1, 10),
    ]
    assert short(booked(*history, method="specific", named=("old:0/2", "there:0"))) == [
        ("old:0/2", 2, 20),
        ("there:0", 1, 7),
    ]


def test_a_lot_of_the_fund_s_pool_may_be_named_as_it_is_shown():
    there = entry(3, "asset:v ETH 10 acquire = 500", name="there")
    done = booked(OLD, there, SALE, method="specific", scope="fund", named=("there:0@w",))
    assert short(done) == [("there:0", 4, 200)]
    assert not done.problems


def test_a_lot_that_left_by_name_is_not_taken_again():
    first = entry(8, "asset:w ETH -10 dispose = -1", name="sale")
    rest = entry(10, "asset:w ETH -20 dispose = -1", name="rest")
    done = booked(OLD, NEW, LAST, first, rest, method="specific", named=("old:0",))
    assert [lot for lot, *_ in short(done)] == ["old:0", "new:0", "last:0"]
    assert not done.problems and not done.open


# ---- average


def test_average_takes_the_oldest_units_at_the_average_of_all():
    done = booked(OLD, NEW, SALE, method="average")
    assert short(done) == [("old:0", 4, 60)]
    assert done.disposals[0].acquired == OLD.time
    assert [(lot.id, lot.quantity, lot.cost) for lot in done.open] == [
        ("old:0", 6, 90),
        ("new:0", 10, 150),
    ]


def test_the_last_units_of_a_pool_take_the_remainder():
    bought = [entry(n, "asset:w ETH 1 acquire = " + cost) for n, cost in ((1, "3"), (2, "7"))]
    third = entry(3, "asset:w ETH 1 acquire = 0")
    sales = [entry(n, "asset:w ETH -1 dispose = -9") for n in (4, 5, 6)]
    assert [cost for *_, cost in short(booked(*bought, third, *sales, method="average"))] == [
        3,
        3,
        4,
    ]


def test_a_move_carries_the_average_into_the_other_pool():
    there = entry(3, "asset:v ETH 10 acquire = 10", name="there")
    moved = entry(4, "asset:w ETH -10 move\nasset:v ETH 10 move")
    sale = entry(9, "asset:v ETH -20 dispose = -1")
    done = booked(OLD, NEW, there, moved, sale, method="average")
    assert sum(cost for *_, cost in short(done)) == 150 + 10
    assert [lot.cost for lot in done.open] == [150]


def test_units_of_unknown_basis_stay_out_of_the_pool_and_go_last():
    gift = entry(0, "asset:w ETH 5 acquire", name="gift")
    sale = entry(9, "asset:w ETH -12 dispose = -1", name="sale")
    done = booked(gift, OLD, sale, method="average")
    assert short(done) == [("old:0", 10, 100), ("gift:0", 2, None)]
    assert codes(done) == [("missing_basis", "sale")]
    assert [(lot.id, lot.quantity, lot.cost) for lot in done.open] == [("gift:0", 3, None)]


# ---- by year


def test_the_method_changes_at_midnight_of_new_year_and_lots_stay():
    before = entry(
        9, "asset:w ETH -1 dispose = -1", time=datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)
    )
    after = entry(10, "asset:w ETH -1 dispose = -1", time=datetime(2025, 1, 1, tzinfo=UTC))
    later = entry(11, "asset:w ETH -1 dispose = -1", time=datetime(2027, 6, 1, tzinfo=UTC))
    history = (OLD, NEW, before, after, later)
    done = booked(*history, method="fifo", years=((2025, "lifo"), (2026, "specific")))
    assert [lot for lot, *_ in short(done)] == ["old:0", "new:0", "old:0"]
    assert [problem.code for problem in done.problems] == ["ambiguous_lot"]
    assert {lot.id: lot.acquired for lot in done.open} == {
        "old:0": OLD.time,
        "new:0": NEW.time,
    }


def test_lots_leave_an_average_with_their_shares_of_its_cost():
    late = entry(9, "asset:w ETH -10 dispose = -1", time=datetime(2025, 1, 1, tzinfo=UTC))
    done = booked(OLD, NEW, late, method="average", years=((2025, "lifo"),))
    assert short(done) == [("new:0", 10, 150)]
    assert [(lot.id, lot.cost) for lot in done.open] == [("old:0", 150)]


@pytest.mark.parametrize("years", [((2025, "lifo"), (2024, "fifo")), ((2025, "lifo"),) * 2])
def test_years_ascend(years):
    with pytest.raises(AssertionError):
        Policy(method_by_year=years)


def test_an_entry_has_one_identification():
    with pytest.raises(AssertionError):
        Policy(identifications=(("sale", ()), ("sale", ())))
