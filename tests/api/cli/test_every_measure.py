"""Every measure of every command says its definition, parameters, sample, and error or why none."""

import pytest

from tests.api.cli.test_measures_of_files import EDGES, FURTHER, drawn, table
from tests.api.stating import measures_in, untold, untold_parts
from tests.end_to_end.command import Command


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys) -> Command:
    """A command without books: a file is all that it reads."""
    return Command(tmp_path, monkeypatch, capsys)


LEAVING = ("--spread", "0.001,0.0005,3", "--pool", "0.05,0.003", "--volume", "0.4,0.1")


@pytest.mark.parametrize("days", [19, 30, 120, 250, 400])
@pytest.mark.parametrize("confidence", ["0.95", "0.99"])
def test_of_a_file_of_returns_beside_a_benchmark(partita, days, confidence):
    file = partita.write("r.csv", *table(drawn(1, days), drawn(2, days)))
    words = ("--benchmark", "b", "--confidence", confidence, *LEAVING, "--horizon", "5")
    row = partita("risk", "stats", file, "--json", *words).json
    assert len(list(measures_in(row))) >= 60
    assert untold(row) == []


def test_of_models_that_are_fitted_and_simulated(partita):
    file = partita.write("r.csv", *table(drawn(1), drawn(2)))
    assert untold(partita("risk", "stats", file, "--json", *FURTHER).json) == []


@pytest.mark.parametrize("name", EDGES)
def test_of_series_that_are_hardly_any(partita, name):
    file = partita.write("r.csv", *table(EDGES[name]))
    assert untold(partita("risk", "stats", file, "--json").json) == []


@pytest.mark.parametrize("days", [19, 120, 400])
def test_of_what_parts_add(partita, days):
    file = partita.write("r.csv", *table(drawn(1, days), drawn(2, days)))
    row = partita("risk", "parts", file, "--json").json
    assert untold(row) == []
    assert untold_parts(row) == []


@pytest.mark.parametrize(
    "words",
    [
        ("size", "kelly", "--returns"),
        ("size", "together", "--returns"),
        ("size", "volatility", "--returns"),
        ("allocate", "--errors"),
        ("allocate", "--walk-forward"),
    ],
)
def test_of_sizes_and_weights_of_a_file(partita, words):
    file = partita.write("r.csv", *table(drawn(1), drawn(2)))
    assert untold(partita(*words, file, "--json").json) == []


def test_what_says_too_little_is_found(partita):
    file = partita.write("r.csv", *table(drawn(1)))
    row = partita("risk", "stats", file, "--json").json
    first = row[0]["measures"][0]
    for told, fault in (
        ({"definition": ""}, "definition"),
        ({"sample": 0}, "sample"),
        ({"no_error": ""}, "error"),
        ({"no_error": "its band stands among the parameters"}, "band"),
        ({"reason": "why"}, "reason"),
    ):
        assert untold(first | told) == [(first["name"], fault)]
