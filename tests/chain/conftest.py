"""Gives the tests of this folder a fresh node each, or the printed reason why there is none."""

import pytest

from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain


@pytest.fixture
def chain():
    """An empty chain number 1; the test is skipped, in CI failed, when anvil is missing."""
    require_anvil()
    with Anvil(chain_id=1) as node:
        yield Chain(node)
