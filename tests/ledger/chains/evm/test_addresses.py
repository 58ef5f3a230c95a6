"""Addresses that people type (EIP-55)."""

import pytest

from ledger.chains.evm import parse_address
from ledger.model.errors import BadInput

CHECKED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # from the text of EIP-55


def test_an_address_is_lower_case_inside():
    assert parse_address(f" {CHECKED} ") == CHECKED.lower()
    assert parse_address(CHECKED.lower()) == CHECKED.lower()


def test_one_wrong_letter_of_a_checksummed_address_is_found():
    with pytest.raises(BadInput, match="checksum"):
        parse_address(CHECKED.replace("aA", "AA"))


@pytest.mark.parametrize(
    "text", ["", "0x", "0x12", CHECKED[:-1], f"{CHECKED}0", "x" * 42, "０" * 42]
)
def test_a_text_of_another_form_is_refused(text):
    with pytest.raises(BadInput):
        parse_address(text)
