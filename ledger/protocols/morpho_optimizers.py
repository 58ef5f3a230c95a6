"""Morpho's optimizers over Compound and Aave: a view in; lending, loans, liquidations out.

Sources: morpho-org/morpho-optimizers, PositionsManager.sol and EntryPositionsManager.sol (over
Compound and Aave v2); morpho-org/morpho-aave-v3, src/libraries/Events.sol.

Positions and debts have no token; the optimizer logs them in units of its pools beside the assets.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import debt, position
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Action, Book, by_table, liquidated, of_size, topic
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "morpho_optimizers"
RANK: Final = 5

#: Supplied(address from, address onBehalf, address poolToken, uint256 amount, uint256 onPool,
#: uint256 inP2P) and Repaid of the same shape; the addresses indexed. Over Aave v3 the third is the
#: underlying token.
SUPPLIED: Final = "0x11adb3570ba55fd255b1f04252ca0071ae6639c86d4fd69e7c1bf1688afb493f"
REPAID: Final = "0x7b417e520d2b905fc5a1689d29d329358dd55efc60ed115aa165b0a2b64232c6"
#: Withdrawn(address supplier, address receiver, address poolToken, uint256 amount, uint256 onPool,
#: uint256 inP2P), the addresses indexed; Borrowed(address borrower, address poolToken, uint256
#: amount, uint256 onPool, uint256 inP2P), the addresses indexed.
WITHDRAWN: Final = "0x378f9d375cd79e36c19c26a9e57791fe7cd5953b61986c01ebf980c0efb92801"
BORROWED: Final = "0xc1cba78646fef030830d099fc25cb498953709c9d47d883848f81fd207174c9f"
#: Over Aave v3: Withdrawn(address caller, address onBehalf, address receiver, address underlying,
#: uint256 amount, uint256 onPool, uint256 inP2P) and Borrowed of the same shape; all but the caller
#: indexed.
WITHDRAWN_V3: Final = "0x6a9c828ef646db99cc7a20bbfb02fdf8f7dcc183400a28daab4968e47b9a21e0"
BORROWED_V3: Final = "0xf99275e3db7a3400181f0bd088002bba02b833be9187bccc88fbbc79fb52f2f1"
#: Over Aave v3: CollateralSupplied(address from, address onBehalf, address underlying, uint256
#: amount, uint256 scaledBalance), the addresses indexed; CollateralWithdrawn(address caller,
#: address onBehalf, address receiver, address underlying, uint256 amount, uint256 scaledBalance),
#: all but the caller indexed.
COLLATERAL_SUPPLIED: Final = "0x4d1fc6dc36972a1eeab2351fae829d06c827d7ee429880dbf762ec00b805fb2f"
COLLATERAL_WITHDRAWN: Final = "0xb49f4cffa4b6674963440a1fb6cb419c233a9341280f44d8543571eca1306577"
#: Liquidated(address liquidator, address liquidated, address poolTokenBorrowed, uint256 repaid,
#: address poolTokenCollateral, uint256 seized); over Aave v3 the first three are indexed, else all
#: but the liquidator. What is seized over Aave v3 is collateral.
LIQUIDATED: Final = "0xc2c75a73164c2efcbb9f74bfa511cd0866489d90687831a7217b3dbeeb697088"

_POOL, _SECOND = topic(3), topic(2)


def _collateral(log: Log) -> str:
    """What stands apart of a market as collateral."""
    return f"{_POOL(log)}.collateral"


_ACTIONS: Final = {
    SUPPLIED: Action("deposit", 4, 3, topic(2), 0, market=_POOL, through=topic(1)),
    WITHDRAWN: Action("withdraw", 4, 3, topic(1), 0, market=_POOL, through=topic(2)),
    WITHDRAWN_V3: Action("withdraw", 4, 4, topic(1), 1, market=_POOL, through=topic(2)),
    BORROWED: Action("borrow", 3, 3, topic(1), 0, market=_SECOND),
    BORROWED_V3: Action("borrow", 4, 4, topic(1), 1, market=_POOL, through=topic(2)),
    REPAID: Action("repay", 4, 3, topic(2), 0, market=_POOL, through=topic(1)),
    COLLATERAL_SUPPLIED: Action(
        "deposit",
        *(4, 2, topic(2), 0),
        market=_collateral,
        through=topic(1),
    ),
    COLLATERAL_WITHDRAWN: Action(
        "withdraw",
        *(4, 3, topic(1), 1),
        market=_collateral,
        through=topic(2),
    ),
}

#: The optimizers over Aave v3, Aave v2 and Compound (docs.morpho.org, addresses): others log with
#: the same words.
OVER_AAVE_V3: Final = "0x33333aea097c193e66081e930c33020272b33333"
OPTIMIZERS: Final = frozenset(
    {
        OVER_AAVE_V3,
        "0x777777c9898d384f785ee44acfe945efdff5f3e0",
        "0x8888882f8f843896699869179fb6e4f7e3b58888",
    }
)

SIGNS: Final = OPTIMIZERS

#: A liquidation moves nothing at the one who is liquidated.
WITHOUT_LEGS: Final = frozenset({LIQUIDATED})


def recognise(view: ActivityView) -> Recognised | None:
    """Each of the optimizers' logs of an owned address, where the fund acted; liquidations."""
    events, book = by_table(view, NAME, _ACTIONS, OPTIMIZERS) if view.acts else ((), None)
    book = book or Book(view, NAME)
    for log in logs_with(view.activity, LIQUIDATED, 4, 3):
        if log.address in OPTIMIZERS:
            events += _liquidated(book, log, view.without(events))
    return book.recognised(events)


def _liquidated(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """The debt that somebody paid and the collateral that he got, as either of both sees it."""
    if log.address == OVER_AAVE_V3:
        liquidator, borrower, borrowed = (address_in(log.topics, place) for place in (1, 2, 3))
        repaid, lent, seized = number_in(log, 0), word_address(log, 1), number_in(log, 2)
        lent = f"{lent}.collateral"
    else:
        borrower, borrowed, lent = (address_in(log.topics, place) for place in (1, 2, 3))
        liquidator, repaid, seized = word_address(log, 0), number_in(log, 1), number_in(log, 2)
    network = view.activity.network
    events: tuple[Event, ...] = ()
    if liquidator in view.owned:
        legs = (*of_size(view, seized), *of_size(view, -repaid))
        events += (event(view, "liquidation", legs, NAME),) if len(legs) > 1 else ()
    if borrower in view.owned:
        kept = position(network, NAME, f"{log.address}.{lent}")
        owed = debt(network, NAME, f"{log.address}.{borrowed}")
        wallet = wallet_id(network, borrower)
        lost = liquidated(book, wallet, (kept, seized), (owed, repaid))
        events += (event(view, "liquidation", lost, NAME),) if lost else ()
    return events
