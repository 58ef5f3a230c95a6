"""Bridges that routers use: an activity in; what the one of them that was used says out."""

from ledger.protocols import _hop, _layerzero, _omnibridge
from ledger.protocols._bridges import Said
from ledger.shapes import ActivityView


def carried(view: ActivityView) -> Said:
    """The words of the one message of another bridge that a router sent here; empty without one."""
    found = [
        said
        for carrier in (_hop, _layerzero, _omnibridge)
        for said in carrier.carried(view)
        if said.message
    ]
    return found[0] if len(found) == 1 else Said()
