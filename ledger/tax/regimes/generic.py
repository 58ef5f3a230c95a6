"""Nothing enters; rules without terms leave: for countries that have no file of their own."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "generic"
#: Calendar years by UTC, in any currency; method and scope of lots are those of the fund.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={"gifts_sent": "no_gain"},
    losses="stated",
    own_choices=True,
)
