"""A loan and how its prices moved together → how likely it is liquidated, and what that would cost.

Paths are drawn of whole days of the past: the changes of all prices of a day together, so that what
falls together falls together here, less their mean, so that no trend of the sample is believed in.
An oracle that lags shows the protocol the prices of before, while what is seized is sold at those
of now. A loss is that of the first liquidation: the part that is repaid and the bonus on it leave
the collateral at the oracle's prices, and both are valued at the market's.

Sources: Aave documentation (health factor, close factor, bonus); Barone-Adesi, Giannopoulos and
Vosper 1999 (days drawn whole).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import gcd, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from risk.lending import LendingAccount, Side
from risk.model import Measure

Values = npt.NDArray[np.float64]

#: Days with a change of every price below which nothing is said.
CHANGES_NEEDED: Final = 60
#: Paths, fewer where a path is long, and how many prices are drawn in all and at once.
PATHS, PATHS_LEAST = 20_000, 2_000
_PRICES: Final = 8_000_000
_PRICES_AT_ONCE: Final = 1_000_000
#: The most times at which a loan is looked at on a path.
STEPS_MOST: Final = 2_500
SEED: Final = 20_240_101
#: Samples of days, drawn with replacement, whose answers say how much the history decides.
_HISTORIES: Final = 20
_HOURS: Final = 24
#: At or under this health factor Aave lets the whole debt be repaid at once.
WHOLE_BELOW: Final = 0.95


@dataclass(frozen=True, slots=True)
class Terms:
    """Over how many days, how late the oracle is, which part of a debt one liquidation repays.

    `bonuses` are by `protocol:coin` of the collateral, as stated, fractions of what is repaid.
    """

    days: int = 30
    lag_hours: int = 0
    part: float = 0.5
    bonuses: Mapping[str, float] = field(default_factory=dict)

    @property
    def step_hours(self) -> int:
        """Hours between looks at a loan: a day, or what a lag is a multiple of."""
        return gcd(_HOURS, self.lag_hours)

    @property
    def steps(self) -> int:
        """Looks at a loan on a path."""
        return self.days * _HOURS // self.step_hours


@dataclass(frozen=True, slots=True)
class _Loan:
    """Values of now in whole units of money, with what the protocol makes of them."""

    worth: Values
    thresholds: Values
    owed: Values
    bonuses: Values


def liquidation_measures(
    account: LendingAccount, changes: Values | str, terms: Terms
) -> tuple[Measure, Measure]:
    """How likely the account is liquidated, and what is lost on average; each with its error.

    `changes` are logarithms of price ratios: a row a day, a column a price, those of the collateral
    first, in the order of the account's sides; or why there are none.
    """
    found = _reason(account, changes)
    given = [
        ("horizon", f"{terms.days} days"),
        ("looked at every", f"{terms.step_hours} hours"),
        ("oracle lag", f"{terms.lag_hours} hours"),
        ("part repaid", f"{terms.part:g}, all at a health factor of {WHOLE_BELOW:g} or less"),
    ]
    if found or isinstance(changes, str):
        return _none(0 if isinstance(changes, str) else len(changes), given, found)
    missing = sorted({side.coin for side in account.collateral if _bonus(side, account, terms) < 0})
    loan = _Loan(
        np.asarray([side.value / 10**18 for side in account.collateral]),
        np.asarray([side.threshold or 0.0 for side in account.collateral]),
        np.asarray([side.value / 10**18 for side in account.debts]),
        np.asarray([max(0.0, _bonus(side, account, terms)) for side in account.collateral]),
    )
    centred = changes - changes.mean(axis=0)
    paths = min(PATHS, max(PATHS_LEAST, _PRICES // (terms.steps * centred.shape[1])))
    hit, lost = _simulated(loan, centred, terms, paths, np.random.default_rng(SEED))
    spread = _spread_of_histories(loan, centred, terms, paths // _HISTORIES)
    given += [("paths", str(paths)), ("seed", str(SEED))]
    # of no path, or of all, that were liquidated the plain formula would be sure
    part = (int(hit.sum()) + 1) / (paths + 2)
    unsure = sqrt(part * (1 - part) / paths)
    lost_error = float(lost.std(ddof=1)) / sqrt(paths)
    if not hit.any():
        # what one more path would lose, as things stand
        lost_error = unsure * terms.part * float(loan.owed.sum() * loan.bonuses.max())
    drawn = (unsure, lost_error)
    values = (float(hit.mean()), float(lost.mean()))
    unknown = f"no liquidation bonus is stated for {', '.join(missing)}" if missing else ""
    return tuple(  # type: ignore[return-value]
        Measure(
            *(name, None if why else value, unit, definition, len(centred)),
            (*given, ("error of the simulation", f"{own:.3g}"), ("of the history", f"{past:.3g}")),
            None if why else sqrt(own**2 + past**2),
            why,
        )
        for (name, unit, definition), value, own, past, why in zip(
            _TOLD, values, drawn, spread, ("", unknown), strict=True
        )
    )


_TOLD: Final = (
    (
        "liquidation_probability",
        "fraction",
        "share of paths, of days drawn whole, on which the oracle's prices end the health at 1",
    ),
    (
        "liquidation_loss",
        "money",
        "mean over all paths of what the first liquidation takes more than it repays",
    ),
)


def _none(sample: int, given: list[tuple[str, str]], why: str) -> tuple[Measure, Measure]:
    one, two = (
        Measure(*told[:1], None, *told[1:], sample, tuple(given), reason=why) for told in _TOLD
    )
    return one, two


def _reason(account: LendingAccount, changes: Values | str) -> str:
    """Why nothing can be said."""
    if account.health is None:
        return account.reason
    if isinstance(changes, str):
        return changes
    if len(changes) < CHANGES_NEEDED:
        return f"{len(changes)} of at least {CHANGES_NEEDED} days with a price of all"
    return ""


def _bonus(side: Side, account: LendingAccount, terms: Terms) -> float:
    """The stated bonus on a collateral; below zero where none is."""
    return terms.bonuses.get(f"{account.protocol}:{side.coin}".lower(), -1.0)


def _simulated(
    loan: _Loan, changes: Values, terms: Terms, paths: int, random: np.random.Generator
) -> tuple[Values, Values]:
    """Of each path whether the loan was liquidated, and what the first liquidation lost."""
    size = max(1, _PRICES_AT_ONCE // (terms.steps * changes.shape[1]))
    hits, losses = [], []
    for start in range(0, paths, size):
        picks = random.integers(0, len(changes), (min(size, paths - start), terms.steps))
        hit, lost = _of_paths(loan, changes, terms, picks)
        hits.append(hit)
        losses.append(lost)
    return np.concatenate(hits), np.concatenate(losses)


def _of_paths(
    loan: _Loan, changes: Values, terms: Terms, picks: npt.NDArray[np.int64]
) -> tuple[Values, Values]:
    # a part of a day moves prices by the root of that part
    moves = changes[picks] * sqrt(terms.step_hours / _HOURS)
    prices: Values = np.exp(np.cumsum(moves, axis=1))
    # what is looked at first is what stands now
    prices = np.concatenate([np.ones_like(prices[:, :1]), prices], axis=1)
    held = prices[:, :, : len(loan.worth)] * loan.worth
    owed = prices[:, :, len(loan.worth) :] @ loan.owed
    late = terms.lag_hours // terms.step_hours
    seen = slice(0, terms.steps + 1 - late)
    counted = held[:, seen] @ loan.thresholds
    below = counted <= owed[:, seen]
    hit: npt.NDArray[np.bool_] = np.asarray(below.any(axis=1))
    first = below.argmax(axis=1)[hit]
    which = np.flatnonzero(hit)
    collateral, debt = held[which, first], owed[which, first]
    health = counted[which, first] / debt
    part = np.where(health <= WHOLE_BELOW, 1.0, terms.part)
    total = collateral.sum(axis=1)
    bonus = collateral @ loan.bonuses / total
    repaid = np.minimum(part * debt, total / (1 + bonus))
    # by the prices of the market, which the oracle does not show yet
    market, due = held[which, first + late].sum(axis=1), owed[which, first + late]
    lost = np.zeros(len(picks))
    lost[which] = repaid * (1 + bonus) * market / total - repaid * due / debt
    return hit.astype(np.float64), lost


def _spread_of_histories(
    loan: _Loan, changes: Values, terms: Terms, paths: int
) -> tuple[float, float]:
    """Deviations of both figures over samples of the days, less what drawing few paths adds."""
    random = np.random.default_rng(SEED + 1)
    found = []
    for _ in range(_HISTORIES):
        again = changes[random.integers(0, len(changes), len(changes))]
        hit, lost = _simulated(loan, again - again.mean(axis=0), terms, paths, random)
        found.append((hit.mean(), hit.var() / paths, lost.mean(), lost.var() / paths))
    hits, hits_drawn, losses, losses_drawn = np.asarray(found).T
    return (
        sqrt(max(0.0, float(hits.var(ddof=1) - hits_drawn.mean()))),
        sqrt(max(0.0, float(losses.var(ddof=1) - losses_drawn.mean()))),
    )
