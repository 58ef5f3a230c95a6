"""All protocols of the room, found by their place as the books find them."""

from importlib import import_module
from pathlib import Path

from eth_utils.crypto import keccak

from ledger import protocols

PROTOCOLS = tuple(
    import_module(f"ledger.protocols.{path.stem}")
    for path in sorted(Path(next(iter(protocols.__path__))).glob("[!_]*.py"))
)


def hashes_to(signature, topic):
    """Whether a topic is the hash of a log's signature."""
    return "0x" + keccak(text=signature).hex() == topic
