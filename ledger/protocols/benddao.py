"""BendDAO: a view in; loans against pieces, and what is lent for them, out.

Source: BendDAO/bend-lending-protocol, ILendPoolLoan.sol and DebtToken.sol; docs.benddao.xyz,
deployed contracts. A piece is kept for a bound piece of the same number, a debt has a token as
Aave's have.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of, erc20, native, non_fungible
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
    word_address,
)

NAME: Final = "benddao"
#: Before the markets, to which a piece for money is a sale.
RANK: Final = 5

#: LoanCreated(address user, address onBehalfOf, uint256 loanId, address nftAsset, uint256
#: nftTokenId, address reserveAsset, uint256 amount, uint256 borrowIndex), the first three indexed.
CREATED: Final = "0xd08b40d1df4963a65ee43b1f9e7fabb01f24971fe4562cd297286e59606fb40e"
#: LoanUpdated(address user, uint256 loanId, address nftAsset, uint256 nftTokenId,
#: address reserveAsset, uint256 amountAdded, uint256 amountTaken, uint256 borrowIndex),
#: LoanRepaid(address user, uint256 loanId, address nftAsset, uint256 nftTokenId,
#: address reserveAsset, uint256 amount, uint256 borrowIndex), LoanRedeemed and LoanLiquidated of
#: the same shape; the first two indexed.
UPDATED: Final = "0x69be227a0f861d92245592f172e9f035838b1e7fe03192b3b1dde80c9b104d8d"
REPAID: Final = "0xc75f1eaee157bc8a900f5c27364c2c4d99adfac7833e685565777342ef2172b1"
REDEEMED: Final = "0x6ecaa682ce360194124d449063076fd7fd9bcfd026d18ada4cdb713e3780dd78"
LIQUIDATED: Final = "0xd747fd2f3682d660309b6fa0476371193fb5ba2ac9541f18ab24a3032f6d662a"

#: Who keeps the pieces and logs of loans, and the token of lent coin (Ethereum).
LOANS: Final = "0x5f6ac80cdb9e87f3cfa6a90e5140b9a16a361d5c"
BEND_WETH: Final = "0xed1840223484483c0cb050e6fc344d1ebf0778a9"

#: topic → topics, words, word of the reserve
_LOGS: Final = {
    CREATED: (4, 5, 2),
    UPDATED: (3, 6, 2),
    REPAID: (3, 5, 2),
    REDEEMED: (3, 5, 2),
    LIQUIDATED: (3, 5, 2),
}

SIGNS: Final = frozenset({LOANS, BEND_WETH})


def recognise(view: ActivityView) -> Recognised | None:
    """What loans took and gave, log by log; then coin that was lent."""
    events: tuple[Event, ...] = ()
    facts: dict[AssetId, Asset] = {}
    for topic, (topics, words, reserve) in _LOGS.items():
        for log in logs_with(view.activity, topic, topics, words):
            if log.address == LOANS:
                token = erc20(view.activity.network, word_address(log, reserve))
                events += _of_loan(view.without(events), log, token, facts)
    events += _lent(view.without(events))
    return Recognised(events, tuple(facts.values())) if events else None


def _of_loan(
    view: ActivityView, log: Log, reserve: AssetId, facts: dict[AssetId, Asset]
) -> tuple[Event, ...]:
    """The money with its debt, and the piece with its bound piece; of a liquidation both in one."""
    piece = _piece(view, log)
    owed = tuple(with_role(leg, "debt") for leg in _debts(view, reserve))
    for leg in owed:
        facts[leg.asset] = _fact(view, leg.asset, reserve)
    if log.topics[0] == LIQUIDATED:
        lost = (*owed, *piece)
        return (event(view, "liquidation", lost, NAME),) if owed and piece else ()
    came = any(leg.quantity > 0 for leg in owed)
    money = _money(view, reserve, came=came) if owed else ()
    if not owed or not money:
        return ()
    paid = event(view, "borrow" if came else "repay", (*money, *owed), NAME)
    if not piece:
        return (paid,)
    kind = "lend_deposit" if log.topics[0] == CREATED else "lend_withdraw"
    return paid, event(view, kind, piece, NAME)


def _piece(view: ActivityView, log: Log) -> tuple[Leg, ...]:
    """The piece that went to be kept, or came back, and the bound piece of its number."""
    piece = non_fungible(view.activity.network, "erc721", word_address(log, 0), number_in(log, 1))
    number = "/" + piece.rpartition("/")[2]
    return tuple(
        leg
        for leg in view.legs
        if leg.asset == piece
        or (
            is_non_fungible(leg.asset)
            and leg.counterparty == ZERO_ADDRESS
            and leg.asset.endswith(number)
        )
    )


def _debts(view: ActivityView, reserve: AssetId) -> list[Leg]:
    """The token of a debt, made or burnt."""
    tokens = {reserve, native(view.activity.network), erc20(view.activity.network, BEND_WETH)}
    return [
        leg
        for leg in view.legs
        if contract_of(leg.asset)
        and leg.counterparty == ZERO_ADDRESS
        and leg.asset not in tokens
        and not is_non_fungible(leg.asset)
    ][:1]


def _money(view: ActivityView, reserve: AssetId, *, came: bool) -> tuple[Leg, ...]:
    """The reserve, or coin in its place; what came back of a payment is a refund."""
    for asset in (reserve, native(view.activity.network)):
        legs = [leg for leg in view.legs if leg.asset == asset]
        if any((leg.quantity > 0) == came for leg in legs):
            return tuple(
                leg if (leg.quantity > 0) == came else with_role(leg, "refund") for leg in legs
            )
    return ()


def _lent(view: ActivityView) -> tuple[Event, ...]:
    """Coin, or its token, for the token of what is lent, or back."""
    network = view.activity.network
    made = [
        leg
        for leg in view.legs
        if leg.asset == erc20(network, BEND_WETH) and leg.counterparty == ZERO_ADDRESS
    ]
    signs = {leg.quantity > 0 for leg in made}
    others = [leg for leg in view.legs if leg not in made and not is_non_fungible(leg.asset)]
    one = len({leg.asset for leg in others}) == 1
    if len(signs) != 1 or not one or not signs.isdisjoint(leg.quantity > 0 for leg in others):
        return ()
    kind = "lend_deposit" if signs == {True} else "lend_withdraw"
    return (event(view, kind, (*made, *others), NAME),)


def _fact(view: ActivityView, token: AssetId, reserve: AssetId) -> Asset:
    base = view.assets.get(reserve)
    decimals, symbol = (base.decimals, base.symbol) if base is not None else (18, "")
    return Asset(token, f"debt{symbol}", decimals, "debt", underlying=reserve, accrues="interest")
