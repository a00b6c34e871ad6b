"""What still runs in this folder without a driver: SLURM jobs that a dead one submitted, processes that it left.

And how a SLURM job goes back into the queue.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import psutil

DRIVER = "glassworks-driver"
"""Name of the SLURM job in which a driver itself runs (`profiles/slurm-node/run.sh`)."""


class Live(NamedTuple):
    """A SLURM job or a process of this folder; `end` is the command that ends it."""

    id: str
    what: str
    state: str

    @property
    def end(self) -> str:
        return f"{'scancel' if self.what == 'SLURM job' else 'kill'} {self.id}"

    @property
    def name(self) -> str:
        return f"{self.what} {self.id} ({self.state})"


class Silent(Exception):
    """SLURM is here but does not answer."""


def slurm_jobs(folder: Path, drivers: bool = False) -> list[Live]:
    """The SLURM jobs whose working directory is a folder, but for the one we are in: blocks, or drivers that run.

    Raises:
        Silent: `squeue` fails.
    """
    if not shutil.which("squeue"):
        return []
    command = ["squeue", "--me", "--noheader", "--format=%i|%T|%j|%Z"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        words = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise Silent(words[-1] if words else "squeue failed") from error
    found = []
    for line in answer.splitlines():
        number, state, name, where = line.split("|", 3)
        if number == os.environ.get("SLURM_JOB_ID") or not _same(where, folder):
            continue
        if (name == DRIVER) == drivers and not (drivers and state == "PENDING"):
            found.append(Live(number, "SLURM job", state.lower()))
    return found


def queue_again() -> bool:
    """Puts the SLURM job that this process runs in back into the queue; whether there is one, and SLURM agrees.

    A task of an array names itself as such: its number alone may be the array's, and would start all tasks again, those
    that have ended too.
    """
    number, array = os.environ.get("SLURM_JOB_ID"), os.environ.get("SLURM_ARRAY_JOB_ID")
    if not number or not shutil.which("scontrol"):
        return False
    if array:
        number = f"{array}_{os.environ['SLURM_ARRAY_TASK_ID']}"
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(["scontrol", "requeue", number], timeout=60, check=False).returncode == 0
    return False


def processes(folder: Path) -> list[Live]:
    """The processes of this machine that run one of the folder's scripts."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            command = process.cmdline()
            if len(command) > 1 and command[1].startswith("scripts/") and _same(process.cwd(), folder):
                found.append(Live(str(process.pid), "process", command[1]))
    return found


def _same(where: str, folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samefile(where, folder)
    return False
