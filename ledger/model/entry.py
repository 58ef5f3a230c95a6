"""Double entry: postings that sum to zero per asset, or no entry at all (P1)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.model.activity import Order, microseconds
from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.evidence import EvidenceId, length_prefixed_texts
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


#: Type, name and wallet of the account, asset, quantity, role, and value as `optional_text`.
PostingTexts = tuple[str, str, str, str, str, str, str]


class UnbalancedEntry(ValueError):
    """Postings of an entry that do not sum to zero for some asset."""


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
        return self.hash_with(self.posting_texts())

    def hash_with(self, postings: Sequence[PostingTexts]) -> EvidenceId:
        """The hash, for whoever has the postings as texts already."""
        head = (
            self.id,
            self.kind,
            str(microseconds(self.time)),
            *map(str, self.order),
            *map(optional_text, (self.protocol, self.strategy, self.group)),
            self.txid,
            self.network,
            self.called,
            self.note,
            optional_text(self.reverses),
        )
        return content_hash(head, self.evidence, postings)

    def posting_texts(self) -> list[PostingTexts]:
        """The postings as `content_hash` takes them."""
        return [
            (
                (account := posting.account).type,
                account.name,
                account.wallet or "",
                posting.asset,
                str(posting.quantity),
                posting.role,
                "" if (value := posting.value) is None else f"={value}",
            )
            for posting in self.postings
        ]


def optional_text(text: str | None) -> str:
    """A text that may be absent, so that none and the empty one hash to different things."""
    return "" if text is None else f"={text}"


def content_hash(
    head: Sequence[str], evidence: Sequence[str], postings: Sequence[Sequence[str]]
) -> EvidenceId:
    """The hash of an entry given as texts, whether it is a value or the rows of a database.

    `head`: id, kind, time in microseconds, the five parts of the order, protocol, strategy, group,
    txid, network, called, note, reverses. A posting: type, name and wallet of its account, asset,
    quantity, role, value. Protocol, strategy, group, reverses and value as `optional_text`.
    """
    fields = ["entry-2", *head, str(len(evidence)), *evidence, str(len(postings))]
    for posting in postings:
        fields += posting
    return EvidenceId(hashlib.sha256(length_prefixed_texts(fields)).hexdigest())


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The live entries in the one order of the books, whatever order they came in (P11).

    A reversed entry and its reversal are both left out. Entries of one activity share its `order`;
    their numbered ids decide, `#2` before `#10`.
    """
    known = tuple(entries)
    reversed_ids = {entry.reverses for entry in known if entry.reverses is not None}
    live = (entry for entry in known if entry.reverses is None and entry.id not in reversed_ids)
    return tuple(sorted(live, key=lambda entry: (entry.order, len(entry.id), entry.id)))
