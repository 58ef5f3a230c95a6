"""deBridge's orders (DLN): a view in; what was given for an order and what fulfilled it, out.

Source: debridge-finance/dln-contracts (DlnSource, DlnDestination, DlnOrderLib): both ends log the
order with its id. Who fulfils an order pays it on the one network and has what was given for it on
the other, once it is unlocked: a way over a bridge as well, back from where the order goes.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, expected, handed, paid, words
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "debridge"
RANK: Final = 12

#: CreatedOrder(Order order, bytes32 orderId, bytes affiliateFee, uint256 nativeFixFee,
#: uint256 percentFee, uint32 referralCode, bytes metadata), with Order = (uint64 makerOrderNonce,
#: bytes makerSrc, uint256 giveChainId, bytes giveTokenAddress, uint256 giveAmount,
#: uint256 takeChainId, bytes takeTokenAddress, uint256 takeAmount, bytes receiverDst, …).
CREATED: Final = "0xfc8703fd57380f9dd234a89dce51333782d49c5902f307b02f03e014d18fe471"
#: FulfilledOrder(Order order, bytes32 orderId, address sender, address unlockAuthority).
FULFILLED: Final = "0xd281ee92bab1446041582480d2c0a9dc91f855386bb27ea295faac1e992f7fe4"
#: The same of later contracts, with uint256 actualFulfillAmount before the sender.
FULFILLED_2: Final = "0xc164aca37b9805a1c9027b6f32260a069723a82926f6e9ece4926e4dd3ea8ecf"
#: ClaimedUnlock(bytes32 orderId, address beneficiary, uint256 giveAmount,
#: address giveTokenAddress): who fulfilled an order has what was given; ClaimedOrderCancel(bytes32
#: orderId, address beneficiary, uint256 paidAmount, address giveTokenAddress): its maker has it
#: back.
UNLOCKED: Final = "0x33fff3d864e92b6e1ef9e830196fc019c946104ea621b833aaebd3c3e84b2f6f"
CANCELLED: Final = "0x7d7d1c5b3eadbe275ceb358e65cd57410b35997187258dbaaae42ab6e1405fd8"

SIGNS: Final = frozenset({CREATED, FULFILLED, FULFILLED_2, UNLOCKED, CANCELLED})

#: Networks of deBridge's own numbering begin here, and Solana's is beyond any EVM network's too.
_NOT_EVM: Final = 7_000_000


def recognise(view: ActivityView) -> Recognised | None:
    """Orders that an owned wallet gave something for, and those that brought one something.

    Both as who made an order and as who fulfilled it.
    """
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, CREATED, 1, 21):
        events += _created(view.without(events), log)
    for topic, size in ((FULFILLED, 18), (FULFILLED_2, 19)):
        for log in logs_with(view.activity, topic, 1, size):
            events += _fulfilled(view.without(events), log)
            events += _filled(view.without(events), log)
    for topic, name in ((UNLOCKED, "debridge:unlock"), (CANCELLED, "debridge")):
        for log in logs_with(view.activity, topic, 1, 4):
            events += _paid_out(view.without(events), log, name)
    return Recognised(events) if events else None


def _created(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was given; the fees of the protocol are on top of it.

    A router that swapped something else for it gives all that was handed to it.
    """
    token, amount = _bytes(log, 3), _number(log, 4)
    legs = paid(view, asset_at(view, token), amount, log.address) if token else ()
    if not legs and view.called != log.address and _bytes(log, 1) in view.owned:
        legs = handed(view)
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
    asset, note = asset_at(view, _bytes(log, 6)), words(f"debridge:0x{log.data[66:130]}")
    for amount in _amounts(log):
        if legs := came(view, asset, amount):
            return (event(view, "bridge_in", legs, NAME, note),)
    return ()


def _filled(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the fund paid to fulfil somebody's order; it is owed what was given for it."""
    sender = word_address(log, 3 if log.topics[0] == FULFILLED_2 else 2)
    token, gives = _bytes(log, 6), _bytes(log, 3)
    if sender not in view.owned or _bytes(log, 8) in view.owned or not token:
        return ()
    there, expects = _number(log, 2), ""
    if there < _NOT_EVM and gives:
        expects = expected(f"eip155:{there}", gives, _number(log, 4))
    note = words(f"debridge:unlock:0x{log.data[66:130]}", expects=expects)
    for amount in _amounts(log):
        if legs := paid(view, asset_at(view, token), amount, log.address):
            return (event(view, "bridge_out", legs, NAME, note),)
    return ()


def _amounts(log: Log) -> tuple[int, ...]:
    """What an order takes, which its maker may have lowered: then the log says what was paid."""
    paid_out = (number_in(log, 2),) if log.topics[0] == FULFILLED_2 else ()
    return (*paid_out, _number(log, 7))


def _paid_out(view: ActivityView, log: Log, name: str) -> tuple[Event, ...]:
    """What was given for an order, to who fulfilled it or back to its maker."""
    if word_address(log, 1) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 3)), number_in(log, 2))
    note = words(f"{name}:0x{log.data[2:66]}")
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
