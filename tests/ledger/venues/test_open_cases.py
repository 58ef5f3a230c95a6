"""Real exports, where they are at hand, give the rows and balances worked out for them."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.model.fund import Wallet
from ledger.venues import etherscan, koinly, kraken, partita_csv
from ledger.venues.importing import read_files

FOLDER = Path(__file__).parents[3] / "../shared/evidence/csv"
CASES = (
    [
        case
        for case in json.loads((FOLDER / "expectations.json").read_text("utf-8"))["cases"]
        if case["expected"]["venue"] in (None, ["kraken"], ["etherscan", "ethereum"])
    ]
    if FOLDER.exists()
    else []
)
ABSENT = "the folder of open cases is not beside the project"


def name_of(asset):
    """The asset as the cases name it: a symbol, a contract, or ETH for the native coin."""
    contract = re.search(r"0x[0-9a-f]{40}$", asset)
    if asset.endswith("/slip44:60"):
        return "ETH"
    return contract.group(0) if contract else asset.rpartition(":")[2]


def imported(case):
    expected = case["expected"]
    address = expected.get("wallet")
    wallets = {"w": Wallet("eip155:1", address, "w")} if address else {}
    files = [(name, (FOLDER / "files" / name).read_bytes()) for name in case["files"]]
    return read_files(
        files, (etherscan, koinly, kraken, partita_csv), wallets, "w" if wallets else ""
    )


@pytest.mark.skipif(not CASES, reason=ABSENT)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_an_open_case_says_what_was_worked_out(case):
    expected, reading = case["expected"], imported(case)
    assert reading.venue == (expected["venue"][0] if expected["venue"] else None)
    assert reading.rows_read == expected["rows_read"]
    lines = {problem.line for problem in reading.problems}
    assert {refused["line"] for refused in expected["refused"]} <= lines
    if "problem" in expected:
        assert expected["problem"] in {problem.code for problem in reading.problems}
    decimals = {asset.id: asset.decimals for asset in reading.assets}
    got = {
        name_of(asset): Fraction(quantity, 10 ** decimals[asset])
        for asset, quantity in reading.balances().items()
    }
    want = {asset: Fraction(quantity) for asset, quantity in expected["balances"].items()}
    asked = expected.get("only") or got.keys() | want.keys()
    assert {a: got.get(a, 0) for a in asked} == {a: want.get(a, 0) for a in asked}


@pytest.mark.skipif(not CASES, reason=ABSENT)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_open_case_has_a_problem_that_was_not_foreseen(case):
    foreseen = {"unknown_layout"} if "problem" in case["expected"] else set()
    assert {problem.code for problem in imported(case).problems} <= foreseen
