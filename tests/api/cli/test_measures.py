"""Options of measures that are no such numbers, and lines of a batch that are no questions."""

import json

import pytest

RETURNS = ("date,fund", *(f"2026-01-{day:02d},0.0{day % 7}" for day in range(1, 31)))
UNREACHABLE = "http://127.0.0.1:1/{chain_id}"


@pytest.mark.parametrize(
    "words",
    [
        ("--periods-per-year", "-5"),
        ("--periods-per-year", "0"),
        ("--rf", "nan"),
        ("--rf", "inf"),
        ("--rf", "-inf"),
        ("--rf", "1e300"),
        ("--confidence", "0.5"),
        ("--confidence", "1"),
        ("--confidence", "nan"),
        ("--confidence", "95"),
    ],
)
def test_an_option_out_of_range_is_bad_input(partita, words):
    done = partita("risk", "stats", partita.write("returns.csv", *RETURNS), *words)
    assert (done.code, "bad_input" in done.err, done.out) == (6, True, "")


def test_options_within_their_range_are_taken(partita):
    name = partita.write("returns.csv", *RETURNS)
    assert partita("risk", "stats", name, "--rf", "-0.001", "--periods-per-year", "12").code == 0


def test_a_value_at_risk_of_a_file_stands_beside_its_exceptions(partita):
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 9) for day in range(1, 29)]
    # a loss of 9 % each sixteenth day, of which the historical 95 % has seen enough
    lines = [f"{day},{-0.09 if at % 16 == 15 else 0.01}" for at, day in enumerate(days)]
    [row] = partita("risk", "stats", partita.write("r.csv", "date,fund", *lines), "--json").json
    found = {one["name"]: one["parameters"].get("exceptions") for one in row["measures"]}
    historical = next(one for one in row["backtests"] if one["method"] == "historical")
    said = f"{historical['exceptions']} in {historical['days']} forecasts, 10.2 expected"
    assert (found["var_historical_95"], found["es_historical_95"]) == (said, None)
    assert (historical["days"], historical["zone"]) == (len(days) - 20, None)
    assert 0 < float(historical["coverage"]["probability"]) <= 1
    assert found["var_extreme_95"] == "not tested: 0 of at least 100 forecasts"


def test_measures_of_a_file_carry_their_errors(partita):
    lines = [f"2026-01-{day:02d},{(day * 7 % 11 - 4) / 100}" for day in range(1, 31)]
    name = partita.write("r.csv", "date,fund", *lines)
    [row] = partita("risk", "stats", name, "--confidence", "0.9", "--json").json
    errors = {one["name"]: one["error"] for one in row["measures"]}
    for known in ("volatility", "sharpe", "sortino", "omega", "es_historical_90", "max_drawdown"):
        assert float(errors[known]) > 0, known
    assert errors["total_return"] is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--nav", "inf"),
        ("--nav", "nan"),
        ("--entry", "inf"),
        ("--entry", "nan"),
        ("--stop", "nan"),
        ("--stop", "-inf"),
        ("--risk", "nan"),
        ("--nav", "1e308"),
    ],
)
def test_a_fixed_fraction_of_what_is_no_number_is_bad_input(partita, option, value):
    given = {"--risk": "0.9", "--entry": "100", "--stop": "99.9", "--nav": "100000"}
    words = [word for pair in (given | {option: value}).items() for word in pair]
    done = partita("size", "fixed-fraction", *words)
    assert (done.code, done.out) == (6, "")


def test_a_file_of_returns_has_its_continuous_kelly_fraction(partita):
    name = partita.write("returns.csv", *RETURNS)
    [row] = partita("size", "kelly", "--returns", name, "--json").json
    assert (row["strategy"], row["trades"], row["suggested"]) == ("fund", 30, "0.5")
    assert partita("size", "kelly", "--returns", name, "--rf", "nan").code == 6


LINES = [
    "[]",
    "null",
    "{",
    '"text"',
    "{}",
    '{"id": "a", "network": "eip155:1"}',
    '{"id": "a", "network": 1, "txid": "0x01", "wallets": []}',
    '{"id": "a", "network": "eip155:1", "txid": null, "wallets": []}',
    '{"id": "a", "network": "eip155:1", "txid": "0x01", "wallets": "0xab"}',
    '{"id": "a", "network": "eip155:1", "txid": "0x01", "wallets": [1]}',
    "[" * 100_000,
]


def test_a_line_that_is_no_question_is_answered_with_a_problem(partita):
    good = json.dumps(
        {"id": "z", "network": "eip155:1", "txid": "0x" + "1" * 64, "wallets": ["0x" + "a" * 40]}
    )
    name = partita.write("batch.jsonl", *LINES, good)
    done = partita("explain", "--batch", name, "--rpc-template", UNREACHABLE, "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 6
    codes = [row["problems"][0]["code"] for row in rows]
    assert codes == ["bad_row"] * len(LINES) + ["source_unavailable"]
    assert [row["id"] for row in rows][-1] == "z"
    assert all(row["events"] == [] for row in rows)


def test_an_unknown_network_is_a_problem_of_its_line_alone(partita):
    line = '{"id": "a", "network": "solana:x", "txid": "0x01", "wallets": []}'
    name = partita.write("batch.jsonl", line)
    done = partita("explain", "--batch", name, "--rpc-template", UNREACHABLE, "--json")
    assert (done.code, json.loads(done.out)["problems"][0]["code"]) == (0, "unsupported_network")


def test_the_risk_of_a_fund_shows_what_strategies_and_holdings_add(kept):
    shown = kept("risk", "--horizon", "2", "--rolling", "10")
    assert (shown.code, len(shown.err.splitlines())) == (0, 1)  # known at
    assert "historical: VaR" in shown.out
    report = kept("risk", "--json").json
    assert {part["part"] for found in report["contributions"] for part in found["parts"]} >= {
        "rest"
    }
    assert report["holdings"]
    assert kept("risk", "--horizon", "11").code == 6
