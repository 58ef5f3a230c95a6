"""Linking: bridges, moves by transaction id, sandwiches and just-in-time liquidity."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.link import link
from ledger.model.fund import Wallet
from ledger.protocols import across, compound_v2, staking_rewards
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    events_of,
    log,
    row,
    transfers,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS

ARBITRUM = "eip155:42161"
COIN = "0x" + "e" * 40
OWNED = (
    wallets()
    | wallets(network=ARBITRUM)
    | {w.id: w for w in (Wallet("venue:kraken", "main", "main"),)}
)


def events(*activities):
    return [event for one in activities for event in events_of(one, PROTOCOLS, OWNED)]


def kinds(linked):
    return [event.kind for event in linked.events]


# ---- bridges -----------------------------------------------------------------------------------


def sent(number=17, recipient="w"):
    data = ["U", "U2", 100, 99, 1, 2, 3, recipient, "zero", 320, 0]
    deposit = log(4, "spoke", across.FUNDS_DEPOSITED, 42161, number, "w", data=data)
    return activity("w > spoke 100 U", logs=[deposit], name=f"out{number}")


def arrived(number=17, quantity=99, token="U2", name="in"):
    words = ["U", token, 100, quantity, 1, 2, 3, "zero", "w", "w", 0, "w", 0, quantity, 0]
    filled = log(4, "spoke", across.FILLED_RELAY, 1, number, "relayer", data=words)
    return activity(
        f"relayer > w {quantity} {token}",
        logs=[filled],
        network=ARBITRUM,
        caller="relayer",
        name=f"{name}{number}",
        minutes=3 if name == "in" else 2,
    )


def test_both_ends_of_a_bridge_get_one_group():
    linked = link(events(sent(), arrived()), OWNED)
    assert kinds(linked) == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {"bridge:1:17"}
    assert (linked.in_flight, linked.problems) == ((), ())


def test_what_has_not_arrived_is_in_flight_and_a_problem():
    linked = link(events(sent(17), sent(18), arrived(17)), OWNED)
    (flying,) = linked.in_flight
    assert flying.group == "bridge:1:18"
    assert [(one.code, one.source) for one in linked.problems] == [("in_flight", flying.id)]


def test_numbers_that_differ_never_join():
    linked = link(events(sent(17), arrived(18)), OWNED)
    assert [one.code for one in linked.problems] == ["in_flight", "unmatched_transfer"]


def test_coin_ends_a_flight_where_the_contract_of_the_token_gave_it_for_as_much():
    for giver, flying in (("U2", 0), ("relayer", 1)):
        text = f"{giver} > spoke 99 ETH; spoke > w 99 ETH"
        one = replace(arrived(), transfers=transfers(text, ARBITRUM))
        assert len(link(events(sent(), one), OWNED).in_flight) == flying


def test_an_arrival_that_anybody_could_log_does_not_end_a_flight():
    forged = (arrived(quantity=1, name="dust"), arrived(token="Fake", name="fake"))
    linked = link(events(sent(), *forged), OWNED)
    assert [event.kind for event in linked.in_flight] == ["bridge_out"]
    linked = link(events(sent(), *forged, arrived()), OWNED)
    assert not linked.in_flight
    joined = [event for event in linked.events if event.group == "bridge:1:17"]
    assert [leg.quantity for event in joined for leg in event.legs] == [-100, 99]


def ends(left, came, expects="", by="", told="", network=ARBITRUM, minutes=5):
    """A message that one end says something of, and what came under it."""
    (out,) = events(activity(f"w > bridge {left}", name="out"))
    arrives = activity(f"x > w {came}", name="in", caller="x", network=network, minutes=minutes)
    (back,) = events(arrives)
    said = " ".join(
        f"{name}:{value}" for name, value in (("expects", expects), ("by", by)) if value
    )
    return (
        replace(out, kind="bridge_out", note=f"message:some:1 {said}"),
        replace(back, kind="bridge_in", note="message:some:1" + (f" by:{told}" if told else "")),
    )


def flies(*both, **said):
    linked = link(ends(*both, **said), OWNED)
    return [event.kind for event in linked.in_flight] == ["bridge_out"]


def at(quantity, token="*", network=ARBITRUM):
    named = token if token.startswith(("*", "0x")) else address(token)
    return f"{network}/{named}/{quantity}"


def test_what_nobody_expects_is_not_joined_and_the_problems_say_so():
    for left, came in (("100 ETH", "99 ETH"), ("100 A", "100 A"), ("100 A", "1 Scam")):
        linked = link(ends(left, came), OWNED)
        assert [one.code for one in linked.problems] == ["in_flight", "unmatched_transfer"]
        here, there = (one.message for one in linked.problems)
        assert "tx:0xin#00 has its message, but nothing says what shall come" in here
        assert "was not joined with what was sent; eip155:1/tx:0xout#00" in there


def test_a_token_that_is_named_joins_in_its_quantity_whoever_tells_of_it():
    assert not flies("100 A", "99 B", expects=at(99, "B"))
    assert flies("100 A", "98 B", expects=at(99, "B"))
    assert flies("100 A", "99 Scam", expects=at(99, "B"))
    assert flies("100 A", "99 B", expects=at(99, "B", "eip155:10"))
    assert not flies("100 A", "99 C", expects=at(99, f"{address('B')}|{address('C')}"))


def test_a_least_quantity_is_enough_and_a_range_has_two_ends():
    assert not flies("100 A", "95 B", expects=at("95+", "B"))
    assert flies("100 A", "94 B", expects=at("95+", "B"))
    for came, alone in ((94, True), (95, False), (99, False), (100, True)):
        assert flies("100 A", f"{came} B", expects=at("95-99", "B")) == alone


def test_without_a_named_token_only_who_was_expected_tells_of_an_arrival():
    assert not flies("100 A", "99 B", expects=at(99), by="bridge2", told="bridge2")
    assert flies("100 A", "99 B", expects=at(99), by="bridge2", told="stranger")
    assert flies("100 A", "99 B", expects=at(99), by="bridge2")
    assert flies("100 A", "98 B", expects=at(99), by="bridge2", told="bridge2")
    # nobody who could be told apart: however much came, anybody may have sent it
    assert flies("100 A", "99 B", expects=at(99))
    assert flies("100 A", "99 B", expects=at("*"))
    assert not flies("100 A", "1 B", expects=at("*"), by="bridge2", told="bridge2")


def test_other_decimals_are_a_power_of_ten_and_prove_nothing_alone():
    said = {"by": "bridge2", "told": "bridge2"}
    for came, alone in ((99, False), (990, False), (99 * 10**12, False), (98, True), (1, True)):
        assert flies("100 A", f"{came} B", expects=at("~99"), **said) == alone
    assert not flies("9900 A", "99 B", expects=at("~9900"), **said)
    assert flies("9900 A", "99 B", expects=at("~9900", "B"))  # a hundredth of it, of anybody


def test_only_a_wrapped_coin_comes_as_coin_and_the_coin_wrapped():
    weth = "0x82af49447d8a07e3bd95bd0d56f35241523fbab1"
    assert not flies("100 A", "99 ETH", expects=at(99, weth))
    assert not flies("100 A", f"99 {weth}", expects=at(99, COIN))
    assert not flies("100 A", "99 ETH", expects=at(99, COIN))
    # as many units of coin as of a token of few decimals are next to nothing
    assert flies("100 A", "99 ETH", expects=at(99, "B"))


def test_words_that_cannot_be_read_expect_nothing():
    for expects in ("x", "eip155:1/*", f"{ARBITRUM}/*/-5", f"{ARBITRUM}/*/9e9", f"*/{COIN}/99"):
        assert flies("100 ETH", "99 ETH", expects=expects)


def test_of_two_arrivals_that_fit_the_first_ends_the_flight():
    out, back = ends("100 A", "99 B", expects=at(99, "B"))
    again = replace(back, id="later", order=(back.order[0] + 1, *back.order[1:]))
    linked = link((out, again, back), OWNED)
    assert [event.group for event in linked.events] == ["bridge:some:1", "bridge:some:1", None]
    (problem,) = linked.problems
    assert (problem.code, problem.source) == ("unmatched_transfer", "later")
    assert problem.message.endswith("but another one arrived before it")


def test_what_is_a_move_by_its_transaction_stays_one():
    # sent over a bridge to an exchange, whose file claims the deposit
    (out,) = events(sent(recipient="exchange"))
    claimed = row("deposit", "external > main 99 BTC", txid=out.txid, minutes=30)
    linked = link([out, *events(claimed, arrived())], OWNED)
    assert {event.group for event in linked.events if event.kind == "bridge_out"} == {
        f"transfer:{out.txid.removeprefix('0x')}"
    }


def test_a_message_that_is_sent_twice_is_an_id_once():
    out, back = ends("100 A", "99 B", expects=at(99, "B"))
    again = replace(out, id="later", order=(out.order[0] + 1, *out.order[1:]))
    linked = link((out, again, back), OWNED)
    assert [event.id for event in linked.in_flight] == ["later"]
    assert linked.in_flight[0].group is None


def test_what_fits_by_address_and_amount_is_proposed_and_not_joined():
    out, back = ends("100 A", "99 B", expects=at(99))
    note = f"expects:{at(99)} to:{ARBITRUM}:{address('w')}"
    plain = replace(back, kind="receive", note="")
    linked = link((replace(out, note=note), plain), OWNED)
    assert [event.group for event in linked.events] == [None, None]
    found = f"; {back.id} fits by network, address and amount"
    assert linked.problems[0].message.endswith(found)
    named = replace(out, note=f"{note} by:bridge2")
    assert link((named, plain), OWNED).problems[0].message.endswith(found)
    other = f"expects:{at(99)} to:{ARBITRUM}:{address('w1')}"
    assert "fits" not in link((replace(out, note=other), plain), OWNED).problems[0].message


def test_what_looks_alike_is_proposed_last():
    for came, minutes, alike in (
        ("98 ETH", 5, True),
        ("94 ETH", 5, False),
        ("101 ETH", 5, False),
        ("98 B", 5, False),
        ("98 ETH", 25 * 60, False),
    ):
        out, back = ends("100 ETH", came, minutes=minutes)
        linked = link((replace(out, note=""), replace(back, note="")), OWNED)
        assert len(linked.in_flight) == 1
        words = "looks alike by kind of asset, amount and time"
        assert linked.problems[0].message.endswith(words) == alike


def test_a_bridge_to_somebody_else_is_sent():
    linked = link(events(sent(recipient="stranger")), OWNED)
    assert (kinds(linked), linked.in_flight, linked.problems) == (["send"], (), ())


def test_a_bridge_to_somebody_else_keeps_its_name_and_is_no_move_of_the_funds_own():
    (event,) = link(events(sent(recipient="stranger")), OWNED).events
    assert (event.kind, event.protocol, event.group) == ("send", "across", None)
    # not even where the message arrives at the fund all the same
    linked = link(events(sent(recipient="stranger"), arrived()), OWNED)
    assert (kinds(linked), linked.in_flight) == (["send", "bridge_in"], ())
    assert [one.code for one in linked.problems] == ["unmatched_transfer"]


def test_a_wallet_that_was_given_away_before_is_somebody_else():
    out = events(sent())
    there = f"{ARBITRUM}:{address('w')}"
    here = f"{NETWORK}:{address('w')}"
    for until, kind in ((out[0].time, "send"), (out[0].time + timedelta(1), "bridge_out")):
        owned = OWNED | {name: replace(OWNED[name], owned_until=until) for name in (here, there)}
        assert kinds(link(out, owned)) == [kind]


# ---- moves by transaction id -------------------------------------------------------------------


def test_a_withdrawal_and_its_deposit_by_transaction_id_are_one_move():
    withdrawal = row("withdrawal", "main > external 5 ETH", txid="AA")
    deposit = activity("hot > w 5 ETH", caller="hot", name="aa", minutes=4)
    linked = link(events(withdrawal, deposit), OWNED)
    assert kinds(linked) == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {"transfer:aa"}
    assert not linked.problems


def test_a_move_of_the_same_size_is_proposed_and_not_joined():
    withdrawal = row("withdrawal", "main > external 5 BTC", name="r1")
    deposit = row("deposit", "external > main 5 BTC", name="r2", minutes=9)
    linked = link(events(withdrawal, deposit), OWNED)
    assert kinds(linked) == ["send", "receive"]
    assert {one.code for one in linked.problems} == {"unmatched_transfer"}
    assert "r2#00 has the same size" in linked.problems[0].message


def test_only_rows_that_claim_a_move_are_unmatched():
    others = (row("gift_sent", "main > external 5 BTC"), activity("w > bob 5 ETH"))
    assert not link(events(*others), OWNED).problems


def test_money_that_moved_without_another_side_is_unmatched_too():
    for moved in (
        row("deposit", "external > main 5 USD"),
        row("withdrawal", "main > external 5 USD"),
    ):
        linked = link(events(moved), OWNED)
        assert [one.code for one in linked.problems] == ["unmatched_transfer"]


def two_rows(out="a > external 5 BTC", came="external > b 5 BTC", minutes=9):
    owned = {w.id: w for name in "ab" for w in (Wallet("venue:partita", name, name),)}
    rows = (
        row("withdrawal", out, network="venue:partita", txid="0xAA", name="z"),
        row("deposit", came, network="venue:partita", txid="aa", name="y", minutes=minutes),
    )
    return link([one for told in rows for one in events_of(told, (), owned)], owned)


def test_two_rows_of_one_file_in_two_wallets_are_one_move_by_transaction_id():
    linked = two_rows()
    assert kinds(linked) == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {"transfer:aa"}
    assert not linked.problems


def test_of_two_rows_of_one_time_what_left_stands_before_what_arrived():
    assert kinds(two_rows(minutes=0)) == ["bridge_out", "bridge_in"]


def test_two_rows_of_one_wallet_or_of_two_symbols_are_no_move():
    for linked in (two_rows(came="external > a 5 BTC"), two_rows(came="external > b 5 ETH")):
        assert {event.kind for event in linked.events} == {"send", "receive"}
        assert len(linked.problems) == 2


# ---- trades of one block -----------------------------------------------------------------------

FRONT = ("bot > pool 100 U; pool > bot 50 A", 3)
BACK = ("bot > pool 50 A; pool > bot 104 U; bot > producer 1 ETH", 5)
UNWRAPPED = ("bot > pool 50 A; pool > bot 9 U; U > bot 2 ETH; bot > producer 2 ETH", 5)


def bot(text, index, block=100, name=None):
    return activity(text, index=index, block=block, called="bot", name=name or f"b{block}i{index}")


def groups(*activities):
    return [event.group for event in link(events(*activities), OWNED).events]


def test_a_pair_bought_and_sold_around_a_foreign_transaction_is_a_sandwich():
    assert groups(bot(*FRONT), bot(*BACK)) == [f"sandwich:{NETWORK}:100:3"] * 2


def test_coin_that_only_passed_through_to_the_producer_does_not_hide_a_sandwich():
    assert groups(bot(*FRONT), bot(*UNWRAPPED)) == [f"sandwich:{NETWORK}:100:3"] * 2


def test_trades_next_to_each_other_or_in_two_blocks_are_none():
    assert groups(bot(*FRONT), bot(BACK[0], 4)) == [None, None]
    assert groups(bot(*FRONT), bot(*BACK, block=101)) == [None, None]


def test_own_transactions_between_are_no_victim():
    assert groups(bot(*FRONT), bot("w > bob 1 ETH", 4), bot(*BACK)) == [None] * 3


def test_two_trades_of_one_direction_are_no_sandwich():
    assert groups(bot(*FRONT), bot(FRONT[0], 5)) == [None, None]


def test_another_wallet_or_pair_is_no_sandwich():
    other = "w2 > pool 50 A; pool > w2 104 U"
    assert groups(bot(*FRONT), bot(other, 5)) == [None, None]
    assert groups(bot(*FRONT), bot("bot > pool 50 A; pool > bot 9 B", 5)) == [None, None]


def test_liquidity_put_in_and_taken_out_around_a_trade_is_just_in_time():
    deposit = bot("bot > S 100 U; bot > S 9 A; zero > bot 30 S", 7)
    withdrawal = bot("bot > zero 30 S; S > bot 101 U; S > bot 9 A", 9)
    assert groups(deposit, withdrawal) == [f"jit:{NETWORK}:100:7"] * 2


def test_a_second_sandwich_in_the_block_has_its_own_group():
    later = (bot(FRONT[0], 8), bot(BACK[0], 10))
    found = groups(bot(*FRONT), bot(*BACK), *later)
    assert found[0] == found[1] != found[2] == found[3]


@given(st.permutations(range(6)))
def test_the_order_of_the_events_has_no_influence(order):
    all_events = events(sent(), arrived(), bot(*FRONT), bot(*BACK), sent(18))
    all_events.append(replace(all_events[0], id="x#00", order=(*all_events[0].order[:4], "x#00")))
    shuffled = [all_events[place] for place in order]
    assert link(shuffled, OWNED) == link(all_events, OWNED)


def test_no_event_is_lost_and_no_leg_is_touched():
    given_events = events(sent(), arrived(), bot(*FRONT), bot(*BACK))
    linked = link(given_events, OWNED).events
    assert sorted((one.id, one.legs) for one in linked) == sorted(
        (one.id, one.legs) for one in given_events
    )
    assert address("bot") in given_events[2].called


def test_what_is_of_a_position_or_a_debt_that_nobody_saw_begin_is_a_problem():
    paid = log(2, "cA", compound_v2.REPAY, data=("w", "w", 60, 47, 47))
    repaid = events(activity("w > cA 60 A@1", logs=[paid], called="cA"))
    freed = log(5, "farm", staking_rewards.WITHDRAWN, "w", data=[100])
    unstaked = events(activity("farm > w 100 S", logs=[freed], called="farm", name="bb"))
    assert [one.kind for one in (*repaid, *unstaked)] == ["repay", "unstake"]
    linked = link((*repaid, *unstaked), OWNED)
    assert [(one.code, one.source) for one in linked.problems] == [
        ("unmatched_transfer", repaid[0].id),
        ("unmatched_transfer", unstaked[0].id),
    ]


def test_a_loan_that_a_file_states_is_not_asked_for_its_debt():
    stated = events(row("repay", "main > market 5 BTC"), row("borrow", "market > main 5 BTC"))
    assert link(stated, OWNED).problems == ()
