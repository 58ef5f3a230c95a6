"""Lots: order, identification, wallets, the date of Rev. Proc. 2024-28, changes of method."""

from fractions import Fraction

import pytest

from tests.ledger.tax.asked import ask, buy, row, sell

THREE = (
    buy("a", "2020-01-01", 1, 100),
    buy("b", "2020-02-01", 1, 300),
    buy("c", "2020-03-01", 1, 200),
)
SALE = sell("s", "2020-04-01", 1, 400)


def lots_of(said):
    return [part.lot for part in said.parts]


@pytest.mark.parametrize(
    ("method", "lot"), [("fifo", "a"), ("lifo", "c"), ("hifo", "b"), ("lofo", "a")]
)
def test_the_order_of_each_method(method, lot):
    assert lots_of(ask(*THREE, SALE, method=method)) == [lot]


@pytest.mark.parametrize("method", ["hifo", "lofo"])
def test_of_equal_prices_the_earlier_lot_goes(method):
    rows = buy("a", "2020-01-01", 2, 200), buy("b", "2020-02-01", 1, 100)
    assert lots_of(ask(*rows, SALE, method=method)) == ["a"]


def test_a_method_holds_from_its_year_on():
    later = sell("t", "2021-04-01", 1, 400)
    said = ask(*THREE, SALE, later, method="fifo", method_by_year={"2021": "lifo"})
    assert lots_of(said) == ["a", "c"]


def test_an_average_after_lots_and_lots_after_an_average():
    later = sell("t", "2021-04-01", 1, 400), sell("u", "2022-04-01", 1, 400)
    said = ask(
        *THREE, SALE, *later, method="fifo", method_by_year={"2021": "average", "2022": "fifo"}
    )
    assert [(part.lot, part.rule, part.cost) for part in said.parts] == [
        ("a", "lot", 100),
        (None, "average", 250),
        ("c", "lot", 250),
    ]


def test_identified_lots_go_in_the_order_of_the_method():
    said = ask(*THREE, SALE, method="lofo", identification={"s": ["b", "c"]})
    assert lots_of(said) == ["c"]


def test_specific_lots_go_in_the_order_given():
    sale = sell("s", "2020-04-01", 2, 400)
    said = ask(*THREE, sale, method="specific", identification={"s": ["c", "a"]})
    assert lots_of(said) == ["c", "a"]


def test_identified_lots_that_do_not_suffice_have_no_basis_and_the_oldest_leave_with_them():
    sale = sell("s", "2020-04-01", 2, 400)
    said = ask(*THREE, sale, method="specific", identification={"s": ["c"]})
    assert (said.gains, said.left["X"]) == ({}, (1, 300))
    assert said.problems == [("ambiguous_lot", "s"), ("missing_basis", "s")]


def test_the_last_units_of_others_are_not_sold_beside_the_lots_that_were_named():
    rows = [buy("a", "2020-01-01", 5, 500), buy("b", "2020-02-01", 5, 505)]
    sales = sell("s", "2020-04-01", 6, 1212), sell("t", "2020-05-01", 5, 1000)
    said = ask(*rows, *sales, method="specific", identification={"s": ["a"]})
    assert not said.gains, "four units were left for five"
    assert ("missing_basis", "t") in said.problems


def test_units_beyond_the_lots_named_leave_by_the_method():
    sale = sell("s", "2020-04-01", 2, 600)
    later = sell("t", "2020-05-01", 1, 400)
    said = ask(*THREE, sale, later, method="hifo", identification={"s": ["c"]})
    assert [(part.row, part.lot) for part in said.parts] == [("s", "c"), ("s", "b"), ("t", "a")]
    assert said.problems == [("ambiguous_lot", "s")]


@pytest.mark.parametrize("lot", ["d", "nothing"])
def test_a_lot_that_was_not_held_cannot_be_identified(lot):
    later = buy("d", "2020-05-01", 1, 9), sell("t", "2020-06-01", 3, 900)
    said = ask(*THREE, SALE, *later, identification={"s": [lot]})
    assert [part.lot for part in said.parts if part.row == "s"] == ["a"]
    assert ("ambiguous_lot", "s") in said.problems
    assert not said.left, "four came and four left"


def test_where_no_lot_is_named_and_there_is_a_choice_there_is_no_figure():
    said = ask(*THREE, SALE, method="specific", missing_basis="zero")
    assert not said.gains
    assert [code for code, _ in said.problems] == ["ambiguous_lot", "missing_basis"]


def test_a_fee_of_a_sale_without_a_figure_has_its_own():
    other = row("t", "2020-01-01", "buy", got="5 T", sent="50 USD")
    quotes = [{"time": "2020-04-01", "asset": "T", "price": "20"}]
    said = ask(*THREE, other, dict(SALE, fee_asset="T", fee_quantity="1"),
               method="specific", prices=quotes)  # fmt: skip
    assert [(part.lot, part.gain) for part in said.parts] == [("t", 10)]


def test_where_all_is_sold_there_is_no_choice():
    said = ask(*THREE, sell("s", "2020-04-01", 3, 400), method="specific")
    assert (said.gains, said.problems) == ({"s": -200}, [])


def test_units_beyond_what_is_held_refuse_the_disposal_or_cost_nothing():
    sale = sell("s", "2020-04-01", 4, 800)
    assert ask(*THREE, sale).gains == {}
    said = ask(*THREE, sale, missing_basis="zero")
    assert said.gains == {"s": 200}
    assert [(part.rule, part.cost) for part in said.parts][-1] == ("missing", 0)
    assert said.problems == [("missing_basis", "s")]


def test_a_wallet_gives_by_its_own_method():
    rows = [dict(one, wallet="w") for one in (*THREE, SALE)]
    said = ask(*rows, basis_scope="wallet", method_by_wallet={"w": "hifo"})
    assert lots_of(said) == ["b"]


# ---- from a date on by wallet

FORMER = (
    buy("a", "2024-01-01", 2, 200, wallet="one"),
    buy("b", "2024-06-01", 2, 600, wallet="two"),
)
SINCE = {"basis_scope": "wallet_from:2025-01-01", "regime": "us"}
LATER = sell("s", "2025-02-01", 1, 400, wallet="two")


def test_before_the_date_one_pool_serves_every_wallet():
    said = ask(*FORMER, sell("s", "2024-12-31T23:59", 1, 400, wallet="two"), **SINCE)
    assert lots_of(said) == ["a"]


@pytest.mark.parametrize(
    ("method", "wallets", "lot"),
    [
        ("fifo", ["one", "two"], "b"),
        ("fifo", ["two", "one"], "a"),
        ("hifo", ["two", "one"], "b"),
        ("lofo", ["two", "one"], "a"),
    ],
)
def test_on_the_date_lots_fill_the_wallets_in_the_order_stated(method, wallets, lot):
    said = ask(*FORMER, LATER, allocation={"method": method, "wallets": wallets}, **SINCE)
    assert lots_of(said) == [lot]
    assert sum(said.lots.values()) == 3


@pytest.mark.parametrize("allocation", [None, {"method": "fifo", "wallets": ["one"]}])
def test_without_a_full_allocation_the_asset_has_no_figures(allocation):
    more = {"allocation": allocation} if allocation else {}
    said = ask(*FORMER, LATER, **SINCE, **more)
    assert (said.gains, said.problems) == ({}, [("allocation_needed", None)])


def test_one_wallet_needs_no_allocation():
    said = ask(FORMER[0], sell("s", "2025-02-01", 1, 400, wallet="one"), **SINCE)
    assert (lots_of(said), said.problems) == (["a"], [])


def test_a_transfer_carries_cost_and_date_and_the_oldest_is_the_oldest_there():
    rows = (
        buy("a", "2025-01-02", 1, 100, wallet="one"),
        buy("b", "2025-02-01", 1, 200, wallet="two"),
        row("t", "2025-04-01", "transfer", wallet="one", to="two", sent="1 X", got="1 X"),
        sell("s", "2026-01-03", 1, 500, wallet="two"),
    )
    said = ask(*rows, long_term="anniversary", **SINCE)
    assert [(part.lot, part.term) for part in said.parts] == [("a", "long")]


def test_what_a_wallet_does_not_have_is_not_moved():
    rows = (
        buy("a", "2025-01-02", 1, 100, wallet="one"),
        row("t", "2025-04-01", "transfer", wallet="two", to="one", sent="1 X", got="1 X"),
    )
    said = ask(*rows, **SINCE)
    assert (said.problems, said.left["X"]) == ([("missing_basis", "t")], (1, 100))


@pytest.mark.parametrize("choice", [SINCE, {"regime": "at", "basis_scope": "wallet"}])
@pytest.mark.parametrize(("units", "faults"), [(3, []), (5, [("missing_basis", "t")])])
def test_a_transfer_within_a_wallet_divides_no_lot_and_asks_for_the_units(choice, units, faults):
    bought = [buy(name, "2025-01-02", 2, 100, wallet="one") for name in "ab"]
    moved = row("t", "2025-04-01", "transfer", wallet="one", to="one", sent=f"{units} X")
    said = ask(*bought, moved, **choice)
    assert (said.problems, said.left["X"]) == (faults, (4, 200))
    if choice is SINCE:
        assert said.lots == {("one", "a"): 2, ("one", "b"): 2}


# ---- terms

TERMS = [
    ("anniversary", "2023-01-15", "2024-01-15T23:59", "short"),
    ("anniversary", "2023-01-15", "2024-01-16", "long"),
    ("anniversary", "2023-02-28", "2024-02-29", "short"),
    ("anniversary", "2023-02-28", "2024-03-01", "long"),
    ("days:365", "2023-01-15T12:00", "2024-01-15T11:59", "short"),
    ("days:365", "2023-01-15T12:00", "2024-01-15T12:00", "long"),
    ("never", "2000-01-01", "2024-01-01", "short"),
]


@pytest.mark.parametrize(("rule", "acquired", "sold", "term"), TERMS)
def test_terms(rule, acquired, sold, term):
    said = ask(buy("a", acquired, 1, 1), sell("s", sold, 1, 2), long_term=rule)
    assert said.parts[0].term == term


def test_an_average_knows_the_dates_of_its_units_oldest_first():
    rows = buy("a", "2022-01-01", 1, 1), buy("b", "2023-06-01", 1, 3)
    sale = sell("s", "2023-07-01", 2, 8)
    said = ask(*rows, sale, method="average", long_term="anniversary")
    assert [(part.term, part.gain) for part in said.parts] == [("long", 2), ("short", 2)]


# ---- superficial losses over lots


def test_a_superficial_loss_joins_the_newest_lot_or_the_next_one():
    first, loss = buy("a", "2024-01-01", 2, 20), sell("s", "2024-03-01", 2, 10)
    said = ask(first, loss, buy("b", "2024-03-10", 2, 12), loss_rule="ca_superficial")
    assert (said.parts[0].denied, said.left["X"]) == (10, (2, 22))
    kept = ask(
        first,
        buy("b", "2024-02-20", 1, 12),
        sell("s", "2024-03-01", 1, 5),
        loss_rule="ca_superficial",
    )
    assert (kept.parts[0].denied, kept.left["X"]) == (5, (2, 27))


def test_a_history_of_named_lots_is_no_slower_than_its_length():
    days = [f"2020-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    bought = [buy(f"b{n}", f"{days[n % 300]}T{n // 300:02d}:00", 1, n) for n in range(3000)]
    named = {f"s{n}": [f"b{n}"] for n in range(3000)}
    sold = [sell(f"s{n}", f"2021-01-01T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}", 1, n)
            for n in range(3000)]  # fmt: skip
    said = ask(*bought, *sold, method="specific", identification=named)
    assert set(said.gains.values()) == {0}
    assert not said.problems


@pytest.mark.parametrize("order", [("fifo", "hifo"), ("lifo", "average"), ("average", "lofo")])
def test_wallets_of_one_pool_with_methods_of_their_own_lose_nothing(order):
    rows = [dict(one, wallet="one") for one in THREE]
    rows += [sell("s", "2020-04-01", "0.5", 400, wallet="one")]
    rows += [sell("t", "2020-04-02", "0.5", 400, wallet="two")]
    rows += [sell("u", "2020-04-03", "0.5", 400, wallet="one")]
    said = ask(*rows, method_by_wallet=dict(zip(("one", "two"), order, strict=True)))
    assert sum(part.cost for part in said.parts) + said.left["X"][1] == 600
    assert said.left["X"][0] == Fraction(3, 2)


# ---- identification beside fees in units

LOTS = (
    buy("a", "2024-01-01", 2, 20),
    buy("b", "2024-01-02", 2, 40),
    buy("c", "2024-01-03", 2, 60),
)


def served(said):
    return [(part.lot, part.quantity, part.cost) for part in said.parts]


def test_a_fee_in_units_takes_named_lots_while_they_last_and_then_any():
    sale = sell("s", "2024-02-01", 2, 100, fee="1 X")
    said = ask(*LOTS, sale, identification={"s": ["b"]})
    assert (served(said), said.problems) == ([("b", 2, 40), ("a", 1, 10)], [])
    wider = ask(*LOTS, sale, method="specific", identification={"s": ["b", "c"]})
    assert (served(wider), wider.problems) == ([("b", 2, 40), ("c", 1, 30)], [])


@pytest.mark.parametrize("method", ["fifo", "hifo"])
def test_lots_that_are_named_for_a_move_are_moved_and_pay_none_of_its_fee(method):
    moved = row("m", "2024-02-01", "transfer", sent="2 X", got="2 X", fee="1 X", value=100,
                wallet="one", to="two")  # fmt: skip
    lots = [{**lot, "wallet": "one"} for lot in LOTS]
    said = ask(*lots, moved, sell("s", "2024-03-01", 2, 100, wallet="two"), method=method,
               basis_scope="wallet", identification={"m": ["b"]})  # fmt: skip
    other = ("a", 1, 10) if method == "fifo" else ("c", 1, 30)
    assert (served(said), said.problems) == ([other, ("b", 2, 40)], [])


def test_named_lots_bind_no_fee_in_another_asset():
    other = row("t", "2024-01-01", "buy", got="5 T", sent="50 USD")
    quotes = [{"time": "2024-02-01", "asset": "T", "price": "20"}]
    sale = sell("s", "2024-02-01", 2, 100, fee="1 T")
    said = ask(*LOTS, other, sale, method="specific", identification={"s": ["b"]}, prices=quotes)
    assert (served(said), said.problems) == ([("b", 2, 40), ("t", 1, 10)], [])


def test_where_no_lot_is_left_to_a_fee_and_there_is_a_choice_the_sale_alone_has_a_figure():
    sale = sell("s", "2024-02-01", 2, 100, fee="1 X")
    said = ask(*LOTS, sale, method="specific", identification={"s": ["b"]})
    assert served(said) == [("b", 2, 40)]
    assert [code for code, _ in said.problems] == ["ambiguous_lot", "missing_basis"]


# ---- the date from which basis is by wallet, after sales of more than was held


def test_units_that_nobody_acquired_were_in_no_wallet_on_the_date():
    rows = (
        buy("a", "2024-01-01", 5, 50, wallet="two"),
        sell("s", "2024-02-01", 10, 200, wallet="two"),
        buy("c", "2024-03-01", 5, 100, wallet="two"),
        sell("d", "2025-02-01", 5, 200, wallet="two"),
    )
    for zero in ("refuse", "zero"):
        said = ask(*rows, missing_basis=zero, **SINCE)
        assert (said.gains["d"], said.problems) == (100, [("missing_basis", "s")])


def test_a_wallet_that_gave_more_than_came_to_it_is_said_on_the_date():
    rows = (
        buy("a", "2024-01-01", 5, 50, wallet="one"),
        sell("s", "2024-02-01", 3, 200, wallet="two"),
        sell("d", "2025-02-01", 2, 200, wallet="one"),
    )
    said = ask(*rows, **SINCE)
    assert said.gains == {"s": 170, "d": 180}
    assert said.problems == [("unmatched_transfer", None)]


def test_what_an_asset_without_an_allocation_becomes_has_no_figures_either():
    change = row("x", "2025-02-01", "split", sent="1 X", got="1 Y")
    sale = row("s", "2025-03-01", "sell", sent="1 Y", got="400 USD", wallet="two")
    said = ask(*FORMER, change, sale, **SINCE)
    assert (said.gains, said.problems) == ({}, [("allocation_needed", None)])
