"""Orbiter: a view in; what went to its makers and what they sent on another network, out.

Sources: docs.orbiter.finance and Orbiter-Finance/OrbiterFE-V2, lists of makers; L2BEAT's and
Dune's of the same. Its makers are plain accounts: what is sent to one ends in four digits that name
the network on which it shall come, 9000 and its number. What comes from one ends in the nonce of
the payment that it answers.
"""

from typing import Final

from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import expected, words
from ledger.shapes import ActivityView, Recognised, event, is_non_fungible

NAME: Final = "orbiter"
RANK: Final = 13

#: Makers, at one address on all networks.
MAKERS: Final = frozenset(
    {
        "0x80c67432656d59144ceff962e8faf8926599bcf8",
        "0xe4edb277e41dc89ab076a1f049f4a3efa700bce8",
        "0xee73323912a4e3772b74ed0ca1595a152b0ef282",
        "0x41d3d33156ae7c62c094aae2995003ae63f587b3",
    }
)
#: Its number of a network → the network, as far as it is one of the EVM's.
NETWORKS: Final = {
    1: "eip155:1",
    2: "eip155:42161",
    6: "eip155:137",
    7: "eip155:10",
    14: "eip155:324",
    15: "eip155:56",
    16: "eip155:42170",
    17: "eip155:1101",
    19: "eip155:534352",
    21: "eip155:8453",
    23: "eip155:59144",
}
_DIGITS: Final = 10_000
_FIRST: Final = 9_000
_CODES: Final = range(_FIRST + 1, _DIGITS)

SIGNS: Final = MAKERS


def recognise(view: ActivityView) -> Recognised | None:
    """Payments to a maker with a network's digits, and what a maker sent by itself."""
    if not MAKERS.isdisjoint(view.owned):
        return None
    events: tuple[Event, ...] = ()
    for leg in view.legs:
        if leg.counterparty not in MAKERS or is_non_fungible(leg.asset):
            continue
        if leg.quantity < 0 and -leg.quantity % _DIGITS in _CODES:
            events += (event(view, "bridge_out", (leg,), NAME, _note(view, leg)),)
        elif leg.quantity > 0 and view.activity.caller in MAKERS:
            events += (event(view, "bridge_in", (leg,), NAME, words(by=NAME)),)
    return Recognised(events) if events else None


def _note(view: ActivityView, leg: Leg) -> str:
    """Where it shall come: to the same address, less the fee; coin as coin."""
    there = NETWORKS.get(-leg.quantity % _DIGITS - _FIRST, "")
    to = f"{there}:{leg.wallet.rpartition(':')[2]}" if there else ""
    is_coin = leg.asset == native(view.activity.network)
    token = "0x" + "e" * 40 if is_coin else "*"
    return words("", to, expected(there, token, f"1-{-leg.quantity}" if is_coin else "*"), NAME)
