"""One driver at a time: a second Snakemake in the same folder is refused; one that follows a dead one first waits for
what that left running, so that nothing is submitted twice.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import IO

from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.live import Live, Silent, processes, slurm_jobs

FOLDER = Path(".snakemake")
LOCK = FOLDER / "glassworks.lock"
SUBMITTED = FOLDER / "slurm_logs"
"""Where the executor of SLURM jobs keeps its logs: a folder without it has never submitted any."""
PERIOD = 5.0
"""Seconds between two looks at what still runs."""
REMINDER = 60.0
"""Seconds between two words about how many still run."""
WRITTEN = 0.2
"""Seconds in which whoever holds the lock has written its name."""


def hold(folder: Path = Path()) -> IO[str]:
    """Hold this folder for as long as the returned file stays open; the system lets go of it when the process dies.

    Snakemake's own lock outlives a driver that was killed. Whoever holds this one knows that no driver lives on this
    machine, so it removes what is left of that, and waits for what still runs.

    Raises:
        ConfigurationError: another driver holds the folder, or may do so elsewhere; the message names its process or
            SLURM job and says what to do.
    """
    path = folder / LOCK
    path.parent.mkdir(exist_ok=True)
    file = path.open("a+")
    if not _lock(file):
        raise ConfigurationError(_refusal(folder, file))
    before = _read(file)
    _write(file, {"pid": os.getpid(), "host": socket.gethostname()})
    try:
        _wait(folder, before)
    except BaseException as refusal:
        _write(file, before)  # the next one must know of that driver too
        file.close()
        if isinstance(refusal, KeyboardInterrupt):
            raise ConfigurationError("stopped while waiting; what was waited for goes on") from None
        raise
    shutil.rmtree(folder / FOLDER / "locks", ignore_errors=True)
    return file


def _refusal(folder: Path, file: IO[str]) -> str:
    """Why no driver may start beside the one that holds the folder, and what to do."""
    time.sleep(WRITTEN)
    first = _read(file)
    number, host = first.get("pid", "unknown"), first.get("host", socket.gethostname())
    where = "" if host == socket.gethostname() else f" on {host}"
    jobs = []
    with contextlib.suppress(ConfigurationError):
        jobs = _jobs(folder)[1]
    live = f"; of its SLURM jobs live: {_list(jobs)}" if jobs else ""
    return (
        f"{folder.resolve().name}: process {number}{where} already drives a campaign in this folder{live}; wait for "
        f"it, or end it (Ctrl-C there, or `kill -INT {number}`), and type the command again"
    )


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(file: IO[str]) -> dict:
    """What a driver wrote: its process and machine."""
    file.seek(0)
    try:
        return dict(json.loads(file.read()))
    except (ValueError, TypeError):
        return {}


def _write(file: IO[str], record: dict) -> None:
    file.truncate(0)
    file.write(json.dumps(record))
    file.flush()


def _wait(folder: Path, before: dict) -> None:
    """Waits until nothing of this folder runs any more.

    A lock may not reach from one machine of a cluster to another, so where the driver before was elsewhere and its jobs
    still live, or a driver runs in a SLURM job, this refuses instead.
    """
    name, told, since = folder.resolve().name, None, 0.0
    while True:
        try:
            drivers, jobs = _jobs(folder)
        except ConfigurationError:
            if told is None:
                raise
            time.sleep(PERIOD)  # a service that starts again
            continue
        if drivers:
            raise ConfigurationError(
                f"{name}: {drivers[0].name} already drives a campaign in this folder; wait for it, or end it "
                f"({drivers[0].end}), and type the command again"
            )
        host = before.get("host", socket.gethostname())
        if jobs and told is None and host != socket.gethostname():
            raise ConfigurationError(
                f"{name}: process {before.get('pid')} on {host} drove a campaign in this folder, and of its jobs "
                f"{_list(jobs)} still live; type the command there, or end these jobs (scancel), or, if that process "
                f"is dead, remove {LOCK} and type the command again: it then waits for them"
            )
        live = [*jobs, *processes(folder)]
        if not live:
            if told:
                print(f"{name}: nothing of the driver before runs any more; going on", file=sys.stderr, flush=True)
            return
        if told is None:
            print(
                f"{name}: the driver before left running: {_list(live)}. Waiting for their products instead of making "
                f"them twice; Ctrl-C stops the waiting, `{live[0].end}` ends the first",
                file=sys.stderr,
                flush=True,
            )
            told, since = len(live), time.monotonic()
        elif len(live) != told and time.monotonic() - since > REMINDER:
            print(f"{name}: {len(live)} of them still live", file=sys.stderr, flush=True)
            told, since = len(live), time.monotonic()
        time.sleep(PERIOD)


def _jobs(folder: Path) -> tuple[list[Live], list[Live]]:
    """The SLURM jobs of this folder in which drivers run, and its blocks."""
    try:
        return slurm_jobs(folder, drivers=True), slurm_jobs(folder)
    except Silent as silence:
        if not (folder / SUBMITTED).is_dir():
            return [], []
        raise ConfigurationError(
            f"{folder.resolve().name}: SLURM does not say whether jobs of this folder still run ({silence}); try again "
            f"when it does, or remove {SUBMITTED} if you know that none does"
        ) from silence


def _list(live: list[Live], most: int = 8) -> str:
    """The names of a few, and how many there are."""
    more = f" and {len(live) - most} more" if len(live) > most else ""
    return ", ".join(each.name for each in live[:most]) + more
