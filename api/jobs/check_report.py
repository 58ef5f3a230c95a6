"""A monthly PDF and the books → whether the same books and the same code still make this file.

The keywords of the file name its report, books and code; reportlab writes them as one plain string
of the document's Info dictionary (ISO 32000-1, 14.3.3), which is looked for in the bytes and
nowhere else is the file interpreted. They only say what to make again and why it differs: the file
is good when every byte is the same.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from api.jobs.report import month_named, monthly_pdf, monthly_statement, of_the_books
from ledger.books import Books
from ledger.model.errors import BadInput, VerificationFailed
from ledger.model.fund import Fund

#: A report of a fund is far smaller; a larger file is not read.
BYTES_MAX: Final = 64 * 1024 * 1024

_KEYWORDS: Final = re.compile(
    rb"/Keywords \(report:monthly/([0-9]{4}-[0-9]{2}), books:([0-9a-f]{1,128}),"
    rb" version:([0-9A-Za-z.+!-]{1,60})\)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a monthly report says of itself."""

    month: str
    digest: str
    version: str


def named(data: bytes) -> Named:
    """What the keywords of a monthly report name. Raises BadInput for a file without them."""
    found = _KEYWORDS.search(data) if data.startswith(b"%PDF-") else None
    if found is None:
        raise BadInput("this file is no monthly report of Partita")
    month, digest, version = (part.decode("ascii") for part in found.groups())
    return Named(month_named(month), digest, version)


def check_report(books: Books, fund: Fund, data: bytes) -> tuple[Named, str]:
    """What a file says of itself and its SHA-256, where the books give it again to the byte.

    Raises BadInput for a file that is no report, NotFound for a month that the books have not, and
    VerificationFailed with what differs.
    """
    said = named(data)
    month = of_the_books(books, said.month)
    if monthly_pdf(books, fund, month)[0] == data:
        return said, sha256(data).hexdigest()
    now = monthly_statement(books, fund, month)
    if said.digest != now.digest:
        reason = f"it was made of other books: {said.digest}, and these are {now.digest}"
    elif said.version != now.version:
        reason = f"it was made by Partita {said.version}, and this is {now.version}"
    else:
        reason = (
            "it names these books and this version, but its bytes are others: the file was changed,"
            " or prices, problems or settings are not what they were"
        )
    raise VerificationFailed(f"the report of {month} is not confirmed: {reason}")
