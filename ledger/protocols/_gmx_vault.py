"""Positions of GMX's first version: the vault's logs in; events with collateral, costs and result.

Source: gmx-io/gmx-contracts, Vault.sol (`increasePosition`, `_reduceCollateral`,
`liquidatePosition`) and VaultUtils.sol.

The vault counts collateral in 10⁻³⁰ dollars, whatever was given for it: a position is an asset in
these units, and follows the dollar. What was given for a request waits as units of its token. The
fee (of trading and for borrowing together) is taken of the collateral, or of what is paid out.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import (
    Asset,
    AssetId,
    currency,
    erc20,
    known_without_asking,
    native,
    parse_asset_id,
    position,
)
from ledger.model.event import Event, Leg, LegRole
from ledger.model.evidence import Answer, Question
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._pooled import answered, view_of, words_of
from ledger.shapes import (
    ActivityView,
    Units,
    event,
    logs_with,
    number_in,
    split,
    word_address,
)
from ledger.transport import Node

NAME: Final = "gmx"
#: What is said of units whose begin is not in the books.
UNKNOWN: Final = "position:unknown"

#: IncreasePosition(bytes32 key, address account, address collateralToken, address indexToken,
#: uint256 collateralDelta, uint256 sizeDelta, bool isLong, uint256 price, uint256 fee) of the
#: vault, nothing indexed, as of all that follow; sizes and prices are in 10⁻³⁰ dollars.
INCREASE_POSITION: Final = "0x2fe68525253654c21998f35787a8d0f361905ef647c854092430ab65f2f15022"
#: DecreasePosition of the same shape.
DECREASE_POSITION: Final = "0x93d75d64d1f84fc6f430a64fc578bdd4c1e090e90ea2d51773e626d19de56d30"
#: UpdatePosition(bytes32 key, uint256 size, uint256 collateral, uint256 averagePrice, uint256
#: entryFundingRate, uint256 reserveAmount, int256 realisedPnl), with a uint256 markPrice behind in
#: later vaults.
UPDATE_POSITION: Final = "0x25e8a331a7394a9f09862048843323b00bdbada258f524f5ce624a45bf00aabb"
UPDATE_POSITION_MARK: Final = "0x20853733b590dce729d9f4628682ebd9a34d2354e72679e66f43a008fc03b773"
#: ClosePosition(bytes32 key, uint256 size, uint256 collateral, uint256 averagePrice,
#: uint256 entryFundingRate, uint256 reserveAmount, int256 realisedPnl).
CLOSE_POSITION: Final = "0x73af1d417d82c240fdb6d319b34ad884487c6bf2845d98980cc52ad9171cb455"
#: LiquidatePosition(bytes32 key, address account, address collateralToken, address indexToken, bool
#: isLong, uint256 size, uint256 collateral, uint256 reserveAmount, int256 realisedPnl, uint256
#: markPrice).
LIQUIDATE_POSITION: Final = "0x2e1f85a64a2f22cf2f0c42584e7c919ed4abe8d53675cff0f62bf1e95a1c676f"
#: UpdatePnl(bytes32 key, bool hasProfit, uint256 delta).
UPDATE_PNL: Final = "0x3ff41bdde87755b687ae83d0221a232b6be51a803330ed9661c1b5d0105e0d8a"
#: CollectMarginFees(address token, uint256 feeUsd, uint256 feeTokens).
COLLECT_MARGIN_FEES: Final = "0x5d0c0019d3d45fadeb74eff9d2c9924d146d000ac6bcf3c28bf0ac3c9baa011a"

_DOLLAR: Final = currency("USD")
_DECIMALS: Final = 30


class Vault:
    """What requests and positions hold while one activity is read, and what was learnt of them."""

    def __init__(self, view: ActivityView) -> None:
        self.facts: dict[AssetId, Asset] = {}
        self._view = view
        self._network = view.activity.network
        self._units = Units(view)

    # ---- requests

    def wait(self, account: str, asset: AssetId, units: int) -> tuple[Leg, ...]:
        """Units that now wait for a request to be done."""
        kept = self._waiting(asset)
        known = self._view.assets.get(asset) or known_without_asking(asset)
        if known is not None:
            symbol, decimals = known.symbol, known.decimals
            self.facts[kept] = Asset(kept, symbol, decimals, "position", underlying=asset)
        return self._units.move(wallet_id(self._network, account), kept, units)

    def ended(self, account: str, tokens: Sequence[AssetId], units: int) -> tuple[Leg, ...]:
        """Units that wait no longer, of the first of these tokens of which so many do."""
        wallet = wallet_id(self._network, account)
        for asset in tokens:
            kept = self._waiting(asset)
            if units and (self._units.of(wallet, kept) or 0) >= units:
                return self._units.move(wallet, kept, -units)
        return ()

    def _waiting(self, asset: AssetId) -> AssetId:
        return position(self._network, NAME, f"requests.{asset.partition('/')[2]}")

    # ---- positions

    def increased(self, log: Log, given: tuple[Leg, ...]) -> tuple[Event, ...]:
        """What was given becomes collateral, of which the fee is taken."""
        wallet, kept = self._place(log)
        before = self._units.of(wallet, kept)
        delta, fee = number_in(log, 4), self._fee(log)
        came = self._units.move(wallet, kept, delta)
        legs = (*given, *came, *self._beside(wallet, kept, -min(fee, (before or 0) + delta), "fee"))
        note = "" if bool(given) == bool(came) else UNKNOWN
        kind = "perp_change" if before else "perp_open"
        return (event(self._view, kind, legs, NAME, note),) if legs else ()

    def decreased(self, log: Log, came: tuple[Leg, ...]) -> tuple[Event, ...]:
        """What a position paid out, its result and its fee apart from its collateral.

        In dollars: paid = collateral that left + result − fee. A profit pays the fee first. Of a
        position that the books do not know only the result is told from what came.
        """
        wallet, kept = self._place(log)
        after = self._left(log)
        kind = "perp_close" if after == 0 else "perp_change"
        gained, fee = self._result(log), self._fee(log)
        held = self._units.of(wallet, kept)
        if not held or after is None or held < after:
            legs = self._told(log, came, gained)
            return (event(self._view, kind, legs, NAME, UNKNOWN),) if legs else ()
        taken = held - after
        paid = max(taken + gained - fee, 0)
        if paid and not came:  # it went to somebody else
            legs = self._units.move(wallet, kept, -taken)
            return (event(self._view, "send", legs, NAME, UNKNOWN),) if legs else ()
        cost = taken + gained - paid
        result = paid + cost - taken
        profit = min(paid, max(result, 0))
        legs = _rewarded(came, profit, paid)
        legs += self._units.move(wallet, kept, profit - paid)
        legs += self._beside(wallet, kept, -cost, "fee")
        legs += self._beside(wallet, kept, result - profit, "reward")
        return (event(self._view, kind, legs, NAME),) if legs else ()

    def liquidated(self, log: Log) -> tuple[Event, ...]:
        """All that a position held is lost, the fee of it apart."""
        wallet, kept = self._place(log)
        held = self._units.of(wallet, kept)
        if not held:
            return ()
        fee = min(self._fee(log), held)
        legs = self._beside(wallet, kept, -fee, "fee")
        legs += self._beside(wallet, kept, fee - held, "reward")
        return (event(self._view, "perp_close", legs, NAME),)

    def _place(self, log: Log) -> tuple[WalletId, AssetId]:
        """Whose position a log is about, and the position."""
        side = (
            "long" if number_in(log, 4 if log.topics[0] == LIQUIDATE_POSITION else 6) else "short"
        )
        tokens = f"{word_address(log, 2)}.{word_address(log, 3)}"
        kept = position(self._network, NAME, f"{log.address}.{tokens}.{side}")
        self.facts[kept] = Asset(kept, "USD", _DECIMALS, "position", underlying=_DOLLAR)
        return wallet_id(self._network, word_address(log, 1)), kept

    def _beside(
        self, wallet: WalletId, kept: AssetId, units: int, role: LegRole
    ) -> tuple[Leg, ...]:
        """Units that a position gained or gave beside the movement itself; none for zero."""
        self._units.move(wallet, kept, units)
        return (Leg(wallet, kept, units, role=role),) if units else ()

    # ---- what the vault says beside it

    def _left(self, log: Log) -> int | None:
        """The collateral that is left after a log: none where the position was closed."""
        key, left = log.data[2:66], None
        for topic, words in ((UPDATE_POSITION, 7), (UPDATE_POSITION_MARK, 8), (CLOSE_POSITION, 7)):
            for other in logs_with(self._view.activity, topic, 1, words):
                later = other.index > log.index and other.address == log.address
                if later and other.data[2:66] == key and left is None:
                    left = 0 if topic == CLOSE_POSITION else number_in(other, 2)
        return left

    def _result(self, log: Log) -> int:
        """The profit or loss in dollars that the vault told last before a log."""
        told = [
            other
            for other in logs_with(self._view.activity, UPDATE_PNL, 1, 3)
            if other.data[2:66] == log.data[2:66] and other.index < log.index
        ]
        if not told:
            return 0
        return number_in(told[-1], 2) * (1 if number_in(told[-1], 1) else -1)

    def _fee(self, log: Log) -> int:
        """The fee in dollars that the vault took last before a log, of the position's token."""
        return self._taken(log)[0]

    def _taken(self, log: Log) -> tuple[int, int]:
        """The same, and the units of the token that it was."""
        token = word_address(log, 2)
        taken = [
            (number_in(other, 1), number_in(other, 2))
            for other in logs_with(self._view.activity, COLLECT_MARGIN_FEES, 1, 3)
            if word_address(other, 0) == token and other.index < log.index and number_in(other, 1)
        ]
        return taken[-1] if taken else (0, 0)

    def _told(self, log: Log, came: tuple[Leg, ...], gained: int) -> tuple[Leg, ...]:
        """What came of a position that nobody knows, with its result at the price of the fee."""
        dollars, units = self._taken(log)
        tokens = {erc20(self._network, word_address(log, 2)), native(self._network)}
        if not dollars or not gained or len(came) != 1 or came[0].asset not in tokens:
            return came
        result = (gained - dollars) * units // dollars
        return split(came[0], result, "reward") if result else came


def _rewarded(came: Sequence[Leg], gained: int, paid: int) -> tuple[Leg, ...]:
    """What came, with the part of it that is a profit: so much of what was paid."""
    parts: tuple[Leg, ...] = ()
    for leg in came:
        units = leg.quantity * gained // paid if paid else 0
        parts += split(leg, units, "reward") if units else (leg,)
    return parts


# ---- what it would give back -------------------------------------------------------------------

#: getPosition(address,address,address,bool): size, collateral, average price, funding rate at the
#: begin, reserve, realised result, whether it is a profit, time of the last increase.
GET_POSITION: Final = "0x4a3f088d"
#: getPositionDelta(address,address,address,bool): whether it is a profit, and its dollars.
GET_DELTA: Final = "0x45a6f370"
#: cumulativeFundingRates(address), in 10⁻⁶.
FUNDING_RATES: Final = "0xc65bc7b1"
_RATE: Final = 10**6
_CURRENCY: Final = 10 ** (_DECIMALS - 18)


def vault_position(node: Node, question: Question) -> Answer:
    """What a position would pay out if it were closed at the question's block, in dollars.

    The subject is `wallet id|asset id`, as of a balance. The answer has `quantity`, its collateral,
    and the `amounts` of `assets`: collateral and result by the vault's own prices less the fee for
    borrowing, before the fee of closing. Of a position that ended all is nothing. Null of anything
    else. Raises SourceUnavailable.
    """
    wallet, _, asset = question.subject.partition("|")
    parts = parse_asset_id(asset).rpartition(":")[2].split(".")
    if len(parts) != 4:
        return answered(node, question, None)
    vault, collateral, index, side = parts
    owner = wallet.rpartition(":")[2].lower()
    words = (int(owner, 16), int(collateral, 16), int(index, 16), int(side == "long"))
    calls = ((GET_POSITION, words), (GET_DELTA, words), (FUNDING_RATES, words[1:2]))
    asked = [view_of(owner, vault, selector, args, question.block) for selector, args in calls]
    held, delta, rates = (words_of(answer) or [] for answer in node.ask_each(asked))
    if held == [0] * 8:  # it ended, whoever ended it
        return answered(node, question, {"quantity": "0", "assets": [_DOLLAR], "amounts": ["0"]})
    if (len(held), len(delta), len(rates)) != (8, 2, 1):
        return answered(node, question, None)
    size, margin, _, begun, *_ = held
    result = delta[1] if delta[0] else -delta[1]
    equity = max(margin + result - size * max(rates[0] - begun, 0) // _RATE, 0)
    said = {
        "quantity": str(margin),
        "assets": [_DOLLAR],
        "amounts": [str(equity // _CURRENCY)],
    }
    return answered(node, question, said)
