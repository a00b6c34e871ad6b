"""Moduli: equal to the response to a small strain, and to the formulas of a lattice."""

import numpy as np
import pytest
from glasses import expanded, glass, lattice, sheared, springs, turned

from glassworks.configurations import force_state
from glassworks.elasticity import moduli, stress
from glassworks.minimize import minimize

SYSTEMS = [("ipl-2d", 150), ("poly-2d", 200), ("ipl-3d", 200), ("poly-3d", 300), ("ipl-4d", 300)]


def relaxed(model, configuration):
    found = minimize(model.interaction, configuration, "cg", 1e-12)
    assert found.converged
    return found.configuration


def response(measure, deform, configuration, model, h=2e-5):
    """The derivative of a measured quantity by a strain, particles relaxed at each strain (fourth order)."""
    values = [measure(relaxed(model, deform(configuration, k * h))) for k in (-2, -1, 1, 2)]
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_bulk_modulus_is_the_response_to_compression(name, n):
    model, configuration = glass(name, n, tolerance=1e-12)
    found = moduli(model.interaction, configuration)
    slope = response(lambda c: force_state(model.interaction, c).pressure, expanded, configuration, model)
    assert found.bulk == pytest.approx(-slope / model.dimension, rel=1e-5)
    assert found.pressure == pytest.approx(force_state(model.interaction, configuration).pressure, rel=1e-12)


@pytest.mark.parametrize(
    "name, n, axes",
    [
        (name, n, axes)
        for name, n in SYSTEMS[:4]
        for axes in ((0, 1, 2), (0, 2, 1), (1, 2, 0))
        if name[-2] == "3" or axes == (0, 1, 2)
    ],
)
def test_shear_modulus_of_every_plane_is_the_response_to_shear(name, n, axes):
    model, start = glass(name, n, tolerance=1e-12)
    plane = {(0, 1): 0, (0, 2): 1, (1, 2): 2}[axes[:2]]
    expected = moduli(model.interaction, start).planes[plane]
    configuration = turned(start, axes[: model.dimension])
    slope = response(lambda c: stress(model.interaction, c), sheared, configuration, model)
    assert slope == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_parts_add_up(name, n):
    model, configuration = glass(name, n)
    found = moduli(model.interaction, configuration)
    assert found.shear == pytest.approx(found.shear_born - found.shear_nonaffine, rel=1e-12)
    assert found.shear == pytest.approx(found.planes.mean(), rel=1e-12)
    assert found.bulk == pytest.approx(found.bulk_born - found.bulk_nonaffine, rel=1e-12)
    assert len(found.planes) == model.dimension * (model.dimension - 1) // 2
    assert found.shear_nonaffine > 0 and found.bulk_nonaffine > 0
    assert found.backward_error < 1e-13


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_bulk_modulus_of_nearly_a_power_law(name, n):
    """For φ ∝ r⁻¹⁰ the scaling U(ηx) gives K = (10/d + 1) p; the cutoff changes that by a few percent."""
    model, configuration = glass(name, n)
    found = moduli(model.interaction, configuration)
    assert found.bulk == pytest.approx((10 / model.dimension + 1) * found.pressure, rel=0.15)


@pytest.mark.parametrize("dimension, cells", [(3, 3), (4, 3)])
def test_moduli_of_a_checkerboard_lattice(dimension, cells):
    """G = ρ b² (k + (2d − 3) t), K = ρ (1 − 1/d) R² (k + (1 − d) t), nothing nonaffine; k = φ'', t = φ'/r, R = √2 b."""
    d = dimension
    model, configuration = lattice(d, cells)
    found = moduli(model.interaction, configuration)
    k, t = springs(model)
    b, density = configuration.box.length / (2 * cells), configuration.density
    np.testing.assert_allclose(found.planes, density * b * b * (k + (2 * d - 3) * t), rtol=1e-8)
    assert found.bulk == pytest.approx(density * (1 - 1 / d) * 2 * b * b * (k + (1 - d) * t), rel=1e-8)
    assert found.pressure == pytest.approx(-density * (d - 1) * 2 * b * b * t, rel=1e-8)
    assert abs(found.shear_nonaffine) < 1e-12 and abs(found.bulk_nonaffine) < 1e-12


def test_stress_is_the_derivative_of_the_energy():
    model, configuration = glass("ipl-3d", 200)
    h = 1e-4
    energies = [force_state(model.interaction, sheared(configuration, k * h)).energy for k in (-2, -1, 1, 2)]
    slope = (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / (12 * h)
    assert stress(model.interaction, configuration) == pytest.approx(
        slope / configuration.box.volume, rel=1e-7, abs=1e-9
    )
