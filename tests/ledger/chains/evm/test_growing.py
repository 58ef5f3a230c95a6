"""Balances before a transaction count where its token counts shares, and where they were proved."""

import pytest

from ledger.chains.evm import grown_before, read
from ledger.chains.evm.growing import TRANSFER_SHARES
from ledger.model.asset import erc20
from ledger.model.fund import wallet_id
from ledger.model.position import TOUCHED
from tests.ledger.chains.evm import bodies
from tests.ledger.chains.evm.bodies import ALICE, BOB, POOL, TOKEN, topic, word


def grown(*logs, rows):
    moved = [*logs, bodies.transfer_log(TOKEN, ALICE, BOB, 500, 9)]
    raw = bodies.raw(receipt={"logs": moved}, **({"balances": rows} if rows else {}))
    return grown_before(raw, read(raw)[0]), raw


def shares(contract=TOKEN, index=0):
    return bodies.log(
        *(contract, TRANSFER_SHARES, topic(ALICE), topic(BOB)), data="0x" + word(9), index=index
    )


HELD = "0x" + word(1_000)


def row(contract=TOKEN, owner=ALICE, before=HELD):
    return {"contract": contract, "owner": owner, "before": before, "after": "0x" + word(499)}


def test_what_the_shares_were_worth_is_known_of_the_block_before():
    (seen,), raw = grown(shares(), rows=[row()])
    assert (seen.wallet, seen.asset) == (wallet_id("eip155:1", ALICE), erc20("eip155:1", TOKEN))
    assert (seen.quantity, seen.block, seen.time) == (1_000, 15, read(raw)[0].time)
    assert (seen.source, seen.evidence) == (TOUCHED, raw.id)


@pytest.mark.parametrize(
    ("logs", "rows"),
    [
        ((), [row()]),
        ((shares(POOL),), [row()]),
        ((shares(),), []),
        ((shares(),), [row(before="0x")]),
    ],
    ids=["no shares", "shares of another token", "unproven", "the token did not stand yet"],
)
def test_anything_else_says_nothing(logs, rows):
    assert grown(*logs, rows=rows)[0] == ()
