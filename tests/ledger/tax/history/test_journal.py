"""Entries of the journal as tax events: each treatment of a chain, and what it must not do."""

from dataclasses import replace

import pytest

from tests.ledger.tax.kept import codes, lines, on, year

ETH = on("2023-01-01", "asset:w ETH 10 acquire = 100", "eth")
MOVED = on(
    "2024-02-01",
    """asset:w ETH -5 move
    asset:v ETH 5 move
    asset:w ETH -1 dispose = -40
    expense:gas ETH 1 none = 40""",
    "moved",
    kind="own_transfer",
)
USDC = on("2023-01-01", "asset:w USDC 100 acquire = 100", "usdc")


def sold(asset, quantity, value, place="w", day="2024-07-01", name="sale"):
    return on(day, f"asset:{place} {asset} -{quantity} dispose = -{value}", name)


def test_a_swap_is_a_disposal_of_one_side_and_an_acquisition_of_the_other():
    swap = on("2024-02-01", "asset:w ETH -4 dispose = -80\nasset:w BTC 1 acquire = 80", "swap")
    assert lines(year(ETH, swap, sold("BTC", 1, 100))) == [
        ("eth:0", 4, 40, 40),
        ("swap:1", 1, 80, 20),
    ]


def test_a_move_between_own_wallets_is_no_line_and_its_fee_is_one():
    assert lines(year(ETH, MOVED)) == [("eth:0", 1, 10, 30)]
    assert lines(year(ETH, MOVED, sold("ETH", 5, 90, "v"))) == [
        ("eth:0", 1, 10, 30),
        ("eth:0", 5, 50, 40),
    ]


def test_lots_that_are_named_for_a_move_pay_none_of_its_fee():
    later = on("2023-02-01", "asset:w ETH 5 acquire = 90", "later")
    named = {"moved": ["later:0"]}
    found = year(ETH, later, MOVED, sold("ETH", 5, 90, "v"), identification=named)
    assert lines(found) == [("eth:0", 1, 10, 30), ("later:0", 5, 90, 0)]
    assert not found.problems


def test_the_fee_of_a_move_may_stay_in_the_cost_of_what_is_moved():
    moved = on(
        "2024-02-01",
        """asset:w USDC -50 move
        asset:v USDC 50 move
        asset:w ETH -1 dispose = -40
        expense:gas ETH 1 none = 40""",
        "moved",
        kind="own_transfer",
    )
    found = year(ETH, USDC, moved, sold("USDC", 50, 100, "v"), move_fee="basis")
    assert lines(found) == [("usdc:0", 50, 60, 40)], "50 of its own and 10 of the ether"
    assert found.lines[0].acquired == USDC.time


def test_a_wrap_carries_date_and_cost_or_is_a_disposal_by_setting():
    wrap = on("2024-02-01", "asset:w ETH -4 move = -80\nasset:w WETH 4 move = 80", "wrap",
              kind="wrap")  # fmt: skip
    sale = sold("WETH", 4, 100)
    carried = year(ETH, wrap, sale)
    assert lines(carried) == [("eth:0", 4, 40, 60)]
    assert [line.term for line in carried.lines] == ["long"], "the date is carried"
    assert lines(year(ETH, wrap, sale, wraps="disposal")) == [
        ("eth:0", 4, 40, 40),
        ("wrap:1", 4, 80, 20),
    ]


def test_a_pool_share_carries_the_cost_of_what_went_in_and_gives_it_back():
    deposit = on(
        "2024-02-01",
        "asset:w ETH -4 move = -80\nasset:w USDC -80 move = -80\nasset:w LP 10 move = 160",
        "in",
        kind="pool_deposit",
    )
    leave = on(
        "2024-03-01",
        "asset:w LP -10 move = -200\nasset:w ETH 5 move = 100\nasset:w USDC 100 move = 100",
        "out",
        kind="pool_withdraw",
    )
    found = year(ETH, USDC, deposit, leave)
    assert not found.lines and not found.income
    after = year(ETH, USDC, deposit, leave, sold("ETH", 11, 220), sold("USDC", 120, 120, name="s"))
    assert sum(line.cost for line in after.lines) == 200, "all cost that came in goes out"
    disposed = year(ETH, USDC, deposit, leave, pools="disposal")
    assert [(line.asset, line.proceeds) for line in disposed.lines] == [
        ("symbol:ETH", 80),
        ("symbol:USDC", 80),
        ("symbol:LP", 200),
    ]
    assert disposed.short + disposed.long == 200 - 160 + 160 - 40 - 80


def test_pools_are_disposals_in_the_united_kingdom_and_wraps_are_not():
    wrap = on("2024-05-01", "asset:w ETH -4 move = -80\nasset:w WETH 4 move = 80", "wrap",
              kind="wrap")  # fmt: skip
    deposit = on("2024-06-01", "asset:w WETH -4 move = -90\nasset:w LP 1 move = 90", "in",
                 kind="pool_deposit")  # fmt: skip
    found = year(ETH, wrap, deposit, regime="uk", number=2025, base="GBP")
    assert [(line.asset, line.cost, line.gain, line.rule) for line in found.lines] == [
        ("symbol:WETH", 40, 50, "s104")
    ]


def test_a_bridge_carries_over_what_is_in_flight():
    out = on("2024-02-01", "asset:w ETH -4 move\ntransit:bridge:g ETH 4 move", "out",
             kind="bridge_out")  # fmt: skip
    come = on(
        "2024-02-02",
        """transit:bridge:g ETH -3 move = -60
        asset:v AETH 3 move = 60
        transit:bridge:g ETH -1 dispose = -20
        expense:service_fee ETH 1 none = 20""",
        "in",
        kind="bridge_in",
    )
    found = year(ETH, out, come, sold("AETH", 3, 90, "v"))
    assert lines(found) == [("eth:0", 1, 10, 10), ("eth:0", 3, 30, 60)]


def test_units_of_a_position_are_alike_whatever_the_method():
    position = "eip155:1/position:pool:1"
    parts = [
        on(
            f"2024-02-0{day}",
            f"asset:w {coin} -10 move\nasset:w {position} 10 move",
            coin,
            kind="pool_deposit",
        )
        for day, coin in ((1, "A"), (2, "B"))
    ]
    bought = [on("2024-01-01", f"asset:w {coin} 10 acquire = {cost}", f"b{coin}")
              for coin, cost in (("A", 100), ("B", 500))]  # fmt: skip
    half = on("2024-03-01", f"asset:w {position} -10 move\nasset:w C 10 move", "half",
              kind="pool_withdraw")  # fmt: skip
    found = year(*bought, *parts, half, sold("C", 10, 1000))
    assert sum(line.cost for line in found.lines) == 300


def test_a_rebase_and_an_airdrop_are_income_at_their_value_and_lots_at_it():
    grown = on("2024-02-01", "asset:w stETH 2 acquire = 30\nincome:staking stETH -2 none = -30",
               "grown", kind="accrual")  # fmt: skip
    drop = on("2024-02-02", "asset:w UNI 5 acquire = 50\nincome:airdrop UNI -5 none = -50", "drop",
              kind="airdrop")  # fmt: skip
    found = year(grown, drop, sold("UNI", 5, 60))
    assert [(line.kind, line.value) for line in found.income] == [("staking", 30), ("airdrop", 50)]
    assert (found.income_total, found.short) == (80, 10)


def test_a_flash_loan_makes_no_lots_of_its_notional_and_its_premium_is_no_income():
    loan = on(
        "2024-02-01",
        """asset:w ETH 950 acquire = 2850
        expense:flash_loan ETH 50 none = 150
        income:trading ETH -1000 none = -3000""",
        "loan",
        kind="flash_loan",
    )
    found = year(loan, sold("ETH", 950, 2850))
    assert [(line.quantity, line.value) for line in found.income] == [(950, 2850)]
    assert lines(found) == [("loan:0", 950, 2850, 0)]


def test_a_cycle_that_ends_in_one_asset_is_one_income_and_its_gas_is_in_the_basis():
    arbitrage = on(
        "2024-02-01",
        """asset:w USDC 50 acquire = 50
        income:trading USDC -50 none = -50
        asset:w ETH -1 dispose = -20
        expense:gas ETH 1 none = 20""",
        "arb",
    )
    found = year(ETH, arbitrage, sold("USDC", 50, 50))
    assert [line.value for line in found.income] == [50]
    assert lines(found) == [("eth:0", 1, 10, 10), ("arb:0", 50, 70, -20)]


def borrowed(day, units, value, name, asset="ETH", kind=""):
    role = "acquire" if units > 0 else "dispose"
    text = f"liability:w DEBT {units} none = {-value}\nasset:w {asset} {units} {role} = {value}"
    return on(day, text, name, kind=kind or ("borrow" if units > 0 else "repay"))


def test_borrowing_is_no_income_and_repaying_closes_the_debt_at_what_it_was():
    borrow = borrowed("2024-01-01", 2, 4000, "borrow")
    sale = on("2024-01-02", "asset:w ETH -2 dispose = -4000\nasset:w USD 4000 acquire = 4000", "s")
    bought = on(
        "2024-02-01", "asset:w ETH 2 acquire = 3000\nasset:w USD -3000 dispose = -3000", "b"
    )
    back = borrowed("2024-02-02", -2, -3000, "back")
    found = year(borrow, sale, bought, back)
    assert not found.income
    assert lines(found) == [("borrow:1", 2, 4000, 0), ("b:0", 2, 3000, 1000)]


def test_units_repaid_beyond_the_debt_are_given_at_what_they_are_worth():
    borrow, back = borrowed("2024-02-01", 2, 40, "b"), borrowed("2024-02-02", -3, -90, "back")
    found = year(on("2024-01-01", "asset:w ETH 5 acquire = 50", "eth"), borrow, back)
    # two thirds close a debt of 40, the third is worth 30
    assert sum(line.proceeds for line in found.lines) == 70


def test_a_debt_that_collateral_paid_is_a_line_of_its_own():
    borrow = borrowed("2024-01-01", 2, 40, "borrow", "BTC")
    seized = on(
        "2024-02-01",
        "liability:w DEBT -2 none = 60\nasset:w ETH -5 dispose = -60",
        "seized",
        kind="liquidation",
    )
    found = year(ETH, borrow, seized)
    assert [(line.rule, line.proceeds, line.cost, line.gain) for line in found.lines] == [
        ("lot", 60, 50, 10),
        ("short_closed", 40, 60, -20),
    ]
    assert found.lines[1].lot == "borrow:0"


def test_a_debt_in_the_money_of_the_regime_is_no_line():
    loan = on("2024-02-01", "liability:w USD 50 none = -50\nasset:w USD 50 acquire = 50", "loan")
    back = on("2024-03-01", "liability:w USD -50 none = 50\nasset:w USD -50 dispose = -50", "back")
    assert not year(loan, back).lines


def test_each_collectible_is_a_lot_of_its_own():
    first, second = ("eip155:1/erc721:0x" + "a" * 40 + f"/{number}" for number in (1, 2))
    bought = [on("2024-01-01", f"asset:w {one} 1 acquire = {cost}", name)
              for one, cost, name in ((first, 10, "a"), (second, 90, "b"))]  # fmt: skip
    assert lines(year(*bought, sold(second, 1, 100))) == [("b:0", 1, 90, 10)]


def test_margin_goes_into_escrow_and_comes_back_with_its_lots_and_a_result_is_income():
    opened = on("2024-02-01", "asset:w USDC -50 move\ntransit:escrow:gmx USDC 50 move", "open",
                kind="perp_open")  # fmt: skip
    closed = on(
        "2024-03-01",
        """transit:escrow:gmx USDC -50 move
        asset:w USDC 50 move
        asset:w USDC 7 acquire = 7
        income:trading USDC -7 none = -7""",
        "close",
        kind="perp_close",
    )
    found = year(USDC, opened, closed, sold("USDC", 107, 107))
    assert [line.value for line in found.income] == [7]
    assert {(line.lot, line.gain) for line in found.lines} == {("usdc:0", 0), ("close:2", 0)}


def test_an_option_past_its_time_realises_nothing():
    option = on("2024-01-01", "asset:w CALL 1 acquire = 30\nasset:w USD -30 dispose = -30", "buy")
    over = on("2024-03-01", "asset:w CALL -1 dispose = 0\nincome:trading CALL 1 none = 0", "over",
              kind="option_expiry")  # fmt: skip
    assert lines(year(option, over)) == [("buy:0", 1, 30, -30)]


def test_a_premium_of_a_written_option_is_told_as_income_and_that_is_said():
    """IRC §1234(b): gain of the writer is of the day on which the option ends."""
    wrote = on(
        "2024-02-01",
        """asset:w ETH -1 move
        asset:escrow ETH 1 move
        asset:w USDC 5 acquire = 5
        income:trading USDC -5 none = -5""",
        "wrote",
        kind="option_write",
    )
    found = year(ETH, wrote)
    assert [(one.value, one.kind) for one in found.income] == [(5, "trading")]
    assert codes(found) == [("not_assessed", "wrote")]


def test_an_option_paid_out_in_money_is_sold_and_one_exercised_for_its_underlying_is_named():
    """IRC §1234(a), (c)(2); of delivery the cost of the option is a part of the basis."""
    call = on("2024-01-01", "asset:w CALL 1 acquire = 30\nasset:w USD -30 dispose = -30", "buy")
    paid = on("2024-03-01", "asset:w CALL -1 dispose = -50\nasset:w USD 50 acquire = 50", "paid",
              kind="option_exercise")  # fmt: skip
    found = year(call, paid)
    assert (lines(found), codes(found)) == ([("buy:0", 1, 30, 20)], [])
    delivered = on(
        "2024-03-01",
        """asset:w CALL -1 dispose = -50
        asset:w USDC -70 dispose = -70
        asset:w BTC 1 acquire = 120""",
        "delivered",
        kind="option_exercise",
    )
    assert codes(year(call, USDC, delivered)) == [("not_assessed", "delivered")]


def test_cost_that_is_shared_without_a_price_is_said_to_be():
    """Of a pool's two assets one has no price: no split of the cost is known."""
    deposit = on(
        "2024-02-01",
        "asset:w ETH -4 move = -80\nasset:w USDC -80 move = -80\nasset:w LP 10 move = 160",
        "in",
        kind="pool_deposit",
    )
    text = "asset:w LP -10 move = -200\nasset:w ETH 5 move{}\nasset:w USDC 100 move = 100"
    known, unknown = (
        on("2024-03-01", text.format(price), "out", kind="pool_withdraw")
        for price in (" = 100", "")
    )
    assert not year(ETH, USDC, deposit, known).problems
    assert codes(year(ETH, USDC, deposit, unknown)) == [("missing_price", "out")]
    assert not year(ETH, USDC, deposit, unknown, regime="fr", base="EUR").problems, "one portfolio"


def test_tokens_for_tokens_are_no_disposal_where_the_regime_says_so():
    swap = on("2024-02-01", "asset:w ETH -4 dispose = -80\nasset:w BTC 1 acquire = 80", "swap")
    found = year(ETH, swap, regime="fr", base="EUR")
    assert not found.lines and codes(found) == []


def test_a_manual_basis_takes_the_place_of_an_unknown_one_by_every_method():
    stray = on("2024-01-01", "asset:w ETH 7 acquire\nsuspense:unmatched ETH -7", "stray")
    stated = on(
        "2024-01-02",
        """asset:w ETH -7 move = -7
        suspense:unmatched ETH 7 move = 7
        asset:w ETH 7 acquire = 7
        equity:contribution ETH -7 none = -7""",
        "stated",
        kind="manual",
    )
    for method in ("hifo", "average", "year-average", "share-matching"):
        found = year(ETH, stray, stated, sold("ETH", 17, 170), regime="generic", method=method)
        assert sum(line.cost or 0 for line in found.lines) == 107, method
    assert lines(year(stray, stated, sold("ETH", 7, 70))) == [("stated:2", 7, 7, 63)]


def split(before, after):
    grown = after - before
    text = f"asset:w ETH {grown} move\ntrading:conversion ETH {-grown} none"
    found = on("2024-02-01", text, "split", kind="migrate")
    return replace(found, note="stated:split")


@pytest.mark.parametrize("method", ["fifo", "hifo", "average", "share-matching", "year-average"])
@pytest.mark.parametrize("after", [20, 5])
def test_a_split_of_all_that_is_held_changes_units_and_no_cost(method, after):
    found = year(ETH, split(10, after), sold("ETH", after, 300), regime="generic", method=method)
    assert [(line.quantity, line.cost, line.gain) for line in found.lines] == [(after, 100, 200)]
    assert not found.problems


@pytest.mark.parametrize(
    ("method", "settings", "bought", "sold_at", "told"),
    [
        ("share-matching", {}, "2024-02-20", "2024-01-20", True),
        ("share-matching", {}, "2024-03-20", "2024-01-20", False),
        ("share-matching", {}, "2024-01-20", "2024-02-20", False),
        ("company-matching", {}, "2024-01-28", "2024-02-05", True),
        ("company-matching", {}, "2024-02-20", "2024-01-20", False),
        ("four-week-matching", {}, "2024-02-10", "2024-01-20", True),
        ("year-average", {}, "2024-12-20", "2024-01-20", True),
        ("year-average", {}, "2025-01-20", "2024-01-20", False),
        ("average", {"loss_rule": "ca_superficial"}, "2024-01-20", "2024-02-20", True),
        ("fifo", {"loss_rule": "us_wash"}, "2024-02-20", "2024-01-20", True),
        ("fifo", {}, "2024-02-20", "2024-01-20", False),
    ],
)
def test_what_is_matched_across_a_split_unit_by_unit_is_told(
    method, settings, bought, sold_at, told
):
    more = on(bought, "asset:w ETH 3 acquire = 30", "more"), sold("ETH", 1, 8, day=sold_at)
    found = year(ETH, split(9, 18), *more, regime="generic", method=method, **settings)
    assert codes(found) == ([("not_assessed", "split")] if told else [])


@pytest.mark.parametrize(("of", "said"), [(10, []), (1, [("partial_split", "split")])])
def test_a_split_of_other_units_than_are_held_is_told(of, said):
    change = replace(split(10, 20), note=f"stated:split of:{of}")
    assert codes(year(ETH, change, sold("ETH", 20, 300))) == said


def test_a_split_of_nothing_that_is_held_makes_no_basis():
    found = year(split(1, 2), sold("ETH", 1, 300))
    assert [line.gain for line in found.lines] == [None]
