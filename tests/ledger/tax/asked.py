"""Rows in one line each, and answers as fractions, for tests of the tax engine."""

from fractions import Fraction
from typing import NamedTuple

from ledger.tax.engine import assess_rows
from ledger.tax.history.settings import settings_of
from ledger.tax.regimes import (
    at,
    au,
    ca,
    de,
    fr,
    generic,
    ie,
    in_,
    jp,
    uk,
    uk_company,
    us,
)

MODULES = (at, au, ca, de, fr, generic, ie, in_, jp, uk, uk_company, us)
REGIMES = {one.RULES.name: one.RULES for one in MODULES}
FIGURES = ("short", "long", "income", "taxable")
#: What totals have for some regimes alone; a test sees it where it is not zero.
APART = ("ordinary", "section_481", "section_1256")
#: What a test says beside these is what it is about.
QUIET = {"day_zone": "UTC", "basis_scope": "universal", "loss_rule": "none"}


def row(name, time, kind, **cells):
    """A row: `sent="2 ETH"`, `got="100 USD"`, `fee="1 USD"`, other cells by their names."""
    made = {"id": name, "time": time, "kind": kind}
    for key, value in cells.items():
        side = {"sent": "sent", "got": "received", "fee": "fee"}.get(key)
        if side is None:
            made[{"to": "to_wallet"}.get(key, key)] = str(value)
        else:
            made[f"{side}_quantity"], made[f"{side}_asset"] = value.split()
    return made


def buy(name, time, quantity, money, **cells):
    return row(name, time, "buy", got=f"{quantity} X", sent=f"{money} USD", **cells)


def sell(name, time, quantity, money, **cells):
    return row(name, time, "sell", sent=f"{quantity} X", got=f"{money} USD", **cells)


class Part(NamedTuple):
    """A piece in whole units and money."""

    row: str
    lot: str | None
    rule: str
    quantity: Fraction
    proceeds: Fraction
    cost: Fraction
    gain: Fraction
    denied: Fraction
    term: str
    indexation: Fraction
    character: str
    version: str


class Said(NamedTuple):
    """An answer in fractions; `gains` by row, `left` asset → (quantity, cost).

    `costs` are those of open lots by row, `rates` and `shares` of a year by version.
    """

    parts: tuple[Part, ...]
    gains: dict[str, Fraction]
    income: dict[str, Fraction]
    totals: dict[int, dict[str, Fraction]]
    left: dict[str, tuple[Fraction, Fraction]]
    lots: dict[tuple[str | None, str | None], Fraction]
    problems: list[tuple[str, str | None]]
    costs: dict[str, Fraction]
    shares: dict[int, list[tuple[str, Fraction, dict[str, int]]]]
    allocated: object


def ask(*rows, regime="generic", method=None, prices=(), currency="USD", **settings):
    """The answer for rows; settings over the quiet ones, `regime_own=True` leaves the regime's."""
    own = settings.pop("regime_own", False)
    rules = REGIMES[regime]
    chosen = settings_of(method or rules.method, ({} if own else QUIET) | settings, rules)
    return told(assess_rows(rows, prices, currency, chosen, rules))


def told(answer):
    """The answer in fractions."""
    one = 10**answer.places
    parts = []
    for found in answer.disposed:
        place = (found.event.time, 3, found.event.row)
        whole = answer.units.whole(found.event.asset, place)
        parts += [
            Part(
                row=found.event.row,
                lot=piece.lot,
                rule=piece.rule,
                quantity=Fraction(piece.quantity, whole),
                proceeds=Fraction(piece.proceeds - piece.fees, one),
                cost=Fraction(piece.cost, one),
                gain=Fraction(piece.gain, one),
                denied=Fraction(piece.denied, one),
                term=piece.term,
                indexation=Fraction(piece.indexation, one),
                character=piece.character,
                version=found.version,
            )
            for piece in found.pieces
        ]
    gains: dict[str, Fraction] = {}
    for part in parts:
        gains[part.row] = gains.get(part.row, Fraction(0)) + part.gain
    left: dict[str, tuple[Fraction, Fraction]] = {}
    lots = {}
    costs: dict[str, Fraction] = {}
    for one_left in answer.left:
        quantity = Fraction(one_left.quantity, answer.units.whole(one_left.asset))
        before = left.get(one_left.asset, (Fraction(0), Fraction(0)))
        left[one_left.asset] = (before[0] + quantity, before[1] + Fraction(one_left.cost, one))
        if one_left.row:
            lots[one_left.wallet, one_left.row] = quantity
            costs[one_left.row] = costs.get(one_left.row, Fraction(0))
            costs[one_left.row] += Fraction(one_left.cost, one)
    return Said(
        tuple(parts),
        gains,
        {line.row: Fraction(line.value, one) for line in answer.income},
        {
            total.year: {
                name: Fraction(getattr(total, name), one)
                for name in (*FIGURES, *APART)
                if name in FIGURES or getattr(total, name)
            }
            for total in answer.totals
        },
        left,
        lots,
        [(fault.code, fault.row) for fault in answer.faults],
        costs,
        {
            total.year: [
                (share.version, Fraction(share.gain, one), dict(share.rates))
                for share in total.shares
            ]
            for total in answer.totals
        },
        answer.allocated,
    )
