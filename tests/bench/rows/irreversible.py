"""Irreversible exchanges of sizes against plain ones: what it costs the processor to relax the overlap."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

import numpy as np
import yaml
from irreversible_swap import IrreversibleChain
from protocol import Goals, Line, Peers, Row

from glassworks.liquids import SwapChain, initial_configuration, relaxation_of, snapshots
from glassworks.liquids.equilibrium import pooled
from glassworks.models import load_model

DECLARED = Path(__file__).resolve().parents[3] / "config/ladders/poly-3d.yaml"
BEFORE, LENGTH = 3.0, 10  # declared relaxation times of plain exchanges: at each rung of the ladder, and in a round
SAMPLES = 10  # in a relaxation time
LONG = frozenset({1000})


class Relaxation(Row):
    """Seconds of the processor that an overlap relaxation time takes: a ratio above 1 is in favor of irreversible ones.

    Both go on, by turns, from one liquid that plain exchanges have brought down the ladder of the study.
    """

    temperature: ClassVar[float]
    tiny = 140
    sizes: ClassVar = {1000: Goals(goal=2.0)}

    def setup(self) -> None:
        model, rng = load_model("poly-3d"), np.random.default_rng(1)
        declared = yaml.safe_load(DECLARED.read_text())["relaxation_sweeps"]
        chain = SwapChain(model, initial_configuration(model, self.size, rng), 1.3, rng)
        for temperature, sweeps in declared.items():
            if temperature >= self.temperature:
                chain.temperature = temperature
                chain.advance(20 if self.brief else int(BEFORE * sweeps))
        self.spacing = (200 if self.brief else declared[self.temperature]) // SAMPLES
        start = chain.configuration
        self.carried = IrreversibleChain(model, start, self.temperature, rng)
        self.plain = SwapChain(model, start, self.temperature, rng)
        self.carried.advance(1)  # compiles
        self.energies: dict[SwapChain, list[np.ndarray]] = {self.carried: [], self.plain: []}

    def cost(self, chain: SwapChain) -> float:
        """Go on for a round's length; seconds for a sweep times sweeps for a relaxation time, both of this round."""
        began = time.process_time()
        frames, energies = snapshots(chain, self.spacing, SAMPLES * LENGTH)
        self.energies[chain].append(energies)
        sweep = (time.process_time() - began) / (len(frames) * self.spacing)
        return sweep * relaxation_of([frames], self.spacing).time

    def ours(self) -> float:
        return self.cost(self.carried)

    def peers(self) -> Peers:
        return {"plain exchanges": lambda: self.cost(self.plain)}

    def also(self) -> list[Line]:
        """How many samples of U count as one, of either kind, and by how much their means differ.

        Those errors are of blocks of a relaxation time: most of U is forgotten between samples, but not all.
        """
        carried, plain = (pooled(each) for each in self.energies.values())
        blocks = [[one.reshape(LENGTH, SAMPLES).mean(axis=1) for one in each] for each in self.energies.values()]
        first, second = (pooled(each) for each in blocks)
        apart = abs(first.mean - second.mean) / np.hypot(first.error(), second.error())
        names = ("energy", "energy-plain", "energy-apart")
        values = (carried.inefficiency, plain.inefficiency, apart)
        units = ("samples as one", "samples as one", "standard errors")
        return [
            self.line(*each[:2], Goals(), f"{self.name}-{each[2]}") for each in zip(values, units, names, strict=True)
        ]


class Warm(Relaxation):
    """At T = 0.55."""

    name, temperature = "irreversible-0.55", 0.55


class Cold(Relaxation):
    """At T = 0.45."""

    name, temperature, long = "irreversible-0.45", 0.45, LONG


class Colder(Relaxation):
    """At T = 0.40."""

    name, temperature, long = "irreversible-0.40", 0.4, LONG


class Coldest(Relaxation):
    """At T = 0.35."""

    name, temperature, long, rounds = "irreversible-0.35", 0.35, LONG, 2
