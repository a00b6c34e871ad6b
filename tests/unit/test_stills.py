"""Stills: pictures and maps against direct sums, inherent structures against what defines them."""

import numpy as np
import pytest
from glasses import packing, random_points

from glassworks.configurations import Configuration, force_state
from glassworks.elasticity import moduli
from glassworks.forces import percolation, shear_stresses, shell_sums, stress_map
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.stills import REACH, SMOOTHING, SPACING, TABLES, inherent_structure, map_rows, particle_rows
from glassworks.vibrations import backbone

MODEL = load_model("harmonic-2d")


@pytest.fixture(scope="module")
def start() -> Configuration:
    return random_points("harmonic-2d", 300, 3)


@pytest.fixture(scope="module")
def glass(start) -> Configuration:
    return minimize(MODEL.interaction, start, "fire").configuration


def test_a_picture_shows_every_particle_with_its_part(glass):
    bearing = np.random.default_rng(1).random(300) < 0.6
    far = glass.moved(glass.positions + np.array([3.0, -2.0]) * glass.box.length)  # a trajectory is not wrapped
    network = percolation(MODEL.interaction, glass, bearing)
    rows = particle_rows(far, bearing, network)
    assert all(tuple(row) == TABLES["particles"] for row in rows)
    found = np.array([[row["x"], row["y"]] for row in rows])
    np.testing.assert_allclose(found, glass.box.wrap(glass.positions), atol=1e-9)
    part = np.array([row["part"] for row in rows])
    assert ((part > 0) == bearing).all() and (part == 2).sum() == network.sizes.max() < bearing.sum()
    [largest] = {network.labels[i] for i in np.flatnonzero(part == 2)}
    assert network.sizes[largest] == network.sizes.max()


def test_a_picture_without_a_network(glass):
    nobody = np.zeros(300, dtype=bool)
    assert {row["part"] for row in particle_rows(glass, nobody, percolation(MODEL.interaction, glass, nobody))} == {0}


def test_a_map_has_the_projection_of_the_shells(start):
    """Half of the map is the whole turned over; its fourth harmonic is C_σ of the pair sums, less what smoothing takes.

    An inverse square loses 12 a²/r² of itself (see `test_forces_stress`); rings of grid points and shells differ by
    their rims.
    """
    frames = [
        minimize(MODEL.interaction, random_points("harmonic-2d", 300, seed), "lbfgs").configuration
        for seed in range(1, 5)
    ]
    stresses = [shear_stresses(MODEL.interaction, each)[:, 0] for each in frames]
    maps = [stress_map(each, values, SPACING, SMOOTHING) for each, values in zip(frames, stresses, strict=True)]
    rows = map_rows(maps)
    x, y, product = (np.array([row[name] for row in rows]) for name in ("x", "y", "product"))
    reach = min(REACH, 0.5 * frames[0].box.length)
    assert y.min() == 0.0 and x.min() == -x.max() and reach - 1.0 < x.max() <= reach
    [square] = {row["square_fixed"] for row in rows}
    assert square == pytest.approx(np.mean([(each**2).mean() for each in stresses]))
    half = {(round(a, 6), round(b, 6)): c for a, b, c in zip(x, y, product, strict=True)}
    whole = np.mean([each.values for each in maps], axis=0)
    for row, column in [(3, 5), (-4, 2), (6, -3), (0, 0)]:
        a, b = maps[0].spacing * row, maps[0].spacing * column
        a, b = (-a, -b) if b < 0 else (a, b)
        assert half[round(a, 6), round(b, 6)] == pytest.approx(whole[row, column], rel=1e-9)
    r, weight = np.hypot(x, y), np.where(y > 0, 2.0, 1.0)
    ring = (r > 4.0) & (r < 8.0)
    cosine = np.cos(4 * np.arctan2(y[ring], x[ring]))
    found = -np.average(product[ring] * cosine, weights=weight[ring])
    sums = [shell_sums(f, shear_stresses(MODEL.interaction, f), 1.0) for f in frames]
    expected = np.mean([(one.fixed * (1 - 12 * SMOOTHING**2 / one.middles**2))[4:8].sum() for one in sums])
    assert found == pytest.approx(expected / sums[0].ideal[4:8].sum(), rel=0.15) and expected > 0


def test_inherent_structures_are_balanced_and_measured(start, glass):
    row, sums = inherent_structure(MODEL, start, 0.5)
    assert tuple(row) == TABLES["inherent"] and row["residual"] < 1e-10
    assert row["energy"] == pytest.approx(force_state(MODEL.interaction, glass).energy / 300, rel=1e-9)
    held, kept = backbone(MODEL.interaction, glass)
    assert row["rattlers"] == 300 - len(kept) > 0
    assert row["shear"] == pytest.approx(moduli(MODEL.interaction, held).shear, rel=1e-6)
    assert row["shear"] == pytest.approx(row["shear_born"] - row["shear_nonaffine"])
    stress = shear_stresses(MODEL.interaction, glass)
    np.testing.assert_allclose(
        sums.squares, [(stress[:, 0] ** 2).mean(), 0.5 * (stress**2).sum(axis=1).mean()], rtol=1e-6
    )


@pytest.mark.parametrize("name, fraction", [("harmonic-2d", 0.78), ("harmonic-2d", 0.82), ("harmonic-3d", 0.60)])
def test_below_jamming_an_inherent_structure_bears_nothing(name, fraction):
    """It is found all the same, and no modulus is made up of what rounding leaves."""
    model, start = packing(name, 200, fraction)
    row, sums = inherent_structure(model, start, 0.5)
    assert row["energy"] < 1e-20 and row["residual"] < 1e-10 and abs(row["pressure"]) < 1e-10
    assert row["iterations"] > 10 and row["status"] == "every particle is a rattler"
    assert "shear" not in row and sums is None


def test_what_cannot_be_an_inherent_structure_is_told():
    """So thin that nothing touches: no force is left, and no structure bears any."""
    thin = Configuration(
        np.array([[5.0, 5.0], [8.0, 8.0], [11.0, 5.0]]), np.ones(3), random_points("harmonic-2d", 300).box
    )
    row, sums = inherent_structure(MODEL, thin, 0.5)
    assert "rattler" in row["status"] and sums is None
