"""On the command line: `--known-at` prints what the same command printed then, to the byte."""

import pytest

from api.desk import now

PRICES = (
    "time,asset,price,currency,source",
    "2026-03-03,BTC,11111,USD,test",
    "2026-01-31,BTC,333,USD,test",
    "2026-02-10,ETH,44,USD,test",
)
READING = (
    "events journal balances trial-balance positions lots disposals nav performance reconcile risk"
).split()
COMMANDS = [
    *([name] for name in READING),
    *([name, "--json"] for name in READING),
    *([name, "--json", "--as-of", "2026-02-05"] for name in READING),
    ["tax", "us", "2026", "--json"],
    ["trace", "t-2", "--json"],
]


@pytest.fixture
def changed(kept):
    """A fund that has since learnt other prices, a rule and a late sale; with what it printed."""
    printed = [kept(*words) for words in COMMANDS]
    moment = now().isoformat()
    kept("prices", "import", kept.write("corrected.csv", *PRICES))
    kept("fund", "rule", "add", "--strategy", "other", "--kind", "trade")
    kept("fund", "rule", "add", "--strategy", "rest")
    rows = ("time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,txid",)
    kept("import", kept.write("late.csv", *rows, "2026-01-25,sell,bank,BTC,0.05,USD,4500,t-9"))
    return kept, moment, printed


def test_every_reading_command_prints_again_what_it_printed_then(changed):
    partita, moment, printed = changed
    for words, before in zip(COMMANDS, printed, strict=True):
        again = partita(*words, "--known-at", moment)
        assert (again.code, again.out) == (before.code, before.out), words
    now_printed = [partita(*words).out for words in COMMANDS]
    same = [words for words, a, b in zip(COMMANDS, now_printed, printed, strict=True) if a == b.out]
    assert {words[0] for words in same} <= {"trial-balance", "reconcile"}, same


def test_reports_and_exports_are_made_again_to_the_byte(kept):
    kept("report", "monthly", "2026-01", "--out", "then.pdf")
    kept("export", "positions", "--out", "then.csv")
    moment = now().isoformat()
    kept("prices", "import", kept.write("corrected.csv", *PRICES))
    kept("report", "monthly", "2026-01", "--out", "again.pdf", "--known-at", moment)
    kept("export", "positions", "--out", "again.csv", "--known-at", moment)
    kept("report", "monthly", "2026-01", "--out", "now.pdf")
    then, again, present = (
        (kept.folder / f"{n}.pdf").read_bytes() for n in ("then", "again", "now")
    )
    assert then == again != present
    assert (kept.folder / "then.csv").read_bytes() == (kept.folder / "again.csv").read_bytes()
    assert kept("report", "verify", "then.pdf").code == 5
    assert kept("report", "verify", "then.pdf", "--known-at", moment).code == 0


def test_before_anything_was_known_every_command_says_so_and_none_fails(kept):
    for name in READING:
        done = kept(name, "--json", "--known-at", "2000-01-01")
        assert done.code == 0, (name, done.err)
    assert kept("events", "--json", "--known-at", "2000-01-01").json == []
    assert kept("report", "monthly", "2026-01", "--known-at", "2000-01-01").code == 1


@pytest.mark.parametrize("time", ["2999-01-01", "yesterday"])
def test_a_time_that_is_not_yet_or_none_is_bad_input(kept, time):
    done = kept("positions", "--known-at", time)
    assert done.code == 6
    assert "--known-at" in done.err


def test_a_node_is_not_asked_for_the_balances_of_another_time(kept):
    asked = ("reconcile", "--rpc", "http://127.0.0.1:1")
    assert kept(*asked, "--known-at", "2026-01-01").code == 6
    assert kept(*asked, "--as-of", "2026-01-01").code == 6
