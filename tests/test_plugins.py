"""A plug-in is one file in its room: it has its test, its line in the docs, and stands alone."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.tidy.source import imported

ROOT = Path(__file__).parents[1]

ROOMS = (
    "ledger/chains",
    "ledger/venues",
    "ledger/protocols",
    "ledger/prices/sources",
    "ledger/tax/regimes",
    "reports/statements",
    "reports/exports",
)
#: modules that stand in a room and are no plug-in: tables that the plug-ins of the room read
TABLES = {"ledger/chains/networks"}


def plugins(root: Path) -> list[str]:
    """The plug-ins of a tree as paths without ending: files, and folders that are packages."""
    found = []
    for room in ROOMS:
        for path in sorted((root / room).glob("[!_]*")):
            is_module = path.suffix == ".py" or (path / "__init__.py").is_file()
            name = f"{room}/{path.stem}"
            if is_module and name not in TABLES:
                found.append(name)
    return found


def missing_tests(root: Path) -> list[str]:
    """Plug-ins without a test file of their name at the mirrored place."""
    return [
        f"{name}: no tests/{name.rpartition('/')[0]}/test_{name.rpartition('/')[2]}.py"
        for name in plugins(root)
        if not _test_of(root, name)
    ]


def _test_of(root: Path, name: str) -> bool:
    room, _, plugin = name.rpartition("/")
    place = root / "tests" / room
    file, folder = place / f"test_{plugin}.py", place / plugin
    return file.is_file() or any(folder.glob("test_*.py"))


def missing_lines(root: Path) -> list[str]:
    """Plug-ins that docs/plugins.md does not name with their path."""
    page = root / "docs" / "plugins.md"
    text = page.read_text("utf-8") if page.is_file() else ""
    return [
        f"{name}: no line in docs/plugins.md" for name in plugins(root) if f"`{name}" not in text
    ]


def dependent(root: Path) -> list[str]:
    """Imports of one plug-in by another of its room; what begins with `_` is the room's own."""
    faults = []
    names = set(plugins(root))
    for name in names:
        room = name.rpartition("/")[0]
        file = root / f"{name}.py"
        files = [file] if file.is_file() else sorted((root / name).rglob("*.py"))
        for path in files:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for module in imported(node):
                    other = module.replace(".", "/")
                    if other != name and other in names and other.startswith(f"{room}/"):
                        faults.append(f"{name} imports {other}")
    return faults


def repeated_lines(root: Path) -> list[str]:
    """Plug-ins that stand twice in a table of docs/plugins.md."""
    page = root / "docs" / "plugins.md"
    rows = page.read_text("utf-8").splitlines() if page.is_file() else []
    begins = tuple(f"| `{room}/" for room in ROOMS)
    named = Counter(row.split("`")[1] for row in rows if row.startswith(begins))
    return [
        f"{name}: {times} lines in docs/plugins.md" for name, times in named.items() if times > 1
    ]


@pytest.mark.parametrize("check", [missing_tests, missing_lines, repeated_lines, dependent])
def test_each_plugin_is_whole_and_stands_alone(check):
    faults = check(ROOT)
    assert not faults, "\n" + "\n".join(faults)


def plant(root: Path, path: str, text: str = '"""A case."""\n') -> None:
    """Write a file of a small tree."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")


def test_a_plugin_without_test_and_line_is_found(tmp_path: Path):
    plant(tmp_path, "ledger/venues/__init__.py")
    plant(tmp_path, "ledger/venues/_rows.py")
    plant(tmp_path, "ledger/venues/kraken.py")
    assert missing_tests(tmp_path) == [
        "ledger/venues/kraken: no tests/ledger/venues/test_kraken.py"
    ]
    assert missing_lines(tmp_path) == ["ledger/venues/kraken: no line in docs/plugins.md"]
    plant(tmp_path, "tests/ledger/venues/test_kraken.py")
    plant(tmp_path, "docs/plugins.md", "| `ledger/venues/kraken.py` | Kraken |\n")
    assert not missing_tests(tmp_path) + missing_lines(tmp_path)


def test_a_plugin_that_became_a_folder_is_found(tmp_path: Path):
    plant(tmp_path, "ledger/chains/evm/__init__.py")
    plant(tmp_path, "ledger/chains/networks.py")
    assert plugins(tmp_path) == ["ledger/chains/evm"]
    plant(tmp_path, "tests/ledger/chains/evm/test_fetch.py")
    assert not missing_tests(tmp_path)


def test_a_plugin_that_imports_its_neighbour_is_found(tmp_path: Path):
    plant(tmp_path, "ledger/venues/_rows.py")
    plant(tmp_path, "ledger/venues/koinly.py", "from ledger.venues._rows import rows\n")
    assert not dependent(tmp_path)
    plant(tmp_path, "ledger/venues/kraken.py", "from ledger.venues import koinly\n")
    assert dependent(tmp_path) == ["ledger/venues/kraken imports ledger/venues/koinly"]
