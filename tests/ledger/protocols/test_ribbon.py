"""Vaults by rounds: what waits in them is an asset until shares or what they are worth come."""

import pytest

from ledger.model.asset import position
from ledger.protocols import ribbon
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))


def kept(name, vault="vault"):
    return position(NETWORK, "ribbon", f"{address(vault)}.{name}")


def known(**units):
    return {(WALLET, kept(name)): number for name, number in units.items()}


def told(text, *logs, held=None):
    events = events_of(activity(text, logs=logs, called="vault"), PROTOCOLS, held=held or {})
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


def line(topic, first, second, account="w", index=9):
    return log(index, "vault", topic, account, data=[first, second])


def within(topic, first, second):
    return log(9, "vault", topic, data=["w", first, second])


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("Deposit", ribbon.DEPOSIT),
        ("Redeem", ribbon.REDEEM),
        ("InitiateWithdraw", ribbon.INITIATE),
        ("Withdraw", ribbon.WITHDRAW),
        ("InstantWithdraw", ribbon.INSTANT),
    ],
)
def test_topics_are_the_hashes_of_their_signatures(name, topic):
    assert hashes_to(f"{name}(address,uint256,uint256)", topic)


@pytest.mark.parametrize("token", ["ETH", "U"])
def test_what_is_put_in_waits_for_its_shares(token):
    found = told(f"w > vault 100 {token}", line(ribbon.DEPOSIT, 100, 12))
    legs = sorted([(-100, asset(token), "plain"), (100, kept("deposit"), "position")])
    assert found == {"vault_deposit": ("ribbon", legs)}


def test_it_comes_back_as_it_is_before_the_round():
    back = line(ribbon.INSTANT, 40, 12)
    found = told("vault > w 40 U", back, held=known(deposit=100))
    legs = sorted([(40, asset("U"), "plain"), (-40, kept("deposit"), "position")])
    assert found == {"vault_withdraw": ("ribbon", legs)}
    assert told("vault > w 40 U", back)["receive"][0] is None


def test_shares_come_for_all_that_waited():
    found = told("vault > w 95 vault", line(ribbon.REDEEM, 95, 12), held=known(deposit=100))
    legs = sorted([(95, asset("vault"), "plain"), (-100, kept("deposit"), "position")])
    assert found == {"vault_deposit": ("ribbon", legs)}


@pytest.mark.parametrize("form", [line, within])
def test_shares_wait_to_be_paid_out(form):
    found = told("w > vault 95 vault", form(ribbon.INITIATE, 95, 13))
    legs = sorted([(-95, asset("vault"), "plain"), (95, kept("withdrawal"), "position")])
    assert found == {"order_open": ("ribbon", legs)}
    paid = told("vault > w 104 U", form(ribbon.WITHDRAW, 104, 95), held=known(withdrawal=95))
    legs = sorted([(104, asset("U"), "plain"), (-95, kept("withdrawal"), "position")])
    assert paid == {"vault_withdraw": ("ribbon", legs)}


def test_shares_are_taken_out_and_given_back_at_once():
    logs = line(ribbon.REDEEM, 95, 12, index=3), line(ribbon.INITIATE, 90, 13, index=4)
    found = told("vault > w 95 vault; w > vault 90 vault", *logs, held=known(deposit=100))
    assert set(found) == {"vault_deposit", "order_open"}


def test_shares_of_a_deposit_that_is_not_known_come_with_a_note():
    one = activity("vault > w 95 vault", logs=[line(ribbon.REDEEM, 95, 12)], called="vault")
    (event,) = events_of(one, PROTOCOLS)
    assert (event.kind, event.note, len(event.legs)) == ("vault_deposit", "position:unknown", 1)


def test_logs_of_others_about_others_and_that_fit_nothing_say_nothing():
    def protocols(text, *logs, **more):
        return {found[0] for found in told(text, *logs, **more).values()}

    assert protocols("w > vault 100 U", line(ribbon.DEPOSIT, 100, 12, "x")) == {None}
    assert protocols("w > vault 100 U", line(ribbon.DEPOSIT, 99, 12)) == {None}
    assert protocols("w > vault 100 U", line(ribbon.DEPOSIT, 100, 1 << 16)) == {None}
    assert "ribbon" not in protocols("w > x 100 U", line(ribbon.DEPOSIT, 100, 12))
    shares = line(ribbon.DEPOSIT, 100, 100)
    assert protocols("w > vault 100 U; zero > w 100 vault", shares) == {"yearn"}
    assert "ribbon" not in protocols("vault > w 9 vault", line(ribbon.REDEEM, 9, 1 << 16))
    assert "ribbon" not in protocols("w > vault 9 vault", line(ribbon.INITIATE, 9, 1 << 16))
    topics = log(9, "vault", ribbon.DEPOSIT, "w", 1, data=[100, 12])
    assert "ribbon" not in protocols("w > vault 100 U", topics)
    short = log(9, "vault", ribbon.INITIATE, data=["w", 95])
    assert "ribbon" not in protocols("w > vault 95 vault", short)


def test_what_others_pay_back_under_the_same_name_was_put_in():
    found = told("vault > w 40 U", line(ribbon.WITHDRAW, 40, 1), held=known(deposit=100))
    assert found["vault_withdraw"][0] == "ribbon"
