"""What a job costs before its work: import, and the first call of kernels that are in numba's cache."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

from protocol import Goals, Row, seconds
from systems import glass

from glassworks.configurations import write_frames
from glassworks.models import load_model

ROOT = Path(__file__).resolve().parents[3]

FIRST_CALL = """
from glassworks.observables._alone import alone
from glassworks.configurations import read_frames
from glassworks.glasses import Glass
from glassworks.models import load_model
table = alone("modes", Glass(load_model("ipl-3d"), read_frames({path!r})[0][0], trusted=True), {{}})
assert (table["status"] == "ok").all(), table["status"]
"""


class Help(Row):
    """Starting a measuring job and doing nothing: the interpreter, the imports, the parser."""

    name, tiny = "start-help", 0
    sizes: ClassVar = {0: Goals(1.0)}

    def setup(self) -> None:
        self.command = [sys.executable, "scripts/measure.py", "--help"]

    def ours(self) -> float:
        return seconds(lambda: subprocess.run(self.command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL))


class FirstCall(Help):
    """Starting one and measuring the modes of a small glass with compiled kernels."""

    name, tiny = "start-modes", 250
    sizes: ClassVar = {300: Goals(1.0)}

    def setup(self) -> None:
        found = glass(load_model("ipl-3d"), self.size, steps=100)
        self.folder = tempfile.TemporaryDirectory()
        path = f"{self.folder.name}/glass.h5"
        write_frames(path, [found], [0])
        self.command = [sys.executable, "-c", FIRST_CALL.format(path=path)]
        if not self.brief:
            self.ours()  # compiles what the cache does not have
