"""StarkEx exchanges, dYdX's third version first: a view in; what went there and came back out.

Sources: starkware-libs/starkex-contracts, Deposits.sol and Withdrawals.sol; docs.dydx.exchange and
docs.rhino.fi, docs.immutable.com, contracts on Ethereum.

On the other side a balance is kept under a key of its own, without a token and without a number.
"""

from typing import Final

from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "starkex"
RANK: Final = 10

#: LogDeposit(address depositorEthKey, uint256 starkKey, uint256 vaultId, uint256 assetType,
#: uint256 nonQuantizedAmount, uint256 quantizedAmount), nothing indexed, as of all that follow.
LOG_DEPOSIT: Final = "0x06724742ccc8c330a39a641ef02a0b419bd09248360680bb38159b0a8c2635d6"
#: LogWithdrawalPerformed(uint256 ownerKey, uint256 assetType, uint256 nonQuantizedAmount,
#: uint256 quantizedAmount, address recipient).
LOG_WITHDRAWAL: Final = "0xb7477a7b93b2addc5272bbd7ad0986ef1c0d0bd265f26c3dc4bbe42727c2ac0c"

#: (network, exchange) → its name
EXCHANGES: Final = {
    ("eip155:1", "0xd54f502e184b6b739d7d27a6410a67dc462d69c8"): "dydx",
    ("eip155:1", "0x5d22045daceab03b158031ecb7d9d06fad24609b"): "rhino_fi",
    ("eip155:1", "0x5fdcca53617f4d2b9134b29090c87d01058e27e9"): "immutable_x",
}

SIGNS: Final = frozenset({LOG_DEPOSIT, LOG_WITHDRAWAL})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits of owned depositors, withdrawals to owned recipients, over proxies too."""
    network = view.activity.network
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, LOG_DEPOSIT, 1, 6):
        if word_address(log, 0) in view.owned or view.acts:
            rest = view.without(events)
            places = {log.address, view.called}
            paid = exact(rest, -number_in(log, 4), other=places)
            name = EXCHANGES.get((network, log.address), NAME)
            events += (event(rest, "bridge_out", paid, name),) if paid else ()
    for log in logs_with(view.activity, LOG_WITHDRAWAL, 1, 5):
        if word_address(log, 4) in view.owned:
            rest = view.without(events)
            came = exact(rest, number_in(log, 2), other={log.address})
            name = EXCHANGES.get((network, log.address), NAME)
            events += (event(rest, "bridge_in", came, name),) if came else ()
    return Recognised(events) if events else None
