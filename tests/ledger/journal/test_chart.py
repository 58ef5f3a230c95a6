"""The chart of accounts: closed names, and paths that lead back to their account."""

from dataclasses import replace

import pytest

from ledger.journal import chart
from ledger.model.entry import Account
from ledger.model.errors import BadInput
from tests.ledger.journal.cases import A

ACCOUNTS = [
    chart.wallet(A),
    chart.debt(A),
    *(chart.income(kind) for kind in sorted(chart.INCOMES)),
    *(chart.expense(kind) for kind in sorted(chart.EXPENSES)),
    *(chart.equity(kind) for kind in sorted(chart.EQUITIES)),
    chart.trading(),
    chart.titles(),
    chart.transit("message:a group with spaces"),
    chart.escrow("gmx"),
    chart.escrow(None),
    *(chart.suspense(reason) for reason in sorted(chart.SUSPENSES)),
]


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.path)
def test_a_path_leads_back_to_its_account(account):
    assert chart.account_at(account.path) == account


def test_no_two_purposes_share_an_account():
    assert len({account.path for account in ACCOUNTS}) == len(ACCOUNTS)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.path)
def test_what_the_rules_make_is_in_the_chart(account):
    assert chart.is_in_chart(account)


@pytest.mark.parametrize(
    "account",
    [
        *(Account(kind, "miscellaneous") for kind in sorted(chart.TYPES)),
        *(Account("transit", name) for name in ("bridge:", "escrow", "box:1")),
        replace(chart.income("reward"), wallet=A),
        replace(chart.wallet(A), wallet=None),
        replace(chart.debt(A), name="other"),
    ],
    ids=lambda account: f"{account.path} {account.wallet}",
)
def test_an_account_of_a_known_type_and_another_name_is_not_in_the_chart(account):
    assert not chart.is_in_chart(account)


@pytest.mark.parametrize("path", ["", "asset:", "wallet:a", "income"])
def test_a_path_outside_the_chart_is_refused(path):
    with pytest.raises(BadInput):
        chart.account_at(path)


@pytest.mark.parametrize("make", [chart.income, chart.expense, chart.equity, chart.suspense])
def test_a_name_outside_the_chart_is_a_programmers_fault(make):
    with pytest.raises(AssertionError):
        make("miscellaneous")
