"""What this machine has compiled, by the marks that jobs leave: see `jobs/warm.py`."""

from __future__ import annotations

import contextlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from glassworks import compiled
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products.files import machine
from glassworks.models import Model

FOLDER = Path("results/.warm")


def mark(model: Model, stage: str, what: str) -> Path:
    """The file that says that this machine has compiled the kernels of a stage, and in how many seconds.

    Args:
        what: protocol, minimizer or observable.
    """
    state = [compiled.sources(), version("numba"), platform.python_version(), machine()["processor"]]
    return FOLDER / f"{model.dimension}d-{stage}-{what}-{digest(state)[:8]}.json"


def compile_seconds(folder: Path, marks: str = "*") -> list[float]:
    """Seconds that compiling took, by the marks that a pattern tells.

    A mark that is there counts as one, whatever it holds; where nobody can read in it how long that took, it says
    nothing of that.
    """
    found = []
    for path in folder.glob(f"{marks}.json"):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            found.append(float(json.loads(path.read_text())["seconds"]))
    return found
