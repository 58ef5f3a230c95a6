"""The command `partita`: words in, data out, an exit code of design.md 5."""

import gc
import os
import sys

from api.errors import BAD_INPUT, answer_for
from ledger.model.errors import BadInput, PartitaError


def main() -> None:
    """Run the command; faults that Partita names become one line and their exit code."""
    try:
        _run(sys.argv[1:])
    except PartitaError as fault:
        sys.stderr.write(f"partita: {fault.code}: {fault}\n")
        sys.exit(answer_for(fault)[0])
    except BrokenPipeError:
        # who reads has enough, and what is still to be written goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as fault:
        if fault.filename is None:
            raise
        # a place that a person named and that cannot be written, or read
        sys.stderr.write(f"partita: {BadInput.code}: {fault.filename}: {fault.strerror}\n")
        sys.exit(BAD_INPUT)


def _answered(words: list[str]) -> int | None:
    """The exit code of a batch of tax questions; None where the words ask for something else.

    A batch makes no circles: none are looked for from its first module on, nor on the way out.
    """
    gc.disable()
    try:
        from api.cli.batch import answer_file, file_of  # the engine alone

        batch = file_of(words)
        code = None if batch is None else answer_file(batch)
        gc.freeze()
    finally:
        gc.enable()
    return code


def _run(words: list[str]) -> None:
    """The help, or a batch of tax questions, which need nothing of the rest; else a command."""
    if words[:2] == ["tax", "--batch"]:
        code = _answered(words)
        if code is not None:
            sys.exit(code)
    from api.cli.outline import outline, tree_with

    if words == ["--help"]:
        outline()()  # names and a sentence each
    tree = tree_with(words[0]) if words else None  # one room of the ledger
    if tree is None:
        from api.cli.commands import app  # all of them, to say what there is

        tree = app
    tree()
