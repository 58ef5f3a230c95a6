"""Gearbox: a view in; stakes of GEAR, and pools through a zapper, out.

Sources: Gearbox-protocol/core-v3, contracts/interfaces/IGearStakingV3.sol; EIP-4626 (its pools);
core-v2, IPoolService.sol (the pools before them, whose shares are a token beside the pool);
Gearbox-protocol/integrations-v3, contracts/zappers.

A zapper deposits for its caller, stakes the pool's shares and hands on as many tokens of the farm;
so the pool's log names the zapper, with just the sizes that the wallet paid and got. What is
withdrawn from a stake waits without a log that moves anything; a pool itself is a vault.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._loans import Action, Book, asset_at, named, told, topic, word
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    payments,
)

NAME: Final = "gearbox"
RANK: Final = 15

#: DepositGear(address user, uint256 amount) and ClaimGearWithdrawal(address user, address to,
#: uint256 amount); user indexed.
STAKED: Final = "0x40c1c5eea44ed2915f467af4c276c820af0ea61e60cec94ae218e26ce88c9d58"
CLAIMED: Final = "0x9ea817ed5ccb5a1eafcd6d01a896035676615d5bf2b59a1798801a35e00d4aa1"
#: Deposit(address sender, address owner, uint256 assets, uint256 shares) and Withdraw(address
#: sender, address receiver, address owner, uint256 assets, uint256 shares) of a vault; addresses
#: indexed.
DEPOSIT: Final = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"
#: Refer(address onBehalfOf, uint256 referralCode, uint256 amount) of a pool; the first two indexed.
REFER: Final = "0xd01c12ea61a25b0a57aa9b86b06dacf8f140567dd44ec9db66ef7955f6a956d2"

#: AddLiquidity(address sender, address onBehalfOf, uint256 amount, uint256 referralCode),
#: RemoveLiquidity(address sender, address to, uint256 amount) of the pools of the first versions;
#: the addresses indexed. What is added is counted in the asset, what is removed in shares.
ADDED: Final = "0xd2491a9b4fe81a7cd4511e8b7b7743951b061dad5bed7da8a7795b080ee08c7e"
REMOVED: Final = "0xd8ae9b9ba89e637bcb66a69ac91e8f688018e81d6f92c57e02226425c8efbdf6"

#: Pools by their address, for a withdrawal logs no referral: network → pools (Gearbox's static
#: list of its third version, @gearbox-protocol/sdk).
POOLS: Final = {
    "eip155:1": (
        "0x05a811275fe9b4de503b3311f51edf6a856d936e",
        "0x31426271449f60d37cc5c9aef7bd12af3bdc7a94",
        "0x4d56c9cba373ad39df69eb18f076b7348000ae09",
        "0x8ef73f036feec873d0b2fd20892215df5b8bdd72",
        "0xda00000035fef4082f78def6a8903bee419fbf8e",
        "0xda0002859b2d05f66a753d8241fcde8623f26f4f",
        "0xda00010eda646913f273e10e7a5d1f659242757d",
        "0xe7146f53dbcae9d6fa3555fe502648deb0b2f823",
    ),
    "eip155:10": (
        "0x42db77b3103c71059f4b997d6441cfb299fd0d94",
        "0x5520daa93a187f4ec67344e6d2c4fc9b080b6a35",
    ),
    "eip155:42161": (
        "0x04419d3509f13054f60d253e0c79491d9e683399",
        "0x890a69ef363c9c7bdd5e36eb95ceb569f63acbf6",
        "0xa76c604145d7394dec36c49af494c144ff327861",
    ),
}

_STAKES: Final = {
    STAKED: Action("deposit", 2, 1, topic(1), 0),
    CLAIMED: Action("withdraw", 2, 2, topic(1), 1, through=word(0)),
}
_KINDS: Final = {"lend_deposit": "stake", "lend_withdraw": "unstake"}

SIGNS: Final = frozenset(
    {*_STAKES, REFER, ADDED, REMOVED, *(pool for each in POOLS.values() for pool in each)}
)


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes of an owned user, then what a zapper did with a pool for its caller."""
    if not view.acts:
        return None
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log, action in told(view, _STAKES):
        found = named(book, log, action, view.without(events))
        if found is not None:
            events += (replace(found, kind=_KINDS[found.kind]),)
    for log in logs_with(view.activity, ADDED, 3, 2):
        events += _added(view.without(events), log)
    for log in logs_with(view.activity, REMOVED, 3, 1):
        events += _removed(view.without(events), log)
    for log in logs_with(view.activity, DEPOSIT, 3, 2):
        if address_in(log.topics, 2) == view.called and _is_pool(view, log):
            sizes = (-number_in(log, 0), number_in(log, 1))
            events += _zapped(view.without(events), "vault_deposit", sizes)
    for log in logs_with(view.activity, WITHDRAW, 4, 2):
        if address_in(log.topics, 3) == view.called and _is_pool(view, log):
            sizes = (number_in(log, 0), -number_in(log, 1))
            events += _zapped(view.without(events), "vault_withdraw", sizes)
    return book.recognised(events)


def _added(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The asset for shares that were made, where nothing else was."""
    of = asset_at(view, -number_in(log, 0), {log.address})
    paid = payments(view, {of: -number_in(log, 0)}) if of is not None else ()
    made = [
        leg
        for leg in view.legs
        if leg.quantity > 0 and leg.counterparty == ZERO_ADDRESS and not is_non_fungible(leg.asset)
    ]
    ours = address_in(log.topics, 2) in view.owned and paid and len(made) == 1
    return (event(view, "vault_deposit", (*paid, *made), NAME),) if ours else ()


def _removed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Shares that were burnt for what the pool gave, or a gateway that unwraps it.

    A pool of one asset gives nothing else for them.
    """
    units, parties = number_in(log, 0), {address_in(log.topics, place) for place in (1, 2)}
    burnt = {
        move.asset
        for move in view.activity.transfers
        if move.recipient == ZERO_ADDRESS and move.quantity == units
    }
    given = [leg for leg in view.legs if leg.asset in burnt and leg.quantity == -units][:1]
    payers = {log.address, view.called} if view.called in parties else {log.address}
    came = [leg for leg in view.legs if leg.quantity > 0 and leg.counterparty in payers]
    ours = not parties.isdisjoint({*view.owned, view.called}) and given and len(came) == 1
    return (event(view, "vault_withdraw", (*given, *came), NAME),) if ours else ()


def _is_pool(view: ActivityView, log: Log) -> bool:
    """Whether a vault is one of the pools: by its address, or by what it logs of referrals."""
    refers = logs_with(view.activity, REFER, 3, 1)
    known = log.address in POOLS.get(view.activity.network, ())
    return known or any(other.address == log.address for other in refers)


def _zapped(view: ActivityView, kind: str, sizes: Iterable[int]) -> tuple[Event, ...]:
    """The two legs of just these sizes."""
    legs = tuple(
        leg
        for size in sizes
        for leg in [
            one for one in view.legs if one.quantity == size and not is_non_fungible(one.asset)
        ][:1]
    )
    return (event(view, kind, legs, NAME),) if len(legs) > 1 else ()
