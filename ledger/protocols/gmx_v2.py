"""GMX's second version: a view in; orders opened, filled and cancelled, positions, claims out.

Source: gmx-io/gmx-synthetics, EventEmitter.sol and EventUtils.sol (the form of all logs),
OrderEventUtils.sol, DepositEventUtils.sol, WithdrawalEventUtils.sol, ShiftEventUtils.sol,
GlvDepositEventUtils.sol, GlvWithdrawalEventUtils.sol, PositionEventUtils.sol, MarketUtils.sol and
GasUtils.sol (names and items of each); gmx-io/gmx-interface, contracts.ts.

Everything is asked for in one transaction and done by a keeper in another, also deposits into
markets: what left waits in escrow. The keeper is paid when it is asked; what it did not use comes
back later and is taken off that cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from ledger.model.activity import Log
from ledger.model.asset import erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, address_in, event, split, with_role

NAME: Final = "gmx_v2"
RANK: Final = 0

_ITEMS: Final = ("address", "uint256", "int256", "bool", "bytes32", "bytes", "string")
#: EventUtils.EventLogData: for each type items of (key, value) and of (key, values).
EVENT_DATA: Final = f"({','.join(f'((string,{each})[],(string,{each}[])[])' for each in _ITEMS)})"
#: EventLog1(address msgSender, string eventName, string eventNameHash, bytes32 topic1,
#: EventLogData eventData) and EventLog2 with a bytes32 topic2; all but msgSender, eventName and
#: eventData indexed, of the name its hash.
EVENT_LOG_1: Final = "0x137a44067c8961cd7e1d876f4754a5a3a75989b4552f1843fc69c3b372def160"
EVENT_LOG_2: Final = "0x468a25a7ba624ceea6e540ad6f49171b52495b648417ae91bca21676d8a24dc5"
#: network → who emits them (gmx-io/gmx-interface, contracts.ts, EventEmitter); what others log in
#: the same form is not GMX's word.
EMITTERS: Final = {
    "eip155:42161": "0xc8ee91a54287db53897056e12d9819156d3822fb",
    "eip155:43114": "0xdb17b211c34240b014ab6d61d4a31fa0c0e20c26",
    "eip155:3637": "0xaf2e131d483cede068e21a9228ad91e623a989c2",
    "eip155:4326": "0xaf2e131d483cede068e21a9228ad91e623a989c2",
}

#: name of a log with (key, account) → what was asked for, done or given up
ASKED: Final = {
    f"{what}{done}": kind
    for what in ("Order", "Deposit", "Withdrawal", "Shift", "GlvDeposit", "GlvWithdrawal")
    for done, kind in (
        ("Created", "order_open"),
        ("Executed", "order_fill"),
        ("Cancelled", "order_cancel"),
    )
}
#: names of logs with (account): what positions did, and what was claimed from markets
POSITIONS: Final = ("PositionIncrease", "PositionDecrease")
CLAIMS: Final = ("FundingFeesClaimed", "CollateralClaimed", "AffiliateRewardClaimed")
#: name of the log with (receiver) of what a keeper did not use
REFUND: Final = "ExecutionFeeRefund"

#: Order.OrderType: market, limit and stop-loss decreases, liquidations.
_DECREASES: Final = frozenset({4, 5, 6, 7})

_NAMES: Final = {
    "0x" + keccak(text=name).hex(): name for name in (*ASKED, *POSITIONS, *CLAIMS, REFUND)
}

VOUCHED: Final = frozenset(EMITTERS.values())

SIGNS: Final = frozenset({EVENT_LOG_1, EVENT_LOG_2})


@dataclass(frozen=True, slots=True)
class _Told:
    """A log of the emitter, read: its name, whom it is about, addresses and numbers in it."""

    name: str
    account: str
    addresses: Mapping[str, str]
    numbers: Mapping[str, int]


def recognise(view: ActivityView) -> Recognised | None:
    """What owned accounts asked for, what was done for them, and what they claimed."""
    emitter = EMITTERS.get(view.activity.network)
    logs = [
        told
        for log in view.activity.logs
        if log.address == emitter
        if log.topics[:1] and log.topics[0] in SIGNS and (told := _read(log)) is not None
        if told.account in view.owned
    ]
    events: tuple[Event, ...] = ()
    for told in logs:
        rest = view.without(events)
        events += _claimed(rest, told) if told.name in CLAIMS else ()
    asked = [told for told in logs if ASKED.get(told.name) == "order_open"]
    events += _asked(view.without(events), asked) if asked else ()
    events += _done(view.without(events), logs)
    return Recognised(events) if events else None


def _read(log: Log) -> _Told | None:
    """A log that means something here, or None; hostile data reads as nothing said."""
    name = _NAMES.get(log.topics[1]) if len(log.topics) > 1 else None
    place = 3 if log.topics[0] == EVENT_LOG_2 else 2
    if name is None or len(log.topics) <= place:
        return None
    try:
        _, _, data = decode(["address", "string", EVENT_DATA], bytes.fromhex(log.data[2:]))
    except (DecodingError, OverflowError, ValueError):
        return None
    numbers = {key: value for items, _ in data[1:3] for key, value in items}
    return _Told(name, address_in(log.topics, place), dict(data[0][0]), numbers)


# ---- what was asked for ----------------------------------------------------------------------


def _asked(view: ActivityView, requests: list[_Told]) -> tuple[Event, ...]:
    """The tokens that left for requests, and what keepers shall get of the coin beside them."""
    keeper = sum(told.numbers.get("executionFee", 0) for told in requests)
    legs: tuple[Leg, ...] = ()
    coins = 0
    for token, amount in (pair for told in requests for pair in _given(told)):
        rest = _less(view, legs)
        asset = erc20(view.activity.network, token)
        found = exact(rest, -amount, asset=asset)
        legs += found
        coins += 0 if found else amount
    paid = [
        leg
        for leg in _less(view, legs).legs
        if leg.asset == native(view.activity.network)
        and leg.quantity < 0
        and leg.counterparty == view.called
    ]
    whole = exact(replace(view, legs=tuple(paid)), -(coins + keeper))
    if whole and keeper:
        legs += split(whole[0], -keeper, "fee")
    elif sum(leg.quantity for leg in paid) == -(coins + keeper):
        fees = [leg for leg in paid if leg.quantity == -keeper][:1]
        legs += tuple(with_role(leg, "fee") if leg in fees else leg for leg in paid)
    return (event(view, "order_open", legs, NAME),) if legs else ()


def _given(told: _Told) -> tuple[tuple[str, int], ...]:
    """Tokens and amounts that a request says were given for it; a smaller position takes none."""
    if told.name == "OrderCreated" and told.numbers.get("orderType") in _DECREASES:
        return ()
    pairs = (
        ("initialCollateralToken", "initialCollateralDeltaAmount"),
        ("initialLongToken", "initialLongTokenAmount"),
        ("initialShortToken", "initialShortTokenAmount"),
        ("market", "marketTokenAmount"),
        ("fromMarket", "marketTokenAmount"),
        ("glv", "glvTokenAmount"),
    )
    return tuple(
        (told.addresses[token].lower(), told.numbers[amount])
        for token, amount in pairs
        if token in told.addresses and told.numbers.get(amount)
    )


# ---- what was done -----------------------------------------------------------------------------


def _done(view: ActivityView, logs: list[_Told]) -> tuple[Event, ...]:
    """What keepers paid out to an account, less what they gave back of their fee."""
    events: tuple[Event, ...] = ()
    for account in dict.fromkeys(told.account for told in logs):
        about = [told for told in logs if told.account == account]
        kind = _kind(about)
        came = [
            leg
            for leg in view.without(events).legs
            if leg.quantity > 0 and leg.wallet.endswith(f":{account}")
        ]
        back = _refund(view, about, came)
        paid = [leg for leg in came if leg not in back]
        fees = [with_role(leg, "fee") for leg in back]
        if kind and paid:
            events += (event(view, kind, [*paid, *fees], NAME),)
        elif fees:
            events += (event(view, "service_fee", back, NAME),)
    return events


def _kind(about: list[_Told]) -> str:
    """What the logs about one account amount to: of an order, what the position did."""
    kinds = [kind for told in about if (kind := ASKED.get(told.name, "")) not in {"", "order_open"}]
    changed = [told for told in about if told.name in POSITIONS]
    if not changed:
        return kinds[0] if kinds else ""
    last = changed[-1]
    if last.name == "PositionIncrease":
        return "perp_change"
    return "perp_close" if last.numbers.get("sizeInUsd") == 0 else "perp_change"


def _refund(view: ActivityView, about: list[_Told], came: list[Leg]) -> list[Leg]:
    """The coin that came back of what keepers were paid."""
    coin = native(view.activity.network)
    sizes = [told.numbers.get("refundFeeAmount", 0) for told in about if told.name == REFUND]
    back: list[Leg] = []
    for size in sizes:
        fit = (leg for leg in reversed(came) if leg.asset == coin and leg.quantity == size)
        back += [leg for leg in [next((leg for leg in fit if leg not in back), None)] if leg]
    return back


def _claimed(view: ActivityView, told: _Told) -> tuple[Event, ...]:
    """Funding, price impact and rewards of referrals that a market paid to who claimed them."""
    token = told.addresses.get("token", "").lower()
    amount = told.numbers.get("amount", 0)
    came = exact(view, amount, asset=erc20(view.activity.network, token)) if amount else ()
    return (event(view, "reward", came, NAME),) if came else ()


def _less(view: ActivityView, taken: tuple[Leg, ...]) -> ActivityView:
    return replace(view, legs=tuple(leg for leg in view.legs if leg not in taken))
