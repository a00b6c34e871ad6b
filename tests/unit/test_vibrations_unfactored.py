"""Modes without a factorization: against dense algebra, the factor's modes, the number of eigenvalues, a crystal."""

from dataclasses import replace

import numpy as np
import pytest
from glasses import glass, lattice, levels, springs, square_lattice
from numpy.polynomial.chebyshev import Chebyshev
from scipy.sparse import block_diag, csc_matrix, identity
from scipy.sparse.linalg import splu

from glassworks.choices import factor_pays
from glassworks.configurations import Box, Configuration
from glassworks.models import load_model
from glassworks.vibrations import Factor, Unstable, backbone, filtered_modes, hessian, lowest_modes, unfactored
from glassworks.vibrations.filters import WIDTH, LowPass, Operator
from glassworks.vibrations.krylov import Subspace, wider_search
from glassworks.vibrations.overlooked import overlooked


def framework(name: str, n: int, seed: int = 1):
    """(Hessian, configuration) of a glass without its rattlers."""
    model, start = glass(name, n, seed)
    configuration = backbone(model.interaction, start)[0]
    return hessian(model.interaction, configuration), configuration


def eigenvalues_below(matrix: csc_matrix, shift: float) -> int:
    """Sylvester's law of inertia: the negative pivots of M − shift, eliminated in a symmetric order."""
    options = dict(permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=dict(SymmetricMode=True))
    found = splu((matrix - shift * identity(matrix.shape[0], format="csc")).tocsc(), **options)
    assert (found.perm_r == found.perm_c).all()
    return int((found.U.diagonal() < 0).sum())


@pytest.mark.parametrize(
    "name, n, count",
    [("ipl-2d", 400, 30), ("poly-2d", 500, 12), ("ipl-3d", 300, 30), ("ipl-4d", 300, 25), ("harmonic-3d", 400, 40)],
)
def test_modes_are_those_of_the_dense_matrix(name, n, count):
    matrix, configuration = framework(name, n)
    found = filtered_modes(matrix, configuration, count)
    squared = np.linalg.eigvalsh(matrix.toarray())[configuration.box.dimension :]
    np.testing.assert_allclose(found.frequencies**2, squared[:count], rtol=1e-9)
    flat = found.vectors.reshape(count, -1)
    missing = np.linalg.norm(matrix @ flat.T - found.frequencies**2 * flat.T, axis=0) / abs(matrix).sum(axis=0).max()
    np.testing.assert_allclose(found.residuals, missing, atol=1e-14)
    assert missing.max() < 1e-11 and found.missed < 1e-9
    np.testing.assert_allclose(flat @ flat.T, np.eye(count), atol=1e-9)
    np.testing.assert_allclose(found.vectors.sum(axis=1), 0, atol=1e-9)


def test_modes_are_those_of_the_factor():
    """Of a glass as large as unit tests allow, a hundred modes: eigenvalues, participation, and each up to its sign."""
    model, configuration = glass("ipl-3d", 1000)
    matrix = hessian(model.interaction, configuration)
    found, expected = (
        filtered_modes(matrix, configuration, 100),
        lowest_modes(Factor(matrix, configuration.positions), 100),
    )
    np.testing.assert_allclose(found.frequencies, expected.frequencies, rtol=1e-10)
    np.testing.assert_allclose(found.participation, expected.participation, rtol=1e-5)
    overlaps = abs((found.vectors * expected.vectors).sum(axis=(1, 2)))
    np.testing.assert_allclose(overlaps, 1.0, atol=1e-8)


def test_no_mode_is_missed_by_the_count_of_eigenvalues():
    matrix, configuration = framework("harmonic-3d", 1000)
    squared = filtered_modes(matrix, configuration, 60).frequencies ** 2
    for k in range(0, 60, 7):
        assert eigenvalues_below(matrix, squared[k] * (1 + 1e-9)) == 3 + k + 1
        assert eigenvalues_below(matrix, squared[k] * (1 - 1e-9)) == 3 + k


def test_degenerate_phonons_are_all_found():
    """More equal modes than vectors in a block: a face-centered crystal has 12 longest transverse waves."""
    model, configuration = lattice(3, 4)
    matrix = hessian(model.interaction, configuration)
    found = filtered_modes(matrix, configuration, 60)
    np.testing.assert_allclose(found.frequencies**2, np.linalg.eigvalsh(matrix.toarray())[3:63], rtol=1e-9)
    k, t = springs(model)
    wave = np.sqrt((2 * k + 6 * t) * (1 - np.cos(np.pi / 4)))
    assert (abs(found.frequencies / wave - 1) < 1e-8).sum() == 12


@pytest.mark.parametrize("dimension, cells, count", [(3, 4, 61), (3, 4, 82)])
def test_levels_wider_than_a_block_are_complete(dimension, cells, count):
    """Levels of 24, whole or in part."""
    model, configuration = lattice(dimension, cells)
    matrix = hessian(model.interaction, configuration)
    found = filtered_modes(matrix, configuration, count)
    squared = np.linalg.eigvalsh(matrix.toarray())[dimension : dimension + count]
    np.testing.assert_allclose(found.frequencies**2, squared, rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-11


@pytest.mark.parametrize("dimension, cells, count", [(3, 7, 24), (3, 7, 30), (3, 7, 82), (4, 4, 24)])
def test_levels_of_large_crystals_are_complete(dimension, cells, count):
    """So many particles that products alone give the modes unless a factor is asked for."""
    model, configuration = lattice(dimension, cells)
    assert not factor_pays(*configuration.positions.shape, count)
    matrix = hessian(model.interaction, configuration)
    found = filtered_modes(matrix, configuration, count)
    np.testing.assert_allclose(found.frequencies**2, levels(matrix, configuration, 2 * cells)[:count], rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-11


@pytest.mark.parametrize("count", [10, 12, 43])
def test_levels_of_a_crystal_in_two_dimensions_are_complete(count):
    model, configuration = square_lattice(20)
    matrix = hessian(model.interaction, configuration)
    found = filtered_modes(matrix, configuration, count)
    np.testing.assert_allclose(found.frequencies**2, levels(matrix, configuration, 20)[:count], rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-11


@pytest.mark.parametrize("step", [0.9, 1 - 1e-9])
def test_a_crystal_that_falls_apart_is_refused(step):
    """Springs between nearest neighbors alone let a simple cubic crystal shear, and buckle it if they push."""
    points = (np.array(list(np.ndindex(7, 7, 7))) + 0.25) * step
    configuration = Configuration(points, np.ones(343), Box(7 * step, 3))
    matrix = hessian(load_model("harmonic-3d").interaction, configuration)
    for solve in (lambda: filtered_modes(matrix, configuration, 10), lambda: Factor(matrix, points)):
        with pytest.raises(Unstable):
            solve()


@pytest.mark.parametrize("seed", range(6))
def test_equal_phonons_that_the_first_block_cannot_hold_are_found(seed):
    """Ten of twelve: without a second look, one of these seeds gives a higher mode for one of them."""
    model, configuration = lattice(3, 4)
    matrix = hessian(model.interaction, configuration)
    found = filtered_modes(matrix, configuration, 10, seed).frequencies ** 2
    np.testing.assert_allclose(found, np.linalg.eigvalsh(matrix.toarray())[3], rtol=1e-9)


def test_the_same_seed_gives_the_same_modes():
    model, configuration = glass("ipl-3d", 300)
    matrix = hessian(model.interaction, configuration)
    first, again, other = (filtered_modes(matrix, configuration, 10, seed) for seed in (1, 1, 2))
    assert (first.vectors == again.vectors).all()
    np.testing.assert_allclose(first.frequencies, other.frequencies, rtol=1e-10)


@pytest.mark.parametrize("name, n", [("ipl-2d", 400), ("ipl-3d", 300), ("ipl-4d", 300)])
def test_products_in_another_order(name, n):
    model, configuration = glass(name, n)
    matrix, d = hessian(model.interaction, configuration), model.dimension
    operator = Operator(matrix, configuration)
    x, before = np.random.default_rng(0).normal(size=(2, n * d, WIDTH))
    places = (operator.order[:, None] * d + np.arange(d)).ravel()
    expected = (matrix @ x)[places]
    np.testing.assert_allclose(operator(x[places]), expected, atol=1e-12 * abs(expected).max())
    out = before[places]
    operator.step(-0.3, 2.0, 0.7, x[places], out)
    np.testing.assert_allclose(
        out, -0.3 * (expected - 2.0 * x[places]) - 0.7 * before[places], atol=1e-12 * abs(expected).max()
    )


def test_the_polynomial_is_that_of_chebyshev():
    model, configuration = glass("ipl-3d", 300)
    matrix = hessian(model.interaction, configuration)
    values, vectors = np.linalg.eigh(matrix.toarray())
    cut, bound = values[60], values[-1] * 1.05
    low_pass = LowPass(Operator(matrix, configuration), cut, bound, 3.0)
    polynomial = Chebyshev.basis(low_pass.degree, domain=[bound, cut])  # falls from the cut on down to its first zero
    order = (low_pass.operator.order[:, None] * 3 + np.arange(3)).ravel()
    x = np.random.default_rng(0).normal(size=(900, WIDTH))
    strengths = polynomial(values)
    strengths[:3] = 0.0  # translations are taken out
    expected = vectors @ (strengths[:, None] * (vectors.T @ x))
    np.testing.assert_allclose(low_pass(x[order]), expected[order], atol=1e-10 * abs(expected).max())
    np.testing.assert_allclose([low_pass.inverse(polynomial(value)) for value in values[3:60]], values[3:60], rtol=1e-9)


@pytest.mark.parametrize("seed", range(1, 7))
def test_guesses_that_are_wrong_cost_time_only(monkeypatch, seed):
    """The bound on the spectrum too low, which lets the stiffest modes through; the last mode's λ too low by far."""
    matrix, configuration = framework("harmonic-3d", 400, seed)
    squared = np.linalg.eigvalsh(matrix.toarray())
    lines = []
    monkeypatch.setattr(unfactored, "upper_bound", lambda *_: 0.8 * squared[-1])
    found = filtered_modes(matrix, configuration, 40, say=lines.append).frequencies
    np.testing.assert_allclose(found**2, squared[3:43], rtol=1e-9)
    assert sum("polynomial" in line for line in lines) > 1
    monkeypatch.undo()
    monkeypatch.setattr(unfactored, "expected_last", lambda *_: 0.1 * squared[42])
    found = filtered_modes(matrix, configuration, 40).frequencies
    np.testing.assert_allclose(found**2, squared[3:43], rtol=1e-9)


def test_the_last_mode_is_expected_where_it_is():
    """Chance vectors count eigenvalues to about a tenth; ten seeds, all within a factor of 1.5."""
    matrix, configuration = framework("harmonic-3d", 1000)
    squared = np.linalg.eigvalsh(matrix.toarray())[3:]
    operator = Operator(matrix, configuration)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        bound = unfactored.upper_bound(operator, rng)
        assert squared[-1] < bound < 1.1 * squared[-1]
        for count in (10, 100):
            assert 1 / 1.5 < unfactored.expected_last(operator, bound, count, rng) / squared[count - 1] < 1.5


class Diagonal:
    """A diagonal matrix as an operator."""

    def __init__(self, values: np.ndarray):
        self.values, self.size = values, len(values)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.values[:, None] * x


def test_a_space_that_is_cut_back_goes_on_to_the_largest_eigenvalues():
    values = np.random.default_rng(0).normal(size=700)
    space = Subspace(Diagonal(values), WIDTH, 80, np.random.default_rng(1))
    for _ in range(60):
        if space.full:
            space.shrink(40)
        space.grow()
    found, vectors, missing = space.largest(10)
    np.testing.assert_allclose(found, np.sort(values)[::-1][:10], rtol=1e-9)
    filled = space.basis[:, : space.size]
    np.testing.assert_allclose(filled.T @ filled, np.eye(space.size), atol=1e-12)
    np.testing.assert_allclose(
        space.projected[: space.size, : space.size], filled.T @ (values[:, None] * filled), atol=1e-12
    )
    actual = values[:, None] * (filled @ vectors) - (filled @ vectors) * found
    np.testing.assert_allclose(missing, np.linalg.norm(actual, axis=0), atol=1e-12)


def test_a_level_of_forty_is_complete():
    """A diagonal matrix, with a level of forty below three single eigenvalues."""
    values = np.concatenate([[9.0, 8.0, 7.0], np.full(40, 6.0), np.linspace(2.0, 0.0, 1557)])
    for count in (20, 43):
        space, missed = wider_search(Diagonal(values), 32, count, 1e-11, np.random.default_rng(3))
        np.testing.assert_allclose(space.projected.diagonal()[:count], values[:count], rtol=1e-12)
        assert missed < 1e-9


@pytest.mark.parametrize("hidden", [1, 12])
def test_chance_vectors_see_what_a_space_has_no_part_in(hidden):
    """Of twenty largest eigenvalues some are left out of the space; without one they prove that nothing is."""
    values = np.concatenate([np.linspace(20.0, 10.0, 20), np.linspace(5.0, 0.0, 700)])
    basis, rng = np.eye(720), np.random.default_rng(0)
    assert overlooked(Diagonal(values), basis[:, :20], 10.0, WIDTH, rng) < 1e-9
    kept = np.delete(np.arange(20), hidden)
    assert min(overlooked(Diagonal(values), basis[:, kept], 10.0, WIDTH, rng) for _ in range(20)) > 1e-6


def test_a_space_with_nowhere_to_go_wanders():
    """Three different eigenvalues: without chance directions the space would end after three blocks."""
    values = np.repeat([3.0, 2.0, 1.0], [20, 40, 540])
    space = Subspace(Diagonal(values), WIDTH, 96, np.random.default_rng(1))
    while not space.full:
        space.grow()
    np.testing.assert_allclose(space.largest(30)[0], np.repeat([3.0, 2.0], [20, 10]), rtol=1e-12)


@pytest.mark.parametrize("count", [0, 113])
def test_impossible_numbers_of_modes_are_refused(count):
    model, configuration = glass("ipl-3d", 300)
    with pytest.raises(ValueError, match=f"between 1 and 112 modes of more than 600 unknowns, not {count} of 900"):
        filtered_modes(hessian(model.interaction, configuration), configuration, count)


def test_small_glasses_are_refused():
    model, configuration = glass("ipl-3d", 130)
    with pytest.raises(ValueError, match="more than 600 unknowns, not 5 of 390"):
        filtered_modes(hessian(model.interaction, configuration), configuration, 5)


@pytest.mark.parametrize("kick", [0.15, 0.04])
def test_saddles_are_refused(kick):
    model, configuration = glass("ipl-3d", 300)
    moves = kick * np.random.default_rng(0).normal(size=configuration.positions.shape)
    matrix = hessian(model.interaction, configuration.moved(configuration.positions + moves))
    assert np.linalg.eigvalsh(matrix.toarray())[0] < -1e-3
    with pytest.raises(Unstable, match="no minimum"):
        filtered_modes(matrix, configuration, 20)


def test_two_bodies_that_do_not_touch_are_refused():
    model, configuration = lattice(3, 3)
    matrix = hessian(model.interaction, configuration)
    both = csc_matrix(block_diag([matrix, matrix]))
    both.sort_indices()
    twice = replace(
        configuration, positions=np.vstack([configuration.positions] * 2), diameters=np.ones(2 * len(configuration))
    )
    with pytest.raises(Unstable, match="falls apart"):
        filtered_modes(both, twice, 10)


def test_free_particles_are_refused():
    model, start = glass("ipl-3d", 300)
    kept = np.linalg.norm(start.box.shortest(start.positions - start.positions[0]), axis=1) > 2.2
    positions = np.vstack([start.positions[kept], start.positions[0]])
    loose = Configuration(positions, np.append(start.diameters[kept], 0.2), start.box)
    with pytest.raises(Unstable, match="falls apart"):
        filtered_modes(hessian(model.interaction, loose), loose, 10)
