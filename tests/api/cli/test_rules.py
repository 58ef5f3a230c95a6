"""Strategy rules by command: they stand in their order, name what there is, and keep the books."""

import pytest

CONTRACT = "0x" + "ab" * 20


def strategies(command):
    return [row["strategy"] for row in command("events", "--json").json]


def test_a_rule_names_the_strategy_of_what_fits_it(kept):
    assert "rest" not in strategies(kept)
    done = kept("fund", "rule", "add", "--strategy", "rest", "--kind", "swap", "--wallet", "bank")
    assert done.code == 0, done.err
    assert "rules: 1" in done.out and " 0 booked anew" not in done.out
    assert strategies(kept).count("rest") == 3
    [trades] = {e["strategy"] for e in kept("journal", "--json").json if e["kind"] == "swap"}
    assert trades == "rest"


def test_the_first_rule_that_fits_decides_and_the_same_is_not_added_twice(kept):
    for strategy in ("first", "second", "first"):
        assert kept("fund", "rule", "add", "--strategy", strategy, "--kind", "swap").code == 0
    rules = kept("fund", "rule", "list", "--json").json
    assert [(rule["position"], rule["strategy"]) for rule in rules] == [(1, "first"), (2, "second")]
    assert strategies(kept).count("first") == 3


def test_a_rule_states_all_that_it_was_given(kept):
    words = ("--contract", CONTRACT, "--kind", "pool_deposit", "--protocol", "uniswap_v3")
    kept("fund", "rule", "add", "--strategy", "making", "--wallet", "bank", *words)
    [rule] = kept("fund", "rule", "list", "--json").json
    assert rule["wallet"].endswith(":bank")
    assert (rule["contract"], rule["kind"]) == (CONTRACT, "pool_deposit")
    assert rule["protocol"] == "uniswap_v3"
    assert "pool_deposit" in kept("fund", "rule", "list").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--kind", "gamble"), 6),
        (("--contract", "0x12"), 6),
        (("--protocol", "a\x07"), 6),
        (("--wallet", "nobody"), 1),
    ],
)
def test_a_rule_of_what_there_is_not_is_refused(kept, words, code):
    assert kept("fund", "rule", "add", "--strategy", "s", *words).code == code
    assert kept("fund", "rule", "list", "--json").json == []


def test_a_rule_needs_a_strategy(kept):
    assert kept("fund", "rule", "add", "--kind", "swap").code == 2
    assert kept("fund", "rule", "add", "--strategy", "a/b").code == 6
