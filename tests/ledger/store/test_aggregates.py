"""Funds, wallets, assets, settings, quotes, answers, imports: what goes in comes out, by fund."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ledger.model.asset import Asset, AssetId
from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.model.evidence import Answer, Question
from ledger.model.fund import Fund, StrategyRule, Wallet, WalletId
from ledger.model.position import Quote
from ledger.store import ImportBatch, open_store
from tests.ledger.store.cases import ETH, START, USDC

RULE = StrategyRule("arbitrage", WalletId("eip155:1:0xab"), "0xcafe", "swap", "uniswap_v3")
WALLET = Wallet("eip155:1", "0xab", "Hot", "yield", START, START + timedelta(days=1))
VENUE = Wallet("venue:kraken", "main", "Kraken")


def test_a_fund_comes_back_with_its_rules(store):
    fund = Fund("two", "EUR", "de", "hifo", "fund", "17:30Z", (RULE, StrategyRule("rest")))
    assert store.funds.create(fund) == fund
    assert store.funds.get("two") == fund
    assert store.funds.all() == (Fund("main"), fund)


def test_a_fund_is_created_once(store):
    assert store.funds.create(Fund("main")) == Fund("main")
    with pytest.raises(Conflict):
        store.funds.create(Fund("main", "EUR"))
    with pytest.raises(NotFound):
        store.funds.get("other")
    with pytest.raises(BadInput):
        store.funds.create(Fund("a\0b"))


def test_a_fund_changes_its_settings_but_not_its_currency(store):
    changed = Fund("main", regime="us", method="lifo", strategy_rules=(RULE,))
    store.funds.change(changed)
    assert store.funds.get("main") == changed
    with pytest.raises(Conflict):
        store.funds.change(replace(changed, base_currency="EUR"))
    with pytest.raises(NotFound):
        store.funds.change(Fund("other"))


def test_rules_are_added_in_order_and_once(store):
    store.funds.add_rules("main", [RULE])
    fund = store.funds.add_rules("main", [StrategyRule("rest"), RULE])
    assert fund.strategy_rules == (RULE, StrategyRule("rest"))
    assert store.funds.get("main") == fund


def test_wallets_come_back_by_id(store):
    assert store.wallets.add("main", [VENUE, WALLET, WALLET]) == (VENUE, WALLET)
    assert store.wallets.all("main") == {WALLET.id: WALLET, VENUE.id: VENUE}
    assert store.wallets.add("main", [WALLET]) == ()


def test_a_wallet_is_not_changed_by_adding_it(store):
    store.wallets.add("main", [WALLET])
    other = replace(WALLET, label="Cold")
    with pytest.raises(Conflict):
        store.wallets.add("main", [VENUE, other])
    assert store.wallets.ensure("main", [VENUE, other]) == (VENUE,)
    assert store.wallets.all("main")[WALLET.id] == WALLET
    store.wallets.change("main", other)
    assert store.wallets.all("main")[WALLET.id] == other
    with pytest.raises(NotFound):
        store.wallets.change("main", Wallet("eip155:1", "0xff", "None"))


def test_assets_come_back_and_are_corrected(store):
    share = Asset(AssetId("eip155:1/erc20:0x01"), "aUSDC", 6, "token", USDC, "interest")
    store.assets.put("main", [share, Asset(ETH, "ETH", 18, "native")])
    store.assets.put("main", [replace(share, symbol="aEthUSDC")])
    assert store.assets.all("main") == {
        share.id: replace(share, symbol="aEthUSDC"),
        ETH: Asset(ETH, "ETH", 18, "native"),
    }


def test_settings_are_texts_by_name(store):
    store.settings.set("main", "confidence", "0.95")
    store.settings.set("main", "confidence", "0.99")
    assert store.settings.all("main") == {"confidence": "0.99"}


def test_quotes_come_back_exactly_and_are_corrected(store):
    quote = Quote(ETH, START, Decimal("2345.678901234567890123456789012345678"), "USD", "file")
    other = replace(quote, source="implied:x", price=Decimal("1E-18"))
    assert store.quotes.add("main", [quote, other]) == 2
    assert store.quotes.add("main", [quote, replace(other, price=Decimal("1.0E-18"))]) == 0
    assert set(store.quotes.all("main")) == {quote, other}
    assert store.quotes.add("main", [replace(quote, price=Decimal(2))]) == 1
    assert {found.price for found in store.quotes.all("main")} == {Decimal(2), Decimal("1E-18")}


def test_one_answer_stands_for_a_question(store):
    token, balance = Question("token", USDC), Question("balance", f"eip155:1:0xab|{ETH}", 17)
    nothing, facts = Answer(token, b"null", "node"), Answer(token, b'{"decimals":6}', "node")
    held = Answer(balance, b'"123456789012345678901234567890"', "node")
    assert store.answers.add("main", [nothing, held]) == (nothing.id, held.id)
    assert store.answers.add("main", [held, facts]) == (facts.id,)
    store.answers.add("main", [Answer(replace(token, block=1), b"null")])
    assert store.answers.all("main", "token") == (facts, Answer(replace(token, block=1), b"null"))
    assert store.answers.all("main", "balance") == (held,)
    assert len(store.answers.all("main")) == 3


def test_nothing_never_replaces_an_answer(store):
    question = Question("token", USDC)
    store.answers.add("main", [Answer(question, b'{"decimals":6}')])
    store.answers.add("main", [Answer(question, b"null")])
    assert store.answers.all("main")[0].value() == {"decimals": 6}


def test_an_import_is_noted_once_with_its_time(url):
    now = datetime(2026, 1, 2, tzinfo=UTC)
    with open_store(url, clock=lambda: now) as store:
        store.funds.create(Fund("main"))
        store.imports.add("main", ImportBatch("c" * 64, "file.csv", "kraken", 10, 8))
        store.imports.add("main", ImportBatch("c" * 64, "again.csv", "kraken", 10, 0))
        expected = ImportBatch("c" * 64, "file.csv", "kraken", 10, 8, now)
        assert store.imports.all("main") == (expected,)


def test_without_a_clock_the_database_tells_the_time(store):
    before = datetime.now(UTC) - timedelta(seconds=2)
    store.imports.add("main", ImportBatch("c" * 64, "file.csv", "kraken", 10, 8))
    (found,) = store.imports.all("main")
    assert before < found.recorded_at < datetime.now(UTC) + timedelta(seconds=2)


def test_a_fund_sees_only_its_own_rows(store):
    store.funds.create(Fund("other"))
    store.wallets.add("main", [WALLET])
    store.assets.put("main", [Asset(ETH, "ETH", 18, "native")])
    store.settings.set("main", "a", "b")
    store.quotes.add("main", [Quote(ETH, START, Decimal(1), "USD", "file")])
    store.answers.add("main", [Answer(Question("token", USDC), b"1")])
    store.imports.add("main", ImportBatch("c" * 64, "file.csv", "kraken", 1, 1))
    for aggregate in ("wallets", "assets", "settings", "quotes", "answers", "imports"):
        assert getattr(store, aggregate).all("main"), aggregate
        assert not getattr(store, aggregate).all("other"), aggregate


def test_no_rows_without_their_fund(store):
    for aggregate in ("wallets", "assets", "settings", "quotes", "answers", "imports", "keys"):
        with pytest.raises(NotFound):
            getattr(store, aggregate).all("nobody")
