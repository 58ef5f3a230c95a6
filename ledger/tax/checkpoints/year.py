"""What is kept of a question comes in; one of its years leaves, as the whole history gives it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

from ledger.model.activity import microseconds, time_at
from ledger.model.tax import TaxYear
from ledger.tax.checkpoints.book import Words
from ledger.tax.checkpoints.columns import Place, fault_of, income_of, place_of, unpacked
from ledger.tax.checkpoints.index import Index, Kept
from ledger.tax.checkpoints.stretch import Ground
from ledger.tax.checkpoints.whole import whole_by_family
from ledger.tax.history.events import Fault
from ledger.tax.lines import YearFound, year_of_lines
from ledger.tax.yearly import Total

#: Before the first entry of a moment.
_FIRST: Final = -1


class _Said(NamedTuple):
    """A fault with its place: of an entry, or where basis began to be by wallet."""

    place: Place
    asset: str
    number: int
    order: int
    fault: Fault


def stretches_of(index: Index, year: int) -> list[Kept]:
    """The stretches of a year."""
    return [one for kept in index.stretches for one in kept if one.year == year]


def total_of(index: Index, ground: Ground, year: int) -> Total:
    """The totals of a year, which may depend on losses of those before."""
    totals = ground.totals()
    for one in chain.from_iterable(index.stretches):
        totals.sums(one.year).join(one.sums)
    return totals.of(year)


def year_kept(
    index: Index, ground: Ground, said: Mapping[int, Words], year: int, method: str
) -> TaxYear:
    """The year; `said` is what its stretches say, by their ids."""
    own = [said[one.id] for one in stretches_of(index, year)]
    given = sorted(chain.from_iterable(map(unpacked, own)), key=lambda one: one.rank)
    income = sorted(chain.from_iterable(words["income"] for words in own), key=_where)
    faults = [*_rates(index, ground), *_sorted(_faults(own, "read"))]
    matched: Iterable[_Said] = chain(_faults(own, "match"), _always(index, ground))
    if whole_by_family(ground.settings):
        # families were matched one after the other, and an entry may be of several
        matched = (one._replace(number=0, order=0) for one in matched)
    faults += _sorted(matched)
    found = YearFound(
        (), (), [income_of(words) for *_, words in income], faults, total_of(index, ground, year)
    )
    lines = tuple(chain.from_iterable([one.lines for one in given]))
    return year_of_lines(lines, found, ground.shown, year, method)


def _where(words: Any) -> tuple[Place, int]:  # noqa: ANN401 -- as JSON gives it
    return place_of(words[0]), words[1]


def _sorted(found: Iterable[_Said]) -> list[Fault]:
    return [one.fault for one in sorted(found)]


def _faults(said: Iterable[Words], of: str) -> Iterator[_Said]:
    for words in said:
        for order, (where, index, fault) in enumerate(words[of]):
            yield _Said(place_of(where), "", index, order, fault_of(fault))


def _always(index: Index, ground: Ground) -> Iterator[_Said]:
    """What is said since basis is by wallet, of families too that nothing happened in since."""
    since = ground.settings.wallets_from
    if since is None or since == date.min:
        return
    switch = microseconds(ground.calendar.start(since))
    here: Place = (switch, "", _FIRST, _FIRST, ""), 0, ""
    came = any(one.last_event >= switch for one in chain.from_iterable(index.stretches))
    for kept, undecided in zip(index.stretches, index.undecided, strict=True):
        told = [fault for one in kept for fault in one.always]
        for order, fault in enumerate([*told, *undecided] if came else told):
            asset = fault.message.split(" ", 1)[0].removesuffix(":")
            yield _Said(here, asset, 0, order, fault)


def _rates(index: Index, ground: Ground) -> list[Fault]:
    """What is wrong where a rate is missing."""
    converter = ground.converter()
    times = chain.from_iterable(one.unrated for one in chain.from_iterable(index.stretches))
    converter.missing.update(map(time_at, times))
    fault = converter.fault()
    return [] if fault is None else [fault]
