"""Errors of what parts add to a tail as a whole: against other samples, and what adds nothing."""

import numpy as np
import pytest

from risk.contribution import METHODS, NO_TENTH, contributions
from risk.incremental import incremental_errors
from risk.measure import return_measures
from tests.risk.series import series, stated

NAMES = ("a", "b", "c")


def drawn(rng, days):
    common = rng.normal(0, 0.008, days)
    each = [common * size + rng.normal(0, spread, days) for size, spread in ((1, 0.01), (1, 0.02))]
    return np.column_stack([*each, rng.normal(0, 0.006, days) - common / 2])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_they_are_what_other_samples_differ_by(method, confidence):
    rng, figures, errors = np.random.default_rng(11), [], []
    for _ in range(120):
        found = contributions(NAMES, drawn(rng, 500), confidence, method, errors=True)
        if found.parts:
            figures.append([[p.incremental_var, p.incremental_es] for p in found.parts])
            errors.append(
                [
                    [stated(p.incremental_var_error), stated(p.incremental_es_error)]
                    for p in found.parts
                ]
            )
    assert len(figures) > 100
    told = np.mean(errors, axis=0) / np.std(figures, axis=0, ddof=1)
    assert (told > 0.75).all()
    assert (told < 1.35).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_part_that_does_nothing_adds_nothing_for_sure(method):
    parts = drawn(np.random.default_rng(3), 400)
    parts[:, 2] = 0
    found = incremental_errors(parts, 0.95, method)
    assert found.of_risk[2] == pytest.approx(0, abs=1e-9)
    assert found.of_shortfall[2] == pytest.approx(0, abs=1e-9)
    assert (found.of_risk[:2] > 0).all()
    assert (found.of_shortfall[:2] > 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_part_that_is_all_of_it_is_as_unsure_as_the_whole(method):
    parts = drawn(np.random.default_rng(3), 400)
    parts[:, 1:] = 0
    found = incremental_errors(parts, 0.95, method)
    assert found.of_risk[0] == pytest.approx(found.at_risk)
    assert found.of_shortfall[0] == pytest.approx(found.shortfall)


def test_the_whole_has_the_errors_that_its_returns_have_alone():
    parts = drawn(np.random.default_rng(5), 400)
    alone = {one.name: one for one in return_measures(series(*parts.sum(axis=1)))}
    for method, name in (("gaussian", "gaussian"), ("modified", "cornish_fisher")):
        found = incremental_errors(parts, 0.95, method)
        assert found.at_risk == pytest.approx(alone[f"var_{name}_95"].error, rel=1e-9)
        assert found.shortfall == pytest.approx(alone[f"es_{name}_95"].error, rel=1e-9)
    found = incremental_errors(parts, 0.95, "historical")
    assert found.shortfall == pytest.approx(alone["es_historical_95"].error, rel=1e-9)
    # by the days that the quantile may be, in place of two that are one deviation away
    assert found.at_risk == pytest.approx(alone["var_historical_95"].error, rel=0.35)


def test_without_being_asked_for_there_are_none():
    found = contributions(NAMES, drawn(np.random.default_rng(3), 400), 0.95, "gaussian")
    assert {one.incremental_var_error for one in found.parts} == {None}
    assert (found.at_risk_error, found.no_error) == (None, "")


def test_where_components_have_none_it_is_said_and_the_rest_has_them():
    parts = drawn(np.random.default_rng(3), 105)
    found = contributions(NAMES, parts, 0.99, "historical", errors=True)
    assert found.no_error == NO_TENTH
    assert found.parts[0].es_error is None
    assert found.parts[0].incremental_var_error is not None
