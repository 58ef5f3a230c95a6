"""Single-collateral DAI (Sai): a view in; pooled ether, cups with debts, bites, migration out.

Sources: makerdao/sai, src/tub.sol; makerdao/scd-mcd-migration, ScdMcdMigration.sol; addresses from
the deployments of both.

The tub logs its calls: the function, who called, and its arguments. A position (cup) is counted in
pooled ether. Through a proxy coin stands for it; the fee is paid in MKR.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.protocols._loans import Book, own_hands
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    with_role,
)

NAME: Final = "makerdao_sai"
RANK: Final = 10

#: Calls that are logged: join(uint256 wad), exit(uint256 wad), lock(bytes32 cup, uint256 wad),
#: free, draw and wipe of the same shape, shut(bytes32 cup), bite(bytes32 cup).
JOIN: Final = "0x049878f3" + "0" * 56
EXIT: Final = "0x7f8661a1" + "0" * 56
LOCK: Final = "0xb3b77a51" + "0" * 56
FREE: Final = "0xa5cd184e" + "0" * 56
DRAW: Final = "0x440f19ba" + "0" * 56
WIPE: Final = "0x73b38101" + "0" * 56
SHUT: Final = "0xb84d2106" + "0" * 56
BITE: Final = "0x40cc8854" + "0" * 56

#: makerdao/sai, mainnet addresses; makerdao/scd-mcd-migration.
TUB: Final = "0x448a5065aebb8e423f0896e6c5d525c040f59af3"
PETH: Final = "0xf53ad2c6851052a81b42133467480961b2321c09"
WETH: Final = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
SAI: Final = "0x89d24a6b4ccb1b6faa2625fe562bdd9a23260359"
DAI: Final = "0x6b175474e89094c44da98b954eedeac495271d0f"
MKR: Final = "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2"
MIGRATION: Final = "0xc73e0383f3aff3215e6f04b0331d58cecf0ab849"

SIGNS: Final = frozenset({TUB, MIGRATION})

#: A cup is bitten without anything moving at the one who owns it.
WITHOUT_LEGS: Final = frozenset({BITE})


def recognise(view: ActivityView) -> Recognised | None:
    """Calls by an owned address or the contract that it called, bites, then the migration."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    if view.acts:
        events = _acted(book, view)
    for log in logs_with(view.activity, BITE, 3, 0):
        if log.address == TUB:
            events += _bitten(book, log)
    return book.recognised(events)


def _acted(book: Book, view: ActivityView) -> tuple[Event, ...]:
    """What the fund did itself."""
    events: tuple[Event, ...] = ()
    users = own_hands(view)
    for signature, topics in (
        *((JOIN, 3), (EXIT, 3), (LOCK, 4), (FREE, 4)),
        *((DRAW, 4), (WIPE, 4), (SHUT, 3)),
    ):
        for log in logs_with(view.activity, signature, topics, 0):
            if log.address == TUB and address_in(log.topics, 1) in users:
                events += _called(book, log, view.without(events))
    return events + _migrated(view.without(events))


def _bitten(book: Book, log: Log) -> tuple[Event, ...]:
    """A cup that the books know was bitten: its debt is gone, and the pooled ether that left next.

    The tub says neither; all of the debt is taken over, and ether moves to be sold for it.
    """
    network = book.view.activity.network
    kept, owed = _parts(network, int(log.topics[2], 16))
    holder = book.holder(kept)
    taken = [
        one.quantity
        for one in book.view.activity.transfers
        if one.asset == erc20(network, PETH)
        and one.sender == TUB
        and one.log_index is not None
        and one.log_index > log.index
    ]
    if holder is None or not taken:
        return ()
    debtor = book.owner(holder, owed)
    legs = book.take(holder, kept, taken[0], ())[0]
    legs += book.owe(debtor, owed, -(book.held(debtor, owed) or 0))
    return (event(book.view, "liquidation", legs, NAME),) if legs else ()


def _parts(network: str, cup: int) -> tuple[AssetId, AssetId]:
    """What a cup holds, and what it owes."""
    return position(network, NAME, f"{TUB}.{cup}"), debt(network, NAME, f"{TUB}.{cup}")


def _called(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """One call: pooling, then the cup's collateral, then its debt."""
    signature, network = log.topics[0], view.activity.network
    if signature in {JOIN, EXIT}:
        return _pooled(view, int(log.topics[2], 16), put_in=signature == JOIN)
    parts = _parts(network, int(log.topics[2], 16))
    units = int(log.topics[3], 16) if signature != SHUT else 0
    if signature in {LOCK, FREE}:
        return _collateral(book, view, parts, units if signature == LOCK else -units)
    if signature == SHUT:
        return _shut(book, view, parts)
    return _loan(book, view, parts, units if signature == DRAW else -units)


def _legs_of(view: ActivityView, contract: str, sign: int) -> tuple[Leg, ...]:
    asset = erc20(view.activity.network, contract)
    return tuple(leg for leg in view.legs if leg.asset == asset and leg.quantity * sign > 0)


def _pooled(view: ActivityView, wad: int, *, put_in: bool) -> tuple[Event, ...]:
    """Wrapped ether for pooled ether, or back."""
    sign = 1 if put_in else -1
    shares = [leg for leg in _legs_of(view, PETH, sign) if abs(leg.quantity) == wad][:1]
    ether = [leg for leg in _legs_of(view, WETH, -sign) if leg.counterparty == TUB][:1]
    if not shares or not ether:
        return ()
    return (event(view, "vault_deposit" if put_in else "vault_withdraw", (*shares, *ether), NAME),)


#: A cup's collateral and its debt.
_Parts = tuple[AssetId, AssetId]


def _collateral(book: Book, view: ActivityView, parts: _Parts, units: int) -> tuple[Event, ...]:
    """Pooled ether into a cup or out of it, or the coin that a proxy made it of."""
    kept, network = parts[0], view.activity.network
    pooled = erc20(network, PETH)
    legs = tuple(leg for leg in view.legs if leg.asset == pooled and leg.quantity == -units)[:1]
    if not legs:
        coin = [leg for leg in view.legs if leg.asset == native(network)]
        handed = [leg for leg in coin if leg.counterparty == view.called]
        one_way = net(handed).get(native(network), 0) * units < 0
        legs = tuple(handed) if one_way and view.called != TUB else ()
    if not legs:
        return ()
    owner = book.owner(legs[0].wallet, *parts)
    if units > 0:
        put = book.put(owner, kept, units, pooled)
        return (event(view, "lend_deposit", (*legs, *put), NAME),)
    legs, note = book.take(owner, kept, -units, legs)
    return (event(view, "lend_withdraw", legs, NAME, note),)


def _loan(book: Book, view: ActivityView, parts: _Parts, units: int) -> tuple[Event, ...]:
    """SAI drawn for a debt, or paid back for it by anybody, with the fee in MKR."""
    kept, owed = parts
    of = erc20(view.activity.network, SAI)
    legs = tuple(leg for leg in view.legs if leg.asset == of and leg.quantity == units)[:1]
    if not legs:
        return ()
    fee = _fee(view) if units < 0 else ()
    change = book.owe(book.owner(legs[0].wallet, owed, kept), owed, units, of)
    return (event(view, "borrow" if units > 0 else "repay", (*legs, *fee, *change), NAME),)


def _fee(view: ActivityView) -> tuple[Leg, ...]:
    return tuple(with_role(leg, "interest") for leg in _legs_of(view, MKR, -1)[:1])


def _shut(book: Book, view: ActivityView, parts: _Parts) -> tuple[Event, ...]:
    """A cup that was closed: all of its debt paid, all of its collateral back."""
    events: tuple[Event, ...] = ()
    paid = _legs_of(view, SAI, -1)[:1]
    if paid:
        events += _loan(book, view, parts, paid[0].quantity)
    back = _legs_of(view, PETH, 1)[:1]
    if back:
        events += _collateral(book, view.without(events), parts, -back[0].quantity)
    return events


def _migrated(view: ActivityView) -> tuple[Event, ...]:
    """SAI that became as much DAI, or back."""
    for old, new in ((SAI, DAI), (DAI, SAI)):
        gone = [leg for leg in _legs_of(view, old, -1) if leg.counterparty == MIGRATION]
        for leg in gone:
            came = [one for one in _legs_of(view, new, 1) if one.quantity == -leg.quantity]
            if came:
                return (event(view, "migrate", (leg, came[0]), NAME),)
    return ()
