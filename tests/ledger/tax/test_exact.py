"""Random histories of several assets: the engine says what an exact checker says, in any order."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jobs.tax_batch import answer_batch
from ledger.tax.engine import assess_rows
from ledger.tax.history.settings import settings_of
from tests.ledger.tax import exact
from tests.ledger.tax.asked import QUIET, REGIMES, ask, row

#: What rounding at the last decimal may add up to over a short history.
NEAR = Fraction(1, 10**13)
ASSETS, WALLETS = ("X", "Y", "Z"), ("one", "two")
BEGIN = datetime(2023, 1, 1)  # noqa: DTZ001 -- no zone is UTC
DAYS = 50
PRICES = {"X": 12, "Y": 7, "Z": 90}
QUOTES = [
    {"time": (BEGIN + timedelta(days=day)).isoformat(), "asset": asset, "price": str(price)}
    for asset, price in PRICES.items()
    for day in range(0, DAYS + 3, 3)
]
#: Kinds of rows, as often as they come.
BOUGHT_AND_SOLD = ("buy", "buy", "sell", "sell", "staking")
TRADES = ("buy", "buy", "buy", "sell", "sell", "staking", "swap", "transfer")
ALL = (*TRADES, "split", "became")


@st.composite
def histories(draw, kinds=ALL):
    """Rows of three assets in two wallets, most of which have something to give."""
    rows, gone = [], set()
    for number in range(draw(st.integers(2, 14))):
        time = BEGIN + timedelta(days=draw(st.integers(0, DAYS)), hours=draw(st.integers(0, 3)))
        kind = draw(st.sampled_from(kinds)) if number > 1 else "buy"
        left = [name for name in ASSETS if name not in gone]
        asset, units = draw(st.sampled_from(left)), draw(st.integers(1, 40))
        wallet, money = draw(st.sampled_from(WALLETS)), draw(st.integers(1, 5000))
        sent, cells = f"{units}.5 {asset}", {"wallet": wallet}
        fee = draw(st.sampled_from(["", "", f"{money % 9} USD", f"0.25 {asset}"]))
        if kind in {"buy", "sell", "swap", "staking"} and fee:
            cells["fee"] = fee
        if kind == "buy":
            cells |= {"got": f"{units + 9}.5 {asset}", "sent": f"{money} USD"}
        elif kind == "sell":
            cells |= {"sent": sent, "got": f"{money} USD"}
        elif kind == "staking":
            cells |= {"got": sent, "value": money}
        elif kind == "swap":
            other = draw(st.sampled_from([name for name in ASSETS if name != asset]))
            cells |= {"sent": sent, "got": f"{units} {other}", "value": money}
        elif kind == "transfer":
            arrived = draw(st.sampled_from([f"{units}.5", f"{units}.25", "0"]))
            to = next(name for name in WALLETS if name != wallet)
            cells |= {"sent": sent, "got": f"{arrived} {asset}", "value": money, "to": to}
        else:
            into = asset if kind == "split" else draw(st.sampled_from(ASSETS))
            ratio = draw(st.sampled_from(["2", "3", "7"]))
            cells = {"sent": f"{ratio} {asset}", "got": f"{draw(st.integers(1, 9))} {into}"}
        kind = "split" if kind == "became" else kind
        rows.append(row(f"r{number:02d}", time.isoformat(), kind, **cells))
    return rows


def check_agrees(said, checked):
    gains = dict(said.gains)
    missing = {source for code, source in said.problems if code == "missing_basis"}
    assert checked.refused <= missing
    assert set(gains) == set(checked.gains)
    for name, gain in checked.gains.items():
        assert abs(gains[name] - gain) <= NEAR, name
    for asset in ASSETS:
        for got, want in zip(
            said.left.get(asset, (0, 0)), checked.left.get(asset, (0, 0)), strict=True
        ):
            assert abs(got - want) <= NEAR, asset


@pytest.mark.parametrize("scope", ["universal", "wallet"])
@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "lofo"])
@given(rows=histories())
def test_lots_through_fees_moves_and_splits_are_exact(method, scope, rows):
    said = ask(*rows, method=method, basis_scope=scope)
    check_agrees(said, exact.lots_of(rows, method, scope == "wallet"))


@pytest.mark.parametrize("scope", ["universal", "wallet"])
@given(rows=histories((*BOUGHT_AND_SOLD, "transfer", "split")), data=st.data())
def test_named_lots_are_exact_and_no_unit_is_sold_twice(scope, rows, data):
    plain = [{key: cell for key, cell in one.items() if not key.startswith("fee_")} for one in rows]
    came = [one["id"] for one in plain if one["kind"] in {"buy", "staking"}]
    named = {
        one["id"]: data.draw(st.lists(st.sampled_from(came), min_size=1, max_size=3))
        for one in plain
        if one["kind"] in {"sell", "transfer"} and data.draw(st.booleans())
    }
    said = ask(*plain, method="hifo", basis_scope=scope, identification=named)
    check_agrees(said, exact.lots_of(plain, "hifo", scope == "wallet", named=named))


@given(rows=histories())
def test_moving_averages_through_fees_moves_and_splits_are_exact(rows):
    check_agrees(ask(*rows, method="average"), exact.average_of(rows))


@given(rows=histories((*TRADES, "split")))
def test_day_matching_and_pools_through_fees_and_splits_are_exact(rows):
    rules = REGIMES["uk"]
    answer = assess_rows(rows, (), "USD", settings_of("share-matching", QUIET, rules), rules)
    gains: dict[object, Fraction] = {}
    for found in answer.disposed:
        key = found.event.time.date(), found.event.asset
        gain = Fraction(sum(piece.gain for piece in found.pieces), 10**answer.places)
        gains[key] = gains.get(key, Fraction(0)) + gain
    checked = exact.days_of(rows)
    for key, gain in checked.gains.items():
        assert abs(gains[key] - gain) <= NEAR, key
    assert set(gains) <= {*checked.gains, *checked.refused}
    left = {one.asset: one for one in answer.left}
    for asset, (units, cost) in checked.left.items():
        one = left.get(asset)
        got = (one.quantity, one.cost) if one else (0, 0)
        assert Fraction(got[0], answer.units.whole(asset)) == units
        assert abs(Fraction(got[1], 10**answer.places) - cost) <= NEAR


@given(rows=histories(TRADES))
def test_the_formula_of_france_is_exact(rows):
    said = ask(*rows, regime="fr", prices=QUOTES)
    checked = exact.france_of(rows, PRICES)
    assert checked.gains.keys() <= said.gains.keys() | checked.refused
    for name, gain in checked.gains.items():
        assert abs(said.gains[name] - gain) <= NEAR, name
    units, cost = (sum(column) for column in zip(*said.left.values(), strict=True))
    assert units == checked.left["all"][0]
    assert abs(cost - checked.left["all"][1]) <= NEAR


METHODS = [
    *("fifo lifo hifo lofo average year-average specific".split()),
    *("share-matching company-matching portfolio".split()),
]


@pytest.mark.parametrize("method", METHODS)
@given(rows=histories(), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_prices_changes_no_byte_of_an_answer(method, rows, shuffled):
    question = {"id": "q", "regime": "generic", "method": method, "currency": "USD"}
    given_quotes = QUOTES if method == "portfolio" else []
    other, quotes = list(rows), list(given_quotes)
    shuffled.shuffle(other)
    shuffled.shuffle(quotes)
    asked = ({**question, "rows": rows, "prices": given_quotes},
             {**question, "rows": other, "prices": quotes})  # fmt: skip
    first, second = ("".join(one.line) for one in answer_batch(enumerate(asked)))
    assert first == second
    assert "cannot be computed" not in first


#: Day matching gives units that come later too, and is compared above.
@pytest.mark.parametrize("method", [*METHODS[:6], "portfolio"])
@given(rows=histories())
def test_units_of_every_asset_came_went_or_are_left(method, rows):
    said = ask(*rows, method=method, missing_basis="zero", prices=QUOTES * (method == "portfolio"))
    if "missing_price" in {code for code, _ in said.problems}:
        return
    held = exact.average_of(rows).left
    for asset in ASSETS:
        assert said.left.get(asset, (0, 0))[0] == held.get(asset, (0, 0))[0], asset
