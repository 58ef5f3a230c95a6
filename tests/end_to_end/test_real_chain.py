"""From blocks of a real node to reconciled books, through the command alone."""

import json
import sqlite3
import urllib.request
from collections import Counter, defaultdict
from contextlib import closing, contextmanager

import pytest

from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, pay
from tests.end_to_end.desk_on_chain import FIRST, SECOND, played
from tests.end_to_end.liquidity_on_chain import paid_and_given
from tests.ledger.web_server import served

NAMES = {FIRST: "ethereum", SECOND: f"eip155:{SECOND}"}


@pytest.fixture(scope="module")
def desk():
    require_anvil()
    with Anvil(chain_id=FIRST) as first, Anvil(chain_id=SECOND) as second:
        yield played(first, second)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Where the first test leaves the synced database for the others."""
    return tmp_path_factory.mktemp("synced") / "partita.db"


@pytest.fixture
def synced(partita, desk, once):
    """A fund whose wallets are synced from both nodes; synced once, then copied."""
    mine = partita.folder / "partita.db"
    if once.exists():
        copied(once, mine)
    else:
        sync_all(partita, desk)
        copied(mine, once)
    return partita


def copied(source, target):
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def sync_all(partita, desk):
    for label, (number, address) in desk.owned().items():
        added = partita("wallet", "add", NAMES[number], address, "--label", label)
        assert added.code == 0, added.err
    write_prices(partita, desk)
    assert partita("prices", "import", "prices.csv").code == 0
    for url in urls(desk):
        done = partita("sync", "--rpc", url)
        assert done.code == 0, done.err


def write_prices(partita, desk):
    prices = [
        f"{day},{asset},{price},USD"
        for day in ("2024-01-01T00:00:00Z", "2024-12-31T00:00:00Z", "2025-01-30T00:00:00Z")
        for asset, price in quoted(desk)
    ]
    partita.write("prices.csv", "time,asset,price,currency", *prices)


def urls(desk):
    return [desk.chain.node.url, desk.other.node.url]


def quoted(desk):
    market = desk.market
    first, second = f"eip155:{FIRST}", f"eip155:{SECOND}"
    yield f"{first}/slip44:60", 2000
    yield f"{second}/slip44:60", 2000
    yield f"{first}/erc20:{market['weth'].address.lower()}", 2000
    yield f"{first}/erc20:{market['lido'].share.address.lower()}", 2000
    yield f"{first}/erc20:{market['usdc'].address.lower()}", 1
    yield f"{second}/erc20:{market['far_usdc'].address.lower()}", 1


def entries(partita):
    return partita("journal", "--json").json


def test_the_books_tie_to_both_chains_for_every_wallet_and_token(synced, desk):
    for url in urls(desk):
        done = synced("reconcile", "--rpc", url, "--json")
        assert done.json["breaks"] == [], done.json["breaks"]
    booked: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in synced("balances", "--json").json:
        booked[row["account"], row["asset"]] = int(row["raw"])
    for (label, token), units in desk.balances().items():
        number, address = desk.owned()[label]
        asset = f"eip155:{number}/" + ("slip44:60" if token == "coin" else f"erc20:{token}")
        wallet = f"eip155:{number}:{address.lower()}"
        held = booked[f"asset:{wallet}", asset] + booked[f"liability:{wallet}", asset]
        assert held == units, (label, token)


def test_an_open_position_is_read_with_the_fees_that_collecting_would_pay(synced, desk):
    (before,) = synced("liquidity", "--json").json
    assert (before["value"], before["accrued"], before["block"]) == (None, None, None)
    synced("reconcile", "--rpc", urls(desk)[0])
    (row,) = synced("liquidity", "--json").json
    paid, given = paid_and_given(desk)
    assert [int(each["raw"]) for each in row["accrued"]] == paid != [0, 0]
    assert [int(each["raw"]) for each in row["amounts"]] == given
    assert ".fees" in str(synced("positions", "--json").json)
    # strangers sold coin to the pool below its quote: what the position bought is worth more
    assert float(row["value"]) > float(row["held_value"])


def test_every_asset_of_the_trial_balance_sums_to_zero(synced):
    rows = synced("trial-balance", "--json").json
    assert rows
    assert {row["difference"] for row in rows} == {"0"}


def test_only_what_was_planted_is_in_suspense_or_in_flight(synced, desk):
    found = synced("reconcile", "--json").json
    assert {(line["account"], line["quantity"]) for line in found["suspense"]} == {
        ("suspense:spam", "-0.000000000000000007"),
        ("suspense:unmatched", "-3000"),
        ("suspense:unmatched", "-1"),
    }
    (flight,) = found["in_flight"]
    assert flight["txid"] == desk.done["in flight"].hash
    about = {problem["code"] for problem in found["problems"]}
    assert about - {"position_unread"} <= {
        *("in_flight", "missing_basis", "missing_price", "stale_price")
    }


def test_each_thing_that_was_done_has_its_name(synced):
    kinds = Counter(row["kind"] for row in synced("events", "--json").json)
    assert kinds == {
        "approval": 16,
        "swap": 5,
        "pool_deposit": 5,
        "pool_withdraw": 5,
        "pool_fees": 1,
        "flash_loan": 1,
        "failed": 1,
        "lend_deposit": 2,
        "lend_withdraw": 1,
        "borrow": 2,
        "repay": 1,
        "wrap": 2,
        "unwrap": 1,
        "stake": 1,
        "vault_deposit": 1,
        "vault_withdraw": 1,
        "mint": 1,
        "nft_trade": 1,
        "own_transfer": 3,
        "bridge_out": 2,
        "bridge_in": 1,
        "receive": 2,
        "gas_only": 1,
        "spam": 1,
    }


def test_closed_positions_leave_nothing_and_the_open_one_holds_its_liquidity(synced, desk):
    rows = synced("balances", "--json").json
    position = {
        row["asset"].rpartition(".")[2]: int(row["raw"])
        for row in rows
        if "/position:" in row["asset"] and row["wallet"]
    }
    number = desk.market["open"]
    assert position == {str(number): desk.market["pool"].liquidity(number)}
    transit = [row["account"] for row in rows if row["account"].startswith("transit")]
    assert transit == ["transit:bridge:bridge:1:1"]
    titles = [row for row in rows if "erc721" in row["asset"] and row["wallet"]]
    held = {row["asset"].rpartition("/")[2] for row in titles}
    assert held == {str(number), "1", "2"}


def test_the_title_of_a_position_is_neither_listed_nor_missing_a_price(synced, desk):
    manager = desk.market["pool"].manager.address.lower()
    held = [row["asset"] for row in synced("positions", "--json").json]
    assert not [asset for asset in held if f"erc721:{manager}" in asset]
    problems = synced("reconcile", "--json").json["problems"]
    assert not [one for one in problems if f"erc721:{manager}" in one["source"]]


def test_liquidity_of_one_block_earns_its_fee_and_nothing_is_left_of_it(synced, desk):
    inside = {desk.done["jit in"].hash, desk.done["jit out"].hash}
    rows = [row for row in synced("events", "--json").json if row["txid"] in inside]
    assert len({row["group"] for row in rows}) == 1
    rewards = [leg for row in rows for leg in row["legs"] if leg["role"] == "reward"]
    assert rewards and all(int(leg["raw"]) > 0 for leg in rewards)


def test_a_flash_loan_is_netted_and_its_costs_stand_apart(synced, desk):
    (entry,) = [one for one in entries(synced) if one["txid"] == desk.done["arbitrage"].hash]
    paths = {posting["account"] for posting in entry["postings"]}
    assert {"expense:flash_loan", "expense:tip", "expense:gas", "income:trading"} <= paths
    failed = [one for one in entries(synced) if one["txid"] == desk.done["failed"].hash]
    assert {p["account"] for one in failed for p in one["postings"]} == {
        "expense:failed",
        f"asset:eip155:{FIRST}:{desk.fund.lower()}",
    }


def test_interest_is_income_or_expense_and_no_debt_is_income(synced, desk):
    for url in urls(desk):
        synced("reconcile", "--rpc", url)
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in synced("balances", "--json").json:
        sums[row["account"], row["symbol"]] += int(row["raw"])
    assert sums["expense:interest", "variableDebtUSDC"] < -3_000 * 10**6
    assert sums["income:interest", "aWETH"] < -(2 * 10**18)
    assert sums["income:staking", "stETH"] < -(10**18)


def test_a_second_sync_adds_nothing(synced, desk):
    before = entries(synced)
    for url in urls(desk):
        (row,) = synced("sync", "--rpc", url, "--json").json
        assert (row["transactions"], row["new"]) == (0, 0)
    (again,) = synced("sync", "--rpc", urls(desk)[0], "--from", "0", "--json").json
    assert (again["transactions"] > 50, again["new"]) == (True, 0)
    one = synced("sync", "--rpc", urls(desk)[0], "--tx", desk.done["arbitrage"].hash, "--json")
    assert one.json[0]["new"] == 0
    assert entries(synced) == before


def test_the_order_of_syncs_changes_nothing(synced, desk):
    before = entries(synced)
    second_fund(synced, desk)
    for url in reversed(urls(desk)):
        assert synced("sync", "--rpc", url, "--fund", "second").code == 0
    assert synced("journal", "--json", "--fund", "second").json == before


def test_wallets_synced_one_by_one_give_the_books_of_all_together(synced, desk):
    before = entries(synced)
    second_fund(synced, desk)
    for label, (number, _) in desk.owned().items():
        url = urls(desk)[number != FIRST]
        done = synced("sync", "--rpc", url, "--wallet", label, "--fund", "second")
        assert done.code == 0, done.err
    assert synced("journal", "--json", "--fund", "second").json == before


def test_a_node_of_a_network_without_a_wallet_is_refused(partita, desk):
    partita("wallet", "add", "polygon", "0x" + "1" * 40, "--label", "p")
    done = partita("sync", "--rpc", urls(desk)[0])
    assert (done.code, f"eip155:{FIRST}" in done.err) != (0, False)


@pytest.mark.parametrize("answers", [0, 2, 10, 40])
def test_a_node_that_dies_in_the_middle_loses_nothing_and_moves_no_cursor(synced, desk, answers):
    before = entries(synced)
    second_fund(synced, desk)
    with dying(desk.chain.node.url, answers) as server:
        done = synced("sync", "--rpc", server.url, "--fund", "second")
    assert done.code == 1
    assert "source_unavailable" in done.err
    assert synced("journal", "--json", "--fund", "second").json == []
    for url in urls(desk):
        (row,) = synced("sync", "--rpc", url, "--fund", "second", "--json").json
        assert row["from"] == 0
    assert synced("journal", "--json", "--fund", "second").json == before


def test_what_is_explained_is_neither_booked_nor_kept(synced, desk):
    before, stored = entries(synced), rows_of_all_tables(synced)
    for name in ("arbitrage", "failed", "jit in", "spam"):
        done = synced(
            *("explain", desk.done[name].hash, "--network", "ethereum", "--wallet", desk.fund),
            *("--rpc", desk.chain.node.url, "--json"),
        )
        assert (done.code, done.json["problems"]) == (0, []), done.err
        assert done.json["entries"], name
    assert rows_of_all_tables(synced) == stored
    assert entries(synced) == before


def rows_of_all_tables(partita):
    """Everything that the database holds, as one text."""
    with closing(sqlite3.connect(partita.folder / "partita.db")) as database:
        return "\n".join(database.iterdump())


HEADER = (
    "Txhash,Blockno,UnixTimestamp,DateTime (UTC),From,To,TokenValue,USDValueDayOfTx,"
    "ContractAddress,TokenName,TokenSymbol"
)


def test_a_sync_asks_for_the_decimals_of_tokens_that_an_explorers_file_names(partita, desk):
    wallet, usdc = desk.vault_wallet.lower(), desk.market["usdc"].address.lower()
    partita("wallet", "add", "ethereum", wallet, "--label", "cold")
    row = f"0x{'ab' * 32},7,1704067300,2024-01-01 00:01:40,{desk.stranger.lower()},{wallet},12.5"
    partita.write(f"export-token-{wallet}.csv", HEADER, f"{row},N/A,{usdc},USD Coin,USDC")
    done = partita("import", f"export-token-{wallet}.csv", "--wallet", "cold", "--json")
    assert done.json["venue"] == "etherscan", done.out
    done = partita("sync", "--rpc", urls(desk)[0], "--from", "0", "--to", "0", "--json")
    assert (done.code, done.json[0]["transactions"]) == (0, 0)
    (held,) = [row for row in partita("balances", "--json").json if row["wallet"]]
    assert (held["symbol"], held["quantity"], held["raw"]) == ("USDC", "12.5", "12500000")


def test_a_transaction_that_a_file_told_first_is_booked_once_as_the_chain_has_it(synced, desk):
    before = entries(synced)
    second_fund(synced, desk)
    wallet, usdc = desk.vault_wallet.lower(), desk.market["usdc"].address.lower()
    move = desk.done["own transfer"]
    row = f"{move.hash},{move.block},{move.timestamp},2025-01-30 10:00:00,{desk.fund.lower()}"
    name = f"export-token-{wallet}.csv"
    synced.write(name, HEADER, f"{row},{wallet},5000,N/A,{usdc},USD Coin,USDC")
    told = synced("import", name, "--wallet", "cold", "--fund", "second", "--json")
    assert (told.code, told.json["new"]) == (0, 1), told.out
    assert len(synced("journal", "--json", "--fund", "second").json) == 1
    for url in urls(desk):
        assert synced("sync", "--rpc", url, "--fund", "second").code == 0
    assert synced("journal", "--json", "--fund", "second").json == before


def test_what_a_balance_grew_by_leads_back_to_the_answer_that_said_so(synced, desk):
    synced("reconcile", "--rpc", urls(desk)[0])
    grown = [one for one in entries(synced) if one["kind"] == "accrual"]
    sources: Counter[object] = Counter()
    for entry in grown:
        (source,) = synced("trace", entry["id"], "--json").json["entries"][0]["sources"]
        sources[source["kind"], source.get("block")] += 1
    # of a pool fees in one of its two assets; what grew until stETH was moved, its transaction says
    assert sources == {("balance", desk.chain.height): 4, ("transaction", None): 1}


def test_a_stopped_node_is_an_error_and_the_books_stay(partita):
    require_anvil()
    with Anvil(chain_id=FIRST) as node:
        chain = Chain(node)
        wallet = chain.accounts[0]
        chain.set_balance(wallet, 0)
        chain.transact(pay(chain.owner, wallet, 5))
        partita("wallet", "add", "ethereum", wallet, "--label", "hot")
        assert partita("sync", "--rpc", node.url).code == 0
        url = node.url
        before = entries(partita)
    done = partita("sync", "--rpc", url)
    assert (done.code, "source_unavailable" in done.err) == (1, True)
    assert entries(partita) == before != []
    assert partita("reconcile", "--rpc", url).code == 1


def second_fund(partita, desk):
    """Another fund of the same wallets, added the other way round."""
    assert partita("fund", "create", "second").code == 0
    for label, (number, address) in reversed(desk.owned().items()):
        partita("wallet", "add", NAMES[number], address, "--label", label, "--fund", "second")
    write_prices(partita, desk)
    partita("prices", "import", "prices.csv", "--fund", "second")


@contextmanager
def dying(url, answers):
    """A way to a node that breaks off for ever after so many answers."""
    left = [answers]

    def respond(body):
        if not left[0]:
            raise ConnectionResetError
        left[0] -= 1
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answered:
            said = answered.read()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\n\r\n"
        return [head.encode(), said]

    with served(respond) as server:
        yield server


def test_networks_read_beside_each_other_give_the_books_that_one_after_the_other_does(
    synced, desk, partita, monkeypatch, tmp_path
):
    once_more = f"sqlite:///{tmp_path / 'beside.db'}"
    monkeypatch.setenv("PARTITA_ALLOW_PRIVATE_NODES", "true")
    nodes = dict(zip((f"eip155:{FIRST}", f"eip155:{SECOND}"), urls(desk), strict=True))
    monkeypatch.setenv("PARTITA_NODES", json.dumps(nodes))
    at = ("--db", once_more)
    assert partita("fund", "create", "main", "--base", "USD", "--regime", "us", *at).code == 0
    for label, (number, address) in desk.owned().items():
        partita("wallet", "add", NAMES[number], address, "--label", label, *at)
    write_prices(partita, desk)
    assert partita("prices", "import", "prices.csv", *at).code == 0
    rows = partita("sync", "--json", *at).json
    assert [row["network"] for row in rows] == sorted(nodes)
    digests = [partita("keep", "--json", *words).json["digest"] for words in ((), at)]
    assert digests[0] == digests[1]
