"""What a rule is given: an event and a valuer; postings leave in pairs that balance."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ledger.journal import chart
from ledger.model.amount import QUANTITY_MAX, spread
from ledger.model.asset import AssetId, currency
from ledger.model.entry import Account, Posting, Role
from ledger.model.event import Event, Leg, LegRole
from ledger.model.fund import WalletId

#: (asset, signed base units, time) → signed 10⁻¹⁸ of the base currency, or None without a quote.
Valuer = Callable[[AssetId, int, datetime], int | None]

#: Roles of the legs that are the movement itself.
MOVEMENTS: Final[frozenset[LegRole]] = frozenset({"plain", "refund", "position"})

#: One wallet's signed base units of an asset that is known from the context.
Holding = tuple[WalletId, int]


@dataclass(frozen=True, slots=True)
class Case:
    """An event to be booked; `partner` is the event that sent what this one receives.

    `others` are those that sent what came with it.
    """

    event: Event
    value: Valuer
    partner: Event | None = None
    others: tuple[Event, ...] = ()

    def worth(self, asset: AssetId, quantity: int) -> int | None:
        """The value of a signed quantity at the time of the event; None without a quote."""
        if not quantity:
            return 0
        worth = self.value(asset, abs(quantity), self.event.time)
        return None if worth is None else signed(worth, quantity)

    @property
    def stated(self) -> int | None:
        """The consideration that the statement names, in the base currency; None if unknown."""
        money = self.event.value
        if money is None:
            return None
        worth = self.worth(currency(money.currency), money.units)
        return None if worth is None else abs(worth)

    @property
    def plain(self) -> tuple[Leg, ...]:
        """The movements themselves, refunds and units of positions included."""
        return tuple(leg for leg in self.event.legs if leg.role in MOVEMENTS)

    def as_plain(self, *roles: LegRole) -> "Case":
        """The same case with the legs of these roles as the movement itself."""
        legs = tuple(
            replace(leg, role="plain") if leg.role in roles else leg for leg in self.event.legs
        )
        return replace(self, event=replace(self.event, legs=legs))

    def note_word(self, name: str) -> str:
        """What the note says after `name:`, as `staking` in `stated:staking`; empty if nothing."""
        words = (word for word in self.event.note.split() if word.startswith(f"{name}:"))
        return next(words, "").partition(":")[2]


def signed(amount: int, like: int) -> int:
    """An amount with the sign of `like`."""
    return -abs(amount) if like < 0 else abs(amount)


def apart(total: int | None, weights: Sequence[int]) -> tuple[int | None, ...]:
    """A signed value split over quantities in proportion to their size; None stays None."""
    sizes = tuple(abs(weight) for weight in weights)
    if total is None or not any(sizes):
        return (None,) * len(sizes)
    return tuple(signed(piece, total) for piece in spread(abs(total), sizes))


def posted(
    account: Account, asset: AssetId, quantity: int, role: Role = "none", value: int | None = None
) -> list[Posting]:
    """One posting; none for zero units, several where a sum passes what one posting can hold."""
    if not quantity:
        return []
    if abs(quantity) <= QUANTITY_MAX:
        return [Posting(account, asset, quantity, role, value)]
    full, rest = divmod(abs(quantity), QUANTITY_MAX)
    sizes = [QUANTITY_MAX] * full + [rest] * bool(rest)
    return [
        Posting(account, asset, signed(size, quantity), role, part)
        for size, part in zip(sizes, apart(value, sizes), strict=True)
    ]


def against(
    other: Account,
    owner: WalletId,
    asset: AssetId,
    quantity: int,
    value: int | None,
    *,
    moved: bool = False,
) -> list[Posting]:
    """Units that a wallet gained (acquire) or gave (dispose), with `other` taking the other side.

    `moved` carries date and cost instead, on both sides.
    """
    role: Role = "move" if moved else "acquire" if quantity > 0 else "dispose"
    opposite = None if value is None else -value
    own = posted(chart.wallet(owner), asset, quantity, role, value)
    return own + posted(other, asset, -quantity, "move" if moved else "none", opposite)


def netted(legs: Iterable[Leg]) -> dict[AssetId, dict[WalletId, int]]:
    """The net of legs by asset and wallet in order of first appearance, zeros included."""
    sums: dict[AssetId, dict[WalletId, int]] = {}
    for leg in legs:
        wallets = sums.setdefault(leg.asset, {})
        wallets[leg.wallet] = wallets.get(leg.wallet, 0) + leg.quantity
    return sums


def settled(
    case: Case, legs: Iterable[Leg]
) -> tuple[list[Posting], dict[AssetId, tuple[Holding, ...]]]:
    """Moves between own wallets, and what is left of each asset: of one sign, by wallet.

    What one own wallet gave and another received is never a trade: it carries date and cost.
    """
    inside: list[Posting] = []
    rest: dict[AssetId, tuple[Holding, ...]] = {}
    for asset, wallets in netted(legs).items():
        gave = [(owner, quantity) for owner, quantity in wallets.items() if quantity < 0]
        took = [(owner, quantity) for owner, quantity in wallets.items() if quantity > 0]
        crossed = min(sum(q for _, q in took), -sum(q for _, q in gave))
        if crossed:
            value = case.worth(asset, crossed)
            inside += _moves(asset, _first(gave, crossed), value)
            inside += _moves(asset, _first(took, crossed), value)
        left = _after(gave, crossed) + _after(took, crossed)
        if left:
            rest[asset] = tuple(left)
    return inside, rest


def _moves(asset: AssetId, holdings: list[Holding], value: int | None) -> list[Posting]:
    values = apart(value, [quantity for _, quantity in holdings])
    postings: list[Posting] = []
    for (owner, quantity), part in zip(holdings, values, strict=True):
        own = None if part is None else signed(part, quantity)
        postings += posted(chart.wallet(owner), asset, quantity, "move", own)
    return postings


def _first(holdings: list[Holding], amount: int) -> list[Holding]:
    taken: list[Holding] = []
    for owner, quantity in holdings:
        size = min(abs(quantity), amount)
        amount -= size
        if size:
            taken.append((owner, signed(size, quantity)))
    return taken


def _after(holdings: list[Holding], amount: int) -> list[Holding]:
    left: list[Holding] = []
    for owner, quantity in holdings:
        size = min(abs(quantity), amount)
        amount -= size
        if size < abs(quantity):
            left.append((owner, signed(abs(quantity) - size, quantity)))
    return left
