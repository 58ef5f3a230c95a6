"""Sizes, weights, walks and lists of trades of one fund: by the web and by the command alike."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import Desk, now
from api.jobs.bring import import_bytes, import_price_bytes
from api.jobs.tax_record import record_of
from api.wallets import wallet_of
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.conftest import READ, bearer
from tests.api.routes import shapes

FIRST = date(2026, 1, 5)
DAYS = 130
HEADER = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,to_wallet,"
    "strategy,txid\n"
)
#: what each strategy was given, in a wallet of its own; `flash` is too small to be weighed
GIVEN = {"arb": 45_000, "maker": 10_000, "flash": 500}


def traded() -> str:
    """Two strategies that trade each day, a small one, and one that buys from a common wallet."""
    rows = [f"{FIRST}T00:10:00Z,contribution,bank,,,USD,100000,,,c-1\n"]
    for name, money in GIVEN.items():
        rows.append(f"{FIRST}T00:20:00Z,transfer,bank,USD,{money},,,{name},,to-{name}\n")
    rows.append(f"{FIRST}T01:00:00Z,buy,bank,USD,20000,BTC,0.25,,holding,h-1\n")
    rows.append(f"{FIRST}T02:00:00Z,buy,arb,USD,30000,ETH,10,,arb,h-2\n")
    for at in range(DAYS):
        day = FIRST + timedelta(days=at)
        for name, result, hour in (("arb", won(at), 10), ("maker", lost(at), 12)):
            size = 1000 + 100 * (at % 9)
            asset = {"arb": "LINK", "maker": "UNI"}[name]
            rows.append(
                f"{day}T{hour}:00:00Z,buy,{name},USD,{size},{asset},{size},,{name},{name}-b{at}\n"
                f"{day}T{hour}:30:00Z,sell,{name},{asset},{size},USD,{size + result},,{name},"
                f"{name}-s{at}\n"
            )
    return HEADER + "".join(rows)


def won(at: int) -> int:
    """What `arb` earned on a day."""
    return (40, -25, 60, -10, 5, -30, 20)[at % 7]


def lost(at: int) -> int:
    """What `maker` earned on a day."""
    return (15, 15, -40, 30, -5)[at % 5]


def priced() -> str:
    lines = ["time,asset,price,currency,source\n"]
    for at in range(DAYS + 3):
        day = FIRST + timedelta(days=at)
        lines += [
            f"{day},{asset},{price},USD,test\n"
            for asset, price in (("BTC", 80_000 + 50 * at), ("ETH", 3_000 + at), ("LINK", 1))
        ]
        lines.append(f"{day},UNI,1,USD,test\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    return filled(f"sqlite:///{tmp_path_factory.mktemp('allocations') / 'partita.db'}")


def filled(path: str, more: str = "") -> str:
    """A database with the fund, and perhaps with more rows."""
    with open_store(path, clock=now) as store:
        store.funds.create(Fund("main", "USD", "us"))
        desk = Desk(store, store.funds.get("main"))
        for name in GIVEN:
            desk.add_wallet(wallet_of("venue:partita", name, "", name))
        import_bytes(desk, [("main.csv", (traded() + more).encode())])
        import_price_bytes(desk, "prices.csv", priced().encode())
        store.keys.add("main", READ, "reads", ["read"])
    return path


@pytest.fixture(scope="module")
def client(url):
    with TestClient(create_app(url), headers=bearer(READ), raise_server_exceptions=False) as asker:
        yield asker


@pytest.fixture
def partita(url, tmp_path, monkeypatch, capsys):
    from tests.end_to_end.command import Command

    monkeypatch.setenv("PARTITA_DATABASE_URL", url)
    return Command(tmp_path, monkeypatch, capsys)


def asked(client, path, **words):
    answer = client.get(f"/v1/{path}", params=words)
    assert answer.status_code == 200, answer.text
    shapes()["GET", f"/v1/{path}"].model_validate_json(answer.content, strict=True)
    return answer.json()


def measures(row):
    return {one["name"]: one for one in row["measures"]}


def share(row, name):
    return float(next(one["weight"] for one in row["weights"] if one["name"] == name))


def test_weights_of_the_strategies_that_trade(client):
    row = asked(client, "allocations", model="risk-parity")
    assert [one["name"] for one in row["weights"]] == ["arb", "maker"]
    assert sum(float(one["weight"]) for one in row["weights"]) == pytest.approx(1)
    assert row["fallback"] == ""
    assert measures(row)["mean_return"]["error"] is not None
    assert {one["error"] for one in row["weights"]} == {None}
    unsure = asked(client, "allocations", model="inverse-variance", errors="true")
    assert all(float(one["error"]) > 0 for one in unsure["weights"])
    capped = asked(client, "allocations", model="cvar", cap="arb=0.25", confidence="0.9")
    assert share(capped, "arb") <= 0.25 + 1e-6
    assert capped["parameters"]["confidence"] == "0.9"


def test_a_view_moves_weight(client):
    told = {"model": "black-litterman", "objective": "utility", "aversion": "5"}
    sure = asked(client, "allocations", view="maker,arb,0.05,1", **told)
    opposite = asked(client, "allocations", view="arb,maker,0.05,1", **told)
    assert share(sure, "maker") > share(opposite, "maker")


def test_kelly_leaves_cash_and_says_how_much(client):
    row = asked(client, "allocations", model="kelly", rf="0.5")
    assert row["cash"] == "1"


def test_a_walk_stands_beside_equal_weight(client):
    row = asked(
        client,
        "allocations/walk-forward",
        model=["fixed-share", "inverse-variance"],
        first="60",
        cost="0.001",
        tried="7",
    )
    assert [one["model"] for one in row["outcomes"]] == [
        "equal",
        "fixed-share",
        "inverse-variance",
    ]
    assert (row["tried"], row["parameters"]["models tried"]) == (10, "10")
    for one in row["outcomes"]:
        assert measures(one)["sharpe"]["error"] is not None
        assert one["rebalanced"][0]["learned_until"] < one["rebalanced"][0]["day"]


def test_the_list_of_trades_has_amounts_gas_and_band(client):
    row = asked(client, "allocations/rebalance", model="equal")
    moves = {one["strategy"]: one for one in row["moves"]}
    assert set(moves) == {"arb", "maker"}
    divided, capital = float(row["divided"]), row["capital"]
    maker = 10_000 + sum(map(lost, range(DAYS)))
    arb = 10 * (3_000 + DAYS) + 15_000 + sum(map(won, range(DAYS)))
    assert float(moves["maker"]["amount"]) == pytest.approx(divided / 2 - maker)
    # money of the base currency in its wallet is its capital, like coins there
    assert float(moves["arb"]["current"]) * divided == pytest.approx(arb)
    assert moves["maker"]["gas"]["reason"] == "no network fee of this strategy is in the books"
    assert moves["maker"]["tax"]["reason"] == "nothing is sold"
    assert float(moves["maker"]["band"]["value"]) == 0
    own = {one["name"]: one for one in capital["strategies"]}
    # what is too small to be weighed is left alone, and not divided
    assert own["flash"]["weighed"] is False
    assert own["flash"]["reason"] == (
        "0 of at least 30 days with a return on own capital of at least 0.01 of the fund's"
        f" ({DAYS} with less)"
    )
    assert divided == pytest.approx(float(capital["nav"]) - 500)
    # of what has no wallet of its own nobody knows the capital: no figure is made up
    assert (own["holding"]["value"], own["holding"]["share"]) == (None, None)
    assert own["holding"]["reason"] == "no wallet of its own: what its capital is, is not known"
    # the rest is stated: weights of now and it are all that is divided
    [rest] = capital["rest"]
    bank = 100_000 - sum(GIVEN.values()) - 20_000 + 0.25 * (80_000 + 50 * DAYS)
    assert rest["name"] == "none"
    assert float(rest["value"]) == pytest.approx(bank)
    assert float(capital["held"]) + bank / divided == pytest.approx(1)
    # what is put in is more than what is taken out by it, and it is said
    assert all(one["trade"] for one in row["moves"])
    put_in = sum(float(one["amount"]) for one in row["moves"])
    assert put_in == pytest.approx(bank)
    assert row["reason"] == (
        f"the trades to be made put in {bank:.2f} more than they take out;"
        f" {bank:.2f} ({bank / divided:.2%}) of what is divided stands in no strategy:"
        f" none {bank:.2f}"
    )


def test_what_was_said_of_tax_after_the_time_asked_for_is_not_told(client, monkeypatch):
    untils = []

    def known(desk, until=None):
        untils.append(until)
        return record_of(desk, until)

    monkeypatch.setattr("api.routes.allocations.record_of", known)
    asked(client, "allocations/rebalance", as_of="2026-05-09")
    assert untils == [datetime(2026, 5, 9, tzinfo=UTC)]


def test_a_part_of_a_strategy_is_sold_as_a_part_of_what_stands_in_its_wallets(client):
    words = {"model": "equal", "cap": "arb=0.1"}
    row = asked(client, "allocations/rebalance", rate="short=0.3", **words)
    arb = next(one for one in row["moves"] if one["strategy"] == "arb")
    [units] = arb["tax"]["sold"]
    part = 1 - 0.1 / float(arb["current"])
    assert (units["asset"], units["wallet"]) == ("ETH", "venue:partita:arb")
    assert float(units["quantity"]) == pytest.approx(10 * part, rel=1e-6)
    # its dollars go without a sale: only the part of its coins has a gain
    gain = (10 * (3_000 + DAYS) - 30_000) * part
    assert float(arb["tax"]["gain"]) == pytest.approx(gain, abs=0.01)
    assert float(arb["tax"]["tax"]) == pytest.approx(gain * 0.3, abs=0.01)
    unstated = asked(client, "allocations/rebalance", **words)["moves"]
    tax = next(one["tax"] for one in unstated if one["strategy"] == "arb")
    assert (tax["tax"], tax["reason"]) == (None, "no rate was stated for a term")


def test_what_is_sold_takes_the_lots_that_were_named_in_time_whatever_the_method(tmp_path):
    """The dearest lot of the strategy is not sold first where nobody ordered that."""
    dear = f"{FIRST}T03:00:00Z,buy,arb,USD,9000,ETH,1,,arb,h-3\n"
    path = filled(f"sqlite:///{tmp_path / 'partita.db'}", dear)
    with open_store(path, clock=now) as store:
        store.funds.change_method("main", 2026, "hifo")
        Desk(store, store.funds.get("main")).keep()
    with TestClient(create_app(path), headers=bearer(READ)) as client:
        row = asked(client, "allocations/rebalance", model="equal", cap="arb=0.1")
    [tax] = [one["tax"] for one in row["moves"] if one["strategy"] == "arb"]
    sold = float(tax["sold"][0]["quantity"])
    assert 2 < sold < 10
    assert float(tax["gain"]) == pytest.approx(sold * DAYS, abs=0.01)


def test_money_that_is_taken_out_of_a_wallet_of_money_sells_nothing(client):
    row = asked(client, "allocations/rebalance", model="equal", cap="maker=0.01")
    maker = next(one for one in row["moves"] if one["strategy"] == "maker")
    assert float(maker["amount"]) < 0
    assert (maker["tax"]["sold"], maker["tax"]["gain"]) == ([], None)
    assert maker["tax"]["reason"] == (
        "its wallets hold nothing but money of the base currency: nothing is sold"
    )


def test_a_strategy_that_is_left_alone_is_not_divided(client):
    row = asked(client, "allocations/rebalance", model="equal", leave="arb")
    assert [one["strategy"] for one in row["moves"]] == ["maker"]
    own = {one["name"]: one for one in row["capital"]["strategies"]}
    assert own["arb"]["reason"] == "left alone, as asked"
    left = float(own["arb"]["value"]) + 500
    assert float(row["divided"]) == pytest.approx(float(row["capital"]["nav"]) - left)
    # a bound on what is left alone says why it bounds nothing
    answer = client.get("/v1/allocations", params={"leave": "arb", "cap": "arb=0.5"})
    assert (answer.status_code, "left alone, as asked" in answer.text) == (422, True)


def test_a_smaller_share_of_the_fund_is_capital_enough_where_it_is_said(client):
    row = asked(client, "allocations", least_capital="0.001")
    own = {one["name"]: one for one in row["capital"]["strategies"]}
    # it stands still all the same
    assert own["flash"]["reason"] == "its capital moved on 0 of at least 30 days"
    assert (own["flash"]["days"], own["flash"]["days_short"]) == (DAYS, 0)


def test_before_anything_there_is_a_reason_and_no_list(client):
    row = asked(client, "allocations/rebalance", as_of="2000-01-01")
    assert row["moves"] == []
    assert row["reason"] == "the value that could be divided is not above zero"


def test_sizes_rest_on_trades_that_can_be_found(client):
    for path in ("sizes", "sizes/capacity", "sizes/ruin", "sizes/drawdown"):
        [row] = asked(client, path, strategy="arb")["items"]
        assert len(row["entries"]) == DAYS
        found = client.get(f"/v1/trace/{quote(row['entries'][0], safe='')}")
        assert found.status_code == 200, path


def test_sizes_of_all_methods(client):
    rows = asked(client, "sizes/together", leverage="2", cap="arb=0.5")["items"]
    assert [one["name"] for one in rows] == ["arb", "maker", "all", "flash", "holding"]
    assert float(measures(rows[0])["full"]["value"]) <= 0.5 + 1e-6
    [volatility, _, flash, _] = asked(client, "sizes/volatility", target="0.01")["items"]
    assert 0 < float(measures(volatility)["exposure"]["value"]) <= 1
    # what cannot be weighed is not sized, and it is said why
    for one in (measures(rows[3])["full"], measures(flash)["exposure"]):
        assert (one["value"], one["reason"][:18]) == (None, "0 of at least 30 d")
    stake = asked(client, "sizes/fixed-fraction", entry="100", stop="95", nav="1000", risk="0.01")
    assert stake == {"units": "2", "stake": "200"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("allocations", {"model": "CVar"}),
        ("allocations", {"model": "hrp", "view": "arb,maker,0.1"}),
        ("allocations", {"model": "mean-variance", "objective": "best"}),
        ("allocations", {"model": "hrp", "objective": "sharpe"}),
        ("allocations", {"model": "mean-variance", "objective": "target-return"}),
        ("allocations", {"cap": "nobody=0.5"}),
        ("allocations", {"cap": "arb=1.5"}),
        ("allocations", {"cap": "arb=nan"}),
        ("allocations", {"cap": "chain:moon=0.5"}),
        ("allocations", {"capacity": "arb=-1"}),
        ("allocations", {"turnover": "nan"}),
        ("allocations", {"confidence": "1"}),
        ("allocations", {"leave": "nobody"}),
        ("allocations", {"least_capital": "0.6"}),
        ("allocations", {"least_capital": "nan"}),
        ("allocations", {"cap": "flash=0.5"}),
        ("allocations", {"capacity": "holding=5"}),
        ("allocations/walk-forward", {"model": ["hrp"] * 7}),
        ("allocations/walk-forward", {"model": "best"}),
        ("allocations/walk-forward", {"first": "0"}),
        ("allocations/rebalance", {"rate": "short=2"}),
        ("sizes/together", {"leverage": "0"}),
        ("sizes/together", {"cap": "nobody=1"}),
        ("sizes/drawdown", {"level": "1"}),
        ("sizes", {"strategy": "nobody"}),
        ("sizes/ruin", {"strategy": "nobody"}),
        ("sizes/ruin", {"part": "inf"}),
        ("sizes/fixed-fraction", {"entry": "95", "stop": "100"}),
        ("sizes/fixed-fraction", {"entry": "100"}),
    ],
)
def test_what_is_no_question_is_refused_as_a_problem(client, path, words):
    answer = client.get(f"/v1/{path}", params=words)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


# ---- the command says the same


def test_the_command_and_the_web_say_the_same(partita, client):
    done = partita("allocate", "--model", "cvar", "--cap", "arb=0.25", "--json")
    assert (done.code, done.json) == (0, asked(client, "allocations", model="cvar", cap="arb=0.25"))
    done = partita("allocate", "--rebalance", "--model", "equal", "--rate", "short=0.37", "--json")
    assert done.json == asked(client, "allocations/rebalance", model="equal", rate="short=0.37")
    done = partita("allocate", "--walk-forward", "--model", "hedge", "--first", "60", "--json")
    assert done.json == asked(client, "allocations/walk-forward", model="hedge", first="60")
    both = ("--leave", "maker", "--least-capital", "0.001", "--json")
    same = {"leave": "maker", "least_capital": "0.001"}
    assert partita("allocate", *both).json == asked(client, "allocations", **same)
    done = partita("allocate", "--rebalance", *both)
    assert done.json == asked(client, "allocations/rebalance", **same)
    assert (
        partita("size", "together", *both).json == asked(client, "sizes/together", **same)["items"]
    )
    for name in ("together", "drawdown", "volatility", "ruin", "capacity"):
        assert partita("size", name, "--json").json == asked(client, f"sizes/{name}")["items"]


def test_tables_are_for_people(partita):
    for words in (
        ("allocate",),
        ("allocate", "--rebalance"),
        ("allocate", "--walk-forward", "--first", "60", "--model", "hedge"),
        ("size", "together"),
        ("size", "capacity", "--strategy", "arb"),
    ):
        done = partita(*words)
        assert (done.code, done.err[:12], done.err.count("\n")) == (0, "known at 202", 1), words
        assert "arb" in done.out or "hedge" in done.out


def test_the_books_know_what_a_table_would_say(partita):
    assert partita("allocate", "--nav", "5").code == 6
