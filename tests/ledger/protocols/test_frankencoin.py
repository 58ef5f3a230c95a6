"""Frankencoin's savings: a position that earns, whoever pays in and whoever is paid."""

import pytest

from ledger.model.asset import position
from ledger.protocols import frankencoin as savings
from tests.ledger.moves import NETWORK, activity, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ZCHF = savings.ZCHF
KEEPER = "0x27d9ad987bde08a0d083ef7e0e4043c857a17b38"
KEPT = position(NETWORK, "frankencoin", KEEPER)
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Saved(address,uint192)": savings.SAVED,
        "Withdrawn(address,uint192)": savings.WITHDRAWN,
        "InterestCollected(address,uint256,uint256)": savings.COLLECTED,
        "InterestCollected(address,uint256)": savings.COLLECTED_WHOLE,
    }.items():
        assert hashes_to(signature, topic)


def told(one, **known):
    return {event.kind: said(event) for event in events_of(one, PROTOCOLS, **known)}


def saved(text, amount=100, keeper=KEEPER, saver="w", **more):
    return activity(text, logs=[log(9, keeper, savings.SAVED, saver, data=[amount])], **more)


def test_a_deposit_is_a_position():
    assert told(saved(f"w > {KEEPER} 100 {ZCHF}@1")) == {
        "vault_deposit": [(-100, asset(ZCHF), "plain"), (100, KEPT, "position")]
    }


def test_interest_is_income_that_stays_in_the_savings():
    logs = [
        log(1, KEEPER, savings.COLLECTED, "w", data=[7, 2]),
        log(9, KEEPER, savings.WITHDRAWN, "w", data=[105]),
    ]
    one = activity(f"{KEEPER} > w 105 {ZCHF}@8", logs=logs)
    assert told(one, held={(WALLET, KEPT): 100}) == {
        "reward": [(5, KEPT, "interest")],
        "vault_withdraw": [(105, asset(ZCHF), "plain"), (-105, KEPT, "position")],
    }


def test_what_others_pay_in_is_received_and_what_others_get_is_sent():
    one = saved(f"x > {KEEPER} 100 {ZCHF}@1", caller="x")
    assert told(one) == {"receive": [(100, KEPT, "position")]}
    logs = [log(9, KEEPER, savings.WITHDRAWN, "w", data=[40])]
    one = activity(f"{KEEPER} > x 40 {ZCHF}@1", logs=logs)
    assert told(one, held={(WALLET, KEPT): 100}) == {"send": [(-40, KEPT, "position")]}
    event = only(one, PROTOCOLS)
    assert (event.kind, event.note) == ("no_effect", "position:unknown")


def test_a_contract_nobody_knows_cannot_give_savings():
    assert not told(saved(f"x > fake 100 {ZCHF}@1", keeper="fake", caller="x"))
    assert not told(saved(f"x > {KEEPER} 100 fake@1", caller="x"))
    logs = [log(1, "fake", savings.COLLECTED, "w", data=[7, 2])]
    logs.append(log(2, "fake", savings.SAVED, "w", data=[0]))
    assert "reward" not in told(activity("", logs=logs))


def test_savings_of_others_are_not_ours():
    one = saved(f"w > {KEEPER} 100 {ZCHF}@1", saver="x")
    assert only(one, PROTOCOLS).kind == "send"


@pytest.mark.parametrize(("network", "keeper"), sorted(savings.KEEPERS))
def test_savings_of_each_network_credit_interest_in_its_coin(network, keeper):
    coin = savings.ZCHF if network == NETWORK else savings.ZCHF_ELSEWHERE
    logs = [
        log(1, keeper, savings.COLLECTED_WHOLE, "w", data=[7]),
        log(2, keeper, savings.SAVED, "w", data=[100]),
    ]
    one = activity(f"w > {keeper} 100 {coin}@1", logs=logs, called=keeper, network=network)
    events = events_of(one, PROTOCOLS, wallets("w", network=network))
    kept = position(network, "frankencoin", keeper)
    assert sorted((event.kind, said(event)[-1][:2]) for event in events) == [
        ("reward", (7, kept)),
        ("vault_deposit", (100, kept)),
    ]
