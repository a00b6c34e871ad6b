"""Protocols: how liquids are prepared. Each is a file of this folder, found by the kind that it declares.

A file `<kind>.py` holds a subclass of :class:`Protocol` whose `kind` is the file's name: what one may declare of it and
what does not fit, the path of rungs to a point and what the preparation of each consumes, how samples are cut into
blocks, what it costs. It loads no kernels; the work stands in `glassworks.preparing`, in the file of the name that a
rung's `consumed` has for its `kind`. `_<name>.py` is what several share.
"""

from __future__ import annotations

from glassworks.models.kinds import found_in, one_of
from glassworks.protocols._files import changed as changed_files
from glassworks.protocols._files import samples as samples_of
from glassworks.protocols._ladders import MOST_RUNGS, descending, spacing_in_steps
from glassworks.protocols._protocol import Blocks, Here, Line, Point, Protocol, Rung

KINDS: dict[str, type[Protocol]] = {
    kind: declared
    for kind, module in found_in(__name__, __path__).items()
    for declared in vars(module).values()
    if isinstance(declared, type) and issubclass(declared, Protocol) and declared.__module__ == module.__name__
}
"""The class of each kind."""
STAGES = ("equilibrate", *sorted({each.stage for each in KINDS.values()} - {"equilibrate"}, reverse=True))
"""The stages that prepare liquids."""
Declared = one_of(KINDS.values())
"""The type of what a group may declare."""

__all__ = [
    "KINDS",
    "MOST_RUNGS",
    "STAGES",
    "Blocks",
    "Declared",
    "Here",
    "Line",
    "Point",
    "Protocol",
    "Rung",
    "changed_files",
    "descending",
    "samples_of",
    "spacing_in_steps",
]
