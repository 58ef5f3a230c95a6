"""Symbiotic's vaults: a view in; stakes, what waits to be claimed, and what came back out.

Source: symbioticfi/core, IVault.sol and VaultTokenized.sol, docs.symbiotic.fi. A stake is counted
in the vault's shares: a position, or the vault's own token where it gives one.
The log of a deposit is that of any vault of ERC-4626: it counts from a vault that is known. What
went into another is `erc4626`'s until a log that only Symbiotic has says whose the vault is.
What was asked back waits in units of the collateral, of all epochs together: no log names them.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._locks import follows
from ledger.protocols._symbiotic_vaults import VAULTS
from ledger.protocols._vaults import DEPOSIT, UNLISTED
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "symbiotic"
#: Before the vaults of ERC-4626, whose log of a deposit is the same.
RANK: Final = 9

#: Withdraw(address withdrawer, address claimer, uint256 amount, uint256 burnedShares,
#: uint256 mintedShares), Claim(address claimer, address recipient, uint256 epoch, uint256 amount),
#: ClaimBatch(address claimer, address recipient, uint256[] epochs, uint256 amount); the addresses
#: indexed. Pairs of Solidly's kind log a Claim of the same shape.
WITHDRAW: Final = "0xebff2602b3f468259e1e99f613fed6691f3a6526effe6ef3e768ba7ae7a36c4f"
CLAIM: Final = "0x865ca08d59f5cb456e85cd2f7ef63664ea4f73327414e9d8152c4158b0e94645"
CLAIM_BATCH: Final = "0x326b6aff1cd2fb1c8234de4f9dcfb9047c5c36eb9ef2eb34af5121e969a75d27"

SIGNS: Final = frozenset({WITHDRAW, CLAIM, CLAIM_BATCH, *VAULTS})
#: Nothing moves where a stake is asked back.
WITHOUT_LEGS: Final = frozenset({WITHDRAW})
#: It counts for a stake with the vault that logs it, which the books know.
VOUCHED: Final = frozenset({WITHDRAW})


def recognise(view: ActivityView) -> Recognised | None:
    """Collateral that went in for nothing that moves, was asked back, and came."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    for log in logs_with(view.activity, DEPOSIT, 3, 2):
        if log.address not in VAULTS:
            continue
        found = _staked(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
    for log in logs_with(view.activity, WITHDRAW, 3, 3):
        found = _asked(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
    for topic in (CLAIM, CLAIM_BATCH):
        for log in logs_with(view.activity, topic, 3, 2):
            events += _claimed(view.without(events), log, units)
    return Recognised(events, facts) if events else None


def _place(view: ActivityView, vault: str, user: str) -> tuple[WalletId, AssetId, AssetId]:
    """A wallet, what it has staked with a vault, and what waits for it."""
    network, model = view.activity.network, NAME if vault in VAULTS else UNLISTED
    stake, waits = (position(network, model, vault + more) for more in ("", ".waiting"))
    return wallet_id(network, user), stake, waits


def _staked(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Collateral for shares, of which no token tells or the vault's own; nothing else came."""
    user = address_in(log.topics, 2)
    gave = exact(view, -number_in(log, 0), other={log.address})
    token = _token(view, log.address, number_in(log, 1))
    came = any(leg.quantity > 0 and leg not in token for leg in view.legs)
    if user not in view.owned or not gave or came or len(log.topics) != 3:
        return (), ()
    wallet, stake, waits = _place(view, log.address, user)
    made = token or units.move(wallet, stake, number_in(log, 1))
    facts = (*follows(view, stake, gave[0]), *follows(view, waits, gave[0]))
    return (event(view, "stake", (*gave, *made), NAME),), facts[1:] if token else facts


def _token(view: ActivityView, vault: str, shares: int) -> tuple[Leg, ...]:
    """So many of a vault's own token, made or burnt."""
    return exact(view, shares, asset=erc20(view.activity.network, vault), other={ZERO_ADDRESS})


def _asked(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Shares of a stake, turned into what waits; its cost goes along.

    They are the vault's own token that was burnt, for nothing else where the vault is not known, or
    of a position that the books know.
    """
    user, claimer = (address_in(log.topics, place) for place in (1, 2))
    wallet, stake, waits = _place(view, log.address, user)
    sold = log.address not in VAULTS and any(leg.quantity > 0 for leg in view.legs)
    token = () if sold else _token(view, log.address, -number_in(log, 1))
    burnt = min(number_in(log, 1), units.of(wallet, stake) or 0)
    if len(log.topics) != 3 or not {user, claimer} <= view.owned or not (token or burnt > 0):
        return (), ()
    legs = token or units.move(wallet, stake, -burnt)
    legs += units.move(wallet_id(view.activity.network, claimer), waits, number_in(log, 0))
    return (event(view, "unstake", legs, NAME),), ()


def _claimed(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Collateral that the vault paid out of what waits for the claimer."""
    wallet, _, waits = _place(view, log.address, address_in(log.topics, 1))
    came = exact(view, number_in(log, 1), other={log.address})
    held = units.of(wallet, waits) or 0
    if not came or held <= 0 or len(log.topics) != 3:
        return ()
    gone: tuple[Leg, ...] = units.move(wallet, waits, -min(held, came[0].quantity))
    return (event(view, "unstake", (*came, *gone), NAME),)
