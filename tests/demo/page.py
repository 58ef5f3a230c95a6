"""A recording goes in; docs/sample-fund.md comes out, its tables written from the facts."""

from pathlib import Path

from tests.demo.recording import Recorder
from tests.demo.schedule import iso
from tests.demo.world import STRATEGIES

TEMPLATE = Path(__file__).with_name("page.md")


def write_page(recorder: Recorder, start: int, rules: int, path: Path) -> None:
    """The page of a recording."""
    world = recorder.world
    text = TEMPLATE.read_text("utf-8").format(
        start=iso(start)[:10],
        end=iso(world.end - 1)[:10],
        wallets=len(world.wallets),
        rules=rules,
        counts=_table(_counts(recorder)),
        planted=_table(_planted(recorder)),
        values=_table([(when, f"{value:.2f}") for when, value in recorder.values()]),
    )
    path.write_text(text, "utf-8")


def _counts(recorder: Recorder) -> list[tuple[str, ...]]:
    world, accounts = recorder.world, recorder.world.accounts
    transactions = sum(len(each) for each in recorder.transactions.values())
    trades, transfers, manual = (
        sum(len(getattr(each, name)) for each in accounts)
        for name in ("ledger", "transfers", "manual")
    )
    statements = trades // 2 + transfers + manual
    rows: list[tuple[str, ...]] = [
        ("activities", str(transactions + statements)),
        ("transactions", str(transactions)),
        ("trades of the exchange, two ledger rows each", str(trades // 2)),
        ("transfers of the exchange", str(transfers)),
        ("manual rows", str(manual)),
        ("balances observed", str(len(recorder.balances))),
    ]
    named = set(STRATEGIES.values()) - {"statistical arbitrage"}
    rows += [(f"transactions: {name}", str(world.counts[name])) for name in sorted(named)]
    others = sorted(set(world.counts) - named)
    return rows + [(name, str(world.counts[name])) for name in others]


def _planted(recorder: Recorder) -> list[tuple[str, ...]]:
    network = {raw.txid: raw.network for each in recorder.transactions.values() for raw in each}
    rows: list[tuple[str, ...]] = []
    for what, ids in sorted(recorder.world.planted.items()):
        place = ids[0].partition("/")[0] if "/" in ids[0] else network.get(ids[0], "none")
        rows.append((what, str(len(ids)), place, f"`{ids[0]}`"))
    return rows


def _table(rows: list[tuple[str, ...]]) -> str:
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)
