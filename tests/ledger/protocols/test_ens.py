"""Names of ENS, Base and .gwei: registered, renewed, many at once, paid too much."""

import pytest

from ledger.protocols import ens
from tests.ledger.moves import activity, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SIGNATURES = {
    "NameRegistered(string,bytes32,address,uint256,uint256)": ens.REGISTERED,
    "NameRegistered(string,bytes32,address,uint256,uint256,uint256)": ens.REGISTERED_PREMIUM,
    "NameRegistered(string,bytes32,address,uint256,uint256,uint256,bytes32)": (
        ens.REGISTERED_REFERRED
    ),
    "NameRenewed(string,bytes32,uint256,uint256)": ens.RENEWED,
    "NameRenewed(string,bytes32,uint256,uint256,bytes32)": ens.RENEWED_REFERRED,
    "NameRegistered(string,bytes32,address,uint256)": ens.BASE_REGISTERED,
    "NameRenewed(string,bytes32,uint256)": ens.BASE_RENEWED,
    "NameRegistered(uint256,string,address,uint256)": ens.GWEI_REGISTERED,
    "NameRenewed(uint256,uint256)": ens.GWEI_RENEWED,
}
NEW = [topic for topic, (_, new, *_) in ens.LOGS.items() if new]
OLD = [topic for topic, (_, new, *_) in ens.LOGS.items() if not new]


def test_topics_are_the_hashes_of_their_signatures():
    assert set(SIGNATURES.values()) == set(ens.LOGS)
    for signature, topic in SIGNATURES.items():
        assert hashes_to(signature, topic)


def told(topic, index=5):
    _, _, topics, words = ens.LOGS[topic]
    return log(index, "controller", topic, *[7] * (topics - 1), data=[96] * words)


@pytest.mark.parametrize("topic", NEW)
def test_a_name_is_bought_and_what_was_paid_too_much_comes_back(topic):
    one = activity(
        "w > controller 30 ETH; zero > w 1 Name#7; controller > w 2 ETH",
        logs=[told(topic)],
        called="controller",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("mint", ens.LOGS[topic][0])
    assert [role for _, _, role in said(event)] == ["plain", "plain", "refund"]


def test_a_name_without_a_price_is_still_named():
    one = activity("zero > w 1 Name#7", logs=[told(ens.BASE_REGISTERED)], called="controller")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("mint", "basenames")


def test_a_name_for_somebody_else_is_a_service_paid():
    one = activity(
        "w > controller 30 ETH; zero > x 1 Name#7",
        logs=[told(ens.REGISTERED)],
        called="controller",
    )
    assert only(one, PROTOCOLS).kind == "service_fee"


@pytest.mark.parametrize("topic", OLD)
def test_a_renewal_is_a_service_paid(topic):
    text = "w > controller 30 ETH; controller > w 2 ETH"
    event = only(activity(text, logs=[told(topic)], called="controller"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("service_fee", ens.LOGS[topic][0])
    assert [role for _, _, role in said(event)] == ["plain", "refund"]


def test_many_names_renewed_over_a_contract_between_are_one_payment():
    one = activity(
        "w > bulk 30 ETH; bulk > controller 28 ETH; bulk > w 2 ETH",
        logs=[told(ens.RENEWED), told(ens.RENEWED, 6)],
        called="bulk",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("service_fee", 2)


def test_a_name_that_somebody_else_renewed_claims_nothing():
    one = activity("controller > w 2 ETH", logs=[told(ens.RENEWED)], caller="x", called="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_coin_that_only_came_is_no_payment():
    one = activity("controller > w 2 ETH", logs=[told(ens.RENEWED)], called="controller")
    assert only(one, PROTOCOLS).kind == "receive"


def test_what_else_moves_beside_a_name_is_not_claimed():
    text = (
        "w > controller 30 ETH; zero > w 1 Name#7; w > x 4 ETH; w > controller 2 A; w > y 1 Cat#1"
    )
    one = activity(text, logs=[told(ens.REGISTERED)], called="controller")
    assert [len(found.legs) for found in events_of(one, PROTOCOLS) if found.protocol] == [2]
    text = "w > controller 30 ETH; x > w 1 Cat#7"
    one = activity(text, logs=[told(ens.RENEWED)], called="controller")
    assert [found.kind for found in events_of(one, PROTOCOLS) if found.protocol] == ["service_fee"]


def test_a_name_that_was_neither_paid_nor_got_here_claims_nothing():
    one = activity("w > x 4 A", logs=[told(ens.REGISTERED)], called="x")
    assert [found.protocol for found in events_of(one, PROTOCOLS)] == [None]
