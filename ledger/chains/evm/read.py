"""Reading: a node's answers about one transaction go in, an activity comes out; pure and total."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter, lt
from typing import Any, Final

from ledger.chains.evm.answers import answers_of
from ledger.chains.evm.balances import UNPROVEN_TOKENS, token_residuals
from ledger.chains.evm.calls import calls_of
from ledger.chains.evm.credits import read_credits
from ledger.chains.evm.fees import fee_parts, total
from ledger.chains.evm.frames import NativeMove, address, number
from ledger.chains.evm.logs import (
    TELLING,
    ZERO_ADDRESS,
    TokenMove,
    Wrapping,
    read_log,
    read_plain_logs,
    token_moves,
)
from ledger.chains.evm.natives import Natives, native_moves, settle
from ledger.chains.networks import Network, network_named
from ledger.model.activity import Activity, Fee, Log, Status, Transfer, TransferOrigin
from ledger.model.asset import native
from ledger.model.errors import BadInput
from ledger.model.evidence import RawTransaction
from ledger.model.problem import Problem

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    OverflowError,
    OSError,
    RecursionError,
    BadInput,
)
#: Token movements by the index of their log; residual ones stand at −1.
_ByLog = Mapping[int, tuple[TokenMove, ...]]
_RESIDUAL: Final = -1


def read(raw: RawTransaction) -> tuple[Activity, tuple[Problem, ...]]:
    """The activity of a transaction and the problems of its evidence; total: no input raises.

    Transfers touch any party: native value of the call frames (failed ones and delegate calls left
    out), tokens of ERC-20, ERC-721 and ERC-1155 logs, wrapped native coins, and residual transfers
    from or to `protocol` for what the balances show beyond these. `proven` is False for native
    value that neither a trace nor balances confirm. Of a block's evidence they are what it gave
    beside its transactions.
    """
    activity_id = f"{raw.network}/tx:{raw.txid}"
    try:
        answers = answers_of(raw)
        if answers.get("credits") is not None:
            activity_id = f"{raw.network}/block:{raw.txid}"
            return read_credits(raw, activity_id, answers)
        if answers.get("transaction") is None or answers.get("receipt") is None:
            message = f"the node knows no transaction {raw.txid} in a block"
            problem = Problem("transaction_not_found", message, activity_id)
            return _empty(raw, activity_id), (problem,)
        return _Reading(raw, activity_id, answers).activity()
    except _UNREADABLE as fault:
        message = f"{type(fault).__name__}: {str(fault)[:200]}"
        problem = Problem("transaction_unreadable", message, activity_id)
        return _empty(raw, activity_id), (problem,)


def _empty(raw: RawTransaction, activity_id: str) -> Activity:
    return Activity(activity_id, raw.network, raw.txid, _EPOCH, (raw.id,))


class _Reading:
    """One transaction while it is read."""

    def __init__(self, raw: RawTransaction, activity_id: str, answers: Mapping[str, Any]) -> None:
        self.raw, self.id, self.answers = raw, activity_id, answers
        self.network: Network = network_named(raw.network)
        self.transaction: Mapping[str, Any] = answers["transaction"]
        self.receipt: Mapping[str, Any] = answers["receipt"]
        self.block: Mapping[str, Any] = answers["block"]
        self._check_identity()
        self.status = self._status()
        self.problems: list[Problem] = []

    def _check_identity(self) -> None:
        asked, block = self.raw.txid.lower(), str(self.receipt["blockHash"]).lower()
        given, received = self.transaction["hash"], self.receipt["transactionHash"]
        if str(given).lower() != asked or str(received).lower() != asked:
            raise ValueError("the answers are about another transaction")
        within, stated = self.transaction["blockHash"], self.block["hash"]
        if str(within).lower() != block or str(stated).lower() != block:
            raise ValueError("the answers are about different blocks")

    def _status(self) -> Status:
        """By the receipt; before Byzantium it has none, and the trace says it."""
        stated = self.receipt.get("status")
        if stated is not None:
            return "succeeded" if number(stated) == 1 else "failed"
        calls = self.answers.get("calls") or {}
        return "succeeded" if calls.get("error") is None else "failed"

    def activity(self) -> tuple[Activity, tuple[Problem, ...]]:
        """Everything put together."""
        logs = self._logs()
        timestamp = number(self.block["timestamp"])
        natives = native_moves(self.network, self.answers, self.status, logs)
        natives, fee = self._settled(natives, timestamp)
        transfers = self._transfers(natives, self._tokens(natives, logs), logs)
        called = self.transaction.get("to") or self.receipt.get("contractAddress")
        selector = str(self.transaction.get("input") or "0x")[:10].lower()
        activity = Activity(
            self.id,
            self.network.id,
            self.raw.txid.lower(),
            datetime.fromtimestamp(timestamp, UTC),
            (self.raw.id,),
            tuple(transfers),
            tuple(logs),
            fee,
            self.status,
            number(self.receipt["blockNumber"]),
            number(self.receipt["transactionIndex"]),
            address(self.transaction["from"]),
            address(called) if called else "",
            selector if len(selector) == 10 else "",
            address(self.block.get("miner") or ZERO_ADDRESS),
            calls=calls_of(self.transaction, self.answers.get("calls"), address(called))
            if called
            else (),
        )
        return activity, tuple(self.problems)

    def _problem(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, self.id))

    def _logs(self) -> list[Log]:
        rows = self.receipt.get("logs") or ()
        logs = read_plain_logs(rows)
        if logs is None:
            logs = self._readable_logs(rows)
        places = [log.index for log in logs]
        if all(map(lt, places, places[1:])):
            return logs
        if len({*places}) != len(places):
            raise ValueError("two logs of the receipt have one index")
        return sorted(logs, key=attrgetter("index"))

    def _readable_logs(self, rows: Iterable[Mapping[str, Any]]) -> list[Log]:
        """The logs that can be read, each by itself, and a problem for any other."""
        logs = []
        for row in rows:
            try:
                logs.append(read_log(row))
            except _UNREADABLE as fault:
                message = f"a log cannot be read: {str(fault)[:120]}"
                self._problem("transaction_unreadable", message)
        return logs

    def _settled(self, natives: Natives, timestamp: int) -> tuple[Natives, Fee | None]:
        """Native value with its residuals, and the fee: both stand in the same balances."""
        parts, lacking = fee_parts(self.network, self.transaction, self.receipt, timestamp)
        natives, parts, lacking = settle(
            natives, self.network, self.answers, parts, lacking=lacking
        )
        if lacking:
            message = f"the receipt does not settle the l1Fee that {self.network.name} charges"
            self._problem("incomplete_receipt", message)
        unproven = set(self.answers.get("unproven") or ())
        if not natives.proven and (not natives.checked or unproven - {UNPROVEN_TOKENS}):
            message = "the node has no traces: native value moved inside calls may be missing"
            self._problem("unproven_quantity", message)
        if UNPROVEN_TOKENS in unproven:
            message = "the node states no balances of that block: tokens may move without a log"
            self._problem("unproven_quantity", message)
        quantity = total(parts)
        if not quantity:
            return natives, None
        payer = address(self.transaction["from"])
        return natives, Fee(payer, native(self.network.id), quantity, parts)

    def _tokens(self, natives: Natives, logs: Sequence[Log]) -> _ByLog:
        telling = [log for log in logs if log.topics and log.topics[0] in TELLING]
        wrapping: Wrapping | None = None
        by_first = self._logged_by_first_contracts(telling)
        found: dict[int, tuple[TokenMove, ...]] = {}
        for log in telling:
            try:
                moves = token_moves(self.network, log)
            except ValueError as fault:
                self._problem("transaction_unreadable", f"log {log.index}: {str(fault)[:120]}")
                continue
            if len(log.topics) == 2:
                wrapping = wrapping or self._wrapping(natives, telling)
                wrapped = wrapping.move(log)
                moves = moves if wrapped is None else (wrapped,)
            if not moves:
                continue
            if log.address in self.network.aliases and by_first[moves[0]] > 0:
                by_first[moves[0]] -= 1
            else:
                found[log.index] = moves
        if rows := self.answers.get("balances"):
            found[_RESIDUAL] = self._beyond_logs(found, logs, rows)
        return found

    def _beyond_logs(
        self, moves: _ByLog, logs: Sequence[Log], rows: Sequence[Mapping[str, Any]]
    ) -> tuple[TokenMove, ...]:
        """What balances show that logs do not, and a problem for each contract that lies."""
        everything = chain.from_iterable(moves.values())
        residuals, lying = token_residuals(self.network, everything, logs, rows)
        for contract in lying:
            message = f"{contract} logs a Transfer that its balances contradict"
            self._problem("lying_log", message)
        return tuple(residuals)

    def _wrapping(self, natives: Natives, logs: Sequence[Log]) -> Wrapping:
        """What tells apart the logs of a wrapped coin: few transactions have any."""
        stated = self.answers.get("not_tokens") or ()
        not_tokens = frozenset(str(contract).lower() for contract in stated)
        return Wrapping(self.network, natives.moves(), logs, not_tokens)

    def _logged_by_first_contracts(self, logs: Sequence[Log]) -> defaultdict[TokenMove, int]:
        """What the first contract of a shared balance logs: its twin's log of it does not count."""
        counted: defaultdict[TokenMove, int] = defaultdict(int)
        for log in logs:
            if log.address in self.network.firsts:
                for move in token_moves(self.network, log):
                    counted[move] += 1
        return counted

    def _transfers(self, natives: Natives, tokens: _ByLog, logs: Sequence[Log]) -> list[Transfer]:
        """Every movement in the order of execution; without places, native value before tokens."""
        transfers: list[Transfer] = []
        coin = native(self.network.id)

        def add(move: NativeMove, origin: TransferOrigin) -> None:
            sender, recipient, quantity, _ = move
            proven = natives.is_proven(move)
            transfers.append(
                Transfer(len(transfers), coin, quantity, sender, recipient, origin, None, proven)
            )

        def add_tokens(moves: Iterable[TokenMove], origin: TransferOrigin, log: int | None) -> None:
            for asset, sender, recipient, quantity in moves:
                transfers.append(
                    Transfer(len(transfers), asset, quantity, sender, recipient, origin, log)
                )

        for credit in natives.credits:
            add(credit, "residual")
        unplaced = iter(logs)
        for step in natives.steps:
            if step is not None:
                add(step, "call")
            elif (index := next(unplaced).index) in tokens:
                add_tokens(tokens[index], "log", index)
        for log in unplaced:
            if log.index in tokens:
                add_tokens(tokens[log.index], "log", log.index)
        for residual in natives.residuals:
            add(residual, "residual")
        add_tokens(tokens.get(_RESIDUAL, ()), "residual", None)
        return transfers
