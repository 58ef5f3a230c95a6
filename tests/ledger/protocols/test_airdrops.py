"""Airdrops: known distributors, rights to buy, vouchers, tokens handed out without a claim."""

import pytest

from ledger.protocols import airdrops
from tests.ledger.moves import activity, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

VIRTUAL = "0xd057b63f5e69cf1b929b356b579cba08d7688048"
UNISWAP = "0x090d4613473dee047c3f2706764f49e0821d256e"
FOUNDATION = "0x2501c477d0a35545a387aa4a3eee4292a9a8b3f0"
DISPERSER = "0xbe9a9b1b07f027130e56d8569d1aea5dd5a86013"
VIRTUAL_TOKEN = f"eip155:1/erc20:{VIRTUAL}"


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("HasClaimed", airdrops.HAS_CLAIMED),
        ("TokensClaimed", airdrops.TOKENS_CLAIMED),
        ("AirdropRewardsClaim", airdrops.AIRDROP_REWARDS_CLAIM),
    ],
)
def test_claims_that_name_account_and_amount_are_airdrops(name, topic):
    assert hashes_to(f"{name}(address,uint256)", topic)
    event = only(activity("drop > w 9 U", logs=[log(1, "drop", topic, "w", data=[9])]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("airdrop", "airdrops")
    other = activity("drop > w 9 U", logs=[log(1, "drop", topic, "x", data=[9])])
    assert only(other, PROTOCOLS).kind == "receive"
    unasked = activity("drop > w 9 U", logs=[log(1, "drop", topic, "w", data=[9])], caller="x")
    assert only(unasked, PROTOCOLS).kind == "receive"


def test_a_known_distributor_has_its_name_without_a_log():
    event = only(activity(f"{UNISWAP} > w 400 UNI"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("airdrop", "uniswap")


def test_what_a_reserve_pays_for_a_claim_is_an_airdrop():
    (network, contract), (project, token) = next(iter(airdrops.FROM_RESERVE.items()))
    told = log(2, contract, airdrops.TOKENS_CLAIMED, "w", data=[9])
    for what, kind in ((token, "airdrop"), ("Spam", "receive")):
        one = activity(f"safe1 > w 9 {what}@1", logs=[told], called=contract, network=network)
        event = only(one, PROTOCOLS, wallets(network=network))
        assert (event.kind, event.protocol) == (kind, project if kind == "airdrop" else None)


def test_a_token_that_its_own_contract_made_for_a_claim_is_an_airdrop():
    event = only(activity(f"zero > w 5 {VIRTUAL_TOKEN}", called=VIRTUAL), PROTOCOLS)
    assert (event.kind, event.protocol) == ("airdrop", "cowswap")


def test_a_right_to_buy_that_was_paid_for_is_exercised():
    one = activity(f"w > {VIRTUAL} 3 GNO; zero > w 5 {VIRTUAL_TOKEN}", called=VIRTUAL)
    assert only(one, PROTOCOLS).kind == "option_exercise"


def test_a_voucher_given_back_for_the_token_is_no_airdrop():
    one = activity(f"w > zero 5 {VIRTUAL_TOKEN}; {VIRTUAL} > w 5 COW", called=VIRTUAL)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("unwrap", "cowswap", 2)


def test_tokens_handed_out_are_known_by_the_contract_that_was_called():
    owned = wallets("w", network="eip155:10")

    def handed(called):
        text = f"{FOUNDATION} > w 4 OP; {FOUNDATION} > x 4 OP"
        one = activity(text, caller="x", called=called, network="eip155:10")
        return only(one, PROTOCOLS, owned)

    assert (handed(DISPERSER).kind, handed(DISPERSER).protocol) == ("airdrop", "optimism")
    assert handed("another").kind == "receive"


def test_what_else_moves_beside_tokens_handed_out_is_not_claimed():
    text = f"{FOUNDATION} > w 4 OP; x > w 3 USDC; w > {FOUNDATION} 2 DAI"
    one = activity(text, caller="x", called=DISPERSER, network="eip155:10")
    events = events_of(one, PROTOCOLS, wallets("w", network="eip155:10"))
    assert [leg.quantity for found in events if found.kind == "airdrop" for leg in found.legs] == [
        4
    ]


def test_a_distributor_counts_on_its_own_network_alone():
    one = activity(f"{UNISWAP} > w 400 UNI", network="eip155:10")
    assert only(one, PROTOCOLS, wallets("w", network="eip155:10")).kind == "receive"
