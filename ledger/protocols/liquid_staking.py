"""Tokens that stand for staked coin: a view in; stakes, requests to unstake and claims out.

Sources: etherfi-protocol/smart-contracts, LiquidityPool.sol and WithdrawRequestNFT.sol; Renzo-
Protocol/contracts-public, RestakeManager.sol; FraxFinance/frxETH-public, frxETHMinter.sol; mantle-
lsp/contracts, Staking.sol; stader-labs/ethx, IStaderStakePoolManager.sol; SwellNetwork/v3-core-
public, swETH.sol and rswETH.sol; Kelp-DAO/LRT-rsETH, LRTDepositPool.sol. One table, for each takes
coin or a token and makes its own. Those that are vaults of ERC-4626 (pufETH, sfrxETH) need none.
"""

from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, contract_of, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._kept import kept
from ledger.protocols._stakes import COIN, KEPT, address_at, number_at
from ledger.protocols._vaults import silent
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    payments,
)

NAME: Final = "liquid_staking"
RANK: Final = 10

#: ether.fi: Deposit(address sender, uint256 amount, uint8 source, address referral); the sender
#: indexed.
ETHERFI: Final = "0xa241faf62e66ce518d1934ce4c936d806a02289ba483fac23beb8c15755be90d"
#: Renzo: Deposit(address depositor, address token, uint256 amount, uint256 ezETHMinted, uint256
#: referralId); nothing indexed.
RENZO: Final = "0x4e2ca0515ed1aef1395f66b5303bb5d6f1bf9d61a353fa53f73f8ac9973fa9f6"
#: Frax: ETHSubmitted(address sender, address recipient, uint256 sent_amount, uint256 withheld_amt);
#: the addresses indexed.
FRAX: Final = "0x29b3e86ecfd94a32218997c40b051e650e4fd8c97fc7a4d266be3f7c61c5205b"
#: Mantle: Staked(address staker, uint256 ethAmount, uint256 mETHAmount); staker indexed.
MANTLE: Final = "0x1449c6dd7851abc30abf37f57715f492010519147cc2652fbc38202c18a6ee90"
#: Stader: Deposited(address caller, address owner, uint256 assets, uint256 shares); the addresses
#: indexed.
STADER: Final = "0xf5681f9d0db1b911ac18ee83d515a1cf1051853a9eae418316a2fdf7dea427c5"
#: Swell: ETHDepositReceived(address from, uint256 amount, uint256 minted, uint256
#: newTotalETHDeposited, address referral); the addresses indexed.
SWELL: Final = "0xe28a9e1df63912c0c77b586c53595df741cbbc554d6831e40f1b5453199a9630"
#: Kelp: ETHDeposit(address depositor, uint256 depositAmount, uint256 rsethMintAmount, string
#: referralId), AssetDeposit(address depositor, address asset, …); the addresses indexed.
KELP: Final = "0x8b0422d41caf5eb583695377e98b5041a1d241a7c80483cf182b1311c48c93b7"
KELP_TOKEN: Final = "0x07c31fccf51996f0f4ea01c3a55191786b3a8cd89f696db4d42adaa99b0e15f1"
#: Mantle: UnstakeRequested(uint256 id, address staker, uint256 ethAmount, uint256 mETHLocked),
#: UnstakeRequestClaimed(uint256 id, address staker); the first two indexed.
MANTLE_REQUESTED: Final = "0xcbb10a3603d92dc1f9db6996b88539fbd521bb4144891e34c75b05c341c18379"
MANTLE_CLAIMED: Final = "0xbac6b2cb68f9205537fb1489571de5d98c9492cd5e1c7581b81cbb5932753aa8"
#: Stader: WithdrawRequestReceived(address msgSender, address recipient, uint256 requestId, uint256
#: sharesAmount, uint256 etherAmount), RequestRedeemed(address sender, address recipient, uint256
#: ethTransferred); the first address indexed.
STADER_REQUESTED: Final = "0x5b2ce38527d3f69f0bf03c1a363829ba12d09551f8778a9b0b9e1285ec19721a"
STADER_REDEEMED: Final = "0xc41189bc1876fc0625eb89bb16008df49e2dba7df50d91b9d3b78ef68a3ced50"
#: ether.fi: WithdrawRequestCreated(uint32 requestId, uint256 amountOfEEth, uint256 shareOfEEth,
#: address owner, uint256 fee), WithdrawRequestClaimed of the same shape; requestId indexed.
ETHERFI_REQUESTED: Final = "0x52ec6b5a2ebc56de823b66702bbb52ae3c6c2859f806c7628c374f32147b5940"
ETHERFI_CLAIMED: Final = "0x4ed779dfda2dd4cb90349b61fba6c125f68e3246023e6109203ddfa8db61ce05"


@dataclass(frozen=True, slots=True)
class Stake:
    """Whose log it is and what it has: numbers of topics and words, and places of its parts."""

    name: str
    topics: int
    words: int
    user: int
    amount: int
    minted: int | None = None
    token: int | None = None


READ: Final = {
    ETHERFI: Stake("etherfi", 2, 3, -1, 0),
    RENZO: Stake("renzo", 1, 5, 0, 2, 3, token=1),
    FRAX: Stake("frax", 3, 2, -2, 0),
    MANTLE: Stake("mantle", 2, 2, -1, 0, 1),
    STADER: Stake("stader", 3, 2, -2, 0, 1),
    SWELL: Stake("swell", 3, 3, -1, 0, 1),
    KELP: Stake("kelp", 2, 4, -1, 0, 1),
    KELP_TOKEN: Stake("kelp", 3, 4, -1, 0, 1, token=-2),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """A request that waits as coin, or its end: the same, with the places of what was given and of
    the coin; `number` tells requests apart where the log of the end does.
    """

    name: str
    topics: int
    words: int
    user: int
    given: int | None
    coin: int | None
    number: int | None = None


WAITS: Final = {
    MANTLE_REQUESTED: Wait("mantle", 3, 2, -2, 1, 0, -1),
    STADER_REQUESTED: Wait("stader", 2, 4, 0, 2, 3),
    MANTLE_CLAIMED: Wait("mantle", 3, 0, -2, None, None, -1),
    STADER_REDEEMED: Wait("stader", 2, 2, 0, None, 1),
}

#: weETH (Ethereum), which takes eETH and gives its own for it without a log.
WRAPPED_EETH: Final = "0xcd5fe23c85820f7b72d0926fc9b05b43e359b7ee"

SIGNS: Final = frozenset({*READ, *WAITS, ETHERFI_REQUESTED, ETHERFI_CLAIMED, WRAPPED_EETH})


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes, then requests that wait, by number or as a token."""
    events: tuple[Event, ...] = ()
    for topic, stake in READ.items():
        for log in logs_with(view.activity, topic, stake.topics, stake.words):
            if len(log.topics) == stake.topics and address_at(log, stake.user) in view.owned:
                events += _staked(view.without(events), log, stake)
    units = Units(view)
    for topic, wait in WAITS.items():
        for log in logs_with(view.activity, topic, wait.topics, wait.words):
            if len(log.topics) == wait.topics and address_at(log, wait.user) in view.owned:
                step = _ended if wait.given is None else _waiting
                events += step(view.without(events), log, wait, units)
    for topic in (ETHERFI_REQUESTED, ETHERFI_CLAIMED):
        for log in logs_with(view.activity, topic, 2, 4):
            events += _queued(view.without(events), log)
    events += _wrapped(view.without(events))
    return Recognised(events) if events else None


def _staked(view: ActivityView, log: Log, stake: Stake) -> tuple[Event, ...]:
    """What was paid in the size that was logged, for the token that was made for it."""
    paid = payments(view, {_taken(view, log, stake): -number_at(log, stake.amount)}, log.address)
    made = [
        leg
        for leg in view.legs
        if leg.quantity > 0
        and leg.counterparty == ZERO_ADDRESS
        and contract_of(leg.asset)
        and not is_non_fungible(leg.asset)
        and (stake.minted is None or leg.quantity == number_at(log, stake.minted))
    ][:1]
    return (event(view, "stake", (*paid, *made), stake.name),) if paid and made else ()


def _taken(view: ActivityView, log: Log, stake: Stake) -> AssetId:
    network = view.activity.network
    token = ZERO_ADDRESS if stake.token is None else address_at(log, stake.token)
    return native(network) if token in COIN else erc20(network, token)


def _request(view: ActivityView, log: Log, wait: Wait) -> tuple[AssetId, WalletId]:
    """The coin that waits, and whose it is."""
    network = view.activity.network
    number = "" if wait.number is None else f".{number_at(log, wait.number)}"
    asset = position(network, KEPT, f"{log.address}{number}")
    return asset, wallet_id(network, address_at(log, wait.user))


def _waiting(view: ActivityView, log: Log, wait: Wait, units: Units) -> tuple[Event, ...]:
    """A request: the token for a position in coin."""
    if wait.given is None or wait.coin is None:
        return ()
    went = [
        leg
        for leg in view.legs
        if leg.quantity == -number_at(log, wait.given) and leg.counterparty == log.address
    ][:1]
    asset, wallet = _request(view, log, wait)
    made = units.move(wallet, asset, number_at(log, wait.coin)) if went else ()
    return (event(view, "unstake", (*went, *made), wait.name),) if went else ()


def _ended(view: ActivityView, log: Log, wait: Wait, units: Units) -> tuple[Event, ...]:
    """The coin for a request, in the size that was logged where one was."""
    size = None if wait.coin is None else number_at(log, wait.coin)
    came = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network)
        and (leg.quantity > 0 if size is None else leg.quantity == size)
        and log.address in {leg.counterparty, view.called}
    ][:1]
    where = _request(view, log, wait)
    return tuple(kept(view, leg, where, wait.name, units) for leg in came)


def _queued(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A request as a token of its own, against what was given for it or came for it."""
    put_in = log.topics[0] == ETHERFI_REQUESTED
    number = int(log.topics[1], 16)
    pieces = [
        leg
        for leg in view.legs
        if leg.asset.endswith(f"/erc721:{log.address}/{number}") and (leg.quantity > 0) == put_in
    ]
    others = [leg for leg in view.legs if _answers(view, leg, log, put_in=put_in)][:1]
    return (event(view, "unstake", (*others, *pieces), "etherfi"),) if pieces and others else ()


def _wrapped(view: ActivityView) -> tuple[Event, ...]:
    """Rebasing tokens into those that do not, by the shape of every vault, and back."""
    kinds = {"vault_deposit": "wrap", "vault_withdraw": "unwrap"}
    found = silent(view, {WRAPPED_EETH}, "etherfi")
    return tuple(replace(one, kind=kinds.get(one.kind, one.kind)) for one in found)


def _answers(view: ActivityView, leg: Leg, log: Log, *, put_in: bool) -> bool:
    """Whether a leg is the other side of a request: its token in just that size, or the coin."""
    if put_in:
        return leg.quantity == -number_in(log, 0) and bool(contract_of(leg.asset))
    return leg.asset == native(view.activity.network) and 0 < leg.quantity <= number_in(log, 0)
