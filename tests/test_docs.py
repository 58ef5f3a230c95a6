"""What the documents say is so: commands, settings, problem codes, figures and links exist."""

import importlib
import inspect
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydantic_settings import BaseSettings
from typer import Typer
from typer.main import get_command

from ledger.model.errors import PartitaError
from ledger.model.problem import PROBLEM_CODES

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
#: programs that the README may call beside make and partita
PROGRAMS = {"git", "cd", "sudo", "apt-get", "curl", "export", "open", "xdg-open", "docker"}


def needed(path: str) -> str:
    """The text of a file; the test is skipped, with the reason, while its room does not exist."""
    if not (ROOT / path).is_file():
        pytest.skip(f"{path} does not exist yet")
    return (ROOT / path).read_text("utf-8")


def module_of(name: str) -> ModuleType:
    """A module of the project; the test is skipped, with the reason, while it does not exist."""
    path = ROOT / name.replace(".", "/")
    if not path.with_suffix(".py").is_file() and not (path / "__init__.py").is_file():
        pytest.skip(f"{name} does not exist yet")
    return importlib.import_module(name)


def named_in_lines(text: str, name: str) -> set[str]:
    """The names in code that open a table row, a list item or a heading."""
    return set(re.findall(rf"^(?:\|\s*|\s*[-*] |#+ )`({name})", text, re.MULTILINE))


def shell_commands(markdown: str) -> Iterator[list[str]]:
    """The commands in the fenced `sh` blocks of a page, as words."""
    for block in re.findall(
        r"^```(?:sh|bash|shell|console)\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL
    ):
        for line in block.replace("\\\n", " ").splitlines():
            for command in re.split(r"&&|;|\|", re.sub(r"(?:^|\s)#.*", "", line)):
                words = command.strip().removeprefix("$ ").split()
                if words:
                    yield words


def make_targets(makefile: str) -> set[str]:
    """The targets that the Makefile explains."""
    return set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))


def cli_commands() -> set[str]:
    """Every command as `fund create`; a group is one only if it runs by itself."""
    cli = module_of("api.cli.commands")
    assert isinstance(cli.app, Typer), "api.cli.commands.app is the command line"
    return set(_leaves(get_command(cli.app), ""))


def _leaves(command, path: str) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if not below:
        yield path
        return
    if path and command.invoke_without_command:
        yield path
    for name, child in below.items():
        yield from _leaves(child, f"{path} {name}".strip())


def unknown_commands(markdown: str, targets: set[str], commands: set[str]) -> list[str]:
    """Commands of a page that nothing answers to."""
    unknown = []
    for words in shell_commands(markdown):
        program = words[0].rpartition("/")[2]
        if program == "make":
            asked = {word for word in words[1:] if "=" not in word and not word.startswith("-")}
            if asked - targets:
                unknown.append(" ".join(words))
        elif program == "partita":
            said = " ".join(word for word in words[1:4] if not word.startswith("-"))
            if not any(f"{said} ".startswith(f"{command} ") for command in commands):
                unknown.append(" ".join(words))
        elif program not in PROGRAMS:
            unknown.append(" ".join(words))
    return unknown


def problem_codes() -> set[str]:
    """The codes of problems and of the world's faults, whichever room declares them."""
    module_of("api.cli.commands")
    module_of("ledger.store.schema")
    return set(PROBLEM_CODES) | {kind.code for kind in _kinds(PartitaError)}


def _kinds(trunk: type[PartitaError]) -> Iterator[type[PartitaError]]:
    yield trunk
    for kind in trunk.__subclasses__():
        yield from _kinds(kind)


def environment_names() -> set[str]:
    """The environment variables that api.settings reads."""
    module = module_of("api.settings")
    return {
        f"{value.model_config.get('env_prefix', '')}{field}".upper()
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, BaseSettings) and value is not BaseSettings
        for field in value.model_fields
    }


def tracked_pages() -> list[Path]:
    """Every markdown page that git tracks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [ROOT / path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def dead_links(page: Path) -> list[str]:
    """Relative links and pictures of a page that lead nowhere."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    dead = []
    for target in re.findall(r"\]\(\s*<?([^)\s>]+)", text):
        if re.match(r"[a-z]+:|#", target):
            continue
        if not (page.parent / target.partition("#")[0]).exists():
            dead.append(f"{page.name}: {target}")
    return dead


@pytest.mark.parametrize("page", PAGES)
def test_the_standing_pages_are_there(page: str):
    assert needed(page).startswith("# ")


def test_every_command_in_the_readme_exists():
    readme = needed("README.md")
    assert list(shell_commands(readme)), "the README shows no command"
    assert not unknown_commands(readme, make_targets(needed("Makefile")), cli_commands())


def test_every_make_target_is_explained_by_help():
    phony = re.findall(r"^\.PHONY: (help .*)$", needed("Makefile"), re.MULTILINE)
    assert set(phony[0].split()) == make_targets(needed("Makefile"))


def test_every_problem_code_has_its_line_and_every_line_its_code():
    page = needed("docs/problems.md")
    assert named_in_lines(page, r"[a-z][a-z_]+") == problem_codes()


def test_every_setting_has_its_line_and_every_line_its_setting():
    page = needed("docs/settings.md")
    assert named_in_lines(page, r"PARTITA_[A-Z_]+") == environment_names()


def test_every_command_has_its_line_and_every_line_its_command():
    page = needed("docs/commands.md")
    commands = cli_commands()
    lines = {line.removeprefix("partita ") for line in named_in_lines(page, r"partita [^`]+")}
    shown = {c for c in commands if any(f"{line} ".startswith(f"{c} ") for line in lines)}
    assert commands - shown == set()
    assert {x for x in lines if not any(f"{x} ".startswith(f"{c} ") for c in commands)} == set()


def test_every_measured_figure_has_its_line_and_every_line_its_figure():
    results = json.loads(needed("benchmarks/results.json"))
    page = needed("docs/performance.md")
    assert named_in_lines(page, r"[a-z0-9_.\-]+") == set(results)
    for name, result in results.items():
        assert {"value", "unit", "floor", "ratio", "command", "date"} <= set(result), name


def absent_tests(page: str) -> list[str]:
    """Tests that a page names as `tests/FILE.py::test_name` and that are not there."""
    absent = []
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page):
        path = ROOT / file
        if not path.is_file() or f"def {name}(" not in path.read_text("utf-8"):
            absent.append(f"{file}::{name}")
    return absent


def test_every_tax_regime_has_its_page_and_every_choice_its_tests():
    for regime in (ROOT / "ledger/tax/regimes").glob("[!_]*.py"):
        page = needed(f"docs/tax/{regime.stem}.md")
        choices = re.findall(r"^## \d+\. .*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
        assert choices, regime.stem
        for choice in choices:
            heads = re.findall(r"^- \*\*(\w+)\.\*\*", choice, re.MULTILINE)
            assert heads == ["Decision", "Why", "Status", "Code", "Tests"], choice
            assert "::test_" in choice, choice
        assert not absent_tests(page)


def test_every_relative_link_leads_somewhere():
    dead = [link for page in tracked_pages() for link in dead_links(page)]
    assert not dead


def test_a_command_that_does_not_exist_is_found():
    lines = (
        "$ make demo OUT=x  # all",
        "make dance",
        "partita fund create x",
        "partita fly",
        "rm x",
    )
    page = "\n".join(("```sh", *lines, "```\n"))
    found = unknown_commands(page, {"demo"}, {"fund create"})
    assert found == ["make dance", "partita fly", "rm x"]


def test_only_the_name_that_opens_a_line_counts():
    text = "| `bad_row` | see `bad_time` |\n- `stale` old\n## `spam`\nin `text`\n"
    assert named_in_lines(text, "[a-z_]+") == {"bad_row", "stale", "spam"}


def test_a_test_that_is_not_there_is_found():
    page = "`tests/test_docs.py::test_a_dead_link_is_found` `tests/test_docs.py::test_gone`"
    assert absent_tests(page) == ["tests/test_docs.py::test_gone"]


def test_a_dead_link_is_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#x) [b](gone.md) [c](https://x.example) `[d](no.md)`\n", "utf-8")
    assert dead_links(page) == ["page.md: gone.md"]
