"""Rows enter; statement lines with occurrence numbers leave; and what plug-ins share to read them.

A plug-in is a module with NAME, `layout_of`, `lines` and `read` (see `Venue`). Reading is pure: it
sees the stored lines alone, so the books can be kept again from the evidence.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from ledger.model.activity import Activity, Transfer
from ledger.model.asset import SYMBOL_DECIMALS, Asset, AssetId, known_without_asking
from ledger.model.errors import BadInput
from ledger.model.evidence import EvidenceId, Question, StatementLine
from ledger.model.fund import Wallet, WalletId
from ledger.model.problem import PROBLEM_CODES, Problem
from ledger.venues._tables import Table

#: The other sides of a statement's transfers.
MARKET: Final = "market"
EXTERNAL: Final = "external"
FEE: Final = "fee"

#: What is known of assets: decimals that a node has answered.
Facts = Mapping[AssetId, Asset]
NO_FACTS: Final[Facts] = MappingProxyType({})

Made = TypeVar("Made")

_COMMA_MARK: Final = ",decimal_comma"
_COMMA: Final = re.compile(r"[+-]?[0-9.]*,[0-9]+", re.ASCII)
_POINT: Final = re.compile(r"[+-]?[0-9,]*\.[0-9]+", re.ASCII)


class Layout(NamedTuple):
    """A recognised layout of a venue and the number of the header's names that it knows."""

    name: str
    score: int


class Lines(NamedTuple):
    """The statement lines of a table, and what refuses the file or some of its rows."""

    lines: tuple[StatementLine, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What stored lines say: activities, and the facts that go with them.

    `wallets` are those met that the fund has not named; `accounts` the ones whose changes the lines
    state; `assets` the decimals in which quantities are counted; `questions` ask for decimals that
    no answer has given yet; `refused` are the lines that problems keep out of the books.
    """

    activities: tuple[Activity, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    problems: tuple[Problem, ...] = ()
    accounts: frozenset[WalletId] = frozenset()
    assets: tuple[Asset, ...] = ()
    questions: tuple[Question, ...] = ()
    refused: frozenset[EvidenceId] = frozenset()


class Venue(Protocol):
    """A plug-in of the room: a module with these names."""

    @property
    def NAME(self) -> str:  # noqa: N802 -- a module's constant
        """The venue's name, part of its wallets' networks."""
        ...

    def layout_of(self, header: tuple[str, ...]) -> Layout | None:
        """The layout that a header's names belong to; None for a header of another venue."""
        ...

    def lines(self, table: Table, layout: str, owner: str) -> Lines:
        """The table's rows as statement lines of the owner (a wallet's id or label, or empty)."""
        ...

    def read(
        self,
        lines: Sequence[StatementLine],
        wallets: Mapping[str, Wallet],
        assets: Facts = NO_FACTS,
    ) -> Reading:
        """What lines of any layouts of the venue state; pure, the same in any order of lines."""
        ...


class RowFault(BadInput):
    """A row that cannot be booked: a problem code and the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem_code = code


def statement_lines(venue: str, table: Table, layout: str, owner: str) -> Lines:
    """Every row of a table as a statement line; identical rows get the next occurrence number."""
    seen: Counter[tuple[str, ...]] = Counter()
    lines: list[StatementLine] = []
    for row in table.rows:
        seen[row.cells] += 1
        cells = tuple(zip(table.header, row.cells, strict=True))
        occurrence = seen[row.cells]
        line = StatementLine(venue, layout, cells, occurrence, owner, table.name, row.line)
        lines.append(replace(line, address=line.content))
    return Lines(tuple(lines), table.problems)


def layout_by_names(
    header: tuple[str, ...], layouts: Mapping[str, tuple[frozenset[str], frozenset[str]]]
) -> Layout | None:
    """The layout (name → names it demands, and may have) that knows most names of a header."""
    names = set(header)
    found = [
        Layout(name, len(names & (demanded | optional)))
        for name, (demanded, optional) in layouts.items()
        if demanded <= names
    ]
    return max(found, key=lambda layout: (layout.score, layout.name), default=None)


def with_decimal_comma(table: Table, layout: str, columns: Collection[str]) -> str:
    """The layout's name, marked where the file writes decimals with a comma.

    It does where semicolons part its cells and a figure has a comma that parts no thousands.
    """
    places = [index for index, name in enumerate(table.header) if name in columns]
    figures = [row.cells[index].strip() for row in table.rows for index in places]
    comma = any(_COMMA.fullmatch(figure) for figure in figures)
    point = any(_POINT.fullmatch(figure) for figure in figures)
    return layout + _COMMA_MARK if table.delimiter == ";" and comma and not point else layout


def in_decimal_comma(line: StatementLine) -> bool:
    """Whether the file of a line writes decimals with a comma."""
    return line.layout.endswith(_COMMA_MARK)


def cells_of(line: StatementLine) -> dict[str, str]:
    """The cells of a line by column, without the spaces around them."""
    return {name: text.strip() for name, text in line.cells}


def distinct(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """Each line once, in the order of their ids: neither a second import nor the order matters."""
    by_id = {line.id: line for line in lines}
    return [by_id[key] for key in sorted(by_id)]


def problem_of(fault: BadInput, line: StatementLine) -> Problem:
    """A fault of a line as a problem with its file and row."""
    code = fault.problem_code if isinstance(fault, RowFault) else fault.code
    code = code if code in PROBLEM_CODES else "bad_row"
    source = f"{line.venue}/row:{line.id}"
    return Problem(code, str(fault), source, line.file or None, line.line or None)


class Desk:
    """The wallets and decimals of one reading: what the fund knows, and what the lines bring."""

    def __init__(
        self,
        venue: str,
        wallets: Mapping[str, Wallet],
        assets: Facts,
        *,
        plain_labels: bool = False,
    ) -> None:
        self._network = f"venue:{venue}"
        self._prefix = "" if plain_labels else f"{venue}:"
        self._named = {
            wallet.label: wallet for wallet in wallets.values() if not self._of_another(wallet)
        }
        self._by_id = {wallet.id: wallet for wallet in wallets.values()}
        self._known = assets
        self._met: dict[WalletId, Wallet] = {}
        self._accounts: set[WalletId] = set()
        self._assets: dict[AssetId, Asset] = {}
        self._questions: set[Question] = set()
        self._problems: list[Problem] = []
        self._refused: set[EvidenceId] = set()

    def _of_another(self, wallet: Wallet) -> bool:
        """Whether rows of another venue brought the wallet: its name means nothing here."""
        venue = wallet.network.startswith("venue:") and wallet.network != self._network
        return venue and wallet.address == venue_address(wallet.label)

    def wallet(self, label: str) -> Wallet:
        """The fund's wallet of that label or id, else an account of that name at the venue.

        An account that is made has the venue's name in its label, so that labels of two venues
        stay apart. Raises RowFault for a name that is too long or cannot be seen.
        """
        known = self._named.get(label) or self._by_id.get(WalletId(label))
        if known is None and (len(label) > 200 or not label.isprintable()):
            raise RowFault("bad_row", f"{label[:40]!r} is no name of a wallet")
        made = Wallet(self._network, venue_address(label), f"{self._prefix}{label}")
        return self.account(known or made)

    def account(self, wallet: Wallet) -> Wallet:
        """A wallet whose changes the lines state."""
        self._accounts.add(wallet.id)
        return self._meet(wallet)

    def part_of(self, account: Wallet, place: str) -> Wallet:
        """A place beside an account at the same venue, as staking or futures: owned, not stated."""
        address, label = f"{account.address}/{place}", f"{account.label}/{place}"
        return self._meet(replace(account, address=address, label=label))

    def _meet(self, wallet: Wallet) -> Wallet:
        return self._by_id.get(wallet.id) or self._met.setdefault(wallet.id, wallet)

    def decimals(self, asset: AssetId, symbol: str = "") -> int:
        """The decimals in which an asset is counted; 18 and a question where nobody has told."""
        fact = self._assets.get(asset) or self._known.get(asset) or known_without_asking(asset)
        if fact is None:
            shown = "".join(letter for letter in symbol if letter.isprintable())[:64]
            fact = Asset(asset, shown, SYMBOL_DECIMALS)
            self._questions.add(Question("token", asset))
        self._assets[asset] = fact
        return fact.decimals

    def each(
        self,
        groups: Iterable[Sequence[StatementLine]],
        read: Callable[[Sequence[StatementLine], "Desk"], Made],
    ) -> list[Made]:
        """What `read` makes of each group of lines; a fault refuses the lines of its group."""
        made: list[Made] = []
        for group in groups:
            try:
                made.append(read(group, self))
            except BadInput as fault:
                self._problems += [problem_of(fault, line) for line in group]
                self._refused |= {line.id for line in group}
        return made

    def accepted(self, lines: Iterable[StatementLine]) -> list[StatementLine]:
        """The lines that no fault has refused."""
        return [line for line in lines if line.id not in self._refused]

    def notice(self, code: str, message: str, line: StatementLine) -> None:
        """Report a problem at a line that is booked all the same."""
        self._problems.append(problem_of(RowFault(code, message), line))

    def reading(self, activities: Iterable[Activity]) -> Reading:
        """All of it as a value in canonical order; what moves nothing is no activity."""
        moving = (activity for activity in activities if activity.transfers or activity.fee)
        ordered = tuple(sorted(moving, key=lambda activity: activity.order))
        touched: set[WalletId] = set()
        moved: set[AssetId] = set()
        for activity in ordered:
            parties = [party for one in activity.transfers for party in (one.sender, one.recipient)]
            moved |= {transfer.asset for transfer in activity.transfers}
            if activity.fee:
                parties.append(activity.fee.payer)
                moved.add(activity.fee.asset)
            touched |= {party_id(activity, party) for party in parties}
        for asset in moved:
            self.decimals(asset)
        return Reading(
            ordered,
            tuple(self._met[key] for key in sorted(touched & set(self._met))),
            tuple(self._problems),
            frozenset(touched & self._accounts),
            tuple(self._assets[key] for key in sorted(moved)),
            tuple(sorted(one for one in self._questions if one.subject in moved)),
            frozenset(self._refused),
        )


def party_id(activity: Activity, party: str) -> WalletId:
    """The wallet id of a party of a transfer or fee: a full id stands for itself."""
    return WalletId(party if ":" in party else f"{activity.network}:{party}")


def venue_address(label: str) -> str:
    """The address of an account at a venue: its name, percent-encoded; never another side's."""
    address = quote(label, safe="/@+-_.")
    reserved = address in {MARKET, EXTERNAL, FEE}
    return f"%{ord(address[0]):02X}{address[1:]}" if reserved else address


class Movements:
    """The transfers of one activity as they are collected: zero moves nothing, indices count up."""

    def __init__(self) -> None:
        self._moves: list[tuple[AssetId, int, str, str]] = []

    def add(self, asset: AssetId, quantity: int, sender: str, recipient: str) -> None:
        """A movement of base units; a negative quantity moves the other way."""
        if quantity < 0:
            self._moves.append((asset, -quantity, recipient, sender))
        elif quantity:
            self._moves.append((asset, quantity, sender, recipient))

    def transfers(self) -> tuple[Transfer, ...]:
        """The transfers in the order in which they were added."""
        return tuple(
            Transfer(index, asset, quantity, sender, recipient, "statement")
            for index, (asset, quantity, sender, recipient) in enumerate(self._moves)
        )
