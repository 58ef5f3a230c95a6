"""Books → what leaving the holdings costs, and what is at risk with it, by depth of pools."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite, log
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from api import figures
from api.pool_shares import states_of
from api.risk_views import figure_text, measure_row
from ledger.chains.networks import network_named
from ledger.model.activity import iso
from ledger.model.asset import AssetId, erc20, native, network_of
from ledger.model.errors import BadInput
from ledger.nav.pool_states import ConstantProduct, PoolState
from ledger.prices.book import IMPLIED
from reports.names import asset_of, money_text, quantity_text, symbol_of
from risk.coins import coin_of
from risk.exits import (
    Depth,
    Sold,
    can_be_sold,
    concentrated_depth,
    constant_product_depth,
    exit_measures,
    exit_of_all,
)
from risk.measure import CONFIDENCES

if TYPE_CHECKING:
    from ledger.books import Books

Row = dict[str, Any]
Values = npt.NDArray[np.float64]

#: Days of prices that are looked back on; each is a quote of its own day.
DAYS: Final = 500
_DAY_SECONDS: Final = 86_399
#: A pool that was heard longer ago says nothing of today, unless more is asked for.
OLDEST: Final = 30
OLDEST_MOST: Final = 3_650

#: Who gives a token of the native coin that pools hold in its place; others wrap it for themselves.
_OF_COIN: Final = frozenset({None, "weth"})

STATE_IT: Final = "state a depth"
NOT_HEARD: Final = f"no transaction of the fund's has a pool of it that can be believed: {STATE_IT}"
NO_FEE: Final = f"no trade of the fund's tells the fee of its pool: {STATE_IT}"
NO_PRICE: Final = f"what its pool gives for it has no price: {STATE_IT}"
ELSEWHERE: Final = f"it stands on no network, and no evidence tells a venue's depth: {STATE_IT}"
UNPRICED: Final = "it has no price"
IN_MONEY: Final = "it is money of the base currency, into which the others are sold"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is asked of leaving, in words: depths ASSET=RESERVE,FEE, and the oldest days of a pool.

    RESERVE is what the pool holds of the asset now, in whole units; the asset an id or a symbol.
    Raises BadInput.
    """

    depths: tuple[str, ...] = ()
    oldest: int = OLDEST

    def __post_init__(self) -> None:
        self.stated()
        if not 1 <= self.oldest <= OLDEST_MOST:
            raise BadInput(f"a pool was heard 1 to {OLDEST_MOST} days ago")

    def stated(self) -> dict[str, Depth]:
        """The depths by what they are of."""
        found = {}
        for text in self.depths:
            name, _, said = text.rpartition("=")
            try:
                reserve, fee = map(float, said.split(","))
            except ValueError:
                reserve, fee = 0.0, 0.0
            if not name.strip() or not (reserve > 0 and isfinite(reserve)) or not 0 <= fee < 1:
                raise BadInput(f"{text[:80]!r} is no depth such as WETH=5000,0.003")
            found[name.strip()] = Depth(reserve, fee)
        return found


class _Known(NamedTuple):
    """A depth, or why there is none, with the pool that tells it and what it gives."""

    depth: Depth | str
    state: PoolState | None = None
    into: AssetId | None = None


class _Prices:
    """Logarithms of the prices of each asset over the days before a time, and its price then."""

    def __init__(self, books: "Books", moment: datetime) -> None:
        self._books, self._moment = books, moment
        self._logs: dict[AssetId, Values] = {}

    def logs(self, asset: AssetId) -> Values:
        """A price a day, the last that of the time itself; no number where there was none."""
        if asset not in self._logs:
            days = (self._moment - timedelta(days=back) for back in range(DAYS, -1, -1))
            self._logs[asset] = np.array([self._log(asset, time) for time in days])
        return self._logs[asset]

    def now(self, asset: AssetId) -> float | None:
        """The price of a whole unit at the time, by a quote as old as the policy allows."""
        policy = self._books.policy
        found = self._books.prices.quote(
            asset, self._moment, policy.base_currency, policy.quote_age_seconds_max
        )
        return None if found is None or found.price <= 0 else float(found.price)

    def is_stated(self, asset: AssetId) -> bool:
        """Whether the price of the time is one that a source stated."""
        policy = self._books.policy
        found = self._books.prices.quote(
            asset, self._moment, policy.base_currency, policy.quote_age_seconds_max
        )
        return found is not None and IMPLIED not in found.source

    def _log(self, asset: AssetId, time: datetime) -> float:
        currency = self._books.policy.base_currency
        found = self._books.prices.quote(asset, time, currency, _DAY_SECONDS)
        return float("nan") if found is None or found.price <= 0 else log(found.price)


def leaving_row(books: "Books", time: datetime | None, asked: Leaving) -> Row:
    """Each holding with its pool and what leaving costs, then those with a depth together."""
    moment = time or figures.last_moment(books)
    prices, wrapped = _Prices(books, moment), _wrapped(books)
    units, values = _held(books, time, wrapped)
    stated = _by_asset(asked.stated(), units, books)
    pools = _by_sold(states_of(books, moment).pools, moment - timedelta(days=asked.oldest))
    rows, sold, days = [], [], []
    for asset in sorted(units, key=lambda each: (-values[each], each)):
        if asset in stated:
            known = _Known(stated[asset])
        elif asset not in values:
            known = _Known(UNPRICED)
        else:
            known = _best(books, asset, units[asset], pools.get(asset, []), prices)
        decimals = asset_of(asset, books.assets).decimals
        logs = np.stack([prices.logs(asset), _money(prices, known.into)], axis=1)
        one = Sold(units[asset] / 10**decimals, values[asset] / 1e18, known.depth, _changes(logs))
        held = units[asset], values.get(asset)
        rows.append(_row(books, asset, held, known, one, moment))
        sold.append(one)
        days.append(logs)
    with_depth = [at for at, one in enumerate(sold) if can_be_sold(one, CONFIDENCES)]
    joint = _together([days[at] for at in with_depth])
    measures = exit_of_all([sold[at] for at in with_depth], joint, CONFIDENCES)
    return {
        "time": iso(moment),
        "currency": books.policy.base_currency,
        "holdings": rows,
        "together": [rows[at]["asset"] for at in with_depth],
        "measures": [measure_row(measure) for measure in measures],
    }


def _wrapped(books: "Books") -> dict[AssetId, AssetId]:
    """Native coin → the token of its network that pools hold of it, one to one."""
    found = {}
    for wallet in books.wallets.values():
        known = network_named(wallet.network) if wallet.network.startswith("eip155:") else None
        if known is not None and known.wrapped:
            found[native(wallet.network)] = erc20(wallet.network, known.wrapped)
    for entry in books.entries:
        if entry.kind in {"wrap", "unwrap"} and entry.protocol in _OF_COIN:
            moved = {p.asset for p in entry.postings if p.role == "move"}
            coins = [asset for asset in moved if asset == native(network_of(asset))]
            tokens = [asset for asset in moved if "/erc20:" in asset]
            if len(coins) == len(tokens) == 1:
                found[coins[0]] = tokens[0]
    return found


def _held(
    books: "Books", time: datetime | None, wrapped: Mapping[AssetId, AssetId]
) -> tuple[Counter[AssetId], Counter[AssetId]]:
    """Units of what is owned, native coin as the token of it, and value, where there is a price."""
    units: Counter[AssetId] = Counter()
    values: Counter[AssetId] = Counter()
    for mark in figures.marks(books, time):
        held = mark.position
        if not held.liability and held.quantity > 0:
            asset = wrapped.get(held.asset, held.asset)
            units[asset] += held.quantity
            if mark.value is not None:
                values[asset] += mark.value
    return units, values


def _by_asset(
    stated: Mapping[str, Depth], held: Iterable[AssetId], books: "Books"
) -> dict[AssetId, Depth]:
    """Depths by asset. Raises BadInput for a name of nothing that is held, or of several."""
    found = {}
    for name, depth in stated.items():
        named = [asset for asset in held if name in (asset, symbol_of(asset, books.assets))]
        if len(named) != 1:
            several = f"of several: {', '.join(sorted(named))}" if named else "of nothing held"
            raise BadInput(f"{name[:60]!r} is the name {several}")
        found[named[0]] = depth
    return found


def _by_sold(
    pools: Iterable[PoolState], oldest: datetime
) -> dict[AssetId, list[tuple[PoolState, bool]]]:
    """The pools by each asset that can be sold into them, with whether they are young enough."""
    found: dict[AssetId, list[tuple[PoolState, bool]]] = {}
    for pool in pools:
        for asset in pool.assets:
            found.setdefault(asset, []).append((pool, pool.heard.time >= oldest))
    return found


def _best(
    books: "Books",
    asset: AssetId,
    units: int,
    pools: list[tuple[PoolState, bool]],
    prices: _Prices,
) -> _Known:
    """The pool into which a holding is sold: into money of the base currency first, then where
    it costs least.
    """
    money = f"stable-{books.policy.base_currency}"

    def is_money(one: AssetId) -> bool:
        stated = prices.is_stated(one)
        return stated and coin_of(one, books.assets, stated=True).family in {
            money,
            books.policy.base_currency,
        }

    if is_money(asset):
        return _Known(IN_MONEY)
    if "/" not in asset or not asset.startswith("eip155:"):
        return _Known(ELSEWHERE)
    if not pools:
        return _Known(NOT_HEARD)
    if not any(young for _, young in pools):
        last = max(pool.heard.time for pool, _ in pools)
        return _Known(f"its pool was heard last on {last.date().isoformat()}: {STATE_IT}")
    known = []
    for pool, young in pools:
        if young:
            into = pool.assets[1 - pool.assets.index(asset)]
            depth = _depth(books, pool, asset, into, prices)
            known.append(_Known(depth, pool, into))
    deep = [one for one in known if isinstance(one.depth, Depth)]
    if not deep:
        return known[0]
    whole = units / 10 ** asset_of(asset, books.assets).decimals

    def place(one: _Known) -> tuple[bool, bool, float, str]:
        assert isinstance(one.depth, Depth) and one.into is not None and one.state is not None
        beyond = whole > one.depth.room
        kept = float(one.depth.kept(whole, 1.0))
        return beyond, not is_money(one.into), -kept, one.state.pool

    return min(deep, key=place)


def _depth(
    books: "Books", pool: PoolState, asset: AssetId, into: AssetId, prices: _Prices
) -> Depth | str:
    """What a pool holds of an asset at the prices of the time, or why that is not known."""
    one, other = prices.now(asset), prices.now(into)
    if one is None or other is None:
        return NO_PRICE
    at = pool.assets.index(asset)
    scale = 10.0 ** asset_of(asset, books.assets).decimals
    if isinstance(pool, ConstantProduct):
        if pool.fee is None or min(pool.reserves) <= 0:
            return NO_FEE
        x = pool.reserves[at] / scale
        y = pool.reserves[1 - at] / 10.0 ** asset_of(into, books.assets).decimals
        return constant_product_depth(x, y, one / other, pool.fee / 1e6)
    if pool.liquidity <= 0 or pool.root <= 0:
        return NOT_HEARD
    root = pool.root / 2**96
    found = concentrated_depth(
        float(pool.liquidity), root if at == 0 else 1 / root, pool.spacing, pool.fee / 1e6
    )
    return Depth(found.reserve / scale, found.fee, found.follows, found.room / scale)


def _money(prices: _Prices, into: AssetId | None) -> Values:
    """Prices of what a pool gives; of a stated depth it is taken to stand still."""
    return np.zeros(DAYS + 1) if into is None else prices.logs(into)


def _changes(logs: Values) -> Values:
    """Changes from day to day, where both days have all prices."""
    found = np.diff(logs, axis=0)
    kept: Values = found[~np.isnan(found).any(axis=1)]
    return kept


def _together(each: list[Values]) -> list[Values]:
    """The changes of several on the days that all of them have."""
    if not each:
        return []
    every = _changes(np.concatenate(each, axis=1))
    return [every[:, 2 * at : 2 * at + 2] for at in range(len(each))]


def _row(
    books: "Books",
    asset: AssetId,
    held: tuple[int, int | None],
    known: _Known,
    one: Sold,
    moment: datetime,
) -> Row:
    """A holding with the pool that tells its depth, how old that is, and its measures."""
    depth, state = known.depth, known.state
    deep = isinstance(depth, Depth)
    kind = None if not deep else "stated" if state is None else _KINDS[type(state).__name__]
    heard = None if state is None else state.heard
    return {
        "asset": asset,
        "symbol": symbol_of(asset, books.assets),
        "quantity": quantity_text(asset, held[0], books.assets),
        "value": None if held[1] is None else money_text(held[1]),
        "kind": kind,
        "pool": None if state is None else state.pool,
        "into": None if known.into is None else symbol_of(known.into, books.assets),
        "depth": figure_text(depth.reserve) if isinstance(depth, Depth) else None,
        "share": figure_text(one.quantity / depth.reserve) if isinstance(depth, Depth) else None,
        "fee": figure_text(depth.fee) if isinstance(depth, Depth) else None,
        "heard": None if heard is None else iso(heard.time),
        "age_days": None if heard is None else (moment - heard.time).days,
        "block": None if heard is None else heard.block,
        "evidence": None if heard is None else heard.evidence,
        "reason": "" if isinstance(depth, Depth) else depth,
        "measures": [measure_row(measure) for measure in exit_measures(one, CONFIDENCES)],
    }


_KINDS: Final = {"ConstantProduct": "constant_product", "Concentrated": "concentrated"}
