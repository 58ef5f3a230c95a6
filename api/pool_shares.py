"""Books → what shares of pools that are tokens risk: their measures, and rows of them."""

from collections.abc import Callable
from datetime import datetime
from math import inf, sqrt
from typing import TYPE_CHECKING, Any, Final

from api.risk_views import measure_row
from ledger.model.activity import iso
from ledger.model.asset import AssetId, is_position
from ledger.nav.pool_shares import PoolShares, pool_shares, worth
from ledger.nav.pool_states import PoolStates, ShareState, pool_states
from ledger.nav.valuation import Valuation
from reports.names import asset_of, money_text, symbol_of
from risk.bending import Curve
from risk.liquidity import UNPRICED, PairSeen, pair_measures
from risk.pair import Volatility

if TYPE_CHECKING:
    from ledger.books import Books

Row = dict[str, Any]
Moves = Callable[[AssetId, AssetId], Volatility | str]

NOT_TOLD: Final = "no transaction of the fund's tells its reserves and how many shares there are"
NO_FORMULA: Final = "shares of a pool that is no constant product as far as its logs tell"


def states_of(books: "Books", moment: datetime) -> PoolStates:
    """What pools were last heard to say up to a time."""
    return pool_states(books.activities, books.wallets, moment)


def share_rows(books: "Books", moment: datetime, volatility: Moves) -> list[Row]:
    """Each holding of shares of a pool with its measures, or the reason why there are none."""
    held = pool_shares(books.entries, states_of(books, moment), books.assets)
    return [_row(books, one, moment, volatility) for one in held]


def pair_curves(books: "Books", moment: datetime) -> dict[AssetId, Curve | str]:
    """What each holding of shares of a pair holds at other prices, or why that is not known.

    By the asset that is held: the share, and the position of a stake that follows it.
    """
    found: dict[AssetId, Curve | str] = {}
    for one in pool_shares(books.entries, states_of(books, moment), books.assets):
        if one.pair:
            found[one.asset] = NOT_TOLD if one.state is None else _curve(books, one, moment)
    staked = {
        asset: found[known.underlying]
        for asset, known in books.assets.items()
        if is_position(asset) and known.underlying in found
    }
    return found | staked


def _curve(books: "Books", one: PoolShares, moment: datetime) -> Curve | str:
    assert one.state is not None, "somebody knows what they stand for"
    state, policy = one.state, books.policy
    quotes = [
        books.prices.quote(asset, moment, policy.base_currency, policy.quote_age_seconds_max)
        for asset in state.assets
    ]
    prices = [float(quote.price) for quote in quotes if quote is not None and quote.price > 0]
    if len(prices) < len(quotes):
        return UNPRICED
    places = sum(asset_of(asset, books.assets).decimals for asset in state.assets)
    root = sqrt(state.reserves[0] * state.reserves[1] / 10**places) * one.units / state.supply
    return Curve(state.assets, root, 0.0, inf, (prices[0], prices[1]))


def _row(books: "Books", one: PoolShares, moment: datetime, volatility: Moves) -> Row:
    state, assets = one.state, books.assets
    if state is None:
        reason = NOT_TOLD if one.pair else NO_FORMULA
        seen, value = PairSeen(None, (None, None), None, None, "", reason=reason), None
    else:
        seen, value = _seen(books, one, state, moment, volatility)
    return {
        "asset": one.asset,
        "wallet": one.wallet,
        "pair": [symbol_of(asset, assets) for asset in (() if state is None else state.assets)],
        "value": None if value is None else money_text(value),
        "time": None if state is None else iso(state.heard.time),
        "evidence": None if state is None else state.heard.evidence,
        "measures": [measure_row(measure) for measure in pair_measures(seen)],
    }


def _seen(
    books: "Books", one: PoolShares, state: ShareState, moment: datetime, volatility: Moves
) -> tuple[PairSeen, int | None]:
    """The shares at prices of a time, with their worth in 10⁻¹⁸ of the base currency."""
    policy = books.policy
    first, second = (
        books.prices.quote(asset, moment, policy.base_currency, policy.quote_age_seconds_max)
        for asset in state.assets
    )
    known = [asset_of(asset, books.assets).decimals for asset in state.assets]
    decimals, value = (known[0], known[1]), None
    if first is not None and second is not None:
        value = worth(one, (first.price, second.price), decimals)
    valuation = Valuation(books.prices, moment, policy)
    put_in = [valuation.value(asset, units) for asset, units in one.deposited or ()]
    held = None if None in put_in else sum(each for each in put_in if each is not None)
    root = sqrt(state.reserves[0] * state.reserves[1] / 10 ** sum(decimals))
    seen = PairSeen(
        root * one.units / state.supply,
        (None if first is None else first.price, None if second is None else second.price),
        None if one.deposited is None else held,
        value,
        volatility(*state.assets),
        iso(state.heard.time),
    )
    return seen, value
