"""Nothing is ever missing in neighbor lists: at random instants of a long run, all pairs are looked at.

The short version runs always; `--steps 10000000` makes the first run as long as that, and the others in proportion
(more than two hours of one core).
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from glasses import sheared
from numba import njit

from glassworks.configurations import Box, Configuration
from glassworks.configurations.pencils import SLOT_BITS, from_slots
from glassworks.lanes import processor_lanes
from glassworks.liquids import SwapChain, initial_configuration
from glassworks.liquids.dynamics import Runner, start_dynamics
from glassworks.liquids.dynamics_kernel import Course
from glassworks.liquids.xoshiro import random_state, uniform
from glassworks.minimize.evaluation import BUILDS, CUTS, begin, following, terrain_of
from glassworks.models import load_model

N = 1000
EDGE = 1e-9
"""Pairs whose distance is so near their cutoff, relative to it, may be in a list or not."""


@pytest.fixture
def steps(request) -> int:
    return request.config.getoption("--steps")


def instants(steps: int, looks: int, rng: np.random.Generator):
    """Steps between two looks: at random, `looks` of them on average."""
    while steps > 0:
        span = min(int(rng.integers(1, max(2 * steps // looks, 2), endpoint=True)), steps)
        steps -= span
        yield span


@njit
def unlisted(points, copies, sizes, cutoff, nonadditivity, listed):
    """How many pairs are within their cutoff, by the nearest of all periodic copies that there are, and not listed.

    Args:
        copies: (3^d, d) where they are.
        cutoff: as far as pairs of size 1 count that are certainly near enough.
    """
    n, d = points.shape
    missed = 0
    for i in range(n):
        for j in range(i):
            least = np.inf
            for copy in range(copies.shape[0]):
                squared = 0.0
                for k in range(d):
                    x = points[i, k] - points[j, k] + copies[copy, k]
                    squared += x * x
                least = min(least, squared)
            reach = cutoff * 0.5 * (sizes[i] + sizes[j]) * (1 - nonadditivity * abs(sizes[i] - sizes[j]))
            missed += np.sqrt(least) < reach and listed[i, j] == 0
    return missed


def missed_and_extra(model, configuration: Configuration, listed: np.ndarray) -> tuple[int, int]:
    """Pairs within their cutoff that are not listed, and pairs that are listed more than once.

    Args:
        listed: (N, N) how often a pair stands in a list within its cutoff, i > j.
    """
    box, interaction = configuration.box, model.interaction
    copies = np.array(list(product((-1, 0, 1), repeat=box.dimension))) @ box.vectors.T
    cutoff = interaction.cutoff * (1 - EDGE)
    missed = unlisted(
        configuration.positions, copies, configuration.diameters, cutoff, interaction.nonadditivity, listed
    )
    return missed, int((listed > 1).sum())


@njit
def count_chunks(places, sizes, particle, start, stop, chunks, shifts, lanes, cutoff, nonadditivity, bits, listed):
    """How often each pair is met within its cutoff by a walk through rows of chunks."""
    for i in range(places.shape[1]):
        for entry in range(start[i], stop[i]):
            whole = np.int64(chunks[entry])
            slot, copy = whole & ((1 << bits) - 1), whole >> bits
            for j in range(slot, slot + lanes):
                if particle[j] >= 0:
                    squared = 0.0
                    for k in range(places.shape[0]):
                        squared += (places[k, i] - shifts[k, copy] - places[k, j]) ** 2
                    length = 0.5 * (sizes[i] + sizes[j]) * (1 - nonadditivity * abs(sizes[i] - sizes[j]))
                    if squared < (cutoff * length) ** 2:
                        a, b = particle[i], particle[j]
                        listed[max(a, b), min(a, b)] += 1


def counted(neighbors, layout, places, sizes, lanes: int) -> np.ndarray:
    """The same of what forces are summed from; of a plain list all pairs count that stand in it."""
    n, interaction = int(neighbors.particle.max()) + 1, layout.interaction
    listed = np.zeros((n, n), dtype=np.int16)
    if lanes:
        count_chunks(
            places, sizes, neighbors.particle, neighbors.start, neighbors.stop, neighbors.chunks, layout.shifts, lanes,
            interaction.cutoff, interaction.nonadditivity, SLOT_BITS, listed,
        )  # fmt: skip
    else:
        first = np.repeat(np.arange(len(neighbors.start) - 1), np.diff(neighbors.start))
        pair = np.sort([neighbors.particle[first], neighbors.particle[neighbors.partner[: len(first)]]], axis=0)
        np.add.at(listed, (pair[1], pair[0]), 1)
    return listed


def counted_rows(runner: Runner) -> np.ndarray:
    return counted(runner.neighbors, runner.layout, runner.places, runner.sizes, runner.vectors)


@pytest.mark.parametrize("lanes", [None, 0])
@pytest.mark.parametrize(
    "name, temperature, tilt", [("ipl-3d", 2.0, 0.0), ("harmonic-2d", 0.1, 0.0), ("ipl-3d", 2.0, 0.4)]
)
def test_no_pair_is_missed_in_a_long_hot_run(name, temperature, tilt, lanes, steps):
    """At the highest temperatures at which studies let molecular dynamics run, and in a sheared box."""
    model, rng = load_model(name), np.random.default_rng(7)
    start = sheared(initial_configuration(model, N, rng), tilt)
    runner = Runner(model, start_dynamics(model, start, temperature, rng), lanes)
    step, made, looks = model.step(temperature), set(), 0
    for span in instants(steps if lanes is None else steps // 10, 20 if steps < 10**6 else 400, rng):
        runner.run(Course(step, N, temperature, 0.0, 0.5, span + 1), span, 0)
        here = runner.state(0)
        assert missed_and_extra(model, here.configuration, counted_rows(runner)) == (0, 0)
        made.add(here.origin.tobytes())
        looks += 1
    assert len(made) > looks // 4 and abs(here.velocities.sum(axis=0)).max() < 1e-8
    assert here.kinetic_temperature > 0.5 * temperature


@pytest.mark.parametrize("lanes", [None, 0])
def test_a_list_that_is_not_renewed_is_noticed(lanes):
    """What the tests here look at does tell when a pair is missed."""
    model, rng = load_model("ipl-3d"), np.random.default_rng(7)
    runner = Runner(model, start_dynamics(model, initial_configuration(model, N, rng), 2.0, rng), lanes)
    runner.reach = np.inf
    runner.run(Course(0.005, N, 2.0, 0.0, 0.5, 3001), 3000, 0)
    assert missed_and_extra(model, runner.state(0).configuration, counted_rows(runner))[0] > 10


@njit
def wander(terrain, lists, state, moves, longest, share):
    """Move a share of the particles at random, each time by at most so much along each axis, and keep their lists."""
    point = terrain.stack[0]
    for _ in range(moves):
        for i in range(point.shape[1]):
            if lists.neighbors.particle[i] >= 0 and uniform(state) < share:
                for k in range(point.shape[0]):
                    point[k, i] += longest * (2.0 * uniform(state) - 1.0)
        lists = following(terrain, lists, point, longest * np.sqrt(point.shape[0]))
    return lists


@njit
def begun(terrain, points):
    return begin(terrain, points)


@pytest.mark.parametrize("share", [1.0, 0.005])
@pytest.mark.parametrize(
    "name, tilt, lanes", [("ipl-2d", 0.5, None), ("harmonic-2d", -0.3, None), ("ipl-3d", 0.2, None), ("ipl-3d", 0.2, 0)]
)
def test_no_pair_is_missed_under_shear(name, tilt, share, lanes, steps):
    """Lists of quenches in sheared boxes, whose particles walk far out of them, all at once or five at a time."""
    model, rng = load_model(name), np.random.default_rng(8)
    box = replace(Box.of(model, N), tilt=tilt)
    start = Configuration(rng.random((N, box.dimension)) * box.length, model.diameters(N), box)
    terrain, point = terrain_of(model.interaction, start, lanes=lanes), np.empty_like(start.positions)
    width = processor_lanes() if lanes is None else lanes
    lists, stack, state = begun(terrain, start.positions), terrain.stack, random_state(rng)
    for span in instants(steps // 10, 20 if steps < 10**6 else 400, rng):
        lists = wander(terrain, lists, state, span, 0.05 if share == 1.0 else 0.5, share)
        from_slots(stack[0], lists.neighbors.particle, point)
        listed = counted(lists.neighbors, terrain.layout, stack[0], lists.sizes, width)
        assert missed_and_extra(model, start.moved(point), listed) == (0, 0)
    if width:
        assert lists.tally[CUTS] > lists.tally[BUILDS]
        assert (lists.neighbors.stirred.any() > 0) == (share < 1.0)  # only rows near the five are made anew
    assert lists.tally[BUILDS] > 5
    assert np.sqrt((box.shortest(point - start.positions) ** 2).sum(axis=1).mean()) > 0.5


def test_rows_of_swaps_lack_nothing(steps):
    """Sweeps at the highest temperature; settling compares their running energy with a sum over fresh pairs."""
    model, rng = load_model("poly-3d"), np.random.default_rng(9)
    chain = SwapChain(model, initial_configuration(model, N, rng), 2.0, rng)
    for span in instants(max(steps // 100, 10), 20, rng):
        chain.advance(span)
        chain.settle()
        assert chain.lost_pair() is None
