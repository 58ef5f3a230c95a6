"""Logs of a block enter; what the transaction right before ours made the same contracts say leaves.

It is what a back-run follows: without it nothing shows that there was one. Kept are logs of the
kinds that our own transaction made the same contract write; transfers of tokens are no such kind,
for any two transactions have them in common.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from ledger.chains.evm.answers import answers_of
from ledger.chains.evm.frames import number
from ledger.chains.evm.logs import DEPOSIT, TRANSFER, WITHDRAWAL, read_log
from ledger.model.activity import Activity
from ledger.model.evidence import RawTransaction

#: Approval(address,address,uint256)
_APPROVAL: Final = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
_COMMON: Final = frozenset({TRANSFER, _APPROVAL, DEPOSIT, WITHDRAWAL})
#: How a body begins that has what `logs_ahead` gave: its keys are sorted, and this is the first.
_KEY: Final = b'{"ahead":['


def logs_ahead(
    receipt: Mapping[str, Any], others: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Of other transactions' logs in the block those of the one before ours, of the same kinds."""
    logs = receipt.get("logs") or ()
    ours = {_kind(log) for log in logs if isinstance(log, Mapping)} - {None}
    try:
        before = number(receipt["transactionIndex"]) - 1
        found = [
            log
            for log in others
            if number(log.get("transactionIndex")) == before and _kind(log) in ours
        ]
    except (KeyError, ValueError):
        return []
    return sorted(found, key=lambda log: number(log.get("logIndex")))


def with_ahead(raw: RawTransaction, activity: Activity) -> Activity:
    """The activity with the logs right before it that its evidence has."""
    if not raw.body.startswith(_KEY):
        return activity
    try:
        ahead = tuple(read_log(row) for row in answers_of(raw).get("ahead") or ())
    except (AttributeError, KeyError, TypeError, ValueError):
        return activity
    return replace(activity, ahead=ahead)


def _kind(log: Mapping[str, Any]) -> tuple[str, str] | None:
    """Contract and first topic of a log; None where it tells nothing of its own."""
    topics = log.get("topics") or ()
    if not topics or str(topics[0]).lower() in _COMMON:
        return None
    return str(log.get("address")).lower(), str(topics[0]).lower()
