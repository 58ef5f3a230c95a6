"""GnosisDAO's redemption: a view in; GNO given for a share of the treasury, and the share, out.

Sources: forum.gnosis.io, GIP on the redemption; the two contracts on Gnosis, as they log.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._kept import facts, kept_by, position_of
from ledger.protocols._legs import exact
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "gnosisdao"
RANK: Final = 10

#: Deposited(address account, address token, uint256 amount), the addresses indexed.
DEPOSITED: Final = "0x8752a472e571a816aea92eec8dae9baf628e840f4929fbcc2d155e6233ff68a7"
#: Claimed(address account, uint256[] amounts), account indexed: one amount for each asset.
CLAIMED: Final = "0x28ee566bdecaf975c0979f4d09fecf91a9009ffe78523aef053a678134137b8b"
#: (network, contract) that took deposits, and that paid shares out.
TAKES: Final = ("eip155:100", "0xb53e4a513c1fbb11a66da851643126d933489c4d")
PAYS: Final = ("eip155:100", "0x09b2d4403385c992c5fbe0e1368193951fa3f67d")
#: What was given: GNO on Gnosis.
GNO: Final = erc20("eip155:100", "0x9c58bacc331c9aa871afd802db6379a98e80cedb")

SIGNS: Final = frozenset({TAKES[1], PAYS[1]})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits wait as a position; a share of the treasury is what the position was given for."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, DEPOSITED, 3, 1):
        if _is(view, log, TAKES):
            token = erc20(view.activity.network, address_in(log.topics, 2))
            legs = exact(view.without(events), -number_in(log, 0), asset=token)
            events += tuple(kept_by(view, units, leg, NAME, TAKES[1]) for leg in legs)
    for log in logs_with(view.activity, CLAIMED, 2, 2):
        if _is(view, log, PAYS):
            events += _paid(view.without(events), log, units)
    return Recognised(events, facts(view, events)) if events else None


def _is(view: ActivityView, log: Log, place: tuple[str, str]) -> bool:
    here = (view.activity.network, log.address) == place
    return here and address_in(log.topics, 1) in view.owned


def _paid(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The legs of just the amounts that were paid out, against all that was deposited."""
    words = (len(log.data) - 2) // 64
    amounts = [number_in(log, place) for place in range(2, min(words, 2 + number_in(log, 1)))]
    account = address_in(log.topics, 1)
    came = [
        leg for leg in view.legs if leg.quantity in amounts and leg.wallet.endswith(f":{account}")
    ]
    if not came:
        return ()
    wallet = came[0].wallet
    given = position_of(view, GNO, NAME, TAKES[1])
    held = units.of(wallet, given)
    if not held:
        return (event(view, "unstake", came, NAME, "position:unknown"),)
    return (event(view, "swap", (*came, *units.move(wallet, given, -held)), NAME),)
