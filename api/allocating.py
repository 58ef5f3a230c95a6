"""Words of a command or a request, and books → constraints, terms and schedules of allocation.

Who asks by the command line and who asks by the web say the same words.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from typing import Final

from api import own_capital, strategy_holdings
from api.own_capital import Capital, Rule
from ledger.books import Books
from ledger.model.errors import BadInput
from risk.allocation import (
    MODELS,
    OBJECTIVES,
    RISK_MODELS,
    Constraints,
    Group,
    Terms,
    View,
    allocate,
    with_errors,
)
from risk.model import Allocation, Measure, ReturnSeries, Sizing
from risk.own_capital import common
from risk.walk_forward import CANDIDATES, Schedule, WalkForward, walk_forward

Memberships = Mapping[str, Mapping[str, Mapping[str, float]]]

_KINDS: Final = ("chain", "protocol")
#: What a table of strategies may say beside returns.
TABLE: Final = ("strategy", *_KINDS, "current")
#: Models that are told something, the most talkative first.
_TOLD: Final = ("black-litterman", "mean-variance", *RISK_MODELS, "kelly")
_ALONE: Final = "a part of the net asset value, by returns on the strategy's own capital"
_AIMS: Final = {"target-return", "target-volatility"}
#: Models that somebody may have tried before.
TRIED_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What bounds weights, in words: NAME=SHARE, chain:NAME=SHARE, protocol:NAME=SHARE.

    `capacities` are NAME=MONEY, of the net asset value; `turnover`, `cost` fractions.
    """

    caps: Sequence[str] = ()
    floors: Sequence[str] = ()
    capacities: Sequence[str] = ()
    turnover: float | None = None
    cost: float = 0.0
    horizon: int = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model is told, in words; views are OVER,UNDER,RETURN[,CONFIDENCE]."""

    objective: str = "min-risk"
    target: float | None = None
    aversion: float = 2.0
    rate: float = 0.0
    confidence: float = 0.95
    views: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is divided: returns, where strategies run, what they hold as weights of `nav`.

    Weights, `current` and `nav` speak of the same capital: the series are returns on it. `nav` is
    what is divided, in whole units: the net asset value less what strategies hold that are left
    alone, of which `capital` says why; with a file it is what was stated. `reason` says why there
    are no series; `ruined` names strategies left alone because they lost more than they had.
    """

    series: tuple[ReturnSeries, ...]
    members: Memberships = field(default_factory=dict)
    current: Mapping[str, float] | None = None
    nav: float | None = None
    capital: Capital | None = None
    reason: str = ""
    ruined: tuple[str, ...] = ()

    @property
    def time(self) -> datetime | None:
        """When what is divided was valued; None for a file."""
        return None if self.capital is None else self.capital.time


@dataclass(frozen=True, slots=True)
class Days:
    """When weights are made in a walk forward, in days."""

    first: int = 90
    step: int = 30
    window: int | None = None
    purge: int = 0
    embargo: int = 0


def known_of(books: Books, capital: Capital) -> Known:
    """What the books know of their strategies, and of those that can be weighed their returns."""
    found = common(capital.strategies)
    left = sum(one.value or 0.0 for one in capital.strategies if one.reason)
    divided = capital.nav - left
    current = None
    if divided > 0:
        current = {
            one.name: one.value / divided
            for one in capital.strategies
            if not one.reason and one.value is not None
        }
    members = strategy_holdings.memberships(books.entries)
    ruined = tuple(one.name for one in capital.strategies if one.ruined)
    return Known(found.series, members, current, divided, capital, found.reason, ruined)


def alone(capital: Capital) -> Known:
    """The same for who looks at one strategy at a time: each on all of its own days."""
    series = tuple(one.returns for one in capital.strategies if not one.reason)
    return Known(series, nav=capital.nav, capital=capital)


def not_sized(known: Known, method: str, figure: str) -> list[Sizing]:
    """The fund's strategies that a method does not size, each with the reason."""
    own = () if known.capital is None else known.capital.strategies
    return [
        Sizing(
            one.name,
            method,
            (Measure(figure, None, "fraction", _ALONE, len(one.returns.days), reason=reason),),
        )
        for one in own
        if (reason := one.reason or known.reason)
    ]


def rule_of(least: float | None, leave: Iterable[str]) -> Rule:
    """The rule by which capital is own capital enough. Raises BadInput."""
    usual = own_capital.USUAL.least
    share = usual if least is None else number("a least share", str(least), 0, 0.5)
    return Rule(share, tuple(sorted(set(leave))))


def refuse_rule(rule: Rule) -> None:
    """Raises BadInput where a file, which says what is weighed, is asked about own capital."""
    if rule != own_capital.USUAL:
        raise BadInput("the columns of a file are what is weighed: it knows no own capital")


def weighed(
    known: Known, model: str, bounds: Bounds, wanted: Wanted, *, errors: bool = False
) -> Allocation:
    """The weights of one model, with their standard errors if asked for. Raises BadInput."""
    constraints = constraints_of(bounds, known)
    terms = terms_of(wanted, model, [each.name for each in known.series])
    found = allocate(known.series, model_of(model), constraints, terms)
    if known.reason:
        return replace(found, fallback=known.reason)
    return with_errors(known.series, found, constraints, terms) if errors else found


def walked(
    known: Known,
    models: Sequence[str],
    days: Days,
    bounds: Bounds,
    wanted: Wanted,
    tried_before: int = 0,
) -> WalkForward:
    """Models beside equal weight, out of sample. Raises BadInput."""
    chosen = candidates_of(models)
    window = 1 if days.window is None else days.window
    if min(days.first, days.step, window) < 1 or min(days.purge, days.embargo) < 0:
        raise BadInput("days are whole and above zero; what is left out is not negative")
    if not 0 <= tried_before <= TRIED_MOST:
        raise BadInput(f"0 to {TRIED_MOST} models were tried before")
    constraints = constraints_of(bounds, known)
    # terms are of one kind of model; the others have no use for them
    asked = next((one for one in _TOLD if one in chosen), chosen[0] if chosen else "hrp")
    terms = terms_of(wanted, asked, [each.name for each in known.series])
    schedule = Schedule(
        days.first,
        days.step,
        days.window,
        days.purge,
        days.embargo,
        bounds.cost,
        wanted.rate,
    )
    reason = known.reason or _hindsight(known.ruined)
    series = () if reason else known.series
    found = walk_forward(series, chosen, schedule, constraints, terms, tried_before)
    return replace(found, reason=reason) if reason else found


def _hindsight(ruined: Sequence[str]) -> str:
    if not ruined:
        return ""
    names = ", ".join(ruined)
    return f"a walk without {names} would know of their ruin beforehand: leave them alone to see it"


def model_of(text: str) -> str:
    """The name of a model. Raises BadInput."""
    if text not in MODELS:
        raise BadInput(f"no model is called {text[:40]!r}; models: {', '.join(MODELS)}")
    return text


def candidates_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of models that are walked forward, or of rules that learn online. Raises BadInput."""
    chosen = tuple(dict.fromkeys(texts))
    for text in chosen:
        if text not in CANDIDATES:
            raise BadInput(f"no model is called {text[:40]!r}; models: {', '.join(CANDIDATES)}")
    return chosen


def terms_of(wanted: Wanted, model: str, names: Sequence[str]) -> Terms:
    """What a model is told. Raises BadInput for what it does not know."""
    goal = wanted.objective
    if goal not in OBJECTIVES:
        raise BadInput(f"no objective is called {goal[:40]!r}; they are {', '.join(OBJECTIVES)}")
    tails = {"min-risk", "target-return"}
    if goal not in tails and model not in {"mean-variance", "black-litterman"}:
        raise BadInput(f"{model} has no objective {goal}")
    if goal == "target-return" and model not in {"mean-variance", "black-litterman", *RISK_MODELS}:
        raise BadInput(f"{model} has no objective {goal}")
    if (goal in _AIMS) != (wanted.target is not None):
        raise BadInput("a target belongs to target-return and target-volatility, and they to one")
    if wanted.target is not None and not (isfinite(wanted.target) and abs(wanted.target) < 1e6):
        raise BadInput("a target is a return or a volatility of one period, as a fraction")
    if goal == "target-volatility" and wanted.target is not None and wanted.target <= 0:
        raise BadInput("a volatility is above zero")
    if not (isfinite(wanted.aversion) and 0 < wanted.aversion <= 1e6):
        raise BadInput("an aversion is above zero")
    if not -1 < wanted.rate < 1:
        raise BadInput("a risk-free return of one period lies between -1 and 1")
    if not 0.5 < wanted.confidence < 1:
        raise BadInput("a confidence lies between 0.5 and 1")
    if wanted.views and model != "black-litterman":
        raise BadInput(f"{model} knows no views; black-litterman does")
    views = tuple(view_of(text, names) for text in wanted.views)
    return Terms(goal, wanted.target, wanted.aversion, wanted.rate, wanted.confidence, views)


def view_of(text: str, names: Sequence[str]) -> View:
    """A view of OVER,UNDER,RETURN[,CONFIDENCE]: `a+b` is half of each. Raises BadInput."""
    cells = next(csv.reader([text]), [])
    if len(cells) not in {3, 4}:
        raise BadInput(f"a view is over,under,return[,confidence], not {text[:60]!r}")
    shares: dict[str, float] = {}
    for side, sign in ((cells[0], 1.0), (cells[1], -1.0)):
        parts = [part for part in side.strip().split("+") if part]
        for part in parts:
            if part not in names:
                raise BadInput(f"a view is of {part[:40]!r}, which is no strategy here")
            shares[part] = shares.get(part, 0.0) + sign / len(parts)
    expected = number("a return", cells[2], -1, 1e6)
    confidence = number("a confidence", cells[3], 0, 1) if len(cells) == 4 else 0.5
    if not any(shares.values()) or confidence == 0:
        raise BadInput(f"a view favours something, with a confidence above 0: {text[:60]!r}")
    return View(shares, expected, confidence)


def constraints_of(bounds: Bounds, known: Known) -> Constraints:
    """The bounds over what is divided. Raises BadInput."""
    names = {each.name for each in known.series}
    plain: dict[str, dict[str, float]] = {"floor": {}, "cap": {}}
    groups: dict[tuple[str, str], dict[str, float]] = {}
    for side, words in (("floor", bounds.floors), ("cap", bounds.caps)):
        for word in words:
            name, _, text = word.rpartition("=")
            share = number(f"a {side}", text, 0, 1)
            kind, _, rest = name.partition(":")
            if kind in _KINDS and rest:
                groups.setdefault((kind, rest), {})[side] = share
            elif name in names:
                plain[side][name] = share
            else:
                raise _not_weighed(f"a {side}", name, known)
    _add_capacities(plain["cap"], bounds.capacities, known)
    cost = number("a cost", str(bounds.cost), 0, 0.5)
    if bounds.turnover is not None:
        number("a turnover", str(bounds.turnover), 0, 2)
        if known.current is None:
            raise BadInput("a turnover is from weights of now, and none are known")
    if bounds.horizon < 1:
        raise BadInput("a horizon is one period or more")
    return Constraints(
        plain["floor"],
        plain["cap"],
        tuple(_group(*key, sides, known.members) for key, sides in groups.items()),
        known.current,
        bounds.turnover,
        dict.fromkeys(names, cost) if cost else {},
        bounds.horizon,
    )


def _not_weighed(what: str, name: str, known: Known) -> BadInput:
    """That a bound is of no strategy that is weighed here, and why it is not."""
    own = () if known.capital is None else known.capital.strategies
    why = next((one.reason or known.reason for one in own if one.name == name), "")
    said = f"is not weighed: {why}" if why else "is no strategy here"
    return BadInput(f"{what} is of {name[:40]!r}, which {said}")


def _add_capacities(caps: dict[str, float], words: Sequence[str], known: Known) -> None:
    """What a strategy can carry, as a part of the net asset value, is a cap."""
    for word in words:
        name, _, text = word.rpartition("=")
        if name not in {each.name for each in known.series}:
            raise _not_weighed("a capacity", name, known)
        if not known.nav or known.nav <= 0:
            raise BadInput("a capacity is a part of a net asset value above zero")
        share = min(1.0, number("a capacity", text, 0, 1e30) / known.nav)
        caps[name] = min(caps.get(name, 1.0), share)


def _group(kind: str, name: str, sides: Mapping[str, float], members: Memberships) -> Group:
    shares = members.get(kind, {}).get(name)
    if shares is None:
        told = ", ".join(sorted(members.get(kind, {}))) or "none"
        raise BadInput(f"no strategy runs on the {kind} {name[:40]!r}; known: {told}")
    return Group(kind, name, shares, sides.get("floor", 0.0), sides.get("cap", 1.0))


def caps_of(words: Sequence[str], series: Sequence[ReturnSeries], most: float) -> dict[str, float]:
    """Caps by name of strategy from NAME=SHARE. Raises BadInput."""
    names = {one.name for one in series}
    found: dict[str, float] = {}
    for word in words:
        name, _, text = word.rpartition("=")
        if name not in names:
            raise BadInput(f"a cap is of {name[:40]!r}, which is no strategy here")
        found[name] = number("a cap", text, 0, most)
    return found


def with_table(known: Known, rows: Sequence[Mapping[str, str]], bounds: Bounds) -> Known:
    """What a table of strategies says: chain, protocol and weight of now. Raises BadInput."""
    names = [each.name for each in known.series]
    members: dict[str, dict[str, dict[str, float]]] = {kind: {} for kind in _KINDS}
    current: dict[str, float] = {}
    for row in rows:
        name = row.get("strategy", "")
        if name not in names:
            raise BadInput(f"the table names {name[:40]!r}, which is no strategy here")
        for kind in _KINDS:
            if row.get(kind):
                members[kind].setdefault(row[kind], {})[name] = 1.0
        if row.get("current"):
            current[name] = number("a weight", row["current"], 0, 1)
    held = current or (None if bounds.turnover is None else {})
    return replace(known, members=members, current=held)


def number(what: str, text: str, low: float, high: float) -> float:
    """A number from `low` to `high`, both included. Raises BadInput."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise BadInput(f"{what} lies between {low:g} and {high:g}, not {text[:40]!r}")
    return value
