"""Echo: money that waits in a deal, its fee, and what was given back."""

from ledger.classify import after
from ledger.protocols import echo
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE, CONDUIT = echo.CONDUIT
OWNED = wallets("w", network=BASE)


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("DealFunded(bytes16,address,uint256,uint256)", echo.DEAL_FUNDED)
    assert hashes_to("PoolRefunded(bytes16,address,bytes16,uint256)", echo.POOL_REFUNDED)
    assert hashes_to("FeesPaid(address,uint256)", echo.FEES_PAID)


def funded(who="w", units=90):
    return log(3, "deal", echo.DEAL_FUNDED, 7, who, data=[units, 500])


def refunded(who="w", units=90):
    return log(3, "deal", echo.POOL_REFUNDED, 7, who, 8, data=[units])


def read(text, *logs, network=BASE, called=CONDUIT, **known):
    one = activity(text, logs=logs, called=called, network=network)
    return events_of(one, PROTOCOLS, wallets("w", network=network), **known)


def test_money_in_a_deal_is_a_position_and_the_fee_stands_apart():
    fee = log(2, CONDUIT, echo.FEES_PAID, "w", data=[2])
    events = read(f"w > {CONDUIT} 2 U; w > deal 90 U", fee, funded())
    assert [(event.kind, event.protocol) for event in events] == [
        ("service_fee", "echo"),
        ("stake", "echo"),
    ]
    assert sorted(units for units, _, _ in said(events[1])) == [-90, 90]


def test_what_a_deal_gives_back_was_put_in():
    (into,) = read("w > deal 90 U", funded())
    (out,) = read("deal > w 90 U", refunded(), called="deal", held=after([into], {}))
    assert (out.kind, sorted(units for units, _, _ in said(out))) == ("unstake", [-90, 90])


def test_others_and_other_places_say_nothing():
    def protocols(text, *logs, **more):
        return {event.protocol for event in read(text, *logs, **more)}

    assert protocols("w > deal 90 U", funded("x")) == {None}
    assert protocols("w > deal 90 U", funded(units=80)) == {None}
    assert protocols("w > deal 90 U", funded(), called="router") == {None}
    assert protocols("w > deal 90 U", funded(), network="eip155:1") == {None}
    assert protocols("deal > w 90 U", refunded("x")) == {None}
    fee = log(2, "other", echo.FEES_PAID, "w", data=[2])
    assert None in protocols("w > x 2 U; w > deal 90 U", fee, funded())


def test_a_transaction_of_the_fund_is_one_event_a_deal():
    one = activity("w > deal 90 U", logs=[funded()], called=CONDUIT, network=BASE)
    assert only(one, PROTOCOLS, OWNED).kind == "stake"
