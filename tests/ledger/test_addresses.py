"""An address is written in one way wherever it stands: a letter too much is another contract."""

import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import ledger

ADDRESS = re.compile(r"0x[0-9a-f]{40}(?![0-9a-f])")
#: Digits that two addresses may have at the same places; more are one that was copied wrongly.
ALIKE = 30


def written():
    root = Path(next(iter(ledger.__path__)))
    return {found for path in root.rglob("*.py") for found in ADDRESS.findall(path.read_text())}


def twins(addresses):
    """Pairs that are nearly the same: two of their four quarters are."""
    alike: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for address in sorted(addresses):
        for start in range(2, 42, 10):
            alike[start, address[start : start + 10]].append(address)
    pairs = {pair for group in alike.values() for pair in combinations(group, 2)}
    return {
        (one, other)
        for one, other in pairs
        if sum(a == b for a, b in zip(one[2:], other[2:], strict=True)) > ALIKE
    }


def test_no_address_is_nearly_another_one():
    numbered = {each for each in written() if len(set(each)) < 8}
    assert twins(written() - numbered) == set()


def test_a_wrong_letter_is_found():
    assert twins({"0x" + "12345" * 8, "0x" + "12345" * 7 + "12245"}) != set()
