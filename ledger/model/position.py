"""What is held at a moment, what it is worth, and how the net asset value went."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.fund import WalletId


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one whole unit of an asset in a currency, as a source stated it at a time."""

    asset: AssetId
    time: datetime
    price: Decimal
    currency: str
    source: str


@dataclass(frozen=True, slots=True)
class Position:
    """A holding at a moment: base units in one wallet; a liability's quantity is what is owed."""

    wallet: WalletId
    asset: AssetId
    quantity: int
    liability: bool = False
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A position valued: `value` in 10⁻¹⁸ of the base currency, negative for a liability, None
    without a quote.
    """

    position: Position
    quote: Quote | None
    value: int | None


@dataclass(frozen=True, slots=True)
class NavPoint:
    """Net asset value at a valuation time, and what investors moved since the one before.

    Money in 10⁻¹⁸ of `currency`. `flows` is contributions less redemptions in (previous point, this
    one]. `growth` is the time-weighted factor of the interval (1 = unchanged) on `invested`, None
    where nothing was invested or a price is missing. `unpriced` counts assets without a quote.
    """

    time: datetime
    currency: str
    value: int
    flows: int = 0
    growth: Decimal | None = None
    unpriced: int = 0
    invested: int = 0


@dataclass(frozen=True, slots=True)
class StrategyResult:
    """Profit and loss of one strategy over an interval, in 10⁻¹⁸ of the base currency.

    net = realised + income + unrealised − gas − tips − failed − fees. Every cost is positive.
    """

    strategy: str
    realised: int
    income: int
    unrealised: int
    gas: int
    tips: int
    failed: int
    fees: int
    trades: int
    wins: int
    unknown: int = 0

    @property
    def net(self) -> int:
        """What is left of the strategy's result after every cost."""
        costs = self.gas + self.tips + self.failed + self.fees
        return self.realised + self.income + self.unrealised - costs


@dataclass(frozen=True, slots=True)
class Trade:
    """A closed strategy trade: an entry, or the entries of one group, with a realised result.

    `result` is net of gas, tips and failures; `stake` is what was put at risk (cost of the units
    given,
    or the gas of a failed attempt); both in 10⁻¹⁸ of the base currency.
    """

    id: str
    strategy: str
    opened: datetime
    closed: datetime
    result: int
    stake: int
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """The ledger and the outside disagree about a balance, in base units."""

    wallet: WalletId
    asset: AssetId
    ledger: int
    observed: int
    block: int | None
    source: str

    @property
    def difference(self) -> int:
        """Observed less ledger."""
        return self.observed - self.ledger


#: The source of a balance that a transaction's own evidence shows, of the block before it.
TOUCHED: Final = "evidence"


@dataclass(frozen=True, slots=True)
class Pooled:
    """What a position of liquidity was seen to hold, in base units of the pool's two assets.

    `amounts` is what all of its liquidity would give back, `due` what could be collected: fees, and
    what was taken out before and waits.
    """

    assets: tuple[AssetId, AssetId]
    amounts: tuple[int, int]
    due: tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """A balance seen outside the ledger: base units in a wallet at a time, and at which block.

    `evidence` is the answer that says so; empty where a statement's own row does. `pooled` is there
    for a position of liquidity, whose quantity is its units of liquidity; `closing` for one on
    margin, whose quantity is its collateral: what it would pay out if it were closed.
    """

    wallet: WalletId
    asset: AssetId
    time: datetime
    quantity: int
    block: int | None = None
    source: str = ""
    evidence: str = ""
    pooled: Pooled | None = field(default=None, compare=False)
    closing: tuple[tuple[AssetId, int], ...] | None = field(default=None, compare=False)
