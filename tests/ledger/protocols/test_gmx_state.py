"""What a position of GMX would give back is what its store of data and its feeds say together."""

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.asset import erc20, position
from ledger.model.evidence import Question
from ledger.protocols import _gmx_state as state
from ledger.protocols.gmx_v2 import fetch_position
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, BOB, TOKEN, word
from tests.ledger.web_server import rpc, served

ARBITRUM = "eip155:42161"
KEY = 77
MARKET, INDEX, LONG, SHORT, FEED = (f"0x{number:040x}" for number in (11, 12, 13, 14, 15))
DOLLAR = 10**30
NOW = 1_700_000_000
REFUSED = {"error": {"code": 3, "message": "execution reverted"}}


def named(name):
    return keccak(encode(["string"], [name]))


def of(thing, name):
    kind = "bytes32" if isinstance(thing, int) else "address"
    value = thing.to_bytes(32) if isinstance(thing, int) else thing
    return int.from_bytes(keccak(encode([kind, "bytes32"], [value, named(name)])))


def at(name, *addresses, long=None):
    kinds = ["bytes32", *("address" for _ in addresses), *([] if long is None else ["bool"])]
    flags = [] if long is None else [long]
    return int.from_bytes(keccak(encode(kinds, [named(name), *addresses, *flags])))


def stored(*, long=True, token=SHORT, collateral=100, **said):
    """A position of 10 index tokens at 90 dollars, with fees, as its source lays it out."""
    size, factor, per_size = 900 * DOLLAR, DOLLAR // 450, 10**15 * DOLLAR // (900 * DOLLAR)
    funding = "CLAIMABLE_FUNDING_AMOUNT_PER_SIZE"
    found = {
        of(KEY, "ACCOUNT"): int(ALICE, 16),
        of(KEY, "MARKET"): int(MARKET, 16),
        of(KEY, "COLLATERAL_TOKEN"): int(token, 16),
        of(KEY, "IS_LONG"): int(long),
        of(KEY, "SIZE_IN_USD"): size,
        of(KEY, "SIZE_IN_TOKENS"): 10,
        of(KEY, "COLLATERAL_AMOUNT"): collateral,
        of(KEY, "BORROWING_FACTOR"): 5,
        of(KEY, "FUNDING_FEE_AMOUNT_PER_SIZE"): 7,
        of(KEY, f"LONG_TOKEN_{funding}"): 1,
        of(KEY, f"SHORT_TOKEN_{funding}"): 2,
        of(MARKET, "INDEX_TOKEN"): int(INDEX, 16),
        of(MARKET, "LONG_TOKEN"): int(LONG, 16),
        of(MARKET, "SHORT_TOKEN"): int(SHORT, 16),
        at("CUMULATIVE_BORROWING_FACTOR", MARKET, long=long): 5 + factor,
        at("FUNDING_FEE_AMOUNT_PER_SIZE", MARKET, token, long=long): 7 + 3 * per_size,
        at(funding, MARKET, LONG, long=long): 1 + 4 * (per_size + 1),
        at(funding, MARKET, SHORT, long=long): 2,
    }
    for asset in (INDEX, LONG, SHORT):
        found[at("PRICE_FEED", asset)] = int(FEED, 16) + int(asset, 16)
        found[at("PRICE_FEED_MULTIPLIER", asset)] = 10**52
        found[at("PRICE_FEED_HEARTBEAT_DURATION", asset)] = 3_600
    return found | said


PRICES = {INDEX: 100, LONG: 100, SHORT: 1}


def answer(found, prices=PRICES, *, network=ARBITRUM, reference=f"0x{KEY:064x}", age=60):
    feeds = {f"0x{int(FEED, 16) + int(one, 16):040x}": price for one, price in prices.items()}

    def handle(request):
        if isinstance(request, list):
            return [handle(one) for one in request]
        if request["method"] == "eth_getBlockByNumber":
            assert request["params"] == ["0x64", False]
            return {"jsonrpc": "2.0", "id": request["id"], "result": {"timestamp": hex(NOW)}}
        call, block = request["params"]
        assert block == "0x64"
        if call["to"] in feeds:
            price = feeds[call["to"]]
            value = None if price is None else [1, price * 10**8, 0, NOW - age, 1]
        else:
            assert call["to"] == state.STORES[ARBITRUM]
            value = [found.get(int(call["data"][10:], 16), 0)]
        result = {"result": "0x" + "".join(map(word, value))} if value else REFUSED
        return {"jsonrpc": "2.0", "id": request["id"]} | result

    asset = position(network, "gmx_v2", reference)
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            question = Question("balance", f"{network}:{ALICE}|{asset}", 100)
            return fetch_position(json_rpc(transport, server.url), question).value()
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("getUint(bytes32)", state.UINT),
        ("getAddress(bytes32)", state.ADDRESS),
        ("getBool(bytes32)", state.BOOL),
        ("latestRoundData()", state.LATEST),
    ],
)
def test_selectors_are_the_hashes_of_their_signatures(signature, selector):
    assert "0x" + keccak(text=signature).hex()[:8] == selector


def read(**said):
    prices = {**PRICES, INDEX: said.pop("price", 100)}
    found = answer(stored(**said), prices)
    assert found["assets"] == [erc20(ARBITRUM, LONG), erc20(ARBITRUM, SHORT)]
    return found["quantity"], *map(int, found["amounts"])


def test_a_long_that_gains_is_paid_in_the_long_token_beside_its_collateral_less_costs():
    # 10 × 100 − 900 = 100 dollars: one long token; 2 of borrowing, 3 of funding, 4 to be claimed
    assert read() == ("100", 1 + 4, 100 - 2 - 3)


def test_a_loss_is_taken_of_the_collateral():
    assert read(price=85) == ("100", 4, 100 - 50 - 2 - 3)


def test_a_short_gains_where_the_price_falls_and_is_paid_in_the_short_token():
    assert read(long=False, price=80) == ("100", 4, 100 + 100 - 2 - 3)
    assert read(long=False, price=95) == ("100", 4, 100 - 50 - 2 - 3)


def test_costs_beyond_the_collateral_are_taken_of_the_profit():
    assert read(long=False, price=80, collateral=4)[2] == 100 - 1
    assert read(collateral=4)[1:] == (0 + 4, 0)


def test_nothing_is_left_of_a_position_that_lost_more_than_it_has():
    assert read(price=70) == ("100", 4, 0)


def test_another_token_than_those_of_the_market_is_no_collateral():
    assert answer(stored(token=TOKEN)) is None


@pytest.mark.parametrize(
    "said",
    [
        {of(KEY, "ACCOUNT"): int(BOB, 16)},
        {of(KEY, "SIZE_IN_USD"): 0},
        {of(KEY, "BORROWING_FACTOR"): DOLLAR},
        {at("PRICE_FEED", INDEX): 0},
        {at("PRICE_FEED_HEARTBEAT_DURATION", LONG): 30},
    ],
)
def test_what_is_not_there_or_cannot_be_priced_is_no_answer(said):
    assert answer(stored() | said) is None


@pytest.mark.parametrize("price", [0, -1 % 2**200, None])
def test_a_feed_without_a_price_is_no_answer(price):
    wrong = 2**255 // 10**8 + 1 if price == -1 % 2**200 else price
    assert answer(stored(), {**PRICES, INDEX: wrong}) is None


def test_a_position_that_ended_holds_nothing():
    assert answer({}) == {"quantity": "0", "assets": [], "amounts": []}


def test_orders_and_other_networks_are_not_asked_for():
    assert answer(stored(), reference="order.0x01.0") is None
    assert answer(stored(), network="eip155:1") is None


amounts = st.integers(1, 10**12)


@given(amounts, st.integers(0, 10**6), amounts, amounts, st.sampled_from([1, -1]))
def test_no_more_comes_than_collateral_and_result_are_worth(size, tokens, collateral, index, side):
    prices = (index, 3, 7)
    left, gained = state.equity((size, tokens, collateral, side), (10**28, 10**40), prices)
    worth = left * 3 + gained * 7
    result = side * (tokens * index - size)
    assert worth >= 0
    assert worth <= max(0, collateral * 3 + result - size // 100)
    if result <= 0:
        assert gained == 0
