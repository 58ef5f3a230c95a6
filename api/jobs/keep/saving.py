"""What was made of stretches of time enters the store, several in one transaction."""

from typing import TYPE_CHECKING, Final

from api.jobs.keep.booking import Booked
from api.jobs.keep.parts import parts_of
from api.jobs.keep.plan import BEGIN, DAY, PROGRAM, Plan, program
from api.jobs.keep.stretches import Again
from ledger.model.activity import microseconds, time_at

if TYPE_CHECKING:
    from api.desk import Desk
    from ledger.store import Progress, Written

#: Entries that are written at once: a small fund's books change in one transaction.
AT_ONCE: Final = 20_000
#: How many of the newest checkpoints stay beside those of months' ends.
NEWEST: Final = 4
#: The part that lists the tokens which the fund dealt in.
TRUST: Final = "trust"


class Saver:
    """What is made and not yet written, and what was written."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._turn = 0
        self._start = BEGIN
        self._waiting: list[Booked] = []
        self._appended = self._reversed = 0
        self._before: int | None = None

    def begin(self, plan: Plan, desk: "Desk") -> None:
        """Start, or start again, with the fund as it is now: what was not written is forgotten."""
        self._desk = desk
        if self._before is None:
            self._before = self._desk.store.seals.head(self._desk.fund.name).entries
        self._turn, self._start = plan.turn, plan.cuts[0]
        self._waiting.clear()

    def take(self, made: Booked, *, last: bool) -> None:
        """Take what was made of the next stretch. Raises Overtaken, Again."""
        self._waiting.append(made)
        if last:
            self._trust_is_the_same(made)
        if last or sum(len(booked.entries) for booked in self._waiting) >= AT_ONCE:
            self._write(made, last=last)

    def written(self) -> "Written":
        """How many entries are as they were, how many were appended and reversed."""
        from ledger.store import Written

        live, undone = self._desk.kept_entries(), 0
        if self._reversed and self._before is not None:
            # what was appended and taken back on the way is not in force any more
            journal = self._desk.store.journal
            undone = journal.taken_back_after(self._desk.fund.name, self._before)
        return Written(live - self._appended + undone, self._appended, self._reversed)

    def _write(self, newest: Booked, *, last: bool) -> None:
        fund = self._desk.fund.name
        # what differs of closed time is adjusted in the open one: until then none of it is kept
        so_far = self._start if newest.closed else newest.stretch.until
        dirty = None if last else so_far
        appended = taken_back = 0
        with self._desk.store.transaction(fund) as inside:
            made = [_progress(booked) for booked in self._waiting]
            turn = inside.keeping.advance(fund, self._turn, made, dirty)
            known = inside.assets.all(fund)
            for booked in self._waiting:
                stretch = booked.stretch
                inside.wallets.meet(fund, stretch.wallets.values())
                new = [a for a in stretch.assets.values() if known.get(a.id) != a]
                inside.assets.put(fund, new)
                known |= {asset.id: asset for asset in new}
                if booked.closed:
                    continue
                written = inside.journal.replace_open(
                    fund, booked.entries, (stretch.start, stretch.until)
                )
                appended += written.appended
                taken_back += written.reversed
            if last:
                inside.keeping.put_parts(fund, self._parts(newest))
                valued = newest.standing.last_valuation
                last_point = BEGIN if valued is None else microseconds(valued)
                kept = _worth_keeping(inside.keeping.moments(fund), last_point)
                inside.keeping.prune(fund, kept, last_point)
        # counted only now: what is overtaken was never written
        self._turn = turn
        self._appended += appended
        self._reversed += taken_back
        self._waiting.clear()

    def _parts(self, newest: Booked) -> dict[str, bytes]:
        parts = parts_of(newest.standing, self._desk.fund)
        parts[PROGRAM] = program().encode()
        parts[TRUST] = "\n".join(sorted(newest.stretch.dealt)).encode()
        return parts

    def _trust_is_the_same(self, newest: Booked) -> None:
        """A token that was trusted for a dealing that is gone may be spam after all."""
        fund, store = self._desk.fund.name, self._desk.store
        before = store.keeping.part(fund, TRUST) or b""
        lost = set(before.decode().split("\n")) - {"", *newest.stretch.dealt}
        lost -= store.quotes.assets(fund)
        since = store.keeping.first_seen(fund, lost) if lost else None
        if since is not None and since < self._start:
            raise Again(since)


def _progress(booked: Booked) -> "Progress":
    from ledger.store import Progress

    stretch = booked.stretch
    sides = {(key, event.id): event.order[0] for key, event in stretch.sides}
    return Progress(
        stretch.start,
        stretch.until,
        stretch.meaning.all_subjects,
        (*((key, event, time) for (key, event), time in sides.items()), *booked.apart),
        booked.points,
        booked.quotes,
        {} if booked.state is None else {stretch.until: booked.state},
    )


def _worth_keeping(moments: tuple[int, ...], last_point: int) -> tuple[int, ...]:
    """Months' ends, and the newest.

    None at which later days had been valued than the last one: their values are forgotten, and
    books that went on from there would never have them again.
    """
    sound = [at for at in moments if at <= last_point + DAY]
    months = [at for at in sound if at % DAY == 0 and time_at(at).day == 1]
    return (*months, *sound[-NEWEST:])
