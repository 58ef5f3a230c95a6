"""dYdX's margin accounts and Dolomite's: a view in; flash loans, deposits and loans out.

Source: dydxprotocol/solo, contracts/protocol/lib/Events.sol (logs) and Actions.sol; dolomite-
exchange/dolomite-margin, which has its logs; addresses from docs.dydx.exchange (SoloMargin) and
docs.dolomite.io (Arbitrum).

An operation may overdraw an account while it runs: what was taken out and put back in one is a
flash loan, whose price are two units. An account counts what it has or owes of each market with a
sign. Where one step takes it across zero, which of what moved was a loan is in no log: that step is
left alone.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import debt, position
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, asset_at
from ledger.shapes import (
    ActivityView,
    Loan,
    Recognised,
    address_in,
    event,
    flash_loan,
    logs_with,
    number_in,
    payments,
)

NAME: Final = "dydx_margin"
RANK: Final = 10

#: LogDeposit(address accountOwner, uint256 accountNumber, uint256 market, ((bool sign,
#: uint256 value) deltaWei, (bool sign, uint128 value) newPar) update, address from), accountOwner
#: indexed; LogWithdraw of the same shape with address to.
DEPOSITED: Final = "0x2bad8bc95088af2c247b30fa2b2e6a0886f88625e0945cd3051008e0e270198f"
WITHDRAWN: Final = "0xbc83c08f0b269b1726990c8348ffdf1ae1696244a14868d766e542a2f18cd7d4"

#: Contract → protocol: SoloMargin on Ethereum, DolomiteMargin on Arbitrum.
CONTRACTS: Final = {
    "0x1e0447b19bb6ecfdae1e4ae1694b0c3659614e4e": "dydx",
    "0x6bd780e7fdf01d77e4d475c821f1e7ae05409072": "dolomite",
}

SIGNS: Final = frozenset({*CONTRACTS})


def recognise(view: ActivityView) -> Recognised | None:
    """A loan within the operation takes all; else each step of an account of the fund's."""
    steps = [
        log
        for topic in (WITHDRAWN, DEPOSITED)
        for log in logs_with(view.activity, topic, 2, 7)
        if log.address in CONTRACTS and address_in(log.topics, 1) in view.owned
    ]
    if not steps:
        return None
    name = CONTRACTS[steps[0].address]
    lent = flash_loan(view, _loans(view, steps), name)
    if lent is not None:
        return Recognised((lent,))
    book, events = Book(view, name), tuple[Event, ...]()
    for log in sorted(steps, key=lambda each: each.index):
        events += _step(book, view.without(events), log)
    return book.recognised(events)


def _loans(view: ActivityView, steps: list[Log]) -> list[Loan]:
    """What was taken of a market, and as much at least put back later."""
    found: list[Loan] = []
    for out in steps:
        for back in steps:
            same = out.address == back.address and _account(out) == _account(back)
            later = out.topics[0] == WITHDRAWN and back.topics[0] == DEPOSITED
            amount, paid = number_in(out, 3), number_in(back, 3)
            asset = asset_at(view, amount, {out.address})
            if same and later and out.index < back.index and asset and paid >= amount:
                found.append(Loan(asset, amount, paid - amount, out.address))
    return found


def _account(log: Log) -> tuple[str, int, int]:
    """Owner and number of an account, and the market."""
    return address_in(log.topics, 1), number_in(log, 0), number_in(log, 1)


def _step(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """One deposit or withdrawal, where the account is on one side of zero all along."""
    owner, number, market = _account(log)
    put_in, amount = log.topics[0] == DEPOSITED, number_in(log, 3)
    owes = not number_in(log, 4) and number_in(log, 5) > 0
    units = -amount if put_in else amount
    asset = asset_at(view, units, {log.address})
    legs = payments(view, {asset: units}) if asset is not None and amount else ()
    if not legs or asset is None:
        return ()
    network, name = view.activity.network, f"{log.address}.{owner}.{number}.{market}"
    wallet = wallet_id(network, owner)
    kept, owed = position(network, book.protocol, name), debt(network, book.protocol, name)
    has, due = bool(book.held(wallet, kept)), bool(book.held(wallet, owed))
    settled = put_in and due and not number_in(log, 5)
    if (put_in and owes) or settled or (owes and not has):
        # more than is known of a debt that is paid to the last unit is interest
        change = book.owe(wallet, owed, units, asset)
        return (event(view, "repay" if put_in else "borrow", (*legs, *change), book.protocol),)
    if due or owes:
        return ()
    if put_in:
        made = book.put(wallet, kept, amount, asset)
        return (event(view, "lend_deposit", (*legs, *made), book.protocol),)
    back, note = book.take(wallet, kept, amount, legs)
    return (event(view, "lend_withdraw", back, book.protocol, note),)
