"""web3.py, asked to code calls and to check an address; and its own library of hashes."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web3 import Web3


@cache
def _web3() -> "Web3":
    """web3 without a provider: it can ask nobody, so CCIP-Read has no way out.

    Its import raises the recursion limit to 100,000, at which nested JSON of a few kilobytes
    overflows the stack of the process; the limit is put back.
    """
    limit = sys.getrecursionlimit()
    from web3 import Web3

    client = Web3()
    client.strict_bytes_type_checking = True
    sys.setrecursionlimit(limit)
    return client


def encoded(types: Sequence[str], arguments: Sequence[Any]) -> str:
    """Arguments of a call as hexadecimal without `0x`, by the contract ABI specification."""
    return _web3().codec.encode(types, arguments).hex()


def decoded_text(data: bytes) -> str:
    """The text of an answer of type `string`; raises DecodingError or OverflowError."""
    text: str = _web3().codec.decode(["string"], data)[0]
    return text


def has_checksum(address: str) -> bool:
    """Whether an address in mixed case has the checksum of EIP-55."""
    return _web3().is_checksum_address(address)


def keccak(content: bytes) -> bytes:
    """The hash of the Ethereum networks, 32 bytes."""
    # alone, for hashes are asked for where nothing is to be coded: web3 takes a second to load
    from eth_hash.auto import keccak as hashed

    return hashed(content)
