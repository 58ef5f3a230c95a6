"""A measure without a standard error → why it has none.

What was earned, counted or seen is no estimate; what follows from a state and prices, or from what
was asked, neither; a band stands among the parameters. An estimate may have no error where the
sample does not bound it. A name that stands in no line here has no reason, and a test finds it.
"""

from typing import Final

from risk.model import Measure

EARNED: Final = "it is what was earned, and no estimate"
COUNTED: Final = "it is a count of what was, and no estimate"
SEEN: Final = "it is the worst that was, and no estimate of another"
STATE: Final = "it follows from a state and prices, and nothing is estimated"
ASKED: Final = "it follows from what is asked, and nothing is estimated"
BANDED: Final = "its band stands among the parameters: 5th and 95th percentile"
SUMMED: Final = "it is a sum: each part has an error of its own"
OF_OTHERS: Final = "it is as unsure as the benefit and the gas that it follows from"
NO_HEAVIER: Final = (
    "its tail has no variance, fewer than ten days lie in it, or it is the worst day itself"
)
UNBOUNDED: Final = "the sample does not bound it: too few days lie around it"
ALONE: Final = "one observation alone has no error"
FLAT: Final = "the sample does not vary in what it rests on"

_REASONS: Final = {
    EARNED: "total_return time_weighted modified_dietz money_weighted irr",
    COUNTED: "longest_winning_streak longest_losing_streak intervals_without_return days"
    " turnover turnover_of_a_year",
    SEEN: "worst worst_day",
    STATE: "price delta gamma range_low range_high fall_to_low rise_to_high impermanent_loss"
    " exit_cost",
    ASKED: "kelly_part cost cost_of_a_period",
    BANDED: "fraction chance_of_falling chance_of_ruin",
    SUMMED: "invested",
    OF_OTHERS: "band",
    FLAT: "volatility sharpe sharpe_autocorrelated sharpe_probability sharpe_deflated"
    " track_record_needed sortino downside_deviation omega gain_to_pain cagr calmar martin"
    " ulcer_index pain_index max_drawdown skewness excess_kurtosis win_rate profit_factor payoff"
    " expectancy mean_return volatility_of_a_period gas excess_over_equal",
}
_BY_NAME: Final = {name: reason for reason, names in _REASONS.items() for name in names.split()}
#: Names that begin so are of a tail, at a confidence.
_BY_START: Final = {
    "evar_": NO_HEAVIER,
    "var_": UNBOUNDED,
    "es_": UNBOUNDED,
    "dar_": UNBOUNDED,
    "cdar_": UNBOUNDED,
}


def why_no_error(one: Measure) -> str:
    """Why a measure with a value has no standard error; empty where it has one, or no value."""
    if one.value is None or one.error is not None:
        return ""
    known = _BY_NAME.get(one.name)
    if known is not None:
        return ALONE if known == FLAT and one.sample < 2 else known
    return next((why for start, why in _BY_START.items() if one.name.startswith(start)), "")
