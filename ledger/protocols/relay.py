"""Relay: a view in; what was given to its depository or solver and what its solver paid, out.

Sources: relayprotocol/relay-depository (RelayDepository), relayprotocol's RelayReceiver, and
docs.relay.link (chains, solver addresses). The solver pays plainly, so that no log of an arrival
names the request.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event
from ledger.protocols._bridges import paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "relay"
RANK: Final = 13

#: RelayNativeDeposit(address from, uint256 amount, bytes32 id) of the depository.
COIN_DEPOSIT: Final = "0x8032066556caf3967d8fec4ad22a2d9e1e9576556b2903a0fcd5b1fd201e3477"
#: RelayErc20Deposit(address from, address token, uint256 amount, bytes32 id) of the depository.
DEPOSIT: Final = "0x49fed1d0b752ce30eee63c7a81133f3363b532fec5d4d7dd1ccfd005de4555e1"
#: FundsForwardedWithData(bytes data) of the receiver, which hands all coin on to the solver; the
#: data are the request's id.
FORWARDED: Final = "0x936c2ca3b35d2d0b24057b0675c459e4515f48fe132d138e213ae59ffab7f53e"

#: The solver, at one address on all networks.
_SOLVER: Final = "0xf70da97812cb96acdf810712aa562db8dfa3dbef"

SIGNS: Final = frozenset({COIN_DEPOSIT, DEPOSIT, FORWARDED, _SOLVER})


def recognise(view: ActivityView) -> Recognised | None:
    """What the logs say that was given, then what went to the solver, or came of it."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, COIN_DEPOSIT, 1, 3):
        asset = native(view.activity.network)
        events += _deposit(view.without(events), log, asset, number_in(log, 1), 2)
    for log in logs_with(view.activity, DEPOSIT, 1, 4):
        asset = erc20(view.activity.network, word_address(log, 1))
        events += _deposit(view.without(events), log, asset, number_in(log, 2), 3)
    for log in logs_with(view.activity, FORWARDED, 1, 3):
        events += _forwarded(view.without(events), log)
    events += _by_solver(view.without(events))
    return Recognised(events) if events else None


def _deposit(
    view: ActivityView, log: Log, asset: AssetId, amount: int, place: int
) -> tuple[Event, ...]:
    legs = paid(view, asset, amount, log.address)
    note = words(f"relay:0x{log.data[2 + 64 * place : 66 + 64 * place]}")
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _forwarded(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that went to the receiver, which keeps nothing."""
    coin = native(view.activity.network)
    legs = [
        leg
        for leg in view.legs
        if leg.asset == coin and leg.quantity < 0 and leg.counterparty == log.address
    ]
    note = words(f"relay:0x{log.data[130:194]}" if number_in(log, 1) == 32 else "")
    return (event(view, "bridge_out", legs, NAME, note),) if len(legs) == 1 else ()


def _by_solver(view: ActivityView) -> tuple[Event, ...]:
    """Plain payments to the solver, and what its transactions brought."""
    if _SOLVER in view.owned:
        return ()
    events: list[Event] = []
    for leg in view.legs:
        if is_non_fungible(leg.asset):
            continue
        fills = view.activity.caller == _SOLVER
        if leg.quantity < 0 and leg.counterparty == _SOLVER:
            events.append(event(view, "bridge_out", (leg,), NAME))
        elif leg.quantity > 0 and (fills or leg.counterparty == _SOLVER):
            events.append(event(view, "bridge_in", (leg,), NAME))
    return tuple(events)
