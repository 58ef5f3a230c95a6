"""Venice: a view in; DIEM that was borrowed on locked stakes and given back out.

Source: the contract of its stakes on Base, as it logs. Stakes that are locked for DIEM stay where
they are; DIEM is owed until it is burnt.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import debt, erc20
from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.protocols._loans import Book
from ledger.shapes import ZERO_ADDRESS, ActivityView, Recognised, event, logs_with, number_in

NAME: Final = "venice"
RANK: Final = 0

#: DiemMinted(uint256 locked, uint256 minted), DiemBurned(uint256 unlocked, uint256 burned).
MINTED: Final = "0xd081a649ef2f9530490e16b4ff4d6e1f46460e01107d1ecf7c576cca3cf9d357"
BURNED: Final = "0x77e8c1608e07b1a4395fc907407d6244a50b86eead919f3ee61d8ce99e204bd6"
STAKING: Final = ("eip155:8453", "0x321b7ff75154472b18edb199033ff4d116f340ff")
DIEM: Final = erc20(STAKING[0], "0xf4d97f2da56e8c3098f3a8d538db630a2606a024")

SIGNS: Final = frozenset({MINTED, BURNED})


def recognise(view: ActivityView) -> Recognised | None:
    """DIEM in the number that was logged, which the wallet that has or burns it owes."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for topic, sign in ((MINTED, 1), (BURNED, -1)):
        for log in logs_with(view.activity, topic, 1, 2):
            if (view.activity.network, log.address) == STAKING:
                events += _turned(book, view.without(events), log, sign)
    return book.recognised(events)


def _turned(book: Book, view: ActivityView, log: Log, sign: int) -> tuple[Event, ...]:
    units = sign * number_in(log, 1)
    legs = exact(view, units, asset=DIEM, other={ZERO_ADDRESS}) if units else ()
    if not legs:
        return ()
    owed = debt(STAKING[0], NAME, STAKING[1])
    owing = book.owe(book.owner(legs[0].wallet, owed), owed, units, DIEM)
    return (event(view, "borrow" if sign > 0 else "repay", (*legs, *owing), NAME),)
