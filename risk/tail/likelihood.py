"""Samples by row → the distributions that make each of them most likely, all rows at once.

t_of       location, scale and degrees of freedom of a t distribution, by Newton's steps over
           (location, ln scale, ln freedom), damped until the likelihood grows
pareto_of  shape and scale of a generalised Pareto distribution, of one unknown (Grimshaw 1993)

Beyond the count of a row stands nothing that counts. A row alone gives what it gives among others.
"""

from typing import Final, NamedTuple

import numpy as np

Array = np.ndarray

#: More degrees of freedom are a normal distribution to any eye.
MOST_FREEDOM: Final = 1e3
_LEAST_LOG: Final = -3.0
_MOST_LOG: Final = float(np.log(MOST_FREEDOM))
#: Steps of a fit, the slope that is none, and the damping beyond which no step helps.
_MOST_STEPS: Final = 100
_EXACT: Final = 1e-9
_STIFF: Final = 1e9
#: Dampings that are tried at once.
_RUNGS: Final = 4
_ROWS_AT_ONCE: Final = 20

#: The least shape of a Pareto distribution whose estimate has an error.
LEAST_SHAPE: Final = -0.5
#: Where the ratio of its shape to its scale is looked for, in units of the largest and of the mean.
_BELOW: Final = -np.linspace(0.999, 0.02, 16)
_ABOVE: Final = np.geomspace(1e-3, 1e3, 24)
#: A shape so small is that of an exponential distribution.
_NO_SHAPE: Final = 1e-8
_ROOT_STEPS: Final = 60


class _Likely(NamedTuple):
    """Mean log-likelihood of each row, its slope and its curvature in three unknowns."""

    value: Array
    slope: Array
    curve: Array

    def of(self, rows: Array) -> "_Likely":
        return _Likely(self.value[rows], self.slope[rows], self.curve[rows])


def t_of(values: Array, counts: Array) -> tuple[Array, Array, Array]:
    """Degrees of freedom, location and scale of each row; a row has mean 0 and deviation 1."""
    inside = np.arange(values.shape[1]) < counts[:, None]
    at = np.empty((len(counts), 3))
    at[:] = (0.0, np.log(0.7), np.log(4.0))
    at[:, 0] = _medians(np.where(inside, values, np.inf), counts)
    likely = _t_likelihood(values, inside, counts, at)
    damping = np.full(len(counts), 1e-3)
    going, left, left_inside, left_counts = np.arange(len(counts)), values, inside, counts
    for _ in range(_MOST_STEPS):
        now = likely.of(going)
        slope, bent = _within(at[going, 2], now)
        still = (np.abs(slope).max(axis=1) >= _EXACT) & (damping[going] < _STIFF)
        if not still.all():
            going, slope, bent = going[still], slope[still], bent[still]
            left, left_inside, left_counts = left[still], left_inside[still], left_counts[still]
        if not len(going):
            break
        tried = _stepped(at[going], slope, bent, damping[going])
        found = _t_likelihood(left, left_inside, left_counts, tried)
        better = found.value > likely.value[going]
        damping[going] = np.where(better, damping[going] / 10, damping[going])
        if not better.all():
            worse = np.flatnonzero(~better)
            rows = going[worse]
            sample = (left[worse], left_inside[worse], left_counts[worse])
            tried[worse], damping[rows] = _stiffer(
                sample, (at[rows], likely.value[rows], slope[worse], bent[worse]), damping[rows]
            )
            again = worse[damping[rows] < _STIFF]
            gained = _t_likelihood(
                left[again], left_inside[again], left_counts[again], tried[again]
            )
            for kept, new in zip(found, gained, strict=True):
                kept[again] = new
            better[again] = True
        moved = going[better]
        at[moved] = tried[better]
        for kept, new in zip(likely, found, strict=True):
            kept[moved] = new[better]
    return np.exp(at[:, 2]), at[:, 0], np.exp(at[:, 1])


def _stepped(at: Array, slope: Array, bent: Array, damping: Array) -> Array:
    """Where a step leads from each place: … × 3, with as many dampings as there are places."""
    lift = damping[..., None] * (np.abs(np.einsum("...jj->...j", bent)) + _EXACT)
    step = np.linalg.solve(bent + lift[..., None] * np.eye(3), slope[..., None])[..., 0]
    tried: Array = at + np.clip(step, -1.0, 1.0)
    tried[..., 2] = np.clip(tried[..., 2], _LEAST_LOG, _MOST_LOG)
    return tried


def _stiffer(
    sample: tuple[Array, Array, Array], known: tuple[Array, Array, Array, Array], damping: Array
) -> tuple[Array, Array]:
    """The first step of ever stiffer ones to gain anything, a tenth of its damping; or none at all.

    `known` are places, their likelihoods, slopes and curvatures. Close to the top no step gains
    what a float could show: then all are tried at once, and the damping is beyond the last.
    """
    at, value, slope, bent = known
    tried, damping = at.copy(), np.maximum(damping, 1e-7)
    rows = np.arange(len(at))
    while len(rows):
        rungs = np.multiply.accumulate(
            np.column_stack([damping[rows], np.full((len(rows), _RUNGS), 10.0)]), axis=1
        )[:, 1:]
        steps = _stepped(at[rows, None], slope[rows, None], bent[rows, None], rungs)
        values, inside, counts = (each[rows, None] for each in sample)
        gains = _t_value(values, inside, counts, steps) > value[rows, None]
        gains &= rungs < _STIFF
        first, found = gains.argmax(axis=1), gains.any(axis=1)
        chosen = np.arange(len(rows)), first
        tried[rows[found]] = steps[chosen][found]
        damping[rows] = np.where(found, rungs[chosen] / 10, rungs[:, -1])
        rows = rows[~found & (rungs[:, -1] < _STIFF)]
    return tried, damping


def _within(freedom: Array, now: _Likely) -> tuple[Array, Array]:
    """Slope and curvature downward; at the edge of what is allowed only the other two move."""
    outward = np.where(now.slope[:, 2] > 0, freedom >= _MOST_LOG, freedom <= _LEAST_LOG)
    slope, bent = now.slope.copy(), -now.curve
    slope[outward, 2] = 0.0
    bent[outward, 2, :2] = bent[outward, :2, 2] = 0.0
    bent[outward, 2, 2] = 1.0
    return slope, bent


def _t_value(values: Array, inside: Array, counts: Array, at: Array) -> Array:
    """The mean log-likelihood alone."""
    far = _standing(values, inside, at)
    np.square(far, out=far)
    far /= np.exp(at[..., 2, None])
    return _value_of(np.log1p(far, out=far).sum(axis=-1) / counts, at)


def _standing(values: Array, inside: Array, at: Array) -> Array:
    """How many scales each value lies from the location; zero beyond the count."""
    z: Array = values - at[..., 0, None]
    z /= np.exp(at[..., 1, None])
    if not inside.all():
        z *= inside
    return z


def _value_of(far: Array, at: Array) -> Array:
    """The mean log-likelihood where `far` is the mean of ln(1 + z²/ν)."""
    from scipy.special import gammaln

    freedom = np.exp(at[..., 2])
    more = freedom + 1
    value: Array = gammaln(more / 2) - gammaln(freedom / 2) - np.log(freedom * np.pi) / 2
    value += -at[..., 1] - more / 2 * far
    return value


def _t_sums(values: Array, inside: Array, at: Array) -> Array:
    """Of each row the sums of zp, z²p, p², zp², z²p², z³p², z⁴p² and ln(1 + z²/ν): 8 × rows.

    p is 1/(ν + z²); beyond the count each is zero but p². A few rows at a time stay near the
    processor.
    """
    found = np.empty((8, len(at)))
    for start in range(0, len(at), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        freedom = np.exp(at[rows, 2, None])
        z = _standing(values[rows], inside[rows], at[rows])
        square = z * z
        part = freedom + square
        np.divide(1, part, out=part)
        cut, square_cut = z * part, square * part
        found[:7, rows] = (
            _dot(z, part),
            _dot(square, part),
            _dot(part, part),
            _dot(cut, part),
            _dot(square_cut, part),
            _dot(square_cut, cut),
            _dot(square_cut, square_cut),
        )
        square /= freedom
        found[7, rows] = np.log1p(square, out=square).sum(axis=1)
    return found


def _t_likelihood(values: Array, inside: Array, counts: Array, at: Array) -> _Likely:
    from scipy.special import digamma, zeta

    scale, freedom = np.exp(at[:, 1]), np.exp(at[:, 2])
    sums = _t_sums(values, inside, at)
    # beyond the count each place is zero but that of the part itself
    sums[2] -= (values.shape[1] - counts) / freedom**2
    cut_mean, held, parts, both, outer, third, fourth, far = sums / counts
    value = _value_of(far, at)
    more = freedom + 1
    inner = digamma(more / 2) - digamma(freedom / 2) - far + (more * held - 1) / freedom
    slope = np.stack([more * cut_mean / scale, more * held - 1, freedom * inner / 2], axis=1)
    # ψ′ is ζ(2, ·)
    bend = zeta(2, more / 2) / 2 - zeta(2, freedom / 2) / 2 + 1 / freedom**2
    bend += 2 * held / freedom - more / freedom**2 * (freedom * outer + held)
    curve = np.empty((len(counts), 3, 3))
    curve[:, 0, 0] = -more / scale**2 * (freedom * parts - outer)
    curve[:, 0, 1] = curve[:, 1, 0] = -2 * freedom * more * both / scale
    curve[:, 1, 1] = -2 * freedom * more * outer
    curve[:, 0, 2] = curve[:, 2, 0] = freedom / scale * (third - both)
    curve[:, 1, 2] = curve[:, 2, 1] = freedom * (fourth - outer)
    curve[:, 2, 2] = freedom * inner / 2 + freedom**2 * bend / 2
    return _Likely(value, slope, curve)


def pareto_of(over: Array, counts: Array) -> tuple[Array, Array]:
    """Shape ξ and scale β of each row of losses over a threshold, whose mean is one.

    With τ = ξ/β, ξ = mean ln(1 + τy), so that −ln(ξ/τ) − ξ is what is to be greatest. Below
    ξ = −½ there is no maximum that an estimate could have.
    """
    most = np.where(np.arange(over.shape[1]) < counts[:, None], over, 0.0).max(axis=1)
    tried = np.concatenate(
        [_BELOW / most[:, None], np.broadcast_to(_ABOVE, (len(counts), len(_ABOVE)))], axis=1
    )
    shapes = np.empty(tried.shape)
    for start in range(0, len(counts), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        grown = tried[rows, :, None] * over[rows, None, :]
        shapes[rows] = np.log1p(grown, out=grown).sum(axis=2)
    shapes /= counts[:, None]
    likely = np.where(shapes > LEAST_SHAPE, -np.log(shapes / tried) - shapes, -np.inf)
    best, each = likely.argmax(axis=1), np.arange(len(counts))
    low = tried[each, np.maximum(best - 1, 0)]
    high = tried[each, np.minimum(best + 1, tried.shape[1] - 1)]
    ratio = tried[each, best]
    between = (_pareto_slope(over, counts, low)[0] > 0) & (_pareto_slope(over, counts, high)[0] < 0)
    for _ in range(_ROOT_STEPS):
        slope, bend = _pareto_slope(over, counts, ratio)
        low, high = np.where(slope > 0, ratio, low), np.where(slope > 0, high, ratio)
        step = ratio - slope / np.where(bend == 0, 1.0, bend)
        inside = (step > low) & (step < high)
        new = np.where(between, np.where(inside, step, (low + high) / 2), ratio)
        close = np.abs(new - ratio) <= 1e-13 * np.abs(ratio) + 1e-15
        ratio = new
        if close.all():
            break
    shape = np.log1p(ratio[:, None] * over).sum(axis=1) / counts
    none = np.abs(ratio) < _NO_SHAPE
    scale = np.where(none, 1.0, shape / np.where(none, 1.0, ratio))
    return np.where(none, 0.0, shape), scale


def _pareto_slope(over: Array, counts: Array, ratio: Array) -> tuple[Array, Array]:
    """The slope of the likelihood in τ, and its own slope."""
    near = np.abs(ratio) < _NO_SHAPE
    ratio = np.where(near, _NO_SHAPE, ratio)
    grown = 1 + ratio[:, None] * over
    empty = over.shape[1] - counts
    once, twice = (((grown**-power).sum(axis=1) - empty) / counts for power in (1, 2))
    shape = np.log(grown).sum(axis=1) / counts
    rest, whole = 1 - once, 1 + 1 / shape
    slope = (1 - rest * whole) / ratio
    bend = ((twice - once) * whole / ratio + rest**2 / (ratio * shape**2) - slope) / ratio
    slope = np.where(near, (over**2).sum(axis=1) / counts / 2 - 1, slope)
    return slope, bend


def _medians(ordered: Array, counts: Array) -> Array:
    ordered, rows = np.sort(ordered, axis=1), np.arange(len(counts))
    middle: Array = (ordered[rows, (counts - 1) // 2] + ordered[rows, counts // 2]) / 2
    return middle


def _dot(one: Array, other: Array) -> Array:
    """The sum of products, row by row."""
    summed: Array = np.einsum("ij,ij->i", one, other)
    return summed
