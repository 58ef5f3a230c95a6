"""Whatever the frames say, native value read of a transaction is what the balances moved by."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ledger.chains.evm import read
from tests.ledger.chains.evm.bodies import ALICE, BOB, POOL, frame, raw

GAS = 21_000
ACCOUNTS = (ALICE, BOB, POOL)
KINDS = ("CALL", "DELEGATECALL", "STATICCALL", "CALLCODE", "CREATE", "CREATE2", "SELFDESTRUCT")
QUANTITIES = st.integers(0, 2**128)


def build(children, sender, recipient, value, kind, failed):
    more = {"error": "execution reverted"} if failed else {}
    return frame(sender, recipient, value, *children, kind=kind, **more)


FRAMES = st.recursive(
    st.builds(
        build,
        st.just(()),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        QUANTITIES,
        st.sampled_from(KINDS),
        st.booleans(),
    ),
    lambda inner: st.builds(
        build,
        st.lists(inner, max_size=3),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        QUANTITIES,
        st.sampled_from(KINDS),
        st.booleans(),
    ),
    max_leaves=8,
)
BALANCES = st.dictionaries(st.sampled_from(ACCOUNTS), st.tuples(QUANTITIES, QUANTITIES))


def net(activity):
    """Base units by account, the fee counted in."""
    flows: Counter[str] = Counter()
    for transfer in activity.transfers:
        flows[transfer.sender] -= transfer.quantity
        flows[transfer.recipient] += transfer.quantity
    if activity.fee is not None:
        flows[activity.fee.payer] -= activity.fee.quantity
    return flows


def moved_by(tree):
    """What a tree of calls moves, told by a plain walk."""
    flows: Counter[str] = Counter()
    if "error" not in tree:
        if tree["type"] in {"CALL", "CREATE", "CREATE2", "SELFDESTRUCT"}:
            flows[tree["from"]] -= int(tree["value"], 16)
            flows[tree["to"]] += int(tree["value"], 16)
        for inner in tree["calls"]:
            flows.update(moved_by(inner))
    return flows


@given(FRAMES)
def test_frames_move_what_a_plain_walk_says(tree):
    activity, _ = read(raw(calls=tree))
    flows = net(activity)
    flows[ALICE] += GAS
    expected = moved_by(tree)
    assert {a: flows[a] for a in ACCOUNTS} == {a: expected[a] for a in ACCOUNTS}


@given(FRAMES | st.none(), BALANCES)
def test_with_a_state_difference_every_account_ties_to_it(tree, balances):
    state = {
        "pre": {account: {"balance": hex(was)} for account, (was, _) in balances.items()},
        "post": {account: {"balance": hex(became)} for account, (_, became) in balances.items()},
    }
    activity, problems = read(raw(calls=tree, state_diff=state))
    flows = net(activity)
    for account in ACCOUNTS:
        was, became = balances.get(account, (0, 0))
        assert flows[account] == became - was
    assert problems == ()
    assert all(transfer.proven for transfer in activity.transfers)


@given(FRAMES | st.none(), BALANCES)
def test_value_is_neither_made_nor_lost_but_by_the_protocol(tree, balances):
    state = {
        "pre": {account: {"balance": hex(was)} for account, (was, _) in balances.items()},
        "post": {account: {"balance": hex(became)} for account, (_, became) in balances.items()},
    }
    activity, _ = read(raw(calls=tree, state_diff=state))
    assert sum(net(activity).values()) == -GAS
