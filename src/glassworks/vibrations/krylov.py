"""The largest eigenvalues of a symmetric operator that is known by what it does to a block of vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import eigh

from glassworks.vibrations.overlooked import PROVEN, chance, floor, overlooked
from glassworks.vibrations.threads import single_threaded

ROWS = 4096
"""Rows of a basis that are rotated at a time."""

NOTHING = 1e-10
"""A direction that the operator leads to less than this, beside the largest one, is taken for rounding."""

FAINT = 1e-6
"""A direction that the operator leads to less than this is made orthogonal to the basis once more."""

CLOSED = 1e-7
"""‖Aψ − θψ‖ / θ below which a Ritz vector is taken for an eigenvector of the operator A."""

PROBE = 5
"""Blocks with which missed eigenvectors are looked for at most: three are enough where the others stand well below."""

LATE = 4 * PROBE
"""Blocks after which a look that has found something is given up: a wider search finds all sooner."""

WIDEST = 512
"""Vectors with which a search begins at most: more than a level of any crystal in four dimensions has members."""


def rotate(basis: np.ndarray, rotation: np.ndarray) -> None:
    """Replace the first columns of a basis (n, …), in place: [:, :l] becomes [:, :k] @ rotation (k, l), l ≤ k."""
    k, wanted = rotation.shape
    for begin in range(0, len(basis), ROWS):
        part = basis[begin : begin + ROWS]
        part[:, :wanted] = part[:, :k] @ rotation


class Subspace:
    """A Krylov space that grows by blocks, every block made orthogonal to all others.

    What the operator is within the space is measured and not inferred from a recurrence. So the space may be cut back
    to its best directions and grown on (Wu & Simon 2000), and it may grow into any new direction.

    Attributes:
        basis: (n, most) in Fortran order; the first `size` columns are filled and orthonormal.
        projected: the operator in this basis, (most, most).
        block: (n, w) orthonormal, the directions into which the space grows next.
        coupling: (w, w) how strongly the operator leads into `block` from the block before.
        related: the first column to which the operator leads back from `block`, but for rounding.
        drawn: (w, w), the block's coordinates of the normal deviates that it was last drawn as, outside of the basis.
    """

    def __init__(
        self,
        operator: Callable[[np.ndarray], np.ndarray],
        width: int,
        most: int,
        rng: np.random.Generator,
        block: int | None = None,
    ):
        """
        Args:
            operator: takes and gives (n, width) in C order, and says n in its attribute `size`.
            width: columns that the operator takes at a time.
            most: columns that the basis can hold.
            rng: of the first block, and of those for which the operator has no direction left.
            block: w, a multiple of `width`; by default the same.
        """
        block = block or width
        self.operator, self.rng, self.size, self.width = operator, rng, 0, width
        self.basis, self.projected = np.empty((operator.size, most), order="F"), np.zeros((most, most))
        self.block, self.coupling = np.empty((operator.size, block)), np.zeros((block, block))
        self.wander(np.ones(block, dtype=bool))

    @property
    def full(self) -> bool:
        return self.size + self.block.shape[1] > self.basis.shape[1]

    def wander(self, which: np.ndarray) -> None:
        """Grow next into chance directions instead of some of the block's columns."""
        self.block[:, which] = self.rng.normal(size=(len(self.block), int(which.sum())))
        self.drawn = np.eye(len(which))
        for _ in range(2):
            self.take_out(self.block, 0)
            self.block, triangle = np.linalg.qr(self.block)
            self.drawn = triangle @ self.drawn
        self.related = 0

    def take_out(self, x: np.ndarray, first: int) -> np.ndarray:
        """Make x orthogonal to the basis from a column on, in place; returns its components (size, w)."""
        basis, inside = self.basis[:, first : self.size], np.zeros((self.size, x.shape[1]))
        inside[first:] = basis.T @ x
        x -= basis @ inside[first:]
        return inside

    def moved(self) -> np.ndarray:
        """The operator's image of the block."""
        if self.block.shape[1] == self.width:
            return self.operator(self.block)
        parts = np.split(self.block, range(self.width, self.block.shape[1], self.width), axis=1)
        return np.hstack([self.operator(np.ascontiguousarray(part)) for part in parts])

    def grow(self) -> None:
        """Add the block to the basis, and find the next one."""
        last = slice(self.size, self.size + self.block.shape[1])
        self.basis[:, last] = self.block
        image = self.moved()
        self.size = last.stop
        inside = self.take_out(image, self.related)
        inside += self.take_out(image, 0)
        self.related = last.start
        self.projected[: self.size, last] = inside
        self.projected[last, : self.size] = inside.T
        self.block, self.coupling = np.linalg.qr(image)
        strength = abs(np.diag(self.coupling)) / abs(inside).max()
        if strength.min() < NOTHING:
            self.wander(strength < NOTHING)
        elif strength.min() < FAINT:
            self.take_out(self.block, 0)
            self.block, triangle = np.linalg.qr(self.block)
            self.coupling, self.related = triangle @ self.coupling, 0

    def largest(self, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ritz values in falling order, their vectors in the basis (size, count), and how far they are from closing."""
        size = self.size
        values, vectors = eigh(self.projected[:size, :size], subset_by_index=(size - count, size - 1))
        values, vectors = values[::-1], vectors[:, ::-1]
        return values, vectors, np.linalg.norm(self.coupling @ vectors[size - len(self.coupling) :], axis=0)

    def worst(self, count: int) -> float:
        """How far the worst of the `count` largest Ritz vectors is from closing, beside its value."""
        values, _, missing = self.largest(count)
        return float((missing / abs(values)).max())

    def edge(self, count: int) -> tuple[float, float]:
        """The `count`th largest Ritz value, and the largest one after it whose vector is no eigenvector yet."""
        values, _, missing = self.largest(min(count + 2 * self.block.shape[1], self.size))
        unfinished = np.flatnonzero(missing[count:] > CLOSED * abs(values[count:]))
        return float(values[count - 1]), float(values[count + unfinished[0]] if len(unfinished) else values[-1])

    def overlooked(self, count: int) -> float:
        """The chance that the `count` largest Ritz vectors overlook an eigenvector, as new chance vectors tell."""
        last, following = self.edge(count)
        least = floor(last, following, float(np.linalg.norm(self.coupling, 2)))
        if least < 0.5 * last:
            return 1.0
        return overlooked(self.operator, self.basis[:, : self.size], least, self.width, self.rng)

    def shrink(self, count: int) -> None:
        """Keep the `count` largest Ritz vectors alone."""
        values, vectors, _ = self.largest(count)
        rotate(self.basis[:, : self.size], vectors)
        self.projected[:] = 0.0
        self.projected[range(count), range(count)] = values
        self.size, self.related = count, 0


class Look:
    """A second look, for eigenvectors that a space has no part in, into which it grows from chance directions."""

    def __init__(self, space: Subspace, count: int):
        """Begin it; the space keeps of its other directions what leaves room.

        Args:
            count: eigenvectors that were found, the first Ritz vectors.
        """
        width = space.block.shape[1]
        self.floor = floor(*space.edge(count), float(np.linalg.norm(space.coupling, 2)))
        space.shrink(min(space.size, space.basis.shape[1] - PROBE * width))
        space.wander(np.ones(width, dtype=bool))
        self.begin, self.drawn = space.size, space.drawn

    def chance(self, space: Subspace) -> float:
        """The chance that an eigenvector was overlooked, as the blocks tell by which the space has grown since."""
        here = slice(self.begin, space.size)
        powers = (space.size - self.begin) // len(self.drawn) - 1
        if not (self.floor and powers):
            return 1.0
        within, strength = space.projected[here, here], np.zeros((space.size - self.begin, len(self.drawn)))
        strength[: len(self.drawn)] = self.drawn
        for _ in range(powers):
            strength = within @ strength / self.floor
        return chance(np.linalg.norm(strength, axis=0), powers)


def search(
    operator: Callable[[np.ndarray], np.ndarray],
    width: int,
    count: int,
    tolerance: float,
    rng: np.random.Generator,
    least: float,
    say: Callable[[int, float], None],
) -> tuple[Subspace, float] | None:
    """A space whose first `count` directions are the eigenvectors with the largest eigenvalues θ.

    Those that the first chance vectors happened not to contain are looked for with new ones, until these prove that
    nothing was overlooked, or find nothing more. A search that has not converged after 40 · count vectors ends with
    what it has.

    Args:
        operator, width, rng: of the space.
        tolerance: ‖Aψ − θψ‖ / θ asked of an eigenvector.
        least: eigenvalue from which on eigenvectors stand out.
        say: is told the number of vectors and what is missing.

    Returns:
        the space, and the chance that it overlooks an eigenvector, 1 where a look had to be repeated; None where the
        eigenvectors do not stand out.
    """
    most = (3 * count // width + 12) * width
    space, since_probe, looks = Subspace(operator, width, most, rng), 0, []
    for spent in range(width, 40 * count + most, width):
        if space.full:
            if space.largest(count)[0][-1] < least:
                return None
            space.shrink(most - most // 3 // width * width)
        space.grow()
        since_probe += 1
        looking = bool(looks) and since_probe <= PROBE
        missed = looks[0].chance(space) if looking and len(looks) == 1 else 1.0
        if space.size < count + 4 * width or (looking and missed >= PROVEN and since_probe < PROBE):
            continue
        worst = space.worst(count)
        say(spent, worst)
        if looks and since_probe > LATE:
            break
        if worst < tolerance:
            if looking:
                break
            looks.append(Look(space, count))
            since_probe = 0
    else:
        missed = 1.0
    space.shrink(count)
    return space, missed


@single_threaded
def wider_search(
    operator: Callable[[np.ndarray], np.ndarray],
    width: int,
    count: int,
    tolerance: float,
    rng: np.random.Generator,
    say: Callable[[int, float], None] = lambda spent, worst: None,
) -> tuple[Subspace, float]:
    """The same, for levels of any width: with twice as many vectors at a time until nothing can be overlooked.

    Equal eigenvalues have at most as many members in a Krylov space as it has first vectors. Where the level of the
    last one that is asked for is not yet complete, the space grows a little further.

    Args:
        width: vectors that the operator takes at a time.

    Returns:
        the space, and the chance that it overlooks an eigenvector: 1 where that could not be proven.
    """
    widest = min(WIDEST, operator.size // (4 * width) * width)
    block = width
    while True:
        block, missed, late = min(2 * block, widest), 1.0, 0
        space = Subspace(operator, width, min((3 * count // block + 15) * block, operator.size), rng, block)
        for spent in range(block, 40 * (count + block), block):
            if space.full and block < widest:
                break
            if space.full:
                space.shrink(space.basis.shape[1] - space.basis.shape[1] // 3 // block * block)
            space.grow()
            if space.size < count + 4 * block:
                continue
            worst = space.worst(count)
            say(spent, worst)
            if worst < tolerance:
                missed = space.overlooked(count)
                late += 1
                if missed < PROVEN or late > PROBE:
                    break
        if missed < PROVEN or block == widest:
            space.shrink(count)
            return space, missed
