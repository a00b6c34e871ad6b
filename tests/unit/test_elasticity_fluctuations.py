"""Shear modulus from fluctuations: zero for a gas and a liquid, the athermal one for harmonic vibrations."""

import numpy as np
import pytest
from glasses import glass, random_points, turned
from liquid_checks import ALARM

from glassworks.configurations import Box, Configuration, force_state
from glassworks.elasticity import StressFluctuations, moduli
from glassworks.elasticity.fluctuations import strain_derivatives
from glassworks.liquids import run_dynamics, start_dynamics
from glassworks.models import load_model
from glassworks.vibrations import bonds, hessian


@pytest.mark.parametrize("name, n", [("ipl-2d", 60), ("ipl-3d", 60)])
def test_strain_derivatives_are_those_of_the_energy(name, n):
    """A cluster in open space, deformed by exp(γ S) for symmetric traceless S: shear, and shear at 45°."""
    model, (small, h) = load_model(name), (12, 1e-3)
    d = model.dimension
    points = np.random.default_rng(1).normal(size=(small, d))
    cluster = lambda p: Configuration(p + 15.0, np.ones(small), Box(30.0, d))  # noqa: E731
    found = strain_derivatives(bonds(model.interaction, cluster(points)))
    tilted, stretched = np.zeros((d, d)), np.zeros((d, d))
    tilted[0, 1] = tilted[1, 0] = 0.5
    stretched[0, 0], stretched[1, 1] = 0.5, -0.5
    for column, generator in enumerate((tilted, stretched)):
        values, vectors = np.linalg.eigh(generator)
        deform = lambda g, v=vectors, w=values: v @ np.diag(np.exp(g * w)) @ v.T  # noqa: E731
        energy = [force_state(model.interaction, cluster(points @ deform(k * h))).energy for k in range(-3, 4)]
        slope = np.dot([-1, 9, -45, 0, 45, -9, 1], energy) / (60 * h)
        curvature = np.dot([2, -27, 270, -490, 270, -27, 2], energy) / (180 * h * h)
        assert found[0, column] == pytest.approx(slope, rel=1e-6)
        assert found[1, column] + found[2, column] == pytest.approx(curvature, rel=1e-5)


def test_an_ideal_gas_has_none():
    """Without interactions the printed terms leave p = ρT, and their difference from G is exactly that."""
    model = load_model("ipl-2d")
    far = Configuration(np.array([[1.0, 1.0], [9.0, 1.0], [5.0, 9.0]]), np.ones(3), Box(20.0, 2))
    gas = StressFluctuations(model.interaction)
    for _ in range(3):
        gas.add(far)
    found = gas.modulus(0.7)
    assert found.shear == pytest.approx(0.0, abs=1e-15)
    assert found.printed == found.pressure == pytest.approx(0.7 * far.density)


def test_kinetic_fluctuation_of_maxwell_velocities():
    """Var(Σ v_x v_y)/(V T) = ρT, the part that the module adds without velocities; 4 standard errors (1 in 16,000)."""
    temperature, n, samples = 0.7, 50, 4000
    v = np.sqrt(temperature) * np.random.default_rng(2).normal(size=(samples, n, 2))
    variance = (v[..., 0] * v[..., 1]).sum(axis=1).var()
    assert variance / (n * temperature**2) == pytest.approx(1.0, abs=ALARM * np.sqrt(2 / samples))


@pytest.mark.parametrize("name, n", [("ipl-2d", 100), ("ipl-3d", 80)])
def test_harmonic_vibrations_give_the_athermal_modulus(name, n):
    """Displacements ±ψ_k √(T c)/ω_k, c such that their covariance is T M⁻¹ without sampling error, at T → 0."""
    model, configuration = glass(name, n, tolerance=1e-12)
    d, temperature = model.dimension, 1e-10
    squared, vectors = (
        each[..., model.dimension :] for each in np.linalg.eigh(hessian(model.interaction, configuration).toarray())
    )
    count = 2 * len(squared)
    found = StressFluctuations(model.interaction)
    for mode in (vectors * np.sqrt(temperature * (count - 1) / 2 / squared)).T:
        for sign in (-1, 1):
            found.add(configuration.moved(configuration.positions + sign * mode.reshape(n, d)))
    result = found.modulus(temperature)
    # simple shear along either axis of a plane: half their sum is the symmetric one of a balanced body
    athermal = [moduli(model.interaction, turned(configuration, axes)) for axes in ((0, 1, 2)[:d], (1, 0, 2)[:d])]
    assert result.shears[0, 0] == pytest.approx(0.5 * sum(each.planes[0] for each in athermal), rel=1e-4)
    assert result.pressure == pytest.approx(athermal[0].pressure, rel=1e-6)
    assert result.shear == pytest.approx(result.shears.mean(), rel=1e-9)


def test_a_liquid_has_none():
    """Molecular dynamics of a hot liquid: G = 0 within ALARM standard errors over windows; Eq. 1 as printed gives p."""
    model, temperature = load_model("ipl-2d"), 3.0
    state = start_dynamics(model, glass("ipl-2d", 100)[1], temperature, np.random.default_rng(4))
    state, _ = run_dynamics(model, state, 4000, temperature)
    found = StressFluctuations(model.interaction)
    for _ in range(2400):
        state, _ = run_dynamics(model, state, 20, temperature, every=20)
        found.add(state.configuration)
    result = found.modulus(temperature, window=400)
    error = result.shears.mean(axis=1).std(ddof=1) / np.sqrt(len(result.shears))
    assert abs(result.shear) < ALARM * error
    assert result.printed > 10 * error
    frozen = found.modulus(temperature, window=2)
    assert frozen.shear > result.shear + ALARM * error


def test_windows_must_fit():
    found = StressFluctuations(load_model("ipl-2d").interaction)
    found.add(random_points("ipl-2d", 60))
    with pytest.raises(ValueError, match="window"):
        found.modulus(1.0)
