"""Uniswap v4 and PancakeSwap Infinity: a view in; liquidity put in and taken out, and trades, out.

Sources: Uniswap v4-core, IPoolManager.sol and Position.sol; v4-periphery, PositionManager.sol;
pancakeswap/infinity-core and infinity-periphery, whose managers log the same.

One contract holds what is in all pools and logs the liquidity that a position gained or lost, but
no amounts: these are what moved to and from it. What comes with liquidity so counts as given back,
fees too, for no log tells them apart; what comes without is fees.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from ledger.chains.evm.codec import keccak
from ledger.model.activity import Log
from ledger.model.asset import LIQUIDITY, Asset, AssetId, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._concentrated import released, told_apart
from ledger.protocols._forks import fork
from ledger.protocols._markets import INFINITY, INFINITY_BIN, SINGLETON, begun, traded
from ledger.protocols._pooled_v4 import singleton_position
from ledger.protocols._v4_pools import POOLS
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
    with_role,
)

NAME: Final = "uniswap_v4"
RANK: Final = 20

#: ModifyLiquidity(bytes32 id, address sender, int24 tickLower, int24 tickUpper, int256
#: liquidityDelta, bytes32 salt) of the pool manager; id and sender indexed. The position manager
#: gives the number of its token as salt.
MODIFY: Final = "0xf208f4912782fd25c7f114ca3723a2d5dd6f3bcc3ac8db5af63baa85f711d5ec"

#: Where the assets of Infinity's pools are; its pool managers hold nothing (infinity-core).
INFINITY_VAULT: Final = "0x238a358808379702088667322f80ac48bad5e6c4"
INFINITY_MANAGER: Final = "0x55f4c8aba71a1e923edc303eb4feff14608cc226"

#: Position managers, one a network (docs.uniswap.org, v4 deployments), and Infinity's on all.
MANAGERS: Final = frozenset(
    {
        "0xbd216513d74c8cf14cf4747e6aaa6420ff64ee9e",  # Ethereum
        "0x3c3ea4b57a46241e54610e5f022e5c45859a1017",  # Optimism
        "0x7a4a5c919ae2541aed11041a1aeee68f1287f95b",  # BNB Smart Chain
        "0x1ec2ebf4f37e7363fdfe3551602425af0b3ceef9",  # Polygon
        "0x7c5f5a4bbd8fd63184577525326123b519429bdc",  # Base
        "0xd88f38f930b7952f2db2432cb002e7abbf3dd869",  # Arbitrum One
        "0xb74b1f14d2754acfcbbe1a221023a5cf50ab8acd",  # Avalanche
        "0x4529a01c7a0410167c5740c487a8de60232617bf",  # Unichain
        "0xf7965f3981e4d5bc383bfbcb61501763e9068ca9",  # Celo
        "0x4ad2f4cca2682cbb5b950d660dd458a1d3f1baad",  # Blast
        "0xf66c7b99e2040f0d9b326b3b7c152e9663543d63",  # Zora
        "0xc585e0f504613b5fbf874f21af14c65260fb41fa",  # World Chain
        "0x1b35d13a2e2528f192637f14b05f0dc0e7deb566",  # Ink, Soneium
        INFINITY_MANAGER,
    }
)

#: Units of liquidity are shown like tokens of 18 decimals.
LIQUIDITY_DECIMALS: Final = 18

#: The manager of Infinity's concentrated pools (docs.pancakeswap.finance, addresses): the vault
#: holds what it logs.
INFINITY_POOLS: Final = "0xa0ffb9c1ce1fe56963b0321b32e7a0302114058b"
VOUCHED: Final = frozenset({INFINITY_POOLS})

SIGNS: Final = frozenset({MODIFY, SINGLETON, INFINITY, INFINITY_BIN})


@dataclass(frozen=True, slots=True)
class _Change:
    """Liquidity that a position of the fund's gained or lost."""

    asset: AssetId
    title: AssetId | None
    liquidity: int
    sender: str


#: What a position holds at a block, by its manager's storage.
fetch_position: Final = singleton_position


def recognise(view: ActivityView) -> Recognised | None:
    """What positions gained and lost, with all that moved for it; then a trade of the rest."""
    events: tuple[Event, ...] = ()
    changes = [(log, _change(view, log)) for log in logs_with(view.activity, MODIFY, 3, 4)]
    ours = [(log, change) for log, change in changes if change is not None]
    if ours:
        events += _changed(view, ours)
    facts = _facts([change for _, change in ours]) if events else ()
    first = begun(view.activity, NAME)
    if first is not None:
        model = NAME if first.topics[0] == SINGLETON else "pancakeswap"
        events += traded(view.without(events), fork(view, (), model))
    return Recognised(events, facts) if events else None


def told_of(view: ActivityView) -> frozenset[str]:
    """The network's pool manager, which says of every position what became of it."""
    return frozenset({POOLS.get(view.activity.network, "")} - {""})


def _change(view: ActivityView, log: Log) -> _Change | None:
    """The change of a position that the fund holds or makes; None of anybody else's."""
    network, sender = view.activity.network, address_in(log.topics, 2)
    liquidity, salt = _signed(number_in(log, 2)), number_in(log, 3)
    if sender in view.owned:
        words = [log.data[66 + 64 * n - 6 : 66 + 64 * n] for n in (0, 1)]  # ticks of three bytes
        key = keccak(bytes.fromhex("".join((sender[2:], *words, f"{salt:064x}")))).hex()
        asset = position(network, NAME, f"{log.topics[1]}.0x{key}")
        return _Change(asset, None, liquidity, sender)
    title = non_fungible(network, "erc721", sender, salt)
    asset = position(network, NAME, f"{sender}.{salt}")
    moved = [one for one in view.activity.transfers if one.asset == title]
    ours = any(leg.asset == title for leg in view.legs)
    held = Units(view).holder(asset) is not None
    called = sender in MANAGERS and view.acts and not moved
    return _Change(asset, title, liquidity, sender) if ours or held or called else None


def _signed(number: int) -> int:
    return number - 2**256 if number >> 255 else number


def _changed(view: ActivityView, changes: list[tuple[Log, _Change]]) -> tuple[Event, ...]:
    """One event of all positions that changed: what moved for each of them nobody tells apart."""
    parties = {INFINITY_VAULT, *(log.address for log, _ in changes)}
    parties.update(change.sender for _, change in changes)
    moved = [leg for leg in view.legs if leg.counterparty in parties]
    titles = {change.title for _, change in changes}
    pieces = tuple(with_role(leg, "title") for leg in view.legs if leg.asset in titles)
    moved = [leg for leg in moved if leg.asset not in titles] or _over_a_helper(view, changes)
    if not moved:
        return ()
    units, legs, unknown = Units(view), (*_refunds(moved), *pieces), False
    accrued: tuple[Leg, ...] = ()
    for _, change in changes:
        wallet = _holder(view, change, pieces, moved, units)
        held = units.of(wallet, change.asset)
        unknown |= held is None and change.liquidity < 0
        legs += units.move(wallet, change.asset, max(change.liquidity, -(held or 0)))
        accrued += released(units, wallet, change.asset)
    signs = {change.liquidity > 0 for _, change in changes if change.liquidity}
    kinds = {(True,): "pool_deposit", (False,): "pool_withdraw", (): "pool_fees"}
    kind = kinds.get(tuple(signs), "migrate")
    if kind == "pool_fees" and accrued:
        legs = (*_told_apart(view, legs, accrued), *accrued)
    else:
        legs += accrued
    name = "pancakeswap" if INFINITY_MANAGER in parties else NAME
    note = "position:unknown" if unknown else ""
    return (event(view, kind, legs, fork(view, sorted(parties), name), note),)


def _over_a_helper(view: ActivityView, changes: list[tuple[Log, _Change]]) -> list[Leg]:
    """What came of positions that the books know from whom the pools paid instead of the fund.

    The helper may have sold it to somebody, who paid the fund. Nothing else may have moved at the
    fund, nor gone into a position: what is of which could not be told.
    """
    units, pool = Units(view), POOLS.get(view.activity.network)
    holders = {change.asset: units.holder(change.asset) for _, change in changes}
    known = all(wallet and units.of(wallet, kept) for kept, wallet in holders.items())
    takes_out = all(change.liquidity <= 0 for _, change in changes)
    others = [leg for leg in view.legs if not is_non_fungible(leg.asset)]
    only_came = all(leg.quantity > 0 for leg in others)
    if not (known and takes_out and only_came and all(log.address == pool for log, _ in changes)):
        return []
    helpers = {view.called} | {
        one.recipient for one in view.activity.transfers if one.sender == pool
    }
    helpers |= {one.recipient for one in view.activity.transfers if one.sender in helpers}
    return [leg for leg in others if leg.counterparty in helpers - {ZERO_ADDRESS, ""}]


def _told_apart(
    view: ActivityView, legs: tuple[Leg, ...], accrued: tuple[Leg, ...]
) -> tuple[Leg, ...]:
    """Fees that came, with what the books did not know of as rewards."""
    known: Counter[AssetId] = Counter()
    for leg in accrued:
        fact = view.assets.get(leg.asset)
        if fact is not None and fact.underlying is not None:
            known[fact.underlying] -= leg.quantity
    wanted = Counter({leg.asset: leg.quantity for leg in legs if leg.quantity > 0})
    return told_apart(legs, wanted, known)


def _refunds(moved: list[Leg]) -> tuple[Leg, ...]:
    """What came back of an asset of which more was handed in."""
    given = {leg.asset for leg in moved if leg.quantity < 0}
    return tuple(
        with_role(leg, "refund") if leg.quantity > 0 and leg.asset in given else leg
        for leg in moved
    )


def _holder(
    view: ActivityView,
    change: _Change,
    pieces: tuple[Leg, ...],
    moved: list[Leg],
    units: Units,
) -> WalletId:
    """The wallet of a position: its title's, the one that held it, or who paid or was paid."""
    if change.title is None:
        return wallet_id(view.activity.network, change.sender)
    named = [leg.wallet for leg in pieces if leg.asset == change.title]
    return named[0] if named else units.holder(change.asset) or moved[0].wallet


def _facts(changes: list[_Change]) -> tuple[Asset, ...]:
    """What the positions are, and what their tokens stand for."""
    facts: list[Asset] = []
    for change in changes:
        facts.append(Asset(change.asset, LIQUIDITY, LIQUIDITY_DECIMALS, "position"))
        if change.title is not None:
            name = f"#{change.title.rpartition('/')[2]}"
            facts.append(Asset(change.title, name, 0, "nft", underlying=change.asset))
    return tuple(dict.fromkeys(facts))
