"""Curve's DAO and those that took its contracts: a view in; minted rewards, fees and locks out.

Sources: curvefi/curve-dao-contracts, Minter.vy, FeeDistributor.vy and VotingEscrow.vy; bribe
contracts of bribe.crv.finance, which log nothing. Its gauges log like any that keep a token, and
`staking_rewards` reads them.

A lock is a position without a token, counted in units of what was locked.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._locks import follows, locked, unlocked
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

NAME: Final = "curve_dao"
RANK: Final = 10

#: Minted(address recipient, address gauge, uint256 minted) of a minter, `minted` in total so far;
#: recipient, and on other networks than Ethereum gauge too, indexed.
MINTED: Final = "0x9d228d69b5fdb8d273a2336f8fb8612d039631024ea9bf09c424a9503aa078f0"
#: Claimed(address recipient, uint256 amount, uint256 claim_epoch, uint256 max_epoch) of a fee
#: distributor; recipient indexed.
CLAIMED: Final = "0x9cdcf2f7714cca3508c7f0110b04a90a80a3a8dd0e35de99689db74d28c5383e"
#: Deposit(address provider, uint256 value, uint256 locktime, int128 type, uint256 ts), provider and
#: locktime indexed, and Withdraw(address provider, uint256 value, uint256 ts), provider indexed, of
#: a voting escrow.
LOCKED: Final = "0x4566dfc29f6f11d13a418c26a02bef7c28bae749d4de47e4e6a7cddea6730d59"
UNLOCKED: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"

#: Whose contract it is; what is not here took the code (resources.curve.fi, deployments;
#: docs.balancer.fi, deployment addresses).
NAMES: Final = {
    "0xd061d61a4d941c39e5453435b6345dc261c2fce0": "curve",  # Minter
    "0xabc000d88f23bb45525e447528dbf656a9d55bf5": "curve",  # factory of gauges elsewhere
    "0xa464e6dcda8ac41e03616f95f4bc98a13b8922dc": "curve",  # fees in 3CRV
    "0xd16d5ec345dd86fb63c6a9c43c517210f1027914": "curve",  # fees in crvUSD
    "0x5f3b5dfeb7b28cdbd7faba78963ee202a494e2a2": "curve",  # veCRV
    "0x239e55f427d44c3cc793f49bfb507ebe76638a2b": "balancer",  # Minter
    "0x0c5538098ebe88175078972f514c9e101d325d4f": "balancer",  # minter elsewhere
    "0xc128a9954e6c874ea3d62ce62b468ba073093f25": "balancer",  # veBAL
}
#: What the minters of Ethereum mint out of nowhere: CRV and BAL.
TOKENS: Final = frozenset(
    {
        "0xd533a949740bb3306d119cc777fa900ba034cd52",
        "0xba100000625a3754423978a60c9317c58a424e3d",
    }
)
#: Bribe contracts, two versions, on Ethereum.
BRIBES: Final = frozenset(
    {
        "0x7893bbb46613d7a4fbcc31dab4c9b823ffee1026",
        "0x03dfdbcd4056e2f92251c7b07423e1a33a7d3f6d",
    }
)

SIGNS: Final = frozenset({MINTED, CLAIMED, LOCKED, UNLOCKED, *NAMES, *BRIBES})


def recognise(view: ActivityView) -> Recognised | None:
    """Rewards that were minted or of the logged size, locks with their position, and bribes."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, MINTED, 2, 1):
        events += _minted(view.without(events), log)
    for log in logs_with(view.activity, CLAIMED, 2, 3):
        came = _exact(view.without(events), log, 1)
        events += (event(view, "reward", came, _name(log)),) if came else ()
    units = Units(view)
    facts: tuple[Asset, ...] = ()
    for log in logs_with(view.activity, LOCKED, 3, 3):
        gave = _exact(view.without(events), log, -1)
        if gave:
            where = _place(view, log)
            events += (locked(view, gave, where, _name(log), units),)
            facts += follows(view, where[1], gave[0])
    for log in logs_with(view.activity, UNLOCKED, 2, 2):
        came = _exact(view.without(events), log, 1)
        known = log.address in NAMES or units.of(*_place(view, log))
        if came and known and len(log.topics) == 2:  # farms and other locks have the same log
            events += (unlocked(view, came, _place(view, log), _name(log), units),)
    bribes = [leg for leg in view.without(events).legs if leg.counterparty in BRIBES]
    if bribes and min(leg.quantity for leg in bribes) > 0:
        events += (event(view, "reward", bribes, "curve"),)
    return Recognised(events, facts) if events else None


def _name(log: Log) -> str:
    return NAMES.get(log.address, NAME)


def _exact(view: ActivityView, log: Log, sign: int) -> list[Leg]:
    """The leg of the logged size of an owned user's with the contract."""
    if address_in(log.topics, 1) not in view.owned:
        return []
    size = sign * number_in(log, 0)
    return [leg for leg in view.legs if leg.quantity == size and leg.counterparty == log.address][
        :1
    ]


def _minted(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the minter handed out or had minted, one payment for each gauge."""
    if address_in(log.topics, 1) not in view.owned:
        return ()
    came = [
        leg
        for leg in view.legs
        if leg.quantity > 0
        and (
            leg.counterparty == log.address
            or (leg.counterparty == ZERO_ADDRESS and contract_of(leg.asset) in TOKENS)
        )
    ][:1]
    return (event(view, "reward", came, _name(log)),) if came else ()


def _place(view: ActivityView, log: Log) -> tuple[WalletId, AssetId]:
    """Whose lock it is, and the position that it is."""
    network = view.activity.network
    holder = wallet_id(network, address_in(log.topics, 1))
    return holder, position(network, NAME, log.address)
