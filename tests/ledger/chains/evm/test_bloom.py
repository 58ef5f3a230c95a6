"""The filter of a block's header never denies a log that is there."""

import pytest

from ledger.chains.evm.bloom import mask_of, may_hold
from ledger.chains.evm.logs import TRANSFER
from tests.ledger.chains.evm.bodies import ALICE, BOB, topic

KINDS, WORDS = [mask_of(TRANSFER)], [mask_of(topic(ALICE))]


def bloom(*topics):
    filled = 0
    for each in topics:
        filled |= mask_of(each)
    return f"0x{filled:0512x}"


def test_a_word_sets_at_most_three_bits_and_always_the_same():
    assert mask_of(topic(ALICE)) == WORDS[0] != mask_of(topic(BOB))
    assert 1 <= WORDS[0].bit_count() <= 3
    assert WORDS[0] < 2**2048


def test_the_bits_are_those_of_the_yellow_paper():
    # of the empty topic's hash, 0xc5d2…, the words 0xc5d2, 0x4601, 0x86f7 modulo 2048
    assert mask_of("0x") == 1 << 0x5D2 | 1 << 0x601 | 1 << 0x6F7


def test_a_block_with_the_log_may_hold_it_and_one_with_another_does_not():
    assert may_hold(bloom(TRANSFER, topic(ALICE), topic(BOB)), KINDS, WORDS)
    assert not may_hold(bloom(TRANSFER, topic(BOB)), KINDS, WORDS)
    assert not may_hold(bloom(topic(ALICE)), KINDS, WORDS)


@pytest.mark.parametrize("nothing", [None, "", "0x", "0x00", bloom(), 7, "zz" * 257])
def test_a_header_without_a_filter_says_nothing(nothing):
    assert not may_hold(nothing, KINDS, WORDS)
