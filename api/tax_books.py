"""A fund's desk enters; what a tax year is assessed from leaves.

Where the books are kept up to date the stored journal is read, entry by entry, so that the length
of the history takes time alone and no memory. Else they are made from the evidence.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from api import figures
from api.desk import Desk, policy_of
from api.jobs.keep.plan import BEGIN, END, is_kept
from ledger.books import Books
from ledger.model.asset import Asset, AssetId, currency
from ledger.model.entry import Entry
from ledger.model.fund import Fund, Policy, Wallet, WalletId
from ledger.prices.book import PriceBook

if TYPE_CHECKING:
    from ledger.store.store import Aggregates

#: How the ids of currencies begin.
_CURRENCIES: Final = currency("")


class TaxBooks(Protocol):
    """What an assessment asks of books."""

    @property
    def policy(self) -> Policy:
        """The choices of the fund."""

    @property
    def wallets(self) -> Mapping[WalletId, Wallet]:
        """The fund's wallets."""

    @property
    def assets(self) -> Mapping[AssetId, Asset]:
        """What is known of assets."""

    @property
    def prices(self) -> PriceBook:
        """Every quote."""

    @property
    def entries(self) -> Iterable[Entry]:
        """The live entries in order, anew each time that they are asked for."""


class StoredBooks:
    """What the last keeping put down, as it was at one moment."""

    def __init__(self, inside: "Aggregates", fund: Fund) -> None:
        self.policy = policy_of(inside, fund)
        self.wallets: Mapping[WalletId, Wallet] = inside.wallets.all(fund.name)
        self.assets: Mapping[AssetId, Asset] = inside.assets.all(fund.name)
        self.entries = StoredEntries(inside, fund.name)
        self.inside = inside
        self.fund = fund.name

    @cached_property
    def prices(self) -> PriceBook:
        """Every quote, and what the fund's own trades implied."""
        return self._prices("")

    @cached_property
    def rates(self) -> PriceBook:
        """Those of currencies, which are few beside what a long history implied."""
        return self._prices(_CURRENCIES)

    def _prices(self, beginning: str) -> PriceBook:
        stated = self.inside.quotes.named(self.fund, beginning)
        implied = self.inside.keeping.implied(self.fund, BEGIN, END, beginning)
        return PriceBook((*stated, *implied), self.assets)


class StoredEntries:
    """The live entries of a journal, read anew each time."""

    def __init__(self, inside: "Aggregates", fund: str) -> None:
        self._inside = inside
        self._fund = fund
        self._digest: str | None = None

    def __iter__(self) -> Iterator[Entry]:
        from ledger.store import BooksDigest

        digest = BooksDigest()
        yield from self._inside.journal.in_turn(self._fund, digest=digest)
        self._digest = digest.hexdigest()

    def digest(self) -> str:
        """What identifies the books, by the hashes that the journal has: `verify` proves these."""
        if self._digest is None:
            from ledger.store import BooksDigest

            digest = BooksDigest()
            for hash_ in self._inside.tax_checkpoints.hashes(self._fund):
                digest.add(hash_)
            self._digest = digest.hexdigest()
        return self._digest


@contextmanager
def tax_books(
    desk: Desk, known_at: datetime | None = None, as_of: datetime | None = None
) -> Iterator["StoredBooks | Books"]:
    """The books of a desk for an assessment, as they are now, or as they were known and stood."""
    if known_at is None and as_of is None:
        with desk.store.snapshot(desk.fund.name) as inside:
            if is_kept(inside, desk.fund.name):
                yield StoredBooks(inside, inside.funds.get(desk.fund.name))
                return
    yield figures.as_of(desk.books(known_at), as_of)


def digest_of(books: "StoredBooks | Books") -> str:
    """What identifies books."""
    from ledger.store import books_digest

    if isinstance(books, StoredBooks):
        return books.entries.digest()
    return books_digest(books.entries)
