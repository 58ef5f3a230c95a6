"""Across: both forms of its logs, both ends of the bridge."""

import pytest

from ledger.protocols import across
from tests.ledger.moves import activity, address, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

REFUND = "uint256,uint256,uint256[],uint32,uint32,address,address[]"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "V3FundsDeposited(address,address,uint256,uint256,uint256,uint32,uint32,uint32,uint32,"
        "address,address,address,bytes)": across.V3_FUNDS_DEPOSITED,
        "FundsDeposited(bytes32,bytes32,uint256,uint256,uint256,uint256,uint32,uint32,uint32,"
        "bytes32,bytes32,bytes32,bytes)": across.FUNDS_DEPOSITED,
        "FilledV3Relay(address,address,uint256,uint256,uint256,uint256,uint32,uint32,uint32,"
        "address,address,address,address,bytes,(address,bytes,uint256,uint8))": (
            across.FILLED_V3_RELAY
        ),
        "FilledRelay(bytes32,bytes32,uint256,uint256,uint256,uint256,uint256,uint32,uint32,"
        "bytes32,bytes32,bytes32,bytes32,bytes32,(bytes32,bytes32,uint256,uint8))": (
            across.FILLED_RELAY
        ),
        "FundsDeposited(uint256,uint256,uint256,int64,uint32,uint32,address,address,address,"
        "bytes)": across.V2_FUNDS_DEPOSITED,
        "FilledRelay(uint256,uint256,uint256,uint256,uint256,uint256,int64,int64,uint32,address,"
        "address,address,address,bytes,(address,bytes,int64,bool,int256))": across.FILLED_V2_RELAY,
        f"ExecutedRelayerRefundRoot({REFUND},address)": across.PAID_BACK[0],
        f"ExecutedRelayerRefundRoot({REFUND},bool,address)": across.PAID_BACK[1],
        "LiquidityAdded(address,uint256,uint256,address)": across.LIQUIDITY_ADDED,
        "LiquidityRemoved(address,uint256,uint256,address)": across.LIQUIDITY_REMOVED,
    }.items():
        assert hashes_to(signature, topic)


def deposit(topic, recipient="w"):
    data = ["U", "U2", 100, 99, 1, 2, 3, recipient, "zero", 320, 0]
    return log(4, "spoke", topic, 42161, 17, "w", data=data)


def fill(topic, updated=99):
    """The words of `FilledRelay`, or of `FilledV3Relay` with an empty message and its tuple."""
    words = ["U", "U2", 100, 99, 1, 2, 3, "zero", "w", "w"]
    if topic == across.FILLED_RELAY:
        words += [0, "w", 0, updated, 0]
    else:
        words += [12 * 32, 13 * 32, 0, "w", 4 * 32, updated, 0, 0]
    return log(4, "spoke", topic, 42161, 17, "relayer", data=words)


@pytest.mark.parametrize("topic", [across.V3_FUNDS_DEPOSITED, across.FUNDS_DEPOSITED])
def test_a_deposit_leaves_with_the_number_of_its_message(topic):
    event = only(activity("w > spoke 100 U", logs=[deposit(topic)]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "across")
    expected = f"expects:eip155:42161/{address('U2')}/99"
    assert event.note == f"message:1:17 to:eip155:42161:{address('w')} {expected}"


def test_a_deposit_of_coin_is_recognised():
    one = activity(
        "w > spoke 100 ETH; spoke > U 100 ETH",
        logs=[deposit(across.FUNDS_DEPOSITED)],
        called="spoke",
    )
    assert only(one, PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize("topic", [across.FILLED_V3_RELAY, across.FILLED_RELAY])
def test_a_fill_arrives_with_the_number_of_its_message(topic):
    one = activity("relayer > w 99 U2", logs=[fill(topic)], caller="relayer", called="spoke")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_in", "message:42161:17")


@pytest.mark.parametrize("topic", [across.FILLED_V3_RELAY, across.FILLED_RELAY])
def test_a_fill_of_an_agreed_smaller_amount_is_recognised(topic):
    one = activity("relayer > w 95 U2", logs=[fill(topic, 95)], caller="relayer", called="spoke")
    assert only(one, PROTOCOLS).kind == "bridge_in"


def test_what_a_relayer_pays_to_others_is_not_ours():
    one = activity("relayer > x 99 U2; x > w 1 U2", logs=[fill(across.FILLED_RELAY)], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_deposit_of_the_second_version_leaves_with_its_number():
    data = [100, 1, 5, 9, "U", "w", 224, 0]
    told = log(4, "spoke", across.V2_FUNDS_DEPOSITED, 10, 17, "w", data=data)
    event = only(activity("w > spoke 100 U", logs=[told]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "across")
    assert event.note == f"message:1:17 to:eip155:10:{address('w')} expects:eip155:10/*/*"


def filled(recipient="w"):
    data = [100, 100, 100, 1, 1, 2, 3, "U", "relayer", recipient, 0, 0, 0, 0, 0]
    return log(4, "spoke", across.FILLED_V2_RELAY, 10, 17, "w", data=data)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("relayer > w 97 U", "bridge_in"),
        ("spoke > w 97 ETH", "bridge_in"),
        # more than was filled, or from somebody else
        ("relayer > w 101 U", "receive"),
        ("x > w 97 U", "receive"),
        ("relayer > w 97 V", "receive"),
    ],
)
def test_a_fill_of_the_second_version_arrives_less_its_fees(text, kind):
    one = activity(text, logs=[filled()], caller="relayer", called="spoke")
    assert only(one, PROTOCOLS).kind == kind
    others = activity("relayer > w 97 U", logs=[filled("x")], caller="relayer", called="spoke")
    assert only(others, PROTOCOLS).kind == "receive"


@pytest.mark.parametrize(
    ("topic", "text", "kind"),
    [
        (across.LIQUIDITY_ADDED, "w > hub 100 U; zero > w 95 LP", "pool_deposit"),
        (across.LIQUIDITY_ADDED, "w > hub 100 ETH; zero > w 95 LP", "pool_deposit"),
        (across.LIQUIDITY_REMOVED, "w > zero 95 LP; hub > w 100 U", "pool_withdraw"),
    ],
)
def test_liquidity_for_relayers_has_shares(topic, text, kind):
    told = log(4, "hub", topic, "U", "w", data=[100, 95])
    event = only(activity(text, logs=[told], called="hub"), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "across")
    less = log(4, "hub", topic, "U", "w", data=[99, 94])
    assert only(activity(text, logs=[less], called="hub"), PROTOCOLS).protocol is None


def relayed(recipient="x"):
    """A fill that the fund's wallet paid, of 99 U2."""
    data = ["U", "U2", 100, 99, 1, 2, 3, "zero", "x", recipient, 0, recipient, 0, 99, 0]
    return log(5, "spoke", across.FILLED_RELAY, 10, 77, "w", data=data)


@pytest.mark.parametrize("text", ["w > x 99 U2", "w > spoke 99 U2"])
def test_what_the_fund_pays_out_as_a_relayer_waits_to_be_paid_back(text):
    event = only(activity(text, logs=[relayed()], called="spoke"), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("order_fill", "across", 1)
    event = only(activity("w > w1 99 U2", logs=[relayed("w1")], called="spoke"), PROTOCOLS)
    assert event.kind == "own_transfer"


@pytest.mark.parametrize(("topic", "rest"), [*zip(across.PAID_BACK, ((), (0,)), strict=True)])
def test_a_relayer_is_paid_back_by_the_pool_of_the_network_alone(topic, rest):
    offset = 32 * (5 + len(rest))
    data = [0, offset, "U2", offset + 64, *rest, "worker", 1, 99, 1, "w"]
    for pool, kind in ((across.POOLS["eip155:1"], "order_fill"), ("evil", "receive")):
        told = log(5, pool, topic, 10, 1, 3, data=data)
        one = activity(f"{pool} > w 99 U2", logs=[told], caller="worker", called=pool, fee=0)
        assert only(one, PROTOCOLS).kind == kind
    told = log(5, across.POOLS["eip155:1"], topic, 10, 1, 3, data=data)
    text = f"{across.POOLS['eip155:1']} > w 98 U2"
    other = activity(text, logs=[told], caller="worker", fee=0)
    assert only(other, PROTOCOLS).kind == "receive"
