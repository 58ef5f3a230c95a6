"""Books → what positions of liquidity and loans risk: their measures, and rows of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api import figures
from api.exposures import exposure_of, readings_of
from api.pool_shares import share_rows
from api.risk_views import figure_text, measure_row
from ledger.model.activity import iso
from ledger.model.asset import AssetId, is_liquidity
from ledger.model.errors import BadInput
from ledger.model.position import Observation
from ledger.nav.liquidity import PooledResult
from reports.names import Assets, asset_of, money_text, symbol_of
from risk.bending import Curve, Read, curve_of
from risk.lending import LendingAccount, Side, lending_accounts
from risk.liquidation import STEPS_MOST, Terms, Values, liquidation_measures
from risk.liquidity import UNREAD, Seen, liquidity_measures
from risk.model import Measure
from risk.pair import Prices, Volatility, joint_changes, yearly_volatility

if TYPE_CHECKING:
    from ledger.books import Books

Row = dict[str, Any]

#: So many days of prices say how much a pair moves, each with a quote of its own day.
DAYS: Final = 90
#: The same of the prices of a loan, and the longest horizon over which one is followed.
LOAN_HISTORY: Final = 365
LOAN_DAYS_MOST: Final = 365
#: Younger than a day: a quote of a midnight is none of the next one.
_DAY_SECONDS: Final = 86_399


def liquidity_rows(books: "Books", time: datetime | None = None) -> list[Row]:
    """Each open position of liquidity with its measures, then each holding of shares of a pool.

    A position stands as a node read it, shares at the prices of the time, by default of the close
    of the last day.
    """
    moment = time or figures.last_moment(books)
    read = [_liquidity_row(books, one) for one in figures.pooled(books)]
    return read + share_rows(books, moment, volatility_at(books, moment))


def curves_of(books: "Books", time: datetime | None = None) -> dict[AssetId, Curve | str]:
    """What each open position of liquidity holds at other prices, or why that is not known.

    Its range follows from what a node read of it and the prices of that time.
    """
    moment, marks = time or figures.last_moment(books), figures.marks(books, time)
    found: dict[AssetId, Curve | str] = {
        mark.position.asset: UNREAD
        for mark in marks
        if is_liquidity(books.assets.get(mark.position.asset))
    }
    for asset, seen in readings_of(marks, books.observations).items():
        found[asset] = _curve(books, seen, moment)
    return found


def _curve(books: "Books", seen: Observation, moment: datetime) -> Curve | str:
    assert seen.pooled is not None, "it says what the position holds"
    one, other = seen.pooled.assets
    currency, age = books.policy.base_currency, books.policy.quote_age_seconds_max
    prices = []
    for time in (seen.time, moment):
        quotes = [books.prices.quote(asset, time, currency, age) for asset in (one, other)]
        prices.append([None if quote is None else quote.price for quote in quotes])
    decimals = asset_of(one, books.assets).decimals, asset_of(other, books.assets).decimals
    read = Read(seen.pooled.assets, seen.quantity, seen.pooled.amounts, decimals)
    return curve_of(read, *prices)


@dataclass(frozen=True, slots=True)
class Loans:
    """What is asked of loans, in words; what cannot be asked raises BadInput.

    `thresholds` and `bonuses` are PROTOCOL:COIN=SHARE, thresholds of one wallet
    PROTOCOL:COIN@WALLET=SHARE; `lag_hours` is that of the oracle.
    """

    thresholds: tuple[str, ...] = ()
    bonuses: tuple[str, ...] = ()
    part: float = 0.5
    days: int = 30
    lag_hours: int = 0

    def __post_init__(self) -> None:
        thresholds_of(self.thresholds)
        if not 0 < self.part <= 1:
            raise BadInput("a part of a debt lies above 0, and is 1 at most")
        if not 1 <= self.days <= LOAN_DAYS_MOST:
            raise BadInput(f"a horizon of a loan is of 1 to {LOAN_DAYS_MOST} days")
        if not 0 <= self.lag_hours < self.days * 24:
            raise BadInput("an oracle lags by whole hours, and by less than the horizon")
        if self.terms.steps > STEPS_MOST:
            raise BadInput(f"{self.terms.steps} looks at a loan; {STEPS_MOST} are the most")

    @property
    def terms(self) -> Terms:
        """The same for the simulation. Raises BadInput for a bonus that is none."""
        bonuses = thresholds_of(self.bonuses, "bonus", "aave_v3:WETH=0.05")
        return Terms(self.days, self.lag_hours, self.part, bonuses)


def lending_rows(books: "Books", time: datetime | None, asked: Loans) -> list[Row]:
    """Each account with a debt, by the liquidation thresholds that are stated."""
    moment = time or figures.last_moment(books)
    lines = exposure_of(books, time).lines
    stated = thresholds_of(asked.thresholds)
    moves = volatility_at(books, moment)

    def yearly(first: AssetId, second: AssetId) -> float | str:
        known = moves(first, second)
        return known if isinstance(known, str) else known.yearly

    found = lending_accounts(lines, stated, yearly)
    rows = []
    for account in found:
        sides = [side.asset for side in (*account.collateral, *account.debts)]
        changes = "" if account.health is None else _changes(books, sides, moment)
        measures = liquidation_measures(account, changes, asked.terms)
        rows.append(lending_row(account, measures, books.assets))
    return rows


def thresholds_of(
    said: Iterable[str], what: str = "threshold", such: str = "aave_v3:WETH=0.83"
) -> dict[str, float]:
    """Texts such as `aave_v3:WETH=0.83` → the shares by protocol and coin. Raises BadInput."""
    found = {}
    for text in said:
        name, _, number = text.partition("=")
        try:
            share = float(number)
        except ValueError:
            share = -1.0
        if ":" not in name or not 0 <= share <= 1:
            raise BadInput(f"{text[:60]!r} is no {what} such as {such}")
        found[name.strip().lower()] = share
    return found


def _changes(books: "Books", assets: list[AssetId], moment: datetime) -> Values:
    """Logarithms of price ratios, a row a day on which all have prices and had them the day before.

    Each price is a quote of its own day; the days are those before the moment.
    """
    currency = books.policy.base_currency
    days = []
    for back in range(LOAN_HISTORY, -1, -1):
        time = moment - timedelta(days=back)
        quotes = [books.prices.quote(asset, time, currency, _DAY_SECONDS) for asset in assets]
        days.append([None if quote is None else quote.price for quote in quotes])
    return joint_changes(days)


def volatility_at(
    books: "Books", moment: datetime
) -> Callable[[AssetId, AssetId], Volatility | str]:
    """The yearly volatility of one asset in another over the days before a moment."""

    def known(first: AssetId, second: AssetId) -> Volatility | str:
        return yearly_volatility([_prices(day, first, second) for day in range(DAYS, -1, -1)])

    def _prices(day: int, first: AssetId, second: AssetId) -> Prices:
        time, currency = moment - timedelta(days=day), books.policy.base_currency
        one, other = (
            books.prices.quote(asset, time, currency, _DAY_SECONDS) for asset in (first, second)
        )
        return None if one is None or other is None else (one.price, other.price)

    return known


def _liquidity_row(books: "Books", one: PooledResult) -> Row:
    seen, assets = one.seen, books.assets
    pair: tuple[AssetId, ...] = ()
    if seen is None or seen.pooled is None:
        found = Seen(
            *(one.asset, one.wallet, one.liquidity, None, (0, 0), (None, None)),
            *(one.held_value, one.value, ""),
        )
    else:
        pair = seen.pooled.assets
        first, second = seen.pooled.assets
        currency, age = books.policy.base_currency, books.policy.quote_age_seconds_max
        one_quote, other_quote = (
            books.prices.quote(asset, seen.time, currency, age) for asset in (first, second)
        )
        found = Seen(
            *(one.asset, one.wallet, one.liquidity, seen.pooled.amounts),
            (asset_of(first, assets).decimals, asset_of(second, assets).decimals),
            (
                None if one_quote is None else one_quote.price,
                None if other_quote is None else other_quote.price,
            ),
            *(one.held_value, one.value, volatility_at(books, seen.time)(first, second)),
        )
    return {
        "asset": one.asset,
        "wallet": one.wallet,
        "pair": [symbol_of(asset, assets) for asset in pair],
        "value": None if one.value is None else money_text(one.value),
        "time": None if seen is None else iso(seen.time),
        "evidence": None if seen is None else seen.evidence,
        "measures": [measure_row(measure) for measure in liquidity_measures(found)],
    }


def lending_row(account: LendingAccount, measures: Iterable[Measure], assets: Assets) -> Row:
    """An account with both sides, how far it is from liquidation and how likely that is."""
    return {
        "wallet": account.wallet,
        "chain": account.chain,
        "protocol": account.protocol,
        "market": account.market,
        "collateral": [_side_row(side, assets) for side in account.collateral],
        "debts": [_side_row(side, assets) for side in account.debts],
        "ltv": figure_text(account.ltv),
        "health": figure_text(account.health),
        "distance": figure_text(account.distance),
        "liquidated_at": figure_text(account.liquidated_at),
        "sigmas": figure_text(account.sigmas),
        "reason": account.reason,
        "measures": [measure_row(measure) for measure in measures],
    }


def _side_row(side: Side, assets: Assets) -> Row:
    return {
        "asset": side.asset,
        "symbol": symbol_of(side.asset, assets),
        "coin": side.coin,
        "value": money_text(side.value),
        "threshold": figure_text(side.threshold),
    }
