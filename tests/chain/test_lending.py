"""The lending pool accrues by time, logs as Aave v3 does, and liquidates only unhealthy debt."""

import pytest

from tests.chain.deploy import Reverted, approve_all, topic
from tests.chain.protocols import AaveV3

ETHER = 10**18
USD = 10**6
YEAR = 365 * 86_400
MINT = "0x458f5fa412d0f69b08dd84872b0215675cc67bc1d5b6fd93300a1c3878b86196"
BURN = "0x4cf25bc1d991c17529c25213d3cc0cda295eeaad5f13f361969b12ea48015f90"
SUPPLY = topic("Supply(address,address,address,uint256,uint16)")
WITHDRAW = topic("Withdraw(address,address,address,uint256)")
BORROW = topic("Borrow(address,address,address,uint256,uint8,uint256,uint16)")
REPAY = topic("Repay(address,address,address,uint256,bool)")
LIQUIDATION = topic("LiquidationCall(address,address,address,uint256,uint256,address,bool)")


class Market:
    """Coins at 2,000 lent at 2 % to 3 %, dollars lent at 4 % to 6 %, and a borrower with coins."""

    def __init__(self, chain):
        self.chain = chain
        self.lender, self.borrower, self.liquidator = chain.accounts[1:4]
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.lending = AaveV3.deploy(chain)
        self.lending.list_asset(self.weth, 2_000 * 10**8, rates=(200, 300))
        self.lending.list_asset(self.usdc, 10**8, rates=(400, 600))
        for account in (self.lender, self.borrower, self.liquidator):
            chain.block(
                self.weth.transaction("deposit", sender=account, value=100 * ETHER),
                self.usdc.transaction("mint", account, 1_000_000 * USD, sender=chain.owner),
                *approve_all(self.lending.pool.address, (self.weth, self.usdc), account),
            )
        chain.transact(self.lending.supply(self.lender, self.usdc, 500_000 * USD))
        self.receipt_token = self.lending.receipt_token(self.weth)
        self.debt_token = self.lending.debt_token(self.usdc)

    def borrow(self):
        """Ten coins as collateral, 15,000 dollars of debt, in one block."""
        return self.chain.block(
            self.lending.supply(self.borrower, self.weth, 10 * ETHER),
            self.lending.borrow(self.borrower, self.usdc, 15_000 * USD),
        )


@pytest.fixture
def market(chain):
    return Market(chain)


def test_a_deposit_and_a_loan_log_their_tokens(market):
    supplied, borrowed = market.borrow()
    assert {SUPPLY, MINT} <= set(supplied.topics)
    assert {BORROW, MINT} <= set(borrowed.topics)
    (minted,) = market.receipt_token.logs(supplied, "Transfer")
    assert (int(minted["from"], 16), minted["value"]) == (0, 10 * ETHER)
    (owed,) = market.debt_token.logs(borrowed, "Transfer")
    assert (int(owed["from"], 16), owed["value"]) == (0, 15_000 * USD)
    assert market.usdc.call("balanceOf", market.borrower) == 1_015_000 * USD


def test_a_year_costs_the_borrower_and_pays_the_lender_the_rate(market):
    market.borrow()
    deposited = market.lending.receipt_token(market.usdc).call("balanceOf", market.lender)
    market.chain.block(timestamp=market.chain.time + YEAR)
    assert market.debt_token.call("balanceOf", market.borrower) == 15_900 * USD
    assert abs(market.receipt_token.call("balanceOf", market.borrower) - 102 * ETHER // 10) <= 1
    later = market.lending.receipt_token(market.usdc).call("balanceOf", market.lender)
    assert abs(later - deposited * 104 // 100) <= USD


def test_repaying_and_withdrawing_everything_leaves_nothing(market):
    market.borrow()
    chain, borrower = market.chain, market.borrower
    repaid, withdrawn = chain.block(
        market.lending.repay(borrower, market.usdc),
        market.lending.supply(market.lender, market.weth, ETHER),
        market.lending.withdraw(borrower, market.weth),
        timestamp=chain.time + YEAR // 2,
    )[::2]
    assert {REPAY, BURN} <= set(repaid.topics)
    assert {WITHDRAW, BURN} <= set(withdrawn.topics)
    (burned,) = market.debt_token.logs(repaid, "Burn")
    assert burned["value"] == 15_000 * USD
    assert burned["balanceIncrease"] == 450 * USD
    assert market.debt_token.call("balanceOf", borrower) == 0
    assert market.receipt_token.call("balanceOf", borrower) == 0
    assert market.usdc.call("balanceOf", borrower) == 1_000_000 * USD - 450 * USD
    assert 0 <= market.weth.call("balanceOf", borrower) - 100 * ETHER - ETHER // 10 <= 1


def test_a_withdrawal_below_the_accrued_interest_is_logged_as_a_mint(market):
    chain, lending = market.chain, market.lending
    receipt = chain.transact(
        lending.withdraw(market.lender, market.usdc, 1_000 * USD), timestamp=chain.time + YEAR
    )
    token = lending.receipt_token(market.usdc)
    assert token.logs(receipt, "Burn") == []
    (minted,) = token.logs(receipt, "Mint")
    assert minted["value"] == minted["balanceIncrease"] - 1_000 * USD


def test_moving_a_deposit_logs_the_scaled_amount_too(market):
    chain = market.chain
    token = market.lending.receipt_token(market.usdc)
    receipt = chain.transact(
        token.transaction("transfer", market.borrower, 1_000 * USD, sender=market.lender),
        timestamp=chain.time + YEAR,
    )
    (moved,) = token.logs(receipt, "BalanceTransfer")
    assert moved["value"] < 1_000 * USD
    assert token.call("balanceOf", market.borrower) == 1_000 * USD


def test_debt_beyond_the_collateral_is_refused(market):
    market.borrow()
    with pytest.raises(Reverted, match="36"):
        market.chain.transact(market.lending.borrow(market.borrower, market.usdc, 2_000 * USD))
    with pytest.raises(Reverted, match="35"):
        market.chain.transact(market.lending.withdraw(market.borrower, market.weth, 5 * ETHER))


def test_only_unhealthy_debt_is_liquidated_and_the_liquidator_gets_the_bonus(market):
    market.borrow()
    chain, lending = market.chain, market.lending
    call = lending.liquidate(
        market.liquidator, market.weth, market.usdc, market.borrower, 6_000 * USD
    )
    with pytest.raises(Reverted, match="45"):
        chain.transact(call)
    _, receipt = chain.block(lending.set_price(market.weth, 1_750 * 10**8), call)
    assert {LIQUIDATION, BURN} <= set(receipt.topics)
    (log,) = lending.pool.logs(receipt, "LiquidationCall")
    assert log["debtToCover"] == 6_000 * USD
    assert log["liquidatedCollateralAmount"] == 6_000 * ETHER * 105 // (1_750 * 100)
    gained = market.weth.call("balanceOf", market.liquidator) - 100 * ETHER
    assert gained == log["liquidatedCollateralAmount"]
    assert market.usdc.call("balanceOf", market.liquidator) == 994_000 * USD
