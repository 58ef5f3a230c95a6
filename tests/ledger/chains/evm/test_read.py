"""Reading is exact for each class of movement, and total for hostile evidence."""

import pytest

from ledger.chains.evm import read
from ledger.chains.evm.logs import (
    DEPOSIT,
    TRANSFER,
    TRANSFER_BATCH,
    TRANSFER_SINGLE,
    WITHDRAWAL,
)
from ledger.chains.networks import NETWORKS
from tests.ledger.chains.evm.bodies import (
    ALICE,
    BOB,
    ETHER,
    POOL,
    PRODUCER,
    TOKEN,
    ZERO,
    changes,
    frame,
    log,
    raw,
    topic,
    transfer_log,
    word,
    wrapping_log,
)

GAS = 21_000
WETH = NETWORKS["eip155:1"].wrapped


def moved(activity):
    """Asset, quantity, sender and recipient of each transfer."""
    return [
        (each.asset.partition("/")[2], each.quantity, each.sender, each.recipient)
        for each in activity.transfers
    ]


def codes(problems):
    return [problem.code for problem in problems]


def test_a_plain_payment_is_proven_by_its_gas_alone():
    activity, problems = read(raw(transaction={"value": hex(ETHER)}))
    assert moved(activity) == [("slip44:60", ETHER, ALICE, BOB)]
    assert activity.transfers[0].proven and problems == ()
    assert activity.fee is not None and activity.fee.quantity == GAS
    assert (activity.block, activity.index) == (16, 2)


def test_frames_and_logs_stand_in_the_order_of_execution():
    tree = frame(
        ALICE,
        BOB,
        5,
        frame(BOB, POOL, 3),
        frame(POOL, ALICE, 2),
        logs=[{"position": "0x0"}, {"position": "0x2"}],
    )
    logs = [transfer_log(TOKEN, BOB, POOL, 7, 4), transfer_log(TOKEN, POOL, BOB, 8, 9)]
    activity, _ = read(raw(receipt={"logs": logs}, calls=tree))
    assert [each.quantity for each in activity.transfers] == [5, 7, 3, 2, 8]
    assert [each.index for each in activity.transfers] == [0, 1, 2, 3, 4]
    assert [each.log_index for each in activity.transfers] == [None, 4, None, None, 9]


def test_failed_frames_and_repeated_values_do_not_move():
    tree = frame(
        ALICE,
        BOB,
        5,
        frame(BOB, POOL, 3, frame(POOL, ALICE, 3), error="execution reverted"),
        frame(BOB, POOL, 5, kind="DELEGATECALL"),
        frame(BOB, POOL, 4, kind="CALLCODE"),
    )
    activity, _ = read(raw(calls=tree))
    assert moved(activity) == [("slip44:60", 5, ALICE, BOB)]


def test_a_delegate_call_keeps_what_moves_below_it():
    tree = frame(ALICE, BOB, 0, frame(BOB, POOL, 5, frame(BOB, ALICE, 2), kind="DELEGATECALL"))
    activity, _ = read(raw(calls=tree))
    assert moved(activity) == [("slip44:60", 2, BOB, ALICE)]


def test_a_failed_transaction_pays_its_fee_and_moves_nothing():
    activity, problems = read(
        raw(transaction={"value": hex(ETHER)}, receipt={"status": "0x0", "gasUsed": "0xfffff"})
    )
    assert activity.status == "failed" and activity.transfers == () and problems == ()
    assert activity.fee is not None and activity.fee.quantity == 0xFFFFF


def test_without_traces_native_value_is_unproven():
    activity, problems = read(raw(transaction={"value": "0x5"}, receipt={"gasUsed": "0xfffff"}))
    assert codes(problems) == ["unproven_quantity"]
    assert [each.proven for each in activity.transfers] == [False]


def test_an_explorers_list_leaves_out_delegate_calls_and_errors():
    internal = [
        {"from": BOB, "to": ALICE, "value": "7", "type": "call", "isError": "0"},
        {"from": BOB, "to": ALICE, "value": "8", "callType": "delegatecall"},
        {"from": BOB, "to": ALICE, "value": "9", "type": "call", "isError": "1"},
    ]
    activity, problems = read(raw(receipt={"gasUsed": "0xfffff"}, internal=internal))
    assert moved(activity) == [("slip44:60", 7, BOB, ALICE)]
    assert codes(problems) == ["unproven_quantity"]


def test_what_balances_show_beyond_frames_and_fee_is_residual():
    state = changes(alice=(ETHER, ETHER - GAS + 500), bob=(900, 0), producer=(0, GAS))
    activity, problems = read(raw(calls=frame(ALICE, BOB), state_diff=state))
    assert moved(activity) == [
        ("slip44:60", 500, "protocol", ALICE),
        ("slip44:60", 900, BOB, "protocol"),
    ]
    assert {each.origin for each in activity.transfers} == {"residual"}
    assert problems == ()


@pytest.mark.parametrize("paid", [900, 2 * GAS], ids=["less than the fee", "more than the fee"])
def test_what_a_producer_gets_beside_its_gas_is_no_part_of_that(paid):
    """The gas is booked with the block, where the fund produced it: here it would be twice."""
    header = {"difficulty": "0x0", "baseFeePerGas": "0x0"}
    state = changes(alice=(ETHER, ETHER - GAS), bob=(paid, 0), producer=(0, GAS + paid))
    activity, _ = read(raw(block=header, state_diff=state))
    assert moved(activity) == [("slip44:60", paid, BOB, PRODUCER)]
    tree = frame(ALICE, BOB, 0, frame(BOB, PRODUCER, paid))
    told, _ = read(raw(block=header, state_diff=state, calls=tree))
    assert moved(told) == [("slip44:60", paid, BOB, PRODUCER)]


def test_of_gas_the_producer_gets_what_is_not_burnt():
    header = {"difficulty": "0x0", "baseFeePerGas": "0x3"}
    receipt = {"effectiveGasPrice": "0x5"}
    state = changes(alice=(ETHER, ETHER - 5 * GAS), bob=(7, 0), producer=(0, 2 * GAS + 7))
    activity, _ = read(raw(block=header, receipt=receipt, state_diff=state))
    assert moved(activity)[-1] == ("slip44:60", 7, BOB, PRODUCER)


def test_a_destroyed_account_leaves_nothing_behind():
    state = changes(alice=(ETHER, ETHER - GAS))
    state["pre"][POOL] = {"balance": "0x7"}
    tree = frame(ALICE, POOL, 0, frame(POOL, POOL, 7, kind="SELFDESTRUCT"))
    activity, _ = read(raw(calls=tree, state_diff=state))
    assert moved(activity)[-1] == ("slip44:60", 7, POOL, "protocol")


def test_a_deposit_from_below_credits_its_mint_and_pays_no_fee():
    fields = {"type": "0x7e", "mint": hex(ETHER), "value": hex(ETHER)}
    activity, problems = read(
        raw(
            "eip155:10", transaction=fields, calls=frame(ALICE, BOB, ETHER), receipt={"l1Fee": None}
        )
    )
    assert moved(activity) == [
        ("slip44:60", ETHER, "protocol", ALICE),
        ("slip44:60", ETHER, ALICE, BOB),
    ]
    assert activity.fee is None and problems == ()


@pytest.mark.parametrize("kind", ["0x64", "0x68"])
@pytest.mark.parametrize("state", [None, {"pre": {}, "post": {BOB: {"balance": hex(ETHER)}}}])
def test_arbitrum_credits_what_came_from_below_to_its_sender(kind, state):
    fields = {"type": kind, "value": hex(ETHER)}
    answers = {"calls": frame(ALICE, BOB, ETHER), "state_diff": state}
    activity, _ = read(raw("eip155:42161", fields, **answers))
    assert moved(activity) == [
        ("slip44:60", ETHER, "protocol", ALICE),
        ("slip44:60", ETHER, ALICE, BOB),
    ]
    assert activity.fee is None


def test_a_credit_at_the_end_of_the_block_is_not_taken_back_by_the_state_difference():
    credit = log(
        "0x481c034c6d9441db23ea48de68bcae812c5d39ba",
        "0x3c798bbcf33115b42c728b8504cff11dd58736e9fa789f1cda2738db7d696b2a",
        topic(BOB),
        topic(POOL),
        data="0x" + word(7 * ETHER),
    )
    for bob in ((0, 0), (0, 7 * ETHER)):
        state = changes(alice=(ETHER, ETHER - GAS), bob=bob)
        answers = {"calls": frame(ALICE, POOL), "state_diff": state}
        activity, _ = read(raw("eip155:100", receipt={"logs": [credit]}, **answers))
        assert moved(activity) == [("slip44:60", 7 * ETHER, "protocol", BOB)]


# ---- fees


def fee(network, **receipt):
    transaction = receipt.pop("transaction", None)
    block = receipt.pop("block", None)
    activity, problems = read(raw(network, transaction, receipt, block))
    return dict(activity.fee.parts) if activity.fee else {}, codes(problems)


def test_the_parts_of_a_fee_are_named():
    assert fee("eip155:1") == ({"execution": GAS}, [])
    assert fee("eip155:10", l1Fee="0x64") == ({"execution": GAS, "l1": 100}, [])
    assert fee("eip155:534352", l1Fee="0x64") == ({"execution": GAS, "l1": 100}, [])
    blob = {"transaction": {"type": "0x3"}, "blobGasUsed": "0x20000", "blobGasPrice": "0x2"}
    assert fee("eip155:1", **blob) == ({"execution": GAS, "blob": 262_144}, [])


def test_the_operator_fee_changed_with_jovian():
    operator = {"l1Fee": "0x1", "operatorFeeScalar": "0xf4240", "operatorFeeConstant": "0x3"}
    assert fee("eip155:10", **operator)[0]["operator"] == 3 + GAS
    later = operator | {"block": {"timestamp": hex(1_764_691_201)}}
    assert fee("eip155:10", **later)[0]["operator"] == 3 + GAS * 10**8


@pytest.mark.parametrize("kind", ["0x64", "0x68", "0x69", "0x6a"])
def test_system_transactions_pay_nothing_and_legacy_ones_of_arbitrum_pay(kind):
    assert fee("eip155:42161", transaction={"type": kind})[0] == {}
    assert fee("eip155:42161", transaction={"type": "0x78"})[0] == {"execution": GAS}


def test_a_receipt_without_l1_fee_is_incomplete_unless_balances_show_the_fee():
    assert fee("eip155:10") == ({"execution": GAS}, ["incomplete_receipt"])
    state = changes(alice=(ETHER, ETHER - GAS - 77))
    activity, problems = read(raw("eip155:10", calls=frame(ALICE, BOB), state_diff=state))
    assert activity.fee is not None
    assert activity.fee.parts == (("execution", GAS), ("l1", 77))
    assert activity.transfers == () and problems == ()


def test_an_l1_fee_on_a_network_of_other_rules_is_what_balances_show():
    stated = {"l1Fee": "0x4d"}
    assert fee("eip155:5000", **stated) == ({"execution": GAS}, ["incomplete_receipt"])
    for left, parts in ((77, (("execution", GAS), ("l1", 77))), (0, (("execution", GAS),))):
        state = changes(alice=(ETHER, ETHER - GAS - left))
        evidence = raw("eip155:5000", calls=frame(ALICE, BOB), state_diff=state, receipt=stated)
        activity, problems = read(evidence)
        assert activity.fee is not None
        assert (activity.fee.parts, activity.transfers, problems) == (parts, (), ())
    assert fee("eip155:5000", l1Fee="0x0") == ({"execution": GAS}, [])


# ---- tokens


def read_logs(*logs, network="eip155:1", **answers):
    answers.setdefault("calls", frame(ALICE, BOB))
    activity, problems = read(raw(network, receipt={"logs": list(logs)}, **answers))
    return moved(activity), codes(problems)


def test_fungible_and_non_fungible_transfers_are_told_apart():
    piece = log(TOKEN, TRANSFER, topic(ALICE), topic(BOB), topic(17), index=1)
    found, _ = read_logs(transfer_log(TOKEN, ALICE, BOB, 2**256 - 1), piece)
    assert found == [
        (f"erc20:{TOKEN}", 2**256 - 1, ALICE, BOB),
        (f"erc721:{TOKEN}/17", 1, ALICE, BOB),
    ]


def test_a_transfer_of_nothing_is_none():
    assert read_logs(transfer_log(TOKEN, ALICE, BOB, 0)) == ([], [])


def test_unindexed_transfers_of_old_contracts_are_left_out():
    data = "0x" + word(ALICE) + word(BOB) + word(5)
    assert read_logs(log(TOKEN, TRANSFER, data=data)) == ([], [])


def test_multi_tokens_move_singly_and_in_batches():
    parties = (topic(POOL), topic(ALICE), topic(BOB))
    single = log(TOKEN, TRANSFER_SINGLE, *parties, data="0x" + word(3) + word(40))
    arrays = [64, 160, 2, 5, 6, 2, 50, 0]
    batch = log(TOKEN, TRANSFER_BATCH, *parties, data="0x" + "".join(map(word, arrays)), index=1)
    assert read_logs(single, batch) == (
        [(f"erc1155:{TOKEN}/3", 40, ALICE, BOB), (f"erc1155:{TOKEN}/5", 50, ALICE, BOB)],
        [],
    )


@pytest.mark.parametrize(
    "words",
    [
        [64, 160, 2**255, 5, 6, 2, 50, 0],
        [64, 2**200, 2, 5, 6, 2, 50, 0],
        [64, 160, 2, 5, 6, 1, 50, 0],
        [64, 32 * 10**6, 1, 1],
    ],
)
def test_a_malformed_batch_is_a_problem_and_spoils_nothing_else(words):
    parties = (topic(POOL), topic(ALICE), topic(BOB))
    batch = log(TOKEN, TRANSFER_BATCH, *parties, data="0x" + "".join(map(word, words)))
    found, problems = read_logs(batch, transfer_log(TOKEN, ALICE, BOB, 1, 1))
    assert found == [(f"erc20:{TOKEN}", 1, ALICE, BOB)]
    assert problems == ["transaction_unreadable"]


def test_the_mirror_of_the_native_coin_is_never_counted():
    mirror = "0x0000000000000000000000000000000000001010"
    assert read_logs(transfer_log(mirror, ALICE, BOB, 5), network="eip155:137") == ([], [])


@pytest.mark.parametrize("pair", NETWORKS["eip155:100"].aliases.items())
def test_two_contracts_of_one_balance_count_once(pair):
    second, first = pair
    one, other = transfer_log(first, ALICE, BOB, 5, 0), transfer_log(second, ALICE, BOB, 5, 1)
    expected = [(f"erc20:{first}", 5, ALICE, BOB)]
    assert read_logs(one, other, network="eip155:100")[0] == expected
    assert read_logs(other | {"logIndex": "0x0"}, network="eip155:100")[0] == expected
    assert len(read_logs(one, other, one | {"logIndex": "0x2"}, network="eip155:100")[0]) == 2


# ---- wrapped native coins


def test_the_known_wrapped_coin_needs_no_trace():
    logs = [wrapping_log(WETH, DEPOSIT, ALICE, 5), wrapping_log(WETH, WITHDRAWAL, BOB, 4, 1)]
    found, _ = read_logs(*logs)
    assert found == [(f"erc20:{WETH}", 5, ZERO, ALICE), (f"erc20:{WETH}", 4, BOB, ZERO)]


def test_a_wrapped_coin_with_zero_address_transfers_counts_once():
    logs = [
        transfer_log(WETH, ZERO, ALICE, 5, 0),
        wrapping_log(WETH, DEPOSIT, ALICE, 5, 1),
        wrapping_log(WETH, WITHDRAWAL, ALICE, 3, 2),
        transfer_log(WETH, ALICE, ZERO, 3, 3),
    ]
    assert [quantity for _, quantity, *_ in read_logs(*logs)[0]] == [5, 3]


def test_a_fork_of_the_wrapped_coin_is_known_by_the_value_it_carries():
    deposit = wrapping_log(TOKEN, DEPOSIT, ALICE, 5)
    tree = frame(ALICE, TOKEN, 5, input="0xd0e30db0")
    assert (f"erc20:{TOKEN}", 5, ZERO, ALICE) in read_logs(deposit, calls=tree)[0]
    withdrawal = wrapping_log(TOKEN, WITHDRAWAL, ALICE, 5)
    tree = frame(ALICE, TOKEN, 0, frame(TOKEN, ALICE, 5))
    assert (f"erc20:{TOKEN}", 5, ALICE, ZERO) in read_logs(withdrawal, calls=tree)[0]


def test_a_look_alike_of_the_wrapped_coin_makes_no_token():
    deposit = wrapping_log(TOKEN, DEPOSIT, ALICE, 5)
    others = [
        {"calls": frame(ALICE, TOKEN, 6, input="0xd0e30db0")},
        {"calls": frame(ALICE, TOKEN, 5, input="0xa694fc3a")},
        {"calls": frame(BOB, TOKEN, 5, input="0xd0e30db0")},
        {"calls": frame(ALICE, TOKEN, 5, input="0xd0e30db0"), "not_tokens": [TOKEN]},
        {"calls": None},
    ]
    for answers in others:
        assert not [each for each in read_logs(deposit, **answers)[0] if "erc20" in each[0]]
