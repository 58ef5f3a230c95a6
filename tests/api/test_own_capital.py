"""Real books → weights, walks, trades and sizes on what strategies returned on own capital."""

import json
from datetime import date, timedelta
from decimal import Decimal
from math import prod

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import Desk, now
from api.jobs.bring import import_bytes, import_price_bytes
from api.wallets import wallet_of
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.conftest import READ, bearer
from tests.api.routes import shapes
from tests.end_to_end.command import Command

FIRST = date(2026, 1, 5)
DAYS = 120
HEADER = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,to_wallet,strategy"
)
WALLETS = ("small", "large", "young", "pauses", "dark", "treasure")


def on(at):
    return FIRST + timedelta(days=at)


def result(at):
    """What a trade of a day earns: the same for each strategy, and nothing over two days."""
    return 10 if at % 2 == 0 else -10


def trade(wallet, at, strategy=None):
    coin = wallet.upper()
    day, name = on(at), strategy or wallet
    return [
        f"{day}T10:00:00Z,buy,{wallet},USD,1000,{coin},1000,,{name}",
        f"{day}T10:30:00Z,sell,{wallet},{coin},1000,USD,{1000 + result(at)},,{name}",
    ]


def traded():
    """A tenth and six tenths of a fund that earn the same; one that began late; one that paused."""
    rows = [f"{FIRST}T00:10:00Z,contribution,bank,,,USD,130000,,"]
    for at, wallet, money in ((0, "small", 10_000), (0, "large", 60_000), (0, "pauses", 5_000)):
        rows.append(f"{on(at)}T00:20:00Z,transfer,bank,USD,{money},,,{wallet},")
    rows.append(f"{on(40)}T00:20:00Z,transfer,bank,USD,20000,,,young,")
    for at in range(DAYS):
        for wallet in ("small", "large"):
            rows += trade(wallet, at)
        if at >= 40:
            rows += trade("young", at)
        if not 50 <= at < 70:
            rows += trade("pauses", at)
        if at % 3 == 0:
            rows += trade("bank", at, "rules")
    rows.append(f"{on(49)}T23:00:00Z,transfer,pauses,USD,5000,,,bank,")
    rows.append(f"{on(70)}T00:20:00Z,transfer,bank,USD,5000,,,pauses,")
    # a coin that has a price but for twelve days, and one that never has any
    rows.append(f"{FIRST}T00:20:00Z,transfer,bank,USD,10000,,,dark,")
    rows.append(f"{FIRST}T00:30:00Z,buy,dark,USD,10000,DIM,100,,dark")
    rows.append(f"{FIRST}T00:40:00Z,airdrop,dark,,,VOID,7,,")
    return [HEADER, *sorted(rows, key=lambda row: row.split(",")[0])]


def priced():
    lines = ["time,asset,price,currency,source"]
    for at in range(DAYS + 2):
        if not 80 <= at < 92:
            lines.append(f"{on(at)},DIM,{100 + at % 3},USD,test")
        lines += [f"{on(at)},{name.upper()},1,USD,test" for name in ("bank", *WALLETS)]
    return lines


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    path = f"sqlite:///{tmp_path_factory.mktemp('own') / 'partita.db'}"
    with open_store(path, clock=now) as store:
        store.funds.create(Fund("main", "USD", "us"))
        desk = Desk(store, store.funds.get("main"))
        for name in WALLETS:
            desk.add_wallet(wallet_of("venue:partita", name, "", name))
        import_bytes(desk, [("main.csv", "\n".join(traded()).encode())])
        import_price_bytes(desk, "prices.csv", "\n".join(priced()).encode())
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


@pytest.fixture
def both(client, partita):
    """The answer that both doors give: asked by the command, held against the web."""

    def asked(*words, path, **params):
        done = partita(*words, "--json")
        assert (done.code, len(done.err.splitlines())) == (0, 1)  # known at
        answer = client.get(f"/v1/{path}", params=params)
        assert answer.status_code == 200, answer.text
        shapes()["GET", f"/v1/{path}"].model_validate_json(answer.content, strict=True)
        row = answer.json()
        assert done.json == row.get("items", row)
        text = json.dumps(row)
        assert not any(f'"{none}"' in text for none in ("nan", "inf", "-inf"))
        return row

    return asked


def left(*names):
    """The words of both doors that leave strategies alone."""
    words = [word for name in names for word in ("--leave", name)]
    return words, {"leave": list(names)}


def owns(row):
    return {one["name"]: one for one in row["capital"]["strategies"]}


def weights(row):
    return {one["name"]: float(one["weight"]) for one in row["weights"]}


def measures(row):
    return {one["name"]: one for one in row["measures"]}


def growths(partita):
    """Day → return, by strategy, as `risk returns --by strategy` has them."""
    row = partita("risk", "returns", "--by", "strategy", "--series", "--json").json
    return {
        part["name"]: {
            str(date.fromisoformat(one["time"][:10]) - timedelta(days=1)): Decimal(one["growth"])
            - 1
            for one in part["points"]
            if one["growth"] is not None
        }
        for part in row["parts"]
    }


#: all but the two whose capital is a tenth and six tenths of the fund
OTHERS = ("young", "pauses", "dark")


def test_the_same_result_on_a_tenth_and_on_six_tenths_is_a_return_of_six_to_one(both):
    words, params = left(*OTHERS)
    row = both(
        *("allocate", "--model", "inverse-variance", *words),
        path="allocations",
        model="inverse-variance",
        **params,
    )
    found = weights(row)
    # on contributions both would be alike; on own capital the variances are 36 to 1
    assert found["large"] / found["small"] == pytest.approx(36, rel=0.01)
    assert row["sample"] == DAYS
    shares = {name: float(owns(row)[name]["share"]) for name in ("small", "large")}
    assert shares["large"] / shares["small"] == pytest.approx(6, rel=0.01)


def test_weights_rest_on_the_returns_that_are_shown_by_strategy(both, partita):
    words, params = left(*OTHERS)
    shown = growths(partita)
    days = sorted(shown["small"])
    mean = [float(shown["small"][day] + shown["large"][day]) / 2 for day in days]
    row = both("allocate", "--model", "equal", *words, path="allocations", model="equal", **params)
    figure = measures(row)["mean_return"]
    assert float(figure["value"]) == pytest.approx(sum(mean) / len(mean), rel=1e-9)
    # a walk that is traded back to equal weights each day earns just that each day
    walk = both(
        *("allocate", "--walk-forward", "--model", "hedge", "--first", "30", "--step", "1", *words),
        path="allocations/walk-forward",
        model="hedge",
        first=30,
        step=1,
        **params,
    )
    equal = measures(walk["outcomes"][0])["total_return"]
    assert float(equal["value"]) == pytest.approx(prod(1 + one for one in mean[30:]) - 1, rel=1e-9)


@pytest.mark.parametrize("model", ["kelly", "black-litterman", "cvar", "risk-parity"])
def test_each_model_sees_the_same_returns(both, model):
    words, params = left(*OTHERS)
    row = both("allocate", "--model", model, *words, path="allocations", model=model, **params)
    spread = float(measures(row)["volatility_of_a_period"]["value"])
    found = weights(row)
    # ten dollars a day on 10,000 and on 60,000, in step: nothing is diversified
    wanted = found["small"] * 10 / 10_000 + found["large"] * 10 / 60_000
    assert spread == pytest.approx(wanted, rel=0.02)


@pytest.mark.parametrize(
    "model",
    ["exponentiated-gradient", "adaptive-hedge", "fixed-share", "temporal-difference", "kelly"],
)
def test_each_learner_sees_the_same_returns(both, model):
    words, params = left(*OTHERS)
    walk = both(
        *("allocate", "--walk-forward", "--model", model, "--first", "30", *words),
        path="allocations/walk-forward",
        model=model,
        first=30,
        **params,
    )
    for outcome in walk["outcomes"]:
        # between the deviation of the one and that of the other: of contributions both are 10
        # on 130,000 and no mix of them deviates more
        yearly = float(measures(outcome)["volatility"]["value"] or 0)
        invested = max(
            sum(float(one["weight"]) for one in made["weights"]) for made in outcome["rebalanced"]
        )
        if invested:
            assert yearly / 365**0.5 > 10 / 60_000 * 0.9
    assert walk["capital"]["days"] == DAYS


def test_weights_of_now_are_the_shares_that_are_shown_by_strategy(both, partita):
    parts = partita("risk", "returns", "--by", "strategy", "--json").json["parts"]
    shown = {part["name"]: part for part in parts}
    row = both(
        *("allocate", "--rebalance", "--model", "equal"),
        path="allocations/rebalance",
        model="equal",
    )
    known = owns(row)
    capital, total = row["capital"], 0.0
    for name in ("small", "large", "young", "pauses", "dark"):
        assert float(known[name]["value"]) == pytest.approx(float(shown[name]["value"]))
        assert float(known[name]["share"]) == pytest.approx(float(shown[name]["share"]))
        total += float(known[name]["value"])
    [rest] = capital["rest"]
    assert float(rest["value"]) == pytest.approx(float(shown["none"]["value"]))
    assert total + float(rest["value"]) == pytest.approx(float(capital["nav"]))
    moves = {one["strategy"]: one for one in row["moves"]}
    assert sum(float(one["current"]) for one in moves.values()) == pytest.approx(
        float(capital["held"])
    )
    assert f"stands in no strategy: none {float(rest['value']):.2f}" in row["reason"]


def test_a_turnover_is_counted_from_the_same_capital(both):
    words, params = left(*OTHERS)
    row = both(
        *("allocate", "--model", "equal", "--turnover", "0.9", *words),
        path="allocations",
        model="equal",
        turnover="0.9",
        **params,
    )
    now_held = {name: float(one["current"] or 0) for name, one in owns(row).items()}
    moved = sum(abs(weight - now_held[name]) for name, weight in weights(row).items())
    assert float(measures(row)["turnover"]["value"]) == pytest.approx(moved, abs=1e-6)
    assert now_held["large"] > 5 * now_held["small"] > 0


def test_a_capacity_is_money_of_what_is_divided(both):
    words, params = left(*OTHERS)
    row = both(
        *("allocate", "--model", "equal", "--capacity", "large=9000", *words),
        path="allocations",
        model="equal",
        capacity="large=9000",
        **params,
    )
    cap = 9_000 / float(row["capital"]["divided"])
    assert weights(row)["large"] == pytest.approx(cap, abs=1e-6)


def test_who_began_later_and_who_paused_leave_the_days_that_all_have(both):
    row = both("allocate", path="allocations")
    known = owns(row)
    assert (known["young"]["from"], known["young"]["days"]) == (f"{on(40)}", DAYS - 40)
    # twenty days without a cent in its wallet are no zeros of it
    assert known["pauses"]["days"] == DAYS - 20
    assert known["pauses"]["days_without"] == 20
    assert (row["capital"]["from"], row["capital"]["to"]) == (f"{on(40)}", f"{on(DAYS - 1)}")
    common = row["sample"]
    assert common == row["capital"]["days"] < DAYS - 40 - 20
    words, params = left("dark", "pauses")
    assert both("allocate", *words, path="allocations", **params)["sample"] == DAYS - 40
    words, params = left("dark", "pauses", "young")
    assert both("allocate", *words, path="allocations", **params)["sample"] == DAYS


def test_days_and_holdings_without_a_price_are_counted_and_no_figure(both):
    dark = owns(both("allocate", path="allocations"))["dark"]
    assert dark["unpriced"] == 1
    # a quote is good for three days of the twelve: what fell and rose unseen is no return
    assert dark["days_unpriced"] == 12 - 3 + 1
    assert dark["days_without"] == 0
    assert dark["days"] + dark["days_unpriced"] == DAYS
    assert float(dark["value"]) == 100 * (100 + DAYS % 3)


def test_early_there_are_too_few_days_and_it_is_said(both):
    row = both("allocate", "--as-of", f"{on(20)}", path="allocations", as_of=f"{on(20)}")
    assert (row["weights"], row["measures"]) == ([], [])
    assert row["fallback"].startswith("no strategy can be weighed: ")
    known = owns(row)
    assert known["small"]["reason"].startswith("20 of at least 30 days with a return on own")
    assert known["young"]["reason"] == "nothing has stood in its wallets"
    walk = both(
        *("allocate", "--walk-forward", "--as-of", f"{on(20)}"),
        path="allocations/walk-forward",
        as_of=f"{on(20)}",
    )
    assert (walk["outcomes"], walk["reason"]) == ([], row["fallback"])
    trades = both(
        *("allocate", "--rebalance", "--as-of", f"{on(20)}"),
        path="allocations/rebalance",
        as_of=f"{on(20)}",
    )
    assert (trades["moves"], trades["reason"]) == (
        [],
        f"nothing is allocated: {row['fallback']}",
    )


def test_who_has_no_wallet_has_no_capital_and_is_no_part_of_the_rest_twice(both):
    row = both("allocate", path="allocations")
    known = owns(row)
    assert (known["rules"]["value"], known["rules"]["weighed"]) == (None, False)
    assert known["rules"]["reason"] == "no wallet of its own: what its capital is, is not known"
    assert known["treasure"]["reason"] == "nothing has stood in its wallets"
    assert "rules" not in weights(row)
    # the contribution of the same strategy is known all the same, and is called otherwise
    risk = both("risk", path="risk")
    assert "rules" in {part["part"] for part in risk["contributions"][0]["parts"]}
    for model in risk["allocations"]:
        assert set(weights(model)) == set(weights(row))
        assert model["sample"] == row["sample"]


def test_stakes_that_are_held_together_are_shares_of_the_same_capital(both):
    words, params = left(*OTHERS)
    rows = both("size", "together", *words, path="sizes/together", **params)["items"]
    by_name = {one["name"]: one for one in rows}
    assert measures(by_name["rules"])["full"]["reason"].startswith("no wallet of its own")
    assert measures(by_name["young"])["full"]["reason"] == "left alone, as asked"
    aimed = both("size", "volatility", path="sizes/volatility")["items"]
    forecasts = {
        one["name"]: float(measures(one)["volatility_forecast"]["value"])
        for one in aimed
        if one["name"] in {"small", "large"}
    }
    assert forecasts["small"] / forecasts["large"] == pytest.approx(6, rel=0.01)


def test_a_file_of_one_day_has_too_few_observations_at_both_doors(partita, client):
    file = partita.write("one.csv", "date,a,b", "2026-01-01,0.1,-0.2")
    body = {"days": ["2026-01-01"], "series": {"a": ["0.1"], "b": ["-0.2"]}, "model": "hrp"}
    answer = client.post("/v1/allocations", json=body, headers={"Idempotency-Key": "one"})
    done = partita("allocate", file, "--json")
    assert answer.json() == done.json
    assert done.json["fallback"] == "too few observations: 1 of at least 2"
    assert done.json["weights"] == []


def test_tables_say_what_is_divided_and_what_is_left_alone(partita):
    done = partita("allocate", "--leave", "dark")
    assert done.code == 0
    for said in (
        "dark holds 10000, and has no weight: left alone, as asked",
        "rules has no weight: no wallet of its own: what its capital is, is not known",
        "in no strategy, and divided",
        "days in common",
    ):
        assert said in done.out
