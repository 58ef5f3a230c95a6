"""Files of returns through the commands: further measures, hostile input, reasons for no figure."""

import json
from datetime import date, timedelta
from math import isfinite

import numpy as np
import pytest

from tests.end_to_end.command import Command

FIRST = date(2024, 1, 1)


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys) -> Command:
    """A command without books: a file is all that it reads."""
    return Command(tmp_path, monkeypatch, capsys)


def table(*columns, names="ab", first=FIRST, step=1):
    """Lines of a file of returns, a column a series."""
    rows = zip(*columns, strict=True)
    return [
        ",".join(["date", *names[: len(columns)]]),
        *(
            ",".join([str(first + timedelta(days=step * at)), *(f"{value:.12g}" for value in row)])
            for at, row in enumerate(rows)
        ),
    ]


def drawn(seed, days=400, scale=0.02):
    return np.random.default_rng(seed).normal(0.001, scale, days).tolist()


def figures(row):
    return {one["name"]: one for one in row["measures"]}


def stated(value):
    """Every text under a value that stands for a figure."""
    if isinstance(value, dict):
        for one in value.values():
            yield from stated(one)
    elif isinstance(value, list):
        for one in value:
            yield from stated(one)
    else:
        yield value


EDGES = {
    "constant": [0.001] * 400,
    "still": [0.0] * 400,
    "one": [0.01],
    "two": [0.01, -0.02],
    "all is lost": [*drawn(1, 200), -1.0, *drawn(2, 199)],
    "all losses": [-abs(value) - 1e-6 for value in drawn(3)],
    "never loses": [abs(value) + 1e-6 for value in drawn(4)],
    "one crash": [0.001] * 399 + [-0.9],
    "doubling": [0.5, 2.0, 3.0] * 100,
    "dust": [value * 1e-12 for value in drawn(5)],
    "mostly idle": [0.0 if at % 50 else 0.01 - 0.02 * (at % 100 == 0) for at in range(400)],
    "all lost at once": [-1.0] * 400,
    "beyond a plain number": [999_999.0, -0.5] * 200,
    "hardly a number": [5e-324] * 200 + [0.0] * 200,
}


FURTHER = ("--horizon", "10", "--simulate", "--rolling", "30")
FEW = ("constant", "one", "all is lost", "never loses", "dust", "beyond a plain number")


@pytest.mark.parametrize(
    ("name", "more"), [*((name, ()) for name in EDGES), *((name, FURTHER) for name in FEW)]
)
def test_every_figure_is_a_number_or_has_a_reason(partita, name, more):
    file = partita.write("r.csv", *table(EDGES[name]))
    done = partita("risk", "stats", file, "--json", *more)
    assert (done.code, done.err) == (0, "")
    [row] = done.json
    for one in row["measures"]:
        assert (one["value"] is None) == bool(one["reason"]), one
        assert one["value"] is None or isfinite(float(one["value"])), one
        assert one["error"] is None or isfinite(float(one["error"])), one
    assert not {"nan", "inf", "-inf"} & {text for text in stated(row) if isinstance(text, str)}


@pytest.mark.parametrize("name", EDGES)
def test_every_figure_beside_a_benchmark_is_a_number_or_has_a_reason(partita, name):
    """On either side of the comparison."""
    values = EDGES[name]
    file = partita.write("r.csv", *table(values, drawn(9, len(values))))
    for benchmark in "ab":
        done = partita("risk", "stats", file, "--benchmark", benchmark, "--json")
        assert (done.code, done.err) == (0, "")
        for one in done.json[0]["measures"]:
            assert (one["value"] is None) == bool(one["reason"]), one
            for text in (one["value"], one["error"]):
                assert text is None or isfinite(float(text)), one


def test_gaps_are_days_that_nobody_invents(partita):
    weekly = partita.write("w.csv", *table(drawn(1, 60), step=7))
    [row] = partita("risk", "stats", weekly, "--periods-per-year", "52", "--json").json
    assert figures(row)["cagr"]["parameters"]["calendar days"] == str(59 * 7 + 1)
    assert figures(row)["cagr"]["sample"] == 60


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (["date,a", "2026-01-02,0.1", "2026-01-01,0.1"], ":3: 2026-01-01 does not come after"),
        (["date,a", "2026-01-01,0.1", "2026-01-01,0.2"], ":3: 2026-01-01 does not come after"),
        (["date,a", "2026-01-01,nan"], ":2: 'nan' is no return"),
        (["date,a", "2026-01-01,inf"], ":2: 'inf' is no return"),
        (["date,a", "2026-01-01,-1.5"], ":2: '-1.5' is no return"),
        (["date,a", "2026-01-01,"], ":2: '' is no return"),
        (["date,a,b", "2026-01-01,0.1"], ":2: 2 cells of 3"),
        (["date,a,a", "2026-01-01,0.1,0.2"], ":1: two columns have one name"),
        (["date,a", "yesterday,0.1"], ":2: 'yesterday' begins with no date"),
        (["date,a"], "a header, a column of dates"),
    ],
)
@pytest.mark.parametrize("command", ["stats", "parts"])
def test_a_file_that_is_no_series_is_bad_input_with_its_row(partita, command, lines, word):
    done = partita("risk", command, partita.write("r.csv", *lines))
    assert (done.code, done.out) == (6, "")
    assert f"r.csv{word}" in done.err if word.startswith(":") else word in done.err


def test_empty_lines_at_the_end_are_no_rows_and_one_between_is(partita):
    lines = table(drawn(1, 30))
    plain = partita("risk", "stats", partita.write("r.csv", *lines), "--json")
    ended = partita("risk", "stats", partita.write("r.csv", *lines, "", ""), "--json")
    assert (ended.code, ended.json) == (0, plain.json)
    between = partita.write("r.csv", *lines[:5], "", *lines[5:])
    assert "r.csv:6: 0 cells of 2" in partita("risk", "stats", between).err


def test_tables_show_the_error_of_a_figure(partita):
    done = partita("risk", "stats", partita.write("r.csv", *table(drawn(1, 400))))
    heads = next(line for line in done.out.splitlines() if "value" in line).split()
    assert heads == ["name", "value", "error", "unit", "sample", "reason"]


@pytest.mark.parametrize(
    "words",
    [
        ("--horizon", "0"),
        ("--horizon", "11"),
        ("--rolling", "1"),
        ("--rolling", "-3"),
        ("--benchmark", "nothing.csv"),
        ("--spread", "0.1,0.2"),
        ("--spread", "a,b,c"),
        ("--pool", "0.1,1"),
        ("--pool", "-0.1,0"),
        ("--pool", "nan,0"),
        ("--volume", "1,0"),
        ("--volume", "1,2"),
    ],
)
def test_what_no_figure_has_is_bad_input(partita, words):
    done = partita("risk", "stats", partita.write("r.csv", *table(drawn(1, 30))), *words)
    assert (done.code, done.out) == (6, "")


def test_a_column_beside_its_benchmark(partita):
    market = drawn(1)
    own = [0.5 * value + other for value, other in zip(market, drawn(2, scale=0.005), strict=True)]
    file = partita.write("r.csv", *table(own, market))
    [row] = partita("risk", "stats", file, "--benchmark", "b", "--json").json
    beta = figures(row)["beta"]
    assert float(beta["value"]) == pytest.approx(0.5, abs=4 * float(beta["error"]))
    assert beta["parameters"]["benchmark"] == "b"
    alone = partita.write("m.csv", *table(market, names="m"))
    again, _ = partita("risk", "stats", file, "--benchmark", alone, "--json").json
    assert figures(again)["beta"]["value"] == beta["value"]


def test_a_benchmark_alone_is_bad_input(partita):
    file = partita.write("r.csv", *table(drawn(1, 30)))
    done = partita("risk", "stats", file, "--benchmark", "a", "--json")
    assert (done.code, done.out, "nothing stands beside it" in done.err) == (6, "", True)


def test_longer_horizons_models_and_windows_are_told_when_asked_for(partita):
    file = partita.write("r.csv", *table(drawn(1, 700)))
    words = ("--horizon", "5", "--simulate", "--rolling", "90", "--json")
    [row] = partita("risk", "stats", file, *words).json
    found = figures(row)
    for name in ("var_overlapping_95_5d", "var_paths_95_5d", "var_scaled_95_5d", "var_garch_95"):
        assert float(found[name]["value"]) > 0
        assert "expected" in found[name]["parameters"]["exceptions"]
    assert found["var_copula_95"]["reason"] == "one part alone has nothing that ties it"
    assert len(row["rolling"]) == 700 - 89
    assert {each["state"] for each in row["regimes"]} <= {"calm", "usual", "turbulent"}


def test_leaving_costs_are_told_when_they_are_asked_for(partita):
    file = partita.write("r.csv", *table(drawn(1)))
    words = ("--spread", "0.002,0.004,3", "--pool", "0.1,0.003", "--volume", "2,0.1", "--json")
    [row] = partita("risk", "stats", file, *words).json
    found = figures(row)
    paper = float(found["var_historical_95"]["value"])
    assert float(found["var_with_spread_95"]["value"]) == pytest.approx(paper + 0.007)
    assert float(found["var_with_exit_95"]["value"]) > paper
    assert found["var_until_left_95"]["parameters"]["days to leave"] == "20"


def test_parts_sum_to_the_whole(partita):
    file = partita.write("r.csv", *table(drawn(1), drawn(2)))
    row = partita("risk", "parts", file, "--weights", "0.7,0.3", "--simulate", "--json").json
    for found in row["contributions"]:
        total = sum(float(part["component_var"]) for part in found["parts"])
        assert total == pytest.approx(float(found["var"]), rel=1e-9), found["method"]
    assert [each["method"] for each in row["correlations"]] == [
        *("sample", "ewma", "ledoit_wolf", "denoised"),
    ]
    tied = next(one for one in row["measures"] if one["name"] == "var_copula_95")
    assert 0 < float(tied["error"]) < float(tied["value"]) / 20
    assert "expected" in tied["parameters"]["exceptions"]
    shown = partita("risk", "parts", file)
    assert (shown.code, "historical: VaR" in shown.out) == (0, True)


@pytest.mark.parametrize("name", EDGES)
def test_parts_of_anything_have_figures_or_reasons(partita, name):
    values = EDGES[name]
    file = partita.write("r.csv", *table(values, drawn(9, len(values))))
    done = partita("risk", "parts", file, "--json")
    assert (done.code, done.err) == (0, "")
    texts = {text for text in stated(json.loads(done.out)) if isinstance(text, str)}
    assert not {"nan", "inf", "-inf"} & texts
    for found in done.json["contributions"]:
        assert (found["var"] is None) == bool(found["reason"])


def test_fewer_days_than_columns_and_equal_columns_are_measured_or_have_a_reason(partita):
    few = [drawn(seed, 12) for seed in range(20)]
    names = [f"c{at}" for at in range(20)]
    done = partita("risk", "parts", partita.write("f.csv", *table(*few, names=names)), "--json")
    assert done.code == 0
    assert {found["reason"] for found in done.json["contributions"]} == {"12 of at least 20 days"}
    same = drawn(1, 100)
    done = partita("risk", "parts", partita.write("s.csv", *table(same, same)), "--json")
    assert done.code == 0
    assert all(found["var"] for found in done.json["contributions"])


@pytest.mark.parametrize("word", ["1", "1,2,3", "a,b", "nan,1", "inf,1", "1e300,1", "1e-300,1"])
def test_weights_that_fit_no_columns_are_bad_input(partita, word):
    file = partita.write("r.csv", *table(drawn(1, 30), drawn(2, 30)))
    assert partita("risk", "parts", file, "--weights", word).code == 6
