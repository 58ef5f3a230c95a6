"""Texts → a strategy rule whose wallet, contract and kind there are."""

from api.desk import Desk
from api.given import name
from ledger.chains import evm
from ledger.model.errors import BadInput, NotFound
from ledger.model.event import EVENT_KINDS
from ledger.model.fund import StrategyRule


def rule_of(
    desk: Desk,
    strategy: str,
    wallet: str | None = None,
    contract: str | None = None,
    kind: str | None = None,
    protocol: str | None = None,
) -> StrategyRule:
    """A rule from texts; `wallet` is a label, id or address of the fund's.

    Raises BadInput for a kind that events have not, a malformed contract or name, and NotFound for
    a wallet that the fund has not.
    """
    if kind is not None and kind not in EVENT_KINDS:
        raise BadInput(
            f"no event is of the kind {kind[:40]!r}; kinds: {', '.join(sorted(EVENT_KINDS))}"
        )
    owner = None if wallet is None else desk.wallet_called(wallet)
    if wallet is not None and owner is None:
        raise NotFound(f"no wallet is called {wallet!r}; partita wallet list shows them")
    return StrategyRule(
        name("the strategy", strategy),
        None if owner is None else owner.id,
        None if contract is None else evm.parse_address(contract),
        kind,
        None if protocol is None else name("the protocol", protocol),
    )
