"""Vaults of ERC-4626: a view in; deposits into vaults and withdrawals from them out.

Source: EIP-4626. The vault is its own share token; its logs name assets and shares. Shares that no
token shows, of a contract that logs like a vault and is none, are a position in their units.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._locks import follows
from ledger.protocols._vaults import DEPOSIT, UNLISTED, WITHDRAW, Turn, turned
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    net,
    number_in,
)

__all__ = ("DEPOSIT", "KNOWN", "NAME", "RANK", "SIGNS", "WITHDRAW", "recognise")

NAME: Final = "erc4626"
RANK: Final = 10

#: Vault → the protocol that it is of, where it is known: savings of Sky (docs.sky.money), sUSDe
#: (docs.ethena.fi), sfrxETH and sFRAX (docs.frax.finance), pufETH (docs.puffer.fi), scrvUSD
#: (docs.curve.finance) and auraBAL (docs.aura.finance), from their lists of contracts; sUSDC and
#: the vaults of Spark (sparkdotfi/spark-address-registry, src/Ethereum.sol).
KNOWN: Final = {
    "0x83f20f44975d03b1b09e64809b757c47f942beea": "sky",
    "0xa3931d71877c0e7a3148cb7eb4463524fec27fbd": "sky",
    "0xbc65ad17c5c0a2a4d159fa5a503f4992c7b545fe": "spark",
    "0xfe6eb3b609a7c8352a241f7f3a21cea4e9209b8f": "spark",
    "0x80128dbb9f07b93dde62a6daeadb69ed14a7d354": "spark",
    "0x28b3a8fb53b741a8fd78c0fb9a6b2393d896a43d": "spark",
    "0xe2e7a17dff93280dec073c995595155283e3c372": "spark",
    "0x9d39a5de30e57443bff2a8307a4256c8797a3497": "ethena",
    "0xac3e018457b222d93114458476f3e3416abbe38f": "frax",
    "0xa663b02cf0a4b149d2ad41910cb81e23e1c41c32": "frax",
    "0xd9a442856c234a39a81a089c06451ebaa4306a72": "puffer",
    "0x0655977feb2f289a4ab78af67bab0d17aab84367": "curve",
    "0xfaa2ed111b4f580fcb85c48e6dc6782dc5fcd7a6": "aura",
    "0x4ea9317d90b61fc28c418c247ad0ca8939bbb0e9": "aura",
}

SIGNS: Final = frozenset({DEPOSIT, WITHDRAW})


def recognise(view: ActivityView) -> Recognised | None:
    """The vault's logs whose shares moved for the fund, with the assets on the other side."""
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    units = Units(view)
    logs = [
        *logs_with(view.activity, DEPOSIT, 3, 2),
        *logs_with(view.activity, WITHDRAW, 4, 2),
    ]
    logs.sort(key=lambda log: log.index)
    vaults = {log.address for log in logs}
    for log in logs:
        name = KNOWN.get(log.address, NAME)
        turn = _turn(log)
        found = turned(view.without(events), turn, name, vaults)
        if found is not None:
            told = _with_shares(view, found, turn, units)
            events, facts = (*events, told[0]), facts + told[1]
    events += _rotated(view.without(events), logs)
    for log in logs if view.acts else ():
        events += _kept_elsewhere(view.without(events), log)
    return Recognised(events, facts) if events else None


def _with_shares(
    view: ActivityView, one: Event, turn: Turn, units: Units
) -> tuple[Event, tuple[Asset, ...]]:
    """The event with the units of a position where no token moved; vaults that are known have one.

    Of shares that are given back the books know at most what they saw made.
    """
    network = view.activity.network
    shown = any(leg.asset == erc20(network, turn.vault) for leg in one.legs)
    if shown or turn.vault in KNOWN or turn.holder not in view.owned:
        return one, ()
    wallet, kept = wallet_id(network, turn.holder), position(network, UNLISTED, turn.vault)
    if turn.put_in:
        gave = next(leg for leg in one.legs if leg.quantity < 0)
        made = units.move(wallet, kept, turn.shares)
        return event(view, one.kind, (*one.legs, *made), one.protocol), follows(view, kept, gave)
    held = max(units.of(wallet, kept) or 0, 0)
    gone: tuple[Leg, ...] = units.move(wallet, kept, -min(held, turn.shares))
    return event(view, one.kind, (*one.legs, *gone), one.protocol), ()


def _rotated(view: ActivityView, logs: Sequence[Log]) -> tuple[Event, ...]:
    """Shares of one vault for shares of another, the assets in between in a bundler's hands."""
    vaults = {erc20(view.activity.network, log.address) for log in logs}
    legs = [leg for leg in view.legs if leg.asset in vaults]
    sums = net(legs)
    went = [asset for asset, total in sums.items() if total < 0]
    came = [asset for asset, total in sums.items() if total > 0]
    return (event(view, "vault_deposit", legs, NAME),) if went and came else ()


def _kept_elsewhere(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Shares that the called contract put with a keeper, whose token came for as many, or back."""
    turn, network = _turn(log), view.activity.network
    if turn.holder != view.called:
        return ()
    moves = [
        one
        for one in view.activity.transfers
        if one.asset == erc20(network, turn.vault) and one.quantity == turn.shares
    ]
    helper = turn.holder
    keepers = {
        erc20(network, one.recipient if turn.put_in else one.sender)
        for one in moves
        if (one.sender if turn.put_in else one.recipient) == helper
    }
    signed = turn.shares if turn.put_in else -turn.shares
    kept = [leg for leg in view.legs if leg.asset in keepers and leg.quantity == signed]
    others = [
        leg
        for leg in view.legs
        if leg.counterparty == helper and (leg.quantity < 0) == turn.put_in and leg not in kept
    ]
    if len(kept) != 1 or len({leg.asset for leg in others}) != 1:
        return ()
    kind = "vault_deposit" if turn.put_in else "vault_withdraw"
    return (event(view, kind, (*others, *kept), KNOWN.get(turn.vault, NAME)),)


def _turn(log: Log) -> Turn:
    """What a log says; the owner of the shares is its last indexed address."""
    put_in = log.topics[0] == DEPOSIT
    holder = address_in(log.topics, 2 if put_in else 3)
    return Turn(log.address, put_in, number_in(log, 0), number_in(log, 1), holder)
