"""Entries in a few words, and the tax year that they make, for tests of books under a regime."""

from datetime import UTC, datetime
from decimal import Decimal

from ledger.model.entry import in_order
from ledger.model.position import Quote
from ledger.prices.book import PriceBook
from ledger.tax.assess import Journal, assess
from ledger.tax.history.settings import WHOLE, settings_of
from ledger.tax.passage import Passage, passes
from tests.ledger.notation import asset_named, entry
from tests.ledger.tax.asked import REGIMES


def at(day):
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def on(day, text, name, **more):
    return entry(0, text, time=at(day), name=name, **more)


def quote(day, asset, price, currency="USD"):
    return Quote(asset_named(asset), at(day), Decimal(price), currency, "list")


def year(*entries, regime="us", number=2024, method=None, base="USD", quotes=(), **words):
    """The tax year; lots are kept by wallet unless said otherwise, and days are those of UTC.

    What can be assessed in passing is, and must come to the same.
    """
    rules = REGIMES[regime]
    called = method or rules.method
    own = {"basis_scope": "wallet"} if rules.own_choices and called not in WHOLE else {}
    given = {"day_zone": "UTC", **own, **words}
    settings = settings_of(called, given, rules)._replace(by_piece=True)
    journal = Journal(in_order(entries), base, PriceBook(quotes), {})
    found = assess(journal, settings, rules, number, called)
    if passes(settings):
        assert Passage(journal, settings, rules, [number]).year(number, called) == found
    return found


def lines(found):
    """(lot, quantity, cost, gain) of each line."""
    return [(line.lot, line.quantity, line.cost, line.gain) for line in found.lines]


def codes(found):
    return [(problem.code, problem.source) for problem in found.problems]
