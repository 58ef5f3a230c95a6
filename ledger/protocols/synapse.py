"""Synapse: a view in; what left over its bridge or its orders and what arrived, out.

Source: synapsecns/synapse-contracts (SynapseBridge) and synapsecns/sanguine (FastBridge). Both ends
of an order log its id; of the bridge only the arrival logs one.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, expected, paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "synapse"
RANK: Final = 12

#: TokenDeposit(address to, uint256 chainId, address token, uint256 amount), and with more behind
#: it TokenDepositAndSwap, TokenRedeem, TokenRedeemAndSwap, TokenRedeemAndRemove, and TokenRedeemV2
#: with bytes32 for the recipient, which is indexed in all of them.
DEPOSIT: Final = "0xda5273705dbef4bf1b902a131c2eac086b7e1476a8ab0cb4da08af1fe1bd8e3b"
DEPOSIT_SWAP: Final = "0x79c15604b92ef54d3f61f0c40caab8857927ca3d5092367163b4562c1699eb5f"
REDEEM: Final = "0xdc5bad4651c5fbe9977a696aadc65996c468cde1448dd468ec0d83bf61c4b57c"
REDEEM_SWAP: Final = "0x91f25e9be0134ec851830e0e76dc71e06f9dade75a9b84e9524071dbbc319425"
REDEEM_REMOVE: Final = "0x9a7024cde1920aa50cdde09ca396229e8c4d530d5cfdc6233590def70a94408c"
REDEEM_2: Final = "0x8e57e8c5fea426159af69d47eda6c5052c7605c9f70967cf749d4aa55b70b499"
#: TokenMint(address to, address token, uint256 amount, uint256 fee, bytes32 kappa), and with more
#: before the last TokenMintAndSwap, TokenWithdraw and TokenWithdrawAndRemove; the first and the
#: last indexed.
MINT: Final = "0xbf14b9fde87f6e1c29a7e0787ad1d0d64b4648d8ae63da21524d9fd0f283dd38"
MINT_SWAP: Final = "0x4f56ec39e98539920503fd54ee56ae0cbebe9eb15aa778f18de67701eeae7c65"
WITHDRAW: Final = "0x8b0afdc777af6946e53045a4a75212769075d30455a212ac51c9b16f9c5c9b26"
WITHDRAW_REMOVE: Final = "0xc1a608d0f8122d014d03cc915a91d98cef4ebaf31ea3552320430cba05211b6d"
#: BridgeRequested(bytes32 transactionId, address sender, bytes request, uint32 destChainId,
#: address originToken, address destToken, uint256 originAmount, uint256 destAmount,
#: bool sendChainGas); id and sender indexed.
REQUESTED: Final = "0x120ea0364f36cdac7983bcfdd55270ca09d7f9b314a2ebc425a3b01ab1d6403a"
#: BridgeRelayed(bytes32 transactionId, address relayer, address to, uint32 originChainId,
#: address originToken, address destToken, uint256 originAmount, uint256 destAmount,
#: uint256 chainGasAmount); the first three indexed.
RELAYED: Final = "0xf8ae392d784b1ea5e8881bfa586d81abf07ef4f1e2fc75f7fe51c90f05199a5c"

_OUT: Final = (DEPOSIT, DEPOSIT_SWAP, REDEEM, REDEEM_SWAP, REDEEM_REMOVE, REDEEM_2)
_IN: Final = (MINT, MINT_SWAP, WITHDRAW, WITHDRAW_REMOVE)

SIGNS: Final = frozenset({*_OUT, *_IN, REQUESTED, RELAYED})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave, and what came to one."""
    events: tuple[Event, ...] = ()
    for topic in _OUT:
        for log in logs_with(view.activity, topic, 2, 3):
            events += _sent(view.without(events), log)
    for topic in _IN:
        for log in logs_with(view.activity, topic, 3, 3):
            events += _arrived(view.without(events), log)
    for log in logs_with(view.activity, REQUESTED, 3, 7):
        events += _requested(view.without(events), log)
    for log in logs_with(view.activity, RELAYED, 4, 6):
        events += _relayed(view.without(events), log)
    return Recognised(events) if events else None


# ---- the bridge --------------------------------------------------------------------------------


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the log says, or all of the one asset that a router swapped for it before."""
    legs = paid(view, asset_at(view, word_address(log, 1)), number_in(log, 2), log.address)
    if not legs and all(leg.quantity < 0 for leg in view.legs):
        handed = [leg for leg in view.legs if leg.counterparty == view.called]
        legs = tuple(handed) if len({leg.asset for leg in handed}) == 1 else ()
    if not legs or any(is_non_fungible(leg.asset) for leg in legs):
        return ()
    note = words(to=f"eip155:{number_in(log, 0)}:{address_in(log.topics, 1)}")
    return (event(view, "bridge_out", legs, NAME, note),)


def _arrived(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was minted or paid out less its fee, or what the bridge swapped it for."""
    if address_in(log.topics, 1) not in view.owned:
        return ()
    amount = number_in(log, 1) - number_in(log, 2)
    legs = came(view, asset_at(view, word_address(log, 0)), amount)
    if not legs:
        legs = tuple(
            leg for leg in view.legs if leg.quantity > 0 and leg.counterparty == log.address
        )
    note = words(f"synapse:{log.topics[2]}")
    return (event(view, "bridge_in", legs[:1], NAME, note),) if legs else ()


# ---- orders ------------------------------------------------------------------------------------


def _requested(view: ActivityView, log: Log) -> tuple[Event, ...]:
    token, amount = asset_at(view, word_address(log, 2)), number_in(log, 4)
    legs = paid(view, token, amount, log.address)
    arrives = expected(f"eip155:{number_in(log, 1)}", word_address(log, 3), number_in(log, 5))
    note = words(f"synapse:{log.topics[1]}", expects=arrives)
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _relayed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 3) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 2)), number_in(log, 4))
    note = words(f"synapse:{log.topics[1]}")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
