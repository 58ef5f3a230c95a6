"""A fund's settings, NAV points and trades → its scorecard as rows; and targets that are set."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final

from api.desk import Desk
from api.heartbeat import PATIENCE
from api.risk_views import figure_text
from api.settings import HEARTBEAT_SECONDS_MAX
from ledger.model.errors import BadInput
from ledger.model.position import NavPoint, Trade
from risk.scorecard import TARGETS, Month, Score, scorecard
from risk.uptime import Uptime, uptime

Row = dict[str, Any]

#: After so long no beat can come any more that says what was before, whatever the pace.
SETTLED: Final = timedelta(seconds=PATIENCE * HEARTBEAT_SECONDS_MAX)

#: How the settings of a fund begin that are targets.
SETTING: Final = "target."


def targets_of(desk: Desk, until: datetime | None = None) -> dict[str, float]:
    """The targets that the fund had set by a time, by now without one; the others are the desk's.

    What was set later is not told, as with all that is said.
    """
    known = desk.store.settings.all(desk.fund.name, until)
    named = {name: known.get(f"{SETTING}{name}") for name in TARGETS}
    return {name: float(text) for name, text in named.items() if text is not None}


def running(desk: Desk, moment: datetime) -> Uptime | None:
    """How long the service ran for the fund, up to where that is settled at a moment.

    A beat that comes in time says that the service ran since the one before it: what it will say
    of the last minutes is not known yet, and must not be told otherwise later.
    """
    return uptime(desk.store.runs.all(desk.fund.name), moment - SETTLED)


def set_target(desk: Desk, name: str, text: str) -> Row:
    """Set a target of the fund, and say it. Raises BadInput for a name or number that is none."""
    if name not in TARGETS:
        raise BadInput(f"no target is called {name[:60]!r}; targets: {', '.join(TARGETS)}")
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not isfinite(value) or value <= 0:
        raise BadInput("a target is a number above zero")
    said = f"{value:.12g}"
    desk.store.settings.set(desk.fund.name, f"{SETTING}{name}", said)
    return {"name": name, "value": said}


def scorecard_row(
    points: Sequence[NavPoint],
    trades: Sequence[Trade],
    targets: Mapping[str, float],
    running: Uptime | None,
) -> Row:
    """Each target with its figure, and the months."""
    found = scorecard(points, trades, targets, running)
    by_name = {score.name: score for score in found.scores}
    reached, months = found.reached(by_name["monthly_return"].target)
    return {
        "scores": [_score_row(score) for score in found.scores],
        "months_reached": reached,
        "months_known": months,
        "months": [_month_row(month) for month in found.months],
    }


def _score_row(score: Score) -> Row:
    return {
        "name": score.name,
        "target": figure_text(score.target),
        "figure": figure_text(score.figure),
        "unit": score.unit,
        "met": score.met,
        "definition": score.definition,
        "sample": score.sample,
        "error": figure_text(score.error),
        "reason": score.reason,
    }


def _month_row(month: Month) -> Row:
    return {
        "month": month.month,
        "value": figure_text(month.value),
        "days": month.days,
        "reason": month.reason,
    }
