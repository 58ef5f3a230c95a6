"""Exposure of real books: liquidity by what a node read of it, receipts with their protocol."""

from dataclasses import replace

import pytest

from api.exposures import exposure_of, inside_of, protocols_of
from api.figures import marks
from ledger.nav.valuation import Valuation
from tests.ledger import moves
from tests.ledger.test_accrued_fees import NFT, kept, read
from tests.ledger.test_positions_without_token import opened

A, B = moves.asset("A"), moves.asset("B")


def group(found, dimension, name):
    return found.dimension(dimension).group(name)


def test_liquidity_is_what_was_read_of_it_and_adds_up_to_the_mark():
    books = kept(opened(3), readings=(read(8, (0, 0)),))
    lines = [line for line in exposure_of(books).lines if line.asset == NFT]
    assert [line.inside for line in lines] == [A, B]
    (mark,) = [mark for mark in marks(books) if mark.position.asset == NFT]
    assert sum(line.value for line in lines) == mark.value
    assert {line.protocol for line in lines} == {"uniswap_v3"}


def test_a_reading_of_other_units_says_nothing_of_these():
    books = kept(opened(3), readings=(read(8, (0, 0), liquidity=49),))
    assert [line.inside for line in exposure_of(books).lines if line.asset == NFT] == [None]


def test_of_two_readings_the_later_one_counts():
    books = kept(opened(3), readings=(read(8, (0, 0)), read(9, (0, 0), (0, 20))))
    moment = books.entries[-1].time
    found = inside_of(
        marks(books), books.observations, Valuation(books.prices, moment, books.policy)
    )
    assert found[NFT][0] == (A, 0)


def test_what_a_swap_brought_is_with_no_protocol():
    books = kept(opened(3), readings=())
    deposit = next(entry for entry in books.entries if entry.kind == "pool_deposit")
    assert protocols_of([deposit])[NFT] == "uniswap_v3"
    assert protocols_of([replace(deposit, kind="swap")]) == {}


def test_the_command_says_the_net_asset_value_and_each_group(kept_fund):
    row = kept_fund("risk", "exposure", "--json").json
    nav = kept_fund("nav", "--json").json[-1]["nav"]
    assert row["net"] == nav
    assert {one["name"] for one in row["dimensions"]} >= {"family", "issuer", "chain", "venue"}
    dark = {one["symbol"]: one["reason"] for one in row["unpriced"]}
    assert dark == {"SPAMMY": "no quote that is young enough"}


def test_one_dimension_is_shown_and_an_unknown_one_is_bad_input(kept_fund):
    done = kept_fund("risk", "exposure", "--by", "family")
    assert "by family" in done.out
    assert "by chain" not in done.out
    assert kept_fund("risk", "exposure", "--by", "mood").code == 6


@pytest.fixture
def kept_fund(tmp_path, monkeypatch, capsys):
    from tests.api.conftest import HEADER, PRICES, ROWS
    from tests.end_to_end.command import Command

    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    command = Command(tmp_path, monkeypatch, capsys)
    command("fund", "create", "main", "--base", "USD", "--regime", "us")
    command("import", command.write("main.csv", *(HEADER + ROWS).splitlines()))
    command("prices", "import", command.write("prices.csv", *PRICES.splitlines()))
    return command
