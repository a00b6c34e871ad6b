"""Pulls along a mode against a minimization of its own for each amplitude."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from protocol import Goals, Peers, Row, seconds

from glassworks.glasses import Glass
from glassworks.landscape.pulling import SHRUNK, Puller, first_away
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.observables.pulls import Parameters
from glassworks.preparing.random import scattered

LARGEST = 0.03
"""Amplitude up to which this row pulls."""
MODES = 8
"""The softest; a mode alone is 2.5 to 4.3 times as fast as its minimizations (N = 8,000)."""


class Pulls(Row):
    """Modes of harmonic spheres of one size, pulled to both sides at all amplitudes, the first bracket refined; seconds
    a mode, each as of a glass of which nothing is known."""

    name, tiny, rounds = "pulls", 200, 3
    sizes: ClassVar = {2000: Goals(3.0), 8000: Goals(3.0)}

    def setup(self) -> None:
        model = load_model("harmonic-mono-3d")
        start = scattered(model, self.size, np.random.default_rng(1))
        self.glass = Glass(model, minimize(model.interaction, start, "fire").configuration)
        modes = self.glass.modes(MODES)
        self.known = (model.interaction, self.glass.original, self.glass.held, float(modes.frequencies[0] ** 2))
        fields = np.zeros((MODES, *self.glass.original.positions.shape))
        fields[:, self.glass.held] = np.sqrt(len(self.glass.configuration)) * modes.vectors[:MODES]
        self.fields = [(field, -field) for field in fields]
        parameters = Parameters(largest=LARGEST)
        self.amplitudes, self.width = parameters.amplitudes, parameters.width
        self.found = self.pulled()

    def pulled(self) -> list[tuple[float, float]]:
        found = []
        for both in self.fields:
            puller = Puller(*self.known)  # its destinations are not known yet
            found += [first_away(puller, field, self.amplitudes, self.width)[:2] for field in both]
        return found

    def ours(self) -> float:
        return seconds(self.pulled) / MODES

    def peers(self) -> Peers:
        return {"FIRE anew to the end": self.theirs}

    def theirs(self) -> float:
        found: list[list[tuple[float, float]]] = []
        spent = seconds(lambda: found.append([self.minimized(field) for both in self.fields for field in both]))
        assert np.allclose(np.array(found[0]), np.array(self.found), rtol=1e-9), (found[0], self.found)
        return spent / MODES

    def minimized(self, field: np.ndarray) -> tuple[float, float]:
        """The same search, each pull a minimization from the beginning."""
        low, high = 0.0, np.inf
        for amplitude in self.amplitudes:
            if not self.comes_home(amplitude * field):
                high = float(amplitude)
                break
            low = float(amplitude)
        while high < np.inf and low > 0.0 and np.log(high / low) > self.width:
            middle = float(np.sqrt(low * high))
            low, high = (middle, high) if self.comes_home(middle * field) else (low, middle)
        return low, high

    def comes_home(self, moved: np.ndarray) -> bool:
        rest = self.glass.original
        end = minimize(self.glass.model.interaction, rest.moved(rest.positions + moved), "fire").configuration
        apart = end.positions - rest.positions
        apart -= np.array(rest.box.edges) * np.round(apart / np.array(rest.box.edges))
        return bool(np.linalg.norm(apart[self.glass.held]) < SHRUNK * np.linalg.norm(moved))
