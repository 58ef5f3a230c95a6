"""What a position of v4 holds is what the storage of its manager says, by that one's arithmetic."""

import json
from fractions import Fraction

import pytest
from eth_abi.abi import encode
from eth_abi.packed import encode_packed
from eth_utils.crypto import keccak

from ledger.model.asset import erc20, native, position
from ledger.model.evidence import Question
from ledger.protocols import _pooled_v4 as v4
from ledger.protocols.uniswap_v4 import fetch_position
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, BOB, TOKEN, word
from tests.ledger.web_server import rpc, served

MANAGER, POOLS = "0x" + "c3" * 20, "0x" + "c4" * 20
LOWER, UPPER, NUMBER, LIQUIDITY = -600, 1_200, 17, 10**15
KEY = [0, int(TOKEN, 16), 3_000, 60, 0]
ONE = 2**96
GROWN = 2**128 // 10**6
REFUSED = {"error": {"code": 3, "message": "execution reverted"}}


def hashed(types, *values):
    return int.from_bytes(keccak(encode(types, values)), "big")


def storage(tick, *, before=0):
    """The manager's storage by place, as its source lays it out; the pool stands at a tick."""
    pool = keccak(encode(["uint256"] * 5, KEY))
    state = hashed(["bytes32", "uint256"], pool, 6)
    packed = encode_packed(
        ["address", "int24", "int24", "uint256"], [MANAGER, LOWER, UPPER, NUMBER]
    )
    own = hashed(["bytes32", "uint256"], keccak(packed), state + 6)
    ends = [hashed(["int256", "uint256"], end, state + 4) for end in (LOWER, UPPER)]
    found = {state: v4.root_at(tick) | (tick % 2**24) << 160 | 3_000 << 208}
    found |= {state + 1: 90 * GROWN, state + 2: 9 * GROWN}
    found |= {ends[0] + 1: 20 * GROWN, ends[0] + 2: 2 * GROWN}
    found |= {ends[1] + 1: 10 * GROWN, ends[1] + 2: 1 * GROWN}
    return found | {own: LIQUIDITY, own + 1: before % 2**256, own + 2: 0}


def answer(stored, reference=f"{MANAGER}.{NUMBER}", **said):
    """What is read of the position, of which `said` may answer otherwise."""
    told = {
        v4.OWNER_OF: [int(ALICE, 16)],
        v4.POOL_MANAGER: [int(POOLS, 16)],
        v4.POSITION: [*KEY, (UPPER % 2**24) << 32 | (LOWER % 2**24) << 8 | 1],
    } | {getattr(v4, name): value for name, value in said.items()}

    def handle(request):
        call = request["params"][0]
        if call["data"].startswith(v4.LOADED):
            assert call["to"] == POOLS
            words = [int(call["data"][10 + 64 * n : 74 + 64 * n], 16) for n in range(12)]
            assert words[:2] == [32, 10]
            value = told.get(v4.LOADED, [32, 10, *(stored.get(place, 0) for place in words[2:])])
        else:
            value = told[call["data"][:10]]
        result = {"result": "0x" + "".join(map(word, value))} if value is not None else REFUSED
        return {"jsonrpc": "2.0", "id": request["id"]} | result

    asset = position("eip155:1", "uniswap_v4", reference)
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            question = Question("balance", f"eip155:1:{ALICE}|{asset}", 100)
            return fetch_position(json_rpc(transport, server.url), question).value()
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("ownerOf(uint256)", v4.OWNER_OF),
        ("poolManager()", v4.POOL_MANAGER),
        ("getPoolAndPositionInfo(uint256)", v4.POSITION),
        ("extsload(bytes32[])", v4.LOADED),
    ],
)
def test_selectors_are_the_hashes_of_their_signatures(signature, selector):
    assert "0x" + keccak(text=signature).hex()[:8] == selector


def test_liquidity_amounts_and_fees_are_read_from_their_places():
    said = answer(storage(0))
    assert said["quantity"] == str(LIQUIDITY)
    assert said["assets"] == [native("eip155:1"), erc20("eip155:1", TOKEN)]
    # of each unit of liquidity 90 − 20 − 10 grew inside, and 9 − 2 − 1
    assert said["due"] == [str(60 * GROWN * LIQUIDITY >> 128), str(6 * GROWN * LIQUIDITY >> 128)]
    assert said["amounts"] == list(map(str, v4.amounts_of(LIQUIDITY, ONE, LOWER, UPPER)))


@pytest.mark.parametrize(
    ("tick", "inside"), [(LOWER - 1, 20 - 10), (LOWER, 60), (UPPER - 1, 60), (UPPER, 10 - 20)]
)
def test_what_grew_inside_is_counted_from_where_the_price_is(tick, inside):
    before = -100 * GROWN
    due = int(answer(storage(tick, before=before))["due"][0])
    assert due == (inside + 100) * GROWN * LIQUIDITY >> 128


@pytest.mark.parametrize(
    "said",
    [
        {"OWNER_OF": [int(BOB, 16)]},
        {"OWNER_OF": None},
        {"POOL_MANAGER": None},
        {"POOL_MANAGER": [1, 2]},
        {"POSITION": KEY},
        {"POSITION": [*KEY, (LOWER % 2**24) << 32 | (UPPER % 2**24) << 8]},
        {"LOADED": None},
        {"LOADED": [32, 9, *range(9)]},
    ],
)
def test_what_is_another_ones_or_of_another_form_is_no_answer(said):
    assert answer(storage(0), **said) is None


@pytest.mark.parametrize("reference", [f"0x{'ab' * 32}.0x{'cd' * 32}", f"{MANAGER}.17.fees0"])
def test_what_has_no_token_of_its_own_is_not_asked_for(reference):
    assert answer(storage(0), reference) is None


@pytest.mark.parametrize("tick", [0, 1, -1, 60, -887, 12_345, -200_001, 887_272, -887_272])
def test_the_root_of_a_price_is_exact_to_its_last_place(tick):
    root = v4.root_at(tick)
    if abs(tick) > 13_000:  # TickMath.sol has 64 places at the ends of all prices
        known = {887_272: 1461446703485210103287273052203988822378723970342, -887_272: 4295128739}
        assert tick not in known or abs(root - known[tick]) <= max(1, known[tick] >> 60)
        return
    square = Fraction(10_001, 10_000) ** tick * 2**192
    assert (root - 1) ** 2 < square <= root**2


@pytest.mark.parametrize("tick", [LOWER - 60, LOWER, -3, 0, 700, UPPER, UPPER + 60])
def test_amounts_are_those_of_the_curve_rounded_down(tick):
    price = v4.root_at(tick)
    low, high = (Fraction(v4.root_at(end), ONE) for end in (LOWER, UPPER))
    now = min(max(Fraction(price, ONE), low), high)
    first, second = v4.amounts_of(LIQUIDITY, price, LOWER, UPPER)
    assert 0 <= LIQUIDITY * (1 / now - 1 / high) - first < 2
    assert 0 <= LIQUIDITY * (now - low) - second < 1
    assert (first == 0) is (tick >= UPPER)
    assert (second == 0) is (tick <= LOWER)


# ---- what the contracts did: public transactions

USDC = 0xA0B86991C6218B36C1D19D4A2E9EB0CE3606EB48
#: The pool of coin and USDC at 0.05 % on Ethereum, as its swaps and positions log it.
ETH_USDC = "0x21c67e77068de97969ba93d4aab21826d33ca12bb9f565d8496e8fda8a82ca27"


def logged(shared, case, signature):
    """The words of the one log of a recorded transaction with a signature, and its flows."""
    path = next(shared.glob(f"evidence/onchain/evm/{case}*"), None)
    if path is None:
        pytest.skip("the recorded cases are not in the shared folder")
    told = json.loads(path.read_text())
    hashed = "0x" + keccak(text=signature).hex()
    (log,) = [one for one in told["receipt"]["logs"] if one["topics"][0] == hashed]
    words = [int(log["data"][2 + 64 * n : 66 + 64 * n], 16) for n in range(len(log["data"]) // 64)]
    signed = [word - 2**256 if word >> 255 else word for word in words]
    return log["topics"], signed, told["net_flows_raw"]


def test_the_id_of_a_pool_is_the_hash_of_its_key():
    assert hex(v4._hashed(0, USDC, 500, 10, 0)) == ETH_USDC


def test_liquidity_that_was_taken_out_gave_what_is_computed_and_fees_beside_it(shared):
    topics, (lower, upper, change, salt), flows = logged(
        shared,
        "uniswapv4__exit_lp_position",
        "ModifyLiquidity(bytes32,address,int24,int24,int256,bytes32)",
    )
    (moved,) = flows.values()
    assert topics[1] == ETH_USDC
    assert any(name.endswith(f"/{salt}") for name in moved), "its token's number is the salt"
    paid = int(moved[f"erc20:0x{USDC:040x}"])
    # the price stood above the range: all of it is USDC, and what came of both beyond are fees
    first, second = v4.amounts_of(-change, v4.root_at(upper + 1), lower, upper)
    assert first == 0
    assert 0 <= paid - second < second // 1000


def test_the_price_of_a_swap_lies_between_its_tick_and_the_next(shared):
    _, words, _ = logged(
        shared,
        "uniswapv4__swap_eth_to_token",
        "Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)",
    )
    price, tick = words[2], words[4]
    assert v4.root_at(tick) <= price < v4.root_at(tick + 1)
