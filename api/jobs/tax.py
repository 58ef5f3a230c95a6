"""Books, a regime and choices → the assessment of a year."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from api.wiring import plug_ins
from ledger.books import Books
from ledger.model.entry import in_order
from ledger.model.errors import BadInput
from ledger.model.fund import LotMethod, Policy, WalletId
from ledger.model.tax import TaxYear
from ledger.tax.assess import Journal, assess
from ledger.tax.history.settings import (
    BY_HOLDING,
    PLAIN,
    TABLES,
    WHOLE,
    WORDS,
    settings_of,
)
from ledger.tax.history.words import YEARS, BadSetting
from ledger.tax.rules import Rules

METHODS: Final[tuple[LotMethod, ...]] = get_args(LotMethod)

#: A setting and its value, as a person or a request gives them.
Choices = Mapping[str, object]
_NONE: Final[Choices] = {}
#: Books that choose no lot by themselves are asked for the lots of each disposal.
_STRICT: Final = "strict"


def lot_method(text: str) -> LotMethod:
    """A cost method of books by name; raises BadInput with the names there are.

    A method that is a procedure of a tax regime pools costs, and so do the books of its fund.
    """
    for method in METHODS:
        if text == method:
            return method
    if text in WHOLE:
        return "average"
    known = ", ".join((*METHODS, *sorted(WHOLE)))
    raise BadInput(f"no method is called {text[:20]!r}; methods: {known}")


def rules_of(regime: str) -> Rules:
    """The rules of a regime by its name; raises BadSetting with the names there are."""
    rules: dict[str, Rules] = {
        module.NAME: module.RULES for module in plug_ins("ledger.tax.regimes")
    }
    if regime not in rules:
        known = ", ".join(sorted(rules))
        raise BadSetting(f"a regime is one of {known}, not {regime[:40]!r}")
    return rules[regime]


def choices_of(words: Iterable[str]) -> Choices:
    """Settings from `NAME=VALUE` each; tables are JSON. Raises BadSetting."""
    found: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name in found:
            raise BadSetting(f"a setting is NAME=VALUE, each once, not {word[:60]!r}")
        try:
            found[name] = json.loads(value) if name in TABLES else value
        except (ValueError, RecursionError) as error:
            raise BadSetting(f"{name} is an object in JSON, not {value[:40]!r}") from error
    return found


def assessed(
    books: Books, regime: str, year: int, method: str | None = None, given: Choices = _NONE
) -> TaxYear:
    """The tax year under a regime; another method is another fold over the same entries.

    Without a method or a setting those of the regime hold, and where it leaves the choice of lots
    to the taxpayer those of the fund. A method that is asked for holds in every year.
    """
    rules = rules_of(regime)
    if year not in YEARS:
        raise BadSetting(f"a year is from {YEARS[0]} to {YEARS[-1]}, not {year}")
    own = rules.own_choices
    called = method or (books.policy.method if own else rules.method)
    words: dict[str, object] = dict(given)
    if own:
        words = {**_of_fund(books.policy, called, chosen=method is not None), **words}
    words = _with_ids(words, books)
    asked = "specific" if called == _STRICT else called
    settings = replace(settings_of(asked, words, rules), by_piece=True)
    journal = Journal(
        in_order(books.entries), books.policy.base_currency, books.prices, books.assets
    )
    named = books.policy.method_in(year) if own and method is None else called
    found = assess(journal, settings, rules, year, named)
    told = {**PLAIN, **rules.words(), **words}
    shown = tuple((name, str(told[name])) for name in WORDS)
    return replace(found, settings=shown)


def _of_fund(policy: Policy, method: str, *, chosen: bool) -> dict[str, object]:
    """What a fund has chosen for its lots, as settings."""
    words: dict[str, object] = {}
    if method in WHOLE:
        return words
    if policy.scope == "wallet":
        words["basis_scope"] = "wallet"
    methods = {method}
    if not chosen and policy.method_by_year:
        named = {str(year): _asked(way) for year, way in policy.method_by_year}
        words["method_by_year"] = named
        methods |= set(named.values())
    if "specific" in methods:
        words["identification"] = {
            entry: [_acquisition(lot) for lot in lots] for entry, lots in policy.identifications
        }
    return words


def _asked(method: str) -> str:
    return "specific" if method == _STRICT else method


def _acquisition(lot: str) -> str:
    """The acquisition that a part of a lot is of: `entry:2` of `entry:2/1`."""
    entry, colon, number = lot.rpartition(":")
    return f"{entry}{colon}{number.partition('/')[0]}"


def _with_ids(words: dict[str, object], books: Books) -> dict[str, object]:
    """Settings that name wallets by their labels, with their ids."""
    ids = {wallet.label: str(wallet.id) for wallet in books.wallets.values()}

    def of(name: Any) -> Any:  # noqa: ANN401 -- what a person gave; the settings check it
        known = isinstance(name, str) and WalletId(name) not in books.wallets
        return ids.get(name, name) if known else name

    by_wallet, allocation = words.get("method_by_wallet"), words.get("allocation")
    if isinstance(by_wallet, Mapping):
        words["method_by_wallet"] = {of(name): method for name, method in by_wallet.items()}
    if isinstance(allocation, Mapping) and isinstance(allocation.get("wallets"), list):
        named = [of(name) for name in allocation["wallets"]]
        words["allocation"] = {**allocation, "wallets": named}
    return words


assert {*METHODS} - {_STRICT} <= BY_HOLDING, "every method of books is one of tax"
