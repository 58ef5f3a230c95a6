"""A key opens its fund for its scopes, and the store does not know it."""

import pytest

from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import run

KEY = "partita_0a1b2c3d_" + "s3cr3t" * 8


def test_a_key_opens_its_fund(store):
    added = store.keys.add("main", KEY, "dashboard", {"read", "import"})
    assert added.prefix == KEY[:16]
    assert added.scopes == {"read", "import"}
    assert store.keys.check(KEY) == added
    assert store.keys.all("main") == (added,)


def test_another_key_opens_nothing(store):
    store.keys.add("main", KEY, "dashboard", {"read"})
    for wrong in ("", KEY[:16], KEY[:-1], KEY + "x", KEY.upper(), "é", "a\0b"):
        assert store.keys.check(wrong) is None


def test_a_revoked_key_opens_nothing(store):
    store.keys.add("main", KEY, "dashboard", {"read"})
    store.keys.revoke("main", KEY[:16])
    assert store.keys.check(KEY) is None
    assert store.keys.all("main")[0].revoked_at is not None
    with pytest.raises(NotFound):
        store.keys.revoke("main", "partita_ffffffff")


def test_a_fund_does_not_revoke_the_key_of_another(store):
    store.funds.create(Fund("other"))
    store.keys.add("main", KEY, "dashboard", {"read"})
    with pytest.raises(NotFound):
        store.keys.revoke("other", KEY[:16])
    assert store.keys.all("other") == ()
    assert store.keys.check(KEY).fund == "main"


def test_a_prefix_is_taken_once(store):
    store.keys.add("main", KEY, "one", {"read"})
    with pytest.raises(Conflict):
        store.keys.add("main", KEY[:16] + "x" * 40, "two", {"read"})


@pytest.mark.parametrize(
    ("key", "scope"), [("short", "read"), (KEY, "a b"), (KEY, ""), (KEY + " ", "a")]
)
def test_a_weak_or_broken_key_is_refused(store, key, scope):
    with pytest.raises(BadInput):
        store.keys.add("main", key, "label", {scope})


def test_the_key_itself_is_nowhere_in_the_database(store, url):
    store.keys.add("main", KEY, "dashboard", {"read"})
    assert KEY[16:] not in str(run(url, "SELECT * FROM api_key"))


def test_a_key_stays_after_the_store_is_opened_again(url):
    with open_store(url) as store:
        store.funds.create(Fund("main"))
        store.keys.add("main", KEY, "dashboard", {"read"})
    with open_store(url) as store:
        assert [key.label for key in store.keys.all("main")] == ["dashboard"]
        assert store.keys.check(KEY) == store.keys.all("main")[0]
