"""A loan in real books: how likely it is liquidated, by the web and by the command alike."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import Desk, now
from api.jobs.bring import import_bytes, import_price_bytes
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.conftest import HEADER, READ, bearer
from tests.api.routes import shapes
from tests.end_to_end.command import Command
from tests.risk.series import random_series

FIRST = date(2026, 1, 1)
ROWS = (
    "2026-01-01T09:00:00Z,contribution,bank,,,ETH,10,,,,,,c-1,\n"
    "2026-01-01T10:00:00Z,borrow,bank,,,USDC,12000,,,,,,b-1,\n"
    "2026-01-02T10:00:00Z,redemption,bank,USDC,12000,,,,,,,,r-1,\n"
    "2026-07-15T10:00:00Z,staking,bank,,,ETH,0.0001,,,,,,s-1,\n"
)


def prices():
    lines, price = ["time,asset,price,currency,source"], 3_000.0
    for at, move in enumerate(random_series(1, days=196, scale=0.03, mean=0).values):
        price *= 1 + move
        day = FIRST + timedelta(days=at)
        lines += [f"{day},ETH,{price:.4f},USD,test", f"{day},USDC,1,USD,test"]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    path = f"sqlite:///{tmp_path_factory.mktemp('loans') / 'partita.db'}"
    with open_store(path, clock=now) as store:
        store.funds.create(Fund("main", "USD", "us"))
        desk = Desk(store, store.funds.get("main"))
        import_bytes(desk, [("main.csv", (HEADER + ROWS).encode())])
        import_price_bytes(desk, "prices.csv", prices().encode())
        store.keys.add("main", READ, "reads", ["read"])
    return path


@pytest.fixture(scope="module")
def client(url):
    with TestClient(create_app(url), headers=bearer(READ), raise_server_exceptions=False) as asker:
        yield asker


@pytest.fixture
def partita(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PARTITA_DATABASE_URL", url)
    return Command(tmp_path, monkeypatch, capsys)


def asked(client, **words):
    answer = client.get("/v1/risk/lending", params=words)
    assert answer.status_code == 200, answer.text
    shapes()["GET", "/v1/risk/lending"].model_validate_json(answer.content, strict=True)
    [row] = answer.json()["items"]
    return row, {one["name"]: one for one in row["measures"]}


STATED = {"threshold": "none:ETH=0.8", "bonus": "none:ETH=0.05"}


def test_a_loan_has_a_chance_of_liquidation_with_its_error_sample_and_parameters(client):
    row, found = asked(client, **STATED)
    one, lost = found["liquidation_probability"], found["liquidation_loss"]
    assert float(row["health"]) > 1
    assert 0 < float(one["error"]) < 0.15
    assert 0 < float(one["value"]) < 1
    assert (one["sample"], one["parameters"]["paths"]) == (195, "20000")
    # half of the debt at five percent where it happens, more where a day fell through 0.95
    chance = float(one["value"])
    assert 0.05 * 6_000 * chance <= float(lost["value"]) <= 0.05 * 12_000 * chance
    longer = asked(client, horizon="90", **STATED)[1]["liquidation_probability"]
    assert float(longer["value"]) > float(one["value"])


def test_a_threshold_of_one_wallet_takes_the_place_of_that_of_all(client):
    plain, _ = asked(client, threshold="none:ETH=0.8")
    own = ["none:ETH=0.8", "none:ETH@venue:partita:bank=0.93"]
    better, found = asked(client, threshold=own)
    assert float(better["health"]) == pytest.approx(float(plain["health"]) * 0.93 / 0.8)
    assert better["collateral"][0]["threshold"] == "0.93"
    assert found["liquidation_loss"]["reason"] == "no liquidation bonus is stated for ETH"
    other, _ = asked(client, threshold=["none:ETH=0.8", "none:ETH@venue:partita:else=0.93"])
    assert other["health"] == plain["health"]


def test_without_thresholds_or_with_few_prices_there_is_a_reason(client):
    _, dark = asked(client)
    assert {one["reason"] for one in dark.values()} == {
        "no liquidation threshold is stated for ETH"
    }
    _, young = asked(client, as_of="2026-02-10", **STATED)
    assert {one["value"] for one in young.values()} == {None}
    assert young["liquidation_loss"]["reason"].endswith("of at least 60 days with a price of all")


def test_the_command_and_the_web_say_the_same_of_a_loan(partita, client):
    words = ("--threshold", "none:ETH=0.8", "--bonus", "none:ETH=0.05")
    more = ("--part", "0.4", "--horizon", "10", "--oracle-lag", "12")
    done = partita("risk", "lending", *words, *more, "--json")
    row, _ = asked(client, part="0.4", horizon="10", oracle_lag="12", **STATED)
    assert (done.code, done.json) == (0, [row])
    shown = partita("risk", "lending", *words)
    assert (shown.code, "liquidation_probability" in shown.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("--threshold", "none=0.8"), {"threshold": "none=0.8"}),
        (("--bonus", "none:ETH=x"), {"bonus": "none:ETH=x"}),
        (("--part", "0"), {"part": "0"}),
        (("--part", "nan"), {"part": "nan"}),
        (("--horizon", "0"), {"horizon": "0"}),
        (("--horizon", "366"), {"horizon": "366"}),
        (("--oracle-lag", "-1"), {"oracle_lag": "-1"}),
        (("--oracle-lag", "720"), {"oracle_lag": "720"}),
        (("--oracle-lag", "1", "--horizon", "365"), {"oracle_lag": "1", "horizon": "365"}),
    ],
)
def test_what_no_loan_can_be_asked_is_refused_at_both_doors(partita, client, words, more):
    done = partita("risk", "lending", *words, "--json")
    assert (done.code, done.out) == (6, "")
    answer = client.get("/v1/risk/lending", params=more)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
