"""Networks → their nodes, through the one bounded transport."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.model.errors import BadInput
from ledger.transport import Node, Transport, json_rpc


@contextmanager
def transport(*, by_operator: bool = False) -> Iterator[Transport]:
    """A transport for the time of one job.

    Private addresses are allowed where the operator's setting says so, or where the operator gave
    the address on the command line (`by_operator`).
    """
    from api.settings import settings

    limits = settings()
    opened = Transport(
        allow_private=by_operator or limits.allow_private_nodes,
        timeout_seconds=limits.node_timeout_seconds,
    )
    try:
        yield opened
    finally:
        opened.close()


def confirming_node_for(opened: Transport, network: str, rpc: str | None = None) -> Node | None:
    """The second node of a network, where there is one: the address given, else the operator's."""
    if rpc is not None:
        return json_rpc(opened, rpc)
    from api.settings import settings

    known = settings().confirming_nodes.get(network)
    return None if known is None else json_rpc(opened, known.get_secret_value())


def node_for(opened: Transport, network: str, rpc: str | None = None) -> Node:
    """The node of a network: the address given, else the operator's. Raises BadInput."""
    if rpc is not None:
        return json_rpc(opened, rpc)
    from api.settings import settings

    known = settings().nodes.get(network)
    if known is None:
        raise BadInput(f"no node for {network}: give --rpc or set PARTITA_NODES")
    return json_rpc(opened, known.get_secret_value())
