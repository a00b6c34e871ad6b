"""Masses of species: what a model says of them, vibrations and molecular dynamics with them, and what refuses them."""

from dataclasses import replace

import numpy as np
import pytest
from liquid_checks import ALARM, block_mean

from glassworks.campaign.declared.fitting import group_problems
from glassworks.campaign.planned.ensembles import model_specification
from glassworks.campaign.planned.loading import load_campaign
from glassworks.configurations import Box, Configuration
from glassworks.dynamics.states import brought_to, compressed, redrawn, revived
from glassworks.elasticity import moduli
from glassworks.glasses import Glass
from glassworks.liquids import initial_configuration, run_dynamics, start_dynamics
from glassworks.liquids.dynamics import Runner
from glassworks.minimize import minimize
from glassworks.models import Model, load_model, pair_length, pair_terms
from glassworks.observables import Means, load
from glassworks.vibrations import hessian, lowest_modes, spectrum, weighted


def heavy(name: str = "ipl-2d", small: float = 1.0, large: float = 1.0) -> Model:
    """A model of the campaign whose species have masses."""
    content = load_model(name).model_dump(exclude={"packing_fraction"})
    return Model.model_validate({**content, "masses": {"small": small, "large": large}})


def hot(model: Model, n: int = 150, temperature: float = 1.0, seed: int = 1):
    """A state of a liquid after a few time units at the temperature."""
    rng = np.random.default_rng(seed)
    state = start_dynamics(model, initial_configuration(model, n, rng), temperature, rng)
    for step in (2e-4, 1e-3):
        state, _ = run_dynamics(model, state, 500, temperature, step)
    return run_dynamics(model, state, 1000, temperature, 0.004)[0]


# ---- what a model says


def test_models_that_say_nothing_of_masses_are_specified_as_before():
    assert "masses" not in model_specification(load_model("ka"))
    assert model_specification(heavy("ka", 2.0, 1.0))["masses"] == {"small": 2.0, "large": 1.0}
    assert load_model("ka").masses_of(np.array([0.3])) is None and heavy().masses_of(np.array([0.3])) is None


def test_each_particle_has_the_mass_of_its_species():
    model = heavy("ipl-2d", 2.0, 5.0)
    assert model.masses_of(np.array([1.4, 1.0, 1.0 + 1e-8])).tolist() == [5.0, 2.0, 2.0]
    with pytest.raises(ValueError, match=r"particle 1: nothing says what mass a diameter 1.2 has"):
        model.masses_of(np.array([1.0, 1.2]))


@pytest.mark.parametrize(
    "name, masses, said",
    [
        ("poly-3d", {"small": 1.0, "large": 2.0}, "power_law belong to no species; allowed: no such key"),
        ("ka", {"small": 1.0}, "masses: small; allowed: a mass for each of small, large"),
        ("ka", {"small": 1.0, "big": 1.0}, "masses: small, big; allowed: a mass for each of small, large"),
        ("ka", {"small": 1.0, "large": 0.0}, "greater than 0"),
        ("ka", {"small": 1.0, "large": float("inf")}, "finite"),
    ],
)
def test_masses_that_a_mixture_cannot_have_are_refused(name, masses, said):
    content = load_model(name).model_dump(exclude={"packing_fraction"})
    with pytest.raises(ValueError, match=said):
        Model.model_validate({**content, "masses": masses})


# ---- vibrations


def rows_of_two(across: int = 10, along: int = 6, step: float = 1.15):
    """(model, configuration): a square lattice of two species in alternate rows, of which nearest neighbors alone
    interact; bonds between the rows are all alike."""
    content = load_model("lj-2d").model_dump(exclude={"packing_fraction"})
    model = Model.model_validate(
        {
            **content,
            "potential": {"kind": "lennard_jones", "cutoff": 1.35, "truncation": "shifted_force"},
            "mixture": {"kind": "binary", "small_small": 1.0, "small_large": 1.0, "large_large": 1.001},
            "masses": {"small": 1.0, "large": 3.5},
        }
    )
    points = np.array(list(np.ndindex(across, along)))
    box = Box((across * step, along * step), 2)
    return model, Configuration((points + 0.25) * step, np.where(points[:, 0] % 2, 1.001, 1.0), box)


def test_waves_across_rows_of_two_masses_have_the_diatomic_dispersion():
    """ω² = f (1/m + 1/M) ± f √((1/m + 1/M)² − 4 sin²(ka)/(mM)), f = φ'' along the wave and φ'/r across (Kittel,
    chapter 4); φ' and φ'' by finite differences of the energy."""
    across, step = 10, 1.15
    model, here = rows_of_two(across, 6, step)
    masses = model.masses_of(here.diameters)
    found = spectrum(weighted(hessian(model.interaction, here), masses))
    found = np.sign(found) * found**2
    length = pair_length(model.interaction.nonadditivity, 1.0, 1.001)

    def energy(r):
        return pair_terms(model.interaction, r * r, length, 1.0)[0]

    h = 1e-3
    slope = np.dot([1, -8, 8, -1], [energy(step + k * h) for k in (-2, -1, 1, 2)]) / (12 * h)
    curvature = np.dot([-1, 16, -30, 16, -1], [energy(step + k * h) for k in (-2, -1, 0, 1, 2)]) / (12 * h * h)
    inverse, product = 1 / 1.0 + 1 / 3.5, 1.0 * 3.5
    phases = 2 * np.pi * np.arange(across // 2) / across
    for spring in (curvature, slope / step):
        root = np.sqrt(inverse**2 - 4 * np.sin(phases) ** 2 / product)
        for expected in (*(spring * (inverse + root)), *(spring * (inverse - root))):
            assert abs(found - expected).min() < 1e-6 * curvature
    assert np.ptp(curvature * (inverse - np.sqrt(inverse**2 - 4 * np.sin(phases) ** 2 / product))) > 1.0


def glass_of(model: Model, n: int, seed: int = 3) -> Glass:
    start = initial_configuration(model, n, np.random.default_rng(seed))
    found = minimize(model.interaction, start, "cg", 1e-11)
    assert found.converged
    return Glass(model, found.configuration, trusted=True)


def test_modes_of_a_glass_solve_the_equation_of_motion():
    """M u = ω² m u for the displacements, momenta add up to nothing, and both ways find what the dense matrix has."""
    glass = glass_of(heavy("ipl-2d", 1.0, 4.0), 400)
    masses, n = glass.masses, len(glass.configuration)
    dense = glass.hessian.toarray() / np.sqrt(np.outer(np.repeat(masses, 2), np.repeat(masses, 2)))
    expected = np.sqrt(np.linalg.eigvalsh(dense)[2:14])
    for factored in (True, False):
        modes = glass.modes(12, factored=factored)
        np.testing.assert_allclose(modes.frequencies, expected, rtol=1e-7)
        moves = modes.displacements(masses)
        for omega, u in zip(modes.frequencies, moves, strict=True):
            assert abs(masses @ u).max() < 1e-9
            assert (masses[:, None] * u * u).sum() == pytest.approx(1.0, rel=1e-12)
            pull = (glass.hessian @ u.ravel()).reshape(n, 2)
            np.testing.assert_allclose(pull, omega**2 * masses[:, None] * u, atol=1e-7)
        squared = (modes.vectors**2).sum(axis=2)
        np.testing.assert_allclose(modes.participation, 1 / (n * (squared**2).sum(axis=1)), rtol=1e-12)


def test_equal_masses_divide_all_frequencies_alike_and_moduli_know_none():
    one, four = glass_of(load_model("ipl-2d"), 150), glass_of(heavy("ipl-2d", 4.0, 4.0), 150)
    np.testing.assert_allclose(2 * four.modes(8).frequencies, one.modes(8).frequencies, rtol=1e-9)
    heavy_one = glass_of(heavy("ipl-2d", 1.0, 7.0), 150)
    assert np.array_equal(heavy_one.moduli().planes, one.moduli().planes)
    assert one.moduli().shear == moduli(one.model.interaction, one.configuration).shear


def test_masses_of_one_keep_every_bit_of_modes():
    one, said = glass_of(load_model("ipl-2d"), 320), glass_of(heavy("ipl-2d", 1.0, 1.0), 320)
    assert said.masses is None and said.weighted_factor is said.factor
    first, second = one.modes(5), said.modes(5)
    assert np.array_equal(first.vectors, second.vectors) and np.array_equal(first.frequencies, second.frequencies)
    assert weighted(one.hessian, None) is one.hessian


def test_a_factor_without_masses_ends_among_heavy_translations():
    """The projection must know them: with the wrong one a solution is none."""
    glass = glass_of(heavy("ipl-2d", 1.0, 9.0), 150)
    factor, n = glass.weighted_factor, len(glass.configuration)
    force = np.random.default_rng(2).standard_normal((2 * n, 3))
    found = factor.solve(force)
    assert factor.backward_error(found, force) < 1e-12
    momenta = (np.sqrt(glass.masses)[:, None] * found.reshape(n, -1)).sum(axis=0)
    assert abs(momenta).max() < 1e-8
    assert len(lowest_modes(factor, 3).frequencies) == 3


# ---- molecular dynamics


@pytest.mark.parametrize("temperature", [None, 0.9])
@pytest.mark.parametrize("lanes", [0, 4])
def test_four_times_the_mass_is_half_as_fast_to_the_last_bit(temperature, lanes):
    """Powers of two are exact: with Δt and τ doubled and velocities halved, every place is the same."""
    light, slow = load_model("ipl-2d"), heavy("ipl-2d", 4.0, 4.0)
    state = hot(light)
    first, fast = run_dynamics(light, state, 300, temperature, 0.004, 0.5, lanes=lanes)
    halved = replace(state, velocities=0.5 * state.velocities, bath=state.bath * [[1.0], [0.5]])
    second, later = run_dynamics(slow, halved, 300, temperature, 0.008, 1.0, lanes=lanes)
    assert np.array_equal(first.positions, second.positions) and not np.array_equal(first.positions, state.positions)
    assert np.array_equal(first.velocities, 2 * second.velocities)
    assert np.array_equal(fast.temperature, later.temperature) and np.array_equal(fast.pressure, later.pressure)
    np.testing.assert_allclose(fast.conserved, later.conserved, rtol=1e-12)


def test_masses_of_one_that_are_said_keep_every_bit():
    plain, said = load_model("ipl-2d"), heavy("ipl-2d", 1.0, 1.0)
    ends = []
    for model in (plain, said):
        start = initial_configuration(model, 150, np.random.default_rng(1))
        state = start_dynamics(model, start, 1.0, np.random.default_rng(2))
        ends.append(run_dynamics(model, state, 200, 1.0, 0.001)[0])
    for name in ("positions", "velocities", "bath"):
        assert np.array_equal(*(getattr(end, name) for end in ends))


@pytest.mark.parametrize("temperature", [None, 0.9])
def test_energy_is_conserved_and_momentum_is_none(temperature):
    """Half the step, a quarter of the scatter; at constant energy and at constant temperature."""
    model = heavy("ipl-2d", 1.0, 6.0)
    state, scatter = hot(model, 150, 0.9), []
    for step in (0.008, 0.004):
        end, trace = run_dynamics(model, state, round(4.0 / step), temperature, step, every=1)
        scatter.append(trace.conserved.std())
        assert abs(end.masses @ end.velocities).max() < 1e-9
    assert scatter[0] < 1e-3 and 3.5 < scatter[0] / scatter[1] < 4.5
    masses = model.masses_of(end.diameters)
    kinetic = 0.5 * float((masses[:, None] * end.velocities**2).sum()) / 150
    assert trace.temperature[-1] == pytest.approx(2 * kinetic * 150 / end.freedoms, rel=1e-12)


def test_each_species_has_the_temperature():
    """⟨½ m v²⟩ = ½ d T (1 − m/Σm) of each species, and the variance 2T²/g of all (three comparisons, each of a false
    alarm of 1 in 16,000); a species that were given the other's mass would be beyond by a factor."""
    temperature, model = 1.0, heavy("ipl-2d", 1.0, 4.0)
    state = hot(model, 100)
    light = state.masses == 1.0
    values, totals = [], []
    for _ in range(320):
        state, trace = run_dynamics(model, state, 80, temperature, 0.005, every=80)
        twice = state.masses * (state.velocities**2).sum(axis=1)
        shares = 2 * temperature * (1 - state.masses / state.masses.sum())
        values.append([twice[kind].sum() / shares[kind].sum() for kind in (light, ~light)])
        totals.append(trace.temperature[-1])
    for column in np.array(values).T:
        mean, error = block_mean(column)
        assert abs(mean - 1.0) < ALARM * error and error < 0.03
    spread, error = block_mean((np.array(totals) - temperature) ** 2 * state.freedoms / (2 * temperature**2))
    assert abs(spread - 1.0) < ALARM * error and error < 0.2


def test_velocities_are_drawn_by_masses():
    """Kinetic energies of a species in 400 draws, within four standard errors; and those of a state drawn anew."""
    model = heavy("ipl-2d", 1.0, 16.0)
    start, rng = initial_configuration(model, 100, np.random.default_rng(1)), np.random.default_rng(2)
    state = start_dynamics(model, start, 0.7, rng)
    assert state.kinetic_temperature == pytest.approx(0.7, rel=1e-12)
    assert abs(state.masses @ state.velocities).max() < 1e-12
    light, ratios = state.masses == 1.0, []
    for _ in range(400):
        again = redrawn(state, 0.7, rng).velocities
        assert abs(state.masses @ again).max() < 1e-10
        twice = state.masses * (again**2).sum(axis=1)
        ratios.append([twice[light].mean(), twice[~light].mean()])
    expected = 2 * 0.7 * (1 - np.array([1.0, 16.0]) / state.masses.sum())
    error = expected * np.sqrt(2 / (2 * 50 * 400))
    assert (abs(np.mean(ratios, axis=0) - expected) < ALARM * error).all()


def test_states_that_are_brought_elsewhere_keep_their_masses():
    model = heavy("ipl-2d", 1.0, 3.0)
    state = hot(model)
    assert brought_to(state, 0.2).kinetic_temperature == pytest.approx(0.2, rel=1e-12)
    known = revived(state.configuration, state.velocities, state.forces, state.bath, state.masses)
    assert known.kinetic_temperature == state.kinetic_temperature
    denser = model.model_copy(update={"density": 1.02 * model.density})
    assert np.array_equal(compressed(denser, state).masses, state.masses)
    forgotten = replace(state, masses=None)
    told, remembered = run_dynamics(model, state, 50, 1.0)[0], run_dynamics(model, forgotten, 50, 1.0)[0]
    assert np.array_equal(told.positions, remembered.positions) and np.array_equal(remembered.masses, state.masses)


def test_a_particle_keeps_its_mass_when_slots_change():
    model = heavy("ipl-2d", 1.0, 3.0)
    runner = Runner(model, hot(model))
    before = runner.masses_by_slot()
    runner.places[0] = np.where(runner.particle >= 0, -runner.places[0], runner.places[0])
    runner.relist()
    after = runner.masses_by_slot()
    assert not np.array_equal(before, after)
    held = runner.particle >= 0
    expected = model.masses_of(runner.diameters)[runner.particle[held]]
    assert np.array_equal(after[held], expected) and (after[~held] == 1).all()


# ---- what refuses masses


def test_what_knows_no_masses_refuses_them():
    model = heavy("ipl-2d", 1.0, 2.0)
    glass = glass_of(model, 100)
    with pytest.raises(ValueError, match="is for particles of mass one, but ipl-2d gives its species masses"):
        glass.pinch(5)
    for name in ("dipoles", "softspots"):
        each = load(name)
        assert each.unit_masses
        with pytest.raises(ValueError, match="is for particles of mass one"):
            each.measure(glass, each.parameters(), Means(np.random.default_rng(1), {}, None))
    assert not any(load(name).unit_masses for name in ("modes", "moduli", "decay", "downhill"))
    glass_of(load_model("ipl-2d"), 100).pinch(5)


def test_a_paper_that_asks_it_of_masses_is_refused_before_anything_runs():
    campaign = load_campaign()
    paper = campaign.papers["pinching"]
    name, group = next((name, each) for name, each in paper.groups.items() if "dipoles" in each.observables)
    key, model = f"groups.{name}", campaign.models[group.model]
    assert group_problems(paper.file, key, group, model) == []
    other = heavy("ipl-2d", 1.0, 2.0).model_copy(update={"density": model.density, "dimension": model.dimension})
    found = [each for each in group_problems(paper.file, key, group, other) if "mass" in each]
    measured = [each for each in ("dipoles", "softspots") if each in group.observables]
    assert len(found) == len(measured) and found[0].startswith(
        f"{paper.file}: {key}.observables: {measured[0]}: is for"
    )
    assert all("allowed: a model without masses" in each and "\n" not in each for each in found)
