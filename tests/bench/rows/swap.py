"""Swap Monte Carlo against the molecular dynamics of the same liquid."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from protocol import Goals, Line, Peers, Row, seconds
from systems import liquid

from glassworks.liquids import SwapChain, run_dynamics
from glassworks.models import load_model


class Swap(Row):
    """Millions of attempted moves a second, a fifth of them exchanges; beside it, that over MD's particle steps."""

    name, unit, rate, tiny = "swap", "M moves/s", True, 300
    sizes: ClassVar = {2000: Goals()}
    temperature = 0.45

    def setup(self) -> None:
        model = load_model("poly-3d")
        self.sweeps, self.steps = (20, 200) if self.brief else (1000, 1000)
        self.model, self.state = model, liquid(model, self.size, 0.7, 200 if self.brief else 1500)
        self.chain = SwapChain(model, self.state.configuration, self.temperature, np.random.default_rng(1))
        self.chain.advance(self.sweeps)
        self.state = self.dynamics()[0]
        self.speeds: list[float] = []

    def dynamics(self):
        return run_dynamics(self.model, self.state, self.steps, self.temperature, every=100)

    def ours(self) -> float:
        self.speeds.append(self.sweeps * self.size / seconds(lambda: self.chain.advance(self.sweeps)) / 1e6)
        return self.speeds[-1]

    def peers(self) -> Peers:
        return {"own MD, M atom-steps/s": lambda: self.steps * self.size / seconds(self.dynamics) / 1e6}

    def also(self) -> list[Line]:
        self.chain.settle()  # the running energy is right
        return [self.line(float(np.median(self.speeds)), self.unit, Goals(1.5, 2.5), "swap-rate")]
