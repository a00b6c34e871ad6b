"""The softest modes from products with the Hessian alone: sooner than by a factor, and where none would fit.

Block Lanczos on a Chebyshev polynomial of the Hessian (Fang & Saad 2012), which is small on all of the spectrum but
its low end: a basis of three or four times as many vectors as modes are wanted suffices. Its degree is of the order of
√(λ_max/λ) at the last of them, λ = ω², and grows as N^(1/d): time as N^(1 + 1/d), memory as N.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csc_matrix

from glassworks.choices import SHARE
from glassworks.configurations import Configuration
from glassworks.vibrations.factorization import Unstable
from glassworks.vibrations.filters import WIDTH, LowPass, Operator
from glassworks.vibrations.krylov import Subspace, rotate, search, wider_search
from glassworks.vibrations.modes import DENSE, Modes, participation
from glassworks.vibrations.overlooked import PROVEN
from glassworks.vibrations.threads import single_threaded

TOLERANCE = 1e-12
"""‖p(M)ψ − p(ω²)ψ‖ / p(ω²) asked of a mode, which bounds its ‖Mψ − ω²ψ‖ / ‖M‖ but for rounding."""

ABOVE = 1.7
"""Where the polynomial begins to grow, beside the squared frequency expected of the last mode wanted."""

GAIN = 3.5
"""p(0) = cosh(2 · GAIN) ≈ 550. More costs products, less costs vectors."""

ZERO = 1e-12
"""A mode with ω² below this beside ‖M‖ costs no energy."""

MARGIN = 1.02
"""On λ_max. A few places in a large glass are stiffer than all others, and are found late."""

BOUNDING, PILOT = 24, 5
"""Blocks with which λ_max is bounded, and modes are counted."""

ROUNDS = 5
"""Guesses of the last mode's λ after which the last one is taken."""

SEEN = 2.0
"""The polynomial's value from which on a mode stands out against the rest of the spectrum."""

DEBYE = 0.15
"""First guess of λ_count / (λ_max (count/dN)^(2/d)), as waves have it; harmonic spheres at p = 0.05 have 0.14."""


@single_threaded
def filtered_modes(
    matrix: csc_matrix,
    configuration: Configuration,
    count: int,
    seed: int = 0,
    say: Callable[[str], None] = lambda line: None,
    masses: np.ndarray | None = None,
) -> Modes:
    """The `count` softest modes without a factorization. Their residuals say how well.

    Modes that the first chance vectors happened not to contain (or of which there are more than eight alike, in a
    crystal) are looked for with new ones, until these prove that there are no more.

    Args:
        matrix: the Hessian of the configuration.
        configuration: of N particles.
        count: modes, at most an eighth of dN.
        seed: of the chance vectors.
        say: is told how far the search is.
        masses: m_i, (N,), by which the matrix is weighted (:func:`glassworks.vibrations.hessian.weighted`), or None.

    Raises:
        ValueError: more modes than can be found this way.
        Unstable: a mode other than a translation costs no energy, or less.
    """
    n, rng = matrix.shape[0], np.random.default_rng(seed)
    if not 1 <= count <= n // SHARE or n <= DENSE:
        raise ValueError(
            f"products give between 1 and {n // SHARE} modes of more than {DENSE} unknowns, not {count} of {n}"
        )
    operator = Operator(matrix, configuration, masses)
    norm, bound = float(abs(matrix).sum(axis=0).max()), upper_bound(operator, rng)
    cut = ABOVE * expected_last(operator, bound, count, rng)

    def told(spent: int, worst: float) -> None:
        say(f"{spent} vectors, {operator.products} products, {worst:.1e}")

    while True:
        low_pass = LowPass(operator, cut, bound, GAIN)
        say(f"λ < {bound:.4g}; polynomial of degree {low_pass.degree} that grows below λ = {cut:.4g}")
        found = search(low_pass, WIDTH, count, TOLERANCE, rng, SEEN, told)
        if found is None:
            cut = min(2.0 * cut, bound / 2)
            continue
        space, missed = found
        squared, residuals = modes_in(space, operator, count, norm)
        if squared[-1] < bound / 2 or bound == norm:
            break
        bound = min(1.1 * bound, norm)  # the polynomial grows above it too, and drowns all else in what lay there
    if missed >= PROVEN:
        space, missed = wider_search(low_pass, WIDTH, count, TOLERANCE, rng, told)
        squared, residuals = modes_in(space, operator, count, norm)
    refuse(float(squared.min()), ZERO * norm)
    vectors = np.empty((count, len(operator.order), operator.dimension))
    vectors[:, operator.order] = space.basis[:, :count].T.reshape(count, -1, operator.dimension)
    return Modes(np.sqrt(squared), vectors, participation(vectors), residuals, missed)


def upper_bound(operator: Operator, rng: np.random.Generator) -> float:
    """Nothing of the spectrum lies above: the largest Ritz value, what it lacks (Zhou & Li 2011), and a margin.

    Raises:
        Unstable: a Ritz value is negative, and so is then an eigenvalue.
    """
    space = Subspace(operator, WIDTH, BOUNDING // 2 * WIDTH, rng)
    for _ in range(BOUNDING):
        if space.full:
            refuse(float(space.largest(space.size)[0][-1]), -ZERO * float(space.largest(1)[0][0]))
            space.shrink(2 * WIDTH)
        space.grow()
    values, _, missing = space.largest(1)
    return MARGIN * float(values[0] + missing[0])


def refuse(squared: float, least: float) -> None:
    """Raise Unstable where an ω² is less than the least that counts."""
    if not squared >= least:
        raise Unstable(f"a mode has ω² = {squared:.1e}: the configuration is no minimum, or falls apart")


def expected_last(operator: Operator, bound: float, count: int, rng: np.random.Generator) -> float:
    """λ of mode `count`, to a few tenths.

    The share that chance vectors have in the Ritz vectors counts the eigenvalues around each Ritz value, long before
    these converge (Lin, Saad & Yang 2016).
    """
    power = 2 / operator.dimension
    guess = DEBYE * bound * (count / operator.size) ** power
    for _ in range(ROUNDS):
        low_pass = LowPass(operator, ABOVE * guess, bound, GAIN)
        space = Subspace(low_pass, WIDTH, PILOT * WIDTH, rng)
        for _ in range(PILOT):
            space.grow()
        values, vectors, _ = space.largest(space.size)
        around = (vectors[:WIDTH] ** 2).sum(axis=0) * operator.size / WIDTH
        below = np.cumsum(around) - around / 2
        squared = np.array([low_pass.inverse(value) for value in values[values > SEEN]])
        if len(squared) and below[len(squared) - 1] > count:
            return max(float(np.interp(count, below[: len(squared)], squared)), guess / 16)
        guess = min(guess * min((count / below[len(squared) - 1]) ** power if len(squared) else 4.0, 4.0), bound / 8)
    return guess


def modes_in(space: Subspace, operator: Operator, count: int, norm: float) -> tuple[np.ndarray, np.ndarray]:
    """ω² and residuals of the modes within the first `count` directions of a space; leaves the modes in its basis."""
    basis = space.basis[:, :count]
    within = np.empty((count, count))
    for part, moved in products(operator, basis):
        within[:, part] = basis.T @ moved
    rotate(basis, eigh((within + within.T) / 2)[1])
    squared, residuals = np.empty(count), np.empty(count)
    for part, moved in products(operator, basis):
        squared[part] = (basis[:, part] * moved).sum(axis=0)
        residuals[part] = np.linalg.norm(moved - squared[part] * basis[:, part], axis=0) / norm
    return squared, residuals


def products(operator: Operator, basis: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """M times some columns of a basis at a time: which ones, and what comes of them."""
    for begin in range(0, basis.shape[1], WIDTH):
        part = slice(begin, min(begin + WIDTH, basis.shape[1]))
        x = np.zeros((len(basis), WIDTH))
        x[:, : part.stop - begin] = basis[:, part]
        yield part, operator(x)[:, : part.stop - begin]
