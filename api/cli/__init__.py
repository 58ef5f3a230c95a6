"""The command `partita`: words in, data out, an exit code of design.md 5."""

import gc
import sys

from api.errors import answer_for
from ledger.model.errors import PartitaError


def main() -> None:
    """Run the command; faults that Partita names become one line and their exit code."""
    try:
        _run(sys.argv[1:])
    except PartitaError as fault:
        sys.stderr.write(f"partita: {fault.code}: {fault}\n")
        sys.exit(answer_for(fault)[0])


def _run(words: list[str]) -> None:
    """The help, or a batch of tax questions, which need nothing of the rest; else a command."""
    if words[:2] == ["tax", "--batch"]:
        gc.disable()  # a batch makes no circles, and looks for none, from its first module on
        from api.cli.batch import answer_file, file_of  # the engine alone

        batch = file_of(words)
        if batch is not None:
            code = answer_file(batch)
            gc.freeze()  # nor on the way out
            gc.enable()
            sys.exit(code)
        gc.enable()
    from api.cli.outline import outline, tree_with

    if words == ["--help"]:
        outline()()  # names and a sentence each
    tree = tree_with(words[0]) if words else None  # one room of the ledger
    if tree is None:
        from api.cli.commands import app  # all of them, to say what there is

        tree = app
    tree()
