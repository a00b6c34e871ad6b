"""Crossover temperatures of made-up energies and moduli against the truth that they were drawn from."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import sticky_tables

from glassworks.statistics.collapses import Sampled
from glassworks.statistics.resampling import interval
from glassworks.studies.sticky.analysis.crossovers import collapse, extrapolated, interpolation, plateau_of

DRAWS = 41
TRUTH = sticky_tables.CROSSOVERS


def curve(temperatures, crossover: float, noise: float = 1e-4, seed: int = 0) -> Sampled:
    """u = α + T_co f(T/T_co), with draws about it."""
    t, random = np.sort(np.array(temperatures, dtype=float)), np.random.default_rng(seed)
    u = 5.0 + crossover * sticky_tables.energy(t / crossover)
    scatter = crossover * noise * random.normal(size=(len(t), DRAWS))
    return Sampled(np.repeat(t[:, None], DRAWS, axis=1), u[:, None] + scatter)


@pytest.fixture(scope="module")
def energies():
    return {
        name: curve(given, TRUTH[name], seed=number)
        for number, (name, given) in enumerate(sticky_tables.TEMPERATURES.items())
    }


@pytest.fixture(scope="module")
def found(energies):
    return collapse(energies, "poly", TRUTH["poly"], "cubic")


def test_collapse_finds_every_crossover_but_the_anchors(found):
    """Where three parent temperatures lie below it; the grids are those of the scale desk, and coarse."""
    assert set(found) == set(TRUTH) - {"poly"}
    for name in ("rc11", "rc12", "rc13", "rc15", "hertzian"):
        assert found[name][0] == pytest.approx(TRUTH[name], rel=0.015), name
        assert np.isfinite(found[name]).all() and np.std(found[name]) < 0.01 * TRUTH[name]


def test_too_few_temperatures_below_give_no_crossover(found, energies):
    assert np.isnan(found["ka"]).all()
    warm = energies | {"rc15": curve(sticky_tables.TEMPERATURES["rc15"][:6], TRUTH["rc15"])}
    again = collapse(warm, "poly", TRUTH["poly"], "cubic")
    assert np.isnan(again["rc15"][0])
    assert again["rc11"][0] == pytest.approx(found["rc11"][0], rel=2e-3)


def test_intervals_cover_where_ladders_end_just_below(energies):
    """A T_co a little above its third parent temperature: draws that fall below it belong to the interval.

    Of 80 noisy ladders 49 find one; fewer than 42 of their intervals cover the truth in 1e-3 of runs at 95 %, and the
    seed is fixed.
    """
    truth, ladder = TRUTH["rc15"], [0.76, 0.8, 0.87, 1.0, 1.3, 1.8, 2.6]
    energy = curve(ladder, truth, noise=0.0).y[:, :1]
    poly, here = energies["poly"], np.repeat(np.array(ladder)[:, None], 201, axis=1)
    poly = Sampled(*(np.repeat(each[:, :1], 201, axis=1) for each in poly))
    random, covered, below = np.random.default_rng(7), [], []
    for _ in range(80):
        seen = energy + 6e-3 * truth * random.normal(size=energy.shape)
        draws = seen + 6e-3 * truth * random.normal(size=(len(energy), 201))
        draws[:, :1] = seen
        found = collapse({"poly": poly, "rc15": Sampled(here, draws)}, "poly", TRUTH["poly"], "cubic")
        one = interval(found["rc15"])
        if np.isfinite(one.value):
            covered.append(one.low <= truth <= one.high)
            below.append(one.low < ladder[2])
    assert len(covered) > 40 and np.mean(covered) > 0.85 and np.mean(below) > 0.3


def test_the_collapse_has_no_scale_of_its_own():
    """With energies that are straight in ln T, any common factor in all T_co collapses them."""
    grid = np.geomspace(0.5, 3.0, 12)
    models = {
        name: Sampled(np.repeat(grid[:, None] * t, 3, axis=1), np.repeat((t * np.log(grid))[:, None], 3, axis=1))
        for name, t in (("a", 1.0), ("b", 2.0))
    }
    for anchor in (0.9, 1.0, 1.3):
        both = collapse(models, "a", anchor, "inverse")["b"][0], collapse(models, "a", anchor, "cubic")["b"][0]
        assert both == pytest.approx((2.0 * anchor, 2.0 * anchor), rel=0.01)


def test_straight_lines_between_temperatures_shift_crossovers(energies):
    """What the paper does, on coarse grids: why splines are the choice here."""
    linear = collapse(energies, "poly", TRUTH["poly"], "linear")
    assert max(abs(linear[name][0] / TRUTH[name] - 1.0) for name in ("rc11", "rc12", "rc13")) > 0.02


def test_a_window_leaves_the_crossover(energies, found):
    window = collapse(energies, "poly", TRUTH["poly"], "cubic", (0.7, 1.0))
    assert window["rc11"][0] == pytest.approx(found["rc11"][0], rel=0.02)


@pytest.mark.parametrize("kind", ["linear", "inverse", "cubic"])
def test_interpolation_keeps_points_and_knows_its_ends(kind):
    known = np.array([1.0, 1.5, 2.5, 4.0])
    assert np.allclose(interpolation(kind, known, known), np.eye(4))
    assert np.isnan(interpolation(kind, known, np.array([0.9, 4.1]))).all()
    assert np.allclose(interpolation(kind, known, np.array([1.2, 3.0])).sum(axis=1), 1.0)


def hinged(temperatures, place: float = 0.9) -> Sampled:
    t = np.array(temperatures)
    y = 0.25 + 0.2 * np.maximum(place - t, 0.0)
    noise = 1e-5 * np.random.default_rng(2).normal(size=(len(t), DRAWS))
    return Sampled(np.repeat(t[:, None], DRAWS, axis=1), y[:, None] + noise)


def test_the_line_of_a_ratio_meets_its_plateau_at_the_crossover():
    known = hinged([0.5, 0.6, 0.7, 0.8, 1.0, 1.5, 2.0])
    plateau, inside = plateau_of(known, np.full(DRAWS, 0.9))
    assert list(inside) == [False] * 5 + [True] * 2
    line = extrapolated(known, plateau)
    assert line.temperature[0] == pytest.approx(0.9, rel=2e-3) and line.points == 3
    assert line.slope[0] == pytest.approx(-0.2, rel=2e-3)


def test_no_line_without_three_temperatures_below():
    known = hinged([0.8, 0.85, 1.0, 1.5, 2.0])
    assert np.isnan(extrapolated(known, plateau_of(known, np.full(DRAWS, 0.9))[0]).temperature).all()


def test_plateau_is_chosen_again_in_each_draw_and_never_empty():
    known = hinged([0.5, 1.0, 1.5])
    unit = np.full(DRAWS, np.nan)
    unit[1:11] = 0.7
    value, inside = plateau_of(known, unit)
    assert list(inside) == [False, False, True] and value[0] == known.y[2, 0]
    assert np.allclose(value[1:11], known.y[1:, 1:11].mean(axis=0)) and np.allclose(value[11:], known.y[2, 11:])
