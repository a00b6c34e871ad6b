"""Networks: forces against direct sums, clusters against scipy's labels, wrapping and spanning on drawn examples."""

import numpy as np
import pytest
from glasses import glass, random_points
from lattices import site_links
from scipy.ndimage import label

from glassworks.configurations import Box, Configuration, force_state
from glassworks.forces import ForceWindow, bond_forces, clusters, connections, percolation, spanning
from glassworks.models import load_model

MODEL = load_model("ipl-2d")


def test_net_forces_and_strongest_bonds():
    configuration = random_points("ipl-2d", 120)
    found, state = bond_forces(MODEL.interaction, configuration), force_state(MODEL.interaction, configuration)
    np.testing.assert_allclose(found.net, np.linalg.norm(state.forces, axis=1), rtol=1e-9)
    assert found.typical == pytest.approx(state.typical_force, rel=1e-12)
    np.testing.assert_allclose(found.remaining, found.net / state.typical_force)
    assert (found.strongest[:, 0] >= found.strongest[:, 1]).all()


def line_of(*places):
    points = np.array([[x, 5.0] for x in places])
    return Configuration(points, np.ones(len(points)), Box(30.0, 2))


def test_strong_force_of_one_two_and_no_bonds():
    """Ends of a chain have F_str = 2, its balanced middle 0, a lonely particle ∞."""
    found = bond_forces(MODEL.interaction, line_of(5.0, 6.0, 7.0, 20.0))
    np.testing.assert_allclose(found.strong, [2.0, 0.0, 2.0, np.inf], atol=1e-12)


def test_two_strongest_of_three_bonds():
    """A particle between unequal partners: |f_1 − f_2 + f_3| / ½(f_1 + f_2) from forces measured on pairs."""
    pair = lambda r: bond_forces(MODEL.interaction, line_of(5.0, 5.0 + r)).typical  # noqa: E731
    points = np.array([[5.0, 5.0], [4.0, 5.0], [6.1, 5.0], [5.0, 6.3]])
    found = bond_forces(MODEL.interaction, Configuration(points, np.ones(4), Box(30.0, 2)))
    net = np.hypot(pair(1.0) - pair(1.1), pair(1.3))
    assert found.net[0] == pytest.approx(net, rel=1e-10)
    np.testing.assert_allclose(found.strongest[0], [pair(1.0), pair(1.1)], rtol=1e-12)
    assert found.strong[0] == pytest.approx(net / (0.5 * (pair(1.0) + pair(1.1))), rel=1e-10)


def test_an_inherent_structure_is_balanced():
    model, configuration = glass("ipl-2d", 150)
    assert bond_forces(model.interaction, configuration).strong.max() < 1e-7


def test_window_counts_frames_and_averages_through_the_boundary():
    """Three frames of a chain that drifts across the boundary; the middle particle bears force in two of them."""
    shifts, bends = [-0.1, 0.1, 0.3], [0.0, 0.0, 0.45]
    window = ForceWindow(MODEL.interaction)
    for shift, bend in zip(shifts, bends, strict=True):
        points = np.array([[-1.0, 5.0], [bend, 5.0], [1.0, 5.0]]) + np.array([30.0 + shift, 0.0])
        window.add(Configuration(points, np.ones(3), Box(30.0, 2)))
    assert window.frames == 3 and list(window.held) == [0, 2, 0]
    assert list(window.bearing) == [False, True, False] and window.tied == 0.0
    np.testing.assert_allclose(window.average.positions[:, 0], [29.1, 0.25, 1.1], atol=1e-12)
    window.add(Configuration(points, np.ones(3), Box(30.0, 2)))
    assert not window.bearing.any() and window.tied == pytest.approx(1 / 3)


@pytest.mark.parametrize("reach", [1.0, 1.3])
def test_connections_are_all_close_pairs(reach):
    configuration = random_points("ipl-2d", 200)
    links = connections(MODEL.interaction, configuration, reach)
    first, second = np.triu_indices(200, 1)
    apart = configuration.positions[first] - configuration.positions[second]
    size = configuration.diameters
    length = (
        0.5 * (size[first] + size[second]) * (1 - MODEL.interaction.nonadditivity * abs(size[first] - size[second]))
    )
    close = np.linalg.norm(configuration.box.shortest(apart), axis=1) < reach * length
    expected = set(zip(first[close].tolist(), second[close].tolist(), strict=True))
    assert {tuple(sorted(each)) for each in zip(links.first.tolist(), links.second.tolist(), strict=True)} == expected
    whole = configuration.positions[links.first] - configuration.positions[links.second]
    shortest = whole - configuration.box.length * links.images
    assert (abs(shortest) <= 0.5 * configuration.box.length).all()


@pytest.mark.parametrize("p", [0.3, 0.55, 0.65])
def test_clusters_without_boundary_bonds_are_those_of_an_image_labeller(p):
    side = 40
    occupied = np.random.default_rng(5).random((side, side)) < p
    links = site_links(side, periodic=False)
    found = clusters(links, occupied.ravel())
    labels, count = label(occupied)
    assert len(found.sizes) == count and not found.wraps.any()
    assert sorted(found.sizes) == sorted(np.bincount(labels.ravel())[1:])
    first_cells = np.unique(found.labels[found.labels >= 0], return_index=True)
    assert len(first_cells[0]) == count
    touched = [set(labels.take(0, axis)) & set(labels.take(-1, axis)) - {0} for axis in (0, 1)]
    place = np.stack(np.divmod(np.arange(side**2), side), axis=1)
    crossed, largest = spanning(links, occupied.ravel(), place == 0, place == side - 1)
    assert list(crossed) == [bool(each) for each in touched] and largest == found.largest


@pytest.mark.parametrize(
    "drawing, wraps, spans",
    [
        (["....", "####", "....", "...."], [False, True], [False, True]),
        (["#...", "#...", "#...", "#..."], [True, False], [True, False]),
        (["##..", ".##.", "..##", "#..#"], [True, True], [True, True]),  # a staircase around the torus
        (["####", "....", "####", "...."], [False, True], [False, True]),
        (["#..#", "....", "....", "#..#"], [False, False], [False, False]),  # one blob across the corner
        (["...#", "..##", ".##.", ".#.."], [False, False], [True, False]),  # spans, but its ends do not meet
        (["#..#", "#..#", "..##", "..##"], [True, False], [True, False]),
        (["....", "....", "....", "...."], [False, False], [False, False]),
    ],
)
def test_wrapping_and_spanning_of_drawings(drawing, wraps, spans):
    occupied = np.array([[mark == "#" for mark in row] for row in drawing]).ravel()
    links = site_links(4)
    place = np.stack(np.divmod(np.arange(16), 4), axis=1)
    assert list(clusters(links, occupied).wraps.any(axis=0)) == wraps
    assert list(spanning(links, occupied, place == 0, place == 3)[0]) == spans


def test_gyration_of_a_cluster_across_the_boundary():
    occupied = np.array([[mark == "#" for mark in row] for row in ["#...#", ".....", ".....", ".....", "#...#"]])
    place = np.stack(np.divmod(np.arange(25), 5), axis=1).astype(float)
    found = clusters(site_links(5), occupied.ravel())
    np.testing.assert_allclose(found.gyration(place, 5.0), [np.sqrt(0.5)])
    assert np.isnan(found.mean_size)


def test_mean_size_leaves_out_the_largest():
    occupied = np.array([[mark == "#" for mark in row] for row in ["###..", ".....", "##.#.", ".....", "....."]])
    assert clusters(site_links(5), occupied.ravel()).mean_size == pytest.approx(5 / 3)


def test_percolation_of_particles():
    """A straight chain of touching disks from side to side spans and wraps; without its last disk it does neither."""
    n, box = 10, Box(10.0, 2)
    points = np.array([[k + 0.5, 3.0] for k in range(n)])
    chain = Configuration(points, np.full(n, 1.05), box)
    whole, broken = (percolation(MODEL.interaction, chain, np.arange(n) < kept) for kept in (n, n - 1))
    assert list(whole.spans) == [True, False] and list(whole.wraps) == [True, False]
    assert not broken.spans.any() and not broken.wraps.any()
    assert whole.largest == 1.0 and broken.fraction == 0.9 and broken.largest == 0.9
    assert np.isnan(whole.radii).all()
    moved = chain.moved(points + np.array([3.5, -3.2]))  # the same open chain, now across two sides of the box
    across = percolation(MODEL.interaction, moved, np.arange(n) < n - 1)
    assert not across.wraps.any() and across.largest == 0.9 and across.largest_inside < 0.9
    np.testing.assert_allclose(across.radii, broken.radii)
    np.testing.assert_allclose(broken.radii, np.sqrt((9**2 - 1) / 12))
