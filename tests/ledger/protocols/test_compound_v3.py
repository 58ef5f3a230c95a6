"""Comet: what its token shows is lent, what it does not show is owed; collateral is a position."""

import pytest

from ledger.classify import classify
from ledger.model.asset import Asset, debt, position
from ledger.protocols import compound_v3 as comet
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

M = "0xc3d688b66703497daa19211eedff47f25384cdc3"
OWED = debt(NETWORK, "compound_v3", M)
KEPT = position(NETWORK, "compound_v3", f"{M}.{address('C')}")
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Supply(address,address,uint256)": comet.SUPPLY,
        "Withdraw(address,address,uint256)": comet.WITHDRAW,
        "SupplyCollateral(address,address,address,uint256)": comet.SUPPLY_COLLATERAL,
        "WithdrawCollateral(address,address,address,uint256)": comet.WITHDRAW_COLLATERAL,
        "AbsorbDebt(address,address,uint256,uint256)": comet.ABSORB_DEBT,
        "AbsorbCollateral(address,address,address,uint256,uint256)": comet.ABSORB_COLLATERAL,
        "BuyCollateral(address,address,uint256,uint256)": comet.BUY_COLLATERAL,
        "RewardClaimed(address,address,address,uint256)": comet.REWARD_CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


def supplied(text, amount=100):
    return activity(text, logs=[log(2, M, comet.SUPPLY, "w", "w", data=[amount])])


def test_base_that_is_lent_comes_back_as_a_token_that_grows():
    one = supplied(f"w > {M} 100 U@1; zero > w 99 {M}@3")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("lend_deposit", "compound_v3")
    known = {asset("U"): Asset(asset("U"), "USDC", 6)}
    _, facts = classify(one, wallets(), PROTOCOLS, known)
    (fact,) = facts
    assert (fact.underlying, fact.decimals, fact.accrues) == (asset("U"), 6, "interest")


def test_base_against_a_loan_is_a_repayment():
    event = only(supplied(f"w > {M} 100 U@1"), PROTOCOLS, held={(WALLET, OWED): 100})
    assert (event.kind, said(event)) == (
        "repay",
        [(-100, asset("U"), "plain"), (-100, OWED, "debt")],
    )


def test_base_beyond_the_loan_is_both_and_what_is_beyond_what_was_known_is_interest():
    one = supplied(f"w > {M} 100 U@1; zero > w 40 {M}@3")
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 55})
    assert event.kind == "repay"
    assert said(event) == [
        (-100, asset("U"), "plain"),
        (40, asset(M), "plain"),
        (-60, OWED, "debt"),
        (5, OWED, "interest"),
    ]


def test_each_supply_has_the_token_that_was_made_right_after_it():
    logs = [log(2, M, comet.SUPPLY, "w", "w", data=[50])]
    logs.append(log(4, M, comet.SUPPLY, "w", "w", data=[100]))
    one = activity(f"w > {M} 50 U@1; w > {M} 100 U@3; zero > w 40 {M}@5", logs=logs)
    first, second = events_of(one, PROTOCOLS, held={(WALLET, OWED): 110})
    assert said(first) == [(-50, asset("U"), "plain"), (-50, OWED, "debt")]
    assert (40, asset(M), "plain") in said(second)


def withdrawn(text, to="w", called="router"):
    logs = [log(2, M, comet.WITHDRAW, "w", to, data=[100])]
    return activity(text, logs=logs, called=called)


def test_a_withdrawal_beyond_the_balance_is_a_loan():
    event = only(withdrawn(f"{M} > w 100 U@1; w > zero 30 {M}@3"), PROTOCOLS)
    assert event.kind == "borrow"
    assert said(event)[-1] == (70, OWED, "debt")
    assert (
        only(withdrawn(f"{M} > w 100 U@1; w > zero 100 {M}@3"), PROTOCOLS).kind == "lend_withdraw"
    )


def test_coin_is_borrowed_over_the_bulker():
    one = withdrawn(f"{M} > bulk 100 W@1; bulk > w 100 ETH", to="bulk", called="bulk")
    event = only(one, PROTOCOLS)
    assert (event.kind, said(event)[0][1]) == ("borrow", asset("ETH"))


def test_collateral_is_a_position():
    put = activity(
        f"w > {M} 100 C@1", logs=[log(2, M, comet.SUPPLY_COLLATERAL, "w", "w", "C", data=[100])]
    )
    event = only(put, PROTOCOLS)
    assert (event.kind, said(event)[1]) == ("lend_deposit", (100, KEPT, "position"))
    back = activity(
        f"{M} > w 100 C@1", logs=[log(2, M, comet.WITHDRAW_COLLATERAL, "w", "w", "C", data=[100])]
    )
    event = only(back, PROTOCOLS, held={(WALLET, KEPT): 150})
    assert (event.kind, said(event)[1]) == ("lend_withdraw", (-100, KEPT, "position"))
    assert only(back, PROTOCOLS).note == "position:unknown"


def test_an_absorption_takes_collateral_clears_the_debt_and_leaves_the_rest():
    logs = [
        log(1, M, comet.ABSORB_COLLATERAL, "x", "w", "C", data=[150, 10]),
        log(2, M, comet.ABSORB_DEBT, "x", "w", data=[80, 8]),
    ]
    one = activity(f"zero > w 20 {M}@3", logs=logs, caller="x")
    event = only(one, PROTOCOLS, held={(WALLET, KEPT): 150, (WALLET, OWED): 55})
    assert event.kind == "liquidation"
    assert said(event) == [
        (20, asset(M), "plain"),
        (-120, KEPT, "position"),
        (-30, KEPT, "penalty"),
        (-60, OWED, "debt"),
        (5, OWED, "interest"),
    ]
    silent = activity("", logs=logs)
    assert events_of(silent, PROTOCOLS, held={(WALLET, KEPT): 150})[0].kind == "liquidation"


def test_collateral_bought_from_the_market_is_a_trade():
    logs = [log(3, M, comet.BUY_COLLATERAL, "bot", "C", data=[10, 4])]
    one = activity(f"bot > {M} 10 U@1; {M} > bot 4 C@2", logs=logs, caller="bot")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "compound_v3")


def test_rewards_are_rewards_and_those_of_others_are_not_ours():
    logs = [log(2, "rewards", comet.REWARD_CLAIMED, "w", "w", "COMP", data=[7])]
    one = activity("rewards > w 7 COMP@1", logs=logs, called="rewards")
    assert only(one, PROTOCOLS).kind == "reward"
    one = activity("rewards > w 8 COMP@1", logs=logs, called="rewards")
    assert only(one, PROTOCOLS).kind == "receive"


def test_what_is_supplied_for_somebody_else_is_no_repayment_of_ours():
    one = activity(f"w > {M} 100 U@1", logs=[log(2, M, comet.SUPPLY, "w", "x", data=[100])])
    assert only(one, PROTOCOLS).kind == "send"


def test_a_stranger_cannot_make_us_owe():
    one = activity(
        f"{M} > w 100 U@1", logs=[log(2, M, comet.WITHDRAW, "w", "w", data=[100])], caller="x"
    )
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_contract_that_logs_the_same_words_lends_nothing_unless_it_keeps_collateral():
    logs = [log(2, "else", comet.WITHDRAW, "w", "w", data=[100])]
    one = activity("else > w 100 U@1", logs=logs)
    assert only(one, PROTOCOLS).kind == "receive"
    kept = position(NETWORK, "compound_v3", f"{address('else')}.{address('C')}")
    assert only(one, PROTOCOLS, held={(WALLET, kept): 5}).kind == "borrow"


def test_what_a_helper_drew_and_put_up_for_the_fund_is_the_funds():
    drawn = activity(
        f"w > lev 1 C@1; lev > {M} 5 C@2; {M} > lev 40 U@4",
        logs=[
            log(3, M, comet.SUPPLY_COLLATERAL, "lev", "w", "C", data=[5]),
            log(5, M, comet.WITHDRAW, "w", "lev", data=[40]),
        ],
        called="lev",
    )
    event = only(drawn, PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "compound_v3")
    assert said(event) == [(-1, asset("C"), "plain"), (5, KEPT, "position"), (40, OWED, "debt")]
    cleared = activity(
        f"lev > {M} 40 U@2; {M} > lev 5 C@4; lev > w 7 U@6",
        logs=[
            log(3, M, comet.SUPPLY, "lev", "w", data=[40]),
            log(5, M, comet.WITHDRAW_COLLATERAL, "w", "lev", "C", data=[5]),
        ],
        called="lev",
    )
    event = only(cleared, PROTOCOLS, held={(WALLET, KEPT): 5, (WALLET, OWED): 40})
    assert (event.kind, said(event)) == (
        "repay",
        [(7, asset("U"), "plain"), (-40, OWED, "debt"), (-5, KEPT, "position")],
    )


def test_a_helper_who_draws_more_than_was_lent_makes_the_rest_a_loan():
    one = activity(
        f"{M} > lev 100 U@1; w > zero 30 {M}@3; lev > w 9 A@6",
        logs=[log(2, M, comet.WITHDRAW, "w", "lev", data=[100])],
        called="lev",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, sorted(said(event))) == (
        "borrow",
        sorted([(9, asset("A"), "plain"), (-30, asset(M), "plain"), (70, OWED, "debt")]),
    )


@pytest.mark.parametrize("caller", ["w", "x"])
def test_a_helper_who_repays_more_than_is_owed_lends_the_rest(caller):
    one = activity(
        f"lev > {M} 100 U@1; zero > w 40 {M}@3",
        logs=[log(2, M, comet.SUPPLY, "lev", "w", data=[100])],
        called="lev",
        caller=caller,
    )
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 60})
    assert (event.kind, sorted(said(event))) == (
        "repay",
        sorted([(40, asset(M), "plain"), (-60, OWED, "debt")]),
    )
