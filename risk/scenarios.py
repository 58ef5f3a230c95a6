"""Exposures and shocks enter; what each would cost leaves, position by position.

A shock is a change of price (of a coin, or of a family where its coin is not named), or a failure:
of a venue, a bridge, a protocol or a chain. What fails takes what the fund has there and leaves
what it owes. Both act on what is left after the other. What no shock speaks of is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from ledger.model.asset import currency_of
from risk.bending import Bend, Curves, bends
from risk.exposure import Exposure, Line, is_known

#: What a price shock speaks of, the most particular first, and what can fail.
PRICES: Final = ("coin", "issuer", "family")
FAILURES: Final = ("venue", "bridge", "protocol", "chain")
#: How far a stablecoin falls: a wobble, one of a bank, of March 2023, of October 2025, all of it.
DEPEGS: Final = (-0.01, -0.05, -0.12, -0.35, -1.0)
#: What a liquidation keeps of the debt that it repays, where an oracle calls for it.
LIQUIDATION_PENALTY: Final = 0.10
#: How many times the usual gas costs in a spike.
GAS_TIMES: Final = 20


@dataclass(frozen=True, slots=True)
class Shock:
    """A change, as a fraction of value, of all that is in a group; of what is at a venue alone."""

    dimension: str
    name: str
    change: float
    venue: str = ""

    def __post_init__(self) -> None:
        assert self.dimension in {*PRICES, *FAILURES}, "a shock is of prices or a failure"
        assert self.change >= -1, "nothing loses more than itself"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Shocks that come together, and who says that they may."""

    name: str
    title: str
    shocks: tuple[Shock, ...]
    source: str
    historical: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """What a position loses, in 10⁻¹⁸ of the base currency; below zero it gains."""

    line: Line
    change: float
    loss: int


@dataclass(frozen=True, slots=True)
class Untouched:
    """A coin that the scenario says nothing of, and what the fund has of it."""

    coin: str
    value: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario costs: `share` of net asset value is None where that is not above zero.

    `hits` are of what the fund holds as it is made up now, `bends` what its positions of liquidity
    lose beyond that; both make the loss.
    """

    scenario: Scenario
    loss: int
    share: float | None
    hits: tuple[Hit, ...]
    untouched: tuple[Untouched, ...] = ()
    bends: tuple[Bend, ...] = ()


#: No position of liquidity.
_NO_CURVES: Final[Curves] = MappingProxyType({})


def outcome(
    scenario: Scenario, found: Exposure, currency: str = "USD", curves: Curves = _NO_CURVES
) -> Outcome:
    """What a scenario would cost the positions of an exposure.

    Money of the base `currency` does not move in itself. `curves` tell what positions of liquidity
    hold at other prices.
    """
    hits = []
    silent: defaultdict[str, int] = defaultdict(int)
    changed = []
    for line in found.lines:
        change, told = _change(line, scenario.shocks)
        changed.append((line, change))
        told = told or currency_of(line.asset) == currency
        if change:
            hits.append(Hit(line, float(change), -round(line.value * change)))
        if not told:
            silent[line.coin] += line.value
    hits.sort(key=lambda hit: (-hit.loss, hit.line.wallet, hit.line.asset))
    # what fails as a whole moves no price against another
    relative = any(shock.dimension in {*PRICES, "bridge"} for shock in scenario.shocks)
    bent = bends(changed, curves) if relative else ()
    loss = sum(hit.loss for hit in hits) + sum(one.loss or 0 for one in bent)
    share = loss / found.net if found.net > 0 else None
    # only a scenario of markets is silent of what it does not name; a failure is one of its own
    market = any(shock.dimension in PRICES for shock in scenario.shocks) and scenario.historical
    untouched = sorted(silent.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return Outcome(
        scenario,
        loss,
        share,
        tuple(hits),
        tuple(Untouched(coin, value) for coin, value in untouched) if market else (),
        bent,
    )


def _change(line: Line, shocks: Sequence[Shock]) -> tuple[Fraction, bool]:
    """The change of a line's value, and whether any price shock speaks of it."""
    left, told = Fraction(1), False
    priced = _price_shock(line, shocks)
    if priced is not None:
        left, told = left * (1 + _exact(priced.change)), True
    for shock in shocks:
        if shock.dimension in FAILURES and line.value > 0 and _is_of(line, shock):
            left *= 1 + _exact(shock.change)
    return left - 1, told


def _price_shock(line: Line, shocks: Sequence[Shock]) -> Shock | None:
    fitting = [shock for shock in shocks if shock.dimension in PRICES and _is_of(line, shock)]
    rank = {name: at for at, name in enumerate(PRICES)}
    return min(fitting, key=lambda shock: (not shock.venue, rank[shock.dimension]), default=None)


def _is_of(line: Line, shock: Shock) -> bool:
    at = not shock.venue or line.venue == shock.venue
    return at and str(getattr(line, shock.dimension)) == shock.name


def _exact(change: float) -> Fraction:
    """A change as it is written: −0.43 and not the binary number beside it."""
    return Fraction(str(change))


# ---- the scenarios that follow from what the fund has


def depegs(found: Exposure) -> tuple[Scenario, ...]:
    """Each stablecoin issuer of the fund loses its peg, by one size after the other."""
    return tuple(
        Scenario(
            f"depeg-{issuer.lower()}-{round(-size * 100)}",
            f"the stablecoins of {issuer} lose {round(-size * 100)} %",
            (Shock("issuer", issuer, size),),
            "assumed; 12 % as USDC in March 2023, 35 % as USDe on one exchange in October 2025",
        )
        for issuer in _names(found, "issuer")
        for size in DEPEGS
    )


def failures(found: Exposure) -> tuple[Scenario, ...]:
    """Each venue, bridge, protocol and chain of the fund fails, and all that is there is lost."""
    return tuple(
        Scenario(
            f"{dimension}-{name.removeprefix('venue:').replace(':', '-')}",
            f"the {dimension} {name} fails: what is there is lost, what is owed stays owed",
            (Shock(dimension, name, -1.0),),
            "assumed: nothing comes back",
        )
        for dimension in FAILURES
        for name in _names(found, dimension)
    )


def oracle_failure(found: Exposure) -> Outcome:
    """A wrong price liquidates every debt with collateral: the penalty of each is lost.

    `hits` are the debts.
    """
    debts = [line for line in found.lines if line.value < 0 and is_known(line.protocol)]
    hits = tuple(
        Hit(line, -LIQUIDATION_PENALTY, round(-line.value * _exact(LIQUIDATION_PENALTY)))
        for line in debts
    )
    loss = sum(hit.loss for hit in hits)
    scenario = Scenario(
        "oracle",
        f"a wrong price liquidates every loan; {LIQUIDATION_PENALTY:.0%} of the debt is kept",
        (),
        "assumed: one penalty for all protocols",
    )
    return Outcome(scenario, loss, loss / found.net if found.net > 0 else None, hits)


def gas_spike(found: Exposure, gas_a_day: int | None) -> Outcome:
    """A day of usual business at many times its gas; `gas_a_day` in 10⁻¹⁸, None where unknown."""
    scenario = Scenario(
        "gas",
        f"a day on which the fund's usual gas costs {GAS_TIMES} times as much",
        (),
        "assumed; the usual is the mean of the last 30 days",
    )
    loss = 0 if gas_a_day is None else gas_a_day * (GAS_TIMES - 1)
    share = loss / found.net if found.net > 0 and gas_a_day is not None else None
    return Outcome(scenario, loss, share, ())


def outcomes(
    found: Exposure,
    historical: Iterable[Scenario],
    gas_a_day: int | None,
    currency: str = "USD",
    curves: Curves = _NO_CURVES,
) -> tuple[Outcome, ...]:
    """Everything that may happen to an exposure, the historical days first."""
    made = (*historical, *depegs(found), *failures(found))
    return (
        *(outcome(scenario, found, currency, curves) for scenario in made),
        oracle_failure(found),
        gas_spike(found, gas_a_day),
    )


def _names(found: Exposure, dimension: str) -> list[str]:
    known = found.dimension(dimension)
    groups = () if known is None else known.groups
    return [group.name for group in groups if is_known(group.name) and group.long]
