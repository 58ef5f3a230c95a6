"""Rocket Pool: a view in; coin for rETH, RPL, bonds of nodes and what came of them, rewards out.

Sources: rocket-pool/rocketpool, RocketTokenRETH.sol, RocketDepositPool.sol, RocketNodeDeposit.sol,
RocketTokenRPL.sol, RocketNodeStaking.sol, RocketMinipoolManager.sol, RocketMinipoolDelegate.sol,
RocketMegapoolDelegate.sol and RocketMerkleDistributorMainnet.sol. Its contracts follow one another
at new addresses; what they keep stays.

A bond is a position by its minipool. What a minipool hands out of less than 8 coins is earnings; of
more it is what its validator left with: the bond, what it earned or lost. A bond that is reduced
leaves credit for the next one. A megapool has all validators of a node, whose bonds are the node's;
what it pays is earnings, but where the exit of a validator is told with it.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import (
    Asset,
    AssetId,
    contract_of,
    erc20,
    known_without_asking,
    native,
    network_of,
    position,
)
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._stakes import Says, Table, staked
from ledger.protocols._vaults import Turn, turned
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    split,
)

NAME: Final = "rocket_pool"
RANK: Final = 10

#: DepositReceived(address from, uint256 amount, uint256 time) of the deposit pool, and of the
#: contract that takes a node's bond; from indexed.
DEPOSIT_RECEIVED: Final = "0x7aa1a8eb998c779420645fc14513bf058edb347d95c2fc2e6845bdc22f888631"
#: TokensMinted(address to, uint256 amount, uint256 ethAmount, uint256 time), TokensBurned(address
#: from, …) of the same shape, of rETH; the address indexed.
TOKENS_MINTED: Final = "0x6155cfd0fd028b0ca77e8495a60cbe563e8bce8611f0aad6fedbdaafc05d44a2"
TOKENS_BURNED: Final = "0x19783b34589160c168487dc7f9c51ae0bcefe67a47d6708fba90f6ce0366d3d1"
#: RPLFixedSupplyBurn(address from, uint256 amount, uint256 time) of RPL, which took as many of its
#: first version; from indexed.
RPL_MIGRATED: Final = "0x6baaa7e377675e56cf5b72632742a306ea2dbb4df3aed1c5fb884af8ee436cff"
#: RPLStaked(address from, uint256 amount, uint256 time), RPLWithdrawn(address to, uint256 amount,
#: uint256 time), from and to indexed; RPLStaked(address node, address from, uint256 amount, uint256
#: time), node indexed, of those since 2025.
RPL_STAKED: Final = "0x4e3bcb61bb8e63cb9ed2c46d47eeb6ae847c629e909fbb32b9d17874affb4a89"
RPL_STAKED_FOR: Final = "0x27061f46a0d88c20b00223c4cabb9f6d02edcb48e4d61d72de015b4432f97647"
RPL_WITHDRAWN: Final = "0x9947063f70b076145616018b82ed1dd5585e15b7ae0a0b17a8b06bec4c4c31e2"
#: RewardsClaimed(address claimer, uint256[] rewardIndex, uint256[] amountRPL, uint256[] amountETH);
#: claimer indexed.
REWARDS_CLAIMED: Final = "0xa95ccb6ea843871c0e81afc0fa4387c0bb5b36ad97007a97b3ea802f443c5a17"

#: MinipoolCreated(address minipool, address node, uint256 time) of the manager, minipool and node
#: indexed. Of a minipool: EtherWithdrawalProcessed(address executed, uint256 nodeAmount, uint256
#: userAmount, uint256 totalBalance, uint256 time), executed indexed; EtherWithdrawn(address to,
#: uint256 amount, uint256 time), to indexed; BondReduced(uint256 previousBondAmount, uint256
#: newBondAmount, uint256 time), nothing indexed.
CREATED: Final = "0x08b4b91bafaf992145c5dd7e098dfcdb32f879714c154c651c2758a44c7aeae4"
PROCESSED: Final = "0x3422b68c7062367a3ae581f8bf64158ddb63f02294a0abe7f32491787076f1b7"
WITHDRAWN: Final = "0xd5ca65e1ec4f4864fea7b9c5cb1ec3087a0dbf9c74641db3f6458edf445c4051"
REDUCED: Final = "0x90e131460b9acb17565f1719b9ebc49998aec6b07a4743a09b1b700545769eb6"
#: Of a megapool RewardsClaimed(uint256 amount, uint256 time), nothing indexed, and
#: MegapoolValidatorExited(uint32 validatorId, uint256 time), validatorId indexed.
MEGAPOOL_CLAIMED: Final = "0x38be9b012e428704c0fb2b81dfd53444b76ac4cd45c46cfd2d661f73d97cf47b"
MEGAPOOL_EXITED: Final = "0xbf4adfbfea0b3f07507ca1f6443b2cdfe688395253382abaaabc98e4323de6a6"
#: From this total on a minipool hands out what its validator left with (`distributeBalance`).
_CAPITAL: Final = 8 * 10**18

#: What RPL that was staked is called.
_RPL: Final = "rocket_pool.rpl"
_READ: Final[Table] = {
    RPL_STAKED: (Says("stake", 2, 2, kept=_RPL),),
    RPL_STAKED_FOR: (Says("stake", 2, 3, user=0, amount=1, kept=_RPL),),
    RPL_WITHDRAWN: (Says("unstake", 2, 2, kept=_RPL),),
}

#: A minipool speaks of its own bond, which the books know by its address.
VOUCHED: Final = frozenset({REDUCED})
#: The token says what the pool beside it took the coin for.
WITNESSES: Final = {TOKENS_MINTED: frozenset({DEPOSIT_RECEIVED})}

SIGNS: Final = frozenset(
    {
        *(DEPOSIT_RECEIVED, TOKENS_MINTED, TOKENS_BURNED, RPL_MIGRATED, REWARDS_CLAIMED),
        *(PROCESSED, WITHDRAWN, REDUCED, MEGAPOOL_CLAIMED, *_READ),
    }
)

#: A bond is reduced without anything moving.
WITHOUT_LEGS: Final = frozenset({REDUCED})


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes for rETH and back; then RPL, bonds of nodes and rewards."""
    events: tuple[Event, ...] = ()
    for topic in (TOKENS_MINTED, TOKENS_BURNED):
        for log in logs_with(view.activity, topic, 2, 3):
            events += _turned(view.without(events), log)
    found = staked(view.without(events), _READ, NAME)
    facts = list(found.assets) if found is not None else []
    events += found.events if found is not None else ()
    units = Units(view)
    created = _created(view)
    for log in logs_with(view.activity, DEPOSIT_RECEIVED, 2, 2):
        bonded = _bonded(view.without(events), log, created, units)
        events += bonded
        facts += [_bond_of(leg.asset) for one in bonded for leg in one.legs[-1:]]
    for log in logs_with(view.activity, REDUCED, 1, 3):
        reduced = _reduced(view, log, units)
        events += reduced
        facts += [_bond_of(leg.asset) for one in reduced for leg in one.legs[-1:]]
    for log in logs_with(view.activity, WITHDRAWN, 2, 2):
        events += _handed_out(view.without(events), log, units)
    for log in logs_with(view.activity, MEGAPOOL_CLAIMED, 1, 2):
        events += _claimed(view.without(events), log, units)
    for log in logs_with(view.activity, RPL_MIGRATED, 2, 2):
        events += _migrated(view.without(events), log)
    for log in logs_with(view.activity, REWARDS_CLAIMED, 2, 6):
        events += _rewarded(view.without(events), log)
    return Recognised(events, tuple(facts)) if events else None


def _turned(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin for rETH, of which the pool may have kept a fee, or rETH for coin."""
    put_in = log.topics[0] == TOKENS_MINTED
    holder, coin = address_in(log.topics, 1), native(view.activity.network)
    paid = [
        number_in(other, 0)
        for other in logs_with(view.activity, DEPOSIT_RECEIVED, 2, 2)
        if put_in and address_in(other.topics, 1) == holder
    ]
    for assets in (*paid[:1], number_in(log, 1)):
        turn = Turn(log.address, put_in, assets, number_in(log, 0), holder, coin)
        found = turned(view, turn, NAME, {log.address}, ("stake", "unstake"))
        if found is not None:
            return (found,)
    return ()


def _created(view: ActivityView) -> dict[str, list[str]]:
    """Node → the minipools that were created for it, in order."""
    found: dict[str, list[str]] = {}
    for log in logs_with(view.activity, CREATED, 3, 1):
        found.setdefault(address_in(log.topics, 2), []).append(address_in(log.topics, 1))
    return found


def _bonded(
    view: ActivityView, log: Log, created: dict[str, list[str]], units: Units
) -> tuple[Event, ...]:
    """The bond of a node: coin for which nothing came."""
    network, owner = view.activity.network, address_in(log.topics, 1)
    if owner not in view.owned:
        return ()
    paid = [
        leg
        for leg in view.legs
        if leg.asset == native(network)
        and leg.quantity == -number_in(log, 0)
        and leg.counterparty == log.address
    ][:1]
    if not paid:
        return ()
    minipools = created.get(owner, [])
    bond = _bond(network, minipools.pop(0) if minipools else owner)
    made = units.move(wallet_id(network, owner), bond, -paid[0].quantity)
    return (event(view, "stake", (*paid, *made), NAME),)


def _bond(network: str, of: str) -> AssetId:
    """The bond of a minipool, or what else is a node's."""
    return position(network, NAME, f"bond.{of}")


def _reduced(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """A part of a bond that is its node's credit from now on; the books know the bond."""
    network = view.activity.network
    bond, (before, now) = _bond(network, log.address), (number_in(log, 0), number_in(log, 1))
    holder = units.holder(bond)
    held = 0 if holder is None else units.of(holder, bond) or 0
    freed = min(held, before - now)
    if holder is None or freed <= 0:
        return ()
    node = holder.rpartition(":")[2]
    legs = units.move(holder, bond, -freed) + units.move(holder, _bond(network, node), freed)
    return (event(view, "migrate", legs, NAME),)


def _handed_out(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Coin that a minipool gave its node: earnings, or the bond with what it earned or lost.

    A bond that was paid out of credit has no units of its own: the node's are meant. Of a minipool
    whose bond the books do not know nothing can be told.
    """
    network, amount = view.activity.network, number_in(log, 0)
    came = [
        leg
        for leg in view.legs
        if leg.asset == native(network)
        and leg.quantity == amount
        and leg.counterparty == log.address
    ][:1]
    if not came or address_in(log.topics, 1) not in view.owned:
        return ()
    totals = [
        number_in(one, 2)
        for one in logs_with(view.activity, PROCESSED, 2, 4)
        if one.address == log.address
    ]
    bond = _bond(network, log.address)
    holder, spare = units.holder(bond), units.holder(_bond(network, _owner(came[0])))
    if holder is None or not units.of(holder, bond):
        bond, holder = _bond(network, _owner(came[0])), spare
    held = 0 if holder is None else units.of(holder, bond) or 0
    if holder is None or not held:
        return (event(view, "unstake", came, NAME, "position:unknown"),)
    if totals and totals[-1] < _CAPITAL:
        return (event(view, "reward", came, NAME),)
    lost = max(0, held - amount) if totals else 0
    back = min(held, amount)
    units.move(holder, bond, -back - lost)
    legs = split(came[0], amount - back, "reward")
    legs += (Leg(holder, bond, -back, role="position"),)
    legs += (Leg(holder, bond, -lost, role="penalty"),) if lost else ()
    return (event(view, "unstake", legs, NAME),)


def _claimed(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Coin that a megapool paid its node: earnings, or with them the bond of who left."""
    network, amount = view.activity.network, number_in(log, 0)
    came = exact(view, amount, asset=native(network), other={log.address})
    if not came or not view.acts:
        return ()
    exits = logs_with(view.activity, MEGAPOOL_EXITED, 2, 1)
    if all(one.address != log.address for one in exits):
        return (event(view, "reward", came, NAME),)
    bond = _bond(network, _owner(came[0]))
    held = units.of(came[0].wallet, bond) or 0
    back = min(held, amount)
    legs = split(came[0], amount - back, "reward") if back else came
    legs += units.move(came[0].wallet, bond, -back)
    return (event(view, "unstake", legs, NAME, "" if held else "position:unknown"),)


def _owner(leg: Leg) -> str:
    """The address of the wallet of a leg."""
    return leg.wallet.rpartition(":")[2]


def _bond_of(asset: AssetId) -> Asset:
    """A bond follows the coin."""
    coin = native(network_of(asset))
    known = known_without_asking(coin)
    assert known is not None, "the native coin is known without asking"
    return Asset(asset, known.symbol, known.decimals, "position", underlying=coin)


def _migrated(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """RPL of the first version for as many of the token that logged."""
    amount, new = number_in(log, 0), erc20(view.activity.network, log.address)
    came = [leg for leg in view.legs if leg.asset == new and leg.quantity == amount][:1]
    went = [leg for leg in view.legs if leg.quantity == -amount and contract_of(leg.asset)][:1]
    return (event(view, "migrate", (*went, *came), NAME),) if came and went else ()


def _rewarded(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The sums of RPL and of coin that a node claimed, where they came to the fund."""
    sizes = {sum(_array(log, place)) for place in (1, 2)}
    came = [leg for leg in view.legs if leg.quantity > 0 and leg.quantity in sizes]
    return (event(view, "reward", came, NAME),) if came and view.acts else ()


def _array(log: Log, place: int) -> list[int]:
    """The array whose offset stands at a place, as far as the data goes."""
    words = (len(log.data) - 2) // 64
    start, beyond = divmod(number_in(log, place), 32)
    if beyond or not 0 < start < words:
        return []
    end = min(start + 1 + number_in(log, start), words)
    return [number_in(log, word) for word in range(start + 1, end)]
