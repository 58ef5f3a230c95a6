"""Flying Tulip: loans without tokens, puts under a token, its dollar, rewards."""

import pytest

from ledger.model.asset import debt, position
from ledger.protocols import flying_tulip as tulip
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
PLACE = f"{tulip.POSITIONS}.{address('U')}"
LENT = position(NETWORK, "flying_tulip", PLACE)
OWED = debt(NETWORK, "flying_tulip", PLACE)
PUT = position(NETWORK, "flying_tulip", f"{tulip.PUTS}.7")


def told(text, *logs, held=None, called=tulip.POSITIONS):
    events = events_of(activity(text, logs=logs, called=called), PROTOCOLS, held=held or {})
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


def test_topics_are_the_hashes_of_their_signatures():
    for signature, own in {
        "Deposit(address,address,uint256)": tulip.DEPOSIT,
        "Withdraw(address,address,uint256)": tulip.WITHDRAW,
        "Borrow(address,address,uint256)": tulip.BORROW,
        "Repay(address,address,uint256,bool)": tulip.REPAY,
        "DepositFor(address,address,address,uint256)": tulip.DEPOSIT_FOR,
        "RepayFor(address,address,address,uint256,bool)": tulip.REPAY_FOR,
        "Invested(address,address,uint256,uint256,uint256,address,uint256)": tulip.INVESTED,
        "Divested(address,uint256,uint256,uint256,address,uint256)": tulip.DIVESTED,
        "Withdraw(address,uint256,uint256)": tulip.TAKEN,
        "Minted(address,address,address,bytes32,address,uint256,uint256,uint256,uint256)": (
            tulip.MINTED
        ),
        "Redeemed(address,address,address,bytes32,address,uint256,uint256,uint256,uint256)": (
            tulip.REDEEMED
        ),
        "Claimed(address,address,uint256,uint256)": tulip.CLAIMED,
    }.items():
        assert hashes_to(signature, own)


def lending(own, *topics, data=(50,)):
    return log(4, tulip.POSITIONS, own, *topics, data=data)


@pytest.mark.parametrize(
    "made",
    [
        lending(tulip.DEPOSIT, "w", "U"),
        lending(tulip.DEPOSIT_FOR, "helper", "w", "U"),
    ],
)
def test_what_the_manager_holds_is_a_position(made):
    legs = sorted([(-50, asset("U"), "plain"), (50, LENT, "position")])
    assert told("w > wrapper 50 U", made) == {"lend_deposit": ("flying_tulip", legs)}


def test_it_comes_back_and_what_is_more_was_interest():
    taken = lending(tulip.WITHDRAW, "w", "U")
    found = told("wrapper > w 50 U", taken, held={(WALLET, LENT): 40})
    legs = sorted(
        [(40, asset("U"), "plain"), (10, asset("U"), "interest"), (-40, LENT, "position")]
    )
    assert found == {"lend_withdraw": ("flying_tulip", legs)}


def test_what_is_borrowed_is_owed_until_it_is_repaid():
    taken = told("wrapper > w 50 U", lending(tulip.BORROW, "w", "U"))
    legs = sorted([(50, asset("U"), "plain"), (50, OWED, "debt")])
    assert taken == {"borrow": ("flying_tulip", legs)}
    for made in (
        lending(tulip.REPAY, "w", "U", data=(50, 1)),
        lending(tulip.REPAY_FOR, "helper", "w", "U", data=(50, 1)),
    ):
        back = told("w > wrapper 50 U", made, held={(WALLET, OWED): 50})
        legs = sorted([(-50, asset("U"), "plain"), (-50, OWED, "debt")])
        assert back == {"repay": ("flying_tulip", legs)}


def invested(to="w"):
    return log(4, tulip.PUTS, tulip.INVESTED, data=["proxy", to, 7, 500, 10, "U", 50])


def divested(who="w"):
    return log(4, tulip.PUTS, tulip.DIVESTED, data=[who, 7, 500, 10, "U", 50])


def test_a_put_is_a_position_under_its_token():
    found = told(f"w > {tulip.PUTS} 50 U; zero > w 1 Put#7", invested(), called=tulip.PUTS)
    legs = [(-50, asset("U"), "plain"), (50, PUT, "position"), (1, asset("Put#7"), "title")]
    assert found == {"vault_deposit": ("flying_tulip", sorted(legs))}


def test_a_put_pays_its_strike():
    text = "w > zero 1 Put#7; wrapper > w 50 U"
    found = told(text, divested(), held={(WALLET, PUT): 50}, called=tulip.PUTS)
    legs = [(50, asset("U"), "plain"), (-50, PUT, "position"), (-1, asset("Put#7"), "title")]
    assert found == {"vault_withdraw": ("flying_tulip", sorted(legs))}


def test_what_a_put_is_about_may_be_taken_in_its_place():
    taken = log(4, tulip.PUTS, tulip.TAKEN, data=["w", 7, 500])
    text = f"w > zero 1 Put#7; {tulip.PUTS} > w 500 FT"
    found = told(text, taken, held={(WALLET, PUT): 50}, called=tulip.PUTS)
    legs = [(500, asset("FT"), "plain"), (-50, PUT, "position"), (-1, asset("Put#7"), "title")]
    assert found == {"vault_withdraw": ("flying_tulip", sorted(legs))}
    one = activity(f"{tulip.PUTS} > w 500 FT", logs=[taken], called=tulip.PUTS)
    (event,) = events_of(one, PROTOCOLS, held={(WALLET, PUT): 50})
    assert (event.kind, event.note) == ("vault_withdraw", "position:unknown")


@pytest.mark.parametrize(
    ("own", "text", "data"),
    [
        (tulip.MINTED, "w > wrapper 50 U; zero > w 49 D", ["w", 0, 50, 49, 1, 9]),
        (tulip.REDEEMED, "w > zero 49 D; wrapper > w 48 U", ["w", 0, 49, 1, 48, 9]),
    ],
)
def test_its_dollar_is_bought_and_sold(own, text, data):
    made = log(4, tulip.MINTER, own, "w", "w", "U", data=data)
    found = told(text, made, called=tulip.MINTER)
    assert {kind: name for kind, (name, _) in found.items()} == {"swap": "flying_tulip"}


def test_stakes_of_it_earn():
    made = log(4, tulip.VAULT, tulip.CLAIMED, "w", "w", data=[5, 0])
    found = told(f"{tulip.VAULT} > w 5 FT", made, called=tulip.VAULT)
    assert found["reward"][0] == "flying_tulip"


def test_others_and_other_contracts_say_nothing():
    def protocols(text, *logs, **more):
        return {found[0] for found in told(text, *logs, **more).values()}

    other = log(4, "x", tulip.DEPOSIT, "w", "U", data=[50])
    assert "flying_tulip" not in protocols("w > x 50 U", other, called="x")
    assert "flying_tulip" not in protocols("w > x 50 U", lending(tulip.DEPOSIT, "x", "U"))
    text = f"w > {tulip.PUTS} 50 U; zero > w 1 Put#7"
    assert "flying_tulip" not in protocols(text, invested("x"), called=tulip.PUTS)
    text = "w > zero 1 Put#7; wrapper > w 50 U"
    assert "flying_tulip" not in protocols(text, divested("x"), called=tulip.PUTS)
    base = activity("w > x 50 U", logs=[lending(tulip.DEPOSIT, "w", "U")], network="eip155:10")
    found = events_of(base, PROTOCOLS, wallets("w", network="eip155:10"))
    assert {event.protocol for event in found} == {None}
