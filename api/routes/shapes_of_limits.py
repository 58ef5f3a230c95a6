"""Rows of limits and breaches → their shapes on the wire."""

from pydantic import Field

from api.routes.shapes import Decimal, Figure, Shape, Time


class LimitOut(Shape):
    """A limit as it was declared."""

    name: str
    measure: str
    strategy: str | None
    bound: str = Field(description="`most` or `least`.")
    level: Decimal
    ends_at: Decimal = Field(description="Where a breach ends again.")
    hysteresis: Decimal
    parameters: dict[str, str]
    by: str
    reason: str
    declared_at: Time | None


class CheckedOut(LimitOut):
    """The same with its figure, null with the reason where it is not known."""

    figure: Figure | None
    used: Figure | None = Field(description="The part of the limit that is used.")
    state: str = Field(description="kept, unknown, open, acknowledged or waived.")
    breach: int | None
    unknown: str
    basis: str | None = Field(
        description="What returns are on: `fund`, `own capital` or `closed trades`; null else."
    )


class LimitsOut(Shape):
    """The limits in force, and the numbers of the breaches that are to be looked at."""

    limits: list[CheckedOut]
    to_look_at: list[int]


class BreachEventOut(Shape):
    """Something that was seen or said of a breach."""

    kind: str
    figure: str
    at: Time
    by: str | None
    reason: str | None
    time: Time | None


class BreachOut(Shape):
    """A breach; `figure` is the one that opened it, `at` the time of the books."""

    n: int
    limit: str
    state: str = Field(description="open, acknowledged, waived or ended.")
    figure: str
    at: Time
    events: list[BreachEventOut]


class ToldDataOut(Shape):
    """What was said of a breach: `at` is the time of the books, `by` empty where a check found it.

    The figure is empty where a limit was withdrawn.
    """

    limit: str
    breach: int
    figure: str
    at: Time
    by: str
    reason: str


class ToldOut(Shape):
    """Something for the outside, as Standard Webhooks has a body."""

    n: int = Field(description="Its number in the fund, which only grows.")
    type: str = Field(description="limit.breached, limit.acknowledged, limit.waived, limit.ended.")
    timestamp: Time
    data: ToldDataOut
