"""GMX's second version: asked for in one transaction, done in another, claimed from markets."""

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from ledger.chains.evm import logs as chain_logs
from ledger.model.activity import Log
from ledger.protocols import _gmx_logs as logs_of
from tests.ledger import moves
from tests.ledger.moves import address, said, wallets, word
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"


def activity(text, **known):
    return moves.activity(text, network=ARBITRUM, **known)


def events_of(one):
    return moves.events_of(one, PROTOCOLS, wallets("w", "w2", network=one.network))


def only(one):
    (event,) = events_of(one)
    return event


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to(
        f"EventLog1(address,string,string,bytes32,{logs_of.EVENT_DATA})", chain_logs.EVENT_LOG_1
    )
    signature = f"EventLog2(address,string,string,bytes32,bytes32,{logs_of.EVENT_DATA})"
    assert hashes_to(signature, chain_logs.EVENT_LOG_2)


def emitted(name, *, account="w", addresses=(), numbers=(), signed=(), index=5):
    """A log of the emitter; requests have their key before the account."""
    two = name in logs_of.ASKED
    none: tuple[tuple[()], tuple[()]] = ((), ())
    items = (
        (tuple((key, address(value)) for key, value in addresses), ()),
        (tuple(numbers), ()),
        (tuple(signed), ()),
        *(none,) * 4,
    )
    data = encode(["address", "string", logs_of.EVENT_DATA], [address("router"), name, items])
    topics = ["0x" + keccak(text=name).hex(), *(["0x" + word(1)] if two else [])]
    return Log(
        index,
        logs_of.EMITTERS[ARBITRUM],
        (chain_logs.EVENT_LOG_2 if two else chain_logs.EVENT_LOG_1, *topics, "0x" + word(account)),
        "0x" + data.hex(),
    )


def order(token="U", amount=90, kind=2, fee=5):
    return emitted(
        "OrderCreated",
        addresses=[("account", "w"), ("initialCollateralToken", token)],
        numbers=[
            ("orderType", kind),
            ("initialCollateralDeltaAmount", amount),
            ("executionFee", fee),
        ],
    )


def roles(event):
    return sorted((quantity, role) for quantity, _, role in said(event))


def test_an_order_holds_its_collateral_and_pays_the_keeper():
    event = only(activity("w > router 5 ETH; w > vault 90 U", logs=[order()]))
    assert (event.kind, event.protocol) == ("order_open", "gmx_v2")
    assert roles(event) == [(-90, "plain"), (-5, "fee"), (90, "position")]


def test_collateral_in_coin_is_one_payment_with_the_fee_or_two():
    one = activity("w > router 95 ETH", logs=[order("WETH")])
    assert roles(only(one)) == [(-90, "plain"), (-5, "fee"), (90, "position")]
    two = activity("w > router 90 ETH; w > router 5 ETH", logs=[order("WETH")])
    assert roles(only(two)) == [(-90, "plain"), (-5, "fee"), (90, "position")]


def test_orders_that_are_asked_for_together_are_paid_together():
    logs = [order(), order(kind=5), order(kind=6)]
    event = only(activity("w > router 15 ETH; w > vault 90 U", logs=logs))
    assert roles(event) == [(-90, "plain"), (-15, "fee"), (90, "position")]


@pytest.mark.parametrize(
    ("name", "token", "amount"),
    [
        ("DepositCreated", "initialLongToken", "initialLongTokenAmount"),
        ("WithdrawalCreated", "market", "marketTokenAmount"),
        ("ShiftCreated", "fromMarket", "marketTokenAmount"),
        ("GlvDepositCreated", "initialShortToken", "initialShortTokenAmount"),
        ("GlvWithdrawalCreated", "glv", "glvTokenAmount"),
    ],
)
def test_markets_take_what_is_given_for_later(name, token, amount):
    told = emitted(name, addresses=[(token, "U")], numbers=[(amount, 90), ("executionFee", 5)])
    one = activity("w > router 5 ETH; w > vault 90 U", logs=[told])
    assert only(one).kind == "order_open"


def test_other_coin_that_moves_is_no_part_of_what_was_asked():
    text = "w > router 95 ETH; w > x 4 ETH; router > w 3 ETH; w > router 2 A"
    found = events_of(activity(text, logs=[order("WETH")]))
    (asked,) = (one for one in found if one.kind == "order_open")
    assert roles(asked) == [(-90, "plain"), (-5, "fee"), (90, "position")]


def test_a_request_of_nothing_costs_its_fee_alone():
    event = only(activity("w > router 5 ETH", logs=[order(amount=0)]))
    assert roles(event) == [(-5, "fee")]
    told = emitted("DepositCreated", numbers=[("orderType", 5)], addresses=[])
    assert only(activity("w > vault 90 U", logs=[told])).kind == "send"


def test_the_type_of_an_order_says_nothing_about_a_deposit():
    told = emitted(
        "DepositCreated",
        addresses=[("initialLongToken", "U")],
        numbers=[("initialLongTokenAmount", 90), ("orderType", 5)],
    )
    assert only(activity("w > vault 90 U", logs=[told])).kind == "order_open"


def test_only_what_came_to_the_account_was_done_for_it():
    text = (
        "pool > w 70 V; vault > w 3 U; vault > w 3 ETH; vault > w 4 ETH; pool > w2 5 V; w > x 1 V"
    )
    one = activity(text, logs=[emitted("OrderExecuted"), refund()], caller="keeper")
    (done,) = (found for found in events_of(one) if found.kind == "order_fill")
    assert roles(done) == [(3, "fee"), (3, "plain"), (4, "plain"), (70, "plain")]


def test_what_does_not_fit_is_not_claimed():
    one = activity("w > router 7 ETH", logs=[order("WETH")])
    assert only(one).kind == "send"
    assert only(activity("w > vault 90 U", logs=[_of("x")])).kind == "send"


def _of(account):
    told = order()
    return Log(told.index, told.address, (*told.topics[:3], "0x" + word(account)), told.data)


def test_other_emitters_and_networks_say_nothing():
    told = order()
    other = Log(told.index, address("emitter"), told.topics, told.data)
    assert only(activity("w > vault 90 U", logs=[other])).kind == "send"
    elsewhere = moves.activity("w > vault 90 U", logs=[told], network="eip155:10")
    assert only(elsewhere).kind == "send"


def test_hostile_data_says_nothing():
    told = order()
    for data in ("0x", told.data[:400], "0x" + "ff" * 640):
        broken = Log(told.index, told.address, told.topics, data)
        one = activity("w > router 5 ETH; w > vault 90 U", logs=[broken])
        assert only(one).protocol is None
    short = Log(told.index, told.address, told.topics[:3], told.data)
    assert only(activity("w > vault 90 U", logs=[short])).protocol is None


def executed(text, *logs):
    return only(activity(text, logs=logs, caller="keeper"))


def refund(size=3):
    return emitted(logs_of.REFUND, numbers=[("refundFeeAmount", size)])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("OrderExecuted", "order_fill"),
        ("DepositExecuted", "order_fill"),
        ("GlvWithdrawalExecuted", "order_fill"),
        ("OrderCancelled", "order_cancel"),
        ("ShiftCancelled", "order_cancel"),
    ],
)
def test_what_keepers_did_brings_what_was_asked_for_or_gives_it_back(name, kind):
    event = executed("pool > w 70 V; vault > w 3 ETH", emitted(name), refund())
    assert (event.kind, event.protocol) == (kind, "gmx_v2")
    assert roles(event) == [(3, "fee"), (70, "plain")]


@pytest.mark.parametrize(("left", "kind"), [(0, "perp_close"), (9, "perp_change")])
def test_a_position_that_shrank_pays_out(left, kind):
    told = emitted("PositionDecrease", numbers=[("sizeInUsd", left)])
    event = executed("pool > w 70 U", told, emitted("OrderExecuted"))
    assert (event.kind, event.protocol) == (kind, "gmx_v2")


def test_what_comes_back_of_the_fee_alone_is_less_cost():
    told = emitted("PositionIncrease", numbers=[("sizeInUsd", 9)])
    event = executed("vault > w 3 ETH", told, emitted("OrderExecuted"), refund())
    assert (event.kind, event.protocol) == ("service_fee", "gmx_v2")


def test_what_is_done_for_others_claims_nothing():
    told = emitted("OrderExecuted", account="x")
    assert executed("pool > w 70 U", told).kind == "receive"


@pytest.mark.parametrize("name", logs_of.CLAIMS)
def test_claims_from_markets_are_income(name):
    told = emitted(name, addresses=[("token", "U")], numbers=[("amount", 7)])
    assert only(activity("pool > w 7 U", logs=[told])).kind == "reward"
    assert only(activity("pool > w 6 U", logs=[told])).kind == "receive"
