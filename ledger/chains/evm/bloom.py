"""Words of logs enter; whether the filter in a block's header leaves room for such a log leaves.

A filter never denies a log that is there, and now and then allows one that is not: three bits of
2,048 stand for each topic (Yellow Paper, section 4.3.1).
"""

from collections.abc import Collection

from ledger.chains.evm.codec import keccak


def mask_of(word: str) -> int:
    """The bits that a topic, a word in hexadecimal, sets in the filter of its block."""
    digest = keccak(bytes.fromhex(word[2:]))
    bits = (int.from_bytes(digest[place : place + 2], "big") % 2_048 for place in (0, 2, 4))
    mask = 0
    for bit in bits:
        mask |= 1 << bit
    return mask


def may_hold(bloom: object, kinds: Collection[int], words: Collection[int]) -> bool:
    """Whether a block may have a log of one of the kinds with one of the words, all as masks.

    Where a node or a network fills no filter, nothing is known, and the answer is no.
    """
    if not isinstance(bloom, str) or len(bloom) != 514:
        return False
    bits = int(bloom, 16) if bloom.startswith("0x") else 0
    return any(bits & one == one for one in kinds) and any(bits & one == one for one in words)
