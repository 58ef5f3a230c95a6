"""The bridges of zkSync Era and of chains of its stack: a view in; what left and what came out.

Sources: matter-labs/era-contracts, IL1SharedBridge.sol, IAssetRouterBase.sol, IL1ERC20Bridge.sol,
IMailbox.sol, IL2Bridge.sol and L2BaseToken.sol; docs.zksync.io (contracts). A deposit in coin is
told with the gas that it pays for on the other side. There the coin is minted, what was paid too
much of the gas as well; a token is made by the bridge of that side.
"""

from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.activity import Log
from ledger.model.asset import erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import COIN, asset_at, came, expected, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "zksync_era"
RANK: Final = 12

#: BridgehubDepositBaseTokenInitiated(uint256 chainId, address from, address l1Token,
#: uint256 amount), the first two indexed; later with bytes32 assetId for the token.
COIN_SENT: Final = (
    "0x249bc8a55d0c4a0034b9aaa6be739bec2d4466e5d859bec9566a8553c405c838",
    "0x0f87e1ea5eb1f034a6071ef630c174063e3d48756f853efaaf4292b929298240",
)
#: BridgehubDepositInitiated(uint256 chainId, bytes32 txDataHash, address from, address to,
#: address l1Token, uint256 amount), the first three indexed; later (uint256 chainId,
#: bytes32 txDataHash, address from, bytes32 assetId, bytes bridgeMintCalldata); and before both
#: DepositInitiated(bytes32 l2DepositTxHash, address from, address to, address l1Token,
#: uint256 amount), the first three indexed.
TOKEN_SENT: Final = "0x8768405a01370685449c74c293804d6c9cc216d170acdbdba50b33ed4144447f"
ASSET_SENT: Final = "0xe21913bc89c1320d9709a5d236ffe06b54cf88aecfc9509ebd68f1adba45781e"
FIRST_SENT: Final = "0xdd341179f4edc78148d894d0213a96d212af2cbaf223d19ef6d483bdd47ab81d"
#: NewPriorityRequest(uint256 txId, bytes32 txHash, uint64 expirationTimestamp,
#: L2CanonicalTransaction transaction, bytes[] factoryDeps) of a chain's contract: all that a
#: deposit of coin logged first.
REQUESTED: Final = "0x4531cd5795773d7101c17bdeb9f5ab7f47d7056017506f937083be5d6e77a382"
#: EthWithdrawalFinalized(address to, uint256 amount), to indexed; WithdrawalFinalized(address to,
#: address l1Token, uint256 amount), the addresses indexed; WithdrawalFinalizedSharedBridge(
#: uint256 chainId, address to, address l1Token, uint256 amount), all but the last indexed.
COIN_CAME: Final = "0x26464d64ddb13f6d187de632d165bd1065382ec0b66c25c648957116e7bc25c8"
FIRST_CAME: Final = "0xac1b18083978656d557d6e91c88203585cfda1031bdb14538327121ef140d383"
TOKEN_CAME: Final = "0x05518b128f0a9b11ddddebd5211a7fc2f4a689dab3a3e258d93eb13049983c3e"
#: Of the other side Withdrawal(address l2Sender, address l1Receiver, uint256 amount) of the coin's
#: contract, the addresses indexed, and WithdrawalInitiated(address l2Sender, address l1Receiver,
#: address l2Token, uint256 amount), the addresses indexed.
COIN_LEFT: Final = "0x2717ead6b9200dd235aad468c9809ea400fe33ac69b5bfaa6d3e90fc922b6398"
TOKEN_LEFT: Final = "0x2fc3848834aac8e883a2d2a17a7514dc4f2d3dd268089df9b9f5d918259ef3b0"
#: FinalizeDeposit(address l1Sender, address l2Receiver, address l2Token, uint256 amount), the
#: addresses indexed; Mint(address account, uint256 amount) of the coin's contract, account indexed.
TOKEN_ARRIVED: Final = "0xb84fba9af218da60d299dc177abd5805e7ac541d2673cbee7808c10017874f63"
COIN_MINTED: Final = "0x0f6798a560793a54c3bcfe86a93cde1e73087d944c0ea20544137d4121396885"

ERA: Final = "eip155:324"
#: The contract of zkSync Era on Ethereum, to which deposits and withdrawals of coin went first.
DIAMOND: Final = "0x32400084c286cf3e17e7b677ea9583e60a000324"
#: The coin's contract on chains of the stack.
BASE_TOKEN: Final = "0x000000000000000000000000000000000000800a"
#: Who hands minted coin out: nobody, that contract, or what runs a block.
_MINTERS: Final = frozenset({ZERO_ADDRESS, PROTOCOL, BASE_TOKEN, f"0x{0x8001:040x}"})
_ETHEREUM: Final = "eip155:1"
#: Logs whose form others may have too → the contract that is meant: the second is the first bridge
#: of tokens.
_PAYERS: Final = {
    COIN_CAME: DIAMOND,
    FIRST_CAME: "0x57891966931eb4bb6fb81430e6ce0a03aabde063",
}

SIGNS: Final = frozenset(
    {
        *(*COIN_SENT, TOKEN_SENT, ASSET_SENT, FIRST_SENT, COIN_CAME, FIRST_CAME, TOKEN_CAME),
        *(COIN_LEFT, TOKEN_LEFT, DIAMOND, TOKEN_ARRIVED, BASE_TOKEN),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits of tokens, then of coin, which pays for those as well; withdrawals of both sides."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, TOKEN_SENT, 4, 3):
        there, to = f"eip155:{int(log.topics[1], 16)}", word_address(log, 0)
        events += _token(view.without(events), log, (1, 2), f"{there}:{to}", there)
    for log in logs_with(view.activity, FIRST_SENT, 4, 2):
        to = address_in(log.topics, 3)
        events += _token(view.without(events), log, (0, 1), f"{ERA}:{to}", ERA)
    for log in logs_with(view.activity, ASSET_SENT, 4, 3):
        events += _asset(view.without(events), log)
    if not events:
        events += _coin(view)
    for topic, topics, place in ((FIRST_CAME, 3, 1), (TOKEN_CAME, 4, 2), (COIN_CAME, 2, 1)):
        for log in logs_with(view.activity, topic, topics, 1):
            events += _came(view.without(events), log, place)
    for topic, topics in ((COIN_LEFT, 3), (TOKEN_LEFT, 4)):
        for log in logs_with(view.activity, topic, topics, 1):
            events += _left(view.without(events), log)
    for log in logs_with(view.activity, TOKEN_ARRIVED, 4, 1):
        events += _arrived(view.without(events), log)
    events += _minted(view.without(events))
    return Recognised(events) if events else None


def _arrived(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A token that the bridge of a chain of the stack made for an owned address."""
    token = erc20(view.activity.network, address_in(log.topics, 3))
    ours = address_in(log.topics, 2) in view.owned
    legs = came(view, token, number_in(log, 0)) if ours else ()
    made = all(leg.counterparty in {ZERO_ADDRESS, log.address} for leg in legs)
    return (event(view, "bridge_in", legs, NAME),) if legs and made else ()


def _minted(view: ActivityView) -> tuple[Event, ...]:
    """Coin that a deposit brought, with what came back of its gas; no more than was minted."""
    minted = sum(
        number_in(log, 0)
        for log in logs_with(view.activity, COIN_MINTED, 2, 1)
        if log.address == BASE_TOKEN and address_in(log.topics, 1) in view.owned
    )
    coin = native(view.activity.network)
    legs = [
        leg
        for leg in view.legs
        if leg.asset == coin and leg.quantity > 0 and leg.counterparty in _MINTERS
    ]
    fits = legs and sum(leg.quantity for leg in legs) <= minted
    return (event(view, "bridge_in", legs, NAME),) if fits else ()


def _token(
    view: ActivityView, log: Log, places: tuple[int, int], to: str, there: str
) -> tuple[Event, ...]:
    token, amount = word_address(log, places[0]), number_in(log, places[1])
    legs = paid(view, asset_at(view, token), amount, log.address)
    note = words("", to, expected(there, "*", amount))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _asset(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The one token that left for an asset router, which logs neither it nor how much."""
    if address_in(log.topics, 3) not in view.owned:
        return ()
    tokens = [leg for leg in view.legs if "/erc20:" in leg.asset and leg.quantity < 0]
    if len(tokens) != 1 or any(leg.quantity > 0 for leg in view.legs):
        return ()
    there, amount = f"eip155:{int(log.topics[1], 16)}", -tokens[0].quantity
    legs = paid(view, tokens[0].asset, amount, log.address)
    note = words("", f"{there}:{address_in(log.topics, 3)}", expected(there, "*", amount))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _coin(view: ActivityView) -> tuple[Event, ...]:
    """Coin that a deposit took: the log says how much, or the contract was asked itself."""
    coin = native(view.activity.network)
    for topic in COIN_SENT:
        for log in logs_with(view.activity, topic, 3, 2):
            there, amount = f"eip155:{int(log.topics[1], 16)}", number_in(log, 1)
            legs = paid(view, coin, amount, log.address)
            if legs and address_in(log.topics, 2) in view.owned:
                arrives = expected(there, COIN, f"1-{amount}")
                to = f"{there}:{address_in(log.topics, 2)}"
                return (event(view, "bridge_out", legs, NAME, words("", to, arrives)),)
    asked = logs_with(view.activity, REQUESTED, 1, 5)
    handed = [leg for leg in view.legs if leg.counterparty == DIAMOND and leg.asset == coin]
    amount = -sum(leg.quantity for leg in handed)
    if view.called != DIAMOND or not asked or amount <= 0:
        return ()
    note = words("", "", expected(ERA, COIN, f"1-{amount}"))
    return (event(view, "bridge_out", handed, NAME, note),)


def _came(view: ActivityView, log: Log, place: int) -> tuple[Event, ...]:
    """What a finished withdrawal paid to an owned address, whoever finished it."""
    if _PAYERS.get(log.topics[0], log.address) != log.address:
        return ()
    if log.topics[0] == COIN_CAME:
        asset = native(view.activity.network)
    else:
        asset = asset_at(view, address_in(log.topics, place + 1))
    to = address_in(log.topics, place)
    legs = came(view, asset, number_in(log, 0)) if to in view.owned else ()
    return (event(view, "bridge_in", legs, NAME),) if legs else ()


def _left(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that the coin's contract took for the network below, or a token that was burnt."""
    amount, network = number_in(log, 0), view.activity.network
    to = f"{_ETHEREUM}:{address_in(log.topics, 2)}"
    if address_in(log.topics, 1) not in view.owned or not amount:
        return ()
    coin = log.topics[0] == COIN_LEFT
    if coin and log.address != BASE_TOKEN:
        return ()
    asset = native(network) if coin else erc20(network, address_in(log.topics, 3))
    leg = next((leg for leg in view.legs if (leg.asset, leg.quantity) == (asset, -amount)), None)
    legs: tuple[Leg, ...] = (leg,) if leg is not None else ()
    note = words("", to, expected(_ETHEREUM, COIN if coin else "*", amount))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()
