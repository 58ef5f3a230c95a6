"""Nothing enters; the nouns of a tax history leave: events, pieces, what is left at the end.

Money is a whole number of 10⁻ᵖ of the history's currency, a quantity a whole number of the smallest
unit of the last form of its asset (`units.py`), so that splits change no figure of a matcher.
"""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from ledger.model.gain import Character, Term

Rule = Literal[
    "lot",
    "average",
    "same_day",
    "thirty_day",
    "ten_day",
    "s104",
    "four_weeks",
    "portfolio",
    "mark",
    "missing",
]


#: The word before the year in the `row` of what is held as sold at a year's end.
MARK: Final = "mark"


class Acquire(NamedTuple):
    """Units that came in at a cost; `value` is the cost without fees.

    `bought` is whether they were bought or exchanged, not given, earned or brought in. `known` is
    whether there is a basis: units without one have no cost, and what they realise no gain.
    """

    time: datetime
    row: str
    asset: str
    wallet: str
    quantity: int
    cost: int
    value: int
    bought: bool = False
    known: bool = True


class Dispose(NamedTuple):
    """Units given up. `proceeds` None is a price that nobody knows; `at_cost` has no gain.

    `is_fee`: they paid a fee, or did not arrive, beside what the row itself gave. `kind` is what
    they were given for; `assessed` whether a regime says what that realises.
    """

    time: datetime
    row: str
    asset: str
    wallet: str
    quantity: int
    proceeds: int | None
    fees: int = 0
    at_cost: bool = False
    is_fee: bool = False
    kind: str = ""
    assessed: bool = True


class Move(NamedTuple):
    """Units that went from one own wallet to another."""

    time: datetime
    row: str
    asset: str
    wallet: str
    to_wallet: str
    quantity: int


class Become(NamedTuple):
    """All units of an asset became another asset, cost and dates carried."""

    time: datetime
    row: str
    asset: str
    into: str


class Exchange(NamedTuple):
    """Units of one asset for another without a disposal, where a regime says so.

    `value` is what was given, or received, then; None where nobody knows it. What came is in
    `to_wallet`, where that is said.
    """

    time: datetime
    row: str
    asset: str
    quantity: int
    into: str
    received: int
    wallet: str = "main"
    value: int | None = None
    to_wallet: str = ""


class Side(NamedTuple):
    """Units of an asset that left or came; `weight` is their part of what all of them are worth."""

    asset: str
    wallet: str
    quantity: int
    weight: int


class Carry(NamedTuple):
    """Units of some assets that became units of others without a disposal.

    Cost and dates are carried: each unit that came has cost of all that left in proportion of the
    weights. What left with the weight 0 gives its cost alone, as units that paid for the change do.
    """

    time: datetime
    row: str
    gave: tuple[Side, ...]
    got: tuple[Side, ...]


Event = Acquire | Dispose | Move | Become | Exchange | Carry


class Piece(NamedTuple):
    """A part of a disposal by one lot, pool or rule.

    `indexation` is what a rise of prices takes off a gain, where a regime has that.
    """

    lot: str | None
    rule: Rule
    acquired: datetime | None
    quantity: int
    proceeds: int
    fees: int
    cost: int
    denied: int
    term: Term
    indexation: int = 0
    character: Character = "capital"

    @property
    def gain(self) -> int:
        """What it gained, or lost."""
        return gain_of(self)


def gain_of(piece: Piece) -> int:
    """Proceeds less fees, cost and indexation, and what is not allowed of a loss added back.

    A long history asks that of tens of thousands: a call costs half of what a property does.
    """
    _, _, _, _, proceeds, fees, cost, denied, _, indexation, _ = piece
    return proceeds - fees - cost - indexation + denied


class Disposed(NamedTuple):
    """A disposal with its pieces, whose quantities add up to it, and the version of the rules."""

    event: Dispose
    pieces: tuple[Piece, ...]
    version: str = ""


class Left(NamedTuple):
    """An open lot, or with `row` None what a pool holds; `wallet` None where basis has none."""

    row: str | None
    asset: str
    wallet: str | None
    acquired: datetime | None
    quantity: int
    cost: int


class Income(NamedTuple):
    """Income at its value; `quantity` in units of the row."""

    time: datetime
    row: str
    asset: str
    quantity: int
    value: int


class Fault(NamedTuple):
    """Why something has no figure: a code of the closed set, and the row.

    `about` are units of assets that it is about, in their smallest.
    """

    code: str
    message: str
    row: str | None
    about: tuple[tuple[str, int], ...] = ()
