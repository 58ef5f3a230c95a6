"""Reading: a node's answers about one transaction go in, an activity with exact movements comes out; pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ledger.chains.evm.balances import PROTOCOL, token_residuals
from ledger.chains.evm.fees import Parts, fee_parts
from ledger.chains.evm.frames import (
    NativeMove,
    Step,
    address,
    differences,
    listed_moves,
    number,
    steps,
)
from ledger.chains.evm.logs import TokenMove, Wrapping, read_log, token_moves
from ledger.chains.networks import Network, network_named
from ledger.model.activity import Activity, Fee, Log, Status, Transfer, TransferOrigin
from ledger.model.asset import native
from ledger.model.errors import BadInput
from ledger.model.evidence import RawTransaction
from ledger.model.problem import Problem

#: OP stack and Scroll deposits carry `mint`; Arbitrum's deposits credit their value to the sender.
_ARBITRUM_DEPOSIT: Final = 0x64
#: A transfer to an account without code; with more gas a contract may have moved value further.
_PLAIN_GAS: Final = 21_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Gnosis `AddedReceiver(uint256,address,address)` of the block reward: credited when the block ends.
_GNOSIS_CREDIT: Final = (
    "0x481c034c6d9441db23ea48de68bcae812c5d39ba",
    "0x3c798bbcf33115b42c728b8504cff11dd58736e9fa789f1cda2738db7d696b2a",
)
#: Polygon `Deposit(address,address,uint256,uint256,uint256)` of the native coin's contract.
_POLYGON_CREDIT: Final = (
    "0x0000000000000000000000000000000000001010",
    "0x4e2ca0515ed1aef1395f66b5303bb5d6f1bf9d61a353fa53f73f8ac9973fa9f6",
)
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


def read(raw: RawTransaction) -> tuple[Activity, tuple[Problem, ...]]:
    """The activity of a transaction and the problems of its evidence; total: no input raises.

    Transfers touch any party: native value of the call frames (failed ones and delegate calls left
    out), tokens of ERC-20, ERC-721 and ERC-1155 logs, wrapped native coins, and residual transfers
    from or to `protocol` for what the balances show beyond these. `proven` is False for native value
    that neither a trace nor a state difference confirms.
    """
    activity_id = f"{raw.network}/tx:{raw.txid}"
    try:
        answers = raw.answers()
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


@dataclass(slots=True)
class _Natives:
    """Native movements by place: steps in order, credits before them; whether anything proves them."""

    steps: list[Step]
    placed: bool
    proven: bool
    credits: list[NativeMove] = field(default_factory=list)
    residuals: list[NativeMove] = field(default_factory=list)

    def moves(self) -> list[NativeMove]:
        return [*self.credits, *(step for step in self.steps if step is not None)]


class _Reading:
    """One transaction while it is read."""

    def __init__(self, raw: RawTransaction, activity_id: str, answers: Mapping[str, Any]) -> None:
        self.raw, self.id, self.answers = raw, activity_id, answers
        self.network: Network = network_named(raw.network)
        self.transaction: Mapping[str, Any] = answers["transaction"]
        self.receipt: Mapping[str, Any] = answers["receipt"]
        self.block: Mapping[str, Any] = answers["block"]
        self._check_identity()
        self.timestamp = number(self.block["timestamp"])
        self.kind = number(self.transaction.get("type") or "0x0")
        self.caller = address(self.transaction["from"])
        target = self.transaction.get("to")
        self.called = address(target) if target else ""
        self.calls: Mapping[str, Any] | None = answers.get("calls") or None
        self.state: Mapping[str, Any] | None = answers.get("state_diff") or None
        self.status: Status = "succeeded" if self._succeeded() else "failed"
        self.problems: list[Problem] = []

    def _check_identity(self) -> None:
        asked, block = self.raw.txid.lower(), str(self.receipt["blockHash"]).lower()
        hashes = (self.transaction["hash"], self.receipt["transactionHash"])
        if any(str(given).lower() != asked for given in hashes):
            raise ValueError("the answers are about another transaction")
        blocks = (self.transaction["blockHash"], self.block["hash"])
        if any(str(given).lower() != block for given in blocks):
            raise ValueError("the answers are about different blocks")

    def _succeeded(self) -> bool:
        status = self.receipt.get("status")
        if status is not None:
            return number(status) == 1
        return self.calls is None or self.calls.get("error") is None

    def activity(self) -> tuple[Activity, tuple[Problem, ...]]:
        logs = self._logs()
        parts, lacking = fee_parts(self.network, self.transaction, self.receipt, self.timestamp)
        natives = self._natives(len(logs))
        self._credit(natives, logs)
        parts = self._settle(natives, parts, lacking)
        tokens = self._tokens(natives, logs)
        transfers = self._transfers(natives, tokens, logs)
        selector = str(self.transaction.get("input") or "0x")[:10].lower()
        quantity = sum(part for _, part in parts)
        fee = Fee(self.caller, native(self.network.id), quantity, parts) if quantity else None
        activity = Activity(
            self.id,
            self.network.id,
            self.raw.txid.lower(),
            datetime.fromtimestamp(self.timestamp, UTC),
            (self.raw.id,),
            transfers,
            tuple(logs),
            fee,
            self.status,
            number(self.receipt["blockNumber"]),
            number(self.receipt["transactionIndex"]),
            self.caller,
            self.called or address(self.receipt.get("contractAddress") or "0x" + "0" * 40),
            selector if len(selector) == 10 else "",
            address(self.block.get("miner") or "0x" + "0" * 40),
        )
        return activity, tuple(self.problems)

    def _problem(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, self.id))

    def _logs(self) -> list[Log]:
        logs = []
        for row in self.receipt.get("logs") or ():
            try:
                logs.append(read_log(row))
            except _UNREADABLE as fault:
                message = f"a log cannot be read: {str(fault)[:120]}"
                self._problem("transaction_unreadable", message)
        return sorted(logs, key=lambda log: log.index)

    # ---- native value

    def _natives(self, logs: int) -> _Natives:
        """What the best source at hand says of native value: frames, an explorer's list, the transaction."""
        if self.calls is not None:
            found, placed = steps(self.calls, logs)
            return _Natives(found, placed, proven=True)
        if self.status == "failed":
            return _Natives([], placed=False, proven=True)
        plain = number(self.receipt["gasUsed"]) == _PLAIN_GAS and not logs
        proven = self.state is not None or plain
        moves: list[Step] = []
        value = number(self.transaction.get("value") or "0x0")
        if value:
            recipient = self.called or address(self.receipt["contractAddress"])
            moves.append(NativeMove(self.caller, recipient, value))
        if self.answers.get("internal"):
            moves += listed_moves(self.answers["internal"])
        if not proven:
            message = "the node has no traces: native value moved inside calls may be missing"
            self._problem("unproven_quantity", message)
        return _Natives(moves, placed=False, proven=proven)

    def _credit(self, natives: _Natives, logs: Sequence[Log]) -> None:
        """Native value that the network credits by its rules, as far as the evidence says it."""
        mint = self.transaction.get("mint")
        if mint:
            quantity = number(mint)
        elif self.kind == _ARBITRUM_DEPOSIT and self.state is None:
            quantity = number(self.transaction.get("value") or "0x0")
        else:
            quantity = 0
        if quantity:
            natives.credits.append(NativeMove(PROTOCOL, self.caller, quantity))
        for log in logs:
            place = (log.address, log.topics[0] if log.topics else "")
            if self.network.chain_id == 100 and place == _GNOSIS_CREDIT and len(log.data) == 66:
                natives.credits.append(_credit(log.topics[1], log.data))
            elif self.network.chain_id == 137 and place == _POLYGON_CREDIT and len(log.data) > 66:
                natives.credits.append(_credit(log.topics[2], log.data[:66]))

    def _settle(self, natives: _Natives, parts: Parts, lacking: bool) -> Parts:
        """Compare movements and fee with the state difference; the rest becomes residual movements."""
        if self.state is None:
            if lacking:
                message = f"the receipt has no l1Fee, which {self.network.name} charges"
                self._problem("incomplete_receipt", message)
            return parts
        rest = defaultdict(int, differences(self.state))
        for move in natives.moves():
            rest[move.sender] += move.quantity
            rest[move.recipient] -= move.quantity
        rest[self.caller] += sum(part for _, part in parts)
        for credit in natives.credits:
            late = credit.sender == PROTOCOL and rest[credit.recipient] == -credit.quantity
            if late and credit.recipient != self.caller:
                rest[credit.recipient] = 0  # credited when the block ends, after this transaction
        if lacking and rest[self.caller] < 0:
            parts = (*parts, ("l1", -rest[self.caller]))
            rest[self.caller] = 0
        self._leave_out_fees(rest, sum(part for _, part in parts))
        rest.pop(PROTOCOL, None)
        natives.residuals = [
            NativeMove(PROTOCOL, account, left)
            if left > 0
            else NativeMove(account, PROTOCOL, -left)
            for account, left in sorted(rest.items())
            if left
        ]
        return parts

    def _leave_out_fees(self, rest: defaultdict[str, int], fee: int) -> None:
        """Fees arrive at the producer and the network's accounts: that is their income, no transfer."""
        producer = str(self.block.get("miner") or "").lower()
        for account in (producer, *sorted(self.network.fee_accounts)):
            if 0 < rest.get(account, 0) <= fee:
                fee -= rest.pop(account)

    # ---- tokens

    def _tokens(self, natives: _Natives, logs: Sequence[Log]) -> dict[int, tuple[TokenMove, ...]]:
        """Token movements by the index of their log; residual ones stand at −1."""
        rows = self.answers.get("balances") or ()
        not_tokens = frozenset(
            str(contract).lower() for contract in self.answers.get("not_tokens") or ()
        )
        wrapping = Wrapping(self.network, natives.moves(), logs, not_tokens)
        by_first = self._logged_by_first_contracts(logs)
        found: dict[int, tuple[TokenMove, ...]] = {}
        for log in logs:
            try:
                moves = token_moves(self.network, log)
            except ValueError as fault:
                self._problem("transaction_unreadable", f"log {log.index}: {str(fault)[:120]}")
                continue
            wrapped = wrapping.move(log)
            if wrapped is not None:
                moves = (wrapped,)
            if moves and log.address in self.network.aliases:
                if by_first[moves[0]] > 0:
                    by_first[moves[0]] -= 1
                    continue
            if moves:
                found[log.index] = moves
        everything = [move for moves in found.values() for move in moves]
        residuals, lying = token_residuals(self.network, everything, logs, rows)
        for contract in lying:
            message = f"{contract} logs a Transfer that its balances contradict"
            self._problem("lying_log", message)
        found[-1] = tuple(residuals)
        return found

    def _logged_by_first_contracts(self, logs: Sequence[Log]) -> Counter[TokenMove]:
        """Movements that the first contract of a shared balance logs, so that its twin's are not counted."""
        firsts = set(self.network.aliases.values())
        counted: Counter[TokenMove] = Counter()
        for log in logs:
            if log.address in firsts:
                counted.update(token_moves(self.network, log))
        return counted

    # ---- all together

    def _transfers(
        self, natives: _Natives, tokens: Mapping[int, tuple[TokenMove, ...]], logs: Sequence[Log]
    ) -> tuple[Transfer, ...]:
        """Every movement in the order of execution; without places, native value before tokens."""
        transfers: list[Transfer] = []
        coin = native(self.network.id)

        def add_native(move: NativeMove, origin: TransferOrigin) -> None:
            transfers.append(
                Transfer(
                    len(transfers),
                    coin,
                    move.quantity,
                    move.sender,
                    move.recipient,
                    origin,
                    None,
                    natives.proven,
                )
            )

        def add_tokens(index: int) -> None:
            origin: TransferOrigin = "residual" if index < 0 else "log"
            place = None if index < 0 else index
            for move in tokens.get(index, ()):
                parties = (move.sender, move.recipient)
                transfers.append(
                    Transfer(len(transfers), move.asset, move.quantity, *parties, origin, place)
                )

        for credit in natives.credits:
            add_native(credit, "residual")
        unplaced = iter(logs)
        for step in natives.steps:
            if step is None:
                add_tokens(next(unplaced).index)
            else:
                add_native(step, "call")
        for log in unplaced:
            add_tokens(log.index)
        for move in natives.residuals:
            add_native(move, "residual")
        add_tokens(-1)
        return tuple(transfers)


def _credit(topic: str, word: str) -> NativeMove:
    return NativeMove(PROTOCOL, "0x" + topic[26:], int(word, 16))
