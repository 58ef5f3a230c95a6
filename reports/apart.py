"""A United States tax year enters; gains that are not of Form 8949 leave, by the form they are of.

IRS Form 6781, Part I: contracts of section 1256 by account, line 1; their net, lines 3, 5 and 7; 40
percent of that short, line 8, 60 percent long, line 9, which go to lines 4 and 11 of Schedule D.
IRS Form 4797, Part II, line 10: what a trader realised, or marked, who elected section 475(f).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.model.amount import MONEY_DECIMALS, divide_half_even
from ledger.model.errors import BadInput
from ledger.model.fund import WalletId
from ledger.model.gain import Character
from ledger.model.tax import TaxLine
from reports.exports._years import known_sum, order_of
from reports.model import ExportFigures

_CENT: Final = 10 ** (MONEY_DECIMALS - 2)


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of one account, and their net gain in cents: of the lines that have one."""

    wallet: WalletId
    net: int
    lines: tuple[TaxLine, ...]

    @property
    def unknown(self) -> int:
        """How many lines have no gain."""
        return sum(line.gain is None for line in self.lines)

    @property
    def sources(self) -> tuple[str, ...]:
        """The entries and lots that the lines rest on."""
        named = [name for line in self.lines for name in (line.source, line.lot) if name]
        return tuple(dict.fromkeys(named))


def lines_of(figures: ExportFigures, *characters: Character) -> tuple[TaxLine, ...]:
    """The year's lines whose gains are of these kinds, by time.

    Raises BadInput without a tax year in US dollars.
    """
    year = figures.tax
    if year is None:
        raise BadInput("the form is made from an assessed tax year, and none was given")
    if year.currency != "USD":
        raise BadInput(f"the form is filed in USD, and the year was assessed in {year.currency}")
    found = (line for line in year.lines if line.assessed and line.character in characters)
    return tuple(sorted(found, key=order_of))


def contracts(figures: ExportFigures) -> tuple[Contracts, ...]:
    """Form 6781, line 1: every account with contracts. Raises BadInput."""
    by_wallet: dict[WalletId, list[TaxLine]] = {}
    for line in lines_of(figures, "section_1256"):
        by_wallet.setdefault(line.wallet, []).append(line)
    return tuple(
        Contracts(wallet, to_cents(known_sum(line.gain for line in own)), tuple(own))
        for wallet, own in sorted(by_wallet.items())
    )


def sixty_forty(accounts: Iterable[Contracts]) -> tuple[int, int]:
    """Form 6781, lines 8 and 9 in cents: short, and long; together they are line 7."""
    net = sum(account.net for account in accounts)
    long = divide_half_even(net * 60, 100)
    return net - long, long


def to_cents(units: int) -> int:
    """Money in cents, half even."""
    return divide_half_even(units, _CENT)
