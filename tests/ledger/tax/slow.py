"""A slow second opinion in fractions, written from the rules alone: no heap, no sum kept, no scale.

Rows are those of `asked.py` of one asset X: buys, sells, income and transfers with units lost. It
gives the gain of each row that gives units up, what is left, and which rows ask for too much.
"""

from datetime import datetime, timedelta
from fractions import Fraction


class Opinion:
    """Gains by row, lots or pools left as [quantity, cost], and rows without a figure."""

    def __init__(self):
        self.gains: dict[str, Fraction] = {}
        self.refused: set[str] = set()
        self.left: list[list[Fraction]] = []


def number(row, name):
    return Fraction(row.get(name, "0"))


def cost_of(row):
    fee = number(row, "fee_quantity")
    return (number(row, "value") if row["kind"] == "staking" else number(row, "sent_quantity")) + (
        fee
    )


def order(row):
    phase = {"buy": 0, "staking": 0, "transfer": 2}.get(row["kind"], 3)
    return datetime.fromisoformat(row["time"]), phase, row["id"]


KEYS = {
    "fifo": lambda lot: (lot["age"],),
    "lifo": lambda lot: (tuple(-part for part in lot["age"]),),
    "hifo": lambda lot: (-lot["price"], lot["age"]),
    "lofo": lambda lot: (lot["price"], lot["age"]),
}


def by_lots(rows, method, by_wallet):
    """Each unit is taken by looking through all lots again."""
    said, lots = Opinion(), []
    for count, row in enumerate(sorted(rows, key=order)):
        if row["kind"] in {"buy", "staking"}:
            quantity, cost = number(row, "received_quantity"), cost_of(row)
            value = cost - number(row, "fee_quantity")
            lots.append({"age": (count,), "wallet": row["wallet"], "left": quantity,
                         "unit": cost / quantity, "price": value / quantity})  # fmt: skip
            continue
        sent = number(row, "sent_quantity")
        if row["kind"] == "sell":
            money = number(row, "received_quantity") - number(row, "fee_quantity")
            give(said, lots, row, sent, money, method, by_wallet)
            continue
        arrived = number(row, "received_quantity")
        if arrived < sent:
            money = number(row, "value") * (sent - arrived) / sent
            give(said, lots, row, sent - arrived, money, method, by_wallet)
        if by_wallet:
            taken, _ = take(lots, row["wallet"], arrived, method, by_wallet)
            lots += [dict(lot, left=units, wallet=row["to_wallet"]) for lot, units in taken]
    said.left = [[lot["left"], lot["left"] * lot["unit"]] for lot in lots if lot["left"]]
    return said


def give(said, lots, row, quantity, money, method, by_wallet):
    taken, missing = take(lots, row["wallet"], quantity, method, by_wallet)
    if missing:
        said.refused.add(row["id"])
        return
    cost = sum((units * lot["unit"] for lot, units in taken), Fraction(0))
    said.gains[row["id"]] = said.gains.get(row["id"], Fraction(0)) + money - cost


def take(lots, wallet, quantity, method, by_wallet):
    taken: list = []
    while quantity:
        here = [lot for lot in lots if lot["left"] and (not by_wallet or lot["wallet"] == wallet)]
        if not here:
            return taken, quantity
        lot = min(here, key=KEYS[method])
        units = min(quantity, lot["left"])
        lot["left"] -= units
        quantity -= units
        taken.append((lot, units))
    return taken, quantity


def by_average(rows):
    """One moving average of everything."""
    said, quantity, cost = Opinion(), Fraction(0), Fraction(0)
    for row in sorted(rows, key=order):
        if row["kind"] in {"buy", "staking"}:
            quantity, cost = quantity + number(row, "received_quantity"), cost + cost_of(row)
            continue
        sent = number(row, "sent_quantity")
        money = number(row, "received_quantity") - number(row, "fee_quantity")
        if row["kind"] == "transfer":
            lost = sent - number(row, "received_quantity")
            money = number(row, "value") * lost / sent
            sent = lost
        if not sent:
            continue
        units = min(sent, quantity)
        part = cost * units / quantity if quantity else Fraction(0)
        quantity, cost = quantity - units, cost - part
        if units < sent:
            said.refused.add(row["id"])
        else:
            said.gains[row["id"]] = money - part
    said.left = [[quantity, cost]]
    return said


def by_days(rows, after, before):
    """Day by day: the same day, `after` or `before` days, then the pool; buys and sells alone."""
    said = Opinion()
    bought: dict = {}
    sold: dict = {}
    for row in rows:
        day = datetime.fromisoformat(row["time"]).date()
        if row["kind"] in {"buy", "staking"}:
            one = bought.setdefault(day, [Fraction(0), Fraction(0)])
            one[0] += number(row, "received_quantity")
            one[1] += cost_of(row)
        else:
            sold.setdefault(day, []).append(row)
    wanted = {day: sum(number(row, "sent_quantity") for row in sold[day]) for day in sold}
    costs = dict.fromkeys(sold, Fraction(0))
    unit = {day: one[1] / one[0] for day, one in bought.items()}
    windows = [range(1)] + ([range(1, after + 1)] if after else [])
    windows += [range(-before, 0)] if before else []
    for window in windows:
        for day in sorted(sold):
            for days in window:
                other = day + timedelta(days=days)
                if other in bought:
                    units = min(wanted[day], bought[other][0])
                    wanted[day] -= units
                    bought[other][0] -= units
                    costs[day] += units * unit[other]
    pool = [Fraction(0), Fraction(0)]
    for day in sorted({*bought, *sold}):
        if day in bought:
            pool[0] += bought[day][0]
            pool[1] += bought[day][0] * unit[day]
        if day in sold:
            units = min(wanted[day], pool[0])
            part = pool[1] * units / pool[0] if units else Fraction(0)
            pool[0], pool[1] = pool[0] - units, pool[1] - part
            costs[day] += part
            money = sum(
                number(row, "received_quantity") - number(row, "fee_quantity") for row in sold[day]
            )
            if units < wanted[day]:
                said.refused |= {row["id"] for row in sold[day]}
            else:
                said.gains[" ".join(sorted(row["id"] for row in sold[day]))] = money - costs[day]
    said.left = [pool]
    return said


def by_weeks(rows):
    """First in first out and the four weeks of Ireland, by lists that are looked through."""
    said = Opinion()
    lots: list[dict] = []
    losses: list[dict] = []
    for row in sorted(rows, key=order):
        day = datetime.fromisoformat(row["time"]).date()
        if row["kind"] in {"buy", "staking"}:
            quantity = number(row, "received_quantity")
            unit = cost_of(row) / quantity
            for loss in losses:
                part = min(quantity, loss["units"])
                if part and day <= loss["day"] + timedelta(days=28):
                    said.gains[loss["row"]] += part * loss["each"]
                    loss["units"] -= part
                    quantity -= part
                    lots.append({"day": day, "left": part, "unit": unit, "kept": loss["each"]})
            lots.append({"day": day, "left": quantity, "unit": unit, "kept": Fraction(0)})
            continue
        sent = number(row, "sent_quantity")
        money = number(row, "received_quantity") - number(row, "fee_quantity")
        recent = [lot for lot in lots if lot["day"] >= day - timedelta(days=28)]
        older = [lot for lot in lots if lot["day"] < day - timedelta(days=28)]
        gain, wanted = Fraction(0), sent
        for lot in recent + older:
            units = min(wanted, lot["left"])
            lot["left"] -= units
            wanted -= units
            gross = money * units / sent - units * lot["unit"]
            gain += gross - min(units * lot["kept"], max(Fraction(0), gross))
        if wanted:
            said.refused.add(row["id"])
            continue
        said.gains[row["id"]] = gain
        if gain < 0:
            losses.append({"row": row["id"], "day": day, "units": sent, "each": -gain / sent})
    said.left = [[lot["left"], lot["left"] * (lot["unit"] + lot["kept"])] for lot in lots]
    return said
