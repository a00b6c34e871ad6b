"""Gaps between curves: of curves that coincide, and of curves whose distance is known."""

import numpy as np
import pytest

from glassworks.statistics.collapses import Sampled, gap
from glassworks.statistics.resampling import interval, mean_draws, weights


def curves(seed: int, shift: float, noise: float = 0.3, samples: int = 20) -> list[Sampled]:
    """y = x² on [0, 1] at 21 and 14 points from noisy samples, the second curve higher by `shift`."""
    rng, made = np.random.default_rng(seed), []
    for number, count in enumerate((21, 14)):
        x = np.linspace(0.0, 1.0, count)
        values = (x**2 + number * shift)[:, None] + noise * rng.standard_normal((count, samples))
        weight = weights(samples, (seed, number), 100)
        made.append(Sampled(np.tile(x[:, None], 101), np.array([mean_draws(row, weight) for row in values])))
    return made


def test_a_known_distance_is_found_without_noise():
    """Shifted by 0.2 of a range of 1.2; the parabola between points 1/13 apart bends by less than 0.002."""
    found = gap(curves(1, 0.2, noise=1e-9))
    assert found.gap[0] == pytest.approx(0.2 / 1.2, rel=0.02) and found.points > 20


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.4])
def test_noise_neither_makes_nor_hides_a_gap(shift):
    """Over 60 pairs of curves: mean square without bias, within 4 standard errors; intervals that hold the truth."""
    found = [gap(curves(seed, shift), rim=0.0) for seed in range(60)]
    spans = []
    for seed in range(60):
        values = np.concatenate([curve.y[:, 0] for curve in curves(seed, shift)])
        spans.append(np.ptp(values))
    squares = np.array([one.gap[0] ** 2 for one in found]) * np.square(spans)
    error = squares.std(ddof=1) / np.sqrt(60)
    if shift == 0.0:  # half of all squares are below zero and count as none
        assert squares.mean() < 0.002 and (squares == 0).mean() > 0.3
        return
    assert abs(squares.mean() - shift**2) < 4 * error + 0.001
    ends = [interval(one.gap)[1:] for one in found]
    held = np.mean([low <= shift / span <= high for (low, high), span in zip(ends, spans, strict=True)])
    assert held > 0.85


def test_x_fluctuates_too():
    """The same draws moved along a line lie on it, whatever x does, but where a draw goes beyond the other's end."""
    rng = np.random.default_rng(4)
    x = np.linspace(0, 1, 15)[:, None] + 0.05 * rng.standard_normal((15, 50))
    found = gap([Sampled(x, 2 * x), Sampled(x + 0.01, 2 * x + 0.02)]).gap
    assert found.max() < 0.005 and np.median(found) < 1e-9


def test_points_that_cannot_be_compared_are_left_out():
    x = np.tile(np.linspace(0, 1, 5)[:, None], 10)
    assert gap([Sampled(x, x), Sampled(x + 2, x)]).points == 0
    assert np.isnan(gap([Sampled(x, x), Sampled(x + 2, x)]).gap).all()
    flat = np.where(x > 0.4, 1.0, 0.0)  # only points on the way from 0 to 1 would count
    assert gap([Sampled(x, flat), Sampled(x, flat)]).points == 0
