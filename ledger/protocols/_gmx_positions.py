"""GMX's orders and positions without a token: what logs say in; events with units and result out.

What was given for an order waits as a position of that order, in units of what was given. Filled,
it becomes what the order brought: for a position on margin an asset of its own, in units of its
collateral, of which costs and the result are taken, or to which a profit is added, as the logs tell
them. A profit is what was paid out beyond the collateral that left and the costs.

Sources: gmx-io/gmx-synthetics, PositionEventUtils.sol, SwapPricingUtils.sol and
DecreasePositionCollateralUtils.sol (a profit pays the costs first, the collateral after it).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from ledger.chains.networks import NETWORKS
from ledger.model.asset import Asset, AssetId, erc20, known_without_asking, native, position
from ledger.model.event import Event, Leg, LegRole
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._gmx_logs import COSTS, SWAPPED, Told
from ledger.shapes import ActivityView, Units, event, split

NAME: Final = "gmx_v2"
#: What is said of units whose begin or end is not in the books.
UNKNOWN: Final = "position:unknown"
#: What is said of a position whose collateral was swapped on the way in or out.
_TRADED: Final = "paid:swapped"

#: A deposit gives two tokens at most.
_PLACES: Final = (0, 1)

#: (role, units of collateral) of each part of what a change cost.
Costs = tuple[tuple[LegRole, int], ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A log of a position with its wallet, its asset, and what the change cost."""

    told: Told
    wallet: WalletId
    kept: AssetId
    of: AssetId
    costs: Costs | None

    @property
    def after(self) -> int:
        """The collateral that is left."""
        return self.told.numbers["collateralAmount"]

    @property
    def cost(self) -> int:
        """All that the change cost, in units of the collateral."""
        return sum(units for _, units in self.costs or ())


class Positions:
    """What orders and positions hold while one activity is read, and what was learnt of them."""

    def __init__(self, view: ActivityView, logs: Sequence[Told]) -> None:
        self.facts: dict[AssetId, Asset] = {}
        self._view = view
        self._logs = logs
        self._units = Units(view)

    # ---- orders

    def wait(self, account: str, key: str, given: Iterable[tuple[AssetId, int]]) -> tuple[Leg, ...]:
        """The units that now wait for an order to be filled."""
        wallet, legs = wallet_id(self._view.activity.network, account), tuple[Leg, ...]()
        for kept, (asset, units) in zip(self._orders(key), given, strict=False):
            self._learn(kept, asset)
            legs += self._units.move(wallet, kept, units)
        return legs

    def ended(self, account: str, key: str) -> tuple[Leg, ...]:
        """All units of an order, which waits no longer; none where the books do not know it."""
        wallet = wallet_id(self._view.activity.network, account)
        return tuple(
            leg
            for kept in self._orders(key)
            if (units := self._units.of(wallet, kept))
            for leg in self._units.move(wallet, kept, -units)
        )

    def _orders(self, key: str) -> tuple[AssetId, ...]:
        network = self._view.activity.network
        return tuple(position(network, NAME, f"order.{key}.{place}") for place in _PLACES)

    # ---- positions

    def increased(self, told: Told, back: Sequence[Leg]) -> tuple[Event, ...]:
        """What an order gave goes into its position, less what that cost."""
        change = self._change(told)
        if change is None:
            return ()
        given = self.ended(told.account, told.keys.get("orderKey", ""))
        same = all(self._is_collateral(self._followed(leg.asset), change.of) for leg in given)
        delta, costs = told.numbers.get("collateralDeltaAmount", 0), change.costs or ()
        missing = -sum(leg.quantity for leg in given) - delta
        if change.costs is None and same and missing > 0:  # nobody said what it cost
            costs = (("fee", missing),)
        put = delta + sum(units for _, units in costs)
        if put < 0:
            costs, put = (("fee", -delta),), 0
        before = self._units.of(change.wallet, change.kept)
        came = self._units.move(change.wallet, change.kept, put)
        legs = (*given, *came, *self._paid(change, costs), *back)
        note = UNKNOWN if bool(came) != bool(given) else "" if same else _TRADED
        kind = "perp_change" if before else "perp_open"
        events = (event(self._view, kind, legs, NAME, note),) if legs else ()
        return events + self._corrected(change)

    def decreased(
        self, told: Told, came: Sequence[Leg], back: Sequence[Leg], *, alone: bool
    ) -> tuple[Event, ...]:
        """What a position paid out, its result and its costs apart from its collateral.

        Of several (not `alone`) that paid in one transaction nothing says which paid what, and what
        a market paid to somebody else is no loss.
        """
        change = self._change(told)
        kind = "perp_close" if told.numbers.get("sizeInUsd") == 0 else "perp_change"
        before = None if change is None else self._units.of(change.wallet, change.kept)
        sure = alone and (bool(came) or not self._paid_others(told))
        if change is None or before is None or before < change.after or not sure:
            events = (event(self._view, kind, (*came, *back), NAME, UNKNOWN),) if came else ()
            return events + (() if change is None or before is None else self._corrected(change))
        own = [leg for leg in came if self._is_collateral(leg.asset, change.of)]
        other = [leg for leg in came if leg not in own]
        taken, note = before - change.after, ""
        if other and not own and taken > change.cost:
            legs, note = self._exchanged(change, other, taken)
        else:
            paid = sum(leg.quantity for leg in own)
            gained = min(paid, max(paid + change.cost - taken, 0))
            legs = _with_reward(own, gained)
            legs += _with_reward(other, sum(leg.quantity for leg in other))
            legs += self._gave(change, taken, paid, gained)
        legs += tuple(back)
        return (event(self._view, kind, legs, NAME, note),) if legs else ()

    def _gave(self, change: _Change, taken: int, paid: int, gained: int = 0) -> tuple[Leg, ...]:
        """Of what was taken from a position: what it paid out, what that cost, what was lost.

        A profit pays the costs first: what of it was not paid out (`gained`) went there.
        """
        result = paid + change.cost - taken
        legs = self._units.move(change.wallet, change.kept, gained - paid)
        legs += self._paid(change, change.costs or ())
        return legs + self._beside(change, "reward", result - gained)

    def _exchanged(
        self, change: _Change, came: Sequence[Leg], taken: int
    ) -> tuple[tuple[Leg, ...], str]:
        """Collateral that was swapped on its way out, and a profit in the same token beside it.

        Where no log says how much was swapped, nothing is said of the result.
        """
        sold = self._sold(change, came)
        if sold is None:
            return (*came, *self._gave(change, taken, taken - change.cost)), UNKNOWN
        units, out = sold
        profit = sum(leg.quantity for leg in came) - out
        return (*_with_reward(came, profit), *self._gave(change, taken, units)), _TRADED

    def _change(self, told: Told) -> _Change | None:
        """A log of a position with what it cost; None where it does not say which position."""
        key, token = told.keys.get("positionKey"), told.addresses.get("collateralToken")
        if key is None or token is None or "collateralAmount" not in told.numbers:
            return None
        network = self._view.activity.network
        of, kept = erc20(network, token), position(network, NAME, key)
        self._learn(kept, of)
        return _Change(told, wallet_id(network, told.account), kept, of, self._costs(told))

    def _costs(self, told: Told) -> Costs | None:
        """Funding and borrowing are interest, of a liquidation a penalty, all else is a fee."""
        logs = [one for one in self._logs if one.name == COSTS and _is_of(one, told)]
        if not logs:
            return None
        numbers = logs[-1].numbers
        apart: tuple[tuple[LegRole, int], ...] = (
            ("interest", numbers.get("fundingFeeAmount", 0)),
            ("interest", numbers.get("borrowingFeeAmount", 0)),
            ("penalty", numbers.get("liquidationFeeAmount", 0)),
        )
        total = numbers.get("totalCostAmount", 0)
        rest = total - sum(units for _, units in apart)
        return (*apart, ("fee", rest)) if rest >= 0 else (("fee", total),)

    def _paid(self, change: _Change, costs: Costs) -> tuple[Leg, ...]:
        return tuple(leg for role, units in costs for leg in self._beside(change, role, -units))

    def _beside(self, change: _Change, role: LegRole, units: int) -> tuple[Leg, ...]:
        """Units that a position gained or gave beside the movement itself; none for zero."""
        self._units.move(change.wallet, change.kept, units)
        return (Leg(change.wallet, change.kept, units, role=role),) if units else ()

    def _corrected(self, change: _Change) -> tuple[Event, ...]:
        """What the log says is left beyond, or short of, what the books know."""
        units = change.after - (self._units.of(change.wallet, change.kept) or 0)
        legs = self._units.move(change.wallet, change.kept, units)
        kind: Literal["receive", "send"] = "receive" if units > 0 else "send"
        return (event(self._view, kind, legs, NAME, UNKNOWN),) if legs else ()

    def _paid_others(self, told: Told) -> bool:
        """Whether the market of a position gave anything to anybody."""
        market = told.addresses.get("market", "")
        return any(one.sender == market for one in self._view.activity.transfers)

    def _sold(self, change: _Change, came: Sequence[Leg]) -> tuple[int, int] | None:
        """The collateral that was swapped and what it brought of what came, as logs say.

        Each swap takes what the one before it gave; more of one than that is a profit, which may be
        in the token that the collateral was swapped into.
        """
        network, key = self._view.activity.network, change.told.keys.get("orderKey")
        swaps = [
            one for one in self._logs if one.name == SWAPPED and one.keys.get("orderKey") == key
        ]
        sales = [at for at, one in enumerate(swaps) if _token(network, one, "tokenIn") == change.of]
        if len(sales) != 1:
            return None
        chain = swaps[sales[0] :]
        sizes = [(one.numbers.get("amountIn", 0), one.numbers.get("amountOut", 0)) for one in chain]
        broken = any(one[1] != other[0] for one, other in pairwise(sizes))
        token = _token(network, chain[-1], "tokenOut")
        if broken or not all(self._is_collateral(leg.asset, token) for leg in came):
            return None
        out, total = sizes[-1][1], sum(leg.quantity for leg in came)
        fits = total == out or (total > out and len(chain) == 1)
        return (sizes[0][0], out) if fits else None

    # ---- assets

    def _is_collateral(self, asset: AssetId | None, of: AssetId) -> bool:
        """Whether it is the token, or the coin that the token wraps."""
        network = self._view.activity.network
        row = NETWORKS.get(network)
        wrapped = row is not None and of == erc20(network, row.wrapped)
        return asset == of or (asset == native(network) and wrapped)

    def _followed(self, kept: AssetId) -> AssetId | None:
        known = self._view.assets.get(kept)
        return None if known is None else known.underlying

    def _learn(self, kept: AssetId, of: AssetId) -> None:
        known = self._view.assets.get(of) or known_without_asking(of)
        if known is not None:
            self.facts[kept] = Asset(kept, known.symbol, known.decimals, "position", underlying=of)


def _is_of(costs: Told, change: Told) -> bool:
    return all(
        costs.keys.get(name) == change.keys.get(name) for name in ("orderKey", "positionKey")
    )


def _token(network: str, told: Told, name: str) -> AssetId:
    return erc20(network, told.addresses.get(name, ""))


def _with_reward(legs: Iterable[Leg], units: int) -> tuple[Leg, ...]:
    """The legs with so many of their units as the result."""
    parts: tuple[Leg, ...] = ()
    for leg in legs:
        gained = min(units, leg.quantity)
        units -= gained
        parts += split(leg, gained, "reward") if gained else (leg,)
    return parts
