"""Whose books: the fund, the wallets it owns (contracts too, with the time of ownership), and its
policy.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

WalletId = NewType("WalletId", str)
#: `strict` and `specific` choose no lot by themselves; `average` pools costs, never dates.
LotMethod = Literal["fifo", "lifo", "hifo", "lofo", "average", "strict", "specific"]
LotScope = Literal["wallet", "fund"]


@dataclass(frozen=True, slots=True, order=True)
class Wallet:
    """A place of custody: an account or owned contract on a network, or an account at a venue.

    `network` is CAIP-2 for chains (`eip155:1`) and `venue:<name>` for exchanges and files;
    `address`
    is in lower case on EVM networks, the account's name elsewhere. Ownership is [owned_from,
    owned_until).
    """

    network: str
    address: str
    label: str
    strategy: str | None = None
    owned_from: datetime | None = None
    owned_until: datetime | None = None

    @property
    def id(self) -> WalletId:
        """CAIP-10 in style: `eip155:1:0x…`, `venue:kraken:main`."""
        return wallet_id(self.network, self.address)

    def owned_at(self, time: datetime) -> bool:
        """Whether the fund owned the wallet at a time."""
        after_start = self.owned_from is None or self.owned_from <= time
        return after_start and (self.owned_until is None or time < self.owned_until)


def wallet_id(network: str, address: str) -> WalletId:
    """The id of a wallet from its network and address."""
    return WalletId(f"{network}:{address}")


def network_of_wallet(wallet: WalletId) -> str:
    """The network part of a wallet's id."""
    return ":".join(wallet.split(":", 2)[:2])


@dataclass(frozen=True, slots=True)
class StrategyRule:
    """Entries that match every given field belong to `strategy`; the first matching rule decides.

    `contract` matches the called contract or any counterparty of the entry.
    """

    strategy: str
    wallet: WalletId | None = None
    contract: str | None = None
    kind: str | None = None
    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of a fold over the journal: method, scope, strategy rules, age of quotes.

    `method_by_year` changes the method from the start of a year (UTC) on; before the first of them
    it is `method`. `identifications` name, for the method `specific`, the lots that an entry takes
    its units of: (entry id, ids of lots in the order in which they are used); `identified_at` says
    when that was said, which changes no fold of the books.
    """

    base_currency: str = "USD"
    method: LotMethod = "fifo"
    scope: LotScope = "wallet"
    strategy_rules: tuple[StrategyRule, ...] = ()
    quote_age_seconds_max: int = 3 * 86_400
    method_by_year: tuple[tuple[int, LotMethod], ...] = ()
    identifications: tuple[tuple[str, tuple[str, ...]], ...] = ()
    identified_at: tuple[tuple[str, datetime], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        years = [year for year, _ in self.method_by_year]
        assert years == sorted(set(years)), "years ascend, each once"
        named = [entry for entry, _ in self.identifications]
        assert len(named) == len(set(named)), "an entry has one identification"

    def method_in(self, year: int) -> LotMethod:
        """The method by which lots leave in a year (UTC)."""
        begun = [method for start, method in self.method_by_year if start <= year]
        return begun[-1] if begun else self.method


@dataclass(frozen=True, slots=True)
class Identification:
    """The lots that an entry takes its units of, in the order in which they are used.

    `recorded_at` is when it was said: what a tax office takes for a choice made in time.
    """

    entry: str
    lots: tuple[str, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund: `valuation_time` is the time of day of its daily valuation in UTC, `HH:MMZ`."""

    name: str
    base_currency: str = "USD"
    regime: str = "generic"
    method: LotMethod = "fifo"
    scope: LotScope = "wallet"
    valuation_time: str = "00:00Z"
    strategy_rules: tuple[StrategyRule, ...] = field(default=())
    method_by_year: tuple[tuple[int, LotMethod], ...] = ()

    @property
    def policy(self) -> Policy:
        """The fund's own policy for its books, before any lots are identified."""
        return Policy(
            self.base_currency,
            self.method,
            self.scope,
            self.strategy_rules,
            method_by_year=self.method_by_year,
        )
