"""Books and a regime → the assessment of a year."""

from dataclasses import replace
from typing import Final, get_args

from api.wiring import plug_in
from ledger.books import Books
from ledger.lots.booking import book
from ledger.model.errors import BadInput
from ledger.model.fund import LotMethod
from ledger.model.tax import TaxYear
from ledger.tax.assess import assess

METHODS: Final[tuple[LotMethod, ...]] = get_args(LotMethod)


def lot_method(text: str) -> LotMethod:
    """A cost method by name; raises BadInput with the names there are."""
    for method in METHODS:
        if text == method:
            return method
    raise BadInput(f"no method is called {text[:20]!r}; methods: {', '.join(METHODS)}")


def assessed(books: Books, regime: str, year: int, method: str | None) -> TaxYear:
    """The tax year under a regime; another method is another fold over the same entries.

    A method that is asked for holds in every year; without one those of the fund do.
    """
    module = plug_in("ledger.tax.regimes", regime)
    if not hasattr(module, "assesses"):
        raise BadInput(f"the books are not assessed under {regime!r} yet; rows are: --batch")
    policy = books.policy
    if method is not None:
        policy = replace(policy, method=lot_method(method), method_by_year=())
    booking = books.booking if policy == books.policy else book(books.entries, policy)
    found = assess(booking, books.entries, module, policy, year)
    of_year = {entry.id for entry in books.entries if module.year_of(entry.time) == year}
    # a method that chooses no lot says where one would have had to be chosen
    chosen = tuple(
        problem
        for problem in booking.problems
        if problem.code == "ambiguous_lot" and problem.source in of_year
    )
    return replace(found, problems=(*found.problems, *chosen))
