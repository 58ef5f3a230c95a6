"""The last page: how far the figures can be trusted, what is open, and how to check them."""

from collections import defaultdict
from collections.abc import Sequence

from ledger.model.problem import PROBLEM_CODES, Problem
from reports.display import UNKNOWN, basis_points, minute, quantity, share
from reports.model import MonthlyFigures
from reports.names import asset_of, label_of, symbol_of
from reports.statement import Block, Cell, Column, Figure, Note, Page, Source, Table, Tile, Tiles
from reports.statements.monthly.words import amount, count

#: Rows of open matters that a page lists; the rest is counted.
ROWS_SHOWN = 12


def page(figures: MonthlyFigures) -> Page:
    """Coverage and proof, suspense, breaks and problems, what is in flight, how to verify."""
    at = f"{figures.month}/integrity"
    blocks: list[Block] = [_tiles(at, figures), _coverage(at, figures)]
    blocks.append(_breaks(at, figures))
    flying = sorted(each for each in figures.problems if each.code == "in_flight")
    if flying:
        rows = tuple((each.message, each.source) for each in flying[:ROWS_SHOWN])
        columns = (Column("In flight", 70, wrap=True), Column("Where", 30))
        blocks.append(Table("In flight at the month's end", columns, rows, note=_more(flying)))
    blocks.append(_problems(at, figures.problems))
    if figures.unexplained:
        blocks.append(_unexplained(at, figures))
    blocks.append(_how_to_verify(figures))
    return Page("Integrity", tuple(blocks))


def _more(items: Sequence[object]) -> str:
    return f"{len(items) - ROWS_SHOWN} more." if len(items) > ROWS_SHOWN else ""


def _tiles(at: str, figures: MonthlyFigures) -> Tiles:
    nav = figures.nav[-1].value if figures.nav else 0
    proven = sum(each.proven for each in figures.coverage)
    activities = sum(each.activities for each in figures.coverage)
    sources = Source("coverage", tuple(sorted(each.source for each in figures.coverage)))
    suspense = Source("books", ("suspense", *sorted(each.activity for each in figures.unexplained)))
    unknown = figures.suspense is None
    in_points = UNKNOWN if figures.suspense is None else basis_points(figures.suspense, nav)
    breaks = Source("break", tuple(sorted(f"{b.wallet}|{b.asset}" for b in figures.breaks)))
    problems = Source("problem", tuple(sorted({problem.code for problem in figures.problems})))
    return Tiles(
        (
            Tile(
                "Proven by the chain",
                Figure(f"{at}/proven", share(proven, activities), sources),
                f"{proven:,} of {activities:,} activities",
            ),
            Tile(
                "Suspense",
                Figure(f"{at}/suspense", in_points, suspense, "muted" if unknown else "plain"),
                "a price is missing"
                if unknown
                else amount(f"{at}/suspense/value", figures.suspense, suspense),
            ),
            Tile("Breaks", _counted(f"{at}/breaks", len(figures.breaks), breaks), "open"),
            Tile("Problems", _counted(f"{at}/problems", len(figures.problems), problems), "open"),
        )
    )


def _counted(identity: str, number: int, source: Source) -> Figure:
    return Figure(identity, f"{number:,}", source, "loss" if number else "plain")


def _coverage(at: str, figures: MonthlyFigures) -> Table:
    rows = []
    ordered = sorted(figures.coverage, key=lambda item: (item.source, item.first, item.last))
    for number, each in enumerate(ordered, 1):
        here, source = f"{at}/coverage/{number}", Source("coverage", (each.source,))
        rows.append(
            (
                figures.network_names.get(each.source, each.source.removeprefix("venue:")),
                minute(each.first),
                minute(each.last),
                count(f"{here}/activities", each.activities, source),
                count(f"{here}/proven", each.proven, source),
                Figure(f"{here}/share", share(each.proven, each.activities), source),
            )
        )
    columns = (
        Column("Source", 30),
        Column("First, UTC", 20),
        Column("Last, UTC", 20),
        Column("Activities", 12, "right"),
        Column("Proven", 10, "right"),
        Column("Share", 10, "right"),
    )
    note = "Proven: every quantity agrees with the chain's state or traces. Files prove nothing."
    return Table("Sources and coverage", columns, tuple(rows), note=note)


def _breaks(at: str, figures: MonthlyFigures) -> Block:
    if not figures.breaks:
        return Note("No observed balance differs from the ledger's.", "Breaks")
    ordered = sorted(figures.breaks, key=lambda each: (each.wallet, each.asset, each.block or 0))
    rows: list[tuple[Cell, ...]] = []
    for number, each in enumerate(ordered[:ROWS_SHOWN], 1):
        decimals = asset_of(each.asset, figures.assets).decimals
        source = Source("break", (f"{each.wallet}|{each.asset}", each.source))
        parts = (("ledger", each.ledger), ("observed", each.observed), ("off", each.difference))
        rows.append(
            (
                label_of(each.wallet, figures.wallets),
                symbol_of(each.asset, figures.assets),
                *(
                    Figure(f"{at}/break/{number}/{part}", quantity(units, decimals), source)
                    for part, units in parts
                ),
                "" if each.block is None else str(each.block),
            )
        )
    columns = (
        Column("Wallet", 20),
        Column("Asset", 14),
        Column("Ledger", 20, "decimal"),
        Column("Observed", 20, "decimal"),
        Column("Difference", 16, "decimal"),
        Column("Block", 12, "right"),
    )
    return Table("Breaks", columns, tuple(rows), note=_more(ordered))


def _problems(at: str, problems: Sequence[Problem]) -> Block:
    if not problems:
        return Note("None is open.", "Problems")
    by_code: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in sorted(problems):
        by_code[problem.code].append(problem)
    rows: list[tuple[Cell, ...]] = []
    for code, found in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0])):
        source = Source("problem", (code, *sorted({each.source for each in found})))
        first = found[0]
        place = f" ({first.file}:{first.line})" if first.file else ""
        rows.append(
            (
                code,
                count(f"{at}/problem/{code}", len(found), source),
                PROBLEM_CODES[code],
                f"{first.message}{place}",
            )
        )
    columns = (
        Column("Code", 22),
        Column("Count", 8, "right"),
        Column("Meaning", 34, wrap=True),
        Column("First of them", 36, wrap=True),
    )
    return Table("Problems", columns, tuple(rows))


def _unexplained(at: str, figures: MonthlyFigures) -> Table:
    ordered = sorted(figures.unexplained, key=lambda each: (each.order, each.leg.claim or ("", 0)))
    rows = []
    for number, each in enumerate(ordered[:ROWS_SHOWN], 1):
        leg = each.leg
        decimals = asset_of(leg.asset, figures.assets).decimals
        source = Source("books", (each.activity,))
        rows.append(
            (
                minute(each.time),
                label_of(leg.wallet, figures.wallets),
                symbol_of(leg.asset, figures.assets),
                Figure(f"{at}/unexplained/{number}", quantity(leg.quantity, decimals), source),
                each.reason,
            )
        )
    columns = (
        Column("Time, UTC", 18),
        Column("Wallet", 18),
        Column("Asset", 14),
        Column("Quantity", 18, "decimal"),
        Column("Why", 32, wrap=True),
    )
    return Table("In suspense", columns, tuple(rows), note=_more(ordered))


def _how_to_verify(figures: MonthlyFigures) -> Note:
    return Note(
        f"Books {figures.digest} at the month's end, made by Partita {figures.version}. The same"
        " evidence, prices and code give this file again, byte for byte: “partita report verify”"
        " makes it again from the books and compares. “partita verify” checks the seals of the"
        " stored journal, and “partita trace” leads from a figure to its postings and their"
        f" evidence. Figures are called by page, row and part: {figures.month}/cover/nav or"
        f" {figures.month}/strategies/month-total/net.",
        "How to verify",
    )
