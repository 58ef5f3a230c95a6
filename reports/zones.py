"""An assessed year enters; the zone in which its days begin leaves, for the dates on a form."""

from zoneinfo import ZoneInfo

from ledger.model.tax import TaxYear


def zone_of(year: TaxYear, otherwise: str) -> ZoneInfo:
    """The zone by whose days the year was assessed (`day_zone`); `otherwise` where none is said.

    A sale in the last hours of a year has a day of that year on its form, whatever UTC says.
    """
    return ZoneInfo(dict(year.settings).get("day_zone", otherwise))
