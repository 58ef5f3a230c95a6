"""What a log of Aave's pools speaks of: the log and the legs of a view in; the legs that are meant.

Sources: aave-v3-core, IScaledBalanceToken.sol (`Mint`, `Burn`); the pool's logs are in `aave_v3`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Leg, LegRole
from ledger.model.fund import wallet_id
from ledger.protocols._scaled import Scaled
from ledger.shapes import ZERO_ADDRESS, ActivityView, address_in, split, with_role


@dataclass(frozen=True, slots=True)
class Action:
    """A log of the pool with the mints and burns since the pool's log before it.

    `loan` says that it is of a loan or a repayment.
    """

    log: Log
    scaled: tuple[Scaled, ...]
    since: int
    loan: bool

    @property
    def topic(self) -> str:
        return self.log.topics[0]

    def party(self, place: int) -> str:
        return address_in(self.log.topics, place)

    def debt_tokens(self, user: str) -> tuple[str, ...]:
        """Debt tokens of a user that moved here: burnt to nobody, or minted by a loan."""
        return tuple(
            each.token
            for each in self.scaled
            if each.user == user and (each.target == ZERO_ADDRESS if each.burnt else self.loan)
        )


def in_window(view: ActivityView, action: Action) -> tuple[Leg, ...]:
    """The legs whose logs stand between the pool's log before this one and this one."""
    places = {
        transfer.index
        for transfer in view.activity.transfers
        if transfer.log_index is None or action.since < transfer.log_index < action.log.index
    }
    return tuple(leg for leg in view.legs if leg.claim is not None and leg.claim[1] in places)


def others(view: ActivityView, taken: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs of a view that are none of those that were taken."""
    claims = {leg.claim for leg in taken}
    return tuple(leg for leg in view.legs if leg.claim not in claims)


def holders(view: ActivityView, action: Action, reserve: AssetId, amount: int) -> set[str]:
    """Tokens that logged a mint or burn and took or gave the reserve themselves, as aTokens do."""
    parties = {
        party
        for one in view.activity.transfers
        if one.asset == reserve and one.quantity == amount
        for party in (one.sender, one.recipient)
    }
    return {each.token for each in action.scaled} & parties


def moved_with(view: ActivityView, action: Action, user: str) -> set[str]:
    """Tokens of the pool that a liquidation took from a user without burning them."""
    known = {erc20(view.activity.network, action.party(place)) for place in (1, 2)}
    return {
        leg.asset.rpartition(":")[2]
        for leg in in_window(view, action)
        if leg.quantity < 0
        and leg.wallet.endswith(user)
        and leg.asset not in known
        and leg.asset != native(view.activity.network)
    }


def receipts_of(view: ActivityView, action: Action, tokens: set[str]) -> tuple[Leg, ...]:
    """Legs of aTokens, principal apart from interest, which the token logged as increase."""
    assets = {erc20(view.activity.network, token): token for token in tokens}
    legs: list[Leg] = []
    for leg in in_window(view, action):
        if leg.asset not in assets:
            continue
        grown = _increase(action, assets[leg.asset], leg)
        legs += split(leg, grown, "interest") if grown else (leg,)
    return tuple(legs)


def debts_of(
    view: ActivityView, action: Action, user: str, *, every: bool = False
) -> tuple[Leg, ...]:
    """Legs of debt tokens of a user: what was borrowed or repaid, and how the debt had grown.

    A loan or a repayment is of the first; `every` one ends with the last of the collateral.
    """
    tokens = action.debt_tokens(user)
    assets = {
        erc20(view.activity.network, token): token for token in (tokens if every else tokens[:1])
    }
    legs: list[Leg] = []
    for leg in in_window(view, action):
        if leg.asset in assets:
            grown = _increase(action, assets[leg.asset], leg)
            legs += split(leg, grown, "interest", "debt") if grown else (with_role(leg, "debt"),)
    return tuple(legs)


def earned(view: ActivityView, action: Action, amount: int, role: LegRole) -> tuple[Leg, ...]:
    """What left a balance that had grown by just as much: the token logs both, and none moves."""
    network, owed = view.activity.network, role == "debt"
    for each in action.scaled:
        nothing = each.burnt and not each.value and each.increase == amount
        if nothing and each.user in view.owned and (each.target == ZERO_ADDRESS) == owed:
            wallet, token = wallet_id(network, each.user), erc20(network, each.token)
            gone = Leg(wallet, token, -amount, role=role)
            return (gone, Leg(wallet, token, amount, role="interest"))
    return ()


def _increase(action: Action, token: str, leg: Leg) -> int:
    """The interest that a mint or burn of the token for the leg's wallet has settled."""
    if leg.counterparty != ZERO_ADDRESS:
        return 0
    grown = (
        each.increase
        for each in action.scaled
        if each.token == token and leg.wallet.endswith(each.user)
    )
    return next(grown, 0)
