"""Discovery: addresses and a range of blocks go in, every transaction that touched them comes out.

Found are: logs that move tokens, or say what a keeper did for an account, with an address in their
topics; transactions sent by or to an address; where the node traces blocks, value that moved inside
calls; and blocks that give an address coin beside their transactions.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ledger.chains.evm.bloom import mask_of, may_hold
from ledger.chains.evm.credits import credited, fetch_credits
from ledger.chains.evm.fetch import fetch_transactions
from ledger.chains.evm.frames import NativeMove, address, number, steps
from ledger.chains.evm.logs import (
    DEPOSIT,
    EVENT_LOG_1,
    EVENT_LOG_2,
    TRANSFER,
    TRANSFER_BATCH,
    TRANSFER_SINGLE,
    WITHDRAWAL,
)
from ledger.chains.evm.unmoved import ABOUT, WITHIN, Within
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import RawTransaction
from ledger.transport import Asked, Node, NodeError

_RANGE: Final = 1_000
_BLOCKS_AT_ONCE: Final = 20
_ADDRESSES_AT_ONCE: Final = 50
#: place of an account among the topics → first topics of logs that may move what it has
_BY_PLACE: Final = {
    1: (TRANSFER, DEPOSIT, WITHDRAWAL),
    2: (TRANSFER, TRANSFER_SINGLE, TRANSFER_BATCH, EVENT_LOG_1),
    3: (TRANSFER_SINGLE, TRANSFER_BATCH, EVENT_LOG_2),
}
_KINDS: Final = tuple(
    dict.fromkeys(kind for by in (_BY_PLACE, ABOUT) for kinds in by.values() for kind in kinds)
)
#: Sends what a network does by itself (Polygon's state sync), which its nodes need not trace.
_NOBODY: Final = "0x" + "0" * 40

#: (block, index in the block, hash): sorts in the order of the chain.
Place = tuple[int, int, str]


def fetch_history(
    node: Node,
    network: str,
    addresses: Collection[str],
    from_block: int,
    to_block: int,
    owned: Collection[str] = (),
) -> Iterator[RawTransaction]:
    """Every transaction of the blocks `from_block` to `to_block` that moved what an address has.

    Each comes once, in the order of the chain, with its answers as `fetch_transaction` gives them
    for `owned`: all addresses of the fund, so that the answer is the same whichever of them was
    looked for. Without `owned` they are the `addresses`. What a block gave beside its transactions
    follows these.
    A node without `debug_traceBlockByNumber` finds no value that only moved inside calls of
    transactions between strangers. Raises SourceUnavailable: a partial answer is never taken as
    whole.
    """
    wanted = frozenset(each.lower() for each in addresses)
    if not wanted:
        return
    search = _Search(node, network, wanted)
    ours = wanted | {*map(str.lower, owned)}
    for first in range(from_block, to_block + 1, _RANGE):
        last = min(first + _RANGE - 1, to_block)
        places = search.by_logs(first, last) | search.by_blocks(first, last)
        search.check_logs(places)
        ordered = sorted(places)
        found = fetch_transactions(node, network, [txid for _, _, txid in ordered], ours)
        for (block, _, _), raw in zip(ordered, found, strict=True):
            yield from search.credited(ours, below=block)
            if raw.block is None or raw.answers()["transaction"] is None:
                raise SourceUnavailable(
                    f"{node.host} does not know the transaction {raw.txid} of its own blocks"
                )
            yield raw
        yield from search.credited(ours, below=last + 1)


def fetch_given(
    node: Node,
    network: str,
    addresses: Collection[str],
    from_block: int,
    to_block: int,
    owned: Collection[str] = (),
) -> Iterator[RawTransaction]:
    """What these blocks gave the addresses beside their transactions, as `fetch_history` has it.

    For blocks whose transactions were read at a time when this was not: neither logs nor traces are
    asked for.
    """
    wanted = frozenset(each.lower() for each in addresses)
    search = _Search(node, network, wanted, traces=False)
    for first in range(from_block, to_block + 1, _RANGE):
        last = min(first + _RANGE - 1, to_block)
        search.by_blocks(first, last)
        search.filled.clear()
        search.named.clear()
        yield from search.credited(wanted | {*map(str.lower, owned)}, below=last + 1)


@dataclass(slots=True)
class _Search:
    """One walk over a chain; remembers what the node turned out not to have."""

    node: Node
    network: str
    wanted: frozenset[str]
    traces: bool = True
    traced: bool = False
    parent: str | None = None
    filled: list[str] = field(default_factory=list)
    named: list[tuple[str, Within]] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    within: list[tuple[int, int]] = field(default_factory=list)
    giving: list[Mapping[str, Any]] = field(default_factory=list)

    # ---- logs

    def by_logs(self, first: int, last: int) -> set[Place]:
        found = [
            log for topics in self._filters() for log in self._logs({"topics": topics}, first, last)
        ]
        for within in WITHIN.get(self.network, ()):
            logs = self._logs(_filter_of(within), first, last)
            found += [log for log in logs if self._is_within(log, within)]
        return {_place(log, "transactionHash") for log in found}

    def _is_within(self, log: Mapping[str, Any], within: Within) -> bool:
        """Whether a log names an address in the word of its data where its account stands."""
        return "0x" + _word_of(log, within.word)[24:] in self.wanted

    def _filters(self) -> Iterator[list[object]]:
        """The topics of logs that may move what an address has, or are about it."""
        words = sorted(map(_word, self.wanted))
        for start in range(0, len(words), _ADDRESSES_AT_ONCE):
            some = words[start : start + _ADDRESSES_AT_ONCE]
            for place, kinds in _BY_PLACE.items():
                yield [[*kinds, *ABOUT[place]], *[None] * (place - 1), some]

    def check_logs(self, places: Collection[Place]) -> None:
        """Ask again, by their hashes, for the logs of blocks whose filter leaves room for some.

        An index of logs that lags, or a list that was cut short, shows: what the node leaves out
        for a range it gives for the block itself. Raises SourceUnavailable.
        """
        asked: list[tuple[Within | None, Asked]] = [
            (None, ("eth_getLogs", [{"blockHash": block, "topics": topics}]))
            for block in self.filled
            for topics in self._filters()
        ]
        asked += [
            (within, ("eth_getLogs", [{"blockHash": block, **_filter_of(within)}]))
            for block, within in self.named
        ]
        self.filled.clear()
        self.named.clear()
        answers = self.node.ask_many([one for _, one in asked]) if asked else ()
        for (within, _), logs in zip(asked, answers, strict=True):
            for log in logs if isinstance(logs, list) else [None]:
                if isinstance(log, Mapping) and within and not self._is_within(log, within):
                    continue
                if not isinstance(log, Mapping) or _place(log, "transactionHash") not in places:
                    raise SourceUnavailable(f"{self.node.host} left logs out of a range of blocks")

    def _logs(self, wanted: Mapping[str, object], first: int, last: int) -> list[Mapping[str, Any]]:
        """The logs of a filter; a range that the node refuses is halved, down to one block."""
        try:
            logs = self.node.ask(
                "eth_getLogs", [{"fromBlock": hex(first), "toBlock": hex(last), **wanted}]
            )
        except NodeError:
            if first == last:
                raise
            middle = (first + last) // 2
            return self._logs(wanted, first, middle) + self._logs(wanted, middle + 1, last)
        if not isinstance(logs, list) or not all(_fits(log, wanted, first, last) for log in logs):
            raise SourceUnavailable(f"{self.node.host} answered logs that were not asked for")
        return logs

    # ---- native coin

    def by_blocks(self, first: int, last: int) -> set[Place]:
        found: set[Place] = set()
        self.words = self.words or [mask_of(_word(each)) for each in sorted(self.wanted)]
        self.kinds = self.kinds or [mask_of(kind) for kind in _KINDS]
        for start in range(first, last + 1, _BLOCKS_AT_ONCE):
            numbers = range(start, min(start + _BLOCKS_AT_ONCE, last + 1))
            asked: list[Asked] = [("eth_getBlockByNumber", [hex(n), True]) for n in numbers]
            blocks = self.node.ask_many(asked)
            for number_, block in zip(numbers, blocks, strict=True):
                inside = self._transactions(block, number_)
                if not self.wanted.isdisjoint(credited(self.network, block)):
                    # without its transactions, which are megabytes
                    hashes = [{"hash": row["hash"]} for row in inside]
                    self.giving.append({**block, "transactions": hashes})
                if inside and may_hold(block.get("logsBloom"), self.kinds, self.words):
                    self.filled.append(block["hash"])
                self.named += self._may_name(block) if inside else []
                for row in inside:
                    if self.wanted & {str(row.get(side) or "").lower() for side in ("from", "to")}:
                        found.add(_place(row, "hash"))
                if inside and self.traces:
                    found |= self._moved_inside(number_, inside)
        return found

    def _may_name(self, block: Mapping[str, Any]) -> list[tuple[str, Within]]:
        """The logs without an account among their topics that a block's filter leaves room for."""
        bloom, ours = block.get("logsBloom"), WITHIN.get(self.network, ())
        self.within = self.within or [(mask_of(each.kind), mask_of(each.contract)) for each in ours]
        return [
            (block["hash"], each)
            for each, (kind, contract) in zip(ours, self.within, strict=True)
            if may_hold(bloom, [kind], [contract])
        ]

    def credited(self, owned: Collection[str], below: int) -> Iterator[RawTransaction]:
        """What blocks below a height gave beside their transactions, in order; each once."""
        while self.giving and number(self.giving[0]["number"]) < below:
            yield fetch_credits(self.node, self.network, self.giving.pop(0), owned)

    def _transactions(self, block: object, asked: int) -> list[Mapping[str, Any]]:
        """The transactions of a block, whole and in order; it follows the one asked for before."""
        if isinstance(block, Mapping) and _is_number(block.get("number"), asked):
            rows, follows = block.get("transactions"), block.get("parentHash")
            if block.get("withdrawalsRoot") and not isinstance(block.get("withdrawals"), list):
                raise SourceUnavailable(f"{self.node.host} leaves withdrawals out of its blocks")
            if self.parent is not None and follows not in {None, self.parent}:
                raise SourceUnavailable(f"{self.node.host} answered blocks of two chains")
            self.parent = block.get("hash")
            if isinstance(rows, list) and all(_is_at(row, n, asked) for n, row in enumerate(rows)):
                return rows
        raise SourceUnavailable(f"{self.node.host} did not answer block {asked} as asked")

    def _moved_inside(self, block: int, rows: Sequence[Mapping[str, Any]]) -> set[Place]:
        """The transactions of a block whose call frames carried value from or to an address."""
        # one block at a time: the trace of a full block is tens of megabytes
        (answer,) = self.node.ask_each(
            [("debug_traceBlockByNumber", [hex(block), {"tracer": "callTracer"}])]
        )
        if isinstance(answer, NodeError) or not isinstance(answer, list):
            if self.traced:
                raise SourceUnavailable(f"{self.node.host} traced other blocks, and not {block}")
            self.traces = False
            return set()
        self.traced = True
        roots = _roots(answer, rows)
        places = {str(row["hash"]).lower(): _place(row, "hash") for row in rows}
        must = {str(row["hash"]).lower() for row in rows if row.get("from") != _NOBODY}
        if not must <= roots.keys() <= places.keys():
            raise SourceUnavailable(
                f"{self.node.host} has other transactions in block {block} than it traces there"
            )
        return {places[txid] for txid, root in roots.items() if self._touches(root)}

    def _touches(self, root: Mapping[str, Any]) -> bool:
        moves = steps(root, 0)
        return any(
            isinstance(move, NativeMove)
            and not self.wanted.isdisjoint((move.sender, move.recipient))
            for move in moves
        )


def _word(address_: str) -> str:
    """An address as a topic of a log."""
    return "0x" + address_[2:].rjust(64, "0")


def _roots(traces: Sequence[object], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The outermost frame of each traced transaction; older nodes give them by order alone."""
    roots = {}
    for n, traced in enumerate(traces):
        if not isinstance(traced, Mapping) or not isinstance(traced.get("result"), Mapping):
            continue
        by_order = rows[n]["hash"] if len(traces) == len(rows) else ""
        roots[str(traced.get("txHash") or by_order).lower()] = traced["result"]
    return roots


def _is_number(text: object, wanted: int) -> bool:
    try:
        return number(text) == wanted
    except ValueError:
        return False


def _is_at(row: object, index: int, block: int) -> bool:
    """Whether a row is the transaction at a place of a block, so that none is left out before."""
    return (
        isinstance(row, Mapping)
        and isinstance(row.get("hash"), str)
        and _is_number(row.get("transactionIndex"), index)
        and _is_number(row.get("blockNumber"), block)
    )


def _place(row: Mapping[str, Any], key: str) -> Place:
    return number(row["blockNumber"]), number(row["transactionIndex"]), str(row[key]).lower()


def _filter_of(within: Within) -> dict[str, object]:
    return {"address": within.contract, "topics": [[within.kind]]}


def _word_of(log: Mapping[str, Any], place: int) -> str:
    """A word of a log's data in lower case; empty where it has none, which is nobody's."""
    return str(log.get("data") or "")[2 + 64 * place : 66 + 64 * place].lower()


def _fits(log: object, asked: Mapping[str, object], first: int, last: int) -> bool:
    """Whether a log is one that was asked for: of the range and the filter, and not taken back."""
    if not isinstance(log, Mapping) or log.get("removed"):
        return False
    topics, given = asked["topics"], log.get("topics") or ()
    assert isinstance(topics, list)
    try:
        if address(log.get("address")) != asked.get("address", address(log.get("address"))):
            return False
        inside = first <= number(log.get("blockNumber")) <= last
        _place(log, "transactionHash")
    except (KeyError, ValueError):
        return False
    return (
        inside
        and len(given) >= len(topics)
        and all(
            wanted is None or (isinstance(wanted, list) and str(topic).lower() in wanted)
            for topic, wanted in zip(given, topics, strict=False)
        )
    )
