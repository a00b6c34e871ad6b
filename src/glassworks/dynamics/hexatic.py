"""Hexatic order (Nelson & Halperin, Phys. Rev. B 19, 2457 (1979)), the sign of a crystal in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import Delaunay

from glassworks.configurations import Configuration

CRYSTALLINE = 0.75
"""Mean |ψ_6| above which a configuration counts as a crystal: 1 in a triangular lattice, below 0.6 in a glass."""


@dataclass(frozen=True)
class HexaticOrder:
    """ψ_6 of a configuration; neighbors are those of the Delaunay triangulation.

    Attributes:
        local: mean over particles of |ψ_6|, high in crystals of any orientation.
        coherent: |mean over particles of ψ_6|, high in a single crystal only.
    """

    local: float
    coherent: float

    @property
    def crystalline(self) -> bool:
        """Whether the trajectory is to be left out as a crystal."""
        return self.local > CRYSTALLINE


def bond_order(configuration: Configuration) -> np.ndarray:
    """ψ_6 of each particle, complex (N,): the mean of e^{6iθ} over its neighbors in the periodic triangulation.

    Raises:
        ValueError: another dimension than two, or a box that is no upright square.
    """
    box = configuration.box
    if box.dimension != 2 or box.tilt or not box.equal:
        raise ValueError("hexatic order is for two dimensions and a box without tilt, of equal edges")
    n, length = len(configuration), box.length
    margin = min(6.0 * length / np.sqrt(n), length)
    shifts = length * np.array([[a, b] for a in (0, -1, 1) for b in (0, -1, 1)])  # (0, 0) first: itself comes first
    copies = (configuration.positions[None] + shifts[:, None]).reshape(-1, 2)
    near = ((copies > -margin) & (copies < length + margin)).all(axis=1)
    points = copies[near]
    pointers, neighbors = Delaunay(points).vertex_neighbor_vertices
    owner = np.repeat(np.arange(n), np.diff(pointers)[:n])
    bonds = points[neighbors[: pointers[n]]] - points[owner]
    phases = np.exp(6j * np.arctan2(bonds[:, 1], bonds[:, 0]))
    count = np.bincount(owner, minlength=n)
    return (np.bincount(owner, phases.real, n) + 1j * np.bincount(owner, phases.imag, n)) / count


def hexatic_order(configuration: Configuration) -> HexaticOrder:
    """ψ_6 of a configuration in two dimensions; see :func:`bond_order`."""
    order = bond_order(configuration)
    return HexaticOrder(float(abs(order).mean()), float(abs(order.mean())))
