"""Returns of real books by wallet, chain and strategy, by the day and by the hour."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from api import figures as of_books
from api.benchmarks import asset_called, benchmark_series
from api.part_returns import DIVISIONS, Question, division, returns_row
from api.routes.shapes_of_reports import PartReturnsOut
from ledger.model.asset import Asset, AssetId, by_symbol, native
from ledger.model.errors import BadInput
from ledger.model.fund import Fund
from ledger.model.position import Quote
from ledger.prices.book import PriceBook
from tests.end_to_end.command import Command
from tests.ledger.test_accrued_fees import kept
from tests.ledger.test_positions_without_token import opened

FUND = Fund("main", "USD", "us")
MOVED = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,to_wallet,strategy",
    "2026-01-05T00:30:00Z,contribution,one,,,USD,1000,,",
    "2026-01-05T00:40:00Z,buy,one,USD,500,BTC,5,,arb",
    "2026-01-07T12:00:00Z,transfer,one,BTC,2,,,two,",
)
#: an hour of the first day without a price
GAP = 20
BTC = "time,asset,price,currency\n" + "".join(
    f"2026-01-{5 + hour // 24:02d}T{hour % 24:02d}:00:00Z,BTC,{100 + hour % 7},USD\n"
    for hour in range(96)
    if hour != GAP
)


@pytest.fixture
def moved(tmp_path, monkeypatch, capsys):
    """A fund of two wallets at a venue, and a price of each hour of four days."""
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    partita = Command(tmp_path, monkeypatch, capsys)
    assert partita("fund", "create", "main", "--base", "USD", "--regime", "us").code == 0
    assert partita("import", partita.write("main.csv", *MOVED)).code == 0
    partita("prices", "import", partita.write("prices.csv", *BTC.splitlines()))
    return partita


def parts(row):
    return {part["label"]: part for part in row["parts"]}


def figures(part):
    return {one["name"]: one for one in part["measures"]}


def test_values_and_flows_of_parts_sum_to_those_of_the_fund(moved):
    whole = {point["time"]: point for point in moved("nav", "--json").json}
    for by in DIVISIONS:
        row = moved("risk", "returns", "--by", by, "--series", "--json").json
        PartReturnsOut.model_validate_json(json.dumps(row), strict=True)
        for time, point in whole.items():
            at = [one for part in row["parts"] for one in part["points"] if one["time"] == time]
            for name in ("nav", "flows"):
                assert sum(Decimal(one[name]) for one in at) == Decimal(point[name])


def test_a_move_between_wallets_is_a_flow_of_both_at_its_market_value(moved):
    found = parts(moved("risk", "returns", "--by", "wallet", "--series", "--json").json)
    assert set(found) == {"one", "two"}
    price = 100 + 60 % 7
    flows = {
        name: [Decimal(one["flows"]) for one in part["points"] if one["time"] > "2026-01-07T12"]
        for name, part in found.items()
    }
    assert flows["one"][0] == -2 * price == -flows["two"][0]
    assert figures(found["two"])["time_weighted"]["value"] is not None


def test_one_part_of_all_has_the_returns_of_the_fund(moved):
    whole = {one["name"]: one["value"] for one in moved("risk", "--json").json["measures"]}
    found = figures(moved("risk", "returns", "--json").json["parts"][0])
    for name in ("time_weighted", "modified_dietz", "money_weighted", "max_drawdown"):
        assert found[name]["value"] == whole[name]


def test_hours_have_returns_where_every_hour_has_a_mark(moved):
    words = ("--every", "1", "--from", "2026-01-06", "--to", "2026-01-07", "--json")
    (part,) = moved("risk", "returns", *words).json["parts"]
    found = figures(part)
    assert (found["volatility"]["sample"], found["intervals_without_return"]["value"]) == (48, "0")
    assert found["volatility"]["parameters"]["periods per year"] == "8760"
    assert part["problems"] == []


def test_the_mark_of_the_hour_before_is_none_of_this_hour(moved):
    words = ("--every", "1", "--from", "2026-01-05", "--to", "2026-01-05", "--json")
    (part,) = moved("risk", "returns", *words).json["parts"]
    (problem,) = part["problems"]
    assert problem["message"] == "no quote of BTC of the 1 h before at 1 of 24 valuations"
    assert figures(part)["intervals_without_return"]["value"] == "2"


def test_hours_without_a_mark_are_a_problem_and_no_figure(moved):
    more = "time,kind,wallet,received_asset,received_quantity\n2026-01-06T05:10:00Z,airdrop,one,X,1"
    moved("import", moved.write("more.csv", *more.splitlines()))
    words = ("--every", "1", "--from", "2026-01-06", "--to", "2026-01-06")
    (part,) = moved("risk", "returns", *words, "--json").json["parts"]
    found = figures(part)
    assert found["time_weighted"]["value"] is None
    assert found["intervals_without_return"]["value"] == "19"
    (problem,) = part["problems"]
    assert (problem["code"], problem["source"]) == ("missing_price", "symbol:X")
    assert problem["message"] == "no quote of X of the 1 h before at 19 of 25 valuations"
    assert "missing_price: no quote of X" in moved("risk", "returns", *words).out


def test_what_cannot_be_asked_is_bad_input(moved):
    for words in (
        ("--by", "mood"),
        ("--every", "5"),
        ("--every", "0"),
        ("--from", "yesterday"),
        ("--every", "1", "--from", "2026-01-08", "--to", "2026-01-07"),
        ("--every", "1", "--from", "2020-01-08", "--to", "2026-01-07"),
    ):
        done = moved("risk", "returns", *words)
        assert (done.code, done.out) == (6, ""), words
    for word in ("NOTHING", "", "two words"):
        assert moved("risk", "--benchmark", word).code == 6


def test_the_web_api_answers_the_same(reader):
    for by in DIVISIONS:
        answer = reader.get("/v1/risk/returns", params={"by": by, "series": True})
        PartReturnsOut.model_validate_json(answer.content, strict=True)
    parts_of = reader.get("/v1/risk/returns", params={"by": "chain"}).json()["parts"]
    assert [part["name"] for part in parts_of] == ["venue:partita"]
    for params in ({"by": "mood"}, {"every": "5"}):
        assert reader.get("/v1/risk/returns", params=params).status_code == 422
    assert reader.get("/v1/risk/returns", params={"every": "99"}).status_code == 400


def test_units_under_way_and_in_escrow_are_parts_of_their_own():

    books = kept(opened(3), readings=())
    ether, symbol = native("eip155:1"), by_symbol("BTC")
    of_wallet, of_chain, of_strategy = (
        division(books, by) for by in ("wallet", "chain", "strategy")
    )
    assert of_wallet("transit:bridge:x", ether) == "in-flight"
    assert of_wallet("transit:escrow:cow", ether) == of_strategy("transit:escrow:x", ether)
    assert of_chain("transit:bridge:x", ether) == "eip155:1"
    assert of_chain("transit:bridge:x", symbol) == "in-flight"
    assert of_chain("venue:kraken:main", symbol) == "venue:kraken"
    assert of_strategy("venue:kraken:main", symbol) == "none"


def test_a_position_of_a_chain_stands_on_its_chain_and_before_any_entry_there_is_nothing():

    books = kept(opened(3), readings=())
    row = returns_row(books, FUND, Question("chain", series=True))
    assert [part["name"] for part in row["parts"]] == ["eip155:1"]
    before = datetime(2000, 1, 1, tzinfo=UTC)

    early = of_books.as_of(books, before)
    assert returns_row(early, FUND, Question("chain"), before)["parts"] == []
    assert returns_row(early, FUND, Question("chain", hours=1), before)["parts"] == []


# ---- beside a benchmark


def test_the_fund_stands_beside_the_asset_that_it_holds(moved):
    more = "".join(
        f"2026-02-{day:02d},BTC,{100 + day % 5},USD\n" for day in range(1, 29)
    ) + "".join(f"2026-01-{day:02d},BTC,{100 + day % 3},USD\n" for day in range(9, 32))
    moved("prices", "import", moved.write("more.csv", "time,asset,price,currency", *more.split()))
    late = ("2026-02-28T00:10:00Z", "transfer", "one", "BTC", "1", "", "", "two", "")
    moved("import", moved.write("late.csv", MOVED[0], ",".join(late)))
    row = moved("risk", "--benchmark", "btc", "--json").json
    found = {one["name"]: one for one in row["measures"]}
    assert found["beta"]["parameters"]["benchmark"] == "BTC"
    # half of the fund is in it: it moves half as much, and with it
    assert float(found["beta"]["value"]) == pytest.approx(0.5, abs=0.02)
    assert float(found["correlation_with_benchmark"]["value"]) > 0.99
    assert found["information_ratio"]["reason"].endswith("days of a year")
    plain = {one["name"] for one in moved("risk", "--json").json["measures"]}
    assert "beta" not in plain


def test_a_symbol_of_two_assets_is_refused_with_their_ids():

    ids = [AssetId(f"eip155:{chain}/erc20:0x{'ab' * 20}") for chain in (1, 10)]
    time = datetime(2026, 1, 1, tzinfo=UTC)
    quotes = [Quote(one, time, Decimal(1), "USD", "t") for one in ids]
    assets = {one: Asset(one, "DAI", 18) for one in ids}
    books = replace(kept(opened(3), readings=()), prices=PriceBook(quotes, assets), assets=assets)
    with pytest.raises(BadInput, match="2 assets"):
        asset_called(books, "dai")
    assert asset_called(books, ids[1]) == ids[1]


def test_a_benchmark_says_nothing_on_days_without_a_price_of_their_own():

    books = kept(opened(3), readings=())
    asset, start = by_symbol("ZZZ"), books.entries[0].time
    quotes = [
        Quote(asset, start + timedelta(days=day, minutes=5), Decimal(day + 1), "USD", "t")
        for day in (0, 1, 3, 4)
    ]

    books = replace(books, prices=books.prices.with_quotes(quotes))
    until = (start + timedelta(days=6)).replace(hour=23)
    found = benchmark_series(books, FUND, "zzz", until)
    assert [round(value, 12) for value in found.values] == [1.0, 0.25]
    assert isinstance(found.days[0], date)


def test_the_web_api_takes_a_benchmark(reader):
    row = reader.get("/v1/risk", params={"benchmark": "ETH"}).json()
    assert "up_capture" in {one["name"] for one in row["measures"]}
    assert reader.get("/v1/risk", params={"benchmark": "NOTHING"}).status_code == 422
