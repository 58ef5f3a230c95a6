"""Synthetix's perpetuals: margin in and out, in both versions."""

import pytest

from ledger.protocols import synthetix_perps as perps
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def told(topic, delta, who="w"):
    indexed = [who] if topic == perps.MARGIN_TRANSFERRED else [1, 2, who]
    return log(3, "market", topic, *indexed, data=[delta % (1 << 256)])


@pytest.mark.parametrize(
    ("topic", "signature"),
    [
        (perps.MARGIN_TRANSFERRED, "MarginTransferred(address,int256)"),
        (perps.COLLATERAL_MODIFIED, "CollateralModified(uint128,uint128,int256,address)"),
    ],
)
def test_margin_goes_in_and_comes_out(topic, signature):
    assert hashes_to(signature, topic)
    into = only(activity("w > zero 9 sUSD", logs=[told(topic, 9)], called="market"), PROTOCOLS)
    assert (into.kind, into.protocol) == ("perp_change", "synthetix_perps")
    assert only(
        activity("zero > w 9 sUSD", logs=[told(topic, -9)], called="market"), PROTOCOLS
    ).kind == ("perp_change")
    assert (
        only(activity("w > zero 9 sUSD", logs=[told(topic, -9)], called="market"), PROTOCOLS).kind
        == "burn"
    )
    other = told(topic, 9, who="x")
    assert (
        only(activity("w > zero 9 sUSD", logs=[other], called="market"), PROTOCOLS).kind == "burn"
    )
