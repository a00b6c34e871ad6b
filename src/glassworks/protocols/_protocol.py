"""What every protocol has: where it prepares liquids, what their preparation consumes, how they are cut into blocks,
and what they cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import Any, ClassVar, NamedTuple, get_args

from glassworks.models import Model
from glassworks.models.strict import Strict
from glassworks.observables import Column, Law
from glassworks.watching import Run

Point = float | tuple[float | None, float] | None
"""Where a protocol prepares a liquid: its temperature, its rate, or neither; of a path, what it came by (its rate or
waiting time; None at the top) and where it is (its temperature or packing fraction)."""
Blocks = int | dict[float, int]
"""Samples in a block of one size: everywhere, or for each rate, or from a temperature of a ladder downward."""
RANDOM = "random"
"""What `start` says in the specification of a liquid whose chains start from random points."""


@dataclass(frozen=True)
class Rung:
    """One liquid on the way to a point, of which each starts where the one above ended.

    Attributes:
        name: how the liquid is called behind its model and size.
        consumed: what its preparation consumes beside model, size and the rung above; its `kind` says what prepares it,
            its `start` where the chains of the first rung begin, if others may begin elsewhere.
        temperature: parent temperature, or that of a rung of a path; None where cooled at a constant rate.
        rate: of cooling or compression; None where there is none.
        packing: packing fraction; None for the model's own.
        waited: time that its chains have had at its temperature and density when it is measured, where protocols
            differ by it; else NaN.
        reads: how many rungs above its chains start from.
    """

    point: Point
    name: str
    consumed: Mapping[str, Any]
    temperature: float | None = None
    rate: float | None = None
    packing: float | None = None
    waited: float = nan
    reads: int = 1


class Here(NamedTuple):
    """A liquid as those see it who prepare it, or tell what that costs.

    Attributes:
        told: what the preparation consumes beside model and size.
        above: temperatures of the rungs that its chains start from, warmest first.
    """

    model: Model
    n: int
    temperature: float | None
    told: Mapping[str, Any]
    above: tuple[float, ...] = ()


class Line(NamedTuple):
    """A line of a scale and where things stand, to tell what does not fit.

    Attributes:
        grid: the line.
        group: `groups.<group>` and the paper's file, which declares the protocol.
    """

    grid: Any
    group: str
    file: str


class Protocol(Strict):
    """How liquids are prepared; a subclass in a file of this folder is a protocol.

    Attributes:
        tag: how it is called in names of ensembles and in tables.
        stage: the kind of job that prepares its liquids.
        choices: what the lines of a scale choose; the first must be given, without a second there are all.
        law: the name of what its work costs in `config/costs.yaml`.
        cost: that law, where the file has none of the name.
        tables: what is measured while it prepares, beside the table of liquids: the columns of each.
        rows: rows of a trajectory's tables, about, beside that of the liquid.
        goes_on: whether its chains leave whole states (velocities, thermostats), from which others go on.
        dynamics: whether molecular dynamics moves the particles: then a sample's row tells a mean energy, not that of
            its configuration, and the bits of a trajectory depend on the processor's registers.
        untested: why its liquids cannot be tested for equilibrium; empty where they can.
        ladder_times: the key of relaxation times that a ladder's file gives where `ladder` names one; empty where none
            can be named.
    """

    tag: ClassVar[str]
    stage: ClassVar[str] = "equilibrate"
    choices: ClassVar[tuple[str, ...]] = ()
    law: ClassVar[str] = "equilibrate_dynamics"
    cost: ClassVar[Law | None] = None
    tables: ClassVar[Mapping[str, Mapping[str, Column]]] = {}
    rows: ClassVar[int] = 0
    goes_on: ClassVar[bool] = False
    dynamics: ClassVar[bool] = True
    untested: ClassVar[str] = ""
    ladder_times: ClassVar[str] = ""

    @classmethod
    def prepared_by(cls) -> str:
        """The file of `glassworks.preparing` that does its work; what its liquids consume has the same `kind`."""
        return get_args(cls.model_fields["kind"].annotation)[0]

    @classmethod
    def tables_in(cls, dimension: int) -> Mapping[str, Mapping[str, Column]]:
        """The tables that come with its liquids in a space."""
        return cls.tables

    # ---- where liquids are prepared

    def path(self, n: int, point: Point) -> list[Rung]:
        """The rungs from the top down to a point, that one included."""
        raise NotImplementedError

    def points(self, grid: Any) -> list[Point]:
        """The points that a line of a scale chooses."""
        return list(getattr(grid, self.choices[0])) if self.choices else [None]

    def offers(self, option: str) -> tuple[str, list[float]] | None:
        """What a line may choose of an option, in words and one by one; None for whatever it likes."""
        return None

    def left_by_chain(self, point: Point) -> int:
        """Samples that one chain leaves at a point."""
        return 1

    def starts_of(self, n: int) -> int:
        """Trajectories of n particles that start from one equilibrated liquid, one after another."""
        return 1

    def densest(self, model: Model) -> Model:
        """The model at the highest density that it is taken to."""
        return model

    # ---- blocks

    def block(self, blocks: Blocks, point: Point) -> int | None:
        """Samples in a block at a point; None where that is not said."""
        return blocks.get(point) if isinstance(blocks, dict) else blocks

    def lacking(self, blocks: dict[float, int], point: Point) -> str:
        """What is missing where no block is given for a point; empty where that is said elsewhere."""
        rates = ", ".join(f"{rate:g}" for rate in blocks)
        return f"rates: {self.rate_of(point):g}: {{where}} lacks this rate at n = {{n}}; allowed: {rates}"

    def rate_of(self, point: Point) -> float:
        """What a point was come by."""
        return point

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        """Raises ValueError where a block does not fit the protocol."""

    def samples(self, block: int, point: Point, wanted: int) -> int:
        """How many samples there are where so many are wanted."""
        return wanted

    # ---- what does not fit

    def model_problems(self, model: Model) -> Iterable[tuple[str, str]]:
        """Each as a key of the protocol, and what is wrong with it for a model."""
        return ()

    def line_problems(self, line: Line, model: Model) -> Iterator[tuple[str, str]]:
        """Each as a key of a line, and what is wrong with it."""
        yield from ()

    def source_problems(self, n: int, model: Model, samples: int) -> Iterator[tuple[str, str]]:
        """Each as a key of a group, and what is wrong with what its samples are taken from, where that lies outside."""
        yield from ()

    # ---- what is looked at

    def run(self, here: Here) -> Run | None:
        """The trajectory that leads to a liquid, as watchers see it: where chains differ, the shortest; None where no
        molecular dynamics does."""
        return None

    # ---- cost

    def work(self, here: Here, samples: int, weight: float) -> float:
        """What the law is multiplied with, in millions, for a block of so many samples; `weight` is how much more a
        step of molecular dynamics costs in the liquid's dimension."""
        raise NotImplementedError

    def tested(self, here: Here, samples: int, weight: float) -> float:
        """The same for testing equilibrium, where there is such a test."""
        raise NotImplementedError


def number(value: float, style: str) -> str:
    """A number in a name: in the given style where that is exact, else in full."""
    text = format(value, style)
    return text if float(text) == value else repr(value)
