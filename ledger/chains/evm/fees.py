"""The network fee: a transaction and its receipt go in, the fee with its named parts comes out."""

from collections.abc import Mapping
from typing import Any, Final

from ledger.chains.evm.frames import number
from ledger.chains.networks import Network

#: Deposits from the network below, retries and system transactions: nobody pays for them here.
UNPAID_TYPES: Final = frozenset({0x64, 0x68, 0x69, 0x6A, 0x7E})
_BLOB_TYPE: Final = 0x3
#: From here on the operator fee of the OP stack counts whole units (Jovian, mainnets).
_JOVIAN: Final = 1_764_691_201

Parts = tuple[tuple[str, int], ...]


def fee_parts(
    network: Network, transaction: Mapping[str, Any], receipt: Mapping[str, Any], timestamp: int
) -> tuple[Parts, bool]:
    """The parts of the fee in base units, and whether the receipt leaves one open.

    execution = gas used × effective gas price; `blob` for transactions of type 3 (EIP-4844); `l1`
    and `operator` on the OP stack (Isthmus: constant + scalar × gas / 10⁶, Jovian: constant +
    scalar × gas × 100), `l1` on Scroll. An L1 fee that a network of other rules states may be in
    the gas already: only balances tell.
    """
    kind = number(transaction.get("type") or "0x0")
    if kind in UNPAID_TYPES:
        return (), False
    gas = number(receipt["gasUsed"])
    price = receipt.get("effectiveGasPrice") or transaction.get("gasPrice") or "0x0"
    parts = [("execution", gas * number(price))]
    if kind == _BLOB_TYPE and receipt.get("blobGasPrice"):
        used = number(receipt.get("blobGasUsed") or "0x0")
        parts.append(("blob", used * number(receipt["blobGasPrice"])))
    l1_fee = receipt.get("l1Fee")
    if network.l1_fee == "none":
        return _positive(parts), bool(l1_fee) and number(l1_fee) > 0
    if l1_fee:
        parts.append(("l1", number(l1_fee)))
    if network.l1_fee == "op":
        parts.append(("operator", _operator_fee(receipt, gas, timestamp)))
    return _positive(parts), not l1_fee


def is_paid_by_gas(network: Network, block: Mapping[str, Any]) -> bool:
    """Whether the producer of a block gets what gas paid over the base fee, and no more.

    That is so since the merge, which left a difficulty of zero, and where no contract collects it.
    """
    by_rule = network.l1_fee == "none" and not network.mirrors
    merged = block.get("difficulty") == "0x0"
    return by_rule and merged and block.get("baseFeePerGas") is not None


def burnt(block: Mapping[str, Any], receipt: Mapping[str, Any]) -> int:
    """What nobody gets of the gas of a transaction: the base fee (EIP-1559)."""
    return number(receipt["gasUsed"]) * number(block["baseFeePerGas"])


def total(parts: Parts) -> int:
    """The whole fee."""
    return sum([part for _, part in parts])


def _operator_fee(receipt: Mapping[str, Any], gas: int, timestamp: int) -> int:
    scalar = number(receipt.get("operatorFeeScalar") or "0x0")
    constant = number(receipt.get("operatorFeeConstant") or "0x0")
    if timestamp >= _JOVIAN or receipt.get("daFootprintGasScalar") is not None:
        return constant + scalar * gas * 100
    return constant + scalar * gas // 10**6


def _positive(parts: list[tuple[str, int]]) -> Parts:
    return tuple([part for part in parts if part[1]])
