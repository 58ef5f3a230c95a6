"""The price of an asset at a time, or None."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.model.asset import Asset, AssetId, currency, non_fungible, position
from ledger.model.position import Quote
from ledger.prices.book import PriceBook
from tests.ledger.notation import START, asset_named

ETH = asset_named("ETH")
HOUR = timedelta(hours=1)
DAY = 86_400


def quote(price, hours=0, *, asset=ETH, code="USD", source="file"):
    return Quote(asset, START + hours * HOUR, Decimal(price), code, source)


def price(book, hours=0, asset=ETH, code="USD", age=None):
    found = book.quote(asset, START + hours * HOUR, code, age)
    return None if found is None else str(found.price)


def test_the_newest_quote_at_or_before_the_time_counts():
    book = PriceBook([quote("10", 0), quote("20", 2), quote("30", 4)])
    assert [price(book, hours) for hours in (0, 1, 2, 3, 9)] == ["10", "10", "20", "20", "30"]


def test_a_later_quote_never_counts():
    assert price(PriceBook([quote("10", 1)]), 0) is None


def test_a_quote_that_is_too_old_is_no_quote():
    book = PriceBook([quote("10", 0)])
    assert price(book, 24, age=DAY) == "10"
    assert price(book, 25, age=DAY) is None


def test_a_currency_in_itself_is_one():
    assert price(PriceBook(), asset=currency("USD")) == "1"
    assert price(PriceBook(), asset=currency("EUR")) is None


def test_a_missing_price_gives_no_value_and_never_zero():
    assert PriceBook().value(ETH, 10**18, START, "USD") is None


def test_values_are_exact_for_the_largest_quantity():
    book = PriceBook([quote("1.000000000000000001")])
    assert book.value(ETH, 2**256 - 1, START, "USD") == 2**256 - 1 + (2**256 - 1 + 5 * 10**17) // (
        10**18
    )
    assert book.value(ETH, -2 * 10**18, START, "USD") == -2 * 10**18 - 2


def test_decimals_come_from_what_is_known_of_the_asset():
    usdc = AssetId("eip155:1/erc20:0x" + "1" * 40)
    quotes = [quote("2", asset=usdc)]
    assert PriceBook(quotes).value(usdc, 10**6, START, "USD") is None, "decimals are not known"
    book = PriceBook(quotes, {usdc: Asset(usdc, "USDC", 6)})
    assert book.value(usdc, 10**6, START, "USD") == 2 * 10**18


def test_what_follows_an_asset_has_its_price():
    debt = Asset(AssetId("symbol:DEBT"), "DEBT", 18, "debt", underlying=ETH)
    share = Asset(AssetId("symbol:SHARE"), "SHARE", 18, underlying=debt.id)
    book = PriceBook([quote("10")], {debt.id: debt, share.id: share})
    found = book.quote(share.id, START, "USD")
    assert found is not None
    assert (found.price, found.asset) == (Decimal(10), share.id)


def test_assets_that_follow_each_other_have_no_price():
    one = Asset(AssetId("symbol:ONE"), "ONE", 18, underlying=AssetId("symbol:TWO"))
    two = Asset(AssetId("symbol:TWO"), "TWO", 18, underlying=one.id)
    assert price(PriceBook([], {one.id: one, two.id: two}), asset=one.id) is None


def test_a_price_is_crossed_through_the_dollar():
    euro_in_dollars = quote("1.25", asset=currency("EUR"))
    book = PriceBook([quote("10"), euro_in_dollars])
    assert price(book, code="EUR") == "8.000000000000000000000000000000000000"
    dollar_in_euros = quote("0.8", asset=currency("USD"), code="EUR")
    assert Decimal(price(PriceBook([quote("10"), dollar_in_euros]), code="EUR") or 0) == 8


def test_a_cross_with_an_old_rate_is_no_price():
    book = PriceBook([quote("10", 48), quote("1.25", 0, asset=currency("EUR"))])
    assert price(book, 48, code="EUR", age=DAY) is None


def test_an_own_quote_goes_before_a_crossed_one():
    book = PriceBook([quote("10"), quote("1.25", asset=currency("EUR")), quote("9", code="EUR")])
    assert price(book, code="EUR") == "9"


def test_a_stated_quote_goes_before_an_implied_one_of_the_same_time():
    book = PriceBook([quote("10", source="file"), quote("99", source="implied:e1")])
    assert price(book) == "10"


def test_more_quotes_make_another_book():
    book = PriceBook([quote("10")])
    more = book.with_quotes([quote("20", 1)])
    assert (price(book, 1), price(more, 1)) == ("10", "20")


@given(st.permutations([quote(str(n), n % 4, source=f"s{n % 3}") for n in range(12)]))
def test_the_order_of_quotes_changes_nothing(quotes):
    straight = PriceBook(sorted(quotes, key=str))
    assert PriceBook(quotes).quotes == straight.quotes
    assert PriceBook(quotes[:5]).with_quotes(quotes[5:]).quotes == straight.quotes


def test_the_title_of_a_position_has_no_price_of_its_own():
    held = position("eip155:1", "uniswap_v3", "0x1.7")
    title = non_fungible("eip155:1", "erc721", "0x1", 7)
    assets = {title: Asset(title, "#7", 0, "nft", underlying=held)}
    book = PriceBook([Quote(held, START, Decimal(5), "USD", "implied:e1")], assets)
    assert book.quote(held, START, "USD") is not None
    assert book.quote(title, START, "USD") is None


# ---- rates between currencies

DOLLAR, EURO, YEN = currency("USD"), currency("EUR"), currency("JPY")


def euro_in_dollars(rate="1.25", hours=0, source="bank"):
    return quote(rate, hours, asset=EURO, source=source)


def dollar_in_euros(rate, hours=0, source="implied:e1"):
    return quote(rate, hours, asset=DOLLAR, code="EUR", source=source)


def worth(book, hours=0, asset=DOLLAR, code="EUR", age=None):
    found = price(book, hours, asset, code, age)
    return None if found is None else Decimal(found)


def test_a_currency_that_is_held_has_the_inverse_of_the_rate_that_is_quoted():
    book = PriceBook([euro_in_dollars()])
    assert worth(book) == Decimal("0.8")
    assert book.value(DOLLAR, 10**18, START, "EUR") == 8 * 10**17
    assert worth(book, 25, age=DAY) is None


def test_a_stated_rate_goes_before_an_implied_one_either_way_round():
    for hours in (-2, 0, 2):
        book = PriceBook([euro_in_dollars(), dollar_in_euros("0.5", hours)])
        assert worth(book, 3) == Decimal("0.8")
        assert worth(book, 3, EURO, "USD") == Decimal("1.25")
    mixed = [dollar_in_euros("0.8", source="bank"), dollar_in_euros("0.5", 2)]
    assert worth(PriceBook(mixed), 3) == Decimal("0.8")


def test_an_implied_rate_counts_where_the_stated_one_is_too_old():
    book = PriceBook([euro_in_dollars(), dollar_in_euros("0.5", 40)])
    assert worth(book, 41, age=DAY) == Decimal("0.5")


def test_of_two_stated_rates_the_newer_counts():
    book = PriceBook([euro_in_dollars(), dollar_in_euros("0.5", 2, "bank")])
    assert (worth(book, 1), worth(book, 2)) == (Decimal("0.8"), Decimal("0.5"))


def test_a_currency_is_crossed_through_rates_read_either_way_round():
    yen = quote("200", asset=DOLLAR, code="JPY")
    book = PriceBook([euro_in_dollars(), yen])
    assert worth(book, asset=YEN) == Decimal("0.004")
    assert worth(book, asset=EURO, code="JPY") == 250
