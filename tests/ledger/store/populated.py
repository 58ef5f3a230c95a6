"""An empty database enters; one with rows of every kind in every table leaves, two funds of it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ledger.model.asset import Asset
from ledger.model.evidence import Answer, BlockRef, Question, RawTransaction
from ledger.model.filing import FiledYear, LotPlan
from ledger.model.fund import Fund, StrategyRule, Wallet
from ledger.model.limit import Limit
from ledger.model.manual import ManualJournal
from ledger.model.position import NavPoint, Quote
from ledger.store import AnsweredRequest, Finding, ImportBatch, Progress, Store, open_store
from tests.ledger.store.cases import ETH, HARD, START, USDC, entry, line, transfer
from tests.ledger.store.closing import close

FUNDS = ("main", "Zürich ~ 2")
WALLET = Wallet("eip155:1", "0xab", "Hot é\t\\N", "yield", START, START + timedelta(days=1))


def populate(url: str) -> dict[str, str]:
    """Fill the database through the store; gives the digest of each fund's journal."""
    with open_store(url, clock=_clock) as store:
        for turn, fund in enumerate(FUNDS):
            _fill(store, fund, turn)
        return digests(store)


def populate_further(url: str) -> None:
    """Rows in the tables that `populate` leaves empty, as released backups have no rows of them."""
    with open_store(url, clock=_clock) as store:
        for fund in FUNDS:
            store.funds.change_method(fund, 2026, "specific")
            store.identifications.add(fund, "tx:1#0", ["lot:1", "é\t\\N"])
            store.funds.change(replace(store.funds.get(fund), regime="us"))
            store.filings.file(fund, 0, filed_year)
            store.filings.plan(fund, lot_plan)
            told = store.manual.propose(fund, ManualJournal("é\t\\N 🙂", "why\tnot", "Ann"))
            store.manual.decide(fund, told.id, "Bob", "approved")
            store.limits.declare(fund, LIMIT)
            store.runs.beat(fund, store.runs.beat(fund, None, 1), -1)
            beyond = Finding(LIMIT.name, "0.2", beyond=True, within=False)
            (breach,) = store.limits.found(fund, START, [beyond])
            store.limits.say(fund, breach.n, "acknowledged", "Ann é", "é\t\\N")
            store.limits.say(fund, breach.n, "waived", "Bob", "for a day")
            late = line(99)
            store.evidence.add(fund, [late], times={late.id: 5})
            store.keeping.advance(fund, store.keeping.how_far(fund).turn, [MADE], 7)
            close(store, "2025-01", fund=fund)


#: Something in each table of what follows from evidence and can be made again.
MADE = Progress(
    0,
    10**18,
    {"0xab\t\\N": 5},
    [("transaction:é", "e#0", 6)],
    [NavPoint(START, "USD", 10**40, -1, Decimal("1.000000000000000001"), 0, 0)],
    [Quote(ETH, START, Decimal("0.1"), "USD", "implied:e#0")],
    {6: b'{"a":1}'},
)

LIMIT = Limit(
    *("drawdown é", "drawdown", "most", Decimal("0.1"), "Ann", "é\t\\N"),
    *("arb", Decimal("0.000000000000000001"), (("a", "é"),)),
)


def filed_year(at, previous):
    return FiledYear("us", 2025, "Ann é", "", "{}", "é\t\\N {}", "b" * 64, "1.0", at, previous)


def allocation(at, previous):
    return replace(filed_year(at, previous), regime="us allocation")


def standing_order(at, previous):
    """A standing order for lots, in the same chain."""
    return replace(filed_year(at, previous), regime="standing order")


def lot_plan(at, previous):
    return LotPlan(ETH, WALLET.id, 2**256 - 1, ("lot:1", "é\t\\N"), "Ann", at, previous)


def digests(store: Store) -> dict[str, str]:
    """The digest of each fund's journal."""
    return {fund.name: store.journal.digest(fund.name) for fund in store.funds.all()}


def _clock():
    return START


def _fill(store: Store, fund: str, turn: int) -> None:
    rule = StrategyRule("arbitrage", WALLET.id, "0xcafe", "swap", "uniswap_v3")
    store.funds.create(Fund(fund, strategy_rules=(rule, StrategyRule("rest"))))
    store.settings.set(fund, "colour", "a\tb\\\n\r é 🙂")
    store.wallets.add(fund, [WALLET, Wallet("venue:kraken", "main", "Kraken")])
    store.assets.put(fund, [Asset(ETH, "ETH", 18), Asset(USDC, "", 6, "token", ETH, None)])
    raw = RawTransaction("eip155:1", "0xfeed", b'{"transaction":{"hash":"0xfeed"}}')
    rows = [line(number, 1 + number % 2) for number in range(20)]
    store.evidence.add(fund, [raw, *rows], {"eip155:1": "19000000"})
    store.blocks.see(fund, [BlockRef("eip155:1", 19_000_000, "0x" + "ab" * 32)])
    store.imports.add(fund, ImportBatch("f" * 64, "file.csv", "kraken", 20, 20, START))
    answer = Answer(Question("balance", "w|a", 7), b'"12345"', "node")
    store.answers.add(fund, [answer])
    prices = ("0.000000000000000001", "3456.7", "100", "0")
    store.quotes.add(
        fund,
        [
            Quote(ETH, START + timedelta(days=day), Decimal(price), "USD", "x")
            for day, price in enumerate(prices)
        ],
    )
    store.keys.add(fund, f"partita_{turn}{'k' * 50}", "dashboard", ["read"])
    store.requests.put(fund, AnsweredRequest("key", "c" * 64, 201, b"\x00\xff{}"))
    store.journal.append(fund, [transfer(f"hard:{n}#0", q) for n, q in enumerate(HARD)])
    store.journal.append(fund, [transfer("less#0", -(2**256) + 1), entry("none#0", value=None)])
    kept = [entry(f"tx:{n}#0", n + 10**18, after=n) for n in range(30)]
    store.journal.replace_open(fund, kept)
    store.journal.replace_open(fund, [replace(kept[0], note="said otherwise"), *kept[2:]])
    store.journal.append(fund, [kept[1]])
