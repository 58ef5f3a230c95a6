"""Curve's DAO: minted rewards, fees, bribes, and locks as positions."""

from ledger.model.asset import position
from ledger.protocols import curve_dao as dao
from tests.ledger.moves import NETWORK, activity, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

CRV = "0xd533a949740bb3306d119cc777fa900ba034cd52"
ESCROW = "0x5f3b5dfeb7b28cdbd7faba78963ee202a494e2a2"
HELD = position(NETWORK, "curve_dao", ESCROW)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Minted(address,address,uint256)": dao.MINTED,
        "Claimed(address,uint256,uint256,uint256)": dao.CLAIMED,
        "Deposit(address,uint256,uint256,int128,uint256)": dao.LOCKED,
        "Withdraw(address,uint256,uint256)": dao.UNLOCKED,
    }.items():
        assert hashes_to(signature, topic)


def test_minted_rewards_whose_log_says_the_total_so_far():
    minter = "0xd061d61a4d941c39e5453435b6345dc261c2fce0"
    minted = log(1, minter, dao.MINTED, "w", data=["gauge", 900])
    event = only(activity(f"zero > w 7 {CRV}", logs=[minted], called=minter), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "curve")
    elsewhere = log(1, "minter", dao.MINTED, "w", "gauge", data=[900])
    event = only(activity("minter > w 7 A", logs=[elsewhere], called="minter"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "curve_dao")


def test_units_out_of_nowhere_that_no_minter_mints_are_no_reward():
    minted = log(1, "minter", dao.MINTED, "w", data=["gauge", 900])
    assert only(activity("zero > w 7 A", logs=[minted]), PROTOCOLS).kind == "receive"
    others = log(1, "minter", dao.MINTED, "x", "gauge", data=[900])
    assert only(activity("minter > w 7 A", logs=[others]), PROTOCOLS).kind == "receive"


def test_fees_of_the_logged_size():
    claimed = log(1, "fees", dao.CLAIMED, "w", data=[7, 1, 2])
    event = only(activity("fees > w 7 A", logs=[claimed]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "curve_dao")
    assert only(activity("fees > w 8 A", logs=[claimed]), PROTOCOLS).kind == "receive"


def test_bribes_are_told_by_who_paid_them():
    one = activity(f"{min(dao.BRIBES)} > w 7 A", called=min(dao.BRIBES))
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "curve")


def test_a_lock_is_a_position_that_comes_back_whole():
    locked = log(1, ESCROW, dao.LOCKED, "w", 99, data=[100, 1, 2])
    event = only(activity(f"w > {ESCROW} 100 {CRV}", logs=[locked], called=ESCROW), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "curve")
    assert said(event)[-1] == (100, HELD, "position")
    freed = log(1, ESCROW, dao.UNLOCKED, "w", data=[100, 2])
    back = activity(f"{ESCROW} > w 100 {CRV}", logs=[freed], called=ESCROW)
    wallet = event.legs[0].wallet
    event = only(back, PROTOCOLS, held={(wallet, HELD): 100})
    assert (event.kind, said(event)[-1]) == ("unstake", (-100, HELD, "position"))
    assert only(back, PROTOCOLS).note == "position:unknown"


def test_a_lock_for_somebody_else_is_not_the_funds():
    locked = log(1, ESCROW, dao.LOCKED, "x", 99, data=[100, 1, 2])
    one = activity(f"w > {ESCROW} 100 {CRV}", logs=[locked], called=ESCROW)
    assert only(one, PROTOCOLS).kind == "send"


def test_a_withdrawal_that_the_books_do_not_know_is_of_a_known_escrow_alone():
    freed = log(1, "lock", dao.UNLOCKED, "w", data=[100, 2])
    one = activity("lock > w 100 A", logs=[freed], called="lock")
    assert only(one, (dao,)).protocol is None
