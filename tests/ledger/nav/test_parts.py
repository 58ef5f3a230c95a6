"""Net asset value by part: sums to the fund's, flows between parts cancel, no silent number."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.fund import Policy
from ledger.model.position import Quote
from ledger.nav.parts import NOWHERE, part_series
from ledger.nav.series import nav_series
from ledger.prices.book import PriceBook
from tests.ledger.notation import START, asset_named, entry

ETH, TOKEN = asset_named("ETH"), asset_named("TOKEN")
DAY = timedelta(days=1)
ONE = 10**18
PRICES = (100, 110, 121, 121)
QUOTES = tuple(
    Quote(ETH, START + n * DAY, Decimal(price), "USD", "file") for n, price in enumerate(PRICES)
)
TIMES = tuple(START + n * DAY for n in range(4))
POLICY = Policy()


def by_place(place, asset):
    return place


def at(day, *lines, minute=0):
    return entry(
        0,
        "\n".join(lines),
        time=START + day * DAY + timedelta(minutes=minute),
        name=f"{day}.{minute}",
    )


def funded(wallet, asset, units, value, day=0, minute=0):
    return at(
        day,
        f"asset:{wallet} {asset} {units * ONE} acquire = {value * ONE}",
        f"equity:contribution {asset} -{units * ONE} none = -{value * ONE}",
        minute=minute,
    )


def moved(one, other, asset, units, day, minute=30, fee=0):
    lines = [f"asset:{one} {asset} -{units * ONE} move"]
    lines.append(f"asset:{other} {asset} {(units - fee) * ONE} move")
    lines += [f"expense:service_fee {asset} {fee * ONE}"] if fee else []
    return at(day, *lines, minute=minute)


def parts(*entries, quotes=QUOTES, part_of=by_place, times=TIMES):
    return {
        one.name: one for one in part_series(entries, PriceBook(quotes), POLICY, times, part_of)
    }


def money(points, what="value"):
    return [getattr(point, what) // ONE for point in points]


def growths(part):
    return [None if point.growth is None else float(point.growth) for point in part.points]


def test_each_wallet_grows_by_what_it_holds():
    found = parts(funded("a", "ETH", 2, 200), funded("b", "USD", 100, 100, minute=1))
    assert money(found["a"].points) == [200, 220, 242, 242]
    assert growths(found["a"]) == [1, 1.1, 1.1, 1]
    # what came a minute after the first point is of the second, with which the part begins
    assert growths(found["b"]) == [1, 1, 1]


def test_a_move_between_wallets_is_a_flow_at_its_market_value_and_no_result():
    found = parts(funded("a", "ETH", 2, 200), moved("a", "b", "ETH", 1, day=1))
    assert money(found["a"].points, "flows") == [200, 0, -110, 0]
    assert money(found["b"].points, "flows") == [110, 0]
    assert money(found["b"].points) == [121, 121]
    assert growths(found["b"]) == [1.1, 1]
    assert growths(found["a"]) == pytest.approx([1, 1.1, (121 + 110) / 220, 1])


def test_what_a_move_cost_is_the_senders():
    found = parts(funded("a", "USD", 100, 100), moved("a", "b", "USD", 50, day=1, fee=5))
    assert money(found["a"].points, "flows") == [100, 0, -45, 0]
    assert growths(found["a"]) == [1, 1, 0.95, 1]
    assert growths(found["b"]) == [1, 1]


def test_a_conversion_whose_proceeds_go_elsewhere_moved_what_it_brought():
    """A gives 1 ETH of 110, b gets 100 USD: a bears the 10 that it cost."""
    sold = at(1, f"asset:a ETH -{ONE} dispose", f"asset:b USD {100 * ONE} acquire", minute=30)
    found = parts(funded("a", "ETH", 2, 200), sold)
    assert money(found["a"].points, "flows") == [200, 0, -100, 0]
    assert growths(found["a"]) == pytest.approx([1, 1.1, (121 + 100) / 220, 1])
    assert growths(found["b"]) == [1, 1]


def test_who_gave_alone_is_owed_all_whatever_it_gave_was_worth():
    sold = at(1, f"asset:a TOKEN -{ONE} dispose", f"asset:b USD {100 * ONE} acquire", minute=30)
    found = parts(funded("a", "USD", 100, 100), sold)
    assert money(found["a"].points, "flows") == [100, 0, -100, 0]
    assert money(found["b"].points, "flows") == [100, 0]


def test_what_investors_brought_without_a_value_leaves_no_growth():
    brought = at(1, f"asset:a ETH {ONE} acquire", f"equity:contribution ETH -{ONE}", minute=9)
    found = parts(funded("a", "USD", 100, 100), funded("b", "USD", 100, 100), brought)
    assert growths(found["a"]) == [1, 1, None, 1]
    assert growths(found["b"]) == [1, 1, 1, 1]


def test_two_that_gave_share_what_came_by_what_they_gave():
    sold = at(
        1,
        f"asset:a ETH -{ONE} dispose",
        f"asset:b USD -{110 * ONE} dispose",
        f"asset:c DAI {200 * ONE} acquire",
        minute=30,
    )
    dai = tuple(
        Quote(asset_named("DAI"), START + n * DAY, Decimal(1), "USD", "file") for n in range(4)
    )
    given_ = (funded("a", "ETH", 1, 100), funded("b", "USD", 110, 110, minute=0))
    found = parts(*given_, sold, quotes=QUOTES + dai)
    assert money(found["a"].points, "flows")[2] == -100
    assert money(found["b"].points, "flows")[2] == -100
    assert money(found["c"].points, "flows") == [200, 0]


def test_gas_of_one_wallet_and_income_of_another_are_their_own():
    bundle = at(
        1,
        f"asset:a ETH -{ONE} dispose",
        f"expense:gas ETH {ONE}",
        f"asset:b ETH {3 * ONE} acquire",
        f"income:trading ETH -{3 * ONE}",
        minute=30,
    )
    found = parts(funded("a", "ETH", 2, 200), funded("b", "ETH", 1, 100), bundle)
    assert money(found["a"].points, "flows")[2] == money(found["b"].points, "flows")[2] == 0
    assert growths(found["a"])[2] == pytest.approx(121 / 220)
    assert growths(found["b"])[2] == pytest.approx(4 * 121 / 110)


def test_units_that_go_to_and_fro_were_put_in_once():
    there = [moved("a", "b", "USD", 10, day=1, minute=m) for m in range(10, 100, 20)]
    back = [moved("b", "a", "USD", 10, day=1, minute=m) for m in range(20, 110, 20)]
    earned = at(1, f"asset:b USD {ONE} acquire", f"income:reward USD -{ONE}", minute=55)
    found = parts(funded("a", "USD", 100, 100), *there, *back, earned)
    assert found["b"].points[0].invested == 10 * ONE
    assert growths(found["b"])[0] == 1.1


def test_a_part_worth_nothing_or_less_has_no_growth():
    borrowed = at(1, f"liability:b DEBT {50 * ONE}", f"asset:a USD {50 * ONE} acquire", minute=30)
    quotes = (*QUOTES, *(Quote(asset_named("DEBT"), t, Decimal(1), "USD", "file") for t in TIMES))
    found = parts(funded("a", "USD", 100, 100), borrowed, quotes=quotes)
    assert money(found["b"].points) == [-50, -50]
    assert money(found["b"].points, "flows") == [-50, 0]
    assert growths(found["b"]) == [None, None]
    assert growths(found["a"]) == [1, 1, 1, 1]


def test_a_move_without_a_price_leaves_no_growth_on_both_sides():
    gone = at(1, f"asset:b TOKEN -{ONE} dispose", f"expense:lost TOKEN {ONE}", minute=50)
    found = parts(
        funded("a", "USD", 100, 100),
        funded("b", "USD", 100, 100),
        at(1, f"asset:a TOKEN {ONE} acquire", f"income:airdrop TOKEN -{ONE}", minute=10),
        moved("a", "b", "TOKEN", 1, day=1, minute=20),
        gone,
    )
    assert growths(found["a"]) == growths(found["b"]) == [1, 1, None, 1]


def test_what_never_had_a_price_is_in_no_valuation_and_is_counted():
    found = parts(
        funded("a", "USD", 100, 100),
        at(1, f"asset:a TOKEN {2 * ONE} acquire", f"income:airdrop TOKEN -{2 * ONE}", minute=10),
        moved("a", "b", "TOKEN", 1, day=1, minute=20),
    )
    assert growths(found["a"]) == [1, 1, 1, 1]
    assert found["a"].dark == found["b"].dark == ((TOKEN, 2),)
    assert growths(found["b"]) == [None, None]


def test_a_price_that_ends_leaves_no_growth_where_the_asset_is_held():
    old = tuple(quote for quote in QUOTES if quote.time < TIMES[1])
    late = (*TIMES, START + 30 * DAY)
    found = parts(funded("a", "ETH", 1, 100), funded("b", "USD", 100, 100), quotes=old, times=late)
    assert growths(found["a"])[-1] is None
    assert growths(found["b"]) == [1] * 5


def test_a_flow_that_touches_no_part_is_of_none():
    paid = at(1, f"expense:spend USD {ONE}", f"equity:contribution USD -{ONE} none = -{ONE}")
    found = parts(funded("a", "USD", 100, 100), paid)
    assert money(found[NOWHERE].points, "flows")[0] == 1


# ---- laws of any books

WALLETS = ("a", "b", "c", "transit:bridge:x")
ASSETS = ("ETH", "USD", "TOKEN")
units = st.integers(1, 10**20)


def account(name):
    return name if name.startswith("transit:") else f"asset:{name}"


@st.composite
def entries(draw):
    found = []
    for number in range(draw(st.integers(1, 12))):
        asset, other = draw(st.sampled_from(ASSETS)), draw(st.sampled_from(ASSETS))
        one, two = draw(st.sampled_from(WALLETS)), draw(st.sampled_from(WALLETS))
        what, amount = draw(st.integers(0, 5)), draw(units)
        lines = {
            0: [
                f"{account(one)} {asset} {amount}",
                f"equity:contribution {asset} -{amount} none = -{amount}",
            ],
            1: [f"{account(one)} {asset} -{amount}", f"{account(two)} {asset} {amount}"],
            2: [f"{account(one)} {asset} -{amount}", f"{account(two)} {other} {draw(units)}"],
            3: [f"{account(one)} {asset} -{amount}", f"expense:gas {asset} {amount}"],
            4: [f"{account(one)} {asset} {amount}", f"suspense:unmatched {asset} -{amount}"],
            5: [
                f"liability:a {asset} {amount}",
                f"{account(two)} {other} {draw(units)}",
                f"{account(one)} {asset} -3",
            ],
        }[what]
        found.append(at(draw(st.integers(0, 3)), *lines, minute=number))
    return found


@given(entries())
def test_parts_sum_to_the_fund_and_flows_between_them_cancel(given_):
    whole = nav_series(given_, PriceBook(QUOTES), POLICY, TIMES)
    sums: defaultdict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for part in parts(*given_).values():
        for point in part.points:
            sums[point.time][0] += point.value
            sums[point.time][1] += point.flows
    for point in whole:
        assert sums.get(point.time, [0, 0]) == [point.value, point.flows]


@given(entries())
def test_one_part_of_all_is_the_fund(given_):
    whole = nav_series(given_, PriceBook(QUOTES), POLICY, TIMES)
    found = parts(*given_, part_of=lambda *_: "all")["all"].points
    assert found == whole[len(whole) - len(found) :]


@given(entries(), st.randoms())
def test_the_order_of_entries_changes_nothing(given_, order):
    other = list(given_)
    order.shuffle(other)
    assert parts(*given_) == parts(*other)
