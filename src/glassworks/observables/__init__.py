"""Observables: what can be measured on a glass, or on a liquid as it is. Each is a file of this folder, found by name.

A file `<name>.py` is the only place that names its observable (one that begins with `_` is none). It holds

- `OF`: what it is measured on, :data:`GLASSES` or :data:`LIQUIDS`.
- `Parameters`: what may be chosen, a :class:`glassworks.models.specification.Strict`. Where these have `keep`, arrays
  are kept if it is true, and it changes no number.
- `COLUMNS`: a :class:`Column` by name, in order; `status`, with which every table ends, is added.
- `LAWS`: what a sample costs, a :class:`Law` by name, "" being the plain one; and `work(system, parameters)`, which law
  holds and how many times it, where that is not the plain one once.
- `rows(system, parameters)`: rows of a sample's table.
- `measure(subject, parameters, means)`: what it finds on one sample: columns, `status` and arrays, by name. It imports
  kernels itself, so that reading a declaration loads none. The subject is a :class:`glassworks.glasses.Glass`, or a
  :class:`Snapshot` of a liquid; on `means` see :class:`Means`.
- `ARRAYS`: an :class:`Array` by name, where there are any; kept beside the table in `<observable>-<hash>.h5`.
- `NEEDS`: names of observables of the same sample that it builds on, where there are any; `FIELDS`: those of them
  whose arrays it needs, which must be kept.
- `DIMENSIONS`: the spaces that it works in, where these are not all of 2, 3 and 4.
- `UNIT_MASSES`: whether it is for particles of mass one alone.
- `SMOOTH`: how many derivatives of the pair energy must be continuous, where it takes more than there are of some.
- `problems(system, parameters)`: pairs of a parameter and what is wrong with it in a system of that size, where there
  is such; nothing is computed then.
- `PIECES(system, parameters)`: of how many alike pieces the work on one sample is, where it can be divided over jobs:
  `measure` then does those of `means.portion` alone, and the rows of all portions, one below the other, are the table.

A digest is taken of what `measure` reaches: what an observable costs, or how a column is defined, makes no table stale.
"""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import inf, nan
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from glassworks.configurations import Configuration
    from glassworks.liquids.memory import Memory
    from glassworks.models import Model
    from glassworks.models.specification import Strict

GLASSES, LIQUIDS = "glasses", "liquids"
EVERYWHERE = (2, 3, 4)
"""The spaces that there are."""


class Column(NamedTuple):
    """What a column holds. Units are reduced: energy ε, length λ, mass m, k_B = 1; d is the dimension.

    Attributes:
        whole, words: whether its numbers are whole, or it holds words.
        least, below: bounds of what it holds in a row whose status is ok.
        known: whether it is a number in each such row.
        dimension: of space, from which on it is there.
        later: whether tables lack it that were made before it was measured.
        only: the one dimension of space in which it is there; 0 for any.
    """

    unit: str
    definition: str
    whole: bool = False
    words: bool = False
    least: float = -inf
    below: float = inf
    known: bool = True
    dimension: int = 0
    later: bool = False
    only: int = 0

    @property
    def nothing(self) -> float | int | None:
        """What stands in the row of a sample on which nothing could be measured."""
        return None if self.words else 0 if self.whole else nan


class Array(NamedTuple):
    """An array that is kept of each sample.

    Attributes:
        shape: in words.
        dtype: float32, float64 or int32: how it is kept, and handed on to observables that need it.
        numbers: how many an array holds, of a system and parameters.
    """

    shape: str
    unit: str
    definition: str
    dtype: str
    numbers: Callable[[System, Any], float]


class System(NamedTuple):
    """What a cost depends on besides parameters: N particles in d dimensions, how many others interact with one, and
    the edge of their box in λ."""

    n: int
    dimension: int
    neighbors: float = 8.0
    length: float = inf

    @classmethod
    def of(cls, model: Model, n: int) -> System:
        """Of a model's particles; neighbors are those of a gas as dense, all particles of the mean size."""
        from glassworks.models.specification import ball_volume

        within = (
            ball_volume(model.dimension) * (2.0 * model.interaction.cutoff * model.mixture.moment(1)) ** model.dimension
        )
        return cls(n, model.dimension, model.density * within, model.box_length(n))


class Law(NamedTuple):
    """Seconds of one sample on the core that `config/costs.yaml` names, scale (N/1000)^power, and the memory it takes
    beside its job's own in MB, memory (N/1000)^rising."""

    scale: float
    power: float
    memory: float = 0.0
    rising: float = 1.0


class Snapshot(NamedTuple):
    """A liquid as it is."""

    model: Model
    configuration: Configuration


Subject = Any
"""What is measured: a :class:`glassworks.glasses.Glass`, or a :class:`Snapshot`."""


class Portion(NamedTuple):
    """Which part of the work on a sample a job does: of so many alike parts one, counted from 0."""

    number: int = 0
    of: int = 1

    def among(self, pieces: int) -> range:
        """The numbers of its pieces: neighbors, and as many as in other portions, but for one."""
        return range(pieces * self.number // self.of, pieces * (self.number + 1) // self.of)


WHOLE = Portion()


class Means(NamedTuple):
    """What an observable is given beside its sample and parameters.

    Attributes:
        rng: random numbers of this sample alone.
        found: what the observables that it needs found on this sample: columns, `status` and arrays, by observable.
        memory: where it may offer its state on the way, and recalls it where it was cut off.
        portion: which of its pieces are due, where it has such.
    """

    rng: np.random.Generator
    found: Mapping[str, Mapping[str, np.ndarray]]
    memory: Memory
    portion: Portion = WHOLE


class Incomplete(ValueError):
    """A file of this folder lacks something that an observable has."""


REQUIRED = ("OF", "Parameters", "COLUMNS", "measure", "LAWS", "rows")


@dataclass(frozen=True)
class Observable:
    """What a file of this folder declares; its module's docstring begins with what it is in words."""

    name: str
    of: str
    parameters: type[Strict]
    columns: dict[str, Column]
    measure: Callable[[Any, Any, Means], Mapping[str, np.ndarray]]
    laws: dict[str, Law]
    rows: Callable[[System, Any], float]
    arrays: dict[str, Array]
    needs: tuple[str, ...]
    work: Callable[[System, Any], tuple[str, float]]
    unit_masses: bool = False
    pieces: Callable[[System, Any], int] = lambda *_: 1
    dimensions: tuple[int, ...] = EVERYWHERE
    fields: tuple[str, ...] = ()
    problems: Callable[[System, Any], Iterable[tuple[str, str]]] = lambda *_: ()
    smooth: int = 0

    @property
    def subject(self) -> str:
        """What it is measured on: "glass" or "liquid"."""
        return "glass" if self.of == GLASSES else "liquid"

    @property
    def stage(self) -> str:
        """The stage that measures it."""
        return "measure" if self.of == GLASSES else "observe"

    def kept(self, parameters: Strict | Mapping) -> dict[str, Array]:
        """The arrays that are kept beside a table."""
        given = parameters if isinstance(parameters, Mapping) else dict(parameters)
        field = self.parameters.model_fields.get("keep")
        return self.arrays if given.get("keep", field.default if field else True) else {}

    def columns_in(self, dimension: int) -> list[str]:
        """The columns of a table in a space, `status` last."""
        return [*(name for name, column in self.columns.items() if column.dimension <= dimension), "status"]

    def law(self, system: System, parameters: Strict) -> tuple[str, float]:
        """The name of the law that holds for one sample, and how many times it; raises Incomplete where it has none."""
        law, times = self.work(system, parameters)
        if law not in self.laws:
            raise Incomplete(f"observables/{self.name}.py: LAWS: {law or 'the plain law'} is missing")
        return law, times

    def law_key(self, law: str) -> str:
        """How `config/costs.yaml` calls a law."""
        return f"{self.name}_{law}" if law else self.name


@functools.cache
def every_name() -> tuple[str, ...]:
    """The names of all observables."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.name.startswith("_")))


def names(of: str) -> tuple[str, ...]:
    """The names of those that are measured on glasses, or on liquids."""
    return tuple(name for name in every_name() if load(name).of == of)


@functools.cache
def load(name: str) -> Observable:
    """An observable by its name.

    Raises:
        KeyError: there is none.
        Incomplete: its file lacks something.
    """
    if name not in every_name():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name}")
    file = f"observables/{name}.py"
    if lacking := [each for each in REQUIRED if not hasattr(module, each)]:
        raise Incomplete(f"{file}: {', '.join(lacking)}: is missing; see observables/__init__.py")
    if not module.LAWS:
        raise Incomplete(f"{file}: LAWS: is empty; a law says what a sample costs")
    if (keep := module.Parameters.model_fields.get("keep")) and keep.default is not False:
        raise Incomplete(f"{file}: Parameters: keep: begins as {keep.default}; must begin as false, which says nothing")
    if module.OF not in (GLASSES, LIQUIDS):
        raise Incomplete(f"{file}: OF: {module.OF}; allowed: {GLASSES}, {LIQUIDS}")
    return Observable(
        name, module.OF, module.Parameters, module.COLUMNS, module.measure, module.LAWS, module.rows,
        getattr(module, "ARRAYS", {}), getattr(module, "NEEDS", ()), getattr(module, "work", lambda *_: ("", 1.0)),
        getattr(module, "UNIT_MASSES", False), getattr(module, "PIECES", lambda *_: 1),
        getattr(module, "DIMENSIONS", EVERYWHERE), getattr(module, "FIELDS", ()),
        getattr(module, "problems", lambda *_: ()), getattr(module, "SMOOTH", 0),
    )  # fmt: skip


def needed(name: str) -> Iterator[str]:
    """The observables that one builds on, each before those that need it and once; raises Incomplete where one is not
    there, needs itself, or is measured on something else."""
    found: dict[str, None] = {}

    def visit(each: str, above: tuple[str, ...]) -> None:
        for other in load(each).needs:
            if other in (*above, each):
                raise Incomplete(f"observables/{each}.py: NEEDS: {other}: needs itself")
            if other not in every_name() or load(other).of != load(each).of:
                raise Incomplete(f"observables/{each}.py: NEEDS: {other}: no observable of {load(each).of}")
            visit(other, (*above, each))
            found.setdefault(other)

    visit(name, ())
    yield from found
