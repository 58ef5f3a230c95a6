"""Dopex: a view in; collateral that writes options, options bought and settled out.

Source: the vaults SsovV3 on Arbitrum (SsovV3.sol, SsovV3State.sol), as verified there.

Collateral writes options of a strike until an epoch ends: a position whose title is a token of the
vault. When it is taken out it is less by what the options paid and more by their premium.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._locks import follows, locked
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    split,
    with_role,
    word_address,
)

NAME: Final = "dopex"
RANK: Final = 0

#: Deposit(uint256 tokenId, address to, address sender), the addresses indexed or none.
DEPOSIT: Final = "0xa3d2cbcb90e0658235d4ba62aed9a50c231df9bc5bbfb74c95badbc798f38d1a"
#: Purchase(uint256 epoch, uint256 strike, uint256 amount, uint256 premium, uint256 fee, address to,
#: address sender), Settle(uint256 epoch, uint256 strike, uint256 amount, uint256 pnl, uint256 fee,
#: address to, address sender) and without sender, whose pnl is what was paid out; to indexed.
PURCHASE: Final = "0x96d7fd34a786c8810a555ee775a241bf4b8f243f8e64aaf266ec5398d1199b0c"
SETTLE: Final = "0x4ab5b5ebf96669ee045b167a5af455fc9ef9757a07606c2145140e9af15c5da3"
SETTLE_SHORT: Final = "0x9e2a8b291b40d0233575e4cd133fca1edccef377ed2f525adcb9deb669971e54"
#: Withdraw(uint256 tokenId, uint256 collateralTokenWithdrawn, uint256[] rewardTokenWithdrawAmounts,
#: address to, address sender); to indexed.
WITHDRAW: Final = "0x091323a211bfa86543b51f77a7a67270d25f9bd406aebf4d2382312c90846261"

SIGNS: Final = frozenset({DEPOSIT, PURCHASE, SETTLE, SETTLE_SHORT, WITHDRAW})


def recognise(view: ActivityView) -> Recognised | None:
    """Collateral and options as their vaults log them."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    for log in logs_with(view.activity, DEPOSIT, 1, 1):
        found = _written(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
    for log in logs_with(view.activity, PURCHASE, 2, 5):
        events += _bought(view.without(events), log)
    for topic in (SETTLE, SETTLE_SHORT):
        for log in logs_with(view.activity, topic, 2, 5):
            events += _settled(view.without(events), log)
    for log in logs_with(view.activity, WITHDRAW, 2, 3):
        events += _taken_out(view.without(events), log, units)
    return Recognised(events, facts) if events else None


def _title(view: ActivityView, log: Log) -> tuple[Leg, ...]:
    """The token of a vault that says whose its collateral is."""
    token = non_fungible(view.activity.network, "erc721", log.address, number_in(log, 0))
    return tuple(with_role(leg, "title") for leg in view.legs if leg.asset == token)


def _written(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """What the vault took for a token that it made for the fund; the log gives no amount."""
    if len(log.topics) < 3 and len(log.data) < 2 + 64 * 3:
        return (), ()
    owner = address_in(log.topics, 1) if len(log.topics) > 2 else word_address(log, 1)
    titles = [leg for leg in _title(view, log) if leg.quantity > 0]
    gave = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity < 0 and not is_non_fungible(leg.asset)
    ][:1]
    if owner not in view.owned or not gave or not titles:
        return (), ()
    kept = position(view.activity.network, NAME, f"{log.address}.{number_in(log, 0)}")
    where = wallet_id(view.activity.network, owner), kept
    made = locked(view, (*gave, *titles), where, NAME, units, "vault_deposit")
    named = Asset(titles[0].asset, f"#{number_in(log, 0)}", 0, "nft", underlying=kept)
    return (made,), (*follows(view, kept, gave[0]), named)


def _bought(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Options for their premium and the fee."""
    price = number_in(log, 3) + number_in(log, 4)
    paid = exact(view, -price, other={log.address}) if price else ()
    came = exact(view, number_in(log, 2), other={ZERO_ADDRESS})
    ours = address_in(log.topics, 1) in view.owned
    return (event(view, "option_buy", (*paid, *came), NAME),) if ours and paid and came else ()


def _settled(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Options burnt for what they paid."""
    burnt = exact(view, -number_in(log, 2), other={ZERO_ADDRESS, log.address})
    came = exact(view, number_in(log, 3), other={log.address})
    ours = address_in(log.topics, 1) in view.owned
    found = ours and burnt and came
    return (event(view, "option_exercise", (*burnt, *came), NAME),) if found else ()


def _taken_out(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """All that collateral came to, for its token; premiums beyond it and rewards stand apart."""
    titles = [leg for leg in _title(view, log) if leg.quantity < 0]
    came = exact(view, number_in(log, 1), other={log.address})
    if not titles or not came or address_in(log.topics, 1) not in view.owned:
        return ()
    kept = position(view.activity.network, NAME, f"{log.address}.{number_in(log, 0)}")
    holder = units.holder(kept)
    held = 0 if holder is None else units.of(holder, kept) or 0
    more = max(0, came[0].quantity - held) if held else 0
    rewards = tuple(
        with_role(leg, "reward")
        for leg in view.legs
        if leg.counterparty == log.address
        and leg.quantity > 0
        and leg != came[0]
        and not is_non_fungible(leg.asset)
    )
    gone = units.move(holder, kept, -held) if holder is not None and held else ()
    legs = (*split(came[0], more, "reward"), *rewards, *titles, *gone)
    return (event(view, "vault_withdraw", legs, NAME, "" if held else "position:unknown"),)
