"""Units that change place or form unsold enter; postings that carry date and cost leave."""

from dataclasses import replace
from datetime import datetime

from ledger.journal import chart
from ledger.journal.rules.beside import beside
from ledger.journal.rules.case import Case, Holding, against, apart, posted, settled, signed
from ledger.journal.rules.consideration import consideration
from ledger.model.amount import portion
from ledger.model.asset import AssetId, is_position
from ledger.model.entry import Account, Posting, Role

#: What is left of each asset, of one sign.
Rest = dict[AssetId, tuple[Holding, ...]]

#: Base units that every quote of a probe is asked for: enough to see every digit of a price.
_PROBE = 10**40


def carried(case: Case, reward: str = "reward") -> list[Posting]:
    """What left became what came: wraps, shares, deposits with a token in return, migrations.

    Where only one side shows, the protocol holds the units without a token: escrow. What comes out
    of a position that the books do not know has no known basis, and a position that gives nothing
    back is worth nothing.
    """
    inside, rest = settled(case, case.plain)
    if case.note_word("position") == "unknown":
        return inside + _of_unknown(case, rest) + beside(case, reward=reward)
    if case.note_word("stated") == "split" and len(rest) == 1:
        return inside + _rescaled(rest) + beside(case, reward=reward)
    if rest and all(is_position(asset) and total(held) < 0 for asset, held in rest.items()):
        return inside + _for_nothing(rest) + beside(case, reward=reward)
    return (
        inside + across(case, rest, chart.escrow(case.event.protocol)) + beside(case, reward=reward)
    )


def _rescaled(rest: Rest) -> list[Posting]:
    """Units that a split made or took: those that were there before have their cost with them."""
    return [
        posting
        for asset, held in rest.items()
        for owner, quantity in held
        for posting in (
            *posted(chart.wallet(owner), asset, quantity, "move"),
            *posted(chart.trading(), asset, -quantity),
        )
    ]


def moved(case: Case) -> list[Posting]:
    """Units that went from one own wallet to another, or to another network in the same event.

    What did not arrive is a fee where it can be told in units; a side that nobody saw is unmatched.
    What a statement says that the units were worth is the price of each of them.
    """
    case = _as_stated(case)
    inside, rest = settled(case, case.plain)
    arrived = {posting.asset for posting in inside}
    postings = inside
    lost = {asset for asset in rest if asset in arrived and total(rest[asset]) < 0}
    for asset in lost & rest.keys():
        postings += given_up(case, asset, rest[asset], "service_fee")
    left = {asset: holdings for asset, holdings in rest.items() if asset not in lost}
    fee, left = conversion_fee(case, left)
    return postings + fee + across(case, left, chart.suspense("unmatched")) + beside(case)


def _as_stated(case: Case) -> Case:
    """The case with the price of a move that its statement names, for units of the one asset."""
    total = case.stated
    if total is None or case.note_word("stated") != "transfer":
        return case
    left = [leg for leg in case.event.legs if leg.quantity < 0]
    units = -sum(leg.quantity for leg in left)
    if len({leg.asset for leg in left}) != 1:
        return case
    (moved,) = {leg.asset for leg in left}

    def value(asset: AssetId, quantity: int, time: datetime) -> int | None:
        if asset != moved:
            return case.value(asset, quantity, time)
        return signed(portion(total, abs(quantity), units), quantity)

    return replace(case, value=value)


def across(case: Case, rest: Rest, alone: Account) -> list[Posting]:
    """Moves from the assets that left to those that came; one-sided moves go to `alone`."""
    given = [(asset, -total(held)) for asset, held in rest.items() if total(held) < 0]
    received = [(asset, total(held)) for asset, held in rest.items() if total(held) > 0]
    if not given or not received:
        values = {asset: case.worth(asset, total(held)) for asset, held in rest.items()}
        return [
            posting
            for asset, held in rest.items()
            for posting in _side(asset, held, values[asset], alone)
        ]
    of_given, of_received = consideration(case, given, received)
    values = dict(
        zip([asset for asset, _ in (*given, *received)], of_given + of_received, strict=True)
    )
    postings: list[Posting] = []
    for asset, held in rest.items():
        size = values[asset]
        value = None if size is None else signed(size, total(held))
        postings += _side(asset, held, value, chart.trading())
    return postings


def conversion_fee(case: Case, rest: Rest) -> tuple[list[Posting], Rest]:
    """What was kept back where one asset became another of the same price on another network.

    Two assets are the same to the eye of the ledger when their quotes differ by a power of ten
    alone, which is their decimals; only then is the difference known in units, and an expense.
    """
    gone = [asset for asset, held in rest.items() if total(held) < 0]
    come = [asset for asset, held in rest.items() if total(held) > 0]
    if len(gone) != 1 or len(come) != 1 or len(rest[gone[0]]) != 1:
        return [], rest
    arrived = same_in_units(case, come[0], gone[0], total(rest[come[0]]))
    ((owner, quantity),) = rest[gone[0]]
    if arrived is None or arrived >= -quantity:
        return [], rest
    kept = given_up(case, gone[0], ((owner, quantity + arrived),), "service_fee")
    return kept, {**rest, gone[0]: ((owner, -arrived),)}


def same_in_units(case: Case, asset: AssetId, other: AssetId, quantity: int) -> int | None:
    """`quantity` of an asset in base units of another of exactly its price; None if not exact."""
    if asset == other:
        return quantity
    price, price_other = case.worth(asset, _PROBE), case.worth(other, _PROBE)
    if not price or not price_other:
        return None
    larger, smaller = max(price, price_other), min(price, price_other)
    factor, uneven = divmod(larger, smaller)
    if uneven or factor != 10 ** (len(str(factor)) - 1):
        return None
    if price >= price_other:
        return quantity * factor
    units, uneven = divmod(quantity, factor)
    return None if uneven or not units else units


def given_up(
    case: Case, asset: AssetId, holdings: tuple[Holding, ...], expense: str
) -> list[Posting]:
    """Units that were spent, at their quote."""
    postings: list[Posting] = []
    for owner, quantity in holdings:
        value = case.worth(asset, quantity)
        postings += against(chart.expense(expense), owner, asset, quantity, value)
    return postings


def total(holdings: tuple[Holding, ...]) -> int:
    """The sum over wallets."""
    return sum(quantity for _, quantity in holdings)


def _of_unknown(case: Case, rest: Rest) -> list[Posting]:
    postings: list[Posting] = []
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            value = case.worth(asset, quantity) if quantity < 0 else None
            other = chart.suspense("unmatched")
            postings += against(other, owner, asset, quantity, value, moved=quantity < 0)
    return postings


def _for_nothing(rest: Rest) -> list[Posting]:
    postings: list[Posting] = []
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            postings += against(chart.income("trading"), owner, asset, quantity, 0)
    return postings


def _side(
    asset: AssetId, holdings: tuple[Holding, ...], value: int | None, other: Account
) -> list[Posting]:
    role: Role = "none" if other.type == "trading" else "move"
    parts = apart(value, [quantity for _, quantity in holdings])
    postings: list[Posting] = []
    for (owner, quantity), part in zip(holdings, parts, strict=True):
        opposite = None if part is None else -part
        postings += posted(chart.wallet(owner), asset, quantity, "move", part)
        postings += posted(other, asset, -quantity, role, opposite)
    return postings
