"""Element's council: a view in; ELFI locked for votes and withdrawn, claims that are locked, out.

Source: element-fi/council, LockingVault.sol and its deployment on Ethereum. A claim of the airdrop
goes into the vault at once: what the account gets is units there, and no token moves to it.
"""

from typing import Final

from ledger.model.asset import Asset, erc20
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._kept import kept_by, position_of
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

NAME: Final = "element_finance"
RANK: Final = 0

#: VoteChange(address from, address to, int256 amount), from (who deposited) and to (who votes)
#: indexed; a change of who votes logs the amount once less and once more.
VOTE_CHANGE: Final = "0x33161cf2da28d747be9df136b6f3729390298494947268743193c53d73d3c2e0"

_NETWORK: Final = "eip155:1"
VAULT: Final = "0x02bd4a3b1b95b01f2aa61655415a5d3eaacaafdd"
ELFI: Final = erc20(_NETWORK, "0x5c6d51ecba4d8e4f20373e3ce96a62342b125d6d")

VOUCHED: Final = frozenset({VAULT})

SIGNS: Final = frozenset({VOTE_CHANGE})
WITHOUT_LEGS: Final = SIGNS


def recognise(view: ActivityView) -> Recognised | None:
    """What each owned account has more or less in the vault in the end."""
    if view.activity.network != _NETWORK:
        return None
    changes: dict[str, int] = {}
    for log in logs_with(view.activity, VOTE_CHANGE, 3, 1):
        account = address_in(log.topics, 1)
        if log.address == VAULT and account in view.owned:
            word = number_in(log, 0)
            amount = word - 2**256 if word >= 2**255 else word
            changes[account] = changes.get(account, 0) + amount
    units = Units(view)
    events: tuple[Event, ...] = ()
    for account, amount in changes.items():
        events += _changed(view.without(events), units, account, amount) if amount else ()
    kept = position_of(view, ELFI, NAME, VAULT)
    known = Asset(kept, "ELFI", 18, "position", underlying=ELFI)
    return Recognised(events, (known,)) if events else None


def _changed(view: ActivityView, units: Units, account: str, amount: int) -> tuple[Event, ...]:
    """A deposit or a withdrawal by its leg; what somebody else deposited was given to the fund."""
    legs = exact(view, -amount, asset=ELFI, other={VAULT})
    if legs:
        return (kept_by(view, units, legs[0], NAME, VAULT),)
    if amount < 0:
        return ()
    kept = position_of(view, ELFI, NAME, VAULT)
    given = units.move(wallet_id(view.activity.network, account), kept, amount)
    return (event(view, "airdrop", given, NAME),)
