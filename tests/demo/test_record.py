"""The sample is whole and plausible, and its recorder makes it again, to the byte."""

import hashlib
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from api.demo import sample
from api.wiring import readers
from ledger.chains import evm
from ledger.model.evidence import Answer
from ledger.prices.sources import price_csv
from ledger.venues import importing
from tests.chain.anvil import require_anvil
from tests.demo import files
from tests.demo.market import START
from tests.demo.record import play
from tests.demo.schedule import DAY
from tests.demo.world import opened

ROOT = Path(__file__).parents[2]
LAST = "2026-10-31T23:59:51Z"
MAIN, PAIRS = "venue:kraken:main", "venue:kraken:stat-arb"


@pytest.fixture(scope="module")
def fund():
    return sample.load()


@pytest.fixture(scope="module")
def facts():
    """The tables of the page: first cell → the other cells."""
    page = (ROOT / "docs" / "sample-fund.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line]
    return {row[0]: row[1:] for row in rows if len(row) > 1}


@pytest.fixture(scope="module")
def activities(fund):
    return tuple(evm.read(raw)[0] for raw in fund.transactions)


@pytest.fixture(scope="module")
def statements(fund):
    wallets = {wallet.label: wallet for wallet in fund.wallets}
    return {
        file.name: importing.read_files(
            [(file.name, file.body)], readers().venues, wallets, file.owner or ""
        )
        for file in fund.statements
    }


def balances(answers: tuple[Answer, ...]) -> dict[str, dict[str, int]]:
    """Time → subject → quantity."""
    found: dict[str, dict[str, int]] = {}
    for answer in answers:
        if answer.question.kind == "balance":
            said = answer.value()
            found.setdefault(said["time"], {})[answer.question.subject] = int(said["quantity"])
    return found


def test_the_files_are_small():
    sizes = [path.stat().st_size for path in (ROOT / "api" / "demo").iterdir() if path.is_file()]
    assert sum(sizes) < 10_000_000


def test_there_are_more_than_three_thousand_activities(activities, statements, facts):
    rows = sum(len(each.activities) for each in statements.values())
    assert len(activities) + rows == int(facts["activities"][0]) > 3_000
    assert len({activity.id for activity in activities}) == len(activities)


def test_every_transaction_concerns_a_wallet_of_the_fund(fund, activities):
    owned = {(wallet.network, wallet.address) for wallet in fund.wallets}
    for activity in activities:
        parties = {activity.caller, activity.called}
        parties |= {transfer.sender for transfer in activity.transfers}
        parties |= {transfer.recipient for transfer in activity.transfers}
        named = {(activity.network, party) for party in parties}
        assert named & owned or any(
            address[2:] in log.data + "".join(log.topics)
            for log in activity.logs
            for _, address in owned
        ), activity.id


def test_statements_read_without_a_bad_row(statements):
    codes = Counter(problem.code for reading in statements.values() for problem in reading.problems)
    assert set(codes) <= {"statement_gap"}
    assert not [reading.wallets for reading in statements.values() if reading.wallets]


def test_each_strategy_has_its_contracts_and_counts(facts):
    least = {
        "flash-loan arbitrage": 450,
        "cross-dex arbitrage": 650,
        "sandwich": 480,
        "liquidation": 60,
        "jit liquidity": 110,
        "lp": 10,
        "bridge arbitrage": 150,
        "sniping": 700,
        "yield": 70,
        "delta-neutral": 35,
        "treasury": 30,
    }
    for strategy, count in least.items():
        assert int(facts[f"transactions: {strategy}"][0]) >= count, strategy
    assert int(facts["statistical arbitrage"][0]) >= 600


def test_every_month_and_network_ends_with_balances(fund):
    seen = balances(fund.answers)
    assert len(seen) == 14
    assert max(seen) == LAST
    places = {":".join(subject.split(":", 2)[:2]) for subject in seen[LAST]}
    assert places == {"eip155:1", "eip155:56", "eip155:137", "eip155:42161", "venue:kraken"}


def test_transfers_and_fees_sum_to_the_last_balances(fund, activities):
    owned = {wallet.id for wallet in fund.wallets}
    sums: Counter[str] = Counter()
    for activity in activities:
        moves = [(each.sender, each.asset, -each.quantity) for each in activity.transfers]
        moves += [(each.recipient, each.asset, each.quantity) for each in activity.transfers]
        if activity.fee:
            moves.append((activity.fee.payer, activity.fee.asset, -activity.fee.quantity))
        for party, asset, quantity in moves:
            wallet = f"{activity.network}:{party}"
            if wallet in owned:
                sums[f"{wallet}|{asset}"] += quantity
    symbols = {
        answer.question.subject: answer.value()["symbol"]
        for answer in fund.answers
        if answer.question.kind == "token"
    }
    grows = re.compile("stETH|a[A-Z]+[a-z]*|variableDebt.*")
    for subject, quantity in balances(fund.answers)[LAST].items():
        symbol = symbols.get(subject.partition("|")[2]) or ""
        if subject.startswith("eip155:") and not grows.fullmatch(symbol):
            assert sums[subject] == quantity, (subject, symbol)


def test_rows_of_the_exchange_sum_to_its_last_balances(fund, statements):
    sums: Counter[str] = Counter()
    for activity in (each for reading in statements.values() for each in reading.activities):
        for move in activity.transfers:
            for party, sign in ((move.sender, -1), (move.recipient, 1)):
                wallet = party if ":" in party else f"{activity.network}:{party}"
                sums[f"{wallet}|{move.asset}"] += sign * move.quantity
    seen = balances(fund.answers)[LAST]
    accounts = {subject: n for subject, n in seen.items() if subject.startswith("venue:")}
    assert {subject.partition("|")[0] for subject in accounts} == {MAIN, PAIRS}
    assert {subject: sums[subject] for subject in accounts} == accounts
    moved = {subject for subject, n in sums.items() if n and subject.startswith((MAIN, PAIRS))}
    assert moved <= set(accounts)


def test_transfers_of_the_exchange_arrive_with_their_hash(fund, statements):
    hashes = {raw.txid for raw in fund.transactions}
    reading = statements["exchange-transfers.csv"]
    named = [each.txid for each in reading.activities if each.txid]
    assert len([txid for txid in named if txid not in hashes]) == 1
    assert len(named) == 18


def test_statistical_arbitrage_has_an_account_of_its_own(fund, statements):
    strategies = {wallet.id: wallet.strategy for wallet in fund.wallets}
    assert strategies[MAIN] == "treasury"
    assert strategies[PAIRS] == "statistical arbitrage"
    trades = statements["kraken-stat-arb-ledgers.csv"]
    assert trades.accounts == {PAIRS}
    assert {each.statement.kind for each in trades.activities} == {"buy", "sell"}
    assert statements["kraken-ledgers.csv"].accounts == {MAIN}
    handed = [
        each
        for each in statements["exchange-transfers.csv"].activities
        if each.statement.kind == "transfer"
    ]
    assert handed
    for each in handed:
        (move,) = each.transfers
        assert {f"{each.network}:{move.sender}", move.recipient} == {MAIN, PAIRS}
        assert move.asset == "iso4217:USD"


def test_what_is_planted_is_there(fund, facts):
    hashes = {raw.txid for raw in fund.transactions}
    for what in (
        "bridge in flight at the end",
        "bridge over a month end",
        "receipt from an unknown address",
        "spam airdrop",
        "token without a quote",
        "sandwich without a victim",
        "sent by a stranger, moves fund tokens",
        "transfer log that lies",
        "rug: the sale fails",
    ):
        assert facts[what][2].strip("`") in hashes, what


def test_one_token_has_no_quote_and_one_lost_its_peg(fund, facts):
    quotes, problems = price_csv.read(fund.prices.body.decode(), fund.prices.name)
    assert not problems
    unpriced = facts["token without a quote, asset"][2].strip("`")
    assert unpriced not in {quote.asset for quote in quotes}
    low = {quote.asset for quote in quotes if "0.88" in str(quote.price)[:4]}
    symbols = {
        answer.value()["symbol"] for answer in fund.answers if answer.question.subject in low
    }
    assert "DUSD" in symbols


def test_months_are_mostly_positive(facts):
    values = [float(facts[key][0]) for key in sorted(facts) if key.endswith("T23:59:51Z")]
    assert len(values) == 14
    flows = {5: 800_000.0, 10: -250_000.0}
    growth = [
        (after - flows.get(n, 0.0)) / before - 1
        for n, (before, after) in enumerate(pairwise(values), 1)
    ]
    assert sum(each < 0 for each in growth) == 2
    assert max(growth) < 0.08
    assert 3_000_000 < values[-1] < 4_000_000


def recorded(folder: Path) -> dict[str, str]:
    """The first three days, recorded into a folder: file → hash; sums must equal balances."""
    with opened(START + 3 * DAY) as world:
        recorder = play(world)
        assert list(recorder.differences()) == []
        assert len(recorder.balances) > 40
        files.write_all(recorder, folder)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_three_days_recorded_twice_are_the_same_bytes(tmp_path):
    require_anvil()
    once = recorded(tmp_path / "one")
    assert once == recorded(tmp_path / "two")
    assert len(once) == 8
