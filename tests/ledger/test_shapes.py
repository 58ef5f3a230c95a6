"""The recurring shapes, each on the smallest activity that shows it."""

from eth_utils.crypto import keccak

from ledger import shapes
from ledger.model.activity import ENTRY_POINTS, USER_OPERATION
from ledger.model.event import Leg
from ledger.model.fund import wallet_id
from ledger.shapes import ActivityView
from tests.ledger.moves import (
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    transfers,
    wallets,
)


def view(text, **more):
    one = activity(text, **more)
    owned = frozenset(wallet.address for wallet in wallets().values())
    legs = []
    for move in one.transfers:
        claim = (one.id, move.index)
        if move.sender in owned:
            wallet = wallet_id(one.network, move.sender)
            legs.append(Leg(wallet, move.asset, -move.quantity, move.recipient, claim))
        if move.recipient in owned:
            wallet = wallet_id(one.network, move.recipient)
            legs.append(Leg(wallet, move.asset, move.quantity, move.sender, claim))
    return ActivityView(one, owned, tuple(legs), {})


def test_topics_are_the_hashes_of_their_signatures():
    signatures = {
        "UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)": (
            USER_OPERATION
        ),
    }
    for signature, topic in signatures.items():
        assert "0x" + keccak(text=signature).hex() == topic


def test_a_log_shorter_than_its_topic_promises_is_left_out():
    short = log(0, "pool", USER_OPERATION, "x", data=(1,))
    one = activity(logs=[short])
    assert shapes.logs_with(one, USER_OPERATION, 2, 1) == (short,)
    assert shapes.logs_with(one, USER_OPERATION, 3, 1) == ()
    assert shapes.logs_with(one, USER_OPERATION, 2, 2) == ()


def test_the_fund_acts_when_it_sends_is_called_logs_or_lets_a_bundler_act():
    assert view("").acts
    assert not view("", caller="x").acts
    assert view("", caller="x", called="bot").acts
    assert view("", caller="x", logs=[log(0, "safe", "0x01")]).acts
    entry = min(ENTRY_POINTS)
    operation = log(0, entry, USER_OPERATION, 1, "safe", "x")
    assert view("", caller="x", logs=[operation]).acts
    # anybody can log as an entry point does
    assert not view("", caller="x", logs=[log(0, "evil", *operation.topics)]).acts


def test_a_split_keeps_the_sum_and_the_claim_even_when_the_part_has_the_other_sign():
    (leg,) = view("w > pool 90 A").legs
    parts = shapes.split(leg, 10, "interest")
    assert [(part.quantity, part.role) for part in parts] == [(-100, "plain"), (10, "interest")]
    assert {part.claim for part in parts} == {leg.claim}


def test_a_payment_over_a_router_is_the_coin_it_was_handed_less_the_refund():
    seen = view("w > router 12 ETH; router > w 2 ETH")
    paid = shapes.payments(seen, {asset("WETH"): -10})
    assert [(leg.quantity, leg.role) for leg in paid] == [(-12, "plain"), (2, "refund")]
    assert shapes.payments(seen, {asset("WETH"): -9}) == ()


def test_an_exact_payment_is_preferred_to_coin_of_the_same_size():
    paid = shapes.payments(view("w > router 10 ETH; w > pair 10 A"), {asset("A"): -10})
    assert [leg.asset for leg in paid] == [asset("A")]


def test_a_wrap_needs_the_same_quantity_at_the_same_contract():
    assert len(shapes.wraps(view("w > WETH 5 ETH; zero > w 5 WETH"))) == 1
    assert len(shapes.wraps(view("w > zero 5 WETH; WETH > w 5 ETH"))) == 1
    assert not shapes.wraps(view("w > WETH 5 ETH; zero > w 4 WETH"))
    assert not shapes.wraps(view("w > pool 5 ETH; zero > w 5 WETH"))


def test_one_token_leg_is_never_in_two_wraps():
    assert len(shapes.wraps(view("w > WETH 5 ETH; w > WETH 5 ETH; zero > w 5 WETH"))) == 1


def test_one_asset_for_another_is_a_swap():
    event = only(activity("w > pool 100 USDC; pool > w 2 A"))
    assert event.kind == "swap"
    assert said(event) == [(-100, asset("USDC"), "plain"), (2, asset("A"), "plain")]


def test_the_unused_coin_comes_back_as_a_refund_of_the_same_swap():
    event = only(activity("w > router 10 ETH; pool > w 500 A; router > w 3 ETH"))
    assert event.kind == "swap"
    assert [leg.role for leg in event.legs] == ["plain", "plain", "refund"]


def test_a_round_trip_keeps_every_gross_leg():
    event = only(activity("w > p 100 U; p > w 7 A; w > q 7 A; q > w 101 U"))
    assert event.kind == "swap"
    assert [leg.quantity for leg in event.legs] == [-100, 7, -7, 101]
    assert {leg.role for leg in event.legs} == {"plain"}


def test_a_round_trip_at_a_loss_is_still_a_swap():
    event = only(activity("w > p 100 U; p > w 7 A; w > q 7 A; q > w 99 U"))
    assert event.kind == "swap"


def test_a_deposit_with_coin_given_back_is_sent_with_a_refund_and_no_swap():
    event = only(activity("w > box 100 U; w > box 5 ETH; box > w 1 ETH"))
    assert event.kind == "send"
    assert [leg.role for leg in event.legs] == ["plain", "plain", "refund"]


def test_assets_left_with_a_contract_that_mints_its_own_token_are_a_deposit():
    assert only(activity("w > S 100 U; zero > w 90 S")).kind == "vault_deposit"
    assert only(activity("w > S 100 U; w > S 50 A; zero > w 70 S")).kind == "pool_deposit"
    assert only(activity("w > zero 90 S; S > w 100 U")).kind == "vault_withdraw"
    assert only(activity("w > S 70 S; S > w 100 U; S > w 50 A")).kind == "pool_withdraw"


def test_a_token_bought_from_somebody_else_than_its_contract_is_no_deposit():
    assert only(activity("w > shop 100 U; zero > w 90 S")).kind == "swap"


def test_a_reward_that_comes_with_a_deposit_stays_apart_from_it():
    deposit, reward = events_of(activity("w > S 100 U; zero > w 90 S; x > w 7 R"))
    assert (deposit.kind, reward.kind) == ("vault_deposit", "receive")


def test_two_vaults_in_one_transaction_are_two_events():
    events = events_of(activity("w > S 100 U; zero > w 90 S; w > T 5 A; zero > w 6 T"))
    assert [event.kind for event in events] == ["vault_deposit", "vault_deposit"]


def test_pieces_for_a_payment_are_bought_minted_sold_or_burnt():
    assert only(activity("w > shop 5 ETH; alice > w 1 Cat#7")).kind == "nft_trade"
    assert only(activity("w > Cat 5 ETH; zero > w 1 Cat#7")).kind == "mint"
    assert only(activity("w > alice 1 Cat#7; shop > w 5 ETH")).kind == "nft_trade"
    assert only(activity("w > zero 1 Cat#7; Cat > w 5 ETH")).kind == "burn"


def test_transfers_of_the_notation_are_what_they_say():
    (move,) = transfers("w > pool 1_000 USDC@4")
    assert (move.sender, move.recipient) == (address("w"), address("pool"))
    assert (move.quantity, move.log_index) == (1000, 4)
