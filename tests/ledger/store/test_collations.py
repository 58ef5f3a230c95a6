"""Names that begin alike are found letter by letter, by whatever rules a database sorts texts."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text

from ledger.model.fund import Fund
from ledger.store import Store, open_store, upgrade
from tests.ledger.store import postgres
from tests.ledger.store.cases import entry, plain

#: Sorted as in a dictionary: punctuation does not count.
DICTIONARY = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-u-ka-shifted' LOCALE 'C'"
#: What a range of texts from `part:` to the last letter takes for such a name under these rules.
NAMES = ("part:", "part:a", "part:B", "part", "parts", "Part:a", "part_a", "party:a", "part%", "q")


@pytest.fixture
def dictionary_url(postgres_server: str) -> Iterator[str]:
    with psycopg.connect(postgres_server) as connection:
        if connection.info.server_version < 150_000:
            pytest.skip("databases have rules of a language of their own from PostgreSQL 15 on")
    name = f"partita_dictionary_{os.getpid()}"
    try:
        with postgres.database(postgres_server, name, "template0", DICTIONARY) as url:
            upgrade(url)
            yield url
    except psycopg.errors.FeatureNotSupported as fault:
        pytest.skip(f"this server knows no rules of languages: {fault}")


@pytest.fixture(params=["sqlite_url", "postgres_url", "dictionary_url"])
def sorted_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with open_store(request.getfixturevalue(request.param)) as opened:
        opened.funds.create(Fund("main"))
        yield opened


def test_the_rules_of_this_database_pass_over_punctuation(dictionary_url):
    with plain(dictionary_url) as connection:
        range_of_texts = text("SELECT 'parts' >= 'part:' AND 'parts' < 'part:\U0010ffff'")
        assert connection.execute(range_of_texts).scalar_one()


def test_entries_are_named_by_how_their_ids_begin(sorted_store):
    sorted_store.journal.append(
        "main", [entry(f"{name}#0", after=place) for place, name in enumerate(NAMES)]
    )
    found = [each.id for each in sorted_store.journal.live_named("main", "part:")]
    assert found == ["part:#0", "part:a#0", "part:B#0"]


def test_parts_are_named_by_how_their_names_begin(sorted_store):
    sorted_store.keeping.put_parts("main", {name: name.encode() for name in NAMES})
    assert sorted_store.keeping.parts("main", "part:") == {
        name: name.encode() for name in ("part:", "part:B", "part:a")
    }
    assert len(sorted_store.keeping.parts("main", "")) == len(NAMES)


def test_a_sign_that_stands_for_others_stands_for_itself(sorted_store):
    sorted_store.keeping.put_parts("main", {name: name.encode() for name in NAMES})
    assert sorted_store.keeping.parts("main", "part_") == {"part_a": b"part_a"}
    assert sorted_store.keeping.parts("main", "part%") == {"part%": b"part%"}
    assert sorted_store.keeping.parts("main", "/") == {}


def test_entries_that_begin_alike_are_found_by_an_index_where_bytes_are_sorted(postgres_url):
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry(f"tx:{n}#0", after=n) for n in range(1, 300)])
    asked = "EXPLAIN SELECT n FROM entry WHERE fund_id = 1 AND id LIKE 'adjust:' || '%' ESCAPE '/'"
    with plain(postgres_url) as connection:
        connection.execute(text("ANALYZE entry"))
        connection.execute(text("SET enable_seqscan = off"))
        lines = [row[0] for row in connection.execute(text(asked))]
    assert any("Index Cond" in line and ">= 'adjust:'" in line for line in lines), lines
