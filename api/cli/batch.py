"""A file of tax questions enters; one line of JSON for each leaves, and an exit code.

Nothing of the books is loaded, nor the library of commands, which take longer to start than a
batch to answer.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from api.errors import TO_LOOK_AT
from api.jobs.tax_batch import answer_batch
from ledger.model.errors import BadInput

#: What may stand in a line that asks nothing.
_BLANK: Final = " \t\n\r\v\f"
#: Bytes that are read at once: a long history is one long line.
_AT_ONCE: Final = 1 << 16


def file_of(words: Sequence[str]) -> str | None:
    """The file of `tax --batch FILE [--json]`; None where there is any other word."""
    rest = list(words[2:])
    if rest[1:] in ([], ["--json"]) and rest and not rest[0].startswith("-"):
        return rest[0]
    return None


def answer_file(batch: str) -> int:
    """One line of JSON for each line of the file; exit code 3 where one has problems."""
    lines = enumerate(_lines(batch), 1)
    asked = ((number, _parsed(line)) for number, line in lines if line.lstrip(_BLANK))
    to_look_at = False
    for answer in answer_batch(asked):
        sys.stdout.writelines((*answer.line, "\n"))
        to_look_at = to_look_at or answer.has_problems
    return TO_LOOK_AT if to_look_at else 0


def _lines(batch: str) -> Iterator[str]:
    """The lines of a file, whatever ends them, each when it is asked for; raises BadInput."""
    try:
        with open(  # noqa: PTH123 -- paths take longer to load than to read
            batch, buffering=_AT_ONCE, encoding="utf-8", errors="replace"
        ) as file:
            yield from file
    except OSError as error:
        from pathlib import Path

        raise BadInput(f"{Path(batch).name}: {error.strerror}") from error


def _parsed(line: str) -> object:
    """The value of a line; None where it is no JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
