"""The digest of bytes is SHA-256, whoever computes it."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from ledger.model.digest import sha256


def test_the_digest_is_that_of_the_standard():
    # FIPS 180-4, example of one block
    text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(b"abc").hexdigest() == text


@given(st.binary(max_size=200))
def test_every_digest_is_that_of_hashlib(data):
    assert sha256(data).hexdigest() == hashlib.sha256(data).hexdigest()
    assert sha256(data + b"x").hexdigest() != hashlib.sha256(data).hexdigest()
