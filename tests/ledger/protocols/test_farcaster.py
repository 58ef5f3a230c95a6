"""Farcaster: time that was paid for."""

import pytest

from ledger.protocols import farcaster
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE, TIERS = farcaster.TIERS


def read(text, *, who="w", emitter=TIERS, called=TIERS, network=BASE):
    told = log(3, emitter, farcaster.PURCHASED, 5, 1, who, data=[365])
    one = activity(text, logs=[told], called=called, network=network)
    return only(one, PROTOCOLS, wallets("w", network=network))


def test_the_topic_is_the_hash_of_its_signature():
    assert hashes_to("PurchasedTier(uint256,uint256,uint256,address)", farcaster.PURCHASED)


@pytest.mark.parametrize("taker", [TIERS, "vault"])
def test_time_that_was_paid_for_is_an_expense(taker):
    paid = read(f"w > {taker} 120 U")
    assert (paid.kind, paid.protocol) == ("service_fee", "farcaster")


def test_others_and_other_places_say_nothing():
    text = f"w > {TIERS} 120 U"
    assert read(text, who="x").kind == "send"
    assert read(text, emitter="other").kind == "send"
    assert read(text, network="eip155:1").kind == "send"
    assert read("w > vault 120 U", called="router").kind == "send"
    assert read(f"{TIERS} > w 120 U").kind == "receive"
