"""Solutions of M x = b: against dense algebra, for any shape of tree, and refusals of what is no minimum."""

import numpy as np
import pytest
from glasses import glass, lattice
from scipy.sparse import block_diag, csc_matrix, csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from glassworks.configurations import Configuration
from glassworks.vibrations import Factor, Unstable, hessian
from glassworks.vibrations.dissection import dissect, smallest_separator
from glassworks.vibrations.factorization import apply, block_graph, without_translation
from glassworks.vibrations.single import solve_one


@pytest.mark.parametrize("leaf", [1, 7, 24, 48, 10_000])
@pytest.mark.parametrize("name, n", [("ipl-2d", 200), ("poly-2d", 150), ("ipl-3d", 150), ("ipl-4d", 300)])
def test_solutions_are_those_of_the_pseudo_inverse(name, n, leaf):
    model, configuration = glass(name, n)
    matrix = hessian(model.interaction, configuration)
    factor = Factor(matrix, configuration.positions, leaf)
    b = np.random.default_rng(0).normal(size=(n * model.dimension, 5))
    values, vectors = np.linalg.eigh(matrix.toarray())
    keep = vectors[:, model.dimension :]
    expected = keep @ ((keep.T @ b) / values[model.dimension :, None])
    x = factor.solve(b)
    np.testing.assert_allclose(x, expected, atol=1e-10 * abs(expected).max())
    for one in (factor.solve(b[:, 0]), solve_one(factor, b[:, 0])):
        np.testing.assert_allclose(one, expected[:, 0], atol=1e-10 * abs(expected).max())
    assert factor.backward_error(x, b) < 1e-14
    assert factor.backward_error(x * (1 + 1e-6), b) > 1e-9


@pytest.mark.parametrize("name, n", [("ipl-2d", 900), ("ipl-3d", 1000)])
def test_large_factors_are_accurate_and_sparse(name, n):
    model, configuration = glass(name, n)
    matrix = hessian(model.interaction, configuration)
    factor = Factor(matrix, configuration.positions)
    b = np.random.default_rng(0).normal(size=(matrix.shape[0], 40))
    assert factor.backward_error(factor.solve(b), b) < 1e-14
    assert factor.entries < 0.5 * matrix.shape[0] ** 2 / 2


def test_agrees_with_cholmod():
    cvxopt = pytest.importorskip("cvxopt")
    from cvxopt import cholmod

    model, configuration = glass("ipl-3d", 1000)
    matrix = hessian(model.interaction, configuration)
    b = without_translation(np.random.default_rng(1).normal(size=matrix.shape[0]), 3)
    grounded = matrix[:-3, :-3].tocoo()
    lower = grounded.row >= grounded.col
    sparse = cvxopt.spmatrix(
        grounded.data[lower], grounded.row[lower].tolist(), grounded.col[lower].tolist(), grounded.shape
    )
    x = cvxopt.matrix(b[:-3])
    cholmod.linsolve(sparse, x)
    expected = without_translation(np.append(np.array(x).ravel(), np.zeros(3)), 3)
    found = Factor(matrix, configuration.positions).solve(b)
    np.testing.assert_allclose(found, expected, atol=1e-10 * abs(expected).max())


def test_every_particle_is_eliminated_once_and_separators_separate():
    model, configuration = glass("ipl-3d", 1000)
    start, partner = block_graph(hessian(model.interaction, configuration), 3)
    nodes = dissect(configuration.positions, start, partner, 20)
    members = np.concatenate([node.members for node in nodes])
    assert (np.sort(members) == np.arange(1000)).all()
    inside = {}
    for node in nodes:
        below = [inside[id(child)] for child in node.children]
        if len(below) == 2:
            touched = set(np.concatenate([partner[start[i] : start[i + 1]] for i in below[0]]))
            assert not touched & set(below[1])
        inside[id(node)] = np.concatenate([*below, node.members])


@pytest.mark.parametrize("bonds", [0, 30, 80, 300])
def test_separators_meet_every_bond_with_the_fewest_particles(bonds):
    """The fewest that do are as many as the bonds of a largest matching (Kőnig), which SciPy finds its own way."""
    rng = np.random.default_rng(bonds)
    for _ in range(20):
        left, right = np.split(rng.permutation(100), [rng.integers(20, 80)])
        dense = np.zeros((100, 100), dtype=bool)
        dense[rng.choice(left, bonds), rng.choice(right, bonds)] = True
        graph = csr_matrix(dense | dense.T)
        number = np.full(100, -1)
        in_left, in_right = smallest_separator(left, right, graph.indptr, graph.indices, number)
        assert not dense[np.ix_(left[~in_left], right[~in_right])].any()
        matched = maximum_bipartite_matching(csr_matrix(dense[np.ix_(left, right)]))
        assert in_left.sum() + in_right.sum() == (matched >= 0).sum()
        assert (number == -1).all()


def test_symmetric_products():
    model, configuration = glass("ipl-2d", 200)
    matrix = hessian(model.interaction, configuration)
    x = np.random.default_rng(0).normal(size=(400, 6))
    np.testing.assert_allclose(apply(matrix, x), matrix @ x, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(apply(matrix, x[:, 2]), matrix @ x[:, 2])


def test_saddles_are_refused():
    model, configuration = glass("ipl-3d", 300)
    moves = 0.15 * np.random.default_rng(0).normal(size=configuration.positions.shape)
    matrix = hessian(model.interaction, configuration.moved(configuration.positions + moves))
    assert np.linalg.eigvalsh(matrix.toarray())[0] < -1
    with pytest.raises(Unstable, match="positive definite"):
        Factor(matrix, configuration.positions)


def test_two_bodies_that_do_not_touch_are_refused():
    model, configuration = lattice(3, 3)
    matrix = hessian(model.interaction, configuration)
    both = csc_matrix(block_diag([matrix, matrix]))
    both.sort_indices()
    far = configuration.positions + np.array([100.0, 0, 0])
    with pytest.raises(Unstable):
        Factor(both, np.vstack([configuration.positions, far]))


def test_free_particles_are_refused():
    model, start = glass("ipl-3d", 300)
    kept = np.linalg.norm(start.box.shortest(start.positions - start.positions[0]), axis=1) > 2.2
    positions = np.vstack([start.positions[kept], start.positions[0]])
    loose = Configuration(positions, np.append(start.diameters[kept], 0.2), start.box)
    with pytest.raises(Unstable):
        Factor(hessian(model.interaction, loose), loose.positions)
