"""Names of subjects or figures enter; measurements, results.json and the page's table leave.

python -m benchmarks              everything that is quick
python -m benchmarks lots         a subject, or the subject of a figure
python -m benchmarks demo venues  what takes minutes is measured only when it is asked for
"""

import importlib
import pkgutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from benchmarks import results
from benchmarks.figure import Figure

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "performance.md"


def subjects() -> dict[str, ModuleType]:
    """The modules of this folder that measure, by name."""
    found = {}
    for module in pkgutil.iter_modules([str(HERE)]):
        if module.name != "__main__":
            loaded = importlib.import_module(f"benchmarks.{module.name}")
            if hasattr(loaded, "WHAT"):
                found[module.name] = loaded
    return found


def chosen(words: list[str], known: dict[str, ModuleType]) -> list[str]:
    """The subjects that words name, by their own name or a figure's; the quick ones for none."""
    if not words:
        return [name for name, each in known.items() if not getattr(each, "WHEN_ASKED", False)]
    named = []
    for word in words:
        owners = [name for name, each in known.items() if word == name or word in each.WHAT]
        if not owners:
            raise SystemExit(f"nothing is called {word}; subjects: {', '.join(known)}")
        named += owners
    return list(dict.fromkeys(named))


def main(words: list[str]) -> None:
    """Measure, and keep what was measured."""
    known = subjects()
    what = {name: text for each in known.values() for name, text in each.WHAT.items()}
    for name in chosen(words, known):
        figures: list[Figure] = []
        for figure in known[name].figures():
            figures.append(figure)
            ratio = figure.value / figure.floor
            shown = f"{figure.value:10.3g} {figure.unit}"
            print(
                f"{figure.name:<20}{shown:<44}floor {figure.floor:8.3g}  ratio {ratio:8.3g}",
                flush=True,
            )
        command = f"python -m benchmarks {name}"
        day = datetime.now(UTC).date()
        kept = results.merged(results.load(RESULTS), figures, what, command, day)
        results.save(RESULTS, kept)
        results.write_table(PAGE, kept, what)


if __name__ == "__main__":
    main(sys.argv[1:])
