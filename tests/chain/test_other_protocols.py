"""Bridge, staking share, vault and collectibles move and log as their public models do."""

import pytest

from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, Reverted, approve_all, topic
from tests.chain.protocols import Across, Collectibles, Lido, TokenVault

ETHER = 10**18
USD = 10**6
TRANSFER_SHARES = "0x9d9c909296d9c674451c0c24f02cb64981eb3b727f99865939192f880a755dcb"
VAULT_DEPOSIT = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
VAULT_WITHDRAW = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"
FUNDS_DEPOSITED = "0xa123dc29aebf7d0c3322c8eeb5b999e859f39937950ed31056532713d0de396f"
FILLED = "0x571749edf1d5c9599318cdbc4e28a6475d65e87fd3b2ddbe1e9a8d5e7a0f0ff7"
ORDER_FULFILLED = "0x9d9af8e38d66c62e2c12f0225249fd9d721c54b83f48d9352c97c6cacdcb6f31"


class End:
    """One end of the bridge: chain, wrapped coin, dollars, spoke pool, a relayer with dollars."""

    def __init__(self, chain):
        self.chain = chain
        self.wallet, self.relayer = chain.accounts[:2]
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.bridge = Across.deploy(chain, self.weth)
        for account in (self.wallet, self.relayer):
            chain.block(
                self.usdc.transaction("mint", account, 10_000 * USD, sender=chain.owner),
                self.weth.transaction("deposit", sender=account, value=10 * ETHER),
                *approve_all(self.bridge.pool.address, (self.usdc, self.weth), account),
            )


@pytest.fixture
def ends():
    require_anvil()
    with Anvil(chain_id=1) as one, Anvil(chain_id=10) as other:
        yield End(Chain(one)), End(Chain(other))


def test_a_bridged_token_arrives_less_the_relayers_fee_under_the_same_number(ends):
    here, there = ends
    sent = here.chain.transact(
        here.bridge.deposit(here.wallet, (here.usdc, 1_000 * USD), (there.usdc, 999 * USD))
    )
    assert FUNDS_DEPOSITED in sent.topics
    deposit = here.bridge.deposited(sent)
    fill = there.bridge.fill(there.relayer, deposit)
    filled = there.chain.transact(fill)
    assert FILLED in filled.topics
    (log,) = there.bridge.pool.logs(filled, "FilledV3Relay")
    assert (log["depositId"], log["originChainId"]) == (deposit["depositId"], 1)
    assert here.usdc.call("balanceOf", here.wallet) == 9_000 * USD
    assert there.usdc.call("balanceOf", there.wallet) == 10_999 * USD
    with pytest.raises(Reverted, match="filled"):
        there.chain.transact(fill)


def test_bridged_coin_arrives_as_coin(ends):
    here, there = ends
    sent = here.chain.transact(
        here.bridge.deposit(
            here.wallet, (here.weth, ETHER), (there.weth, ETHER - 10**15), native=True
        )
    )
    before = there.chain.balance(there.wallet)
    there.chain.transact(there.bridge.fill(there.relayer, here.bridge.deposited(sent)))
    assert there.chain.balance(there.wallet) - before == ETHER - 10**15
    assert there.weth.call("balanceOf", there.wallet) == 10 * ETHER


def test_a_staked_balance_grows_with_the_pool_and_its_shares_do_not(chain):
    lido, staker = Lido.deploy(chain), chain.accounts[1]
    receipt = chain.transact(lido.submit(staker, 9 * ETHER))
    assert receipt.topics == [
        topic("Submitted(address,uint256,address)"),
        topic("Transfer(address,address,uint256)"),
        TRANSFER_SHARES,
    ]
    chain.transact(lido.rebase(ETHER))
    assert lido.share.call("balanceOf", staker) == 99 * ETHER // 10
    assert lido.share.call("sharesOf", staker) == 9 * ETHER
    chain.transact(lido.slash(ETHER))
    assert lido.share.call("balanceOf", staker) == 9 * ETHER


def test_wrapped_stake_keeps_its_number_while_the_pool_grows(chain):
    lido, staker = Lido.deploy(chain), chain.accounts[1]
    chain.block(
        lido.submit(staker, 9 * ETHER),
        *approve_all(lido.wrapper.address, (lido.share,), staker),
        lido.wrap(staker, 9 * ETHER),
    )
    chain.transact(lido.rebase(ETHER))
    assert lido.wrapper.call("balanceOf", staker) == 9 * ETHER
    chain.transact(lido.unwrap(staker, 9 * ETHER))
    assert lido.wrapper.call("balanceOf", staker) == 0
    assert 0 <= 99 * ETHER // 10 - lido.share.call("balanceOf", staker) <= 2


def test_a_vault_share_earns_what_the_vault_is_given(chain):
    token = chain.deploy("Token", "USD Coin", "USDC", 6)
    vault, saver = TokenVault.deploy(chain, token, "Savings", "sUSDC"), chain.accounts[1]
    chain.block(
        token.transaction("mint", saver, 1_000 * USD, sender=chain.owner),
        token.transaction("mint", chain.owner, 50 * USD, sender=chain.owner),
        *approve_all(vault.vault.address, (token,), saver),
    )
    deposited, _, redeemed = chain.block(
        vault.deposit(saver, 1_000 * USD),
        vault.earn(chain.owner, 50 * USD),
        vault.redeem(saver, 1_000 * USD),
    )
    assert VAULT_DEPOSIT in deposited.topics
    assert VAULT_WITHDRAW in redeemed.topics
    assert token.call("balanceOf", saver) == 1_050 * USD


def test_a_sale_pays_the_seller_less_the_fee_and_moves_the_token(chain):
    plates = Collectibles.deploy(chain, ETHER // 10)
    seller, buyer = chain.accounts[1:3]
    minted = chain.transact(plates.mint(seller))
    assert [len(log["topics"]) for log in minted.logs] == [4]
    number = plates.minted(minted)
    chain.block(plates.allow(seller), plates.offer(seller, number, 2 * ETHER))
    before = (chain.balance(seller), chain.balance(buyer))
    receipt = chain.transact(plates.buy(buyer, number, 2 * ETHER))
    assert receipt.topics == [ORDER_FULFILLED, topic("Transfer(address,address,uint256)")]
    assert int(plates.collection.call("ownerOf", number), 16) == int(buyer, 16)
    assert chain.balance(seller) - before[0] == 195 * ETHER // 100
    assert before[1] - chain.balance(buyer) == 2 * ETHER + receipt.fee
