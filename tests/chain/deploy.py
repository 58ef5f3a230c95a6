"""Sends transactions in blocks of a fixed order, deploys our contracts, reads their state and logs.

    with Anvil(chain_id=1) as node:
        chain = Chain(node)
        token = chain.deploy("Token", "USD Coin", "USDC", 6)
        chain.transact(token.transaction("mint", alice, 10**6, sender=chain.owner))
        token.call("balanceOf", alice)
        front, victim, back = chain.block(t1, t2, t3, timestamp=…, coinbase=…)

A `Transaction` is a value; nothing happens until `Chain.transact` or `Chain.block` mines it.
Time never runs by itself: each block is `block_interval` seconds after the one before it unless a
`timestamp` is given, so that a recording is the same every time.
"""

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import eth_abi
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tests.chain.anvil import Anvil, RpcError

ARTEFACTS = Path(__file__).parents[1] / "contracts" / "artefacts"
DEFAULT_GAS = 3_000_000
MAXIMUM = 2**256 - 1
Abi = Mapping[str, Any]


class Reverted(Exception):
    """A transaction that had to succeed failed; the message has the contract's reason."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What to send. `to` None creates a contract; `priority_fee` in wei, None: the chain's own.

    The gas limit is explicit, so that a transaction that fails is still mined and pays its fee.
    """

    sender: str
    to: str | None
    data: bytes = b""
    value: int = 0
    gas: int = DEFAULT_GAS
    priority_fee: int | None = None

    def with_gas(self, gas: int) -> "Transaction":
        """The same with another gas limit; too small a limit makes it fail for want of gas."""
        return replace(self, gas=gas)

    def with_priority_fee(self, priority_fee: int) -> "Transaction":
        """The same with another priority fee in wei."""
        return replace(self, priority_fee=priority_fee)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of a mined transaction; `logs` as the node gives them, `fee` in wei."""

    hash: str
    block: int
    timestamp: int
    succeeded: bool
    gas_used: int
    gas_price: int
    contract_address: str | None
    logs: tuple[Mapping[str, Any], ...] = field(repr=False)

    @property
    def fee(self) -> int:
        """What the sender paid for execution, in wei."""
        return self.gas_used * self.gas_price

    @property
    def topics(self) -> list[str]:
        """topic0 of each log, in order."""
        return [log["topics"][0] for log in self.logs]


def canonical_type(item: Abi) -> str:
    """The type of an ABI item as it is hashed and encoded: tuples spelled out."""
    kind = str(item["type"])
    if not kind.startswith("tuple"):
        return kind
    inside = ",".join(canonical_type(part) for part in item["components"])
    return f"({inside}){kind.removeprefix('tuple')}"


def signature(item: Abi) -> str:
    """`name(type,type)` of a function or event of an ABI."""
    return f"{item['name']}({','.join(canonical_type(part) for part in item['inputs'])})"


def topic(event_signature: str) -> str:
    """topic0 of an event signature such as `Transfer(address,address,uint256)`."""
    return "0x" + keccak(text=event_signature).hex()


@dataclass(frozen=True, slots=True)
class Artefact:
    """A compiled contract: its ABI by name, and its creation code."""

    name: str
    functions: Mapping[str, Abi]
    events: Mapping[str, Abi]
    constructor: Sequence[Abi]
    bytecode: bytes


@functools.cache
def load_artefact(name: str) -> Artefact:
    """The committed artefact of a contract; FileNotFoundError for an unknown name."""
    content = json.loads((ARTEFACTS / f"{name}.json").read_text())
    by_type: dict[str, list[Abi]] = {}
    for item in content["abi"]:
        by_type.setdefault(item["type"], []).append(item)
    constructor = by_type.get("constructor", [{"inputs": []}])[0]
    return Artefact(
        name,
        {item["name"]: item for item in by_type.get("function", [])},
        {item["name"]: item for item in by_type.get("event", [])},
        constructor["inputs"],
        bytes.fromhex(content["bytecode"].removeprefix("0x")),
    )


@functools.cache
def _encoder(contract: str, function: str) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    item = load_artefact(contract).functions[function]
    inputs = tuple(canonical_type(part) for part in item["inputs"])
    outputs = tuple(canonical_type(part) for part in item["outputs"])
    return keccak(text=signature(item))[:4], inputs, outputs


def decode_log(event: Abi, log: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a log by name; addresses in lower case as eth_abi gives them."""
    indexed = [part for part in event["inputs"] if part["indexed"]]
    plain = [part for part in event["inputs"] if not part["indexed"]]
    values: dict[str, Any] = {}
    for part, word in zip(indexed, log["topics"][1:], strict=True):
        values[part["name"]] = eth_abi.decode([canonical_type(part)], bytes.fromhex(word[2:]))[0]
    data = bytes.fromhex(log["data"][2:])
    decoded = eth_abi.decode([canonical_type(part) for part in plain], data)
    values.update({part["name"]: value for part, value in zip(plain, decoded, strict=True)})
    return values


@dataclass(frozen=True, slots=True)
class Contract:
    """A deployed contract of ours on one chain. Its address is checksummed."""

    chain: "Chain" = field(repr=False)
    artefact: str
    address: str

    def encode(self, function: str, *arguments: Any) -> bytes:
        """Call data of a function; KeyError for a function that the contract does not have."""
        selector, inputs, _ = _encoder(self.artefact, function)
        return selector + eth_abi.encode(inputs, _plain(arguments))

    def transaction(
        self,
        function: str,
        *arguments: Any,
        sender: str,
        value: int = 0,
        gas: int = DEFAULT_GAS,
    ) -> Transaction:
        """A transaction that calls the function; `value` in wei. A Contract may be an argument."""
        return Transaction(sender, self.address, self.encode(function, *arguments), value, gas)

    def call(self, function: str, *arguments: Any, block: int | str = "latest") -> Any:
        """What a view answers at a block: one value, or a tuple of several."""
        outputs = _encoder(self.artefact, function)[2]
        data = "0x" + self.encode(function, *arguments).hex()
        at = hex(block) if isinstance(block, int) else block
        answer = self.chain.node.rpc("eth_call", {"to": self.address, "data": data}, at)
        values = eth_abi.decode(outputs, bytes.fromhex(answer[2:]))
        return values[0] if len(values) == 1 else values

    def logs(self, receipt: Receipt, event: str) -> list[dict[str, Any]]:
        """The arguments of each log of that event that this contract made in the transaction."""
        item = load_artefact(self.artefact).events[event]
        wanted = topic(signature(item))
        return [
            decode_log(item, log)
            for log in receipt.logs
            if log["topics"][0] == wanted and log["address"].lower() == self.address.lower()
        ]


def _plain(value: Any) -> Any:
    if isinstance(value, Contract):
        return value.address
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(part) for part in value)
    return value


class Chain:
    """One node with its clock, its fees and its blocks.

    `accounts` are checksummed; `owner` (the last account) deploys and owns our contracts and is
    never part of a fund. `priority_fee` (wei) is what transactions pay that do not say otherwise.
    """

    def __init__(self, node: Anvil, block_interval: int = 12, priority_fee: int = 10**9) -> None:
        self.node = node
        self.block_interval = block_interval
        self.priority_fee = priority_fee
        self.base_fee = node.base_fee
        self.accounts = tuple(to_checksum_address(account) for account in node.accounts)
        self.owner = self.accounts[-1]
        self.time = node.timestamp
        self.height = 0

    @property
    def chain_id(self) -> int:
        """The EIP-155 number of the chain."""
        return self.node.chain_id

    def block(
        self,
        *transactions: Transaction,
        timestamp: int | None = None,
        coinbase: str | None = None,
        base_fee: int | None = None,
        may_fail: bool = False,
    ) -> tuple[Receipt, ...]:
        """Mines one block of exactly these transactions in this order; their receipts.

        `coinbase` and `base_fee` (wei) hold from this block on. A failed transaction raises
        Reverted unless `may_fail`; it is mined either way. RpcError, and no block, when the node
        refuses one (the sender cannot pay for it).
        """
        if coinbase is not None:
            self.node.rpc("anvil_setCoinbase", coinbase)
        if base_fee is not None:
            self.base_fee = base_fee
        hashes = self._queue(transactions)
        self.time = self.time + self.block_interval if timestamp is None else timestamp
        self.node.rpc("anvil_setNextBlockBaseFeePerGas", hex(self.base_fee))
        self.node.rpc("evm_mine", {"timestamp": self.time})
        self.height += 1
        if not transactions:
            return ()
        receipts = tuple(
            self._receipt(raw) for raw in self.node.rpc("eth_getBlockReceipts", hex(self.height))
        )
        mined = [receipt.hash for receipt in receipts]
        assert mined == hashes, "a transaction was left out of the block or out of order"
        if not may_fail:
            for receipt in receipts:
                if not receipt.succeeded:
                    raise Reverted(self.revert_reason(receipt.hash))
        return receipts

    def transact(self, transaction: Transaction, **options: Any) -> Receipt:
        """Mines one transaction in a block of its own; options as for `block`."""
        return self.block(transaction, **options)[0]

    def deploy(
        self, artefact: str, *arguments: Any, sender: str | None = None, value: int = 0
    ) -> Contract:
        """Deploys a contract of tests/contracts with its constructor's arguments."""
        compiled = load_artefact(artefact)
        types = [canonical_type(part) for part in compiled.constructor]
        data = compiled.bytecode + eth_abi.encode(types, _plain(arguments))
        receipt = self.transact(
            Transaction(sender or self.owner, None, data, value, gas=20_000_000)
        )
        assert receipt.contract_address is not None
        return Contract(self, artefact, receipt.contract_address)

    def at(self, artefact: str, address: str) -> Contract:
        """A contract that another contract deployed, by the name of its artefact."""
        return Contract(self, artefact, to_checksum_address(address))

    def balance(self, account: str, block: int | str = "latest") -> int:
        """Native balance in wei."""
        at = hex(block) if isinstance(block, int) else block
        return int(self.node.rpc("eth_getBalance", account, at), 16)

    def set_balance(self, account: str, wei: int) -> None:
        """Gives an account a native balance out of nothing."""
        self.node.rpc("anvil_setBalance", account, hex(wei))

    @contextmanager
    def acting_as(self, account: str) -> Iterator[None]:
        """Within it, transactions may be sent from any address, a contract's too."""
        self.node.rpc("anvil_impersonateAccount", account)
        try:
            yield
        finally:
            self.node.rpc("anvil_stopImpersonatingAccount", account)

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Undoes on leaving whatever the chain did inside it."""
        snapshot, base_fee = self.snapshot(), self.base_fee
        try:
            yield
        finally:
            self.revert(snapshot)
            self.base_fee = base_fee

    def snapshot(self) -> str:
        """The number of a snapshot, for `revert`."""
        return str(self.node.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Goes back to a snapshot, which is used up; the clock goes back too."""
        self.node.rpc("evm_revert", snapshot)
        head = self.node.rpc("eth_getBlockByNumber", "latest", False)
        self.time, self.height = int(head["timestamp"], 16), int(head["number"], 16)

    def revert_reason(self, transaction_hash: str) -> str:
        """Why a mined transaction failed, in the contract's words where it gave any."""
        trace = self.node.rpc("debug_traceTransaction", transaction_hash, {"tracer": "callTracer"})
        reason = trace.get("revertReason") or trace.get("error") or "no reason given"
        return f"{transaction_hash}: {reason}"

    def _queue(self, transactions: Sequence[Transaction]) -> list[str]:
        try:
            return [
                self.node.rpc("eth_sendTransaction", self._wire(transaction))
                for transaction in transactions
            ]
        except RpcError:
            # What was queued before the refused one must not slip into the next block.
            self.node.rpc("anvil_dropAllTransactions")
            raise

    def _wire(self, transaction: Transaction) -> dict[str, Any]:
        fee = self.priority_fee if transaction.priority_fee is None else transaction.priority_fee
        wire = {
            "from": transaction.sender,
            "value": hex(transaction.value),
            "gas": hex(transaction.gas),
            "data": "0x" + transaction.data.hex(),
            "maxPriorityFeePerGas": hex(fee),
            "maxFeePerGas": hex(self.base_fee + fee),
        }
        if transaction.to is not None:
            wire["to"] = transaction.to
        return wire

    def _receipt(self, raw: Mapping[str, Any]) -> Receipt:
        created = raw.get("contractAddress")
        return Receipt(
            raw["transactionHash"],
            int(raw["blockNumber"], 16),
            self.time,
            int(raw["status"], 16) == 1,
            int(raw["gasUsed"], 16),
            int(raw["effectiveGasPrice"], 16),
            to_checksum_address(created) if created else None,
            tuple(raw["logs"]),
        )


def pay(sender: str, to: str, value: int) -> Transaction:
    """A plain payment of native coin, in wei."""
    return Transaction(sender, to, b"", value, gas=100_000)


def approve_all(spender: str, tokens: Iterable[Contract], sender: str) -> list[Transaction]:
    """Transactions that let a spender take without limit from the sender, one a token."""
    return [
        token.transaction("approve", spender, MAXIMUM, sender=sender, gas=100_000)
        for token in tokens
    ]
