"""An independent checker in exact fractions for random histories of several assets.

It knows rows as `asked.py` writes them and nothing of the engine: no scale of units, no heap, no
running sum that is not recomputed from the list of lots. Lots are dictionaries in one list.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

PHASES = {"buy": 0, "staking": 0, "split": 1, "transfer": 2, "sell": 3, "swap": 3}


def amount(row, name):
    return Fraction(row.get(name) or 0)


def day_of(row):
    return datetime.fromisoformat(row["time"]).date()


def in_order(rows):
    """Rows in the order of the books; a split of one asset is first on its day."""

    def key(row):
        time = datetime.fromisoformat(row["time"])
        if row["kind"] == "split" and row["sent_asset"] == row["received_asset"]:
            return datetime.combine(time.date(), datetime.min.time()), -1, row["id"]
        return time, PHASES[row["kind"]], row["id"]

    return sorted(rows, key=key)


class Step:
    """Something that happened: `came`, `gone`, `moved`, `split` or `became`."""

    def __init__(self, what, row, asset, units, money=Fraction(0), **more):
        self.what, self.row, self.asset, self.units, self.money = what, row, asset, units, money
        self.more = more

        self.day = day_of(row)


def steps(rows):
    """What each row is, fees in units apart; a fee in units is worth its share of the row."""
    for row in in_order(rows):
        kind, fee = row["kind"], amount(row, "fee_quantity")
        sent, got = amount(row, "sent_quantity"), amount(row, "received_quantity")
        in_units = fee and row["fee_asset"] != "USD"
        if kind == "split":
            what = "split" if row["sent_asset"] == row["received_asset"] else "became"
            yield Step(what, row, row["sent_asset"], got / sent, into=row["received_asset"])
        elif kind in {"buy", "staking"}:
            value = amount(row, "value") if kind == "staking" else sent
            worth = value * fee / got if in_units else fee
            yield Step("came", row, row["received_asset"], got, value + worth, value=value)
            if in_units:
                yield Step("gone", row, row["fee_asset"], fee, worth, gross=worth)
        elif kind == "transfer":
            if got < sent:
                lost = sent - got
                worth = amount(row, "value") * lost / sent
                yield Step("gone", row, row["sent_asset"], lost, worth, gross=worth)
            if got:
                yield Step("moved", row, row["sent_asset"], got)
        else:
            value = got if kind == "sell" else amount(row, "value")
            worth = value * fee / sent if in_units else fee
            if kind == "swap":
                yield Step("came", row, row["received_asset"], got, value, value=value, swap=True)
            swap = kind == "swap"
            yield Step("gone", row, row["sent_asset"], sent, value - worth, gross=value, swap=swap)
            if in_units:
                yield Step("gone", row, row["fee_asset"], fee, worth, gross=worth)


ORDER = {
    "fifo": lambda lot: lot["age"],
    "lifo": lambda lot: -lot["age"],
    "hifo": lambda lot: (-lot["price"], lot["age"]),
    "lofo": lambda lot: (lot["price"], lot["age"]),
}


class Result:
    """Gains by row, rows without a figure, and (asset, wallet) → [units, cost] left."""

    def __init__(self):
        self.gains, self.refused, self.left = {}, set(), {}

    def gain(self, row, money):
        self.gains[row["id"]] = self.gains.get(row["id"], Fraction(0)) + money


def lots_of(rows, method, by_wallet, named=None):
    """First in, last in, dearest, cheapest, or first the lots that `named` says for a row."""
    found, lots = Result(), list[dict[str, Any]]()

    def take(step):
        here = [lot for lot in lots if lot["asset"] == step.asset and lot["units"]]
        here = [lot for lot in here if not by_wallet or lot["wallet"] == step.row["wallet"]]
        said = (named or {}).get(step.row["id"], ())
        here.sort(key=ORDER[method])
        first = [lot for lot in here if lot["row"] in said]
        return _take(first + [lot for lot in here if lot["row"] not in said], step.units)

    for age, step in enumerate(steps(rows)):
        if step.what == "came":
            price, wallet = step.more["value"] / step.units, step.row["wallet"]
            lots.append({"age": age, "row": step.row["id"], "asset": step.asset, "wallet": wallet,
                         "units": step.units, "cost": step.money, "price": price})  # fmt: skip
        elif step.what == "gone":
            taken, missing = take(step)
            if missing:
                found.refused.add(step.row["id"])
            else:
                found.gain(step.row, step.money - sum(cost for _, _, cost in taken))
        elif step.what == "moved" and by_wallet:
            to = step.row["to_wallet"]
            lots += [dict(lot, units=n, cost=cost, wallet=to) for lot, n, cost in take(step)[0]]
        elif step.what in {"split", "became"}:
            _split([lot for lot in lots if lot["asset"] == step.asset], step)
    for lot in lots:
        kept = found.left.setdefault(lot["asset"], [Fraction(0), Fraction(0)])
        kept[0], kept[1] = kept[0] + lot["units"], kept[1] + lot["cost"]
    return found


def _take(lots, wanted):
    taken = []
    for lot in lots:
        units = min(lot["units"], wanted)
        cost = lot["cost"] * units / lot["units"]
        lot["units"], lot["cost"] = lot["units"] - units, lot["cost"] - cost
        taken.append((lot, units, cost))
        wanted -= units
        if not wanted:
            break
    return taken, wanted


def _split(lots, step):
    for lot in lots:
        lot["units"], lot["asset"] = lot["units"] * step.units, step.more["into"]
        lot["price"] /= step.units


def average_of(rows):
    """One moving average an asset."""
    found, pools = Result(), dict[str, list[Fraction]]()
    for step in steps(rows):
        pool = pools.setdefault(step.asset, [Fraction(0), Fraction(0)])
        if step.what == "came":
            pool[0], pool[1] = pool[0] + step.units, pool[1] + step.money
        elif step.what == "gone":
            units = min(step.units, pool[0])
            cost = pool[1] * units / pool[0] if units else Fraction(0)
            pool[0], pool[1] = pool[0] - units, pool[1] - cost
            if units < step.units:
                found.refused.add(step.row["id"])
            else:
                found.gain(step.row, step.money - cost)
        elif step.what in {"split", "became"}:
            del pools[step.asset]
            into = pools.setdefault(step.more["into"], [Fraction(0), Fraction(0)])
            into[0], into[1] = into[0] + pool[0] * step.units, into[1] + pool[1]
    found.left = pools
    return found


def days_of(rows):
    """United Kingdom, individuals, of assets that split and become no other.

    Units are brought to those of the end of the history first. Gains are by (day, asset).
    """
    found = Result()
    done = list(steps(rows))
    scale: dict[str, Fraction] = {}
    for step in reversed(done):
        if step.what == "split":
            scale[step.asset] = scale.get(step.asset, Fraction(1)) * step.units
        step.units = step.units * scale.get(step.asset, Fraction(1))
    for asset in {step.asset for step in done}:
        came, gone = dict[Any, Any](), dict[Any, Any]()
        for step in done:
            if step.asset == asset and step.what in {"came", "gone"}:
                book = came if step.what == "came" else gone
                units, money = book.get(step.day, (0, 0))
                book[step.day] = units + step.units, money + step.money
        _days_of_asset(found, asset, came, gone)
    return found


def _days_of_asset(found, asset, came, gone):
    """`came` and `gone`: day → (units, cost or proceeds)."""
    unit = {day: cost / units for day, (units, cost) in came.items()}
    bought = {day: units for day, (units, _) in came.items()}
    sold = {day: units for day, (units, _) in gone.items()}
    cost = dict.fromkeys(sold, Fraction(0))
    for distances in (range(1), range(1, 31)):
        for day in sorted(sold):
            for other in (day + timedelta(days=distance) for distance in distances):
                units = min(sold[day], bought.get(other, 0))
                if units:
                    sold[day] -= units
                    bought[other] -= units
                    cost[day] += units * unit[other]
    pool, spent = Fraction(0), Fraction(0)
    for day in sorted({*bought, *sold}):
        units = bought.get(day, 0)
        pool, spent = pool + units, spent + units * unit.get(day, 0)
        wanted = sold.get(day, Fraction(0))
        units = min(wanted, pool)
        part = spent * units / pool if units else Fraction(0)
        pool, spent = pool - units, spent - part
        if units < wanted:
            found.refused.add((day, asset))
        elif day in sold:
            found.gains[day, asset] = gone[day][1] - cost[day] - part
    found.left[asset] = [pool, spent]


def france_of(rows, prices):
    """The formula of France, with a price of every asset on every day; `prices`: asset → price."""
    found, held, total = Result(), dict[str, Fraction](), Fraction(0)
    for step in steps(rows):
        has = held.get(step.asset, Fraction(0))
        if step.what == "came":
            held[step.asset] = has + step.units
            total += 0 if step.more.get("swap") else step.money
        elif step.what == "gone":
            units = min(step.units, has)
            worth = sum(each * prices[asset] for asset, each in held.items())
            held[step.asset] = has - units
            if step.more.get("swap"):
                continue
            price = step.more["gross"] * units / step.units
            cost = min(total, total * price / worth) if price else Fraction(0)
            total -= cost
            if units < step.units:
                found.refused.add(step.row["id"])
            else:
                found.gain(step.row, step.money - cost)
    found.left = {"all": [sum(held.values()), total]}
    return found
