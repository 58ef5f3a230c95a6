"""The page of the sample fund enters; what it says is planted and counted in the sample leaves."""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "sample-fund.md"


@dataclass(frozen=True, slots=True)
class Plant:
    """Something planted: how often, and the transaction or asset of the first of them."""

    count: int
    network: str
    id: str


def planted() -> dict[str, Plant]:
    """The table of what is planted, by what it is."""
    return {
        what: Plant(int(count), network, id_.strip("`"))
        for what, count, network, id_ in _rows("What is planted")
    }


def counted() -> dict[str, int]:
    """The table of how much of what there is."""
    return {what: int(count) for what, count in _rows("How much")}


def values() -> dict[str, str]:
    """The table of values without a ledger: time of the last block → US dollars."""
    return {row[0]: row[1] for row in _rows("Value without a ledger")}


def _rows(title: str) -> list[tuple[str, ...]]:
    """The rows of the table of a section, without its head."""
    section = PAGE.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in lines[2:]]
