"""Wrapped native coins: a view in, `wrap` and `unwrap` out where coin and token cross 1:1."""

from typing import Final

from ledger.shapes import ActivityView, Recognised, event, logs_with, wraps

NAME: Final = "weth"
RANK: Final = 30

#: Deposit(address,uint256) and Withdrawal(address,uint256) of WETH9
#: (etherscan.io/address/0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2, the contract's source).
DEPOSIT: Final = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
WITHDRAWAL: Final = "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65"

SIGNS: Final = frozenset({DEPOSIT, WITHDRAWAL})


def recognise(view: ActivityView) -> Recognised | None:
    """Wraps and unwraps: a log of WETH9, and as many units of coin one way as of token back."""
    wrappers = {
        log.address
        for topic in (DEPOSIT, WITHDRAWAL)
        for log in logs_with(view.activity, topic, 2, 1)
    }
    events = tuple(
        event(view, "wrap" if coin.quantity < 0 else "unwrap", (coin, token), NAME)
        for coin, token in wraps(view)
        if coin.counterparty in wrappers
    )
    return Recognised(events) if events else None
