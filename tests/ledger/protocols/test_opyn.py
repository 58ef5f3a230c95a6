"""Opyn: options written against collateral and owed until they are closed, exercised or over."""

from ledger.classify import after
from ledger.journal.rules import entries_for
from ledger.model.asset import debt, position
from ledger.protocols import opyn
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

KEPT = position(NETWORK, "opyn", f"{address('w')}.1")
OWED = debt(NETWORK, "opyn", f"{address('w')}.1.{address('oPut')}")


def test_topics_are_the_hashes_of_their_signatures():
    words = "(address,address,address,uint256,uint256)"
    for signature, topic in {
        f"CollateralAssetDeposited{words}": opyn.COLLATERAL_DEPOSITED,
        f"CollateralAssetWithdrawed{words}": opyn.COLLATERAL_WITHDRAWN,
        f"ShortOtokenMinted{words}": opyn.SHORT_MINTED,
        f"ShortOtokenBurned{words}": opyn.SHORT_BURNED,
        "Redeem(address,address,address,address,uint256,uint256)": opyn.REDEEM,
        "VaultSettled(address,address,address,uint256,uint256,uint256)": opyn.VAULT_SETTLED,
    }.items():
        assert hashes_to(signature, topic)


def moved(topic, asset, amount, who="w", party=""):
    return log(3, opyn.CONTROLLER, topic, asset, who, party or who, data=[1, amount])


def written():
    logs = [moved(opyn.COLLATERAL_DEPOSITED, "U", 90), moved(opyn.SHORT_MINTED, "oPut", 4)]
    return activity("w > pool 90 U; zero > w 4 oPut", logs=logs)


def held():
    return after([only(written(), PROTOCOLS)], {})


def booked(one, known=None, prices=None):
    """Postings as (account, quantity, asset, role, value); a U is worth 2 unless said."""
    worth = {asset("U"): 2, KEPT: 2} if prices is None else prices
    found = []
    for event in events_of(one, PROTOCOLS, held=known or {}):
        entry = entries_for(event, lambda of, units, _: worth[of] * units if of in worth else None)
        assert entry is not None
        found += [(p.account.path, p.quantity, p.asset, p.role, p.value) for p in entry.postings]
    return [one for one in found if not one[0].startswith("expense:gas")]


def test_an_option_is_written_against_collateral_and_owed():
    event = only(written(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("option_write", "opyn")
    assert said(event) == [
        (-90, asset("U"), "plain"),
        (4, asset("oPut"), "plain"),
        (90, KEPT, "position"),
        (4, OWED, "debt"),
    ]


def test_an_option_that_is_minted_is_no_income_whatever_it_is_worth():
    worth = {asset("U"): 2, KEPT: 2, asset("oPut"): 5, OWED: 5}
    rows = booked(written(), prices=worth)
    assert not [one for one in rows if one[0].startswith("income")]
    assert (f"liability:{NETWORK}:{address('w')}", 4, OWED, "none", -20) in rows
    assert (f"asset:{NETWORK}:{address('w')}", 4, asset("oPut"), "acquire", 20) in rows
    assert (f"asset:{NETWORK}:{address('w')}", 90, KEPT, "move", 180) in rows


def test_an_option_without_a_price_is_owed_at_an_unknown_value():
    rows = booked(written())
    assert (f"liability:{NETWORK}:{address('w')}", 4, OWED, "none", None) in rows


def test_an_option_that_was_burnt_is_owed_no_more_and_gives_collateral_back():
    logs = [moved(opyn.SHORT_BURNED, "oPut", 4), moved(opyn.COLLATERAL_WITHDRAWN, "U", 90)]
    one = activity("w > zero 4 oPut; pool > w 90 U", logs=logs)
    event = only(one, PROTOCOLS, held=held())
    assert (event.kind, event.protocol) == ("option_expiry", "opyn")
    assert said(event)[2:] == [(-90, KEPT, "position"), (-4, OWED, "debt")]
    worth = {asset("U"): 2, KEPT: 2, asset("oPut"): 3, OWED: 3}
    rows = booked(one, held(), worth)
    assert (f"liability:{NETWORK}:{address('w')}", -4, OWED, "none", 12) in rows
    assert (f"asset:{NETWORK}:{address('w')}", 90, asset("U"), "move", 180) in rows


def test_what_the_books_do_not_know_of_a_vault_waits_in_suspense():
    logs = [moved(opyn.SHORT_BURNED, "oPut", 4), moved(opyn.COLLATERAL_WITHDRAWN, "U", 90)]
    one = activity("w > zero 4 oPut; pool > w 90 U", logs=logs)
    assert only(one, PROTOCOLS).note == "position:unknown"
    assert {row[0] for row in booked(one)} == {
        f"asset:{NETWORK}:{address('w')}",
        "suspense:unmatched",
    }


def settled(payout, of="w"):
    return log(3, opyn.CONTROLLER, opyn.VAULT_SETTLED, of, "oPut", 0, data=["w", payout, 1])


def test_an_option_that_expired_is_owed_no_more_and_its_collateral_is_back():
    one = activity("pool > w 90 U", logs=[settled(90)])
    event = only(one, PROTOCOLS, held=held())
    assert (event.kind, said(event)[1:]) == (
        "option_expiry",
        [(-90, KEPT, "position"), (-4, OWED, "debt")],
    )
    rows = booked(one, held(), {asset("U"): 2, KEPT: 2, OWED: 5})
    assert (f"liability:{NETWORK}:{address('w')}", -4, OWED, "none", 0) in rows


def test_collateral_that_holders_got_paid_for_what_was_owed():
    one = activity("pool > w 60 U", logs=[settled(60)])
    back, paid = events_of(one, PROTOCOLS, held=held())
    assert [back.kind, paid.kind] == ["option_expiry", "option_exercise"]
    assert [leg[::2] for leg in said(back)] == [(60, "plain"), (-60, "position")]
    assert [leg[::2] for leg in said(paid)] == [(-30, "position"), (-4, "debt")]
    rows = booked(one, held())
    assert (f"liability:{NETWORK}:{address('w')}", -4, OWED, "none", 60) in rows
    assert (f"asset:{NETWORK}:{address('w')}", -30, KEPT, "dispose", -60) in rows


def test_a_vault_all_of_whose_collateral_is_gone_pays_nothing():
    event = only(activity("", logs=[settled(0)]), PROTOCOLS, held=held())
    assert event.kind == "option_exercise"
    assert [leg[::2] for leg in said(event)] == [(-90, "position"), (-4, "debt")]


def redeemed(payout):
    return log(3, opyn.CONTROLLER, opyn.REDEEM, "oPut", "w", "w", data=["U", 4, payout])


def test_an_option_is_exercised_for_what_it_pays_or_has_expired():
    one = activity("w > zero 4 oPut; pool > w 30 U", logs=[redeemed(30)])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("option_exercise", "opyn")
    worthless = activity("w > zero 4 oPut", logs=[redeemed(0)])
    assert only(worthless, PROTOCOLS).kind == "option_expiry"


def test_a_vault_that_nobody_knows_pays_at_an_unknown_basis():
    event = only(activity("pool > w 60 U", logs=[settled(60)]), PROTOCOLS)
    assert (event.kind, event.note) == ("option_expiry", "position:unknown")
    one = activity("pool > w 60 U", logs=[settled(60, of="x")], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_what_was_given_to_a_vault_of_somebody_elses_is_not_the_funds_any_more():
    told = moved(opyn.COLLATERAL_DEPOSITED, "U", 90, who="x", party="w")
    one = activity("w > pool 90 U", logs=[told])
    assert only(one, PROTOCOLS).note == "position:unknown"
    assert booked(one)[1][0] == "suspense:unmatched"
    told = moved(opyn.SHORT_MINTED, "oPut", 4, who="x", party="w")
    assert only(activity("zero > w 4 oPut", logs=[told]), PROTOCOLS).kind == "receive"


def test_vaults_of_others_claim_nothing():
    told = moved(opyn.COLLATERAL_DEPOSITED, "U", 90, who="x")
    assert only(activity("w > pool 90 U", logs=[told]), PROTOCOLS).kind == "send"


def test_collateral_that_another_owned_wallet_gave_is_the_vaults():
    told = moved(opyn.COLLATERAL_DEPOSITED, "U", 90, who="w", party="x")
    assert only(activity("w > pool 90 U", logs=[told]), PROTOCOLS).kind == "option_write"


def test_a_settled_vault_that_paid_nothing_claims_nothing():
    told = log(3, opyn.CONTROLLER, opyn.VAULT_SETTLED, "w", "oPut", 0, data=["w", 0, 60])
    assert only(activity("pool > w 60 U", logs=[told]), PROTOCOLS).kind == "receive"
