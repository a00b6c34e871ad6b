"""The lowest eigenvalues of any matrix: against dense algebra, SciPy's eigsh, a grid's formula, a glass's modes."""

import numpy as np
import pytest
from glasses import glass
from scipy.sparse import block_diag, coo_matrix, csc_array, csc_matrix, csr_array, csr_matrix, diags, identity, kron
from scipy.sparse.csgraph import connected_components, laplacian
from scipy.sparse.linalg import eigsh
from scipy.spatial import cKDTree

from glassworks.vibrations import Unstable, filtered_modes, hessian, lowest, weighted
from glassworks.vibrations.filters import WIDTH
from glassworks.vibrations.semidefinite import Products


def geometric_graph(n: int, reach: float, seed: int = 0):
    """(Laplacian, points (n, 2)) of points in the unit square, linked where they are near."""
    points = np.random.default_rng(seed).random((n, 2))
    links = cKDTree(points).query_pairs(reach, output_type="ndarray")
    graph = coo_matrix((np.ones(len(links)), links.T), shape=(n, n))
    matrix = csr_matrix(laplacian(graph + graph.T))
    matrix.eliminate_zeros()
    return matrix, points


def grid(side: int, closed: bool = False) -> csr_matrix:
    """−∇² on a square grid, zero outside or periodic."""
    line = diags([-np.ones(side - 1), np.full(side, 2.0), -np.ones(side - 1)], [-1, 0, 1]).tolil()
    if closed:
        line[0, -1] = line[-1, 0] = -1.0
    return csr_matrix(kron(line, identity(side)) + kron(identity(side), line))


def levels(side: int, closed: bool = False) -> np.ndarray:
    """Its eigenvalues: 4 sin²(q/2) of each axis, q = πk/(side + 1), or 2πk/side where the grid is periodic."""
    waves = 2 * np.pi * np.arange(side) / side if closed else np.pi * np.arange(1, side + 1) / (side + 1)
    squared = 4 * np.sin(waves / 2) ** 2
    return np.sort((squared[:, None] + squared).ravel())


def check(found, matrix, expected) -> None:
    """Eigenvalues as expected, vectors orthonormal, residuals as stated."""
    norm = abs(matrix).sum(axis=1).max()
    np.testing.assert_allclose(found.values, expected, rtol=1e-9, atol=1e-13 * norm)
    vectors = found.vectors.T
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(len(expected)), atol=1e-9)
    missing = np.linalg.norm(matrix @ vectors - found.values * vectors, axis=0) / norm
    np.testing.assert_allclose(found.residuals, missing, atol=1e-14)
    assert missing.max() < 1e-11 and found.missed < 1e-9 and found.norm == pytest.approx(norm)


@pytest.mark.parametrize("kind", [csr_matrix, csc_matrix, csr_array, csc_array])
@pytest.mark.parametrize("placed", [False, True])
def test_laplacian_of_a_geometric_graph(kind, placed):
    """Connected or not: zero is an eigenvalue as often as the graph has pieces, some of them single points."""
    matrix, points = geometric_graph(1500, 0.034)
    pieces = connected_components(matrix)[0]
    assert pieces > 3 and not np.diff(matrix.indptr).all()
    found = lowest(kind(matrix), pieces + 15, positions=points if placed else None)
    check(found, matrix, np.linalg.eigvalsh(matrix.toarray())[: pieces + 15])
    assert (abs(found.values) < 1e-12 * found.norm).sum() == pieces


def test_more_zeros_than_are_asked_for():
    """Twelve equal bodies, three vectors."""
    body = geometric_graph(100, 0.3)[0]
    matrix = csr_matrix(block_diag([body] * 12))
    found = lowest(matrix, 3)
    np.testing.assert_allclose(found.values, 0.0, atol=1e-12 * found.norm)


def test_degenerate_pairs_of_a_grid():
    found = lowest(grid(40), 31)
    check(found, grid(40), levels(40)[:31])
    assert found.values[1] == pytest.approx(found.values[2], rel=1e-12)


def test_a_grid_without_edges_with_its_null_space_and_without():
    """Levels of four and eight; the constant is asked for, or projected out."""
    matrix, expected = grid(32, closed=True), levels(32, closed=True)
    check(lowest(matrix, 40), matrix, expected[:40])
    check(lowest(matrix, 40, null=np.ones((1, 1024))), matrix, expected[1:41])
    check(lowest(matrix, 40, null="translations"), matrix, expected[1:41])


def test_values_are_those_of_scipy():
    matrix = grid(60)
    expected = np.sort(eigsh(matrix.tocsc(), 12, sigma=-1e-3, tol=1e-12)[0])
    check(lowest(matrix, 12, seed=4), matrix, expected)


def test_a_chain_is_slow_but_found():
    """In one dimension eigenvalues grow as k², three times faster than the first guess has it."""
    line = diags([-np.ones(1199), np.full(1200, 2.0), -np.ones(1199)], [-1, 0, 1], format="csr")
    found = lowest(line, 10)
    np.testing.assert_allclose(found.values, 4 * np.sin(np.pi * np.arange(1, 11) / 2402) ** 2, atol=1e-12)


@pytest.mark.parametrize("name, n, count", [("ipl-3d", 300, 30), ("ipl-2d", 400, 20)])
@pytest.mark.parametrize("placed", [False, True])
def test_hessian_of_a_glass(name, n, count, placed):
    model, configuration = glass(name, n)
    matrix, d = hessian(model.interaction, configuration), model.dimension
    positions = configuration.positions if placed else None
    expected = np.linalg.eigvalsh(matrix.toarray())
    with_zeros = lowest(matrix, count, positions=positions, dimension=d)
    check(with_zeros, matrix, expected[:count])
    without = lowest(matrix, count, positions=positions, dimension=d, null="translations")
    check(without, matrix, expected[d : d + count])
    modes = filtered_modes(matrix, configuration, count)
    np.testing.assert_allclose(without.values, modes.frequencies**2, rtol=1e-10)
    np.testing.assert_allclose(without.vectors.reshape(count, -1, d).sum(axis=1), 0, atol=1e-9)


def test_masses_weight_the_matrix():
    model, configuration = glass("ipl-3d", 300)
    matrix = hessian(model.interaction, configuration)
    masses = np.random.default_rng(0).uniform(1.0, 3.0, 300)
    heavy = weighted(matrix, masses)
    found = lowest(matrix, 20, masses=masses, dimension=3, null="translations")
    check(found, heavy, np.linalg.eigvalsh(heavy.toarray())[3:23])
    each = lowest(matrix, 20, masses=np.repeat(masses, 3), positions=configuration.positions, null="translations")
    np.testing.assert_allclose(each.values, found.values, rtol=1e-10)


def test_small_matrices_are_diagonalized():
    matrix, expected = grid(12, closed=True), levels(12, closed=True)
    check(lowest(matrix, 144), matrix, expected)
    found = lowest(matrix, 143, null="translations")
    check(found, matrix, expected[1:])
    assert found.missed == 0


def test_nothing_has_zeros_alone():
    found = lowest(csr_matrix((700, 700)), 4)
    assert (found.values == 0).all() and (found.residuals == 0).all()


def test_products_in_another_order():
    matrix, points = geometric_graph(700, 0.04)
    x = np.random.default_rng(0).normal(size=(700, WIDTH))
    for positions in (None, points):
        operator = Products(matrix, positions, 1, np.empty((700, 0)))
        np.testing.assert_allclose(operator(x[operator.order]), (matrix @ x)[operator.order], atol=1e-12)


def test_the_same_seed_gives_the_same_vectors():
    first, again = (lowest(grid(30), 8, seed=3) for _ in range(2))
    assert (first.vectors == again.vectors).all()


@pytest.mark.parametrize("side", [12, 40])
@pytest.mark.parametrize("shift", [-0.5, -1e-5])
def test_indefinite_matrices_are_refused(side, shift):
    """A whole spectrum shifted down, by much and by little."""
    matrix = grid(side, closed=True) + shift * identity(side**2)
    with pytest.raises(Unstable, match="indefinite: an eigenvalue is -"):
        lowest(matrix.tocsr(), 5)


def test_one_negative_eigenvalue_is_found():
    values = np.append(np.linspace(0.01, 10.0, 900), -1e-6)
    with pytest.raises(Unstable, match="-1e-06, below −1e-12"):
        lowest(diags(values, format="csr"), 5)


def with_entry(row: int, column: int, value: float) -> csr_matrix:
    matrix = grid(30).tolil()
    matrix[row, column] = value
    return matrix.tocsr()


@pytest.mark.parametrize(
    "matrix, given, words",
    [
        (np.eye(4), {}, "sparse one of SciPy, not ndarray"),
        (csr_matrix((4, 5)), {}, "square, not 4 × 5"),
        (csr_matrix(1j * np.eye(4)), {}, "real, not complex"),
        (with_entry(1, 1, np.nan), {}, "not finite"),
        (with_entry(1, 2, -1.001), {}, "symmetric: .* not 1.2e-04"),
        (grid(30), {"count": 0}, "between 1 and 112 for 900 unknowns, not 0"),
        (grid(30), {"count": 113}, "between 1 and 112 for 900 unknowns, not 113"),
        (grid(4, closed=True), {"count": 16, "null": "translations"}, "between 1 and 15 for 16 unknowns, not 16"),
        (grid(30), {"null": np.ones(900)}, "leaves 4.2e-02|leaves"),
        (grid(30, closed=True), {"null": np.ones((2, 900))}, "depend on each other"),
        (grid(30), {"null": np.ones(899)}, r"shape \(k, 900\), not \(899,\)"),
        (grid(30), {"null": "rotations"}, "'translations' or None, not 'rotations'"),
        (grid(30), {"masses": -np.ones(900)}, "masses must be positive"),
        (grid(30), {"masses": np.ones(7)}, "one for each of 900 unknowns"),
        (grid(30), {"positions": np.zeros((7, 2))}, "900 unknowns are not equally many for each of 7"),
        (grid(30), {"dimension": 7}, "900 unknowns are not 7 for each of 128"),
        (identity(900, format="csr"), {}, "below half of the largest"),
        (grid(30) + 12.0 * identity(900, format="csr"), {}, "below half of the largest"),
    ],
)
def test_what_cannot_be_is_refused(matrix, given, words):
    with pytest.raises(ValueError, match=words):
        lowest(matrix, **{"count": 3, **given})
