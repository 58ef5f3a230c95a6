"""Moloch's funds of members, all versions: a view in; what a member took when he left, out.

Sources: MolochVentures/moloch, Moloch.sol of both versions; HausDAO/baal-contracts, Baal.sol. Who
leaves burns his shares, which are tokens since the third version, for his part of all that the fund
has: it gives back what was put in, and is no income.
"""

from typing import Final

from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
)

NAME: Final = "moloch"
RANK: Final = 10

#: Ragequit(address memberAddress, uint256 sharesToBurn), with uint256 lootToBurn behind, and
#: Ragequit(address member, address to, uint256 lootToBurn, uint256 sharesToBurn, address[] tokens);
#: the member indexed.
LEFT: Final = "0x667cb7a1818eacd2e3a421e734429ba9c4c7dec85e578e098b6d72cd2bfbf2f6"
LEFT_V2: Final = "0xcad1a1c68982832d9abc314de8a1e5d5e8c81b0588961e360766736d10c3be1a"
LEFT_V3: Final = "0xa21c268847f2b8adac3751ed0683330abe9fdd6cc4a7a8fc6787633d4126e0d4"

_WORDS: Final = {LEFT: 1, LEFT_V2: 2, LEFT_V3: 5}

SIGNS: Final = frozenset(_WORDS)
#: What a fund has may be with a safe of its own.
VOUCHED: Final = SIGNS


def recognise(view: ActivityView) -> Recognised | None:
    """All that came to a member who left himself, with the tokens of his shares."""
    logs = [
        log for topic, words in _WORDS.items() for log in logs_with(view.activity, topic, 2, words)
    ]
    ours = [log for log in logs if address_in(log.topics, 1) in view.owned]
    if len(ours) != 1 or not view.acts or view.called != ours[0].address:
        return None
    legs = [leg for leg in view.legs if not is_non_fungible(leg.asset)]
    came = [leg for leg in legs if leg.quantity > 0]
    burnt = [leg for leg in legs if leg.quantity < 0]
    if not came or any(leg.counterparty != ZERO_ADDRESS for leg in burnt):
        return None
    note = "" if burnt else "position:unknown"
    return Recognised((event(view, "vault_withdraw", (*came, *burnt), NAME, note),))
