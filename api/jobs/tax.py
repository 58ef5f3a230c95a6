"""Books and a regime → the assessment of a year."""

from dataclasses import replace
from typing import cast, get_args

from api.wiring import plug_in
from ledger.books import Books
from ledger.lots.booking import book
from ledger.model.errors import BadInput
from ledger.model.fund import LotMethod
from ledger.model.tax import TaxYear
from ledger.tax.assess import assess


def lot_method(text: str) -> LotMethod:
    """A cost method by name; raises BadInput with the names there are."""
    for method in get_args(LotMethod):
        if text == method:
            return cast("LotMethod", method)
    raise BadInput(f"no method is called {text!r}; methods: {', '.join(get_args(LotMethod))}")


def assessed(books: Books, regime: str, year: int, method: str | None) -> TaxYear:
    """The tax year under a regime; another method is another fold over the same entries."""
    module = plug_in("ledger.tax.regimes", regime)
    policy = books.policy
    if method is not None:
        policy = replace(policy, method=lot_method(method))
    booking = books.booking if policy == books.policy else book(books.entries, policy)
    return assess(booking, books.entries, module, policy, year)
