"""Morpho Blue: a view in; lending, collateral, loans, repayments, liquidations, rewards out.

Sources: morpho-org/morpho-blue, src/libraries/EventsLib.sol; universal-rewards-distributor,
src/libraries/EventsLib.sol; docs.morpho.org, addresses. Vaults over it are vaults of ERC-4626.

Neither what is lent nor what is owed has a token; the market counts both in shares and logs the
assets that they are at that time.
"""

from collections.abc import Iterable
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.evidence import Answer, Question
from ledger.model.fund import wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._levered import Step, known, levered
from ledger.protocols._loans import (
    Action,
    Book,
    Reads,
    asset_at,
    named,
    reference_of,
    told,
    topic,
)
from ledger.protocols._morpho_contracts import CONTRACTS
from ledger.protocols._owed import Debtor, debtor, rounded_up
from ledger.protocols._pooled import answered
from ledger.shapes import (
    ActivityView,
    Loan,
    Recognised,
    address_in,
    event,
    flash_loan,
    logs_with,
    number_in,
    payments,
)
from ledger.transport import Node

NAME: Final = "morpho_blue"
RANK: Final = 10

#: Supply(bytes32 id, address caller, address onBehalf, uint256 assets, uint256 shares) and Repay of
#: the same shape; id and addresses indexed.
SUPPLY: Final = "0xedf8870433c83823eb071d3df1caa8d008f12f6440918c20d75a3602cda30fe0"
REPAY: Final = "0x52acb05cebbd3cd39715469f22afbf5a17496295ef3bc9bb5944056c63ccaa09"
#: Withdraw(bytes32 id, address caller, address onBehalf, address receiver, uint256 assets, uint256
#: shares) and Borrow of the same shape; id, onBehalf and receiver indexed.
WITHDRAW: Final = "0xa56fc0ad5702ec05ce63666221f796fb62437c32db1aa1aa075fc6484cf58fbf"
BORROW: Final = "0x570954540bed6b1304a87dfe815a5eda4a648f7097a16240dcd85c9b5fd42a43"
#: SupplyCollateral(bytes32 id, address caller, address onBehalf, uint256 assets), id and addresses
#: indexed; WithdrawCollateral(bytes32 id, address caller, address onBehalf, address receiver,
#: uint256 assets), id, onBehalf and receiver indexed.
SUPPLY_COLLATERAL: Final = "0xa3b9472a1399e17e123f3c2e6586c23e504184d504de59cdaa2b375e880c6184"
WITHDRAW_COLLATERAL: Final = "0xe80ebd7cc9223d7382aab2e0d1d6155c65651f83d53c8b9b06901d167e321142"
#: Liquidate(bytes32 id, address caller, address borrower, uint256 repaidAssets, uint256
#: repaidShares, uint256 seizedAssets, uint256 badDebtAssets, uint256 badDebtShares); the first
#: three indexed.
LIQUIDATE: Final = "0xa4946ede45d0c6f06a0f5ce92c9ad3b4751452d2fe0e25010783bcab57a67e41"
#: FlashLoan(address caller, address token, uint256 assets); the addresses indexed. It is free.
FLASH_LOAN: Final = "0xc76f1b4fe4396ac07a9fa55a415d4ca430e72651d37d3401f3bed7cb13fc4f12"
#: Claimed(address account, address reward, uint256 amount) of a rewards distributor; the addresses
#: indexed. Merkl's distributor logs the same.
CLAIMED: Final = "0xf7a40077ff7a04c7e61f6f26fb13774259ddf1b6bce9ecf26a8276cdd3992683"

#: Distributors of others that log the same (docs.merkl.xyz: one address on every network).
DISTRIBUTORS: Final = {"0x3ef3d8ba38ebe18db133cec108f4d14ce00dd9ae": "merkl"}


def _market(part: str) -> Reads:
    """A market's id and what of it: lent, owed, or put up as collateral."""

    def read(log: Log) -> str:
        return f"{log.topics[1]}.{part}"

    return read


_ACTIONS: Final = {
    SUPPLY: Action("deposit", 4, 2, topic(3), 0, market=_market("supply"), through=topic(2)),
    WITHDRAW: Action("withdraw", 4, 3, topic(2), 1, market=_market("supply"), through=topic(3)),
    SUPPLY_COLLATERAL: Action(
        "deposit", 4, 1, topic(3), 0, market=_market("collateral"), through=topic(2)
    ),
    WITHDRAW_COLLATERAL: Action(
        "withdraw", 4, 2, topic(2), 1, market=_market("collateral"), through=topic(3)
    ),
    BORROW: Action("borrow", 4, 3, topic(2), 1, market=_market("debt"), through=topic(3)),
    REPAY: Action("repay", 4, 2, topic(3), 0, market=_market("debt"), through=topic(2)),
}

VOUCHED: Final = frozenset(CONTRACTS.values())

SIGNS: Final = frozenset({*_ACTIONS, LIQUIDATE, FLASH_LOAN, CLAIMED, *DISTRIBUTORS})

#: The borrower's side of a liquidation has no token, nor what a helper draws and puts in for him.
WITHOUT_LEGS: Final = frozenset({LIQUIDATE, BORROW, REPAY})


#: position(bytes32,address): uint256 supplyShares, uint128 borrowShares, uint128 collateral;
#: market(bytes32): uint128 totalSupplyAssets, totalSupplyShares, totalBorrowAssets,
#: totalBorrowShares, lastUpdate, fee; idToMarketParams(bytes32): address loanToken,
#: collateralToken, oracle, irm, uint256 lltv (IMorpho.sol).
POSITION: Final = "0x93c52062"
MARKET: Final = "0x5c60e39a"
MARKET_PARAMS: Final = "0x2c3c9157"
#: borrowRateView((address,address,address,address,uint256),(uint128,uint128,uint128,uint128,
#: uint128,uint128)): a share a second, with 18 decimals (IIrm.sol).
BORROW_RATE_VIEW: Final = "0x8c00bf6b"
#: What a market counts beside what was borrowed (SharesMathLib.sol).
_VIRTUAL_SHARES: Final = 10**6
_VIRTUAL_ASSETS: Final = 1
_WAD: Final = 10**18


def fetch_debt(node: Node, question: Question) -> Answer:
    """What the wallet owes to a market with interest up to the block, as repaying all would take.

    Its shares of all that is borrowed, rounded up (MorphoBalancesLib.sol, `expectedBorrowAssets`).
    """
    who = debtor(node, question)
    if who is None or len(who.reference) != 3 or who.reference[2] != "debt":
        return answered(node, question, None)
    blue, name = who.reference[0], int(who.reference[1], 16)
    place, market = who.ask(blue, POSITION, name, int(who.owner, 16)), who.ask(blue, MARKET, name)
    if place is None or market is None or len(place) != 3 or len(market) != 6:
        return who.owes(None)
    borrowed = _borrowed(who, blue, name, market)
    if borrowed is None:
        return who.owes(None)
    shares = market[3] + _VIRTUAL_SHARES
    return who.owes(rounded_up(place[1], borrowed + _VIRTUAL_ASSETS, shares))


def _borrowed(who: Debtor, blue: str, name: int, market: list[int]) -> int | None:
    """All that is borrowed from a market, with the interest since it was touched last.

    The rate is compounded as MathLib.sol does (`wTaylorCompounded`): three terms of a series.
    """
    elapsed = who.time() - market[4]
    params = who.ask(blue, MARKET_PARAMS, name) if elapsed > 0 and market[2] else [0] * 5
    if params is None or len(params) != 5:
        return None
    if not params[3]:  # a market without a model of its rate has no interest
        return market[2]
    rate = who.ask(f"0x{params[3]:040x}", BORROW_RATE_VIEW, *params, *market)
    if rate is None:
        return None
    first = rate[0] * elapsed
    second = first * first // (2 * _WAD)
    third = second * first // (3 * _WAD)
    return market[2] + market[2] * (first + second + third) // _WAD


def recognise(view: ActivityView) -> Recognised | None:
    """A loan of an owned contract that is paid back takes all; else each log, then rewards."""
    network = view.activity.network
    loans = [
        Loan(erc20(network, address_in(log.topics, 2)), number_in(log, 0), lender=log.address)
        for log in logs_with(view.activity, FLASH_LOAN, 3, 1)
        if address_in(log.topics, 1) in view.owned
    ]
    lent = None if _stays(view) else flash_loan(view, loans, NAME)
    if lent is not None:
        return Recognised((lent,))
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, LIQUIDATE, 4, 5):
        found = _liquidation(book, log, view.without(events))
        events += () if found is None else (found,)
    over: list[tuple[Log, Action]] = []
    for log, action in told(view, _ACTIONS):
        found = named(book, log, action, view.without(events)) if view.acts else None
        events += () if found is None else (found,)
        over += [(log, action)] if found is None else []
    found = levered(book, view.without(events), known(book, _steps(view, over)))
    events += () if found is None else (found,)
    for log in logs_with(view.activity, CLAIMED, 3, 1):
        # others log the same: the shapes of rewards know them
        if log.address in DISTRIBUTORS:
            events += _claimed(view.without(events), log)
    return book.recognised(events)


def _steps(view: ActivityView, logs: Iterable[tuple[Log, Action]]) -> list[Step]:
    """What the contract itself did for an owned address, though nothing of it moved there."""
    steps: list[Step] = []
    for log, action in logs:
        owner, amount = action.owner(log), number_in(log, action.amount)
        sign = 1 if action.does in {"withdraw", "borrow"} else -1
        of = asset_at(view, sign * amount, {log.address})
        if (
            log.address not in VOUCHED
            or owner not in view.owned
            or of is None
            or action.through is None
        ):
            continue
        reference = reference_of(log, action, of)
        steps.append(Step(action.does, owner, action.through(log), of, amount, reference))
    return steps


def _stays(view: ActivityView) -> bool:
    """Whether an owned address put something into a market or owes it: more than a round trip."""
    return any(action.owner(log) in view.owned for log, action in told(view, _ACTIONS))


def _liquidation(book: Book, log: Log, view: ActivityView) -> Event | None:
    """Seen by the liquidator: a debt is paid, collateral comes. Seen by the borrower: both go."""
    caller, borrower = address_in(log.topics, 2), address_in(log.topics, 3)
    repaid, seized, bad = (number_in(log, place) for place in (0, 2, 3))
    if borrower in view.owned:
        legs = _taken(book, log, borrower, seized, repaid + bad)
        return event(view, "liquidation", legs, NAME) if legs else None
    if caller not in view.owned:
        return None
    owed = asset_at(view, -repaid, {log.address})
    collateral = asset_at(view, seized, {log.address})
    if owed is None or collateral is None:
        return None
    wanted: dict[AssetId, int] = {owed: -repaid, collateral: seized}
    legs = payments(view, wanted)
    return event(view, "liquidation", legs, NAME) if len(legs) > 1 else None


def _taken(book: Book, log: Log, borrower: str, seized: int, cleared: int) -> tuple[Leg, ...]:
    """Collateral that was seized and debt that was cleared, as far as the books know of them."""
    network = book.view.activity.network
    owner, market = wallet_id(network, borrower), f"{log.address}.{log.topics[1]}"
    kept = position(network, NAME, f"{market}.collateral")
    owed = debt(network, NAME, f"{market}.debt")
    legs: tuple[Leg, ...] = ()
    if book.held(owner, kept):
        legs, _ = book.take(owner, kept, seized, ())
    if book.held(owner, owed) and cleared:
        legs += book.owe(owner, owed, -cleared)
    return legs


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a distributor paid to an owned address."""
    token = erc20(view.activity.network, address_in(log.topics, 2))
    legs = exact(view, number_in(log, 0), asset=token, other={log.address})
    protocol = DISTRIBUTORS[log.address]
    return (event(view, "reward", legs, protocol),) if legs else ()
