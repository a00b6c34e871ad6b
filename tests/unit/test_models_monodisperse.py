"""Particles of one size, and glasses that are quenched from random points."""

import numpy as np
import pytest
from pydantic import ValidationError

from glassworks import load_model
from glassworks.campaign.declared.fitting import group_problems
from glassworks.campaign.declared.sections import Group
from glassworks.configurations import force_state
from glassworks.glasses import Glass
from glassworks.liquids import equilibrate_dynamics, initial_configuration
from glassworks.minimize import minimize
from glassworks.models.specification import Model, packing_fraction
from glassworks.preparing.random import scattered
from glassworks.protocols.random import Random
from glassworks.structure import crystals


def test_all_have_one_size_and_moments_are_its_powers():
    mixture = load_model("harmonic-mono-3d").mixture
    assert (mixture.diameters(5) == 1.0).all() and mixture.largest == 1.0
    assert mixture.moment(3) == 1.0 and type(mixture)(kind="monodisperse", size=2.0).moment(3) == 8.0
    assert mixture.unlike(np.ones(4)) == "" and "1 of its 3 diameters, as 1.2," in mixture.unlike(np.array([1, 1.2, 1]))


def test_the_pressure_of_its_glasses_is_the_papers():
    """p = 0.05 at φ ≈ 0.73, of four glasses of 2,000, whose mean scatters by 0.0002."""
    model = load_model("harmonic-mono-3d")
    assert packing_fraction(model) == pytest.approx(0.73, abs=0.005)
    found = []
    for seed in range(4):
        start = scattered(model, 2000, np.random.default_rng(seed))
        end = minimize(model.interaction, start, "fire")
        assert end.converged
        found.append(end.pressure)
    assert np.mean(found) == pytest.approx(0.05, abs=0.001)


def test_glasses_of_lennard_jones_are_near_zero_pressure_and_amorphous():
    """Two of 500 from a liquid at T = 2: the pressure is small beside the bulk modulus, and no crystal takes half of
    the particles. Of sixty such glasses the largest crystal holds 8 particles in the middle and 87 at most, with a
    tail that falls by e every 20: 250 are a false alarm in 1e-5 runs."""
    model = load_model("lj-mono-3d")
    for seed in range(2):
        rng = np.random.default_rng(seed)
        liquid = equilibrate_dynamics(model, initial_configuration(model, 500, rng), 2.0, 20.0, rng)
        end = minimize(model.interaction, liquid.configuration, "fire")
        assert end.converged and abs(end.pressure) < 0.02 * Glass(model, end.configuration).moduli().bulk
        assert crystals(end.configuration).largest < 250


def test_points_are_random_and_nothing_pushed_them():
    """Uniform in each coordinate (Kolmogorov and Smirnov, a false alarm in 1e-4 runs), with the overlaps that chance
    gives: the energy of an ideal gas within five standard errors."""
    model = load_model("harmonic-mono-3d")
    found = scattered(model, 20_000, np.random.default_rng(5))
    fractions = np.sort(found.positions / found.box.edges[0], axis=0)
    apart = np.abs(fractions - (np.arange(20_000)[:, None] + 0.5) / 20_000).max()
    assert apart < 2.23 / np.sqrt(20_000)
    density = 20_000 / found.box.volume
    # half of ρ ∫ ½ (1 − r)² 4π r² dr = 2πρ/30, whose spread comes from the number of pairs
    expected = 2.0 * np.pi * density / 30.0 / 2.0
    energy = force_state(model.interaction, found).energy / 20_000
    assert energy == pytest.approx(expected, rel=5 / np.sqrt(20_000 * 2.9))


def test_energies_of_pairs_are_refused():
    given = load_model("ka").model_dump() | {"mixture": {"kind": "monodisperse", "size": 1.0}}
    with pytest.raises(ValidationError, match="need a binary mixture"):
        Model(**given)


def test_only_finite_energies_are_quenched_from_random_points():
    protocol = Random(kind="random")
    assert not list(protocol.model_problems(load_model("harmonic-mono-3d")))
    [(key, said)] = protocol.model_problems(load_model("ka"))
    assert key == "kind" and "no finite energy in ka; allowed: models of harmonic and hertzian" in said


GROUP = {
    "role": "glasses from infinite temperature, pulled along their modes",
    "model": "harmonic-mono-3d",
    "protocol": {"kind": "random"},
    "minimizer": "fire",
    "block_samples": {500: 2},
    "observables": {"selected_modes": {"count": 20, "keep": True}, "pulls": {}},
}


def problems(**changed) -> list[str]:
    group = Group.model_validate(GROUP | changed)
    return group_problems("config/papers/x.yaml", "groups.glass", group, load_model(group.model))


def test_a_group_of_pulled_glasses_is_declared():
    assert problems() == []


@pytest.mark.parametrize(
    ("observables", "said"),
    [
        (
            {"selected_modes": {"keep": False}, "pulls": {}},
            "builds on what selected_modes keeps, which is not kept here; allowed: selected_modes with",
        ),
        ({"pulls": {}}, "pulls: builds on selected_modes, which is not measured here"),
        (
            {"selected_modes": {"keep": True}, "pulls": {"smallest": 0.5}},
            "amplitudes must increase; allowed: above 0.5",
        ),
        (
            {"selected_modes": {"keep": True}, "pulls": {"smallest": 0.0}},
            "pulls.smallest: 0.0: input should be greater than 0",
        ),
        (
            {"nonlinear_modes": {}},
            "takes the energy's third derivative, but of harmonic-mono-3d (harmonic) the second is not continuous",
        ),
    ],
)
def test_pulls_that_cannot_be_are_refused_before_any_job(observables, said):
    [found] = problems(observables=observables)
    assert found.startswith("config/papers/x.yaml: groups.glass.observables") and said in found


def test_a_random_protocol_has_one_point_and_no_evidence():
    protocol = Random(kind="random")
    [rung] = protocol.path(500, None)
    assert rung.consumed == {"kind": "random"} and rung.name == "random" and rung.temperature is None
    assert "no liquid in equilibrium" in protocol.untested
    with pytest.raises(ValueError, match="a random group has one block size"):
        protocol.check_blocks(500, {1.0: 2})
