"""Gnosis Pay: a view in; payments by card, what they gave back, and rewards out.

Sources: gnosischain/account-kit (Spender.sol, `Spend`), help.gnosispay.com; the addresses of the
settlement, of cashback and of referrals on Gnosis.
"""

from typing import Final

from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "gnosis_pay"
RANK: Final = 10

#: Spend(address asset, address account, address receiver, uint256 amount) of the Spender, nothing
#: indexed; the account is the module that guards the Safe, not the Safe.
SPEND: Final = "0xca8fbb9bda99848f447971eae62ad0ad2bc7caf9afcc0d8e4e8ffcf7e06bc28f"
#: Where payments by card are collected, and where refunds of merchants come from.
SETTLEMENT: Final = "0x4822521e6135cd2599199c83ea35179229a172ee"
#: Who pays a share of what was spent back in GNO, and who pays for people who were brought along.
CASHBACK: Final = "0xcdf50be9061086e2ecfe6e4a1bf9164d43568eec"
REFERRALS: Final = "0xb2e7803ce9aa69ca0f82256ff1ec5c9983608e04"

_NETWORK: Final = "eip155:100"

SIGNS: Final = frozenset({SPEND, SETTLEMENT, CASHBACK, REFERRALS})


def recognise(view: ActivityView) -> Recognised | None:
    """Money spent (a payment that says so itself), money back, rewards."""
    if view.activity.network != _NETWORK:
        return None
    spent = [leg for leg in view.legs if leg.counterparty == SETTLEMENT and leg.quantity < 0]
    for log in logs_with(view.activity, SPEND, 1, 4):
        asset, receiver = erc20(_NETWORK, word_address(log, 0)), word_address(log, 2)
        paid = exact(view, -number_in(log, 3), asset=asset, other={receiver})
        spent += [leg for leg in paid if leg not in spent]
    back = [leg for leg in view.legs if leg.counterparty == SETTLEMENT and leg.quantity > 0]
    givers = {CASHBACK, REFERRALS}
    earned = [leg for leg in view.legs if leg.counterparty in givers and leg.quantity > 0]
    events: tuple[Event, ...] = ()
    events += (event(view, "send", spent, NAME, "stated:spend"),) if spent else ()
    events += (event(view, "receive", back, NAME),) if back else ()
    events += (event(view, "reward", earned, NAME),) if earned else ()
    return Recognised(events) if events else None
