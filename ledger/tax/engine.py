"""Rows, settings and the rules of a regime come in; disposals, income and what is left leave.

One journal, many regimes: rows become events once, a matcher of the method makes pieces of them,
and the sums must be those of the events, exactly, or nothing is answered.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import compress, repeat
from operator import is_, itemgetter
from typing import Any, Final, NamedTuple

from ledger.tax.choices import Frozen, changed, frozen, in_time
from ledger.tax.history.events import Acquire, Dispose, Disposed, Event, Fault, Income, Left, Piece
from ledger.tax.history.reading import read_rows
from ledger.tax.history.settings import Settings, looks_ahead
from ledger.tax.history.treatment import History, history_of
from ledger.tax.history.units import Units
from ledger.tax.matching.pieces import Outcome
from ledger.tax.rules import Rules, Versions
from ledger.tax.terms import Calendar
from ledger.tax.yearly import Total, totals_of

#: Where things stand in tuples that a history has by the million.
_EVENT: Final = itemgetter(Disposed._fields.index("event"))
_PIECES: Final = itemgetter(Disposed._fields.index("pieces"))
_TIME: Final = itemgetter(Dispose._fields.index("time"))
_ASSESSED: Final = itemgetter(Dispose._fields.index("assessed"))
_COST, _DENIED = Piece._fields.index("cost"), Piece._fields.index("denied")
_ACQUIRED_COST: Final = itemgetter(Acquire._fields.index("cost"))
_ACQUIRES: Final = partial(is_, Acquire)

#: Makes a named tuple of a tuple of all its fields, without a call of Python's for each.
_new: Final = tuple.__new__

Matcher = Callable[[History, Settings, Calendar], Outcome]


class Answer(NamedTuple):
    """What a regime says of a history; numbers in 10⁻ᵖ of money and smallest units of assets.

    `unknown` are the disposals that have no figure; `allocated` is the split of one pool into
    wallets, where the question asked for one, and `placed` every lot of it.
    """

    places: int
    units: Units
    disposed: tuple[Disposed, ...]
    income: tuple[Income, ...]
    totals: tuple[Total, ...]
    left: tuple[Left, ...]
    faults: tuple[Fault, ...]
    unknown: tuple[Disposed, ...] = ()
    allocated: Frozen | None = None
    placed: tuple[Left, ...] = ()


def assess_rows(
    rows: Iterable[object],
    prices: Iterable[object],
    currency: str,
    settings: Settings,
    rules: Rules,
) -> Answer:
    """The answer for rows and prices as JSON gives them; nothing in them raises."""
    calendar = Calendar(settings, rules.year_starts)
    read = history_of_rows(rows, prices, currency, settings, calendar)
    return assess_history(*read, settings, rules, calendar)


def history_of_rows(
    rows: Iterable[object],
    prices: Iterable[object],
    currency: str,
    settings: Settings,
    calendar: Calendar,
) -> tuple[History, int]:
    """The history of rows and prices as JSON gives them, and the decimal places of its numbers.

    Rows that nobody else holds are let go of when they are read: those of a long history are large.
    """
    read = read_rows(rows, prices, currency, fees_count=settings.money_fees_count)
    del rows
    return history_of(read, settings, calendar, currency), read.places


def assess_history(
    history: History, places: int, settings: Settings, rules: Rules, calendar: Calendar
) -> Answer:
    """The answer for a history, whatever it was made of; money has so many decimal places."""
    wrong = _unknown_names(settings, history.events)
    settings, late = in_time(settings, history.events, calendar, rules)
    outcome = match(history, settings, calendar)
    allocated = frozen(settings, outcome.placed, history.units, places)
    other = changed(settings, allocated)
    if other is not None:
        late = (*late, other)
        outcome = match(history, settings._replace(allocation=None), calendar)
    disposed, unknown = (
        _with_versions(found, rules, calendar) for found in (outcome.disposed, outcome.unknown)
    )
    if settings.missing_is_zero or not settings.by_piece:
        figures = list(compress(disposed, map(_ASSESSED, map(_EVENT, disposed))))
    else:
        figures = [figure for found in disposed if (figure := counted(found, settings))]
    return Answer(
        places,
        history.units,
        disposed,
        history.income,
        totals_of(figures, history.income, rules, calendar, 10**places),
        outcome.left,
        (*history.faults, *wrong, *late, *_in_order(outcome.faults, history.events, settings)),
        unknown,
        allocated if other is None else None,
        outcome.placed,
    )


def _in_order(
    faults: Sequence[Fault], events: Iterable[Event], settings: Settings
) -> Sequence[Fault]:
    """Faults in the order of the books, where a method that looks ahead finds them by asset."""
    if not faults or not looks_ahead(settings):
        return faults
    rows = {fault.row for fault in faults}
    places: dict[str, int] = {}
    for place, event in enumerate(events):
        if event.row in rows:
            places.setdefault(event.row, place)
    return sorted(
        faults, key=lambda one: (places.get(one.row or "", -1), one.code, one.message, one.about)
    )


def counted(found: Disposed, settings: Settings) -> Disposed | None:
    """What of a disposal is in totals: pieces with a known basis, of what a regime assesses."""
    if not found.event.assessed:
        return None
    if settings.missing_is_zero or not settings.by_piece:
        return found
    if "missing" not in [piece.rule for piece in found.pieces]:
        return found
    known = tuple(piece for piece in found.pieces if piece.rule != "missing")
    return found._replace(pieces=known) if known else None


def _with_versions(
    disposed: Iterable[Disposed], rules: Rules, calendar: Calendar
) -> tuple[Disposed, ...]:
    """Each disposal with the version of the rules on its day."""
    found = list(disposed)
    events, pieces = map(_EVENT, found), map(_PIECES, found)
    days = calendar.days(map(_TIME, map(_EVENT, found)))
    versions = map(lru_cache(Versions(rules).on), days)
    return tuple(map(_new, repeat(Disposed), zip(events, pieces, versions, strict=True)))


def values_holdings(settings: Settings) -> bool:
    """Whether what is held has to be valued, and not what is traded alone."""
    marked = settings.mark_from is not None or bool(settings.section_1256)
    return marked or settings.method == "portfolio"


def match(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    """The pieces of a history by the method of the settings; nothing is gained or lost."""
    lots = _lots if settings.old_before is None else _stock
    outcome = _MATCHERS.get(settings.method, lots)(history, settings, calendar)
    _check_cost(history.events, outcome)
    if not looks_ahead(settings):
        return outcome
    from ledger.tax.matching.rescaled import matched_across  # most look at no later day

    across = matched_across(history.events, settings, calendar)
    return outcome._replace(faults=(*outcome.faults, *across))


def _check_cost(events: Sequence[Event], outcome: Outcome) -> None:
    """Cost that came in, and losses that were added to it, went out or is left."""
    acquires = compress(events, map(_ACQUIRES, map(type, events)))
    came = outcome.brought + sum(map(_ACQUIRED_COST, acquires))
    # in one pass, for each looks at values that are all over the memory
    disposed: Iterable[Sequence[Any]] = map(_PIECES, outcome.disposed)
    went = 0
    for pieces in disposed:
        for piece in pieces:
            went += piece[_COST] - piece[_DENIED]
    left = sum(one.cost for one in outcome.left)
    assert came == went + outcome.refused + left, "cost out and cost left are cost in"


def _unknown_names(settings: Settings, events: Iterable[Event]) -> tuple[Fault, ...]:
    """Identifications that name rows which acquire, or give, nothing."""
    if not settings.identified:
        return ()
    listed = list(events)
    acquired = {event.row for event in listed if isinstance(event, Acquire)}
    given = {event.row for event in listed if not isinstance(event, Acquire)}
    wrong = [row for row in settings.identified if row not in given]
    wrong += [row for rows in settings.identified.values() for row in rows if row not in acquired]
    text = "identification names {}, which is no such row"
    return tuple(Fault("bad_setting", text.format(row[:40]), None) for row in wrong)


# ---- matchers, each with a module that only those who ask for it load


def _lots(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.lots import match_lots

    marks = None
    if settings.mark_from is not None or settings.section_1256:
        from ledger.tax.matching.marks import Marks

        marks = Marks(history, settings, calendar)
    windows = None
    if settings.superficial:
        from ledger.tax.matching.superficial import Windows

        windows = Windows(history.events, calendar)
    return match_lots(history.events, settings, calendar, marks, windows)


def _stock(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.stock import match_stock

    return match_stock(history.events, settings, calendar)


def _weeks(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.weeks import match_weeks

    return match_weeks(history.events, settings, calendar)


def _years(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.years import match_years

    return match_years(history.events, settings, calendar)


def _portfolio(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.portfolio import match_portfolio

    return match_portfolio(history, settings, calendar)


def _individual(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.days import match_days

    return match_days(history.events, settings, calendar, "individual")


def _company(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    from ledger.tax.matching.days import match_days

    return match_days(history.events, settings, calendar, "company")


_MATCHERS: Final[dict[str, Matcher]] = {
    "year-average": _years,
    "share-matching": _individual,
    "company-matching": _company,
    "four-week-matching": _weeks,
    "portfolio": _portfolio,
}
