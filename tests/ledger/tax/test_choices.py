"""Choices of lots count when they were made in time, and an allocation stays what it was."""

import pytest

from ledger.tax.history.words import BadSetting
from tests.ledger.tax.asked import ask, buy, row, sell

LOTS = [buy("a", "2025-01-10", 1, 100), buy("b", "2025-02-10", 1, 300)]


def us(*rows, **settings):
    return ask(*rows, regime="us", regime_own=True, **settings)


@pytest.mark.parametrize(
    ("at", "lot", "problems"),
    [
        ("2025-06-01T11:59:59", "b", []),
        ("2025-06-01T12:00:00", "b", []),
        ("2025-06-01T12:00:01", "a", [("late_identification", "s")]),
        ("2025-06-01T07:59:59-04:00", "b", []),
    ],
)
def test_lots_are_named_no_later_than_the_sale(at, lot, problems):
    named = {"s": {"lots": ["b"], "at": at}}
    said = us(*LOTS, sell("s", "2025-06-01T12:00", 1, 500), identification=named)
    assert [part.lot for part in said.parts] == [lot]
    assert said.problems == problems


def test_lots_that_are_named_without_a_time_count():
    said = us(*LOTS, sell("s", "2025-06-01", 1, 500), identification={"s": ["b"]})
    assert [part.lot for part in said.parts] == ["b"]


@pytest.mark.parametrize(("at", "lots"), [("2025-06-01", ["b", "a"]), ("2025-06-02", ["a", "b"])])
def test_a_standing_order_holds_from_its_time_on(at, lots):
    said = us(
        *LOTS,
        sell("s", "2025-06-01", 1, 500),
        sell("t", "2025-07-01", 1, 500),
        standing_orders=[{"at": at, "method": "hifo"}],
    )
    assert [part.lot for part in said.parts] == lots


def test_a_standing_order_for_a_wallet_leaves_the_others_alone():
    rows = [
        one
        for wallet in ("one", "two")
        for one in (
            buy(f"a{wallet}", "2025-01-10", 1, 100, wallet=wallet),
            buy(f"b{wallet}", "2025-02-10", 1, 300, wallet=wallet),
            sell(f"s{wallet}", "2025-06-01", 1, 500, wallet=wallet),
        )
    ]
    order = {"at": "2025-03-01", "method": "lifo", "wallet": "two"}
    said = us(*rows, standing_orders=[order])
    assert {part.row: part.lot for part in said.parts} == {"sone": "aone", "stwo": "btwo"}


def test_lots_that_were_named_go_before_a_standing_order():
    said = us(
        *LOTS,
        sell("s", "2025-06-01", 1, 500),
        standing_orders=[{"at": "2025-03-01", "method": "hifo"}],
        identification={"s": {"lots": ["a"], "at": "2025-05-01"}},
    )
    assert [part.lot for part in said.parts] == ["a"]


POOL = [
    buy("a", "2023-01-10", 1, 100, wallet="one"),
    buy("b", "2023-02-10", 1, 300, wallet="two"),
]
MOVED = row("m", "2027-01-01", "transfer", sent="1 X", wallet="one", to="two", value="0")
ORDER = {"method": "hifo", "wallets": ["one", "two"]}


def test_an_allocation_says_what_it_came_to_and_its_digest():
    said = us(*POOL, sell("s", "2025-06-01", 1, 500, wallet="one"), allocation=ORDER)
    assert [part.cost for part in said.parts] == [300]
    assert len(said.allocated.sha256) == 64
    assert str(said.allocated.day) == "2025-01-01"


def test_a_frozen_allocation_that_is_what_it_was_holds():
    first = us(*POOL, buy("c", "2025-01-02", 1, 1), allocation=ORDER)
    frozen = ORDER | {"at": "2025-01-01", "sha256": first.allocated.sha256}
    sale = sell("s", "2025-06-01", 1, 500, wallet="one")
    finer = buy("f", "2025-03-01", "0.0000000000000000000001", 1)
    said = us(*POOL, sale, finer, allocation=frozen)
    assert (said.gains, said.problems) == ({"s": 200}, [])


def test_a_frozen_allocation_that_comes_to_other_lots_is_not_used():
    first = us(*POOL, buy("c", "2025-01-02", 1, 1), allocation=ORDER)
    frozen = ORDER | {"at": "2025-01-01", "sha256": first.allocated.sha256}
    sale = sell("s", "2025-06-01", 1, 500, wallet="one")
    late = buy("z", "2022-03-01", 1, 50, wallet="one")
    said = us(*POOL, sale, late, allocation=frozen)
    assert [code for code, _ in said.problems] == ["allocation_changed", "allocation_needed"]
    assert (said.gains, said.allocated) == ({}, None)


@pytest.mark.parametrize(
    ("at", "due", "late"),
    [
        ("2026-03-16T23:59:59", None, False),
        ("2026-03-17", None, True),
        ("2026-10-15", "2026-10-15", False),
        ("2026-10-16", "2026-10-15", True),
        ("2025-06-01", "2025-01-31", True),
        ("2025-05-31", "2025-01-31", False),
    ],
)
def test_an_allocation_is_made_before_the_later_of_the_first_sale_and_the_return(at, due, late):
    said = us(
        *POOL,
        sell("s", "2025-06-01", 1, 500, wallet="one"),
        allocation=ORDER | {"at": at} | ({"due": due} if due else {}),
    )
    codes = [code for code, _ in said.problems]
    assert codes == (["late_identification", "allocation_needed"] if late else [])
    assert bool(said.gains) != late


@pytest.mark.parametrize(
    ("rows", "at", "late"),
    [
        ([], "2027-01-01", False),
        ([buy("c", "2025-01-02", 1, 1)], "2027-01-01", False),
        ([sell("s", "2027-06-01", 1, 500, wallet="one")], "2027-05-31", False),
        ([sell("s", "2027-06-01", 1, 500, wallet="one")], "2027-06-02", True),
        ([MOVED, sell("s", "2027-06-01", 1, 500, wallet="one")], "2027-02-01", True),
        ([MOVED, sell("s", "2027-06-01", 1, 500, wallet="one")], "2026-12-31", False),
    ],
)
def test_while_nothing_was_sold_or_moved_an_allocation_is_in_time(rows, at, late):
    said = us(*POOL, *rows, allocation=ORDER | {"at": at})
    assert ("late_identification" in [code for code, _ in said.problems]) == late


@pytest.mark.parametrize(
    "given",
    [
        {"allocation": ORDER | {"sha256": "00"}},
        {"allocation": ORDER | {"at": "soon"}},
        {"allocation": ORDER | {"due": "2026-13-01"}},
        {"allocation": ORDER | {"signed": "x"}},
        {"standing_orders": {"at": "2025-01-01"}},
        {"standing_orders": [{"at": "2025-01-01"}]},
        {"standing_orders": [{"at": "2025-01-01", "method": "specific"}]},
        {"standing_orders": [{"at": "2025-01-01", "method": "hifo", "wallet": 1}]},
        {"identification": {"s": {"lots": ["a"]}}},
        {"identification": {"s": {"lots": "a", "at": "2025-01-01"}}},
        {"section_1256": "X"},
        {"year_starts": "2-30"},
        {"old_stock": "before:2021"},
        {"swaps": "carry_from:2022-03-01"},
        {"indexation": "uk_frozen"},
    ],
)
def test_a_choice_in_no_known_form_is_refused(given):
    with pytest.raises(BadSetting):
        us(*LOTS, **given)


def test_units_are_those_of_the_pool_on_the_day():
    said = us(
        *POOL,
        row("m", "2024-06-01", "transfer", sent="1 X", wallet="one", to="two", value="0"),
        sell("s", "2025-06-01", 2, 500, wallet="two"),
        allocation=ORDER,
    )
    assert said.gains == {"s": 100}
