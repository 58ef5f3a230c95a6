"""Lines of disposals come in and leave as columns of words, and lines again of these.

What many lines have in common stands once; a column has one kind of thing, which packs well.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from ledger.model.activity import Order, microseconds, time_at
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.model.gain import Term
from ledger.model.tax import IncomeLine, TaxLine
from ledger.tax.history.events import Fault

#: Where an entry stands in the books: its order, then the length of its id, then its id.
Place = tuple[Order, int, str]
_TERMS: Final[tuple[Term, ...]] = ("short", "long")


class Given(NamedTuple):
    """The lines of one disposal: the `number`-th event of the entry at a place.

    `unknown` are those that have no figure: at one time they stand behind the others.
    """

    place: Place
    number: int
    unknown: bool
    lines: tuple[TaxLine, ...]

    @property
    def rank(self) -> tuple[int, bool, Place, int]:
        """What orders disposals in a year."""
        return self.place[0][0], self.unknown, self.place, self.number


class _Names:
    """Texts by the order in which they came."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._known.setdefault(text, len(self._known))

    def all(self) -> list[str]:
        return list(self._known)


def fault_of(words: Sequence[Any]) -> Fault:
    """The fault that words say."""
    code, message, row, about = words
    return Fault(code, message, row, tuple((asset, units) for asset, units in about))


def place_words(place: Place) -> list[Any]:
    """A place as words."""
    order, _, name = place
    return [*order, name]


def place_of(words: Sequence[Any]) -> Place:
    """The place that words say."""
    time, network, block, index, activity, name = words
    return (time, network, block, index, activity), len(name), name


def packed(found: Iterable[Given]) -> dict[str, Any]:
    """Disposals with their lines as columns."""
    names = _Names()
    heads: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for place, number, unknown, pieces in found:
        (time, network, block, at, activity), _, name = place
        # an entry is named after its activity
        begins = len(activity) if name.startswith(activity) else activity
        first = pieces[0]
        heads.append((
            time, names.number(network), block, at, begins, name, number, int(unknown), len(pieces),
            names.number(first.asset), names.number(first.wallet), names.number(first.kind),
            int(first.assessed), names.number(first.version),
        ))  # fmt: skip
        for line in pieces:
            acquired = None if line.acquired is None else microseconds(line.acquired)
            lines.append((
                line.quantity, acquired, line.proceeds, line.cost, line.fees, line.gain,
                _TERMS.index(line.term), names.number(line.rule), line.lot, line.denied,
                line.indexation,
            ))  # fmt: skip
    return {
        "names": names.all(),
        "disposals": list(map(list, zip(*heads, strict=True))),
        "lines": list(map(list, zip(*lines, strict=True))),
    }


def unpacked(words: dict[str, Any]) -> Iterator[Given]:
    """The disposals that columns are of."""
    names: Sequence[str] = words["names"]
    coming = zip(*words["lines"], strict=True)
    times: dict[int, Any] = {None: None}  # type: ignore[dict-item]
    for (
        time, network, block, at, begins, name, index, unknown, count,
        asset, wallet, kind, assessed, version,
    ) in zip(*words["disposals"], strict=True):  # fmt: skip
        activity = name[:begins] if type(begins) is int else begins
        place = (time, names[network], block, at, activity), len(name), name
        disposed = time_at(time)
        of, on, what, by = (
            AssetId(names[asset]),
            WalletId(names[wallet]),
            names[kind],
            names[version],
        )
        counts = bool(assessed)
        pieces = []
        for _ in range(count):
            quantity, acquired, proceeds, cost, fees, gain, term, rule, lot, denied, rise = next(
                coming
            )
            began = times.get(acquired)
            if began is None and acquired is not None:
                began = times[acquired] = time_at(acquired)
            pieces.append(TaxLine(
                of, quantity, began, disposed, proceeds, cost, fees, gain, _TERMS[term],
                names[rule], on, lot, name, denied, what, counts, by, indexation=rise,
            ))  # fmt: skip
        yield Given(place, index, bool(unknown), tuple(pieces))


def income_words(line: IncomeLine) -> list[Any]:
    """A line of income as words."""
    return [line.asset, line.quantity, microseconds(line.time), line.value, line.kind, line.source]


def income_of(words: Sequence[Any]) -> IncomeLine:
    """The line of income that words say."""
    asset, quantity, time, value, kind, source = words
    return IncomeLine(AssetId(asset), quantity, time_at(time), value, kind, source)
