"""Names of subjects or figures enter; measurements, results.json and the page's table leave.

python -m benchmarks              everything
python -m benchmarks short        all but the subjects that take minutes each
python -m benchmarks lots demo    subjects, or the subjects of figures
"""

import importlib
import pkgutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from benchmarks import results
from benchmarks.figure import Figure, Unmeasured

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "performance.md"

#: The word for whatever takes no minutes.
SHORT = "short"


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
    """The subjects that words name, by their own name or a figure's; for no word all of them."""
    if not words:
        return list(known)
    named = []
    for word in words:
        if word == SHORT:
            owners = [name for name, each in known.items() if not getattr(each, "LONG", False)]
        else:
            owners = [name for name, each in known.items() if word == name or word in each.WHAT]
        if not owners:
            raise SystemExit(f"nothing is called {word}; subjects: {', '.join(known)}")
        named += owners
    return list(dict.fromkeys(named))


def main(words: list[str]) -> None:
    """Measure, keep what was measured, and say what could not be."""
    known = subjects()
    what = {name: text for each in known.values() for name, text in each.WHAT.items()}
    for name in chosen(words, known):
        figures, why = measured(known[name])
        if why:
            print(f"{name}: not measured, figures stay as they were: {why}", flush=True)
        command = f"python -m benchmarks {name}"
        day = datetime.now(UTC).date()
        kept = results.merged(results.load(RESULTS), figures, what, command, day)
        results.save(RESULTS, kept)
        results.write_table(PAGE, kept, what)


def measured(subject: ModuleType) -> tuple[list[Figure], str]:
    """The figures of a subject, each told as it comes, and why there are no more of them."""
    figures: list[Figure] = []
    try:
        for figure in subject.figures():
            figures.append(figure)
            ratio = figure.value / figure.floor
            shown = f"{figure.value:10.3g} {figure.unit}"
            print(
                f"{figure.name:<20}{shown:<44}floor {figure.floor:8.3g}  ratio {ratio:8.3g}",
                flush=True,
            )
    except Unmeasured as lack:
        return figures, str(lack)
    return figures, ""


if __name__ == "__main__":
    main(sys.argv[1:])
