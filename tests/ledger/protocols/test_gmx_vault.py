"""GMX's first version from the request to the close: collateral in dollars, costs and result."""

import pytest
from eth_utils.crypto import keccak

from ledger.model.amount import MONEY_ONE
from ledger.model.asset import position
from ledger.model.evidence import Question
from ledger.protocols import _gmx_vault as vault
from ledger.protocols import gmx
from ledger.transport import Transport, json_rpc
from tests.ledger import moves
from tests.ledger.chains.evm.bodies import ALICE, BOB, TOKEN, word
from tests.ledger.moves import address
from tests.ledger.protocols.gmx_books import (
    ARBITRUM,
    COIN,
    FUNDED,
    USDC,
    account,
    books_of,
    codes,
    executed,
    kinds,
    left,
    nav_of,
    result,
    transaction,
)
from tests.ledger.web_server import rpc, served

DOLLAR = 10**30
VAULT = next(place for network, place in gmx.VAULTS if network == ARBITRUM)
ROUTER = "0xb87a436b93ffe9d75c5cfa7bacfff96430b09868"
KEY = 77
KEPT = position(ARBITRUM, "gmx", f"{VAULT}.{address('U')}.{address('E')}.long")
WAITING = position(ARBITRUM, "gmx", f"requests.erc20:{address('U')}")


def asked(number, units=100):
    """A request that gives so much, and 5 of the coin for the keeper."""
    data = [416, "E", units, 0, 900 * DOLLAR, 1, 0, 5, 0, 0, 0, 0, 0, 1, "U"]
    return transaction(
        number,
        f"w > {ROUTER} 5 ETH; w > {ROUTER} {units} U",
        [(5, ROUTER, gmx.CREATE_INCREASE, ("w",), data)],
        called=ROUTER,
    )


def cancelled(number, units=100):
    data = [320, "E", units, 0, 900 * DOLLAR, 1, 0, 5, 0, 0, 1, "U"]
    told = (5, ROUTER, gmx.CANCEL_INCREASE, ("w",), data)
    return executed(number, f"{ROUTER} > w {units} U", told)


def vaulted(topic, *data, index=8):
    return (index, VAULT, topic, (), data)


def taken(fee, index=6):
    return vaulted(vault.COLLECT_MARGIN_FEES, "U", fee * DOLLAR, fee, index=index)


def increased(number, collateral=100, fee=2, units=100):
    """A keeper did what was asked for."""
    words = [KEY, "w", "U", "E", collateral * DOLLAR, 900 * DOLLAR, 1, 1, fee * DOLLAR]
    done = [320, "E", units, 0, 900 * DOLLAR, 1, 0, 5, 0, 0, 1, "U"]
    return executed(
        number,
        "",
        taken(fee),
        vaulted(vault.INCREASE_POSITION, *words),
        (9, ROUTER, gmx.EXECUTE_INCREASE, ("w",), done),
    )


def decreased(number, text, result, *, fee=2, after=None, delta=98):
    """A keeper made a position smaller, or closed it."""
    words = [KEY, "w", "U", "E", delta * DOLLAR, 900 * DOLLAR, 1, 1, fee * DOLLAR]
    rest = (0 if after is None else after) * DOLLAR
    ended = vault.CLOSE_POSITION if after is None else vault.UPDATE_POSITION
    return executed(
        number,
        text,
        taken(fee),
        vaulted(vault.UPDATE_PNL, KEY, int(result > 0), abs(result) * DOLLAR, index=7),
        vaulted(vault.DECREASE_POSITION, *words),
        vaulted(ended, KEY, 1, rest, 1, 1, 1, 1, index=9),
    )


OPENED = (*FUNDED, asked(3), increased(4))


def test_what_was_given_waits_and_comes_back_where_it_is_cancelled():
    waiting = books_of(*FUNDED, asked(3))
    assert left(waiting) == {WAITING: 100}
    back = books_of(*FUNDED, asked(3), cancelled(4))
    assert left(back) == {}
    assert codes(back, 3, 4) == []


def test_an_open_position_holds_dollars_less_the_fee():
    books = books_of(*OPENED)
    assert kinds(books, 4) == ["perp_open"]
    assert left(books) == {KEPT: 98 * DOLLAR}
    assert account(books, "expense:service_fee")[KEPT] == 2 * DOLLAR
    assert nav_of(books, moves.START, KEPT) == 98 * MONEY_ONE
    assert account(books, "transit:escrow:gmx") == {}


@pytest.mark.parametrize(("gained", "paid"), [(30, 126), (-30, 66), (1, 97), (0, 96)])
def test_a_close_leaves_nothing_and_its_result_is_that_of_the_vault(gained, paid):
    books = books_of(*OPENED, decreased(6, f"{VAULT} > w {paid} U", gained))
    assert kinds(books, 6) == ["perp_close"]
    assert left(books) == {}
    # what came, less the 98 that were left, is the result less the fee of closing
    assert result(books) == ([gained - 2] if gained else [])
    assert account(books, "expense:service_fee")[KEPT] == 4 * DOLLAR
    assert codes(books, 6) == []


def test_part_of_a_position_is_paid_out_and_the_rest_stays():
    books = books_of(*OPENED, decreased(6, f"{VAULT} > w 38 U", -10, after=48, delta=40))
    assert kinds(books, 6) == ["perp_change"]
    assert left(books) == {KEPT: 48 * DOLLAR}


def test_collateral_may_be_paid_out_in_another_asset():
    books = books_of(*OPENED, decreased(6, f"{VAULT} > w 12 ETH", 24))
    assert left(books) == {}
    assert codes(books, 6) == []
    held = account(books, f"asset:{ARBITRUM}:{address('w')}")
    assert held[COIN] > 0 and USDC in held


def test_a_liquidation_loses_what_was_left():
    words = [KEY, "w", "U", "E", 1, 900 * DOLLAR, 3 * DOLLAR, 0, 0, 1]
    books = books_of(*OPENED, executed(6, "", taken(1), vaulted(vault.LIQUIDATE_POSITION, *words)))
    assert kinds(books, 6) == ["perp_close"]
    assert left(books) == {}
    assert result(books) == [-98]


def test_what_went_to_somebody_else_is_no_loss():
    books = books_of(*OPENED, decreased(6, "", 30))
    assert kinds(books, 6) == ["send"]
    assert account(books, "income:trading") == {}


def test_another_vault_and_another_account_say_nothing_of_the_position():
    other = executed(
        6, "", (8, "evil", vault.LIQUIDATE_POSITION, (), [KEY, "w", "U", "E", 1, 1, 1, 0, 0, 1])
    )
    assert left(books_of(*OPENED, other)) == {KEPT: 98 * DOLLAR}


# ---- what it would pay


def answer(held, delta=(1, 7 * DOLLAR), rates=(5_000,), reference=None):
    said = {vault.GET_POSITION: held, vault.GET_DELTA: delta, vault.FUNDING_RATES: rates}

    def handle(request):
        if isinstance(request, list):
            return [handle(each) for each in request]
        call, block = request["params"]
        assert (call["to"], block) == (VAULT, "0x64")
        words = said[call["data"][:10]]
        value = "0x" + "".join(map(word, words))
        return {"jsonrpc": "2.0", "id": request["id"], "result": value}

    asset = position(ARBITRUM, "gmx", reference or f"{VAULT}.{TOKEN}.{BOB}.long")
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            question = Question("balance", f"{ARBITRUM}:{ALICE}|{asset}", 100)
            return gmx.fetch_position(json_rpc(transport, server.url), question).value()
    finally:
        transport.close()


HELD = (900 * DOLLAR, 98 * DOLLAR, 1, 4_000, 1, 0, 0, 1)


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("getPosition(address,address,address,bool)", vault.GET_POSITION),
        ("getPositionDelta(address,address,address,bool)", vault.GET_DELTA),
        ("cumulativeFundingRates(address)", vault.FUNDING_RATES),
    ],
)
def test_selectors_are_the_hashes_of_their_signatures(signature, selector):
    assert "0x" + keccak(text=signature).hex()[:8] == selector


def test_collateral_and_result_less_borrowing_would_be_paid():
    # 900 × 1,000 / 10⁶ = 0.9 dollars of borrowing
    cents = MONEY_ONE // 10
    said = {"quantity": str(98 * DOLLAR), "assets": ["iso4217:USD"]}
    assert answer(HELD) == said | {"amounts": [str(98 * MONEY_ONE + 7 * MONEY_ONE - 9 * cents)]}
    lost = answer(HELD, delta=(0, 200 * DOLLAR))
    assert lost["amounts"] == ["0"]


def test_what_ended_holds_nothing_and_a_request_is_no_answer():
    ended = answer((0,) * 8)
    assert (ended["quantity"], ended["amounts"]) == ("0", ["0"])
    assert answer(HELD[:7]) is None
    assert answer(HELD, reference="requests.erc20:0x01") is None
