"""Exchanges enter: swaps, flash loans, liquidations, loans; both sides leave with one value."""

from typing import Final

from ledger.journal import chart
from ledger.journal.rules.beside import COSTS, beside, owes
from ledger.journal.rules.case import Case, Holding, apart, posted, settled, signed
from ledger.journal.rules.consideration import consideration
from ledger.model.amount import portion
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Posting, Role
from ledger.model.event import Leg, LegRole
from ledger.model.fund import WalletId

#: Legs that net with the trade itself: premium and tip are paid out of its proceeds.
NETTED: Final[frozenset[LegRole]] = frozenset({"plain", "refund", "premium", "tip"})
BOOKED: Final[frozenset[LegRole]] = NETTED | {"debt"}

_Debts = dict[tuple[WalletId, AssetId], int]


def trade(case: Case) -> list[Posting]:
    """An exchange; a gain or a loss with nothing on the other side is income from trading."""
    inside, rest = settled(case, [leg for leg in case.event.legs if leg.role in NETTED])
    costs = _costs(case.event.legs)
    debts = _debts(case.event.legs)
    nets = {asset: _net(asset, rest, costs) for asset in dict.fromkeys((*rest, *costs))}
    given = [(asset, -net) for asset, net in nets.items() if net < 0]
    received = [(asset, net) for asset, net in nets.items() if net > 0]
    more = [(asset, quantity) for (_, asset), quantity in debts.items() if quantity > 0]
    less = [(asset, -quantity) for (_, asset), quantity in debts.items() if quantity < 0]
    both = bool(given or more) and bool(received or less)
    other = chart.trading() if both else chart.income("trading")
    of_given, of_received = consideration(case, [*given, *more], [*received, *less])
    values = dict(zip([asset for asset, _ in given], of_given[: len(given)], strict=True)) | dict(
        zip([asset for asset, _ in received], of_received[: len(received)], strict=True)
    )
    postings = inside
    for asset, net in nets.items():
        holdings, paid = rest.get(asset, ()), costs.get(asset, {})
        value = values.get(asset, 0)
        postings += _one_asset(case, asset, (net, value), holdings, paid, other)
    owed = iter(of_given[len(given) :])
    cleared = iter(of_received[len(received) :])
    for (owner, asset), quantity in debts.items():
        value = next(owed) if quantity > 0 else next(cleared)
        own = None if value is None else signed(value, -quantity)
        postings += owes(owner, asset, quantity, own, other)
    return postings + beside(case, BOOKED)


def _one_asset(
    case: Case,
    asset: AssetId,
    net: tuple[int, int | None],
    holdings: tuple[Holding, ...],
    paid: dict[str, int],
    other: Account,
) -> list[Posting]:
    """Wallets hold net less costs; costs are expenses; the net stands against `other`."""
    quantity, size = net
    value = None if size is None else signed(size, quantity)
    spent = {kind: _cost(case, asset, cost, quantity, value) for kind, cost in paid.items()}
    left = value
    for part in spent.values():
        left = None if left is None or part is None else left - part
    postings: list[Posting] = []
    parts = apart(left, [held for _, held in holdings])
    for (owner, held), part in zip(holdings, parts, strict=True):
        role: Role = "acquire" if held > 0 else "dispose"
        postings += posted(chart.wallet(owner), asset, held, role, part)
    for kind, cost in paid.items():
        postings += posted(chart.expense(kind), asset, cost, "none", spent[kind])
    return postings + posted(other, asset, -quantity, "none", None if value is None else -value)


def _cost(case: Case, asset: AssetId, cost: int, net: int, value: int | None) -> int | None:
    """A cost at the price that the trade itself gives its asset, else at the quote."""
    if not net or value is None:
        return case.worth(asset, cost)
    return signed(portion(abs(value), abs(cost), abs(net)), cost)


def _costs(legs: tuple[Leg, ...]) -> dict[AssetId, dict[str, int]]:
    sums: dict[AssetId, dict[str, int]] = {}
    for leg in legs:
        if leg.role in {"premium", "tip"}:
            kinds = sums.setdefault(leg.asset, {})
            kinds[COSTS[leg.role]] = kinds.get(COSTS[leg.role], 0) - leg.quantity
    return sums


def _debts(legs: tuple[Leg, ...]) -> _Debts:
    sums: _Debts = {}
    for leg in legs:
        if leg.role == "debt":
            sums[leg.wallet, leg.asset] = sums.get((leg.wallet, leg.asset), 0) + leg.quantity
    return sums


def _net(
    asset: AssetId,
    rest: dict[AssetId, tuple[Holding, ...]],
    costs: dict[AssetId, dict[str, int]],
) -> int:
    held = sum(quantity for _, quantity in rest.get(asset, ()))
    return held + sum(costs.get(asset, {}).values())
