"""Compound v2: lending by share tokens, debts without a token, liquidation, rewards."""

from ledger.journal.rules import entries_for
from ledger.model.asset import debt
from ledger.protocols import compound_v2 as compound
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
from tests.ledger.protocols.debtors import REFUSED, asked, call, selector_of, words
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

OWED = debt(NETWORK, "compound_v2", address("cU"))
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Mint(address,uint256,uint256)": compound.MINT,
        "Redeem(address,uint256,uint256)": compound.REDEEM,
        "Mint(address,uint256,uint256,uint256)": compound.MINT_WITH_BALANCE,
        "Redeem(address,uint256,uint256,uint256)": compound.REDEEM_WITH_BALANCE,
        "Borrow(address,uint256,uint256,uint256)": compound.BORROW,
        "RepayBorrow(address,address,uint256,uint256,uint256)": compound.REPAY,
        "LiquidateBorrow(address,address,uint256,address,uint256)": compound.LIQUIDATE,
        "DistributedSupplierComp(address,address,uint256,uint256)": compound.SUPPLIER_COMP,
        "DistributedBorrowerComp(address,address,uint256,uint256)": compound.BORROWER_COMP,
        "DistributedSupplierVenus(address,address,uint256,uint256)": compound.SUPPLIER_VENUS,
        "DistributedBorrowerVenus(address,address,uint256,uint256)": compound.BORROWER_VENUS,
        "DistributedSupplierReward(uint8,address,address,uint256,uint256)": (
            compound.SUPPLIER_REWARD
        ),
        "DistributedBorrowerReward(uint8,address,address,uint256,uint256)": (
            compound.BORROWER_REWARD
        ),
        "DisbursedSupplierRewards(address,address,address,uint256)": compound.SUPPLIER_DISBURSED,
        "DisbursedBorrowerRewards(address,address,address,uint256)": compound.BORROWER_DISBURSED,
    }.items():
        assert hashes_to(signature, topic)


def test_a_deposit_of_coin_and_its_withdrawal():
    one = activity(
        "w > cE 100 ETH; cE > w 5 cE@2",
        logs=[log(1, "cE", compound.MINT, data=["w", 100, 5])],
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("lend_deposit", "compound_v2")
    back = activity(
        "w > cE 5 cE@1; cE > w 101 ETH",
        logs=[log(2, "cE", compound.REDEEM, data=["w", 101, 5])],
    )
    assert only(back, PROTOCOLS).kind == "lend_withdraw"


def test_a_fork_that_logs_the_balance_too_is_read_alike():
    one = activity(
        "w > vU 100 U@1; zero > w 5 vU@2",
        logs=[log(3, "vU", compound.MINT_WITH_BALANCE, data=["w", 100, 5, 5])],
    )
    assert only(one, PROTOCOLS).kind == "lend_deposit"


def borrowed(amount=100, total=100):
    return activity(
        f"cU > w {amount} U@1",
        logs=[log(2, "cU", compound.BORROW, data=["w", amount, total, 9999])],
    )


def repaid(amount, total, payer="w", text=None):
    data = [payer, "w", amount, total, 9999]
    return activity(text or f"w > cU {amount} U@1", logs=[log(2, "cU", compound.REPAY, data=data)])


def test_a_loan_is_a_debt_without_a_token_and_never_income():
    event = only(borrowed(), PROTOCOLS)
    assert event.kind == "borrow"
    assert said(event) == [(100, asset("U"), "plain"), (100, OWED, "debt")]


def test_a_repayment_shows_how_the_debt_had_grown():
    event = only(repaid(60, 47), PROTOCOLS, held={(WALLET, OWED): 100})
    assert event.kind == "repay"
    assert said(event) == [
        (-60, asset("U"), "plain"),
        (-60, OWED, "debt"),
        (7, OWED, "interest"),
    ]


def test_nothing_has_grown_where_nothing_was_known():
    event = only(repaid(60, 47), PROTOCOLS)
    # cleared, a debt that the books do not know would be an asset
    assert (event.kind, said(event)) == ("repay", [(-60, asset("U"), "plain")])


def test_coin_repaid_over_a_contract_with_a_refund():
    one = repaid(60, 0, "max", "w > max 70 ETH; max > cU 60 ETH; max > w 10 ETH")
    event = only(
        activity("w > max 70 ETH; max > cU 60 ETH; max > w 10 ETH", logs=one.logs, called="max"),
        PROTOCOLS,
    )
    assert (event.kind, said(event)[1][2]) == ("repay", "refund")


LIQUIDATION = [
    log(2, "cU", compound.REPAY, data=["bot", "x", 50, 50, 9999]),
    log(5, "cU", compound.LIQUIDATE, data=["bot", "x", 50, "cC", 8]),
]


def test_the_liquidator_pays_a_debt_for_shares_and_that_is_one_event():
    one = activity("bot > cU 50 U@1; x > bot 8 cC@3", logs=LIQUIDATION, caller="bot")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "compound_v2")
    assert len(event.legs) == 2


def test_the_liquidated_loses_shares_a_part_of_them_as_penalty_and_debt():
    logs = [
        log(2, "cU", compound.REPAY, data=["x", "w", 50, 53, 9999]),
        log(5, "cU", compound.LIQUIDATE, data=["x", "w", 50, "cC", 8]),
    ]
    one = activity("x > cU 50 U@1; w > x 7 cC@3; w > cC 1 cC@4", logs=logs, caller="x")
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 100})
    assert event.kind == "liquidation"
    assert said(event) == [
        (-7, asset("cC"), "plain"),
        (-1, asset("cC"), "penalty"),
        (-50, OWED, "debt"),
        (3, OWED, "interest"),
    ]


def test_two_debts_that_one_transaction_liquidates_have_each_its_collateral():
    other = debt(NETWORK, "compound_v2", address("cV"))
    logs = [
        log(2, "cU", compound.REPAY, data=["x", "w", 50, 53, 9999]),
        log(5, "cU", compound.LIQUIDATE, data=["x", "w", 50, "cC", 8]),
        log(12, "cV", compound.REPAY, data=["x", "w", 20, 0, 9999]),
        log(15, "cV", compound.LIQUIDATE, data=["x", "w", 20, "cC", 3]),
    ]
    text = "x > cU 50 U@1; w > x 7 cC@3; w > cC 1 cC@4; x > cV 20 V@11; w > x 3 cC@13"
    one = activity(text, logs=logs, caller="x")
    held = {(WALLET, OWED): 100, (WALLET, other): 20}
    assert [said(event) for event in events_of(one, PROTOCOLS, held=held)] == [
        [
            (-7, asset("cC"), "plain"),
            (-1, asset("cC"), "penalty"),
            (-50, OWED, "debt"),
            (3, OWED, "interest"),
        ],
        [(-3, asset("cC"), "plain"), (-20, other, "debt")],
    ]


def seized(comptroller=compound.COMPTROLLER, market="cU", **said):
    """What somebody liquidates of the fund's: rewards of both markets are brought up to date."""
    logs = [
        log(0, comptroller, compound.BORROWER_COMP, market, "w", data=[0, 1]),
        log(2, "cU", compound.REPAY, data=["x", "w", 50, 53, 9999]),
        log(3, comptroller, compound.SUPPLIER_COMP, "cC", "w", data=[0, 1]),
        log(4, comptroller, compound.SUPPLIER_COMP, "cC", "x", data=[0, 1]),
        log(7, "cU", compound.LIQUIDATE, data=["x", "w", 50, "cC", 8]),
    ]
    text = "x > cU 50 U@1; w > x 7 cC@5; w > cC 1 cC@6"
    return activity(text, logs=logs, caller="x", called="cU", fee=0, **said)


def test_a_liquidation_of_a_debt_that_the_books_do_not_know_is_one_and_no_trade():
    event = only(seized(), PROTOCOLS)
    assert (event.kind, event.protocol, event.note) == (
        "liquidation",
        "compound_v2",
        "debt:unknown",
    )
    assert said(event) == [(-7, asset("cC"), "plain"), (-1, asset("cC"), "penalty")]
    entry = entries_for(event, lambda *_: 5)
    assert entry is not None
    assert {posting.account.path for posting in entry.postings} == {
        f"asset:{WALLET}",
        "suspense:unmatched",
        "expense:penalty",
    }


def test_the_market_of_a_liquidation_is_one_of_a_known_comptroller():
    # anybody can be allowed to take a token, and log what he likes beside it
    for one in (
        seized("shop"),
        seized(market="other"),
        seized(network="eip155:100"),
        activity(
            "x > cU 50 U@1; w > x 7 cC@5",
            logs=[log(7, "cU", compound.LIQUIDATE, data=["x", "w", 50, "cC", 7])],
            caller="x",
        ),
    ):
        network = one.network
        assert only(one, PROTOCOLS, wallets(network=network)).kind == "send"


def test_a_known_market_tells_of_a_liquidation_without_a_word_on_rewards():
    # before COMP nobody had rewards; the borrower is found by his shares, which the seizure moves
    for market in (*compound.MARKETS, "cU"):
        logs = [
            log(2, market, compound.REPAY, data=["x", "w", 50, 53, 9999]),
            log(7, market, compound.LIQUIDATE, data=["x", "w", 50, "cC", 8]),
        ]
        one = activity(f"x > {market} 50 U@1; w > x 8 cC@5", logs=logs, caller="x", called=market)
        event = only(one, PROTOCOLS)
        if market == "cU":  # anybody can log a liquidation beside a token that he may take
            assert (event.kind, event.protocol) == ("send", None)
            continue
        assert (event.kind, event.note) == ("liquidation", "debt:unknown")
        owed = debt(NETWORK, compound.NAME, market)
        event = only(one, PROTOCOLS, held={(WALLET, owed): 100})
        assert said(event) == [
            (-8, asset("cC"), "plain"),
            (-50, owed, "debt"),
            (3, owed, "interest"),
        ]


def test_rewards_beside_a_deposit_are_rewards():
    logs = [
        log(2, "unitroller", compound.SUPPLIER_COMP, "cU", "w", data=[3, 1]),
        log(4, "cU", compound.MINT, data=["w", 100, 5]),
    ]
    one = activity("unitroller > w 3 COMP@1; w > cU 100 U@3; cU > w 5 cU@5", logs=logs)
    kinds = {event.kind for event in events_of(one, PROTOCOLS)}
    assert kinds == {"reward", "lend_deposit"}


def test_the_fork_is_told_by_who_pays_its_rewards():
    payer = "0xfd36e2c2a6789db23113685031d7f16329158384"
    logs = [log(2, payer, compound.SUPPLIER_VENUS, "vU", "w", data=[3, 1])]
    one = activity(f"{payer} > w 3 XVS@1", logs=logs, network="eip155:56")
    event = only(one, PROTOCOLS, wallets(network="eip155:56"))
    assert (event.kind, event.protocol) == ("reward", "venus")


def test_logs_of_other_people_say_nothing():
    logs = [log(2, "cU", compound.BORROW, data=["x", 100, 100, 9999])]
    assert only(activity("cU > w 100 U@1", logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(2, "unitroller", compound.SUPPLIER_COMP, "cU", "x", data=[3, 1])]
    assert only(activity("unitroller > w 3 COMP@1", logs=logs), PROTOCOLS).kind == "receive"


def test_a_stranger_cannot_make_us_owe():
    one = activity("cU > w 100 U@1", logs=borrowed().logs, caller="x", called="cU")
    assert only(one, PROTOCOLS).kind == "receive"


def test_short_logs_are_ignored():
    one = activity("cU > w 100 U@1", logs=[log(2, "cU", compound.BORROW, data=["w", 100])])
    assert only(one, PROTOCOLS).kind == "receive"


CTOKEN = "0x" + "c0" * 20
CURRENT = call(CTOKEN, compound.BORROW_BALANCE_CURRENT, ALICE)
STORED = call(CTOKEN, compound.BORROW_BALANCE_STORED, ALICE)


def test_what_is_owed_is_asked_of_the_market_with_all_its_interest():
    assert selector_of("borrowBalanceCurrent(address)") == compound.BORROW_BALANCE_CURRENT
    answers = {CURRENT: words(105), STORED: words(103)}
    value, calls = asked(compound, answers, CTOKEN)
    assert (value, len(calls)) == ({"quantity": "105"}, 1)


def test_a_market_that_refuses_says_what_it_stored():
    assert selector_of("borrowBalanceStored(address)") == compound.BORROW_BALANCE_STORED
    assert asked(compound, {CURRENT: REFUSED, STORED: words(103)}, CTOKEN)[0] == {"quantity": "103"}
    assert asked(compound, {}, CTOKEN)[0] is None
