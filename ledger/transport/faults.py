"""What the network answers badly leaves as faults of the world: refused by a node, or busy."""

from ledger.model.errors import SourceUnavailable


class NodeError(SourceUnavailable):
    """A JSON-RPC error that a node answered; `rpc_code` is its number."""

    def __init__(self, message: str, rpc_code: int) -> None:
        super().__init__(message)
        self.rpc_code = rpc_code

    @property
    def reverted(self) -> bool:
        """Whether a contract's own code refused the call; anything else is the node's trouble."""
        words = ("revert", "invalid opcode", "invalid jump", "out of gas", "stack underflow")
        return self.rpc_code == 3 or any(word in str(self).lower() for word in words)


class SourceBusy(SourceUnavailable):
    """A source that may answer if asked again, after `wait_seconds` at least."""

    def __init__(self, message: str, wait_seconds: int = 0) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
