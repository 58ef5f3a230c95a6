"""Lots carried across assets: parts of one acquisition that move together are one lot."""

from datetime import UTC, datetime, timedelta

from ledger.journal import chart
from ledger.lots.booking import book
from ledger.model.activity import microseconds
from ledger.model.asset import AssetId, currency, erc20
from ledger.model.entry import Entry, Posting
from ledger.model.fund import Policy, WalletId

NETWORK = "eip155:1"
FIRST, SECOND, SHARE = (erc20(NETWORK, "0x" + letter * 40) for letter in "abc")
WALLET = chart.wallet(WalletId(f"{NETWORK}:0x{'d' * 40}"))
OTHER = chart.trading()


def entry(number: int, *postings: Posting) -> Entry:
    time = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    order = (microseconds(time), NETWORK, number, 0, f"e{number}")
    return Entry(f"e{number}", "swap", time, order, postings)


def bought(number: int, asset: AssetId, cost: int) -> Entry:
    return entry(
        number,
        Posting(WALLET, asset, 1_000_003, "acquire", cost),
        Posting(OTHER, asset, -1_000_003, "none", -cost),
        Posting(WALLET, currency("USD"), -cost, "none", -cost),
        Posting(OTHER, currency("USD"), cost, "none", cost),
    )


def moved(number: int, sign: int) -> Entry:
    """All of both assets into a pool for its share, or out of it again."""
    pairs = ((FIRST, -sign * 1_000_003), (SECOND, -sign * 1_000_003), (SHARE, sign * 500))
    postings = [
        posting
        for asset, quantity in pairs
        for posting in (
            Posting(WALLET, asset, quantity, "move", quantity),
            Posting(OTHER, asset, -quantity, "none", -quantity),
        )
    ]
    return entry(number, *postings)


def test_round_trips_through_a_pool_do_not_multiply_lots():
    entries = [bought(0, FIRST, 700), bought(1, SECOND, 301)]
    for trip in range(40):
        entries += [moved(2 + 2 * trip, 1), moved(3 + 2 * trip, -1)]
    booking = book(entries, Policy())
    assert len(booking.open) <= 4
    assert sum(lot.cost or 0 for lot in booking.open) == 1001
    assert {lot.asset: lot.quantity for lot in booking.open}.keys() == {FIRST, SECOND}
    assert len({lot.id for lot in booking.open}) == len(booking.open)
    assert not booking.disposals
    assert not booking.problems
