"""What still runs in this folder without a driver: SLURM jobs that a dead one submitted, processes that it left.

And how a SLURM job goes back into the queue.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

import psutil

DRIVER = "glassworks-driver"
"""Name of the SLURM job in which a driver itself runs (`profiles/slurm-node/run.sh`)."""
STARTED = "GLASSWORKS_STARTED"
"""The variable by which jobs that a driver started are known (`workflow/rules/common.smk`)."""


class Live(NamedTuple):
    """A SLURM job or a process of this folder; `end` is the command that ends it."""

    id: str
    what: str
    condition: str

    @property
    def end(self) -> str:
        return f"{'scancel' if self.what == 'SLURM job' else 'kill'} {self.id}"

    @property
    def name(self) -> str:
        return f"{self.what} {self.id} ({self.condition})"


class Silent(Exception):
    """SLURM is here but does not answer."""


def slurm_jobs(folder: Path, drivers: bool = False) -> list[Live]:
    """The SLURM jobs whose working directory is a folder, but for the one we are in: blocks, or drivers that run.

    Raises:
        Silent: `squeue` fails.
    """
    return [
        Live(number, "SLURM job", condition.lower())
        for number, condition, rest in _queue()
        if number != os.environ.get("SLURM_JOB_ID")
        and (name := _named(rest, folder)) is not None
        and (name == DRIVER) == drivers
        and not (drivers and condition == "PENDING")
    ]


def in_queue(number: str) -> bool:
    """Whether a SLURM job of ours runs or waits.

    Raises:
        Silent: nobody can tell, because `squeue` fails or is not here.
    """
    if not shutil.which("squeue"):
        raise Silent("there is no squeue")
    return any(each == number for each, _, _ in _queue())


def _queue() -> list[tuple[str, str, str]]:
    """Our SLURM jobs as (number, condition, name and working directory); nothing where there is no SLURM."""
    if not shutil.which("squeue"):
        return []
    command = ["squeue", "--me", "--noheader", "--format=%i|%T|%j|%Z"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        words = os.fsdecode(getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise Silent(words[-1] if words else "squeue failed") from error
    return read_queue(os.fsdecode(answer))


def read_queue(answer: str) -> list[tuple[str, str, str]]:
    """The jobs in what `squeue --format=%i|%T|%j|%Z` printed, as (number, condition, `name|working directory`).

    Other lines are passed over: where several clusters are configured, their names stand between the jobs. The number
    of a federated job comes without its cluster (`7;north`).
    """
    found = []
    for line in answer.split("\n"):
        number, _, rest = line.strip().partition("|")
        condition, _, rest = rest.partition("|")
        if number[:1].isdecimal() and condition and "|" in rest:
            found.append((number.partition(";")[0], condition, rest))
    return found


def _named(rest: str, folder: Path) -> str | None:
    """A job's name where it works in a folder, else None; name and folder may themselves hold the bar between them."""
    parts = rest.split("|")
    for cut in range(1, len(parts)):
        if _same("|".join(parts[cut:]), folder):
            return "|".join(parts[:cut])
    return None


def processes(folder: Path) -> list[Live]:
    """The jobs of a folder that run on this machine: Pythons that run one of its scripts, and that one of its drivers
    started (:data:`STARTED`) or that a heartbeat names.

    Nothing else that has a script's name in its command is a job: an editor, a pager, a help page.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            command = process.cmdline()
            if not (command and _is_python(process.name(), command[0]) and _same(process.cwd(), folder)):
                continue
            script = _script(command)
            if _same(str(Path(process.cwd(), script).parent), folder / "scripts") and _at_work(process, folder):
                found.append(Live(str(process.pid), "process", f"scripts/{Path(script).name}"))
    return found


def _is_python(*names: str) -> bool:
    return any(Path(name).name.startswith(("python", "pypy")) for name in names)


def _script(command: list[str]) -> str:
    """The script that a Python runs: its first argument that is no option; nothing where it runs a module or a text."""
    words = iter(command[1:])
    for word in words:
        if word in ("-m", "-c"):
            return ""
        if word in ("-W", "-X"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _at_work(process: psutil.Process, folder: Path) -> bool:
    """Whether a driver started a process, or a heartbeat names it: not all jobs have one, nor from their start."""
    with contextlib.suppress(psutil.Error, OSError):
        if STARTED in process.environ():
            return True
    from glassworks.campaign.jobs.progress import read_heartbeats

    running = read_heartbeats(folder)[0]
    return any(beat.get("pid") == process.pid and beat.get("host") == socket.gethostname() for beat in running)


def _same(where: str, folder: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):  # no path holds a null byte
        return os.path.samefile(where, folder)
    return False
