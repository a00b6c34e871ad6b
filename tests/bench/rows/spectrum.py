"""The low end of the spectrum of a very large glass: what it takes at sizes that can be measured, and beyond."""

from __future__ import annotations

from math import pi
from typing import ClassVar

import numpy as np
from protocol import Goals, Line, Row, seconds

from glassworks.campaign.products.files import peak_memory
from glassworks.configurations import Box, Configuration
from glassworks.minimize import minimize
from glassworks.models import potentials
from glassworks.observables.modes import RESIDUAL
from glassworks.vibrations import assemble, backbone, bonds, filtered_modes

PACKING, COUNT = 0.73, 100
TARGET = 512_000
"""Particles for which time and memory are extrapolated."""


class Spectrum(Row):
    """100 modes of equal harmonic spheres at a packing fraction of 0.73, quenched from random points.

    Without a factorization, which at TARGET would not fit: see docs/spectrum.md.
    """

    name, tiny, rounds = "spectrum", 300, 1
    sizes: ClassVar = {16000: Goals(), 64000: Goals(), 128000: Goals()}
    long: ClassVar = frozenset({64000, 128000})

    def setup(self) -> None:
        interaction = potentials.interaction(potentials.harmonic.Potential(kind="harmonic"), potentials.Mixing())
        box = Box((self.size * pi / 6 / PACKING) ** (1 / 3), 3)
        points = np.random.default_rng(1).random((self.size, 3)) * box.length
        found = minimize(interaction, Configuration(points, np.ones(self.size), box), "lbfgs")
        assert found.converged, f"the quench stopped at a residual force of {found.residual}"
        self.glass = backbone(interaction, found.configuration)[0]
        self.hessian = assemble(bonds(interaction, self.glass), len(self.glass))

    def ours(self) -> float:
        found = []
        spent = seconds(lambda: found.append(filtered_modes(self.hessian, self.glass, COUNT)))
        self.worst = float(found[0].residuals.max())
        return spent

    def also(self) -> list[Line]:
        return [
            self.line(self.worst, "‖Mψ−ω²ψ‖/‖M‖", Goals(RESIDUAL), f"{self.name}-residual"),
            self.line(peak_memory() / 1024, "GiB", Goals(), f"{self.name}-memory"),
        ]

    @classmethod
    def summary(cls, lines: list[Line]) -> list[Line]:
        """Time and memory at TARGET: a power law through the measured sizes, and a straight line."""
        return [
            Line(f"{name}-model", TARGET, expected, None, law, unit, goal=goal)
            for name, model, unit, goal in (
                (cls.name, power_law, "s", None),
                (f"{cls.name}-memory", straight_line, "GiB", 24.0),
            )
            if len(measured := [(each.size, each.ours) for each in lines if each.row == name]) > 1
            for expected, law in [model(*np.array(measured, dtype=float).T)]
        ]


def power_law(sizes: np.ndarray, values: np.ndarray) -> tuple[float, str]:
    """Value at TARGET, and the law."""
    slope, start = np.polyfit(np.log(sizes), np.log(values), 1)
    return float(np.exp(start + slope * np.log(TARGET))), f"∝ N^{slope:.2f}"


def straight_line(sizes: np.ndarray, values: np.ndarray) -> tuple[float, str]:
    """Value at TARGET, and the law: of memory, where a process that does nothing holds some too."""
    slope, start = np.polyfit(sizes, values, 1)
    return float(start + slope * TARGET), f"{start:.2g} + {slope * 1e6:.2g} N/10⁶"
