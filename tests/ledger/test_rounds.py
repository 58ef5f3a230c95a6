"""A searcher's round: loans in it have their premium apart, payments beside it bought nothing."""

import pytest

from ledger.chains.networks import NETWORKS
from ledger.classify.rounds import BUILDERS
from ledger.journal.rules import entries_for
from ledger.link import link
from ledger.protocols import aave_v3 as aave
from ledger.protocols._markets import CONSTANT_PRODUCT
from tests.ledger.moves import activity, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS

ROUTE = "bot > p 1000 D; p > bot 4 W; bot > q 4 W; q > bot 1100 D"
BUILDER = min(BUILDERS["eip155:1"])


def told(text, **more):
    return events_of(activity(text, **{"called": "bot", **more}), PROTOCOLS)


def accounts(event):
    """Account → units that an entry posted to it, but for wallets; each token is worth 1 a unit."""
    entry = entries_for(event, lambda _, units, __: units)
    assert entry is not None
    return {
        posting.account.path: posting.quantity
        for posting in entry.postings
        if posting.account.type != "asset"
    }


@pytest.mark.parametrize(("back", "premium"), [(1000, 0), (1003, 3), (1010, 10)])
def test_units_that_one_party_lent_are_a_loan_without_any_log(back, premium):
    (event,) = told(f"lender > bot 1000 D; {ROUTE}; bot > lender {back} D", fee=0)
    assert event.kind == "flash_loan"
    assert said(event)[0] == (1000, asset("D"), "plain")
    parts = [(-1000, asset("D"), "plain"), (-premium, asset("D"), "premium")]
    assert said(event)[5:] == parts[: 1 + bool(premium)]
    expected = {"income:trading": -100} | ({"expense:flash_loan": premium} if premium else {})
    assert accounts(event) == expected


def test_a_loan_may_be_made_and_burnt():
    (event,) = told(f"zero > bot 1000 D; {ROUTE}; bot > zero 1000 D")
    assert event.kind == "flash_loan"


def test_a_round_that_lost_is_a_loan_as_well():
    text = "lender > bot 1000 D; bot > p 1000 D; p > bot 4 W; bot > q 4 W; q > bot 990 D"
    (event,) = told(f"{text}; bot > lender 1001 D", fee=0)
    assert event.kind == "flash_loan"
    assert accounts(event) == {"income:trading": 10, "expense:flash_loan": 1}


@pytest.mark.parametrize(
    "text",
    [
        ROUTE,  # nothing was lent
        f"lender > bot 1000 D; {ROUTE}; bot > lender 1011 D",  # more than a premium
        f"lender > bot 1000 D; {ROUTE}; bot > lender 999 D",  # less than was lent
        f"bot > lender 1000 D; {ROUTE}; lender > bot 1000 D",  # the fund lent
        f"lender > bot 1000 D; {ROUTE}; bot > lender 1001 D; lender > bot 1 V; bot > r 1 V",
        "zero > bot 9 S; bot > S 1000 D; S > bot 1100 D; bot > zero 9 S",  # a share, no loan
    ],
)
def test_what_is_no_loan_stays_a_trade(text):
    assert "flash_loan" not in {event.kind for event in told(text)}


def test_where_the_fund_did_not_act_nothing_was_lent():
    text = f"lender > bot 1000 D; {ROUTE}; bot > lender 1001 D"
    assert [one.kind for one in told(text, caller="x", called="x", fee=0)] == ["receive"]


def test_a_loan_may_pay_for_a_liquidation():
    """A pair lends what clears the debt; the collateral is sold for more than it is owed."""
    pool = aave.POOLS[0]
    words = [1000, 4, "bot", 0]
    called = log(9, pool, aave.LIQUIDATION_CALL, "W", "D", "x", data=words)
    text = "pair > bot 1000 D@1; bot > aD 1000 D@2; aW > bot 4 W@3; bot > q 4 W@10"
    events = told(f"{text}; q > bot 1100 D@11; bot > pair 1003 D@12", logs=[called], fee=0)
    assert sorted(one.kind for one in events) == ["flash_loan", "liquidation"]
    (loan,) = [one for one in events if one.kind == "flash_loan"]
    assert said(loan)[-1] == (-3, asset("D"), "premium")


def test_coin_for_somebody_who_gave_nothing_is_beside_the_round():
    trade, sent = told(f"{ROUTE}; bot > payee 8 ETH", fee=0)
    assert [trade.kind, sent.kind] == ["swap", "send"]
    assert said(sent) == [(-8, asset("ETH"), "plain")]
    assert accounts(trade) == {"income:trading": -100}
    assert accounts(sent) == {"suspense:unmatched": 8}


def test_coin_that_was_passed_on_is_part_of_the_trade():
    (event,) = told(f"{ROUTE}; bot > router 8 ETH; router > p 8 ETH")
    assert (event.kind, len(event.legs)) == ("swap", 5)


def test_coin_that_bought_something_is_its_price():
    (event,) = told("bot > shop 8 ETH; p > bot 4 W")
    assert (event.kind, len(event.legs)) == ("swap", 2)


def test_a_builder_is_paid_for_the_place_like_the_producer():
    text = f"{ROUTE}; bot > {BUILDER} 8 ETH; bot > producer 2 ETH"
    (event,) = told(text, fee=0)
    assert [leg for leg in said(event) if leg[2] == "tip"] == [
        (-8, asset("ETH"), "tip"),
        (-2, asset("ETH"), "tip"),
    ]
    assert accounts(event)["income:trading"] == -100
    assert only(activity(f"bot > {BUILDER} 8 ETH", called="bot")).kind == "inclusion_payment"


def test_the_producer_may_be_paid_in_wrapped_coin_or_over_a_contract():
    wrapped = f"eip155:1/erc20:{NETWORKS['eip155:1'].wrapped}"
    (event,) = told(f"{ROUTE}; bot > producer 8 {wrapped}", fee=0)
    assert (said(event)[-1], accounts(event)["expense:tip"]) == ((-8, wrapped, "tip"), 8)
    (event,) = told(f"{ROUTE}; bot > payer 8 ETH; payer > producer 8 ETH", fee=0)
    assert said(event)[-1] == (-8, asset("ETH"), "tip")
    assert accounts(event)["income:trading"] == -100
    (event,) = told(f"{ROUTE}; bot > payer 8 ETH; payer > producer 7 ETH", fee=0)
    assert said(event)[-1] == (-8, asset("ETH"), "plain")


def test_trades_of_several_pairs_have_a_price_each():
    events = told("bot > p 100 W; p > bot 90 A; bot > q 50 W; q > bot 70 B")
    assert [(one.kind, [leg[0] for leg in said(one)]) for one in events] == [
        ("swap", [-100, 90]),
        ("swap", [-50, 70]),
    ]
    assert [one.fee is not None for one in events] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "bot > p 100 W; p > bot 90 A; bot > q 50 W; q > bot 44 A",  # one pair, over two pools
        "bot > p 100 W; p > bot 90 A; bot > q 90 A; q > bot 70 B",  # a way over two pools
        "bot > p 100 W; q > bot 90 A; bot > q 50 W; p > bot 70 B; bot > r 1 V",
        ROUTE,
    ],
)
def test_what_belongs_together_stays_one_trade(text):
    (event,) = told(text)
    assert event.kind == "swap"


def test_both_trades_of_a_sandwich_of_two_pairs_are_in_its_group():
    front = activity(
        "bot > p 100 W; p > bot 90 A; bot > q 50 W; q > bot 70 B", called="bot", index=1, name="a1"
    )
    back = activity(
        "bot > p 90 A; p > bot 110 W; bot > q 70 B; q > bot 52 W; bot > producer 8 ETH",
        called="bot",
        index=3,
        name="a2",
    )
    events = [one for act in (front, back) for one in events_of(act, PROTOCOLS)]
    linked = link(events, wallets()).events
    assert len(linked) == 4
    assert {one.group for one in linked} == {"sandwich:eip155:1:100:1"}


def swaps(*pools):
    """The logs of trades in pools."""
    numbered = enumerate(pools, start=20)
    return [log(at, pool, CONSTANT_PRODUCT, "bot", "bot", data=[0] * 4) for at, pool in numbered]


@pytest.mark.parametrize(
    ("text", "gain"), [("p > bot 10 D", -10), ("bot > p 100 D; q > bot 95 D", 5)]
)
def test_a_way_from_pool_to_pool_is_a_trade_whose_ends_alone_show(text, gain):
    (event,) = told(text, logs=swaps("p", "q"), fee=0)
    assert (event.kind, event.protocol) == ("swap", "uniswap_v2")
    assert accounts(event) == {"income:trading": gain}


def test_what_comes_of_a_pool_alone_is_no_trade_of_the_funds():
    for pools, called in ((("p",), "bot"), (("p", "q"), "harvester"), (("q", "r"), "bot")):
        (event,) = told("p > bot 10 D", logs=swaps(*pools), called=called, fee=0)
        assert event.kind == "receive"


def test_a_builder_of_another_network_is_anybody():
    base = "eip155:8453"
    one = activity(f"bot > {BUILDER} 8 ETH", called="bot", network=base, producer="sequencer")
    assert only(one, owned=wallets(network=base)).kind == "send"
