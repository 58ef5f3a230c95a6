"""Double entry: postings that sum to zero per asset, or no entry at all (P1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.model.activity import Order, microseconds
from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.content import Head, Place, content_hash, encoded_place, encoded_postings
from ledger.model.encoded import encoded_again
from ledger.model.evidence import EvidenceId
from ledger.model.filled import filled
from ledger.model.fund import WalletId

#: What a posting does to the lots of its wallet: gain units at a cost, give units for proceeds,
#: carry
#: units with date and cost to another place, or nothing (income, expense, equity and trading
#: sides).
Role = Literal["acquire", "dispose", "move", "none"]
AccountType = Literal[
    "asset", "liability", "income", "expense", "equity", "trading", "suspense", "transit"
]


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """A ledger account: `name` is its path in the chart, `wallet` is set for places of custody."""

    type: AccountType
    name: str
    wallet: WalletId | None = None

    def __post_init__(self) -> None:
        assert self.name and not any(letter.isspace() for letter in self.name), (
            "a path has no spaces"
        )

    @property
    def path(self) -> str:
        """The account as the journal text writes it: `asset:…`."""
        return f"{self.type}:{self.name}"

    @property
    def place(self) -> Place:
        """The account as its row has it."""
        return self.type, self.name, self.wallet or ""


@filled
@dataclass(frozen=True, slots=True)
class Posting:
    """A signed quantity of one asset in one account.

    `value` is what these units were worth in the transaction, in signed 10⁻¹⁸ of the base currency;
    None says that no price is known, which is never zero.
    """

    account: Account
    asset: AssetId
    quantity: int
    role: Role = "none"
    value: int | None = None

    def __post_init__(self) -> None:
        quantity = self.quantity
        assert type(quantity) is int and quantity and -QUANTITY_MAX <= quantity <= QUANTITY_MAX, (
            "a posting moves between 1 and 2^256-1 base units"
        )
        assert self.value is None or type(self.value) is int


class UnbalancedEntry(ValueError):
    """Postings of an entry that do not sum to zero for some asset."""


@filled
@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced entry of the journal; construction refuses anything else.

    `id` is the event's id (or `<activity>#suspense-<n>`, `time:<name>`, `manual:<id>`), so that
    keeping
    the books again makes the same ids. `group` joins entries of one strategy trade.
    """

    id: str
    kind: str
    time: datetime
    order: Order
    postings: tuple[Posting, ...]
    evidence: tuple[EvidenceId, ...] = ()
    protocol: str | None = None
    strategy: str | None = None
    group: str | None = None
    txid: str = ""
    network: str = ""
    called: str = ""
    note: str = ""
    reverses: str | None = None

    def __post_init__(self) -> None:
        if len(self.postings) < 2:
            raise UnbalancedEntry(f"{self.id}: an entry has two postings at least")
        sums: dict[AssetId, int] = {}
        for posting in self.postings:
            asset = posting.asset
            sums[asset] = sums.get(asset, 0) + posting.quantity
        if any(sums.values()):
            wrong = {asset: total for asset, total in sums.items() if total}
            raise UnbalancedEntry(f"{self.id}: {wrong}")

    @property
    def hash(self) -> EvidenceId:
        """SHA-256 of the content: every field, length-prefixed, numbers as decimal ASCII (P4)."""
        postings = self.postings
        said = encoded_postings(
            [encoded_place(each.account.place) + encoded_again(each.asset) for each in postings],
            [str(each.quantity) for each in postings],
            [encoded_again(each.role) for each in postings],
            [None if each.value is None else str(each.value) for each in postings],
        )
        return content_hash(self.head, self.evidence, said)

    @property
    def is_split(self) -> bool:
        """Whether all units of an asset became more or fewer of the same, as a statement says."""
        return self.kind == "migrate" and "stated:split" in self.note.split()

    @property
    def split_of(self) -> int | None:
        """The units that were there before a split, as the statement says; None where none does."""
        said = [word[3:] for word in self.note.split() if word.startswith("of:")]
        # a person who books by hand may write anything
        return int(said[0]) if said and said[0].isdecimal() and len(said[0]) < 100 else None

    @property
    def is_fork(self) -> bool:
        """Whether units came of a hard fork, as a statement says."""
        return "stated:fork" in self.note.split()

    @property
    def head(self) -> Head:
        """What is hashed of an entry beside its evidence and postings."""
        return (
            self.id,
            self.kind,
            microseconds(self.time),
            self.order,
            self.protocol,
            self.strategy,
            self.group,
            self.txid,
            self.network,
            self.called,
            self.note,
            self.reverses,
        )


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The live entries in the one order of the books, whatever order they came in (P11).

    A reversed entry and its reversal are both left out. Entries of one activity share its `order`;
    their numbered ids decide, `#2` before `#10`.
    """
    known = tuple(entries)
    reversed_ids = {entry.reverses for entry in known if entry.reverses is not None}
    if reversed_ids:
        known = tuple(
            entry for entry in known if entry.reverses is None and entry.id not in reversed_ids
        )
    return tuple(sorted(known, key=lambda entry: (entry.order, len(entry.id), entry.id)))
