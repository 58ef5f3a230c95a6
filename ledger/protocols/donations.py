"""Donations and grants: a view in; what the fund gave, and what was given to it, out.

Sources: Giveth/donation-handler-foundry (DonationHandler.sol), gitcoinco/BulkTransactions
(BulkCheckout.sol), allo-protocol/allo-v2 (IStrategy.sol, DirectAllocation.sol, MultiRound
strategies), gitcoinco/matching_contracts (payouts of matching rounds), clrfund/monorepo
(FundingRound.sol, OptimisticRecipientRegistry.sol), radicle-dev/radicle-drips-hub (DripsHub.sol).
"""

from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._legs import exact
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "donations"
RANK: Final = 10

#: DonationMade(address recipient, uint256 amount, address token, bytes data) of Giveth; recipient
#: and token indexed, the zero address is the coin.
DONATION_MADE: Final = "0x428e1190dfef997f3ac8da6afa80e330fc785bafb1febed9109598bfeee45ec0"
#: DonationSent(address token, uint256 amount, address dest, address donor) of Gitcoin's checkout;
#: all but dest indexed.
DONATION_SENT: Final = "0x3bb7428b25f9bdad9bd2faa4c6a7a9e5d5882657e96c1d24cc41c1d6c1910a98"
#: Allocated(address recipientId, uint256 amount, address token, address sender) of Gitcoin's
#: rounds, and with an address origin behind; recipientId indexed: it is a profile, the payment goes
#: to the round or to its owner.
ALLOCATED: Final = "0x463ffc2cf8b1596445c417388ed30e53eb67cf6668cb2be7f0addf8a78c8441b"
ALLOCATED_FROM: Final = "0xdc9d40760308557d1377c2fe7c984ace9eb02d23b60a5f6f26be62c52431bc38"
#: DirectAllocated(bytes32 profileId, address profileOwner, uint256 amount, address token,
#: address sender); profileId indexed.
DIRECT_ALLOCATED: Final = "0x4a59cd118371350d2eef1493d866a53d23aa0e21b6df99c66dddaa3ed798019b"
#: Given(address giver, address receiver, uint128 amt), the addresses indexed, and Collected(
#: address user, uint128 collected, uint128 split), user indexed, of the hub that streams DAI
#: (radicle-dev/radicle-drips-hub, DripsHub.sol). What was given waits there until its receiver
#: collects it.
GIVEN: Final = "0xda64d99a7e52094a4c4a04e46eb99febc0ca5a1c363c3d2607eabaf57380273d"
COLLECTED: Final = "0x18f6dc22e6f1f9dcbf0971649b0ba4bea489491067187ba70f5dbd10e1883717"
#: PayoutClaimed(address recipient, uint256 amount) of Gitcoin's matching rounds, nothing indexed.
PAYOUT_CLAIMED: Final = "0xec68461f5d4cc45c89e914cb8826a966c73dd35e5f97815ece0a01ffa4a025a6"
#: Contribution(address sender, uint256 amount) of clr.fund, sender indexed; FundsClaimed(
#: uint256 voteOptionIndex, address recipient, uint256 amount), the first two indexed.
CONTRIBUTION: Final = "0x4d154d4aae216bed6d0926db77c00df2b57c6b5ba4eee05775de20facede3a7b"
FUNDS_CLAIMED: Final = "0xa4eb50103b0591feb0bc913f479d92af5eb7ea33e8c397b49bab52ce6af26cb5"
#: RequestSubmitted(bytes32 recipientId, uint8 requestType, address recipient, string metadata,
#: uint256 timestamp) of clr.fund's registry, which keeps a deposit until RequestResolved(
#: bytes32 recipientId, uint8 requestType, bool rejected, uint256 recipientIndex,
#: uint256 timestamp); the first two indexed, of the second rejected too.
REQUEST_SUBMITTED: Final = "0xbb4ad318e5170357f8e7d25deefe5cf02bc8182cbb95600c22a1105978a8f1b8"
REQUEST_RESOLVED: Final = "0x863e10260d0b36e06a2dee07c61c59e95209f121464f054ec556d22e958b1ef2"

#: topic → kind of event, sign of its leg, least topics, least words
DEPOSITS: Final = {
    REQUEST_SUBMITTED: ("stake", -1, 3, 3),
    REQUEST_RESOLVED: ("unstake", 1, 3, 2),
}

#: What stands for the coin in logs.
_COIN: Final = frozenset({ZERO_ADDRESS, "0x" + "e" * 40})
#: Contracts that pay out nothing but matching funds of Gitcoin's rounds 13 to 15.
MATCHING: Final = frozenset(
    ("eip155:1", contract)
    for contract in (
        "0xc8aca0b50f3ca9a0cbe413d8a110a7aab7d4c1ae",
        "0x2878883dd4345c7b35c13fefc5096dd400814d91",
        "0xa640830afaa6455e198eda49e085c4c377789ddd",
        "0x0019863771b57fba997cf6602cb2dd572a43e977",
        "0xf63fd0739cb68651efbd06bccb23f1a1623d5520",
        "0x868cbca73915f842a70cd9584d80a57db5e690c1",
        "0x22fda1f97f2fd078f4609aaf74914ddf436de8e8",
        "0x62a5a2e85619c0922b32243165b9baab27bc7e63",
        "0xefc138e4e0fdcd7c9e616cc3e5c356c3ce23b1f2",
        "0xf52bc0ccd2c6174dbb962bc4e71a97f965fcafc8",
        "0xb40ff1af8e4894884cf060dac15d73385460a99b",
        "0x36badad9d2509ac373f98b936f6d6748db82f160",
        "0x302b9286e831ee6feb9387978cfb4342c86ef225",
    )
)

SIGNS: Final = frozenset(
    {
        *(DONATION_MADE, DONATION_SENT, ALLOCATED, ALLOCATED_FROM, DIRECT_ALLOCATED),
        *(PAYOUT_CLAIMED, CONTRIBUTION, FUNDS_CLAIMED, GIVEN, COLLECTED),
        *DEPOSITS,
        *(contract for _, contract in MATCHING),
    }
)


@dataclass(frozen=True, slots=True)
class _Gift:
    """A donation that a log tells of: over a place, of a project, to somebody or not said whom."""

    over: str
    project: str
    asset: AssetId
    amount: int
    to: str


def recognise(view: ActivityView) -> Recognised | None:
    """Donations given, all of one project in one event; donations, grants and matching received."""
    gifts = _gifts(view)
    events: tuple[Event, ...] = ()
    for gift in gifts:
        rest = view.without(events)
        came = exact(rest, gift.amount, asset=gift.asset) if gift.to in view.owned else ()
        events += (event(rest, "reward", came, gift.project),) if came else ()
    events += _paid_out(view.without(events))
    for project in dict.fromkeys(gift.project for gift in gifts):
        rest = view.without(events)
        given = _given(rest, [gift for gift in gifts if gift.project == project])
        events += (event(rest, "donation", given, project),) if given and view.acts else ()
    events += _registered(view.without(events))
    return Recognised(events) if events else None


def _gifts(view: ActivityView) -> tuple[_Gift, ...]:
    activity = view.activity

    def gift(log: Log, project: str, token: str, amount: int, to: str = "") -> _Gift:
        network = activity.network
        asset = native(network) if token in _COIN else erc20(network, token)
        return _Gift(log.address, project, asset, amount, to)

    gifts = [
        gift(log, "giveth", address_in(log.topics, 2), number_in(log, 0), address_in(log.topics, 1))
        for log in logs_with(activity, DONATION_MADE, 3, 1)
    ]
    for log in logs_with(activity, DONATION_SENT, 4, 1):
        token, to = address_in(log.topics, 1), word_address(log, 0)
        gifts.append(gift(log, "gitcoin", token, int(log.topics[2], 16), to))
    for topic, words in ((ALLOCATED, 3), (ALLOCATED_FROM, 4)):
        gifts += [
            gift(log, "gitcoin", word_address(log, 1), number_in(log, 0))
            for log in logs_with(activity, topic, 2, words)
        ]
    for log in logs_with(activity, DIRECT_ALLOCATED, 2, 4):
        token, to = word_address(log, 2), word_address(log, 0)
        gifts.append(gift(log, "gitcoin", token, number_in(log, 1), to))
    return tuple(gifts)


def _given(view: ActivityView, gifts: list[_Gift]) -> tuple[Leg, ...]:
    """The legs that paid gifts: each one its own, or those of an asset together over a place."""
    paid: tuple[Leg, ...] = ()
    together: dict[AssetId, int] = {}
    middle = {gift.over for gift in gifts} | {view.called}
    for gift in gifts:
        if gift.to in view.owned or not gift.amount:
            continue
        free = _free(view, paid)
        parties = {gift.to, gift.over} - {""}
        found = exact(free, -gift.amount, asset=gift.asset, other=parties)
        if not found:
            together[gift.asset] = together.get(gift.asset, 0) + gift.amount
        paid += found
    for asset, amount in together.items():
        paid += exact(_free(view, paid), -amount, asset=asset, other=middle)
    return paid


def _paid_out(view: ActivityView) -> tuple[Event, ...]:
    """Matching funds and grants: legs of just what a round paid to an owned recipient."""
    events: tuple[Event, ...] = ()
    claims = [
        (log, word_address(log, 0), number_in(log, 1), "gitcoin")
        for log in logs_with(view.activity, PAYOUT_CLAIMED, 1, 2)
    ]
    claims += [
        (log, address_in(log.topics, 2), number_in(log, 0), "clrfund")
        for log in logs_with(view.activity, FUNDS_CLAIMED, 3, 1)
    ]
    claims += [
        (log, address_in(log.topics, 1), number_in(log, 0), "drips")
        for log in logs_with(view.activity, COLLECTED, 2, 2)
    ]
    for log, recipient, amount, project in claims:
        rest = view.without(events)
        came = exact(rest, amount, other={log.address}) if recipient in view.owned else ()
        events += (event(rest, "reward", came, project),) if came else ()
    rounds = {contract for network, contract in MATCHING if network == view.activity.network}
    matched = [
        leg for leg in view.without(events).legs if leg.quantity > 0 and leg.counterparty in rounds
    ]
    return events + ((event(view, "reward", matched, "gitcoin"),) if matched else ())


def _registered(view: ActivityView) -> tuple[Event, ...]:
    """Contributions to clr.fund and Drips, and deposits of projects that ask to take part."""
    events: tuple[Event, ...] = ()
    for topic, topics, project in ((CONTRIBUTION, 2, "clrfund"), (GIVEN, 3, "drips")):
        for log in logs_with(view.activity, topic, topics, 1):
            rest = view.without(events)
            ours = address_in(log.topics, 1) in view.owned
            given = exact(rest, -number_in(log, 0), other={log.address}) if ours else ()
            events += (event(rest, "donation", given, project),) if given else ()
    for topic, (kind, sign, topics, words) in DEPOSITS.items():
        for log in logs_with(view.activity, topic, topics, words):
            rest = view.without(events)
            kept = [leg for leg in rest.legs if _is_deposit(view, log, leg) == sign]
            events += (event(rest, kind, kept, "clrfund"),) if kept else ()
    return events


def _is_deposit(view: ActivityView, log: Log, leg: Leg) -> int:
    """1 for coin that came from who logged, -1 for coin that went there, 0 for anything else."""
    if leg.asset != native(view.activity.network) or leg.counterparty != log.address:
        return 0
    return 1 if leg.quantity > 0 else -1


def _free(view: ActivityView, taken: tuple[Leg, ...]) -> ActivityView:
    return replace(view, legs=tuple(leg for leg in view.legs if leg not in taken))
