"""Across: both forms of its logs, both ends of the bridge."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.books import History, keep_books
from ledger.model.asset import Asset, erc20
from ledger.model.fund import Policy, Wallet
from ledger.model.position import Quote
from ledger.nav.positions import HELD, positions
from ledger.protocols import _across_pools, across
from tests.ledger import written
from tests.ledger.moves import START, activity, address, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

REFUND = "uint256,uint256,uint256[],uint32,uint32,address,address[]"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "V3FundsDeposited(address,address,uint256,uint256,uint256,uint32,uint32,uint32,uint32,"
        "address,address,address,bytes)": across.V3_FUNDS_DEPOSITED,
        "FundsDeposited(bytes32,bytes32,uint256,uint256,uint256,uint256,uint32,uint32,uint32,"
        "bytes32,bytes32,bytes32,bytes)": across.FUNDS_DEPOSITED,
        "FilledV3Relay(address,address,uint256,uint256,uint256,uint256,uint32,uint32,uint32,"
        "address,address,address,address,bytes,(address,bytes,uint256,uint8))": (
            across.FILLED_V3_RELAY
        ),
        "FilledRelay(bytes32,bytes32,uint256,uint256,uint256,uint256,uint256,uint32,uint32,"
        "bytes32,bytes32,bytes32,bytes32,bytes32,(bytes32,bytes32,uint256,uint8))": (
            across.FILLED_RELAY
        ),
        "FundsDeposited(uint256,uint256,uint256,int64,uint32,uint32,address,address,address,"
        "bytes)": across.V2_FUNDS_DEPOSITED,
        "FilledRelay(uint256,uint256,uint256,uint256,uint256,uint256,int64,int64,uint32,address,"
        "address,address,address,bytes,(address,bytes,int64,bool,int256))": across.FILLED_V2_RELAY,
        f"ExecutedRelayerRefundRoot({REFUND},address)": across.PAID_BACK[0],
        f"ExecutedRelayerRefundRoot({REFUND},bool,address)": across.PAID_BACK[1],
        "LiquidityAdded(address,uint256,uint256,address)": across.LIQUIDITY_ADDED,
        "LiquidityRemoved(address,uint256,uint256,address)": across.LIQUIDITY_REMOVED,
    }.items():
        assert hashes_to(signature, topic)


def deposit(topic, recipient="w"):
    data = ["U", "U2", 100, 99, 1, 2, 3, recipient, "zero", 320, 0]
    return log(4, "spoke", topic, 42161, 17, "w", data=data)


def fill(topic, updated=99):
    """The words of `FilledRelay`, or of `FilledV3Relay` with an empty message and its tuple."""
    words = ["U", "U2", 100, 99, 1, 2, 3, "zero", "w", "w"]
    if topic == across.FILLED_RELAY:
        words += [0, "w", 0, updated, 0]
    else:
        words += [12 * 32, 13 * 32, 0, "w", 4 * 32, updated, 0, 0]
    return log(4, "spoke", topic, 42161, 17, "relayer", data=words)


@pytest.mark.parametrize("topic", [across.V3_FUNDS_DEPOSITED, across.FUNDS_DEPOSITED])
def test_a_deposit_leaves_with_the_number_of_its_message(topic):
    event = only(activity("w > spoke 100 U", logs=[deposit(topic)]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "across")
    expected = f"expects:eip155:42161/{address('U2')}/99"
    assert event.note == f"message:1:17 to:eip155:42161:{address('w')} {expected}"


def test_what_a_router_swapped_before_the_deposit_left_with_it():
    one = activity("w > router 500 A; router > spoke 100 U", logs=[deposit(across.FUNDS_DEPOSITED)])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "across")
    assert [leg.quantity for leg in event.legs] == [-500]
    assert event.note.startswith("message:1:17 ")


def test_a_deposit_of_coin_is_recognised():
    one = activity(
        "w > spoke 100 ETH; spoke > U 100 ETH",
        logs=[deposit(across.FUNDS_DEPOSITED)],
        called="spoke",
    )
    assert only(one, PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize("topic", [across.FILLED_V3_RELAY, across.FILLED_RELAY])
def test_a_fill_arrives_with_the_number_of_its_message(topic):
    one = activity("relayer > w 99 U2", logs=[fill(topic)], caller="relayer", called="spoke")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_in", "message:42161:17")


@pytest.mark.parametrize("topic", [across.FILLED_V3_RELAY, across.FILLED_RELAY])
def test_a_fill_of_an_agreed_smaller_amount_is_recognised(topic):
    one = activity("relayer > w 95 U2", logs=[fill(topic, 95)], caller="relayer", called="spoke")
    assert only(one, PROTOCOLS).kind == "bridge_in"


def test_what_a_relayer_pays_to_others_is_not_ours():
    one = activity("relayer > x 99 U2; x > w 1 U2", logs=[fill(across.FILLED_RELAY)], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_deposit_of_the_second_version_leaves_with_its_number():
    data = [100, 1, 5, 9, "U", "w", 224, 0]
    told = log(4, "spoke", across.V2_FUNDS_DEPOSITED, 10, 17, "w", data=data)
    event = only(activity("w > spoke 100 U", logs=[told]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "across")
    assert event.note == f"message:1:17 to:eip155:10:{address('w')} expects:eip155:10/*/*"


def filled(recipient="w"):
    data = [100, 100, 100, 1, 1, 2, 3, "U", "relayer", recipient, 0, 0, 0, 0, 0]
    return log(4, "spoke", across.FILLED_V2_RELAY, 10, 17, "w", data=data)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("relayer > w 97 U", "bridge_in"),
        ("spoke > w 97 ETH", "bridge_in"),
        # more than was filled, or from somebody else
        ("relayer > w 101 U", "receive"),
        ("x > w 97 U", "receive"),
        ("relayer > w 97 V", "receive"),
    ],
)
def test_a_fill_of_the_second_version_arrives_less_its_fees(text, kind):
    one = activity(text, logs=[filled()], caller="relayer", called="spoke")
    assert only(one, PROTOCOLS).kind == kind
    others = activity("relayer > w 97 U", logs=[filled("x")], caller="relayer", called="spoke")
    assert only(others, PROTOCOLS).kind == "receive"


@pytest.mark.parametrize(
    ("topic", "text", "kind"),
    [
        (across.LIQUIDITY_ADDED, "w > hub 100 U; zero > w 95 LP", "pool_deposit"),
        (across.LIQUIDITY_ADDED, "w > hub 100 ETH; zero > w 95 LP", "pool_deposit"),
        (across.LIQUIDITY_REMOVED, "w > zero 95 LP; hub > w 100 U", "pool_withdraw"),
    ],
)
def test_liquidity_for_relayers_has_shares(topic, text, kind):
    told = log(4, "hub", topic, "U", "w", data=[100, 95])
    event = only(activity(text, logs=[told], called="hub"), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "across")
    less = log(4, "hub", topic, "U", "w", data=[99, 94])
    assert only(activity(text, logs=[less], called="hub"), PROTOCOLS).protocol is None


def relayed(recipient="x"):
    """A fill that the fund's wallet paid, of 99 U2."""
    data = ["U", "U2", 100, 99, 1, 2, 3, "zero", "x", recipient, 0, recipient, 0, 99, 0]
    return log(5, "spoke", across.FILLED_RELAY, 10, 77, "w", data=data)


@pytest.mark.parametrize("text", ["w > x 99 U2", "w > spoke 99 U2"])
def test_what_the_fund_pays_out_as_a_relayer_waits_to_be_paid_back(text):
    event = only(activity(text, logs=[relayed()], called="spoke"), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("order_fill", "across", 1)
    event = only(activity("w > w1 99 U2", logs=[relayed("w1")], called="spoke"), PROTOCOLS)
    assert event.kind == "own_transfer"


@pytest.mark.parametrize(("topic", "rest"), [*zip(across.PAID_BACK, ((), (0,)), strict=True)])
def test_a_relayer_is_paid_back_by_the_pool_of_the_network_alone(topic, rest):
    offset = 32 * (5 + len(rest))
    data = [0, offset, "U2", offset + 64, *rest, "worker", 1, 99, 1, "w"]
    for pool, kind in ((_across_pools.POOLS["eip155:1"], "order_fill"), ("evil", "receive")):
        told = log(5, pool, topic, 10, 1, 3, data=data)
        one = activity(f"{pool} > w 99 U2", logs=[told], caller="worker", called=pool, fee=0)
        assert only(one, PROTOCOLS).kind == kind
    told = log(5, _across_pools.POOLS["eip155:1"], topic, 10, 1, 3, data=data)
    text = f"{_across_pools.POOLS['eip155:1']} > w 98 U2"
    other = activity(text, logs=[told], caller="worker", fee=0)
    assert only(other, PROTOCOLS).kind == "receive"


# ---- a relayer's fills and what he was paid back ------------------------------------------------

BASE, MAIN = "eip155:8453", "eip155:1"
POOL = _across_pools.POOLS[MAIN]
USD = {network: erc20(network, address(name)) for network, name in ((BASE, "U2"), (MAIN, "U1"))}
RELAYER = [Wallet(network, address("w"), f"w-{network[7:]}") for network in (BASE, MAIN)]


def gave(number, units, pool=_across_pools.POOLS[BASE]):
    """The relayer pays `units` of a dollar on Base to somebody."""
    data = ["U1", "U2", units + 1, units, 1, 2, 3, "zero", "x", "x", 0, "x", 0, units, 0]
    told = (5, pool, across.FILLED_RELAY, (10, 70 + number, "w"), data)
    return written.transaction(number, f"w > x {units} U2", [told], BASE, called=pool, fee=0)


def paid_back(number, units, pool=POOL):
    """The pool of Ethereum pays him `units` of its dollar back."""
    data = [0, 160, "U1", 224, "worker", 1, units, 1, "w"]
    told = (5, pool, across.PAID_BACK[0], (10, 1, 3), data)
    text = f"{pool} > w {units} U1"
    return written.transaction(number, text, [told], MAIN, caller="worker", called=pool, fee=0)


def books_of(*transactions, symbols=("USDC", "USDC"), decimals=(0, 0)):
    bought = written.transaction(0, "w > y 900 Z; y > w 1_000 U2", (), BASE, fee=0)
    assets = [
        Asset(token, symbol, places)
        for token, symbol, places in zip(USD.values(), symbols, decimals, strict=True)
    ]
    dollars = [
        Quote(token, START - timedelta(hours=1), Decimal(1), "USD", "list")
        for token in USD.values()
    ]
    told = History(tuple(RELAYER), (bought, *transactions), (), tuple(assets), (), tuple(dollars))
    return keep_books(told, Policy(), written.Written())


def worth(books, number):
    """Dollars that the fund has after transaction `number`, what is owed to it among them."""
    ours = {asset.id for asset in books.assets.values() if asset.symbol == "USDC"}
    return sum(
        posting.quantity
        for entry in books.entries
        for posting in entry.postings
        if posting.account.type in HELD and posting.asset in ours and entry.order[2] <= number
    )


def earned(books):
    return [
        (entry.order[2], -posting.quantity)
        for entry in books.entries
        for posting in entry.postings
        if posting.account.path == "income:trading"
    ]


def test_what_a_relayer_paid_out_is_owed_to_him_until_it_comes_back_with_his_fee():
    books = books_of(gave(1, 99), paid_back(2, 100))
    assert [worth(books, number) for number in (0, 1, 2)] == [1_000, 1_000, 1_001]
    assert earned(books) == [(2, 1)]
    assert not [one for one in positions(books.entries) if "/position:" in one.asset]


def test_one_sum_may_pay_back_many_fills():
    books = books_of(gave(1, 99), gave(2, 198), gave(3, 49), paid_back(4, 350))
    assert (earned(books), worth(books, 4)) == ([(4, 4)], 1_004)


def test_what_comes_back_is_first_of_all_what_was_paid_out():
    # 1 is earned with the first sum, which only the second shows: never too much is
    books = books_of(gave(1, 99), gave(2, 199), paid_back(3, 100), paid_back(4, 200))
    assert [worth(books, number) for number in (2, 3, 4)] == [1_000, 1_000, 1_002]
    assert earned(books) == [(4, 2)]


def accounts(books, number):
    """The accounts that transaction `number` touched."""
    return {
        posting.account.path
        for entry in books.entries
        if entry.order[2] == number
        for posting in entry.postings
    }


def test_a_sum_that_covers_no_fill_that_is_known_has_no_known_basis():
    # in escrow it would be a debt of the bridge to nobody, and its cost made up
    for books in (
        books_of(paid_back(2, 100)),
        books_of(gave(1, 99), paid_back(2, 100), symbols=("USDC", "DAI")),
        books_of(gave(1, 99), paid_back(2, 100), decimals=(0, 6)),
    ):
        assert earned(books) == []
        assert "suspense:unmatched" in accounts(books, 2)
        assert not any(path.startswith("transit:") for path in accounts(books, 2))
        assert "unmatched_transfer" in {problem.code for problem in books.problems}


@pytest.mark.parametrize(("units", "income"), [(110, [(2, 11)]), (111, []), (9_000, [])])
def test_what_is_too_much_for_a_fee_is_for_fills_that_the_books_do_not_know(units, income):
    books = books_of(gave(1, 99), paid_back(2, units))
    assert earned(books) == income
    assert ("suspense:unmatched" in accounts(books, 2)) == (not income)
    open_ = [one.quantity for one in positions(books.entries) if "/position:" in one.asset]
    assert open_ == ([] if income else [99])


def test_another_pool_pays_nothing_back():
    books = books_of(gave(1, 99), paid_back(2, 100, "0x" + "ab" * 20))
    assert earned(books) == []
    (owed,) = [one for one in positions(books.entries) if "/position:" in one.asset]
    assert owed.quantity == 99


def test_cost_and_date_go_with_what_was_paid_out_and_come_back():
    books = books_of(gave(1, 99), paid_back(2, 100))
    assert {one.entry for one in books.booking.disposals} <= {books.entries[0].id}
    (old, new) = sorted(
        (lot for lot in books.booking.open if lot.asset == USD[MAIN]), key=lambda lot: -lot.quantity
    )
    assert (old.quantity, new.quantity) == (99, 1)
    assert old.acquired == START and new.acquired == START + timedelta(minutes=2)
