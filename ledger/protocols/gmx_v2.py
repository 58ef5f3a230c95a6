"""GMX's second version: a view in; orders opened, filled and cancelled, positions, claims out.

Source: gmx-io/gmx-synthetics, EventEmitter.sol and EventUtils.sol (the form of all logs),
OrderEventUtils.sol, DepositEventUtils.sol, WithdrawalEventUtils.sol, ShiftEventUtils.sol,
GlvDepositEventUtils.sol, GlvWithdrawalEventUtils.sol, PositionEventUtils.sol, MarketUtils.sol and
GasUtils.sol (names and items of each); gmx-io/gmx-interface, contracts.ts.

Everything is asked for in one transaction and done by a keeper in another, also deposits into
markets: what left waits as a position of its order. The keeper is paid when it is asked; what it
did not use comes back later and is taken off that cost.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ledger.chains.evm.logs import EVENT_LOG_1, EVENT_LOG_2
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._gmx_logs import (
    ASKED,
    CLAIMS,
    EMITTERS,
    POSITIONS,
    REFUND,
    Told,
    told_by,
)
from ledger.protocols._gmx_positions import NAME, UNKNOWN, Positions
from ledger.protocols._gmx_state import open_position
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, event, split, with_role

RANK: Final = 0

#: Order.OrderType: market, limit and stop-loss decreases, liquidations.
_DECREASES: Final = frozenset({4, 5, 6, 7})

VOUCHED: Final = frozenset(EMITTERS.values())

SIGNS: Final = frozenset({EVENT_LOG_1, EVENT_LOG_2})
#: A position grows in a keeper's transaction, in which nothing of the fund's moves.
WITHOUT_LEGS: Final = SIGNS

#: What a position would give back, by the protocol's store of data.
fetch_position: Final = open_position


def recognise(view: ActivityView) -> Recognised | None:
    """What owned accounts asked for, what was done for them, and what they claimed."""
    logs = told_by(view)
    positions = Positions(view, logs)
    logs = [told for told in logs if told.account in view.owned]
    events: tuple[Event, ...] = ()
    for told in logs:
        rest = view.without(events)
        events += _claimed(rest, told) if told.name in CLAIMS else ()
    asked = [told for told in logs if ASKED.get(told.name) == "order_open"]
    events += _asked(view.without(events), asked, positions) if asked else ()
    events += _done(view.without(events), logs, positions)
    return Recognised(events, tuple(positions.facts.values())) if events else None


# ---- what was asked for ----------------------------------------------------------------------


def _asked(view: ActivityView, requests: list[Told], positions: Positions) -> tuple[Event, ...]:
    """The tokens that left for requests, and what keepers shall get of the coin beside them.

    What left waits for its order.
    """
    keeper = sum(told.numbers.get("executionFee", 0) for told in requests)
    coin, legs, coins = native(view.activity.network), tuple[Leg, ...](), 0
    given: list[tuple[Told, AssetId, int]] = []
    for told in requests:
        for token, amount in _given(told):
            asset = erc20(view.activity.network, token)
            found = exact(_less(view, legs), -amount, asset=asset)
            legs += found
            coins += 0 if found else amount
            given.append((told, asset if found else coin, amount))
    in_coin = _in_coin(_less(view, legs), coins, keeper)
    legs += in_coin
    for told in requests:
        left = [
            (asset, units)
            for one, asset, units in given
            if one is told and (in_coin or asset != coin)
        ]
        legs += positions.wait(told.account, told.key, left)
    return (event(view, "order_open", legs, NAME),) if legs else ()


def _in_coin(view: ActivityView, coins: int, keeper: int) -> tuple[Leg, ...]:
    """The coin that was handed to whom was called, where it is just what was asked for."""
    paid = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network)
        and leg.quantity < 0
        and leg.counterparty == view.called
    ]
    whole = exact(replace(view, legs=tuple(paid)), -(coins + keeper))
    if whole and keeper:
        return split(whole[0], -keeper, "fee")
    if sum(leg.quantity for leg in paid) != -(coins + keeper):
        return ()
    fees = [leg for leg in paid if leg.quantity == -keeper][:1]
    return tuple(with_role(leg, "fee") if leg in fees else leg for leg in paid)


def _given(told: Told) -> tuple[tuple[str, int], ...]:
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
        (told.addresses[token], told.numbers[amount])
        for token, amount in pairs
        if token in told.addresses and told.numbers.get(amount)
    )


# ---- what was done -----------------------------------------------------------------------------


def _done(view: ActivityView, logs: list[Told], positions: Positions) -> tuple[Event, ...]:
    """What keepers paid out to an account, less what they gave back of their fee."""
    events: tuple[Event, ...] = ()
    for account in dict.fromkeys(told.account for told in logs):
        about = [told for told in logs if told.account == account]
        came = [
            leg
            for leg in view.without(events).legs
            if leg.quantity > 0 and leg.wallet.endswith(f":{account}")
        ]
        back = _refund(view, about, came)
        paid = [leg for leg in came if leg not in back]
        fees = [with_role(leg, "fee") for leg in back]
        changed = [told for told in about if told.name in POSITIONS]
        found = (
            _changed(changed, positions, paid, fees)
            if changed
            else _ended(view, about, positions, paid, fees)
        )
        events += found
        if fees and not any(leg in fees for one in found for leg in one.legs):
            events += (event(view, "service_fee", back, NAME),)
    return events


def _changed(
    changed: Sequence[Told], positions: Positions, paid: Sequence[Leg], fees: Sequence[Leg]
) -> tuple[Event, ...]:
    """What positions did; the last one to get smaller paid."""
    events: tuple[Event, ...] = ()
    smaller = [told for told in changed if told.name == "PositionDecrease"]
    for told in changed:
        back = fees if told is changed[-1] else ()
        if told.name == "PositionIncrease":
            events += positions.increased(told, back)
        else:
            came = paid if told is smaller[-1] else ()
            events += positions.decreased(told, came, back, alone=len(smaller) == 1)
    return events


def _ended(
    view: ActivityView,
    about: Sequence[Told],
    positions: Positions,
    paid: Sequence[Leg],
    fees: Sequence[Leg],
) -> tuple[Event, ...]:
    """What orders brought for what waited for them, or that it came back."""
    over = [told for told in about if ASKED.get(told.name, "order_open") != "order_open"]
    given = [leg for told in over for leg in positions.ended(told.account, told.key)]
    if not over or not (paid or given):
        return ()
    if not paid:  # it went to somebody else
        return (event(view, "send", given, NAME, UNKNOWN),)
    note = "" if given else UNKNOWN
    return (event(view, ASKED[over[0].name], [*given, *paid, *fees], NAME, note),)


def _refund(view: ActivityView, about: list[Told], came: list[Leg]) -> list[Leg]:
    """The coin that came back of what keepers were paid."""
    coin = native(view.activity.network)
    sizes = [told.numbers.get("refundFeeAmount", 0) for told in about if told.name == REFUND]
    back: list[Leg] = []
    for size in sizes:
        fit = (leg for leg in reversed(came) if leg.asset == coin and leg.quantity == size)
        back += [leg for leg in [next((leg for leg in fit if leg not in back), None)] if leg]
    return back


def _claimed(view: ActivityView, told: Told) -> tuple[Event, ...]:
    """Funding, price impact and rewards of referrals that a market paid to who claimed them."""
    token = told.addresses.get("token", "")
    amount = told.numbers.get("amount", 0)
    came = exact(view, amount, asset=erc20(view.activity.network, token)) if amount else ()
    return (event(view, "reward", came, NAME),) if came else ()


def _less(view: ActivityView, taken: tuple[Leg, ...]) -> ActivityView:
    return replace(view, legs=tuple(leg for leg in view.legs if leg not in taken))
