"""A split makes units more or fewer: their dates and their whole cost stay."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.lots.booking import book
from ledger.model.fund import Policy
from tests.ledger.notation import entry

FIRST = entry(1, "asset:w ETH 10 acquire = 100", name="first")
SECOND = entry(2, "asset:w ETH 5 acquire = 90", name="second")


def split(number, text):
    return replace(entry(number, text, kind="migrate"), note="stated:split")


def booked(*entries, **policy):
    return book(entries, Policy(**policy))


def held(done):
    return [(lot.id, lot.wallet, lot.quantity, lot.cost) for lot in done.open]


def test_every_lot_of_the_place_has_its_part_of_the_new_units():
    done = booked(FIRST, SECOND, split(3, "asset:w ETH 30 move"))
    assert held(done) == [("first:0", "w", 30, 100), ("second:0", "w", 15, 90)]
    assert not done.problems and not done.disposals
    assert {lot.acquired for lot in done.open} == {FIRST.time, SECOND.time}


@pytest.mark.parametrize("scope", ["wallet", "fund"])
@pytest.mark.parametrize(
    ("stated", "held", "told"), [(10, 10, False), (1, 10, True), (10, 0, True)]
)
def test_a_split_of_other_units_than_its_wallet_holds_is_told(scope, stated, held, told):
    elsewhere = entry(1, "asset:v ETH 7 acquire = 70", name="elsewhere")
    here = [entry(2, f"asset:w ETH {held} acquire = 100", name="here")] if held else []
    change = replace(split(3, "asset:w ETH 10 move"), note=f"stated:split of:{stated}", id="change")
    done = booked(elsewhere, *here, change, scope=scope)
    said = [one.source for one in done.problems if one.code == "partial_split"]
    assert said == (["change"] if told else [])


@pytest.mark.parametrize("word", ["of:", "of:ten", "of:-1", "of:" + "9" * 5_000])
def test_a_note_that_says_no_units_says_nothing(word):
    change = replace(split(3, "asset:w ETH 10 move"), note=f"stated:split {word}")
    assert not booked(FIRST, change).problems


def test_a_reverse_split_leaves_the_cost_of_lots_without_a_unit_to_those_with_one():
    small = entry(2, "asset:w ETH 1 acquire = 7", name="small")
    done = booked(FIRST, small, split(3, "asset:w ETH -10 move"))
    assert sum(lot.quantity for lot in done.open) == 1
    assert sum(lot.cost for lot in done.open) == 107
    assert not done.problems


@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "lofo", "average", "specific"])
def test_cost_is_kept_by_every_method_and_a_sale_after_it_has_a_basis(method):
    sale = entry(4, "asset:w ETH -15 dispose = 300")
    done = booked(FIRST, SECOND, split(3, "asset:w ETH 15 move"), sale, method=method)
    assert sum(one.cost for one in done.disposals) + sum(lot.cost for lot in done.open) == 190
    assert "missing_basis" not in {problem.code for problem in done.problems}


def test_other_wallets_are_not_split_and_one_pool_is_by_what_each_row_says():
    other = entry(2, "asset:v ETH 5 acquire = 90", name="other")
    one = split(3, "asset:w ETH 10 move")
    assert held(booked(FIRST, other, one)) == [("first:0", "w", 20, 100), ("other:0", "v", 5, 90)]
    both = booked(FIRST, other, one, split(4, "asset:v ETH 5 move"), scope="fund")
    assert sum(lot.quantity for lot in both.open) == 30
    assert sum(lot.cost for lot in both.open) == 190


def test_of_nothing_nothing_is_split():
    done = booked(split(3, "asset:w ETH 10 move"))
    assert [(lot.quantity, lot.cost) for lot in done.open] == [(10, None)]
    gone = booked(FIRST, split(3, "asset:w ETH -10 move"))
    assert not gone.open


def test_a_split_into_another_asset_carries_as_before():
    done = booked(FIRST, split(3, "asset:w ETH -10 move\nasset:w NEW 40 move"))
    assert held(done) == [("first:0", "w", 40, 100)]


sizes = st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=5)


@given(sizes, st.integers(-(10**6), 10**7))
def test_units_and_costs_are_conserved(lots, growth):
    total = sum(units for units, _ in lots)
    if total + growth <= 0 or not growth:
        return
    bought = [
        entry(number, f"asset:w ETH {units} acquire = {cost}", name=f"b{number}")
        for number, (units, cost) in enumerate(lots, 1)
    ]
    done = booked(*bought, split(9, f"asset:w ETH {growth} move"))
    assert sum(lot.quantity for lot in done.open) == total + growth
    assert sum(lot.cost for lot in done.open) == sum(cost for _, cost in lots)
