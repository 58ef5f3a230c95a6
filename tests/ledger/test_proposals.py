"""What is proposed as the other side of a move is what going through all events would find."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.link.expected import COIN, expected, family, note_words, wrapped_coin
from ledger.link.missing import missing
from ledger.link.sizes import Sizes
from ledger.model.asset import erc20, native
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id

ETHEREUM, OPTIMISM, VENUE = "eip155:1", "eip155:10", "venue:bank"
ADDRESS, OTHER, TOKEN, COUSIN = (f"0x{number:040x}" for number in (0xA, 0xB, 0xC, 0xD))
WRAPPED = str(wrapped_coin(OPTIMISM)).rpartition(":")[2]
HOUR = 3600 * 1_000_000
START = datetime(2024, 3, 1, tzinfo=UTC)


def made(number, hours, kind, network, legs, note=""):
    """An event some hours after the start; a leg is (address, token or coin, quantity)."""
    name = f"{network}/tx:{number:02d}"
    return Event(
        name, kind, START + timedelta(hours=hours), (hours * HOUR, network, number, 0, name),
        network, f"0x{number:02x}", (name,),
        tuple(
            Leg(wallet_id(at, owner), asset(network, token), units)
            for at, owner, token, units in legs
        ),
        note=note,
    )  # fmt: skip


def asset(network, token):
    return native(network) if token == COIN else erc20(network, token)


# ---- as one would look without an index ----------------------------------------------------------


def is_token(wanted, leg, came):
    coin, wrapped = native(came.network), wrapped_coin(came.network)
    named = {coin if token == COIN else erc20(came.network, token) for token in wanted.tokens}
    if wrapped is not None and named & {coin, wrapped}:
        named |= {coin, wrapped}
    if note_words(came).get("unwraps") in wanted.tokens:
        named.add(coin)
    return not wanted.tokens or leg.asset in named


def is_size(wanted, quantity):
    powers = [10**places for places in range(19)] if wanted.scaled else [1]
    return any(
        units >= wanted.least * unit and (wanted.most is None or units <= wanted.most * unit)
        for power in powers
        for units, unit in ((quantity * power, 1), (quantity, power))
    )


def by_address(out, arrivals):
    wanted, (network, _, address) = expected(out), note_words(out).get("to", "").rpartition(":")
    for one in arrivals:
        came = [leg for leg in one.legs if leg.quantity > 0]
        inside = 0 <= one.order[0] - out.order[0] <= 14 * 24 * HOUR
        there = any(leg.wallet == wallet_id(network, address) for leg in came)
        right = wanted is not None and wanted.least and wanted.network in {"", one.network}
        fits = [leg for leg in came if right and is_token(wanted, leg, one)]
        if inside and there and any(is_size(wanted, leg.quantity) for leg in fits):
            yield one.order[0], one.id


def alike(out, arrivals):
    for one in arrivals:
        if one.kind != "bridge_in" or one.network == out.network:
            continue
        for leg in out.legs:
            name = family(leg.asset, out.network)
            total = sum(
                each.quantity
                for each in one.legs
                if each.quantity > 0 and family(each.asset, one.network) == name
            )
            inside = 0 <= one.order[0] - out.order[0] <= 24 * HOUR
            kept = -95 * leg.quantity <= 100 * total <= -100 * leg.quantity
            if leg.quantity < 0 and name is not None and inside and kept:
                yield one.order[0], one.id


def same_size(event, events):
    other = {"send": "receive", "receive": "send"}[event.kind]
    for one in events:
        away = abs(one.order[0] - event.order[0])
        alike_assets = {leg.asset for leg in one.legs} == {leg.asset for leg in event.legs}
        sizes = [abs(sum(leg.quantity for leg in each.legs)) for each in (one, event)]
        if one.kind == other and alike_assets and sizes[0] == sizes[1] and away <= 24 * HOUR:
            yield away, one.id


def tails(events):
    """Event → what its problem should say of a candidate."""
    arrivals = [one for one in events if one.kind != "send"]
    found = {}
    for one in events:
        if one.kind == "bridge_out":
            near = min(by_address(one, arrivals), default=None)
            far = min(alike(one, arrivals), default=None)
            found[one.id] = f"{near[1]} fits by" if near else f"{far[1]} looks alike" if far else ""
        elif one.kind != "bridge_in" and one.note.startswith("stated:"):
            near = min(same_size(one, events), default=None)
            found[one.id] = f"{near[1]} has the same size" if near else ""
    return found


# ---- random histories ----------------------------------------------------------------------------

HOURS = st.sampled_from([0, 1, 2, 24, 25, 26, 335, 336, 337, 338])
UNITS = st.sampled_from([1, 94, 95, 99, 100, 101, 9_900, 10_000, 10**18, 99 * 10**16])
TOKENS = st.sampled_from([TOKEN, COUSIN, COIN, WRAPPED])
EXPECTS = st.builds(
    "expects:{}/{}/{}".format,
    st.sampled_from([OPTIMISM, "*"]),
    st.sampled_from(["*", TOKEN, f"{TOKEN}|{COUSIN}", COIN, WRAPPED]),
    st.builds("{}{}".format, st.sampled_from(["", "~"]), UNITS)
    | st.builds("{}+".format, UNITS)
    | st.sampled_from(["*", "95-100", "~95-100", "~99+"]),
)


@st.composite
def histories(draw):
    events = []
    for number in range(draw(st.integers(1, 14))):
        hours, units, token = draw(HOURS), draw(UNITS), draw(TOKENS)
        kind = draw(st.sampled_from(["bridge_out", "bridge_out", "bridge_in", "receive", "send"]))
        owner = draw(st.sampled_from([ADDRESS, OTHER]))
        if kind == "bridge_out":
            to = f"to:{OPTIMISM}:{draw(st.sampled_from([ADDRESS, OTHER]))}"
            note = f"{draw(EXPECTS)} {to}"
            events.append(
                made(number, hours, kind, ETHEREUM, [(ETHEREUM, ADDRESS, token, -units)], note)
            )
            continue
        network = draw(st.sampled_from([OPTIMISM, OPTIMISM, ETHEREUM, VENUE]))
        note = draw(st.sampled_from(["", f"unwraps:{TOKEN}", "stated:deposit"]))
        legs = [(OPTIMISM, owner, token, -units if kind == "send" else units)]
        if kind != "send" and draw(st.booleans()):
            other = draw(st.sampled_from([ADDRESS, OTHER]))
            legs.append((OPTIMISM, other, draw(TOKENS), draw(UNITS)))
        events.append(made(number, hours, kind, network, legs, note))
    return sorted(events, key=lambda one: (one.order, one.id))


@given(histories())
def test_a_proposal_is_the_first_of_all_that_fit(events):
    problems = {one.source: one.message for one in missing(events, {})[1]}
    for name, tail in tails(events).items():
        said = problems[name].partition("; ")[2]
        assert said.startswith(tail) and bool(said) == bool(tail), (name, said, tail)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc"), st.integers(1, 9)), max_size=40),
    st.tuples(
        st.integers(0, 9), st.integers(0, 9), st.integers(0, 10), st.none() | st.integers(0, 10)
    ),
)
def test_the_first_of_a_size_is_found_without_going_through_all(came, asked):
    begin, end, least, most = asked
    sizes = Sizes()
    for one in came:
        sizes.add(*one)
    fits = [
        (time, name)
        for time, name, size in came
        if begin <= time <= end and least <= size <= (size if most is None else most)
    ]
    assert sizes.first(begin, end, least, most) == min(fits, default=None)


def test_of_two_that_are_as_near_the_one_of_the_smaller_id_is_proposed():
    leg = (OPTIMISM, ADDRESS, TOKEN, 5)
    came = [made(number, hours, "receive", OPTIMISM, [leg]) for number, hours in ((1, 0), (0, 0))]
    sent = made(2, 1, "send", OPTIMISM, [(OPTIMISM, ADDRESS, TOKEN, -5)], "stated:withdrawal")
    late = made(3, 2, "receive", OPTIMISM, [leg])
    (problem,) = missing([*came, sent, late], {})[1]
    assert problem.message.endswith(f"; {came[1].id} has the same size")
