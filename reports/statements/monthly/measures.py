"""The fifth page: every measure of risk with what it means and rests on, and the correlations."""

from reports.display import UNKNOWN, hundredths, measured
from reports.model import MonthlyFigures
from reports.statement import Block, Cell, Column, Figure, Heat, HeatCell, Note, Page, Source, Table
from reports.statements.monthly.words import count
from risk.model import Correlation, Measure

SHORT = {
    "var": "VaR",
    "es": "ES",
    "evar": "EVaR",
    "dar": "DaR",
    "cdar": "CDaR",
    "cagr": "CAGR",
    "irr": "IRR",
}
COLUMNS = (
    Column("Measure", 22, wrap=True),
    Column("Value", 12, "right"),
    Column("Error", 9, "right"),
    Column("Sample", 9, "right"),
    Column("Definition", 42, wrap=True),
    Column("Parameters", 26, wrap=True),
)


def page(figures: MonthlyFigures) -> Page:
    """A row a measure; one that cannot be stated says why. Then the matrix of correlations."""
    at, risk = f"{figures.month}/risk", figures.risk
    rows = tuple(_row(f"{at}/{measure.name}", measure) for measure in risk.measures)
    note = (
        f"Daily returns from {risk.start.isoformat()} to {risk.end.isoformat()}. Losses of value at"
        " risk and expected shortfall are shown positive, as a part of net asset value. The error"
        " is the standard error of the estimate where one is known."
    )
    blocks: list[Block] = [Table("Measures", COLUMNS, rows, note=note)]
    if risk.correlation is not None and risk.correlation.names:
        blocks.append(_correlations(at, risk.correlation))
    else:
        blocks.append(Note("Fewer than two strategies have returns to compare.", "Correlations"))
    return Page("Risk", tuple(blocks))


def _row(at: str, measure: Measure) -> tuple[Cell, ...]:
    source = Source("measure", (measure.name,))
    known = measure.value is not None
    meaning = measure.definition + ("" if known else f". Not stated: {measure.reason}.")
    error = "" if measure.error is None else f"± {measured(measure.error, measure.unit)}"
    return (
        _said(measure.name),
        Figure(at, measured(measure.value, measure.unit), source, "plain" if known else "muted"),
        Figure(f"{at}/error", error, source, "muted") if error else "",
        count(f"{at}/sample", measure.sample, source),
        meaning,
        ", ".join(f"{name} {value}" for name, value in measure.parameters),
    )


def _said(name: str) -> str:
    """`var_historical_95` as `VaR historical 95%`."""
    words = [SHORT.get(word, word) for word in name.split("_")]
    words[-1] += "%" if len(words) > 1 and words[-1].isdecimal() else ""
    return " ".join((words[0][:1].upper() + words[0][1:], *words[1:]))


def _correlations(at: str, matrix: Correlation) -> Heat:
    rows = []
    for index, name in enumerate(matrix.names):
        cells = [
            _cell(f"{at}/correlation/{index + 1}/{number}", (name, other), value)
            for number, (other, value) in enumerate(
                zip(matrix.names, matrix.rows[index], strict=True), 1
            )
        ]
        rows.append((f"{index + 1}  {name}", tuple(cells)))
    return Heat(
        "correlations",
        "Correlation of daily results between strategies",
        tuple(str(number) for number in range(1, len(matrix.names) + 1)),
        tuple(rows),
        note=f"From {matrix.sample} days. n/a: one of the two does not move.",
    )


def _cell(identity: str, names: tuple[str, str], value: float | None) -> HeatCell:
    source = Source("measure", ("correlation", *names))
    if value is None:
        return HeatCell(Figure(identity, UNKNOWN, source, "muted"))
    return HeatCell(Figure(identity, measured(value, "ratio"), source), hundredths(value))
