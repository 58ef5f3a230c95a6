"""The closed set: what is in it is read, what is not is refused by name."""

from datetime import date

import pytest

from ledger.tax.history.settings import settings_of
from ledger.tax.history.words import BadSetting
from ledger.tax.regimes import de, generic, us


def read(method="fifo", rules=generic.RULES, **given):
    return settings_of(method, given, rules)


def test_what_a_question_leaves_out_is_the_regime_s():
    assert read(rules=us.RULES).wallets_from == date(2025, 1, 1)
    assert read(rules=us.RULES, basis_scope="universal").wallets_from is None
    assert read(rules=de.RULES).zone.key == "Europe/Berlin"
    assert read().gifts_at_cost


@pytest.mark.parametrize(
    ("words", "since"),
    [("universal", None), ("wallet", date.min), ("wallet_from:2024-07-01", date(2024, 7, 1))],
)
def test_the_scope_of_basis(words, since):
    assert read(basis_scope=words).wallets_from == since


@pytest.mark.parametrize(
    ("words", "rule"),
    [("anniversary", ("anniversary", 0)), ("days:365", ("days", 365)), ("never", ("never", 0))],
)
def test_the_term(words, rule):
    settings = read(long_term=words)
    assert (settings.long_term, settings.long_days) == rule


@pytest.mark.parametrize(
    "given",
    [
        {"day_zone": ""},
        {"basis_scope": "wallet_from:"},
        {"basis_scope": "wallet_from:0001-01-01"},
        {"long_term": "days:"},
        {"long_term": "days:9999999"},
        {"token_fee": "burn"},
        {"fiat_fee": None},
        {"gifts_sent": True},
        {"missing_basis": "guess"},
        {"loss_rule": "uk_wash"},
        {"allocation": ["fifo"]},
        {"allocation": {"method": "specific", "wallets": []}, "basis_scope": "wallet"},
        {"method_by_year": ["lifo"]},
        {"method_by_wallet": {"w": "year-average"}},
        {"identification": {"s": [1]}},
        {"unheard": 1},
    ],
)
def test_what_is_outside_the_set_is_refused(given):
    with pytest.raises(BadSetting):
        read(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"basis_scope": "wallet"},
        {"method_by_year": {"2024": "fifo"}},
        {"loss_rule": "ca_superficial"},
        {"identification": {"a": ["b"]}},
    ],
)
@pytest.mark.parametrize("method", ["share-matching", "year-average", "portfolio"])
def test_a_method_with_a_procedure_of_its_own_takes_no_other(method, given):
    with pytest.raises(BadSetting):
        read(method, **given)
