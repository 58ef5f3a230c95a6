"""The two halves of a bridge transfer enter; postings over the account of units in flight leave."""

from dataclasses import replace

from ledger.journal import chart
from ledger.journal.rules.beside import beside
from ledger.journal.rules.carry import Rest, same_in_units, total
from ledger.journal.rules.case import Case, against, apart, posted, settled
from ledger.journal.rules.consideration import consideration
from ledger.journal.rules.parties import unmatched_side
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Posting
from ledger.model.event import Event


def bridge_out(case: Case) -> list[Posting]:
    """Units leave for another network: in flight, with date and cost, until they arrive."""
    inside, rest = settled(case, case.plain)
    in_flight = _in_flight(case.event)
    postings = inside
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            if quantity < 0:
                value = case.worth(asset, quantity)
                postings += against(in_flight, owner, asset, quantity, value, moved=True)
            else:
                postings += unmatched_side(case, asset, owner, quantity)
    return postings + beside(case)


def bridge_in(case: Case) -> list[Posting]:
    """Units arrive: with the event that sent them they end its flight, else they are unmatched.

    All that was sent leaves the account in flight, so that a joined transfer ends at zero there.
    What arrived carries date and cost. What did not arrive is a fee, in the units that were sent,
    where both assets have one price; else it stays in the cost of the units that arrived. Several
    transfers that came together have a leg each.
    """
    if len(case.others) + 1 == len(case.event.legs) > 1:
        parts = zip(case.event.legs, (case.partner, *case.others), strict=True)
        return [
            posting
            for leg, partner in parts
            for posting in bridge_in(Case(replace(case.event, legs=(leg,)), case.value, partner))
        ]
    inside, rest = settled(case, case.plain)
    sent = {} if case.partner is None else sent_by(case, case.partner)
    arrived: Rest = {asset: held for asset, held in rest.items() if total(held) > 0}
    postings = inside
    if case.partner is not None and sent and arrived:
        postings += _landed(case, sent, arrived, _in_flight(case.partner))
        rest = {asset: held for asset, held in rest.items() if asset not in arrived}
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            postings += unmatched_side(case, asset, owner, quantity)
    return postings + beside(case)


def sent_by(case: Case, partner: Event) -> dict[AssetId, int]:
    """What the sending event put in flight: positive base units by asset."""
    _, rest = settled(case, Case(partner, case.value).plain)
    return {asset: -total(held) for asset, held in rest.items() if total(held) < 0}


def _in_flight(event: Event) -> Account:
    return chart.transit(event.group or event.id)


def _landed(
    case: Case, sent: dict[AssetId, int], arrived: Rest, in_flight: Account
) -> list[Posting]:
    fees = _kept_back(case, sent, arrived)
    flown = [(asset, quantity - fees.get(asset, 0)) for asset, quantity in sent.items()]
    landed = [(asset, total(held)) for asset, held in arrived.items()]
    of_flown, of_landed = consideration(case, flown, landed)
    postings: list[Posting] = []
    for (asset, quantity), value in zip(flown, of_flown, strict=True):
        opposite = None if value is None else -value
        postings += posted(in_flight, asset, -quantity, "move", opposite)
        postings += posted(chart.trading(), asset, quantity, "none", value)
    for (asset, quantity), value in zip(landed, of_landed, strict=True):
        holdings = arrived[asset]
        parts = apart(value, [held for _, held in holdings])
        for (owner, held), part in zip(holdings, parts, strict=True):
            postings += posted(chart.wallet(owner), asset, held, "move", part)
        opposite = None if value is None else -value
        postings += posted(chart.trading(), asset, -quantity, "none", opposite)
    for asset, fee in fees.items():
        value = case.worth(asset, fee)
        opposite = None if value is None else -value
        postings += posted(in_flight, asset, -fee, "dispose", opposite)
        postings += posted(chart.expense("service_fee"), asset, fee, "none", value)
    return postings


def _kept_back(case: Case, sent: dict[AssetId, int], arrived: Rest) -> dict[AssetId, int]:
    """The relayer's fee in units of the one asset that was sent, where it can be told exactly."""
    if len(sent) != 1 or len(arrived) != 1:
        return {}
    ((gone, quantity),) = sent.items()
    ((come, holdings),) = arrived.items()
    units = same_in_units(case, come, gone, total(holdings))
    return {gone: quantity - units} if units is not None and units < quantity else {}
