"""A fingerprint is another one as soon as the books may be, and only then."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ledger.model.asset import AssetId
from ledger.model.evidence import Answer, Question
from ledger.model.fund import Fund, StrategyRule, Wallet
from ledger.model.position import Quote
from tests.ledger.store.cases import entry, line

QUOTE = Quote(
    AssetId("symbol:BTC"), datetime(2026, 1, 1, tzinfo=UTC), Decimal("1.5"), "USD", "a file"
)
WALLET = Wallet("eip155:1", "0x" + "ab" * 20, "desk")


def add_evidence(store):
    store.evidence.add("main", [line(1)])


def add_answer(store):
    store.answers.add("main", [Answer(Question("token", "eip155:1/erc20:0xab"), b"{}", "node")])


def add_quote(store):
    store.quotes.add("main", [QUOTE])


def add_wallet(store):
    store.wallets.add("main", [WALLET])


def add_rule(store):
    store.funds.add_rules("main", [StrategyRule("arbitrage", contract="0xcafe")])


def change_policy(store):
    store.funds.change(Fund("main", method="hifo"))


def change_method(store):
    store.funds.change_method("main", 2026, "hifo")


def identify(store):
    store.identifications.add("main", "tx:1#0", ["lot:1"])


@pytest.mark.parametrize(
    "change",
    [
        add_evidence,
        add_answer,
        add_quote,
        add_wallet,
        add_rule,
        change_policy,
        change_method,
        identify,
    ],
)
def test_what_changes_the_books_changes_the_fingerprint_once(store, change):
    before = store.fingerprints.of("main")
    assert before == store.fingerprints.of("main")
    change(store)
    after = store.fingerprints.of("main")
    assert after != before
    change(store)
    assert store.fingerprints.of("main") == after


def test_a_corrected_quote_changes_the_fingerprint_and_taking_it_back_gives_the_first(store):
    add_quote(store)
    first = store.fingerprints.of("main")
    store.quotes.add("main", [replace(QUOTE, price=Decimal("1.6"))])
    assert store.fingerprints.of("main") != first
    add_quote(store)
    assert store.fingerprints.of("main") == first


def test_a_changed_wallet_changes_the_fingerprint(store):
    add_wallet(store)
    first = store.fingerprints.of("main")
    store.wallets.change("main", replace(WALLET, strategy="sniping"))
    assert store.fingerprints.of("main") != first


def test_neither_the_journal_nor_another_fund_changes_the_fingerprint(store):
    before = store.fingerprints.of("main")
    store.journal.append("main", [entry("tx:1#0")])
    store.funds.create(Fund("other"))
    store.quotes.add("other", [QUOTE])
    store.evidence.add("other", [line(7)])
    assert store.fingerprints.of("main") == before
