"""Responses to pinches: both forms of the frequency, meaning of the columns, and the continuum's decay."""

import numpy as np
import pytest
from glasses import glass

from glassworks.excitations import dipole_responses, pinch_decay
from glassworks.excitations.decay import shell_radii
from glassworks.excitations.dipoles import choose_pairs, dipoles, likeness
from glassworks.glasses import Glass
from glassworks.vibrations import Factor, assemble, bonds


def parts(name, n):
    model, configuration = glass(name, n)
    pairs = bonds(model.interaction, configuration)
    matrix = assemble(pairs, n)
    return configuration, pairs, matrix, Factor(matrix, configuration.positions)


@pytest.mark.parametrize(
    "name, n", [("ipl-2d", 150), ("poly-2d", 150), ("ipl-3d", 130), ("poly-3d", 300), ("ipl-4d", 300)]
)
def test_against_the_dense_pseudo_inverse(name, n):
    _, pairs, matrix, factor = parts(name, n)
    found = dipole_responses(pairs, factor, 300, np.random.default_rng(0))
    inverse = np.linalg.pinv(matrix.toarray(), rcond=1e-12, hermitian=True)
    force = dipoles(pairs, found.pairs, n)
    once, twice = inverse @ force, inverse @ (inverse @ force)
    compliance = (force * once).sum(axis=0)
    np.testing.assert_allclose(found.frequency_check, np.sqrt(compliance / (force * twice).sum(axis=0)), rtol=1e-8)
    np.testing.assert_allclose(found.frequency, found.frequency_check, rtol=1e-10)
    np.testing.assert_allclose(found.stiffness, 1 / compliance, rtol=1e-8)
    np.testing.assert_allclose(found.distance, pairs.distances[found.pairs])
    squared = (once.reshape(n, factor.dimension, -1) ** 2).sum(axis=1)
    expected = squared.sum(axis=0) ** 2 / (n * (squared**2).sum(axis=0))
    np.testing.assert_allclose(found.participation, expected, rtol=1e-8)
    assert found.backward_error.max() < 1e-13


def test_dipoles_are_unit_forces_along_the_pair():
    configuration, pairs, _, _ = parts("ipl-3d", 130)
    force = dipoles(pairs, np.array([5]), 130).reshape(130, 3)
    i, j = pairs.first[5], pairs.second[5]
    along = configuration.box.shortest(configuration.positions[i] - configuration.positions[j])
    np.testing.assert_allclose(force[i], along / np.linalg.norm(along), atol=1e-12)
    np.testing.assert_allclose(force[j], -force[i])
    assert abs(force).sum() == pytest.approx(2 * abs(force[i]).sum())


def test_pairs_are_drawn_without_replacement():
    _, pairs, _, _ = parts("ipl-3d", 130)
    chosen = choose_pairs(pairs, 200, np.random.default_rng(0))
    assert len(np.unique(chosen)) == 200
    assert (choose_pairs(pairs, 10**6, np.random.default_rng(0)) == np.arange(len(pairs))).all()
    assert (choose_pairs(pairs, 200, np.random.default_rng(0)) == chosen).all()
    assert (choose_pairs(pairs, 200, np.random.default_rng(1)) != chosen).any()


def test_frequencies_do_not_depend_on_the_batch():
    _, pairs, _, factor = parts("ipl-2d", 150)
    whole = dipole_responses(pairs, factor, 10**6, np.random.default_rng(0))
    few = dipole_responses(pairs, factor, 40, np.random.default_rng(3))
    np.testing.assert_allclose(few.frequency, whole.frequency[few.pairs], rtol=1e-10)


def test_shells_by_hand():
    """One pinch, shells filled by a plain loop."""
    configuration, pairs, matrix, factor = parts("ipl-2d", 150)
    found = pinch_decay(configuration, pairs, factor, 1, np.random.default_rng(7))
    pair = choose_pairs(pairs, 1, np.random.default_rng(7))[0]
    force = dipoles(pairs, np.array([pair]), 150) / np.sqrt(2)
    response = np.linalg.pinv(matrix.toarray(), rcond=1e-12, hermitian=True) @ force
    squares = (response.reshape(150, 2) ** 2).sum(axis=1)
    middle = configuration.positions[pairs.second[pair]] + 0.5 * pairs.vectors[pair]
    away = np.linalg.norm(configuration.box.shortest(configuration.positions - middle), axis=1)
    for inner, outer, value, count in zip(found.inner, found.outer, found.response, found.count, strict=True):
        inside = squares[(away >= inner) & (away < outer)]
        assert len(inside) == count
        assert (np.isnan(value) and not count) or value == pytest.approx(np.median(inside), rel=1e-7)


def test_shells_reach_half_the_box():
    configuration, *_ = parts("ipl-3d", 130)
    radii = shell_radii(configuration, 1 / 3)
    assert radii[0] == 0 and radii[-1] == pytest.approx(configuration.box.length / 2)
    np.testing.assert_allclose(np.diff(radii)[:-1], configuration.density ** (-1 / 3) / 3)


def test_far_response_falls_as_in_a_continuum():
    """In two dimensions |u|² ∝ r⁻²; the box's images flatten it only near L/2."""
    configuration, pairs, _, factor = parts("ipl-2d", 4000)
    found = pinch_decay(configuration, pairs, factor, 200, np.random.default_rng(0))
    window = (found.distance > 5) & (found.distance < 0.25 * configuration.box.length)
    slope = np.polyfit(np.log(found.distance[window]), np.log(found.response[window]), 1)[0]
    assert -2.6 < slope < -1.4


def test_likeness_of_responses_and_fields_is_that_of_dense_solutions():
    """Of all pairs: responses by a dense pseudo-inverse; a response is wholly like itself."""
    model, configuration = glass("ipl-2d", 100)
    sample = Glass(model, configuration)
    inverse = np.linalg.pinv(sample.hessian.toarray(), rcond=1e-10)
    count = len(sample.bonds)
    forces = dipoles(sample.bonds, choose_pairs(sample.bonds, count, np.random.default_rng(0)), 100)
    responses = inverse @ forces
    responses /= np.linalg.norm(responses, axis=0)
    fields = np.stack([responses[:, 7], sample.modes(1).vectors[0].ravel()])
    found = likeness(sample.bonds, sample.factor, fields, count, np.random.default_rng(0))
    np.testing.assert_allclose(found, abs(fields @ responses), atol=1e-7)
    assert found[0, 7] == pytest.approx(1.0) and found.shape == (2, count)
