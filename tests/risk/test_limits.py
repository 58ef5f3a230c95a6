"""Limits: each figure, on which side of its level it stands, and none that is not known."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.limit import Limit, in_force
from risk.exposure import exposure
from risk.lending import LendingAccount
from risk.limits import Checked, Known, Returns, check, fault_of, needs_positions, needs_protocols
from tests.risk.positions import BTC, CHAIN, DEBT, ETH, UNKNOWN, USDC, USDT, VENUE, known, mark
from tests.risk.series import random_series, series

FUND = exposure(
    [
        mark(ETH, 500),
        mark(USDC, 300),
        mark(USDT, 100, wallet=VENUE),
        mark(BTC, 300, wallet=VENUE),
        mark(DEBT, -200, liability=True),
        mark(UNKNOWN, None),
    ],
    known(),
)


def limit(measure, level="0.5", *, bound="most", strategy="", hysteresis="0.05", parameters=()):
    said = ("l", measure, bound, Decimal(level), "Ann", "why", strategy, Decimal(hysteresis))
    return Limit(*said, tuple(parameters))


def figure(measure, *values, loans=(), fund=FUND, strategy=""):
    found = Returns(series(*values), "own capital") if values else None
    returns = {} if found is None else {"": found, "arb": found}
    given_ = Known(returns, {"": fund}, {(): loans})
    (one,) = check([limit(measure, strategy=strategy)], given_)
    return one.figure if one.figure is not None else one.reason


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("exposure:family:ETH", 0.5),
        ("exposure:issuer:Circle", 0.3),
        ("exposure:issuer:*", 0.3),
        ("exposure:issuer:Nobody", 0.0),
        ("gross:protocol:morpho_blue", 0.2),
        ("exposure:protocol:morpho_blue", 0.2),
        ("exposure:venue:venue:kraken", 0.4),
        ("gross:custodian:*", 0.4),
        ("leverage", 1.4),
        ("unpriced", 1.0),
        ("concentration:family", (25 + 16 + 9 + 4) / 196),
    ],
)
def test_figures_of_positions_are_shares_of_net_asset_value(measure, value):
    assert figure(measure) == pytest.approx(value)


def test_figures_of_returns_are_those_of_the_series():
    assert figure("day_loss", 0.1, -0.03) == pytest.approx(0.03)
    assert figure("day_loss", 0.1) == pytest.approx(-0.1)
    assert figure("drawdown", 0.1, -0.5, 0.1) == pytest.approx(1 - 0.55 / 1)
    assert figure("drawdown", -0.1) == pytest.approx(0.1)
    assert figure("drawdown", -1.0, 0.5) == 1.0
    assert figure("drawdown", 0.1, 0.1) == 0.0


def test_a_tail_is_that_of_the_measures_of_risk():
    from risk.tail import tail_measures

    values = random_series(3, 300).values
    by_name = {one.name: one.value for one in tail_measures(values, 0.95)}
    for name in ("var_historical_95", "es_filtered_95"):
        assert figure(name, *values) == by_name[name]
    assert figure("var_historical_99", *values[:30]) == "30 of at least 100 days"


def loan(health, reason=""):
    return LendingAccount(CHAIN, "c", "aave_v3", "", (), (), health=health, reason=reason)


def test_the_least_health_counts_and_a_loan_that_is_not_known_may_be_the_worst():
    assert figure("health", loans=(loan(1.8), loan(1.2))) == 1.2
    dark = (loan(1.8), loan(None, "no threshold"))
    assert figure("health", loans=dark) == "aave_v3: no threshold"
    assert figure("health") == "there is no loan"


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        ("leverage", "net asset value is not above zero"),
        ("exposure:family:ETH", "net asset value is not above zero"),
        ("day_loss", "there are no returns"),
    ],
)
def test_what_is_not_known_has_its_reason_and_is_on_neither_side(measure, reason):
    assert figure(measure, fund=exposure([], known())) == reason
    one = Checked(limit(measure), None, reason)
    assert (one.beyond, one.within, one.used) == (False, False, None)


def test_a_strategy_without_wallets_or_trades_has_no_figure():
    assert figure("leverage", strategy="arb") == "the strategy has no wallet of its own"
    assert figure("day_loss", strategy="arb") == "there are no returns"
    assert figure("day_loss", -0.02, strategy="arb") == 0.02


def test_shares_of_a_strategy_are_of_the_funds_net_asset_value():
    own = exposure([mark(ETH, 100)], known())
    (one,) = check(
        [limit("exposure:family:ETH", strategy="arb")], Known({}, {"": FUND, "arb": own}, {})
    )
    assert one.figure == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("measure", "strategy"),
    [
        ("mood", ""),
        ("exposure:mood:x", ""),
        ("exposure:family:", ""),
        ("concentration", ""),
        ("var_guess_95", ""),
        ("var_historical_90", ""),
        ("health", "arb"),
    ],
)
def test_a_measure_that_is_none_is_refused(measure, strategy):
    assert fault_of(measure, strategy)


def test_every_measure_that_is_one_is_taken():
    for measure in ("exposure:family:ETH", "gross:venue:*", "concentration:chain", "health"):
        assert fault_of(measure, "") is None
        assert needs_positions(measure)
    for measure in ("drawdown", "day_loss", "var_filtered_95", "es_student_99"):
        assert fault_of(measure, "arb") is None
        assert not needs_positions(measure)
    assert needs_protocols("exposure:protocol:*")
    assert not needs_protocols("exposure:family:ETH")


levels = st.decimals("0.01", "100", places=4)
parts = st.decimals("0", "0.9", places=3)


@given(levels, parts, st.floats(-0.5, 1.5), st.sampled_from(["most", "least"]))
def test_a_figure_is_never_beyond_and_within_and_between_them_lies_the_margin(
    level, part, way, bound
):
    one = limit("leverage", str(level), bound=bound, hysteresis=str(part))
    at, ends_at = float(level), float(one.ends_at)
    # from the level, 0, to where a breach ends, 1, and beyond both
    found = Checked(one, at + way * (ends_at - at), "")
    assert found.figure is not None
    low, high = sorted((at, ends_at))
    assert not (found.beyond and found.within)
    if low < found.figure < high:
        assert not found.beyond
        assert not found.within
    else:
        assert found.beyond or found.within or found.figure == at


def test_the_newest_limit_of_a_name_counts_until_it_is_withdrawn():
    first = limit("leverage", "2")
    second = replace(first, level=Decimal(3))
    other = replace(first, name="o")
    assert in_force([first, other, second]) == {"l": second, "o": other}
    assert in_force([first, replace(first, active=False)]) == {}


@pytest.mark.parametrize(
    ("bound", "value", "beyond", "within"),
    [
        ("most", 1.01, True, False),
        ("most", 1.0, False, False),
        ("most", 0.97, False, False),
        ("most", 0.95, False, True),
        ("least", 0.99, True, False),
        ("least", 1.03, False, False),
        ("least", 1.05, False, True),
    ],
)
def test_a_breach_ends_only_once_the_figure_is_within_by_the_margin(bound, value, beyond, within):
    one = Checked(limit("leverage", "1", bound=bound), value, "")
    assert (one.beyond, one.within) == (beyond, within)
