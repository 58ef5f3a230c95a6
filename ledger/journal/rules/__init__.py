"""Events and unexplained movements enter, balanced entries leave: one rule each event kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ledger.journal import chart
from ledger.journal.rules import bridges, carry, earnings, escrow, loans, parties, trade
from ledger.journal.rules.beside import network_fee
from ledger.journal.rules.case import Case, Valuer, against, posted
from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, Posting
from ledger.model.event import EVENT_KINDS, Event, Unexplained
from ledger.model.evidence import EvidenceId
from ledger.model.fund import WalletId, network_of_wallet

__all__ = ("RULES", "Accrual", "Valuer", "accrual_entry", "entries_for", "suspense_entry")

#: A rule books every leg of an event; the network fee is booked for all of them alike.
Rule = Callable[[Case], list[Posting]]

RULES: Final[Mapping[str, Rule]] = {
    "swap": trade.trade,
    "nft_trade": trade.trade,
    "flash_loan": trade.trade,
    "liquidation": loans.liquidation,
    "borrow": loans.loan,
    "repay": loans.loan,
    "wrap": carry.carried,
    "unwrap": carry.carried,
    "migrate": carry.carried,
    "pool_deposit": carry.carried,
    "pool_withdraw": carry.carried,
    "lend_deposit": carry.carried,
    "lend_withdraw": carry.carried,
    "vault_deposit": carry.carried,
    "vault_withdraw": carry.carried,
    "stake": carry.carried,
    "unstake": carry.carried,
    "own_transfer": carry.moved,
    "bridge_move": carry.moved,
    "bridge_out": bridges.bridge_out,
    "bridge_in": bridges.bridge_in,
    "order_open": escrow.held,
    "order_fill": escrow.filled,
    "order_cancel": escrow.held,
    "perp_open": escrow.held,
    "perp_change": escrow.held,
    "perp_close": escrow.held,
    "option_buy": escrow.bought,
    "option_write": escrow.written,
    "option_exercise": escrow.bought,
    "option_expiry": escrow.expired,
    "reward": earnings.reward,
    "airdrop": earnings.airdrop,
    "pool_fees": earnings.pool_fees,
    "mint": earnings.mint,
    "burn": earnings.burn,
    "donation": earnings.donation,
    "service_fee": earnings.service_fee,
    "inclusion_payment": earnings.inclusion_payment,
    "gas_only": earnings.fee_only,
    "failed": earnings.fee_only,
    "approval": earnings.fee_only,
    "no_effect": earnings.fee_only,
    "receive": parties.unmatched,
    "send": parties.unmatched,
    "spam": parties.spam,
    "contribution": parties.contribution,
    "redemption": parties.redemption,
}

assert RULES.keys() == EVENT_KINDS, "each event kind has one rule"

#: An accrual is seen at the end of its block, after every transaction in it.
_AFTER_ALL: Final = 2**31 - 1


def entries_for(
    event: Event,
    value: Valuer,
    partner: Event | None = None,
    evidence: tuple[EvidenceId, ...] = (),
    others: tuple[Event, ...] = (),
) -> Entry | None:
    """The entry of an event; None where nothing moved.

    `partner` is the event that sent what a `bridge_in` receives (both have the same group),
    `others` those that sent what came with it, in the order of its legs. Values
    of postings come from the event's own legs and statement first, then from `value`.
    """
    case = Case(event, value, partner, others)
    fee = network_fee(case, "failed" if event.kind == "failed" else "gas")
    postings = RULES[event.kind](case) + fee
    if not postings:
        return None
    return Entry(
        id=event.id,
        kind=event.kind,
        time=event.time,
        order=event.order,
        postings=tuple(postings),
        evidence=evidence,
        protocol=event.protocol,
        strategy=event.strategy,
        group=event.group,
        txid=event.txid,
        network=event.network,
        called=event.called,
        note=event.note,
    )


def suspense_entry(
    unexplained: Unexplained, value: Valuer, evidence: tuple[EvidenceId, ...] = ()
) -> Entry:
    """A movement that no event explains, against Suspense; what left keeps its lots there."""
    leg, activity = unexplained.leg, unexplained.activity
    number = 0 if leg.claim is None else leg.claim[1]
    network, _, txid = activity.partition("/tx:")
    if leg.role == "debt":
        postings = posted(chart.debt(leg.wallet), leg.asset, leg.quantity)
        postings += posted(chart.suspense("unexplained"), leg.asset, -leg.quantity)
    else:
        gone = leg.quantity < 0
        worth = value(leg.asset, leg.quantity, unexplained.time) if gone else None
        postings = against(
            chart.suspense("unexplained"), leg.wallet, leg.asset, leg.quantity, worth, moved=gone
        )
    return Entry(
        id=f"{activity}#suspense-{number}",
        kind="suspense",
        time=unexplained.time,
        order=unexplained.order,
        postings=tuple(postings),
        evidence=evidence,
        txid=txid,
        network=network if txid else network_of_wallet(leg.wallet),
        note=unexplained.reason,
    )


@dataclass(frozen=True, slots=True)
class Accrual:
    """Base units by which a balance was found to have grown (or shrunk) without a transaction.

    `debt` says that the units are owed; `block` is where the balance was seen, 0 if by time alone.
    `touched` says that it was seen because a transaction of the block after it moved the asset: at
    that one time a node may have been asked for the balance of that block itself.
    """

    wallet: WalletId
    asset: AssetId
    quantity: int
    time: datetime
    kind: Literal["interest", "staking", "reward"]
    debt: bool = False
    block: int = 0
    protocol: str | None = None
    strategy: str | None = None
    touched: bool = False


def accrual_entry(accrual: Accrual, value: Valuer, evidence: tuple[EvidenceId, ...] = ()) -> Entry:
    """Time's own entry: income at its value then; of a debt, an expense for interest."""
    owner, asset, quantity = accrual.wallet, accrual.asset, accrual.quantity
    worth = value(asset, quantity, accrual.time)
    opposite = None if worth is None else -worth
    if accrual.debt:
        postings = posted(chart.debt(owner), asset, quantity, "none", opposite)
        postings += posted(chart.expense("interest"), asset, -quantity, "none", worth)
    else:
        postings = against(chart.income(accrual.kind), owner, asset, quantity, worth)
    moment = microseconds(accrual.time)
    network = network_of_wallet(owner)
    name = f"time:{accrual.kind}:{owner}:{asset}:{moment}"
    name += f":{accrual.block}" if accrual.touched else ""
    return Entry(
        id=name,
        kind="accrual",
        time=accrual.time,
        order=(moment, network, accrual.block, _AFTER_ALL, name),
        postings=tuple(postings),
        evidence=evidence,
        protocol=accrual.protocol,
        strategy=accrual.strategy,
        network=network,
    )
