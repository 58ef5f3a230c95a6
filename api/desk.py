"""A database and a fund's name → the fund's desk: load its history, keep its books, save them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.manual_journals import source_row
from api.wiring import readers
from ledger.books import Books, History, in_force, keep_books
from ledger.chains import evm
from ledger.close import Closed, settled_books
from ledger.journal.manual import manual_entries
from ledger.model.activity import microseconds
from ledger.model.asset import Asset, AssetId
from ledger.model.errors import BadInput
from ledger.model.evidence import Answer, EvidenceId, RawTransaction
from ledger.model.fund import Fund, Policy, Wallet, WalletId
from ledger.model.position import Observation, Pooled

if TYPE_CHECKING:
    from ledger.store import Store, Written
    from ledger.store.store import Aggregates

#: The kinds of question whose answers the books read.
BALANCE, TOKEN = "balance", "token"


@dataclass(frozen=True, slots=True)
class Desk:
    """One fund in an open store."""

    store: "Store"
    fund: Fund

    def history(self, known_at: datetime | None = None) -> History:
        """All evidence of the fund, as it stands at one moment, or as it was known at a time."""
        with self.store.snapshot(self.fund.name) as inside:
            return _history(inside, self.fund.name, known_at)

    def books(self, known_at: datetime | None = None) -> Books:
        """The books as they were kept last, or with `known_at` as they were known then.

        By the evidence, prices and policy of that time, and with the entries that the journal had
        in force, whatever would be booked today: what came since the last keeping is in neither
        before it is kept, so that what is told now is told of this moment at any later one.
        """
        from api.jobs.keep.plan import is_kept

        name = self.fund.name
        with self.store.snapshot(name) as inside:
            # asked at the moment that is read: what comes in behind the answer waits
            kept = known_at is None and is_kept(inside, name)
            standing = self._standing(inside) if kept else None
            if standing is None:
                fund = self.fund if known_at is None else inside.funds.get(name, known_at)
                history = _history(inside, name, known_at)
                policy = policy_of(inside, fund, known_at)
                entries = inside.journal.live_entries(name, known_at=known_at)
                facts = inside.assets.all(name, known_at)
        if standing is not None:
            return _settled(*standing)
        if known_at is None:
            from api.logging import LOG

            LOG.warning(
                "these are the books of %s as they were kept last: what came since waits for"
                " `partita keep`",
                name,
            )
        return in_force(keep_books(history, policy, readers()), entries, facts)

    def remade(self) -> Books:
        """The books as the evidence has them now, closed time as it was; nothing is written."""
        with self.store.snapshot(self.fund.name) as inside:
            standing = self._standing(inside)
        return _settled(*standing)

    def _standing(self, inside: "Aggregates") -> tuple[History, Policy, Closed]:
        name = self.fund.name
        closed = inside.periods.closed(name)
        return _history(inside, name, None), policy_of(inside, self.fund), closed

    def is_kept(self) -> bool:
        """Whether the books are those of the evidence, or wait to be kept."""
        from api.jobs.keep.plan import is_kept

        with self.store.snapshot(self.fund.name) as inside:
            return is_kept(inside, self.fund.name)

    def policy(self, known_at: datetime | None = None) -> Policy:
        """The fund's policy, with the lots that its entries were last said to take."""
        return policy_of(self.store, self.fund_at(known_at), known_at)

    def fund_at(self, known_at: datetime | None) -> Fund:
        """The fund with the policy and rules that it had at a time; None for those of now."""
        return self.fund if known_at is None else self.store.funds.get(self.fund.name, known_at)

    def keep(self) -> "Written":
        """Keep the books again: what changed is reversed and booked anew, the rest stays."""
        from api.jobs.keep import keep

        return keep(self)

    def keep_if_due(self) -> None:
        """Keep the books again where they are not up to date, whoever left them so."""
        from api.jobs.keep import keep
        from api.jobs.keep.plan import cuts

        if cuts(self) is not None:
            keep(self)

    def known_tokens(self) -> tuple[Asset, ...]:
        """The tokens that nodes have described."""
        return known_tokens(self.store.answers.all(self.fund.name, TOKEN))

    def told(self, answers: Iterable[Answer]) -> tuple[tuple[Asset, ...], tuple[Observation, ...]]:
        """The tokens and balances that answers speak of."""
        every = tuple(answers)
        return known_tokens(every), tuple(observations(every))

    def kept_entries(self) -> int:
        """How many entries are in force in the books as they were kept last."""
        summary = self.store.keeping.part(self.fund.name, "summary")
        return 0 if summary is None else int(json.loads(summary)["entries"])

    def add_wallet(self, wallet: Wallet) -> None:
        """Add a wallet, and keep the books again where it is new. Raises Conflict."""
        self.store.wallets.add(self.fund.name, [wallet])
        self.keep()

    def wallet_called(self, label: str) -> Wallet | None:
        """The wallet of a label, id or address; None where there is none.

        Raises BadInput where several are: one address is a wallet on each of its networks.
        """
        found = self.wallets_called(label)
        if len(found) > 1:
            names = ", ".join(wallet.id for wallet in found)
            raise BadInput(f"{label[:60]!r} is {names}: give the id")
        return found[0] if found else None

    def wallets_called(self, label: str, known_at: datetime | None = None) -> tuple[Wallet, ...]:
        """The wallets of a label or address, or the one of an id, that are, or were known then."""
        wanted = label.lower()
        known = self.wallets(known_at).values()
        return tuple(one for one in known if one.id.lower() == wanted) or tuple(
            one for one in known if wanted in {one.label.lower(), one.address.lower()}
        )

    def wallets(self, known_at: datetime | None = None) -> dict[WalletId, Wallet]:
        """The fund's wallets by id; with `known_at`, as they were known then."""
        return self.store.wallets.all(self.fund.name, known_at)

    def evidence_text(self, evidence: EvidenceId) -> dict[str, object]:
        """What a piece of evidence says of itself: a transaction's hash, a row, a balance."""
        found = self.store.evidence.get(self.fund.name, evidence)
        if found is None:
            manual = self.store.manual.find(self.fund.name, evidence)
            return self._answer_text(evidence) if manual is None else source_row(manual)
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


def policy_of(inside: "Aggregates", fund: Fund, known_at: datetime | None = None) -> Policy:
    """The policy of a fund as given, with the lots that its entries were last said to take."""
    said = inside.identifications.in_force(fund.name, known_at)
    named = tuple((identification.entry, identification.lots) for identification in said)
    times = tuple((identification.entry, identification.recorded_at) for identification in said)
    return replace(fund.policy, identifications=named, identified_at=times)


def _settled(history: History, policy: Policy, closed: Closed) -> Books:
    return settled_books(keep_books(history, policy, readers()), closed)


def _history(inside: "Aggregates", name: str, known_at: datetime | None) -> History:
    answers = inside.answers.all(name, known_at=known_at)
    return History(
        wallets=tuple(inside.wallets.all(name, known_at).values()),
        transactions=inside.evidence.transactions(name, known_at),
        lines=inside.evidence.statements(name, known_at),
        assets=known_tokens(answers),
        observations=tuple(observations(answers)),
        quotes=inside.quotes.all(name, known_at),
        manual=manual_entries(
            inside.manual.approved(name, None if known_at is None else microseconds(known_at))
        ),
    )


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
            _pooled(value),
            _closing(value),
        )


def _pooled(said: Mapping[str, Any]) -> Pooled | None:
    """What an answer says of a position of liquidity; None of any other balance."""
    if "due" not in said:
        return None
    one, other = map(AssetId, said["assets"])
    amounts, due = (tuple(map(int, said[name])) for name in ("amounts", "due"))
    return Pooled((one, other), (amounts[0], amounts[1]), (due[0], due[1]))


def _closing(said: Mapping[str, Any]) -> tuple[tuple[AssetId, int], ...] | None:
    """What an answer says that closing a position on margin would pay; None of anything else."""
    if "amounts" not in said or "due" in said:
        return None
    return tuple(zip(map(AssetId, said["assets"]), map(int, said["amounts"]), strict=True))


def balance_answer(stated: Mapping[str, str | int | list[str]], source: str) -> bytes:
    """The canonical body of a balance answer: quantity, time and the block's hash, as text.

    Of a position of liquidity or on margin its assets and their amounts too, as lists of texts.
    """
    said = {
        name: value if isinstance(value, list) else str(value) for name, value in stated.items()
    }
    return json.dumps(said | {"source": source}, sort_keys=True, separators=(",", ":")).encode()
