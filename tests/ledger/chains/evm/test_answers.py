"""The quick reader of answers reads what Python's reads, and leaves to it what it refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chains.evm.answers import answers_of
from ledger.model.evidence import RawTransaction, canonical_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def both(body):
    """What each of the readers says: a value, or the kind of fault and its message."""
    found = []
    for read in (answers_of, RawTransaction.answers):
        try:
            found.append(repr(read(RawTransaction("eip155:1", "0x1", body))))
        except (ValueError, RecursionError) as fault:
            found.append(f"{type(fault).__name__}: {fault}")
    return found


@given(st.dictionaries(st.text(), VALUES))
def test_every_json_value_is_read_alike(value):
    quick, plain = both(json.dumps(value).encode())
    assert quick == plain


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1,]",
        b"[1] x",
        b"[01]",
        b'{"a":1,"a":2}',
        b"[-0,1e400,NaN,-Infinity]",
        b"[inf]",
        b'["\\ud800"]',
        b'["\xed\xa0\x80"]',
        b'["\xff"]',
        b'["\x01"]',
        b"\xef\xbb\xbf[1]",
        '{"a":1}'.encode("utf-16"),
        b"[" * 150 + b"]" * 150,
        b"[" * 300 + b"]" * 300,
        b"[" + b"1" * 4300 + b"]",
        b"[" + b"1" * 4301 + b"]",
        canonical_json({"a": "é"}),
    ],
)
def test_odd_and_broken_texts_give_the_same_value_or_the_same_fault(body):
    quick, plain = both(body)
    assert quick == plain


def test_nesting_beyond_every_limit_is_refused():
    quick, plain = both(b"[" * 100_000)
    assert quick == plain
    assert quick.startswith("RecursionError")
