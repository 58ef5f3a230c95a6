"""Silo: what is lent and what is owed both have tokens, and the second is no income."""

import pytest

from ledger.classify import classify
from ledger.protocols import silo
from tests.ledger.moves import activity, asset, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,address,uint256,bool)": silo.DEPOSIT,
        "Withdraw(address,address,address,uint256,bool)": silo.WITHDRAW,
        "Borrow(address,address,uint256)": silo.BORROW,
        "Repay(address,address,uint256)": silo.REPAY,
        "DepositProtected(address,address,uint256,uint256)": silo.DEPOSIT_PROTECTED,
        "WithdrawProtected(address,address,address,uint256,uint256)": silo.WITHDRAW_PROTECTED,
        "Borrow(address,address,address,uint256,uint256)": silo.BORROW_SHARES,
        "Repay(address,address,uint256,uint256)": silo.REPAY_SHARES,
    }.items():
        assert hashes_to(signature, topic)


IN, OUT = "w > silo 100 U@1", "silo > w 100 U@1"
MADE, BURNT = "zero > w 90 S@2", "w > zero 90 S@2"


@pytest.mark.parametrize(
    ("topic", "text", "indexed", "data", "kind", "shares"),
    [
        (silo.DEPOSIT, f"{IN}; {MADE}", "Uw", [100, 0], "lend_deposit", (90, "plain")),
        (silo.WITHDRAW, f"{OUT}; {BURNT}", "Uww", [100, 0], "lend_withdraw", (-90, "plain")),
        (silo.BORROW, f"{OUT}; {MADE}", "Uw", [100], "borrow", (90, "debt")),
        (silo.REPAY, f"{IN}; {BURNT}", "Uw", [100], "repay", (-90, "debt")),
        (silo.DEPOSIT_PROTECTED, f"{IN}; {MADE}", "ww", [100, 90], "lend_deposit", (90, "plain")),
        (
            *(silo.WITHDRAW_PROTECTED, f"{OUT}; {BURNT}", "www", [100, 90]),
            *("lend_withdraw", (-90, "plain")),
        ),
        (silo.BORROW_SHARES, f"{OUT}; {MADE}", "www", [100, 90], "borrow", (90, "debt")),
        (silo.REPAY_SHARES, f"{IN}; {BURNT}", "ww", [100, 90], "repay", (-90, "debt")),
    ],
)
def test_each_action_of_both_versions(topic, text, indexed, data, kind, shares):
    one = activity(text, logs=[log(9, "silo", topic, *indexed, data=data)])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "silo")
    assert (shares[0], asset("S"), shares[1]) in said(event)
    _, facts = classify(one, wallets(), PROTOCOLS)
    assert [(fact.kind, fact.underlying) for fact in facts] == (
        [("debt", None)] if shares[1] == "debt" else []
    )


def test_shares_of_another_size_and_two_candidates_say_nothing():
    logs = [log(9, "silo", silo.BORROW_SHARES, *"www", data=[100, 91])]
    assert only(activity(f"{OUT}; {MADE}", logs=logs), PROTOCOLS).protocol is None
    logs = [log(9, "silo", silo.BORROW, *"Uw", data=[100])]
    one = activity(f"{OUT}; {MADE}; zero > w 7 T@3", logs=logs)
    assert only(one, PROTOCOLS).protocol is None


def test_logs_of_others_and_strangers_say_nothing():
    logs = [log(9, "silo", silo.BORROW, *"Ux", data=[100])]
    assert only(activity(OUT, logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(9, "silo", silo.BORROW, *"Uw", data=[100])]
    one = activity(f"{OUT}; {MADE}", logs=logs, caller="x")
    assert only(one, PROTOCOLS).protocol is None
