"""Modes: against dense diagonalization, with degeneracies, and what is reported of them."""

import numpy as np
import pytest
from glasses import glass, lattice, levels, springs, square_lattice

from glassworks.vibrations import Factor, hessian, lowest_modes, modes, participation, spectrum


@pytest.mark.parametrize(
    "name, n, count",
    [("ipl-2d", 400, 30), ("poly-2d", 500, 12), ("ipl-3d", 300, 30), ("ipl-4d", 300, 25), ("ipl-3d", 130, 40)],
)
def test_lowest_modes_are_those_of_the_dense_matrix(name, n, count):
    model, configuration = glass(name, n)
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), count)
    squared = np.linalg.eigvalsh(matrix.toarray())[model.dimension :]
    np.testing.assert_allclose(found.frequencies**2, squared[:count], rtol=1e-9)
    assert found.residuals.max() < 1e-11 and found.missed < 1e-9
    flat = found.vectors.reshape(count, -1)
    np.testing.assert_allclose(flat @ flat.T, np.eye(count), atol=1e-9)
    np.testing.assert_allclose(found.vectors.sum(axis=1), 0, atol=1e-9)


def test_degenerate_phonons_are_all_found():
    """A face-centered crystal has 12 transverse waves of the longest wavelength along its axes."""
    model, configuration = lattice(3, 4)
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), 60)
    np.testing.assert_allclose(found.frequencies**2, np.linalg.eigvalsh(matrix.toarray())[3:63], rtol=1e-9)
    k, t = springs(model)
    wave = np.sqrt((2 * k + 6 * t) * (1 - np.cos(np.pi / 4)))
    assert (abs(found.frequencies / wave - 1) < 1e-8).sum() == 12


@pytest.mark.parametrize("count", [58, 61, 82])
def test_levels_wider_than_a_block_are_complete(count):
    """Modes 59 to 82 of this crystal are equal; sixteen chance vectors hold sixteen of them."""
    model, configuration = lattice(3, 4)
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), count)
    np.testing.assert_allclose(found.frequencies**2, np.linalg.eigvalsh(matrix.toarray())[3 : 3 + count], rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-8
    flat = found.vectors.reshape(count, -1)
    np.testing.assert_allclose(flat @ flat.T, np.eye(count), atol=1e-9)


@pytest.mark.parametrize("count", [24, 60])
def test_levels_of_a_crystal_in_four_dimensions_are_complete(count):
    """They have 24, 72 and more members. Few levels also mean that a search soon leads nowhere new."""
    model, configuration = lattice(4, 3)
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), count)
    np.testing.assert_allclose(found.frequencies**2, levels(matrix, configuration, 6)[:count], rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-8


@pytest.mark.parametrize("side, count", [(20, 10), (20, 12), (20, 43), (40, 20), (40, 42)])
def test_levels_of_a_crystal_in_two_dimensions_are_complete(side, count):
    model, configuration = square_lattice(side)
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), count)
    np.testing.assert_allclose(found.frequencies**2, levels(matrix, configuration, side)[:count], rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-8


@pytest.mark.parametrize(
    "crystal, side, count", [(lattice(3, 3), 6, 7), (square_lattice(16), 16, 11), (lattice(3, 4), 8, 98)]
)
def test_levels_of_a_crystal_that_is_diagonalized_at_once_are_complete(monkeypatch, crystal, side, count):
    """Of at most 600 unknowns, or eight a mode; each count ends within a level."""
    monkeypatch.delattr(modes, "softest")
    model, configuration = crystal
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), count)
    expected = levels(matrix, configuration, side)
    assert expected[count] == pytest.approx(expected[count - 1], rel=1e-9)
    np.testing.assert_allclose(found.frequencies**2, expected[:count], rtol=1e-9)
    assert found.missed == 0.0 and found.residuals.max() < 1e-11
    flat = found.vectors.reshape(count, -1)
    np.testing.assert_allclose(flat @ flat.T, np.eye(count), atol=1e-9)
    np.testing.assert_allclose(found.vectors.sum(axis=1), 0, atol=1e-9)


def test_a_wider_search_completes_what_is_too_large_to_be_diagonalized(monkeypatch):
    monkeypatch.setattr(modes, "CERTAIN", 0)
    monkeypatch.delattr(modes, "whole")
    model, configuration = lattice(3, 4)
    matrix = hessian(model.interaction, configuration)
    found = lowest_modes(Factor(matrix, configuration.positions), 82)
    np.testing.assert_allclose(found.frequencies**2, levels(matrix, configuration, 8)[:82], rtol=1e-9)
    assert found.missed < 1e-9 and found.residuals.max() < 1e-8


def test_a_search_that_cannot_see_some_modes_is_found_out(monkeypatch):
    """The first block is made orthogonal to the second and the seventh mode, whatever comes of it later."""
    model, configuration = glass("ipl-3d", 300)
    matrix = hessian(model.interaction, configuration)
    factor = Factor(matrix, configuration.positions)
    squared, vectors = np.linalg.eigh(matrix.toarray())
    hidden, solve, look = vectors[:, [4, 9]], factor.solve, modes.overlooked

    def blind(x):
        y = solve(x)
        return y - hidden @ (hidden.T @ y)

    def search(factor, count, seed):
        with monkeypatch.context() as patch:
            patch.setattr(factor, "solve", blind)
            patch.setattr(modes, "without_translation", lambda x, d, roots: x - lost @ (lost.T @ x))
            patch.setattr(modes, "overlooked", lambda operator, *rest: look(solve, *rest))
            return first_search(factor, count, seed)

    lost, first_search = vectors[:, [0, 1, 2, 4, 9]], modes.first_search
    found, _, missed = search(factor, 10, 0)
    assert abs(found.T @ hidden).max() < 1e-8 and missed > 1e-3
    monkeypatch.setattr(modes, "first_search", search)
    found = lowest_modes(factor, 10)
    np.testing.assert_allclose(found.frequencies**2, squared[3:13], rtol=1e-9)
    assert found.missed < 1e-9


def test_the_same_seed_gives_the_same_modes():
    model, configuration = glass("ipl-3d", 300)
    factor = Factor(hessian(model.interaction, configuration), configuration.positions)
    first, again, other = (lowest_modes(factor, 10, seed) for seed in (1, 1, 2))
    assert (first.vectors == again.vectors).all()
    np.testing.assert_allclose(first.frequencies, other.frequencies, rtol=1e-10)


def test_participation_of_known_fields():
    everyone = np.ones((1, 50, 3))
    single = np.zeros((1, 50, 3))
    single[0, 7, 1] = 2.0
    half = np.zeros((1, 50, 3))
    half[0, :25, 0] = -1.0
    np.testing.assert_allclose(participation(np.concatenate([everyone, single, half])), [1.0, 0.02, 0.5])


def test_the_whole_spectrum():
    model, configuration = glass("ipl-2d", 150)
    matrix = hessian(model.interaction, configuration)
    frequencies = spectrum(matrix)
    assert len(frequencies) == 300 and (np.diff(frequencies) >= 0).all()
    assert (frequencies**2).sum() == pytest.approx(matrix.trace())
    assert abs(frequencies[:2]).max() < 1e-5 and frequencies[2] > 0.1


@pytest.mark.parametrize("count", [0, 599])
def test_impossible_numbers_of_modes_are_refused(count):
    model, configuration = glass("ipl-2d", 300)
    factor = Factor(hessian(model.interaction, configuration), configuration.positions)
    with pytest.raises(ValueError, match="598"):
        lowest_modes(factor, count)
