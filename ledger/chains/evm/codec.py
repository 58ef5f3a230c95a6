"""web3.py, asked to code calls and to check an address; and its own library of hashes."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from web3 import Web3


#: aggregate3((address,bool,bytes)[]) of Multicall3
AGGREGATE: Final = "0x82ad56cb"


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


def encoded_calls(calls: Sequence[tuple[str, str]]) -> str:
    """aggregate3((address,bool,bytes)[]) of Multicall3 with targets and data, each may fail."""
    from eth_abi.abi import encode

    each = [(target, True, bytes.fromhex(data[2:])) for target, data in calls]
    return AGGREGATE + encode(["(address,bool,bytes)[]"], [each]).hex()


def decoded_results(said: str, count: int) -> list[str | None] | None:
    """What aggregate3 answered to as many calls, None for each that failed; None of other form."""
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError

    try:
        (results,) = decode(["(bool,bytes)[]"], bytes.fromhex(said[2:]))
    except (DecodingError, OverflowError, ValueError):
        return None
    if len(results) != count:
        return None
    return ["0x" + data.hex() if succeeded else None for succeeded, data in results]


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
