"""Runs a campaign's scripts again and again, each time in a process forked from one that has imported and compiled
everything: a job whose start takes seconds takes a fraction of one, so that each of its file calls can fail once.
"""

from __future__ import annotations

import ctypes
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

SLOW = (
    "glassworks.campaign.jobs.common:load_campaign",
    "glassworks.preparing.swap:_walk",
    "glassworks.preparing.swap:tested",
    "glassworks.preparing.relaxation:watch_liquid",
    "glassworks.preparing.stepwise:run_step",
    "glassworks.studies:judge",
    "glassworks.figures.style:render",
    "glassworks.studies:analyse",
    "glassworks.campaign.calibrating:part_rows",
    "glassworks.campaign.cli:_plan",
    "glassworks.campaign.packing:look",
    "glassworks.campaign.packing:sound_table",
)
"""What takes long and writes nothing: a forked job is given what it returned in the process that it was forked from."""


class Ran(NamedTuple):
    """How a script ended: exit status (below 0: by that signal), what it said, and how many of its calls counted."""

    code: int
    said: str
    calls: int


class Forks:
    """A process in a campaign's folder, under the shim.

    Args:
        shim: the compiled `shim.c`.
    """

    def __init__(self, folder: Path, shim: Path):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=folder, env={**os.environ, **threads, "LD_PRELOAD": str(shim)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *command: object, **shim: object) -> Ran:
        """Runs a script in a forked process; `shim` is what the shim is told, without its SHIM_, and `at` = "end" for a
        power cut after the script's end.
        """
        return self._ask(command, {f"SHIM_{key.upper()}": str(value) for key, value in shim.items()})

    def warm(self, *command: object) -> Ran:
        """Runs a script in the process itself, which imports and compiles what it needs and remembers what is SLOW."""
        return self._ask(command, None)

    def _ask(self, command: tuple, shim: dict | None) -> Ran:
        self.process.stdin.write(json.dumps([[str(word) for word in command], shim]) + "\n")
        self.process.stdin.flush()
        return Ran(*json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


def serve() -> None:
    """What the process does: a line of JSON is a command, another one the answer."""
    answers = os.fdopen(os.dup(1), "w")
    shim = ctypes.CDLL(None)
    for place in SLOW:
        Remembered(place)
    with tempfile.TemporaryFile("w+") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        for line in sys.stdin:
            command, told = json.loads(line)
            os.ftruncate(said.fileno(), 0)
            os.lseek(said.fileno(), 0, os.SEEK_SET)
            if told is None:
                Remembered.all.clear()
            code = script(command) if told is None else forked(command, told, shim)
            sys.stdout.flush()
            sys.stderr.flush()
            text = os.pread(said.fileno(), 10**6, 0).decode(errors="replace")
            answers.write(json.dumps([code, text, shim.shim_count()]) + "\n")
            answers.flush()


class Remembered:
    """A function whose answers are given again, in order, to forked processes."""

    all: dict[str, list] = {}  # noqa: RUF012
    again = False

    def __init__(self, place: str):
        module, self.name = place.split(":")
        self.plain = getattr(import_module(module), self.name)
        setattr(import_module(module), self.name, self)

    def __call__(self, *given, **options):
        answers = self.all.setdefault(self.name, [])
        if self.again and answers:
            return answers.pop(0)
        answer = self.plain(*given, **options)
        answers.append([*answer] if isinstance(answer, Iterator) else answer)
        return answers[-1]


def forked(command: list[str], told: dict, shim: ctypes.CDLL) -> int:
    """Runs a script in a child; returns how it ended."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    Remembered.again = True
    os.environ.update(told)
    shim.shim_read()
    code = script(command)
    sys.stdout.flush()
    sys.stderr.flush()
    if told.get("SHIM_AT") == "end":
        shim.shim_cut()
    os._exit(code)


def script(command: list[str]) -> int:
    """Runs a script as `python <command>` would, in this process; returns its exit status."""
    sys.argv = command
    try:
        runpy.run_path(command[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve()
