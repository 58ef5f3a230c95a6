"""An Australian income year enters; the amounts of the capital gains tax schedule leave.

Labels of the schedule for companies, trusts and funds, with those of question 18 of the
individual's return. Losses go against gains without discount first (ITAA 1997 s. 102-5); what is
left of gains on assets held for more than twelve months is halved (s. 115-100: individuals and
trusts; a complying fund has a third, a company none). Losses of earlier years (2C) are not in the
books of a year.
"""

from collections.abc import Iterator
from typing import Final

from ledger.model.amount import portion
from reports.csv import Cell, Number
from reports.exports._years import assessed_lines, exact, to_whole, year_in
from reports.model import ExportFigures

NAME: Final = "au_cgt"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("au",))
HEADER: Final = ("label", "question 18", "what", "exact", "entry", "source")
NUMERIC: Final = frozenset(("exact", "entry"))

_SOURCE: Final = "tax_lines"
#: The year to 30 June 2027: what follows (Act No. 49 of 2026) is not computed (docs/tax/au.md, 3).
_LAST_DISCOUNT: Final = 2027


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A row a label, exact and in whole dollars, half even; a CGT event is a matched parcel."""
    year = year_in(figures, NAME, "AUD")
    lines = assessed_lines(year)
    known = [(line.term, line.gain) for line in lines if line.gain is not None]
    gains = sum(gain for _, gain in known if gain > 0)
    longer = sum(gain for term, gain in known if gain > 0 and term == "long")
    losses = -sum(gain for _, gain in known if gain < 0)
    applied = min(gains, losses)
    discounted = longer - max(0, applied - (gains - longer))
    discount = portion(discounted, 1, 2) if year.year <= _LAST_DISCOUNT else 0
    for label, question, what, amount in (
        ("1J", "H", "total current year capital gains", gains),
        ("2A", "", "total current year capital losses", losses),
        ("2B", "", "total current year capital losses applied", applied),
        ("2E", "", "total capital losses applied", applied),
        ("3B", "V", "other net capital losses carried forward", losses - applied),
        ("4A", "", "total CGT discount applied", discount),
        (
            "6A",
            "A",
            "net capital gain, before losses of earlier years (2C)",
            gains - applied - discount,
        ),
    ):
        yield (label, question, what, exact(amount), to_whole(amount), _SOURCE)
    unknown = Number(str(len(lines) - len(known)))
    yield ("", "", "parcels without a figure, in no amount above", unknown, unknown, _SOURCE)
