"""Books → what each strategy holds, what its transactions paid, and on which chains it runs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import figures
from ledger.books import Books
from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.model.fund import WalletId
from ledger.nav.debts import Debts
from ledger.nav.results import UNASSIGNED
from ledger.nav.valuation import Valuation
from risk.rebalancing import Fees
from risk.returns import whole_units

_SUSPENSE: Final = "suspense:"
#: Expense accounts that are fees of a network.
_GAS: Final = "gas"


@dataclass(frozen=True, slots=True)
class Holding:
    """Open units of one asset in one wallet that a strategy acquired; `value` None: no price."""

    strategy: str
    asset: AssetId
    wallet: WalletId
    quantity: int
    value: int | None


def holdings(books: Books, time: datetime | None = None) -> tuple[Holding, ...]:
    """What each strategy holds by the open lots, by strategy, asset and wallet."""
    valuation = Valuation(books.prices, time or figures.last_moment(books), books.policy)
    units: Counter[tuple[str, AssetId, WalletId]] = Counter()
    for lot in books.booking.open:
        if not lot.wallet.startswith(_SUSPENSE):
            units[lot.strategy or UNASSIGNED, lot.asset, lot.wallet] += lot.quantity
    return tuple(
        Holding(*key, quantity, valuation.value(key[1], quantity))
        for key, quantity in sorted(units.items())
    )


def values(books: Books, time: datetime | None = None) -> tuple[dict[str, int], dict[str, int]]:
    """The value of what each strategy holds less what it owes, and how many have no price.

    In 10⁻¹⁸ of the base currency; cash of the base currency belongs to no strategy.
    """
    moment = time or figures.last_moment(books)
    worth: Counter[str] = Counter()
    unpriced: Counter[str] = Counter()
    for one in holdings(books, moment):
        worth[one.strategy] += one.value or 0
        unpriced[one.strategy] += one.value is None
    valuation, debts = Valuation(books.prices, moment, books.policy), Debts()
    for entry in books.entries:
        debts.fold(entry)
    for (_, asset), owed in debts.open.items():
        for debt in owed:
            value = valuation.value(asset, -debt.quantity)
            worth[debt.strategy or UNASSIGNED] += value or 0
            unpriced[debt.strategy or UNASSIGNED] += value is None
    return dict(worth), {name: count for name, count in unpriced.items() if count}


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
