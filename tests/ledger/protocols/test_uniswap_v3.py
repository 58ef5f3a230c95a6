"""Uniswap v3: positions with and without a token, fees, trades."""

from datetime import timedelta

import pytest

from ledger.nav.positions import positions
from ledger.protocols import _concentrated as v3
from ledger.protocols import _markets as markets
from ledger.protocols import uniswap_v3
from tests.ledger import written
from tests.ledger.moves import START, activity, address, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

TICKS = (100, 200)


def test_topics_are_the_hashes_of_their_signatures():
    position = "(uint256,uint128,uint256,uint256)"
    for signature, topic in {
        f"IncreaseLiquidity{position}": v3.INCREASE,
        f"DecreaseLiquidity{position}": v3.DECREASE,
        "Collect(uint256,address,uint256,uint256)": v3.COLLECT,
        "Mint(address,address,int24,int24,uint128,uint256,uint256)": v3.POOL_MINT,
        "Burn(address,int24,int24,uint128,uint256,uint256)": v3.POOL_BURN,
        "Collect(address,address,int24,int24,uint128,uint128)": v3.POOL_COLLECT,
        "IncreaseLiquidity(uint256,uint128,uint128,uint256,uint256,address)": v3.ALGEBRA_INCREASE,
        "Flash(address,address,uint256,uint256,uint256,uint256)": uniswap_v3.FLASH,
    }.items():
        assert hashes_to(signature, topic)


def put_in(first, second):
    return [
        log(1, "pool", v3.POOL_MINT, "Nft", *TICKS, data=["Nft", 5, first, second]),
        log(2, "Nft", v3.INCREASE, 7, data=[5, first, second]),
    ]


def taken_out(collected, principal=(0, 0)):
    logs = [log(3, "pool", v3.POOL_COLLECT, "Nft", *TICKS, data=["w", *collected])]
    if any(principal):
        logs += [
            log(1, "pool", v3.POOL_BURN, "Nft", *TICKS, data=[5, *principal]),
            log(2, "Nft", v3.DECREASE, 7, data=[5, *principal]),
        ]
    return [*logs, log(4, "Nft", v3.COLLECT, 7, data=["w", *collected])]


def test_the_token_of_a_new_position_belongs_to_its_deposit():
    one = activity("w > pool 100 A; w > pool 9 B; zero > w 1 Nft#7", logs=put_in(100, 9))
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "uniswap_v3")
    assert [leg.role for leg in event.legs] == ["plain", "plain", "title", "position"]
    assert event.legs[-1].quantity == 5


def test_a_position_grows_with_one_asset_and_without_a_new_token():
    event = only(activity("w > pool 100 A", logs=put_in(100, 0)), PROTOCOLS)
    assert event.kind == "pool_deposit"
    assert [(leg.quantity, leg.claim) for leg in event.legs if leg.role == "position"] == [
        (5, None)
    ]


def test_a_position_made_for_somebody_else_is_not_the_funds():
    one = activity("w > pool 100 A; w > pool 9 B; zero > x 1 Nft#7", logs=put_in(100, 9))
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]


def test_a_deposit_of_coin_counts_the_coin_less_what_came_back():
    one = activity(
        "w > Nft 12 ETH; Nft > pool 9 WETH; w > pool 100 A; zero > w 1 Nft#7; Nft > w 3 ETH",
        logs=put_in(100, 9),
        called="Nft",
    )
    event = only(one, PROTOCOLS)
    assert (3, asset("ETH"), "refund") in said(event)
    assert [leg.role for leg in event.legs].count("plain") == 2


def test_what_is_collected_beyond_the_liquidity_is_fees_in_the_same_event():
    one = activity("pool > w 110 A; pool > w 9 B", logs=taken_out((110, 9), (100, 9)))
    event = only(one, PROTOCOLS)
    assert event.kind == "pool_withdraw"
    assert said(event) == [
        (100, asset("A"), "plain"),
        (10, asset("A"), "reward"),
        (9, asset("B"), "plain"),
    ]


def test_what_an_open_position_pays_is_fees_and_an_emptied_one_gives_back_liquidity():
    one = activity("pool > w 4 A; pool > w 9 B", logs=taken_out((4, 9)))
    assert only(one, PROTOCOLS).kind == "pool_withdraw"
    settled = log(1, "pool", v3.POOL_BURN, "Nft", *TICKS, data=[0, 0, 0])
    one = activity("pool > w 4 A; pool > w 9 B", logs=[settled, *taken_out((4, 9))])
    event = only(one, PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("pool_fees", 2)


def test_a_contract_of_the_fund_puts_liquidity_into_the_pool_itself():
    mint = log(1, "pool", v3.POOL_MINT, "bot", *TICKS, data=["bot", 5, 100, 9])
    one = activity("bot > pool 100 A; bot > pool 9 B", logs=[mint], called="bot")
    assert only(one, PROTOCOLS).kind == "pool_deposit"
    logs = [
        log(1, "pool", v3.POOL_BURN, "bot", *TICKS, data=[5, 90, 10]),
        log(2, "pool", v3.POOL_COLLECT, "bot", *TICKS, data=["bot", 91, 10]),
    ]
    one = activity("pool > bot 91 A; pool > bot 10 B", logs=logs, called="bot")
    event = only(one, PROTOCOLS)
    assert event.kind == "pool_withdraw"
    assert (1, asset("A"), "reward") in said(event)


def test_liquidity_of_somebody_else_is_not_claimed():
    mint = log(1, "pool", v3.POOL_MINT, "x", *TICKS, data=["x", 5, 100, 9])
    one = activity("x > pool 100 A; x > pool 9 B; w > x 1 A", logs=[mint])
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]


def test_a_trade_is_named_by_the_pool_it_began_in():
    swap = log(1, "pool", markets.CONCENTRATED, "router", "w", data=[100, 7, 1, 1, 1])
    event = only(activity("w > pool 100 A; pool > w 7 B", logs=[swap]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "uniswap_v3")


def test_a_loan_from_a_pool_is_a_flash_loan_with_its_premium():
    flash = log(1, "pool", uniswap_v3.FLASH, "bot", "bot", data=[1000, 0, 5, 0])
    one = activity(
        "pool > bot 1000 A; bot > p 1000 A; p > bot 7 B; bot > q 7 B; q > bot 1020 A;"
        "bot > pool 1005 A",
        logs=[flash],
        called="bot",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("flash_loan", "uniswap_v3")
    assert said(event)[-2:] == [(-1000, asset("A"), "plain"), (-5, asset("A"), "premium")]


def test_a_position_of_algebras_manager_counts_the_liquidity_that_was_made():
    logs = [
        log(1, "pool", v3.POOL_MINT, "Nft", *TICKS, data=["Nft", 5, 100, 9]),
        log(2, "Nft", v3.ALGEBRA_INCREASE, 7, data=[6, 5, 100, 9, "pool"]),
    ]
    event = only(activity("w > pool 100 A; w > pool 9 B; zero > w 1 Nft#7", logs=logs), PROTOCOLS)
    assert (event.kind, event.legs[-1].quantity) == ("pool_deposit", 5)


def test_forks_are_told_by_who_holds_the_position_or_was_called():
    manager = "0x46a15b0b27311cedf172ab29e4f4766fbe7f4364"
    logs = [
        log(1, "pool", v3.POOL_MINT, manager, *TICKS, data=[manager, 5, 100, 0]),
        log(2, manager, v3.INCREASE, 7, data=[5, 100, 0]),
    ]
    event = only(activity("w > pool 100 A", logs=logs, called="bundler"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "pancakeswap")
    for topic, called, name in (
        (markets.CONCENTRATED, "0x13f4ea83d0bd40e75c8222255bc855a974568dd4", "pancakeswap"),
        (markets.PANCAKE_V3, "router", "pancakeswap"),
        (markets.CONCENTRATED, "router", "uniswap_v3"),
    ):
        swap = log(1, "pool", topic, "router", "w", data=[100, 7, 1, 1, 1, 0, 0])
        one = activity("w > pool 100 A; pool > w 7 B", logs=[swap], called=called)
        assert only(one, PROTOCOLS).protocol == name


def swept(*more):
    """Fees of two positions that the manager collected and paid out together, as coin."""
    logs = [log(0, "pool", v3.POOL_BURN, "Nft", *TICKS, data=[0, 0, 0])]
    for token, first, second in ((7, 4, 9), (8, 5, 10)):
        logs += [
            log(token, "pool", v3.POOL_COLLECT, "Nft", *TICKS, data=["Nft", first, second]),
            log(token, "Nft", v3.COLLECT, token, data=["Nft", first, second]),
        ]
    text = (
        "pool > Nft 4 A; pool > Nft 9 WETH; pool > Nft 5 A; pool > Nft 10 WETH;"
        "Nft > w 9 A; Nft > w 19 ETH"
    )
    return activity(text, logs=[*logs, *more], called="Nft")


def test_fees_of_several_positions_that_are_paid_out_together_are_one_event():
    event = only(swept(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_fees", "uniswap_v3")
    assert said(event) == [(9, asset("A"), "plain"), (19, asset("ETH"), "plain")]


def test_what_is_paid_out_together_with_liquidity_is_not_called_fees():
    freed = log(6, "Nft", v3.DECREASE, 7, data=[5, 4, 9])
    assert "pool_fees" not in {event.kind for event in events_of(swept(freed), PROTOCOLS)}


def test_a_position_that_another_contract_made_of_what_was_paid():
    text = (
        "w > zap 109 A; zap > x 1 A; zap > pool 100 A; zap > pool 9 B; zero > zap 1 Nft#7;"
        "zap > w 1 Nft#7; zap > w 2 B"
    )
    event = only(activity(text, logs=put_in(100, 9), called="zap"), PROTOCOLS)
    assert (event.kind, event.legs[-1].quantity) == ("pool_deposit", 5)
    assert said(event)[:3] == [
        (-109, asset("A"), "plain"),
        (1, asset("Nft#7"), "title"),
        (2, asset("B"), "plain"),
    ]


def test_two_positions_that_another_contract_made_are_not_told_apart():
    other = log(3, "Nft", v3.INCREASE, 8, data=[5, 100, 9])
    text = "w > zap 109 A; zap > w 1 Nft#7; zap > w 1 Nft#8"
    one = activity(text, logs=[*put_in(100, 9), other], called="zap")
    assert "pool_deposit" not in {event.kind for event in events_of(one, PROTOCOLS)}


# ---- what a helper does with a position of the fund's ------------------------------------------

MINE = f"eip155:1/position:{v3.MODEL}:{address('Nft')}"


def made_first(*later):
    """100 A and 9 B are bought, and become liquidity of 50; then what is given."""
    bought = written.transaction(0, "w > y 109 R; y > w 100 A; y > w 9 B", fee=0)
    logs = [
        (1, "pool", v3.POOL_MINT, ("Nft", *TICKS), ("Nft", 50, 100, 9)),
        (2, "Nft", v3.INCREASE, (7,), (50, 100, 9)),
    ]
    text = "w > pool 100 A; w > pool 9 B; zero > w 1 Nft#7"
    put = written.transaction(1, text, logs, fee=0, called="Nft")
    return written.books_of(bought, put, *later, prices={"A": 1, "B": 1, "R": 1})


def emptied(text, more=(), *, caller="operator", manager="Nft", number=7):
    """All of it is taken out to a helper, with 10 A of fees."""
    logs = [
        (1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (50, 100, 9)),
        (2, manager, v3.DECREASE, (number,), (50, 100, 9)),
        (3, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("helper", 110, 9)),
        (4, manager, v3.COLLECT, (number,), ("helper", 110, 9)),
        *more,
    ]
    text = f"pool > helper 110 A; pool > helper 9 B; {text}"
    return written.transaction(3, text, logs, fee=0, caller=caller, called="helper")


def held(books):
    """What the fund holds of anything but what it began with and titles."""
    return {
        one.asset: one.quantity
        for one in positions(books.entries)
        if "/erc721:" not in one.asset and one.asset != asset("R") and one.quantity
    }


def events_after(books, number=3):
    return [one.kind for one in books.entries if one.order[2] == number]


def rewards(books):
    return {
        posting.asset: -posting.quantity
        for entry in books.entries
        for posting in entry.postings
        if posting.account.path == "income:reward"
    }


@pytest.mark.parametrize("caller", ["operator", "w"])
@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("helper > w 110 A; helper > w 9 B", {"A": 110, "B": 9}),
        # the helper keeps a fee back, unwraps, or swaps one into the other
        ("helper > w 105 A; helper > w 8 B", {"A": 105, "B": 8}),
        ("helper > B 9 B; B > helper 9 ETH; helper > w 105 A; helper > w 8 ETH", None),
        ("helper > p2 9 B; p2 > helper 8 A; helper > w 118 A", {"A": 118}),
        # it may have the title meanwhile
        (
            "w > helper 1 Nft#7; helper > w 105 A; helper > w 8 B; helper > w 1 Nft#7",
            {"A": 105, "B": 8},
        ),
    ],
)
def test_a_helper_that_empties_a_position_ends_it_and_its_fees_are_told_apart(text, came, caller):
    books = made_first(emptied(text, caller=caller))
    assert events_after(books) == ["pool_withdraw"]
    assert rewards(books) == {asset("A"): 10}
    wanted = {"A": 105, "ETH": 8} if came is None else came
    assert held(books) == {asset(name): units for name, units in wanted.items()}
    dates = {lot.acquired for lot in books.booking.open if lot.asset == asset("A")}
    assert dates == {START, START + timedelta(minutes=3)}
    assert "suspense:unmatched" not in {
        posting.account.path for entry in books.entries for posting in entry.postings
    }


def test_fees_that_a_helper_unwraps_are_told_apart_in_coin():
    text = "helper > A 110 A; A > helper 110 ETH; helper > w 105 ETH; helper > w 8 B"
    books = made_first(emptied(text))
    assert rewards(books) == {asset("ETH"): 10}
    # coin that the asset's contract did not give is another asset that came for all of it
    swapped = "helper > p2 110 A; p2 > helper 50 ETH; helper > w 50 ETH; helper > w 8 B"
    books = made_first(emptied(swapped))
    assert events_after(books) == ["pool_withdraw"] and rewards(books) == {}


@pytest.mark.parametrize(
    "said",
    [{"manager": "evil"}, {"number": 99}, {"manager": "evil", "number": 99}],
)
def test_what_is_said_of_another_position_or_by_another_contract_ends_nothing(said):
    books = made_first(emptied("helper > w 105 A; helper > w 8 B", **said))
    assert events_after(books) == ["receive"]
    assert held(books)[f"{MINE}.7"] == 50
    assert rewards(books) == {}


def new(owner="w", amounts=(90, 9)):
    """Position 8 is made by the helper, of 40."""
    logs = [
        (6, "pool", v3.POOL_MINT, ("Nft", 300, 400), ("Nft", 40, *amounts)),
        (7, "Nft", v3.INCREASE, (8,), (40, *amounts)),
    ]
    return f"helper > pool 90 A; helper > pool 9 B; zero > {owner} 1 Nft#8", logs


def emptied_later():
    logs = [
        (1, "pool", v3.POOL_BURN, ("Nft", 300, 400), (40, 88, 9)),
        (2, "Nft", v3.DECREASE, (8,), (40, 88, 9)),
        (3, "pool", v3.POOL_COLLECT, ("Nft", 300, 400), ("w", 91, 9)),
        (4, "Nft", v3.COLLECT, (8,), ("w", 91, 9)),
    ]
    return written.transaction(5, "pool > w 91 A; pool > w 9 B", logs, fee=0, called="Nft")


@pytest.mark.parametrize("caller", ["operator", "w"])
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("w > helper 1 Nft#7; ", "; helper > w 1 Nft#7"), ("w > zero 1 Nft#7; ", "")],
)
@pytest.mark.parametrize("first", ["w", "helper"])
def test_a_position_that_a_helper_makes_of_another_carries_its_lots(before, after, caller, first):
    text, logs = new(first)
    text += "" if first == "w" else "; helper > w 1 Nft#8"
    text = f"{before}{text}; helper > w 20 A{after}"
    books = made_first(emptied(text, logs, caller=caller))
    assert events_after(books) == ["pool_withdraw", "pool_deposit"]
    assert held(books) == {f"{MINE}.8": 40, asset("A"): 20}
    assert rewards(books) == {asset("A"): 10}
    lots = [lot for lot in books.booking.open if lot.asset == f"{MINE}.8"]
    assert {lot.acquired for lot in lots} == {START}
    # 109 were paid and 10 earned: 10 A of the 20 that came are of the principal
    costs = {asset("A"): 0, f"{MINE}.8": 0}
    for lot in books.booking.open:
        if lot.asset in costs:
            costs[lot.asset] += lot.cost
    assert sum(costs.values()) == 119 * 10**18
    assert abs(costs[asset("A")] - 20 * 10**18) <= 1
    later = made_first(emptied(text, logs, caller=caller), emptied_later())
    assert events_after(later, 5) == ["pool_withdraw"]
    assert held(later) == {asset("A"): 111, asset("B"): 9}
    assert "unmatched_transfer" not in {problem.code for problem in later.problems}


def test_all_fees_may_go_on_into_the_new_position():
    text, logs = new()
    books = made_first(emptied(text, logs))
    assert held(books) == {f"{MINE}.8": 40}
    assert set(rewards(books).values()) == {10}


@pytest.mark.parametrize(
    ("text", "logs"),
    [
        # made for somebody else, of other amounts than moved, or with something of the fund's
        (f"{new('x')[0]}; helper > w 20 A", new("x")[1]),
        (f"{new()[0]}; helper > w 20 A", new(amounts=(89, 9))[1]),
        (f"{new()[0]}; w > helper 20 A", new()[1]),
    ],
)
def test_what_became_of_a_position_is_not_guessed(text, logs):
    more = written.transaction(2, "w > y 1 R; y > w 50 A", fee=0)
    books = made_first(more, emptied(text, logs))
    assert f"{MINE}.8" not in held(books)
    assert held(books)[f"{MINE}.7"] == 50
    assert rewards(books) == {}
