"""Routers of many markets: whole trades in their name."""

import pytest

from ledger.protocols import aggregators as routers
from ledger.protocols._markets import CONCENTRATED
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

POOL = log(1, "pool", CONCENTRATED, "router", "router", data=[100, 7, 1, 1, 1])
PARASWAP = "0x6a000f20005980200259b80c5102003040001068"


def test_topics_are_the_hashes_of_their_signatures():
    odos = "address,uint256,address,uint256,address"
    arrays = "address,uint256[],address[],uint256[],address[]"
    addresses = "address,address,address,address"
    paraswap = "address,address,address,uint256,uint256,uint256"
    for signature, topic in {
        "Swapped(address,uint256[],address[],uint256[],(address,uint256,address)[],uint256)": (
            routers.ODOS_SWAPPED
        ),
        f"Swap({odos},int256,uint32)": routers.ODOS_SWAP,
        f"SwapMulti({arrays},uint32)": routers.ODOS_MULTI,
        f"Swap({odos},int256,uint64,uint64,address)": routers.ODOS_SWAP_V3,
        f"SwapMulti({arrays},int256[],uint64,uint64,address)": routers.ODOS_MULTI_V3,
        f"Swapped(bytes16,address,{paraswap})": routers.PARASWAP_FIRST[0],
        f"Bought(bytes16,address,{paraswap[: paraswap.rindex(',')]})": routers.PARASWAP_FIRST[1],
        f"Swapped2(bytes16,address,uint256,address,{paraswap})": routers.PARASWAP_SECOND[0],
        f"Bought2(bytes16,address,uint256,address,{paraswap})": routers.PARASWAP_SECOND[1],
        "OrderFilled(bytes32,address,address,uint256,address,address,uint256)": (
            routers.PARASWAP_QUOTED
        ),
        f"SwappedV3(bytes16,address,uint256,address,{paraswap})": routers.PARASWAP_SWAPPED,
        f"BoughtV3(bytes16,address,uint256,address,{paraswap})": routers.PARASWAP_BOUGHT,
        f"SwappedDirect(bytes16,address,uint256,address,uint8,{paraswap})": routers.PARASWAP_DIRECT,
        "Swapped(address,address,address,address,uint256,uint256)": routers.KYBER_SWAPPED,
        f"Swapped({addresses},{'uint256,' * 5}address)": routers.OPENOCEAN_SWAPPED,
        "LiFiGenericSwapCompleted(bytes32,string,string,address,address,address,uint256,uint256)": (
            routers.LIFI_COMPLETED
        ),
        "Swap(string,address)": routers.METAMASK_SWAP,
        "Fill(bytes32,address,address,uint256)": routers.UNISWAP_X,
        f"Route({addresses},uint256,uint256,uint256)": routers.SUSHI_ROUTE,
        "Swap(address,address,address,address,uint256,uint256)": routers.MAGPIE_SWAP,
        "OrderRecord(address,address,address,uint256,uint256)": routers.OKX_RECORD,
        "OrderHistory(address,address,address,uint256,uint256)": routers.DODO_HISTORY,
        "BebopOrder(uint128)": routers.BEBOP_ORDER,
        "SwapOccurred(address,uint256,uint256,string)": routers.KELP_POOL,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("topic", sorted(routers.TOPICS))
def test_a_trade_has_the_name_of_the_router_that_was_called_and_not_of_the_pool(topic):
    name, topics, words = routers.TOPICS[topic]
    router = next((one for one, named in routers.ROUTERS.items() if named == name), "router")
    done = log(9, router, topic, *["x"] * (topics - 1), data=[1] * words)
    text = f"w > {router} 100 A; {router} > w 7 B"
    event = only(activity(text, logs=[POOL, done], called=router), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", name)


@pytest.mark.parametrize("router", sorted(routers.ROUTERS))
def test_a_router_without_logs_is_told_by_its_address(router):
    one = activity("w > executor 100 A; executor > w 7 B", logs=[POOL], called=router)
    assert only(one, PROTOCOLS).protocol == routers.ROUTERS[router]


def test_several_assets_for_several_and_what_came_back_are_one_trade():
    one = activity(f"w > {PARASWAP} 100 A; w > {PARASWAP} 5 B; {PARASWAP} > w 7 C", called=PARASWAP)
    assert len(only(one, PROTOCOLS).legs) == 3
    one = activity(f"w > {PARASWAP} 9 ETH; {PARASWAP} > w 7 C; {PARASWAP} > w 2 ETH")
    event = only(one, PROTOCOLS)
    assert (event.protocol, said(event)[-1]) == ("paraswap", (2, asset("ETH"), "refund"))


def test_the_router_that_was_called_comes_before_the_one_that_it_used():
    outer = log(1, "router", routers.METAMASK_SWAP, 1, "w")
    inner = log(2, "p", routers.ODOS_SWAP, data=["w", 100, "A", 7, "B", 0, 0])
    one = activity("w > router 100 A; router > w 7 B", logs=[outer, inner])
    assert only(one, PROTOCOLS).protocol == "metamask"


def test_a_router_that_names_the_fund_traded_for_it_over_other_contracts():
    done = log(9, "p", routers.LIFI_COMPLETED, 1, data=[0, 0, "w", "A", "B", 100, 7])
    one = activity("w > proxy 100 A; executor > w 7 B", logs=[POOL, done], called="proxy")
    assert only(one, PROTOCOLS).protocol == "lifi"


def test_the_trade_of_somebody_else_is_not_claimed():
    done = log(9, "p", routers.ODOS_SWAP, data=["x", 100, "A", 7, "B", 0, 0])
    one = activity("w > pool 100 A; pool > w 7 B", logs=[POOL, done])
    assert only(one, PROTOCOLS).protocol == "uniswap_v3"


def test_more_than_a_trade_in_a_transaction_of_many_calls_is_not_claimed():
    done = log(9, "p", routers.ODOS_SWAP, data=["safe", 100, "A", 7, "B", 0, 0])
    text = "safe > p 100 A; p > safe 7 B; safe > Vault 5 C; zero > safe 4 Vault"
    one = activity(text, logs=[done], caller="x", called="safe")
    assert "odos" not in {event.protocol for event in events_of(one, PROTOCOLS)}


def test_a_payment_to_a_router_without_anything_back_is_no_trade():
    one = activity(f"w > {PARASWAP} 100 A", called=PARASWAP)
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]


def test_a_form_that_many_took_over_is_of_nobody_without_a_known_address():
    for topic, topics in ((routers.KYBER_SWAPPED, 0), (routers.OPENOCEAN_SWAPPED, 3)):
        done = log(9, "router", topic, *["w"] * topics, data=["w", "A", "B", "w", *[1] * 4])
        one = activity("w > router 100 A; router > w 7 B", logs=[POOL, done])
        assert only(one, PROTOCOLS).protocol == "uniswap_v3"
        first = "0x11111112542d85b3ef69ae05771c2dccff4faa26"
        done = log(9, first, topic, *["w"] * topics, data=["w", "A", "B", "w", *[1] * 4])
        one = activity("w > p 100 A; p > w 7 B", logs=[POOL, done], called=first)
        assert only(one, PROTOCOLS).protocol == "oneinch"


def test_an_order_that_somebody_else_filled_has_the_name_of_its_reactor():
    def filled(swapper):
        told = log(9, "reactor", routers.UNISWAP_X, 1, "filler", swapper, data=[4])
        text = "w > filler 100 A; filler > w 7 B"
        return only(activity(text, logs=[told], caller="filler", called="executor"), PROTOCOLS)

    assert (filled("w").kind, filled("w").protocol) == ("swap", "uniswap_x")
    assert filled("x").protocol is None


def test_a_pool_that_logs_like_those_of_kelp_is_not_one_of_them():
    for pool, name in ((min(routers.KELP_POOLS), "kelp"), ("lrt", None)):
        told = log(3, pool, routers.KELP_POOL, "w", data=[7, 1, 96, 0])
        event = only(
            activity(f"w > {pool} 10 ETH; zero > w 7 T", logs=[told], called=pool), PROTOCOLS
        )
        assert (event.kind, event.protocol) == ("swap", name)
