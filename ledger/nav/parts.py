"""Entries, quotes, times and a division of the fund come in; net asset value by part leaves.

Each part has a series as the fund has one (`series.py`), and the parts' values sum to the fund's.
What moved between parts is a flow of both at its market value then, so that all such flows cancel:
of units of one asset what was given; of a conversion what it brought, shared by what each part gave
for it, so that its cost stays with who gave. Fees and income stay with who paid and got them.

As in the fund's series what comes counts from the begin of its interval and what goes to its end.
Of flows between parts that is the most that was in at one time: units that go to and fro in an
interval were not put in again and again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from ledger.model.amount import spread
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, Posting, in_order
from ledger.model.fund import Policy
from ledger.model.position import NavPoint
from ledger.nav.crossings import Answered, Crossing, Moved, PartOf, crossing
from ledger.nav.positions import Balances
from ledger.nav.series import growth_of, is_unexplained
from ledger.nav.valuation import Valuation
from ledger.prices.book import PriceBook

#: The part of what investors moved in an entry that touches no part.
NOWHERE: Final = "none"


@dataclass(frozen=True, slots=True)
class PartSeries:
    """The points of a part from its first one on; `dark` says at how many an asset had no price."""

    name: str
    points: tuple[NavPoint, ...]
    dark: tuple[tuple[AssetId, int], ...] = ()


def part_series(
    entries: Iterable[Entry],
    book: PriceBook,
    policy: Policy,
    times: Sequence[datetime],
    part_of: PartOf,
) -> tuple[PartSeries, ...]:
    """Each part's value, flows and growth at each time, ascending, by name.

    `flows` are those of investors and those between parts. `growth` is None where nothing was
    invested and where a price is missing: of what the part held or exchanged, or of what moved
    between it and another.
    """
    fold = _Fold(book, policy, part_of)
    waiting = iter(in_order(entries))
    entry = next(waiting, None)
    for time in times:
        while entry is not None and entry.time <= time:
            fold.fold(entry)
            entry = next(waiting, None)
        fold.point(time)
    return tuple(
        PartSeries(name, tuple(part.points), tuple(sorted(part.dark.items())))
        for name, part in sorted(fold.parts.items())
    )


class _Between(NamedTuple):
    """A flow from another part (positive) or to one; None where it has no price."""

    assets: frozenset[AssetId]
    value: int | None


@dataclass(slots=True)
class _Part:
    """A part while entries are folded: its last point, and what moved since."""

    points: list[NavPoint] = field(default_factory=list)
    dark: Counter[AssetId] = field(default_factory=Counter)
    held: frozenset[AssetId] = frozenset()
    exchanged: set[frozenset[AssetId]] = field(default_factory=set)
    between: list[_Between] = field(default_factory=list)
    equity_known: bool = True
    flows: int = 0
    brought: int = 0
    taken: int = 0

    def move(self, value: int) -> None:
        """What came from outside of the fund, or went there."""
        if value > 0:
            self.brought += value
        else:
            self.taken -= value

    def begin_again(self) -> None:
        """Forget what moved: a point has told it."""
        self.exchanged, self.between, self.equity_known = set(), [], True
        self.flows = self.brought = self.taken = 0


class _Fold:
    """All parts at once: entries in order, and a point wherever one is asked for."""

    def __init__(self, book: PriceBook, policy: Policy, part_of: PartOf) -> None:
        self._book, self._policy = book, policy
        self._named: dict[tuple[str, AssetId], str] = {}
        self._asked = part_of
        self._balances = Balances()
        self._before: dict[AssetId, bool] = {}
        self.parts: defaultdict[str, _Part] = defaultdict(_Part)

    def fold(self, entry: Entry) -> None:
        """Add an entry, the next in order."""
        self._balances.fold(entry)
        found = crossing(entry, self._part_of)
        self._outside(entry, found)
        for one in found.moved:
            self._moved(one, entry.time)
        self._exchange(entry, found)
        for name in found.parts:
            self.parts[name]  # a part begins with what first touches it

    def point(self, time: datetime) -> None:
        """The value of each part with all entries so far, and what came since the last point."""
        valuation = Valuation(self._book, time, self._policy)
        values: Counter[str] = Counter()
        held: defaultdict[str, set[AssetId]] = defaultdict(set)
        priced: dict[AssetId, bool] = {}
        for place, asset, units in self._balances.by_place():
            name, rate = self._part_of(place, asset), valuation.rate(asset)
            priced[asset] = rate is not None
            held[name].add(asset)
            if rate is not None:
                values[name] += rate.value(units)
        for name, part in self.parts.items():
            self._point(part, time, values[name], frozenset(held[name]), priced)
        self._before = priced

    def _point(
        self,
        part: _Part,
        time: datetime,
        value: int,
        held: frozenset[AssetId],
        priced: Mapping[AssetId, bool],
    ) -> None:
        flows = [one.value or 0 for one in part.between if not self._is_dark(one, priced)]
        peak = net = 0
        for flow in flows:
            net += flow
            peak = max(peak, net)
        last = part.points[-1].value if part.points else 0
        begin, end = last + part.brought + peak, value + part.taken + peak - net
        growth = growth_of(end, begin) if self._is_known(part, priced) else None
        dark = {asset for asset in held if not priced[asset]}
        part.dark.update(dark)
        currency, moved = self._policy.base_currency, part.flows + net
        part.points.append(NavPoint(time, currency, value, moved, growth, len(dark), max(begin, 0)))
        part.held = held
        part.begin_again()

    def _is_known(self, part: _Part, priced: Mapping[AssetId, bool]) -> bool:
        """Whether both ends speak of the same things, as of the whole fund, and all flows do."""
        came = frozenset(asset for one in part.between for asset in one.assets)
        changed = any(
            self._before.get(asset, True) != priced.get(asset, self._before.get(asset, True))
            for asset in part.held | (came & self._before.keys())
        )
        dark = {
            asset for ends in (self._before, priced) for asset, known in ends.items() if not known
        }
        half = any(sides & dark and sides - dark for sides in part.exchanged)
        told = all(
            self._is_dark(one, priced)
            or (one.value is not None and (not one.value or not one.assets & dark))
            for one in part.between
        )
        return part.equity_known and not changed and not half and told

    def _is_dark(self, one: _Between, priced: Mapping[AssetId, bool]) -> bool:
        """Whether a flow without a price is of what no valuation counts, at either end."""
        return one.value is None and all(
            not self._balances.is_counted(asset)
            or not priced.get(asset, self._before.get(asset, True))
            for asset in one.assets
        )

    def _outside(self, entry: Entry, found: Crossing) -> None:
        """What investors and what nobody explains brought and took, by who answers for it."""
        for posting in entry.postings:
            if posting.account.type != "equity" and not is_unexplained(posting):
                continue
            worth = posting.value
            if worth is None and posting.account.type == "suspense":
                worth = self._value(posting.asset, posting.quantity, entry.time) or 0
            for name, value in _shared(posting, worth or 0, found).items():
                part = self.parts[name]
                part.move(-value)
                if posting.account.type == "equity":
                    part.flows -= value
                    part.equity_known = part.equity_known and posting.value is not None

    def _moved(self, one: Moved, time: datetime) -> None:
        """Units of one asset that went from part to part: the same value on both sides."""
        value = self._value(one.asset, one.units, time)
        for side, sign in ((one.given_by, -1), (one.to, 1)):
            pieces: Iterable[int | None] = (None for _ in side)
            if value is not None:
                pieces = spread(value, tuple(units for _, units in side))
            for (name, _), piece in zip(side, pieces, strict=True):
                flow = None if piece is None else sign * piece
                self.parts[name].between.append(_Between(frozenset((one.asset,)), flow))

    def _exchange(self, entry: Entry, found: Crossing) -> None:
        """What a conversion brought to other parts than those that gave for it."""
        trading = frozenset(p.asset for p in entry.postings if p.account.type == "trading")
        legs = [one for one in found.answered if one.other.account.type == "trading"]
        for one in legs:
            self.parts[one.part].exchanged.add(trading)
        legs = [one for one in legs if self._balances.is_counted(one.other.asset)]
        gave = [one for one in legs if one.worth < 0]
        got = [one for one in legs if one.worth > 0]
        names = {one.part for one in legs}
        if len(names) < 2 or not gave or not got:
            return
        assets = frozenset(one.other.asset for one in legs)
        flows = _between(self._by_part(gave, entry.time), self._by_part(got, entry.time))
        for name in sorted(names):
            flow = None if flows is None else flows.get(name, 0)
            self.parts[name].between.append(_Between(assets, flow))

    def _by_part(self, legs: Iterable[Answered], time: datetime) -> dict[str, int | None]:
        """The value of each part's legs without a sign; None where one has no price."""
        found: dict[str, int | None] = {}
        for one in legs:
            value = self._value(one.other.asset, abs(one.worth), time)
            known = found.get(one.part, 0)
            found[one.part] = None if value is None or known is None else known + value
        return found

    def _value(self, asset: AssetId, units: int, time: datetime) -> int | None:
        policy = self._policy
        return self._book.value(
            asset, units, time, policy.base_currency, policy.quote_age_seconds_max
        )

    def _part_of(self, place: str, asset: AssetId) -> str:
        key = place, asset
        if key not in self._named:
            self._named[key] = self._asked(place, asset)
        return self._named[key]


def _shared(posting: Posting, value: int, found: Crossing) -> dict[str, int]:
    """The value of a posting by the parts that answer it; else by those that the entry touches."""
    units: Counter[str] = Counter()
    for one in found.answered:
        if one.other is posting:
            units[one.part] += abs(one.units)
    if not units:
        units.update(found.parts or {NOWHERE})
    names = sorted(units)
    return dict(zip(names, spread(value, tuple(units[name] for name in names)), strict=True))


def _between(
    gave: Mapping[str, int | None], got: Mapping[str, int | None]
) -> dict[str, int] | None:
    """What each part got less its share of all that came, by what it gave; None without prices.

    One part that gave alone is owed everything, whatever it gave was worth.
    """
    came = {name: value for name, value in got.items() if value is not None}
    given = dict.fromkeys(gave, 1) if len(gave) == 1 else gave
    known = {name: value for name, value in given.items() if value is not None}
    if len(came) < len(got) or len(known) < len(given) or not any(known.values()):
        return None
    owed = spread(sum(came.values()), tuple(known.values()))
    flows = Counter(came)
    flows.subtract(dict(zip(known, owed, strict=True)))
    return dict(flows)
