"""What stretches of time mean enters; their entries and what follows from them leave."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.jobs.keep.plan import BEGIN, END, Plan, program
from api.jobs.keep.settling import Settling, Side
from api.jobs.keep.stretches import Again, Foreknown, Stretch
from ledger.books.ahead import Place
from ledger.books.circumstances import Circumstances
from ledger.books.entering import enter
from ledger.books.standing import Standing
from ledger.model.activity import microseconds, time_at
from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.model.event import Event
from ledger.model.evidence import canonical_json
from ledger.model.fund import WalletId
from ledger.model.position import NavPoint, Quote
from ledger.prices.book import PriceBook
from ledger.prices.needs import Implications

if TYPE_CHECKING:
    from api.desk import Desk


@dataclass(frozen=True, slots=True)
class Booked:
    """What was made of a stretch: entries, what stands after it, and what it is found by later.

    Where it is `closed` its entries are those that the journal has; `apart` as in `Settled`.
    """

    stretch: Stretch
    entries: tuple[Entry, ...]
    apart: tuple[Side, ...]
    closed: bool
    points: tuple[NavPoint, ...]
    quotes: tuple[Quote, ...]
    state: bytes | None
    standing: Standing


class Booker:
    """The fold over the stretches of a plan."""

    def __init__(self, desk: "Desk", plan: Plan) -> None:
        self._desk, self._policy = desk, desk.policy()
        self._age = self._policy.quote_age_seconds_max * 10**6
        fund, start = desk.fund.name, plan.cuts[0]
        valuation = desk.fund.valuation_time
        if plan.state is None:
            self._implications = Implications()
            self._standing = Standing(self._policy, valuation)
            self._ahead: Mapping[Place, int] = {}
        else:
            self._implications = Implications.resumed(plan.state["implications"])
            self._standing = Standing.resumed(self._policy, valuation, plan.state["standing"])
            self._ahead = {
                (WalletId(wallet), AssetId(asset)): int(units)
                for wallet, asset, units in plan.state["ahead"]
            }
        self._implied = desk.store.keeping.implied(fund, start - self._age, start)
        self._begin = start
        self._settling = Settling(desk, plan)
        #: key → the earliest time of its sides in stretches before the one before
        self._passed: dict[str, int] = {}

    def book(
        self, before: Stretch | None, this: Stretch, after: Stretch | None, known: Foreknown
    ) -> Booked:
        """The entries of a stretch. Raises Again where one is the other side of one long past."""
        self._look_back(this, known)
        around = Circumstances(
            self._policy,
            this.wallets,
            this.assets,
            PriceBook(self._quotes(this), this.assets),
            self._beside(before, this, after, known),
            self._implied,
            self._settling.left(this, self._standing.left),
            self._ahead,
        )
        entered = enter(this.meaning, around, self._implications)
        self._take_along(entered.implied, this.until)
        self._ahead = entered.ahead
        settled = self._settling.settle(this, entered.entries, known)
        standing = self._standing
        standing.fold(settled.entries, entered.prices)
        if this.until == END:
            standing.finish()
        else:
            standing.close(time_at(this.until))
        points = tuple(standing.points)
        standing.points.clear()
        state = None if this.until == END else canonical_json(self._state(this))
        if before is not None:
            for key, event in before.sides:
                self._passed.setdefault(key, event.order[0])
        closed = self._settling.is_closed(this)
        return Booked(
            this,
            settled.entries,
            settled.apart,
            closed,
            points,
            entered.implied,
            state,
            standing,
        )

    def _state(self, this: Stretch) -> dict[str, Any]:
        return {
            "program": program(),
            "knowledge": this.knowledge,
            "implications": self._implications.state(),
            "standing": self._standing.state(),
            "ahead": [[*place, str(units)] for place, units in self._ahead.items()],
        }

    # ---- what stands beside a stretch

    def _look_back(self, this: Stretch, known: Foreknown) -> None:
        """Keep again from the other side of an event: it was booked without knowing of this one.

        Or it was booked with one that stood here, and that may not be here any more.
        """
        if self._begin > BEGIN:
            fund, keeping = self._desk.fund.name, self._desk.store.keeping
            keys = {key for key, _ in this.sides}
            keys |= keeping.sides_between(fund, this.start, this.until)
            earlier = keeping.earliest_side(fund, sorted(keys), self._begin)
            if earlier is not None:
                raise Again(earlier)
        span = range(this.start, this.until)
        own: defaultdict[str, dict[str, Event]] = defaultdict(dict)
        for key, event in this.sides:
            own[key][event.id] = event
        late: list[int] = []
        for key in own:
            if key not in known.sides and key in self._passed:
                known.sides[key] = {}
                late.append(self._passed[key])
        for key, sides in known.sides.items():
            here = {id_: one for id_, one in sides.items() if one.order[0] in span}
            if here != own[key]:
                known.sides[key] = {i: e for i, e in sides.items() if i not in here} | own[key]
                late += (one.order[0] for one in sides.values() if one.order[0] < this.start)
        if late:
            raise Again(min(late))

    def _beside(
        self, before: Stretch | None, this: Stretch, after: Stretch | None, known: Foreknown
    ) -> tuple[Event, ...]:
        """The events of other stretches that may be the other side of one in this."""
        wanted = {key for key, _ in this.sides}
        found: dict[str, Event] = {}
        for other in (before, after):
            if other is not None:
                found |= {event.id: event for key, event in other.sides if key in wanted}
        for key in wanted & known.sides.keys():
            found |= known.sides[key]
        own = {event.id for _, event in this.sides}
        return tuple(event for id_, event in found.items() if id_ not in own)

    # ---- prices

    def _quotes(self, this: Stretch) -> tuple[Quote, ...]:
        """What sources stated of the time of a stretch, and as far back as a quote counts."""
        fund, quotes = self._desk.fund.name, self._desk.store.quotes
        return quotes.between(fund, max(this.start, self._first(this)) - self._age, this.until)

    def _first(self, this: Stretch) -> int:
        if this.start > BEGIN:
            return this.start
        times = [event.order[0] for event in this.meaning.events]
        times += [entry.order[0] for entry in this.meaning.manual]
        times += [item.order[0] for item in this.meaning.unexplained]
        times += [microseconds(seen.time) for seen in this.meaning.observations]
        return min(times, default=this.start)

    def _take_along(self, implied: tuple[Quote, ...], until: int) -> None:
        """Keep of the implied quotes those that still count after the stretch."""
        oldest = until - self._age
        self._implied = tuple(
            quote for quote in (*self._implied, *implied) if microseconds(quote.time) >= oldest
        )
