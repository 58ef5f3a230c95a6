"""Returns in the body of a request: what the command says of a file of them, and every refusal."""

import csv
import json
from itertools import count

import pytest
from starlette.testclient import TestClient

from api.routes.series import RETURNS_MAX_SIMULATED, RETURNS_MAX_SLOW
from ledger.store import open_store
from tests.api.conftest import WRITE, bearer
from tests.api.routes import shapes
from tests.end_to_end.command import Command
from tests.risk.series import DAY, FIRST, random_series

KEYS = (f"s-{at}" for at in count())
COLUMNS = ("arb", "maker", "market")


def table(days=260, columns=COLUMNS):
    """Rows of texts: a header, then a day and its returns."""
    series = [random_series(seed, days, scale=0.004) for seed in range(len(columns))]
    rows = zip(*(one.values for one in series), strict=True)
    return [["date", *columns]] + [
        [day, *(f"{value:.9f}" for value in row)]
        for day, row in zip(dates(days), rows, strict=True)
    ]


def dates(days):
    return [str(FIRST + at * DAY) for at in range(days)]


def body(rows, **more):
    names = rows[0][1:]
    return {
        "days": [row[0] for row in rows[1:]],
        "series": {name: [row[at] for row in rows[1:]] for at, name in enumerate(names, 1)},
        **more,
    }


def sent(client, path, content):
    return client.post(f"/v1/{path}", json=content, headers={"Idempotency-Key": next(KEYS)})


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys) -> Command:
    """A command without books, with a file of the same returns."""
    with (tmp_path / "r.csv").open("w", newline="") as file:
        csv.writer(file).writerows(table())
    (tmp_path / "views.csv").write_text("over,under,return,confidence\narb,maker,0.01,0.9\n")
    (tmp_path / "s.csv").write_text("strategy,chain,current\narb,one,0.5\nmaker,two,0.5\n")
    return Command(tmp_path, monkeypatch, capsys)


ALIKE = [
    ("risk/stats", ("risk", "stats", "r.csv"), {}),
    (
        "risk/stats",
        (
            *("risk", "stats", "r.csv", "--benchmark", "market", "--horizon", "5", "--rolling"),
            *("90", "--spread", "0.002,0.004,3", "--pool", "0.1,0.003", "--volume", "2,0.1"),
            *("--confidence", "0.9", "--rf", "0.0001", "--periods-per-year", "252"),
        ),
        {
            "benchmark": "market",
            "horizon": 5,
            "rolling": 90,
            "confidence": "0.9",
            "spread": ["0.002", "0.004", "3"],
            "pool": ["0.1", "0.003"],
            "rf": "0.0001",
            "volume": ["2", "0.1"],
            "periods_per_year": 252,
        },
    ),
    ("risk/parts", ("risk", "parts", "r.csv"), {}),
    (
        "risk/parts",
        ("risk", "parts", "r.csv", "--weights", "0.5,0.7,-0.2", "--confidence", "0.9"),
        # in whatever order: an object has none
        {"weights": {"market": "-0.2", "arb": "0.5", "maker": "0.7"}, "confidence": "0.9"},
    ),
    ("sizes", ("size", "kelly", "--returns", "r.csv", "--rf", "0.0001"), {"rf": "0.0001"}),
    (
        "sizes/together",
        ("size", "together", "--returns", "r.csv", "--leverage", "2", "--cap", "arb=0.3"),
        {"leverage": "2", "caps": ["arb=0.3"]},
    ),
    (
        "sizes/volatility",
        ("size", "volatility", "--returns", "r.csv", "--target", "0.1", "--periods-per-year", "52"),
        {"target": "0.1", "periods_per_year": 52},
    ),
    (
        "allocations",
        ("allocate", "r.csv", "--model", "cvar", "--cap", "arb=0.25", "--confidence", "0.9"),
        {"model": "cvar", "caps": ["arb=0.25"], "confidence": "0.9"},
    ),
    (
        "allocations",
        (
            *("allocate", "r.csv", "--model", "black-litterman", "--objective", "utility"),
            *("--views", "views.csv", "--strategies", "s.csv", "--cap", "chain:one=0.4"),
            *("--turnover", "1.5", "--cost", "0.001", "--nav", "1000", "--capacity", "maker=300"),
        ),
        {
            "model": "black-litterman",
            "objective": "utility",
            "turnover": "1.5",
            "views": ["arb,maker,0.01,0.9"],
            "caps": ["chain:one=0.4"],
            "cost": "0.001",
            "nav": "1000",
            "capacities": ["maker=300"],
            "strategies": [
                {"strategy": "arb", "chain": "one", "current": "0.5"},
                {"strategy": "maker", "chain": "two", "current": "0.5"},
            ],
        },
    ),
    (
        "allocations/walk-forward",
        (
            *("allocate", "r.csv", "--walk-forward", "--model", "hedge", "--first", "60"),
            *("--step", "20", "--window", "50", "--purge", "1", "--embargo", "1", "--tried", "3"),
        ),
        {
            "models": ["hedge"],
            "first": 60,
            "step": 20,
            "window": 50,
            "purge": 1,
            "embargo": 1,
            "tried": 3,
        },
    ),
]


@pytest.mark.parametrize(("path", "words", "more"), ALIKE)
def test_a_file_and_a_body_of_the_same_returns_are_answered_alike(
    partita, reader, path, words, more
):
    done = partita(*words, "--json")
    assert (done.code, done.err) == (0, "")
    answer = sent(reader, path, body(table(), **more))
    assert answer.status_code == 200, answer.text
    shapes()["POST", f"/v1/{path}"].model_validate_json(answer.content, strict=True)
    said = answer.json()
    assert (said["items"] if isinstance(done.json, list) else said) == done.json


def test_simulated_figures_are_the_same_from_both_doors(partita, reader):
    words = ("risk", "parts", "r.csv", "--simulate", "--json")
    assert sent(reader, "risk/parts", body(table(), simulate=True)).json() == partita(*words).json


def test_nothing_is_written_and_the_same_question_has_the_same_answer(writer, url):
    asked, same = body(table(30)), {"Idempotency-Key": "same"}
    first = writer.post("/v1/risk/parts", json=asked, headers=same)
    again = writer.post("/v1/risk/parts", json=asked, headers=same)
    assert (first.status_code, first.content) == (200, again.content)
    # nothing was done, so nothing was kept under the key: another question is no misuse of it
    other = writer.post("/v1/sizes", json=asked, headers=same)
    assert (other.status_code, "Idempotency-Hit" in again.headers) == (200, False)
    with open_store(url) as store:
        assert store.requests.get("main", "same") is None


def test_a_key_that_only_writes_computes_nothing(shared):
    client = TestClient(shared.app, headers=bearer(WRITE))
    answer = sent(client, "risk/parts", body(table(30)))
    assert (answer.status_code, answer.json()["scope"]) == (403, "read")


ROWS = table(30)
WRONG = [
    ({"days": []}, "days"),
    ({"series": {}}, "series"),
    ({"days": ["2024-01-02", "2024-01-01"], "series": {"a": ["0", "0"]}}, "row 2: 2024-01-01 do"),
    ({"days": ["2024-01-01", "2024-01-01"], "series": {"a": ["0", "0"]}}, "row 2: 2024-01-01 do"),
    ({"days": ["yesterday"], "series": {"a": ["0"]}}, "row 1: 'yesterday' begins with no date"),
    ({"days": ["2024-01-01"], "series": {"a": ["nan"]}}, "row 1: 'nan' is no return"),
    ({"days": ["2024-01-01"], "series": {"a": ["-inf"]}}, "row 1: '-inf' is no return"),
    ({"days": ["2024-01-01"], "series": {"a": ["1e999"]}}, "row 1: '1e999' is no return"),
    ({"days": ["2024-01-01"], "series": {"a": ["-1.5"]}}, "row 1: '-1.5' is no return"),
    ({"days": ["2024-01-01"], "series": {"a": [""]}}, "row 1: '' is no return"),
    ({"days": ["2024-01-01"], "series": {"a": []}}, "'a' has 0 returns on 1 days"),
    ({"days": ["2024-01-01"], "series": {"a": [0.1]}}, "series.a.0"),
    ({"confidence": "0.5"}, "a confidence lies between"),
    ({"confidence": "nan"}, "confidence"),
    ({"fund": "other"}, "fund"),
    ({"series": {f"c{at}": ["0"] for at in range(61)}, "days": ["2024-01-01"]}, "series"),
]


@pytest.mark.parametrize(("more", "word"), WRONG)
@pytest.mark.parametrize("path", ["risk/stats", "risk/parts"])
def test_what_is_no_series_is_a_problem_with_its_row(reader, path, more, word):
    answer = sent(reader, path, {**body(ROWS), **more})
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.text


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("risk/stats", {"horizon": 11}),
        ("risk/stats", {"horizon": "5"}),
        ("risk/stats", {"rolling": 1}),
        ("risk/stats", {"periods_per_year": 0}),
        ("risk/stats", {"periods_per_year": 10**9}),
        ("risk/stats", {"rf": "1"}),
        ("risk/stats", {"benchmark": "nobody"}),
        ("risk/stats", {"spread": ["0.1"]}),
        ("risk/stats", {"pool": ["0.1", "1"]}),
        ("risk/stats", {"volume": ["1", "0"]}),
        ("risk/stats", {"simulate": "yes"}),
        ("risk/parts", {"weights": ["1", "1", "1"]}),
        ("risk/parts", {"weights": {"arb": "1"}}),
        ("risk/parts", {"weights": {"arb": "1", "maker": "1", "nobody": "1"}}),
        ("risk/parts", {"weights": {"arb": "1", "maker": "1", "market": "1e999"}}),
        ("risk/parts", {"weights": {"arb": "1", "maker": "1", "market": "1e300"}}),
        ("sizes", {"rf": "-1"}),
        ("sizes/together", {"leverage": "0"}),
        ("sizes/together", {"caps": ["nobody=1"]}),
        ("sizes/volatility", {"target": "0"}),
        ("sizes/volatility", {"periods_per_year": 0}),
        ("allocations", {"model": "best"}),
        ("allocations", {"horizon": 0}),
        ("allocations", {"strategies": [{"strategy": "nobody"}]}),
        ("allocations", {"strategies": [{"name": "arb"}]}),
        ("allocations", {"target": "1e999", "model": "mean-variance", "objective": "sharpe"}),
        ("allocations/walk-forward", {"models": []}),
        ("allocations/walk-forward", {"models": ["hrp"] * 7}),
        ("allocations/walk-forward", {"step": 0}),
        ("allocations/walk-forward", {"window": 0}),
        ("allocations/walk-forward", {"tried": 100_001}),
    ],
)
def test_what_is_no_question_of_series_is_a_problem(reader, path, more):
    answer = sent(reader, path, {**body(ROWS), **more})
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "more", "most"),
    [
        ("sizes/together", {}, RETURNS_MAX_SLOW),
        ("risk/stats", {"rolling": 30}, RETURNS_MAX_SLOW),
        ("risk/stats", {"simulate": True}, RETURNS_MAX_SIMULATED),
        ("risk/stats", {"horizon": 10}, RETURNS_MAX_SIMULATED),
        ("risk/stats", {"horizon": 10, "simulate": True}, RETURNS_MAX_SIMULATED // 2),
        ("risk/parts", {"simulate": True}, RETURNS_MAX_SIMULATED),
    ],
)
def test_more_returns_than_one_request_takes_are_refused_before_they_are_read(
    reader, path, more, most
):
    days = dates(most // 2 + 1)
    asked = {"days": days, "series": {name: ["x"] * len(days) for name in "ab"}, **more}
    answer = sent(reader, path, asked)
    assert answer.status_code == 422
    assert f"{most + 2} returns; one request takes {most} here" in answer.text


def test_a_name_that_stands_twice_and_nan_of_no_json_are_refused(reader):
    twice = '{"days": ["2024-01-01"], "series": {"a": ["0"], "a": ["1"]}}'
    number = '{"days": ["2024-01-01"], "series": {"a": [NaN]}}'
    for text in (twice, number, '{"days": ' + "[" * 500 + "]" * 500 + "}"):
        headers = {"Idempotency-Key": next(KEYS), "Content-Type": "application/json"}
        answer = reader.post("/v1/risk/stats", content=text, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


def test_edges_of_a_sample_have_figures_or_reasons_here_too(reader):
    series = {"flat": ["0.001"] * 40, "lost": [*(["0.01"] * 20), "-1", *(["0.02"] * 19)]}
    days = dates(40)
    answer = sent(reader, "risk/stats", {"days": days, "series": series})
    assert answer.status_code == 200
    assert "nan" not in json.dumps(answer.json()).replace("finance", "")
    for row in answer.json()["items"]:
        for one in row["measures"]:
            assert (one["value"] is None) == bool(one["reason"]), one
