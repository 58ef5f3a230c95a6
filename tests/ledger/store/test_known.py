"""What became known stays known as of its time: nothing later is seen, and nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.asset import Asset
from ledger.model.evidence import Answer, Question, RawTransaction
from ledger.model.fund import Fund, StrategyRule, Wallet
from ledger.model.limit import Limit
from ledger.model.position import Quote
from ledger.store import Store, open_store
from ledger.store.limits import Finding
from tests.ledger.store.cases import ETH, START, USDC, entry, line, run
from tests.ledger.store.closing import close
from tests.ledger.store.populated import filed_year, lot_plan

QUOTE = Quote(ETH, START, Decimal(100), "USD", "list")
WALLET = Wallet("eip155:1", "0xab", "hot", "yield")
TICK = timedelta(microseconds=1)


class Hand:
    """A clock that stands where it is put."""

    now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, hours: int) -> datetime:
        self.now += timedelta(hours=hours)
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def told(url: str, clock: Hand) -> Iterator[Store]:
    with open_store(url, clock=clock) as store:
        store.funds.create(Fund("main"))
        yield store


def prices(store: Store, known_at: datetime | None = None) -> list[Decimal]:
    return [quote.price for quote in store.quotes.all("main", known_at)]


def test_a_corrected_price_is_kept_beside_the_new_one(told, clock):
    told.quotes.add("main", [QUOTE])
    corrected = clock.move(1)
    assert told.quotes.add("main", [replace(QUOTE, price=Decimal(90))]) == 1
    back = clock.move(1)
    assert told.quotes.add("main", [QUOTE]) == 1
    assert prices(told, START - TICK) == []
    assert prices(told, START) == prices(told, corrected - TICK) == [100]
    assert prices(told, corrected) == prices(told, back - TICK) == [90]
    assert prices(told, back) == prices(told) == [100]


def test_a_price_that_is_stated_again_is_known_since_the_first_time(told, clock):
    told.quotes.add("main", [QUOTE])
    clock.move(1)
    assert told.quotes.add("main", [QUOTE]) == 0
    assert prices(told, START) == [100]


def test_a_clock_that_was_set_back_loses_no_price_and_the_last_one_counts(told, clock, url):
    told.quotes.add("main", [QUOTE])
    clock.move(-5)
    told.quotes.add("main", [replace(QUOTE, price=Decimal(90))])
    told.quotes.add("main", [replace(QUOTE, price=Decimal(80))])
    assert prices(told) == [80]
    assert [prices(told, START + n * TICK) for n in (0, 1, 2)] == [[100], [90], [80]]
    assert run(url, "SELECT count(*) FROM quote") == [(3,)]


def test_what_is_written_is_known_when_it_is_written_not_when_its_transaction_began(told, clock):
    with told.transaction("main") as inside:
        printed_at = clock.move(1)
        assert told_now(told) == []
        written_at = clock.move(1)
        inside.journal.append("main", [entry("a")])
        clock.move(1)
        inside.quotes.add("main", [QUOTE])
    assert [told_now(told, at) for at in (printed_at, written_at)] == [[], ["a"]]
    assert prices(told, written_at) == [100]


def test_a_batch_is_known_after_the_one_before_it_also_when_the_clock_was_set_back(told, clock):
    told.journal.append("main", [entry("a")])
    clock.move(-5)
    with told.transaction("main") as inside:
        inside.journal.append("main", [entry("b")])
        inside.journal.append("main", [entry("c")])
    assert told_now(told, START) == ["a"]
    assert told_now(told, START + 2 * TICK) == ["a", "b", "c"]


def test_methods_that_were_taken_away_and_said_again_within_one_moment_are_kept(told, clock):
    fund = Fund("main")
    of_2025 = replace(fund, method_by_year=((2025, "hifo"),))
    for changed in (of_2025, fund, replace(of_2025, method_by_year=((2025, "lofo"),))):
        told.funds.change(changed)
    assert told.funds.get("main").method_by_year == ((2025, "lofo"),)
    assert told.funds.get("main", START).method_by_year == ((2025, "hifo"),)
    told.funds.change(fund)
    clock.move(-5)
    told.funds.change(replace(fund, method_by_year=((2025, "fifo"),)))
    assert told.funds.get("main").method_by_year == ((2025, "fifo"),)


def test_what_is_said_after_the_clock_was_set_back_is_known_after_what_was_said_before(told, clock):
    told.identifications.add("main", "tx:1#0", ["lot:1"])
    limit = Limit("l", "drawdown", "most", Decimal(1), "ann", "a reason")
    told.limits.declare("main", limit)
    told.limits.found("main", START, [Finding("l", "2", beyond=True, within=False)])
    first = told.filings.file("main", 0, filed_year)
    set_back = told.filings.plan("main", lot_plan).said_at
    clock.move(-5)
    told.identifications.add("main", "tx:1#0", ["lot:2"])
    told.limits.declare("main", replace(limit, active=False))
    told.limits.say("main", 1, "acknowledged", "bob", "a reason")
    second = told.filings.file("main", 1, filed_year)
    assert second.filed_at == set_back + 4 * TICK  # the fourth thing that is said since
    assert told.filings.plan("main", lot_plan).said_at == set_back + 5 * TICK
    for at, lots, count in ((START - TICK, [], 0), (set_back, [("lot:1",)], 1)):
        assert [said.lots for said in told.identifications.in_force("main", at)] == lots
        assert len(told.limits.declared("main", at)) == count
        assert [len(breach.events) for breach in told.limits.breaches("main", at)] == [1] * count
        assert told.filings.statements("main", at) == (first,) * count
        assert len(told.filings.plans("main", at)) == count
    assert [breach.state for breach in told.limits.breaches("main")] == ["acknowledged"]


def test_a_month_is_told_as_it_stood_and_as_it_was_sealed_also_when_the_clock_was_set_back(
    told, clock
):
    stood = []
    told.journal.append("main", [entry("a")])
    close(told, "2025-01")
    for move in (1, -5):
        stood.append((told.periods.all("main"), told.periods.events("main")))
        clock.move(move)
        told.periods.reopen("main", "2025-01", "ann", "bob", "a late file")
        stood.append((told.periods.all("main"), told.periods.events("main")))
        clock.move(1)
        told.journal.append("main", [entry(f"late {move}")])
        close(told, "2025-01", "cleo")
    ends = [max(event.time for event in events) for _, events in stood]
    assert ends == sorted(set(ends))
    for at, seen in zip(ends, stood, strict=True):
        assert (told.periods.all("main", at), told.periods.events("main", at)) == seen
    assert len({seen.digest for (seen,), _ in stood}) == 2
    assert told.periods.all("main", ends[0] - TICK) == told.periods.events("main", ends[0] - TICK)
    assert told.periods.all("main", ends[0] - TICK) == ()


def told_now(store: Store, known_at: datetime | None = None) -> list[str]:
    return sorted(one.id for one in store.journal.live_entries("main", known_at=known_at))


def test_evidence_and_answers_are_known_from_when_they_came(told, clock):
    raws = [RawTransaction("eip155:1", "0xfeed", b'{"state_diff":%d}' % n) for n in (0, 1)]
    said = [Answer(Question("balance", "w|a", 7), body, "node") for body in (b"1", b"2")]
    rows = [line(1), line(2)]
    for raw, answer, row in zip(raws, said, rows, strict=True):
        with told.transaction("main") as inside:
            inside.evidence.add("main", [raw, row])
            inside.answers.add("main", [answer])
        clock.move(1)
    assert told.evidence.transactions("main", START - TICK) == ()
    assert told.evidence.transactions("main", START) == (raws[0],)
    assert told.evidence.transactions("main", clock.now) == told.evidence.transactions("main")
    assert told.evidence.transactions("main") == (raws[1],)
    assert told.evidence.statements("main", START) == (rows[0],)
    assert len(told.evidence.statements("main", clock.now)) == 2
    assert told.answers.all("main", known_at=START) == (said[0],)
    assert told.answers.all("main", "balance", clock.now) == (said[1],)
    assert told.answers.all("main", known_at=START - TICK) == ()


def test_a_wallet_is_known_as_it_was_called_then(told, clock):
    told.wallets.add("main", [WALLET])
    clock.move(1)
    other = replace(WALLET, strategy="sniping", owned_from=START)
    told.wallets.change("main", other)
    told.wallets.change("main", other)
    told.wallets.ensure("main", [WALLET])
    assert told.wallets.all("main", START - TICK) == {}
    assert told.wallets.all("main", clock.now - TICK) == {WALLET.id: WALLET}
    assert told.wallets.all("main", clock.now) == told.wallets.all("main") == {WALLET.id: other}


def test_a_choice_and_a_cursor_are_known_as_they_stood_then(told, clock):
    for turn in ("1", "2", "2", "3"):
        clock.move(1)
        told.settings.set("main", "target.win_rate", turn)
        told.evidence.add("main", [], {"eip155:1|0xab": turn})
    for hours, known in enumerate(("1", "2", "2", "3")):
        moment = START + timedelta(hours=hours + 1) + TICK  # the second thing said in that hour
        assert told.settings.all("main", moment) == {"target.win_rate": known}
        assert told.evidence.cursors("main", moment) == {"eip155:1|0xab": known}
        assert told.settings.all("main", START) == told.evidence.cursors("main", START) == {}
    clock.now = START  # set back: the last word counts
    told.settings.set("main", "target.win_rate", "4")
    assert told.settings.all("main") == {"target.win_rate": "4"}
    assert told.settings.all("main", moment) == {"target.win_rate": "3"}


def test_an_asset_has_the_symbol_and_decimals_that_were_known_then(told, clock):
    unknown, described = Asset(USDC, "", 0), Asset(USDC, "USDC", 6)
    told.assets.put("main", [unknown])
    clock.move(1)
    told.assets.put("main", [described, Asset(ETH, "ETH", 18)])
    told.assets.put("main", [described])
    assert told.assets.all("main", START - TICK) == {}
    assert told.assets.all("main", clock.now - TICK) == {USDC: unknown}
    assert told.assets.all("main", clock.now) == told.assets.all("main")
    assert told.assets.all("main")[USDC] == described


def test_rules_and_policy_are_those_that_the_fund_had(told, clock):
    first, second, third = (StrategyRule(name) for name in "abc")
    funds = [told.funds.get("main")]
    for change in (
        lambda: told.funds.add_rules("main", [first, second]),
        lambda: told.funds.change(Fund("main", method="hifo", strategy_rules=(third, second))),
        lambda: told.funds.change(Fund("main", method="hifo", regime="us")),
        lambda: told.funds.change(Fund("main", scope="fund", strategy_rules=(first,))),
    ):
        clock.move(1)
        change()
        funds.append(told.funds.get("main"))
    assert len(set(funds)) == 5
    for hours, fund in enumerate(funds):
        assert told.funds.get("main", START + timedelta(hours=hours)) == fund
        assert told.funds.get("main", START + timedelta(hours=hours + 1) - TICK) == fund


def test_rules_that_change_within_one_moment_are_not_lost(told, clock, url):
    for names in ("a", "ab", "b", "", "a"):
        told.funds.change(Fund("main", strategy_rules=tuple(map(StrategyRule, names))))
    assert told.funds.get("main").strategy_rules == (StrategyRule("a"),)
    assert run(url, "SELECT count(*) FROM strategy_rule WHERE superseded_at IS NULL") == [(1,)]
    assert run(url, "SELECT count(*) FROM strategy_rule")[0][0] == 4


def test_an_entry_that_was_taken_back_later_was_in_force_before(told, clock):
    one, two, three = (entry(f"tx:{n}#0", n + 1, after=n) for n in range(3))
    told.journal.append("main", [one, two])
    clock.move(1)
    changed = replace(one, note="said otherwise")
    told.journal.replace_open("main", [changed, three])
    later = clock.move(1)
    told.journal.replace_open("main", [one, two, three])
    assert told.journal.live_entries("main", known_at=START - TICK) == ()
    assert told.journal.live_entries("main", known_at=START) == (one, two)
    assert told.journal.live_entries("main", known_at=later - TICK) == (changed, three)
    assert told.journal.live_entries("main", known_at=later) == (one, two, three)
    assert told.journal.live_entries("main") == (one, two, three)
    numbers = [told.journal.batch_at("main", time) for time in (START - TICK, START, later)]
    assert numbers == [0, 1, 3]


def test_batches_that_a_clock_set_back_wrote_are_known_in_the_order_of_writing(told, clock):
    one, two = entry("tx:1#0"), entry("tx:2#0", after=1)
    told.journal.append("main", [one])
    clock.move(-5)
    told.journal.replace_open("main", [two])
    assert told.journal.live_entries("main", known_at=START - TICK) == ()
    assert told.journal.live_entries("main", known_at=START) == (one,)
    assert told.journal.live_entries("main", known_at=START + TICK) == (two,)
    assert told.seals.verify("main").batches == 2


def test_what_another_fund_knows_is_not_known(told, clock):
    told.funds.create(Fund("other", strategy_rules=(StrategyRule("theirs"),)))
    told.quotes.add("other", [QUOTE])
    told.wallets.add("other", [WALLET])
    told.journal.append("other", [entry("tx:1#0")])
    told.funds.change(Fund("other", method="lifo"))
    assert prices(told, clock.now) == []
    assert told.wallets.all("main", clock.now) == {}
    assert told.journal.live_entries("main", known_at=clock.now) == ()
    assert told.funds.get("main", START - TICK) == Fund("main")


KEPT = (
    *("quote", "asset", "wallet", "strategy_rule", "fund_before"),
    *("fund_setting", "sync_cursor"),
)


@pytest.fixture
def filled(told: Store, clock: Hand, url: str) -> str:
    """The address of a database with superseded rows, and one in force in each table of facts."""
    fill(told, clock)
    return url


def fill(store, clock):
    funds = Fund("main", method="hifo"), Fund("main", method="lifo")
    for turn, fund in enumerate(funds):
        clock.move(1)
        store.quotes.add("main", [replace(QUOTE, price=Decimal(turn))])
        store.assets.put("main", [Asset(ETH, f"ETH{turn}", 18)])
        store.wallets.ensure("main", [WALLET])
        store.wallets.change("main", replace(WALLET, label=f"hot {turn}"))
        store.funds.change(replace(fund, strategy_rules=(StrategyRule(fund.method),)))
        store.settings.set("main", "colour", fund.method)
        store.evidence.add("main", [], {"eip155:1|0xab": str(turn)})


@pytest.mark.parametrize("table", KEPT)
def test_plain_sql_cannot_delete_or_change_what_was_known(filled, table):
    before = run(filled, f"SELECT * FROM {table}")
    assert len(before) >= 2
    later = "UPDATE {} SET superseded_at = coalesce(superseded_at, 0) + 9000000000000000"
    changed = "UPDATE {} SET fund_id = fund_id + 0"
    for statement in ("DELETE FROM {}", later, changed):
        with pytest.raises(DatabaseError, match=r"never|only superseded"):
            run(filled, statement.format(table))
    assert run(filled, f"SELECT * FROM {table}") == before


def test_a_superseded_price_is_not_rewritten_under_cover_of_superseding(filled):
    rewritten = "UPDATE quote SET price = '7', superseded_at = 9000000000000000"
    with pytest.raises(DatabaseError, match="only superseded"):
        run(filled, f"{rewritten} WHERE superseded_at IS NULL")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_sqlite_replaces_nothing_that_was_known(sqlite_url, clock, table, pragma):
    with open_store(sqlite_url, clock=clock) as store:
        store.funds.create(Fund("main"))
        fill(store, clock)
    with pytest.raises(DatabaseError, match="never replaced"):
        run(
            sqlite_url,
            f"PRAGMA recursive_triggers={pragma}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        )


def test_two_prices_are_never_in_force_at_once(filled):
    second = (
        "INSERT INTO quote SELECT fund_id, asset, currency, time, source, price,"
        " recorded_at + 1, NULL FROM quote WHERE superseded_at IS NULL"
    )
    with pytest.raises(DatabaseError):
        run(filled, second)


def test_postgresql_truncates_nothing_that_was_known(postgres_url):
    for table in KEPT:
        with pytest.raises(DatabaseError, match="never"):
            run(postgres_url, f"TRUNCATE {table} CASCADE")
