"""An entry comes in; what it gave, what came, what that cost and what moved leaves.

Money is in 10⁻¹⁸ of the currency in which the regime reckons, which has no lots; every other asset
has. Units that paid an expense beside the purpose of the entry are a fee; costs that were paid out
of the proceeds of a trade never were the fund's and have no units of their own here.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting
from ledger.model.whole import portion, spread

#: Types of accounts whose units have lots.
PLACES: Final = frozenset({"asset", "transit", "suspense"})
#: Expenses that are costs of the trade in whose entry they were paid.
COSTS_OF_TRADE: Final = frozenset({"gas", "tip", "service_fee", "flash_loan"})
#: Expenses that are paid beside what an entry is about.
FEES: Final = COSTS_OF_TRADE | {"failed", "interest", "penalty"}
_EQUITY: Final = "equity"


class Gone(NamedTuple):
    """Units given up for a purpose; `worth` None where no price is known."""

    asset: str
    wallet: str
    quantity: int
    worth: int | None
    kind: str


class Came(NamedTuple):
    """Units acquired by the posting `lot`; `worth` None where no basis is known."""

    lot: str
    asset: str
    wallet: str
    quantity: int
    worth: int | None


class Moved(NamedTuple):
    """Signed units that left a place, or came to it, with date and cost."""

    lot: str
    asset: str
    wallet: str
    quantity: int
    worth: int | None


class Earned(NamedTuple):
    """Income of a kind: signed units and their value; a loss from trading is negative."""

    asset: AssetId
    quantity: int
    worth: int | None
    kind: str


class Parts(NamedTuple):
    """What an entry is made of.

    `fees` are units that paid; `money_paid` fees in money; `kept` costs that a trade's proceeds
    paid and that no income was reduced by, None where one has no price.
    """

    gave: tuple[Gone, ...]
    came: tuple[Came, ...]
    moved: tuple[Moved, ...]
    fees: tuple[Gone, ...]
    earned: tuple[Earned, ...]
    money_paid: int
    kept: int | None

    @property
    def unpriced(self) -> list[Gone]:
        """Units that paid for a trade and have no price."""
        return [one for one in self.fees if one.kind in COSTS_OF_TRADE and one.worth is None]


def parts_of(entry: Entry, money: AssetId) -> Parts:
    """The parts of an entry whose values are in the regime's currency."""
    postings = entry.postings
    types = {posting.account.type for posting in postings}
    costs = "expense" in types
    paid, unpaid = _payments(postings) if costs else ({}, [])
    gave: list[Gone] = []
    came: list[Came] = []
    moved: list[Moved] = []
    fees: list[Gone] = []
    money_paid = 0
    for index, posting in enumerate(postings):
        role, account = posting.role, posting.account
        if role == "none" or account.type not in PLACES:
            continue
        place = account.wallet or account.path
        worth = _worth(posting, money)
        if role == "move":
            asset = in_suspense(posting.asset, account, money)
            moved.append(Moved(f"{entry.id}:{index}", asset, place, posting.quantity, worth))
        elif posting.asset == money:
            if paid.get(index, "") in COSTS_OF_TRADE:
                money_paid -= posting.quantity
        elif role == "acquire":
            came.append(Came(f"{entry.id}:{index}", posting.asset, place, posting.quantity, worth))
        else:
            kind = paid.get(index) or (
                _purpose(entry, posting) if costs or _EQUITY in types else entry.kind
            )
            gone = Gone(
                posting.asset, place, -posting.quantity, None if worth is None else -worth, kind
            )
            (fees if kind in FEES else gave).append(gone)
    if None in [fee.worth for fee in fees]:
        sides: list[Gone | Came | Moved] = [*gave, *came, *moved]
        fees = [fee if fee.worth is not None else _by_own_price(fee, sides) for fee in fees]
    earned, kept = _earned(postings, unpaid, money) if unpaid or "income" in types else ([], 0)
    return Parts(
        tuple(gave), tuple(came), tuple(moved), tuple(fees), tuple(earned), money_paid, kept
    )


def _by_own_price(fee: Gone, sides: Iterable[Gone | Came | Moved]) -> Gone:
    """A fee without a price, at that at which units of its asset changed hands beside it."""
    for one in sides:
        if one.asset == fee.asset and one.worth is not None and one.quantity:
            return fee._replace(worth=portion(abs(one.worth), fee.quantity, abs(one.quantity)))
    return fee


def in_suspense(asset: AssetId, account: Account, money: AssetId) -> str:
    """What units in Suspense are called: apart from those that are held, in every pool."""
    if account.type != "suspense" or asset == money:
        return asset
    return f"{asset} {account.path}"


def in_custody(entry: Entry, one: Moved) -> bool:
    """Whether units moved in a place of custody, and not over an account in flight."""
    return entry.postings[int(one.lot.rpartition(":")[2])].account.type == "asset"


def shares(total: int, weights: Sequence[int]) -> Sequence[int]:
    """A total in proportion to weights; the last takes it all where there are none."""
    if len(weights) < 2:
        return (total,) * len(weights)
    if not any(weights):
        return (*(0,) * (len(weights) - 1), total)
    return spread(total, tuple(max(0, weight) for weight in weights))


def plain_asset(asset: str) -> AssetId:
    """The asset that a name of a history stands for."""
    return AssetId(asset.partition(" ")[0])


def _payments(postings: Sequence[Posting]) -> tuple[dict[int, str], list[Posting]]:
    """Which postings paid which expense, and the expenses that no posting paid by itself."""
    paid: dict[int, str] = {}
    unpaid = []
    for index, posting in enumerate(postings):
        if posting.account.type != "expense" or posting.quantity < 0:
            continue
        others = (index - 1, *range(len(postings)))  # what pays stands before what it pays
        payer = next((at for at in others if _pays(postings, at, posting, paid)), None)
        if payer is None:
            unpaid.append(posting)
        else:
            paid[payer] = posting.account.name
    return paid, unpaid


def _pays(postings: Sequence[Posting], at: int, cost: Posting, paid: dict[int, str]) -> bool:
    if at < 0 or at in paid:
        return False
    posting = postings[at]
    return (
        posting.role == "dispose"
        and posting.quantity == -cost.quantity
        and posting.asset == cost.asset
    )


def _purpose(entry: Entry, gone: Posting) -> str:
    """What units were given up for: an investor, an expense that took more, else the entry."""
    for posting in entry.postings:
        to = posting.account
        purpose = to.type == _EQUITY or (to.type == "expense" and to.name not in FEES)
        if purpose and posting.asset == gone.asset and posting.quantity > 0:
            return to.name
    return entry.kind


def _earned(
    postings: Sequence[Posting], unpaid: Sequence[Posting], money: AssetId
) -> tuple[list[Earned], int | None]:
    """Income, a gain from trading less what was paid out of it; and the other costs of a trade."""
    earned = []
    costs = [cost for cost in unpaid if cost.account.name in COSTS_OF_TRADE]
    for posting in postings:
        if posting.account.type != "income":
            continue
        worth, quantity = _worth(posting, money), -posting.quantity
        kind = posting.account.name
        value = None if worth is None else -worth
        if kind == "trading" and quantity > 0:
            own = [cost for cost in costs if cost.asset == posting.asset]
            costs = [cost for cost in costs if cost.asset != posting.asset]
            for cost in own:
                spent = _worth(cost, money)
                value = None if value is None or spent is None else value - spent
                quantity -= cost.quantity
        if quantity or value:  # a gain that was paid away whole is none
            earned.append(Earned(posting.asset, quantity, value, kind))
    kept: int | None = 0
    for cost in costs:
        spent = _worth(cost, money)
        kept = None if kept is None or spent is None else kept + spent
    return earned, kept


def _worth(posting: Posting, money: AssetId) -> int | None:
    return posting.quantity if posting.asset == money else posting.value
