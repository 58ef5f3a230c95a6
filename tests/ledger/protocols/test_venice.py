"""Venice: DIEM on locked stakes is owed until it is burnt."""

from ledger.classify import after
from ledger.protocols import venice
from tests.ledger.moves import activity, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE, STAKING = venice.STAKING
DIEM = venice.DIEM


def read(text, topic, units, *, emitter=STAKING, network=BASE, **known):
    told = log(3, emitter, topic, data=[500, units])
    one = activity(text, logs=[told], called=STAKING, network=network)
    return only(one, PROTOCOLS, wallets("w", network=network), **known)


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("DiemMinted(uint256,uint256)", venice.MINTED)
    assert hashes_to("DiemBurned(uint256,uint256)", venice.BURNED)


def test_diem_is_borrowed_and_given_back():
    taken = read(f"zero > w 3 {DIEM}", venice.MINTED, 3)
    assert (taken.kind, taken.protocol) == ("borrow", "venice")
    assert {role: units for units, _, role in said(taken)} == {"plain": 3, "debt": 3}
    back = read(f"w > zero 2 {DIEM}", venice.BURNED, 2, held=after([taken], {}))
    assert back.kind == "repay"
    assert {role: units for units, _, role in said(back)} == {"plain": -2, "debt": -2}


def test_others_and_other_numbers_say_nothing():
    text = f"zero > w 3 {DIEM}"
    assert read(text, venice.MINTED, 4).protocol is None
    assert read(text, venice.MINTED, 3, emitter="x").protocol is None
    assert read(text, venice.MINTED, 3, network="eip155:1").protocol is None
    assert read(f"x > w 3 {DIEM}", venice.MINTED, 3).protocol is None
