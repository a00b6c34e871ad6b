"""Quartic and cubic modes: stationary, minima, what a plain minimization finds, and with their exact identities."""

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize

from glassworks.elasticity.moduli import simple_shear, strained
from glassworks.excitations.hybridization import Across, difference, lowest_waves, predicted_cubics
from glassworks.excitations.nonlinear import CUBIC, QUARTIC, cubic_mode, next_minimum, quartic_mode
from glassworks.excitations.straining import strained_cubic
from glassworks.glasses import Glass
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.preparing.random import scattered
from glassworks.vibrations.expansion import along, contractions
from glassworks.vibrations.hessian import bonds

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


def across_of(glass):
    modes = glass.modes(1)
    return Across(glass.factor, modes.vectors[0].astype(float), float(modes.frequencies[0] ** 2))


def test_solutions_across_the_harmonic_mode(glass):
    """Against the whole spectrum."""
    across = across_of(glass)
    values, vectors = np.linalg.eigh(glass.hessian.toarray())
    d = glass.factor.dimension
    b = np.random.default_rng(8).normal(size=(len(values) // d, d))
    found = across(b).ravel()
    kept = slice(d + 1, None)
    exact = vectors[:, kept] @ ((vectors[:, kept].T @ b.ravel()) / (values[kept] - across.squared))
    assert np.linalg.norm(found - exact) < 1e-7 * np.linalg.norm(exact)


def test_what_the_difference_is(glass, quartic):
    """The identity of its stiffness; and what Eq. 3.17 neglects put back, M Δ − ω_ψ² Δ = κ U₄:.πππ/χ − ω_ψ² π across
    ψ, which is exact."""
    across = across_of(glass)
    found = difference(glass.configuration, glass.bonds, across, quartic)
    assert abs(found.identity) < 1e-10
    assert 0.0 <= found.band <= 1.0 and found.squares > 0.0 and abs(found.predicted) <= 1.0
    psi = across.psi.reshape(found.field.shape)
    pi = psi + found.field
    told = contractions(glass.bonds, pi)
    exact = across(told.second / told.fourth * told.of_fourth - across.squared * pi)
    beside = found.field - (found.field * psi).sum() * psi
    assert np.linalg.norm(exact - beside) < 1e-6 * np.linalg.norm(beside)


def test_lowest_waves_are_transverse_and_normal(glass):
    waves = lowest_waves(glass.configuration)
    d = glass.factor.dimension
    assert waves.shape == (glass.configuration.positions.size, 2 * d * (d - 1))
    np.testing.assert_allclose(waves.T @ waves, np.eye(waves.shape[1]), atol=1e-12)
    assert abs(waves.reshape(-1, d, waves.shape[1]).sum(axis=0)).max() < 1e-9


def test_cubic_modes_by_one_solution(glass):
    """They are on both sides of τ = 0, obey what they must, and the softer is half again as stiff as ψ at most."""
    across = across_of(glass)
    softer, stiffer = predicted_cubics(glass.bonds, across)
    tau = contractions(glass.bonds, across.psi.reshape(softer.vector.shape)).third
    assert (softer.vector * stiffer.vector).sum() < 0.0 and softer.stiffness <= stiffer.stiffness
    assert 1.0 <= softer.stiffness / across.squared <= 1.5 + 1e-12
    for each in (softer, stiffer):
        r = each.stiffness / across.squared - 1.0
        assert each.third**2 == pytest.approx(each.stiffness * each.coupling * (1.0 + 1.0 / r), rel=1e-9)
    q = tau**2 / (across.squared * softer.coupling)
    assert softer.stiffness / across.squared - 1.0 == pytest.approx(((np.sqrt(q + 8) - np.sqrt(q)) / 4) ** 2, rel=1e-9)


def test_shear_of_any_kind(glass):
    """Simple shear is one of the strains, and energies under a small one follow its derivatives."""
    n, d = glass.configuration.positions.shape
    tensor = np.zeros((d, d))
    tensor[0, 1] = 1.0
    one, other = simple_shear(glass.bonds, n, 0, 1), strained(glass.bonds, n, tensor)
    assert (one.first, one.second) == pytest.approx((other.first, other.second), rel=1e-12)
    np.testing.assert_allclose(one.mixed, other.mixed, atol=1e-12 * abs(one.mixed).max())
    stretch = np.diag([0.5, -0.5, *[0.0] * (d - 2)])
    told, step = strained(glass.bonds, n, stretch), 1e-4
    energies = []
    for strain in (-step, 0.0, step):
        there = glass.configuration.deformed(np.eye(d) + strain * stretch)
        energies.append(bonds(glass.model.interaction, there).derivatives[:, 0].sum())
    assert (energies[2] - energies[0]) / (2 * step) == pytest.approx(told.first, rel=1e-3, abs=1e-4)
    assert (energies[2] - 2 * energies[1] + energies[0]) / step**2 == pytest.approx(told.second, rel=1e-3)


def test_stiffness_under_strain_is_that_of_its_asymmetry():
    """dκ/dγ = −τν/κ for κ → 0: of the softest of five small glasses within a half, and nearer the softer."""
    model, found = load_model("ipl-3d"), []
    for seed in range(5):
        start = scattered(model, 400, np.random.default_rng(seed))
        glass = Glass(model, minimize(model.interaction, start, "cg").configuration)
        quartic = quartic_mode(glass.bonds, glass.factor, glass.modes(1).vectors[0])
        found.append(strained_cubic(glass, cubic_mode(glass.bonds, glass.factor, quartic.vector).vector, 1e-5))
    good = sorted((each for each in found if each["status"] == "ok"), key=lambda each: each["stiffness"])
    assert len(good) >= 3
    assert all(np.sign(each["slope"]) == np.sign(each["predicted"]) for each in good[:3])
    assert abs(np.log(good[0]["ratio"])) < np.log(1.5)
