"""Histories with known figures in the shared folder: every one of them is answered as known."""

import importlib.util
import sys

import pytest

from tests.answered import answers_to

ASKED = ("id", "regime", "method", "settings", "currency", "years", "rows", "prices")


@pytest.fixture(scope="module")
def judged(shared):
    """The histories, and the judge of the shared folder."""
    folder, tool = shared / "evidence" / "tax", shared / "tools" / "score_tax.py"
    if not folder.is_dir() or not tool.is_file():
        pytest.skip("the tax histories are not in the shared folder")
    spec = importlib.util.spec_from_file_location("score_tax", tool)
    assert spec is not None and spec.loader is not None
    judge = importlib.util.module_from_spec(spec)
    sys.modules["score_tax"] = judge
    spec.loader.exec_module(judge)
    cases = [case for case in judge.load(str(folder)) if "out_of_scope" not in case]
    return judge, cases


def test_every_known_history_has_its_figures(judged):
    judge, cases = judged
    lines = [{key: case[key] for key in ASKED if key in case} for case in cases]
    answers = {answer["id"]: answer for answer in answers_to(*lines)}
    _, failures = judge.score(cases, answers)
    assert cases
    assert not failures
