"""The economic meaning of activities: an event names transfers, it can never change a quantity."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ledger.model.activity import Order
from ledger.model.amount import Money
from ledger.model.asset import AssetId
from ledger.model.filled import filled
from ledger.model.fund import WalletId

#: The closed set of what an event can be.
EVENT_KINDS: Final = frozenset(
    (
        "swap order_open order_fill order_cancel nft_trade perp_open perp_change perp_close"
        " option_buy option_write option_exercise option_expiry pool_deposit pool_withdraw"
        " pool_fees lend_deposit lend_withdraw borrow repay liquidation flash_loan vault_deposit"
        " vault_withdraw stake unstake reward wrap unwrap migrate bridge_out bridge_in"
        " bridge_move receive send own_transfer airdrop mint burn donation gas_only failed"
        " inclusion_payment service_fee approval no_effect spam contribution redemption"
    ).split()
)

#: What a leg is beside a plain movement: a debt (its token grows with what is owed), a part of the
#: trade
#: that is a cost of its own, or income that comes with it, the units of a position that no token
#: shows, or the token that only says who holds such a position.
LegRole = Literal[
    "plain",
    "debt",
    "interest",
    "reward",
    "premium",
    "penalty",
    "tip",
    "fee",
    "refund",
    "position",
    "title",
]

#: (activity id, index of the transfer): a movement that an event explains.
Claim = tuple[str, int]


@filled
@dataclass(frozen=True, slots=True)
class Leg:
    """A movement as one owned wallet sees it: positive quantities came in, negative ones left.

    `counterparty` is the address on the other side; `claim` the transfer it names (None only for a
    debt or a position that no token shows, and for interest and penalties on them: the protocol's
    log says how much).
    """

    wallet: WalletId
    asset: AssetId
    quantity: int
    counterparty: str = ""
    claim: Claim | None = None
    role: LegRole = "plain"

    def __post_init__(self) -> None:
        assert type(self.quantity) is int and self.quantity != 0, "a leg moves whole units"


@filled
@dataclass(frozen=True, slots=True)
class EventFee:
    """The network fee as the paying wallet sees it; `quantity` is positive base units that left."""

    wallet: WalletId
    asset: AssetId
    quantity: int


@filled
@dataclass(frozen=True, slots=True)
class Event:
    """What happened, in one word of EVENT_KINDS, with the legs that it explains.

    `id` is the activity's id and the event's place in it. A transaction's fee stands in exactly one
    of
    its events. `group` joins events of one trade across transactions (a sandwich, a bridge
    arbitrage).
    `value` is stated consideration (a statement's), before fees, for the legs that came in or left.
    """

    id: str
    kind: str
    time: datetime
    order: Order
    network: str
    txid: str
    activities: tuple[str, ...]
    legs: tuple[Leg, ...] = ()
    fee: EventFee | None = None
    protocol: str | None = None
    strategy: str | None = None
    value: Money | None = None
    group: str | None = None
    called: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        assert self.kind in EVENT_KINDS, f"{self.kind} is no event kind"

    def placed(self, number: int, fee: EventFee | None) -> "Event":
        """The event as the one of this number in its activity, with its id and its fee."""
        name = f"{self.id}#{number:02d}"
        return Event(
            name,
            self.kind,
            self.time,
            (*self.order[:4], name),
            self.network,
            self.txid,
            self.activities,
            self.legs,
            fee,
            self.protocol,
            self.strategy,
            self.value,
            self.group,
            self.called,
            self.note,
        )

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The transfers that this event explains."""
        return tuple([leg.claim for leg in self.legs if leg.claim is not None])


@filled
@dataclass(frozen=True, slots=True)
class Unexplained:
    """A movement of an owned wallet that no event claims: booked to Suspense, never dropped."""

    activity: str
    time: datetime
    order: Order
    leg: Leg
    reason: str = ""


@filled
@dataclass(frozen=True, slots=True)
class Classified:
    """What classify gives: events and the rest; together each owned movement once."""

    events: tuple[Event, ...]
    unexplained: tuple[Unexplained, ...] = ()
