"""Events and a policy enter; each event leaves with the strategy that it belongs to.

The first matching rule of the policy decides, then what a statement says, then the strategy of the
first wallet concerned that has one; else `unassigned`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ledger.model.asset import contract_of
from ledger.model.event import Event
from ledger.model.fund import Policy, StrategyRule, Wallet, WalletId

UNASSIGNED: Final = "unassigned"


def assign(
    events: Iterable[Event], policy: Policy, wallets: Mapping[WalletId, Wallet]
) -> tuple[Event, ...]:
    """The events in the same order, each with its strategy.

    Events of one group are one trade: the first of them that a rule or a statement names decides
    for those that nothing names.
    """
    known = tuple(events)
    named = [_named(event, policy) for event in known]
    by_group: dict[str, str] = {}
    for event, strategy in zip(known, named, strict=True):
        if event.group is not None and strategy is not None:
            by_group.setdefault(event.group, strategy)
    decided = (
        strategy or by_group.get(event.group or "") or _of_wallets(event, wallets)
        for event, strategy in zip(known, named, strict=True)
    )
    return tuple(
        event if event.strategy == strategy else replace(event, strategy=strategy)
        for event, strategy in zip(known, decided, strict=True)
    )


def matches(rule: StrategyRule, event: Event) -> bool:
    """Whether every field that the rule gives fits the event.

    `contract` fits the called contract, the counterparty of a leg, or the contract of its asset.
    """
    if rule.kind is not None and rule.kind != event.kind:
        return False
    if rule.protocol is not None and rule.protocol != event.protocol:
        return False
    if rule.wallet is not None and rule.wallet not in _wallets_of(event):
        return False
    return rule.contract is None or rule.contract.lower() in _contracts_of(event)


def _named(event: Event, policy: Policy) -> str | None:
    rule = next((rule for rule in policy.strategy_rules if matches(rule, event)), None)
    return event.strategy if rule is None else rule.strategy


def _of_wallets(event: Event, wallets: Mapping[WalletId, Wallet]) -> str:
    owners = (wallets[owner] for owner in _wallets_of(event) if owner in wallets)
    return next((owner.strategy for owner in owners if owner.strategy), UNASSIGNED)


def _wallets_of(event: Event) -> tuple[WalletId, ...]:
    owners = [leg.wallet for leg in event.legs]
    if event.fee is not None:
        owners.append(event.fee.wallet)
    return tuple(dict.fromkeys(owners))


def _contracts_of(event: Event) -> set[str]:
    contracts = {event.called.lower()}
    for leg in event.legs:
        contracts |= {leg.counterparty.lower(), contract_of(leg.asset) or ""}
    return contracts - {""}
