"""What a block gives beside its transactions: a block goes in, evidence and an activity come out.

Withdrawals of validators (EIP-4895: `index`, `validatorIndex`, `address`, `amount` in gwei) raise
balances after the last transaction; the producer gets of each transaction what its gas paid over
the base fee (EIP-1559). Neither has a transaction, a log or a call.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.chains.evm.blocks import hash_of
from ledger.chains.evm.fees import burnt, is_paid_by_gas
from ledger.chains.evm.frames import address, number
from ledger.chains.networks import Network, network_named
from ledger.model.activity import SYSTEM_ADDRESS, Activity, Transfer
from ledger.model.asset import native
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import RawTransaction, canonical_json
from ledger.model.problem import Problem
from ledger.transport import Asked, Node, NodeError

#: Networks whose withdrawals are no coin: a contract pays a token out when it is asked to
#: (gnosischain/specs, execution/withdrawals.md; Gnosis and Chiado).
_BY_CONTRACT: Final = frozenset({"eip155:100", "eip155:10200"})
#: After every transaction of the block, before what is seen of balances at its end.
_AFTER_TRANSACTIONS: Final = 2**31 - 2
_GWEI: Final = 10**9


def credited(network: str, block: Mapping[str, Any]) -> frozenset[str]:
    """The addresses to which a block gives coin beside its transactions."""
    found = {str(row.get("address")).lower() for row in withdrawals(network, block)}
    if block.get("transactions"):
        found.add(str(block.get("miner") or "").lower())
    return frozenset(found)


def withdrawals(network: str, block: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The withdrawals of a block that are paid in coin; none before Shanghai."""
    rows = block.get("withdrawals")
    if network in _BY_CONTRACT or not isinstance(rows, list):
        return ()
    return [row for row in rows if isinstance(row, Mapping)]


def fetch_credits(
    node: Node, network: str, block: Mapping[str, Any], owned: Collection[str]
) -> RawTransaction:
    """The evidence of what a block gives: its header, and what its gas paid an owned producer.

    Raises SourceUnavailable where the node's receipts are not those of the block.
    """
    found = hash_of(node, block, number(block["number"]))
    header = {name: value for name, value in block.items() if name != "transactions"}
    said: dict[str, Any] = {"blockHash": found, "blockNumber": block["number"]}
    hashes = [str(row.get("hash")).lower() for row in block.get("transactions") or ()]
    if hashes and str(block.get("miner") or "").lower() in owned:
        said["paid"] = _paid(node, hashes)
    body = {"transaction": None, "receipt": None, "block": header, "credits": said}
    return RawTransaction(network, found, canonical_json(body))


def _paid(node: Node, hashes: Sequence[str]) -> list[dict[str, object]]:
    """Hash, gas and its price of each transaction of a block, by its receipt."""
    asked: list[Asked] = [("eth_getTransactionReceipt", [each]) for each in hashes]
    rows = []
    for txid, receipt in zip(hashes, node.ask_each(asked), strict=True):
        if isinstance(receipt, NodeError):
            raise receipt
        if not isinstance(receipt, Mapping) or str(receipt.get("transactionHash")).lower() != txid:
            raise SourceUnavailable(f"{node.host} does not know the receipts of its own blocks")
        names = ("transactionHash", "gasUsed", "effectiveGasPrice")
        rows.append({name: receipt.get(name) for name in names})
    return rows


def read_credits(
    raw: RawTransaction, activity_id: str, answers: Mapping[str, Any]
) -> tuple[Activity, tuple[Problem, ...]]:
    """Each withdrawal as a transfer from the system's address, and the producer's from `protocol`.

    Raises ValueError, KeyError or TypeError for answers that are none of a block.
    """
    block = answers["block"]
    if str(block["hash"]).lower() != raw.txid.lower():
        raise ValueError("the answers are about another block")
    coin, producer = native(raw.network), address(block["miner"])
    moves = [
        (SYSTEM_ADDRESS, address(row["address"]), number(row["amount"]) * _GWEI)
        for row in withdrawals(raw.network, block)
    ]
    problems: tuple[Problem, ...] = ()
    if "paid" in answers["credits"]:
        fees = _fees(network_named(raw.network), block, answers["credits"]["paid"])
        moves.append((PROTOCOL, producer, fees or 0))
        if fees is None:
            message = "what this network gives the producer of a block is not read: it may be more"
            problems = (Problem("unproven_quantity", message, activity_id),)
    moves = [move for move in moves if move[2]]
    transfers = tuple(
        Transfer(place, coin, quantity, sender, recipient, "residual")
        for place, (sender, recipient, quantity) in enumerate(moves)
    )
    activity = Activity(
        activity_id,
        raw.network,
        raw.txid.lower(),
        datetime.fromtimestamp(number(block["timestamp"]), UTC),
        (raw.id,),
        transfers,
        block=number(block["number"]),
        index=_AFTER_TRANSACTIONS,
        caller=SYSTEM_ADDRESS,
        called=SYSTEM_ADDRESS,
        producer=producer,
    )
    return activity, problems


def _fees(
    network: Network, block: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> int | None:
    """What gas paid the producer; None where a block gives more, or gives it to others."""
    if not is_paid_by_gas(network, block):
        return None
    paid = (number(each["gasUsed"]) * number(each["effectiveGasPrice"]) for each in rows)
    return sum(paid) - sum(burnt(block, each) for each in rows)
