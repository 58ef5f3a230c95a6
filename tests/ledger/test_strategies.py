"""Which strategy an event belongs to: rules first, then statements, groups and wallets."""

import pytest

from ledger.model.fund import Policy, StrategyRule, Wallet
from ledger.strategies import UNASSIGNED, assign, matches
from tests.ledger.journal.cases import MEME, NETWORK, WETH, A, B, event, leg

WALLETS = {
    wallet.id: wallet
    for wallet in (
        Wallet(NETWORK, A.rpartition(":")[2], "hot"),
        Wallet(NETWORK, B.rpartition(":")[2], "bot", strategy="arbitrage"),
    )
}
NO_RULES = Policy()


def strategy_of(one, policy, wallets):
    (named,) = assign([one], policy, wallets)
    return named.strategy


def ruled(*rules):
    return Policy(strategy_rules=rules)


def test_the_first_rule_that_matches_decides():
    policy = ruled(StrategyRule("first", kind="swap"), StrategyRule("second", kind="swap"))
    assert strategy_of(event("swap", leg(1, WETH)), policy, WALLETS) == "first"


def test_a_rule_decides_before_the_statement_and_the_wallet():
    stated = event("swap", leg(1, WETH, B), strategy="stated")
    assert strategy_of(stated, ruled(StrategyRule("ruled", wallet=B)), WALLETS) == "ruled"
    assert strategy_of(stated, NO_RULES, WALLETS) == "stated"


def test_the_first_wallet_that_has_a_strategy_decides_where_nothing_else_does():
    assert strategy_of(event("swap", leg(-1, WETH, A), leg(1, WETH, B)), NO_RULES, WALLETS) == (
        "arbitrage"
    )


def test_without_any_of_them_an_event_is_unassigned():
    assert strategy_of(event("swap", leg(1, WETH, A)), NO_RULES, WALLETS) == UNASSIGNED
    assert strategy_of(event("swap", leg(1, WETH, B)), NO_RULES, {}) == UNASSIGNED


def test_the_wallet_that_paid_the_gas_of_a_failure_decides():
    wallets = {A: Wallet(NETWORK, "0x", "hot", strategy="sniping")}
    assert strategy_of(event("failed", fee=1), NO_RULES, wallets) == "sniping"


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (StrategyRule("s"), True),
        (StrategyRule("s", contract="0xCA11ED"), True),
        (StrategyRule("s", contract="0xC0FFEE"), True),
        (StrategyRule("s", contract=MEME.rpartition(":")[2]), True),
        (StrategyRule("s", contract="0xdead"), False),
        (StrategyRule("s", contract=""), False),
        (StrategyRule("s", kind="swap", protocol="uniswap_v3", wallet=A), True),
        (StrategyRule("s", kind="borrow", protocol="uniswap_v3"), False),
        (StrategyRule("s", kind="swap", protocol="curve"), False),
        (StrategyRule("s", kind="swap", wallet=B), False),
    ],
)
def test_a_rule_matches_when_every_field_it_gives_fits(rule, fits):
    one = event("swap", leg(1, MEME), called="0xca11ed", protocol="uniswap_v3")
    assert matches(rule, one) is fits


def test_events_of_one_group_share_the_strategy_that_is_named():
    front = event("swap", leg(1, WETH, B), group="bundle", id="front")
    back = event("swap", leg(1, MEME, A), group="bundle", id="back", protocol="curve")
    alone = event("swap", leg(1, WETH, B), id="alone")
    named = assign([front, back, alone], ruled(StrategyRule("mev", protocol="curve")), WALLETS)
    assert [(one.id, one.strategy) for one in named] == [
        ("front", "mev"),
        ("back", "mev"),
        ("alone", "arbitrage"),
    ]


def test_assigning_changes_nothing_but_the_strategy():
    one = event("swap", leg(1, WETH, B), strategy="arbitrage")
    assert assign([one], NO_RULES, WALLETS) == (one,)
