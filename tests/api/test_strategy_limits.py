"""A limit on a strategy's returns is on its own capital, with what it holds and has not sold."""

from decimal import Decimal

import pytest

from api.desk import Desk
from api.limit_figures import measured, measured_of
from ledger.model.limit import Limit
from ledger.store import open_store
from tests.api import test_own_capital

url = test_own_capital.url


def test_a_limit_on_a_strategys_returns_sees_what_its_wallets_hold(url):
    """DIM fell while nothing was sold; of a strategy without a wallet its trades are seen alone."""
    limits = [
        Limit(f"{measure} {name}", measure, "most", Decimal("0.01"), "Ann", "why", name)
        for name in ("dark", "small", "rules", "nobody", "")
        for measure in ("day_loss", "drawdown", "var_historical_95")
    ]
    with open_store(url) as store:
        desk = Desk(store, store.funds.get("main"))
        found = {(one.limit.strategy, one.limit.measure): one for one in measured(desk, limits)[1]}
        assert measured_of(desk.books(), desk.fund, limits, None) == tuple(found.values())
    bases = {name: found[name, "drawdown"].basis for name in ("dark", "small", "rules", "")}
    assert bases == {
        "dark": "own capital", "small": "own capital", "rules": "closed trades", "": "fund"
    }  # fmt: skip
    dark = found["dark", "drawdown"]
    assert dark.figure == pytest.approx(1 - 100 / 102, abs=0.0101)
    assert found["dark", "var_historical_95"].beyond  # it never closed a trade
    # a tenth of the fund that lost 10 of 10,000, where its contribution was 10 of 130,000
    assert found["small", "var_historical_95"].figure == pytest.approx(0.001, rel=0.05)
    assert found["rules", "var_historical_95"].figure == pytest.approx(10 / 130_000, rel=0.05)
    nobody = found["nobody", "day_loss"]
    assert (nobody.figure, nobody.reason, nobody.basis) == (None, "there are no returns", "")
