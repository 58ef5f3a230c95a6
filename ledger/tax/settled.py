"""Settings and a year come in; the day leaves after which nothing that is traded changes the year.

Where a disposal is matched with what is bought after it, or its loss denied for that, the last days
of a year are settled by purchases of the next.
"""

from datetime import date, timedelta
from typing import Final

from ledger.tax.history.settings import Settings
from ledger.tax.terms import Calendar

#: Days after a disposal whose purchases bear on it, by the method (TCGA 1992 s. 106A; TCA 1997 s.
#: 581: four weeks).
_BY_METHOD: Final = {"share-matching": 30, "four-week-matching": 28}
#: The same where losses are superficial (ITA s. 54) or of a wash sale (IRC §1091).
_BY_LOSS: Final = 30


def settled_after(settings: Settings, calendar: Calendar, year: int) -> date:
    """The last local day whose trades bear on a tax year."""
    days = _BY_METHOD.get(settings.method, 0)
    if settings.superficial or settings.wash:
        days = max(days, _BY_LOSS)
    return calendar.last_day(year) + timedelta(days=days)
