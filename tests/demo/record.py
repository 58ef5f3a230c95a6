"""A folder goes in; fourteen months of a desk are played on four nodes and recorded into it.

python -m tests.demo.record [FOLDER] [--end 2025-09-04] [--page PAGE.md]
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from tests.demo import files, page
from tests.demo.market import END, START
from tests.demo.recording import Recorder
from tests.demo.schedule import instant, iso
from tests.demo.strategies import (
    arbitrage,
    bridging,
    earning,
    liquidation,
    liquidity,
    planted,
    sandwich,
    sniping,
    statistical,
    treasury,
)
from tests.demo.world import World, opened

FOLDER = Path(__file__).parents[2] / "api" / "demo"
STORIES = (
    treasury,
    arbitrage,
    sandwich,
    liquidation,
    liquidity,
    bridging,
    sniping,
    earning,
    statistical,
    planted,
)


def play(world: World) -> Recorder:
    """Runs the story to the world's end and gives back what was recorded."""
    recorder = Recorder(world)
    recorder.plan(START)
    for story in STORIES:
        story.plan(world)
    world.schedule.run(world.end)
    recorder.transport.close()
    return recorder


def summary(recorder: Recorder) -> list[str]:
    """What was recorded, in lines for a person."""
    world = recorder.world
    rows = sum(len(each.ledger + each.transfers + each.manual) for each in world.accounts)
    count = sum(len(each) for each in recorder.transactions.values())
    lines = [f"{count} transactions, {rows} statement rows, {len(recorder.balances)} balances"]
    lines += [f"  {name}: {number}" for name, number in sorted(world.counts.items())]
    before = None
    for when, value in recorder.values():
        change = "" if before is None else f"{(value / before - 1) * 100:+.2f} %"
        lines.append(f"  {when} {value:14,.0f} USD {change}")
        before = value
    for account in world.accounts:
        lines += [f"  {account.label} {s} {q:f}" for s, q in sorted(account.balances.items())]
    found = list(recorder.differences())
    lines.append(f"{len(found)} sums differ from balances")
    lines += [f"  {subject}: {total} read, {seen} seen" for subject, total, seen in found]
    return lines


def main() -> int:
    """Records the sample, or its beginning up to `--end`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--end", type=date.fromisoformat, default=None)
    parser.add_argument("--page", type=Path, default=None, help="where docs/sample-fund.md goes")
    options = parser.parse_args()
    end = END if options.end is None else instant(options.end.isoformat())
    began = time.monotonic()
    with opened(end) as world:
        recorder = play(world)
        files.write_all(recorder, options.folder)
        if options.page is not None:
            rules = len(files.fund(world)["strategy_rules"])
            page.write_page(recorder, START, rules, options.page)
        print("\n".join(summary(recorder)))
        for what, ids in sorted(world.planted.items()):
            print(f"  planted {what}: {len(ids)} {ids[0]}")
    print(f"{iso(end)}: {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
