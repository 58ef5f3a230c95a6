"""Frankencoin's savings: a view in; deposits, interest that is credited, withdrawals out.

Sources: Frankencoin-ZCHF/FrankenCoin, contracts/savings/AbstractSavings.sol and Savings.sol;
addresses of the coin and of the savings from its deployments (@frankencoin/zchf).

Savings have no token: they are a position in units of the coin. Interest is credited to them, so
that the position itself earns it.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, position
from ledger.model.event import Event
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
)

NAME: Final = "frankencoin"
RANK: Final = 10

#: Saved(address saver, uint192 amount), Withdrawn(address saver, uint192 amount); saver indexed.
SAVED: Final = "0xf195ce54b48d5147da31c1fc525c8828b8836088b505a329e5de2b35da6731e2"
WITHDRAWN: Final = "0x47cf194f5e559cca0413017d38814a7843cc6f3052bc43c8085938774ae58151"
#: InterestCollected(address saver, uint256 interest, uint256 referrerFee), saver indexed; before
#: there were referrers without the last.
COLLECTED: Final = "0x9bbd517758fbae61197f1c1c04c8614064e89512dbaf4350dcdf76fcaa5e2161"
COLLECTED_WHOLE: Final = "0xed3bc1b58411ea8e764b3ef8fa6b654877bc1e796a5a1a2373dfc8f1c0e0ea48"

#: The coin on Ethereum, and on every other network.
ZCHF: Final = "0xb58e61c3098d85632df34eecfb899a1ed80921cb"
ZCHF_ELSEWHERE: Final = "0xd4dd9e2f021bb459d5a5f6c24c12fe09c5d45553"

#: Savings that are known: of them counts what others pay in for the fund, too. On Ethereum the
#: second is of before there were referrers (exports/address.config.ts).
KEEPERS: Final = frozenset(
    {
        ("eip155:1", "0x27d9ad987bde08a0d083ef7e0e4043c857a17b38"),
        ("eip155:1", "0x3bf301b0e2003e75a3e86ab82bd1eff6a9dfb2ae"),
        ("eip155:10", "0x6426324af1b14df3cd03b2d500529083c5ea61bc"),
        ("eip155:100", "0xbf594d0fed79ae56d910cb01b5dd4f4c57b04402"),
        ("eip155:137", "0xb519bae359727e69990c27241bef29b394a0acbd"),
        ("eip155:146", "0x4e104918908293cd6a93e1a9bbe06c345d751235"),
        ("eip155:8453", "0x6426324af1b14df3cd03b2d500529083c5ea61bc"),
        ("eip155:42161", "0xb41715e54e9f0827821a149ae8ec1af70aa70180"),
        ("eip155:43114", "0x8e7c2a697751a1ce7a8db51f01b883a27c5c8325"),
    }
)

SIGNS: Final = frozenset({SAVED, WITHDRAWN, *(keeper for _, keeper in KEEPERS)})

#: Others may pay in for an owned address, and savings may go out to others.
WITHOUT_LEGS: Final = frozenset({SAVED, WITHDRAWN})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned saver earned, paid in or took out."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for signature, words in ((COLLECTED, 2), (COLLECTED_WHOLE, 1)):
        for log in logs_with(view.activity, signature, 2, words):
            events += _credited(book, log, view)
    for log in logs_with(view.activity, SAVED, 2, 1):
        events += _saved(book, log, view.without(events))
    for log in logs_with(view.activity, WITHDRAWN, 2, 1):
        events += _taken(book, log, view.without(events))
    return book.recognised(events)


def _savings(view: ActivityView, log: Log) -> tuple[WalletId, AssetId, AssetId] | None:
    """The saver's wallet, the savings and the coin; None where the saver is not the fund's."""
    network, saver = view.activity.network, address_in(log.topics, 1)
    if saver not in view.owned:
        return None
    coin = erc20(network, ZCHF if network == "eip155:1" else ZCHF_ELSEWHERE)
    return wallet_id(network, saver), position(network, NAME, log.address), coin


def _known(view: ActivityView, log: Log) -> bool:
    return (view.activity.network, log.address) in KEEPERS


def _credited(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Interest that stays in the savings, less what a referrer took of it."""
    told, fee = _savings(view, log), number_in(log, 1) if log.topics[0] == COLLECTED else 0
    units = number_in(log, 0) - fee
    if told is None or units <= 0 or not _known(view, log):
        return ()
    legs = book.earn(told[0], told[1], units, told[2])
    return (event(view, "reward", legs, NAME),)


def _saved(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Coin that was paid in, by the fund or by others for it."""
    told, amount = _savings(view, log), number_in(log, 0)
    if told is None or not amount:
        return ()
    wallet, kept, coin = told
    paid = payments(view, {coin: -amount}) if view.acts else ()
    came = any(
        one.asset == coin and one.quantity == amount and one.recipient == log.address
        for one in view.activity.transfers
    )
    if paid:
        return (event(view, "vault_deposit", (*paid, *book.put(wallet, kept, amount, coin)), NAME),)
    if not came or not _known(view, log):
        return ()
    return (event(view, "receive", book.put(wallet, kept, amount, coin), NAME),)


def _taken(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Coin that came out of the savings, or went to somebody else."""
    told, amount = _savings(view, log), number_in(log, 0)
    if told is None or not amount:
        return ()
    wallet, kept, coin = told
    came = payments(view, {coin: amount})
    if came:
        legs, note = book.take(wallet, kept, amount, came)
        return (event(view, "vault_withdraw", legs, NAME, note),)
    if not _known(view, log):
        return ()
    legs, note = book.take(wallet, kept, amount, ())
    return (event(view, "send" if legs else "no_effect", legs, NAME, note),)
