"""Euler: debt tokens of an owner, debts of sub-accounts that nobody sees, liquidations."""

import pytest

from ledger.journal.rules import entries_for
from ledger.model.asset import Asset, debt, position
from ledger.protocols import _euler_connectors, euler
from ledger.protocols import _euler_liquidations as liquidations
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
SUB = address("w")[:-2] + ("00" if address("w")[-2:] != "00" else "01")
KEPT = position(NETWORK, "euler", f"{address('V')}.{SUB}")
OWED = debt(NETWORK, "euler", f"{address('V')}.{SUB}")
COLLATERAL = position(NETWORK, "euler", f"{address('C')}.{SUB}")
STATUS = log(99, "V", liquidations.STATUS, data=[1] * 7)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Borrow(address,uint256)": euler.BORROW,
        "Repay(address,uint256)": euler.REPAY,
        "InterestAccrued(address,uint256)": euler.INTEREST,
        "Liquidate(address,address,address,uint256,uint256)": euler.LIQUIDATE,
        "VaultStatus(uint256,uint256,uint256,uint256,uint256,uint256,uint256)": liquidations.STATUS,
        "Deposit(address,address,uint256,uint256)": euler.DEPOSIT,
        "Withdraw(address,address,address,uint256,uint256)": euler.WITHDRAW,
        "CallWithContext(address,bytes19,address,address,bytes4)": euler.CALLED,
        "CollateralStatus(address,address,bool)": euler.COLLATERAL,
    }.items():
        assert hashes_to(signature, topic)


def test_a_debt_token_is_a_debt_and_what_it_grew_by_interest():
    logs = [
        log(1, "V", euler.INTEREST, "w", data=[3]),
        log(2, "V", euler.BORROW, "w", data=[100]),
        STATUS,
    ]
    event = only(activity("zero > w 103 dU@3; V > w 100 U@4", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "euler")
    assert said(event) == [
        (100, asset("dU"), "debt"),
        (3, asset("dU"), "interest"),
        (100, asset("U"), "plain"),
    ]
    logs = [
        log(1, "V", euler.INTEREST, "w", data=[3]),
        log(2, "V", euler.REPAY, "w", data=[100]),
        STATUS,
    ]
    event = only(activity("w > zero 97 dU@3; w > V 100 U@4", logs=logs), PROTOCOLS)
    assert said(event)[:2] == [(-100, asset("dU"), "debt"), (3, asset("dU"), "interest")]


def test_a_liquidation_moves_debt_and_collateral():
    logs = [
        log(2, "V", euler.REPAY, "w", data=[50]),
        log(4, "V", euler.BORROW, "x", data=[50]),
        log(7, "V", euler.LIQUIDATE, "x", "w", data=["C", 50, 60]),
        STATUS,
    ]
    one = activity("w > zero 50 dU@3; w > x 60 C@6", logs=logs, caller="x")
    event = only(one, PROTOCOLS, assets={asset("dU"): Asset(asset("dU"), "dU", 6, "debt")})
    assert event.kind == "liquidation"
    assert said(event) == [(-50, asset("dU"), "debt"), (-60, asset("C"), "plain")]
    logs = [
        log(2, "V", euler.REPAY, "x", data=[50]),
        log(4, "V", euler.BORROW, "bot", data=[50]),
        log(7, "V", euler.LIQUIDATE, "bot", "x", data=["C", 50, 60]),
        STATUS,
    ]
    one = activity("zero > bot 50 dU@5; x > bot 60 C@6", logs=logs, caller="bot", called="V")
    event = only(one, PROTOCOLS)
    assert event.kind == "liquidation"
    assert said(event) == [(50, asset("dU"), "debt"), (60, asset("C"), "plain")]


def liquidated(worth=None, text="", more=()):
    """Of the sub-account's 1000 units at C, 250 shares go for 200 of its debt to V."""
    logs = [
        log(2, "V", euler.REPAY, SUB, data=[200]),
        log(4, "V", euler.BORROW, "x", data=[200]),
        log(7, "V", euler.LIQUIDATE, "x", SUB, data=["C", 200, 250]),
        STATUS,
        *([] if worth is None else [log(98, "C", liquidations.STATUS, data=worth)]),
        *more,
    ]
    one = activity(text or f"{SUB} > x 250 C@6", logs=logs, caller="x")
    held = {(WALLET, COLLATERAL): 1000, (WALLET, OWED): 500}
    return [(each.kind, said(each)) for each in events_of(one, PROTOCOLS, held=held)]


#: Of C: 8 million shares and 9 million units, 5 of them lent, each with the virtual million beside.
WORTH = [8 * 10**6, 5 * 10**6, 0, 4 * 10**6, 0, 0, 0]


def test_a_sub_account_loses_its_collateral_for_the_debt_by_what_its_vault_says_of_a_share():
    lost = [(-277, COLLATERAL, "position"), (-200, OWED, "debt")]
    assert liquidated(WORTH) == [("liquidation", lost)]


def test_two_liquidations_of_one_size_take_the_collateral_of_each():
    more = [
        log(12, "V", euler.REPAY, SUB, data=[200]),
        log(14, "V", euler.BORROW, "x", data=[200]),
        log(17, "V", euler.LIQUIDATE, "x", SUB, data=["C", 200, 250]),
    ]
    text = f"{SUB} > x 250 C@6; {SUB} > x 250 C@16"
    lost = [(-277, COLLATERAL, "position"), (-200, OWED, "debt")]
    assert liquidated(WORTH, text, more) == [("liquidation", lost)] * 2


@pytest.mark.parametrize(("worth", "text"), [(None, ""), (WORTH, f"{SUB} > x 249 C@6")])
def test_what_nobody_tells_of_the_collateral_makes_no_income_of_the_debt(worth, text):
    ((kind, legs),) = liquidated(worth, text)
    assert (kind, legs) == ("liquidation", [(-200, OWED, "debt")])


def test_other_vaults_and_other_peoples_accounts_say_nothing():
    logs = [log(2, "V", euler.BORROW, SUB, data=[100])]
    logs.append(log(99, "other", liquidations.STATUS, data=[1] * 7))
    assert only(activity("V > w 100 U@4", logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(2, "V", euler.BORROW, "x", data=[100]), STATUS]
    assert only(activity("V > w 100 U@4", logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(2, "V", euler.BORROW, SUB, data=[100]), STATUS]
    one = activity("V > w 100 U@4", logs=logs, caller="x")
    assert all(event.kind == "receive" for event in events_of(one, PROTOCOLS))


CONNECTOR = _euler_connectors.CONNECTORS[NETWORK]


def called(index, account, target, caller="w", connector=CONNECTOR):
    """The connector calls a vault for an account: who calls, its prefix, whom; account, method."""
    prefix = int(address(account)[:-2], 16) << 104
    return log(index, connector, euler.CALLED, caller, prefix, target, data=[account, 1 << 224])


def taken(account, vault, enabled=1, connector=CONNECTOR):
    """The owner of an account takes a vault for its collateral."""
    return log(1, connector, euler.COLLATERAL, account, vault, data=[enabled])


def test_a_sub_account_lends_as_a_position_and_owes_without_a_token():
    asked = called(0, SUB, "V")
    logs = [asked, log(2, "V", euler.DEPOSIT, "w", SUB, data=[100, 97]), STATUS]
    event = only(activity("w > V 100 U@1", logs=logs), PROTOCOLS)
    assert (event.kind, said(event)[1]) == ("lend_deposit", (100, KEPT, "position"))
    logs = [asked, log(2, "V", euler.WITHDRAW, "w", "w", SUB, data=[105, 97]), STATUS]
    event = only(activity("V > w 105 U@1", logs=logs), PROTOCOLS, held={(WALLET, KEPT): 100})
    assert said(event) == [
        (100, asset("U"), "plain"),
        (5, asset("U"), "interest"),
        (-100, KEPT, "position"),
    ]
    logs = [asked, log(2, "V", euler.BORROW, SUB, data=[100]), STATUS]
    event = only(activity("V > w 100 U@4", logs=logs), PROTOCOLS)
    assert (event.kind, said(event)[1]) == ("borrow", (100, OWED, "debt"))


@pytest.mark.parametrize("says", ["borrow", "deposit", "withdraw"])
def test_a_pool_that_the_fund_trades_with_is_no_vault_of_a_sub_account(says):
    told = {
        "borrow": log(2, "px", euler.BORROW, SUB, data=[7]),
        "deposit": log(2, "px", euler.DEPOSIT, "w", SUB, data=[100, 97]),
        "withdraw": log(2, "px", euler.WITHDRAW, "w", "w", SUB, data=[7, 7]),
    }
    itself = called(0, SUB, "px", caller="px")
    logs = [itself, told[says], log(9, "px", liquidations.STATUS, data=[1] * 7)]
    for text in ("w > px 100 A@1; px > w 7 R@3", "w > router 100 A; router > px 100 A; px > w 7 R"):
        for whom in ("router", "px"):
            assert only(activity(text, logs=logs, called=whom), PROTOCOLS).kind == "swap"


def multiplied(account="w", text="", calls=None, more=()):
    """A vault pays its loan to a swapper, which pays what it bought into another vault."""
    moved = f"zero > w 100 dU@3; V > swapper 100 U@4; swapper > px 100 U@5; {text}"
    moved += "px > swapper 40 C@6; swapper > V2 40 C@7; zero > w 38 V2@8"
    if account != "w":
        moved = moved.replace("zero > w 100 dU@3; ", "").replace("zero > w 38 V2@8", "")
    logs = [
        *([called(0, account, "V")] if calls is None else calls),
        *more,
        log(2, "V", euler.BORROW, account, data=[100]),
        log(9, "V2", euler.DEPOSIT, "swapper", account, data=[40, 38]),
        STATUS,
        log(98, "V2", liquidations.STATUS, data=[1] * 7),
    ]
    return activity(moved.strip("; "), logs=logs, called=CONNECTOR)


def test_a_loan_that_is_paid_to_a_swapper_is_owed_and_what_it_bought_is_lent():
    event = only(multiplied(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "euler")
    assert said(event) == [(100, asset("dU"), "debt"), (38, asset("V2"), "plain")]


def test_a_sub_account_owes_what_a_swapper_had_though_nothing_moves_at_its_owner():
    event = only(multiplied(SUB, more=[taken(SUB, "V2")]), PROTOCOLS)
    kept = position(NETWORK, "euler", f"{address('V2')}.{SUB}")
    assert (event.kind, event.protocol) == ("borrow", "euler")
    assert said(event) == [(100, OWED, "debt"), (40, kept, "position")]
    assert {leg.wallet for leg in event.legs} == {WALLET}


def test_collateral_that_a_swapper_sells_repays_the_debt_and_is_no_expense():
    logs = [
        called(0, "w", "V2"),
        log(2, "V2", euler.WITHDRAW, "w", "swapper", "w", data=[40, 38]),
        log(6, "V", euler.INTEREST, "w", data=[3]),
        log(7, "V", euler.REPAY, "w", data=[100]),
        STATUS,
        log(98, "V2", liquidations.STATUS, data=[1] * 7),
    ]
    text = "w > zero 38 V2@1; V2 > swapper 40 C@3; swapper > px 40 C@4; px > swapper 102 U@5"
    text += "; w > zero 97 dU@8; swapper > V 100 U@9; swapper > w 2 U@10"
    event = only(activity(text, logs=logs, called=CONNECTOR), PROTOCOLS)
    assert (event.kind, event.protocol) == ("repay", "euler")
    assert said(event) == [
        (-38, asset("V2"), "plain"),
        (-100, asset("dU"), "debt"),
        (3, asset("dU"), "interest"),
        (2, asset("U"), "plain"),
    ]


def test_a_vault_that_the_connector_did_not_call_for_the_fund_draws_no_loan():
    spoofed = called(0, "w", "V", caller="V")  # a target may call itself for anybody
    strange = called(0, "w", "V", connector="shop")
    others = called(0, "x", "V", caller="x")
    for calls in ([], [spoofed], [strange], [others], [called(0, "w", "V2")]):
        events = events_of(multiplied(calls=calls), PROTOCOLS)
        assert all(leg.role != "debt" for event in events for leg in event.legs)


@pytest.mark.parametrize("network", sorted(_euler_connectors.CONNECTORS))
def test_the_connector_of_each_network_speaks_there_and_nowhere_else(network):
    logs = [
        called(0, "w", "V", connector=_euler_connectors.CONNECTORS[network]),
        log(2, "V", euler.BORROW, "w", data=[100]),
        log(9, "V2", euler.DEPOSIT, "swapper", "w", data=[40, 38]),
        STATUS,
        log(98, "V2", liquidations.STATUS, data=[1] * 7),
    ]
    text = "zero > w 100 dU@3; V > swapper 100 U@4; swapper > px 100 U@5; "
    text += "px > swapper 40 C@6; swapper > V2 40 C@7; zero > w 38 V2@8"
    for there in (network, "eip155:1" if network != "eip155:1" else "eip155:10"):
        one = activity(text, logs=logs, called=_euler_connectors.CONNECTORS[network], network=there)
        events = events_of(one, PROTOCOLS, wallets("w", network=there))
        owed = [leg for event in events for leg in event.legs if leg.role == "debt"]
        assert len(owed) == (there == network)


#: A pool on the swapper's way says that what it bought with was a deposit for the fund.
FORGED = [
    log(5, "px", euler.DEPOSIT, "swapper", SUB, data=[100, 100]),
    log(5, "px", euler.DEPOSIT, "swapper", "w", data=[100, 100]),
    log(6, "px", liquidations.STATUS, data=[1] * 7),
]


@pytest.mark.parametrize("account", ["w", SUB])
def test_who_sold_to_the_swapper_keeps_nothing_for_the_fund(account):
    text = "zero > w 100 px@6" if account == "w" else ""
    forged = [*FORGED, taken(SUB, "px", connector="shop"), taken(SUB, "px", enabled=0)]
    true = [taken(account, "V2")]
    one = multiplied(account, f"{text}; " if text else "", more=[*true, *forged])
    (loan,) = [event for event in events_of(one, PROTOCOLS) if event.kind == "borrow"]
    assert said(loan) == said(only(multiplied(account, more=true), PROTOCOLS))
    assert all(address("px") not in leg.asset for leg in loan.legs)


def test_a_vault_that_the_books_know_takes_more_for_a_sub_account():
    kept = position(NETWORK, "euler", f"{address('V2')}.{SUB}")
    event = only(multiplied(SUB), PROTOCOLS, held={(WALLET, kept): 5})
    assert said(event) == [(100, OWED, "debt"), (40, kept, "position")]
    # of one that nobody named nothing is known, and what was drawn is owed all the same
    assert said(only(multiplied(SUB), PROTOCOLS)) == [(100, OWED, "debt")]


MOVED = position(NETWORK, "euler", f"{address('V2')}.{SUB}")


def turned(text, *logs):
    vaults = [STATUS, log(98, "V2", liquidations.STATUS, data=[1] * 7)]
    return activity(text, logs=[*logs, *vaults], called=CONNECTOR)


def test_shares_that_nobody_sees_become_others_or_the_funds_own_money():
    out = [
        called(0, SUB, "V2"),
        log(2, "V2", euler.WITHDRAW, SUB, "swapper", SUB, data=[40, 38]),
    ]
    text = "V2 > swapper 40 C@1; swapper > px 40 C@3; px > swapper 100 U@4"
    held = {(WALLET, MOVED): 40}
    more = [taken(SUB, "V"), log(9, "V", euler.DEPOSIT, "swapper", SUB, data=[100, 97])]
    event = only(turned(f"{text}; swapper > V 100 U@8", *out, *more), PROTOCOLS, held=held)
    assert (event.kind, event.protocol) == ("swap", "euler")
    assert said(event) == [(-40, MOVED, "position"), (100, KEPT, "position")]
    event = only(turned(f"{text}; swapper > w 99 U@8", *out), PROTOCOLS, held=held)
    assert event.kind == "lend_withdraw"
    assert said(event) == [(99, asset("U"), "plain"), (-40, MOVED, "position")]
    put = [
        called(0, SUB, "V2"),
        log(9, "V2", euler.DEPOSIT, "swapper", SUB, data=[40, 38]),
    ]
    text = "w > swapper 100 U@1; swapper > px 100 U@3; px > swapper 40 C@4; swapper > V2 40 C@8"
    event = only(turned(text, *put), PROTOCOLS)
    assert event.kind == "lend_deposit"
    assert said(event) == [(-100, asset("U"), "plain"), (40, MOVED, "position")]
    # what went to somebody else, and nothing came for it, is not told
    assert all(
        leg.role != "position"
        for event in events_of(turned("V2 > swapper 40 C@1", *out), PROTOCOLS, held=held)
        for leg in event.legs
    )


@pytest.mark.parametrize(("account", "part"), [("w", 9), (SUB, 10)])
def test_what_the_fund_gave_the_swapper_of_the_collateral_is_not_sold(account, part):
    """10 of the 40 are its own: of 38 shares no more than 9 stand for them."""
    one = multiplied(account, "w > swapper 10 C; ", more=[taken(account, "V2")])
    event = only(one, PROTOCOLS)
    kept = asset("V2") if account == "w" else MOVED
    assert event.note == f"carries:10={asset('C')}>{part}={kept}"
    entry = entries_for(event, lambda _, units, __: units)
    assert entry is not None
    moved = {
        (posting.asset, posting.quantity)
        for posting in entry.postings
        if posting.role == "move" and posting.account.type == "asset"
    }
    assert moved == {(asset("C"), -10), (kept, part)}


def test_what_a_swapper_sold_of_shares_that_the_books_do_not_know_is_said():
    logs = [
        called(0, SUB, "C"),
        log(2, "C", euler.WITHDRAW, "w", "swapper", SUB, data=[300, 290]),
        log(6, "V", euler.REPAY, SUB, data=[100]),
        STATUS,
        log(98, "C", liquidations.STATUS, data=[1] * 7),
    ]
    text = "C > swapper 300 A@1; swapper > V 100 U@5; swapper > w 30 U@7"
    one = activity(text, logs=logs, called=CONNECTOR)
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 100})
    assert (event.kind, event.note) == ("repay", "position:unknown")
    assert said(event) == [(30, asset("U"), "plain"), (-100, OWED, "debt")]
