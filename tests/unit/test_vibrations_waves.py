"""Waves in linear dynamics against the whole spectrum and crystals that damp nothing; glasses whose forces are taken
away against the energies of their springs."""

import re
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from glasses import glass

from glassworks.configurations import Box, Configuration
from glassworks.elasticity.moduli import expansion, moduli_of_strains, simple_shear
from glassworks.glasses import Glass
from glassworks.liquids.memory import NOTHING
from glassworks.models import make_model
from glassworks.observables import Means, System
from glassworks.observables._alone import alone
from glassworks.observables.waves import Parameters, measure, problems
from glassworks.statistics.damping import damped
from glassworks.vibrations import Factor, assemble, bonds
from glassworks.vibrations.filters import Operator
from glassworks.vibrations.prestress import relieved
from glassworks.vibrations.waves import autocorrelations, plane_wave, polarizations, unmapped, wave_vector

RELIEFS = (0.0, 0.3, 1.0)
CASES = [("ipl-2d", 150), ("ipl-3d", 200)]


@cache
def bonded(name: str, n: int):
    model, configuration = glass(name, n)
    return configuration, bonds(model.interaction, configuration)


# ---- forces taken away


def by_hand(pairs, n: int, relief: float) -> np.ndarray:
    """M″ + (1 − δ) M′ from φ′ and φ″ of each pair, (dN, dN)."""
    d = pairs.vectors.shape[1]
    r = pairs.distances
    force = 2.0 * r * pairs.derivatives[:, 1]
    stiffness = 4.0 * r**2 * pairs.derivatives[:, 2] + 2.0 * pairs.derivatives[:, 1]
    found = np.zeros((n, d, n, d))
    for i, j, vector, length, k, f in zip(pairs.first, pairs.second, pairs.vectors, r, stiffness, force, strict=True):
        along = np.outer(vector, vector) / length**2
        block = k * along + (1.0 - relief) * f / length * (np.eye(d) - along)
        found[i, :, i] += block
        found[j, :, j] += block
        found[i, :, j] -= block
        found[j, :, i] -= block
    return found.reshape(n * d, n * d)


@pytest.mark.parametrize("relief", RELIEFS)
@pytest.mark.parametrize("name, n", CASES)
def test_the_hessian_without_a_share_of_forces(name, n, relief):
    _, pairs = bonded(name, n)
    expected = by_hand(pairs, n, relief)
    found = assemble(relieved(pairs, relief), n).toarray()
    np.testing.assert_allclose(found, expected, atol=1e-11 * abs(expected).max())


@pytest.mark.parametrize("relief", RELIEFS)
def test_its_moduli_are_those_of_its_springs(relief):
    """Σ (1 − δ) φ′ (r − r₀) + ½ φ″ (r − r₀)² under a small strain that particles relax from, by differences."""
    configuration, pairs = bonded("ipl-2d", 150)
    n, volume, r0 = 150, configuration.box.volume, pairs.distances
    force = (1.0 - relief) * 2.0 * r0 * pairs.derivatives[:, 1]
    stiffness = 4.0 * r0**2 * pairs.derivatives[:, 2] + 2.0 * pairs.derivatives[:, 1]

    def energy(gradient: np.ndarray, u: np.ndarray) -> float:
        moved = pairs.vectors @ (np.eye(2) + gradient).T + u[pairs.first] - u[pairs.second]
        longer = np.linalg.norm(moved, axis=1) - r0
        return float((force * longer + 0.5 * stiffness * longer**2).sum())

    chosen = relieved(pairs, relief)
    factor = Factor(assemble(chosen, n), configuration.positions)
    shears = [simple_shear(chosen, n, a, b) for a, b in combinations(range(2), 2)]
    found = moduli_of_strains(expansion(chosen, n), shears, factor, volume)
    response = -factor.solve(shears[0].mixed[:, None])[:, 0].reshape(n, 2)
    strain, step = np.array([[0.0, 1.0], [0.0, 0.0]]), 5e-5
    curve = [energy(s * strain, s * response) for s in (-step, 0.0, step)]
    assert (curve[0] - 2 * curve[1] + curve[2]) / step**2 / volume == pytest.approx(found.shear, rel=1e-5)
    affine = [energy(s * strain, 0.0 * response) for s in (-step, 0.0, step)]
    assert (affine[0] - 2 * affine[1] + affine[2]) / step**2 / volume == pytest.approx(found.shear_born, rel=1e-5)
    swollen = [energy(s * np.eye(2), 0.0 * response) for s in (-step, step)]
    assert -(swollen[1] - swollen[0]) / (2 * step) / (2 * volume) == pytest.approx(found.pressure, rel=1e-6, abs=1e-9)


def test_taking_no_force_away_changes_nothing_and_more_than_all_is_refused():
    _, pairs = bonded("ipl-2d", 150)
    assert relieved(pairs, 0.0) is pairs
    for wrong in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match=r"relief: .*; allowed: 0 \(the glass as it is\) to 1"):
            relieved(pairs, wrong)


# ---- waves


@pytest.mark.parametrize("relief", RELIEFS)
@pytest.mark.parametrize("name, n", CASES)
def test_autocorrelations_are_those_of_the_whole_spectrum(name, n, relief):
    configuration, pairs = bonded(name, n)
    matrix = assemble(relieved(pairs, relief), n)
    squared, vectors = np.linalg.eigh(matrix.toarray())
    d = configuration.box.dimension
    k = wave_vector(configuration, (1, 2, 0)[:d])
    fields = np.stack(
        [plane_wave(configuration, k, e, sine) for e in polarizations(k) for sine in (False, True)], axis=1
    )
    step = 1.9 / np.sqrt(squared[-1])
    for count in (1, 2, 3, 200, 201):
        found = autocorrelations(Operator(matrix, configuration), fields, step, count)
        angles = 2.0 * np.arcsin(np.sqrt(np.maximum(squared, 0.0)) * step / 2.0)
        shares = (vectors.T @ fields) ** 2
        expected = np.cos(np.arange(count)[:, None] * angles) @ shares
        assert found.shape == (count, 2 * d)
        np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_waves_are_along_and_across(dimension):
    rng = np.random.default_rng(dimension)
    configuration = Configuration(5.0 * rng.random((500, dimension)), np.ones(500), Box(5.0, dimension))
    k = wave_vector(configuration, (1, -1, 1, 0)[:dimension])
    np.testing.assert_allclose(k, 2 * np.pi / 5.0 * np.array((1, -1, 1, 0)[:dimension]))
    e = polarizations(k)
    np.testing.assert_allclose(e @ e.T, np.eye(dimension), atol=1e-14)
    np.testing.assert_allclose(e @ k, [np.linalg.norm(k), *[0.0] * (dimension - 1)], atol=1e-13)
    for sine in (False, True):
        field = plane_wave(configuration, k, e[1], sine).reshape(-1, dimension)
        assert np.linalg.norm(field) == pytest.approx(1.0) and abs(field.sum(axis=0)).max() < 1e-13
        assert abs(field @ k).max() < 1e-13


def test_what_is_no_wave_in_the_box_is_refused():
    flat = Configuration(5.0 * np.random.default_rng(1).random((100, 2)), np.ones(100), Box(5.0, 2))
    for numbers in ((0, 0), (1, 0.5), (1, 2, 3)):
        with pytest.raises(ValueError, match="allowed: 2 whole numbers, not all zero: waves in the box"):
            wave_vector(flat, numbers)
    with pytest.raises(ValueError, match=r"beyond the first zone; allowed: up to π/a₀ = 6\.28"):
        wave_vector(flat, (6, 0))
    leaning = Configuration(flat.positions, flat.diameters, Box((5.0, 5.0), 2, (0.2,)))
    with pytest.raises(ValueError, match="right angles, and this one is tilted"):
        wave_vector(leaning, (1, 0))


def triangular(cells: int) -> Configuration:
    """A triangular crystal of particles that repel each other, at density one, nearly as wide as high."""
    rows = round(cells / np.sqrt(0.75) / 2) * 2
    a = (4.0 / 3.0) ** 0.25
    i, j = np.meshgrid(np.arange(cells), np.arange(rows), indexing="ij")
    places = np.stack([(i + 0.5 * (j % 2)) * a, j * a * np.sqrt(0.75)], axis=-1).reshape(-1, 2)
    return Configuration(places + 0.1, np.ones(len(places)), Box((cells * a, rows * a * np.sqrt(0.75)), 2))


def test_a_crystal_damps_no_wave():
    model = make_model(
        {"kind": "inverse_power", "exponent": 10, "smooth_derivatives": 3, "cutoff": 1.48},
        {"kind": "monodisperse"}, density=1.0, dimension=2,
    )  # fmt: skip
    crystal = triangular(20)
    matrix = assemble(bonds(model.interaction, crystal), len(crystal))
    k = wave_vector(crystal, (2, 0))
    fields = np.stack([plane_wave(crystal, k, e, True) for e in polarizations(k)], axis=1)
    squared = np.einsum("nw,nw->w", fields, matrix @ fields)
    step = 1.9 / np.sqrt(np.linalg.eigvalsh(matrix.toarray())[-1])
    found = autocorrelations(Operator(matrix, crystal), fields, step, 400)
    angles = 2.0 * np.arcsin(np.sqrt(squared) * step / 2.0)
    np.testing.assert_allclose(found, np.cos(np.arange(400)[:, None] * angles), atol=1e-11)
    for column, angle in zip(found.T, angles, strict=True):
        fitted = damped(np.arange(400.0), column, 1.3 * angle)
        frequency, rate = unmapped(fitted.frequency, fitted.rate, step)
        assert fitted.reason == "ok" and rate < 1e-9
        assert frequency == pytest.approx(2.0 / step * np.sin(0.5 * angle), rel=1e-9)


# ---- damping


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1, 0.2])
def test_a_damped_cosine_is_found(rate):
    t = np.arange(0.0, 800.0, 0.5)
    noise = 0.002 * np.random.default_rng(3).normal(size=len(t))
    found = damped(t, 0.9 * np.exp(-0.5 * rate * t) * np.cos(t + 0.1) + noise, 1.4)
    assert found.reason == "ok" and found.frequency == pytest.approx(1.0, abs=1e-3)
    assert found.rate == pytest.approx(rate, abs=2e-3) and found.amplitude == pytest.approx(0.9, abs=0.01)
    assert found.phase == pytest.approx(0.1, abs=0.01)


def test_what_cannot_be_told_is_said():
    t = np.arange(0.0, 200.0, 0.5)
    assert damped(t, np.exp(-0.5 * t) * np.cos(t), 1.0).reason == "overdamped"
    assert damped(t[:60], np.exp(-0.01 * t[:60]) * np.cos(t[:60]), 1.0).reason == "too short"


# ---- as an observable


def test_rows_are_the_mean_of_alike_waves_of_the_whole_spectrum():
    """(2, 1) and (−1, 2), sine and cosine, at the times that are kept."""
    model, configuration = glass("ipl-2d", 150)
    given = {"waves": [[2, 1], 1], "speeds": {"transverse": 4.0, "longitudinal": 12.0}, "longest": 6.0}
    parameters = Parameters(**given, reliefs=[0.0, 0.4])
    found = pd.DataFrame(measure(Glass(model, configuration), parameters, Means(np.random.default_rng(1), {}, NOTHING)))
    assert set(found["wave"]) == {"2 1", "1 0"} and (found["status"] == "ok").all()
    pairs = bonds(model.interaction, configuration)
    for relief, rows in found[found["wave"] == "2 1"].groupby("relief"):
        squared, vectors = np.linalg.eigh(assemble(relieved(pairs, relief), 150).toarray())
        angles = 2.0 * np.arcsin(np.sqrt(np.maximum(squared, 0.0)) * parameters.step / 2.0)
        for number, polarization in ((1, "transverse"), (0, "longitudinal")):
            mine = rows[rows["polarization"] == polarization]
            steps = np.round(mine["time"].to_numpy() / parameters.step)
            expected = np.zeros(len(mine))
            for numbers in ((2, 1), (-1, 2)):
                k = wave_vector(configuration, numbers)
                np.testing.assert_allclose(mine["wave_number"], np.linalg.norm(k))
                for sine in (False, True):
                    shares = (vectors.T @ plane_wave(configuration, k, polarizations(k)[number], sine)) ** 2
                    expected += np.cos(steps[:, None] * angles) @ shares / 4.0
            np.testing.assert_allclose(mine["correlation"], expected, atol=1e-10)
            assert mine["time"].iloc[0] == 0.0 and len(mine) >= 12


def test_a_step_that_is_too_long_is_a_flagged_row():
    given = {"waves": [1], "speeds": {"transverse": 4.0, "longitudinal": 12.0}, "longest": 5.0, "step": 0.1}
    found = alone("waves", Glass(*glass("ipl-2d", 150)), given)
    assert len(found["status"]) == 1
    assert re.search(r"step: 0\.1: ω reaches 3\d\.\d+; allowed: below 0\.05", found["status"][0])


@pytest.mark.parametrize(
    ("waves", "said"), [([[1, 2, 3]], "allowed: 2 whole numbers"), ([[30, 0]], "30 wavelengths in the box, beyond")]
)
def test_waves_that_do_not_fit_the_box_are_told_before_anything_runs(waves, said):
    parameters = Parameters(waves=waves, speeds={"transverse": 4.0, "longitudinal": 12.0})
    [(key, problem)] = problems(System(400, 2, 8.0, 21.6), parameters)
    assert key == "waves" and said in problem


@pytest.mark.parametrize(
    "waves, said", [([[0, 0]], "is no wave"), ([[1, 0], [1, 0]], "stands twice"), ([], "at least 1")]
)
def test_what_is_no_list_of_waves_is_refused(waves, said):
    with pytest.raises(ValueError, match=said):
        Parameters(waves=waves, speeds={"transverse": 4.0, "longitudinal": 12.0})
