"""What every test is given: a profile for properties, the seed of the run, the shared folder."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Verbosity, settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# The suite draws the same examples each time, so that a failure is a change of the code.
settings.register_profile(
    "suite", derandomize=True, deadline=None, max_examples=60, print_blob=True
)
# Torture draws new ones from the seed in the header, many of them.
settings.register_profile(
    "torture",
    deadline=None,
    max_examples=3000,
    print_blob=True,
    verbosity=Verbosity.normal,
    suppress_health_check=[HealthCheck.too_slow],
)
PROFILE = os.environ.get("PARTITA_HYPOTHESIS_PROFILE", "suite")
settings.load_profile(PROFILE)


def pytest_report_header(config: pytest.Config) -> str:
    return f"partita: property profile {PROFILE}, seed {_seed(config)}, shared folder {_found()}"


def _seed(config: pytest.Config) -> int:
    given = config.getoption("--hypothesis-seed")
    return int(given) if given and str(given).isdigit() else 0


def _found() -> str:
    return "there" if SHARED.is_dir() else "absent"


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """The seed of this run, for tests that draw by themselves: 0 unless --hypothesis-seed says."""
    return _seed(pytestconfig)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder shared is not beside the project")
    return SHARED


@pytest.fixture(autouse=True)
def _recursion_is_bounded():
    """Libraries of the chain raise the limit on import; nested JSON would then crash."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(min(limit, 3_000))
    yield
    sys.setrecursionlimit(limit)
