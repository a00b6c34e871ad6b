"""The Hessian: finite differences, symmetries, and the phonons of a lattice whose dispersion is known."""

import numpy as np
import pytest
from glasses import glass, lattice, random_points, sheared, springs

from glassworks.configurations import Configuration, force_state
from glassworks.models import load_model
from glassworks.vibrations import Unstable, backbone, bonds, hessian


@pytest.mark.parametrize("tilt", [0.0, 0.1])
@pytest.mark.parametrize(
    "name, n",
    [
        ("ipl-2d", 100),
        ("poly-2d", 150),
        ("ipl-3d", 130),
        ("poly-3d", 300),
        ("ipl-4d", 300),
        ("ka", 200),
        ("lj-2d", 100),
        ("pss-3d", 150),
        ("harmonic-2d", 150),
        ("hertzian-3d", 150),
    ],
)
def test_columns_are_derivatives_of_the_forces(name, n, tilt):
    model, start = glass(name, n)
    configuration = sheared(start, tilt)
    matrix = hessian(model.interaction, configuration).toarray()
    kinked = model.potential.kind in ("lennard_jones", "harmonic", "hertzian")  # the curvature has a jump or kink there
    h, d = 1e-6 if kinked else 1e-4, model.dimension
    for number in (0, d * (n // 2) + 1, d * n - 1):
        forces = []
        for step in (-2, -1, 1, 2):
            moved = configuration.positions.copy()
            moved[number // d, number % d] += step * h
            forces.append(force_state(model.interaction, configuration.moved(moved)).forces.ravel())
        slope = (forces[0] - 8 * forces[1] + 8 * forces[2] - forces[3]) / (12 * h)
        np.testing.assert_allclose(matrix[:, number], -slope, atol=1e-7 * abs(matrix).max())


@pytest.mark.parametrize("name, n", [("ipl-2d", 200), ("ipl-3d", 300), ("ipl-4d", 330)])
def test_symmetric_sorted_and_blind_to_translations(name, n):
    model, configuration = glass(name, n)
    matrix = hessian(model.interaction, configuration)
    assert abs(matrix - matrix.T).max() == 0.0
    assert matrix.shape == (n * model.dimension,) * 2
    assert all(
        (np.diff(matrix.indices[a:b]) > 0).all() for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    )
    for axis in range(model.dimension):
        shift = np.zeros((n, model.dimension))
        shift[:, axis] = 1.0
        assert abs(matrix @ shift.ravel()).max() < 1e-11 * abs(matrix).max()


def test_contacts_are_the_interacting_pairs():
    model, configuration = glass("poly-3d", 300)
    pairs = bonds(model.interaction, configuration)
    assert (pairs.distances < model.interaction.cutoff * pairs.lengths).all()
    state = force_state(model.interaction, configuration)
    assert pairs.derivatives[:, 0].sum() == pytest.approx(state.energy, rel=1e-12)
    vectors = configuration.box.shortest(configuration.positions[pairs.first] - configuration.positions[pairs.second])
    np.testing.assert_allclose(pairs.vectors, vectors, atol=1e-12)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_phonons_of_a_checkerboard_lattice(dimension):
    """Plane waves along an axis of the lattice (±b, ±b, 0, …): square, face-centered cubic, D₄.

    With k = φ'' and t = φ'/r at the nearest distance, ω² = (1 − cos qb) times 2k + (4d − 6) t for transverse waves and
    2(d − 1)(k + t) for longitudinal ones.
    """
    d, cells = dimension, {2: 6, 3: 4, 4: 3}[dimension]
    model, configuration = lattice(d, cells)
    matrix = hessian(model.interaction, configuration)
    k, t = springs(model)
    b = configuration.box.length / (2 * cells)
    for waves in (1, 2):
        q = 2 * np.pi * waves / configuration.box.length
        for axis in range(d):
            field = np.zeros((len(configuration), d))
            field[:, axis] = np.cos(q * configuration.positions[:, 0])
            factor = 2 * (d - 1) * (k + t) if axis == 0 else 2 * k + (4 * d - 6) * t
            expected = factor * (1 - np.cos(q * b)) * field.ravel()
            np.testing.assert_allclose(matrix @ field.ravel(), expected, atol=1e-10 * abs(matrix).max())


def test_rattlers_are_found_and_removed():
    """A particle in a void has no contact; one that leans on it alone becomes a rattler as well."""
    model, start = glass("ipl-3d", 300)
    hole = start.positions[0]
    away = np.linalg.norm(start.box.shortest(start.positions - hole), axis=1)
    kept = away > 2.2
    positions = np.vstack([start.positions[kept], hole, hole + np.array([1.3, 0, 0])])
    sizes = np.append(start.diameters[kept], [0.2, 1.0])
    part, stay = backbone(model.interaction, Configuration(positions, sizes, start.box))
    assert kept.sum() not in stay and len(part) == len(stay)
    touching = np.bincount(
        np.concatenate([bonds(model.interaction, part).first, bonds(model.interaction, part).second])
    )
    assert touching.min() > 3


def test_nothing_is_removed_from_a_dense_glass():
    model, configuration = glass("poly-3d", 300)
    part, stay = backbone(model.interaction, configuration)
    assert (stay == np.arange(300)).all() and (part.positions == configuration.positions).all()


def test_a_gas_has_no_backbone():
    model, start = load_model("ipl-3d"), random_points("ipl-3d", 300)
    few = Configuration(start.positions[:3], start.diameters[:3], start.box)
    with pytest.raises(Unstable, match="rattler"):
        backbone(model.interaction, few)
