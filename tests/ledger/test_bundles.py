"""A payment to the producer that is a transaction of its own, and the trade it was made for."""

import pytest

from ledger.link import link
from ledger.nav.trades import trades
from ledger.protocols import _maker_vaults, aave_v3, balancer, makerdao
from ledger.protocols._scaled import MINT
from tests.ledger import written
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, wallets
from tests.ledger.protocols.registry import PROTOCOLS

OWNED = wallets()
BUY, SELL = "bot > pool 100 U; pool > bot 50 A", "bot > pool 50 A; pool > bot 104 U"
PAID = "w > producer 9 ETH"


def at(index, text, block=100):
    return activity(text, index=index, block=block, called="bot", name=f"b{block}i{index}")


def groups(*activities):
    events = [event for one in activities for event in events_of(one, PROTOCOLS, OWNED)]
    return [event.group for event in link(events, OWNED).events]


@pytest.mark.parametrize("paid_at", [2, 4])
def test_a_producer_paid_beside_a_trade_is_paid_for_it(paid_at):
    name = f"bundle:{NETWORK}:100:{min(3, paid_at)}"
    assert groups(at(3, BUY), at(paid_at, PAID)) == [name, name]


def test_a_payment_after_a_sandwich_belongs_to_it():
    assert groups(at(3, BUY), at(5, SELL), at(6, PAID)) == [f"sandwich:{NETWORK}:100:3"] * 3


def test_of_two_trades_the_one_before_the_payment_counts():
    name = f"bundle:{NETWORK}:100:3"
    assert groups(at(3, BUY), at(4, PAID), at(5, BUY)) == [name, name, None]


def test_a_payment_apart_from_a_trade_or_in_another_block_stands_alone():
    assert groups(at(3, BUY), at(5, PAID)) == [None, None]
    assert groups(at(3, BUY), at(4, PAID, block=101)) == [None, None]
    assert groups(at(3, "w > bob 5 U"), at(4, PAID)) == [None, None]


def test_a_trade_that_paid_by_itself_needs_no_other():
    assert groups(at(3, f"{BUY}; bot > producer 1 ETH"), at(4, SELL)) == [None, None]


# ---- a loan and what it paid for -----------------------------------------------------------------

POOL = aave_v3.POOLS[0]
#: 100 U are lent, pay a debt of 100, bring 110 D, which are sold for 106 U, of which 100 go back.
LIQUIDATED = """vault > bot 100 U@1; bot > aU 100 U@2; aU > bot 110 D@3
bot > pair 110 D@5; pair > bot 106 U@6; bot > vault 100 U@7"""


LOGS = (
    (4, POOL, aave_v3.LIQUIDATION_CALL, ("D", "U", "x"), (100, 110, "bot", 0)),
    (8, "vault", balancer.FLASH_LOAN, ("bot", "U"), (100, 0)),
)


def liquidation():
    logs = [log(place, who, topic, *of, data=data) for place, who, topic, of, data in LOGS]
    return activity(LIQUIDATED, logs=logs, index=3, called="bot", fee=0)


def test_a_loan_beside_the_liquidation_that_it_paid_for_is_one_trade():
    events = link(events_of(liquidation(), PROTOCOLS, OWNED), OWNED).events
    assert [event.kind for event in events] == ["liquidation", "flash_loan"]
    assert {event.group for event in events} == {f"bundle:{NETWORK}:100:3"}


@pytest.mark.parametrize(("premium", "entries", "result"), [(0, 1, 4), (1, 2, 3)])
def test_it_has_one_result_net_of_what_was_paid_for_it(premium, entries, result):
    # 6 U are left of the sale, less the premium and 2 of gas
    dollars = {"U": 1, "D": 1, "ETH": 2 * 10**15}
    text = LIQUIDATED.replace("vault 100 U@7", f"vault {100 + premium} U@7")
    logs = (LOGS[0], (8, "vault", balancer.FLASH_LOAN, ("bot", "U"), (100, premium)))
    paid = written.transaction(7, text, logs, called="bot", fee=1_000)
    books = written.books_of(paid, prices=dollars, assets=written.tokens("U", "D"))
    (trade,) = trades(books.entries, books.booking.disposals)
    assert (len(trade.entries), trade.result) == (entries, result * 10**18)
    held = {lot.asset: lot.quantity for lot in books.booking.open}
    assert held == {asset("U"): 6 - premium}


def test_the_sale_of_the_collateral_is_part_of_the_liquidation():
    taken, lent = events_of(liquidation(), PROTOCOLS, OWNED)
    assert [leg.quantity for leg in taken.legs] == [-100, 110, -110, 106]
    assert [(leg.quantity, leg.counterparty) for leg in lent.legs] == [
        (100, address("vault")),
        (-100, address("vault")),
    ]
    assert (taken.protocol, lent.protocol) == ("aave_v3", "balancer")


def test_a_producer_paid_next_to_it_is_paid_for_all_of_it():
    name = f"bundle:{NETWORK}:100:3"
    assert groups(liquidation(), at(4, PAID)) == [name, name, name]


def test_a_loan_that_is_all_of_a_transaction_needs_no_group():
    alone = activity(
        "vault > bot 100 U@1; bot > pair 100 U@2; pair > bot 106 U@3; bot > vault 100 U@4",
        logs=[log(5, "vault", balancer.FLASH_LOAN, "bot", "U", data=(100, 0))],
        called="bot",
    )
    assert groups(alone) == [None]


def test_a_loan_that_opens_a_position_is_no_trade_with_it():
    supplied = activity(
        """vault > bot 100 U@1; bot > aS 130 S@2; zero > bot 130 aS@3; zero > bot 101 dU@6
        aU > bot 101 U@8; bot > vault 101 U@10""",
        logs=[
            log(4, "aS", MINT, "bot", "bot", data=(130, 0, 1)),
            log(5, POOL, aave_v3.SUPPLY, "S", "bot", 0, data=("bot", 130)),
            log(7, "dU", MINT, "bot", "bot", data=(101, 0, 1)),
            log(9, POOL, aave_v3.BORROW, "U", "bot", 0, data=("bot", 101, 2, 1)),
            log(11, "vault", balancer.FLASH_LOAN, "bot", "U", data=(100, 1)),
        ],
        called="bot",
    )
    assert set(groups(supplied)) == {None}


def test_a_loan_that_was_made_and_burnt_is_apart_from_what_else_was():
    dai = f"{NETWORK}/erc20:{_maker_vaults.DAI}"
    (lender, _) = makerdao.LENDERS
    text = LIQUIDATED.replace("vault", "zero").replace(" U@", f" {dai}@")
    made = activity(
        f"{text}; zero > bot 5 LP@9; bot > zero 4 LP@10",
        logs=[
            log(
                4,
                POOL,
                aave_v3.LIQUIDATION_CALL,
                "D",
                _maker_vaults.DAI,
                "x",
                data=(100, 110, "bot", 0),
            ),
            log(8, lender, makerdao.FLASH_LOAN, "bot", data=(_maker_vaults.DAI, 100, 0)),
        ],
        called="bot",
    )
    events = {event.kind: event for event in events_of(made, PROTOCOLS, OWNED)}
    assert events["flash_loan"].protocol == "makerdao"
    assert [leg.quantity for leg in events["flash_loan"].legs] == [100, -100]
