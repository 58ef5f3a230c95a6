"""A request → the own capital of the fund's strategies, and what there is to weigh and divide."""

from typing import Annotated, Final

from fastapi import Depends, Query

from api import allocating, own_capital
from api.allocating import Known
from api.own_capital import USUAL, Capital, Rule
from api.routes.asked import Reading
from api.routes.nav import points
from risk.own_capital import LEAST_SHARE

_NUMBER: Final = {"allow_inf_nan": False}


def _rule(
    least_capital: Annotated[
        float,
        Query(ge=0, le=0.5, description="Least share of the fund that is own capital.", **_NUMBER),
    ] = LEAST_SHARE,
    leave: Annotated[
        list[str] | None,
        Query(max_length=100, description="A strategy to be left alone; repeatable."),
    ] = None,
) -> Rule:
    """What own capital is enough, and which strategies are left alone."""
    return allocating.rule_of(least_capital, leave or ())


RuleOf = Annotated[Rule, Depends(_rule)]


def capital_by(reading: Reading, rule: Rule = USUAL) -> Capital:
    """What each strategy has of its own at the time asked for. Raises BadInput."""
    parts = reading.derived(
        "parts of strategies", lambda: own_capital.parts_of(reading.books, points(reading))
    )
    return own_capital.capital_of(reading.books, points(reading), parts, rule)


def known_by(reading: Reading, rule: Rule) -> Known:
    """What there is to weigh and to divide, computed once for a rule. Raises BadInput."""
    return reading.derived(
        "allocated",
        lambda: allocating.known_of(reading.books, capital_by(reading, rule)),
        rule,
    )
