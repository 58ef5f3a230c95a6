"""What a keeper that the fund let do so levers up or down for it, in transactions of his own."""

from dataclasses import replace

import pytest

from ledger.journal.rules import entries_for
from ledger.protocols import _maker_vaults as vaults
from ledger.protocols import compound_v3 as comet
from ledger.protocols import morpho_blue as blue
from ledger.protocols._morpho_contracts import BLUE
from tests.ledger.moves import activity, address, asset, events_of, log, only, said
from tests.ledger.protocols import test_compound_v3 as of_comet
from tests.ledger.protocols import test_euler as of_euler
from tests.ledger.protocols import test_makerdao as of_maker
from tests.ledger.protocols import test_morpho_blue as of_blue
from tests.ledger.protocols.registry import PROTOCOLS

WALLET = of_maker.WALLET
UNPAID = of_maker.OPENED.replace("w > proxy 10 ETH; proxy > mpa 10 ETH; ", "")


def by_keeper(one, called="keeper"):
    return replace(one, caller=address("x"), called=address(called), fee=None)


def boosted(protocol):
    """A keeper draws a loan and puts up what it bought, with what the books have there."""
    if protocol == "makerdao":
        one, held = of_maker.multiplied(UNPAID), {of_maker.KEPT: 10, of_maker.OWED: 5}
        return one, held, [(30, of_maker.KEPT, "position"), (96, of_maker.OWED, "debt")]
    if protocol == "morpho_blue":
        one, (kept, owed) = of_blue.levered(""), (of_blue._KEPT, of_blue._OWES)
    elif protocol == "compound_v3":
        one, (kept, owed) = drawn(), (of_comet.KEPT, of_comet.OWED)
    else:
        calls = [of_euler.called(0, of_euler.SUB, "V", caller="x")]
        more = [of_euler.taken(of_euler.SUB, "V2")]
        one = of_euler.multiplied(of_euler.SUB, calls=calls, more=more)
        held = {of_euler.MOVED: 5}
        return one, held, [(100, of_euler.OWED, "debt"), (40, of_euler.MOVED, "position")]
    return one, {kept: 10}, [(5, kept, "position"), (40, owed, "debt")]


def drawn():
    logs = [
        log(3, of_comet.M, comet.SUPPLY_COLLATERAL, "lev", "w", "C", data=[5]),
        log(5, of_comet.M, comet.WITHDRAW, "w", "lev", data=[40]),
    ]
    text = f"lev > {of_comet.M} 5 C@2; {of_comet.M} > lev 40 U@4"
    return activity(text, logs=logs, called="lev")


PROTOCOLS_OF = ["makerdao", "morpho_blue", "compound_v3", "euler"]


@pytest.mark.parametrize("protocol", PROTOCOLS_OF)
def test_what_a_keeper_levers_up_is_the_funds_where_the_books_know_it(protocol):
    one, held, legs = boosted(protocol)
    known = {(WALLET, what): units for what, units in held.items()}
    event = only(by_keeper(one), PROTOCOLS, held=known)
    assert (event.kind, event.protocol, said(event)) == ("borrow", protocol, legs)
    # of a market in which the fund has nothing he says nothing
    assert not events_of(by_keeper(one), PROTOCOLS)


@pytest.mark.parametrize("protocol", PROTOCOLS_OF[:3])
def test_nobody_but_the_market_itself_makes_the_fund_owe(protocol):
    one, held, _ = boosted(protocol)
    own = {vaults.VAT: "evil", BLUE: "evil", of_comet.M: "evil"}
    forged = [replace(each, address=address(own.get(each.address, "evil"))) for each in one.logs]
    known = {(WALLET, what): units for what, units in held.items()}
    assert not events_of(by_keeper(replace(one, logs=tuple(forged))), PROTOCOLS, held=known)


def lowered():
    """A keeper repays with collateral that he sold, and gives back what is left."""
    return [
        of_maker.managed(5, "mpa"),
        log(3, vaults.DAI_JOIN, vaults.JOIN, "urn", 40),
        of_maker.frob(4, -5, -38),
        of_maker.slip(6, -5),
        log(7, "gemjoin", vaults.EXIT, "mpa", 5),
    ]


def test_what_a_keeper_lowers_ends_so_much_of_the_debt_and_of_the_collateral():
    text = f"mpa > zero 40 {of_maker.DAI}@2; gemjoin > mpa 5 W@6; keeper > w 1 {of_maker.DAI}@9"
    one = activity(text, logs=lowered())
    known = {(WALLET, of_maker.KEPT): 10, (WALLET, of_maker.OWED): 60}
    event = only(by_keeper(one), PROTOCOLS, held=known)
    assert event.kind == "repay"
    assert said(event) == [
        (1, asset(of_maker.DAI), "plain"),
        (-40, of_maker.OWED, "debt"),
        (-5, of_maker.KEPT, "position"),
    ]


def test_what_a_stranger_pays_of_a_debt_is_no_income_whatever_he_sends_along():
    logs = [log(3, BLUE, blue.REPAY, of_blue.ID, "bundle", "w", data=[2, 1])]
    text = f"bundle > {BLUE} 2 U@2; keeper > w 9 U@4"
    one = by_keeper(activity(text, logs=logs))
    events = events_of(one, PROTOCOLS, held={(WALLET, of_blue._OWES): 40})
    assert sorted(event.kind for event in events) == ["receive", "repay"]
    paths = {
        posting.account.path
        for event in events
        if (entry := entries_for(event, lambda *_: 9)) is not None
        for posting in entry.postings
    }
    assert not [path for path in paths if path.startswith("income:")]


@pytest.mark.parametrize("account", ["w", of_euler.SUB])
def test_a_contract_that_calls_itself_over_the_connector_asked_nobody(account):
    calls = [of_euler.called(0, account, "V", caller="V")]
    one = of_euler.multiplied(account, calls=calls, more=[of_euler.taken(account, "V2")])
    known = {(WALLET, of_euler.MOVED): 5}
    events = events_of(by_keeper(one, called="V"), PROTOCOLS, held=known)
    assert {event.kind for event in events} <= {"receive"}
