"""Alchemix's second version: a view in; deposits, withdrawals, loans that repay themselves out.

Sources: alchemix-finance/v2-foundry, IAlchemistV2Events.sol, AlchemistV2.sol; the addresses of the
alchemists from docs.alchemix.fi, contracts.

What is deposited is a token that earns, or what it is made of; an alchemist keeps it as the former,
a position in its units. What is drawn is a debt in the alchemist's own token. What the deposits
earn is taken off the debt without a log: what a withdrawal lacks of the units that were put in went
there, and the debt in the books is larger than that of the alchemist until a node is asked for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, known_without_asking, position
from ledger.model.event import Event, Leg
from ledger.model.evidence import Answer, Question
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book
from ledger.protocols._owed import owed_by
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    payments,
    word_address,
)
from ledger.transport import Node

NAME: Final = "alchemix"
RANK: Final = 10

#: Deposit(address sender, address yieldToken, uint256 amount, address recipient),
#: Withdraw(address owner, address yieldToken, uint256 shares, address recipient) and Repay(address
#: sender, address underlyingToken, uint256 amount, address recipient); the first two indexed.
DEPOSIT: Final = "0x364bb76a44233df8584c690de6da7810626a5e77192f3ebc942c35bcb1add24f"
WITHDRAW: Final = "0x3ed4ee04a905a278b050a856bbe7ddaaf327a30514373e65aa6103beeae488c3"
REPAY: Final = "0xce19c3e21a8e06ec6b2c542fd707ed6c742d5dd9b947310759a8e369b36f614c"
#: Mint(address owner, uint256 amount, address recipient) and Burn(address sender, uint256 amount,
#: address recipient); the first indexed.
MINT: Final = "0xbcad3d7d3dfccb90d49c6063bf70f828901fefc88937d90af74e58e6e55bc39d"
BURN: Final = "0xdbdf9b8e4b75e75b162d151ec8fc7f0561cabab5fcccfa2600be62223e4300c4"
#: Liquidate(address owner, address yieldToken, address underlyingToken, uint256 shares); the
#: addresses indexed: an owner's own deposit repays the debt.
LIQUIDATE: Final = "0x033fe6dadd06de536cd7b34266e12610e9d77a23d48d3d6218962a87cb740514"

#: The alchemists; others log the same in their own meaning.
ALCHEMISTS: Final = frozenset(
    {
        "0x5c6374a2ac4ebc38dea0fc1f8716e5ea1add94dd",  # Ethereum, alUSD
        "0x062bf725dc4cdf947aa79ca2aaccd4f385b13b5c",  # Ethereum, alETH
        "0x10294d57a419c8eb78c648372c5baa27fd1484af",  # Optimism, alUSD
        "0xe04bb5b4de60fa2fba69a93ade13a8b3b569d5b4",  # Optimism, alETH
        "0xb46ee2e4165f629b4abce04b7eb4237f951ac66f",  # Arbitrum, alUSD
        "0x654e16a0b161b150f5d1c8a5ba6e7a7b7760703a",  # Arbitrum, alETH
    }
)

#: topic → least topics and words
_LOGS: Final[Mapping[str, tuple[int, int]]] = {
    DEPOSIT: (3, 2),
    WITHDRAW: (3, 2),
    REPAY: (3, 2),
    MINT: (2, 2),
    BURN: (2, 2),
    LIQUIDATE: (4, 1),
}

VOUCHED: Final = ALCHEMISTS
SIGNS: Final = ALCHEMISTS | {LIQUIDATE}
#: A deposit that repays a debt is nobody's movement but the alchemist's.
WITHOUT_LEGS: Final = frozenset({LIQUIDATE})

#: accounts(address): int256 debt, address[] depositedTokens (AlchemistV2.sol); what was earned up
#: to the last harvest is off the debt.
ACCOUNTS: Final = "0x5e5c06e2"

#: Tokens of debts have 18 decimals.
_DEBT_DECIMALS: Final = 18


@dataclass(frozen=True, slots=True)
class _Told:
    """A log of an alchemist with its book and the legs that are free."""

    book: Book
    view: ActivityView
    log: Log

    @property
    def network(self) -> str:
        return self.view.activity.network

    @property
    def alchemist(self) -> str:
        return self.log.address

    @property
    def token(self) -> AssetId:
        """The token that the log names."""
        return erc20(self.network, address_in(self.log.topics, 2))

    @property
    def kept(self) -> AssetId:
        """What is deposited of the token."""
        reference = f"{self.alchemist}.{address_in(self.log.topics, 2)}"
        return position(self.network, NAME, reference)

    @property
    def owed(self) -> AssetId:
        return debt(self.network, NAME, self.alchemist)

    def wallet(self, address: str) -> WalletId | None:
        """The wallet of an address, if it is owned."""
        owned = address in self.view.owned
        return wallet_id(self.network, address) if owned else None

    def sent(self, asset: AssetId) -> int:
        """Units of an asset that left the alchemist in this transaction."""
        return sum(
            one.quantity
            for one in self.view.activity.transfers
            if one.sender == self.alchemist and one.asset == asset
        )


def fetch_debt(node: Node, question: Question) -> Answer:
    """What is left of a loan that repays itself, as its alchemist says."""
    return owed_by(node, question, ACCOUNTS)


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of an alchemist about an owned address, in their order."""
    if not view.acts:
        return None
    book, events = Book(view, NAME), tuple[Event, ...]()
    logs = [
        log
        for topic, (topics, words) in _LOGS.items()
        for log in logs_with(view.activity, topic, topics, words)
        if log.address in ALCHEMISTS
    ]
    for log in sorted(logs, key=lambda each: each.index):
        events += _STEPS[log.topics[0]](_Told(book, view.without(events), log))
    return book.recognised(events)


def _deposited(told: _Told) -> tuple[Event, ...]:
    """The token itself, or what it was made of on the way, for units of the token kept."""
    owner, units = told.wallet(word_address(told.log, 1)), number_in(told.log, 0)
    if owner is None or not units:
        return ()
    paid = payments(told.view, {told.token: -units}) or _one_way(told.view, put_in=True)
    legs = (*paid, *told.book.put(owner, told.kept, units, told.token)) if paid else ()
    return (event(told.view, "lend_deposit", legs, NAME),) if legs else ()


def _withdrawn(told: _Told) -> tuple[Event, ...]:
    """Units of the token that left the alchemist for what came: the log says shares of a pool."""
    owner, units = told.wallet(address_in(told.log.topics, 1)), told.sent(told.token)
    if owner is None or not units:
        return ()
    came = payments(told.view, {told.token: units}) or _one_way(told.view, put_in=False)
    if not came:
        return ()
    held = told.book.held(owner, told.kept)
    back = told.book.take(owner, told.kept, min(units, held), ())[0] if held else ()
    note = "" if held else "position:unknown"
    return (event(told.view, "lend_withdraw", (*came, *back), NAME, note),)


def _drawn(told: _Told) -> tuple[Event, ...]:
    """The alchemist's own token, made for who owes it."""
    owner, units = told.wallet(address_in(told.log.topics, 1)), number_in(told.log, 0)
    came = [
        leg
        for leg in told.view.legs
        if leg.quantity == units
        and leg.counterparty == ZERO_ADDRESS
        and not is_non_fungible(leg.asset)
    ][:1]
    if owner is None or not came:
        return ()
    owed = told.book.owe(owner, told.owed, units, came[0].asset)
    return (event(told.view, "borrow", (*came, *owed), NAME),)


def _burnt(told: _Told) -> tuple[Event, ...]:
    """The alchemist's own token given up for a debt."""
    owner, units = told.wallet(word_address(told.log, 1)), number_in(told.log, 0)
    paid = [
        leg
        for leg in told.view.legs
        if leg.quantity == -units and not is_non_fungible(leg.asset) and units
    ][:1]
    return _cleared(told, owner, tuple(paid), units)


def _repaid(told: _Told) -> tuple[Event, ...]:
    """What the token stands for, given for a debt that is counted with 18 decimals."""
    owner, units = told.wallet(word_address(told.log, 1)), number_in(told.log, 0)
    paid = payments(told.view, {told.token: -units}) if units else ()
    return _cleared(told, owner, paid, _normalised(told, units))


def _liquidated(told: _Told) -> tuple[Event, ...]:
    """Units of the owner's own deposit that were turned into what repaid the debt."""
    owner, units = told.wallet(address_in(told.log.topics, 1)), told.sent(told.token)
    underlying = erc20(told.network, address_in(told.log.topics, 3))
    came = sum(
        one.quantity
        for one in told.view.activity.transfers
        if one.recipient == told.alchemist and one.asset == underlying
    )
    held = None if owner is None else told.book.held(owner, told.kept)
    if owner is None or not held or not told.book.held(owner, told.owed) or not units:
        return ()
    back = told.book.take(owner, told.kept, min(units, held), ())[0]
    return _cleared(told, owner, back, _normalised(told, came, underlying))


def _cleared(
    told: _Told, owner: WalletId | None, paid: tuple[Leg, ...], units: int
) -> tuple[Event, ...]:
    """A debt that got less; of one that nobody knows nothing is repaid."""
    held = None if owner is None else told.book.held(owner, told.owed)
    if owner is None or not paid or not held or not units:
        return ()
    legs = (*paid, *told.book.owe(owner, told.owed, -units))
    return (event(told.view, "repay", legs, NAME),)


def _normalised(told: _Told, units: int, token: AssetId | None = None) -> int:
    """Units of a token as units of the debt; 0 where its decimals are not known."""
    asset = token or told.token
    known = told.view.assets.get(asset) or known_without_asking(asset)
    if known is None or known.decimals > _DEBT_DECIMALS:
        return 0
    return units * int(10 ** (_DEBT_DECIMALS - known.decimals))


def _one_way(view: ActivityView, *, put_in: bool) -> tuple[Leg, ...]:
    """The one fungible leg that was given, or came, beside nothing else."""
    legs = [leg for leg in view.legs if not is_non_fungible(leg.asset)]
    return tuple(legs) if len(legs) == 1 and (legs[0].quantity < 0) == put_in else ()


_STEPS: Final = {
    DEPOSIT: _deposited,
    WITHDRAW: _withdrawn,
    MINT: _drawn,
    BURN: _burnt,
    REPAY: _repaid,
    LIQUIDATE: _liquidated,
}
