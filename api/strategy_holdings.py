"""Books → what stands in a strategy's wallets, what its transactions paid, on which chains."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import figures
from api.part_returns import division
from ledger.books import Books
from ledger.model.asset import AssetId, currency
from ledger.model.entry import Entry
from ledger.model.fund import WalletId
from ledger.nav.results import UNASSIGNED
from risk.rebalancing import Fees
from risk.returns import whole_units

#: Expense accounts that are fees of a network.
_GAS: Final = "gas"


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of one asset in one wallet of a strategy; `value` None: no price."""

    strategy: str
    asset: AssetId
    wallet: WalletId
    quantity: int
    value: int | None


def holdings(books: Books, time: datetime | None = None) -> tuple[Holding, ...]:
    """What stands in the wallets of each strategy and could be sold, by wallet and asset.

    Money of the base currency is not sold, and what is owed is paid back.
    """
    part_of, base = division(books, "strategy"), currency(books.policy.base_currency)
    found = []
    for mark in figures.marks(books, time):
        held = mark.position
        if held.liability or held.asset == base or held.quantity <= 0:
            continue
        strategy = part_of(held.wallet, held.asset)
        found.append(Holding(strategy, held.asset, held.wallet, held.quantity, mark.value))
    return tuple(sorted(found, key=lambda one: (one.strategy, one.asset, one.wallet)))


def fees(entries: Iterable[Entry]) -> dict[str, Fees]:
    """The network fees of each strategy, on the network on which it paid most often."""
    paid: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        gas = [one.value for one in entry.postings if one.account.path == f"expense:{_GAS}"]
        known = [value for value in gas if value is not None]
        if known and len(known) == len(gas):
            strategy = entry.strategy or UNASSIGNED
            paid[strategy][entry.network].append(whole_units(sum(known)))
    found = {}
    for strategy, networks in paid.items():
        network = max(sorted(networks), key=lambda name: len(networks[name]))
        found[strategy] = Fees(network, tuple(networks[network]))
    return found


def memberships(entries: Iterable[Entry]) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Kind → name of a chain or protocol → which part of each strategy's entries is there."""
    counts: Counter[str] = Counter()
    seen: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for entry in entries:
        if entry.strategy is None:
            continue
        counts[entry.strategy] += 1
        for kind, name in (("chain", entry.network), ("protocol", entry.protocol)):
            if name:
                seen[kind][name][entry.strategy] += 1
    return {
        kind: {
            name: {strategy: count / counts[strategy] for strategy, count in parts.items()}
            for name, parts in names.items()
        }
        for kind, names in seen.items()
    }
