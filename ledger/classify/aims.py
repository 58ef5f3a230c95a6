"""The calls that contracts made in; the calls of the fund's own contract that were meant, out.

A Safe, a smart account or a contract of one's own stands between who sends a transaction and whom
it is for. Whom it called is to it what the called contract is to an account with a key.
"""

from collections.abc import Collection
from typing import Final

from ledger.chains.networks import network_named
from ledger.model.activity import ENTRY_POINTS, Activity, Call

#: What only prepares a call: approve(address,uint256), increaseAllowance and decreaseAllowance of
#: the same form, setApprovalForAll(address,bool) (EIP-20, EIP-721, OpenZeppelin's ERC20), and
#: approve(address,address,uint160,uint48) of Permit2 (Uniswap/permit2, IAllowanceTransfer.sol).
#: Plain coin has no selector.
PREPARES: Final = frozenset(
    {
        *("", "0x095ea7b3", "0x39509351", "0xa457c2d7", "0xa22cb465"),
        "0x87517c45",
    }
)


def aim_of(activity: Activity, owned: Collection[str]) -> Call | None:
    """The call that the fund's own contract was made for, or None where that is not one.

    Approvals, plain payments and the wrapping of coin go before another call; where more than one
    contract is called beside them, the transaction is for none of them alone: of calls that their
    owner stated it is for nobody, so that each is what it is; what a contract deals by itself is
    its own. An account with a key that calls somebody else has said itself whom it means.
    """
    made = _made(activity, owned)
    if not made:
        return None
    for calls in (made, _meant(made, activity.network)):
        if len({call.called for call in calls}) == 1:
            return next((call for call in calls if call.selector not in PREPARES), calls[0])
    return Call(made[0].caller, "") if all(call.stated for call in made) else None


def batch_of(activity: Activity, owned: Collection[str]) -> list[Call]:
    """The calls that the fund's own contract was made for, where they are several."""
    made = _made(activity, owned)
    return _meant(made, activity.network) if made else []


def _made(activity: Activity, owned: Collection[str]) -> list[Call]:
    """The calls of own contracts, or of who sent the transaction over somebody else."""
    made = [call for call in activity.calls if call.caller in owned and call.called not in owned]
    sender = activity.caller
    if sender in owned and activity.called not in owned and activity.called not in ENTRY_POINTS:
        return [call for call in made if call.caller == sender]
    return made


def _meant(made: Collection[Call], network: str) -> list[Call]:
    """The calls that do not merely prepare another one."""
    wrapped = network_named(network).wrapped
    return [call for call in made if call.selector not in PREPARES and call.called != wrapped]
