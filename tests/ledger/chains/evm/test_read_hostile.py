"""Reading is total: whatever a node answers ends as activity and problems, and in little time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chains.evm import read
from ledger.chains.evm.logs import DEPOSIT, TRANSFER
from ledger.chains.networks import NETWORKS
from ledger.model.evidence import RawTransaction, canonical_json
from tests.ledger.chains.evm.bodies import (
    ALICE,
    BOB,
    ETHER,
    POOL,
    TOKEN,
    TXID,
    balance,
    changes,
    frame,
    raw,
    transfer_log,
    wrapping_log,
)

WETH = NETWORKS["eip155:1"].wrapped


def codes(problems):
    return [problem.code for problem in problems]


def test_answers_about_another_transaction_are_unreadable():
    for fields in (
        {"transaction": {"hash": "0x" + "99" * 32}},
        {"receipt": {"transactionHash": "0x" + "99" * 32}},
        {"receipt": {"blockHash": "0x" + "99" * 32}},
        {"block": {"hash": "0x" + "99" * 32}},
    ):
        assert codes(read(raw(**fields))[1]) == ["transaction_unreadable"]


def test_logs_with_one_index_are_unreadable_and_removed_ones_left_out():
    one = transfer_log(TOKEN, ALICE, BOB, 5)
    activity, problems = read(raw(receipt={"logs": [one, one]}))
    assert activity.transfers == () and codes(problems) == ["transaction_unreadable"]
    activity, problems = read(raw(receipt={"logs": [one | {"removed": True}]}))
    assert activity.transfers == () and "transaction_unreadable" in codes(problems)


def test_a_missing_receipt_is_a_transaction_not_found():
    body = canonical_json({"transaction": None, "receipt": None, "block": None})
    assert codes(read(RawTransaction("eip155:1", TXID, body))[1]) == ["transaction_not_found"]


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b"{}", b"[" * 100_000, b'{"transaction":1}'],
)
def test_a_body_of_any_form_is_a_problem(body):
    activity, problems = read(RawTransaction("eip155:1", TXID, body))
    assert activity.transfers == ()
    assert len(problems) == 1


def test_a_deep_tree_of_frames_is_read():
    tree = frame(ALICE, BOB, 1)
    for _ in range(150):
        tree = frame(ALICE, BOB, 1, tree)
    activity, problems = read(raw(calls=tree))
    assert len(activity.transfers) == 151 and problems == ()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["0x", "0x0", "-0x1", "0x" + "f" * 64, ALICE, TRANSFER, "0xzz"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
WHOLE = json.loads(
    raw(
        "eip155:10",
        receipt={"logs": [transfer_log(TOKEN, ALICE, BOB, 5), wrapping_log(WETH, DEPOSIT, BOB, 5)]},
        calls=frame(ALICE, BOB, 5, frame(BOB, POOL, 3), logs=[{"position": "0x0"}]),
        state_diff=changes(alice=(9 * ETHER, ETHER)),
        internal=[{"from": BOB, "to": ALICE, "value": "7"}],
        native_balances=[{"owner": ALICE, "before": "0x1", "after": "0x2"}],
        not_tokens=[TOKEN],
        **balance(0, 3),
    ).body
)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items if isinstance(value, dict | list) else ():
        yield from places(inner, (*path, key))


def replaced(value, path, by):
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


@given(
    path=st.sampled_from(sorted(places(WHOLE), key=str)),
    by=JSON,
    network=st.sampled_from(["eip155:1", "eip155:10", "eip155:100", "eip155:137", "nonsense"]),
)
def test_no_field_of_any_form_makes_read_raise(path, by, network):
    activity, problems = read(
        RawTransaction(network, TXID, canonical_json(replaced(WHOLE, path, by)))
    )
    assert activity.evidence
    assert all(problem.message for problem in problems)


def test_reading_the_same_evidence_twice_gives_equal_values():
    evidence = RawTransaction("eip155:10", TXID, canonical_json(WHOLE))
    assert read(evidence) == read(evidence)
