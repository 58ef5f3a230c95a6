"""A file's series, and words of a command or a request → bounds, terms, views, memberships."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.allocating import Bounds, Known, Wanted, constraints_of, terms_of, view_of
from api.strategy_holdings import fees, memberships
from ledger.model.errors import BadInput
from risk.model import ReturnSeries
from tests.end_to_end.command import Command
from tests.ledger.notation import entry

FIRST = date(2026, 1, 5)


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys):
    """The command without a database: a file says all that is weighed."""
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    return Command(tmp_path, monkeypatch, capsys)


@pytest.fixture
def returns(partita):
    days = [f"{FIRST + timedelta(days=at)}" for at in range(120)]
    lines = [f"{day},{0.01 * (-1) ** at},{0.002 * (at % 5 - 1)}" for at, day in enumerate(days)]
    return partita.write("returns.csv", "date,wild,calm", *lines)


def test_a_file_has_its_table_of_strategies(partita, returns):
    table = partita.write(
        "s.csv",
        "strategy,chain,protocol,current",
        "wild,ethereum,,0.5",
        "calm,base,aave,0.5",
    )
    asked_words = ("allocate", returns, "--model", "inverse-variance", "--strategies", table)
    done = partita(*asked_words, "--cap", "chain:base=0.6", "--turnover", "0.3", "--json")
    assert share(done.json, "calm") == pytest.approx(0.6, abs=1e-6)
    assert measure(done.json, "turnover")["value"] == "0.2"
    capacity = ("--nav", "1000", "--capacity", "calm=100")
    bounded = partita("allocate", returns, *capacity, "--model", "equal", "--json")
    assert share(bounded.json, "calm") == pytest.approx(0.1, abs=1e-6)


def test_views_stand_in_a_file(partita, returns):
    views = partita.write("views.csv", "over,under,return,confidence", "wild,calm,0.01,0.9")
    told = ("--model", "black-litterman", "--objective", "utility", "--aversion", "5")
    with_view = partita("allocate", returns, *told, "--views", views, "--json").json
    without = partita("allocate", returns, *told, "--json").json
    assert share(with_view, "wild") > share(without, "wild")
    assert with_view["parameters"]["views"] == "1"


@pytest.mark.parametrize(
    "words",
    [
        ("--model", "best"),
        ("--model", "hrp", "--model", "cvar"),
        ("--walk-forward", "--rebalance"),
        ("--rebalance",),
        ("--cap", "wild"),
        ("--turnover", "3"),
        ("--capacity", "wild=5"),
        ("--rf", "nan"),
        ("--model", "hrp", "--objective", "sharpe"),
        ("--model", "mean-variance", "--target", "0.1"),
        ("--model", "mean-variance", "--objective", "target-return", "--target", "nan"),
        ("--aversion", "0"),
        ("--walk-forward", "--step", "0"),
        ("--walk-forward", "--window", "0"),
        ("--walk-forward", "--tried", "-1"),
        ("--walk-forward", "--tried", "9" * 25),
        ("--views", "missing.csv"),
        ("--strategies", "returns.csv"),
        ("--leave", "wild"),
        ("--least-capital", "0.1"),
        ("--least-capital", "nan"),
    ],
)
def test_a_word_that_fits_nothing_is_bad_input(partita, returns, words):
    done = partita("allocate", returns, *words)
    assert (done.code, "bad_input" in done.err, done.out) == (6, True, "")


def share(row, name):
    return float(next(one["weight"] for one in row["weights"] if one["name"] == name))


def measure(row, name):
    return next(one for one in row["measures"] if one["name"] == name)


def known(*names, **more):
    days = tuple(FIRST + timedelta(days=at) for at in range(3))
    return Known(tuple(ReturnSeries(name, days, (0.0, 0.1, 0.2)) for name in names), **more)


def test_a_chain_is_bounded_by_the_part_of_each_strategy_that_runs_there():
    members = {"chain": {"eip155:1": {"arb": 0.75, "maker": 0.5}}}
    found = constraints_of(
        Bounds(caps=("chain:eip155:1=0.4", "arb=0.3"), floors=("chain:eip155:1=0.1",)),
        known("arb", "maker", members=members),
    )
    [group] = found.groups
    assert (group.kind, group.name, group.floor, group.cap) == ("chain", "eip155:1", 0.1, 0.4)
    assert group.shares == {"arb": 0.75, "maker": 0.5}
    assert found.caps == {"arb": 0.3}


def test_a_capacity_caps_a_strategy_no_higher_than_its_cap():
    bounds = Bounds(caps=("a=0.2",), capacities=("a=300", "b=300"))
    found = constraints_of(bounds, known("a", "b", nav=1000.0))
    assert found.caps == {"a": 0.2, "b": 0.3}


def test_a_view_of_several_favours_each_alike():
    view = view_of("a+b,c,0.01,0.25", ["a", "b", "c"])
    assert (view.shares, view.expected, view.confidence) == (
        {"a": 0.5, "b": 0.5, "c": -1.0},
        0.01,
        0.25,
    )
    assert view_of("a,,0.01", ["a"]).confidence == 0.5
    for wrong in ("", "a", "a,,x", "d,,0.1", "a,,0.1,0", "a,a,0.1", ",,0.1", "a,b,c,d,e"):
        with pytest.raises(BadInput):
            view_of(wrong, ["a", "b", "c"])


def test_terms_of_a_tail_know_a_target_return_alone():
    aimed = Wanted(objective="target-return", target=0.01)
    assert terms_of(aimed, "cvar", []).target == 0.01
    for model in ("hrp", "kelly", "equal"):
        with pytest.raises(BadInput):
            terms_of(aimed, model, [])


def test_fees_are_those_of_the_network_that_a_strategy_paid_on_most():
    text = "asset:w ETH -1 dispose = -3\nexpense:gas ETH 1 none = 3"
    one = entry(1, text, strategy="arb")
    paid = [replace(one, network=net) for net in ("eip155:1", "eip155:1", "eip155:10")]
    unpriced = entry(2, "asset:w ETH -1 dispose\nexpense:gas ETH 1 none", strategy="arb")
    found = fees([*paid, replace(unpriced, network="x")])
    assert list(found) == ["arb"]
    assert (found["arb"].network, found["arb"].paid) == ("eip155:1", (3e-18, 3e-18))


def test_a_strategy_belongs_to_a_chain_by_the_part_of_its_entries_there():
    one = entry(1, "asset:w ETH 1\nincome:x ETH -1", strategy="arb")
    made = [
        replace(one, network=net, protocol=protocol)
        for net, protocol in (("a", "uniswap"), ("a", None), ("b", "uniswap"), ("b", "aave"))
    ]
    found = memberships(made)
    assert found["chain"] == {"a": {"arb": 0.5}, "b": {"arb": 0.5}}
    assert found["protocol"] == {"uniswap": {"arb": 0.5}, "aave": {"arb": 0.25}}
