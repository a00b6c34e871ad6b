"""One driver at a time: a second Snakemake in the same folder is refused; one that follows a dead one first waits for
what that left running, so that nothing is submitted twice.
"""

from __future__ import annotations

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
    locked = _lock(file)
    file.seek(0)
    before = _record(file.read())
    if not locked:
        raise ConfigurationError(
            f"{folder.resolve().name}: process {before.get('pid', 'unknown')} already drives a campaign "
            "in this folder; wait for it, or end it, and type the command again"
        )
    try:
        _wait(folder, before)
    except KeyboardInterrupt:
        raise ConfigurationError("stopped while waiting; what was waited for goes on") from None
    shutil.rmtree(folder / FOLDER / "locks", ignore_errors=True)
    file.truncate(0)
    file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
    file.flush()
    return file


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _record(text: str) -> dict:
    """What the driver before wrote: its process and machine."""
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        return {}


def _wait(folder: Path, before: dict) -> None:
    """Waits until nothing of this folder runs any more.

    A lock may not reach from one machine of a cluster to another, so where the driver before was elsewhere and its jobs
    still live, or a driver runs in a SLURM job, this refuses instead.
    """
    name, told = folder.resolve().name, None
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
        if live != told:
            print(
                f"{name}: the driver before left running: {_list(live)}. Waiting for their products instead of making "
                f"them twice; Ctrl-C stops the waiting, `{live[0].end}` ends the first",
                file=sys.stderr,
                flush=True,
            )
            told = live
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
