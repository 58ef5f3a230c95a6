"""Random ledgers asked as rows and booked by beancount 3: the same lots are left, the same gains.

Whole units, whole unit costs, no cost twice, one trade a day: where both must agree.
"""

import pytest

from tests.ledger.lots.test_beancount import METHODS, by_beancount, day_of, ledger
from tests.ledger.tax.asked import ask, row


def by_rows(trades, method):
    """The same trades through the tax engine, by wallet."""
    rows, days = [], {}
    for day, wallet, asset, quantity, price in trades:
        name, money = f"r{day:03d}", f"{abs(quantity) * price} USD"
        units = f"{abs(quantity)} {asset}"
        days[name] = (day_of(day), wallet, asset)
        kind, sent, got = ("buy", money, units) if quantity > 0 else ("sell", units, money)
        rows.append(row(name, day_of(day), kind, sent=sent, got=got, wallet=wallet))
    said = ask(*reversed(rows), method=method, basis_scope="wallet")
    assert not said.problems
    costs = {one["id"]: int(one["sent_quantity"]) / int(one["received_quantity"])
             for one in rows if one["kind"] == "buy"}  # fmt: skip
    left = sorted(
        (wallet, days[lot][2], days[lot][0], int(units), int(units * costs[lot]))
        for (wallet, lot), units in said.lots.items()
    )
    return left, {days[name][0]: int(gain) for name, gain in said.gains.items()}, said


def differences(seeds):
    found = []
    for seed in seeds:
        trades, method = ledger(seed), METHODS[seed % len(METHODS)]
        left, gains, said = by_rows(trades, method)
        theirs, their_gains = by_beancount(trades, method)
        whole = sum(cost for *_, cost in theirs)
        if (left, gains) != (theirs, their_gains) or whole != sum(c for _, c in said.left.values()):
            found.append((seed, method))
    return found


def test_sixty_random_ledgers_have_the_lots_and_gains_of_beancount():
    assert not differences(range(60))


@pytest.mark.torture
def test_a_thousand_random_ledgers_have_the_lots_and_gains_of_beancount():
    assert not differences(range(1_000, 2_000))
