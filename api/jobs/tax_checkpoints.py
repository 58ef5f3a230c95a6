"""The stored books and a question → a tax year from what was kept of it, and what to keep anew.

Load, compute, save: what is kept is brought up to the journal as it is read; families of assets
that nothing happened in since stay as they were put down.
"""

import hashlib
import json
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from api.jobs.keep.plan import program
from ledger.model.tax import TaxLine, TaxYear
from ledger.tax.assess import Journal
from ledger.tax.checkpoints.columns import unpacked
from ledger.tax.checkpoints.families import families_of
from ledger.tax.checkpoints.index import (
    PARTS,
    Change,
    Index,
    Kept,
    Read,
    Work,
    can_be_kept,
    can_wait,
    index_of,
    question,
    until_year,
    work_of,
)
from ledger.tax.checkpoints.keep import Ended, empty_index, gone_on, kept_anew
from ledger.tax.checkpoints.stretch import Ground
from ledger.tax.checkpoints.year import stretches_of, total_of, year_kept
from ledger.tax.history.settings import Settings
from ledger.tax.rules import Rules
from ledger.tax.yearly import Total

if TYPE_CHECKING:
    from ledger.store import Store
    from ledger.store.store import Aggregates

#: After more entries than that everything is assessed anew sooner than family by family.
CHANGES_MOST: Final = 20_000
#: Stretches that wait until they are put down together.
_AT_ONCE: Final = 20
#: The part that lists the others.
INDEX: Final = "index"


class Changed(NamedTuple):
    """What a year comes to now: its totals, and the lines that may be other ones than before."""

    year: int
    total: Total
    lines: tuple[TaxLine, ...]


class Checkpoints:
    """What is kept of a question, up to the journal as it was read.

    `made` are the stretches that are not put down yet, `gone` those that were and no longer hold;
    `before` is the index that was read.
    """

    def __init__(self, name: str, ground: Ground, index: Index, before: bytes) -> None:
        self.name = name
        self.ground = ground
        self.index = index
        self.before = before
        self.made: dict[int, Ended] = {}
        self.gone: list[Kept] = []

    def year(self, inside: "Aggregates", fund: str, year: int, method: str) -> TaxYear | None:
        """A tax year; None where a part is not what was put down."""
        wanted = stretches_of(self.index, year)
        stored = [one for one in wanted if one.id not in self.made]
        bodies = _bodies(inside, fund, self.name, stored, "said")
        if bodies is None:
            return None
        said = {id_: ended.stretch.said for id_, ended in self.made.items()}
        said |= {id_: json.loads(body) for id_, body in bodies.items()}
        return year_kept(self.index, self.ground, said, year, method)

    def changed(self, year: int) -> Changed:
        """The totals of a year, and its lines of the families that something happened in."""
        found = [
            ended
            for family in self.index.stretches
            for one in family
            if one.year == year and (ended := self.made.get(one.id)) is not None
        ]
        given = chain.from_iterable(unpacked(ended.stretch.said) for ended in found)
        ordered = sorted(given, key=lambda one: one.rank)
        lines = tuple(line for one in ordered for line in one.lines)
        return Changed(year, total_of(self.index, self.ground, year), lines)

    def save(self, store: "Store", fund: str) -> bool:
        """Put down what was made since; False where somebody else was quicker."""
        gone = [_name(one, part) for one in self.gone for part in PARTS]
        body = self.index.words()
        with store.transaction(fund) as inside:
            kept = inside.tax_checkpoints
            if kept.parts(fund, self.name, [INDEX]).get(INDEX) != self.before:
                return False
            kept.put(fund, self.name, {**_parts(self.made.values()), INDEX: body}, gone)
        self.made, self.gone, self.before = {}, [], body
        return True


def question_of(journal: Journal, settings: Settings, rules: Rules) -> str | None:
    """What names a question; None where nothing of it can be kept."""
    if not can_be_kept(settings):
        return None
    code = rules.currency or journal.base
    return question(settings, rules.name, journal.base, code, journal.prices, program())


def up_to_date(
    inside: "Aggregates", fund: str, name: str, ground: Ground, until: int | None = None
) -> Checkpoints | None:
    """What is kept of a question, brought up to the journal; None where there is nothing to use.

    With a year, as far as that and those before it take, which is not to be saved.
    """
    kept = inside.tax_checkpoints
    body = kept.parts(fund, name, [INDEX]).get(INDEX)
    index = None if body is None else index_of(body)
    if body is None or index is None:
        return None
    if index.read.batch and kept.link(fund, index.read.batch) != index.read.link:
        return None
    found = kept.changes(fund, index.read.number, CHANGES_MOST)
    if found is None:
        return None
    points = Checkpoints(name, ground, index, body)
    changes = [Change(number, entry, reverses) for number, entry, reverses in found]
    for whole in work_of(index, changes, ground.money, ground.settings):
        waits = until is not None and can_wait(ground)
        work = until_year(whole, ground.calendar, until) if until and waits else whole
        if not _again(inside, fund, points, work):
            return None
    index.read = Read(*kept.sealed(fund))
    return points


def anew(store: "Store", fund: str, name: str, ground: Ground) -> int:
    """Put down what is to be kept of a question, from the whole journal; how many stretches.

    Parts go in on the way, so that little is held; nothing of them is read before the index, which
    goes in last. `ground` reads the journal of the store.
    """
    put = store.tax_checkpoints
    put.forget(fund, name)
    with store.snapshot(fund) as inside:
        kept, index = inside.tax_checkpoints, empty_index(program())
        linking = kept.linking(fund, moves=ground.settings.move_fees_kept)
        families = families_of(kept.counts(fund), linking, ground.money, ground.settings)
        read = Read(*kept.sealed(fund))
        waiting: list[Ended] = []
        for ended in kept_anew(ground, families, kept.in_turn(fund), read, index):
            waiting.append(ended)
            if len(waiting) == _AT_ONCE:
                put.put(fund, name, _parts(waiting))
                waiting.clear()
    put.put(fund, name, {**_parts(waiting), INDEX: index.words()})
    return index.next_id - 1


def forget_former(store: "Store", fund: str) -> None:
    """Throw away what another program put down: nobody asks for it any more."""
    kept = store.tax_checkpoints
    for name in kept.questions(fund, INDEX):
        body = kept.parts(fund, name, [INDEX]).get(INDEX)
        index = None if body is None else index_of(body)
        if index is None or index.program != program():
            kept.forget(fund, name)


def _again(inside: "Aggregates", fund: str, points: Checkpoints, work: Work) -> bool:
    """Fold a family again; False where a part of it is not what was put down."""
    kept, state = inside.tax_checkpoints, None
    if work.since is not None:
        states = _bodies(inside, fund, points.name, [work.since], "state")
        if states is None:
            return False
        state = json.loads(states[work.since.id])
    numbers = _bodies(inside, fund, points.name, work.dropped, "numbers")
    if numbers is None:
        return False
    read = {number for body in numbers.values() for number in json.loads(body)}
    read -= work.dead | work.new.keys()
    entries = [*work.new.items(), *kept.numbered(fund, sorted(read))]
    for ended in gone_on(points.ground, points.index, work, state, entries):
        points.made[ended.kept.id] = ended
    points.gone += work.dropped
    return True


def _parts(made: Iterable[Ended]) -> dict[str, bytes]:
    return {_name(ended.kept, part): body for ended in made for part, body in ended.bodies.items()}


def _name(kept: Kept, part: str) -> str:
    return f"{kept.id}:{part}"


def _bodies(
    inside: "Aggregates", fund: str, name: str, stretches: Iterable[Kept], part: str
) -> dict[int, bytes] | None:
    """A part of stretches, by their ids; None where one is not what the index says."""
    listed = list(stretches)
    names = [_name(one, part) for one in listed]
    found = inside.tax_checkpoints.parts(fund, name, names)
    at = PARTS.index(part)
    bodies: dict[int, bytes] = {}
    for one in listed:
        body = found.get(_name(one, part))
        if body is None or hashlib.sha256(body).hexdigest() != one.digests[at]:
            return None
        bodies[one.id] = body
    return bodies
