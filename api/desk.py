"""A database and a fund's name → the fund's desk: load its history, keep its books, save them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.wiring import readers
from ledger.books import Books, History, keep_books
from ledger.chains import evm
from ledger.model.asset import Asset, AssetId
from ledger.model.evidence import Answer, EvidenceId, RawTransaction
from ledger.model.fund import Fund, Policy, Wallet, WalletId
from ledger.model.position import Observation

if TYPE_CHECKING:
    from ledger.store import Store, Written

#: The kinds of question whose answers the books read.
BALANCE, TOKEN = "balance", "token"


@dataclass(frozen=True, slots=True)
class Desk:
    """One fund in an open store."""

    store: "Store"
    fund: Fund

    def history(self) -> History:
        """All evidence of the fund, as it stands at one moment."""
        name = self.fund.name
        with self.store.snapshot(name) as inside:
            answers = inside.answers.all(name)
            return History(
                wallets=tuple(inside.wallets.all(name).values()),
                transactions=inside.evidence.transactions(name),
                lines=inside.evidence.statements(name),
                assets=known_tokens(answers),
                observations=tuple(observations(answers)),
                quotes=inside.quotes.all(name),
            )

    def books(self) -> Books:
        """The books as the evidence has them now; nothing is written."""
        return keep_books(self.history(), self.policy(), readers())

    def policy(self) -> Policy:
        """The fund's policy, with the lots that its entries were last said to take."""
        said = self.store.identifications.in_force(self.fund.name)
        named = tuple((identification.entry, identification.lots) for identification in said)
        return replace(self.fund.policy, identifications=named)

    def keep(self) -> "tuple[Books, Written]":
        """Keep the books again: what changed is reversed and booked anew, the rest stays."""
        books = self.books()
        with self.store.transaction(self.fund.name) as inside:
            inside.wallets.ensure(self.fund.name, books.wallets.values())
            inside.assets.put(self.fund.name, books.assets.values())
            written = inside.journal.replace_open(self.fund.name, books.entries)
        return books, written

    def wallet_called(self, label: str) -> Wallet | None:
        """The wallet of a label, id or address; None where there is none."""
        wanted = label.lower()
        for wallet in self.wallets().values():
            if wanted in {wallet.label.lower(), wallet.id.lower(), wallet.address.lower()}:
                return wallet
        return None

    def wallets(self) -> dict[WalletId, Wallet]:
        """The fund's wallets by id."""
        return self.store.wallets.all(self.fund.name)

    def evidence_text(self, evidence: EvidenceId) -> dict[str, object]:
        """What a piece of evidence says of itself: a transaction's hash, a row, a balance."""
        found = self.store.evidence.get(self.fund.name, evidence)
        if found is None:
            return self._answer_text(evidence)
        if isinstance(found, RawTransaction):
            return {
                "id": evidence,
                "kind": "transaction",
                "network": found.network,
                "txid": found.txid,
            }
        return {
            "id": evidence,
            "kind": "statement",
            "venue": found.venue,
            "layout": found.layout,
            "file": found.file,
            "line": found.line,
            "cells": dict(found.cells),
        }

    def _answer_text(self, evidence: EvidenceId) -> dict[str, object]:
        for answer in self.store.answers.all(self.fund.name, BALANCE):
            if answer.id == evidence:
                wallet, _, asset = answer.question.subject.partition("|")
                return {
                    "id": evidence,
                    "kind": "balance",
                    "wallet": wallet,
                    "asset": asset,
                    "block": answer.question.block,
                    "host": answer.source,
                    "said": answer.value(),
                }
        return {"id": evidence, "kind": "unknown"}


@contextmanager
def open_desk(database: str | None = None, fund: str | None = None) -> Iterator[Desk]:
    """The desk of a fund; by default the settings' fund, or the only one. Raises NotFound."""
    # most of the time that a start takes, and what needs no books does without
    from api.settings import settings
    from ledger.store import open_store

    with open_store(database or settings().database_url, clock=now) as store:
        named = fund or settings().fund
        asked = fund is not None or "fund" in settings().model_fields_set
        every = () if asked else store.funds.all()
        # who names no fund means the only one there is, whatever it is called
        yield Desk(store, every[0] if len(every) == 1 else store.funds.get(named))


def now() -> datetime:
    """The time of day, known to this package alone."""
    return datetime.now(UTC)


def known_tokens(answers: Iterable[Answer]) -> tuple[Asset, ...]:
    """The tokens that nodes have described."""
    tokens = [answer for answer in answers if answer.question.kind == TOKEN]
    return tuple(evm.assets_from_answers(tokens).values())


def observations(answers: Iterable[Answer]) -> Iterator[Observation]:
    """The balances that nodes have stated, each with the time of its block."""
    for answer in answers:
        if answer.question.kind != BALANCE or (value := answer.value()) is None:
            continue
        wallet, _, asset = answer.question.subject.partition("|")
        yield Observation(
            WalletId(wallet),
            AssetId(asset),
            datetime.fromisoformat(value["time"]),
            int(value["quantity"]),
            answer.question.block,
            answer.source,
            answer.id,
        )


def balance_answer(stated: Mapping[str, str | int], source: str) -> bytes:
    """The canonical body of a balance answer: quantity and time as text."""
    return json.dumps(
        {"quantity": str(stated["quantity"]), "time": str(stated["time"]), "source": source},
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
