"""Where a fold stands comes in and plain values for JSON leave, and the other way round.

Equal books give equal values, whatever the order in which dictionaries were filled. Texts stand in
one table, each once; what repeats is a number in it. Lots and acquisitions are columns of numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypedDict

from ledger.lots.holding import Acquisition, Key, OpenLot
from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.fund import LotMethod, LotScope

#: Another number, another meaning of the values.
VERSION: Final = 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TEXT: Final = -1


class LotState(TypedDict):
    """Where a fold stands, in values that JSON keeps; a table is a list a column, texts by number.

    `acquisitions`: entry (text), posting, rank, the five parts of the order (texts for network and
    activity), microseconds from the order's time to the acquisition, strategy (text or -1), parts
    that were split off. An activity that its entry's id begins with is minus its length.
    `holdings`: type and name of the account, asset (texts).
    `lots`: acquisition, holding (rows of these), piece, place (text), quantity; `costs`: of each.
    `balances`: asset, place (texts), quantity.
    """

    version: int
    base: AssetId
    scope: LotScope
    method: LotMethod
    changes: int
    ranks: int
    texts: list[str]
    acquisitions: list[list[int]]
    holdings: list[list[int]]
    lots: list[list[int]]
    costs: list[int | None]
    balances: list[list[int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What later folding depends on: `changes` of method were made, `ranks` were given.

    `method` is the one in force; `balances` of places count where lots are the fund's pool.
    """

    base: AssetId
    scope: LotScope
    method: LotMethod
    changes: int
    ranks: int
    holdings: Mapping[Key, Iterable[OpenLot]]
    balances: Mapping[AssetId, Mapping[str, int]]


def put_down(standing: Standing) -> LotState:
    """The standing in plain values."""
    texts: dict[str, int] = {}
    held = [(key, sorted(standing.holdings[key], key=_age)) for key in sorted(standing.holdings)]
    held = [(key, lots) for key, lots in held if lots]
    found = {lot.source.rank: lot.source for _, lots in held for lot in lots}
    sources = [found[rank] for rank in sorted(found)]
    row_of = {source.rank: row for row, source in enumerate(sources)}
    lots = [
        (row_of[lot.source.rank], row, lot.piece, _number(lot.place, texts), lot.quantity)
        for row, (_, lots) in enumerate(held)
        for lot in lots
    ]
    balances = [
        (_number(asset, texts), _number(place, texts), quantity)
        for asset, places in sorted(standing.balances.items())
        for place, quantity in sorted(places.items())
        if quantity
    ]
    return LotState(
        version=VERSION,
        base=standing.base,
        scope=standing.scope,
        method=standing.method,
        changes=standing.changes,
        ranks=standing.ranks,
        acquisitions=_columns(11, [_row(source, texts) for source in sources]),
        holdings=_columns(3, [[_number(text, texts) for text in key] for key, _ in held]),
        lots=_columns(5, lots),
        costs=[lot.cost for _, lots in held for lot in lots],
        balances=_columns(3, balances),
        texts=list(texts),  # the last, for the others fill it
    )


def take_up(state: LotState) -> Standing:
    """The standing that was put down; its lots are new ones."""
    assert state["version"] == VERSION, "a state of another version says other things"
    texts = state["texts"]
    sources = [_acquisition(row, texts) for row in zip(*state["acquisitions"], strict=True)]
    keys: list[Key] = [
        (texts[kind], texts[name], AssetId(texts[asset]))
        for kind, name, asset in zip(*state["holdings"], strict=True)
    ]
    holdings: list[list[OpenLot]] = [[] for _ in keys]
    for (source, row, piece, place, quantity), cost in zip(
        zip(*state["lots"], strict=True), state["costs"], strict=True
    ):
        lot = OpenLot(sources[source], texts[place], quantity, cost)
        holdings[row].append(lot.numbered(piece))
    balances: dict[AssetId, dict[str, int]] = {}
    for asset, place, quantity in zip(*state["balances"], strict=True):
        balances.setdefault(AssetId(texts[asset]), {})[texts[place]] = quantity
    return Standing(
        base=state["base"],
        scope=state["scope"],
        method=state["method"],
        changes=state["changes"],
        ranks=state["ranks"],
        holdings=dict(zip(keys, holdings, strict=True)),
        balances=balances,
    )


def _age(lot: OpenLot) -> tuple[int, int]:
    return (lot.source.rank, lot.piece)


def _number(text: str, texts: dict[str, int]) -> int:
    """The number of a text, a new one where it is new."""
    return texts.setdefault(text, len(texts))


def _columns(width: int, rows: Sequence[Sequence[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _row(source: Acquisition, texts: dict[str, int]) -> Sequence[int]:
    time, network, block, index, activity = source.order
    begins = bool(activity) and source.entry.startswith(activity)
    return (
        _number(source.entry, texts),
        int(source.name[len(source.entry) + 1 :]),  # the name is `<entry>:<posting>`
        source.rank,
        time,
        _number(network, texts),
        block,
        index,
        -len(activity) if begins else _number(activity, texts),
        microseconds(source.acquired) - time,
        _NO_TEXT if source.strategy is None else _number(source.strategy, texts),
        source.parts,
    )


def _acquisition(row: Sequence[int], texts: Sequence[str]) -> Acquisition:
    entry_text, posting, rank, time, network, block, index, activity, later, strategy, parts = row
    entry = texts[entry_text]
    source = Acquisition(
        name=f"{entry}:{posting}",
        rank=rank,
        entry=entry,
        acquired=_EPOCH + timedelta(microseconds=time + later),
        order=(
            time,
            texts[network],
            block,
            index,
            entry[:-activity] if activity < 0 else texts[activity],
        ),
        strategy=None if strategy == _NO_TEXT else texts[strategy],
    )
    source.parts = parts
    return source
