"""Fluid's vaults: a view in; collateral, debts and liquidations out.

Source: Instadapp/fluid-contracts-public, contracts/protocols/vault/vaultT1/coreModule/events.sol.
What Fluid lends to everybody are vaults of ERC-4626.

A position has a number and a token that says whose it is. One log says what was put in or taken
out, borrowed or paid back; the liquidity layer holds the assets. Nobody logs what a single position
loses when a vault is liquidated.
"""

from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, position
from ledger.model.event import Event
from ledger.protocols._levered import Step, changed, levered, titled
from ledger.protocols._loans import Book, asset_at, of_size, own_hands, signed_in
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
    word_address,
)

NAME: Final = "fluid"
RANK: Final = 10

#: LogOperate(address user, uint256 nftId, int256 colAmt, int256 debtAmt, address to), nothing
#: indexed.
OPERATE: Final = "0xfef64760e30a41b9d5ba7dd65ff7236a61d89ed8b44c67a29e84db1a67513a1c"
#: LogLiquidate(address liquidator, uint256 colAmt, uint256 debtAmt, address to), nothing indexed.
LIQUIDATE: Final = "0x80fd9cc6b1821f4a510e45ffce6852ea3404807b5d3d833ffa85664408afcb66"

#: What holds the assets of all vaults, on every network, and says for whom it moved them:
#: LogOperate(address user, address token, int256 supplyAmount, int256 borrowAmount, address
#: withdrawTo, address borrowTo, uint256 totalAmounts, uint256 exchangePricesAndConfig); user and
#: token indexed (contracts/liquidity/userModule/events.sol).
LIQUIDITY: Final = "0x52aa899454998be5b000ad077a46bbe360f4e497"
MOVED: Final = "0x4d93b232a24e82b284ced7461bf4deacffe66759d5c24513e6f29e571ad78d15"

#: Positions are numbered from one; a larger number is none of theirs.
_NUMBERS: Final = 2**64

#: The layer beside them says whether they are vaults of its own.
VOUCHED: Final = frozenset({OPERATE, LIQUIDATE})

SIGNS: Final = frozenset({OPERATE, LIQUIDATE})


def recognise(view: ActivityView) -> Recognised | None:
    """What the fund did with positions, and vaults that it liquidated."""
    if not view.acts:
        return None
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in _of_vaults(view, OPERATE, 5):
        done = len(events)
        events += _collateral(book, log, view.without(events))
        events += _loan(book, log, view.without(events))
        if len(events) == done:
            events += _levered(book, log, view.without(events))
    for log in _of_vaults(view, LIQUIDATE, 4):
        if {word_address(log, 0), word_address(log, 3)} & view.owned:
            rest = view.without(events)
            legs = (*of_size(rest, number_in(log, 1)), *of_size(rest, -number_in(log, 2)))
            events += (event(view, "liquidation", legs, NAME),) if len(legs) > 1 else ()
    return book.recognised(events)


def _of_vaults(view: ActivityView, topic: str, words: int) -> list[Log]:
    """Logs of those for whom the liquidity layer moved something here."""
    moved = logs_with(view.activity, MOVED, 3, 6)
    vaults = {address_in(log.topics, 1) for log in moved if log.address == LIQUIDITY}
    return [log for log in logs_with(view.activity, topic, 1, words) if log.address in vaults]


def _is_ours(view: ActivityView, log: Log) -> bool:
    """Whether an owned address operates, or the contract that it called does for it."""
    if number_in(log, 1) >= _NUMBERS:
        return False
    return bool({word_address(log, 0), word_address(log, 4)} & own_hands(view))


def _is_known(book: Book, view: ActivityView, log: Log) -> bool:
    """Whether a position is one of the books', or begins here: others can be paid for, too."""
    kept, owed = _parts(view, log)
    if book.holder(kept) is not None or book.holder(owed) is not None:
        return True
    ours = own_hands(view)
    takers = [
        one.recipient
        for one in view.activity.transfers
        if is_non_fungible(one.asset) and one.asset.endswith(f"/{number_in(log, 1)}")
    ]
    return bool(takers) and takers[-1] in ours


def _parts(view: ActivityView, log: Log) -> tuple[AssetId, AssetId]:
    """What a position holds, and what it owes."""
    network, reference = view.activity.network, f"{log.address}.{number_in(log, 1)}"
    return position(network, NAME, reference), debt(network, NAME, reference)


def _collateral(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Collateral that was put in or taken out."""
    change = signed_in(log, 2)
    moved = of_size(view, -change) if change and _is_ours(view, log) else ()
    if not moved:
        return ()
    kept, owed = _parts(view, log)
    owner = book.owner(moved[0].wallet, kept, owed)
    titles = tuple(
        with_role(leg, "title")
        for leg in view.legs
        if is_non_fungible(leg.asset) and leg.asset.endswith(f"/{number_in(log, 1)}")
    )
    if change > 0:
        known = _is_known(book, view, log)
        put = book.put(owner, kept, change, moved[0].asset) if known else ()
        note = "" if known else "position:unknown"
        return (event(view, "lend_deposit", (*moved, *titles, *put), NAME, note),)
    legs, note = book.take(owner, kept, -change, moved)
    return (event(view, "lend_withdraw", (*legs, *titles), NAME, note),)


def _loan(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Money that was borrowed, which the owner alone can, or paid back by anybody."""
    change = signed_in(log, 3)
    moved = of_size(view, change) if change and _is_ours(view, log) else ()
    if not moved:
        return ()
    kept, owed = _parts(view, log)
    owner = book.owner(moved[0].wallet, owed, kept)
    legs = (*moved, *book.owe(owner, owed, change, moved[0].asset))
    return (event(view, "borrow" if change > 0 else "repay", legs, NAME),)


def _levered(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """A position of the fund's that the contract it called levered up or down by itself."""
    kept, owed = _parts(view, log)
    owner, titles = titled(view, number_in(log, 1))
    held = book.holder(kept) or book.holder(owed)
    owner = owner or ("" if held is None else held.rpartition(":")[2])
    changes = changed(signed_in(log, 2), signed_in(log, 3))
    steps: list[Step] = []
    for does, amount in changes:
        of = asset_at(view, amount if does in {"withdraw", "borrow"} else -amount, {LIQUIDITY})
        if of is not None:
            reference = f"{log.address}.{number_in(log, 1)}"
            steps.append(Step(does, owner, view.called, of, amount, reference))
    whole = levered(book, view, steps) if owner and len(steps) == len(changes) else None
    return () if whole is None else (replace(whole, legs=(*whole.legs, *titles)),)
