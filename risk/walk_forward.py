"""Returns, models and a schedule → what each model would have earned on days that it had not seen.

At each rebalancing a model is given the days before it alone, less those purged; its weights are
held, drifting with the returns, until the next. What is traded then is paid for on the first day.
Equal weight goes through the same, always, since it is what a model has to beat; and the Sharpe
ratio of each is deflated by how many were tried.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np

from risk.allocation import MODELS, Constraints, Terms, allocate
from risk.growth import growth_measures
from risk.model import Measure, ReturnSeries
from risk.online import LEARNERS
from risk.ratios import DAYS_NEEDED, ratio_measures
from risk.returns import PERIODS_PER_YEAR, left_over, varies
from risk.significance import significance_measures
from risk.standard_errors import with_errors
from risk.temporal import temporal

EQUAL: Final = "equal"
#: Rules that learn day by day, from all days there were.
ONLINE: Final[Mapping[str, Callable[[np.ndarray], np.ndarray]]] = {
    **LEARNERS,
    "temporal-difference": temporal,
}
CANDIDATES: Final = (*MODELS, *ONLINE)
_PLAIN: Final = Terms()
_FREE: Final = Constraints()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When weights are made, and of which days.

    `first` days are only learned from; then weights are made every `step` days, of the last
    `window` days, of all where it is None. The last `purge` days before are left out, where a
    result of a day is known only later; `embargo` days pass until the trades are done, in which the
    former weights are held. `cost` is the fraction of what is traded, `rate` the return of cash.
    """

    first: int = 90
    step: int = 30
    window: int | None = None
    purge: int = 0
    embargo: int = 0
    cost: float = 0.0
    rate: float = 0.0

    def __post_init__(self) -> None:
        assert self.first > 0 and self.step > 0, "days to learn from, and between rebalancings"
        assert self.window is None or self.window > 0, "a window is one day or more"
        assert self.purge >= 0 and self.embargo >= 0, "days left out are not negative"
        assert 0 <= self.cost < 1 and self.rate > -1, "a cost is a fraction"

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What the figures depend on."""
        return (
            ("window", "expanding" if self.window is None else f"{self.window} days"),
            ("first", f"{self.first} days"),
            ("step", f"{self.step} days"),
            ("purge", f"{self.purge} days"),
            ("embargo", f"{self.embargo} days"),
            ("cost of trading", f"{self.cost:g}"),
            ("risk-free rate per period", f"{self.rate:g}"),
        )


@dataclass(frozen=True, slots=True)
class Rebalanced:
    """Weights from a day on, what was bought and sold to get there, and what was said of them."""

    day: date
    learned_until: date
    weights: tuple[tuple[str, float], ...]
    cash: float
    turnover: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a model did out of sample, after costs."""

    model: str
    returns: ReturnSeries
    measures: tuple[Measure, ...]
    rebalanced: tuple[Rebalanced, ...]
    fallbacks: int


@dataclass(frozen=True, slots=True)
class WalkForward:
    """Outcomes beside equal weight, which is the first; without any there is a reason."""

    parameters: tuple[tuple[str, str], ...]
    outcomes: tuple[Outcome, ...] = ()
    tried: int = 0
    reason: str = ""
    definition: str = field(
        default="out of sample: each weight is of earlier days alone, held until the next, after"
        " costs of what is traded"
    )


def walk_forward(
    series: Sequence[ReturnSeries],
    models: Sequence[str],
    schedule: Schedule,
    constraints: Constraints = _FREE,
    terms: Terms = _PLAIN,
    tried_before: int = 0,
) -> WalkForward:
    """Each of the models (of `CANDIDATES`) and equal weight over the days after the first.

    Equal weight is 1/N of all series, without bounds. `tried_before` counts models that were looked
    at earlier on the same days, for the deflation.
    The bounds of `constraints` hold at each rebalancing; its costs, turnover and current weights
    are those of the schedule and of what is held by then.
    """
    assert set(models) <= set(CANDIDATES), f"models are of {CANDIDATES}"
    assert len({each.days for each in series}) <= 1, "weighed series cover the same days"
    chosen = tuple(dict.fromkeys((EQUAL, *models)))
    tried = len(chosen) + tried_before
    days = series[0].days if series else ()
    told = (*schedule.parameters, ("models tried", str(tried)))
    begin = schedule.first + schedule.purge + schedule.embargo
    if len(days) <= begin:
        return WalkForward(told, reason=f"{len(days)} of more than {begin} days")
    if not all(np.isfinite(each.values).all() for each in series):
        return WalkForward(told, reason="a return is no number")
    walks = {
        model: _walk(series, _weigher(model, constraints, terms, schedule), schedule)
        for model in chosen
    }
    nets = {model: ReturnSeries(model, days[begin:], net) for model, (net, _) in walks.items()}
    outcomes = tuple(
        Outcome(
            model,
            nets[model],
            _measures(nets, model, made, schedule, tried),
            made,
            sum(bool(one.note) for one in made),
        )
        for model, (_, made) in walks.items()
    )
    return WalkForward(told, outcomes, tried)


Weigher = Callable[[Sequence[ReturnSeries], np.ndarray], tuple[np.ndarray | None, str]]


def _weigher(model: str, constraints: Constraints, terms: Terms, schedule: Schedule) -> Weigher:
    """From the days known and what is held now to weights, or None to keep what is held."""
    learner = ONLINE.get(model)
    told = terms if model == "black-litterman" else replace(terms, views=())

    def learned(known: Sequence[ReturnSeries], _: np.ndarray) -> tuple[np.ndarray | None, str]:
        assert learner is not None, "a learner by its name"
        columns = np.column_stack([each.values for each in known])
        if model == "exponentiated-gradient" and columns.min(initial=0.0) <= -1:
            return None, "kept: a strategy lost everything, of which the rule knows nothing"
        return learner(columns)[-1], ""

    def solved(known: Sequence[ReturnSeries], held: np.ndarray) -> tuple[np.ndarray | None, str]:
        names = [each.name for each in known]
        invested = bool(held.sum() > 0)
        costs = dict.fromkeys(names, schedule.cost) if schedule.cost else {}
        now = replace(
            constraints,
            current=dict(zip(names, map(float, held), strict=True)),
            turnover=constraints.turnover if invested else None,
            costs=costs,
            horizon=schedule.step,
        )
        found = allocate(known, model, now, told)
        if not found.weights:
            return None, f"kept: {found.fallback}"
        return np.asarray([weight for _, weight in found.weights]), found.fallback

    def divided(known: Sequence[ReturnSeries], _: np.ndarray) -> tuple[np.ndarray | None, str]:
        return np.full(len(known), 1 / len(known)), ""

    if model == EQUAL:
        return divided
    return solved if learner is None else learned


def _walk(
    series: Sequence[ReturnSeries], weigh: Weigher, schedule: Schedule
) -> tuple[tuple[float, ...], tuple[Rebalanced, ...]]:
    """The net returns from the first day held, and each rebalancing."""
    every = np.column_stack([each.values for each in series])
    days, names = series[0].days, [each.name for each in series]
    begin = schedule.first + schedule.purge + schedule.embargo
    held, made, net = np.zeros(len(names)), [], []
    for day in range(begin, len(days)):
        paid = 0.0
        if (day - begin) % schedule.step == 0:
            end = day - schedule.purge - schedule.embargo
            start = 0 if schedule.window is None else max(0, end - schedule.window)
            known = [
                ReturnSeries(each.name, each.days[start:end], each.values[start:end])
                for each in series
            ]
            found, note = weigh(known, held)
            wanted = held if found is None else found
            turnover = float(np.abs(wanted - held).sum())
            paid = schedule.cost * turnover
            pairs = tuple(zip(names, map(float, wanted), strict=True))
            cash = left_over(float(wanted.sum()))
            made.append(Rebalanced(days[day], days[end - 1], pairs, cash, turnover, note))
            held = wanted
        earned = float(every[day] @ held) + schedule.rate * (1 - float(held.sum()))
        net.append((1 - paid) * (1 + earned) - 1)
        # what is held drifts apart by what each strategy earned; nothing is left of a total loss
        held = held * (1 + every[day]) / (1 + earned) if earned > -1 else np.zeros(len(names))
    return tuple(net), tuple(made)


def _measures(
    nets: Mapping[str, ReturnSeries],
    model: str,
    made: Sequence[Rebalanced],
    schedule: Schedule,
    tried: int,
) -> tuple[Measure, ...]:
    """Growth, ratio, deflated ratio, drawdown, turnover, and what it earned beside equal weight."""
    own, sample = nets[model], len(nets[model].values)
    years = sample / PERIODS_PER_YEAR
    # the purchase at the beginning is no turnover: whoever invests has it
    traded = sum(one.turnover for one in made[1:])
    wanted = {"total_return", "cagr", "max_drawdown", "volatility", "sharpe", "sharpe_deflated"}
    plain = (
        *growth_measures(own),
        *ratio_measures(own, PERIODS_PER_YEAR, schedule.rate),
        *significance_measures(
            own, PERIODS_PER_YEAR, schedule.rate, _trials(list(nets.values()), tried)
        ),
    )
    every = with_errors(plain, own, (), PERIODS_PER_YEAR, schedule.rate)
    return (
        *(measure for measure in every if measure.name in wanted),
        Measure(
            "turnover_of_a_year",
            traded / years,
            "fraction",
            "Σ|w − w₀| of all rebalancings after the first, over the years",
            len(made),
            (("rebalancings", str(len(made))),),
        ),
        _beside_equal(own, nets[EQUAL]),
    )


def _trials(series: list[ReturnSeries], tried: int) -> list[ReturnSeries]:
    """The series seen here, and as many more of no known ratio as were tried before.

    Of those only the number counts: a series that does not vary adds to it alone.
    """
    return series + [ReturnSeries("earlier", (), ())] * (tried - len(series))


def _beside_equal(own: ReturnSeries, equal: ReturnSeries) -> Measure:
    """The mean of what it earned more than equal weight in a day, with its standard error."""
    apart = np.asarray(own.values) - np.asarray(equal.values)
    sample = len(apart)
    reason = ""
    if own.name == EQUAL:
        reason = "it is equal weight"
    elif sample < DAYS_NEEDED:
        reason = f"{sample} of at least {DAYS_NEEDED} days"
    return Measure(
        "excess_over_equal",
        None if reason else float(apart.mean()),
        "fraction",
        "mean of a day's return less that of equal weight on the same day",
        sample,
        error=None
        if reason or not varies(tuple(apart))
        else float(apart.std(ddof=1) / np.sqrt(sample)),
        reason=reason,
    )
