"""Pair correlations and structure factors: ideal gas, lattices, plain Fourier sums, another program, each other.

What compares random numbers is seeded. Were the seeds drawn again, a test would fail by chance as often as it says.
"""

from math import pi

import numpy as np
import pytest
from glasses import random_points
from pydantic import ValidationError
from scipy.stats import chi2, norm

from glassworks.configurations import Box, Configuration
from glassworks.liquids import initial_configuration
from glassworks.liquids.dynamics import equilibrate_dynamics, run_dynamics
from glassworks.models import load_model, pair_length
from glassworks.observables import Snapshot, load
from glassworks.observables._alone import alone
from glassworks.structure import pair_correlations, structure_factors

BOXES = {
    "cube": Box(9.0, 3),
    "upright": Box((8.0, 9.0, 11.0), 3),
    "sheared": Box(9.0, 3, 0.4),
    "leaning": Box((8.0, 9.0, 10.0), 3, (0.3, -0.2, 0.35)),
    "square": Box(30.0, 2),
    "leaning square": Box((28.0, 31.0), 2, 0.4),
    "four": Box(5.0, 4),
}
RARE = 1e-5
"""The chance at which each of the comparisons with an ideal gas fails."""


def gas(box: Box, n: int, seed: int) -> Configuration:
    fractions = np.random.default_rng(seed).random((n, box.dimension))
    sizes = np.where(np.arange(n) < n // 3, 1.0, 1.4)
    return Configuration(fractions @ box.vectors.T, sizes, box)


def two(configuration: Configuration) -> dict[str, np.ndarray]:
    small = configuration.diameters == 1.0
    return {"small": np.flatnonzero(small), "large": np.flatnonzero(~small)}


@pytest.mark.parametrize("name", BOXES)
def test_distances_of_an_ideal_gas(name):
    """Pairs of a bin are binomial; χ² over all bins of ten gases, species by species and in scaled distance.

    Counts of different pairs are independent two by two, so that χ² has the mean of its law, and a variance that
    differs by O(1/N) from it.
    """
    box, interaction = BOXES[name], load_model("poly-3d").interaction
    found = [
        pair_correlations(interaction, each, two(each), 0.25, scaled=True)
        for each in (gas(box, 300, seed) for seed in range(10))
    ]
    bins = len(found[0].centers)
    for part in ("small-small", "small-large", "large-large", "total"):
        counts = np.sum([each.counts[part] for each in found], axis=0)
        expected = np.mean([each.counts[part] / np.maximum(each.parts[part], 1e-12) for each in found], axis=0) * 10
        full = counts > 0  # elsewhere g says nothing of what was expected
        assert ((counts - expected)[full] ** 2 / expected[full]).sum() < chi2.isf(RARE, bins)
    scaled = np.sum([each.scaled_counts for each in found], axis=0)
    expected = scaled / np.maximum(np.mean([each.scaled for each in found], axis=0), 1e-12)
    full = scaled > 20
    assert ((scaled - expected)[full] ** 2 / expected[full]).sum() < chi2.isf(RARE, full.sum())


@pytest.mark.parametrize("name", BOXES)
def test_waves_of_an_ideal_gas(name):
    """|ρ(q)|²/N has mean and standard deviation one but for O(1/N), ρ_α ρ_β* mean zero."""
    box, sums, count = BOXES[name], {}, 0
    for seed in range(10):
        each = gas(box, 300, seed)
        found = structure_factors(each, two(each), 0.5, 8.0, 40, np.random.default_rng(seed))
        count += found.counts.sum()
        for part, s in found.parts.items():
            sums[part] = sums.get(part, 0.0) + (s * found.counts).sum()
    x = 1 / 3
    shares = {"small-small": (x, x), "large-large": (1 - x, 1 - x), "total": (1.0, 1.0)}
    shares["small-large"] = 0.0, np.sqrt(x * (1 - x) / 2)
    limit = norm.isf(RARE / 2)
    for part, (mean, spread) in shares.items():
        assert abs(sums[part] / count - mean) < limit * spread / np.sqrt(count)


LATTICES = {  # points of a cubic cell of edge 1; neighbors at squared distances
    "sc": ([[0, 0, 0]], {1.0: 6, 2.0: 12, 3.0: 8, 4.0: 6, 5.0: 24, 6.0: 24, 8.0: 12}),
    "bcc": ([[0, 0, 0], [0.5, 0.5, 0.5]], {0.75: 8, 1.0: 6, 2.0: 12, 2.75: 24, 3.0: 8, 4.0: 6}),
    "fcc": ([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]], {0.5: 12, 1.0: 6, 1.5: 24, 2.0: 12, 2.5: 24}),
}


@pytest.mark.parametrize("name", LATTICES)
@pytest.mark.parametrize("tilt", [0.0, 1 / 5, (0.2, -0.4, 0.2)])
def test_shells_of_lattices(name, tilt):
    """Their numbers of neighbors, in a box that leans by whole cells too: five of them, and the second row by one."""
    cell, shells = LATTICES[name]
    points = (np.array(list(np.ndindex(5, 5, 5)))[:, None] + np.array(cell)).reshape(-1, 3)
    crystal = Configuration(points + 0.01, np.ones(len(points)), Box(5.0, 3, tilt))
    found = pair_correlations(load_model("ipl-3d").interaction, crystal, {}, 0.01, 2.5)
    counts = dict.fromkeys(range(250), 0)
    for squared, number in shells.items():
        if squared < 6.25:
            counts[int(np.sqrt(squared) / 0.01 + 1e-9)] = number
    near = 2 * found.counts["total"] / len(points)
    for squared in shells:
        k = int(np.sqrt(squared) / 0.01 + 1e-9)
        if squared < 6.2:
            assert near[max(k - 1, 0) : k + 1].sum() == shells[squared]
    last = max(squared for squared in shells if squared < 6.2)
    known = int(np.sqrt(last) / 0.01 + 1e-9) + 1
    assert near[:known].sum() == sum(number for squared, number in shells.items() if squared <= last)


def test_bragg_peaks_of_a_lattice():
    """S is N at reciprocal lattice vectors and nothing elsewhere."""
    points = (np.array(list(np.ndindex(4, 4, 4)))[:, None] + np.array(LATTICES["fcc"][0])).reshape(-1, 3)
    crystal = Configuration(points, np.ones(256), Box(4.0, 3))
    found = structure_factors(crystal, {}, 0.05, 14.0, 10**6, np.random.default_rng(1))
    peaks = np.zeros_like(found.wave_numbers)
    for squared, number in ((3, 8), (4, 6)):  # (111) and (200)
        where = found.bins == int(2 * pi * np.sqrt(squared) / 0.05)
        peaks[where] = 256 * number / 2 / found.counts[where]
    below = found.wave_numbers < 2 * pi * 2.5
    np.testing.assert_allclose(found.parts["total"][below], peaks[below], atol=1e-9)


@pytest.mark.parametrize("name", BOXES)
def test_factors_are_plain_fourier_sums(name):
    """Over all wave vectors of the box that a search in a wide range of integers finds."""
    box = BOXES[name]
    each = gas(box, 60, 3)
    largest, width = (2.9, 0.3) if box.dimension > 2 else (1.5, 0.1)
    found = structure_factors(each, two(each), width, largest, 10**6, np.random.default_rng(1))
    n = np.array(list(np.ndindex(*(15,) * box.dimension))) - 7
    waves = 2 * pi * n @ np.linalg.inv(box.vectors)
    size = np.linalg.norm(waves, axis=1)
    bins = int(largest / width * (1 + 1e-9))
    kept = (size > 0) & (size < bins * width)
    phases = np.exp(1j * waves[kept] @ each.positions.T)
    density = {name: phases[:, members].sum(axis=1) for name, members in two(each).items()}
    where = (size[kept] / width).astype(int)
    assert list(found.bins) == list(np.unique(where))
    np.testing.assert_array_equal(found.counts, np.bincount(where)[found.bins] / 2)
    np.testing.assert_allclose(found.wave_numbers, [size[kept][where == k].mean() for k in found.bins], rtol=1e-12)
    for part, s in found.parts.items():
        first, second = (2 * [sum(density.values())]) if part == "total" else map(density.get, part.split("-"))
        product = (first * second.conj()).real / 60
        np.testing.assert_allclose(s, [product[where == k].mean() for k in found.bins], atol=1e-11)


def test_total_factor_is_the_sum_over_pairs():
    """S(q) = 1 + (2/N) Σ_{i<j} cos q·r_ij, one wave vector a time; the total is S_ss + 2 S_sl + S_ll."""
    each = gas(BOXES["leaning"], 50, 4)
    found = structure_factors(each, two(each), 0.02, 1.2, 10**6, np.random.default_rng(1))
    away = each.positions[:, None] - each.positions
    reciprocal = 2 * pi * np.linalg.inv(each.box.vectors)
    n = np.array(list(np.ndindex(3, 3, 3))) - 1
    checked = 0
    for q in n @ reciprocal:
        where = np.flatnonzero(np.isclose(found.wave_numbers, np.linalg.norm(q), rtol=1e-12))
        if len(where) and found.counts[where[0]] == 1:
            assert found.parts["total"][where[0]] == pytest.approx(np.cos(away @ q).sum() / 50, rel=1e-11)
            checked += 1
    assert checked >= 6
    parts = found.parts
    np.testing.assert_allclose(
        parts["small-small"] + 2 * parts["small-large"] + parts["large-large"], parts["total"], atol=1e-12
    )


def test_drawn_waves_are_some_of_all():
    """Their mean over many draws is that over all; |q| stays that of all."""
    each = gas(BOXES["leaning"], 60, 5)
    whole = structure_factors(each, {}, 0.5, 5.0, 10**6, np.random.default_rng(1))
    draws = [structure_factors(each, {}, 0.5, 5.0, 7, np.random.default_rng(k)) for k in range(400)]
    assert all((d.counts == np.minimum(whole.counts, 7)).all() for d in draws)
    assert all((d.wave_numbers == whole.wave_numbers).all() for d in draws)
    many = np.array([d.parts["total"] for d in draws])
    error = np.maximum(many.std(axis=0) / 20, 1e-12)
    assert (abs(many.mean(axis=0) - whole.parts["total"]) < norm.isf(RARE / 2) * error).all()


@pytest.fixture(scope="module")
def liquids():
    """(model, 12 configurations) of a liquid of two sizes in equilibrium."""
    model, rng = load_model("pss-3d"), np.random.default_rng(2)
    state = equilibrate_dynamics(model, initial_configuration(model, 1500, rng), 2.0, 20.0, rng).state
    found = []
    for _ in range(12):
        state, _ = run_dynamics(model, state, 400, 2.0)
        found.append(state.configuration)
    return model, found


def test_g_and_s_are_transforms_of_each_other(liquids):
    """S_αβ = x_α δ_αβ + x_α x_β ρ ∫ (g_αβ − 1) sin(qr)/(qr) 4πr² dr, up to half the edge.

    Where it is cut off g is one within 0.02, and the error of S is about 0.01 in parts and twice that in the total.
    """
    model, many = liquids
    species = two(many[0])
    pairs = [pair_correlations(model.interaction, each, species, 0.02) for each in many]
    waves = [structure_factors(each, species, 0.2, 16.0, 150, np.random.default_rng(k)) for k, each in enumerate(many)]
    r, q = pairs[0].centers, waves[0].wave_numbers
    kept = q > 2.0
    kernel = 4 * pi * model.density * 0.02 * r**2 * np.sinc(np.outer(q[kept], r) / pi)
    for part, share in {"small-small": 0.5, "small-large": 0.0, "large-large": 0.5, "total": 1.0}.items():
        g = np.mean([each.parts[part] for each in pairs], axis=0)
        s = np.mean([each.parts[part] for each in waves], axis=0)
        weight = 1.0 if part == "total" else 0.25
        transformed = share + weight * kernel @ (g - 1.0)
        apart = (transformed - s[kept]) / (2.0 if part == "total" else 1.0)
        assert abs(apart).max() < 0.06 and np.sqrt(np.mean(apart**2)) < 0.02
        assert s.max() - s.min() > 0.25


@pytest.mark.parametrize("name", ["cube", "upright", "sheared", "leaning"])
def test_freud_counts_the_same_pairs(name):
    """Of boxes that lean too. (Its structure factors average over one octant of wave vectors: nothing to compare.)"""
    freud = pytest.importorskip("freud")
    box = BOXES[name]
    each = gas(box, 300, 6)
    theirs = freud.box.Box(*box.edges, *box.tilts)
    width, bins = 0.2, 16  # it searches up to half the distance of two faces
    ours = pair_correlations(load_model("ipl-3d").interaction, each, two(each), width, width * bins)
    points = theirs.wrap(each.positions)
    rdf = freud.density.RDF(bins=bins, r_max=width * bins)
    for part, (a, b) in {"total": (None, None), "small-large": ("small", "large")}.items():
        first = points if a is None else points[two(each)[a]]
        second = points if b is None else points[two(each)[b]]
        rdf.compute((theirs, first), query_points=second if a else None)
        counts = rdf.bin_counts / (1 if a else 2)
        assert abs(counts - ours.counts[part]).sum() <= 2  # freud works in single precision
        expected = len(first) / (len(first) - 1) if a is None else 1.0  # it divides by N² in the place of N (N − 1)
        full = (counts == ours.counts[part]) & (counts > 0)
        np.testing.assert_allclose(ours.parts[part][full], rdf.rdf[full] * expected, rtol=1e-5)


def test_scaled_distances_are_those_of_pairs():
    """By brute force in a small polydisperse gas; the divisor is Σ λ_ij³ of all pairs."""
    model = load_model("poly-3d")
    each = random_points("poly-3d", 80, 3)
    found = pair_correlations(model.interaction, each, {}, 0.1, scaled=True)
    first, second = np.triu_indices(80, 1)
    away = np.linalg.norm(each.box.shortest(each.positions[first] - each.positions[second]), axis=1)
    lengths = np.array([
        pair_length(model.interaction.nonadditivity, *each.diameters[[i, j]])
        for i, j in zip(first, second, strict=True)
    ])  # fmt: skip
    counts = np.histogram(away / lengths, bins=found.scaled_edges)[0]
    np.testing.assert_array_equal(found.scaled_counts, counts)
    shells = 4 / 3 * pi * np.diff(found.scaled_edges**3)
    np.testing.assert_allclose(found.scaled, counts * each.box.volume / ((lengths**3).sum() * shells), rtol=1e-12)
    assert found.scaled_edges[-1] <= 0.5 * each.box.length / each.diameters.max()


def test_tables_of_mixtures_and_of_many_sizes():
    parts = {"pss-3d": {"small-small", "small-large", "large-large", "total"}, "poly-3d": {"total", "scaled"}}
    for name, expected in parts.items():
        found = alone("liquid_structure", Snapshot(load_model(name), random_points(name, 300)), {})
        kinds = {(kind, part) for kind, part in zip(found["kind"], found["part"], strict=True)}
        assert kinds == {("g", part) for part in expected} | {("S", part) for part in expected - {"scaled"}}
    found = alone(
        "liquid_structure",
        Snapshot(load_model("ka"), random_points("ka", 300)),
        {"largest_wave": None, "distance_width": 0.5},
    )
    assert set(found["kind"]) == {"g"}
    by_part = {part: found["count"][found["part"] == part].sum() for part in np.unique(found["part"])}
    assert by_part["total"] == by_part["small-small"] + by_part["small-large"] + by_part["large-large"]
    assert 14 < by_part["large-large"] / by_part["small-small"] < 19  # 240 · 239 and 60 · 59 pairs: 16.2


def test_what_cannot_be_is_refused_in_sentences():
    parameters = load("structure").parameters
    for given, said in [
        ({"distance_width": 0.0}, "distance_width"),
        (
            {"distance_width": 0.5, "largest_distance": 0.1},
            "distance_width: 0.5; allowed: from 1/10000 of largest_dist",
        ),
        ({"wave_width": 1e-4}, "wave_width: 0.0001; allowed: from 1/10000 of largest_wave"),
        ({"waves": 0}, "waves"),
        ({"largest_wave": -1.0}, "largest_wave"),
        ({"bins": 10}, "bins"),
    ]:
        with pytest.raises(ValidationError, match=said):
            parameters(**given)
    liquid = Snapshot(load_model("ipl-3d"), random_points("ipl-3d", 100))
    for given, said in [
        ({"largest_distance": 9.0}, "distances up to 9, but half of the box's shortest edge is 2.47"),
        ({"distance_width": 3.0}, "no bin of width 3"),
        ({"largest_wave": 0.5}, "the box has no wave vector below 0.5: its shortest edge is 4.9"),
    ]:
        [status] = alone("liquid_structure", liquid, given)["status"]
        assert status.startswith("liquid_structure: ") and said in status
