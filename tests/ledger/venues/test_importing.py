"""Files go in and a reading comes out, whatever they hold."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.errors import BadInput, UnknownLayout
from ledger.model.fund import Wallet
from ledger.venues import etherscan, koinly, kraken, partita_csv
from ledger.venues._tables import read_table
from ledger.venues.importing import detect, read_files

VENUES = (etherscan, koinly, kraken, partita_csv)
HEADER = b"time,kind,received_asset,received_quantity\n"


def test_a_file_of_no_venue_is_refused_as_a_whole():
    with pytest.raises(UnknownLayout):
        detect(read_table("x.csv", b"account,name,balance\nChecking,Main,5\n"), VENUES)
    reading = read_files([("x.csv", b"account,name,balance\nChecking,Main,5\n")], VENUES, {})
    assert (reading.venue, reading.layout, reading.rows_read) == (None, None, 0)
    assert [one.code for one in reading.problems] == ["unknown_layout"]
    assert reading.problems[0].file == "x.csv"


def test_a_file_that_cannot_be_read_does_not_keep_out_the_others():
    good = HEADER + b"2024-01-01,income,ETH,1\n"
    reading = read_files([("bad.bin", b"\0\1"), ("good.csv", good)], VENUES, {})
    assert reading.venue == "partita"
    assert len(reading.activities) == 1
    assert [one.file for one in reading.problems] == ["bad.bin"]


def test_a_file_with_a_header_only_is_empty_and_not_wrong():
    reading = read_files([("a.csv", HEADER)], VENUES, {})
    assert (reading.venue, reading.rows_read, reading.problems) == ("partita", 0, ())


def test_too_many_files_are_refused():
    with pytest.raises(BadInput):
        read_files([("a.csv", HEADER)] * 101, VENUES, {})


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_named_fault(body):
    with suppress(BadInput):
        detect(read_table("a.csv", body), VENUES)
    assert read_files([("a.csv", body)], VENUES, {}).activities == ()


@given(st.lists(st.text(max_size=12), min_size=4, max_size=4), st.binary(max_size=40))
def test_no_cells_raise_anything_but_problems(cells, tail):
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    body = HEADER + quoted.encode(errors="replace") + b"\n" + tail
    reading = read_files([("a.csv", body)], [partita_csv], {})
    assert len(reading.activities) == len(reading.lines)
    assert reading.rows_read <= len(reading.lines) + len(reading.problems) or not reading.lines


@given(st.binary(max_size=200))
def test_reading_twice_gives_equal_lines(tail):
    body = HEADER + b"2024-01-01,income,ETH,1\n" + tail
    once, again = (read_files([("a.csv", body)], VENUES, {}) for _ in range(2))
    assert [line.id for line in once.lines] == [line.id for line in again.lines]
    assert once == again


def test_accounts_of_two_venues_with_one_name_stay_apart_in_any_order():
    koinly_row = b"Koinly Date,Amount,Currency,Label,TxHash\n2024-01-01 00:00 UTC,1,XMR,income,\n"
    first = read_files([("a.csv", HEADER + b"2024-01-01,income,ETH,1\n")], VENUES, {})
    stored = {wallet.label: wallet for wallet in first.wallets}
    second = read_files([("b.csv", koinly_row)], VENUES, stored)
    assert [wallet.id for wallet in second.wallets] == ["venue:koinly:main"]
    assert stored.keys().isdisjoint(wallet.label for wallet in second.wallets)
    stored |= {wallet.label: wallet for wallet in second.wallets}
    again = read_files([("b.csv", koinly_row)], VENUES, stored)
    assert again.activities == second.activities
    assert again.wallets == ()
    assert again.accounts == {"venue:koinly:main"}


def test_a_named_account_of_another_venue_can_be_the_target_of_a_row():
    exchange = Wallet("venue:kraken", "main", "exchange")
    body = (
        b"time,kind,wallet,to_wallet,sent_asset,sent_quantity\n"
        b"2024-01-01,transfer,bank,exchange,USD,5\n"
    )
    reading = read_files([("a.csv", body)], VENUES, {"exchange": exchange})
    assert reading.activities[0].transfers[0].recipient == exchange.id
