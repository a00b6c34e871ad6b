"""Modes amid a spectrum against the whole of it, and how many lie below."""

import numpy as np
import pytest
from glasses import glass
from scipy.sparse import identity

from glassworks.glasses import Glass
from glassworks.vibrations import spectrum
from glassworks.vibrations.interior import Shifted, inverse_and_inertia, nearest_modes, selected


@pytest.fixture(scope="module", params=[("ipl-2d", 200), ("poly-3d", 400)], ids=lambda each: each[0])
def sample(request):
    return Glass(*glass(*request.param))


@pytest.fixture(scope="module")
def frequencies(sample):
    return spectrum(sample.hessian)


@pytest.mark.parametrize("part", [0.003, 0.05, 0.4, 0.97])
def test_as_many_modes_lie_below_as_the_whole_spectrum_says(sample, frequencies, part):
    k = int(part * len(frequencies)) + 2
    middle = 0.5 * (frequencies[k] + frequencies[k + 1])
    shifted = Shifted(sample.hessian, sample.configuration.positions, middle**2)
    assert shifted.below == k + 1


def test_solutions_are_those_of_the_shifted_matrix(sample, frequencies):
    middle = 0.5 * (frequencies[60] + frequencies[61])
    shifted = Shifted(sample.hessian, sample.configuration.positions, middle**2)
    b = np.random.default_rng(2).normal(size=(len(frequencies), 3))
    there = sample.hessian - middle**2 * identity(len(frequencies))
    x = shifted.solve(b)
    assert abs(there @ x - b).max() < 1e-9 * abs(x).max() * abs(there).max()
    assert np.allclose(shifted.solve(b[:, 0]), x[:, 0], rtol=1e-8, atol=1e-9 * abs(x).max())


def test_the_nearest_modes_are_found_with_their_numbers(sample, frequencies):
    d = sample.configuration.box.dimension
    targets = np.geomspace(frequencies[d + 3], frequencies[-20], 7)
    found = nearest_modes(sample.hessian, sample.configuration.positions, targets)
    own = frequencies[d:]
    nearest = [np.abs(own**2 - target**2).argmin() for target in targets]
    assert list(found.numbers) == list(dict.fromkeys(nearest))
    assert np.allclose(found.modes.frequencies, own[found.numbers], rtol=1e-9)
    assert found.modes.residuals.max() < 1e-10


def test_two_frequencies_with_one_nearest_mode_give_it_once(sample, frequencies):
    d = sample.configuration.box.dimension
    target = frequencies[d + 10]
    found = nearest_modes(sample.hessian, sample.configuration.positions, np.array([1 - 1e-7, 1 + 1e-7]) * target)
    assert list(found.numbers) == [10]


def test_selected_modes_are_the_lowest_and_others_above_them(sample, frequencies):
    d, rng = sample.configuration.box.dimension, np.random.default_rng(4)
    lowest = sample.modes(6)
    highest = float(frequencies[d + 60])
    found = selected(sample.hessian, sample.configuration.positions, lowest, 5, highest, rng)
    assert list(found.numbers[:6]) == list(range(6)) and (np.diff(found.numbers) > 0).all() and found.numbers[-1] == 60
    assert np.allclose(found.modes.frequencies, frequencies[d:][found.numbers], rtol=1e-8)
    gram = np.einsum("kia,lia->kl", found.modes.vectors, found.modes.vectors)
    assert np.allclose(gram, np.eye(len(gram)), atol=1e-6)
    assert len(selected(sample.hessian, sample.configuration.positions, lowest, 5, 1e-3, rng).numbers) == 6


def test_inertia_is_that_of_the_eigenvalues():
    """Of matrices with pivots of two unknowns too: a zero diagonal allows no other."""
    rng = np.random.default_rng(7)
    for size in (1, 2, 5, 40):
        matrix = rng.normal(size=(size, size))
        matrix += matrix.T
        if size > 2:
            np.fill_diagonal(matrix, 0.0)
        inverse, negative = inverse_and_inertia(np.tril(matrix))
        assert negative == (np.linalg.eigvalsh(matrix) < 0).sum()
        assert np.allclose(inverse @ matrix, np.eye(size), atol=1e-8)


def test_a_spectrum_cannot_be_divided_at_a_mode():
    with pytest.raises(ArithmeticError, match="a mode lies where"):
        inverse_and_inertia(np.zeros((3, 3)))
