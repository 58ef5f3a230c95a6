"""The legs of a view and what else moved in; who had to do with the legs of an event out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.activity import Transfer
from ledger.model.asset import AssetId, contract_of, native
from ledger.model.event import Claim, Event, Leg
from ledger.shapes import ZERO_ADDRESS, ActivityView, is_non_fungible, net

#: What a share token says of itself, wherever the assets went that were put in.
_OF_ITSELF: Final = frozenset({"vault_deposit", "vault_withdraw"})
#: What carries value one way: where nothing came for it, there is no trade that it could cut.
_ONE_WAY: Final = frozenset({"bridge_out", "bridge_in"})
#: What takes in all that moved; that it ran on a loan shows in who gave as much and got it back.
_BY_LOANS: Final = frozenset({"flash_loan"})
#: The other side of units that a token made or burnt, with a Transfer that says so or without one.
_NOBODY: Final = frozenset({ZERO_ADDRESS, PROTOCOL})
#: Over how many hands units are followed: more pass them on to hide it.
_HANDS: Final = 8


class Hands:
    """Who gave, took, made and burnt in a view; asked of each of its events."""

    def __init__(self, view: ActivityView) -> None:
        self._view = view
        self._legs: defaultdict[Claim | None, list[Leg]] = defaultdict(list)
        for leg in view.legs:
            self._legs[leg.claim].append(leg)
        self._flows: dict[tuple[AssetId, bool], Mapping[str, Mapping[str, int]]] = {}
        self._sums = net(view.legs)
        self._signs = Counter(total > 0 for total in self._sums.values() if total)

    def of(self, one: Event, earned: Collection[Claim] = ()) -> frozenset[str]:
        """The contracts that had to do with an event's legs.

        Who made or burnt a token speaks for it where that is all, and for what was given for it
        where it had any part in that; a piece without equals says itself what it stands for. Where
        an event is all that moved but what was `earned` beside it, or but fees, refunds and gifts,
        who was called speaks too.
        """
        legs = [leg for leg in one.legs if leg.claim is not None]
        claims = {leg.claim for leg in legs if leg.claim is not None}
        left = len(self._view.legs) - self._count(claims)
        if legs and not left and len(self._signs) == 1 and one.kind in _ONE_WAY:
            return frozenset(log.address for log in self._view.activity.logs)
        hands, makers = {True: set[str](), False: set[str]()}, {True: set[str](), False: set[str]()}
        gave: defaultdict[AssetId, set[str]] = defaultdict(set)
        lent = {leg.asset for leg in legs if leg.quantity < 0 and is_non_fungible(leg.asset)}
        for leg in legs:
            near, maker = self._behind(leg)
            hands[leg.quantity > 0] |= near
            makers[leg.quantity > 0] |= maker
            if leg.quantity > 0 and leg.asset not in lent:
                gave[leg.asset] |= near | maker
        if len(gave) > 1 and hands[False] and one.kind not in _BY_LOANS:
            # anybody can send a little along
            hands[True].intersection_update(*gave.values())
        found = hands[True] | hands[False]
        found |= {
            maker
            for leg in legs
            if is_non_fungible(leg.asset)
            for maker in makers[leg.quantity > 0]
        }
        rest = self._signs_beside(claims)
        for came in (True, False):
            other = any((leg.quantity > 0) != came for leg in legs)
            if rest[not came] or (other and one.kind not in _OF_ITSELF):
                found |= {each for each in makers[came] if self._is_partner(each, hands[not came])}
            else:
                found |= makers[came]
        if (legs and self._cuts_no_trade(claims)) or (
            legs and left == self._count(claim for claim in earned if claim not in claims)
        ):
            found.add(self._view.called)
        return frozenset(found)

    def _cuts_no_trade(self, claims: Iterable[Claim]) -> bool:
        """Whether what moved beside an event cannot be what was paid for, or came for, its legs.

        It went the way of the event, as fees and rewards do beside what carries value one way; or
        the event has both sides, and went beside them one way alone. Some of an asset that comes
        back of more of it is a refund.
        """
        own = net(leg for claim in claims for leg in self._legs.get(claim, ()))
        signs = {units > 0 for units in own.values() if units}
        ways: set[bool] = set()
        for asset, total in self._sums.items():
            units = own.get(asset, 0)
            if total != units and not (total * units > 0 and abs(total) < abs(units)):
                ways.add(total > units)
        return len(signs | ways) == 1 or (len(signs) > 1 and len(ways) < 2)

    def _count(self, claims: Iterable[Claim]) -> int:
        """How many legs have one of these claims."""
        return sum(len(self._legs.get(claim, ())) for claim in claims)

    def _signs_beside(self, claims: Iterable[Claim]) -> Counter[bool]:
        """How many assets came (True) or left on the whole beside some legs."""
        signs = self._signs.copy()
        own = net(leg for claim in claims for leg in self._legs.get(claim, ()))
        for asset, total in own.items():
            for units, times in ((self._sums[asset], -1), (self._sums[asset] - total, 1)):
                if units:
                    signs[units > 0] += times
        return signs

    # ---- over other hands

    def _is_partner(self, maker: str, hands: Collection[str]) -> bool:
        """Whether the maker of a token dealt in others with somebody's hands, or is in them.

        What a token says of moves of its own is no proof of that.
        """
        near = edge = set(hands)
        for _ in range(_HANDS):
            if maker in near:
                return True
            reached = (self._dealt.get(party, ()) for party in edge)
            edge = {other for each in reached for token, other in each if token != maker} - near
            if not edge:
                return False
            near = near | edge
        return maker in near

    @cached_property
    def _dealt(self) -> Mapping[str, Collection[tuple[str | None, str]]]:
        """Party → (token, other party) of what it gave or took, the fund and nobody left out."""
        outside = self._view.owned | _NOBODY
        dealt: defaultdict[str, set[tuple[str | None, str]]] = defaultdict(set)
        for move in self._view.activity.transfers:
            token = contract_of(move.asset)
            if move.sender not in outside and move.recipient not in outside:
                dealt[move.sender].add((token, move.recipient))
                dealt[move.recipient].add((token, move.sender))
        return dealt

    def _behind(self, leg: Leg) -> tuple[set[str], set[str]]:
        """Who gave or took most of a leg's units, over other hands; and a token that made them."""
        passed = self._passed(leg.asset, came=leg.quantity > 0)
        hands, made = {leg.counterparty} - _NOBODY, leg.counterparty in _NOBODY
        edge = set(hands)
        for _ in range(_HANDS):
            reached = (passed.get(party, {}) for party in edge)
            most = [(other, units) for each in reached for other, units in each.items()]
            far = {other for other, units in most if 2 * units >= abs(leg.quantity)}
            made = made or not far.isdisjoint(_NOBODY)
            edge = far - self._view.owned - _NOBODY - hands
            if not edge:
                break
            hands |= edge
        contract = contract_of(leg.asset)
        return hands, {contract} if made and contract is not None else set()

    def _passed(self, asset: AssetId, *, came: bool) -> Mapping[str, Mapping[str, int]]:
        """Party → who gave it units of an asset, or took some from it, and the most at once."""
        known = self._flows.get((asset, came))
        if known is not None:
            return known
        flow: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for move in self._moves.get(asset, ()):
            near, far = move.sender, move.recipient
            if came:
                near, far = far, near
            flow[near][far] = max(flow[near].get(far, 0), move.quantity)
        self._flows[asset, came] = flow
        return flow

    @cached_property
    def _moves(self) -> Mapping[AssetId, list[Transfer]]:
        """Transfers by asset; what was wrapped or unwrapped here is one with the coin.

        No more than the coin that its contract took or gave: other units may be made of nothing.
        """
        coin = native(self._view.activity.network)
        moves: defaultdict[AssetId, list[Transfer]] = defaultdict(list)
        for move in self._view.activity.transfers:
            moves[move.asset].append(move)
        coins: defaultdict[str, int] = defaultdict(int)
        for move in moves.get(coin, ()):
            coins[move.sender] += move.quantity
            coins[move.recipient] += move.quantity
        wrapped = [asset for asset in moves if contract_of(asset) in coins]
        together = list(moves.get(coin, ()))
        for asset in wrapped:
            most = coins[contract_of(asset) or ""]
            together += [move for move in moves[asset] if move.quantity <= most]
        own = {asset: [*moves[asset], *together] for asset in wrapped}
        return {**moves, **own, coin: together}
