"""Rows of exposure → their shapes on the wire."""

from pydantic import Field

from api.routes.shapes import Figure, Money, Shape, Time


class GroupOut(Shape):
    """The positions of one name; `none` has no such property, of `unknown` it is not known."""

    name: str
    label: str
    long: Money
    short: Money
    gross: Money
    net: Money
    share: Figure | None = Field(description="Net over net asset value.")
    weight: Figure = Field(description="Gross over the gross of the fund.")


class DimensionOut(Shape):
    """The fund by one property of its positions."""

    name: str
    hhi: Figure | None = Field(description="The sum of the squared weights.")
    effective: Figure | None = Field(description="Its inverse: so many equal groups.")
    groups: list[GroupOut]


class ExposedOut(Shape):
    """A position, or one of the assets `inside` it, with every group that it is in."""

    wallet: str
    asset: str
    symbol: str
    inside: str | None
    value: Money
    family: str
    coin: str
    issuer: str
    chain: str
    protocol: str
    venue: str
    bridge: str
    custodian: str
    strategy: str
    basis: str = Field(description="table, statement, underlying, symbol or unknown.")


class UnpricedOut(Shape):
    """A position without a value: it stands in no sum."""

    wallet: str
    asset: str
    symbol: str
    reason: str


class ExposureOut(Shape):
    """What the fund is exposed to at a time, in its base currency."""

    time: Time
    currency: str
    gross: Money
    net: Money
    leverage: Figure | None
    dimensions: list[DimensionOut]
    positions: list[ExposedOut]
    unpriced: list[UnpricedOut]
