"""Texts of people → addresses: lower case inside, and a mistyped checksum is refused."""

import re
from typing import Final

from ledger.chains.evm.codec import has_checksum
from ledger.model.errors import BadInput

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


def parse_address(text: str) -> str:
    """An EVM address in lower case.

    A text in mixed case must have the checksum of EIP-55, so that one wrong letter is found; raises
    BadInput.
    """
    trimmed = text.strip()
    if _ADDRESS.fullmatch(trimmed) is None:
        raise BadInput(f"{trimmed[:60]!r} is no address of an EVM network")
    digits = trimmed[2:]
    if digits not in {digits.lower(), digits.upper()} and not has_checksum(trimmed):
        raise BadInput(f"{trimmed} has a letter wrong: its EIP-55 checksum does not fit")
    return trimmed.lower()
