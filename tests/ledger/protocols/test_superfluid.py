"""Superfluid."""

from ledger.protocols import superfluid
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("TokenUpgraded(address,uint256)", superfluid.UPGRADED)
    assert hashes_to("TokenDowngraded(address,uint256)", superfluid.DOWNGRADED)


def test_a_token_is_wrapped_at_other_decimals_and_back():
    up = log(5, "USDCx", superfluid.UPGRADED, "w", data=[7_000_000])
    event = only(activity("w > USDCx 7 USDC; zero > w 7_000_000 USDCx", logs=[up]), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("wrap", "superfluid", 2)
    down = log(5, "USDCx", superfluid.DOWNGRADED, "w", data=[7_000_000])
    event = only(activity("w > zero 7_000_000 USDCx; USDCx > w 7 USDC", logs=[down]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("unwrap", "superfluid")


def test_coin_is_wrapped_too_and_another_size_is_not():
    up = log(5, "ETHx", superfluid.UPGRADED, "w", data=[7])
    assert only(activity("w > ETHx 7 ETH; zero > w 7 ETHx", logs=[up]), PROTOCOLS).kind == "wrap"
    for moves in ("w > pool 7 USDC; pool > w 8 ETHx", "w > ETHx 7 ETH; zero > w 8 ETHx"):
        assert only(activity(moves, logs=[up]), PROTOCOLS).protocol is None
