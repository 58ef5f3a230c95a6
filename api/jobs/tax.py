"""Books and a regime → the assessment of a year."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, get_args

from api.wiring import plug_in
from ledger.books import Books
from ledger.lots.booking import book
from ledger.model.errors import BadInput
from ledger.model.fund import LotMethod
from ledger.model.tax import TaxYear
from ledger.tax.assess import assess

#: The methods that the table of funds holds; a tax year may be computed by any.
FUND_METHODS: Final[tuple[LotMethod, ...]] = ("fifo", "lifo", "hifo")
METHODS: Final[tuple[LotMethod, ...]] = get_args(LotMethod)


def lot_method(text: str, among: Sequence[LotMethod] = FUND_METHODS) -> LotMethod:
    """A cost method by name; raises BadInput with the names there are."""
    for method in among:
        if text == method:
            return method
    raise BadInput(f"no method is called {text[:20]!r}; methods: {', '.join(among)}")


def assessed(books: Books, regime: str, year: int, method: str | None) -> TaxYear:
    """The tax year under a regime; another method is another fold over the same entries."""
    module = plug_in("ledger.tax.regimes", regime)
    policy = books.policy
    if method is not None:
        policy = replace(policy, method=lot_method(method, METHODS))
    booking = books.booking if policy == books.policy else book(books.entries, policy)
    return assess(booking, books.entries, module, policy, year)
