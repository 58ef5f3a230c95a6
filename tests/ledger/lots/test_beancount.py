"""Random ledgers booked here and by beancount 3: the same lots are left, the same gains made.

Whole units, whole unit costs, no cost twice, one transaction a day: where both must agree.
"""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Transaction
from beancount.core.position import Cost

from ledger.lots.booking import book
from ledger.model.fund import Policy
from tests.ledger.notation import START, entry

METHODS = ("fifo", "lifo", "hifo")
PLACES = ("A", "B", "C")


def ledger(seed):
    """(day, place, asset, signed quantity, price of a unit): nothing is sold that is not held."""
    chance = random.Random(seed)
    prices = chance.sample(range(1, 400), 60)
    held: dict[tuple[str, str], int] = {}
    trades = []
    for day in range(chance.randrange(5, 60)):
        place, asset = chance.choice(PLACES), chance.choice(["ETH", "BTC"])
        has = held.get((place, asset), 0)
        quantity = chance.randrange(1, 50)
        if has and chance.random() < 0.55:
            quantity = -min(has, quantity)
        held[place, asset] = has + quantity
        trades.append((day, place, asset, quantity, prices[day]))
    return trades


def day_of(number):
    return (START + timedelta(days=number)).date().isoformat()


def by_beancount(trades, method):
    """(lots left: place, asset, day, quantity, cost; gain a day of sale)."""
    lines = ["1999-01-01 open Assets:Cash", "1999-01-01 open Income:Gains"]
    lines += [f'1999-01-01 open Assets:{place} "{method.upper()}"' for place in PLACES]
    for day, place, asset, quantity, price in trades:
        lot = f"{{{price} USD}}" if quantity > 0 else "{}"
        lines += [
            f'{day_of(day)} * "trade"',
            f"  Assets:{place}  {quantity} {asset} {lot}",
            f"  Assets:Cash  {-quantity * price} USD",
        ]
        lines += [] if quantity > 0 else ["  Income:Gains"]
    entries, errors, _ = loader.load_string("\n".join(lines) + "\n")
    assert not errors
    lots: dict[tuple[str, str, str], list[Decimal]] = {}
    gains: dict[str, int] = {}
    for one in entries:
        if not isinstance(one, Transaction):
            continue
        for posting in one.postings:
            units, cost = posting.units, posting.cost
            assert units is not None and units.number is not None
            if posting.account == "Income:Gains":
                gains[one.date.isoformat()] = -int(units.number)
            elif isinstance(cost, Cost):
                place = posting.account.removeprefix("Assets:")
                kept = lots.setdefault(
                    (place, units.currency, cost.date.isoformat()), [Decimal(), Decimal()]
                )
                kept[0] += units.number
                if units.number < 0:  # a gain of nothing has no posting
                    gains.setdefault(one.date.isoformat(), 0)
                kept[1] += units.number * cost.number
    left = sorted((*key, int(units), int(cost)) for key, (units, cost) in lots.items() if units)
    return left, gains


def by_partita(trades, method):
    entries = []
    for day, place, asset, quantity, price in trades:
        role = "acquire" if quantity > 0 else "dispose"
        text = f"asset:{place} {asset} {quantity} {role} = {quantity * price}"
        entries.append(entry(day, text, time=START + timedelta(days=day)))
    booking = book(reversed(entries), Policy(method=method))
    assert not booking.problems
    left = sorted(
        (
            lot.wallet,
            lot.asset.removeprefix("symbol:"),
            lot.acquired.date().isoformat(),
            lot.quantity,
            lot.cost,
        )
        for lot in booking.open
    )
    gains: dict[str, int] = {}
    for one in booking.disposals:
        assert one.gain is not None
        day = one.disposed.date().isoformat()
        gains[day] = gains.get(day, 0) + one.gain
    return left, gains


def differences(seeds):
    found = []
    for seed in seeds:
        trades, method = ledger(seed), METHODS[seed % len(METHODS)]
        if by_partita(trades, method) != by_beancount(trades, method):
            found.append((seed, method))
    return found


def test_sixty_random_ledgers_have_the_lots_and_gains_of_beancount():
    assert not differences(range(60))


@pytest.mark.torture
def test_a_thousand_random_ledgers_have_the_lots_and_gains_of_beancount():
    assert not differences(range(1_000, 2_000))
