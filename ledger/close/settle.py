"""Entries that the evidence gives, and those of closed time → the entries that must be in force.

What is booked in closed time stays. What the evidence says of it now and the journal does not have
becomes *adjusting entries* at the begin of the open time (docs/closing.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.books import Books
from ledger.lots.booking import book
from ledger.lots.bookkeeper import PLACES
from ledger.model.activity import microseconds
from ledger.model.amount import QUANTITY_MAX, portion, spread
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting, Role, in_order
from ledger.model.problem import Problem

#: What the id of an adjusting entry begins with; the open month and the id adjusted follow.
ADJUST: Final = "adjust:"
#: The word of an adjusting entry's note that says of which day the evidence speaks.
ADJUSTS: Final = "adjusts:"
#: The least step of time.
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """The closed time of a fund: it ends before `until`; `booked` are its entries in force."""

    until: datetime | None = None
    booked: tuple[Entry, ...] = ()


def settled_books(books: Books, closed: Closed) -> Books:
    """The books over the entries that stand: those of closed time as they are, then what differs.

    Lots are booked again. Without closed time the books are given back as they are.
    """
    if closed.until is None:
        return books
    entries = settled(books.entries, closed.booked, closed.until)
    booking = book(entries, books.policy)
    before = set(books.booking.problems)
    problems = {p for p in books.problems if p not in before} | set(booking.problems)
    return replace(
        books,
        entries=entries,
        booking=booking,
        problems=tuple(sorted(problems, key=_problem_order)),
    )


def settled(wanted: Sequence[Entry], booked: Sequence[Entry], until: datetime) -> tuple[Entry, ...]:
    """The entries that must be in force when the time before `until` is closed, in order.

    `wanted` are those that the evidence gives now, of any date; `booked` those in force in closed
    time, adjusting entries of former closes among them. What is booked stays. Of what is wanted
    the later part follows, and for each id whose sums in closed time are others an adjusting entry
    of the difference. Per account and asset the result has the sums of `wanted`.
    """
    parts: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in in_order(booked):
        parts[adjusted_id(entry.id)].append(entry)
    live = list(booked)
    met = set()
    for entry in wanted:
        met.add(entry.id)
        if entry.time >= until and entry.id not in parts:
            live.append(entry)
        elif (adjusting := _adjusting(entry, parts.get(entry.id, ()), until)) is not None:
            live.append(adjusting)
    for id_, known in parts.items():
        if id_ not in met and (adjusting := _adjusting(None, known, until)) is not None:
            live.append(adjusting)
    return in_order(live)


def adjusts(entry: Entry) -> datetime | None:
    """The day of which the evidence of an adjusting entry speaks; None for any other entry."""
    words = (word for word in entry.note.split() if word.startswith(ADJUSTS))
    day = next(words, "").partition(":")[2] if entry.id.startswith(ADJUST) else ""
    return datetime.fromisoformat(f"{day}T00:00:00+00:00") if day else None


def adjusted_id(id_: str) -> str:
    """The id that an entry adjusts, or its own."""
    return id_.split(":", 2)[2] if id_.startswith(ADJUST) else id_


def _adjusting(wanted: Entry | None, known: Sequence[Entry], until: datetime) -> Entry | None:
    """What is wanted less what is booked under one id; None where nothing is left."""
    postings = _difference(wanted, known)
    if not postings:
        return None
    about = wanted or known[0]
    time, order = about.time, about.order
    if time < until:
        # one instant later: a valuation at the end of the month takes what is dated at that end
        time = until + INSTANT
        moment, network, block, index, name = order
        place = network if network.startswith(ADJUSTS) else f"{ADJUSTS}{moment:017d}:{network}"
        order = (microseconds(time), place, block, index, name)
    again = about.id.startswith(ADJUST)
    word = f"{ADJUSTS}{about.time.astimezone(UTC):%Y-%m-%d}"
    return replace(
        about,
        id=f"{ADJUST}{until:%Y-%m}:{adjusted_id(about.id)}",
        time=time,
        order=order,
        postings=postings,
        note=about.note if again else f"{about.note} {word}".lstrip(),
    )


# ---- the difference of two entries ---------------------------------------------------------------

#: (account, asset, whether the posting has a role)
_Key = tuple[Account, AssetId, bool]
#: (units, their value, None where it is unknown)
_Sum = tuple[int, int | None]


def _difference(wanted: Entry | None, known: Sequence[Entry]) -> tuple[Posting, ...]:
    """Postings that make of what is known what is wanted, netted by account and asset.

    Units that only change places are moved, with their lots; what a place gains or loses beyond
    that is acquired or disposed of, whatever it was called before.
    """
    if not known:
        return () if wanted is None else wanted.postings
    if wanted is None and len(known) == 1:
        return tuple(map(_negated, known[0].postings))
    new = _sums([] if wanted is None else [wanted])
    old = _sums(known)
    left: dict[_Key, _Sum] = {}
    for key in sorted({**new, **old}, key=_key_order):
        is_, was = new.get(key, (0, 0)), old.get(key, (0, 0))
        if is_[0] != was[0]:
            left[key] = (is_[0] - was[0], _value_of_rest(is_, was))
    moving = _only_moving([*known, *(() if wanted is None else (wanted,))], left)
    postings: list[Posting] = []
    for key, (units, value) in left.items():
        account, asset, has_role = key
        role: Role = "none"
        worth = value
        if has_role:
            role = "move" if asset in moving else _role_of(units)
        if value is None and role in {"acquire", "dispose"}:
            worth = _value_of_others(left, key)
        postings += _pieces(account, asset, units, role, worth)
    return tuple(postings)


def _negated(posting: Posting) -> Posting:
    """The same units the other way: what was given up comes in at the value it went for."""
    units = -posting.quantity
    role = _role_of(units) if posting.role in {"acquire", "dispose"} else posting.role
    value = None if posting.value is None else -posting.value
    return replace(posting, quantity=units, role=role, value=value)


def _role_of(units: int) -> Role:
    return "acquire" if units > 0 else "dispose"


def _sums(entries: Iterable[Entry]) -> dict[_Key, _Sum]:
    sums: dict[_Key, _Sum] = {}
    for entry in entries:
        for posting in entry.postings:
            key = (posting.account, posting.asset, posting.role != "none")
            units, value = sums.get(key, (0, 0))
            known = value is not None and posting.value is not None
            worth = (value or 0) + (posting.value or 0) if known else None
            sums[key] = (units + posting.quantity, worth)
    return sums


def _key_order(key: _Key) -> tuple[str, str, str, bool]:
    account, asset, has_role = key
    return (account.path, account.wallet or "", asset, has_role)


def _value_of_rest(wanted: _Sum, known: _Sum) -> int | None:
    """What the units of a difference are worth, with their sign; None where it is unknown."""
    units = wanted[0] - known[0]
    if not known[0] or not wanted[0]:
        value = wanted[1] if not known[0] else known[1]
        return value if value is None or not known[0] else -value
    if wanted[1] is None or known[1] is None:
        return None
    value = wanted[1] - known[1]
    if (value >= 0) == (units > 0) or not value:
        return value
    # the price is another one too: units never have a value of the other sign, so they get theirs
    # of the larger amount
    whole, worth = max(wanted, known, key=lambda each: abs(each[0]))
    share = portion(abs(worth or 0), abs(units), abs(whole))
    return share if units > 0 else -share


def _value_of_others(left: Mapping[_Key, _Sum], key: _Key) -> int | None:
    """The value that the other sides of an asset give to one of them."""
    others = [value for other, (_, value) in left.items() if other[1] == key[1] and other != key]
    known = [value for value in others if value is not None]
    return -sum(known) if others and len(known) == len(others) else None


def _only_moving(entries: Sequence[Entry], left: Mapping[_Key, _Sum]) -> set[AssetId]:
    """The assets whose units only change places, or were called so wherever they stand."""
    roles: defaultdict[AssetId, set[Role]] = defaultdict(set)
    for entry in entries:
        for posting in entry.postings:
            if posting.role != "none" and posting.account.type in PLACES:
                roles[posting.asset].add(posting.role)
    totals: defaultdict[AssetId, int] = defaultdict(int)
    for (account, asset, has_role), (units, _) in left.items():
        if has_role and account.type in PLACES:
            totals[asset] += units
    return {asset for asset, total in totals.items() if not total or roles[asset] == {"move"}}


def _pieces(
    account: Account, asset: AssetId, units: int, role: Role, value: int | None
) -> Iterator[Posting]:
    """One posting, or as many as hold units of which a posting cannot hold all."""
    sign = 1 if units > 0 else -1
    whole, rest = divmod(abs(units), QUANTITY_MAX)
    sizes = (*((QUANTITY_MAX,) * whole), *((rest,) if rest else ()))
    values: Sequence[int | None] = [None] * len(sizes) if value is None else spread(value, sizes)
    for size, worth in zip(sizes, values, strict=True):
        yield Posting(account, asset, sign * size, role, worth)


def _problem_order(problem: Problem) -> tuple[str, ...]:
    """As the books sort them, so that settling changes the order of none."""
    place = f"{problem.line or 0:012d}"
    return (problem.code, problem.source, problem.file or "", place, problem.message)
