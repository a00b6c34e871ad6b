"""Small glasses that several tests share, each made once a session."""

from dataclasses import replace
from functools import cache

import numpy as np

from glassworks.configurations import Box, Configuration
from glassworks.minimize import minimize
from glassworks.models import load_model, pair_terms
from glassworks.models.specification import ball_volume


def random_points(name: str, n: int, seed: int = 1) -> Configuration:
    """n particles of a model at random places (a liquid of infinite temperature)."""
    model = load_model(name)
    box = Box.of(model, n)
    points = np.random.default_rng(seed).random((n, model.dimension)) * box.length
    return Configuration(points, model.diameters(n), box)


def packing(name: str, n: int, fraction: float):
    """(model, configuration) at random places, at a packing fraction of one's own."""
    model = load_model(name)
    d = model.dimension
    box = Box((n * ball_volume(d) * model.mixture.moment(d) / fraction) ** (1 / d), d)
    return model, Configuration(np.random.default_rng(1).random((n, d)) * box.length, model.diameters(n), box)


@cache
def glass(name: str, n: int, seed: int = 1, tolerance: float = 1e-10):
    """(model, configuration) quenched from random points."""
    model = load_model(name)
    found = minimize(model.interaction, random_points(name, n, seed), "lbfgs", tolerance)
    assert found.converged
    return model, found.configuration


def sheared(configuration: Configuration, strain: float) -> Configuration:
    """Simple shear in the x-y plane, affinely."""
    positions = configuration.positions.copy()
    positions[:, 0] += strain * positions[:, 1]
    box = replace(configuration.box, tilt=configuration.box.tilt + strain)
    return Configuration(positions, configuration.diameters, box)


def expanded(configuration: Configuration, strain: float) -> Configuration:
    """Isotropic expansion by the factor exp(strain), affinely."""
    factor = np.exp(strain)
    box = replace(configuration.box, length=configuration.box.length * factor)
    return Configuration(configuration.positions * factor, configuration.diameters, box)


def turned(configuration: Configuration, axes: tuple[int, ...]) -> Configuration:
    """The same configuration with its axes permuted."""
    return replace(configuration, positions=configuration.positions[:, list(axes)])


def square_lattice(side: int):
    """(model, configuration) in 2D: harmonic disks, stable by the repulsion along the diagonals of the squares."""
    model, step = load_model("harmonic-2d"), 0.68
    points = np.array(list(np.ndindex(side, side))) + 0.25
    return model, Configuration(points * step, np.ones(side**2), Box(side * step, 2))


def levels(matrix, configuration: Configuration, side: int) -> np.ndarray:
    """All ω² of a crystal of one particle a cell but the translations, ascending: of D(k) = Σ_j M_0j cos k·(x_j − x_0).

    Args:
        side: points of the cubic grid along an edge, all or every other of which hold a particle.
    """
    n, d = configuration.positions.shape
    blocks = matrix[:d].toarray().reshape(d, n, d)
    waves = 2 * np.pi / configuration.box.length * np.array(list(np.ndindex(*(side,) * d)))
    phases = np.cos(waves @ (configuration.positions - configuration.positions[0]).T)
    squared = np.linalg.eigvalsh(np.einsum("kj,ajb->kab", phases, blocks))
    return np.sort(squared.ravel())[:: side**d // n][d:]


NEAREST = 1.2
"""Distance of nearest neighbors in :func:`lattice`; the next ones, √2 further, lie beyond the cutoff 1.48."""


def lattice(dimension: int, cells: int):
    """(model, configuration): equal particles on those points of a cubic grid whose integers have an even sum."""
    model = load_model(f"ipl-{dimension}d")
    grid = np.array(list(np.ndindex(*(2 * cells,) * dimension)))
    points = grid[grid.sum(axis=1) % 2 == 0]
    step = NEAREST / np.sqrt(2)
    box = Box(2 * cells * step, dimension)
    return model, Configuration((points + 0.25) * step, np.ones(len(points)), box)


def springs(model) -> tuple[float, float]:
    """φ'' and φ'/r at the lattice's nearest distance, by finite differences of the energy."""

    def energy(r):
        return pair_terms(model.interaction, r * r, 1.0, 1.0)[0]

    h = 1e-3
    around = [energy(NEAREST + k * h) for k in range(-3, 4)]
    slope = np.dot([-1, 9, -45, 0, 45, -9, 1], around) / (60 * h)
    curvature = np.dot([2, -27, 270, -490, 270, -27, 2], around) / (180 * h * h)
    return curvature, slope / NEAREST
