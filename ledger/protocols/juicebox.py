"""Juicebox: a view in; projects paid for their tokens or as a gift, and tokens cashed out, out.

Sources: jbx-protocol/juice-contracts-v1, TerminalV1; juice-contracts-v3,
IJBPayoutRedemptionPaymentTerminal (the second and third version); Bananapus/nana-core,
IJBMultiTerminal and IJBCashOutTerminal (the fourth and later).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "juicebox"
RANK: Final = 0

#: Pay(uint256 rulesetId, uint256 rulesetCycleNumber, uint256 projectId, address payer, address
#: beneficiary, uint256 amount, uint256 newlyIssuedTokenCount, string memo, bytes metadata, address
#: caller), the first three indexed; same types in all versions since the second.
PAY: Final = "0x133161f1c9161488f777ab9a26aae91d47c0d9a3fafb398960f138db02c73797"
#: Pay(uint256 fundingCycleId, uint256 projectId, address beneficiary, uint256 amount, string note,
#: address caller) of the first version, the first three indexed.
PAY_V1: Final = "0x3deb3bb81c337489381f7685daa204d30e6a265dac443a718949c258e3e17317"
#: RedeemTokens(…, address holder, address beneficiary, uint256 tokenCount, uint256 reclaimedAmount,
#: string memo, bytes metadata, address caller) of the second and third version.
REDEEM_TOKENS: Final = "0x2be10f2a0203c77d0fcaa9fd6484a8a1d6904de31cd820587f60c1c8c338c814"
#: CashOutTokens(…, address holder, address beneficiary, uint256 cashOutCount, uint256
#: cashOutTaxRate, uint256 reclaimAmount, bytes metadata, address caller) of the later ones.
CASH_OUT_TOKENS: Final = "0xfaf1d4bf1b08470c7ed8c351c5065f51af70b36b237723173f898453b9724142"

SIGNS: Final = frozenset({PAY, PAY_V1, REDEEM_TOKENS, CASH_OUT_TOKENS})


def recognise(view: ActivityView) -> Recognised | None:
    """Payments of the fund, and what its tokens were cashed out for."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, PAY, 4, 4):
        count, amount = number_in(log, 3), number_in(log, 2)
        events += _paid(view.without(events), log, word_address(log, 1), amount, count)
    for log in logs_with(view.activity, PAY_V1, 4, 1):
        amount = number_in(log, 0)
        events += _paid(view.without(events), log, address_in(log.topics, 3), amount, None)
    for topic, place in ((REDEEM_TOKENS, 3), (CASH_OUT_TOKENS, 4)):
        for log in logs_with(view.activity, topic, 4, place + 1):
            events += _cashed_out(view.without(events), number_in(log, 2), log.address)
    return Recognised(events) if events else None


def _paid(
    view: ActivityView, log: Log, beneficiary: str, amount: int, count: int | None
) -> tuple[Event, ...]:
    """A payment; what was minted to the fund for it makes it a purchase.

    Projects that have no token yet keep a count of their own: then nothing came.
    """
    paid = exact(view, -amount, other={log.address, view.called})
    if not paid:
        return ()
    came = [
        leg
        for leg in view.legs
        if beneficiary in view.owned
        and leg.quantity > 0
        and leg.counterparty == ZERO_ADDRESS
        and (is_non_fungible(leg.asset) or count is None or leg.quantity == count)
    ]
    return (event(view, "mint" if came else "donation", [*paid, *came], NAME),)


def _cashed_out(view: ActivityView, count: int, terminal: str) -> tuple[Event, ...]:
    """Tokens burnt, and what the terminal paid for them; its fee never reaches the holder."""
    burnt = exact(view, -count, other={ZERO_ADDRESS})
    came = [leg for leg in view.legs if leg.counterparty == terminal and leg.quantity > 0]
    return (event(view, "swap", [*burnt, *came], NAME),) if burnt and came else ()
