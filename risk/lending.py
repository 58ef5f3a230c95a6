"""Collateral, debts and thresholds enter; health factors and the distance to liquidation leave.

HF = Σ(collateral · price · threshold) ÷ debt; at 1 it is liquidated. A threshold is a setting of
the protocol, and no balance tells it: without one there is no health factor, and the account says
which is missing. Source: Aave documentation, health factor and liquidation threshold.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from risk.exposure import Line

#: Protocols in which all collateral of a wallet stands for all of its debts.
POOLED: Final = frozenset({"aave_v1", "aave_v2", "aave_v3", "spark", "compound_v2"})
_ENDS: Final = (".collateral", ".debt")


@dataclass(frozen=True, slots=True)
class Side:
    """An asset on one side of an account: its value in 10⁻¹⁸, positive, and what is known of it."""

    asset: AssetId
    coin: str
    value: int
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class LendingAccount:
    """What stands for what is owed. Figures are None with a `reason` where they cannot be said.

    `ltv` is debt over collateral, `health` the health factor, `distance` the fall of all collateral
    that ends at a health factor of one. With one coin on each side `liquidated_at` is the part of
    today's price of the collateral in the debt at which it is liquidated, and `sigmas` how many
    standard deviations of the horizon that is away.
    """

    wallet: WalletId
    chain: str
    protocol: str
    market: str
    collateral: tuple[Side, ...]
    debts: tuple[Side, ...]
    ltv: float | None = None
    health: float | None = None
    distance: float | None = None
    liquidated_at: float | None = None
    sigmas: float | None = None
    reason: str = ""

    @property
    def owed(self) -> int:
        """All debts together."""
        return sum(side.value for side in self.debts)


def health_factor(collateral: Iterable[tuple[float, float]], debt: float) -> float:
    """Σ(value · threshold) ÷ debt, of pairs of value and threshold."""
    assert debt > 0, "without a debt there is no health factor"
    return sum(value * threshold for value, threshold in collateral) / debt


def liquidation_price(quantity: float, threshold: float, debt: float) -> float:
    """Debt ÷ (quantity · threshold): at that price of the only collateral it is liquidated."""
    assert quantity > 0 and threshold > 0, "there is collateral that counts"
    return debt / (quantity * threshold)


def distance(health: float) -> float:
    """1 − 1/HF: the fall of all collateral that brings the health factor to one."""
    assert health > 0, "there is collateral that counts"
    return 1 - 1 / health


def sigmas(health: float, volatility: float, years: float) -> float:
    """ln(p/p*) ÷ (σ√t), p/p* being the health factor: standard deviations to liquidation."""
    assert health > 0 and volatility > 0 and years > 0
    return log(health) / (volatility * sqrt(years))


def lending_accounts(
    lines: Iterable[Line],
    thresholds: Mapping[str, float],
    volatility: Callable[[AssetId, AssetId], float | str],
    days: float = 1.0,
) -> tuple[LendingAccount, ...]:
    """Each account with a debt; `thresholds` by `protocol:coin` are what is stated of a protocol,
    those by `protocol:coin@wallet` of a wallet alone, as a mode of its own (e-mode) has them.

    `volatility` gives the yearly one of an asset's price in another, or why it is not known.
    """
    every = list(lines)
    debts: defaultdict[tuple[WalletId, str, str, str], list[Line]] = defaultdict(list)
    for line in every:
        if line.value < 0:
            debts[line.wallet, line.chain, line.protocol, _market(line)].append(line)
    found = []
    for (wallet, chain, protocol, market), owed in sorted(debts.items()):
        place = (wallet, chain, protocol)
        standing = [
            _side(line, thresholds)
            for line in every
            if line.value > 0
            and (line.wallet, line.chain, line.protocol) == place
            and _stands_for(line, market)
        ]
        sides = (tuple(standing), tuple(_side(line, {}) for line in owed))
        account = LendingAccount(*place, market, *sides)
        found.append(_away(_measured(account), volatility, days))
    return tuple(found)


def _measured(account: LendingAccount) -> LendingAccount:
    """The account with its loan to value, and its health where every threshold is stated."""
    worth = sum(side.value for side in account.collateral)
    if not worth:
        return replace(account, reason="the books have no collateral beside it")
    account = replace(account, ltv=account.owed / worth)
    dark = sorted({side.coin for side in account.collateral if side.threshold is None})
    if dark:
        return replace(account, reason=f"no liquidation threshold is stated for {', '.join(dark)}")
    pairs = [(float(side.value), side.threshold or 0.0) for side in account.collateral]
    health = health_factor(pairs, float(account.owed))
    if health <= 0:
        return replace(account, health=health, reason="none of the collateral counts")
    return replace(account, health=health, distance=distance(health))


def _away(
    account: LendingAccount, volatility: Callable[[AssetId, AssetId], float | str], days: float
) -> LendingAccount:
    """The account with the price that ends it, where there is one coin on each side."""
    if account.distance is None or account.health is None:
        return account
    given = {side.coin: side.asset for side in account.collateral}
    owed = {side.coin: side.asset for side in account.debts}
    if len(given) > 1 or len(owed) > 1:
        return replace(account, reason="more than one collateral or debt: no one price ends it")
    account = replace(account, liquidated_at=1 / account.health)
    if given.keys() == owed.keys():
        return replace(account, reason="collateral and debt are the same coin")
    known = volatility(next(iter(given.values())), next(iter(owed.values())))
    if isinstance(known, str):
        return replace(account, reason=known)
    if known <= 0:
        return replace(account, reason="the price between collateral and debt never moved")
    assert account.health is not None
    return replace(account, sigmas=sigmas(account.health, known, days / 365))


def _side(line: Line, thresholds: Mapping[str, float]) -> Side:
    name = f"{line.protocol}:{line.coin}".lower()
    threshold = thresholds.get(f"{name}@{line.wallet}".lower(), thresholds.get(name))
    return Side(line.asset, line.coin, abs(line.value), threshold)


def _reference(line: Line) -> str:
    """What tells the positions of a protocol apart; empty of a token."""
    kind, _, rest = line.asset.partition("/")[2].partition(":")
    return rest.partition(":")[2] if kind in {"position", "debt"} else ""


def _market(line: Line) -> str:
    """The market of a debt; empty where a protocol's debts stand together."""
    reference = _reference(line)
    if line.protocol in POOLED:
        return ""
    for end in _ENDS:
        reference = reference.removesuffix(end)
    return reference


def _stands_for(line: Line, market: str) -> bool:
    """Whether a position is collateral of a market: it is named by it, or by a part of it."""
    reference = _reference(line)
    for end in _ENDS:
        reference = reference.removesuffix(end)
    return not market or reference == market or reference.startswith(f"{market}.")
