"""All protocols of the room, found by their place as the books find them."""

from importlib import import_module
from pathlib import Path

from ledger import protocols

PROTOCOLS = tuple(
    import_module(f"ledger.protocols.{path.stem}")
    for path in sorted(Path(next(iter(protocols.__path__))).glob("[!_]*.py"))
)
