"""Values of states come to what they are, traces carry a reward back, and nothing is forgotten."""

import numpy as np
import pytest

from risk.temporal import Learning, states_of, temporal, values


def test_values_of_a_known_cycle_are_those_of_its_equation():
    """Two states that follow each other, rewards 1 and 3: V = r + γPV."""
    days = 4000
    states = (np.arange(days + 1) % 2)[:, None]
    rewards = np.where(np.arange(days) % 2 == 0, 1.0, 3.0)[:, None]
    chain = np.asarray([[0.0, 1.0], [1.0, 0.0]])
    right = np.linalg.solve(np.eye(2) - 0.9 * chain, [1.0, 3.0])
    for trace in (0.0, 0.5, 0.9):
        learning = Learning(step=0.05, discount=0.9, trace=trace)
        assert values(states, rewards, 2, learning)[-1, 0] == pytest.approx(right, rel=1e-2)


def test_a_walk_on_five_states_comes_to_the_solution_of_its_equation():
    """The random walk of Sutton and Barto, example 6.2, begun again in the middle at each end."""
    generator = np.random.default_rng(4)
    chain, gains = np.zeros((5, 5)), np.zeros(5)
    for at in range(5):
        for to in (at - 1, at + 1):
            chain[at, to if 0 <= to < 5 else 2] += 0.5
    gains[4] = 0.5
    right = np.linalg.solve(np.eye(5) - 0.9 * chain, gains)
    states, rewards = [2], []
    for _ in range(30_000):
        to = states[-1] + (1 if generator.random() < 0.5 else -1)
        rewards.append(1.0 if to == 5 else 0.0)
        states.append(to if 0 <= to < 5 else 2)
    learning = Learning(step=0.01, discount=0.9, trace=0.3)
    found = values(np.asarray(states)[:, None], np.asarray(rewards)[:, None], 5, learning)
    assert found[15_000:, 0].mean(axis=0) == pytest.approx(right, abs=0.03)


def values_from(known, path, gained, learning):
    """One episode of the rule itself from a table that is not empty."""
    table = known.copy()
    for day in range(len(gained)):
        shifted = gained[day] + learning.discount * table[path[day + 1]] - table[path[day]]
        table[path[day]] += learning.step * shifted
    return table


def test_the_rule_is_that_of_one_step():
    generator = np.random.default_rng(1)
    states = generator.integers(0, 4, (61, 1))
    rewards = generator.normal(size=(60, 1))
    learning = Learning(trace=0.0)
    own = values_from(np.zeros(4), states[:, 0], rewards[:, 0], learning)
    assert values(states, rewards, 4, learning)[-1, 0] == pytest.approx(own, rel=1e-12)


def test_a_trace_carries_a_reward_to_the_states_before():
    states = np.asarray([[0], [1], [2], [3]])
    rewards = np.asarray([[0.0], [0.0], [1.0]])
    learning = Learning(step=0.5, discount=0.8, trace=0.5)
    found = values(states, rewards, 4, learning)[-1, 0]
    assert found == pytest.approx([0.5 * 0.4**2, 0.5 * 0.4, 0.5, 0])


def test_states_say_whether_it_goes_up_and_how_wildly():
    calm, wild = np.tile([0.01, 0.012], 60), np.tile([-0.1, 0.02], 20)
    states = states_of(np.concatenate([calm, wild])[:, None])[:, 0]
    assert states[100] % 2 == 1
    assert states[-1] == 2


def test_a_state_that_earned_before_is_trusted_at_once_when_it_comes_back():
    """The first strategy earns while it goes up, and loses for long in between."""
    good, bad = np.tile([0.012, 0.008], 100), np.tile([-0.012, -0.008], 100)
    first = np.concatenate([good, bad, good])
    second = np.tile([0.001, -0.001], 300)
    weights = temporal(np.column_stack([first, second]))
    assert weights[200, 0] > 0.9
    assert weights[400, 0] < 0.1
    back = np.flatnonzero(weights[400:, 0] > 0.9)
    assert 0 < back[0] < 20


def test_the_same_returns_give_the_same_weights_and_scale_changes_nothing():
    returns = np.random.default_rng(2).normal(0.001, 0.01, (200, 3))
    assert np.array_equal(temporal(returns), temporal(returns.copy()))
    assert temporal(returns * 7) == pytest.approx(temporal(returns), abs=1e-9)
    larger = returns * np.asarray([1.0, 100.0, 1.0])
    assert temporal(larger) == pytest.approx(temporal(returns), abs=1e-9)


def test_what_never_moved_is_worth_nothing():
    returns = np.column_stack([np.zeros(50), np.tile([0.01, 0.02], 25)])
    weights = temporal(returns)
    assert weights[-1, 1] > weights[-1, 0] > 0


@pytest.mark.parametrize(
    "wrong", [{"step": 0}, {"discount": 1.0}, {"trace": 1.1}, {"temperature": 0.0}]
)
def test_what_is_no_learning_is_refused(wrong):
    with pytest.raises(AssertionError):
        Learning(**wrong)
