"""Books kept again, or from the same rows in other portions, are the same books."""

import random

import pytest

from tests.end_to_end.test_faults import CONTRIBUTION, HEADER, PURCHASE

ROWS = (
    CONTRIBUTION,
    PURCHASE,
    "2025-01-02T12:00:00Z,transfer,bank,ETH,0.05,ETH,0.049,,,,,vault,,,",
    "2025-01-03T00:00:00Z,staking,vault,,,ETH,0.001,,,,,,,,",
    "2025-01-04T00:00:00Z,withdrawal,vault,ETH,0.01,,,,,,,,,,",
    "2025-01-05T00:00:00Z,sell,bank,ETH,0.02,USD,70,USD,1,,,,,,",
    "2025-01-06T00:00:00Z,airdrop,bank,,,NEWCOIN,5,,,,,,,,",
    "2025-01-07T00:00:00Z,redemption,bank,USD,100,,,,,,,,,,",
)
PRICES = ("2025-01-01T00:00:00Z,symbol:ETH,3000,USD", "2025-01-06T00:00:00Z,symbol:ETH,3500,USD")
READS = ("journal", "events", "lots", "disposals", "positions", "nav", "performance", "balances")


def answers(partita, fund):
    return {read: partita(read, "--json", "--fund", fund).out for read in READS}


def priced(partita, fund):
    name = partita.write("prices.csv", "time,asset,price,currency", *PRICES)
    assert partita("prices", "import", name, "--fund", fund).code == 0


@pytest.fixture
def whole(partita):
    """The fund `main` imports every row at once."""
    priced(partita, "main")
    assert partita("import", partita.write("all.csv", HEADER, *ROWS)).code == 0
    assert len(partita("journal", "--json").json) == len(ROWS)
    return partita


@pytest.mark.parametrize("seed", range(3))
def test_rows_imported_one_by_one_in_any_order_give_the_books_of_one_import(whole, seed):
    before = answers(whole, "main")
    whole("fund", "create", "second", "--regime", "us")
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    for number, row in enumerate(rows):
        name = whole.write(f"{number}.csv", HEADER, row)
        assert whole("import", name, "--fund", "second").code == 0
    priced(whole, "second")
    assert answers(whole, "second") == before


def test_keeping_again_changes_no_entry(whole):
    before = answers(whole, "main")
    row = whole("keep", "--json").json
    assert (row["appended"], row["reversed"], row["unchanged"]) == (0, 0, len(ROWS))
    assert answers(whole, "main") == before
