"""Every command that reads takes both times, and tells nothing that came later than they."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from typer.main import get_command

from api import desk as desk_module
from api import given as given_module
from api import naming as naming_module
from api.cli.commands import app
from api.cli.tax import year_app
from api.cli.times import read_desk
from api.desk import now, open_desk
from ledger.model.activity import iso
from ledger.model.fund import StrategyRule
from ledger.store import open_store
from tests.api.cli.test_manual import OPENING
from tests.api.conftest import HEADER, PRICES, ROWS

BOTH = {"--as-of", "--known-at"}
#: Commands that write, serve, or ask others than the books.
DOING = (
    *("backup", "close", "demo", "import", "keep", "limits check", "prices import", "reopen"),
    *("restore", "risk target", "serve", "sync", "tax file", "tax plan", "wallet add"),
    "tax allocation freeze",
    *(f"fund {name}" for name in ("create", "identify", "method", "order", "rule add")),
    *(f"key {name}" for name in ("create", "revoke")),
    *(f"limits {name}" for name in ("acknowledge", "declare", "waive", "withdraw")),
    *(f"manual {name}" for name in ("approve", "propose", "reject", "reverse")),
)
#: Reading commands → the options that they lack, and why (docs/commands.md says so too).
WITHOUT = {
    "coverage": ({"--as-of"}, "what was read has the time at which it was: --known-at"),
    "explain": (BOTH, "reads a transaction of a node, and no books"),
    "fund rule list": ({"--as-of"}, "rules hold for all time that the books are of"),
    "key list": (BOTH, "who may ask now, which is nothing of the books"),
    "risk parts": (BOTH, "reads a file"),
    "risk stats": (BOTH, "reads a file"),
    "size fixed-fraction": (BOTH, "reads its options alone"),
    "tax checkpoint": (BOTH, "puts down what stands now; with --year tells what changed since"),
    "verify": (BOTH, "proves the whole journal, and all that was ever sealed"),
    "wallet list": ({"--as-of"}, "wallets hold for all time that the books are of"),
}
#: Words that a command cannot do without.
ASKED = {
    "export": ("positions", "--out", "e.csv"),
    "manual show": ("MANUAL",),
    "report monthly": ("2026-01", "--out", "r.pdf"),
    "report verify": ("r.pdf",),
    "tax": ("us", "2026"),
    "tax allocation show": ("--method", "fifo", "--wallet", "bank"),
    "tax compare": ("us", "2026"),
    "tax what-if": ("BTC", "0.1", "--wallet", "bank", "--price", "1000"),
    "trace": ("t-2",),
}
#: Commands to which this fund gives nothing to tell: no pool, no loan, no lots of 2024.
UNTOLD = {
    *("liquidity", "risk lending", "risk liquidity"),
    *("tax allocation frozen", "tax allocation show"),
}
LATE = "2026-01-25T10:00:00Z,sell,bank,BTC,0.05,USD,4500,USD,5,,,late,t-9,\n"
CORRECTED = "time,asset,price,currency,source\n2026-01-31,BTC,333,USD,test\n"
LIMIT = ("--measure", "exposure:family:BTC", "--most", "0.1")
WHO = ("--by", "Ann", "--reason", "the mandate")


def commands(command=None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Each command with its options; the year of `tax` is the command of that name."""
    command = command or get_command(app)
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))
    if path == ("tax",):
        command = get_command(year_app)
    if not hasattr(command, "commands") or command.invoke_without_command:
        yield " ".join(path), {word for each in command.params for word in each.opts}


OPTIONS = dict(commands())
READING = sorted(OPTIONS.keys() - WITHOUT.keys() - set(DOING))


def words(name: str, manual: str) -> list[str]:
    given = [manual if word == "MANUAL" else word for word in ASKED.get(name, ())]
    return [*name.split(), *given, *(["--json"] if "--json" in OPTIONS[name] else [])]


def told(partita, name: str, manual: str, *more: str) -> tuple[int, str, bytes]:
    """What a command says: exit code, output, and the file that it writes."""
    files = [partita.folder / word for word in ASKED.get(name, ()) if word in {"e.csv", "r.pdf"}]
    for file in files if "--out" in ASKED.get(name, ()) else ():
        file.unlink(missing_ok=True)
    done = partita(*words(name, manual), *more)
    assert done.code not in {2, 4, 5}, (name, done.err)
    return done.code, done.out, b"".join(file.read_bytes() for file in files if file.exists())


def test_every_reading_command_takes_both_times_or_says_why_not():
    assert OPTIONS.keys() >= {*DOING, *WITHOUT}
    lacking = {name: BOTH - options for name, options in OPTIONS.items() if BOTH - options}
    assert {name: lacks for name, lacks in lacking.items() if name not in DOING} == {
        name: lacks for name, (lacks, _) in WITHOUT.items()
    }
    assert not [name for name in DOING if lacking[name] != BOTH]


@pytest.fixture
def filled(partita):
    """A fund with all that can be listed, what commands said before any of it, and when."""
    partita.write("opening.txt", *OPENING)
    # the id of a journal is the hash of what is said in it
    before, moment = {name: told(partita, name, "0" * 64) for name in READING}, now().isoformat()
    partita("import", partita.write("main.csv", *(HEADER + ROWS).splitlines()))
    partita("prices", "import", partita.write("prices.csv", *PRICES.splitlines()))
    partita("wallet", "add", "ethereum", "0x" + "ab" * 20, "--label", "hot")
    partita("fund", "rule", "add", "--strategy", "rest")
    assert partita("limits", "declare", "btc", *LIMIT, *WHO).code == 3
    manual = partita("manual", "propose", "opening.txt", *WHO).out.split()[1]
    [sold, *_] = partita("disposals", "--json").json
    lots = [lot for lot in partita("lots", "--json").json if lot["symbol"] == "BTC"]
    plan = ("BTC", "0.1", lots[0]["id"], "--wallet", "bank", "--by", "Ann")
    assert (sold["symbol"], partita("tax", "plan", *plan).code) == ("BTC", 0)
    assert partita("tax", "file", "us", "2025", "--by", "Ann").code == 0
    assert partita("fund", "order", "--method", "lifo", "--by", "Ann").code == 0
    assert partita("close", "2026-01", "--by", "ann").code == 0
    return partita, moment, before, manual


def test_before_the_first_import_a_reading_command_tells_nothing_of_what_came_later(filled):
    partita, moment, before, manual = filled
    present = {name: told(partita, name, manual) for name in READING}
    same = {name for name in READING if present[name] == before[name]}
    assert same == UNTOLD
    for name in READING:
        assert told(partita, name, manual, "--known-at", moment) == before[name], name
    for name in ("fund rule list", "wallet list"):
        assert partita(name.split()[0], *name.split()[1:], "--json").json != []
        assert partita(*name.split(), "--json", "--known-at", moment).json == []


def url_of(command) -> str:
    return f"sqlite:///{command.folder / 'partita.db'}"


def named(done) -> str:
    """The time that a command says its answer by."""
    assert "known at" in done.err, (done.code, done.err)
    (time,) = re.findall(r"^known at (\S+Z)$", done.err, re.MULTILINE)
    return str(time)


def test_every_reading_command_names_the_time_by_which_it_prints_the_same_again(filled):
    partita, _, _, manual = filled
    present, times = {}, {}
    for name in sorted({*READING, *(each for each in WITHOUT if "--known-at" in OPTIONS[each])}):
        present[name] = told(partita, name, manual)
        if present[name][0] != 6:  # a refusal is no answer
            times[name] = named(partita(*words(name, manual)))
    partita("import", partita.write("late.csv", *(HEADER + LATE).splitlines()))
    partita("prices", "import", partita.write("corrected.csv", *CORRECTED.splitlines()))
    partita("fund", "rule", "add", "--strategy", "other")
    partita("fund", "order", "--method", "hifo", "--by", "Ann")
    for name, time in times.items():
        assert told(partita, name, manual, "--known-at", time) == present[name], name
        done = partita(*words(name, manual), "--known-at", time)
        assert "known at" not in done.err  # the asker named it
    assert told(partita, "positions", manual) != present["positions"]
    refused = {"tax allocation show"}
    assert present.keys() - times.keys() == refused


def test_a_command_beside_a_writer_names_a_time_before_what_is_being_written(kept):
    with open_desk(url_of(kept)) as desk, desk.store.transaction(desk.fund.name) as inside:
        inside.funds.add_rules(desk.fund.name, [StrategyRule("late")])
        printed = kept("fund", "rule", "list", "--json")
        on_the_clock = now().isoformat()
    again = kept("fund", "rule", "list", "--json", "--known-at", named(printed))
    assert (again.out, again.json) == (printed.out, [])
    assert kept("fund", "rule", "list", "--json", "--known-at", on_the_clock).json != []


def test_a_command_in_whose_time_more_became_known_names_none(kept, capsys):
    with open_desk(url_of(kept)) as writer, read_desk(url_of(kept), None, None) as desk:
        writer.store.settings.set(desk.fund.name, "target.win_rate", "0.5")
    said = capsys.readouterr().err
    assert "known at" not in said
    assert "more became known" in said
    with read_desk(url_of(kept), None, None) as desk:
        recorded = desk.store.funds.last_recorded(desk.fund.name)
    assert f"known at {iso(recorded)}" in capsys.readouterr().err


AT_PRESENT = ("risk scorecard", "tax", "tax harvest", "tax what-if")


def test_what_changes_with_the_time_of_asking_is_named_by_it(filled):
    """Also where a later writer goes by a clock that is behind, and however much later it is."""
    partita, _, _, manual = filled
    present = {name: told(partita, name, manual) for name in AT_PRESENT}
    times = {name: named(partita(*words(name, manual))) for name in AT_PRESENT}
    with open_desk(url_of(partita)) as desk:
        assert min(times.values()) > iso(desk.store.funds.last_recorded(desk.fund.name))
        with open_store(
            url_of(partita), clock=lambda: desk.store.funds.last_recorded(desk.fund.name)
        ) as behind:
            behind.settings.set(desk.fund.name, "target.win_rate", "0.5")
    years_later = datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        for module in (desk_module, given_module, naming_module):
            patch.setattr(module, "now", lambda: years_later)
        later = {name: told(partita, name, manual) for name in AT_PRESENT}
        again = {
            name: told(partita, name, manual, "--known-at", times[name]) for name in AT_PRESENT
        }
    assert again == present
    assert later["tax what-if"] != present["tax what-if"]


def test_while_somebody_writes_the_present_has_no_name_and_nobody_is_waited_for(kept):
    with open_desk(url_of(kept)) as desk, desk.store.transaction(desk.fund.name) as inside:
        inside.settings.set(desk.fund.name, "target.win_rate", "0.5")
        printed = kept("risk", "scorecard")
        assert "known at" not in printed.err
        assert "ask again for a time that names it" in printed.err
        assert "known at" in kept("positions").err
    assert "known at" in kept("risk", "scorecard").err


def test_a_time_behind_the_last_recording_is_named_by_that(kept):
    """What is being written may be recorded before the time on the wall that somebody asks for."""
    with open_desk(url_of(kept)) as desk, desk.store.transaction(desk.fund.name) as inside:
        inside.funds.add_rules(desk.fund.name, [StrategyRule("late")])
        on_the_wall = now().isoformat()
        printed = kept("fund", "rule", "list", "--json", "--known-at", on_the_wall)
        recorded = desk.store.funds.last_recorded(desk.fund.name)
    assert (printed.json, named(printed)) == ([], iso(recorded))
    assert kept("fund", "rule", "list", "--json", "--known-at", on_the_wall).json != []
    assert kept("fund", "rule", "list", "--json", "--known-at", iso(recorded)).json == []


def test_what_was_said_is_told_as_it_stood_at_the_earlier_of_both_times(kept):
    moment = now().isoformat()
    file = kept.write("opening.txt", *OPENING)
    manual = kept("manual", "propose", file, *WHO).out.split()[1]
    waiting = now().isoformat()
    assert kept("manual", "approve", manual, "--by", "Bob").code == 0
    shown = ("manual", "show", manual, "--json")
    for option in ("--as-of", "--known-at"):
        assert kept(*shown, option, waiting).json["state"] == "pending"
        assert kept(*shown, option, moment).code == 1
        (row,) = kept("manual", "list", "--json", option, waiting).json
        assert (row["state"], row["checker"]) == ("pending", None)
    assert kept(*shown, "--as-of", now().isoformat(), "--known-at", waiting).json["state"] == (
        "pending"
    )
    assert kept(*shown).json["state"] == "approved"


def test_a_breach_and_a_limit_are_told_as_they_stood(kept):
    assert kept("limits", "declare", "btc", *LIMIT, *WHO).code == 3
    breached, asked = now().isoformat(), ("--json", "--known-at")
    before = {name: kept(*name.split(), "--json") for name in ("limits list", "risk limits")}
    assert kept("limits", "acknowledge", "1", *WHO).code == 0
    assert kept("limits", "withdraw", "btc", *WHO).code == 0
    assert kept("limits", "list").code == 0
    for name, then in before.items():
        again = kept(*name.split(), *asked, breached)
        assert (again.code, again.out) == (then.code, then.out) == (3, then.out)


def test_a_trace_leads_to_what_had_happened_by_a_time(kept):
    day = ("--as-of", "2026-01-19")
    [first] = [entry for entry in kept("journal", "--json").json if entry["txid"] == "t-1"]
    assert kept("trace", "t-1", "--json", *day).json["entries"][0]["id"] == first["id"]
    assert kept("trace", "t-2", *day).code == 1
    entries = kept("trace", "2026-01/cover/nav", "--json", *day).json["entries"]
    every = kept("trace", "2026-01/cover/nav", "--json").json["entries"]
    assert [entry["time"][:10] for entry in entries] == ["2026-01-05", "2026-01-06"]
    assert entries == every[:2] != every
    # the books of that time do not reach into the month
    assert kept("trace", "2026-02/cover/nav").code == 0
    assert kept("trace", "2026-02/cover/nav", *day).code == 1


@pytest.mark.parametrize("name", ["size kelly", "size together", "size volatility", "allocate"])
def test_a_file_of_returns_has_no_other_time(partita, name):
    file = partita.write("r.csv", "date,a", "2026-01-01,0.01", "2026-01-02,0.02")
    given = [file] if name == "allocate" else ["--returns", file]
    for option in BOTH:
        refused = partita(*name.split(), *given, option, "2026-01-02")
        assert (refused.code, "a file of returns" in refused.err) == (6, True)


def test_stakes_tax_and_files_are_of_the_books_of_a_time(kept):
    day = ("--as-of", "2026-01-19")
    assert "directional" in kept("size", "kelly", "--json").out
    assert kept("size", "kelly", *day).code == 6
    asked = ("tax", "us", "2026", "--json")
    assert [len(kept(*asked, *more).json["disposals"]) for more in ((), day)] == [2, 0]
    columns = ("tax", "compare", "us", "2026", "--json")
    assert kept(*columns).json[0]["short"] != kept(*columns, *day).json[0]["short"] == "0"
    sale = ("tax", "what-if", "BTC", "0.5", "--wallet", "bank", "--price", "90000", "--json")
    assert {row["lots"][0]["quantity"] for row in kept(*sale, *day).json} == {"0.5"}
    assert {row["lots"][0]["quantity"] for row in kept(*sale).json} == {"0.2"}
    assert kept("export", "positions", "--out", "then.csv", *day).code == 0
    assert "ETH" not in (kept.folder / "then.csv").read_text()
