"""The sample fund's files come in; values of the ledger's model leave, ready to be imported."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from ledger.model.evidence import Answer, Question, RawTransaction, canonical_json
from ledger.model.fund import Fund, StrategyRule, Wallet, WalletId

#: The statements, each with the label of the wallet that its rows belong to; None: rows name it.
STATEMENTS: Final = (
    ("kraken-ledgers.csv", "kraken"),
    ("kraken-stat-arb-ledgers.csv", "kraken stat-arb"),
    ("exchange-transfers.csv", None),
    ("manual.csv", None),
)
PRICES: Final = "prices.csv"
#: Where the answers of the sample come from.
SOURCE: Final = "sample"


@dataclass(frozen=True, slots=True)
class File:
    """A statement: `owner` is the label of the wallet whose account it is, None where rows say."""

    name: str
    body: bytes
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything that the books of the sample fund are kept from."""

    fund: Fund
    wallets: tuple[Wallet, ...]
    transactions: tuple[RawTransaction, ...]
    answers: tuple[Answer, ...]
    statements: tuple[File, ...]
    prices: File


def load() -> Sample:
    """The sample as it was recorded: some 3,500 transactions, 110 MB in memory."""
    wallets, fund = _fund()
    return Sample(
        fund=fund,
        wallets=wallets,
        transactions=tuple(_transactions()),
        answers=tuple(_answers()),
        statements=tuple(File(name, _body(name), owner) for name, owner in STATEMENTS),
        prices=File(PRICES, _body(PRICES)),
    )


def _fund() -> tuple[tuple[Wallet, ...], Fund]:
    content = json.loads(_body("fund.json"))
    wallets = tuple(
        Wallet(row["network"], row["address"], row["label"], row["strategy"])
        for row in content["wallets"]
    )
    said = content["fund"]
    return wallets, Fund(
        name=said["title"],
        base_currency=said["base_currency"],
        regime=said["regime"],
        method=said["method"],
        scope=said["scope"],
        valuation_time=said["valuation_time"],
        strategy_rules=tuple(_rule(row) for row in content["strategy_rules"]),
    )


def _rule(row: dict[str, str]) -> StrategyRule:
    wallet = row.get("wallet")
    return StrategyRule(
        row["strategy"],
        None if wallet is None else WalletId(wallet),
        row.get("contract"),
        row.get("kind"),
        row.get("protocol"),
    )


def _transactions() -> Iterator[RawTransaction]:
    for row in _rows("transactions.jsonl.gz"):
        yield RawTransaction(row["network"], row["txid"], canonical_json(row["body"]))


def _answers() -> Iterator[Answer]:
    """Tokens as `{"symbol","decimals"}` or null; balances as `{"quantity","source","time"}`."""
    for row in _rows("answers.jsonl.gz"):
        question = Question(row["kind"], row["subject"], row.get("block"))
        if row["kind"] == "token":
            known = row["decimals"] is not None
            body = {"symbol": row["symbol"], "decimals": row["decimals"]} if known else None
        else:
            body = {"quantity": row["quantity"], "source": SOURCE, "time": row["time"]}
        yield Answer(question, canonical_json(body), SOURCE)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for line in gzip.decompress(_body(name)).splitlines():
        yield json.loads(line)


def _body(name: str) -> bytes:
    return resources.files("api.demo").joinpath(name).read_bytes()
