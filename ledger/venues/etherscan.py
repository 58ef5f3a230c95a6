"""Lines of the Etherscan family's exports enter; chain activities leave, one a transaction.

Normal, internal, token and NFT rows of one transaction are joined, whoever exported them. Wraps of
the native coin are rebuilt: WETH9 logs no Transfer for them, so the token export lacks them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal

from ledger.chains.networks import NETWORKS, network_named
from ledger.model.activity import Activity, Fee
from ledger.model.asset import AssetId, contract_of, erc20, native, non_fungible
from ledger.model.errors import BadAmount
from ledger.model.evidence import StatementLine
from ledger.model.fund import Wallet
from ledger.model.problem import Problem
from ledger.shapes import ZERO_ADDRESS
from ledger.venues._figures import optional_units, unix_time
from ledger.venues._statements import (
    NO_FACTS,
    Desk,
    Facts,
    Layout,
    Lines,
    Movements,
    Reading,
    RowFault,
    distinct,
    layout_by_names,
    statement_lines,
)
from ledger.venues._tables import Table

NAME: Final = "etherscan"

#: Names of the columns, as they drift, → the one name used here; see `_canonical` for the rest.
_NAMES: Final[Mapping[str, str]] = {
    "transaction hash": "hash",
    "txhash": "hash",
    "datetime (utc)": "datetime",
    "token id": "tokenid",
    "value": "tokenvalue",
}
_HEAD: Final = frozenset({"hash", "unixtimestamp", "from"})
_MAYBE: Final = frozenset({"blockno", "datetime", "privatenote", "errcode"})
_TOKEN: Final = _HEAD | {"to", "contractaddress", "tokenname", "tokensymbol"}
_VALUES: Final = frozenset({"value_in", "value_out", "status"})
LAYOUTS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "transactions": (
        _HEAD | _VALUES | {"to", "contractaddress", "txnfee"},
        _MAYBE | {"currentvalue", "txnfee_usd", "historical", "method"},
    ),
    "internal": (
        _HEAD | _VALUES | {"txto", "parenttxfrom", "parenttxto"},
        _MAYBE | {"contractaddress", "parenttx_value", "currentvalue", "historical", "type"},
    ),
    "erc20": (_TOKEN | {"tokenvalue"}, _MAYBE | {"usdvaluedayoftx"}),
    "nft": (_TOKEN | {"tokenid"}, _MAYBE | {"type", "quantity"}),
}

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")
_HASH: Final = re.compile(r"0x[0-9a-f]{64}")
_SELECTOR: Final = re.compile(r"0x[0-9a-f]{8}")
_COIN: Final = re.compile(r"value_in\(([a-z0-9]{1,10})\)")
#: Calls that run in the caller's own place: their value is the caller's, seen a second time.
_NO_VALUE_CALLS: Final = frozenset({"delegatecall", "staticcall", "callcode"})
_RENAMED_COINS: Final = {"matic": "pol"}

#: Where a movement stands in its transaction, as far as the exports tell.
_Step = Literal[0, 1, 2, 3]


@dataclass(frozen=True, slots=True, order=True)
class _Move:
    """A movement that rows state; the same movement in two exports is one."""

    step: _Step
    asset: AssetId
    quantity: int
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of an export, read; `move` is None where nothing moved."""

    line: StatementLine
    owner: Wallet
    txid: str
    time: datetime
    block: int
    move: _Move | None
    caller: str = ""
    called: str = ""
    selector: str = ""
    fee: Fee | None = None
    failed: bool = False


def layout_of(header: tuple[str, ...]) -> Layout | None:
    """`transactions`, `internal`, `erc20` or `nft`, by their names without prices and coins."""
    return layout_by_names(tuple(map(_canonical, header)), LAYOUTS)


def lines(table: Table, layout: str, owner: str) -> Lines:
    """The rows of a table; the owner is given, or stands in the file's name, else none is taken."""
    given = _ADDRESS.findall(owner) or _ADDRESS.findall(table.name)
    if len(set(given)) != 1:
        message = "the file does not say whose it is: give the wallet"
        where = (table.name, table.name, table.header_line)
        return Lines((), (Problem("unknown_wallet", message, *where),))
    whose = owner.lower() if _ADDRESS.search(owner) else given[0].lower()
    return statement_lines(NAME, table, layout, whose)


def read(
    lines: Sequence[StatementLine], wallets: Mapping[str, Wallet], assets: Facts = NO_FACTS
) -> Reading:
    """One activity a transaction, with the id that the chain's own reading of it has."""
    desk = Desk(NAME, wallets, assets)
    every = distinct(lines)
    read_row = partial(_row, _owners(every, wallets))
    rows = desk.each([(line,) for line in every], read_row)
    transactions: defaultdict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        transactions[row.owner.network, row.txid].append(row)
    return desk.reading(_activity(group) for group in transactions.values())


# ---- whose -------------------------------------------------------------------------------------


def _owners(lines: Iterable[StatementLine], wallets: Mapping[str, Wallet]) -> dict[str, Wallet]:
    """The wallet of each owner: the fund's, else one on the network whose coin its exports name."""
    coins: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        coins[line.owner] |= {found[1] for name, _ in line.cells if (found := _coin(name))}
    owners: dict[str, Wallet] = {}
    for owner, named in coins.items():
        head, _, address = owner.rpartition(":")
        mine = sorted(
            wallet
            for wallet in wallets.values()
            if wallet.address == address and (not head or wallet.network == head)
        )
        network = head or _network_of_coin(min(named, default="eth"))
        owners[owner] = mine[0] if mine else Wallet(network, address, f"{network}:{address}")
    return owners


def _network_of_coin(coin: str) -> str:
    """The network whose coin it is; Ethereum where several have it or none does."""
    symbol = _RENAMED_COINS.get(coin, coin).upper()
    found = [network.id for network in NETWORKS.values() if network.symbol == symbol]
    return found[0] if len(found) == 1 else "eip155:1"


def _coin(name: str) -> re.Match[str] | None:
    return _COIN.fullmatch(name.strip().lower())


# ---- rows --------------------------------------------------------------------------------------


def _canonical(name: str) -> str:
    """A column's name without what changes from file to file: coin, price, zone."""
    lower = name.strip().lower()
    if lower in _NAMES:
        return _NAMES[lower]
    if lower == "txnfee(usd)":
        return "txnfee_usd"
    for stem in ("value_in", "value_out", "txnfee", "currentvalue", "historical"):
        if lower.startswith(stem):
            return stem
    return "parenttx_value" if lower.startswith("parenttx") and "_value" in lower else lower


def _row(owners: Mapping[str, Wallet], group: Sequence[StatementLine], desk: Desk) -> _Row:
    """A row of any of the four exports; raises BadInput."""
    line = group[0]
    owner = desk.account(owners[line.owner])
    cells = {_canonical(name): text.strip() for name, text in line.cells if name}
    txid = cells["hash"].lower()
    if _HASH.fullmatch(txid) is None:
        raise RowFault("bad_row", f"{txid[:40]!r} is no transaction hash")
    block = cells.get("blockno", "")
    if not (block.isascii() and block.isdigit() and len(block) <= 15) and block:
        raise RowFault("bad_row", f"{block[:40]!r} is no block number")
    head = (line, owner, txid, unix_time(cells["unixtimestamp"]), int(block or 0))
    if line.layout == "transactions":
        return _transaction(head, cells)
    if line.layout == "internal":
        return _internal(head, cells)
    sender, recipient = _party(cells["from"]), _party(cells["to"])
    contract = _party(cells["contractaddress"])
    if line.layout == "nft":
        asset, quantity = _non_fungible(cells, owner.network, contract)
        desk.decimals(asset)
    else:
        asset = erc20(owner.network, contract)
        quantity = _units(cells["tokenvalue"], desk.decimals(asset, cells["tokensymbol"]))
    return _Row(*head, _moved(2, (asset, quantity), (sender, recipient), owner))


_Head = tuple[StatementLine, Wallet, str, datetime, int]


def _transaction(head: _Head, cells: Mapping[str, str]) -> _Row:
    """A row of the normal transactions: `Error(1)` is an inner failure, the value has moved."""
    owner = head[1]
    caller = _party(cells["from"])
    called = _party(cells["to"] or cells["contractaddress"])
    status = cells["status"]
    failed = status.startswith("Error(0)")
    if not failed and status not in {"", "0", "Error(1)"}:
        raise RowFault("bad_row", f"{status[:40]!r} is no status of a transaction")
    coin = native(owner.network)
    move = None if failed else _valued(cells, (0, coin), (caller, called), owner)
    method = cells.get("method", "").lower()
    return _Row(
        *head,
        move,
        caller,
        called,
        method if _SELECTOR.fullmatch(method) else "",
        Fee(caller, coin, _units(cells["txnfee"], 18)),
        failed,
    )


def _internal(head: _Head, cells: Mapping[str, str]) -> _Row:
    """A row of the internal transactions: value that contracts sent."""
    owner = head[1]
    parties = (_party(cells["from"]), _party(cells["txto"] or cells.get("contractaddress", "")))
    caller, called = cells["parenttxfrom"], cells["parenttxto"]
    stands = cells["status"] in {"", "0"} and cells.get("type", "").lower() not in _NO_VALUE_CALLS
    move = _valued(cells, (1, native(owner.network)), parties, owner) if stands else None
    return _Row(*head, move, _party(caller), _party(called) if called else "")


def _valued(
    cells: Mapping[str, str], what: tuple[_Step, AssetId], parties: tuple[str, str], owner: Wallet
) -> _Move | None:
    """The native value of a row: what came in or went out, told by its own column."""
    came, went = _units(cells["value_in"], 18), _units(cells["value_out"], 18)
    for value, side in ((went, parties[0]), (came, parties[1])):
        if value and side != owner.address:
            raise RowFault("unknown_wallet", f"the row is not of the wallet {owner.address}")
    return _moved(what[0], (what[1], came or went), parties, owner)


def _moved(
    step: _Step, amount: tuple[AssetId, int], parties: tuple[str, str], owner: Wallet
) -> _Move | None:
    """A movement of the owner; None for zero. Raises RowFault for a row of somebody else."""
    if not amount[1]:
        return None
    if owner.address not in parties:
        raise RowFault("unknown_wallet", f"the row is not of the wallet {owner.address}")
    return _Move(step, *amount, *parties)


def _non_fungible(cells: Mapping[str, str], network: str, contract: str) -> tuple[AssetId, int]:
    """The token and how many of it moved; files without `Type` are of ERC-721."""
    token, kind = cells["tokenid"], cells.get("type") or "721"
    if kind not in {"721", "1155"}:
        raise RowFault("bad_row", f"{kind[:40]!r} is no type of token")
    if not (token.isascii() and token.isdigit() and len(token) <= 78):
        raise RowFault("bad_row", f"{token[:40]!r} is no token id")
    asset = non_fungible(network, f"erc{kind}", contract, int(token))
    return asset, _units(cells.get("quantity") or "1", 0)


def _units(text: str, decimals: int) -> int:
    """Whole base units of a cell that must have a number; raises BadAmount."""
    quantity = optional_units(text, decimals)
    if quantity is None or quantity < 0:
        raise BadAmount(f"{text[:40]!r} is no quantity")
    return quantity


def _party(text: str) -> str:
    """An address in lower case; raises RowFault."""
    if _ADDRESS.fullmatch(text) is None:
        raise RowFault("bad_row", f"{text[:60]!r} is no address")
    return text.lower()


# ---- transactions ------------------------------------------------------------------------------


def _activity(rows: Sequence[_Row]) -> Activity:
    """The activity of one transaction: each movement as often as the fullest export has it."""
    network = rows[0].owner.network
    often: defaultdict[_Move, int] = defaultdict(int)
    for row in rows:
        if row.move:
            times = 1 if row.line.layout == "transactions" else row.line.occurrence
            often[row.move] = max(often[row.move], times)
    stated = [move for move in sorted(often) for _ in range(often[move])]
    owners = {row.owner.address for row in rows}
    moves = Movements()
    for move in sorted([*stated, *_wraps(stated, owners, network)]):
        moves.add(move.asset, move.quantity, move.sender, move.recipient)
    known = min(rows, key=lambda row: (row.fee is None, not row.caller, row.line.id))
    return Activity(
        id=f"{network}/tx:{known.txid}",
        network=network,
        txid=known.txid,
        time=known.time,
        evidence=tuple(sorted(row.line.id for row in rows)),
        transfers=moves.transfers(),
        fee=known.fee,
        status="failed" if known.failed else "succeeded",
        block=max(row.block for row in rows),
        caller=known.caller,
        called=known.called,
        selector=known.selector,
    )


def _wraps(moves: Sequence[_Move], owners: set[str], network: str) -> list[_Move]:
    """The token side of each wrap and unwrap of an owner, where no row of a token export has it."""
    wrapped = network_named(network).wrapped
    if not wrapped:
        return []
    token, coin = erc20(network, wrapped), native(network)
    stated = [move for move in moves if contract_of(move.asset) == wrapped]
    made: list[_Move] = []
    for move in moves:
        if move.asset != coin or wrapped not in {move.sender, move.recipient}:
            continue
        into = move.recipient == wrapped
        owner = move.sender if into else move.recipient
        parties = (ZERO_ADDRESS, owner) if into else (owner, ZERO_ADDRESS)
        side = _Move(2, token, move.quantity, *parties)
        if side in stated:
            stated.remove(side)
        elif owner in owners:
            made.append(side)
    return made
