"""Histories in a few words for tests: a transaction's evidence says what `moves.activity` takes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from ledger.books import History, Stated, keep_books
from ledger.model.asset import Asset
from ledger.model.evidence import RawTransaction, canonical_json, content_id
from ledger.model.fund import Policy, Wallet
from ledger.model.position import Observation, Quote
from ledger.venues import partita_csv
from tests.ledger import moves
from tests.ledger.protocols.registry import PROTOCOLS

#: Tokens of these tests have no decimals unless a test says so: a quantity is whole units.
NAMES = ("A", "B", "S", "R", "aA", "dA", "LP")


def transaction(number, text="", logs=(), network=moves.NETWORK, **said):
    """Transaction `number`, in a block and a minute of its own.

    `logs` are (index, emitter, topic, indexed…, data) as `moves.log` takes them.
    """
    told = {"text": text, "logs": logs, "block": number, "minutes": number, **said}
    body = canonical_json({**told, "network": network, "name": f"{number:02x}"})
    return RawTransaction(network, f"0x{number:02x}", body)


@dataclass(frozen=True, slots=True)
class Written:
    """Reads such transactions, and rows of Partita CSV."""

    protocols: Sequence[Any] = tuple(PROTOCOLS)

    def read_transaction(self, raw):
        told = json.loads(raw.body)
        logs = [
            moves.log(index, emitter, topic, *indexed, data=data)
            for index, emitter, topic, indexed, data in told.pop("logs")
        ]
        one = moves.activity(told.pop("text"), logs=logs, **told)
        return Stated((replace(one, evidence=(raw.id,)),))

    def read_lines(self, lines, wallets, assets):
        read = partita_csv.read(tuple(lines), wallets, assets)
        return Stated(read.activities, read.wallets, read.assets, problems=read.problems)


def tokens(*names, decimals=0, **known):
    """What nodes say of tokens."""
    return tuple(Asset(moves.asset(name), name, decimals, **known) for name in names or NAMES)


def quoted(prices, minutes=-60):
    """Quotes in dollars by name of the asset, of one time."""
    time = moves.START + timedelta(minutes=minutes)
    return tuple(
        Quote(moves.asset(name), time, Decimal(price), "USD", "list")
        for name, price in prices.items()
    )


def seen(name, quantity, block, wallet="w"):
    """A balance seen outside."""
    owner = Wallet(moves.NETWORK, moves.address(wallet), wallet).id
    time = moves.START + timedelta(minutes=block)
    proof = content_id(b"seen", name.encode(), str(quantity).encode(), str(block).encode())
    return Observation(owner, moves.asset(name), time, quantity, block, "node", proof)


def history(*transactions, prices=None, **said):
    """The history of wallets `w`, `w2` and `bot`."""
    wallets = tuple(moves.wallets("w", "w2", "bot").values())
    said = {"assets": tokens(), "quotes": quoted(prices or {}), **said}
    return History(wallets, transactions, **said)


def books_of(*transactions, policy=None, prices=None, **said):
    """The books of such a history."""
    return keep_books(history(*transactions, prices=prices, **said), policy or Policy(), Written())
