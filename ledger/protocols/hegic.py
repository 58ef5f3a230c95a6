"""Hegic: a view in; options bought, exercised and expired out.

Source: hegic/contracts-v888, Interfaces.sol and HegicOptions.sol. An option has no token: it is a
position of one unit, which the price bought and which ends for its profit or for nothing.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
)

NAME: Final = "hegic"
RANK: Final = 10

#: Create(uint256 id, address account, uint256 settlementFee, uint256 totalFee), id and account
#: indexed; Exercise(uint256 id, uint256 profit), Expire(uint256 id, uint256 premium), id indexed.
CREATE: Final = "0x9acccf962da4ed9c3db3a1beedb70b0d4c3f6a69c170baca7198a74548b5ef4e"
EXERCISE: Final = "0x0084fe51c7cb34b132b7b6eb5d5a87a489f8d6d284758d00a0402c1bad9a0def"
EXPIRE: Final = "0x5f36a4a575e512eb69d6d28c3b0ff98cca7ba50ad5bf04e14094ad1d425e0d31"

#: Options on coin and on WBTC (Ethereum); others have copied them with their logs.
CONTRACTS: Final = frozenset(
    {
        "0xefc0eeadc1132a12c9487d800112693bf49ecfa2",
        "0x3961245db602ed7c03eeccda33ea3846bd8723bd",
    }
)

SIGNS: Final = CONTRACTS
#: Anybody may unlock what has expired.
WITHOUT_LEGS: Final = frozenset({EXPIRE})


def recognise(view: ActivityView) -> Recognised | None:
    """Options of owned accounts, from what was paid to what they came to."""
    units, facts = Units(view), dict[AssetId, Asset]()
    events: tuple[Event, ...] = ()
    for topic, least, words, read in (
        (CREATE, 3, 2, _bought),
        (EXERCISE, 2, 1, _exercised),
        (EXPIRE, 2, 1, _expired),
    ):
        for log in logs_with(view.activity, topic, least, words):
            if log.address in CONTRACTS:
                events += read(view.without(events), log, units)
                kept = _option(view, log)
                name = f"option #{int(log.topics[1], 16)}"
                facts[kept] = Asset(kept, name, 0, "position")
    return Recognised(events, tuple(facts.values())) if events else None


def _option(view: ActivityView, log: Log) -> AssetId:
    return position(view.activity.network, NAME, f"{log.address}.{int(log.topics[1], 16)}")


def _bought(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The price with its fee, what was sent too much beside it; the option for it."""
    account = address_in(log.topics, 2)
    moved = [
        leg
        for leg in view.legs
        if leg.counterparty in {log.address, view.called} and not is_non_fungible(leg.asset)
    ]
    paid = [leg for leg in moved if leg.quantity < 0]
    given = {leg.asset for leg in paid}
    back = [with_role(leg, "refund") for leg in moved if leg not in paid and leg.asset in given]
    if account not in view.owned or not paid:
        return ()
    made = units.move(wallet_id(view.activity.network, account), _option(view, log), 1)
    return (event(view, "option_buy", (*paid, *back, *made), NAME),)


def _exercised(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """What came for an option that the books know."""
    came = [leg for leg in view.legs if leg.quantity == number_in(log, 0) > 0][:1]
    gone = _ended(view, log, units)
    if not came or not (gone or view.called == log.address):
        return ()
    note = "" if gone else "position:unknown"
    return (event(view, "option_exercise", (*came, *gone), NAME, note),)


def _expired(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    gone = _ended(view, log, units)
    return (event(view, "option_expiry", gone, NAME),) if gone else ()


def _ended(view: ActivityView, log: Log, units: Units) -> tuple[Leg, ...]:
    kept = _option(view, log)
    holder = units.holder(kept)
    held = 0 if holder is None else units.of(holder, kept) or 0
    return units.move(holder, kept, -held) if holder is not None and held > 0 else ()
