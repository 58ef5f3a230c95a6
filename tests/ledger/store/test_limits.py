"""Limits stay as they were declared, and breaches as they were seen, on both databases."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.exc import DatabaseError

from ledger.model.activity import iso
from ledger.model.errors import BadInput, Conflict, NotFound, VerificationFailed
from ledger.model.fund import Fund
from ledger.model.limit import Limit
from ledger.store import Finding, open_store
from ledger.store.schema import migrate
from tests.ledger.store.cases import START, plain, run

LIMIT = Limit("drawdown", "drawdown", "most", Decimal("0.1"), "Ann", "the mandate says so")
BEYOND = Finding("drawdown", "0.2", beyond=True, within=False)
BETWEEN = Finding("drawdown", "0.099", beyond=False, within=False)
WITHIN = Finding("drawdown", "0.01", beyond=False, within=True)


@pytest.fixture
def limited(store):
    store.limits.declare("main", LIMIT)
    return store


def opened(store):
    (breach,) = store.limits.found("main", START, [BEYOND])
    return breach


def test_a_limit_comes_back_as_it_was_declared_and_a_later_one_of_its_name_replaces_it(url):
    times = iter(START + timedelta(seconds=second) for second in range(20))
    with open_store(url, clock=lambda: next(times)) as store:
        store.funds.create(Fund("main"))
        store.funds.create(Fund("other"))
        odd = replace(LIMIT, strategy="arb", parameters=(("b", "é"),), bound="least")
        first, second = store.limits.declare("main", LIMIT), store.limits.declare("main", odd)
        assert store.limits.declared("main") == (LIMIT, odd) == (first, second)
        assert store.limits.declared("main", first.declared_at) == (LIMIT,)
        assert store.limits.declared("other") == ()


def test_a_limit_without_who_or_why_is_refused(store):
    gone = (replace(LIMIT, by=" "), replace(LIMIT, reason=" "), replace(LIMIT, name=" "))
    for limit in gone:
        with pytest.raises(BadInput):
            store.limits.declare("main", limit)
    with pytest.raises(NotFound):
        store.limits.declare("main", replace(LIMIT, active=False))


def test_a_figure_that_dances_round_its_limit_is_one_breach(limited):
    breach = opened(limited)
    for found in (BETWEEN, BEYOND, BETWEEN, BEYOND):
        assert limited.limits.found("main", START, [found]) == ()
    assert limited.limits.breaches("main") == (breach,)
    (ended,) = limited.limits.found("main", START, [WITHIN])
    assert (ended.n, ended.state) == (breach.n, "ended")
    again = opened(limited)
    assert again.n != breach.n


def test_a_figure_that_was_never_beyond_opens_nothing(limited):
    assert limited.limits.found("main", START, [BETWEEN, WITHIN]) == ()
    unknown = Finding("nobody", "1", beyond=True, within=False)
    assert limited.limits.found("main", START, [unknown]) == ()


def test_a_breach_is_acknowledged_by_one_and_waived_by_another(limited):
    breach = opened(limited)
    with pytest.raises(Conflict, match="acknowledged before"):
        limited.limits.say("main", breach.n, "waived", "Bob", "fine")
    seen = limited.limits.say("main", breach.n, "acknowledged", "Ann", "I look")
    assert (seen.state, seen.is_to_be_looked_at) == ("acknowledged", True)
    for name in ("Ann", " ANN "):
        with pytest.raises(Conflict, match="another person"):
            limited.limits.say("main", breach.n, "waived", name, "fine")
    waived = limited.limits.say("main", breach.n, "waived", "Bob", "fine")
    assert (waived.state, waived.stands, waived.is_to_be_looked_at) == ("waived", True, False)
    for kind in ("acknowledged", "waived"):
        with pytest.raises(Conflict):
            limited.limits.say("main", breach.n, kind, "Eve", "again")
    assert limited.limits.found("main", START, [BEYOND]) == ()


def test_nothing_is_said_of_what_ended_or_is_not_there(limited):
    breach = opened(limited)
    limited.limits.found("main", START, [WITHIN])
    with pytest.raises(Conflict, match="ended"):
        limited.limits.say("main", breach.n, "acknowledged", "Ann", "late")
    with pytest.raises(NotFound):
        limited.limits.say("main", 99, "acknowledged", "Ann", "what")
    with pytest.raises(BadInput):
        limited.limits.say("main", breach.n, "acknowledged", "Ann", " ")


def test_a_limit_that_is_withdrawn_ends_its_breach(limited):
    breach = opened(limited)
    limited.limits.declare("main", replace(LIMIT, active=False, reason="another mandate"))
    (ended,) = limited.limits.found("main", START, [])
    assert (ended.n, ended.events[-1].reason) == (breach.n, "the limit was withdrawn")


def test_all_of_it_goes_into_the_outbox_in_order(limited):
    breach = opened(limited)
    limited.limits.say("main", breach.n, "acknowledged", "Ann", "I look")
    limited.limits.found("main", START, [WITHIN])
    told = limited.limits.outbox("main")
    assert [one.kind for one in told] == ["limit.breached", "limit.acknowledged", "limit.ended"]
    assert json.loads(told[0].body) == {
        "at": iso(START),
        "breach": breach.n,
        "by": "",
        "figure": "0.2",
        "limit": "drawdown",
        "reason": "",
    }
    assert limited.limits.outbox("main", told[1].n) == told[2:]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE limit_set SET level = '9'",
        "DELETE FROM limit_set",
        "UPDATE limit_event SET by_name = 'x'",
        "DELETE FROM limit_event",
        "UPDATE outbox SET body = ''",
        "DELETE FROM outbox",
    ],
)
def test_what_was_declared_or_said_is_never_changed(limited, url, change):
    opened(limited)
    with pytest.raises(DatabaseError, match="never"):
        run(url, change)


EVENT = (
    "INSERT INTO limit_event SELECT fund_id, {n}, name, {breach}, '{kind}', figure, books_at,"
    " '{name}', '{key}', 'r', recorded_at FROM limit_event WHERE n = 1"
)


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [
        ("waived", "Ann", "ann"),
        ("waived", "Ann", "bob"),
        ("waived", "Bob", "ann"),
        ("acknowledged", "Bob", "bob"),
        ("waived", "", ""),
    ],
)
def test_the_database_itself_keeps_maker_and_checker_apart(limited, url, kind, name, key):
    breach = opened(limited)
    limited.limits.say("main", breach.n, "acknowledged", "Ann", "I look")
    with pytest.raises(DatabaseError):
        run(url, EVENT.format(n=3, breach=1, kind=kind, name=name, key=key))
    run(url, EVENT.format(n=3, breach=1, kind="waived", name="Bob", key="bob"))
    assert limited.limits.breaches("main")[0].state == "waived"


def test_the_database_refuses_words_on_what_ended_and_a_breach_that_is_none(limited, url):
    opened(limited)
    limited.limits.found("main", START, [WITHIN])
    with pytest.raises(DatabaseError, match="ended"):
        run(url, EVENT.format(n=3, breach=1, kind="acknowledged", name="Ann", key="ann"))
    with pytest.raises(DatabaseError):
        run(url, EVENT.format(n=3, breach=9, kind="acknowledged", name="Ann", key="ann"))
    with pytest.raises(DatabaseError):
        run(url, EVENT.format(n=3, breach=1, kind="opened", name="", key=""))


def test_a_way_down_that_would_lose_limits_is_refused(limited, url):
    with pytest.raises(VerificationFailed, match="main"), plain(url) as connection:
        migrate(connection, "0019")
    assert limited.limits.declared("main") == (LIMIT,)


class Machine(RuleBasedStateMachine):
    """Whatever is measured and said in whatever order: the states are those of the model."""

    @initialize()
    def begin(self):
        self.store = open_store("sqlite://")
        self.store.funds.create(Fund("main"))
        self.store.limits.declare("main", LIMIT)
        self.state, self.by = "none", ""

    @rule(found=st.sampled_from([BEYOND, BETWEEN, WITHIN]))
    def check(self, found):
        touched = self.store.limits.found("main", START, [found])
        stands = self.state in {"open", "acknowledged", "waived"}
        if not stands and found.beyond:
            self.state, self.by = "open", ""
            assert [each.state for each in touched] == ["open"]
        elif stands and found.within:
            self.state = "ended"
            assert [each.state for each in touched] == ["ended"]
        else:
            assert touched == ()

    @rule(kind=st.sampled_from(["acknowledged", "waived"]), by=st.sampled_from(["Ann", "Bob"]))
    def say(self, kind, by):
        known = self.store.limits.breaches("main")
        if not known:
            return
        allowed = (kind == "acknowledged" and self.state == "open") or (
            kind == "waived" and self.state == "acknowledged" and by != self.by
        )
        if allowed:
            self.store.limits.say("main", known[-1].n, kind, by, "why")
            self.state, self.by = kind, by
        else:
            with pytest.raises(Conflict):
                self.store.limits.say("main", known[-1].n, kind, by, "why")

    @invariant()
    def the_last_breach_is_where_the_model_is(self):
        if not hasattr(self, "store"):
            return
        known = self.store.limits.breaches("main")
        assert (known[-1].state if known else "none") == self.state
        assert sum(each.stands for each in known) <= 1
        assert all(not each.stands for each in known[:-1])

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()


TestBreaches = Machine.TestCase
TestBreaches.settings = settings(
    max_examples=25, stateful_step_count=12, suppress_health_check=list(HealthCheck), deadline=None
)
