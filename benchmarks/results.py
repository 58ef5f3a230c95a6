"""Figures enter; the file of results and the table of the page leave, those not measured kept."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure

Results = dict[str, dict[str, Any]]

FIELDS = ("value", "unit", "floor", "ratio", "command", "date")
_BEGIN, _END = "<!-- figures: written by `make bench` -->\n", "<!-- end of figures -->\n"


def load(path: Path) -> Results:
    """The results measured so far, by name."""
    found: Results = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def merged(
    known: Results, figures: Iterable[Figure], what: Mapping[str, str], command: str, day: date
) -> Results:
    """The results with these figures in place of older ones; names that no subject has are gone."""
    new = {
        figure.name: {
            "value": _short(figure.value),
            "unit": figure.unit,
            "floor": _short(figure.floor),
            "ratio": _short(figure.value / figure.floor),
            "command": command,
            "date": day.isoformat(),
        }
        for figure in figures
    }
    both = {**known, **new}
    return {name: both[name] for name in what if name in both}


def save(path: Path, results: Results) -> None:
    """Write the results, a name a line block, in the order of the subjects."""
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


def write_table(page: Path, results: Results, what: Mapping[str, str]) -> None:
    """Put the table of all results between the marks of the page."""
    text = page.read_text("utf-8")
    head, begun, rest = text.partition(_BEGIN)
    _, ended, tail = rest.partition(_END)
    assert begun and ended, f"{page.name} has no place for figures"
    page.write_text(head + begun + "".join(_table(results, what)) + ended + tail, "utf-8")


def _table(results: Results, what: Mapping[str, str]) -> Iterable[str]:
    yield "| name | value | floor | ratio | what is measured |\n|---|---|---|---|---|\n"
    for name, row in results.items():
        value = f"{row['value']} {row['unit']}"
        yield f"| `{name}` | {value} | {row['floor']} | {row['ratio']} | {what[name]} |\n"


def _short(number: float) -> float:
    """Three digits that count: more of them would only be noise."""
    return float(f"{number:.3g}")
