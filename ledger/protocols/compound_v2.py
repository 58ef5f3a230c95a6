"""Compound v2 and its forks: a view in; lending, loans, repayments, liquidations, rewards out.

Sources: compound-protocol, CTokenInterfaces.sol (the market's logs) and ComptrollerStorage's
ComptrollerG7.sol (rewards); venus-protocol and benqi-protocol for how forks log them.

A market is its own share token. What is borrowed has no token: the market's log says what is owed
afterwards, and what that is more than was known is interest.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20
from ledger.model.event import Event, Leg
from ledger.model.evidence import Answer, Question
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, asset_at, moved
from ledger.protocols._owed import owed_by
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    with_role,
    word_address,
)
from ledger.transport import Node

NAME: Final = "compound_v2"
RANK: Final = 10

#: Mint(address minter, uint256 mintAmount, uint256 mintTokens), Redeem(address redeemer, uint256
#: redeemAmount, uint256 redeemTokens), nothing indexed (CTokenInterfaces.sol); of Venus each with
#: the balance afterwards as one word more (VTokenInterfaces.sol).
MINT: Final = "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f"
REDEEM: Final = "0xe5b754fb1abb7f01b499791d0b820ae3b6af3424ac1c59768edb53f4ec31a929"
MINT_WITH_BALANCE: Final = "0xb4c03061fb5b7fed76389d5af8f2e0ddb09f8c70d1333abbb62582835e10accb"
REDEEM_WITH_BALANCE: Final = "0xbd5034ffbd47e4e72a94baa2cdb74c6fad73cb3bcdc13036b72ec8306f5a7646"
#: Borrow(address borrower, uint256 borrowAmount, uint256 accountBorrows, uint256 totalBorrows) and
#: RepayBorrow(address payer, address borrower, uint256 repayAmount, uint256 accountBorrows, uint256
#: totalBorrows), nothing indexed.
BORROW: Final = "0x13ed6866d4e1ee6da46f845c46d7e54120883d75c5ea9a2dacc1c4ca8984ab80"
REPAY: Final = "0x1a2a22cb034d26d1854bdc6666a5b91fe25efbbb5dcad3b0355478d6f5c362a1"
#: LiquidateBorrow(address liquidator, address borrower, uint256 repayAmount, address
#: cTokenCollateral, uint256 seizeTokens), nothing indexed.
LIQUIDATE: Final = "0x298637f684da70674f26509b10f07ec2fbc77a335ab1e7d6215a4b2484d8bb52"
#: DistributedSupplierComp(address cToken, address supplier, uint256 compDelta, uint256 index) and
#: DistributedBorrowerComp of the same shape; of Venus DistributedSupplierVenus and
#: DistributedBorrowerVenus; the addresses indexed.
SUPPLIER_COMP: Final = "0x2caecd17d02f56fa897705dcc740da2d237c373f70686f4e0d9bd3bf0400ea7a"
BORROWER_COMP: Final = "0x1fc3ecc087d8d2d15e23d0032af5a47059c3892d003d8e139fdcb6bb327c99a6"
SUPPLIER_VENUS: Final = "0xfa9d964d891991c113b49e3db1932abd6c67263d387119707aafdd6c4010a3a9"
BORROWER_VENUS: Final = "0x837bdc11fca9f17ce44167944475225a205279b17e88c791c3b1f66f354668fb"
#: DistributedSupplierReward(uint8 tokenType, address qiToken, address supplier, uint256 delta,
#: uint256 index), DistributedBorrowerReward of the same shape (Benqi, ComptrollerStorage; Trader
#: Joe, JoetrollerV1Storage, without the first indexed).
SUPPLIER_REWARD: Final = "0xaccd035d02c456be35306aecd5a5fe62320713dde09ccd68b0a5e8ed93039999"
BORROWER_REWARD: Final = "0xa1b6a046664a0ecf068059f26de56878f8d0e799907ca2e42d9148ccbdc717a7"
#: DisbursedSupplierRewards(address mToken, address supplier, address emissionToken, uint256
#: totalAccrued), DisbursedBorrowerRewards of the same shape; the addresses indexed (Moonwell,
#: IMultiRewardDistributor.sol).
SUPPLIER_DISBURSED: Final = "0x51761e1f6548bc99f2a61f299986e1b08a489f06622f689a413e02d7654a4766"
BORROWER_DISBURSED: Final = "0x48a32d6daeb4317b45f49c3a1c0b1bd7d53a175d1f46c425138e328900cdccb4"

_MINTS: Final = {MINT: 3, MINT_WITH_BALANCE: 4}
_REDEEMS: Final = {REDEEM: 3, REDEEM_WITH_BALANCE: 4}
_REWARDS: Final = (
    *(SUPPLIER_COMP, BORROWER_COMP, SUPPLIER_VENUS, BORROWER_VENUS),
    *(SUPPLIER_REWARD, BORROWER_REWARD, SUPPLIER_DISBURSED, BORROWER_DISBURSED),
)

SIGNS: Final = frozenset({*_MINTS, *_REDEEMS, BORROW, REPAY, LIQUIDATE, *_REWARDS})

#: Contracts that pay rewards, which tell forks apart: (network, contract) → the fork's name
#: (docs-v4.venus.io, docs.benqi.fi, docs.moonwell.fi: deployed contracts).
FORKS: Final = {
    ("eip155:56", "0xfd36e2c2a6789db23113685031d7f16329158384"): "venus",
    ("eip155:43114", "0x486af39519b4dc9a7fccd318217352830e8ad9b4"): "benqi",
    ("eip155:8453", "0xe9005b078701e2a0948d2eac43010d35870ad9d2"): "moonwell",
}
#: Who says what markets pay (docs.compound.finance, networks: Comptroller): rewards are paid to
#: their owner whoever asks for it.
_NETWORK: Final = "eip155:1"
COMPTROLLER: Final = "0x3d9819210a31b4961b30ef54be2aed79b9c9cd3b"
#: Its markets, which log a liquidation where no rewards are told: before COMP, or of a market that
#: earns none (compound-finance/compound-config and compound-protocol, networks/mainnet.json; those
#: of MKR, USDP and FEI as public lists of the markets agree).
MARKETS: Final = frozenset(
    "0x6c8c6b02e7b2be14d4fa6022dfd6d75921d90e4e 0x5d3a536e4d6dbd6114cc1ead35777bab948e3643"
    " 0x4ddc2d193948926d02f9b1fe9e1daa0718270ed5 0x158079ee67fce2f58472a96584a73c7ab9ac95c1"
    " 0xf5dce57282a584d2746faf1593d3121fcac444dc 0x39aa39c021dfbae8fac545936693ac917d5e7563"
    " 0xf650c3d88d12db855b8bf7d11be6c55a4e07dcc9 0xc11b1268c1a384e55c48c2391d8d480264a3a7f4"
    " 0xccf4429db6322d5c611ee964527d42e5d685dd6a 0xb3319f5d18bc0d84dd1b4825dcde5d5f7266d407"
    " 0x35a18000230da775cac24873d00ff85bccded550 0x70e36f6bf80a52b3b46b3af8e106cc0ed743e8e4"
    " 0x12392f67bdf24fae0af363c24ac620a2f67dad86 0xface851a4921ce59e912d19329929ce6da6eb0c7"
    " 0xe65cdb6479bac1e22340e4e755fae7e509ecd06c 0x4b0181102a0112a2ef11abee5563bb4a3176c9d7"
    " 0x80a2ae356fc9ef4305676f7a3e2ed04e12c33946 0x95b4ef2869ebd94beb4eee400a99824bf5dc325b"
    " 0x041171993284df560249b57358f931d9eb7b925d 0x7713dd9ca933848f6819f38b8352d9a15ea73f67".split()
)
VOUCHED: Final = frozenset({COMPTROLLER, *MARKETS, *(contract for _, contract in FORKS)})
#: Where a log of rewards has the market among its topics.
_MARKET: Final = dict.fromkeys(_REWARDS, 1) | {SUPPLIER_REWARD: 2, BORROWER_REWARD: 2}


#: borrowBalanceCurrent(address), what is owed with all interest at the block, and
#: borrowBalanceStored(address), as of when the market was touched last (CTokenInterfaces.sol).
BORROW_BALANCE_CURRENT: Final = "0x17bfdfbc"
BORROW_BALANCE_STORED: Final = "0x95dd9193"


def fetch_debt(node: Node, question: Question) -> Answer:
    """What is owed to a market with its interest, as the market says."""
    return owed_by(node, question, BORROW_BALANCE_CURRENT, BORROW_BALANCE_STORED)


def told_of(view: ActivityView) -> frozenset[str]:
    """The markets of which a known comptroller speaks in an activity.

    Whoever borrows, repays or loses collateral has its rewards brought up to date, in markets that
    the comptroller lists and in no other (ComptrollerG7.sol, `repayBorrowAllowed`, `seizeAllowed`).
    """
    network = view.activity.network
    return frozenset(
        address_in(log.topics, place)
        for topic, place in _MARKET.items()
        for log in logs_with(view.activity, topic, 3, 1)
        if (network, log.address) in FORKS or (log.address == COMPTROLLER and network == _NETWORK)
    )


def recognise(view: ActivityView) -> Recognised | None:
    """Liquidations first, which log a repayment too; then each of the markets' logs, then rewards.

    Anybody can log a deposit for an owned address with a token of his own making; only where the
    fund acted, or was liquidated, does a log count.
    """
    book, events = Book(view, NAME), tuple[Event, ...]()
    name = _name(view)
    for log in logs_with(view.activity, LIQUIDATE, 1, 5):
        found = _liquidation(book, log, view.without(events), name)
        events += () if found is None else (found,)
    if view.acts:
        for log in _told(view):
            found = _one(book, log, view.without(events), name)
            events += () if found is None else (found,)
    events += _rewards(view.without(events), name)
    return book.recognised(events)


def _told(view: ActivityView) -> list[Log]:
    words = {**_MINTS, **_REDEEMS, BORROW: 4, REPAY: 5}
    logs = [
        log for topic, least in words.items() for log in logs_with(view.activity, topic, 1, least)
    ]
    return sorted(logs, key=lambda log: log.index)


def _name(view: ActivityView) -> str:
    """The fork's name, where the one who pays its rewards shows up."""
    network = view.activity.network
    logs = (log for topic in _REWARDS for log in logs_with(view.activity, topic, 3, 1))
    known = (FORKS.get((network, log.address)) for log in logs)
    return next((name for name in known if name is not None), NAME)


def _one(book: Book, log: Log, rest: ActivityView, name: str) -> Event | None:
    signature = log.topics[0]
    if signature in _MINTS:
        return _shares(log, rest, name, put_in=True)
    if signature in _REDEEMS:
        return _shares(log, rest, name, put_in=False)
    return _loan(book, log, rest, name, taken=signature == BORROW)


def _shares(log: Log, view: ActivityView, name: str, *, put_in: bool) -> Event | None:
    """The asset against the market's own token, both in the size that the log says."""
    sign = 1 if put_in else -1
    amount, units = number_in(log, 1), number_in(log, 2)
    share = erc20(view.activity.network, log.address)
    tokens = [leg for leg in view.legs if leg.asset == share and leg.quantity == sign * units][:1]
    assets = moved(view, -sign * amount, {log.address}, via=word_address(log, 0))
    if not tokens or not assets:
        return None
    return event(view, "lend_deposit" if put_in else "lend_withdraw", (*assets, *tokens), name)


def _loan(book: Book, log: Log, view: ActivityView, name: str, *, taken: bool) -> Event | None:
    """Units that came for a debt, or went to lower one; of somebody else's debt they only went."""
    network = view.activity.network
    payer, borrower = word_address(log, 0), word_address(log, 0 if taken else 1)
    amount, total = number_in(log, 1 if taken else 2), number_in(log, 2 if taken else 3)
    units = amount if taken else -amount
    of = asset_at(view, units, {log.address})
    legs = () if of is None else payments(view, {of: units}, via=payer)
    if of is None or not legs or borrower not in view.owned:
        return None
    owed = book.owe(wallet_id(network, borrower), _debt(view, log.address), units, of, total)
    return event(view, "borrow" if taken else "repay", (*legs, *owed), name)


def _debt(view: ActivityView, market: str) -> AssetId:
    return debt(view.activity.network, NAME, market)


def _liquidation(book: Book, log: Log, view: ActivityView, name: str) -> Event | None:
    """Seen by the liquidator: a debt is paid, shares come. Seen by the borrower: both are gone."""
    network = view.activity.network
    liquidator, borrower = word_address(log, 0), word_address(log, 1)
    repaid, shares = number_in(log, 2), erc20(network, word_address(log, 3))
    of = asset_at(view, -repaid, {log.address})
    if of is None:
        return None
    if borrower in view.owned:
        lost = _lost(view, log, shares, borrower)
        totals = [
            number_in(other, 3)
            for other in logs_with(view.activity, REPAY, 1, 5)
            if other.index in _repayment_of(view, log)
        ]
        owner = wallet_id(network, borrower)
        total = totals[0] if totals else None
        owed = book.owe(owner, _debt(view, log.address), -repaid, of, total)
        note = "" if owed else "debt:unknown"
        return event(view, "liquidation", (*lost, *owed), name, note) if lost else None
    if liquidator not in view.owned:
        return None
    paid = payments(view, {of: -repaid})
    came = [
        leg
        for leg in view.legs
        if leg.asset == shares and leg.quantity > 0 and leg.counterparty == borrower
    ][:1]
    return event(view, "liquidation", (*paid, *came), name) if paid and came else None


def _lost(view: ActivityView, log: Log, shares: AssetId, borrower: str) -> tuple[Leg, ...]:
    """Shares that were seized: for the liquidator, and as a penalty for the market itself.

    A market seizes them between its logs of the repayment and of the liquidation
    (CToken.sol, `liquidateBorrowFresh`): one transaction may have several.
    """
    owner, liquidator = wallet_id(view.activity.network, borrower), word_address(log, 0)
    since = max(_repayment_of(view, log), default=-1)
    seized = {
        one.index
        for one in view.activity.transfers
        if one.log_index is None or since < one.log_index < log.index
    }
    gone = [
        leg
        for leg in view.legs
        if leg.asset == shares
        and leg.quantity < 0
        and leg.wallet == owner
        and leg.claim is not None
        and leg.claim[1] in seized
    ]
    return tuple(
        leg if leg.counterparty == liquidator else with_role(leg, "penalty") for leg in gone
    )


def _repayment_of(view: ActivityView, liquidation: Log) -> set[int]:
    """The market's log of the repayment that a liquidation has made just before."""
    logs = [
        log.index
        for log in logs_with(view.activity, REPAY, 1, 5)
        if log.address == liquidation.address
        and log.index < liquidation.index
        and word_address(log, 1) == word_address(liquidation, 1)
        and number_in(log, 2) == number_in(liquidation, 2)
    ]
    return set(logs[-1:])


def _rewards(view: ActivityView, name: str) -> tuple[Event, ...]:
    """What came from a contract that logged rewards of an owned address."""
    payers = {
        log.address
        for topic in _REWARDS
        for log in logs_with(view.activity, topic, 3, 1)
        if any(address_in(log.topics, place) in view.owned for place in range(1, len(log.topics)))
    }
    legs = [leg for leg in view.legs if leg.quantity > 0 and leg.counterparty in payers]
    return (event(view, "reward", legs, name),) if legs else ()
