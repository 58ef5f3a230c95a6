"""Limits by commands: declared, checked at every keeping, acknowledged, waived by another."""

import json

import pytest

from ledger.store import open_store
from tests.api.conftest import HEADER

WHO = ("--by", "Ann", "--reason", "the mandate")
TIGHT = ("limits", "declare", "btc", "--measure", "exposure:family:BTC", "--most", "0.1", *WHO)
LATE = "2026-03-04T10:00:00Z,contribution,bank,,,USD,{amount},,,,,,c-{n},"


def add(command, amount, n):
    rows = (*HEADER.splitlines(), LATE.format(amount=amount, n=n))
    return command("import", command.write(f"late-{n}.csv", *rows))


def test_a_fund_without_limits_ends_as_it_did(kept):
    assert kept("keep").code == 0
    done = kept("risk", "limits", "--json")
    assert (done.code, done.json) == (0, {"limits": [], "breaches": []})


def test_a_breach_is_code_three_until_it_is_waived_by_another(kept):
    done = kept(*TIGHT)
    assert (done.code, "partita limits list" in done.err) == (3, True)
    for words in (("keep",), ("risk", "limits"), ("limits", "list"), ("limits", "check")):
        assert kept(*words).code == 3
    assert add(kept, 1, 1).code == 3
    assert kept("limits", "waive", "1", *WHO).code == 1
    assert kept("limits", "acknowledge", "1", *WHO).code == 0
    assert kept("keep").code == 3
    assert kept("limits", "waive", "1", *WHO).code == 1
    assert kept("limits", "waive", "1", "--by", "Bob", "--reason", "for a day").code == 0
    assert kept("keep").code == 0
    (row,) = kept("limits", "list", "--json").json["limits"]
    assert (row["state"], row["breach"]) == ("waived", 1)


def test_a_figure_that_comes_back_ends_the_breach_and_is_told_outside(kept):
    kept(*TIGHT)
    assert add(kept, 1_000_000, 1).code == 0
    done = kept("risk", "limits", "--json")
    assert done.code == 0
    (row,), (breach,) = done.json["limits"], done.json["breaches"]
    assert (row["state"], breach["state"]) == ("kept", "ended")
    assert float(row["figure"]) < 0.1
    with open_store(f"sqlite:///{kept.folder / 'partita.db'}") as store:
        told = store.limits.outbox("main")
    assert [one.kind for one in told] == ["limit.breached", "limit.ended"]
    assert json.loads(told[0].body)["limit"] == "btc"
    events = kept("limits", "events", "--json").json
    assert [(one["n"], one["type"]) for one in events] == [
        (1, "limit.breached"),
        (2, "limit.ended"),
    ]
    assert (events[0]["data"]["limit"], events[0]["data"]["breach"]) == ("btc", 1)
    assert kept("limits", "events", "--after", "1", "--json").json == events[1:]
    assert kept("limits", "events", "--as-of", "2026-02-05", "--json").json == []
    assert "limit.ended" in kept("limits", "events").out
    assert kept("limits", "events", "--after", "9" * 20).code == 2


def test_a_price_that_moves_a_figure_beyond_its_limit_opens_a_breach(kept):
    kept("limits", "declare", "btc", "--measure", "exposure:family:BTC", "--most", "0.3", *WHO)
    assert kept("keep").code == 0
    rows = ("time,asset,price,currency,source", "2026-03-03,BTC,900000,USD,test")
    assert kept("prices", "import", kept.write("p.csv", *rows)).code == 3


def test_a_figure_that_is_not_known_is_said_and_opens_nothing(kept):
    kept("limits", "declare", "hf", "--measure", "health", "--least", "1.5", *WHO)
    done = kept("limits", "list", "--json")
    (row,) = done.json["limits"]
    assert (done.code, row["state"], row["unknown"]) == (0, "unknown", "there is no loan")


def test_figures_of_returns_and_of_a_strategy_are_measured(kept):
    kept("limits", "declare", "dd", "--measure", "drawdown", "--most", "0.9", *WHO)
    one = ("--measure", "day_loss", "--strategy", "directional", "--most", "0.5")
    kept("limits", "declare", "arb", *one, *WHO)
    rows = {row["name"]: row for row in kept("limits", "list", "--json").json["limits"]}
    assert rows["dd"]["figure"] is not None
    assert (rows["arb"]["figure"], rows["arb"]["strategy"]) == ("0", "directional")


def test_a_limit_that_is_withdrawn_is_no_more_and_its_breach_ends(kept):
    kept(*TIGHT)
    assert kept("limits", "withdraw", "btc", *WHO).code == 0
    done = kept("limits", "list", "--json")
    assert (done.code, done.json["limits"]) == (0, [])
    assert done.json["breaches"][0]["state"] == "ended"
    assert kept("limits", "withdraw", "btc", *WHO).code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--measure", "mood", "--most", "1"),
        ("--measure", "leverage"),
        ("--measure", "leverage", "--most", "1", "--least", "1"),
        ("--measure", "leverage", "--most", "0"),
        ("--measure", "leverage", "--most", "x"),
        ("--measure", "leverage", "--most", "1", "--hysteresis", "1"),
        ("--measure", "leverage", "--most", "1", "--threshold", "aave_v3:eth=0.8"),
        ("--measure", "health", "--least", "1", "--threshold", "eth=0.8"),
    ],
)
def test_what_is_no_limit_is_bad_input_and_nothing_is_kept(kept, words):
    assert kept("limits", "declare", "l", *words, *WHO).code == 6
    assert kept("limits", "list", "--json").json["limits"] == []
