"""GMX's first version: orders with their keeper's fee, cancellations, positions paid out."""

import pytest

from ledger.protocols import _gmx_vault as vault_logs
from ledger.protocols import gmx
from tests.ledger.moves import NETWORK, activity, address, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

INCREASE = "(address,address[],address,uint256,uint256,uint256,bool,uint256,uint256,"
DECREASE = "(address,address[],address,uint256,uint256,bool,address,uint256,uint256,uint256,"
BOOK = "(address,uint256,address,uint256,address,address,uint256,bool,uint256,bool,uint256)"
LESS = "(address,uint256,address,uint256,address,uint256,bool,uint256,bool,uint256)"
SWAP = "(address,uint256,address[],uint256,uint256,uint256,bool,bool,uint256)"
STATE = "(bytes32,uint256,uint256,uint256,uint256,uint256,int256"
VAULT = "(bytes32,address,address,address,uint256,uint256,bool,uint256,uint256)"


@pytest.fixture(autouse=True)
def vault(monkeypatch):
    """The vault of the moves is the network's own."""
    monkeypatch.setattr(gmx, "VAULTS", frozenset({(NETWORK, address("vault"))}))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        f"CreateIncreasePosition{INCREASE}{','.join(['uint256'] * 5)})": gmx.CREATE_INCREASE,
        f"CreateDecreasePosition{DECREASE}{','.join(['uint256'] * 4)})": gmx.CREATE_DECREASE,
        f"CancelIncreasePosition{INCREASE}{','.join(['uint256'] * 2)})": gmx.CANCEL_INCREASE,
        f"CreateIncreaseOrder{BOOK}": gmx.CREATE_INCREASE_ORDER,
        f"CreateDecreaseOrder{LESS}": gmx.CREATE_DECREASE_ORDER,
        f"CreateSwapOrder{SWAP}": gmx.CREATE_SWAP_ORDER,
        f"CancelIncreaseOrder{BOOK}": gmx.CANCEL_INCREASE_ORDER,
        f"CancelDecreaseOrder{LESS}": gmx.CANCEL_DECREASE_ORDER,
        f"CancelSwapOrder{SWAP}": gmx.CANCEL_SWAP_ORDER,
        "ExecuteSwapOrder(address,uint256,address[],uint256,uint256,uint256,uint256,bool,bool,"
        "uint256)": gmx.EXECUTE_SWAP_ORDER,
        f"DecreasePosition{VAULT}": vault_logs.DECREASE_POSITION,
        f"IncreasePosition{VAULT}": vault_logs.INCREASE_POSITION,
        "ClosePosition(bytes32,uint256,uint256,uint256,uint256,uint256,int256)": (
            vault_logs.CLOSE_POSITION
        ),
        f"ExecuteIncreasePosition{INCREASE}uint256,uint256)": gmx.EXECUTE_INCREASE,
        f"ExecuteIncreaseOrder{BOOK[:-1]},uint256)": gmx.EXECUTE_INCREASE_ORDER,
        f"UpdatePosition{STATE})": vault_logs.UPDATE_POSITION,
        f"UpdatePosition{STATE},uint256)": vault_logs.UPDATE_POSITION_MARK,
        "LiquidatePosition(bytes32,address,address,address,bool,uint256,uint256,uint256,int256,"
        "uint256)": vault_logs.LIQUIDATE_POSITION,
        "UpdatePnl(bytes32,bool,uint256)": vault_logs.UPDATE_PNL,
        "CollectMarginFees(address,uint256,uint256)": vault_logs.COLLECT_MARGIN_FEES,
    }.items():
        assert hashes_to(signature, topic)


def request(topic, account="w", amount=90, fee=5, token="U"):
    """The log of a request with the token of its path, or the token itself, where it names one."""
    _, words, place, units, keeper = gmx.REQUESTS[topic]
    data: list[object] = [0] * words
    if keeper is not None:
        data[keeper] = fee
    if units is not None and place is not None:
        data[units] = amount
        data[place] = 32 * words if topic in gmx._PATHS else token
    if topic in gmx._PATHS:
        data += [1, token]
    return log(7, "router", topic, account, data=data)


OPENED = [topic for topic, (kind, *_) in gmx.REQUESTS.items() if kind == "order_open"]
CANCELLED = [topic for topic, (kind, *_) in gmx.REQUESTS.items() if kind == "order_cancel"]
WITH_TOKEN = [topic for topic, (_, _, token, *_) in gmx.REQUESTS.items() if token is not None]


@pytest.mark.parametrize("topic", [topic for topic in OPENED if topic in WITH_TOKEN])
def test_collateral_goes_into_an_order_and_the_keeper_is_paid(topic):
    one = activity("w > router 5 ETH; w > router 90 U", logs=[request(topic)])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("order_open", "gmx")
    assert sorted((units, role) for units, _, role in said(event)) == [
        (-90, "plain"),
        (-5, "fee"),
        (90, "position"),
    ]


def test_collateral_in_coin_comes_in_one_payment_with_the_fee():
    one = activity("w > router 95 ETH", logs=[request(gmx.CREATE_INCREASE, token="WETH")])
    event = only(one, PROTOCOLS)
    assert [(units, role) for units, _, role in said(event)] == [
        (-90, "plain"),
        (-5, "fee"),
        (90, "position"),
    ]
    assert len(event.claims) == 2
    assert len(set(event.claims)) == 1


def test_collateral_in_coin_may_come_apart_from_the_fee():
    told = request(gmx.CREATE_INCREASE_ORDER, token="WETH")
    one = activity("w > router 90 ETH; w > router 5 ETH", logs=[told])
    assert [(units, role) for units, _, role in said(only(one, PROTOCOLS))] == [
        (-90, "plain"),
        (-5, "fee"),
        (90, "position"),
    ]


@pytest.mark.parametrize("topic", [topic for topic in OPENED if topic not in WITH_TOKEN])
def test_an_order_to_decrease_costs_its_fee_alone(topic):
    event = only(activity("w > router 5 ETH", logs=[request(topic)]), PROTOCOLS)
    assert (event.kind, said(event)[0][2]) == ("order_open", "fee")


@pytest.mark.parametrize("topic", CANCELLED)
def test_what_was_cancelled_comes_back(topic):
    text = "router > w 90 U" if topic in WITH_TOKEN else ""
    if gmx.REQUESTS[topic][4] is not None:
        text += "; router > w 5 ETH"
    one = activity(text, logs=[request(topic)], caller="keeper")
    assert only(one, PROTOCOLS).kind == "order_cancel"


def test_requests_of_others_and_broken_paths_claim_nothing():
    other = activity("w > router 90 U", logs=[request(gmx.CREATE_INCREASE, account="x")])
    assert only(other, PROTOCOLS).kind == "send"
    for at, length in ((2**255, 1), (32 * 13 + 1, 1), (32 * 13, 0), (32 * 14, 1), (0, 1)):
        data = [at, 0, 90, *[0] * 10, length, "U"]
        broken = log(7, "router", gmx.CREATE_INCREASE, "w", data=data)
        assert only(activity("w > router 90 U", logs=[broken]), PROTOCOLS).kind == "send"


def test_a_swap_order_that_was_executed_is_filled():
    told = log(7, "router", gmx.EXECUTE_SWAP_ORDER, "w", data=[1, 288, 9, 0, 70, 0, 0, 0, 5])
    one = activity("router > w 70 V", logs=[told], caller="keeper")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("order_fill", "gmx")


def decrease(gained=30, profit=1, closed=True, account="w", fees=True):
    """A position with a margin of 100 U: a dollar is ten units, and the fee was two dollars."""
    logs = [
        log(2, "vault", vault_logs.UPDATE_PNL, data=[8, profit, gained]),
        log(3, "vault", vault_logs.DECREASE_POSITION, data=[8, account, "U", "E", 0, 9, 0, 1, 2]),
    ]
    if fees:
        logs.insert(0, log(1, "vault", vault_logs.COLLECT_MARGIN_FEES, data=["U", 2, 20]))
    if closed:
        logs.append(log(4, "vault", vault_logs.CLOSE_POSITION, data=[8, 9, 0, 1, 1, 0, 0]))
    return logs


@pytest.mark.parametrize(
    ("profit", "gained", "paid", "result"), [(1, 30, 380, 280), (0, 4, 40, -60)]
)
def test_the_result_of_a_position_stands_apart_from_its_margin(profit, gained, paid, result):
    one = activity(f"vault > w {paid} U", logs=decrease(gained, profit), caller="keeper")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("perp_close", "gmx")
    assert [(units, role) for units, _, role in said(event)] == [
        (100, "plain"),
        (result, "reward"),
    ]


def test_a_position_that_stays_open_has_changed():
    one = activity("vault > w 380 U", logs=decrease(closed=False), caller="keeper")
    assert only(one, PROTOCOLS).kind == "perp_change"


def test_what_was_paid_out_in_another_token_has_no_known_result():
    one = activity("vault > w 7 V", logs=decrease(), caller="keeper")
    assert said(only(one, PROTOCOLS))[0][2] == "plain"
    unpriced = activity("vault > w 380 U", logs=decrease(fees=False), caller="keeper")
    assert said(only(unpriced, PROTOCOLS))[0][2] == "plain"


def test_positions_of_others_claim_nothing():
    one = activity("vault > w 380 U", logs=decrease(account="x"), caller="keeper")
    assert only(one, PROTOCOLS).kind == "receive"


def test_margin_put_into_the_vault_without_an_order_opens_a_position():
    told = log(3, "vault", vault_logs.INCREASE_POSITION, data=[8, "w", "U", "E", 100, 9, 0, 1, 2])
    event = only(activity("w > vault 100 U", logs=[told]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("perp_open", "gmx")


def test_only_what_the_fund_put_into_the_vault_is_its_margin():
    def told(account="w"):
        return log(
            3, "vault", vault_logs.INCREASE_POSITION, data=[8, account, "U", "E", 1, 9, 0, 1, 2]
        )

    text = "w > vault 100 U; w > x 3 U; w > vault 2 V; vault > w 1 U"
    found = events_of(activity(text, logs=[told()]), PROTOCOLS)
    (opened,) = (one for one in found if one.kind == "perp_open")
    assert [leg.quantity for leg in opened.legs if leg.claim is not None] == [-100]
    other = activity("w > vault 100 U", logs=[told("x")])
    assert only(other, PROTOCOLS).kind == "send"
    unasked = activity("w > vault 100 U", logs=[told()], caller="x", called="x")
    assert only(unasked, PROTOCOLS).protocol is None


def test_only_what_came_from_those_who_took_part_was_paid_out():
    text = "w > vault 1 U; vault > w2 5 U; y > w 4 U; vault > w 380 U"
    found = events_of(activity(text, logs=decrease(), caller="keeper"), PROTOCOLS)
    (out,) = (one for one in found if one.protocol)
    assert [(units, role) for units, _, role in said(out)] == [(100, "plain"), (280, "reward")]


def test_results_and_fees_of_other_positions_are_not_this_ones():
    others = [
        log(0, "vault", vault_logs.UPDATE_PNL, data=[8, 0, 90]),
        log(2, "vault", vault_logs.UPDATE_PNL, data=[9, 1, 50]),
        log(9, "vault", vault_logs.UPDATE_PNL, data=[8, 1, 60]),
        log(2, "vault", vault_logs.COLLECT_MARGIN_FEES, data=["E", 1, 70]),
        log(2, "vault", vault_logs.COLLECT_MARGIN_FEES, data=["U", 0, 1]),
        log(9, "vault", vault_logs.COLLECT_MARGIN_FEES, data=["U", 1, 80]),
        log(9, "vault", vault_logs.CLOSE_POSITION, data=[9, 9, 0, 1, 1, 0, 0]),
    ]
    logs = sorted([*decrease(closed=False), *others], key=lambda told: told.index)
    one = activity("vault > w 380 U", logs=logs, caller="keeper")
    event = only(one, PROTOCOLS)
    assert (event.kind, said(event)[1][0]) == ("perp_change", 280)
    unknown = activity("vault > w 380 U", logs=decrease()[:1] + decrease()[2:], caller="keeper")
    assert said(only(unknown, PROTOCOLS))[0][2] == "plain"


def test_a_vault_that_nobody_knows_pays_no_result_where_the_fund_did_not_act(monkeypatch):
    monkeypatch.setattr(gmx, "VAULTS", frozenset())
    one = activity("vault > w 380 U", logs=decrease(), caller="x")
    assert only(one, PROTOCOLS).kind == "receive"
