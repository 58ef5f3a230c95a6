"""Double entry: postings that sum to zero per asset, or no entry at all (P1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from ledger.model.activity import Order, microseconds
from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.encoded import (
    COUNTS,
    LENGTHS,
    encoded,
    encoded_again,
    hash_of,
)
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


#: Id, kind, time in microseconds, order, protocol, strategy, group, txid, network, called, note and
#: what is reversed.
Head = tuple[
    str, str, int, Order, str | None, str | None, str | None, str, str, str, str, str | None
]

#: What is hashed of a posting: account and asset encoded, quantity, role encoded, value; numbers as
#: decimal ASCII.
Said = tuple[str, str, str, str | None]

#: What the encoding of a content begins with: another one has another name.
_FORMAT: Final = "entry-2"
_BEGIN: Final = encoded(_FORMAT)
_NOTHING: Final = encoded("")


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
        postings = [
            (
                encoded_place(posting.account.place) + encoded_again(posting.asset),
                str(posting.quantity),
                encoded_again(posting.role),
                None if posting.value is None else str(posting.value),
            )
            for posting in self.postings
        ]
        return content_hash(self.head, self.evidence, postings)

    @property
    def is_split(self) -> bool:
        """Whether all units of an asset became more or fewer of the same, as a statement says."""
        return self.kind == "migrate" and "stated:split" in self.note.split()

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


@lru_cache(maxsize=1 << 12)
def _optional_again(text: str | None) -> str:
    return encoded(optional_text(text))


def encoded_place(place: Place) -> str:
    """An account, the first part of what `content_hash` takes of a posting."""
    kind, name, wallet = place
    return f"{encoded_again(kind)}{encoded_again(name)}{encoded_again(wallet)}"


def content_hash(head: Head, evidence: Sequence[str], postings: Sequence[Said]) -> EvidenceId:
    """The hash of an entry, whether it is a value or the rows of a database."""
    try:
        letters = _short(head, evidence, len(postings))
    except IndexError:
        letters = _any_length(head, evidence, len(postings))
    if not letters.isascii():
        letters = _any_length(head, evidence, len(postings))
    return EvidenceId(hash_of(letters + _all_postings(postings)))


def _any_length(head: Head, evidence: Sequence[str], postings: int) -> str:
    """What stands before the postings in the encoding of an entry: each text behind its length."""
    id_, kind, time, order, protocol, strategy, group, txid, network, called, note, reverses = head
    order_time, order_network, block, index, order_id = order
    texts = (
        *(_FORMAT, id_, kind, str(time)),
        *(str(order_time), order_network, str(block), str(index), order_id),
        *(optional_text(protocol), optional_text(strategy), optional_text(group)),
        *(txid, network, called, note, optional_text(reverses)),
        *(str(len(evidence)), *evidence, str(postings)),
    )
    return "".join(map(encoded, texts))


def _short(head: Head, evidence: Sequence[str], postings: int) -> str:
    """The same at once: by the million a call a text is what takes the time.

    Raises IndexError where a text is longer than most; wrong, and not ASCII, where one is not.
    """
    id_, kind, time, order, protocol, strategy, group, txid, network, called, note, reverses = head
    order_time, order_network, block, index, order_id = order
    moment, at, place = str(time), str(block), str(index)
    then = moment if order_time == time else str(order_time)
    said = "".join([f"{LENGTHS[len(id_)]}{id_}" for id_ in evidence])
    return (
        f"{_BEGIN}{LENGTHS[len(id_)]}{id_}{encoded_again(kind)}"
        f"{LENGTHS[len(moment)]}{moment}{LENGTHS[len(then)]}{then}{encoded_again(order_network)}"
        f"{LENGTHS[len(at)]}{at}{LENGTHS[len(place)]}{place}{LENGTHS[len(order_id)]}{order_id}"
        f"{_optional_again(protocol)}{_optional_again(strategy)}"
        f"{_NOTHING if group is None else f'{LENGTHS[len(group) + 1]}={group}'}"
        f"{LENGTHS[len(txid)]}{txid}{encoded_again(network)}{encoded_again(called)}"
        f"{LENGTHS[len(note)]}{note}"
        f"{_NOTHING if reverses is None else f'{LENGTHS[len(reverses) + 1]}={reverses}'}"
        f"{COUNTS[len(evidence)]}{said}{COUNTS[postings]}"
    )


def _all_postings(postings: Sequence[Said]) -> str:
    # all of an entry in one pass: by the million a call a posting is what takes the time
    try:
        return "".join(
            [
                f"{place}{LENGTHS[len(quantity)]}{quantity}{role}{_NOTHING}"
                if value is None
                else f"{place}{LENGTHS[len(quantity)]}{quantity}{role}"
                f"{LENGTHS[len(value) + 1]}={value}"
                for place, quantity, role, value in postings
            ]
        )
    except IndexError:  # a number of more than two hundred digits
        return "".join(
            f"{place}{encoded(quantity)}{role}{encoded(optional_text(value))}"
            for place, quantity, role, value in postings
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
