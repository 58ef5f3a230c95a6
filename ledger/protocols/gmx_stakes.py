"""GMX's and GLP's stakes: a view in; deposits, withdrawals, vesting and rewards out.

Sources: gmx-io/gmx-contracts, RewardRouterV2.sol, RewardTracker.sol, Vester.sol, GlpManager.sol;
gmx-io/gmx-interface, contracts.ts.

A stake goes through several trackers, each of which gives its own token for the one before: what
the account holds in the end is the last, and the steps between net away.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of, erc20
from ledger.model.event import Event, Leg
from ledger.protocols._legs import exact
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    logs_with,
    net,
    number_in,
    payments,
    word_address,
)

NAME: Final = "gmx_stakes"
RANK: Final = 0

#: What events carry: one protocol to who looks at it.
PROTOCOL: Final = "gmx"

#: StakeGmx(address account, address token, uint256 amount), UnstakeGmx of the same shape,
#: StakeGlp(address account, uint256 amount) and UnstakeGlp; nothing is indexed here and below.
STAKE_GMX: Final = "0xad0723806aa1e5a8fb826fc9f0c5b589e585a6b60dc768a1b20691c95062d2d6"
UNSTAKE_GMX: Final = "0xce8eb393006add0768cc6cefb3ca0fc4787015ce1ac86bd800e72a7999310345"
STAKE_GLP: Final = "0xa4725d47fa458d9222498e4d63f34527cf7318c1506f89d9092b35fdbcb64f3a"
UNSTAKE_GLP: Final = "0x1cb6202519b6b6c72ba5ed11e2c3f53af3cea010f96bfc705584e53e75cf034c"
#: AddLiquidity(address account, address token, uint256 amount, uint256 aumInUsdg,
#: uint256 glpSupply, uint256 usdgAmount, uint256 mintAmount) and RemoveLiquidity(address account,
#: address token, uint256 glpAmount, uint256 aumInUsdg, uint256 glpSupply, uint256 usdgAmount,
#: uint256 amountOut).
ADD_LIQUIDITY: Final = "0x38dc38b96482be64113daffd8d464ebda93e856b70ccfc605e69ccf892ab981e"
REMOVE_LIQUIDITY: Final = "0x87b9679bb9a4944bafa98c267e7cd4a00ab29fed48afdefae25f0fca5da27940"
#: Claim(address receiver, uint256 amount) of trackers and vesters.
CLAIM: Final = "0x47cee97cb7acd717b3c0aa1435d004cd5b3c8c57d70dbceb4e4458bbd60e39d4"
#: Deposit(address account, uint256 amount) and Withdraw(address account, uint256 claimedAmount,
#: uint256 balance) of a vester.
VEST: Final = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
STOP_VESTING: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"

#: network → trackers and vesters: others log claims and deposits of the same shape.
CONTRACTS: Final = {
    "eip155:42161": frozenset(
        {
            "0x908c4d94d34924765f1edc22a1dd098397c59dd4",
            "0x4d268a7d4c16ceb5a606c173bd974984343fea13",
            "0xd2d1162512f927a7e282ef43a362659e4f2a728f",
            "0x0755d33e45ed2b874c9ebf5b279023c8bd1e5e93",
            "0x1addd80e6039594ee970e5872d247bf0414c8903",
            "0x4e971a87900b931ff39d1aad67697f49835400b6",
            "0x199070ddfd1cfb69173aa2f7e20906f26b363004",
            "0xa75287d2f8b217273e7fcd7e86ef07d33972042e",
            "0x7c100c0f55a15221a4c1c5a25db8c98a81df49b2",
        }
    ),
    "eip155:43114": frozenset(
        {
            "0x2bd10f8e93b3669b6d42e74eeedc65dd1b0a1342",
            "0x908c4d94d34924765f1edc22a1dd098397c59dd4",
            "0x4d268a7d4c16ceb5a606c173bd974984343fea13",
            "0xb0d12bf95cc1341d6c845c978daaf36f70b5910d",
            "0x9e295b5b976a184b14ad8cd72413ad846c299660",
            "0xd2d1162512f927a7e282ef43a362659e4f2a728f",
            "0x472361d3ca5f49c8e633fb50385bfad1e018b445",
            "0x62331a7bd1dfb3a7642b7db50b5509e57ca3154a",
            "0x754ec029ef9926184b4cfdea7756fbbae7f326f7",
        }
    ),
}
_OF_CONTRACTS: Final = frozenset({CLAIM, VEST, STOP_VESTING})

#: Who is asked for stakes and for GLP, and who makes it: they hold nothing (gmx-io/gmx-interface,
#: contracts.ts).
ROUTERS: Final = frozenset(
    {
        "0xa906f338cb21815cbc4bc87ace9e68c87ef8d8f1",  # Arbitrum One
        "0x159854e14a862df9e39e1d128b8e5f70b4a3ce9b",
        "0x5e4766f932ce00aa4a1a82d3da85adf15c5694a1",
        "0xb95db5b167d75e6d04227cfffa61069348d271f5",
        "0x321f653eed006ad1c29d174e17d96351bde22649",
        "0x3963ffc9dff443c2a94f21b129d429891e32ec18",
        "0x82147c5a7e850ea4e28155df107f2590fd4ba327",  # Avalanche
        "0xa192d0681e2b9484d1fa48083d36b8a2d0da1809",
        "0x091ed806490cc58fd514441499e58984ccce0630",
        "0xb70b91ce0771d3f4c81d87660f71da31d48eb3b3",
        "0xd152c7f25db7f4b95b7658323c5f33d176818ee4",
    }
)
VOUCHED: Final = frozenset({*ROUTERS, *(place for each in CONTRACTS.values() for place in each)})

SIGNS: Final = frozenset(
    {
        *(STAKE_GMX, UNSTAKE_GMX, STAKE_GLP, UNSTAKE_GLP),
        *(ADD_LIQUIDITY, REMOVE_LIQUIDITY, CLAIM, VEST, STOP_VESTING),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Rewards first, for they are staked again in the same breath; then what the stakes did."""
    if not view.acts:
        return None
    events = _claimed(view)
    events += _pooled(view.without(events))
    for topics, kind in (
        ((STAKE_GMX, STAKE_GLP), "stake"),
        ((UNSTAKE_GMX, UNSTAKE_GLP), "unstake"),
    ):
        rest = view.without(events)
        if any(_ours(view, topic, 2) for topic in topics):
            legs = _chain(rest)
            events += (event(view, kind, legs, PROTOCOL),) if _turns(legs) else ()
    events += _vested(view.without(events))
    return Recognised(events) if events else None


def _ours(view: ActivityView, topic: str, words: int) -> list[Log]:
    """Logs without indexed arguments whose first word is an owned account."""
    places = CONTRACTS.get(view.activity.network, frozenset())
    return [
        log
        for log in logs_with(view.activity, topic, 1, words)
        if len(log.topics) == 1
        and word_address(log, 0) in view.owned
        and (topic not in _OF_CONTRACTS or log.address in places)
    ]


def _claimed(view: ActivityView) -> tuple[Event, ...]:
    """What trackers paid; a vester that pays for its own tokens pays no reward."""
    came: tuple[Leg, ...] = ()
    for log in _ours(view, CLAIM, 2):
        burnt = any(contract_of(leg.asset) == log.address and leg.quantity < 0 for leg in view.legs)
        found = exact(view, number_in(log, 1), other={log.address})
        came += tuple(leg for leg in found if not burnt and leg not in came)
    return (event(view, "reward", came, PROTOCOL),) if came else ()


def _pooled(view: ActivityView) -> tuple[Event, ...]:
    """Tokens for GLP or back, through to the last tracker where it was staked at once."""
    events: tuple[Event, ...] = ()
    for topic, place, sign, kind in (
        (ADD_LIQUIDITY, 2, -1, "pool_deposit"),
        (REMOVE_LIQUIDITY, 6, 1, "pool_withdraw"),
    ):
        for log in logs_with(view.activity, topic, 1, 7):
            rest = view.without(events)
            token = erc20(view.activity.network, word_address(log, 1))
            paid = payments(rest, {token: sign * number_in(log, place)}, via=view.called)
            chain = [leg for leg in _chain(rest) if leg not in paid]
            if paid and any(total * sign < 0 for total in net(chain).values()):
                events += (event(view, kind, (*paid, *chain), PROTOCOL),)
    return events


def _chain(view: ActivityView) -> list[Leg]:
    """Legs of tokens that were made or burnt here, and what went into or out of their contracts."""
    made = {
        contract
        for leg in view.legs
        if leg.counterparty == ZERO_ADDRESS and (contract := contract_of(leg.asset)) is not None
    }
    return [
        leg
        for leg in view.legs
        if contract_of(leg.asset) is not None
        and (leg.counterparty == ZERO_ADDRESS or leg.counterparty in made)
    ]


def _turns(legs: list[Leg]) -> bool:
    """Whether something went and something else came in the end."""
    sums = [total for total in net(legs).values() if total]
    return bool(sums) and min(sums) < 0 < max(sums)


def _vested(view: ActivityView) -> tuple[Event, ...]:
    """Escrowed tokens put into a vester, taken out of it, or come of age in it."""
    events: tuple[Event, ...] = ()
    for topic, words, kind in (
        (VEST, 2, "stake"),
        (STOP_VESTING, 3, "unstake"),
        (CLAIM, 2, "unstake"),
    ):
        for log in _ours(view, topic, words):
            rest = view.without(events)
            own = [leg for leg in rest.legs if contract_of(leg.asset) == log.address]
            other = [leg for leg in rest.legs if leg.counterparty == log.address and leg not in own]
            legs = [*own, *other]
            if own and other and _turns(legs):
                events += (event(view, kind, legs, PROTOCOL),)
    return events
