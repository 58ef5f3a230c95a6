"""Open lots of one pool and the balances of wallets come in; lots in wallets leave.

Rev. Proc. 2024-28, section 5.02, global allocation: the lots, in the order of a method, fill the
wallets in an order that was stated; each keeps its date and cost (§3.04), none is used twice.
"""

from collections.abc import Mapping

from ledger.tax.history.events import Fault
from ledger.tax.history.settings import Allocation
from ledger.tax.matching.holding import Holding, TaxLot


def allocate(
    pool: Holding, balances: Mapping[str, int], said: Allocation | None
) -> list[tuple[str, TaxLot]] | None:
    """(wallet, lot) pairs; None where several wallets hold units and no order covers them."""
    order = list(dict.fromkeys(said.wallets)) if said else []
    order += [name for name in sorted(balances) if name not in order]
    if len(balances) > 1 and (said is None or set(balances) - set(said.wallets)):
        return None
    method = said.method if said else "fifo"
    placed = []
    for wallet in order:
        taken, _ = pool.take(method, balances.get(wallet, 0))
        placed += [(wallet, lot.part(units, cost)) for lot, units, cost in taken]
    if order and pool.quantity:
        # units that no balance explains stay where the last units are
        placed += [(order[-1], lot) for lot in pool.settled()]
    return placed


def in_wallets(asset: str, balances: Mapping[str, int], faults: list[Fault]) -> dict[str, int]:
    """Wallets with units of an asset; those that gave more than they had are put to the faults."""
    for wallet, units in sorted(balances.items()):
        if units < 0:
            text = f"{asset}: {wallet} gave away more than came to it before basis is by wallet"
            faults.append(Fault("unmatched_transfer", text, None, ((asset, -units),)))
    return {name: units for name, units in balances.items() if units > 0}
