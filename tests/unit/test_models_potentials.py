"""Pair energies: their derivatives, their cutoff, their known numbers."""

import numpy as np
import pytest

from glassworks.models import load_model, model_names, pair_length, pair_terms
from glassworks.models.potentials import inverse_power, smoothing_coefficients

MODELS = ["ipl-2d", "ipl-3d", "ipl-4d", "poly-2d", "poly-3d"]


def plain_energy(model, s, length):
    """φ written out from its definition; works for complex s."""
    p = model.potential
    c = smoothing_coefficients(p.exponent, p.smooth_derivatives, p.cutoff)
    y = s / length**2
    return y ** (-p.exponent / 2) + sum(a * y**k for k, a in enumerate(c))


def test_all_models_are_tested():
    assert model_names() == sorted(MODELS)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("x", [0.7, 0.95, 1.1, 1.3])
@pytest.mark.parametrize("length", [1.0, 1.18, 2.1])
def test_energy_is_that_of_the_definition(name, x, length):
    model = load_model(name)
    s = (x * length) ** 2
    assert pair_terms(model.interaction, s, length)[0] == pytest.approx(plain_energy(model, s, length), rel=1e-13)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("x", [0.7, 0.95, 1.1, 1.3])
@pytest.mark.parametrize("length", [1.0, 1.18, 2.1])
def test_four_derivatives_by_cauchy_integral(name, x, length):
    """Each derivative from the definition alone, as a contour integral (exact to rounding)."""
    model = load_model(name)
    s = (x * length) ** 2
    angles = 2 * np.pi * np.arange(64) / 64
    radius = 0.3 * s
    around = plain_energy(model, s + radius * np.exp(1j * angles), length)
    factorial = 1.0
    for order, value in enumerate(pair_terms(model.interaction, s, length)):
        factorial *= max(order, 1)
        expected = factorial * np.mean(around * np.exp(-1j * order * angles)).real / radius**order
        scale = factorial * abs(around).max() / radius**order
        assert abs(value - expected) < 1e-12 * scale


@pytest.mark.parametrize("name", MODELS)
def test_derivatives_by_finite_differences(name):
    interaction = load_model(name).interaction
    s, length, h = 1.21, 1.05, 1e-3
    stencil = np.array([pair_terms(interaction, s + k * h, length) for k in (-2, -1, 1, 2)])
    slope = (stencil[0] - 8 * stencil[1] + 8 * stencil[2] - stencil[3]) / (12 * h)
    np.testing.assert_allclose(slope[:4], pair_terms(interaction, s, length)[1:], rtol=1e-7)


@pytest.mark.parametrize("name", MODELS)
def test_energy_and_three_derivatives_vanish_at_the_cutoff(name):
    interaction = load_model(name).interaction
    terms = pair_terms(interaction, interaction.cutoff**2 * 1.3**2, 1.3)
    size = pair_terms(interaction, 1.3**2, 1.3)
    assert all(abs(term) < 1e-14 * abs(reference) for term, reference in zip(terms[:4], size[:4], strict=True))
    assert abs(terms[4]) > 1e-3


def test_coefficients_of_the_published_potential():
    c = smoothing_coefficients(10, 3, 1.48)
    np.testing.assert_allclose(c, [-56 * 1.48**-10, 140 * 1.48**-12, -120 * 1.48**-14, 35 * 1.48**-16], rtol=1e-14)


@pytest.mark.parametrize("exponent", [6, 10, 12])
@pytest.mark.parametrize("smooth", [0, 1, 2, 3])
def test_any_exponent_and_smoothness(exponent, smooth):
    interaction = inverse_power(exponent, smooth, 1.4, 0.0)
    terms = pair_terms(interaction, 1.4**2, 1.0)
    assert all(abs(term) < 1e-13 * exponent**4 for term in terms[: smooth + 1])
    assert abs(terms[smooth + 1]) > 1e-4


def test_impossible_potentials_are_refused():
    for arguments in [(9, 3, 1.4, 0.0), (0, 3, 1.4, 0.0), (10, 4, 1.4, 0.0), (10, 3, -1.0, 0.0)]:
        with pytest.raises(ValueError):
            inverse_power(*arguments)


def test_binary_lengths_are_the_printed_three():
    model = load_model("ipl-3d")
    small, large = model.diameters(10)[[0, -1]]
    mixing = model.interaction.nonadditivity
    lengths = [pair_length(mixing, a, b) for a, b in [(small, small), (small, large), (large, large)]]
    np.testing.assert_allclose(lengths, [1.0, 1.18, 1.40], rtol=1e-15)


def test_polydisperse_lengths_follow_the_nonadditive_rule():
    interaction = load_model("poly-3d").interaction
    assert pair_length(interaction.nonadditivity, 1.0, 2.0) == pytest.approx(1.5 * 0.9)
    assert pair_length(interaction.nonadditivity, 2.0, 1.0) == pytest.approx(1.5 * 0.9)
