"""Rows of the views → their shapes on the wire, as the OpenAPI document states them.

Every quantity, price and amount of money is a text: a number of JSON is a float to most readers.
The shapes describe; a test holds every answer against them.
"""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

#: What a route says of its answers in the OpenAPI document.
Answers = dict[int | str, dict[str, Any]]

_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
Decimal = Annotated[str, Field(pattern=_DECIMAL, description="An exact decimal, as text.")]
Whole = Annotated[str, Field(pattern=r"^-?[0-9]+$", description="Base units, exact, as text.")]
Money = Annotated[
    str, Field(pattern=_DECIMAL, description="Exact money in the base currency, as text.")
]
Figure = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?$",
        description="A measured figure with at most twelve significant digits, as text.",
    ),
]
Time = Annotated[
    str, Field(description="ISO 8601, UTC.", json_schema_extra={"format": "date-time"})
]
Day = Annotated[str, Field(description="ISO 8601.", json_schema_extra={"format": "date"})]


class Shape(BaseModel):
    """A shape has the fields that it names, and no other."""

    model_config = ConfigDict(extra="forbid")


class PageOut(Shape, Generic[Item]):
    """A part of a list; `next_cursor` asks for the next one, of the same books."""

    items: list[Item]
    has_more: bool
    next_cursor: str | None


class FundOut(Shape):
    """The fund of the key, and where its books stand."""

    name: str
    base_currency: str
    regime: str
    method: str
    scope: str
    valuation_time: str
    as_of: Time
    entries: int
    problems: int
    digest: str = Field(description="SHA-256 of the journal as it is in force.")


class WalletOut(Shape):
    """A place of custody."""

    id: str
    network: str
    address: str
    label: str
    strategy: str | None


class LegOut(Shape):
    """An asset moved; `quantity` in whole units, `raw` in base units, negative when it left."""

    wallet: str
    asset: str
    quantity: Decimal
    raw: Whole
    role: str
    counterparty: str | None


class EventFeeOut(Shape):
    """What the network or venue took."""

    wallet: str
    asset: str
    quantity: Decimal
    raw: Whole


class EventOut(Shape):
    """What happened, in the words of design and journal."""

    id: str
    txid: str
    time: Time
    network: str
    kind: str
    protocol: str | None
    strategy: str | None
    group: str | None
    legs: list[LegOut]
    fee: EventFeeOut | None
    note: str


class PostingOut(Shape):
    """A posting of an entry."""

    account: str
    wallet: str | None
    asset: str
    quantity: Decimal
    raw: Whole
    role: str
    value: Money | None


class EntryOut(Shape):
    """An entry of the journal with its evidence."""

    id: str
    kind: str
    time: Time
    network: str
    txid: str
    protocol: str | None
    strategy: str | None
    group: str | None
    note: str
    hash: str
    evidence: list[str]
    postings: list[PostingOut]


class SourceOut(Shape):
    """Where an entry comes from: a transaction, a row of a file, or a manual journal."""

    id: str
    kind: str
    network: str | None = None
    txid: str | None = None
    venue: str | None = None
    layout: str | None = None
    file: str | None = None
    line: int | None = None
    cells: dict[str, str] | None = None
    maker: str | None = None
    proposed_at: Time | None = None
    reason: str | None = None
    checker: str | None = None
    decided_at: Time | None = None


class TracedEntryOut(EntryOut):
    """An entry with its sources."""

    sources: list[SourceOut]


class TraceOut(Shape):
    """What an id rests on."""

    id: str
    entries: list[TracedEntryOut]


class ManualJournalOut(Shape):
    """A manual journal: who proposed it and why, who decided, and where it stands."""

    id: str
    state: str = Field(description="pending, approved, rejected or reversed.")
    maker: str
    proposed_at: Time
    reason: str
    reverses: str | None = Field(description="The manual journal that this one takes back.")
    reversed_by: str | None
    checker: str | None
    decided_at: Time | None
    answer: str | None = Field(description="The reason of the decision.")


class WholeManualJournalOut(ManualJournalOut):
    """The same with its text."""

    text: str


class BalanceOut(Shape):
    """What an account holds of an asset."""

    account: str
    wallet: str | None
    network: str | None
    asset: str
    symbol: str
    quantity: Decimal
    raw: Whole


class TrialBalanceOut(Shape):
    """Debits and credits of an asset; the difference is zero."""

    asset: str
    symbol: str
    debit: Decimal
    credit: Decimal
    difference: Whole


class PositionOut(Shape):
    """A position with the quote that valued it; without a quote it has no value."""

    wallet: str
    asset: str
    symbol: str
    quantity: Decimal
    raw: Whole
    liability: bool
    price: Decimal | None
    price_source: str | None
    price_time: Time | None
    value: Money | None
    cost: Money | None
    unrealised: Money | None


class AmountOut(Shape):
    """Units of an asset."""

    asset: str
    symbol: str
    quantity: Decimal
    raw: Whole


class PooledOut(Shape):
    """A position of liquidity against holding; what was not read since it moved is null."""

    asset: str
    wallet: str
    liquidity: Whole
    deposited: list[AmountOut] | None
    amounts: list[AmountOut] | None
    accrued: list[AmountOut] | None
    held_value: Money | None
    value: Money | None
    fees_value: Money | None
    impermanent_loss: Money | None = Field(
        description="Value less what holding would be worth: below zero it is a loss."
    )
    against_holding: Money | None = Field(description="The same with fees not paid out yet.")
    time: Time | None
    block: int | None
    source: str | None
    evidence: str | None


class LotOut(Shape):
    """An open lot with its exact total cost."""

    id: str
    asset: str
    symbol: str
    wallet: str | None
    acquired: Time
    quantity: Decimal
    raw: Whole
    cost: Money | None
    strategy: str | None
    entry: str


class DisposalOut(Shape):
    """Units of one lot given up."""

    id: str
    entry: str
    kind: str
    asset: str
    symbol: str
    wallet: str | None
    quantity: Decimal
    raw: Whole
    lot: str | None
    acquired: Time | None
    disposed: Time
    proceeds: Money | None
    cost: Money | None
    gain: Money | None
    strategy: str | None


class NavOut(Shape):
    """Net asset value at a valuation time."""

    time: Time
    currency: str
    nav: Money
    flows: Money
    growth: Decimal | None
    unpriced: int


class PeriodEventOut(Shape):
    """A month was closed or reopened; `checkpoint` is the SHA-256 of what a close sealed."""

    kind: str
    time: Time
    by: str
    approved_by: str | None
    reason: str
    checkpoint: str | None


class PeriodOut(Shape):
    """A month that was ever closed; hashes are those of its last close."""

    month: str
    status: str = Field(description="`closed`, or `open` where it was reopened.")
    closed_by: str
    closed_at: Time
    digest: str = Field(description="SHA-256 of the entries in force in the month.")
    trial_balance: str = Field(description="SHA-256 of all balances at its end.")
    checkpoint: str = Field(description="SHA-256 of the checkpoint.")
    head: str = Field(description="The link that the journal ended with.")
    trace: list[PeriodEventOut]


class ClosedOut(Shape):
    """The months that a request closed, in order."""

    closed: list[str]


class ResultOut(Shape):
    """Profit and loss of a strategy, each cost on its own."""

    strategy: str
    realised: Money
    income: Money
    unrealised: Money
    gas: Money
    tips: Money
    failed: Money
    fees: Money
    net: Money
    trades: int
    wins: int
    unknown: int


class ProblemOut(Shape):
    """A fault in the data, with its place."""

    code: str
    message: str
    source: str
    file: str | None
    line: int | None
