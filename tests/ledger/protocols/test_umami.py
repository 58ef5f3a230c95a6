"""Umami: asked for in one transaction, done in another."""

from ledger.protocols import umami
from tests.ledger.moves import activity, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS

ARBITRUM = "eip155:42161"
VAULT = min(umami.VAULTS[ARBITRUM])
SHARE = f"{ARBITRUM}/erc20:{VAULT}"


TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


def read(text, *, caller="w", called=VAULT, network=ARBITRUM):
    told = log(1, VAULT, TRANSFER, "x", "w", data=[80])
    one = activity(text, logs=[told], caller=caller, called=called, network=network)
    return only(one, PROTOCOLS, wallets("w", network=network))


def test_a_deposit_waits_and_pays_the_keeper():
    event = read(f"w > {VAULT} 90 USDC; w > {VAULT} 1 ETH")
    assert (event.kind, event.protocol) == ("order_open", "umami")
    assert [role for _, _, role in said(event)] == ["plain", "fee"]


def test_shares_come_from_a_keeper():
    event = read(f"zero > w 80 {SHARE}", caller="keeper", called="handler")
    assert (event.kind, event.protocol) == ("order_fill", "umami")


def test_a_withdrawal_waits_and_is_done():
    assert read(f"w > handler 80 {SHARE}").kind == "order_open"
    assert read(f"{VAULT} > w 90 USDC", caller="keeper", called="handler").kind == "order_fill"


def test_shares_sent_to_somebody_are_no_withdrawal():
    assert read(f"w > x 80 {SHARE}", called="x").kind == "send"


def test_both_ways_at_once_and_other_networks_are_not_claimed():
    assert read(f"w > {VAULT} 90 USDC; zero > w 80 {SHARE}").protocol is None
    assert read(f"w > {VAULT} 90 USDC", network="eip155:1").protocol is None


def test_shares_that_others_took_or_got_are_no_withdrawal():
    text = f"w > handler 80 {SHARE}"
    assert read(text, caller="x").protocol is None
    assert read(f"x > w 80 {SHARE}").kind == "receive"
    assert read("w > handler 80 A").kind == "send"
