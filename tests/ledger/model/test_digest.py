"""The digest of bytes is SHA-256, whoever computes it."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from ledger.model.digest import digest_of


def test_the_digest_is_that_of_the_standard():
    # FIPS 180-4, example of one block
    text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_of(b"abc") == text


@given(st.binary(max_size=200))
def test_every_digest_is_that_of_hashlib(data):
    assert digest_of(data) == hashlib.sha256(data).hexdigest()
    assert digest_of(data + b"x") != hashlib.sha256(data).hexdigest()
