"""Rows of a price file become quotes or problems, never nothing."""

from decimal import Decimal

from ledger.prices.sources import price_csv
from tests.ledger.notation import START, asset_named

GOOD = "time,asset,price,currency,source\n2024-01-01T00:00:00Z,ETH,2000.5,USD,desk\n"


def codes(problems):
    return [(problem.code, problem.line) for problem in problems]


def test_a_row_becomes_a_quote():
    (quote,), problems = price_csv.read(GOOD, "prices.csv")
    assert (quote.asset, quote.time, quote.price) == (asset_named("ETH"), START, Decimal("2000.5"))
    assert (quote.currency, quote.source) == ("USD", "desk")
    assert not problems


def test_columns_stand_in_any_order_and_the_file_is_the_source():
    text = "currency,price,asset,time\nUSD,1,eip155:1/slip44:60,2024-01-01\n"
    (quote,), _ = price_csv.read(text, "prices.csv")
    assert (quote.asset, quote.time) == ("eip155:1/slip44:60", START)
    assert quote.source == "prices.csv"


def test_a_time_with_a_zone_becomes_utc():
    text = GOOD.replace("2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00")
    assert price_csv.read(text, "f")[0][0].time == START


def test_a_bad_row_is_a_problem_with_its_line_and_good_rows_stay():
    rows = [
        "2024-01-01,ETH,1e3,USD,x",
        "2024-01-01,ETH,-1,USD,x",
        "2024-01-01,ETH,NaN,USD,x",
        "yesterday,ETH,1,USD,x",
        "2024-02-30,ETH,1,USD,x",
        "0001-01-01T00:00+14:00,ETH,1,USD,x",
        "2024-01-01,e t h,1,USD,x",
        "2024-01-01,nothing:1,1,USD,x",
        "2024-01-01,ETH,1,EURO,x",
        "2024-01-01,ETH,1",
        "2024-01-01,ETH,1,USD,x,more",
        "2024-01-01,ETH,1,USD,fine",
    ]
    quotes, problems = price_csv.read(GOOD + "\n".join(rows) + "\n", "prices.csv")
    assert [quote.source for quote in quotes] == ["desk", "fine"]
    assert codes(problems) == [
        ("bad_amount", 3),
        ("bad_amount", 4),
        ("bad_amount", 5),
        ("bad_time", 6),
        ("bad_time", 7),
        ("bad_time", 8),
        ("bad_row", 9),
        ("bad_row", 10),
        ("bad_row", 11),
        ("bad_row", 12),
        ("bad_row", 13),
    ]
    assert {problem.file for problem in problems} == {"prices.csv"}


def test_an_unknown_column_refuses_the_file_by_name():
    quotes, problems = price_csv.read("time,asset,price,currency,volume\n", "f")
    assert not quotes
    assert codes(problems) == [("unknown_column", 1)]
    assert "volume" in problems[0].message


def test_a_missing_column_refuses_the_file():
    assert codes(price_csv.read("time,asset,price\n", "f")[1]) == [("unknown_layout", 1)]
    assert codes(price_csv.read("", "f")[1]) == [("unknown_layout", 1)]


def test_a_truncated_file_says_so_and_keeps_what_was_whole():
    quotes, problems = price_csv.read(GOOD + "2024-01-02T00:00:00Z,ET", "f")
    assert len(quotes) == 1
    assert codes(problems) == [("truncated_file", 3)]
    quotes, problems = price_csv.read(GOOD + '2024-01-02T00:00:00Z,"ET', "f")
    assert len(quotes) == 1
    assert codes(problems) == [("truncated_file", 3)]


def test_no_text_makes_it_stop():
    for text in ("\0", '"', ",", "\ufeff" + GOOD, GOOD + "x" * 200_000 + "\n"):
        quotes, problems = price_csv.read(text, "f")
        assert quotes or problems


def test_a_price_of_zero_is_refused():
    quotes, (problem,) = price_csv.read(GOOD + "2024-01-02,ETH,0.00,USD,desk\n", "f")
    assert (len(quotes), problem.code, problem.line) == (1, "bad_row", 3)
    assert "above zero" in problem.message


def test_of_two_prices_of_one_source_and_time_the_first_counts_and_the_other_is_named():
    row = "2024-01-01T00:00:00Z,ETH,{},USD,{}\n"
    same, other = row.format("2000.50", "desk"), row.format("9", "another")
    quotes, (problem,) = price_csv.read(GOOD + same + row.format("9999", "desk") + other, "f")
    assert [(str(quote.price), quote.source) for quote in quotes] == [
        ("2000.5", "desk"),
        ("9", "another"),
    ]
    assert (problem.code, problem.line) == ("bad_row", 4)
    assert "9999 is a second price beside 2000.5" in problem.message


def test_a_time_before_the_first_chain_or_after_2100_is_refused():
    rows = "2009-01-02,ETH,1,USD,x\n2101-01-01,ETH,1,USD,x\n2009-01-03,ETH,1,USD,x\n"
    quotes, problems = price_csv.read(GOOD + rows, "f")
    assert len(quotes) == 2
    assert codes(problems) == [("bad_time", 3), ("bad_time", 4)]
