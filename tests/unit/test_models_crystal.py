"""Perfect crystals: what a lattice must be, sums over it done by hand, and what cannot be one."""

from itertools import product

import numpy as np
import pytest
from pydantic import ValidationError

from glassworks import load_model
from glassworks.campaign.declared.fitting import group_problems
from glassworks.campaign.declared.sections import Group
from glassworks.campaign.planned.ensembles import make_liquid
from glassworks.configurations import force_state
from glassworks.glasses import Glass
from glassworks.liquids.memory import NOTHING
from glassworks.minimize import minimize
from glassworks.models.specification import packed
from glassworks.observables._alone import alone
from glassworks.preparing import Means, Start
from glassworks.preparing.crystal import lattice, prepare
from glassworks.protocols import Here
from glassworks.protocols.crystal import Crystal
from glassworks.structure import crystals, solid_angle_neighbors

GROUP = {
    "role": "what a glass is not",
    "model": "lj-mono-3d",
    "protocol": {"kind": "crystal", "lattice": "fcc"},
    "minimizer": "fire",
    "block_samples": {500: 2},
    "observables": {"selected_modes": {"count": 20, "keep": True}, "pulls": {}},
}


def problems(**changed) -> list[str]:
    group = Group.model_validate(GROUP | changed)
    return group_problems("config/papers/x.yaml", "groups.crystal", group, load_model(group.model))


def made(model, n=500, seed=1):
    means = Means(np.random.default_rng(seed), 0, lambda *_: None, NOTHING)
    return prepare(Here(model, n, None, {"kind": "crystal", "lattice": "fcc"}), Start(), means)


def neighbors_by_hand(spacing: float, reach: float) -> np.ndarray:
    """Vectors to all others of an fcc lattice of a nearest distance, within a reach: those of even sum, times ½ a."""
    half = spacing / 2**0.5
    top = int(reach / half) + 1
    whole = np.array([each for each in product(range(-top, top + 1), repeat=3) if sum(each) % 2 == 0 and any(each)])
    vectors = whole * half
    return vectors[np.linalg.norm(vectors, axis=1) < reach]


def test_all_particles_have_twelve_neighbors_and_no_force():
    model = load_model("lj-mono-3d")
    [found] = made(model).left
    near = solid_angle_neighbors(found)
    assert (near.numbers == 12).all()
    np.testing.assert_allclose(np.linalg.norm(near.vectors, axis=1), (2**0.5 / model.density) ** (1 / 3), rtol=1e-12)
    assert crystals(found).share == 1.0 and found.density == pytest.approx(model.density, rel=1e-12)
    assert abs(force_state(model.interaction, found).forces).max() < 1e-11
    end = minimize(model.interaction, found, "fire")
    assert end.converged and end.evaluations < 5


@pytest.mark.parametrize("name, packing", [("lj-mono-3d", None), ("harmonic-mono-3d", 0.76)])
def test_energies_are_those_of_the_lattice_sum(name, packing):
    """Half of the sum over all neighbors within the cutoff of the formulas of Mizuno et al. 2020, Eqs. 1 and 2."""
    model = load_model(name) if packing is None else packed(load_model(name), packing)
    chain = made(model)
    vectors = neighbors_by_hand((2**0.5 / model.density) ** (1 / 3), model.range)
    r = np.linalg.norm(vectors, axis=1)
    if packing is None:
        cut = 2.5
        slope = 4.0 * (-12 * cut**-13 + 6 * cut**-7)
        pairs = 4.0 * (r**-12 - r**-6) - 4.0 * (cut**-12 - cut**-6) - (r - cut) * slope
    else:
        pairs = 0.5 * (1.0 - r) ** 2
    assert chain.rows[0]["energy"] == pytest.approx(0.5 * pairs.sum(), rel=1e-11)


def test_its_modes_are_the_phonons_of_a_lattice_of_springs():
    """Eigenvalues of Σ_R K(R) (1 − cos q·R), K = k r̂r̂ − (f/r)(1 − r̂r̂), at each q that the box allows (Ashcroft &
    Mermin 1976, chapter 22)."""
    model = packed(load_model("harmonic-mono-3d"), 0.80)
    [found] = made(model, 256).left
    vectors = neighbors_by_hand((2**0.5 / model.density) ** (1 / 3), 1.0)
    r = np.linalg.norm(vectors, axis=1)
    along = np.einsum("pi,pj->pij", vectors, vectors) / (r**2)[:, None, None]
    springs = along - ((1.0 - r) / r)[:, None, None] * (np.eye(3) - along)
    waves = 2 * np.pi / found.box.edges[0] * np.array(list(product(range(8), range(8), range(4))))
    squared = np.linalg.eigvalsh(np.einsum("pij,pq->qij", springs, 1.0 - np.cos(vectors @ waves.T)))
    expected = np.sort(squared.ravel())
    glass = Glass(model, found)
    np.testing.assert_allclose(np.linalg.eigvalsh(glass.hessian.toarray()), expected, atol=1e-12)
    np.testing.assert_allclose(glass.modes(12).frequencies ** 2, expected[3:15], rtol=1e-9)


def test_samples_differ_by_a_shift_alone():
    model = load_model("lj-mono-3d")
    one, other = (made(model, seed=seed).left[0] for seed in (1, 2))
    apart = one.box.shortest(one.positions - other.positions)
    shift = one.box.shortest(apart - apart[0])
    assert np.abs(shift).max() < 1e-12 and np.linalg.norm(apart[0]) > 0.01
    assert np.array_equal(one.positions, made(model, seed=1).left[0].positions)
    with pytest.raises(ValueError, match="600 particles fill no cube with a fcc crystal"):
        lattice(model, 600, "fcc", np.random.default_rng(1))


def test_a_group_of_crystals_is_declared():
    assert problems() == []
    dense = {"kind": "crystal", "lattice": "fcc", "packing_fraction": 0.76}
    assert problems(model="harmonic-mono-3d", protocol=dense) == []
    group = Group.model_validate(GROUP | {"model": "harmonic-mono-3d", "protocol": dense})
    liquid = make_liquid(load_model("harmonic-mono-3d"), 500, group, None)
    assert liquid.packing == 0.76 and "crystal_fcc_F0.760" in liquid.id


def test_a_crystal_has_one_point_and_no_evidence():
    protocol = Crystal(kind="crystal", lattice="fcc")
    [rung] = protocol.path(500, None)
    assert rung.consumed == {"kind": "crystal", "lattice": "fcc"} and rung.name == "crystal_fcc"
    assert rung.temperature is None and rung.packing is None and not protocol.dynamics
    with pytest.raises(ValidationError, match="evidence: true: a perfect crystal is no liquid in equilibrium"):
        Group.model_validate(GROUP | {"evidence": True})
    with pytest.raises(ValidationError, match="fcc"):
        Crystal(kind="crystal", lattice="bcc")


@pytest.mark.parametrize("n, near", [(499, "256 or 500"), (501, "500 or 864"), (600, "500 or 864"), (3, "4")])
def test_numbers_that_fill_no_cube_are_refused_before_any_job(n, near):
    with pytest.raises(ValidationError) as error:
        Group.model_validate(GROUP | {"block_samples": {n: 2}})
    assert f"block_samples.{n}: a fcc crystal fills a cube with 4 m³ particles; allowed: {near}, ..." in str(
        error.value
    )


@pytest.mark.parametrize(
    ("model", "observables", "said"),
    [
        ("ka", {}, "kind: crystal: the particles of ka differ in size; allowed: models in three dimensions of"),
        ("ipl-2d", {}, "kind: crystal: ipl-2d has 2 dimensions; allowed: models in three dimensions"),
        (
            "harmonic-mono-3d",
            {},
            "packing_fraction: particles of harmonic-mono-3d interact within 1, but neighbors in this crystal lie "
            "1.0057 apart; allowed: a packing_fraction above 0.7405",
        ),
    ],
)
def test_models_that_make_no_crystal_are_refused_before_any_job(model, observables, said):
    [found] = problems(model=model, observables=observables)
    assert found.startswith(f"config/papers/x.yaml: groups.crystal.protocol.{said}")


def test_it_comes_home_from_as_far_as_glasses_are_pulled():
    """Third derivatives along its waves vanish, as each point is a center of symmetry."""
    model = packed(load_model("harmonic-mono-3d"), 0.76)
    glass = Glass(model, minimize(model.interaction, made(model).left[0], "fire").configuration)
    modes = alone("selected_modes", glass, {})
    assert np.abs(modes["third"]).max() < 1e-10 and set(modes["status"]) == {"ok"}
    pulled = alone("pulls", glass, {"most": 2, "smallest": 0.01})
    assert set(pulled["status"]) == {"no transition up to the largest amplitude"}
    assert (pulled["home"] > 0.25).all() and np.isnan(pulled["amplitude"]).all()
