"""GnosisDAO's redemption: what was given waits until the share of the treasury comes."""

from ledger.classify import after
from ledger.protocols import gnosisdao
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GNOSIS = "eip155:100"
OWNED = wallets("w", network=GNOSIS)


def read(text, told, **known):
    return only(activity(text, logs=[told], network=GNOSIS), PROTOCOLS, OWNED, **known)


def deposited(account="w", emitter=gnosisdao.TAKES[1]):
    token = gnosisdao.GNO.rpartition(":")[2]
    return log(4, emitter, gnosisdao.DEPOSITED, account, token, data=[9])


def claimed(account="w"):
    return log(9, gnosisdao.PAYS[1], gnosisdao.CLAIMED, account, data=[32, 2, 5, 6])


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposited(address,address,uint256)", gnosisdao.DEPOSITED)
    assert hashes_to("Claimed(address,uint256[])", gnosisdao.CLAIMED)


def test_what_was_given_is_a_position_and_the_share_is_what_it_was_given_for():
    into = read(f"w > vault 9 {gnosisdao.GNO}", deposited())
    assert (into.kind, into.protocol) == ("stake", "gnosisdao")
    held = after([into], {})
    out = read("vault > w 5 A; vault > w 6 B", claimed(), held=held)
    assert (out.kind, len(out.legs)) == ("swap", 3)
    assert [leg.quantity for leg in out.legs if leg.role == "position"] == [-9]


def test_a_share_for_a_deposit_that_nobody_knows_has_no_known_cost():
    out = read("vault > w 5 A; vault > w 6 B", claimed())
    assert (out.kind, out.note) == ("unstake", "position:unknown")


def test_other_accounts_other_contracts_and_other_sizes_are_not_claimed():
    text = f"w > vault 9 {gnosisdao.GNO}"
    assert read(text, deposited("x")).kind == "send"
    assert read(text, deposited(emitter="other")).kind == "send"
    assert read("vault > w 4 A", claimed()).kind == "receive"


def test_only_the_shares_that_are_told_are_what_was_paid():
    told = log(9, gnosisdao.PAYS[1], gnosisdao.CLAIMED, "w", data=[32, 1, 5, 6])
    assert [leg.quantity for leg in read("vault > w 5 A", told).legs] == [5]
    assert read("vault > w 6 B", told).kind == "receive"
    assert read("vault > w 1 C", told).kind == "receive"
