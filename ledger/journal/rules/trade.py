"""Exchanges enter: swaps, flash loans, liquidations, loans; both sides leave with one value."""

from typing import Final

from ledger.journal import chart
from ledger.journal.rules.beside import COSTS, beside, owes
from ledger.journal.rules.case import MOVEMENTS, Case, Holding, apart, posted, settled, signed
from ledger.journal.rules.consideration import consideration
from ledger.journal.rules.parties import unmatched
from ledger.model.amount import portion
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Posting, Role
from ledger.model.event import Claim, Leg, LegRole
from ledger.model.fund import WalletId

#: Legs that net with the trade itself: premium and tip are paid out of its proceeds.
NETTED: Final[frozenset[LegRole]] = MOVEMENTS | {"premium", "tip"}
BOOKED: Final[frozenset[LegRole]] = NETTED | {"debt"}

_Debts = dict[tuple[WalletId, AssetId], int]

#: (None, asset) for what moved, (owner, asset) for a debt.
_Part = tuple[WalletId | None, AssetId]

#: What was received is positive, also a debt that shrank; what was given negative.
_Signs = dict[_Part, int]


def trade(case: Case, reward: str = "reward") -> list[Posting]:
    """An exchange; a gain or a loss with nothing on the other side is income from trading.

    Not where a statement says so: its row names one side of a trade, and the other is not known.
    Nor where a debt was cleared that the books do not know (note `debt:unknown`).
    """
    legs = case.event.legs
    if (plain := _plain_exchange(case)) is not None:
        return plain + beside(case, BOOKED, reward)
    postings, rest = settled(case, [leg for leg in legs if leg.role in NETTED])
    costs, debts = _costs(legs), _debts(legs)
    nets = {asset: _net(asset, rest, costs) for asset in dict.fromkeys((*rest, *costs))}
    signs: _Signs = {(None, asset): net for asset, net in nets.items() if net}
    signs |= {key: -quantity for key, quantity in debts.items()}
    both = len({quantity > 0 for quantity in signs.values()}) > 1
    if signs and not both and (case.note_word("stated") or case.note_word("debt") == "unknown"):
        return unmatched(case)
    quotes = _quotes_of_a_cycle(case, signs) if both else None
    sizes = quotes or _sizes(case, signs)
    other = chart.trading() if both and quotes is None else chart.income("trading")
    for asset, net in nets.items():
        size = sizes[None, asset] if net else 0
        parts = (rest.get(asset, ()), costs.get(asset, {}))
        postings += _one_asset(case, asset, (net, size), parts, other)
    for (owner, asset), quantity in debts.items():
        size = sizes[owner, asset]
        value = None if size is None else signed(size, -quantity)
        postings += owes(owner, asset, quantity, value, other)
    return postings + beside(case, BOOKED, reward)


def _plain_exchange(case: Case) -> list[Posting] | None:
    """One asset of one wallet for another: what most trades are, without what few of them need."""
    legs = [leg for leg in case.event.legs if leg.role in BOOKED]
    if len(legs) != 2 or not {leg.role for leg in legs} <= MOVEMENTS:
        return None
    first, second = legs
    if (
        first.wallet != second.wallet
        or first.asset == second.asset
        or (first.quantity > 0) == (second.quantity > 0)
    ):
        return None
    given, received = (first, second) if first.quantity < 0 else (second, first)
    (of_given,), (of_received,) = consideration(
        case, [(given.asset, -given.quantity)], [(received.asset, received.quantity)]
    )
    own, other = chart.wallet(first.wallet), chart.trading()
    postings: list[Posting] = []
    for leg in legs:
        size = of_given if leg is given else of_received
        value = None if size is None else signed(size, leg.quantity)
        opposite = None if value is None else -value
        role: Role = "acquire" if leg.quantity > 0 else "dispose"
        postings += posted(own, leg.asset, leg.quantity, role, value)
        postings += posted(other, leg.asset, -leg.quantity, "none", opposite)
    return postings


def _quotes_of_a_cycle(case: Case, signs: _Signs) -> dict[_Part, int | None] | None:
    """What is left of a cycle, each asset at its own quote; None where this is an exchange.

    When every asset that is left both came from others and went to others, nothing was exchanged
    for it: a gain in WETH did not cost the dust of USDC that the route lost.
    """
    owners: dict[Claim, set[WalletId]] = {}
    for leg in case.event.legs:
        if leg.claim is not None:
            owners.setdefault(leg.claim, set()).add(leg.wallet)
    ways = {
        (leg.asset, leg.quantity > 0)
        for leg in case.event.legs
        if leg.role == "plain" and (leg.claim is None or len(owners[leg.claim]) == 1)
    }
    round_trips = {asset for asset, came in ways if (asset, not came) in ways}
    if any(owner is not None or asset not in round_trips for owner, asset in signs):
        return None
    quotes = {key: case.worth(key[1], abs(quantity)) for key, quantity in signs.items()}
    return None if None in quotes.values() else quotes


def _sizes(case: Case, signs: _Signs) -> dict[_Part, int | None]:
    """The positive value of each part of the exchange."""
    given = [key for key, quantity in signs.items() if quantity < 0]
    received = [key for key, quantity in signs.items() if quantity > 0]
    of_given, of_received = consideration(
        case,
        [(key[1], -signs[key]) for key in given],
        [(key[1], signs[key]) for key in received],
    )
    return dict(zip((*given, *received), of_given + of_received, strict=True))


def _one_asset(
    case: Case,
    asset: AssetId,
    net: tuple[int, int | None],
    parts: tuple[tuple[Holding, ...], dict[str, int]],
    other: Account,
) -> list[Posting]:
    """Wallets hold net less costs; costs are expenses; the net stands against `other`."""
    (quantity, size), (holdings, paid) = net, parts
    value = None if size is None else signed(size, quantity)
    spent = {kind: _cost(case, asset, cost, quantity, value) for kind, cost in paid.items()}
    left = value
    for part in spent.values():
        left = None if left is None or part is None else left - part
    postings: list[Posting] = []
    shares = apart(left, [held for _, held in holdings])
    for (owner, held), part in zip(holdings, shares, strict=True):
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
    return {key: quantity for key, quantity in sums.items() if quantity}


def _net(
    asset: AssetId,
    rest: dict[AssetId, tuple[Holding, ...]],
    costs: dict[AssetId, dict[str, int]],
) -> int:
    held = sum(quantity for _, quantity in rest.get(asset, ()))
    return held + sum(costs.get(asset, {}).values())
