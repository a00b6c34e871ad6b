"""Boxes of unequal edges, sheared in any plane: truths that no kernel knows of, from brute force over copies, other
names of the same lattice, several copies side by side, and derivatives of the energy."""

from itertools import combinations, product

import numpy as np
import pytest
from glasses import glass
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from numba import njit

from glassworks.configurations import Box, Configuration, force_state, pair_list
from glassworks.configurations.pencils import layout_of
from glassworks.dynamics.correlators import grid_vectors, structure_peak
from glassworks.dynamics.hexatic import hexatic_order
from glassworks.elasticity import moduli, stress
from glassworks.elasticity.moduli import expansion, simple_shear
from glassworks.excitations.decay import shell_radii
from glassworks.forces import connections
from glassworks.glasses import Glass
from glassworks.landscape import downhill_path
from glassworks.liquids import SwapChain, initial_configuration, run_dynamics, start_dynamics
from glassworks.liquids.dynamics import DynamicsState, Runner
from glassworks.minimize import minimize
from glassworks.minimize.evaluation import wrapped
from glassworks.minimize.methods import METHODS
from glassworks.models import load_model
from glassworks.vibrations import bonds, filtered_modes, hessian, spectrum

PROPORTIONS = {2: (1.0, 1.6), 3: (1.3, 0.8, 1.0), 4: (1.1, 0.9, 1.0, 1.2)}
NAMES = {2: "ipl-2d", 3: "ipl-3d", 4: "ipl-4d"}
SIZES = {2: 150, 3: 200, 4: 500}


def tilted(edges, share) -> Box:
    """A box whose tilts are such a share of the largest that they may be, of each plane."""
    d = len(edges)
    most = [0.5 * edges[j] / edges[k] for j, k in combinations(range(d), 2)]
    return Box(tuple(edges), d, tuple(np.array(most) * share))


def boxes(dimension: int, n: int) -> dict[str, Box]:
    """One of each kind, of a model's density: unequal, sheared in its x-y plane, in one other plane, in all of them as
    far as may be, and at random."""
    model, planes = load_model(NAMES[dimension]), dimension * (dimension - 1) // 2
    edges, rng = Box.of(model, n, PROPORTIONS[dimension]).edges, np.random.default_rng(dimension)
    return {
        "upright": tilted(edges, np.zeros(planes)),
        "x-y": tilted(edges, 0.7 * np.eye(planes)[0]),
        "last plane": tilted(edges, -0.9 * np.eye(planes)[-1]),
        "utmost": tilted(edges, np.where(np.arange(planes) % 2, 1.0, -1.0)),
        "random": tilted(edges, rng.uniform(-1, 1, planes)),
        "cube": tilted((edges[0] * 1.0,) * dimension, rng.uniform(-1, 1, planes)),
    }


CASES = [
    *((2, kind) for kind in ("upright", "random")),
    *((3, kind) for kind in ("upright", "x-y", "last plane", "utmost", "random", "cube")),
    *((4, kind) for kind in ("upright", "utmost")),
]


def filled(dimension: int, kind: str, n: int | None = None) -> tuple:
    """(model, configuration): a hot liquid in such a box."""
    model = load_model(NAMES[dimension])
    n = n or SIZES[dimension]
    return model, initial_configuration(model, n, np.random.default_rng(7), boxes(dimension, n)[kind])


def copies(box: Box, most: int = 2) -> np.ndarray:
    """The box vectors' sums with up to so many of each."""
    return np.array(list(product(range(-most, most + 1), repeat=box.dimension))) @ box.vectors.T


def of_all_copies(box: Box, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shortest of all copies of each vector (N, d), its length (N,); and how many are shorter than half an edge."""
    best, found, many = np.full(len(vectors), np.inf), np.zeros_like(vectors), np.zeros(len(vectors), dtype=int)
    for shift in copies(box):
        squared = ((vectors + shift) ** 2).sum(axis=1)
        many += squared < 0.25 * min(box.edges) ** 2 * (1 - 1e-12)
        nearer = squared < best
        best[nearer], found[nearer] = squared[nearer], (vectors + shift)[nearer]
    return found, np.sqrt(best), many


# ---- the box itself

SHARES = st.lists(st.floats(-1, 1), min_size=6, max_size=6)
COORDINATES = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4)


@seed(2)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(2, 4), st.lists(st.floats(0.1, 30), min_size=4, max_size=4), SHARES, COORDINATES)
def test_points_are_wrapped_into_the_box_by_whole_vectors(dimension, edges, shares, point):
    box = tilted(edges[:dimension], np.array(shares[: dimension * (dimension - 1) // 2]))
    given_, inverse = np.array([point[:dimension]]), np.linalg.inv(box.vectors)
    wrapped = box.wrap(given_)
    fractions = inverse @ wrapped[0]
    assert (fractions > -1e-12).all() and (fractions < 1 + 1e-12).all()
    whole = inverse @ (wrapped - given_)[0]
    np.testing.assert_allclose(whole, np.rint(whole), atol=1e-15 * max(abs(given_).max() / min(box.edges), 1) * 30)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_of_two_copies_of_a_pair_only_one_is_nearer_than_half_the_shortest_edge(dimension):
    """Of 20 boxes each, half of them sheared as far as may be: by brute force over all copies."""
    rng = np.random.default_rng(dimension)
    for trial in range(20):
        planes = dimension * (dimension - 1) // 2
        shares = np.sign(rng.uniform(-1, 1, planes)) if trial % 2 else rng.uniform(-1, 1, planes)
        box = tilted(rng.uniform(1, 4, dimension), shares)
        directions = rng.standard_normal((400, dimension))
        radii = rng.uniform(0, 0.9 * min(box.edges), 400)
        vectors = directions / np.linalg.norm(directions, axis=1)[:, None] * radii[:, None]
        shortest, length, many = of_all_copies(box, vectors)
        assert many.max() == 1 and (length[many == 1] < 0.5 * min(box.edges)).all()
        far = vectors + rng.integers(-5, 6, (400, dimension)) @ box.vectors.T
        np.testing.assert_allclose(box.shortest(far)[many == 1], shortest[many == 1], atol=1e-12 * 30)
        assert abs(np.linalg.norm(copies(box)[copies(box).any(axis=1)], axis=1).min()) >= min(box.edges) * (1 - 1e-12)


def test_beyond_half_the_shortest_edge_two_copies_may_be_equally_near():
    """The bound is no smaller than it need be."""
    box = Box((4.0, 2.0, 3.0), 3, (0.3, -0.2, 0.1))
    half = 0.5 * box.vectors[:, 1]
    assert np.linalg.norm(half - box.vectors[:, 1]) == pytest.approx(np.linalg.norm(half))
    assert of_all_copies(Box((4.0, 2.0), 2), np.array([[0.0, 1.0 + 1e-9]]))[1][0] < 1.0
    box.check_range(1.0)
    with pytest.raises(ValueError, match=r"the box's edge 2 is less than 2\.002"):
        box.check_range(1.001)


def test_faces_are_as_far_apart_as_the_inverse_says():
    """w_k is the volume over the area of the face that the other vectors span."""
    for box in boxes(3, 300).values():
        a, b, c = box.vectors.T
        areas = [np.linalg.norm(np.cross(*pair)) for pair in ((b, c), (c, a), (a, b))]
        np.testing.assert_allclose(np.array(box.edges) / box.slants, box.volume / np.array(areas), rtol=1e-12)
        assert box.volume == pytest.approx(np.linalg.det(box.vectors), rel=1e-12)


def test_no_face_is_nearer_to_its_opposite_than_half_the_shortest_edge():
    """In two to four dimensions, so that rows of neighbors find every pair in the box and the copies beside it."""
    for d in (2, 3, 4):
        for signs in product((-1, 1), repeat=d * (d - 1) // 2):
            assert (1.0 / tilted((1.0,) * d, np.array(signs)).slants).min() > 0.56


def test_what_a_box_says_of_itself():
    cube, other = Box(5.0, 3, 0.2), Box((5.0, 6.0, 7.0), 3, (0.1, 0.0, -0.2))
    assert cube == Box((5.0, 5.0, 5.0), 3, (0.2, 0.0, 0.0)) and hash(cube) == hash(Box([5.0] * 3, 3, 0.2))
    assert cube != other and Box(5.0, 3) != Box(5.0, 2)
    assert eval(repr(cube)) == cube and eval(repr(other)) == other
    assert (cube.length, cube.tilt, other.volume) == (5.0, 0.2, 210.0)
    with pytest.raises(ValueError, match="needs a box of equal edges, not 5, 6, 7"):
        other.length  # noqa: B018
    with pytest.raises(ValueError, match="in no other plane than x-y"):
        other.tilt  # noqa: B018
    with pytest.raises(ValueError, match="upper triangular"):
        Box.of_vectors(other.vectors.T)
    with pytest.raises(ValueError, match="upper triangular"):
        cube.deformed([[1, 0, 0], [0.1, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(Box.of_vectors(other.vectors).tilts, other.tilts, rtol=1e-15 * 3)


def test_a_box_of_an_old_checkpoint_is_understood():
    old = Box.__new__(Box)
    old.__setstate__({"length": 5.0, "dimension": 3, "tilt": 0.2})
    assert old == Box(5.0, 3, 0.2)


# ---- pairs, energies and forces


@pytest.mark.parametrize("dimension, kind", CASES)
def test_pairs_are_those_of_all_copies(dimension, kind):
    """With a skin that fits into the box, and with one that reaches beyond its half."""
    model, here = filled(dimension, kind)
    n, reach = len(here), model.interaction.cutoff
    for skin in (0.1, 1.5):
        start, partner = pair_list(here.positions, here.diameters, here.box, model.interaction, skin)
        first = np.repeat(np.arange(n), np.diff(start))
        listed = np.zeros((n, n), dtype=int)
        np.add.at(listed, (np.minimum(first, partner), np.maximum(first, partner)), 1)
        i, j = (each[:: max(1, n // 100)] for each in np.triu_indices(n, 1))
        away = of_all_copies(here.box, here.positions[i] - here.positions[j])[1]
        mean, gap = 0.5 * (here.diameters[i] + here.diameters[j]), abs(here.diameters[i] - here.diameters[j])
        near = away < reach * mean * (1 - model.interaction.nonadditivity * gap) + skin
        assert listed.max() == 1 and (listed[i, j] >= near).all() and near.any()
        if 2 * (model.range + skin) < min(here.box.edges):
            assert (listed[i, j] == near).all()


@pytest.mark.parametrize("dimension, kind", CASES)
def test_forces_are_derivatives_of_the_energy(dimension, kind):
    """Along random directions, by finite differences of fourth order; those of pencils and of the plain list agree.

    A plain list is made of the pairs that the test before this one looks at, so that one dimension stands for all.
    """
    model, here = filled(dimension, kind)
    state, rng, h = force_state(model.interaction, here), np.random.default_rng(1), 1e-4
    for _ in range(3):
        way = rng.standard_normal(here.positions.shape)
        energies = [
            force_state(model.interaction, here.moved(here.positions + k * h * way)).energy for k in (-2, -1, 1, 2)
        ]
        slope = np.dot([1, -8, 8, -1], energies) / (12 * h)
        assert -(state.forces * way).sum() == pytest.approx(slope, rel=1e-6, abs=1e-6 * abs(state.forces).max())
    still = np.zeros_like(here.positions)
    begun = DynamicsState(here.positions, still, still, here.positions, np.zeros((2, 2)), here.diameters, here.box)
    for lanes in (0, 4) if dimension == 3 else (4,):
        runner = Runner(model, begun, lanes)
        energy, virial = runner.sum_forces()
        assert energy == pytest.approx(state.energy, rel=1e-12)
        assert virial / (dimension * here.box.volume) == pytest.approx(state.pressure, rel=1e-12)
        np.testing.assert_allclose(runner.get()[2], state.forces, rtol=0, atol=1e-11 * abs(state.forces).max())


@pytest.mark.parametrize("dimension, kind", CASES)
def test_other_names_of_a_lattice_change_nothing(dimension, kind):
    """A box vector plus whole others; and of a tilt at its end, the other end."""
    model, here = filled(dimension, kind)
    whole = np.eye(dimension) + np.triu(np.random.default_rng(4).integers(-3, 4, (dimension, dimension)), 1)
    renamed = Configuration(here.positions, here.diameters, Box.of_vectors(here.box.vectors @ whole))
    flipped = Configuration(
        here.positions, here.diameters, Box(here.box.edges, dimension, tuple(-np.array(here.box.tilts)))
    )
    energy, forces = (force_state(model.interaction, here).energy, force_state(model.interaction, here).forces)
    again = force_state(model.interaction, renamed)
    assert again.energy == pytest.approx(energy, rel=1e-12)
    np.testing.assert_allclose(again.forces, forces, atol=1e-9 * abs(forces).max())
    if kind == "utmost" and dimension == 2:
        assert force_state(model.interaction, flipped).energy == pytest.approx(energy, rel=1e-12)
    elif kind != "upright":
        assert force_state(model.interaction, flipped).energy != pytest.approx(energy, rel=1e-6)


@pytest.mark.parametrize("dimension, kind", CASES)
def test_stress_is_the_derivative_of_the_energy_by_every_edge_and_tilt(dimension, kind):
    """∂U/∂h_jk at fixed fractions of the box vectors is V (σ h⁻ᵀ)_jk, for all j ≤ k."""
    model, here = filled(dimension, kind)
    h, axes = here.box.vectors, range(dimension)
    fractions = here.positions @ np.linalg.inv(h).T
    sigma = np.array([[stress(model.interaction, here, j, k) for k in axes] for j in axes])
    expected = here.box.volume * sigma @ np.linalg.inv(h).T
    np.testing.assert_allclose(sigma, sigma.T, rtol=1e-12, atol=1e-12)
    for j, k in [(j, k) for j in axes for k in axes if j <= k]:
        step, energies = 1e-5, []
        for m in (-2, -1, 1, 2):
            other = h.copy()
            other[j, k] += m * step
            changed = Configuration(fractions @ other.T, here.diameters, Box.of_vectors(other))
            energies.append(force_state(model.interaction, changed).energy)
        slope = np.dot([1, -8, 8, -1], energies) / (12 * step)
        assert slope == pytest.approx(expected[j, k], rel=1e-6, abs=1e-6 * abs(expected).max())
    pressure = force_state(model.interaction, here).pressure
    assert -np.trace(sigma) / dimension == pytest.approx(pressure, rel=1e-12)


@pytest.mark.parametrize("dimension, kind", [(2, "random"), (3, "utmost"), (4, "random")])
def test_the_hessian_is_the_derivative_of_the_forces(dimension, kind):
    model, here = filled(dimension, kind)
    way, h = np.random.default_rng(1).standard_normal(here.positions.shape), 1e-5
    forces = [force_state(model.interaction, here.moved(here.positions + k * h * way)).forces for k in (-2, -1, 1, 2)]
    slope = np.tensordot([1, -8, 8, -1], forces, axes=1).ravel() / (12 * h)
    found = hessian(model.interaction, here) @ way.ravel()
    np.testing.assert_allclose(-slope, found, atol=1e-6 * abs(found).max())


# ---- minimizers, moduli, modes


QUENCHES = [(2, "random", "cg"), *((3, "utmost", each) for each in METHODS)]
"""In four dimensions what a leaning box is to minimizers is tested apart: pairs and forces above, wrapping below."""


@pytest.mark.parametrize("dimension, kind, method", QUENCHES)
def test_quenches_end_in_a_minimum(dimension, kind, method):
    """Judged by forces that are summed over a fresh list."""
    model, here = filled(dimension, kind)
    found = minimize(model.interaction, here, method, 1e-9)
    assert found.converged and found.energy < force_state(model.interaction, here).energy
    assert force_state(model.interaction, found.configuration).residual < 1e-9


@njit
def inside(points, edges, slant):
    return wrapped(points, edges, slant)


@pytest.mark.parametrize("dimension, kind", [(2, "random"), (3, "utmost"), (4, "upright"), (4, "utmost")])
def test_minimizers_wrap_points_as_the_box_does(dimension, kind):
    _, here = filled(dimension, kind)
    points = here.positions + np.random.default_rng(5).integers(-3, 4, here.positions.shape) @ here.box.vectors.T
    found = inside(points, here.box.edges, here.box.slant)
    np.testing.assert_allclose(found, here.box.wrap(points), atol=1e-12)
    assert (abs(found - points).max(axis=0) > min(here.box.edges)).all()


def relaxed(model, here):
    found = minimize(model.interaction, here, "cg", 1e-12)
    assert found.converged
    return found.configuration


@pytest.mark.parametrize("dimension, kind", [(2, "x-y"), (3, "random")])
def test_the_modulus_of_every_plane_is_the_response_to_shear(dimension, kind):
    model, here = filled(dimension, kind)
    here, h = relaxed(model, here), 2e-5
    found = moduli(model.interaction, here)
    for index, (j, k) in enumerate(combinations(range(dimension), 2)):
        stresses = []
        for m in (-2, -1, 1, 2):
            gradient = np.eye(dimension)
            gradient[j, k] = m * h
            stresses.append(stress(model.interaction, relaxed(model, here.deformed(gradient)), j, k))
        assert np.dot([1, -8, 8, -1], stresses) / (12 * h) == pytest.approx(found.planes[index], rel=1e-4)
    swollen = [
        force_state(model.interaction, relaxed(model, here.deformed(np.exp(m * h) * np.eye(dimension)))).pressure
        for m in (-2, -1, 1, 2)
    ]
    assert found.bulk == pytest.approx(-np.dot([1, -8, 8, -1], swollen) / (12 * h) / dimension, rel=1e-4)


def whole_moduli(model, here) -> list[float]:
    """G of each plane and K from the dense Hessian's eigenvectors: two copies of a glass may be no minimum any more,
    but what answers a strain is alike in both."""
    pairs, n, d, volume = bonds(model.interaction, here), len(here), here.box.dimension, here.box.volume
    squared, vectors = np.linalg.eigh(hessian(model.interaction, here).toarray())
    kept = abs(squared) > 1e-9 * squared[-1]
    strains = [*(simple_shear(pairs, n, j, k) for j, k in combinations(range(d), 2)), expansion(pairs, n)]
    relaxed_by = [((each.mixed @ vectors[:, kept]) ** 2 / squared[kept]).sum() for each in strains]
    found = [(each.second - by) / volume for each, by in zip(strains, relaxed_by, strict=True)]
    return [*found[:-1], (found[-1] - d * strains[-1].first / volume) / d**2]


TIMES = {2: (2, 1), 3: (1, 2, 1), 4: (1, 1, 1, 2)}


@pytest.mark.parametrize("dimension", [2, 3, 4])
@pytest.mark.parametrize("kind", ["cube", "leaning"])
def test_several_copies_side_by_side_are_the_same_glass(dimension, kind):
    """Energy a particle, pressure and moduli are equal, and all modes of one copy are among those of two."""
    if kind == "cube":
        model, here = glass(NAMES[dimension], {2: 80, 3: 120, 4: 236}[dimension])
    else:
        model, here = filled(dimension, "random", {2: 80, 3: 160, 4: 440}[dimension])
        here = relaxed(model, here) if dimension < 4 else here
    twice = here.repeated(TIMES[dimension])
    one, two = force_state(model.interaction, here), force_state(model.interaction, twice)
    assert len(twice) == 2 * len(here) and two.energy == pytest.approx(2 * one.energy, rel=1e-12)
    assert two.pressure == pytest.approx(one.pressure, rel=1e-12)
    assert two.residual == pytest.approx(one.residual, rel=1e-9, abs=1e-8)
    if dimension == 4 and kind == "leaning":  # a dense matrix too large for a test
        return
    single, expected = moduli(model.interaction, here), whole_moduli(model, here)
    np.testing.assert_allclose([*single.planes, single.bulk], expected, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(whole_moduli(model, twice), expected, rtol=1e-7, atol=1e-7 * single.bulk)
    if dimension < 4:
        within, among = (spectrum(hessian(model.interaction, each)) for each in (here, twice))
        away = abs(among[None] - within[:, None]).min(axis=1)
        assert away[dimension:].max() < 1e-7 * among[-1] and len(among) == 2 * len(within)


def test_modes_with_and_without_a_factor_are_those_of_the_whole_spectrum():
    model, here = filled(3, "utmost", 400)
    here = relaxed(model, here)
    found = Glass(model, here, trusted=True)
    expected = spectrum(found.hessian)[3:13]
    np.testing.assert_allclose(found.modes(10, factored=True).frequencies, expected, rtol=1e-8)
    np.testing.assert_allclose(filtered_modes(found.hessian, found.configuration, 10).frequencies, expected, rtol=1e-8)


@pytest.mark.parametrize("dimension", [2, 3])
def test_downhill_paths_end_where_the_energy_does(dimension):
    model, here = filled(dimension, "random", 120)
    path = downhill_path(model.interaction, here)
    assert path.converged and force_state(model.interaction, here.moved(here.box.wrap(path.end))).residual < 1e-9


# ---- molecular dynamics


@pytest.mark.parametrize("tilt, lanes", [(0.0, 0), (0.0, 4), ((0.25, -0.35, 0.4), 4)])
def test_energy_is_conserved(tilt, lanes):
    """At constant energy the scatter falls with the square of the step; the forces in use are those of all pairs."""
    model = load_model("ipl-3d")
    box = Box(Box.of(model, 300, (1.2, 1.0, 0.9)).edges, 3, tilt)
    rng = np.random.default_rng(1)
    state = start_dynamics(model, initial_configuration(model, 300, rng, box), 0.9, rng)
    for step in (2e-4, 1e-3):
        state, _ = run_dynamics(model, state, 400, 0.9, step, lanes=lanes)
    scatter = []
    for step in (0.008, 0.004):
        end, trace = run_dynamics(model, state, round(3.0 / step), None, step, every=1, lanes=lanes)
        scatter.append(trace.conserved.std())
        fresh = force_state(model.interaction, end.configuration)
        np.testing.assert_allclose(end.forces, fresh.forces, atol=1e-9 * abs(fresh.forces).max())
    assert 3.5 < scatter[0] / scatter[1] < 4.5
    assert abs(end.box.shortest(end.positions - state.positions)).max() > 0.5 and end.box == box


# ---- what else knows of such boxes, and what refuses them


@pytest.mark.parametrize("kind", ["upright", "utmost", "random"])
def test_wave_vectors_are_those_that_the_box_allows(kind):
    """Phases do not change by any box vector; and there are as many as the volume of the shell holds."""
    box = boxes(3, 3000)[kind]
    found = grid_vectors(box, 6.0, 0.5)
    turns = found @ box.vectors / (2 * np.pi)
    np.testing.assert_allclose(turns, np.rint(turns), atol=1e-9)
    assert len(np.unique(np.rint(turns), axis=0)) == len(found)
    shell = 4 / 3 * np.pi * (6.25**3 - 5.75**3)
    assert 2 * len(found) == pytest.approx(shell * box.volume / (2 * np.pi) ** 3, rel=0.02)
    assert not {tuple(row) for row in np.rint(turns)} & {tuple(row) for row in -np.rint(turns)}


def test_shells_end_at_half_the_shortest_edge():
    _, here = filled(3, "random")
    assert shell_radii(here, 0.3)[-1] == 0.5 * min(here.box.edges)


REFUSING = {
    "SwapChain": lambda model, here: SwapChain(model, here, 1.0, np.random.default_rng(1)),
    "connections": lambda model, here: connections(model.interaction, here),
    "hexatic_order": lambda model, here: hexatic_order(here),
    "structure_peak": lambda model, here: structure_peak([here], 5.0, 8.0),
}


@pytest.mark.parametrize("kind", ["upright", "x-y", "utmost"])
@pytest.mark.parametrize("name", REFUSING)
def test_what_knows_cubes_alone_refuses_other_boxes(name, kind):
    """In one sentence, before anything is computed."""
    model, here = filled(2, kind)
    with pytest.raises(ValueError, match="box") as refusal:
        REFUSING[name](model, here)
    assert "\n" not in str(refusal.value)


def test_pencils_are_cut_in_proportion_to_the_edges():
    model, here = filled(3, "upright", 3000)
    layout = layout_of(model.interaction, here.diameters, here.box, 4, 0.2, 1.5)
    widths = np.array(here.box.edges[:2]) / layout.across
    assert layout.across[0] > layout.across[1] and widths.max() < 1.5 * widths.min()
    assert layout.empty > 3 * max(here.box.edges)
    assert len(bonds(model.interaction, here)) > 0
