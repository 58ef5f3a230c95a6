"""Units from others or to others enter: investors, strangers, spam; postings leave."""

from typing import Final

from ledger.journal import chart
from ledger.journal.rules.beside import beside
from ledger.journal.rules.carry import moved
from ledger.journal.rules.case import Case, against, apart, posted, settled
from ledger.journal.rules.consideration import consideration
from ledger.model.asset import AssetId, currency_of, is_position
from ledger.model.entry import Account, Posting
from ledger.model.fund import WalletId

#: Kind of a statement's row → the expense that units sent under that name are.
SENT_AS: Final = {"gift_sent": "donation", "lost": "lost", "stolen": "lost", "spend": "spend"}


def unmatched(case: Case) -> list[Posting]:
    """Units that left or arrived and whose other side is not known.

    A statement that says more than that is believed: gifts, losses and spending are what they say,
    and a transfer between own wallets of which less arrived than left paid a fee.
    """
    said = case.note_word("stated")
    if said in SENT_AS:
        return one_way(case, chart.expense(SENT_AS[said]))
    if said == "gift_received":
        return one_way(case, chart.equity("contribution"))
    if said == "transfer":
        return moved(case)
    inside, rest = settled(case, case.plain)
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            inside += unmatched_side(case, asset, owner, quantity)
    return inside + beside(case)


def unmatched_side(case: Case, asset: AssetId, owner: WalletId, quantity: int) -> list[Posting]:
    """One holding against Suspense: what left keeps its lots there, what came has no known basis.

    A currency is its own basis: it comes in at its face value. A position comes back from where it
    went with its title, with date and cost.
    """
    other = chart.suspense("unmatched")
    if quantity < 0 or is_position(asset):
        return against(other, owner, asset, quantity, case.worth(asset, quantity), moved=True)
    value = case.worth(asset, quantity) if currency_of(asset) else None
    return against(other, owner, asset, quantity, value)


def one_way(case: Case, other: Account) -> list[Posting]:
    """Units gained from, or given up to, one purpose, at the stated value, else their quotes."""
    inside, rest = settled(case, case.plain)
    for sign in (1, -1):
        side = [
            (asset, abs(sum(quantity for _, quantity in held)))
            for asset, held in rest.items()
            if held[0][1] * sign > 0
        ]
        values, _ = consideration(case, side, ())
        for (asset, _), value in zip(side, values, strict=True):
            quantities = [quantity for _, quantity in rest[asset]]
            parts = apart(None if value is None else sign * value, quantities)
            for (owner, quantity), part in zip(rest[asset], parts, strict=True):
                inside += against(other, owner, asset, quantity, part)
    return inside + beside(case)


def contribution(case: Case) -> list[Posting]:
    """What an investor brings, at its value then."""
    return one_way(case, chart.equity("contribution"))


def redemption(case: Case) -> list[Posting]:
    """What an investor takes, at its value then."""
    return one_way(case, chart.equity("redemption"))


def spam(case: Case) -> list[Posting]:
    """Unsolicited tokens: the units tie to the chain, and nothing about them is ever valued."""
    return set_aside(case, "spam")


def set_aside(case: Case, reason: str) -> list[Posting]:
    """Every leg against Suspense without a lot and without a value."""
    postings: list[Posting] = []
    for leg in case.event.legs:
        account = chart.debt(leg.wallet) if leg.role == "debt" else chart.wallet(leg.wallet)
        postings += posted(account, leg.asset, leg.quantity)
        postings += posted(chart.suspense(reason), leg.asset, -leg.quantity)
    return postings
