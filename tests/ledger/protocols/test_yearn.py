"""Yearn."""

from ledger.classify import after
from ledger.protocols import yearn
from ledger.protocols._yearn_vaults import FIRST, SECOND
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,uint256,uint256)": yearn.DEPOSIT,
        "Withdraw(address,uint256,uint256)": yearn.WITHDRAW,
        "ReferredBalanceIncreased(address,address,address,uint256,uint256)": yearn.REFERRED,
        "ModifyLock(address,address,uint256,uint256,uint256)": yearn.LOCKED,
        "Penalty(address,uint256,uint256)": yearn.PENALTY,
    }.items():
        assert hashes_to(signature, topic)


def test_a_vault_that_logs_its_deposits():
    logs = [log(5, "V", yearn.DEPOSIT, "w", data=[90, 100])]
    event = only(activity("w > V 100 U; zero > w 90 V", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "yearn")
    logs = [log(5, "V", yearn.WITHDRAW, "wrapper", data=[90, 100])]
    one = activity(
        "w > wrapper 90 V; wrapper > zero 90 V; wrapper > w 100 ETH", logs=logs, called="wrapper"
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "yearn")


def test_a_vault_that_logs_nothing_is_known_by_its_address():
    for vault in (min(FIRST), min(SECOND)):
        transfer = log(5, vault, "0x" + "1" * 64)
        one = activity(f"w > {vault} 100 U; zero > w 90 {vault}", logs=[transfer])
        assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == (
            "vault_deposit",
            "yearn",
        )
        one = activity(f"w > zero 90 {vault}; {vault} > w 100 U", logs=[transfer])
        assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == (
            "vault_withdraw",
            "yearn",
        )


def test_a_vault_that_nobody_knows_is_not_yearns():
    known = min(SECOND)
    moves = f"w > V 100 U; zero > w 90 V; w > {known} 9 U; zero > w 8 {known}"
    one = activity(moves, logs=[log(5, known, "0x" + "1" * 64)])
    assert [event.protocol for event in events_of(one, PROTOCOLS)] == [None, "yearn"]
    one = activity("w > V 100 U; zero > w 90 V")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("vault_deposit", None)


def test_a_deposit_over_a_partner_is_a_deposit():
    logs = [log(5, "tracker", yearn.REFERRED, "partner", "V", "w", data=[90, 90])]
    event = only(activity("w > tracker 100 U; tracker > w 90 V", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "yearn")
    logs = [log(5, "tracker", yearn.REFERRED, "partner", "V", "x", data=[90, 90])]
    event = only(activity("w > tracker 100 U; tracker > w 90 V", logs=logs), PROTOCOLS)
    assert event.kind == "swap"


def test_a_lock_takes_what_moved():
    logs = [log(5, "ve", yearn.LOCKED, "w", "w", data=[900, 1, 2])]
    event = only(activity("w > ve 100 YFI", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "yearn")
    assert [leg.quantity for leg in event.legs] == [-100, 100]


def test_a_lock_that_ran_out_leaves_nothing_behind():
    logs = [log(5, "ve", yearn.LOCKED, "w", "w", data=[900, 1, 2])]
    into = only(activity("w > ve 100 YFI", logs=logs, called="ve"), PROTOCOLS)
    held = after([into], {})
    gone = [log(5, "ve", yearn.WITHDRAW, "w", data=[100, 2])]
    back = only(activity("ve > w 100 YFI", logs=gone, called="ve"), PROTOCOLS, held=held)
    assert back.kind == "unstake"
    assert list(after([back], held).values()) == [0]


def test_a_lock_that_was_left_early_leaves_nothing_behind_but_a_penalty():
    logs = [log(5, "ve", yearn.LOCKED, "w", "w", data=[900, 1, 2])]
    into = only(activity("w > ve 100 YFI", logs=logs, called="ve"), PROTOCOLS)
    held = after([into], {})
    gone = [
        log(5, "ve", yearn.WITHDRAW, "w", data=[70, 2]),
        log(6, "ve", yearn.PENALTY, "w", data=[30, 2]),
    ]
    one = activity("ve > w 70 YFI; ve > pool 30 YFI", logs=gone, called="ve")
    back = only(one, PROTOCOLS, held=held)
    assert [(leg.quantity, leg.role) for leg in back.legs] == [
        (70, "plain"),
        (-70, "position"),
        (-30, "penalty"),
    ]
    assert list(after([back], held).values()) == [0]
    assert only(one, PROTOCOLS).note == "position:unknown"
