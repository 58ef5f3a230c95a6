"""Entries come in, in order; debts still open leave, and what each repayment realised.

A debt is units owed in one place, booked at what they were worth when they were taken up: the
negative of a lot. Repayments go to the oldest first. What was booked less what the units are worth
when they are given back is a gain, for a short as for a loan in a coin. Units that are repaid
beyond all debt were interest that nobody booked before: an expense, and never something held.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.model.amount import portion
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, Posting
from ledger.model.fund import WalletId
from ledger.nav.positions import label

#: (wallet, or path of an account without one; asset)
Place = tuple[str, AssetId]


@dataclass(frozen=True, slots=True)
class Debt:
    """Units still owed of one borrowing; `booked` is their value then, None where unpriced."""

    id: str
    quantity: int
    booked: int | None
    taken: datetime
    strategy: str | None


@dataclass(frozen=True, slots=True)
class Repayment:
    """Units given back by one entry; `debt` is None for units beyond all that was owed.

    `worth` is the value of the units when they were given back, in 10⁻¹⁸ of the base currency,
    None where unpriced.
    """

    entry: Entry
    place: Place
    quantity: int
    worth: int | None
    debt: Debt | None

    @property
    def booked(self) -> int | None:
        """What these units were worth when they were taken up."""
        return None if self.debt is None else self.debt.booked

    @property
    def gain(self) -> int | None:
        """What was booked less what was given, None where one of them is unknown."""
        if self.worth is None or self.booked is None:
            return None
        return self.booked - self.worth

    @property
    def wallet(self) -> WalletId:
        """Where the units were owed."""
        return WalletId(self.place[0])


class Debts:
    """The fold: `open` holds what is owed, oldest first; `beyond` who repaid more than was owed."""

    __slots__ = ("beyond", "open")

    def __init__(self) -> None:
        self.open: defaultdict[Place, deque[Debt]] = defaultdict(deque)
        self.beyond: dict[Place, str | None] = {}

    def fold(self, entry: Entry) -> tuple[Repayment, ...]:
        """Book an entry: what is taken up first, so that interest may be booked and repaid."""
        owed = [
            (index, posting)
            for index, posting in enumerate(entry.postings)
            if posting.account.type == "liability"
        ]
        if not owed:
            return ()
        for index, posting in owed:
            if posting.quantity > 0:
                debt = Debt(
                    f"{entry.id}:{index}",
                    posting.quantity,
                    _size(posting),
                    entry.time,
                    entry.strategy,
                )
                self.open[_place(posting)].append(debt)
        return tuple(
            repayment
            for _, posting in owed
            if posting.quantity < 0
            for repayment in self._repay(entry, posting)
        )

    def _repay(self, entry: Entry, posting: Posting) -> Iterable[Repayment]:
        place, left, worth = _place(posting), -posting.quantity, _size(posting)
        waiting = self.open[place]
        while left and waiting:
            debt = waiting.popleft()
            units = min(left, debt.quantity)
            part, rest = _cut(debt, units)
            if rest is not None:
                waiting.appendleft(rest)
            share = None if worth is None else portion(worth, units, left)
            worth = None if worth is None or share is None else worth - share
            left -= units
            yield Repayment(entry, place, units, share, part)
        if left:
            self.beyond.setdefault(place, entry.strategy)
            yield Repayment(entry, place, left, worth, None)


def repayments(ordered: Iterable[Entry]) -> Mapping[str, Sequence[Repayment]]:
    """What each entry repaid, by its id; the entries must be live and in order."""
    debts = Debts()
    found = {entry.id: debts.fold(entry) for entry in ordered}
    return {name: repaid for name, repaid in found.items() if repaid}


def interest(repaid: Iterable[Repayment]) -> tuple[int | None, ...]:
    """The values of units that were repaid beyond all debt."""
    return tuple(one.worth for one in repaid if one.debt is None)


def _size(posting: Posting) -> int | None:
    """The value of units owed without its sign: it is the other way round than their number."""
    return None if posting.value is None else abs(posting.value)


def _place(posting: Posting) -> Place:
    return label(posting.account), posting.asset


def _cut(debt: Debt, units: int) -> tuple[Debt, Debt | None]:
    """The part of a debt that is repaid, and what is left; the last part takes the remainder."""
    if units == debt.quantity:
        return debt, None
    taken = None if debt.booked is None else portion(debt.booked, units, debt.quantity)
    left = None if debt.booked is None or taken is None else debt.booked - taken
    rest = replace(debt, quantity=debt.quantity - units, booked=left)
    return replace(debt, quantity=units, booked=taken), rest
