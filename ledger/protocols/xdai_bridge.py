"""The bridge of xDai, Gnosis' native coin: a view in; DAI or USDS here, coin there, out.

Sources: gnosischain/tokenbridge-contracts (BasicHomeBridge, BasicForeignBridge and their forms for
the coin); docs.gnosischain.com. Both ends log a number of the request; before there was one, the
transaction that asked.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import COIN, expected, leg_with, paid, words
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "xdai_bridge"
RANK: Final = 12

#: UserRequestForAffirmation(address recipient, uint256 value[, bytes32 nonce]) on Ethereum.
ASKED: Final = "0x1d491a427d1f8cc0d447496f300fac39f7306122481d8e663451eb268274146b"
ASKED_2: Final = "0xf6968e689b3d8c24f22c10c2a3256bb5ca483a474e11bac08423baa049e38ae8"
#: AffirmationCompleted(address recipient, uint256 value, bytes32 nonce) on Gnosis.
AFFIRMED: Final = "0x6fc115a803b8703117d9a3956c5a15401cb42401f91630f015eb6b043fa76253"
#: UserRequestForSignature(address recipient, uint256 value[, bytes32 nonce]) on Gnosis.
ASKED_BACK: Final = "0x127650bcfb0ba017401abe4931453a405140a8fd36fece67bae2db174d3fdd63"
ASKED_BACK_2: Final = "0xbcb4ebd89690a7455d6ec096a6bfc4a8a891ac741ffe4e678ea2614853248658"
#: RelayedMessage(address recipient, uint256 value, bytes32 nonce) on Ethereum.
RELAYED: Final = "0x4ab7d581336d92edbea22636a613e8e76c99ac7f91137c1523db38dbfb3bf329"

#: The bridge on Ethereum and on Gnosis (docs.gnosischain.com, bridges).
VOUCHED: Final = frozenset(
    {
        "0x4aa42145aa6ebf72e164c9bbc74fbd3788045016",
        "0x7301cfa0e1756b71869e93d4e4dca5c7d0eb0aa6",
    }
)

SIGNS: Final = frozenset({ASKED, ASKED_2, AFFIRMED, ASKED_BACK, ASKED_BACK_2, RELAYED})

_ETHEREUM, _GNOSIS = "eip155:1", "eip155:100"
#: What comes out on Ethereum, by its time: SAI, DAI and USDS.
_DOLLARS: Final = (
    "0x89d24a6b4ccb1b6faa2625fe562bdd9a23260359|0x6b175474e89094c44da98b954eedeac495271d0f"
    "|0xdc035d45d973e3ec169d2276ddab16f1e407384f"
)


def recognise(view: ActivityView) -> Recognised | None:
    """Requests that an owned wallet paid for, and what came to one."""
    network = view.activity.network
    if network not in {_ETHEREUM, _GNOSIS}:
        return None
    events: tuple[Event, ...] = ()
    for topic, size in ((ASKED, 2), (ASKED_2, 3), (ASKED_BACK, 2), (ASKED_BACK_2, 3)):
        for log in logs_with(view.activity, topic, 1, size):
            events += _asked(view.without(events), log)
    for topic in (AFFIRMED, RELAYED):
        for log in logs_with(view.activity, topic, 1, 3):
            events += _came(view.without(events), log)
    return Recognised(events) if events else None


def _asked(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was paid for a request: DAI may have become USDS on the way to the bridge."""
    network, amount = view.activity.network, number_in(log, 1)
    leg = leg_with(view, -amount, {leg.counterparty for leg in view.legs})
    asset = leg.asset if leg else native(network)
    legs = paid(view, asset, amount, log.address)
    if not legs:
        return ()
    numbered = log.topics[0] in {ASKED_2, ASKED_BACK_2}
    number = f"0x{log.data[130:194]}" if numbered else view.activity.txid
    there = _GNOSIS if network == _ETHEREUM else _ETHEREUM
    arrives = expected(there, COIN if there == _GNOSIS else _DOLLARS, amount)
    note = words(f"xdai:{number}", f"{there}:{word_address(log, 0)}", arrives)
    return (event(view, "bridge_out", legs, NAME, note),)


def _came(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was paid out: coin by the network's own rules on Gnosis, a token on Ethereum."""
    if word_address(log, 0) not in view.owned:
        return ()
    amount = number_in(log, 1)
    leg: Leg | None = leg_with(view, amount, {leg.counterparty for leg in view.legs})
    note = words(f"xdai:0x{log.data[130:194]}")
    return (event(view, "bridge_in", (leg,), NAME, note),) if leg else ()
