"""Gnosis Pay: spent by card, given back, cashback and referrals."""

import pytest

from ledger.protocols import gnosis_pay as pay
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GNOSIS = "eip155:100"


def read(text, *, logs=(), network=GNOSIS):
    one = activity(text, logs=logs, caller="x", called="spender", network=network)
    return only(one, PROTOCOLS, wallets("w", network=network))


def test_a_payment_by_card_is_spent():
    assert hashes_to("Spend(address,address,address,uint256)", pay.SPEND)
    event = read(f"w > {pay.SETTLEMENT} 9 EURE")
    assert (event.kind, event.protocol, event.note) == ("send", "gnosis_pay", "stated:spend")


def test_a_payment_to_another_settlement_is_known_by_its_log():
    told = log(3, "spender", pay.SPEND, data=["EURE", "module", "settlement", 9])
    assert read("w > settlement 9 EURE", logs=[told]).protocol == "gnosis_pay"
    assert read("w > settlement 8 EURE", logs=[told]).protocol is None
    assert read("w > other 9 EURE", logs=[told]).protocol is None


def test_two_tokens_of_one_balance_are_one_payment():
    told = log(3, "spender", pay.SPEND, data=["EURE", "module", pay.SETTLEMENT, 9])
    event = read(f"w > {pay.SETTLEMENT} 9 NEW; w > {pay.SETTLEMENT} 9 EURE", logs=[told])
    assert len(event.legs) == 2


@pytest.mark.parametrize(
    ("giver", "kind"),
    [(pay.SETTLEMENT, "receive"), (pay.CASHBACK, "reward"), (pay.REFERRALS, "reward")],
)
def test_what_comes_back_and_what_is_earned(giver, kind):
    event = read(f"{giver} > w 9 GNO")
    assert (event.kind, event.protocol) == (kind, "gnosis_pay")


def test_the_same_addresses_elsewhere_are_somebody_else():
    assert read(f"{pay.CASHBACK} > w 9 GNO", network="eip155:1").protocol is None
