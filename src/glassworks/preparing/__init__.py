"""The work of protocols: one chain of a liquid, from where it starts to what it leaves. Physics only.

A file `<kind>.py` prepares the liquids whose specification has this `kind` (`glassworks.protocols` declares them), by

- `prepare(here, start, means)`: one :class:`Chain`; see :class:`Start` and :class:`Means`.
- `COLUMNS`: the columns of each table that comes with the liquids, by the names that the protocol has for them.
- `tiny(model)`: the same on the smallest system of a model, which compiles what it runs.
- `tested(here, chains, means)`: whether chains were in equilibrium, where that can be tested: the row of
  :func:`glassworks.liquids.assess_equilibrium`, from the :class:`Sample` of each.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from glassworks.preparing._chains import OK, Chain, Means, Sample, Start, State

__all__ = ["OK", "Chain", "Means", "Sample", "Start", "State", "load"]


def load(kind: str) -> ModuleType:
    """The file that prepares liquids of a kind; raises KeyError where there is none."""
    name = f"{__name__}.{kind}"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise KeyError(kind) from None
