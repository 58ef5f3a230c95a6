"""stETH counts shares: what the books hold is what the shares are worth, at each touch."""

from collections import Counter

import pytest

from api.wiring import readers
from ledger.books import History, keep_books
from ledger.chains.evm import fetch_history, read
from ledger.chains.evm.growing import TRANSFER_SHARES
from ledger.model.asset import Asset, erc20
from ledger.model.fund import Policy, Wallet
from ledger.transport import Transport, json_rpc
from tests.chain.protocols import Lido

ETHER = 10**18
#: Base units that a transfer of an amount may fall short by, for it moves whole shares.
DUST = 2


@pytest.fixture
def node(chain):
    transport = Transport(allow_private=True)
    yield json_rpc(transport, chain.node.url)
    transport.close()


def played(chain):
    """A stake, rewards, transfers of odd amounts to a stranger and back, a loss; in blocks."""
    lido = Lido.deploy(chain, 3 * ETHER + 7)
    fund, stranger = chain.accounts[:2]
    send = lido.share.transaction
    for step in (
        lido.submit(fund, 10 * ETHER + 1),
        lido.rebase(ETHER // 7),
        send("transfer", stranger, ETHER + 13, sender=fund),
        lido.rebase(ETHER // 11),
        lido.submit(fund, ETHER // 3),
        lido.slash(ETHER // 5),
        send("transferShares", fund, ETHER // 17, sender=stranger),
        lido.rebase(ETHER // 3),
        send("transfer", stranger, 2 * ETHER - 1, sender=fund),
    ):
        chain.transact(step)
    return lido.share, fund


def test_at_each_touch_the_books_hold_what_the_shares_are_worth(chain, node):
    token, fund = played(chain)
    network = f"eip155:{chain.chain_id}"
    wallet, asset = Wallet(network, fund.lower(), "fund"), erc20(network, token.address)
    raws = tuple(fetch_history(node, network, [wallet.address], 1, chain.height))
    history = History((wallet,), raws, assets=(Asset(asset, "stETH", 18),))
    books = keep_books(history, Policy(), readers())
    assert not [p for p in books.problems if p.code in {"balance_break", "negative_balance"}]
    shares: Counter[int] = Counter()
    held = 0
    for raw in raws:
        activity, _ = read(raw)
        for log in activity.logs:
            if log.topics[0] == TRANSFER_SHARES:
                giver, taker = (int(topic, 16) == int(fund, 16) for topic in log.topics[1:])
                shares[activity.block] += (taker - giver) * int(log.data, 16)
    for block in sorted(shares):
        before, now = block - 1, block
        # of shares nothing is lost: what the logs moved is what the contract counts
        upto = sum(moved for at, moved in shares.items() if at <= now)
        assert upto == token.call("sharesOf", fund, block=now)
        worth = token.call("getPooledEthByShares", upto - shares[now], block=before)
        assert worth == token.call("balanceOf", fund, block=before)
        assert booked(books, asset, before) == worth
        held = token.call("balanceOf", fund, block=now)
        assert abs(booked(books, asset, now) - held) <= DUST
    assert held
    grown = [entry for entry in books.entries if entry.kind == "accrual"]
    assert {entry.id.split(":")[1] for entry in grown} == {"staking"}
    assert len(grown) == len(shares) - 1
    assert {entry.order[2] for entry in grown} == {block - 1 for block in shares} - {
        min(shares) - 1
    }


def booked(books, asset, block):
    """What the entries up to a block leave."""
    return sum(
        posting.quantity
        for entry in books.entries
        if entry.order[2] <= block
        for posting in entry.postings
        if posting.asset == asset and posting.account.wallet is not None
    )


def test_shares_that_came_from_somebody_else_grow_too(chain, node):
    lido = Lido.deploy(chain)
    fund, stranger = chain.accounts[:2]
    send = lido.share.transaction
    chain.transact(lido.submit(stranger, 5 * ETHER))
    chain.transact(send("transfer", fund, ETHER, sender=stranger))
    chain.transact(lido.rebase(ETHER))
    chain.transact(send("transfer", stranger, ETHER // 2, sender=fund))
    network = f"eip155:{chain.chain_id}"
    wallet, asset = Wallet(network, fund.lower(), "fund"), erc20(network, lido.share.address)
    raws = tuple(fetch_history(node, network, [wallet.address], 1, chain.height))
    history = History((wallet,), raws, assets=(Asset(asset, "stETH", 18),))
    books = keep_books(history, Policy(), readers())
    (grown,) = [entry for entry in books.entries if entry.kind == "accrual"]
    assert max(posting.quantity for posting in grown.postings) > ETHER // 10
    held = lido.share.call("balanceOf", fund)
    assert abs(booked(books, asset, chain.height) - held) <= DUST
