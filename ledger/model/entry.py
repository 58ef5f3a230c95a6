"""Double entry: postings that sum to zero per asset, or no entry at all (P1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ledger.model.activity import Order, microseconds
from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.encoded import LENGTHS, all_encoded, encoded, encoded_again, hash_of
from ledger.model.evidence import EvidenceId
from ledger.model.fund import WalletId

#: What a posting does to the lots of its wallet: gain units at a cost, give units for proceeds,
#: carry
#: units with date and cost to another place, or nothing (income, expense, equity and trading
#: sides).
Role = Literal["acquire", "dispose", "move", "none"]
AccountType = Literal[
    "asset", "liability", "income", "expense", "equity", "trading", "suspense", "transit"
]


#: An account as its row says it: type, name, and wallet or nothing. Quicker to look up than the
#: value, which is compared field by field.
Place = tuple[str, str, str]


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


#: Id, kind, time in microseconds, order, protocol, strategy, group, txid, network, called, note and
#: what is reversed.
Head = tuple[
    str, str, int, Order, str | None, str | None, str | None, str, str, str, str, str | None
]

#: What the encoding of a content begins with: another one has another name.
_FORMAT: Final = encoded("entry-2")
_NOTHING: Final = encoded("")


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
        postings = [
            encoded_posting(
                encoded_place(posting.account.place),
                encoded_again(posting.asset),
                str(posting.quantity),
                encoded_again(posting.role),
                None if posting.value is None else str(posting.value),
            )
            for posting in self.postings
        ]
        return content_hash(encoded_head(self.head), self.evidence, postings)

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


def optional_text(text: str | None) -> str:
    """A text that may be absent, so that none and the empty one hash to different things."""
    return "" if text is None else f"={text}"


def encoded_head(head: Head) -> str:
    """The head of an entry, for `content_hash`; numbers as decimal ASCII."""
    id_, kind, time, order, protocol, strategy, group, txid, network, called, note, reverses = head
    order_time, order_network, block, index, order_id = order
    moment = encoded(str(time))
    return (
        f"{encoded(id_)}{encoded_again(kind)}{moment}"
        f"{moment if order_time == time else encoded(str(order_time))}"
        f"{encoded_again(order_network)}{encoded(str(block))}{encoded(str(index))}{encoded(order_id)}"
        f"{_NOTHING if protocol is None else encoded_again('=' + protocol)}"
        f"{_NOTHING if strategy is None else encoded_again('=' + strategy)}"
        f"{_NOTHING if group is None else encoded('=' + group)}"
        f"{encoded(txid)}{encoded_again(network)}{encoded_again(called)}{encoded(note)}"
        f"{_NOTHING if reverses is None else encoded('=' + reverses)}"
    )


def encoded_place(place: Place) -> str:
    """An account, for `encoded_posting`."""
    kind, name, wallet = place
    return f"{encoded_again(kind)}{encoded_again(name)}{encoded_again(wallet)}"


def encoded_posting(place: str, asset: str, quantity: str, role: str, value: str | None) -> str:
    """A posting, for `content_hash`: of encoded place, asset, role; numbers as decimal ASCII."""
    try:
        worth = _NOTHING if value is None else f"{LENGTHS[len(value) + 1]}={value}"
        return f"{place}{asset}{LENGTHS[len(quantity)]}{quantity}{role}{worth}"
    except IndexError:  # a number of more than two hundred digits
        return f"{place}{asset}{encoded(quantity)}{role}{encoded(optional_text(value))}"


def content_hash(head: str, evidence: Sequence[str], postings: Sequence[str]) -> EvidenceId:
    """The hash of an entry, whether it is a value or the rows of a database; its parts encoded."""
    return EvidenceId(
        hash_of(
            f"{_FORMAT}{head}{encoded(str(len(evidence)))}{all_encoded(evidence)}"
            f"{encoded(str(len(postings)))}{''.join(postings)}"
        )
    )


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The live entries in the one order of the books, whatever order they came in (P11).

    A reversed entry and its reversal are both left out. Entries of one activity share its `order`;
    their numbered ids decide, `#2` before `#10`.
    """
    known = tuple(entries)
    reversed_ids = {entry.reverses for entry in known if entry.reverses is not None}
    live = (entry for entry in known if entry.reverses is None and entry.id not in reversed_ids)
    return tuple(sorted(live, key=lambda entry: (entry.order, len(entry.id), entry.id)))
