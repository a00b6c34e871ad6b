"""Registers: their operations are those of single numbers, and sums of arrays are those of numpy."""

import numpy as np
import pytest
from numba import njit

from glassworks.lanes import (
    EIGHT,
    inner,
    load,
    load_beads,
    nearest_vector,
    spread_bead,
    squared,
    store,
    total,
    total_of_neighbors,
)
from glassworks.models.pairs import choose, multiply_add, polynomial

LENGTHS = [0, 1, 7, 8, 9, 40, 1003]


@njit
def product_of(x, y):
    return inner(x, y)


@njit
def both_totals(x):
    return total(load(x, 0, EIGHT)), total_of_neighbors(load(x, 0, EIGHT))


@njit
def doubled(source, target):
    for k in range(0, len(source), 8):
        store(target, k, 2.0 * load(source, k, EIGHT))


@njit
def fitted(x, coefficients, out):
    """A polynomial of each number, three of its value where the number is negative; eight at a time."""
    for k in range(0, len(x), 8):
        here = load(x, k, EIGHT)
        store(out, k, choose(here < 0.0, 3.0, 1.0) * polynomial(here, coefficients))


@njit
def fused(a, b, c, out):
    store(out, 0, multiply_add(load(a, 0, EIGHT), load(b, 0, EIGHT), load(c, 0, EIGHT)))


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_inner_products_of_any_length(n, kind):
    """Of exact products, so that no order of summing can differ."""
    rng = np.random.default_rng(n)
    x, y = rng.integers(-9, 9, n).astype(kind), rng.integers(-9, 9, n).astype(float)
    assert product_of(x, y) == float(x @ y)


def test_products_of_single_precision_are_not_rounded_to_it():
    x, y = np.random.default_rng(4).normal(size=(2, 15)).astype(np.float32)
    assert product_of(x, y) == pytest.approx(float(x.astype(float) @ y.astype(float)), rel=1e-14)


def test_sums_go_by_eight_parts_and_then_by_neighbors():
    """To the bit, as the loop does that is written out."""
    x = np.random.default_rng(1).normal(size=64) * 10.0 ** np.random.default_rng(2).integers(-8, 8, 64)
    a = np.zeros(8)
    for row in x.reshape(-1, 8):
        a = a + row
    assert product_of(x, np.ones(64)) == ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]))
    halves = ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))
    neighbors = ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]))
    assert both_totals(x) == (halves, neighbors)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_single_precision_is_read_exactly_and_written_rounded(kind):
    source = np.random.default_rng(3).normal(size=24).astype(kind)
    exact, rounded = np.empty(24), np.empty(24, dtype=np.float32)
    doubled(source, exact)
    doubled(source, rounded)
    np.testing.assert_array_equal(exact, 2.0 * source.astype(float))
    np.testing.assert_array_equal(rounded, exact.astype(np.float32))


def test_polynomials_of_registers_are_those_of_numbers():
    coefficients = (0.3, -1.7, 2.5, 0.1)
    x = np.linspace(-2.0, 2.0, 16)
    out = np.empty(16)
    fitted(x, coefficients, out)
    exact = np.polynomial.Polynomial(coefficients)
    np.testing.assert_allclose(out, exact(x) * np.where(x < 0.0, 3.0, 1.0), rtol=1e-14)
    assert polynomial(0.7, coefficients) == pytest.approx(exact(0.7), rel=1e-15)


def test_a_product_and_a_sum_are_rounded_once():
    """(1 + ε)(1 − ε) − 1 = −ε², which two roundings lose."""
    tiny = 2.0**-30
    a, b, c, out = np.full(8, 1.0 + tiny), np.full(8, 1.0 - tiny), np.full(8, -1.0), np.empty(8)
    fused(a, b, c, out)
    assert (out == -(tiny**2)).all() and a[0] * b[0] + c[0] == 0.0


@njit
def beads_of(beads, numbers, i, slot, edges, out):
    """Size and vector to bead 0 of four neighbors, and bead 0 itself."""
    own, there = spread_bead(beads, 0, edges), load_beads(beads, numbers, i, slot, edges)
    store(out[0], 0, there[0])
    store(out[1], 0, squared(nearest_vector(own, there, edges)))
    store(out[2], 0, own[len(edges)])


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_beads_are_read_by_number_and_met_at_their_nearest_copy(dimension):
    rng = np.random.default_rng(dimension)
    edges = (3.0, 4.0, 5.0, 6.0)[:dimension]
    beads = np.full((20, 4 if dimension < 4 else 8), np.nan)
    beads[:, 0] = rng.uniform(1, 2, 20)
    beads[:, 1 : dimension + 1] = rng.uniform(0, edges, (20, dimension))
    numbers, out = rng.permutation(20).astype(np.uint32).reshape(2, 10), np.empty((3, 4))
    beads_of(beads, numbers, 1, 5, edges, out)
    chosen = beads[numbers[1, 5:9]]
    vectors = beads[0, 1 : dimension + 1] - chosen[:, 1 : dimension + 1]
    vectors -= edges * np.rint(vectors / edges)
    np.testing.assert_array_equal(out[0], chosen[:, 0])
    np.testing.assert_allclose(out[1], (vectors**2).sum(axis=1), rtol=1e-14)
    np.testing.assert_array_equal(out[2], beads[0, dimension])
