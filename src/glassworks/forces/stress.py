r"""Particle-level shear stress and its correlation in space, in two dimensions (Tong, Sengupta & Tanaka 2020).

In an isotropic sample ⟨σ_xy(r) σ_xy(0)⟩ = A(r) + B(r) cos 4θ, and the projection that the paper plots is

    C_σ(r) = −(1/2π) ∫ dθ ⟨σ_xy(r) σ_xy(0)⟩ cos 4θ / ⟨σ_xy²⟩ = −B(r) / 2⟨σ_xy²⟩,

the sign such that balance of forces makes it positive: there |σ_xy(k)|² ∝ k_x² k_y² / k⁴ = (1 − cos 4φ) / 8, whose part
of order four is −cos 4θ / 4π r² in space. With s = ½(σ_xx − σ_yy) + i σ_xy the same B(r) stands in every component of
the shear stress, −2 B(r) e^{4iθ} = ⟨s(r) s(0)⟩, so that ¼ Re ⟨s(r) s(0) e^{−4iθ}⟩ / ⟨|s|²/2⟩ is C_σ averaged over all
directions of the axes: the same mean with less noise.

Two routes lead there: sums over pairs, O(N ρ r²), and the Fourier transform of the field on a grid, O(N log N).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numba import njit
from scipy.fft import irfft2, rfft2

from glassworks.configurations import Box, Configuration
from glassworks.configurations.box import reduced
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, bonds


def shear_stresses(interaction: Interaction, configuration: Configuration, pairs: Bonds | None = None) -> np.ndarray:
    """Shear stress of each particle, (N, 2), in ε: σ_xy^i and, at 45° to it, ½(σ_xx^i − σ_yy^i).

    σ_xy^i = ½ Σ_j f_ij^x r_ij^y with r_ij from j to i and V_i = 1 (Tong et al. 2020, Methods): compression counts as
    positive, so that −Σ_i σ_xy^i / V is the virial stress of :func:`glassworks.elasticity.stress`.

    Args:
        pairs: of the configuration, when already at hand.
    """
    pairs = bonds(interaction, configuration) if pairs is None else pairs
    x, y = pairs.vectors[:, 0], pairs.vectors[:, 1]
    half = -pairs.derivatives[:, 1]
    n = len(configuration)
    return np.stack(
        [
            np.bincount(pairs.first, bond, n) + np.bincount(pairs.second, bond, n)
            for bond in (half * x * y, 0.5 * half * (x * x - y * y))
        ],
        axis=1,
    )


@dataclass(frozen=True)
class ShellSums:
    """Sums over the pairs of particles of one or more configurations, by distance.

    Attributes:
        edges: of the shells, (shells + 1,), in λ.
        pairs: pairs in each shell, (shells,).
        fixed: Σ −σ_xy^i σ_xy^j cos 4θ over the pairs of each shell, (shells,), in ε².
        turned: Σ ¼ Re(s_i s_j e^{−4iθ}), the same averaged over all directions of the axes, (shells,).
        squares: mean over particles of σ_xy² and of |s|²/2, (2,).
        ideal: pairs that a shell would hold without any structure, (shells,).
    """

    edges: np.ndarray
    pairs: np.ndarray
    fixed: np.ndarray
    turned: np.ndarray
    squares: np.ndarray
    ideal: np.ndarray

    @property
    def middles(self) -> np.ndarray:
        """Radius that halves the area of each shell, (shells,)."""
        return np.sqrt(0.5 * (self.edges[1:] ** 2 + self.edges[:-1] ** 2))

    @property
    def correlation(self) -> np.ndarray:
        """C_σ(r) along the fixed axes, as in the paper, a mean over the pairs of each shell; NaN without any."""
        with np.errstate(invalid="ignore"):
            return self.fixed / self.pairs / self.squares[0]

    @property
    def averaged(self) -> np.ndarray:
        """C_σ(r) averaged over all directions of the axes."""
        with np.errstate(invalid="ignore"):
            return self.turned / self.pairs / self.squares[1]

    @property
    def density(self) -> np.ndarray:
        """g(r), (shells,): times it, a mean over pairs becomes the correlation of the field Σ σ_i δ(x − r_i)."""
        return self.pairs / self.ideal


@njit(cache=True, error_model="numpy")
def sum_over_shells(points, stress, length, begin, across, width, pairs, fixed, turned):
    """Fill the sums of :class:`ShellSums` from particles in the order of square cells, `across` an edge.

    One cell means all pairs; otherwise cells are no narrower than the last shell and at least three an edge.

    Args:
        points, stress: (2, N), by component.
        begin: first particle of each cell, and N.
    """
    ring = 1 if across > 1 else 0
    limit, per_width = (pairs.shape[0] * width) ** 2, 1.0 / width
    for cell in range(across * across):
        row, column = cell // across, cell % across
        for down in range(-ring, ring + 1):
            for right in range(-ring, ring + 1):
                other = (row + down) % across * across + (column + right) % across
                if other < cell:
                    continue
                for i in range(begin[cell], begin[cell + 1]):
                    own_x, own_y, tangential, normal = points[0, i], points[1, i], stress[0, i], stress[1, i]
                    for j in range(i + 1 if other == cell else begin[other], begin[other + 1]):
                        x, y = reduced(own_x - points[0, j], length), reduced(own_y - points[1, j], length)
                        squared = x * x + y * y
                        if squared < limit:
                            shell = min(int(np.sqrt(squared) * per_width), pairs.shape[0] - 1)
                            inverse = 1.0 / squared
                            cosine, sine = (x * x - y * y) * inverse, 2.0 * x * y * inverse
                            cosine, sine = cosine * cosine - sine * sine, 2.0 * sine * cosine
                            both = tangential * stress[0, j]
                            mixed = tangential * stress[1, j] + normal * stress[0, j]
                            pairs[shell] += 1
                            fixed[shell] -= both * cosine
                            turned[shell] += 0.25 * ((normal * stress[1, j] - both) * cosine + mixed * sine)


def shell_sums(configuration: Configuration, stress: np.ndarray, width: float, reach: float | None = None) -> ShellSums:
    """Correlation of a shear-stress field by sums over pairs.

    Args:
        stress: (N, 2) of :func:`shear_stresses`.
        width: of a shell, in λ.
        reach: largest distance, at most L/2 (the default).

    Raises:
        ValueError: another dimension than two, a tilted box, or a reach beyond half the box.
    """
    box = configuration.box
    check_flat(box)
    reach = 0.5 * box.length if reach is None else reach
    if not width <= reach <= 0.5 * box.length:
        raise ValueError(f"reach must be between the width {width} and L/2 = {0.5 * box.length:.4g}, not {reach}")
    shells = int(reach / width)
    across = int(box.length / (shells * width))
    across = across if across >= 3 else 1
    cells = np.minimum((configuration.positions * (across / box.length)).astype(np.int64), across - 1)
    number = cells @ np.array([across, 1])
    begin = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=across * across))])
    pairs, fixed, turned = np.zeros(shells, dtype=np.int64), np.zeros(shells), np.zeros(shells)
    order = np.argsort(number, kind="stable")
    sum_over_shells(
        np.ascontiguousarray(configuration.positions[order].T), np.ascontiguousarray(stress[order].T), box.length,
        begin, across, width, pairs, fixed, turned,
    )  # fmt: skip
    edges = width * np.arange(shells + 1)
    return ShellSums(edges, pairs, fixed, turned, mean_squares(stress), ideal_pairs(configuration, edges))


def ideal_pairs(configuration: Configuration, edges: np.ndarray) -> np.ndarray:
    """Pairs that shells would hold without any structure, (shells,)."""
    n = len(configuration)
    return 0.5 * n * (n - 1) * pi * np.diff(edges**2) / configuration.box.volume


def mean_squares(stress: np.ndarray) -> np.ndarray:
    """⟨σ_xy²⟩ and ⟨|s|²/2⟩ of (N, 2)."""
    return np.array([(stress[:, 0] ** 2).mean(), 0.5 * (stress**2).sum(axis=1).mean()])


def merged(sums: list[ShellSums]) -> ShellSums:
    """The sums of several configurations of equal weight (the frames of one trajectory), with the same shells."""
    total = {
        name: np.sum([getattr(one, name) for one in sums], axis=0) for name in ("pairs", "fixed", "turned", "ideal")
    }
    return ShellSums(sums[0].edges, squares=np.mean([one.squares for one in sums], axis=0), **total)


def check_flat(box: Box) -> None:
    if box.dimension != 2 or box.tilt or not box.equal:
        raise ValueError("stress correlations are for two dimensions and a box without tilt, of equal edges")


@dataclass(frozen=True)
class StressMap:
    """⟨σ(r) σ(0)⟩ on a square grid.

    Attributes:
        values: (M, M), in ε²; row and column are x and y displacements in grid order (0, h, … , −h), see `numpy.fft`.
        spacing: h, in λ.
        square: ⟨σ²⟩ over particles.
    """

    values: np.ndarray
    spacing: float
    square: float

    @property
    def centered(self) -> np.ndarray:
        """⟨σ(r) σ(0)⟩ / ⟨σ²⟩ with r = 0 in the middle, as in Fig. 1a."""
        return np.fft.fftshift(self.values) / self.square

    def project(self, edges: np.ndarray) -> np.ndarray:
        """C_σ(r) in shells with these edges, (shells,), of a map of σ_xy; NaN in shells between the grid's points."""
        return -ring_means(self.values, self.spacing, edges)[0] / self.square


def ring_means(values: np.ndarray, spacing: float, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of values · cos 4θ and values · sin 4θ over the grid points of each shell.

    Args:
        values: (M, M), in grid order.
        spacing: h, in λ.
        edges: of the shells, (shells + 1,).

    Returns:
        both means, (shells,) each; NaN in shells between the grid's points.
    """
    line = np.fft.fftfreq(len(values), 1.0 / (len(values) * spacing))
    x, y = line[:, None], line[None, :]
    squared = x * x + y * y
    squared[0, 0] = 1.0
    phase = ((x + 1j * y) ** 2 / squared) ** 2
    shell = np.digitize(np.hypot(x, y), edges).ravel()
    count = np.bincount(shell, minlength=len(edges) + 1)[1:-1]
    with np.errstate(invalid="ignore"):
        cosine, sine = (
            np.bincount(shell, (values * part).ravel(), len(edges) + 1)[1:-1] / count
            for part in (phase.real, phase.imag)
        )
    return cosine, sine


def assigned(positions: np.ndarray, values: np.ndarray, length: float, points: int) -> np.ndarray:
    """Each particle's value shared among the four grid points around it (cloud in cell), (points, points)."""
    scaled = positions * (points / length)
    corner = np.floor(scaled).astype(np.int64)
    part = scaled - corner
    field = np.zeros(points * points)
    for right in (0, 1):
        for up in (0, 1):
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - up - part[:, 1])
            place = (corner[:, 0] + right) % points * points + (corner[:, 1] + up) % points
            field += np.bincount(place, values * share, points * points)
    return field.reshape(points, points)


def smoothed(
    configuration: Configuration, columns: np.ndarray, spacing: float, smoothing: float
) -> tuple[list[np.ndarray], int]:
    """Transforms of Σ_i σ_i G(x − r_i) for each column of (N, k), and the grid's points along an edge.

    They are scaled so that their products transform back to what :func:`stress_map` gives.
    """
    box = configuration.box
    check_flat(box)
    if not smoothing >= spacing:
        raise ValueError(f"smoothing must be at least the spacing {spacing}, not {smoothing}")
    points = int(np.ceil(box.length / spacing))
    h = box.length / points
    # sinc² is the assignment's transform, exp(−k²a²/2) that of the Gaussian
    across, along = (
        np.exp(-2 * (pi * f * smoothing / h) ** 2) / np.sinc(f) ** 2
        for f in (np.fft.fftfreq(points), np.fft.rfftfreq(points))
    )
    shape = np.sqrt(box.volume) / (len(configuration) * h) * across[:, None] * along[None, :]
    return [shape * rfft2(assigned(configuration.positions, each, box.length, points)) for each in columns.T], points


def stress_map(configuration: Configuration, values: np.ndarray, spacing: float, smoothing: float) -> StressMap:
    """⟨σ(r) σ(0)⟩ of the field σ(x) = Σ_i σ_i δ(x − r_i) through its Fourier transform.

    The assignment to the grid is divided out again and a Gaussian of width `smoothing` put in its place, so that a pair
    at distance r appears as a Gaussian of width √2 · smoothing around r; the grid shows through by about
    (h/2π smoothing)². Divided by ρ²: far away it is the mean of σ_i σ_j over pairs.

    Args:
        values: σ_i, (N,).
        spacing: the largest h to use; L/h is made an integer.
        smoothing: at least h, or the grid would show through.

    Raises:
        ValueError: another dimension than two, a tilted box, or too little smoothing.
    """
    (field,), points = smoothed(configuration, values[:, None], spacing, smoothing)
    correlation = irfft2(abs(field) ** 2, (points, points))
    return StressMap(correlation, configuration.box.length / points, float((values**2).mean()))


def grid_sums(
    configuration: Configuration, stress: np.ndarray, width: float, spacing: float = 0.25, smoothing: float = 0.25
) -> ShellSums:
    """The sums of :func:`shell_sums` up to L/2, from transforms on a grid in O(N log N): far fields of large systems.

    They are those of the field: `pairs` holds the ideal number of pairs, so that means lack the division by g(r), and
    shells closer than a few smoothing lengths are blurred.

    Raises:
        ValueError: as :func:`stress_map`, or shells no wider than the spacing.
    """
    if not width > spacing:
        raise ValueError(f"width must exceed the spacing {spacing}, not {width}")
    (tangential, normal), points = smoothed(configuration, stress, spacing, smoothing)
    h = configuration.box.length / points
    edges = width * np.arange(int(0.5 * configuration.box.length / width) + 1)
    products = abs(tangential) ** 2, abs(normal) ** 2, 2 * (tangential * normal.conj()).real
    maps = [irfft2(each, (points, points)) for each in products]
    ideal = ideal_pairs(configuration, edges)
    fixed = -ring_means(maps[0], h, edges)[0] * ideal
    turned = 0.25 * (ring_means(maps[1] - maps[0], h, edges)[0] + ring_means(maps[2], h, edges)[1]) * ideal
    return ShellSums(edges, ideal, fixed, turned, mean_squares(stress), ideal)
