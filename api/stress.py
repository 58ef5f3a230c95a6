"""Books → what scenarios would cost, the smallest shocks that cost a share, and rows of both."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from api import figures
from api.exposures import exposure_of
from api.pool_risk import curves_of
from api.pool_shares import pair_curves
from api.risk_views import figure_text
from ledger.model.activity import iso
from ledger.model.asset import AssetId
from ledger.model.errors import BadInput
from reports.names import Assets, money_text, symbol_of
from risk.bending import Curve
from risk.exposure import Exposure
from risk.reverse import Breaking, Combination, breaking_shocks, least_unlikely
from risk.scenarios import Outcome, outcomes

if TYPE_CHECKING:
    from ledger.books import Books

Row = dict[str, Any]

#: So many days of prices make the covariance of families, each with a quote of its own day.
DAYS: Final = 365
_DAY_SECONDS: Final = 86_400
#: The usual gas is that of so many days.
GAS_DAYS: Final = 30


def stress_row(books: "Books", time: datetime | None, only: str | None, loss: float) -> Row:
    """Every scenario, or the one of a name, and the shocks that cost the share `loss`.

    Raises BadInput for a name that no scenario has.
    """
    from risk.history import HISTORICAL

    moment = time or figures.last_moment(books)
    pairs = pair_curves(books, moment)
    inside = {asset: list(one.halves()) for asset, one in pairs.items() if isinstance(one, Curve)}
    found, currency = exposure_of(books, time, inside), books.policy.base_currency
    curves = {**curves_of(books, time), **pairs}
    every = outcomes(found, HISTORICAL, gas_a_day(books, moment), currency, curves)
    chosen = [one for one in every if only in {None, one.scenario.name}]
    if not chosen:
        names = ", ".join(one.scenario.name for one in every)
        raise BadInput(f"no scenario is called {str(only)[:60]!r}; scenarios: {names}")
    return {
        "time": iso(moment),
        "currency": currency,
        "net": money_text(found.net),
        "scenarios": [outcome_row(one, books.assets) for one in chosen],
        "reverse": {
            "loss": figure_text(loss),
            "factors": [_breaking_row(one) for one in breaking_shocks(found, loss)],
            "combination": _combination_row(
                least_unlikely(found, family_prices(books, found, moment), loss)
            ),
        },
    }


def gas_a_day(books: "Books", moment: datetime) -> int:
    """What the fund paid for gas a day, failed transactions too, over the last days; 10⁻¹⁸."""
    results = figures.results(books, moment - timedelta(days=GAS_DAYS), moment)
    return sum(one.gas + one.failed for one in results) // GAS_DAYS


def family_prices(
    books: "Books", found: Exposure, moment: datetime
) -> dict[str, list[Decimal | None]]:
    """Daily prices of each family: those of the asset that the fund has most of in it."""
    most: dict[str, tuple[int, AssetId]] = {}
    for line in found.lines:
        candidate = (abs(line.value), line.inside or line.asset)
        most[line.family] = max(most.get(line.family, candidate), candidate)
    times = [moment - timedelta(days=day) for day in range(DAYS, -1, -1)]
    currency = books.policy.base_currency
    prices: dict[str, list[Decimal | None]] = {}
    for family, (_, asset) in most.items():
        quotes = (books.prices.quote(asset, time, currency, _DAY_SECONDS) for time in times)
        prices[family] = [None if quote is None else quote.price for quote in quotes]
    return prices


def outcome_row(one: Outcome, assets: Assets) -> Row:
    """A scenario with its loss, position by position, and what it says nothing of."""
    scenario = one.scenario
    return {
        "name": scenario.name,
        "title": scenario.title,
        "source": scenario.source,
        "historical": scenario.historical,
        "shocks": [
            {
                "dimension": shock.dimension,
                "name": shock.name,
                "venue": shock.venue or None,
                "change": figure_text(shock.change),
            }
            for shock in scenario.shocks
        ],
        "loss": money_text(one.loss),
        "share": figure_text(one.share),
        "positions": [
            {
                "wallet": hit.line.wallet,
                "asset": hit.line.asset,
                "symbol": symbol_of(hit.line.asset, assets),
                "coin": hit.line.coin,
                "value": money_text(hit.line.value),
                "change": figure_text(hit.change),
                "loss": money_text(hit.loss),
            }
            for hit in one.hits
        ],
        "pools": [
            {
                "wallet": bend.wallet,
                "asset": bend.asset,
                "symbol": symbol_of(bend.asset, assets),
                "loss": None if bend.loss is None else money_text(bend.loss),
                "reason": bend.reason,
            }
            for bend in one.bends
        ],
        "untouched": [
            {"coin": silent.coin, "value": money_text(silent.value)} for silent in one.untouched
        ],
    }


def _breaking_row(one: Breaking) -> Row:
    return {
        "dimension": one.dimension,
        "name": one.name,
        "change": figure_text(one.change),
        "reason": one.reason,
    }


def _combination_row(one: Combination) -> Row:
    return {
        "changes": [
            {"family": family, "change": figure_text(change)} for family, change in one.changes
        ],
        "distance": figure_text(one.distance),
        "days": one.days,
        "left_out": list(one.left_out),
        "reason": one.reason,
    }
