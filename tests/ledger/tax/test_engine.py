"""Random histories: a slow second opinion agrees, order changes nothing, nothing is lost."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tax.engine import assess_rows
from ledger.tax.history.settings import settings_of
from tests.ledger.tax import slow
from tests.ledger.tax.asked import QUIET, REGIMES, ask, buy, row, sell

#: What rounding at the last decimal may add up to over a short history.
NEAR = Fraction(1, 10**14)
WALLETS = ("one", "two", "three")
UNITS = st.integers(1, 60).map(lambda units: f"{units // 10}.{units % 10}")
MONEY = st.integers(0, 5000).map(str)


@st.composite
def histories(draw, kinds=("buy", "buy", "sell", "sell", "staking", "transfer")):
    """Rows of one asset whose sales mostly have something to sell."""
    rows = []
    for index in range(draw(st.integers(1, 16))):
        time = datetime(2023, 1, 1) + timedelta(  # noqa: DTZ001 -- no zone is UTC
            days=draw(st.integers(0, 60)), hours=draw(st.integers(0, 3))
        )
        kind = draw(st.sampled_from(kinds)) if index else "buy"
        units, wallet = draw(UNITS), draw(st.sampled_from(WALLETS))
        cells = {"wallet": wallet}
        if kind in {"buy", "sell"} and draw(st.booleans()):
            cells["fee"] = f"{draw(st.integers(0, 9))} USD"
        if kind == "buy":
            cells |= {"got": f"{int(units[0]) + 3}.{units[-1]} X", "sent": f"{draw(MONEY)} USD"}
        elif kind == "sell":
            cells |= {"sent": f"{units} X", "got": f"{draw(MONEY)} USD"}
        elif kind == "staking":
            cells |= {"got": f"{units} X", "value": draw(MONEY)}
        else:
            lost = draw(st.sampled_from(["0", "0.1"])) if units != "0.1" else "0"
            arrived = Fraction(units) - Fraction(lost)
            cells |= {"sent": f"{units} X", "got": f"{_text(arrived)} X", "value": draw(MONEY)}
            cells["to"] = draw(st.sampled_from([name for name in WALLETS if name != wallet]))
        rows.append(row(f"r{index:02d}", time.isoformat(), kind, **cells))
    return rows


def _text(number):
    return f"{number.numerator * 10 // number.denominator // 10}.{number * 10 % 10}"


def check_agrees(said, opinion):
    for names, gain in opinion.gains.items():
        got = sum(said.gains.get(name, Fraction(0)) for name in names.split())
        assert abs(got - gain) <= NEAR, names
    missing = {source for code, source in said.problems if code == "missing_basis"}
    assert opinion.refused <= missing
    quantity, cost = said.left.get("X", (Fraction(0), Fraction(0)))
    assert quantity == sum(one[0] for one in opinion.left)
    assert abs(cost - sum(one[1] for one in opinion.left)) <= NEAR


@pytest.mark.parametrize("scope", ["universal", "wallet"])
@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "lofo"])
@given(rows=histories())
def test_lots_are_those_of_the_slow_opinion(method, scope, rows):
    said = ask(*rows, method=method, basis_scope=scope)
    check_agrees(said, slow.by_lots(rows, method, scope == "wallet"))


@given(rows=histories())
def test_the_moving_average_is_that_of_the_slow_opinion(rows):
    check_agrees(ask(*rows, method="average"), slow.by_average(rows))


@given(rows=histories(kinds=("buy", "sell", "sell", "staking")))
def test_day_matching_is_that_of_the_slow_opinion(rows):
    check_days(ask(*rows, method="share-matching"), slow.by_days(rows, 30, 0))


def check_days(said, opinion):
    for names, gain in opinion.gains.items():
        got = sum(said.gains[name] for name in names.split())
        assert abs(got - gain) <= NEAR, names
    assert abs(said.left.get("X", (0, 0))[1] - opinion.left[0][1]) <= NEAR
    missing = {source for code, source in said.problems if code == "missing_basis"}
    assert bool(missing) == bool(opinion.refused)
    assert missing <= opinion.refused


@given(rows=histories(kinds=("buy", "sell", "sell", "staking")))
def test_day_matching_of_a_company_is_that_of_the_slow_opinion(rows):
    check_days(ask(*rows, method="company-matching"), slow.by_days(rows, 0, 10))


@given(rows=histories(kinds=("buy", "sell", "sell", "staking")))
def test_the_four_weeks_are_those_of_the_slow_opinion(rows):
    check_agrees(ask(*rows, method="four-week-matching"), slow.by_weeks(rows))


@given(rows=histories(kinds=("buy", "sell", "staking")))
def test_a_company_never_matches_what_it_bought_later(rows):
    said = ask(*rows, method="company-matching")
    times = {one["id"]: one["time"][:10] for one in rows}
    for part in said.parts:
        if part.rule == "ten_day":
            assert part.lot is not None
            days = (_day(times[part.row]) - _day(times[part.lot])).days
            assert 1 <= days <= 10
        elif part.rule == "same_day":
            assert part.lot is not None
            assert times[part.row] == times[part.lot]


def _day(text):
    return datetime.fromisoformat(text)


METHODS = [
    *("fifo lifo hifo lofo average year-average".split()),
    *("share-matching company-matching four-week-matching portfolio specific".split()),
]


@pytest.mark.parametrize("method", METHODS)
@given(rows=histories(), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(method, rows, shuffled):
    rules = REGIMES["generic"]
    settings = settings_of(method, QUIET, rules)
    other = list(rows)
    shuffled.shuffle(other)
    first, second = (assess_rows(each, (), "USD", settings, rules) for each in (rows, other))
    assert first[2:] == second[2:]


@pytest.mark.parametrize("method", METHODS)
@given(rows=histories())
def test_units_that_came_went_or_are_left(method, rows):
    said = ask(*rows, method=method, missing_basis="zero")
    came = sum(slow.number(one, "received_quantity") for one in rows if one["kind"] in IN)
    went = sum(part.quantity for part in said.parts if part.rule != "missing")
    priced = {"missing_price", "ambiguous_lot"} & {code for code, _ in said.problems}
    left = said.left.get("X", (Fraction(0), Fraction(0)))[0]
    assert priced or came == went + left


IN = {"buy", "staking"}


def test_hifo_by_unit_cost_and_by_price_differ_by_the_fee():
    rows = [
        buy("a", "2020-01-01", 1, 100),
        buy("b", "2020-01-02", 1, 99, fee="5 USD"),
        row("s", "2020-01-03", "sell", sent="1 X", got="200 USD"),
    ]
    assert ask(*rows, method="hifo").parts[0].lot == "a"
    assert ask(*rows, method="hifo", hifo_key="unit_cost").parts[0].lot == "b"


def test_splits_of_others_however_uneven_do_not_order_lots_otherwise():
    rebases = [
        row(f"r{n}", f"2024-03-{n + 1:02d}", "split", sent="1 R", got=f"1.0001234567890123{n}7 R")
        for n in range(1, 9)
    ]
    bought = [buy("b1", "2024-01-01", 1, 100), buy("b2", "2024-01-02", 1, 900)]
    bought.append(buy("b3", "2024-01-03", 1, 500))
    for method, lot in (("hifo", "b2"), ("lofo", "b1")):
        found = ask(*bought, *rebases, sell("s", "2024-06-01", 1, 1000), method=method)
        assert [part.lot for part in found.parts] == [lot], method


def test_what_a_change_of_form_cost_is_given_up_like_any_fee():
    got = row("e", "2024-01-01", "buy", got="1 ETH", sent="100 USD")
    changed = row("m", "2024-02-01", "split", sent="1 OLD", got="1 NEW", fee="0.1 ETH")
    price = {"time": "2024-02-01", "asset": "ETH", "price": "300"}
    found = ask(got, buy("b", "2024-01-02", 1, 5), changed, prices=[price])
    assert (found.gains["m"], found.left["ETH"][0]) == (Fraction(20), Fraction(9, 10))
