"""LI.FI: a view in; what left over whichever bridge it chose, and what its receivers paid out, out.

Source: lifinance/contracts (ILiFi, LibSwap, Receiver). What the bridge itself can tell by its own
logs is left to it; here is what was swapped before or after, and what it logs nothing of.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols import _layerzero
from ledger.protocols._bridges import asset_at, expected, paid, words
from ledger.protocols._carriers import carried
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "lifi"
RANK: Final = 14

#: LiFiTransferStarted((bytes32 transactionId, string bridge, string integrator, address referrer,
#: address sendingAssetId, address receiver, uint256 minAmount, uint256 destinationChainId,
#: bool hasSourceSwaps, bool hasDestinationCall) bridgeData).
STARTED: Final = "0xcba69f43792f9f399347222505213b55af8e0b0b54b893085c2e27ecbe1644f1"
#: LiFiTransferCompleted(bytes32 transactionId, address receivingAssetId, address receiver,
#: uint256 amount, uint256 timestamp) and LiFiTransferRecovered; the id indexed.
COMPLETED: Final = "0xb8c86983f929c6b770461983d1bbde1870408120f07123e9c12d49f35a0b4c4b"
RECOVERED: Final = "0x1fbfa988fd46deed0de12c94c7b5dcb537d51b804246d0083f245f7a8997d170"
#: AssetSwapped(bytes32 transactionId, address dex, address fromAssetId, address toAssetId,
#: uint256 fromAmount, uint256 toAmount, uint256 timestamp).
SWAPPED: Final = "0x7bfdfdb5e3a3776976e53cb0607060f54c5312701c8cba1155cc4d5394440b38"

SIGNS: Final = frozenset({STARTED, COMPLETED, RECOVERED})

#: The receiver that stands for one on a network that is not EVM (LiFiData.sol).
_NON_EVM: Final = "0x11f111f111f111f111f111f111f111f111f111f1"


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave for a transfer, and what came to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, STARTED, 1, 11):
        events += _started(view.without(events), log)
    for topic in (COMPLETED, RECOVERED):
        for log in logs_with(view.activity, topic, 2, 4):
            events += _completed(view.without(events), log)
    return Recognised(events) if events else None


def _started(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the log says, or what was swapped for it before; a router's fee is on top."""
    number = log.data[66:130]
    offers = [(word_address(log, 5), number_in(log, 7))]
    offers += [
        (word_address(swap, 2), number_in(swap, 4))
        for swap in logs_with(view.activity, SWAPPED, 1, 7)
        if swap.data[2:66] == number and swap.index < log.index
    ]
    for token, amount in offers:
        legs = paid(view, asset_at(view, token), amount, log.address)
        if legs:
            return (event(view, "bridge_out", legs, NAME, _note(view, log)),)
    return ()


def _note(view: ActivityView, log: Log) -> str:
    """The words of the bridge that was used, to LI.FI's own recipient.

    Where nothing of it is known nobody says what shall arrive: its receivers take any token from
    anybody, under any id.
    """
    receiver, said = word_address(log, 6), carried(view)
    there = "" if receiver == _NON_EVM else f"eip155:{number_in(log, 8)}"
    return words(
        said.message or f"lifi:0x{log.data[66:130]}",
        f"{there}:{receiver}" if there else "",
        said.expects or expected(there, "*", "*"),
        said.by,
    )


def _completed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """All that the receiving contract paid out, with what a swap there left over."""
    if word_address(log, 1) not in view.owned:
        return ()
    legs = [leg for leg in view.legs if leg.quantity > 0 and leg.counterparty == log.address]
    message = _layerzero.composed(view, log.address)
    note = words(message or f"lifi:{log.topics[1]}", by=log.address if message else "")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
