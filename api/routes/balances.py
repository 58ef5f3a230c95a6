"""The books → what each account holds, and the trial balance."""

from fastapi import APIRouter
from starlette.responses import Response

from api import figures, views
from api.routes.asked import PageOf, ReadingOf, Row
from api.routes.shapes import BalanceOut, PageOut, TrialBalanceOut

router = APIRouter(prefix="/v1", tags=["balances"])


@router.get("/balances", responses={200: {"model": PageOut[BalanceOut]}})
def balances(reading: ReadingOf, page: PageOf) -> Response:
    """What each account holds of each asset; zero balances are left out."""

    def found() -> list[Row]:
        return views.balance_rows(figures.totals(reading.books), reading.books.assets)

    return reading.page(page, lambda: reading.derived("balances", found), dict)


@router.get("/trial-balance", responses={200: {"model": PageOut[TrialBalanceOut]}})
def trial_balance(reading: ReadingOf, page: PageOf) -> Response:
    """Debits and credits of each asset: every difference is zero."""

    def found() -> list[Row]:
        return views.trial_balance_rows(figures.totals(reading.books), reading.books.assets)

    return reading.page(page, lambda: reading.derived("trial balance", found), dict)
