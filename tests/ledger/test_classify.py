"""Classification: every owned movement once, fees once, and each kind of activity by its name."""

import types
from datetime import timedelta
from pathlib import Path

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger import classify as room
from ledger import protocols as plugins
from ledger.classify import classify
from ledger.classify.statement import STATED
from ledger.journal.rules import entries_for
from ledger.model.amount import Money
from ledger.model.asset import Asset, by_symbol
from ledger.model.fund import Wallet
from ledger.shapes import Recognised, event, net
from tests.ledger.moves import (
    NETWORK,
    OWNED,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    row,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS

VENUE = {w.id: w for w in (Wallet("venue:kraken", "main", "main"),)}


def test_topics_are_the_hashes_of_their_signatures():
    assert "0x" + keccak(text="Approval(address,address,uint256)").hex() == room.APPROVAL
    assert "0x" + keccak(text="ApprovalForAll(address,address,bool)").hex() == room.APPROVAL_FOR_ALL


# ---- ordinary transactions ---------------------------------------------------------------------


def test_out_alone_is_sent_and_in_alone_is_received():
    assert only(activity("w > bob 5 ETH")).kind == "send"
    assert only(activity("bob > w 5 ETH", caller="bob")).kind == "receive"
    assert only(activity("faucet > w 5 A")).kind == "receive"


def test_a_move_between_own_wallets_is_one_event_with_both_sides():
    one = only(activity("w1 > w2 5 ETH"))
    assert one.kind == "own_transfer"
    assert [leg.quantity for leg in one.legs] == [-5, 5]


def test_an_own_move_inside_a_trade_is_an_event_beside_it_and_the_trade_has_the_fee():
    move, swap = events_of(activity("w > bot 9 ETH; bot > pool 5 ETH; pool > bot 3 A"))
    assert (move.kind, swap.kind) == ("own_transfer", "swap")
    assert move.fee is None
    assert swap.fee is not None


def test_a_token_sent_to_nobody_is_burnt():
    assert only(activity("w > zero 5 A")).kind == "burn"


def test_several_assets_both_ways_are_a_swap_only_when_the_fund_acts():
    text = "w > p 5 A; p > w 6 B; p > w 7 C"
    assert only(activity(text)).kind == "swap"
    classified, _ = classify(activity(text, caller="keeper"), wallets(), ())
    assert not classified.events
    assert [one.leg.quantity for one in classified.unexplained] == [-5, 6, 7]
    assert all(one.reason for one in classified.unexplained)


def test_an_order_filled_by_a_keeper_is_a_swap_of_each_wallet_alone():
    text = "w1 > p 5 A; p > w1 6 B; w2 > p 6 B; p > w2 5 A"
    first, second = events_of(activity(text, caller="keeper", called="settlement"))
    assert (first.kind, second.kind) == ("swap", "swap")
    assert {leg.wallet for leg in first.legs} != {leg.wallet for leg in second.legs}


def test_what_came_back_whole_moved_nothing():
    assert only(activity("w > box 5 A; box > w 5 A")).kind == "no_effect"


def test_what_went_to_another_own_wallet_over_a_contract_has_moved():
    event = only(activity("w > box 10 A; box > w1 4 A; box > w2 6 A"))
    assert (event.kind, len(event.legs), event.fee is not None) == ("own_transfer", 3, True)
    entry = entries_for(event, lambda *_: None)
    assert entry is not None
    roles = {posting.role for posting in entry.postings if posting.asset == asset("A")}
    assert roles == {"move"}


def test_an_address_owned_later_does_not_count():
    one = activity("bob > w 5 ETH", caller="bob")
    for owned_from, expected in ((one.time, 1), (one.time + timedelta(seconds=1), 0)):
        wallet = Wallet(NETWORK, address("w"), "w", owned_from=owned_from)
        assert len(events_of(one, owned={wallet.id: wallet})) == expected
    assert events_of(one, owned=wallets("bot")) == ()


# ---- fees, tips and quiet transactions ---------------------------------------------------------


def test_the_fee_stands_in_one_event_and_only_if_an_owned_wallet_paid_it():
    assert only(activity("w > bob 5 ETH")).fee.quantity == 21_000
    assert only(activity("bob > w 5 ETH", caller="bob")).fee is None


def test_a_failed_transaction_is_its_fee_and_nothing_else():
    one = only(activity("", status="failed"))
    assert (one.kind, one.legs, one.fee.quantity) == ("failed", (), 21_000)
    assert events_of(activity("", status="failed", caller="bob")) == ()


def test_movements_of_a_failed_transaction_are_not_believed():
    classified, _ = classify(activity("w > bob 5 ETH", status="failed"), wallets(), ())
    assert [one.kind for one in classified.events] == ["failed"]
    assert len(classified.unexplained) == 1


def test_quiet_transactions_are_approvals_or_gas():
    approval = log(0, "A", room.APPROVAL, "w", "router", data=(2**256 - 1,))
    assert only(activity("", logs=[approval])).kind == "approval"
    assert only(activity("", logs=[log(0, "A", room.APPROVAL, "bob", "router")])).kind == "gas_only"
    assert only(activity("", caller="relayer", called="safe")).kind == "no_effect"
    assert events_of(activity("", caller="bob")) == ()


def test_a_payment_to_the_producer_is_a_tip_of_the_trade():
    one = only(activity("bot > p 5 A; p > bot 6 B; bot > producer 9 ETH", called="bot"))
    assert one.kind == "swap"
    assert said(one)[-1] == (-9, asset("ETH"), "tip")


def test_a_payment_to_the_producer_alone_is_an_inclusion_payment():
    one = only(activity("bot > producer 9 ETH", called="bot"))
    assert (one.kind, one.legs[0].role) == ("inclusion_payment", "tip")


# ---- spam --------------------------------------------------------------------------------------

MANY = "; ".join(f"thrower > {name} 7 Fake" for name in ("a", "b", "c", "d", "w"))


def test_a_token_thrown_at_many_is_spam():
    one = only(activity(MANY, caller="thrower", called="Fake"))
    assert one.kind == "spam"
    assert [leg.quantity for leg in one.legs] == [7]


def test_the_same_token_is_no_spam_when_the_fund_asked_for_it_or_trusts_it():
    assert only(activity(MANY)).kind == "receive"
    trusted = activity(MANY, caller="thrower", called="Fake")
    assert only(trusted, trusted=(asset("Fake"),)).kind == "receive"


def test_one_unsolicited_token_is_received_unless_its_symbol_advertises():
    one = activity("bob > w 7 Fake", caller="bob", called="Fake")
    assert only(one).kind == "receive"
    for symbol, kind in (("", "spam"), ("visit win-eth.com", "spam"), ("USDC.e", "receive")):
        known = {asset("Fake"): Asset(asset("Fake"), symbol, 18)}
        assert only(one, assets=known).kind == kind


def test_coin_and_what_was_paid_for_are_never_spam():
    coins = MANY.replace("Fake", "ETH")
    assert only(activity(coins, caller="thrower")).kind == "receive"
    assert only(activity(MANY + "; w > thrower 5 A", caller="thrower")).kind == "swap"


def test_what_a_distributor_hands_out_to_many_is_no_spam():
    assert only(activity(MANY, caller="x", called="distributor")).kind == "receive"


def test_a_token_that_claims_to_have_left_wallets_for_many_is_spam():
    forged = "; ".join(f"{name} > thief 7 Fake" for name in ("a", "b", "c", "d", "w"))
    assert only(activity(forged, caller="thief", called="Fake")).kind == "spam"
    poison = "; ".join(f"w > look{number} 7 Fake" for number in range(5))
    assert only(activity(poison, caller="thief", called="Fake")).kind == "spam"
    assert only(activity("w > shop 7 A", caller="shop", called="A")).kind == "send"


# ---- statements --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("buy", "main > market 100 USD; market > main 2 BTC", "swap"),
        ("deposit", "external > main 2 BTC", "receive"),
        ("withdrawal", "main > external 2 BTC", "send"),
        ("interest", "external > main 2 BTC", "reward"),
        ("staking", "external > main 2 ETH", "reward"),
        ("fork", "external > main 2 BCH", "airdrop"),
        ("lost", "main > external 2 BTC", "send"),
        ("fee", "main > external 2 USD", "service_fee"),
        ("split", "main > market 2 OLD; market > main 20 NEW", "migrate"),
        ("contribution", "external > main 100 USD", "contribution"),
        ("redemption", "main > external 100 USD", "redemption"),
    ],
)
def test_a_row_is_what_it_says(kind, text, expected):
    one = only(row(kind, text), owned=VENUE)
    assert (one.kind, one.note) == (expected, f"stated:{kind}")


def test_every_kind_of_the_generic_import_has_an_event():
    kinds = (
        "buy sell swap deposit withdrawal transfer income interest staking mining airdrop fork"
        " gift_received gift_sent donation lost stolen spend fee borrow repay liquidation split"
        " contribution redemption"
    )
    assert set(STATED) == set(kinds.split())


def test_a_row_keeps_value_and_strategy():
    value = Money.parse("99.5", "USD")
    text = "main > market 1 BTC; market > main 2 ETH"
    one = only(row("swap", text, value=value, strategy="pairs"), owned=VENUE)
    assert (one.value, one.strategy) == (value, "pairs")


def test_a_transfer_to_another_own_wallet_is_an_own_move_and_to_a_stranger_is_sent():
    other = f"{NETWORK}:{address('w')}"
    owned = VENUE | wallets("w")
    assert only(row("transfer", f"main > {other} 2 ETH"), owned=owned).kind == "own_transfer"
    assert only(row("transfer", "main > external 2 ETH"), owned=owned).kind == "send"


def test_what_a_venue_charges_is_a_leg_of_its_own_and_changes_no_kind():
    other = f"{NETWORK}:{address('w')}"
    text = f"main > {other} 9 ETH; main > fee 1 ETH"
    moved = only(row("transfer", text), owned=VENUE | wallets("w"))
    assert moved.kind == "own_transfer"
    assert [(leg.quantity, leg.role) for leg in moved.legs] == [
        (-9, "plain"), (9, "plain"), (-1, "fee"),
    ]  # fmt: skip
    earned = only(row("income", "external > main 5 ETH; main > fee 1 USD"), owned=VENUE)
    assert [leg.role for leg in earned.legs] == ["reward", "fee"]


def test_a_stated_loan_has_a_debt_of_as_many_units_that_claims_nothing():
    loan = only(row("borrow", "market > main 5 USDT"), owned=VENUE)
    assert [(leg.quantity, leg.role) for leg in loan.legs] == [(5, "plain"), (5, "debt")]
    assert loan.claims == (("venue:kraken/row:r1", 0),)
    repaid = only(row("repay", "main > market 5 USDT"), owned=VENUE)
    assert [(leg.quantity, leg.role) for leg in repaid.legs] == [(-5, "plain"), (-5, "debt")]


def test_a_row_of_an_unknown_kind_is_unexplained():
    classified, _ = classify(row("margin", "main > external 2 BTC"), VENUE, ())
    assert classified.events == ()
    assert classified.unexplained[0].leg.asset == by_symbol("BTC")


# ---- conservation ------------------------------------------------------------------------------


def plugin(recognise, sign="bob"):
    module = types.ModuleType("test")
    signs = frozenset({address(sign)})
    vars(module).update(NAME="test", RANK=0, SIGNS=signs, recognise=recognise)
    return module


def test_a_classifier_that_changes_a_quantity_is_caught():
    def doubled(view):
        leg = view.legs[0]
        twice = type(leg)(leg.wallet, leg.asset, 2 * leg.quantity, claim=leg.claim)
        return Recognised((event(view, "send", [twice]),))

    with pytest.raises(AssertionError, match="changed a quantity"):
        events_of(activity("w > bob 5 ETH"), [plugin(doubled)])


def test_a_classifier_that_claims_twice_or_makes_up_a_leg_is_caught():
    def twice(view):
        return Recognised((event(view, "send", view.legs), event(view, "burn", view.legs)))

    def invented(view):
        leg = view.legs[0]
        other = type(leg)(leg.wallet, leg.asset, leg.quantity, claim=(view.activity.id, 99))
        return Recognised((event(view, "send", [other]),))

    with pytest.raises(AssertionError, match="claimed twice"):
        events_of(activity("w > bob 5 ETH"), [plugin(twice)])
    with pytest.raises(AssertionError, match="made one up"):
        events_of(activity("w > bob 5 ETH"), [plugin(invented)])


def test_the_order_of_the_protocols_has_no_influence():
    text = "w > WETH 5 ETH; zero > w 5 WETH; w > p 5 WETH; p > w 6 A"
    deposit = log(0, "WETH", "0x" + keccak(text="Deposit(address,uint256)").hex(), "w", data=(5,))
    one = activity(text, logs=[deposit])
    assert events_of(one, PROTOCOLS) == events_of(one, tuple(reversed(PROTOCOLS)))


def test_every_protocol_of_the_room_takes_part():

    names = {path.stem for path in Path(next(iter(plugins.__path__))).glob("[!_]*.py")}
    assert names == {protocol.NAME for protocol in PROTOCOLS}


PARTIES = st.sampled_from((*OWNED[:4], "alice", "router", "pool", "S", "WETH", "zero", "producer"))
ASSETS = st.sampled_from(("ETH", "WETH", "A", "B", "S", "Cat#1"))
MOVES = st.lists(
    st.tuples(PARTIES, PARTIES, st.sampled_from((1, 2, 5, 10, 95, 100, 2**255)), ASSETS),
    max_size=9,
)
#: The topics that protocols look for, so that random logs reach their readers.
TOPICS = sorted(
    {
        value
        for protocol in PROTOCOLS
        for value in vars(protocol).values()
        if isinstance(value, str) and len(value) == 66 and value.startswith("0x")
    }
)
WORDS = st.one_of(
    st.sampled_from((0, 1, 2, 5, 10, 95, 100)),
    st.sampled_from(("w", "bot", "alice", "pool", "S", "WETH", "A", "B", "zero")),
)
LOGS = st.lists(
    st.builds(
        lambda index, emitter, topic, indexed, data: log(
            index, emitter, topic, *indexed, data=data
        ),
        st.integers(0, 30),
        st.sampled_from(("pool", "S", "WETH", "A", "router", "Cat")),
        st.sampled_from(TOPICS),
        st.lists(WORDS, max_size=3),
        st.lists(WORDS, max_size=15),
    ),
    max_size=5,
)


def random_activity(moves, logs, caller):
    text = "; ".join(
        f"{sender} > {recipient} {1 if '#' in what else quantity} {what}@{place}"
        for place, (sender, recipient, quantity, what) in enumerate(moves)
    )
    return activity(text, logs=logs, caller=caller)


def totals(classified):
    sums: dict[tuple[str, str], int] = {}
    for one in classified.events:
        for leg in one.legs:
            if leg.claim is not None:
                key = (leg.wallet, leg.asset)
                sums[key] = sums.get(key, 0) + leg.quantity
    for one in classified.unexplained:
        key = (one.leg.wallet, one.leg.asset)
        sums[key] = sums.get(key, 0) + one.leg.quantity
    return {key: total for key, total in sums.items() if total}


@given(MOVES, LOGS, st.sampled_from(("w", "alice")))
def test_whatever_happens_every_owned_movement_is_kept_exactly(moves, logs, caller):
    one = random_activity(moves, logs, caller)
    owned = {address(name): f"{NETWORK}:{address(name)}" for name in OWNED}
    expected: dict[tuple[str, str], int] = {}
    for move in one.transfers:
        for party, sign in ((move.sender, -1), (move.recipient, 1)):
            if party in owned:
                key = (owned[party], move.asset)
                expected[key] = expected.get(key, 0) + sign * move.quantity
    classified, _ = classify(one, wallets(), PROTOCOLS)
    assert totals(classified) == {key: total for key, total in expected.items() if total}
    ids = [each.id for each in classified.events]
    assert ids == sorted(set(ids))


@given(MOVES, LOGS, st.sampled_from(("w", "alice")), st.randoms(use_true_random=False))
def test_the_order_of_transfers_never_changes_net_quantities(moves, logs, caller, shuffler):
    shuffled = list(moves)
    shuffler.shuffle(shuffled)
    first, _ = classify(random_activity(moves, logs, caller), wallets(), PROTOCOLS)
    second, _ = classify(random_activity(shuffled, logs, caller), wallets(), PROTOCOLS)
    assert totals(first) == totals(second)


def test_net_sums_by_asset_with_zeros():
    legs = events_of(activity("w > p 5 A; p > w 5 A"))[0].legs
    assert net(legs) == {asset("A"): 0}
