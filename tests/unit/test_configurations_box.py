"""The box: every finite point is wrapped into it; what it cannot be is refused, and so are pairs beyond its half."""

import numpy as np
import pytest
from glasses import NEAREST, lattice, random_points
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from glassworks.configurations import Box, Configuration, force_state, pair_list
from glassworks.forces import bond_forces, connections, percolation, shear_stresses
from glassworks.glasses import Glass
from glassworks.landscape import downhill_path
from glassworks.liquids import SwapChain, equilibrate_dynamics, run_swap_chain, start_dynamics
from glassworks.minimize import minimize
from glassworks.models import load_model, pair_terms
from glassworks.notebook import quench
from glassworks.vibrations import backbone, bonds, hessian


def inside(box: Box, wrapped: np.ndarray) -> bool:
    low = np.zeros_like(wrapped)
    low[:, 0] = box.tilt * wrapped[:, 1]
    return bool(((wrapped >= low) & (wrapped < low + box.length)).all())


COORDINATES = st.floats(allow_nan=False, allow_infinity=False)


@seed(1)
@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.floats(1e-3, 1e6),
    st.floats(-0.5, 0.5),
    st.lists(st.tuples(COORDINATES, COORDINATES, COORDINATES), min_size=1, max_size=5),
)
def test_every_finite_point_is_wrapped_into_the_box(length, tilt, points):
    box = Box(length, 3, tilt)
    wrapped = box.wrap(np.array(points))
    assert inside(box, wrapped)
    if not tilt:
        np.testing.assert_array_equal(box.wrap(wrapped), wrapped)


@pytest.mark.parametrize("tilt", [0.0, 0.3, -0.5])
@pytest.mark.parametrize("edges", [0, 1, 3, -7])
@pytest.mark.parametrize("length", [1.0, 3.3, 17.1, np.nextafter(8.0, 0.0)])
def test_a_hair_beside_an_edge_is_wrapped_to_the_point_that_it_is(length, edges, tilt):
    """Within rounding the wrapped point is a periodic copy of the given one, and it is inside."""
    box, edge = Box(length, 2, tilt), edges * length
    places = [edge, np.nextafter(edge, -np.inf), np.nextafter(edge, np.inf), edge - 1e-17, edge + 1e-17]
    points = np.array([[x, y] for x in places for y in (*places, 0.4 * length)])
    wrapped = box.wrap(points)
    assert inside(box, wrapped)
    copies = (wrapped - points) / length
    copies[:, 0] -= tilt * copies[:, 1]
    np.testing.assert_allclose(copies, np.rint(copies), atol=1e-13)


def test_a_hair_below_zero_is_zero():
    assert Box(5.0, 2).wrap(np.array([[-1e-17, 2.0]])).tolist() == [[0.0, 2.0]]
    assert Box(5.0, 2, 0.25).wrap(np.array([[1.0, -1e-17]])).tolist() == [[1.0, 0.0]]


def test_what_is_not_finite_stays_so():
    wrapped = Box(5.0, 2).wrap(np.array([[np.nan, 6.0], [np.inf, -1.0], [1.0, 2.0]]))
    assert np.isnan(wrapped[:2, 0]).all() and wrapped[:, 1].tolist() == [1.0, 4.0, 2.0] and wrapped[2, 0] == 1.0


@pytest.mark.parametrize(
    "given, said",
    [
        (((10, 12), 3), "one positive number"),
        (((10, 12, 0), 3), "one positive number"),
        (((10, 20), 2, 0.3), "between -0.25 and 0.25"),
        ((5.0, 3, (0.1, 0.2)), "one for each of 3 planes"),
        ((5.0, 3, (0.1, 0.2, 0.6)), "in the plane y-z"),
        ((0.0, 3), "one positive number"),
        ((np.nan, 3), "one positive number"),
        ((np.inf, 2), "one positive number"),
        ((5.0, 1), "two dimensions"),
        ((5.0, 2, 0.6), "between -0.5 and 0.5"),
        ((5.0, 2, np.nan), "between -0.5 and 0.5"),
    ],
)
def test_impossible_boxes_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Box(*given)


def test_lists_are_as_good_as_arrays():
    made = Configuration([[0.5, 1], [7, 2.5]], [1, 1.4], Box(6.0, 2))
    np.testing.assert_array_equal(made.positions, [[0.5, 1.0], [1.0, 2.5]])
    assert made.diameters.dtype == float and force_state(load_model("harmonic-2d").interaction, made).energy == 0.0
    for positions, diameters in (([1.0, 2.0], [1.0, 1.0]), ([[1.0, 2.0]], [1.0, 1.0]), ([[1.0, 2.0]], 1.0)):
        with pytest.raises(ValueError, match="must have shape"):
            Configuration(positions, diameters, Box(6.0, 2))


# ---- a box below twice the range

DOORS = {
    "pair_list": lambda model, here: pair_list(here.positions, here.diameters, here.box, model.interaction),
    "force_state": lambda model, here: force_state(model.interaction, here),
    "bonds": lambda model, here: bonds(model.interaction, here),
    "hessian": lambda model, here: hessian(model.interaction, here),
    "backbone": lambda model, here: backbone(model.interaction, here),
    "Glass": Glass,
    "trusted Glass": lambda model, here: Glass(model, here, trusted=True).hessian,
    "quench": quench,
    "minimize": lambda model, here: minimize(model.interaction, here),
    "start_dynamics": lambda model, here: start_dynamics(model, here, 1.0, np.random.default_rng(1)),
    "equilibrate": lambda model, here: equilibrate_dynamics(model, here, 1.0, 10.0, np.random.default_rng(1)),
    "SwapChain": lambda model, here: SwapChain(model, here, 1.0, np.random.default_rng(1)),
    "run_swap_chain": lambda model, here: run_swap_chain(model, here, 1.0, 1, 1, 1, np.random.default_rng(1)),
    "bond_forces": lambda model, here: bond_forces(model.interaction, here),
    "shear_stresses": lambda model, here: shear_stresses(model.interaction, here),
    "downhill_path": lambda model, here: downhill_path(model.interaction, here),
}


@pytest.mark.parametrize("dimension", [2, 3, 4])
@pytest.mark.parametrize("door", DOORS)
def test_a_box_below_twice_the_range_is_refused_everywhere(door, dimension):
    model, unit_cell = lattice(dimension, 1)
    edge, needed = 2 * NEAREST / np.sqrt(2), 2 * 1.48
    with pytest.raises(ValueError, match=rf"the box's edge {edge:.6g} is less than {needed:.6g}, twice the range"):
        DOORS[door](model, unit_cell)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_the_smallest_legal_crystal_has_the_energy_of_a_large_one(dimension):
    """Each particle has 2 d (d − 1) neighbors at one distance, and no other within the range."""
    for cells in (2, 3):
        model, crystal = lattice(dimension, cells)
        each = dimension * (dimension - 1)
        energy = pair_terms(model.interaction, NEAREST**2, 1.0, 1.0)[0]
        found = force_state(model.interaction, crystal)
        assert found.energy / len(crystal) == pytest.approx(each * energy, rel=1e-12)
        assert len(bonds(model.interaction, crystal)) == each * len(crystal)


def sums_over_copies(model, here):
    """U and forces by brute force over five (in 4D three) copies along each axis."""
    box, d = here.box, here.box.dimension
    most = 2 if d < 4 else 1
    shifts = box.length * (np.array(list(np.ndindex(*(2 * most + 1,) * d)), dtype=float) - most)
    shifts[:, 0] += box.tilt * shifts[:, 1]
    energy, forces = 0.0, np.zeros_like(here.positions)
    gap = abs(here.diameters[:, None] - here.diameters)
    lengths = 0.5 * (here.diameters[:, None] + here.diameters) * (1.0 - model.interaction.nonadditivity * gap)
    for shift in shifts:
        vectors = here.positions[:, None] - here.positions - shift
        squared = (vectors**2).sum(axis=2)
        near = (squared > 0.0) & (squared < (model.interaction.cutoff * lengths) ** 2)
        for i, j in zip(*np.nonzero(near), strict=True):
            terms = pair_terms(model.interaction, squared[i, j], lengths[i, j], 1.0)
            energy += 0.5 * terms[0]
            forces[i] -= 2.0 * terms[1] * vectors[i, j]
    return energy, forces


@pytest.mark.parametrize("tilt", [0.0, -0.3, 0.5])
@pytest.mark.parametrize("name, n", [("harmonic-2d", 12), ("ipl-2d", 15), ("harmonic-3d", 30), ("ipl-4d", 236)])
def test_the_narrowest_legal_box_counts_every_copy(name, n, tilt):
    model = load_model(name)
    box, start = Box(2.0 * model.range, model.dimension, tilt), random_points(name, n)
    here = Configuration(start.positions * (box.length / start.box.length), start.diameters, box)
    energy, forces = sums_over_copies(model, here)
    found = force_state(model.interaction, here)
    assert found.energy == pytest.approx(energy, rel=1e-11)
    np.testing.assert_allclose(found.forces, forces, rtol=0, atol=1e-11 * abs(forces).max())


def test_links_that_may_meet_through_both_sides_are_refused():
    """Two particles across a box of 2.4 λ: within 1.3 λ through both sides, so that they wrap; one bond would not say
    so. In a box of twice the reach nothing is counted twice."""
    model = load_model("harmonic-2d")
    both = np.ones(2, dtype=bool)
    narrow = Configuration([[0.2, 1.0], [1.4, 1.0]], [1.0, 1.0], Box(2.4, 2))
    for ask in (
        lambda: connections(model.interaction, narrow, 1.3),
        lambda: percolation(model.interaction, narrow, both, 1.3),
    ):
        with pytest.raises(ValueError, match=r"edge 2\.4 is less than 2\.6, twice the range"):
            ask()
    wide = Configuration([[0.2, 1.0], [1.4, 1.0]], [1.0, 1.0], Box(2.6, 2))
    assert len(connections(model.interaction, wide, 1.3).first) == 1
    assert not percolation(model.interaction, wide, both, 1.3).wraps.any()
