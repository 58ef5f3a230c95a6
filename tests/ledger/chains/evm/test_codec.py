"""web3.py as a codec."""

import json
import sys

import pytest

from ledger.chains.evm.codec import decoded_text, encoded, has_checksum


def test_a_call_is_encoded_by_the_abi_specification():
    assert encoded(["address", "uint256"], ["0x" + "ab" * 20, 5]) == ("ab" * 20).rjust(
        64, "0"
    ) + "5".rjust(64, "0")


def test_a_text_is_decoded():
    word = "20".rjust(64, "0") + "3".rjust(64, "0") + b"ETH".hex().ljust(64, "0")
    assert decoded_text(bytes.fromhex(word)) == "ETH"


def test_nested_json_is_refused_and_does_not_end_the_process_once_web3_is_loaded():
    assert not has_checksum("0x" + "aB" * 20)
    assert sys.getrecursionlimit() <= 10_000
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)
