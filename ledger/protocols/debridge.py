"""deBridge's orders (DLN): a view in; what was given for an order and what fulfilled it, out.

Source: debridge-finance/dln-contracts (DlnSource, DlnDestination, DlnOrderLib): both ends log the
order with its id.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, expected, paid, words
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in

NAME: Final = "debridge"
RANK: Final = 12

#: CreatedOrder(Order order, bytes32 orderId, bytes affiliateFee, uint256 nativeFixFee,
#: uint256 percentFee, uint32 referralCode, bytes metadata), with Order = (uint64 makerOrderNonce,
#: bytes makerSrc, uint256 giveChainId, bytes giveTokenAddress, uint256 giveAmount,
#: uint256 takeChainId, bytes takeTokenAddress, uint256 takeAmount, bytes receiverDst, …).
CREATED: Final = "0xfc8703fd57380f9dd234a89dce51333782d49c5902f307b02f03e014d18fe471"
#: FulfilledOrder(Order order, bytes32 orderId, address sender, address unlockAuthority).
FULFILLED: Final = "0xd281ee92bab1446041582480d2c0a9dc91f855386bb27ea295faac1e992f7fe4"

SIGNS: Final = frozenset({CREATED, FULFILLED})

#: Networks of deBridge's own numbering begin here, and Solana's is beyond any EVM network's too.
_NOT_EVM: Final = 7_000_000


def recognise(view: ActivityView) -> Recognised | None:
    """Orders that an owned wallet gave something for, and those that brought one something."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, CREATED, 1, 21):
        events += _created(view.without(events), log)
    for log in logs_with(view.activity, FULFILLED, 1, 18):
        events += _fulfilled(view.without(events), log)
    return Recognised(events) if events else None


def _created(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was given; the fees of the protocol are on top of it."""
    token, amount = _bytes(log, 3), _number(log, 4)
    legs = paid(view, asset_at(view, token), amount, log.address) if token else ()
    if not legs:
        return ()
    there, receiver, takes = _number(log, 5), _bytes(log, 8), _bytes(log, 6)
    to = expects = ""
    if there < _NOT_EVM and receiver and takes:
        to = f"eip155:{there}:{receiver}"
        expects = expected(f"eip155:{there}", takes, _number(log, 7))
    note = words(f"debridge:0x{log.data[66:130]}", to, expects)
    return (event(view, "bridge_out", legs, NAME, note),)


def _fulfilled(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if _bytes(log, 8) not in view.owned:
        return ()
    legs = came(view, asset_at(view, _bytes(log, 6)), _number(log, 7))
    note = words(f"debridge:0x{log.data[66:130]}")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()


def _number(log: Log, field: int) -> int:
    """A number of the order, which stands where the first word says; 0 beyond the end."""
    return _word_at(log, number_in(log, 0) + 32 * field)


def _bytes(log: Log, field: int) -> str:
    """An address among the order's texts of bytes, or an empty text where it is no address."""
    start = number_in(log, 0)
    place = start + _number(log, field)
    if _word_at(log, place) != 20:
        return ""
    text = log.data[2 + 2 * (place + 32) : 2 + 2 * (place + 52)]
    return f"0x{text}" if len(text) == 40 else ""


def _word_at(log: Log, place: int) -> int:
    """The word at a place in bytes; 0 beyond the end."""
    text = log.data[2 + 2 * place : 66 + 2 * place]
    return int(text, 16) if len(text) == 64 else 0
