"""ERC-4626 vaults."""

from ledger.classify import after
from ledger.protocols import erc4626 as vault
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

DEPOSIT = log(5, "V", vault.DEPOSIT, "w", "w", data=[100, 90])
WITHDRAW = log(5, "V", vault.WITHDRAW, "w", "w", "w", data=[100, 90])


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposit(address,address,uint256,uint256)", vault.DEPOSIT)
    assert hashes_to("Withdraw(address,address,address,uint256,uint256)", vault.WITHDRAW)


def test_assets_for_shares_are_a_deposit_and_back_a_withdrawal():
    event = only(activity("w > V 100 U; zero > w 90 V", logs=[DEPOSIT]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "erc4626")
    event = only(activity("w > zero 90 V; V > w 100 U", logs=[WITHDRAW]), PROTOCOLS)
    assert event.kind == "vault_withdraw"


def test_the_vault_may_keep_its_assets_elsewhere():
    event = only(activity("w > silo 100 U; zero > w 90 V", logs=[DEPOSIT]), PROTOCOLS)
    assert event.protocol == "erc4626"


def test_shares_without_a_transfer_log_still_make_a_withdrawal():
    event = only(activity("V > w 100 U", logs=[WITHDRAW]), PROTOCOLS)
    assert event.kind == "vault_withdraw"


def test_what_came_in_over_another_asset_is_still_a_deposit():
    event = only(activity("w > zap 3 ETH; zero > w 90 V", logs=[DEPOSIT], called="zap"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "erc4626")


def test_out_of_one_vault_into_another_is_two_events():
    logs = [WITHDRAW, log(9, "Z", vault.DEPOSIT, "w", "w", data=[100, 80])]
    one = activity("w > zero 90 V; V > w 100 U; w > Z 100 U; zero > w 80 Z", logs=logs)
    kinds = [event.kind for event in events_of(one, PROTOCOLS)]
    assert kinds == ["vault_withdraw", "vault_deposit"]


def test_a_vault_used_by_somebody_else_claims_nothing():
    deposit = log(5, "V", vault.DEPOSIT, "x", "x", data=[100, 90])
    one = activity("w > x 100 U; x > V 100 U; zero > x 90 V", logs=[deposit])
    assert only(one, PROTOCOLS).kind == "send"


def test_shares_of_one_vault_for_shares_of_another_keep_their_cost_in_one_event():
    logs = [WITHDRAW, log(9, "Z", vault.DEPOSIT, "x", "w", data=[100, 80])]
    one = activity("w > zero 90 V; V > x 100 U; x > Z 100 U; zero > w 80 Z", logs=logs, called="x")
    event = only(one, PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("vault_deposit", 2)


def test_a_vault_that_is_known_has_its_own_name():
    susds = "0xa3931d71877c0e7a3148cb7eb4463524fec27fbd"
    deposit = log(5, susds, vault.DEPOSIT, "w", "w", data=[100, 90])
    one = activity(f"w > {susds} 100 U; zero > w 90 {susds}", logs=[deposit])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("vault_deposit", "sky")


def test_shares_that_no_token_shows_are_a_position_until_they_are_given_back():
    into = only(activity("w > V 100 U", logs=[DEPOSIT]), PROTOCOLS)
    held = after([into], {})
    assert (into.kind, into.protocol, [*held.values()]) == ("vault_deposit", "erc4626", [90])
    part = log(5, "V", vault.WITHDRAW, "w", "w", "w", data=[50, 40])
    out = only(activity("V > w 50 U", logs=[part]), PROTOCOLS, held=held)
    assert (out.kind, [*after([out], held).values()]) == ("vault_withdraw", [50])


def test_a_known_vault_has_a_token_whether_it_logs_or_not():
    susds = "0xa3931d71877c0e7a3148cb7eb4463524fec27fbd"
    deposit = log(5, susds, vault.DEPOSIT, "w", "w", data=[100, 90])
    event = only(activity(f"w > {susds} 100 U", logs=[deposit]), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("vault_deposit", "sky", 1)


def test_shares_that_a_zap_puts_with_a_keeper_are_the_keepers_token():
    put_in = "w > zap 10 A; zap > vault 10 A; zero > zap 9 vault; zap > gauge 9 vault;"
    told = log(5, "vault", vault.DEPOSIT, "zap", "zap", data=[10, 9])
    event = only(activity(f"{put_in} zero > w 9 gauge", logs=[told], called="zap"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "erc4626")
    assert [leg.quantity for leg in event.legs] == [-10, 9]
    other = only(activity(f"{put_in} zero > w 8 gauge", logs=[told], called="zap"), PROTOCOLS)
    assert other.kind == "swap"
    taken = "w > zap 9 gauge; gauge > zap 9 vault; zap > zero 9 vault; vault > zap 10 A;"
    told = log(5, "vault", vault.WITHDRAW, "zap", "zap", "zap", data=[10, 9])
    event = only(activity(f"{taken} zap > w 10 A", logs=[told], called="zap"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "erc4626")
