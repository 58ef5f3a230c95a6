"""Spark's conversions: savings go in and out at their rate, dollars for dollars are a trade."""

import pytest

from ledger.protocols import spark
from tests.ledger.moves import activity, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SAVED = min(spark.SAVINGS)


def test_topics_are_the_hashes_of_their_signatures():
    signature = "Swap(address,address,address,address,uint256,uint256,uint256)"
    assert hashes_to(signature, spark.SWAP)


def swapped(given, came, sender="w", receiver="w"):
    logs = [log(3, "psm", spark.SWAP, given, came, receiver, data=[sender, 100, 97, 0])]
    return activity(
        f"w > pocket 100 {given}@1; psm > w 97 {came}@2", logs=logs, network="eip155:8453"
    )


@pytest.mark.parametrize(
    ("given", "came", "kind"),
    [("U", SAVED, "vault_deposit"), (SAVED, "U", "vault_withdraw"), ("U", "S", "swap")],
)
def test_each_way(given, came, kind):
    event = only(swapped(given, came), PROTOCOLS, wallets(network="eip155:8453"))
    assert (event.kind, event.protocol) == (kind, "spark")
    assert [quantity for quantity, _, _ in said(event)] == [-100, 97]


def test_conversions_of_others_are_not_ours():
    one = swapped("U", SAVED, sender="x", receiver="x")
    assert only(one, PROTOCOLS, wallets(network="eip155:8453")).protocol is None
