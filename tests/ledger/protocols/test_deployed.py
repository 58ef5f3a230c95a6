"""Pools of concentrated liquidity by their address: real ones of each deployer, and others."""

import pytest

from ledger.protocols._deployed import Terms, terms_of

REAL = [
    (
        "eip155:1",
        "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640",
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
        "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
        Terms(500, 10),
    ),
    (
        "eip155:1",
        "0x3416cf6c708da44db2624d63ea0aaef7113527c6",
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
        "0xdac17f958d2ee523a2206206994597c13d831ec7",
        Terms(100, 1),
    ),
    (
        "eip155:137",
        "0x65906dbdfca73c67cf35744864d2f3f9f71a8c44",
        "0x2791bca1f2de4661ed88a30c99a7a9449aa84174",
        "0xe9c21de62c5c5d0ceacce2762bf655afdceb7ab3",
        Terms(3_000, 60),
    ),
    (
        "eip155:8453",
        "0x7fe91f69adf6151a38e206a293f1935d8e562721",
        "0x4200000000000000000000000000000000000006",
        "0x9430a7e6283fb704fd1d9302868bc39d16fe82ba",
        Terms(10_000, 200),
    ),
    # PancakeSwap v3
    (
        "eip155:56",
        "0x046c6f09fee15b2113364d5ea4ab34fbf134f588",
        "0xb11e6ed6f481fd954dcd4585d8877ace06acadfe",
        "0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c",
        Terms(2_500, 50),
    ),
    (
        "eip155:42161",
        "0x7fcdc35463e3770c2fb992716cd070b63540b947",
        "0x82af49447d8a07e3bd95bd0d56f35241523fbab1",
        "0xaf88d065e77c8cc2239327c5edb3a432268e5831",
        Terms(100, 1),
    ),
]


@pytest.mark.parametrize(("network", "pool", "first", "second", "terms"), REAL)
def test_a_pool_of_a_known_deployer_has_its_fee_and_ticks(network, pool, first, second, terms):
    assert terms_of(network, pool, first, second) == terms


def test_the_same_pool_of_other_assets_order_or_network_is_nobodys():
    network, pool, first, second, _ = REAL[0]
    assert terms_of(network, pool, second, first) is None
    assert terms_of("eip155:8453", pool, first, second) is None
    assert terms_of("eip155:999999", pool, first, second) is None
    assert terms_of(network, "0x" + "1" * 40, first, second) is None
