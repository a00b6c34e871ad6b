"""What chains start from, and what they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from glassworks.configurations import Configuration
from glassworks.liquids.memory import Memory
from glassworks.liquids.onlooker import NOBODY, Onlooker

OK = "ok"
State = Any
"""What goes on elsewhere: a :class:`glassworks.liquids.DynamicsState`."""


class Start(NamedTuple):
    """Where a chain starts.

    Attributes:
        above: what the same chain left on each of the rungs that it reads, warmest first: configurations, or the state
            that goes on; empty at the top of a ladder.
        status: its status there; what does not go on has none.
        before: what the chain before it in the block left, where both start from one equilibrated liquid.
    """

    above: Sequence[Sequence[Configuration | State]] = ()
    status: str = OK
    before: State | None = None


class Means(NamedTuple):
    """What the work is given beside the liquid and its start.

    Attributes:
        rng: random numbers of this chain alone.
        index: which chain of the liquid it is.
        progress: called with what is done and how much there is.
        memory: where it may offer its state on the way, and recalls it where it was cut off.
        onlooker: what sees the molecular dynamics on its way to the end, if there is any.
    """

    rng: np.random.Generator
    index: int
    progress: Callable[[int, int], None]
    memory: Memory
    onlooker: Onlooker = NOBODY


@dataclass
class Chain:
    """What a chain leaves.

    Attributes:
        left: a configuration a sample, or the state that goes on.
        rows: of the table of liquids, one a sample: energy and pressure a particle, and what else is known.
        tables: rows of the tables that come with it.
        status: ok, or why none of it is to be used.
    """

    left: list[Configuration] | list[State]
    rows: list[dict[str, Any]]
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    status: str = OK


class Sample(NamedTuple):
    """A sound chain as its files tell of it: a configuration and a row of the table of liquids a sample."""

    configurations: list[Configuration]
    rows: list[Mapping[str, Any]]


def failed(left: list[Configuration] | list[State], reason: ArithmeticError | str) -> Chain:
    """A chain that is not to be used: what stands in for its samples, and why."""
    return Chain(left, [{} for _ in left], status=str(reason))
