"""The OP stack's bridge: both layers, messages by their hash, coin without a log."""

import pytest

from ledger.chains.evm.codec import keccak
from ledger.link import link
from ledger.protocols import op_bridge as op
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets, word
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

OPTIMISM = "eip155:10"
L1_BRIDGE = "0x99c9fc46f92e8a1c0dec1b1747d010903e884be1"
L2_BRIDGE = "0x4200000000000000000000000000000000000010"
L2_MESSENGER = "0x4200000000000000000000000000000000000007"
NONCE = 1 << 240 | 7
BOTH = wallets() | wallets(network=OPTIMISM)


def test_topics_are_the_hashes_of_their_signatures():
    pair = "(address,address,uint256,bytes)"
    tokens = "(address,address,address,address,uint256,bytes)"
    for signature, topic in {
        f"ETHDepositInitiated{pair}": op.ETH_DEPOSIT,
        f"ETHBridgeInitiated{pair}": op.ETH_BRIDGE,
        f"ERC20DepositInitiated{tokens}": op.ERC20_DEPOSIT,
        f"ERC20BridgeInitiated{tokens}": op.ERC20_BRIDGE,
        f"WithdrawalInitiated{tokens}": op.WITHDRAWAL,
        f"ETHWithdrawalFinalized{pair}": op.ETH_WITHDRAWN,
        f"ETHBridgeFinalized{pair}": op.ETH_BRIDGED,
        f"ERC20WithdrawalFinalized{tokens}": op.ERC20_WITHDRAWN,
        f"ERC20BridgeFinalized{tokens}": op.ERC20_BRIDGED,
        f"DepositFinalized{tokens}": op.DEPOSITED,
        "SentMessage(address,address,bytes,uint256,uint256)": op.SENT_MESSAGE,
        "SentMessageExtension1(address,uint256)": op.SENT_VALUE,
        "RelayedMessage(bytes32)": op.RELAYED,
        "TransactionDeposited(address,address,uint256,bytes)": op.PORTAL_DEPOSIT,
        "MessagePassed(uint256,address,address,uint256,uint256,bytes,bytes32)": op.MESSAGE_PASSED,
        "WithdrawalFinalized(bytes32,bool)": op.PORTAL_WITHDRAWAL,
    }.items():
        assert hashes_to(signature, topic)


def message(index, sender=L1_BRIDGE, target=L2_BRIDGE, nonce=NONCE):
    data = [sender, 128, nonce, 200_000, 4, 0xAABBCCDD << 224]
    return log(index, "messenger", op.SENT_MESSAGE, target, data=data)


def hash_of(*words, name="relayMessage(uint256,address,address,uint256,uint256,bytes)"):
    call = keccak(name.encode())[:4].hex() + "".join(word(each) for each in words)
    return int.from_bytes(keccak(bytes.fromhex(call)), "big")


TAIL = (4, 0xAABBCCDD << 224)
HASH = hash_of(NONCE, L1_BRIDGE, L2_BRIDGE, 5, 200_000, 192, *TAIL)
TOKEN_HASH = hash_of(NONCE, L1_BRIDGE, L2_BRIDGE, 0, 200_000, 192, *TAIL)
OLD_HASH = hash_of(
    L2_BRIDGE, L1_BRIDGE, 128, 7, *TAIL, name="relayMessage(address,address,bytes,uint256)"
)


def coin_sent():
    logs = [
        log(1, L1_BRIDGE, op.ETH_DEPOSIT, "w", "w", data=[5, 64, 0]),
        log(2, L1_BRIDGE, op.ETH_BRIDGE, "w", "w", data=[5, 64, 0]),
        log(3, "portal", op.PORTAL_DEPOSIT, "x", L2_MESSENGER, 0, data=[32, 80, 5, 5]),
        message(4),
        log(5, "messenger", op.SENT_VALUE, L1_BRIDGE, data=[5]),
    ]
    return activity(f"w > {L1_BRIDGE} 5 ETH", logs=logs, called=L1_BRIDGE, name="out")


def token_sent(nonce=NONCE):
    data = ["w", 7, 96, 0]
    bridged = log(2, L1_BRIDGE, op.ERC20_BRIDGE, "U", "U2", "w", data=data)
    return activity(
        f"w > {L1_BRIDGE} 7 U",
        logs=[bridged, message(4, nonce=nonce)],
        called=L1_BRIDGE,
        name="out",
    )


def arrived(text, *logs, hash_=HASH):
    relayed = log(9, L2_MESSENGER, op.RELAYED, hash_)
    return activity(
        text,
        logs=[*logs, relayed],
        network=OPTIMISM,
        caller="alias",
        called=L2_MESSENGER,
        fee=0,
        minutes=3,
        name="in",
    )


def coin_arrived():
    text = f"protocol > alias 5 ETH; alias > {L2_MESSENGER} 5 ETH; {L2_BRIDGE} > w 5 ETH"
    zero, dead = "zero", "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000"
    return arrived(
        text,
        log(1, L2_BRIDGE, op.DEPOSITED, zero, dead, "w", data=["w", 5, 96, 0]),
        log(2, L2_BRIDGE, op.ETH_BRIDGED, "w", "w", data=[5, 64, 0]),
    )


def token_arrived(hash_=TOKEN_HASH, quantity=7):
    finalized = log(1, L2_BRIDGE, op.DEPOSITED, "U", "U2", "w", data=["w", quantity, 96, 0])
    return arrived(f"zero > w {quantity} U2", finalized, hash_=hash_)


def test_coin_leaves_once_with_the_hash_of_its_message():
    event = only(coin_sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "optimism_bridge")
    assert event.note.split() == [
        f"message:op:0x{HASH:064x}",
        f"to:eip155:10:{address('w')}",
        f"expects:eip155:10/0x{'e' * 40}/5",
    ]


def test_a_token_leaves_with_what_shall_arrive():
    event = only(token_sent(), PROTOCOLS)
    assert event.note.split()[0] == f"message:op:0x{TOKEN_HASH:064x}"
    assert event.note.split()[-1] == f"expects:eip155:10/{address('U2')}/7"


def test_a_message_of_the_first_version_has_another_hash():
    assert only(token_sent(nonce=7), PROTOCOLS).note.split()[0] == f"message:op:0x{OLD_HASH:064x}"


@pytest.mark.parametrize(("out", "came"), [(coin_sent, coin_arrived), (token_sent, token_arrived)])
def test_both_ends_join_by_the_hash(out, came):
    events = [*events_of(out(), PROTOCOLS, BOTH), *events_of(came(), PROTOCOLS, BOTH)]
    linked = link(events, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert len({event.group for event in linked.events}) == 1 and linked.problems == ()


def test_another_message_or_quantity_does_not_join():
    for came in (token_arrived(hash_=HASH), token_arrived(quantity=6)):
        events = [*events_of(token_sent(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
        assert [problem.code for problem in link(events, BOTH).problems] == [
            "in_flight",
            "unmatched_transfer",
        ]


def test_two_messages_of_one_bridge_have_no_certain_number():
    one = token_sent()
    both = activity(
        f"w > {L1_BRIDGE} 7 U", logs=[*one.logs, message(6, nonce=NONCE + 1)], called=L1_BRIDGE
    )
    assert "message:" not in only(both, PROTOCOLS).note


def test_a_withdrawal_of_a_token_burns_the_second_layers_own():
    burnt = log(3, L2_BRIDGE, op.WITHDRAWAL, "U", "U2", "w", data=["w", 7, 96, 0])
    sent = log(4, L2_MESSENGER, op.SENT_MESSAGE, L1_BRIDGE, data=[L2_BRIDGE, 128, NONCE, 0, 0])
    one = activity("w > zero 7 U2", logs=[burnt, sent], called=L2_BRIDGE, network=OPTIMISM)
    event = only(one, PROTOCOLS, wallets(network=OPTIMISM))
    assert (event.kind, event.protocol) == ("bridge_out", "optimism_bridge")
    assert event.note.split()[1:] == [
        f"to:eip155:1:{address('w')}",
        f"expects:eip155:1/{address('U')}/7",
    ]


def test_a_withdrawal_arrives_on_the_first_layer():
    logs = [
        log(1, L1_BRIDGE, op.ERC20_WITHDRAWN, "U", "U2", "w", data=["w", 7, 96, 0]),
        log(2, "messenger", op.RELAYED, 12),
        log(3, "portal", op.PORTAL_WITHDRAWAL, 13, data=[1]),
    ]
    event = only(activity(f"{L1_BRIDGE} > w 7 U", logs=logs, called="portal"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "optimism_bridge")
    assert event.note == f"message:op:0x{12:064x}"


def test_coin_goes_over_portal_and_passer_alone():
    base_portal = "0x49048044d57e1c92a77f79988d21fa8faf74e97e"
    sent = log(1, base_portal, op.PORTAL_DEPOSIT, "w", "x", 0, data=[32, 80, 5, 5])
    event = only(activity(f"w > {base_portal} 5 ETH", logs=[sent], called=base_portal), PROTOCOLS)
    assert (event.protocol, event.note) == (
        "base_bridge",
        f"to:eip155:8453:{address('x')} expects:eip155:8453/0x{'e' * 40}/5",
    )
    passer = "0x4200000000000000000000000000000000000016"
    data = [5, 0, 128, 99, 0]
    passed = log(1, passer, op.MESSAGE_PASSED, NONCE, "w", "w", data=data)
    one = activity(f"w > {passer} 5 ETH", logs=[passed], called=passer, network=OPTIMISM)
    event = only(one, PROTOCOLS, wallets(network=OPTIMISM))
    coin = f"expects:eip155:1/0x{'e' * 40}/5"
    assert event.note == f"message:op:0x{99:064x} to:eip155:1:{address('w')} {coin}"
    final = log(1, "portal", op.PORTAL_WITHDRAWAL, 99, data=[1])
    event = only(activity("portal > w 5 ETH", logs=[final], called="portal"), PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_in", f"message:op:0x{99:064x}")


def test_a_message_brings_coin_by_itself():
    event = only(arrived(f"{L2_MESSENGER} > w 5 ETH"), PROTOCOLS, wallets(network=OPTIMISM))
    assert (event.kind, event.note) == ("bridge_in", f"message:op:0x{HASH:064x}")


@pytest.mark.parametrize("sender", ["w", "alias"])
def test_a_deposit_of_coin_leaves_no_log(sender):
    passed_on = "; alias > w 5 ETH" if sender == "alias" else ""
    one = activity(
        f"protocol > {sender} 5 ETH{passed_on}",
        caller=sender,
        called="w",
        fee=0,
        network=OPTIMISM,
    )
    event = only(one, PROTOCOLS, wallets(network=OPTIMISM))
    assert (event.kind, event.protocol) == ("bridge_in", "optimism_bridge")


def test_what_is_credited_elsewhere_or_sent_in_a_paid_transaction_is_not_bridged():
    reward = activity("protocol > w 5 ETH", caller="x", called="w", fee=0)
    assert only(reward, PROTOCOLS).kind == "receive"
    paid = activity("x > w 5 ETH", caller="x", called="w", network=OPTIMISM)
    assert only(paid, PROTOCOLS, wallets(network=OPTIMISM)).kind == "receive"


def test_logs_about_others_claim_nothing():
    other = log(1, L1_BRIDGE, op.ETH_DEPOSIT, "x", "x", data=[5, 64, 0])
    event = only(activity("w > shop 4 ETH", logs=[other], called="shop"), PROTOCOLS)
    assert event.kind == "send"
    # the same log of another stack, whose messenger is not known here
    relayed = log(1, "messenger", op.RELAYED, 12)
    one = activity("messenger > w 5 ETH", logs=[relayed], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_coin_beside_a_token_pays_for_its_message():
    one = token_sent()
    paid = activity(
        f"w > {L1_BRIDGE} 7 U; w > {L1_BRIDGE} 3 ETH; messenger > w 1 ETH",
        logs=one.logs,
        called=L1_BRIDGE,
    )
    assert [leg[::2] for leg in said(only(paid, PROTOCOLS))] == [
        (-7, "plain"),
        (-1, "plain"),
        (-2, "fee"),
        (1, "refund"),
    ]


def test_the_messenger_carries_coin_without_the_bridge():
    one = activity(
        "w > messenger 5 ETH",
        logs=[
            log(3, "portal", op.PORTAL_DEPOSIT, "alias", L2_MESSENGER, 0, data=[32, 80, 5, 6]),
            message(4, sender="w", target="w2"),
            log(5, "messenger", op.SENT_VALUE, "w", data=[5]),
        ],
        called="messenger",
    )
    event = only(one, PROTOCOLS)
    expected = hash_of(NONCE, "w", "w2", 5, 200_000, 192, *TAIL)
    assert event.note == f"message:op:0x{expected:064x} to:{address('w2')}"
    passer = "0x4200000000000000000000000000000000000016"
    back = activity(
        f"w > {L2_MESSENGER} 5 ETH",
        logs=[
            log(3, passer, op.MESSAGE_PASSED, NONCE, L2_MESSENGER, "m", data=[5, 0, 128, 99, 0]),
            message(4, sender="w", target="w2"),
        ],
        called=L2_MESSENGER,
        network=OPTIMISM,
    )
    event = only(back, PROTOCOLS, BOTH)
    expected = hash_of(NONCE, "w", "w2", 0, 200_000, 192, *TAIL)
    assert event.note.split()[:2] == [
        f"message:op:0x{expected:064x}",
        f"to:eip155:1:{address('w2')}",
    ]
    assert event.note.split()[2] == f"expects:eip155:1/0x{'e' * 40}/5"


def test_coin_withdrawn_arrives_on_the_first_layer():
    came = log(1, L1_BRIDGE, op.ETH_WITHDRAWN, "w", "w", data=[5, 64, 0])
    event = only(activity(f"{L1_BRIDGE} > w 5 ETH", logs=[came], called="portal"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "optimism_bridge")
    assert only(activity("x > w 4 ETH", logs=[came], called="portal"), PROTOCOLS).kind == "receive"


def test_a_message_that_is_cut_short_has_no_hash():
    short = log(
        4, "messenger", op.SENT_MESSAGE, L2_BRIDGE, data=[L1_BRIDGE, 128, NONCE, 0, 1 << 200]
    )
    one = activity(f"w > {L1_BRIDGE} 7 U", logs=[token_sent().logs[0], short], called=L1_BRIDGE)
    assert "message:" not in only(one, PROTOCOLS).note
