"""From what a file says to a configuration of a model."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from glassworks.configurations import Box, Configuration, Misfit
from glassworks.exchange.snapshots import Snapshot
from glassworks.exchange.units import Units
from glassworks.models import Model

Species = Mapping[str, float | str]
"""λ_i of each species of a file, or the name of a species of the model, by the file's name of it."""

OUTSIDE = 0.1
"""Edges that particles may lie outside the box: programs that list neighbors let them leave it for a while."""

FLAT = 1e-9
"""Beside its edge, how far particles may lie off a plane in two dimensions."""

HEAVIER = 1e-3
"""Relative difference of two masses."""


def fitted(
    snapshot: Snapshot,
    model: Model,
    species: Species | None = None,
    units: Units | None = None,
    unwrapped: bool = False,
) -> Configuration:
    """The configuration of a model that a snapshot shows, in the model's units.

    The rule for sizes: where `species` names a size, or a species of the model, for each label, that counts; else the
    file's own diameters (radii doubled) over λ; else the one size that the model has; else the labels have to be the
    model's names of its species. A box may be turned, and is then turned back, with the particles.

    Args:
        species: λ_i in the model's units, or the model's name of the species, by the file's name of it.
        units: of the file; by default those of the model.
        unwrapped: whether particles may lie outside the box because they were followed there.

    Raises:
        ValueError: another dimension, a box that is not periodic, particles outside it, a label without a size, or
            units other than those that the file says; names the file.
    """
    units = units or Units()
    if snapshot.units not in ("", units.style):
        raise ValueError(
            f"{snapshot.source}: counts in units {snapshot.units}, not {units.style}; allowed: "
            f"Units({snapshot.units!r}, length=…, energy=…, mass=…), with the model's λ, ε and m in them"
        )
    cell, positions = _in_space(snapshot, model.dimension)
    _check_inside(snapshot, cell, positions, unwrapped or snapshot.unwrapped)
    upright, turn = _upright(cell)
    box = Box.of_vectors(upright.T / units.length)
    origin = snapshot.origin[: model.dimension]
    placed = (positions - origin) @ turn / units.length
    found = Configuration(placed, sizes(snapshot, model, species, units), box)
    _weigh(snapshot, model, found, units)
    return found


def _in_space(snapshot: Snapshot, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Box vectors as rows (d, d), and positions (N, d) of as many dimensions as the model has."""
    cell, positions, periodic = snapshot.cell, snapshot.positions, snapshot.periodic
    if snapshot.dimension == 3 and d == 2:
        height = np.ptp(positions[:, 2]) if len(positions) else 0.0
        if height > FLAT * np.sqrt(abs(np.linalg.det(cell[:2, :2]))) or cell[:2, 2].any() or cell[2, :2].any():
            raise ValueError(
                f"{snapshot.source}: its particles lie in three dimensions (z differs by {height:.3g}), but the model "
                "has 2; allowed: one z for all, and a box upright along z"
            )
        cell, positions, periodic = cell[:2, :2], positions[:, :2], periodic[:2]
    elif snapshot.dimension != d:
        raise ValueError(f"{snapshot.source}: has {snapshot.dimension} dimensions, but the model has {d}")
    if not periodic.all():
        open_along = ", ".join("xyzw"[k] for k in np.flatnonzero(~periodic))
        raise ValueError(f"{snapshot.source}: its box is not periodic along {open_along}; allowed: periodic boxes")
    return cell, positions


def _check_inside(snapshot: Snapshot, cell: np.ndarray, positions: np.ndarray, followed: bool) -> None:
    """Refuse particles that no box of these vectors holds, wherever its corner."""
    if followed or not len(positions):
        return
    fractions = positions @ np.linalg.inv(cell)
    spread = np.ptp(fractions, axis=0)
    if spread.max() > 1.0 + OUTSIDE:
        k = int(spread.argmax())
        first = int(abs(fractions[:, k] - np.median(fractions[:, k])).argmax())
        raise ValueError(
            f"{snapshot.source}: particle {first} at {positions[first].tolist()} lies outside the box (along its "
            f"vector {k + 1} particles spread over {spread[k]:.3g} edges); allowed: at most {1 + OUTSIDE:g}, or "
            "unwrapped=True (--unwrapped) where particles were followed out of it"
        )


def _upright(cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Box vectors as rows of a lower triangular matrix with a positive diagonal, and T that turns x to x T."""
    if not np.triu(cell, 1).any() and (cell.diagonal() > 0.0).all():
        return cell, np.eye(len(cell))
    turn, upper = np.linalg.qr(cell.T)
    signs = np.sign(upper.diagonal())
    return np.tril(upper.T * signs), turn * signs


def sizes(snapshot: Snapshot, model: Model, species: Species | None, units: Units) -> np.ndarray:
    """λ_i by the rule of :func:`fitted`, (N,)."""
    known = getattr(model.mixture, "species", {})
    if species is None and snapshot.diameters is not None:
        return snapshot.diameters / units.length
    if species is None and (only := np.unique(model.diameters(1000))).size == 1:
        return np.full(len(snapshot), only[0])
    species = {name: name for name in known} if species is None else {str(k): v for k, v in species.items()}
    allowed = " or ".join(["a size", *known]) + " for each of " + ", ".join(map(repr, snapshot.species))
    table = {}
    for label in snapshot.species:
        if label not in species:
            raise ValueError(
                f"{snapshot.source}: species: nothing says what size {label!r} has in {model.name}; allowed: {allowed}"
            )
        table[label] = _size(species[label], label, known, allowed, snapshot.source)
    return np.array([table[label] for label in snapshot.labels.tolist()], dtype=float)


def _size(value: float | str, label: str, known: Mapping[str, float], allowed: str, source: str) -> float:
    if value in known:
        return known[value]
    try:
        size = float(value)
    except (TypeError, ValueError):
        size = -1.0
    if not 0.0 < size < np.inf:
        raise ValueError(f"{source}: species: {label}: {value}; allowed: {allowed}")
    return size


def _weigh(snapshot: Snapshot, model: Model, found: Configuration, units: Units) -> None:
    """Warn where the file's masses are not those of the model."""
    if snapshot.masses is None:
        return
    own, here = snapshot.masses / units.mass, model.masses_of(found.diameters)
    if model.unit_masses and np.ptp(own) <= HEAVIER * own.max():
        return
    apart = abs(own / (1.0 if here is None else here) - 1.0)
    if apart.max() > HEAVIER:
        first = int(apart.argmax())
        warnings.warn(
            f"{snapshot.source}: particle {first} has a mass of {snapshot.masses[first]:g}, but in {model.name} "
            f"{units.mass * (1.0 if here is None else here[first]):g} (a model's `masses` give each species one)",
            Misfit,
            stacklevel=3,
        )
