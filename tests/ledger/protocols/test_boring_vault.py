"""Boring vaults."""

from ledger.protocols import boring_vault as vault
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

KINETIQ = "0x9ba2edc44e0a4632eb4723e81d4142353e1bb160"


def test_topics_are_the_hashes_of_their_signatures():
    words = "address,address,uint256,address,uint256"
    assert hashes_to(f"Enter({words})", vault.ENTER)
    assert hashes_to(f"Exit({words})", vault.EXIT)


def test_an_entry_and_an_exit_by_name_where_it_is_known():
    for contract, name in ((KINETIQ, "kinetiq"), ("V", "boring_vault")):
        entered = log(5, contract, vault.ENTER, "w", "U", "w", data=[100, 90])
        one = activity(f"w > {contract} 100 U; zero > w 90 {contract}", logs=[entered])
        assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("vault_deposit", name)
        left = log(5, contract, vault.EXIT, "w", "U", "w", data=[100, 90])
        one = activity(f"w > zero 90 {contract}; {contract} > w 100 U", logs=[left])
        assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == (
            "vault_withdraw",
            name,
        )


def test_an_entry_of_somebody_else_claims_nothing():
    entered = log(5, "V", vault.ENTER, "x", "U", "x", data=[100, 90])
    assert only(activity("w > x 100 U", logs=[entered]), PROTOCOLS).kind == "send"
