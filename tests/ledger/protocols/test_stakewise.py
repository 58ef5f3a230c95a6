"""StakeWise: shares of a vault are a position or a token, exits wait, osETH is owed."""

import pytest

from ledger.classify import classify
from ledger.model.asset import debt, position
from ledger.protocols import stakewise
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
SHARES = position(NETWORK, "stakewise", address("vault"))
OWED = debt(NETWORK, "stakewise", address("vault"))


def ticket(number):
    return position(NETWORK, "stakewise", f"{address('vault')}.exit.{number}")


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposited(address,address,uint256,uint256,address)": stakewise.DEPOSITED,
        "Migrated(address,uint256,uint256)": stakewise.MIGRATED,
        "ExitQueueEntered(address,address,uint256,uint256)": stakewise.EXIT,
        "V2ExitQueueEntered(address,address,uint256,uint256,uint256)": stakewise.EXIT_V2,
        "Redeemed(address,address,uint256,uint256)": stakewise.REDEEMED,
        "ExitedAssetsClaimed(address,uint256,uint256,uint256)": stakewise.CLAIMED,
        "PositionCreated(address,uint256,address,uint128,uint128)": stakewise.ESCROWED,
        "ExitedAssetsClaimed(address,address,uint256,uint256,uint256)": stakewise.PAID_FOR,
        "OsTokenMinted(address,address,uint256,uint256,address)": stakewise.MINTED,
        "OsTokenBurned(address,uint256,uint256)": stakewise.BURNED,
        "OsTokenLiquidated(address,address,address,uint256,uint256,uint256)": stakewise.LIQUIDATED,
        "OsTokenRedeemed(address,address,address,uint256,uint256,uint256)": (
            stakewise.PAID_BY_OTHERS
        ),
    }.items():
        assert hashes_to(signature, topic)


def told(text, *logs, held=None, **more):
    held = {(WALLET, kept): units for kept, units in (held or {}).items()}
    one = activity(text, logs=logs, **{"called": "vault", **more})
    events = events_of(one, PROTOCOLS, held=held)
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


def say(topic, *indexed, data):
    return log(5, "vault", topic, *indexed, data=data)


STAKED = say(stakewise.DEPOSITED, "w", "w", data=[100, 95, "zero"])


def test_coin_becomes_shares_that_have_no_token():
    legs = sorted([(-100, asset("ETH"), "plain"), (95, SHARES, "position")])
    assert told("w > vault 100 ETH", STAKED) == {"stake": ("stakewise", legs)}


def test_or_a_token_of_the_vault():
    found = told("w > vault 100 ETH; zero > w 95 vault", STAKED)
    legs = sorted([(-100, asset("ETH"), "plain"), (95, asset("vault"), "plain")])
    assert found == {"stake": ("stakewise", legs)}


@pytest.mark.parametrize(
    ("topic", "data"), [(stakewise.EXIT, [7, 95]), (stakewise.EXIT_V2, [7, 95, 101])]
)
def test_shares_that_leave_wait_under_their_ticket(topic, data):
    found = told("", say(topic, "w", "w", data=data), held={SHARES: 95})
    legs = sorted([(-95, SHARES, "position"), (95, ticket(7), "position")])
    assert found == {"unstake": ("stakewise", legs)}
    tokens = told("w > vault 95 vault", say(topic, "w", "w", data=data))
    legs = sorted([(-95, asset("vault"), "plain"), (95, ticket(7), "position")])
    assert tokens == {"unstake": ("stakewise", legs)}


def test_a_ticket_follows_the_shares_that_it_counts():
    one = activity("w > vault 95 vault", logs=[say(stakewise.EXIT, "w", "w", data=[7, 95])])
    _, facts = classify(one, wallets(), PROTOCOLS)
    assert [(fact.id, fact.underlying) for fact in facts] == [(ticket(7), asset("vault"))]


def test_a_claim_ends_the_ticket_or_leaves_a_new_one():
    whole = told(
        "vault > w 110 ETH", say(stakewise.CLAIMED, "w", data=[7, 0, 110]), held={ticket(7): 95}
    )
    legs = sorted([(110, asset("ETH"), "plain"), (-95, ticket(7), "position")])
    assert whole == {"unstake": ("stakewise", legs)}
    part = say(stakewise.CLAIMED, "w", data=[7, 47, 45])
    found = told("vault > w 45 ETH", part, held={ticket(7): 95})
    assert sorted(found["unstake"][1]) == sorted(
        [
            (45, asset("ETH"), "plain"),
            (-95, ticket(7), "position"),
            (55, ticket(47), "position"),
        ]
    )


def test_what_comes_of_a_ticket_that_nobody_knows_is_said_so():
    one = activity(
        "vault > w 110 ETH", logs=[say(stakewise.CLAIMED, "w", data=[7, 0, 110])], called="vault"
    )
    (event,) = events_of(one, PROTOCOLS)
    assert (event.kind, event.note) == ("unstake", "position:unknown")


def test_oseth_is_owed_until_it_is_given_back():
    minted = say(stakewise.MINTED, "w", data=["w", 80, 75, "zero"])
    legs = sorted([(75, asset("osETH"), "plain"), (75, OWED, "debt")])
    assert told("zero > w 75 osETH", minted) == {"borrow": ("stakewise", legs)}
    burned = say(stakewise.BURNED, "w", data=[80, 75])
    legs = sorted([(-75, asset("osETH"), "plain"), (-75, OWED, "debt")])
    assert told("w > zero 75 osETH", burned, held={OWED: 75}) == {"repay": ("stakewise", legs)}


@pytest.mark.parametrize("topic", [stakewise.LIQUIDATED, stakewise.PAID_BY_OTHERS])
def test_others_give_oseth_back_for_shares(topic):
    seized = say(topic, "x", "w", data=["x", 40, 38, 41])
    found = told("x > zero 40 Os", seized, held={OWED: 60, SHARES: 95}, caller="x")
    legs = sorted([(-38, SHARES, "position"), (-40, OWED, "debt")])
    assert found == {"liquidation": ("stakewise", legs)}
    for held in ({}, {SHARES: 95}):
        assert "liquidation" not in told("x > zero 40 Os", seized, held=held, caller="x")
    other = say(topic, "x", "y", data=["x", 40, 38, 41])
    assert "liquidation" not in told("x > zero 40 Os", other, held={OWED: 60}, caller="x")


def test_the_version_before_gave_a_token_and_became_shares():
    text = f"w > {stakewise.POOL} 100 ETH; zero > w 100 {stakewise.STAKED}"
    assert told(text, called=stakewise.POOL)["stake"][0] == "stakewise"
    migrated = log(5, "vault", stakewise.MIGRATED, data=["w", 100, 95])
    found = told("w > zero 90 sETH2; w > zero 10 rETH2", migrated)
    assert (95, SHARES, "position") in found["migrate"][1]


def test_what_others_do_and_what_does_not_fit_says_nothing():
    other = say(stakewise.DEPOSITED, "w", "x", data=[100, 95, "zero"])
    assert set(told("w > vault 100 ETH", other)) == {"send"}
    assert set(told("w > vault 99 ETH", STAKED)) == {"send"}
    leaves = say(stakewise.EXIT, "w", "w", data=[7, 95])
    assert "unstake" not in told("", leaves, held={SHARES: 94})
    minted = say(stakewise.MINTED, "x", data=["w", 80, 75, "zero"])
    assert "borrow" not in told("zero > w 75 osETH", minted)


def test_a_ticket_in_escrow_is_paid_out_for_what_is_owed_for_it():
    escrow, of_ticket = stakewise.ESCROW, debt(NETWORK, "stakewise", f"{address('vault')}.exit.7")
    logs = [
        say(stakewise.EXIT_V2, "w", escrow, data=[7, 90, 95]),
        log(6, escrow, stakewise.ESCROWED, "vault", 7, data=["w", 60, 1]),
    ]
    assert told("", *logs, held={SHARES: 95, OWED: 80}) == {
        "unstake": ("stakewise", sorted([(-90, SHARES, "position"), (90, ticket(7), "position")])),
        "migrate": ("stakewise", sorted([(-60, OWED, "debt"), (60, of_ticket, "debt")])),
    }
    paid = log(6, escrow, stakewise.PAID_FOR, "w", "vault", 7, data=[20, 35])
    found = told(f"w > zero 20 os; {escrow} > w 35 ETH", paid, held={ticket(7): 90, of_ticket: 60})
    assert found == {
        "repay": ("stakewise", sorted([(-20, asset("os"), "plain"), (-20, of_ticket, "debt")])),
        "unstake": (
            "stakewise",
            sorted([(35, asset("ETH"), "plain"), (-30, ticket(7), "position")]),
        ),
    }


def test_another_escrow_keeps_nothing():
    logs = [log(6, "escrow", stakewise.ESCROWED, "vault", 7, data=["w", 60, 1])]
    assert set(told("", *logs, held={OWED: 80})) == {"gas_only"}
