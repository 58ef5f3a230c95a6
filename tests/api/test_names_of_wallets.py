"""One name may be several wallets: an address is one on each of its networks."""

import pytest

from api.desk import Desk
from api.jobs.bring import import_bytes
from api.jobs.coverage import coverage
from api.rules import rule_of
from ledger.model.errors import BadInput
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store
from tests.api.conftest import HEADER, ROWS

ADDRESS = "0x" + "ab" * 20
ONE, OTHER = Wallet("eip155:1", ADDRESS, "hot"), Wallet("eip155:10", ADDRESS, "hot")


@pytest.fixture
def desk(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'books.db'}") as store:
        store.funds.create(Fund("main", "USD", "us"))
        store.wallets.add("main", [ONE, OTHER])
        yield Desk(store, store.funds.get("main"))


@pytest.mark.parametrize("name", ["hot", "HOT", ADDRESS, ADDRESS.upper().replace("X", "x")])
def test_a_name_that_two_wallets_have_is_neither_of_them(desk, name):
    assert desk.wallets_called(name) == (OTHER, ONE)
    with pytest.raises(BadInput, match=f"{OTHER.id}, {ONE.id}: give the id"):
        desk.wallet_called(name)
    with pytest.raises(BadInput, match="give the id"):
        import_bytes(desk, [("main.csv", (HEADER + ROWS).encode())], wallet=name)
    with pytest.raises(BadInput, match="give the id"):
        rule_of(desk, "arbitrage", wallet=name)


def test_an_id_is_one_wallet_whatever_else_is_called_so(desk):
    desk.store.wallets.add("main", [Wallet("eip155:137", "0x" + "cd" * 20, OTHER.id)])
    assert desk.wallets_called(OTHER.id) == (OTHER,)
    assert desk.wallet_called(OTHER.id) == OTHER
    assert desk.wallet_called("nobody") is None


def test_what_is_asked_of_all_wallets_is_asked_of_each_of_a_name(desk):
    assert {row["network"] for row in coverage(desk, "hot")} == {"eip155:1", "eip155:10"}
