"""Etherscan's exports become the transactions of the chain, with the wraps that they leave out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.asset import Asset, AssetId
from ledger.model.fund import Wallet
from ledger.venues import etherscan
from ledger.venues.importing import read_files

ONE = 10**18
ME = "0x" + "11" * 20
OTHER = "0x" + "22" * 20
THIRD = "0x" + "33" * 20
WETH = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
ZERO = "0x" + "00" * 20
COIN = "eip155:1/slip44:60"
WALLET = Wallet("eip155:1", ME, "hot")

NORMAL = (
    "Txhash,Blockno,UnixTimestamp,DateTime (UTC),From,To,ContractAddress,Value_IN(ETH),"
    "Value_OUT(ETH),CurrentValue @ $2264.03/Eth,TxnFee(ETH),TxnFee(USD),Historical $Price/Eth,"
    "Status,ErrCode,Method"
)
INTERNAL = (
    "Transaction Hash,Blockno,UnixTimestamp,DateTime (UTC),ParentTxFrom,ParentTxTo,"
    "ParentTxETH_Value,From,TxTo,ContractAddress,Value_IN(ETH),Value_OUT(ETH),"
    "CurrentValue @ $2263.33/Eth,Historical $Price/Eth,Status,ErrCode,Type"
)
TOKENS = (
    "Txhash,Blockno,UnixTimestamp,DateTime,From,To,TokenValue,USDValueDayOfTx,ContractAddress,"
    "TokenName,TokenSymbol"
)
NFTS = (
    "Transaction Hash,Blockno,UnixTimestamp,DateTime (UTC),From,To,ContractAddress,TokenName,"
    "TokenSymbol,Token ID,Type,Quantity"
)
OLD_NFTS = "Txhash,UnixTimestamp,DateTime,From,To,ContractAddress,TokenId,TokenName,TokenSymbol"


def txid(number):
    return f"0x{number:064x}"


def head(number):
    return f"{txid(number)},{100 + number},{1_700_000_000 + number},2023-11-14 22:13:20"


def normal(number, sender, to, *, came="0", went="0", fee="0.001", status="", method="Transfer"):
    error = "Reverted" if status else ""
    return f'{head(number)},{sender},{to},,"{came}",{went},1,{fee},2,300,{status},{error},{method}'


def internal(number, sender, to, *, came="0", went="0", status="0"):
    call = f"{sender},{to},,{came},{went},1,300,{status},,call,"
    return f"{head(number)},{OTHER},{THIRD},0,{call}"


def token(number, sender, to, quantity, contract=THIRD, symbol="EXT"):
    return f'{head(number)},{sender},{to},"{quantity}",N/A,{contract},Example,{symbol}'


def imported(*files, wallets=(WALLET,), owner="hot", assets=None, name="export.csv"):
    bodies = [(name, "\n".join([*rows, ""]).encode()) for rows in files]
    named = {wallet.label: wallet for wallet in wallets}
    return read_files(bodies, [etherscan], named, owner, assets or {})


def test_rows_of_one_transaction_are_one_activity_of_the_chain():
    reading = imported(
        (NORMAL, normal(1, ME, OTHER, went="2", method="0x7ff36ab5")),
        (TOKENS, token(1, OTHER, ME, "3,067.671")),
        (INTERNAL, internal(1, OTHER, ME, came="0.5")),
    )
    (activity,) = reading.activities
    assert activity.id == f"eip155:1/tx:{txid(1)}"
    assert (activity.block, activity.caller, activity.called) == (101, ME, OTHER)
    assert activity.selector == "0x7ff36ab5"
    assert activity.statement is None
    assert len(activity.evidence) == 3
    assert activity.fee.quantity == ONE // 1000
    assert reading.balances() == {
        COIN: ONE // 2 - 2 * ONE - ONE // 1000,
        f"eip155:1/erc20:{THIRD}": 3_067_671 * ONE // 1000,
    }


def test_internal_rows_have_one_field_more_than_their_header():
    reading = imported((INTERNAL, internal(1, OTHER, ME, came="2.25")))
    assert (reading.problems, reading.balances()) == ((), {COIN: 9 * ONE // 4})


def test_a_reverted_transaction_moves_no_value_and_costs_its_fee():
    reading = imported((NORMAL, normal(1, ME, OTHER, went="2", status="Error(0)")))
    (activity,) = reading.activities
    assert (activity.status, activity.transfers) == ("failed", ())
    assert reading.balances() == {COIN: -ONE // 1000}


def test_an_inner_failure_does_not_keep_the_value_back():
    reading = imported((NORMAL, normal(1, ME, OTHER, went="2", status="Error(1)")))
    assert reading.activities[0].status == "succeeded"
    assert reading.balances() == {COIN: -2 * ONE - ONE // 1000}


def test_a_failed_internal_call_moves_nothing():
    reading = imported((INTERNAL, internal(1, OTHER, ME, came="2", status="1")))
    assert reading.activities == ()


def test_the_sender_pays_the_fee_and_nobody_else():
    reading = imported((NORMAL, normal(1, OTHER, ME, came="1,000.5")))
    assert reading.balances() == {COIN: 2001 * ONE // 2}
    assert reading.activities[0].fee.payer == OTHER


def test_wraps_and_unwraps_are_rebuilt():
    reading = imported(
        (
            NORMAL,
            normal(1, ME, WETH, went="2", method="Deposit"),
            normal(2, ME, WETH, method="Withdraw"),
        ),
        (INTERNAL, internal(2, WETH, ME, came="0.5")),
    )
    wrap, unwrap = reading.activities
    moved = [(one.asset, one.sender, one.recipient) for one in wrap.transfers]
    assert moved == [(COIN, ME, WETH), (f"eip155:1/erc20:{WETH}", ZERO, ME)]
    assert unwrap.transfers[1].recipient == ZERO
    assert reading.balances()[f"eip155:1/erc20:{WETH}"] == 3 * ONE // 2


def test_a_wrap_that_the_token_export_has_is_not_doubled():
    reading = imported(
        (NORMAL, normal(1, ME, WETH, went="2")), (TOKENS, token(1, ZERO, ME, "2", WETH))
    )
    assert reading.balances()[f"eip155:1/erc20:{WETH}"] == 2 * ONE


def test_a_failed_wrap_makes_no_token():
    reading = imported((NORMAL, normal(1, ME, WETH, went="2", status="Error(0)")))
    assert list(reading.balances()) == [COIN]


def test_identity_is_the_contract_and_not_the_symbol():
    reading = imported(
        (TOKENS, token(1, OTHER, ME, 1, THIRD, "UNI"), token(2, OTHER, ME, 1, WETH, "UNI"))
    )
    assert len(reading.balances()) == 2


def test_tokens_are_counted_in_known_decimals_and_asked_for_otherwise():
    asset = AssetId(f"eip155:1/erc20:{THIRD}")
    rows = (TOKENS, token(1, OTHER, ME, "1.5"))
    unknown = imported(rows)
    assert [question.subject for question in unknown.questions] == [asset]
    assert unknown.balances() == {asset: 3 * ONE // 2}
    known = imported(rows, assets={asset: Asset(asset, "EXT", 6)})
    assert (known.balances(), known.questions) == ({asset: 1_500_000}, ())


def test_more_decimals_than_a_token_has_are_refused():
    asset = AssetId(f"eip155:1/erc20:{THIRD}")
    rows = (TOKENS, token(1, OTHER, ME, "0.0000001"))
    reading = imported(rows, assets={asset: Asset(asset, "EXT", 6)})
    assert [one.code for one in reading.problems] == ["too_precise"]


def test_equal_transfers_of_one_transaction_both_count_and_a_second_export_adds_none():
    row = token(1, OTHER, ME, "1")
    once = imported((TOKENS, row, row))
    again = imported((TOKENS, row, row), (TOKENS.replace("DateTime", "DateTime (UTC)"), row, row))
    assert once.balances() == again.balances() == {f"eip155:1/erc20:{THIRD}": 2 * ONE}
    assert len(again.activities) == 1


def test_a_transaction_that_stands_twice_happened_once():
    row = normal(1, ME, OTHER, went="2")
    assert imported((NORMAL, row, row)).balances() == {COIN: -2 * ONE - ONE // 1000}


def test_a_transfer_between_two_own_wallets_is_one_movement_in_both_exports():
    second = Wallet("eip155:1", OTHER, "cold")
    mine = (NORMAL, normal(1, ME, OTHER, went="2"))
    theirs = (NORMAL, normal(1, ME, OTHER, came="2"))
    wallets = {"hot": WALLET, "cold": second}
    files = [("a.csv", "\n".join(mine).encode())]
    other = [("b.csv", "\n".join(theirs).encode())]
    lines = [
        *read_files(files, [etherscan], wallets, "hot").lines,
        *read_files(other, [etherscan], wallets, "cold").lines,
    ]
    (activity,) = etherscan.read(lines, wallets).activities
    assert len(activity.transfers) == 1


def test_nfts_of_both_standards_are_counted_whole():
    reading = imported(
        (
            NFTS,
            f"{head(1)},{OTHER},{ME},{THIRD},N,N,7,721,1",
            f"{head(2)},{OTHER},{ME},{WETH},N,N,8,1155,5",
        )
    )
    assert reading.balances() == {
        f"eip155:1/erc721:{THIRD}/7": 1,
        f"eip155:1/erc1155:{WETH}/8": 5,
    }
    old = imported((OLD_NFTS, f"{txid(1)},1600000000,2020,{OTHER},{ME},{THIRD},7,N,N"))
    assert old.balances() == {f"eip155:1/erc721:{THIRD}/7": 1}


def test_the_owner_may_stand_in_the_file_name():
    rows = (TOKENS, token(1, OTHER, ME, "1"))
    reading = imported(rows, wallets=(), owner="", name=f"export-token-{ME}.csv")
    assert [wallet.id for wallet in reading.wallets] == [f"eip155:1:{ME}"]
    assert reading.accounts == {f"eip155:1:{ME}"}


def test_the_coin_of_an_export_tells_its_network():
    rows = (NORMAL.replace("(ETH)", "(MATIC)"), normal(1, ME, OTHER, went="2"))
    reading = imported(rows, wallets=(), owner="", name=f"export-{ME}.csv")
    assert reading.activities[0].network == "eip155:137"


def test_a_file_that_does_not_say_whose_it_is_is_refused():
    reading = imported((TOKENS, token(1, OTHER, ME, "1")), wallets=(), owner="")
    assert [one.code for one in reading.problems] == ["unknown_wallet"]
    assert reading.activities == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (normal(1, ME, OTHER, went="2").replace(txid(1), "1.55444E+13"), "bad_row"),
        (normal(1, THIRD, OTHER, went="2"), "unknown_wallet"),
        (normal(1, ME, OTHER, came="2"), "unknown_wallet"),
        (normal(1, ME, OTHER, went="two"), "bad_amount"),
        (normal(1, ME, OTHER, fee="-"), "bad_amount"),
        (normal(1, ME, "somewhere"), "bad_row"),
        (normal(1, ME, OTHER, status="Error(7)"), "bad_row"),
        (normal(1, ME, OTHER).replace("1700000001", "yesterday"), "bad_time"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_and_the_others_are_booked(row, code):
    reading = imported((NORMAL, row, normal(2, OTHER, ME, came="1")))
    assert [(one.code, one.line) for one in reading.problems] == [(code, 2)]
    assert reading.balances() == {COIN: ONE}


def test_a_header_without_rows_is_empty_and_not_wrong():
    reading = imported((INTERNAL,), (NORMAL, normal(1, OTHER, ME, came="1")))
    assert (reading.problems, reading.rows_read) == ((), 1)


ROWS = [
    normal(1, ME, WETH, went="2"),
    normal(2, OTHER, ME, came="1"),
    normal(3, ME, OTHER, status="Error(0)"),
    normal(4, ME, OTHER, went="0.1", status="Error(1)"),
    normal(4, ME, OTHER, went="0.1", status="Error(1)"),
]


@given(st.permutations(ROWS))
def test_the_order_of_rows_changes_nothing(rows):
    assert imported((NORMAL, *rows)) == imported((NORMAL, *ROWS))
