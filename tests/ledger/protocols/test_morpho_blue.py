"""Morpho Blue: positions, collateral and debts of a market without tokens."""

import pytest

from ledger.classify import classify
from ledger.model.asset import Asset, debt, position
from ledger.protocols import morpho_blue as blue
from ledger.protocols._morpho_contracts import BLUE, CONTRACTS
from tests.ledger.chains.evm.bodies import ALICE
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
from tests.ledger.protocols.debtors import asked, call, selector_of, words
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ID = 77
MARKET = f"{address('blue')}.0x{ID:064x}"
LENT = position(NETWORK, "morpho_blue", f"{MARKET}.supply")
COLLATERAL = position(NETWORK, "morpho_blue", f"{MARKET}.collateral")
OWED = debt(NETWORK, "morpho_blue", f"{MARKET}.debt")
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Supply(bytes32,address,address,uint256,uint256)": blue.SUPPLY,
        "Repay(bytes32,address,address,uint256,uint256)": blue.REPAY,
        "Withdraw(bytes32,address,address,address,uint256,uint256)": blue.WITHDRAW,
        "Borrow(bytes32,address,address,address,uint256,uint256)": blue.BORROW,
        "SupplyCollateral(bytes32,address,address,uint256)": blue.SUPPLY_COLLATERAL,
        "WithdrawCollateral(bytes32,address,address,address,uint256)": blue.WITHDRAW_COLLATERAL,
        "Liquidate(bytes32,address,address,uint256,uint256,uint256,uint256,uint256)": (
            blue.LIQUIDATE
        ),
        "FlashLoan(address,address,uint256)": blue.FLASH_LOAN,
        "Claimed(address,address,uint256)": blue.CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


IN = ("w > blue 100 U@1", ("w", "w"), [100, 9])
OUT = ("blue > w 100 U@1", ("w", "w"), ["w", 100, 9])


@pytest.mark.parametrize(
    ("topic", "said_by", "kind", "leg"),
    [
        (blue.SUPPLY, IN, "lend_deposit", (100, LENT, "position")),
        (blue.SUPPLY_COLLATERAL, IN, "lend_deposit", (100, COLLATERAL, "position")),
        (blue.BORROW, OUT, "borrow", (100, OWED, "debt")),
        (blue.REPAY, IN, "repay", (-100, OWED, "debt")),
    ],
)
def test_each_action_moves_a_position_or_a_debt(topic, said_by, kind, leg):
    text, parties, data = said_by
    one = activity(text, logs=[log(2, "blue", topic, ID, *parties, data=data)])
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 100})
    assert (event.kind, event.protocol) == (kind, "morpho_blue")
    assert said(event)[1] == leg


def test_what_comes_back_beyond_what_was_lent_is_interest():
    one = activity(OUT[0], logs=[log(2, "blue", blue.WITHDRAW, ID, "w", "w", data=OUT[2])])
    event = only(one, PROTOCOLS, held={(WALLET, LENT): 90})
    assert said(event) == [
        (90, asset("U"), "plain"),
        (10, asset("U"), "interest"),
        (-90, LENT, "position"),
    ]
    assert only(one, PROTOCOLS).note == "position:unknown"


def test_what_is_repaid_beyond_what_was_owed_is_interest():
    one = activity(IN[0], logs=[log(2, "blue", blue.REPAY, ID, "w", "w", data=IN[2])])
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 90})
    assert said(event)[1:] == [(-100, OWED, "debt"), (10, OWED, "interest")]


def test_the_bundler_stands_between_and_coin_is_wrapped_there():
    logs = [log(2, "blue", blue.SUPPLY_COLLATERAL, ID, "bundle", "w", data=[100])]
    text = "w > bundle 100 ETH; bundle > W 100 ETH; zero > bundle 100 W; bundle > blue 100 W@1"
    one = activity(text, logs=logs, called="bundle")
    event = only(one, PROTOCOLS)
    assert said(event) == [(-100, asset("ETH"), "plain"), (100, COLLATERAL, "position")]


def test_the_facts_follow_the_asset():
    one = activity(IN[0], logs=[log(2, "blue", blue.SUPPLY, ID, "w", "w", data=IN[2])])
    _, facts = classify(one, wallets(), PROTOCOLS, {asset("U"): Asset(asset("U"), "USDC", 6)})
    assert [(f.id, f.decimals, f.kind, f.underlying) for f in facts] == [
        (LENT, 6, "position", asset("U"))
    ]


def test_a_liquidation_from_both_sides():
    logs = [log(4, "blue", blue.LIQUIDATE, ID, "bot", "x", data=[50, 9, 70, 0, 0])]
    one = activity("blue > bot 70 C@1; bot > blue 50 U@2", logs=logs, caller="bot")
    assert only(one, PROTOCOLS).kind == "liquidation"
    logs = [log(4, "blue", blue.LIQUIDATE, ID, "x", "w", data=[50, 9, 70, 5, 1])]
    one = activity("blue > x 70 C@1; x > blue 50 U@2", logs=logs, caller="x")
    held = {(WALLET, COLLATERAL): 70, (WALLET, OWED): 52}
    event = only(one, PROTOCOLS, held=held)
    assert event.kind == "liquidation"
    assert said(event) == [
        (-70, COLLATERAL, "position"),
        (-55, OWED, "debt"),
        (3, OWED, "interest"),
    ]
    assert not events_of(one, PROTOCOLS)


def test_a_free_loan_within_the_transaction_is_a_flash_loan():
    logs = [log(1, "blue", blue.FLASH_LOAN, "bot", "U", data=[100])]
    text = "blue > bot 100 U@0; bot > pool 100 U@2; pool > bot 103 U@3; bot > blue 100 U@4"
    event = only(activity(text, logs=logs, caller="bot"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("flash_loan", "morpho_blue")


def test_rewards_from_distributors():
    logs = [log(2, "urd", blue.CLAIMED, "w", "R", data=[7])]
    event = only(activity("urd > w 7 R@1", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "staking_rewards")
    # anybody can log so and send a token along
    assert only(activity("urd > w 7 R@1", logs=logs, caller="x"), PROTOCOLS).kind == "receive"
    merkl = next(iter(blue.DISTRIBUTORS))
    logs = [log(2, merkl, blue.CLAIMED, "w", "R", data=[7])]
    for caller in ("w", "x"):
        event = only(activity(f"{merkl} > w 7 R@1", logs=logs, caller=caller), PROTOCOLS)
        assert (event.kind, event.protocol) == ("reward", "merkl")
    assert only(activity(f"{merkl} > w 8 R@1", logs=logs), PROTOCOLS).kind == "receive"


def test_markets_of_others_and_strangers_are_not_ours():
    logs = [log(2, "blue", blue.BORROW, ID, "x", "w", data=["x", 100, 9])]
    assert only(activity(OUT[0], logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(2, "blue", blue.BORROW, ID, "w", "w", data=["x", 100, 9])]
    assert only(activity(OUT[0], logs=logs, caller="x"), PROTOCOLS).kind == "receive"


IRM = 0x1F
NUMBER = 0xAB << 248
PARAMS = (1, 2, 3, IRM, 86 * 10**16)
#: 5,000 · 10⁶ borrowed in 4,900 · 10¹² shares, touched 100 seconds ago
STATE = (9_000 * 10**6, 9_000 * 10**12, 5_000 * 10**6, 4_900 * 10**12, 900, 0)
OWES = f"{BLUE}.0x{NUMBER:064x}.debt"
#: a thousandth a second
RATE = 10**15


def of_market(state=STATE, params=PARAMS, shares=490 * 10**12, rate=RATE):
    return {
        call(BLUE, blue.POSITION, NUMBER, ALICE): words(0, shares, 7),
        call(BLUE, blue.MARKET, NUMBER): words(*state),
        call(BLUE, blue.MARKET_PARAMS, NUMBER): words(*params),
        call(f"0x{IRM:040x}", blue.BORROW_RATE_VIEW, *params, *state): words(rate),
    }


def test_calls_are_those_of_their_signatures():
    for signature, selector in {
        "position(bytes32,address)": blue.POSITION,
        "market(bytes32)": blue.MARKET,
        "idToMarketParams(bytes32)": blue.MARKET_PARAMS,
        "borrowRateView((address,address,address,address,uint256),"
        "(uint128,uint128,uint128,uint128,uint128,uint128))": blue.BORROW_RATE_VIEW,
    }.items():
        assert selector_of(signature) == selector


def test_a_debt_is_its_shares_of_all_that_is_borrowed_with_interest_to_the_block():
    # 100 seconds at a thousandth: 0.1 + 0.1² ÷ 2 + 0.1³ ÷ 6 of 5,000 · 10⁶ grew to 5,525,833,333;
    # with one more and a millionth of a millionth more shares a tenth of it is 552,583,333.3
    assert asked(blue, of_market(), OWES)[0] == {"quantity": "552583334"}


def test_a_market_that_was_touched_in_the_block_is_not_asked_for_its_rate():
    value, calls = asked(blue, of_market(), OWES, time=900)
    assert (value, len(calls)) == ({"quantity": "500000000"}, 2)


def test_a_market_without_a_model_of_its_rate_has_no_interest():
    params = (1, 2, 3, 0, 86 * 10**16)
    assert asked(blue, of_market(params=params), OWES)[0] == {"quantity": "500000000"}


def test_what_cannot_be_asked_says_nothing_of_a_debt():
    silent = dict(list(of_market().items())[:3])
    assert asked(blue, silent, OWES)[0] is None
    assert asked(blue, {}, OWES)[0] is None
    assert asked(blue, of_market(), OWES.replace(".debt", ".supply")) == (None, [])


# ---- in a helper's hands

_BLUE = f"{BLUE}.0x{ID:064x}"
_KEPT = position(NETWORK, "morpho_blue", f"{_BLUE}.collateral")
_OWES = debt(NETWORK, "morpho_blue", f"{_BLUE}.debt")


def levered(own, caller="w"):
    """A bundler draws 40 U on the account's credit and puts them up as 5 C."""
    logs = [
        log(3, BLUE, blue.SUPPLY_COLLATERAL, ID, "bundle", "w", data=[5]),
        log(4, BLUE, blue.BORROW, ID, "w", "bundle", data=["bundle", 40, 9]),
    ]
    text = f"{own}; bundle > {BLUE} 5 C@2; {BLUE} > bundle 40 U@5"
    return activity(text, logs=logs, called="bundle", caller=caller)


def test_what_a_bundler_drew_for_the_fund_is_owed_though_none_of_it_came():
    event = only(levered("w > bundle 1 C@1"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "morpho_blue")
    assert said(event) == [(-1, asset("C"), "plain"), (5, _KEPT, "position"), (40, _OWES, "debt")]


@pytest.mark.parametrize("network", sorted(CONTRACTS))
def test_the_contract_of_each_network_says_what_a_bundler_drew(network):
    contract = CONTRACTS[network]
    logs = [
        log(3, contract, blue.SUPPLY_COLLATERAL, ID, "bundle", "w", data=[5]),
        log(4, contract, blue.BORROW, ID, "w", "bundle", data=["bundle", 40, 9]),
    ]
    text = f"bundle > {contract} 5 C@2; {contract} > bundle 40 U@5"
    one = activity(text, logs=logs, called="bundle", network=network)
    event = only(one, PROTOCOLS, wallets("w", network=network))
    assert (event.kind, [leg.role for leg in event.legs]) == ("borrow", ["position", "debt"])


def test_a_position_is_levered_without_a_unit_of_the_funds_own():
    event = only(levered(""), PROTOCOLS)
    assert said(event) == [(5, _KEPT, "position"), (40, _OWES, "debt")]
    assert not events_of(levered("", caller="x"), PROTOCOLS)


def test_a_bundler_sells_collateral_to_repay():
    logs = [
        log(3, BLUE, blue.REPAY, ID, "bundle", "w", data=[40, 9]),
        log(4, BLUE, blue.WITHDRAW_COLLATERAL, ID, "w", "bundle", data=["bundle", 5]),
    ]
    text = f"bundle > {BLUE} 40 U@2; {BLUE} > bundle 5 C@5; bundle > w 7 U@6"
    one = activity(text, logs=logs, called="bundle")
    event = only(one, PROTOCOLS, held={(WALLET, _KEPT): 5, (WALLET, _OWES): 40})
    assert event.kind == "repay"
    assert said(event) == [
        (7, asset("U"), "plain"),
        (-40, _OWES, "debt"),
        (-5, _KEPT, "position"),
    ]


def test_what_a_bundler_sold_of_collateral_that_the_books_do_not_know_is_said():
    logs = [
        log(3, BLUE, blue.REPAY, ID, "bundle", "w", data=[40, 9]),
        log(4, BLUE, blue.WITHDRAW_COLLATERAL, ID, "w", "bundle", data=["bundle", 5]),
    ]
    text = f"bundle > {BLUE} 40 U@2; {BLUE} > bundle 5 C@5; bundle > w 7 U@6"
    one = activity(text, logs=logs, called="bundle")
    event = only(one, PROTOCOLS, held={(WALLET, _OWES): 40})
    assert (event.kind, event.note) == ("repay", "position:unknown")
    assert said(event) == [(7, asset("U"), "plain"), (-40, _OWES, "debt")]
