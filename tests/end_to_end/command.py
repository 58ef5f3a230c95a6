"""Words of a command → exit code, standard output and standard error, in this process."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.settings import settings


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Command:
    """`partita` in a folder of its own, with a database of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Done:
        settings.cache_clear()
        before = Path.cwd()
        os.chdir(self.folder)
        code = 0
        try:
            with self.monkeypatch.context() as patched:
                patched.setattr(sys, "argv", ["partita", *words])
                main()
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            os.chdir(before)
            settings.cache_clear()
        said = self.capsys.readouterr()
        return Done(code, said.out, said.err)

    def write(self, name: str, *lines: str) -> str:
        """A file in the folder; gives its name."""
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines))
        return name
