"""Fetching: a transaction's hash goes in, a node's answers about it come out verbatim."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from ledger.chains.evm.ahead import logs_ahead
from ledger.chains.evm.balances import UNPROVEN_TOKENS
from ledger.chains.evm.logs import DEPOSIT, WITHDRAWAL
from ledger.chains.evm.multicall import ask_alone, ask_together, asked_together
from ledger.chains.networks import Network, network_named
from ledger.model.errors import BadInput, SourceUnavailable
from ledger.model.evidence import RawTransaction, canonical_json
from ledger.transport import Asked, Node, NodeError

_HASH: Final = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
_CALLS: Final = {"tracer": "callTracer", "tracerConfig": {"withLog": True}}
_STATE: Final = {
    "tracer": "prestateTracer",
    "tracerConfig": {"diffMode": True, "disableCode": True},
}
_GROUP: Final = 16
_CONTRACTS_MAX: Final = 64
BALANCE_OF: Final = "0x70a08231"
DECIMALS: Final = "0x313ce567"


def fetch_transaction(
    node: Node, network: str, txid: str, owned: Collection[str] = ()
) -> RawTransaction:
    """The node's answers about one transaction; traces are null where the node has none.

    With `owned` addresses the body has `balances` too: what `balanceOf` answered before and at the
    block for each of them that the transaction names, of every token that logged or was called;
    and, where the node has no traces, `native_balances` of them before and at the block.
    `unproven` says what could not be compared: `tokens` where the node refused one of these
    questions, and owners named by the transaction whose coin another one of the block moves too.
    `not_tokens` names contracts that log like a wrapped coin and are no token. A hash that the node
    does not know gives null answers, which `read` turns into a problem. Raises SourceUnavailable;
    BadInput for a text that is no hash.
    """
    return next(fetch_transactions(node, network, [txid], owned))


def fetch_transactions(
    node: Node, network: str, txids: Sequence[str], owned: Collection[str] = ()
) -> Iterator[RawTransaction]:
    """As `fetch_transaction` for each hash, in their order, asked in groups."""
    place = network_named(network)
    hashes = [txid.lower() for txid in txids]
    for txid in hashes:
        if _HASH.fullmatch(txid) is None:
            raise BadInput(f"{txid[:80]!r} is no transaction hash")
    for start in range(0, len(hashes), _GROUP):
        yield from _group(node, place, hashes[start : start + _GROUP], owned)


def _group(
    node: Node, network: Network, txids: Sequence[str], owned: Collection[str]
) -> Iterator[RawTransaction]:
    asked: list[Asked] = []
    for txid in txids:
        asked.append(("eth_getTransactionByHash", [txid]))
        asked.append(("eth_getTransactionReceipt", [txid]))
        asked.append(("debug_traceTransaction", [txid, _CALLS]))
        asked.append(("debug_traceTransaction", [txid, _STATE]))
    answers = node.ask_each(asked)
    bodies = []
    for place, txid in enumerate(txids):
        transaction, receipt, calls, state = answers[4 * place : 4 * place + 4]
        for answer in (transaction, receipt):
            if isinstance(answer, NodeError):
                raise answer
        _check(node, txid, transaction, receipt)
        bodies.append(
            {
                "transaction": transaction,
                "receipt": receipt,
                "block": None,
                "calls": _trace(calls, "type"),
                "state_diff": _trace(state, "pre"),
            }
        )
    _add_headers(node, bodies)
    for txid, body in zip(txids, bodies, strict=True):
        if body["receipt"] is not None:
            _add_token_proofs(node, network, body, owned)
        yield RawTransaction(network.id, txid, canonical_json(body))


def _check(node: Node, txid: str, transaction: object, receipt: object) -> None:
    """A node behind a balancer may answer about something else, or by halves: no evidence."""
    if transaction is None and receipt is not None:
        raise SourceUnavailable(f"{node.host} knows a receipt and not its transaction")
    for answer, key in ((transaction, "hash"), (receipt, "transactionHash")):
        if answer is None:
            continue
        if not isinstance(answer, Mapping) or str(answer.get(key)).lower() != txid:
            raise SourceUnavailable(
                f"{node.host} answered about another transaction than was asked"
            )


def _trace(answer: object, key: str) -> object:
    """A trace, or None where the node has none or answers in another form."""
    return answer if isinstance(answer, Mapping) and key in answer else None


def _add_headers(node: Node, bodies: Sequence[dict[str, Any]]) -> None:
    """The header of each body's block, by hash: a reorganised chain cannot mix two blocks."""
    hashes = sorted({str(body["receipt"]["blockHash"]) for body in bodies if body["receipt"]})
    asked = [("eth_getBlockByHash", [block_hash, False]) for block_hash in hashes]
    for block_hash, header in zip(hashes, node.ask_many(asked) if asked else (), strict=True):
        if not isinstance(header, Mapping) or header.get("hash") != block_hash:
            raise SourceUnavailable(
                f"{node.host} does not know the block of a transaction it knows"
            )
        slim = {name: value for name, value in header.items() if name != "transactions"}
        for body in bodies:
            if body["receipt"] and body["receipt"]["blockHash"] == block_hash:
                body["block"] = slim


def _add_token_proofs(
    node: Node, network: Network, body: dict[str, Any], owned: Collection[str]
) -> None:
    """Balances of owned addresses around the block, and look-alikes of a wrapped coin."""
    logs = [log for log in body["receipt"].get("logs") or () if isinstance(log, Mapping)]
    alike = {
        str(log.get("address")).lower()
        for log in logs
        if len(log.get("topics") or ()) == 2 and log["topics"][0] in {DEPOSIT, WITHDRAWAL}
    } - {network.wrapped}
    if alike:
        asked = [("eth_call", [{"to": each, "data": DECIMALS}, "latest"]) for each in sorted(alike)]
        answers = zip(sorted(alike), node.ask_each(asked), strict=True)
        body["not_tokens"] = [each for each, answer in answers if _says_no(answer)]
    if not owned:
        return
    named = canonical_json(body).decode().lower()
    owners = sorted(each.lower() for each in owned if each.lower()[2:] in named)
    unproven: list[str] = []
    if body["calls"] is None and body["state_diff"] is None:
        rows = _native_balances(node, network, body, sorted(each.lower() for each in owned))
        if rows:
            body["native_balances"] = rows
        unproven += sorted(set(owners) - {row["owner"] for row in rows})
    contracts = _asked_contracts(network, body, logs)
    if owners and contracts:
        token_rows, refused, others = _balances(node, network, body, contracts, owners)
        if token_rows:
            body["balances"] = token_rows
        if ahead := logs_ahead(body["receipt"], others):
            body["ahead"] = ahead
        unproven += [UNPROVEN_TOKENS] if refused else []
    if unproven:
        body["unproven"] = unproven


def _asked_contracts(
    network: Network, body: Mapping[str, Any], logs: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Contracts that may keep a token's balances: those that logged, then those called."""
    found = [str(log.get("address")).lower() for log in logs]
    found.append(str(body["transaction"].get("to") or "").lower())
    frames = [body["calls"]] if isinstance(body["calls"], Mapping) else []
    while frames:
        frame = frames.pop()
        inner = [call for call in frame.get("calls") or () if isinstance(call, Mapping)]
        called = (call for call in inner if call.get("type") == "CALL")
        found += [str(call.get("to")).lower() for call in called]
        frames += inner
    distinct = [each for each in dict.fromkeys(found) if len(each) == 42]
    return [each for each in distinct if each not in network.mirrors][:_CONTRACTS_MAX]


def _native_balances(
    node: Node, network: Network, body: Mapping[str, Any], owners: Sequence[str]
) -> list[dict[str, str]]:
    """Native balances before and at the block, of those whom no other transaction of it names.

    The proof where no trace is to be had; as good as the block is quiet for these owners.
    """
    receipt = body["receipt"]
    block = receipt["blockNumber"]
    asked: list[Asked] = [("eth_getBlockByHash", [receipt["blockHash"], True])]
    for owner in owners:
        asked += [
            ("eth_getBalance", [owner, hex(int(block, 16) - 1)]),
            ("eth_getBalance", [owner, block]),
        ]
    full, *answers = ask_together(node, network, asked)
    if not isinstance(full, Mapping):
        return []
    others = [
        row
        for row in full.get("transactions") or ()
        if isinstance(row, Mapping) and row.get("hash") != receipt["transactionHash"]
    ]
    busy = {str(row.get(side) or "").lower() for row in others for side in ("from", "to")}
    busy |= {str(row.get("address")).lower() for row in full.get("withdrawals") or ()}
    busy.add(str(full.get("miner") or "").lower())
    return [
        {"owner": owner, "before": was, "after": became}
        for owner, was, became in zip(owners, answers[::2], answers[1::2], strict=True)
        if owner not in busy and isinstance(was, str) and isinstance(became, str)
    ]


def _balances(
    node: Node,
    network: Network,
    body: Mapping[str, Any],
    contracts: Sequence[str],
    owners: Sequence[str],
) -> tuple[list[dict[str, str]], bool, list[Mapping[str, Any]]]:
    """Rows of what `balanceOf` answered of tokens, at the two blocks before and at the block.

    A contract without decimals is no token: staking contracts answer `balanceOf` too. Left out is
    what another transaction of the block touched, for the balances are those of a whole block.
    Beside them, whether the node refused a question, as one that keeps no old states does, and what
    other transactions of the block made these contracts log.
    """
    receipt = body["receipt"]
    number = int(receipt["blockNumber"], 16)
    blocks = [hex(max(number - back, 0)) for back in (2, 1, 0)]
    pairs = [(contract, owner) for contract in contracts for owner in owners]
    asked: list[Asked] = [
        ("eth_getLogs", [{"blockHash": receipt["blockHash"], "address": list(contracts)}])
    ]
    asked += [("eth_call", [{"to": each, "data": DECIMALS}, blocks[-1]]) for each in contracts]
    for contract, owner in pairs:
        call = {"to": contract, "data": BALANCE_OF + owner[2:].rjust(64, "0")}
        asked += [("eth_call", [call, block]) for block in blocks]
    answers = asked_together(node, network, asked)
    first = 1 + len(contracts)
    ask_alone(node, asked, answers, range(first))
    logs, stated = answers[0], answers[1:first]
    if not isinstance(logs, list):
        return [], True, []
    refused = all(_is_refused(answer) for answer in stated)
    tokens = {each for each, answer in zip(contracts, stated, strict=True) if _is_word(answer)}
    triples = [3 * n + first for n, (contract, _) in enumerate(pairs) if contract in tokens]
    ask_alone(node, asked, answers, [place + n for place in triples for n in range(3)])
    said = iter(answers[first:])
    others = [
        log
        for log in logs
        if isinstance(log, Mapping) and log.get("transactionHash") != receipt["transactionHash"]
    ]
    busy = {str(log.get("address")).lower() for log in others}
    elsewhere = {
        (str(log.get("address")).lower(), "0x" + str(topic).lower()[-40:])
        for log in others
        for topic in log.get("topics") or ()
    }
    rows = []
    for (contract, owner), *three in zip(pairs, said, said, said, strict=True):
        if contract not in tokens or (contract, owner) in elsewhere:
            continue
        refused = refused or any(_is_refused(answer) for answer in three)
        if all(_is_units(answer) for answer in three):
            row = dict(zip(("earlier", "before", "after"), three, strict=True))
            if contract in busy:  # another transaction may have moved every balance: a rebase
                del row["earlier"]
            rows.append({"contract": contract, "owner": owner, **row})
    return rows, refused, others


def _says_no(answer: object) -> bool:
    """Whether a contract has no such function; trouble of the node is raised instead."""
    if isinstance(answer, NodeError) and not answer.reverted:
        raise answer
    return not _is_word(answer)


def _is_refused(answer: object) -> bool:
    """Whether the node gave no answer, as without the state of a block, and not the contract."""
    return isinstance(answer, NodeError) and not answer.reverted


def _is_units(answer: object) -> bool:
    """A number of units; `0x` is the answer where the contract did not stand yet."""
    return _is_word(answer) or answer == "0x"


def _is_word(answer: object) -> bool:
    return isinstance(answer, str) and len(answer) == 66
