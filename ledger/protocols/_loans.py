"""Lending without tokens: logs by a table in; deposits, withdrawals, loans and repayments out.

What a market holds for the fund is a position, what the fund owes it a debt, both counted in base
units of the asset itself. Neither has a transfer of its own: their units come from the logs. What
comes back beyond the units that are known was interest; so is what a log says is owed beyond them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ledger.model.activity import Log
from ledger.model.asset import (
    Asset,
    AssetId,
    debt,
    erc20,
    known_without_asking,
    native,
    position,
)
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
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
    payments,
    split,
    word_address,
)

#: What contracts write for the native coin where a token's address is asked for.
COIN_ADDRESS: Final = "0x" + "e" * 40

Reads = Callable[[Log], str]
Does = Literal["deposit", "withdraw", "borrow", "repay"]

_KINDS: Final[Mapping[Does, tuple[str, int]]] = {
    "deposit": ("lend_deposit", -1),
    "withdraw": ("lend_withdraw", 1),
    "borrow": ("borrow", 1),
    "repay": ("repay", -1),
}


@dataclass(frozen=True, slots=True)
class Action:
    """How a log says what an owner did: least topics and words, and where to find what.

    `amount` is the place of the word with the units that moved, `market` tells the contract's
    markets apart, `asset` is the token where the log names it, `through` who paid or was paid,
    `total` the place of the debt that stands afterwards.
    """

    does: Does
    topics: int
    words: int
    owner: Reads
    amount: int
    market: Reads | None = None
    asset: Reads | None = None
    through: Reads | None = None
    total: int | None = None


def topic(place: int) -> Reads:
    """The address in a topic."""

    def read(log: Log) -> str:
        return address_in(log.topics, place)

    return read


def whole_topic(place: int) -> Reads:
    """All of a topic: an id that is no address."""

    def read(log: Log) -> str:
        return log.topics[place]

    return read


def word(place: int) -> Reads:
    """The address in a word of the data."""

    def read(log: Log) -> str:
        return word_address(log, place)

    return read


class Book:
    """What positions and debts hold while one activity is read, and what was learnt of them."""

    def __init__(self, view: ActivityView, protocol: str) -> None:
        self.view = view
        self.protocol = protocol
        self.facts: dict[AssetId, Asset] = {}
        self._units = Units(view)

    def held(self, wallet: WalletId, asset: AssetId) -> int | None:
        """Units of a position or debt; None where nothing is known of it."""
        return self._units.of(wallet, asset)

    def holder(self, asset: AssetId) -> WalletId | None:
        """The wallet that holds a position or owes a debt."""
        return self._units.holder(asset)

    def owner(self, payer: WalletId, *known: AssetId) -> WalletId:
        """Whose a position or its debt is: the wallet that has the first that is known, else payer.

        One wallet of the fund may pay for what another has or owes.
        """
        holders = (self.holder(asset) for asset in known)
        return next((holder for holder in holders if holder is not None), payer)

    def put(self, wallet: WalletId, kept: AssetId, units: int, of: AssetId) -> tuple[Leg, ...]:
        """Units of an asset that a market holds now."""
        self._learn(kept, of, "position")
        return self._units.move(wallet, kept, units)

    def take(
        self, wallet: WalletId, kept: AssetId, units: int, came: Iterable[Leg]
    ) -> tuple[tuple[Leg, ...], str]:
        """Units that a market gave back as `came`, with a note where it was not known to hold any.

        What came beyond the units that are known is interest.
        """
        legs, known = tuple(came), self.held(wallet, kept)
        if not known:
            return legs, "position:unknown"
        back = min(units, known)
        extra = units - back
        if extra:
            whole = [leg for leg in legs if leg.quantity == units]
            legs = tuple(
                part
                for leg in legs
                for part in (split(leg, extra, "interest") if leg in whole[:1] else (leg,))
            )
        return legs + self._units.move(wallet, kept, -back), ""

    def earn(self, wallet: WalletId, kept: AssetId, units: int, of: AssetId) -> tuple[Leg, ...]:
        """Interest that a market credited to what it holds."""
        self._learn(kept, of, "position")
        self._units.move(wallet, kept, units)
        return interest(wallet, kept, units)

    def owe(
        self,
        wallet: WalletId,
        owed: AssetId,
        units: int,
        of: AssetId | None = None,
        total: int | None = None,
        grown: int = 0,
    ) -> tuple[Leg, ...]:
        """Units owed more or less, and by how much the debt had grown with interest and fees.

        `grown` is what the log says of that, `total` what is owed afterwards where it says so;
        without it, what is repaid beyond the units that are known was interest. A debt that nothing
        is known of has no past to have grown in, and none of it is repaid: cleared, it would be an
        asset. What was paid stands in Suspense.
        """
        before = self.held(wallet, owed)
        if before is None and units < 0:
            return ()
        self._learn(owed, of, "debt")
        if before is not None:
            grown += max(0, (total or 0) - before - grown - units)
        self._units.move(wallet, owed, units + grown)
        return owing(wallet, owed, units) + interest(wallet, owed, grown)

    def _learn(self, asset: AssetId, of: AssetId | None, kind: Literal["debt", "position"]) -> None:
        if of is None:
            return
        known = self.view.assets.get(of) or known_without_asking(of)
        if known is not None:
            self.facts[asset] = Asset(asset, known.symbol, known.decimals, kind, underlying=of)

    def recognised(self, events: tuple[Event, ...]) -> Recognised | None:
        """The events with what was learnt, or None where there are none."""
        return Recognised(events, tuple(self.facts.values())) if events else None


def liquidated(
    book: Book, wallet: WalletId, lost: tuple[AssetId, int], cleared: tuple[AssetId, int]
) -> tuple[Leg, ...]:
    """Units of a position that a wallet lost and of a debt that this paid, as far as known."""
    (kept, seized), (owed, repaid) = lost, cleared
    legs = book.take(wallet, kept, seized, ())[0]
    if book.held(wallet, owed):
        legs += book.owe(wallet, owed, -repaid)
    return legs


def owing(wallet: WalletId, owed: AssetId, units: int) -> tuple[Leg, ...]:
    """A debt that no token shows; none for zero units."""
    return (Leg(wallet, owed, units, role="debt"),) if units else ()


def interest(wallet: WalletId, grown: AssetId, units: int) -> tuple[Leg, ...]:
    """The growth of a debt or position that no token shows; none for zero units."""
    return (Leg(wallet, grown, units, role="interest"),) if units else ()


def token(network: str, contract: str) -> AssetId:
    """A token by its address, or the native coin by what stands for it."""
    return native(network) if contract == COIN_ADDRESS else erc20(network, contract)


def moved(
    view: ActivityView, amount: int, holders: Iterable[str], via: str = ""
) -> tuple[Leg, ...]:
    """The legs of what went to holders (a negative amount) or came from them in that exact size.

    The fund's own leg may be over a router; what moved at the holder says which asset it was.
    """
    parties = set(holders)
    assets = dict.fromkeys(
        one.asset
        for one in view.activity.transfers
        if one.quantity == abs(amount) and (one.recipient if amount < 0 else one.sender) in parties
    )
    for asset in assets:
        found = payments(view, {asset: amount}, via)
        if found:
            return found
    return ()


def own_hands(view: ActivityView) -> frozenset[str]:
    """The fund's addresses, and the called contract, which may be one that obeys it."""
    return view.owned if has_shares(view, view.called) else view.owned | {view.called}


def has_shares(view: ActivityView, contract: str) -> bool:
    """Whether the fund got, or gave, units of a contract's own: what it does, it does for them."""
    token = erc20(view.activity.network, contract)
    return any(
        one.asset == token and {one.sender, one.recipient} & view.owned
        for one in view.activity.transfers
    )


def of_size(view: ActivityView, quantity: int, *, minted: bool = False) -> tuple[Leg, ...]:
    """The fungible leg of just that size; the one that was made or burnt first, or last."""
    found = [
        leg for leg in view.legs if leg.quantity == quantity and not is_non_fungible(leg.asset)
    ]
    found.sort(key=lambda leg: (leg.counterparty == ZERO_ADDRESS) != minted)
    return tuple(found[:1])


def signed_in(log: Log, place: int) -> int:
    """The signed number in a word of a log's data."""
    number = number_in(log, place)
    return number - 2**256 if number >> 255 else number


def asset_at(view: ActivityView, amount: int, holders: Iterable[str]) -> AssetId | None:
    """The asset of which a holder got (negative amount) or gave just so many units."""
    parties = set(holders)
    return next(
        (
            one.asset
            for one in view.activity.transfers
            if one.quantity == abs(amount)
            and (one.recipient if amount < 0 else one.sender) in parties
        ),
        None,
    )


def told(view: ActivityView, actions: Mapping[str, Action]) -> tuple[tuple[Log, Action], ...]:
    """The logs of a table's topics with their actions, in the order of the chain."""
    found = [
        (log, action)
        for signature, action in actions.items()
        for log in logs_with(view.activity, signature, action.topics, action.words)
    ]
    return tuple(sorted(found, key=lambda each: each[0].index))


def named(book: Book, log: Log, action: Action, rest: ActivityView) -> Event | None:
    """The event of one log of an owned address; None where nothing of the fund's moved with it."""
    owner = action.owner(log)
    if owner not in book.view.owned:
        return None
    network, amount = book.view.activity.network, number_in(log, action.amount)
    kind, sign = _KINDS[action.does]
    via = action.through(log) if action.through is not None else ""
    of = (
        token(network, action.asset(log))
        if action.asset is not None
        else asset_at(rest, sign * amount, {log.address})
    )
    if of is None or not amount:
        return None
    legs = payments(rest, {of: sign * amount}, via) or payments(rest, {of: sign * amount})
    if not legs:
        return None
    wallet, reference = wallet_id(network, owner), reference_of(log, action, of)
    note = ""
    if action.does == "deposit":
        legs += book.put(wallet, position(network, book.protocol, reference), amount, of)
    elif action.does == "withdraw":
        kept = position(network, book.protocol, reference)
        legs, note = book.take(wallet, kept, amount, legs)
    else:
        total = None if action.total is None else number_in(log, action.total)
        owed = debt(network, book.protocol, reference)
        legs += book.owe(wallet, owed, sign * amount, of, total)
    return event(book.view, kind, legs, book.protocol, note)


def reference_of(log: Log, action: Action, of: AssetId) -> str:
    """What tells a position or debt apart: the contract, its market, the asset where it is free."""
    market = "" if action.market is None else f".{action.market(log)}"
    asset = "" if action.asset is None or market else f".{of.rpartition(':')[2]}"
    return f"{log.address}{market}{asset}"


def by_table(
    view: ActivityView, protocol: str, actions: Mapping[str, Action], by: Collection[str] = ()
) -> tuple[tuple[Event, ...], Book]:
    """All that a table of actions tells of an activity, of these contracts if any are given."""
    book, events = Book(view, protocol), tuple[Event, ...]()
    for log, action in told(view, actions):
        if by and log.address not in by:
            continue
        found = named(book, log, action, view.without(events))
        if found is not None:
            events += (found,)
    return events, book
