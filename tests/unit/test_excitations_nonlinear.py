"""Quartic and cubic modes: stationary, minima, what a plain minimization finds, and with their exact identities."""

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize

from glassworks.excitations.nonlinear import CUBIC, QUARTIC, cubic_mode, next_minimum, quartic_mode
from glassworks.glasses import Glass
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.preparing.random import scattered
from glassworks.vibrations.expansion import along, contractions

SIZES = {"ipl-2d": 400, "ipl-3d": 500, "ipl-4d": 700}


@pytest.fixture(scope="module", params=list(SIZES))
def glass(request):
    model = load_model(request.param)
    start = scattered(model, SIZES[request.param], np.random.default_rng(3))
    return Glass(model, minimize(model.interaction, start, "cg").configuration)


@pytest.fixture(scope="module")
def softest(glass):
    return glass.modes(1).vectors[0]


@pytest.fixture(scope="module")
def quartic(glass, softest):
    return quartic_mode(glass.bonds, glass.factor, softest)


@pytest.fixture(scope="module")
def cubic(glass, quartic):
    return cubic_mode(glass.bonds, glass.factor, quartic.vector)


def energy(glass, cost, z):
    """E and its gradient at a field (N, d) of any length, from the formulas alone."""
    found = contractions(glass.bonds, z)
    kappa, x = cost.of(found)
    gradient = 2.0 * cost.power * found.of_second / kappa - cost.order * cost.root * cost.field(found) / x
    return kappa**cost.power / x**cost.root, gradient * kappa**cost.power / x**cost.root


def test_they_are_stationary(glass, quartic, cubic):
    for mode, cost in ((quartic, QUARTIC), (cubic, CUBIC)):
        assert mode.converged and abs(np.linalg.norm(mode.vector) - 1.0) < 1e-12
        found = contractions(glass.bonds, mode.vector)
        kappa, x = cost.of(found)
        gap = found.of_second - kappa / x * cost.field(found)
        assert np.linalg.norm(gap) < 1e-8 * np.linalg.norm(found.of_second)
        assert (mode.stiffness, mode.third, mode.fourth) == (found.second, found.third, found.fourth)
    assert cubic.third > 0.0


def test_they_are_minima(glass, quartic, cubic):
    """Along twenty random directions, and the softest of the metric, the cost rises to both sides."""
    rng = np.random.default_rng(5)
    for mode, cost in ((quartic, QUARTIC), (cubic, CUBIC)):
        lowest = energy(glass, cost, mode.vector)[0]
        for _ in range(20):
            aside = glass.factor.solve(rng.normal(size=mode.vector.size)).reshape(mode.vector.shape)
            aside *= 1e-2 / np.linalg.norm(aside)
            for side in (1.0, -1.0):
                assert energy(glass, cost, mode.vector + side * aside)[0] > lowest


def test_a_plain_minimization_finds_the_same(glass, softest, quartic, cubic):
    """Conjugate gradients of the costs themselves, their gradient by hand, without factor and exact steps."""
    for start, mode, cost in ((softest, quartic, QUARTIC), (quartic.vector, cubic, CUBIC)):
        scale = energy(glass, cost, start)[0]

        def told(z, cost=cost, scale=scale, shape=start.shape):
            value, gradient = energy(glass, cost, z.reshape(shape))
            return value / scale, gradient.ravel() / scale

        found = scipy_minimize(told, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 4000, "ftol": 0.0})
        z = found.x / np.linalg.norm(found.x)
        assert 1.0 - abs(z @ mode.vector.ravel()) < 1e-4
        assert energy(glass, cost, z.reshape(start.shape))[0] == pytest.approx(
            energy(glass, cost, mode.vector)[0], rel=1e-4
        )


def test_the_next_minimum_on_a_line(glass, softest):
    """Against the lowest of a fine grid, as far as the cost falls from the beginning on."""
    rng = np.random.default_rng(6)
    for cost in (QUARTIC, CUBIC):
        aside = glass.factor.solve(rng.normal(size=softest.size)).reshape(softest.shape)
        aside /= np.linalg.norm(aside)
        slope = (energy(glass, cost, softest)[1] * aside).sum()
        aside *= -np.sign(slope)
        s = next_minimum(along(glass.bonds, softest, aside), cost)
        grid = s * np.linspace(0.0, 1.5, 301)
        values = np.array([energy(glass, cost, softest + each * aside)[0] for each in grid])
        assert (np.diff(values[:201]) < 0.0).all() and values[201] > values[200]


def test_differences_from_the_harmonic_mode(glass, quartic):
    """ω_π² − ω_ψ² = |Δ|² (κ_Δ − ω_ψ²), and π·ψ = 1 − |Δ|²/2, for an exact ψ."""
    modes = glass.modes(1)
    psi, pi = modes.vectors[0], quartic.vector
    pi = pi if (psi * pi).sum() > 0.0 else -pi
    delta = pi - psi
    squares = (delta * delta).sum()
    stiffness = delta.ravel() @ (glass.hessian @ delta.ravel()) / squares
    exact = squares * (stiffness - modes.frequencies[0] ** 2)
    assert quartic.stiffness - modes.frequencies[0] ** 2 == pytest.approx(exact, abs=1e-9 * quartic.stiffness)
    assert 1.0 - (pi * psi).sum() == pytest.approx(0.5 * squares, rel=1e-9)
    assert quartic.stiffness >= modes.frequencies[0] ** 2
