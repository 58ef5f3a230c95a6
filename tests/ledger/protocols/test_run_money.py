"""Run Money: memberships, stakes and bonuses."""

from ledger.classify import after
from ledger.protocols import run_money
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE, CLUB = run_money.CLUB


def read(text, *, logs=(), network=BASE, **known):
    one = activity(text, logs=logs, called=CLUB, network=network)
    return only(one, PROTOCOLS, wallets("w", network=network), **known)


def test_a_membership_is_bought():
    event = read(f"w > {CLUB} 9 ETH; zero > w 1 {BASE}/erc721:{CLUB}/21")
    assert (event.kind, event.protocol, len(event.legs)) == ("mint", "run_money", 2)


def test_a_stake_is_a_position_until_it_is_unstaked():
    assert hashes_to("Unstaked(address,uint256)", run_money.UNSTAKED)
    into = read(f"w > {CLUB} 9 USDC")
    assert (into.kind, into.protocol) == ("stake", "run_money")
    told = log(3, CLUB, run_money.UNSTAKED, "w", data=[9])
    out = read(f"{CLUB} > w 9 USDC", logs=[told], held=after([into], {}))
    assert out.kind == "unstake"
    assert sorted(units for units, _, _ in said(out)) == [-9, 9]


def test_what_comes_beside_stakes_is_a_bonus():
    assert read(f"{CLUB} > w 3 USDC").kind == "reward"
    other = log(3, CLUB, run_money.UNSTAKED, "x", data=[3])
    assert read(f"{CLUB} > w 3 USDC", logs=[other]).kind == "reward"


def test_the_same_address_elsewhere_is_somebody_else():
    assert read(f"w > {CLUB} 9 USDC", network="eip155:1").kind == "send"


def test_what_moves_beside_a_membership_or_a_bonus_is_not_claimed():
    def named(text, *logs):
        one = activity(text, logs=logs, called=CLUB, network=BASE)
        found = events_of(one, PROTOCOLS, wallets("w", network=BASE))
        return [(each.kind, len(each.legs)) for each in found if each.protocol]

    text = f"w > {CLUB} 9 ETH; zero > w 1 {BASE}/erc721:{CLUB}/21; w > x 2 A; zero > w 1 Cat#1"
    assert named(text) == [("mint", 2)]
    assert named(f"{CLUB} > w 3 USDC; x > w 4 A") == [("reward", 1)]
    assert named(f"x > w 1 {BASE}/erc721:{CLUB}/21") == []
    told = log(3, "other", run_money.UNSTAKED, "w", data=[3])
    assert named(f"{CLUB} > w 3 USDC", told) == [("reward", 1)]
