"""Whom the fund's own contract called is to it what the called contract is to an account."""

from dataclasses import replace

import pytest

from ledger.classify.aims import PREPARES, aim_of
from ledger.model.activity import Call
from ledger.protocols import cctp, erc4626, sky, staking_rewards
from ledger.protocols._markets import CONCENTRATED
from tests.ledger.chains.evm.test_calls import hashed
from tests.ledger.moves import activity, address, asset, events_of, log
from tests.ledger.protocols.registry import PROTOCOLS

#: An owned contract, and what it may be asked by: somebody who is not the fund, or the fund.
OWNED = frozenset({address("safe"), address("w")})
APPROVE, DO, MORE = "0x095ea7b3", "0x12345678", "0x87654321"
WRAPPED = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"


def aim(*calls, caller="relayer", called="safe"):
    found = aim_of(activity(caller=caller, called=called, calls=calls), OWNED)
    return None if found is None else (found.called, found.selector)


def test_a_single_contract_that_was_called_is_meant():
    assert aim(("safe", "conv", DO)) == (address("conv"), DO)
    assert aim(("safe", "conv", APPROVE)) == (address("conv"), APPROVE)
    assert aim(("safe", "conv", APPROVE), ("safe", "conv", DO)) == (address("conv"), DO)


@pytest.mark.parametrize("prepares", sorted(PREPARES))
def test_what_prepares_a_call_is_not_meant(prepares):
    calls = [("safe", "token", prepares), ("safe", "conv", DO), ("safe", "token", APPROVE)]
    assert aim(*calls) == (address("conv"), DO)


def test_what_prepares_are_approvals():
    assert PREPARES - {""} == {
        hashed(signature)
        for signature in (
            "approve(address,uint256)",
            "increaseAllowance(address,uint256)",
            "decreaseAllowance(address,uint256)",
            "setApprovalForAll(address,bool)",
            "approve(address,address,uint160,uint48)",
        )
    }


def test_the_wrapping_of_coin_goes_before_a_call():
    assert aim(("safe", WRAPPED, "0xd0e30db0"), ("safe", "conv", DO)) == (address("conv"), DO)
    assert aim(("safe", WRAPPED, "0xd0e30db0")) == (WRAPPED, "0xd0e30db0")


def test_of_two_contracts_that_were_called_none_is_meant():
    assert aim(("safe", "conv", DO), ("safe", "farm", MORE)) is None
    assert aim(("safe", "token", "0xa9059cbb"), ("safe", "farm", MORE)) is None
    assert aim(("safe", "a", APPROVE), ("safe", "b", APPROVE)) is None


def test_of_several_calls_that_their_owner_stated_each_is_what_it_is():
    stated = [("safe", "conv", DO, True), ("safe", "farm", MORE, True)]
    assert aim(*stated) == ("", "")
    # a contract of the fund's that deals by itself
    assert aim(stated[0], ("safe", "farm", MORE)) is None


def test_a_deposit_of_what_was_bought_is_a_deposit_where_it_was_asked_for():
    calls = [("safe", "router", DO), ("safe", "V", MORE)]
    text = f"{TRADED}; {PUT_IN}"
    assert batch(text, *calls, silent=True) == [("swap", "uniswap_v3")]
    stated = [(*call, True) for call in calls]
    told = batch(text, *stated, silent=True)
    assert [kind for kind, _ in told] == ["swap", "vault_deposit"]


def test_what_others_call_is_not_meant():
    assert aim(("evil", "conv", DO)) is None
    assert aim(("safe", "conv", DO), ("conv", "farm", MORE)) == (address("conv"), DO)
    assert aim(("safe", "w", DO)) is None


def test_who_calls_somebody_has_said_whom():
    back = ("safe", "farm", MORE)
    assert aim(back, caller="w", called="conv") is None
    assert aim(back, ("w", "farm", MORE), caller="w", called="module") == (address("farm"), MORE)
    assert aim(back, caller="w", called="safe") == (address("farm"), MORE)


#: MKR goes up in smoke and SKY comes from nowhere; the converter that says so holds neither.
MIGRATED = f"safe > zero 2 {sky.MKR}@1; zero > safe 48 {sky.SKY}@2"


def converted(*calls, emitter="conv", text=MIGRATED, caller="w"):
    said = log(3, emitter, sky.MKR_TO_SKY, "safe", "safe", data=[2, 48])
    one = activity(text, logs=[said], caller=caller, called="safe", calls=calls)
    events = events_of(one, PROTOCOLS)
    return [(event.kind, event.protocol) for event in events if event.kind != "gas_only"]


CONVERT = ("safe", "conv", DO)


def test_a_converter_that_holds_nothing_is_heard_where_an_own_contract_called_it():
    assert converted() == [("swap", None)]
    assert converted(CONVERT) == [("migrate", "sky")]
    assert converted(("safe", sky.MKR, APPROVE), CONVERT) == [("migrate", "sky")]
    assert converted(CONVERT, caller="relayer") == [("migrate", "sky")]


def test_a_stranger_on_the_way_is_not_heard():
    assert converted(CONVERT, emitter="evil") == [("swap", None)]
    assert converted(("conv", "evil", DO), CONVERT, emitter="evil") == [("swap", None)]
    assert converted(("evil", "conv", DO)) == [("swap", None)]


def test_a_token_that_was_only_approved_says_nothing_of_what_was_done():
    for token in (sky.MKR, "evil"):
        calls = (("safe", token, APPROVE), ("safe", "pool", DO))
        assert converted(*calls, emitter=token) == [("swap", None)]


@pytest.mark.parametrize(
    ("more", "heard"),
    [
        # a fee, and something given along: neither can be what was paid or came for the others
        ("safe > z 7 F", True),
        ("pool > safe 7 R", True),
        # both: what was given along may be what the fee paid for
        ("safe > z 7 F; pool > safe 7 R", False),
    ],
)
def test_who_was_called_speaks_where_what_moved_beside_it_cannot_be_a_trade(more, heard):
    told = converted(CONVERT, text=f"{MIGRATED}; {more}")
    assert (("migrate", "sky") in told) == heard


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("safe > z 7 F", "bridge_out"),
        ("conv > safe 4 U", "bridge_out"),
        # more came back than went, or something else came: it may have been sold
        ("pool > safe 7 R", "swap"),
        ("conv > safe 104 U", "swap"),
    ],
)
def test_a_bridge_that_holds_nothing_is_heard_where_nothing_came_for_what_left(more, kind):
    said = log(3, "conv", cctp.BURNT, 1, "U", "safe", data=[100, "safe", 2])
    text = f"safe > minter 100 U@1; minter > zero 100 U@2; {more}"
    one = activity(text, logs=[said], called="safe", calls=[CONVERT])
    assert kind in {event.kind for event in events_of(one, PROTOCOLS)}
    messenger = replace(said, address=min(cctp.MESSENGERS))
    one = activity(text, logs=[messenger], called="safe", calls=[CONVERT])
    assert "bridge_out" in {event.kind for event in events_of(one, PROTOCOLS)}


PARASWAP = "0x6a000f20005980200259b80c5102003040001068"
ONE_INCH = "0x111111125421ca6dc452d289314280a0f8842a65"
#: Coin for a token in a pool, and the token put into a vault of its own.
TRADED = "safe > pool 5 A; pool > safe 9 B"
PUT_IN = "safe > V 9 B; zero > safe 8 V"


def batch(text, *calls, silent=False):
    sold = log(1, "pool", CONCENTRATED, "x", "x", data=[5, 9, 1, 1, 1])
    put = log(2, "V", erc4626.DEPOSIT, "safe", "safe", data=[9, 8])
    said = [sold] if "pool" in text else []
    said += [put] if PUT_IN in text and not silent else []
    one = activity(text, logs=said, caller="relayer", called="safe", calls=calls)
    return [(event.kind, event.protocol) for event in events_of(one, PROTOCOLS)]


def test_a_trade_in_a_batch_has_the_name_of_the_router_that_was_called_for_it():
    deposit, router = ("safe", "V", MORE), ("safe", PARASWAP, DO)
    both = f"{TRADED}; {PUT_IN}"
    assert batch(both, router, deposit) == [("swap", "paraswap"), ("vault_deposit", "erc4626")]
    # nobody, two of them, or somebody else's router was called
    assert ("swap", "uniswap_v3") in batch(both, deposit, ("safe", "x", DO))
    assert ("swap", "uniswap_v3") in batch(both, deposit, router, ("safe", ONE_INCH, DO))
    assert ("swap", "uniswap_v3") in batch(both, deposit, ("x", PARASWAP, DO), ("safe", "x", DO))


def test_a_router_in_a_batch_names_no_more_than_the_trade():
    claim = "farm > safe 3 R"
    told = batch(f"{TRADED}; {claim}", ("safe", PARASWAP, DO), ("safe", "farm", MORE))
    assert len(told) == 1  # what came along may be of the trade
    assert batch(PUT_IN, ("safe", PARASWAP, DO), ("safe", "V", MORE)) == [
        ("vault_deposit", "erc4626")
    ]


def test_an_own_contract_does_not_act_because_others_called_for_it():
    said = log(3, "evil", staking_rewards.REWARD_PAID, "safe", data=[7])
    one = activity(
        "evil > safe 7 R", logs=[said], caller="x", called="evil", calls=[("evil", "safe", DO)]
    )
    (event,) = events_of(one, PROTOCOLS)
    assert event.kind == "receive"
    assert {leg.asset for leg in event.legs} == {asset("R")}


def test_a_call_without_a_selector_is_a_payment():
    assert Call("a", "b").selector in PREPARES
