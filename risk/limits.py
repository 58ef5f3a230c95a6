"""Limits, returns and exposures enter; the figure of each leaves, and on which side it stands.

A figure that cannot be stated is one without a value and with the reason: it breaks no limit and
keeps none. What a measure is called:

    exposure:<dimension>:<name>   net of a group ÷ NAV, signless; `*` for the largest known one,
                                  whose own keys are not one
    gross:<dimension>:<name>      gross of a group ÷ NAV
    concentration:<dimension>     Σ weight² (exposure.md)
    leverage                      gross ÷ NAV
    unpriced                      how many positions have no price
    drawdown                      the fall from the peak until now
    day_loss                      the loss of the last day, a gain is below zero
    var_<method>_<95|99>, es_…    tails (risk.md), positive losses of one day
    health                        the least health factor of all loans, by stated thresholds
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.model.limit import Limit
from risk.exposure import DIMENSIONS, SELF, Exposure, is_known
from risk.lending import LendingAccount
from risk.model import ReturnSeries

#: Figures that need the fund's positions, and those that need returns.
_GROUP: Final = re.compile(rf"(exposure|gross):({'|'.join(DIMENSIONS)}):(\S.*)")
_CONCENTRATION: Final = re.compile(rf"concentration:({'|'.join(DIMENSIONS)})")
_TAIL: Final = re.compile(r"(var|es)_([a-z_]+)_(95|99)")
_OF_POSITIONS: Final = frozenset({"leverage", "unpriced", "health"})
_OF_RETURNS: Final = frozenset({"drawdown", "day_loss"})

#: What every measure of a limit is called, for those who ask.
MEASURES: Final = (
    "exposure:<dimension>:<name>",
    "gross:<dimension>:<name>",
    "concentration:<dimension>",
    "var_<method>_95",
    "es_<method>_95",
    *sorted(_OF_POSITIONS | _OF_RETURNS),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A limit with its figure, None with a reason, and where that stands.

    `basis` is what the returns are on, as `Returns` has it; empty for a figure of positions.
    """

    limit: Limit
    figure: float | None
    reason: str
    basis: str = ""

    @property
    def beyond(self) -> bool:
        """Whether the figure is on the wrong side of the limit."""
        if self.figure is None:
            return False
        level = float(self.limit.level)
        return self.figure > level if self.limit.bound == "most" else self.figure < level

    @property
    def within(self) -> bool:
        """Whether the figure is within the limit by the margin that ends a breach."""
        if self.figure is None:
            return False
        level = float(self.limit.ends_at)
        return self.figure <= level if self.limit.bound == "most" else self.figure >= level

    @property
    def used(self) -> float | None:
        """The part of the limit that is used: at most 1 while it is kept; None where unknown."""
        if self.figure is None:
            return None
        level = float(self.limit.level)
        if self.limit.bound == "most":
            return self.figure / level
        return level / self.figure if self.figure > 0 else None


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns and what they are on: the `fund`, a strategy's `own capital`, or the fund's capital
    by the results of its `closed trades` alone, where it has no wallet of its own.
    """

    series: ReturnSeries
    basis: str


@dataclass(frozen=True, slots=True)
class Known:
    """What limits are checked against: returns of the fund (empty name) and of its strategies.

    `loans` are the accounts with a debt under the thresholds of a limit's parameters.
    """

    returns: Mapping[str, Returns]
    exposures: Mapping[str, Exposure]
    loans: Mapping[tuple[tuple[str, str], ...], Sequence[LendingAccount]]


def fault_of(measure: str, strategy: str) -> str | None:
    """Why no limit can be on a measure of that name; None where one can."""
    tail = _TAIL.fullmatch(measure)
    if tail is not None:
        from risk.tail import METHODS

        known = tail[2] in METHODS
        return None if known else f"no tail method is called {tail[2]}; {', '.join(METHODS)}"
    if measure == "health" and strategy:
        return "a loan is of the fund, not of a strategy"
    if measure in _OF_POSITIONS | _OF_RETURNS or needs_positions(measure):
        return None
    return f"no measure is called {measure[:60]!r}; measures: {', '.join(MEASURES)}"


def needs_positions(measure: str) -> bool:
    """Whether a measure is of positions, not of returns."""
    shape = _GROUP.fullmatch(measure) or _CONCENTRATION.fullmatch(measure)
    return shape is not None or measure in _OF_POSITIONS


def needs_protocols(measure: str) -> bool:
    """Whether a measure needs to know by which protocol units came."""
    return ":protocol" in measure or measure == "health"


def check(limits: Sequence[Limit], known: Known) -> tuple[Checked, ...]:
    """The figure of each limit."""
    return tuple(_checked(limit, known) for limit in limits)


def _checked(limit: Limit, known: Known) -> Checked:
    figure, reason = _figure(limit, known)
    found = None if needs_positions(limit.measure) else known.returns.get(limit.strategy)
    return Checked(limit, figure, reason, "" if found is None else found.basis)


def _figure(limit: Limit, known: Known) -> tuple[float | None, str]:
    if limit.measure == "health":
        return _health(known.loans.get(limit.parameters, ()))
    if needs_positions(limit.measure):
        found = known.exposures.get(limit.strategy)
        if found is None:
            return None, "the strategy has no wallet of its own"
        return _of_positions(limit.measure, found, known.exposures[""])
    returns = known.returns.get(limit.strategy)
    if returns is None or not returns.series.values:
        return None, "there are no returns"
    return _of_returns(limit.measure, returns.series)


def _of_positions(measure: str, found: Exposure, fund: Exposure) -> tuple[float | None, str]:
    """A figure of positions; shares are of the fund's net asset value, of a strategy's too."""
    if measure == "unpriced":
        return float(len(found.unpriced)), ""
    if fund.net <= 0:
        return None, "net asset value is not above zero"
    if measure == "leverage":
        return found.gross / fund.net, ""
    concentrated = _CONCENTRATION.fullmatch(measure)
    if concentrated is not None:
        by = found.dimension(concentrated[1])
        hhi = None if by is None else by.hhi
        return (hhi, "") if hhi is not None else (None, "nothing has a value")
    shape = _GROUP.fullmatch(measure)
    assert shape is not None, "the measure was looked at when it was declared"
    by = found.dimension(shape[2])
    groups = () if by is None else by.groups
    sizes = [
        (abs(group.net) if shape[1] == "exposure" else group.gross) / fund.net
        for group in groups
        if group.name == shape[3]
        or (shape[3] == "*" and is_known(group.name) and group.name != SELF)
    ]
    return max(sizes, default=0.0), ""


def _of_returns(measure: str, series: ReturnSeries) -> tuple[float | None, str]:
    if measure == "day_loss":
        return -series.values[-1] + 0.0, ""
    if measure == "drawdown":
        level = peak = 1.0
        for value in series.values:
            level *= 1 + value
            peak = max(peak, level)
        return min(1 - level / peak, 1.0), ""
    tail = _TAIL.fullmatch(measure)
    assert tail is not None, "the measure was looked at when it was declared"
    return _tail(tail[1], tail[2], float(f"0.{tail[3]}"), series.values)


def _tail(
    what: str, method: str, confidence: float, values: Sequence[float]
) -> tuple[float | None, str]:
    """One method alone: the others take their time."""
    from risk.tail import METHODS, observations_needed

    needed = observations_needed(confidence)
    if method not in METHODS:
        return None, f"no tail method is called {method}"
    if len(values) < needed:
        return None, f"{len(values)} of at least {needed} days"
    found = METHODS[method][0](values, confidence)
    if isinstance(found, str):
        return None, found
    return found[0 if what == "var" else 1], ""


def _health(loans: Sequence[LendingAccount]) -> tuple[float | None, str]:
    dark = [loan for loan in loans if loan.health is None]
    if dark:
        # a loan that is not known may be the worst
        return None, f"{dark[0].protocol}: {dark[0].reason}"
    known = [loan.health for loan in loans if loan.health is not None]
    return (min(known), "") if known else (None, "there is no loan")
