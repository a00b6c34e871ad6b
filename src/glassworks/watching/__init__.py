"""Watchers: what is looked at while a trajectory of molecular dynamics runs. Each is a file here, found by its name.

A file `<name>.py` is the only place that names its watcher (one that begins with `_` is none). It holds

- `Parameters`: what may be chosen, a :class:`glassworks.models.strict.Strict`.
- `COLUMNS`: a :class:`glassworks.observables.Column` by name, in order; `sample` and `status` are added.
- `schedule(parameters, run)`: the steps of a :class:`Run` at which it looks, ascending, from 0 to the run's last; made
  with what :mod:`glassworks.watching._schedules` has. Raises ValueError, "<key>: <what does not fit>", where a run
  cannot be looked at so.
- `LAWS`: what a look at one sample costs, a :class:`glassworks.observables.Law` named "" (its memory is that of a whole
  run).
- `rows(run, parameters)`: rows of a sample's table.
- `Watch(model, parameters, run)`: looks at one sample. It has `take(look)`, called at each step of its schedule with a
  :class:`glassworks.watching._look.Look`; `rows()`, the table's rows at the end as dictionaries; and `arrays()`, where
  any are kept. It can be pickled at any time, and goes on from there. Its methods import kernels themselves, so that
  reading a declaration loads none.
- `TINY`: parameters for a run of a few steps, which compiles what it runs, where the defaults do not fit one.
- `DIMENSIONS`: the spaces that it works in, where these are not all of 2, 3 and 4.
- `arrays(parameters)`: an :class:`glassworks.observables.Array` by name, where there are any, whose `numbers` is asked
  with a run; kept beside the table in `<watcher>-<hash>.h5`. With `write(path, found, attributes)` and `read(file)`
  beside it (arrays by sample and name) in a layout of its own.

A digest is taken of what `Watch`, `schedule`, `arrays` and `write` reach: what a watcher costs, or how a column is
defined, makes no table stale.
"""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassworks.models.strict import Strict
from glassworks.observables import EVERYWHERE, Array, Column, Incomplete, Law
from glassworks.watching._run import Run

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from glassworks.models import Model

__all__ = ["Run", "Watcher", "every_name", "load"]

LARGEST = 2**30
"""Bytes of the arrays of one block that a watcher may keep: they are in memory until the block is written."""
WIDTHS = {"float64": 8, "float32": 4, "int64": 8, "int32": 4}
"""Bytes of a number in an array that is kept."""


REQUIRED = ("Parameters", "COLUMNS", "schedule", "LAWS", "rows", "Watch")


@dataclass(frozen=True)
class Watcher:
    """What a file of this folder declares; its module's docstring begins with what it is in words."""

    name: str
    parameters: type[Strict]
    columns: dict[str, Column]
    schedule: Callable[[Any, Run], np.ndarray]
    law: Law
    rows: Callable[[Run, Any], float]
    watch: Callable[[Model, Any, Run], Any]
    dimensions: tuple[int, ...]
    tiny: Mapping[str, Any]
    arrays: Callable[[Any], dict[str, Array]]
    write: Callable[[Path, Mapping, Mapping[str, str]], None] | None
    read: Callable[[Any], dict] | None

    def chosen(self, given: Mapping[str, Any]) -> Strict:
        """Parameters with defaults filled in; raises pydantic's ValidationError for what it does not take."""
        return self.parameters.model_validate(dict(given))

    def columns_in(self, dimension: int) -> list[str]:
        """The columns of a table in a space, `status` last."""
        return ["sample", *self.own_columns(dimension), "status"]

    def own_columns(self, dimension: int) -> dict[str, Column]:
        """What it sees in a space."""
        here = {name: each for name, each in self.columns.items() if each.only in (0, dimension)}
        return {name: each for name, each in here.items() if each.dimension <= dimension}

    def bytes(self, run: Run, parameters: Strict) -> float:
        """Bytes of the arrays that are kept of one sample."""
        return sum(WIDTHS[each.dtype] * each.numbers(run, parameters) for each in self.arrays(parameters).values())


@functools.cache
def every_name() -> tuple[str, ...]:
    """The names of all watchers."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.name.startswith("_")))


@functools.cache
def load(name: str) -> Watcher:
    """A watcher by its name.

    Raises:
        KeyError: there is none.
        Incomplete: its file lacks something.
    """
    if name not in every_name():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name}")
    file = f"watching/{name}.py"
    if lacking := [each for each in REQUIRED if not hasattr(module, each)]:
        raise Incomplete(f"{file}: {', '.join(lacking)}: is missing; see watching/__init__.py")
    if "" not in module.LAWS:
        raise Incomplete(f"{file}: LAWS: the plain law is missing; it says what a look costs")
    if hasattr(module, "write") != hasattr(module, "read"):
        raise Incomplete(f"{file}: write, read: one of them is missing; what one writes the other reads")
    return Watcher(
        name, module.Parameters, module.COLUMNS, module.schedule, module.LAWS[""], module.rows, module.Watch,
        getattr(module, "DIMENSIONS", EVERYWHERE), getattr(module, "TINY", {}),
        getattr(module, "arrays", lambda parameters: {}), getattr(module, "write", None),
        getattr(module, "read", None),
    )  # fmt: skip
