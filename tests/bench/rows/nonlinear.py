"""Quartic and cubic modes against conjugate gradients of their costs alone."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from protocol import Goals, Peers, Row, seconds

from glassworks.excitations.nonlinear import CONVERGED, CUBIC, QUARTIC, Cost, cubic_mode, quartic_mode
from glassworks.glasses import Glass
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.preparing.random import scattered
from glassworks.vibrations.expansion import contractions


class Nonlinear(Row):
    """The quartic and then the cubic mode of one glass, from its softest harmonic mode; factor and mode are at hand."""

    name, tiny, rounds = "nonlinear", 200, 3
    sizes: ClassVar = {2048: Goals(3.0), 25600: Goals(3.0)}
    dimensions: ClassVar = {25600: 2}

    def setup(self) -> None:
        model = load_model(f"ipl-{self.dimensions.get(self.size, 3)}d")
        start = scattered(model, self.size, np.random.default_rng(1))
        self.glass = Glass(model, minimize(model.interaction, start, "cg").configuration)
        self.softest = self.glass.modes(1).vectors[0].astype(float)
        self.found = self.searched()

    def searched(self) -> list[np.ndarray]:
        bonds, factor = self.glass.bonds, self.glass.factor
        quartic = quartic_mode(bonds, factor, self.softest)
        cubic = cubic_mode(bonds, factor, quartic.vector)
        assert quartic.converged and cubic.converged
        return [quartic.vector, cubic.vector]

    def ours(self) -> float:
        return seconds(self.searched)

    def peers(self) -> Peers:
        return {"normalized conjugate gradients": self.theirs}

    def theirs(self) -> float:
        found: list[np.ndarray] = []

        def plain() -> None:
            found.append(self.descended(self.softest, QUARTIC))
            found.append(self.descended(found[0], CUBIC))

        spent = seconds(plain)
        for one, other in zip(found, self.found, strict=True):
            assert abs((one * other).sum()) > 0.999, "another mode was found"
        return spent

    def descended(self, start: np.ndarray, cost: Cost) -> np.ndarray:
        """Polak and Ribière's directions, the length of a step by the secant of two gradients, lengths restored."""
        z, last, direction, reach = start / np.linalg.norm(start), None, None, 1e-3
        for _ in range(20_000):
            gradient, residual = self.slope(z, cost)
            if residual < CONVERGED:
                return z
            turned = 0.0 if last is None else max((gradient * (gradient - last)).sum() / (last**2).sum(), 0.0)
            direction = -gradient if direction is None else turned * direction - gradient
            if (direction * gradient).sum() >= 0.0:
                direction = -gradient
            trial = reach / np.linalg.norm(direction)
            begun, then = (gradient * direction).sum(), (self.slope(z + trial * direction, cost)[0] * direction).sum()
            length = trial * (begun / (begun - then) if then > begun else 2.0)
            reach = max(length * float(np.linalg.norm(direction)), 1e-12)
            z = z + length * direction
            scale = np.linalg.norm(z)
            z, last, direction = z / scale, gradient, direction / scale
        raise ArithmeticError("no mode was found")

    def slope(self, z: np.ndarray, cost: Cost) -> tuple[np.ndarray, float]:
        found = contractions(self.glass.bonds, z / np.linalg.norm(z))
        kappa, x = cost.of(found)
        gradient = found.of_second - kappa / x * cost.field(found)
        return gradient, float(np.linalg.norm(gradient) / np.linalg.norm(found.of_second))
