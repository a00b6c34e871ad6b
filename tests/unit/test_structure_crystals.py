"""Crystals in three dimensions: bond order against its definitions and another program; lattices that shake, nuclei in
liquids; and liquids and glasses, which are none.
"""

from functools import cache

import numpy as np
import pytest
from glasses import random_points
from pydantic import ValidationError
from scipy.spatial.transform import Rotation
from scipy.special import eval_legendre

from glassworks.configurations import Box, Configuration, force_state
from glassworks.glasses import Glass
from glassworks.liquids import initial_configuration
from glassworks.liquids.dynamics import equilibrate_dynamics
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.observables import load
from glassworks.observables._alone import alone
from glassworks.structure import averaged_bond_order, bond_order, crystals, harmonics, solid_angle_neighbors

CELLS = {  # edges and points of a cell whose nearest distance is one
    "fcc": (np.full(3, 2**0.5), [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    "bcc": (np.full(3, 2 / 3**0.5), [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "hcp": (np.array([1, 3**0.5, (8 / 3) ** 0.5]), [[0, 0, 0], [0.5, 0.5, 0], [0.5, 5 / 6, 0.5], [0, 1 / 3, 0.5]]),
}
ORDERS = {"fcc": (12, 0.190941, 0.574524), "bcc": (14, 0.036370, 0.510688), "hcp": (12, 0.097222, 0.484762)}
"""Neighbors, q_4 and q_6, as printed by Mickel et al., J. Chem. Phys. 138, 044501 (2013), and others."""


def lattice(name: str, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of about as many cubes, and the edges of their box."""
    edges, points = CELLS[name]
    times = np.rint(cells * 1.2 / edges).astype(int)
    return (np.array(list(np.ndindex(*times)))[:, None] + np.array(points)).reshape(-1, 3) * edges, times * edges


def shaken(name: str, displacement: float, seed: int = 1) -> Configuration:
    """A lattice whose points are displaced by so much, root mean square, in nearest distances."""
    points, edges = lattice(name, 6)
    moves = np.random.default_rng(seed).normal(size=points.shape) * displacement / 3**0.5
    return Configuration(points + moves, np.ones(len(points)), Box(tuple(edges), 3))


def gas(box: Box, n: int = 200, seed: int = 1) -> Configuration:
    return Configuration(np.random.default_rng(seed).random((n, 3)) @ box.vectors.T, np.ones(n), box)


BOXES = [Box(6.0, 3), Box((5.0, 6.0, 7.0), 3), Box((5.0, 6.0, 7.0), 3, (0.3, -0.2, 0.4))]


@pytest.mark.parametrize("order", [1, 2, 4, 6, 7, 12])
def test_harmonics_sum_to_legendre_polynomials(order):
    """Σ_m Y_lm(û) Y_lm(v̂) = P_l(û·v̂), which makes them a basis of the right space."""
    vectors = np.random.default_rng(1).normal(size=(60, 3))
    unit = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    found = harmonics(vectors, order)
    np.testing.assert_allclose(found @ found.T, eval_legendre(order, unit @ unit.T), atol=2e-13)


@pytest.mark.parametrize("box", BOXES)
def test_neighbors_are_those_of_the_definition(box):
    """Σ 2π (1 − r/R) = 4π for R = Σ r/(n − 2), R beyond the n-th and not beyond the next; no smaller n ≥ 3."""
    each = gas(box)
    found = solid_angle_neighbors(each)
    for i in range(len(each)):
        away = np.linalg.norm(box.shortest(each.positions - each.positions[i]), axis=1)
        away[i] = np.inf
        order = np.argsort(away)
        n = next(n for n in range(3, 100) if away[order[:n]].sum() / (n - 2) <= away[order[n]])
        assert list(found.partner[found.start[i] : found.start[i + 1]]) == list(order[:n])
        radius = away[order[:n]].sum() / (n - 2)
        assert 2 * np.pi * (1 - away[order[:n]] / radius).sum() == pytest.approx(4 * np.pi, rel=1e-12)
    vectors = box.shortest(each.positions[found.partner] - each.positions[found.owner])
    np.testing.assert_allclose(found.vectors, vectors, atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_bond_orders_of_lattices_are_the_published_ones(name):
    number, fourth, sixth = ORDERS[name]
    neighbors = solid_angle_neighbors(shaken(name, 0.0))
    assert (neighbors.numbers == number).all()
    for order, expected in ((4, fourth), (6, sixth)):
        np.testing.assert_allclose(np.linalg.norm(bond_order(neighbors, order), axis=1), expected, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(averaged_bond_order(neighbors, 6), axis=1), sixth, atol=2e-6)


@pytest.mark.parametrize("box", BOXES[:2])
def test_freud_finds_the_same(box):
    """Neighbors, q_l, their averages, crystalline bonds and clusters, in a gas, a glass and a shaken lattice."""
    freud = pytest.importorskip("freud")
    for each in (gas(box), shaken("hcp", 0.14), glasses("ka")):
        theirs = freud.box.Box(*each.box.edges)
        points = theirs.wrap(each.positions)
        ours = solid_angle_neighbors(each)
        filtered = freud.locality.FilterSANN(allow_incomplete_shell=True)
        pairs = freud.locality.AABBQuery(theirs, points).query(
            points, {"r_max": 0.49 * min(each.box.edges), "exclude_ii": True}
        )
        filtered.compute((theirs, points), pairs.toNeighborList())
        found = filtered.filtered_nlist
        listed = set(zip(found.query_point_indices.tolist(), found.point_indices.tolist(), strict=True))
        mine = set(zip(ours.owner.tolist(), ours.partner.tolist(), strict=True))
        assert len(listed ^ mine) <= 2  # single precision
        nlist = freud.locality.NeighborList.from_arrays(
            len(each), len(each), ours.owner.astype(np.uint32), ours.partner.astype(np.uint32),
            ours.vectors.astype(np.float32),
        )  # fmt: skip
        for order in (4, 6):
            plain = freud.order.Steinhardt(l=order).compute((theirs, points), nlist)
            np.testing.assert_allclose(np.linalg.norm(bond_order(ours, order), axis=1), plain.particle_order, atol=3e-5)
            wide = freud.order.Steinhardt(l=order, average=True).compute((theirs, points), nlist)
            mean = np.linalg.norm(averaged_bond_order(ours, order), axis=1)
            np.testing.assert_allclose(mean, wide.particle_order, atol=3e-5)
        solid = freud.order.SolidLiquid(l=6, q_threshold=0.7, solid_threshold=6, normalize_q=True)
        solid.compute((theirs, points), nlist)
        crystal = crystals(each)
        assert abs(np.sort(solid.num_connections) - np.sort(crystal.bonds)).sum() <= 2
        assert abs(int(max(solid.cluster_sizes, default=0)) - max(crystal.largest, 1)) <= 1


@cache
def glasses(name: str) -> Configuration:
    """A glass of a liquid after a short run, 600 particles."""
    return minimize(load_model(name).interaction, liquid(name)).configuration


TEMPERATURES = {
    "pss-3d-rc11": 0.9, "pss-3d": 0.75, "pss-3d-rc15": 0.75, "poly-3d": 0.6, "ka": 0.45, "hertzian-3d": 0.0025,
}  # fmt: skip


@cache
def liquid(name: str) -> Configuration:
    model, rng = load_model(name), np.random.default_rng(3)
    temperature = TEMPERATURES[name]
    time = 10.0 if temperature > 0.1 else 150.0
    return equilibrate_dynamics(
        model, initial_configuration(model, 600, rng), temperature, time, rng
    ).state.configuration


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("displacement, share", [(0.0, 1.0), (0.05, 1.0), (0.1, 0.98), (0.15, 0.7)])
def test_shaken_lattices_are_crystals(name, displacement, share):
    """To beyond where crystals melt; one cluster holds them, also through the box's boundary."""
    found = crystals(shaken(name, displacement))
    assert found.share >= share and found.largest >= 0.98 * found.crystalline.sum()
    if displacement <= 0.1:
        assert found.order.min() > 0.35
    if not displacement:
        np.testing.assert_allclose(found.likeness, 1.0, atol=1e-9)


@pytest.mark.parametrize("name", TEMPERATURES)
def test_liquids_and_glasses_are_none(name):
    """Clusters of three at most in 400 of eight models (see the module); ten are asked for, no false alarm in any."""
    for each in (liquid(name), glasses(name)):
        found = crystals(each)
        assert found.largest <= 4 and found.share < 0.02
        assert 0.11 < found.order.mean() < 0.18
    table = alone("crystals", Glass(load_model(name), glasses(name), trusted=True), {})
    assert list(table["status"]) == ["ok"]


def nucleus(name: str, count: int, spacing: float, displacement: float, rng) -> np.ndarray:
    """The points of a lattice nearest to somewhere in its cell, turned at random and displaced, about the origin."""
    points, edges = lattice(name, 7)
    points = points - 0.5 * edges - rng.random(3)
    points = points[np.argsort(np.linalg.norm(points, axis=1))[:count]]
    points = Rotation.random(random_state=int(rng.integers(2**31))).apply(points - points.mean(axis=0))
    return spacing * (points + rng.normal(size=points.shape) * displacement / 3**0.5)


def seeded(name: str, kind: str, size: float, spacing: float, places: list[float], seed: int):
    """A liquid in which the fifty particles about each place (in edges, along the diagonal) are a nucleus of one size
    in the place of as many of the liquid's; others are pushed off until no forces are large."""
    model, each, rng = load_model(name), liquid(name), np.random.default_rng(seed)
    points, sizes, inside = each.positions.copy(), each.diameters.copy(), np.zeros(len(each), dtype=bool)
    for place in places:
        center = place * each.box.length * np.ones(3)
        order = np.argsort(np.linalg.norm(each.box.shortest(points - center), axis=1))
        members = order[~inside[order]][:50]
        points[members] = center + nucleus(kind, 50, spacing, 0.1, rng)
        inside[members] = True
        wrong = members[sizes[members] != size]
        others = rng.permutation(np.flatnonzero(~inside & (sizes == size)))[: len(wrong)]
        sizes[wrong], sizes[others] = size, sizes[wrong].copy()
    made = Configuration(points, sizes, each.box)
    held = made.positions[inside]
    for push in np.geomspace(0.1, 0.003, 150):
        forces = force_state(model.interaction, made).forces
        norms = np.maximum(np.linalg.norm(forces, axis=1)[:, None], 1e-300)
        points = made.positions + forces * (push * np.minimum(norms, 1.0) / norms)
        points[inside] = held
        made = made.moved(points)
    return made, inside


NUCLEI = [
    ("pss-3d", "fcc", 1.0, 1.10), ("pss-3d", "bcc", 1.4, 1.54), ("pss-3d-rc11", "hcp", 1.0, 1.10),
    ("hertzian-3d", "fcc", 1.4, 1.30), ("hertzian-3d", "bcc", 1.0, 0.93), ("ka", "fcc", 1.0, 1.08),
    ("ka", "bcc", 1.0, 1.06),
]  # fmt: skip


@pytest.mark.parametrize("name, kind, size, spacing", NUCLEI)
def test_a_nucleus_of_fifty_particles_is_found(name, kind, size, spacing):
    """Turned at random, displaced by 0.1; what is found lies in it, but for a few at its surface, and is flagged."""
    for seed in (1, 2):
        each, inside = seeded(name, kind, size, spacing, [0.5], seed)
        found = crystals(each)
        largest = found.labels == np.argmax(found.sizes)
        assert 10 <= found.largest <= 50 and (largest & ~inside).sum() <= 0.15 * found.largest
        assert np.sort(found.sizes)[:-1].max(initial=0) <= 4
        table = alone("crystals", Glass(load_model(name), each, trusted=True), {})
        assert list(table["status"]) == ["crystal"] and list(table["cluster"]) == [found.largest]
        calm = alone("crystals", Glass(load_model(name), each, trusted=True), {"cluster": found.largest + 1})
        assert list(calm["status"]) == ["ok"]


def test_two_nuclei_are_two_clusters():
    """One of them across the box's corner."""
    each, inside = seeded("pss-3d", "fcc", 1.0, 1.10, [0.0, 0.5], 1)
    sizes = np.sort(crystals(each).sizes)[::-1]
    assert sizes[1] >= 8 and sizes[0] + sizes[1] <= inside.sum() and sizes[2:].max(initial=0) <= 4


def test_neither_axes_nor_size_nor_numbering_matter():
    each = shaken("hcp", 0.15)
    rng = np.random.default_rng(2)
    order = rng.permutation(len(each))
    turned = Configuration(
        2.5 * each.positions[order][:, [2, 0, 1]], each.diameters, Box(tuple(2.5 * np.roll(each.box.edges, 1)), 3)
    )
    one, other = crystals(each), crystals(turned)
    np.testing.assert_array_equal(one.crystalline[order], other.crystalline)
    np.testing.assert_allclose(one.order[order], other.order, atol=1e-12)
    assert sorted(one.sizes) == sorted(other.sizes)


def test_what_cannot_be_is_refused_in_sentences():
    for given, said in [({"likeness": 1.0}, "likeness"), ({"bonds": 0}, "bonds"), ({"cluster": 1}, "cluster")]:
        with pytest.raises(ValidationError, match=said):
            load("crystals").parameters(**given)
    flat = Glass(load_model("ipl-2d"), random_points("ipl-2d", 100), trusted=True)
    [status] = alone("crystals", flat, {})["status"]
    assert status == "crystals: neighbors of the solid angle are for three dimensions, not 2"
    few = Configuration(np.array([[0.1, 0.1, 0.1], [1.0, 1.0, 1.0], [2.0, 2.0, 3.0]]), np.ones(3), Box(9.0, 3))
    with pytest.raises(ValueError, match=r"particle 0: too few others within half of the box's shortest edge, 4\.5"):
        crystals(few)
