"""What is held today, at the prices of past days → what each asset adds to the tail of all.

A historical simulation: the holdings of today over the days that were. It says what is at risk now,
where the fund's own returns say what was at risk under the holdings of each day.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from risk.contribution import METHODS, contributions
from risk.model import Contributions, Holding, RiskReport
from risk.returns import from_holdings


def with_holdings(
    report: RiskReport, holdings: Sequence[Holding], days: Sequence[date], levels: Sequence[float]
) -> RiskReport:
    """The report with what each holding adds, by every method; nothing where nothing is held.

    What is left out for want of a price stands in the definition.
    """
    return replace(report, holdings=of_holdings(holdings, days, levels))


def of_holdings(
    holdings: Sequence[Holding], days: Sequence[date], levels: Sequence[float]
) -> tuple[Contributions, ...]:
    """Component, marginal and incremental figures of each holding."""
    series, weights, left = from_holdings(holdings, days)
    if not series:
        return ()
    columns = np.asarray([each.values for each in series], dtype=np.float64).T
    names = [each.name for each in series]
    more = f"; without a price on every day, and so left out: {', '.join(left)}" if left else ""
    found = [
        contributions(names, columns, level, method, weights, errors=True)
        for level in levels
        for method in METHODS
    ]
    return tuple(replace(each, definition=each.definition + more) for each in found)
