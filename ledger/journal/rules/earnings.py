"""Income and costs enter: rewards, airdrops, gifts, services, inclusion; postings leave."""

from typing import Final

from ledger.journal import chart
from ledger.journal.rules.carry import carried
from ledger.journal.rules.case import Case
from ledger.journal.rules.parties import one_way, set_aside
from ledger.journal.rules.trade import trade
from ledger.model.entry import Posting

#: Protocols that pay for staking: their rewards are income from staking.
STAKING: Final = frozenset({"lido", "rocket_pool", "eth2", "beacon"})


def reward(case: Case) -> list[Posting]:
    """Income at its value when it came under the fund's control (Rev. Rul. 2023-14).

    Interest is income of its own kind; so is what a staking protocol or a statement calls staking.
    """
    if all(leg.role == "interest" and leg.quantity > 0 for leg in case.event.legs):
        return one_way(case.as_plain("interest"), chart.income("interest"))
    staking = case.note_word("stated") == "staking" or case.event.protocol in STAKING
    kind = "staking" if staking else "reward"
    return one_way(case.as_plain("reward"), chart.income(kind))


def airdrop(case: Case) -> list[Posting]:
    """Income at its value on arrival (Rev. Rul. 2019-24)."""
    return one_way(case.as_plain("reward"), chart.income("airdrop"))


def pool_fees(case: Case) -> list[Posting]:
    """Fees that a pool position earned and paid out; what was accrued of them carries its cost."""
    if any(leg.role == "position" for leg in case.event.legs):
        return carried(case)
    return one_way(case.as_plain("reward"), chart.income("reward"))


def mint(case: Case) -> list[Posting]:
    """A token made for the fund: bought when something was given for it, else income."""
    if _both_ways(case):
        return trade(case)
    return airdrop(case)


def burn(case: Case) -> list[Posting]:
    """A token destroyed: sold when something came for it, else lost."""
    if _both_ways(case):
        return trade(case)
    return one_way(case, chart.expense("lost"))


def donation(case: Case) -> list[Posting]:
    """Units given away, at their value then."""
    return one_way(case, chart.expense("donation"))


def service_fee(case: Case) -> list[Posting]:
    """Units paid for a service."""
    return one_way(case.as_plain("fee"), chart.expense("service_fee"))


def inclusion_payment(case: Case) -> list[Posting]:
    """Units paid to the producer or builder of a block outside a trade."""
    return one_way(case.as_plain("tip"), chart.expense("tip"))


def fee_only(case: Case) -> list[Posting]:
    """A transaction that cost its fee and moved nothing; a leg all the same is unexplained."""
    return set_aside(case, "unexplained")


def _both_ways(case: Case) -> bool:
    signs = {leg.quantity > 0 for leg in case.plain}
    return len(signs) > 1
