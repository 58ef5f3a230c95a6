"""The rules of the house hold in every tracked file, and each rule can fail."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.tidy import exactness, form, purity
from tests.tidy.source import Rule, Source

ROOT = Path(__file__).parents[1]
RULES = (*form.RULES, *exactness.RULES, *purity.RULES)

#: hosts of package registries, in pieces, since this file is tracked too
HOSTS = (
    "py" + "pi.org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "registry.yarn" + "pkg.com",
    "deb.debian" + ".org",
    "proxy.golang" + ".org",
    "crates" + ".io",
)
MACHINE_PATH = re.compile(r"(?<![\w.~/\-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me)/\w")


@cache
def tracked_files() -> tuple[str, ...]:
    """The paths that git tracks and that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return tuple(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file())


@cache
def sources() -> tuple[Source, ...]:
    """Every tracked Python file."""
    return tuple(
        Source.of(path, (ROOT / path).read_text("utf-8"))
        for path in tracked_files()
        if path.endswith(".py")
    )


def texts() -> list[tuple[str, str]]:
    """Every tracked file that is text, with its path."""
    found = []
    for path in tracked_files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            found.append((path, content.decode("utf-8", errors="replace")))
    return found


def lines_with(pattern: re.Pattern[str], text: str) -> list[int]:
    """The numbers of the lines in which a pattern stands."""
    return [n for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_holds(rule: Rule):
    faults = [fault for s in sources() if rule.holds_for(s.path) for fault in rule.faults(s)]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_can_fail(rule: Rule):
    path = rule.path or "ledger/case.py"
    assert rule.bad
    assert rule.holds_for(path)
    for snippet in rule.bad:
        assert rule.faults(Source.of(path, snippet)), snippet
    for snippet in rule.good:
        assert not rule.faults(Source.of(path, snippet)), snippet


def test_rule_names_are_unique():
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_no_tracked_file_names_a_registry():
    hosts = re.compile("|".join(map(re.escape, HOSTS)))
    assert lines_with(hosts, "\nhttps://" + HOSTS[0] + "/simple\n") == [2]
    assert not [f"{path}:{n}" for path, text in texts() for n in lines_with(hosts, text)]


def test_no_tracked_file_names_a_place_of_one_machine():
    assert lines_with(MACHINE_PATH, "cd /ho" + "me/x\n") == [1]
    assert not [f"{path}:{n}" for path, text in texts() for n in lines_with(MACHINE_PATH, text)]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes_and_no_address(lock: str):
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    packages = re.findall(r"^[^\s#].*(?:\n .*)*", text, re.MULTILINE)
    assert len(packages) > 100
    for package in packages:
        assert re.match(r"[\w.\-\[\]]+==\S+", package), package
        assert "--hash=sha256:" in package, package


def test_the_development_lock_contains_the_run_time_lock():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_command_line_starts_without_the_heavy_libraries():
    if not any(path.startswith("api/cli") for path in tracked_files()):
        pytest.skip("api/cli does not exist yet")
    script = (
        f"import api.cli.commands, sys; print([m for m in {purity.HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
