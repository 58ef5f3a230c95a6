"""Farms that keep tokens of positions (PancakeSwap, Uniswap): a view in; stakes and rewards out.

Sources: pancakeswap/pancake-v3-contracts, MasterChefV3.sol; Uniswap/v3-staker,
IUniswapV3Staker.sol, whose logs farms of Algebra have copied; deployments as PancakeSwap and
Uniswap list them. Rewards that the staker pays are read in staking_rewards.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._titles import title_kept
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "position_farms"
#: Before those who read the positions themselves and whoever takes what is left.
RANK: Final = 12

#: Deposit(address from, uint256 pid, uint256 tokenId, uint256 liquidity, int24 tickLower, int24
#: tickUpper), the first three indexed; Withdraw(address from, address to, uint256 pid, uint256
#: tokenId) and Harvest(address sender, address to, uint256 pid, uint256 tokenId, uint256 reward),
#: but for to and reward indexed.
DEPOSIT: Final = "0xb19157bff94fdd40c58c7d4a5d52e8eb8c2d570ca17b322b49a2bbbeedc82fbf"
WITHDRAW: Final = "0xf341246adaac6f497bc2a656f546ab9e182111d630394f0c57c710a59a2cb567"
HARVEST: Final = "0xd25759d838eb0a46600f8f327cce144e61d7caefbef27010fe31e2aab091704f"
#: DepositTransferred(uint256 tokenId, address oldOwner, address newOwner), all indexed; nobody is
#: the old owner of what comes in and the new one of what goes.
PASSED: Final = "0xcdfc765b85e1048bee3c6a0f9d1c91fc7c4631f5fe5745a55fc6843db5c3260f"

#: Contract → the protocol it is of.
KNOWN: Final = {
    "0x556b9306565093c855aea9ae92a594704c2cd59e": "pancakeswap",  # BNB Chain, Ethereum
    "0x5e09acf80c0296740ec5d6f643005a4ef8daa694": "pancakeswap",  # Arbitrum
    "0xc6a2db661d5a5690172d8eb0a7dea2d3008665a3": "pancakeswap",  # Base
    "0x22e2f236065b780fa33ec8c4e58b99ebc8b55c57": "pancakeswap",  # Linea
    "0x4c615e78c5fca1ad31e4d66eb0d8688d84307463": "pancakeswap",  # zkSync
    "0xe34139463ba50bd61336e0c446bd8c0867c6fe65": "uniswap_v3",
    "0x1f98407aab862cddef78ed252d6f557aa5b0f00d": "uniswap_v3",  # the first
    "0x42be4d6527829fefa1493e1fb9f3676d2425c3c1": "uniswap_v3",  # Base
}

SIGNS: Final = frozenset({DEPOSIT, WITHDRAW, HARVEST, PASSED, *KNOWN})


def recognise(view: ActivityView) -> Recognised | None:
    """Tokens of positions that a farm took or gave back, and what it paid for them."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, HARVEST, 4, 2):
        events += _harvested(view.without(events), log)
    for log in logs_with(view.activity, DEPOSIT, 4, 3):
        events += _moved(view.without(events), log, 1, int(log.topics[3], 16), units)
    for log in logs_with(view.activity, WITHDRAW, 4, 1):
        events += _moved(view.without(events), log, 1, int(log.topics[3], 16), units)
    for log in logs_with(view.activity, PASSED, 4, 0):
        came, went = (address_in(log.topics, place) == ZERO_ADDRESS for place in (2, 3))
        if came != went:
            number = int(log.topics[1], 16)
            events += _moved(view.without(events), log, 3 if came else 2, number, units)
    return Recognised(events) if events else None


def _moved(view: ActivityView, log: Log, user: int, number: int, units: Units) -> tuple[Event, ...]:
    """A stake or its end, of an owned user, whose place among the topics is given."""
    if address_in(log.topics, user) not in view.owned:
        return ()
    staked = log.topics[0] == DEPOSIT or (log.topics[0] == PASSED and user == 3)
    return title_kept(view, log.address, number, _name(log), units, staked=staked)


def _harvested(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a farm paid to whom an owned user named."""
    paid = [
        leg
        for leg in view.legs
        if leg.quantity == number_in(log, 1)
        and leg.counterparty == log.address
        and leg.wallet == wallet_id(view.activity.network, word_address(log, 0))
        and not is_non_fungible(leg.asset)
    ][:1]
    return (event(view, "reward", paid, _name(log)),) if paid else ()


def _name(log: Log) -> str:
    return KNOWN.get(log.address, NAME)
