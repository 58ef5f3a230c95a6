"""Whatever is done in whatever order, both databases hold what plain dictionaries hold (P1–P7)."""

from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.ledger.store.machine import StoreMachine


def check_histories(urls: tuple[str, str], examples: int, steps: int) -> None:
    """So many histories of so many steps on one database of each kind."""
    run_state_machine_as_test(
        partial(StoreMachine, *urls),  # type: ignore[arg-type]  # anything that makes one will do
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_both_databases_hold_what_dictionaries_hold(sqlite_url, postgres_url):
    check_histories((sqlite_url, postgres_url), examples=6, steps=20)


@pytest.mark.torture
def test_both_databases_hold_what_dictionaries_hold_after_long_histories(sqlite_url, postgres_url):
    check_histories((sqlite_url, postgres_url), examples=120, steps=40)
