"""A German tax year enters; the rows of Anlage SO for virtual currencies leave.

Since 2023 private sales of virtual currencies have lines 41 to 47 of Anlage SO: what (42), acquired
and sold (43), price (44), cost (45), expenses (46), gain (47). What was held for more than a year
is free (§ 23 (1) no. 2 EStG) and stands with its gain apart: the tax report names it (BMF
2025-03-06, Rz. 29b and 53). Receipts are listed for § 22 no. 3 (lines 10 to 16) with their kind:
which of them belong there is a decision. The threshold of § 23 (3) EStG is one on the year, and no
row's.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from reports.csv import Cell, Number
from reports.exports._years import assessed_lines, problem_of, to_cents, year_in
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of
from reports.zones import zone_of

NAME: Final = "anlage_so"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("de",))
HEADER: Final = (
    "Vorschrift", "Zeile 42 Wirtschaftsgut", "Menge", "Zeile 43 Anschaffung",
    "Zeile 43 Veräußerung", "Zeile 44 Veräußerungspreis", "Zeile 45 Anschaffungskosten",
    "Zeile 46 Werbungskosten", "Zeile 47 Gewinn/Verlust", "steuerfreier Gewinn/Verlust",
    "Einnahmen § 22 Nr. 3", "Art der Leistung", "Wallet", "source", "lot", "problem",
)  # fmt: skip
NUMERIC: Final = frozenset(("Menge", *HEADER[5:11]))

_ZONE: Final = "Europe/Berlin"


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A row a matched lot by time, in cents, half even; then a row a receipt."""
    year = year_in(figures, NAME, "EUR")
    zone = zone_of(year, _ZONE)
    for line in assessed_lines(year):
        free = line.term == "long"
        gain = to_cents(line.gain)
        yield (
            "§ 23 steuerfrei" if free else "§ 23",
            symbol_of(line.asset, figures.assets),
            Number(quantity_text(line.asset, line.quantity, figures.assets)),
            "" if line.acquired is None else _day(line.acquired, zone),
            _day(line.disposed, zone),
            to_cents(line.proceeds),
            to_cents(line.cost),
            to_cents(line.fees),
            None if free else gain,
            gain if free else None,
            None,
            "",
            line.wallet,
            line.source,
            line.lot,
            problem_of(line),
        )
    for one in sorted(
        year.income, key=lambda line: (line.time, line.source, line.kind, line.asset)
    ):
        quantity = Number(quantity_text(one.asset, one.quantity, figures.assets))
        problem = "missing_price" if one.value is None else ""
        symbol = symbol_of(one.asset, figures.assets)
        amounts = (None, None, None, None, None, to_cents(one.value))
        yield ("§ 22 Nr. 3", symbol, quantity, _day(one.time, zone), "", *amounts, one.kind, "",
               one.source, "", problem)  # fmt: skip


def _day(time: datetime, zone: ZoneInfo) -> str:
    """A date as German forms write it, where the taxpayer lives."""
    return time.astimezone(zone).strftime("%d.%m.%Y")
