"""What balances show beyond logs and calls is read: unlogged, untrue and untraced movements."""

import pytest

from ledger.chains.evm import read
from tests.ledger.chains.evm.bodies import (
    ALICE,
    BOB,
    ETHER,
    POOL,
    TOKEN,
    balance,
    changes,
    frame,
    log,
    raw,
    topic,
    transfer_log,
    word,
)
from tests.ledger.chains.evm.test_read import codes, moved, read_logs

DS_MINT = "0x0f6798a560793a54c3bcfe86a93cde1e73087d944c0ea20544137d4121396885"


@pytest.mark.parametrize("checked", [{}, balance(0, 5)])
def test_tokens_whose_balances_the_node_would_not_state_are_unproven(checked):
    _, problems = read(raw(calls=frame(ALICE, BOB), unproven=["tokens"], **checked))
    assert codes(problems) == ["unproven_quantity"]


def test_coin_of_an_owner_that_could_not_be_compared_is_unproven_beside_one_that_was():
    known = [{"owner": BOB, "before": "0x0", "after": "0x0"}]
    unlike = {"receipt": {"gasUsed": "0xffff"}, "native_balances": known}
    assert codes(read(raw(**unlike, unproven=[ALICE]))[1]) == ["unproven_quantity"]
    assert codes(read(raw(**unlike))[1]) == []


def paid_unseen(owner, *others, **answers):
    """What is read where the owner has 5 more and a call of the pool was not traced."""
    rows = [(owner, 0, 5), *((other, 7, 7) for other in others)]
    known = [{"owner": who, "before": hex(was), "after": hex(has)} for who, was, has in rows]
    asked = {"transaction": {"to": POOL}, "receipt": {"gasUsed": "0xffff"}}
    return moved(read(raw(**{**asked, "native_balances": known, **answers}))[0])


def test_coin_of_a_call_that_nobody_traced_came_in_the_call_of_the_contract():
    assert paid_unseen(BOB) == [("slip44:60", 5, POOL, BOB)]


def test_coin_is_from_none_whose_balance_tells_that_it_gave_nothing():
    assert paid_unseen(BOB, POOL) == [("slip44:60", 5, "protocol", BOB)]
    assert paid_unseen(BOB, unproven=[POOL]) == [("slip44:60", 5, "protocol", BOB)]
    assert paid_unseen(POOL) == [("slip44:60", 5, "protocol", POOL)]


def test_what_the_network_credits_by_the_kind_of_the_transaction_is_from_no_contract():
    for kind in ("0x7e", "0x68"):
        asked = {"transaction": {"to": POOL, "type": kind}}
        assert paid_unseen(BOB, **asked) == [("slip44:60", 5, "protocol", BOB)]


def test_of_all_accounts_one_alone_gave_what_others_got():
    state = changes(alice=(ETHER, ETHER - 0xFFFF + 2), bob=(0, 5), pool=(100, 93))
    assert paid_unseen(BOB, state_diff=state) == [
        ("slip44:60", 2, POOL, ALICE),
        ("slip44:60", 5, POOL, BOB),
    ]
    state = changes(alice=(ETHER, ETHER - 0xFFFF - 2), bob=(0, 5), pool=(100, 97))
    assert paid_unseen(BOB, state_diff=state) == [
        ("slip44:60", 2, ALICE, BOB),
        ("slip44:60", 3, POOL, BOB),
    ]
    # coin that nobody gave
    state = changes(alice=(ETHER, ETHER - 0xFFFF + 2), bob=(0, 5), pool=(100, 94))
    assert {party for _, _, *both in paid_unseen(BOB, state_diff=state) for party in both} == {
        *(ALICE, BOB, POOL, "protocol")
    }


def test_a_mint_without_transfer_is_found_by_the_balance():
    minted = log(TOKEN, DS_MINT, topic(ALICE), data="0x" + word(ETHER))
    assert read_logs(minted, **balance(0, ETHER)) == (
        [(f"erc20:{TOKEN}", ETHER, "protocol", ALICE)],
        [],
    )


def test_a_balance_that_stood_still_before_moved_in_the_transaction():
    activity, problems = read(raw(calls=frame(ALICE, TOKEN), **balance(900, 200, earlier=900)))
    assert moved(activity) == [(f"erc20:{TOKEN}", 700, ALICE, "protocol")]
    assert problems == ()


def test_dust_of_rounding_is_no_movement():
    activity, _ = read(raw(calls=frame(ALICE, TOKEN), **balance(900, 901, earlier=900)))
    assert activity.transfers == ()


def test_growth_with_time_is_no_part_of_the_transaction():
    other = log(TOKEN, DS_MINT, topic(BOB), data="0x" + word(ETHER))
    assert read_logs(other, **balance(10**20, 10**20 + 12_345)) == ([], [])


def test_a_transfer_that_did_not_happen_nets_to_nothing_and_is_told():
    found, problems = read_logs(transfer_log(TOKEN, BOB, ALICE, ETHER), **balance(3, 3))
    assert [(sender, recipient) for _, _, sender, recipient in found] == [
        (BOB, ALICE),
        (ALICE, "protocol"),
    ]
    assert problems == ["lying_log"]


def test_a_mint_logged_in_the_wrong_direction_is_turned():
    found, problems = read_logs(transfer_log(TOKEN, ALICE, BOB, 500), **balance(0, 500))
    assert found[-1] == (f"erc20:{TOKEN}", 1000, "protocol", ALICE)
    assert problems == ["lying_log"]
