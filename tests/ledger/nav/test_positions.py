"""What is held, what is owed, what is spam."""

from ledger.lots.booking import book
from ledger.model.fund import Policy
from ledger.nav.positions import positions
from tests.ledger.notation import entry

BUY = entry(
    1,
    """asset:w ETH 10 acquire = 100
    asset:w USD -100 dispose = -100""",
)


def held(found):
    return [(one.wallet, one.asset, one.quantity, one.liability) for one in found]


def test_wallets_flights_escrow_and_debts_are_positions():
    sent = entry(
        2,
        """asset:w ETH -4 move
        transit:bridge:1 ETH 3 move
        transit:escrow:seaport ETH 1 move
        liability:w DEBT 7""",
    )
    assert held(positions([sent, BUY])) == [
        ("transit:bridge:1", "symbol:ETH", 3, False),
        ("transit:escrow:seaport", "symbol:ETH", 1, False),
        ("w", "iso4217:USD", -100, False),
        ("w", "symbol:DEBT", 7, True),
        ("w", "symbol:ETH", 6, False),
    ]


def test_later_entries_and_empty_balances_are_no_positions():
    sold = entry(2, "asset:w ETH -10 dispose")
    assert "symbol:ETH" in {one.asset for one in positions([BUY, sold], BUY.time)}
    assert "symbol:ETH" not in {one.asset for one in positions([BUY, sold])}


def test_units_that_left_unexplained_are_no_position():
    sent = entry(
        2,
        """asset:w ETH -4 move
        suspense:unmatched ETH 4 move""",
    )
    assert ("w", "symbol:ETH", 6, False) in held(positions([BUY, sent]))
    assert not [one for one in positions([BUY, sent]) if "suspense" in one.wallet]


def test_spam_is_no_position_wherever_it_goes():
    spam = entry(
        2,
        """asset:w SCAM 5
        suspense:spam SCAM -5""",
        kind="spam",
    )
    moved = entry(
        3,
        """asset:w SCAM -5 move
        asset:v SCAM 5 move""",
    )
    assert "symbol:SCAM" not in {one.asset for one in positions([BUY, spam, moved])}


def test_a_token_that_was_also_bought_is_no_spam():
    dust = entry(
        2,
        """asset:w ETH 1
        suspense:spam ETH -1""",
        kind="spam",
    )
    assert ("w", "symbol:ETH", 11, False) in held(positions([dust, BUY]))


def test_positions_know_the_cost_of_their_lots():
    gift = entry(2, "asset:v ETH 1 acquire")
    lots = book([BUY, gift], Policy()).open
    costs = {one.wallet + one.asset: one.cost for one in positions([BUY, gift], lots=lots)}
    assert costs["wsymbol:ETH"] == 100
    assert costs["vsymbol:ETH"] is None


def test_more_units_out_than_in_stay_visible_as_a_negative_position():
    assert ("w", "iso4217:USD", -100, False) in held(positions([BUY]))
