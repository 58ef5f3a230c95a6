"""Why a measure has no standard error: by what it is, or by what the sample lacks."""

import pytest

from risk.model import Measure
from risk.unsure import ALONE, BANDED, EARNED, FLAT, STATE, UNBOUNDED, why_no_error


def measure(name, value=1.0, **said):
    return Measure(name, value, "ratio", "defined", said.pop("sample", 100), **said)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("total_return", EARNED),
        ("delta", STATE),
        ("chance_of_falling", BANDED),
        ("var_aged_99", UNBOUNDED),
        ("var_with_exit_95", UNBOUNDED),
        ("sharpe", FLAT),
    ],
)
def test_what_has_none_says_why(name, reason):
    assert why_no_error(measure(name)) == reason


def test_what_has_one_or_no_value_says_nothing():
    assert why_no_error(measure("total_return", error=0.1)) == ""
    assert why_no_error(measure("total_return", None, reason="no returns")) == ""


def test_one_observation_alone_is_said_to_be_one():
    assert why_no_error(measure("gas", sample=1)) == ALONE


def test_a_name_that_nobody_thought_of_has_no_reason():
    assert why_no_error(measure("luck")) == ""
