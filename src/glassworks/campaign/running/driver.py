"""One driver at a time: a second Snakemake in the same folder is refused; one that follows a dead one first waits for
what that left running, so that nothing is submitted twice.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import IO

import psutil

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.products.locks import lock
from glassworks.campaign.running.live import Live, Silent, in_queue, processes, slurm_jobs

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
SKEW = 5.0
"""Seconds by which a process may seem younger than what it wrote."""


class Held:
    """A folder that is held; to be closed (or left, as a context) when nothing is done in it any more."""

    def __init__(self, file: IO[str]):
        self.file = file

    def close(self) -> None:
        """Lets go, and says so: the next driver, wherever it is, need not fear that this one lives."""
        if not self.file.closed:
            _write(self.file, {})
            self.file.close()

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hold(folder: Path = Path()) -> Held:
    """Hold this folder until what comes back is closed; the system lets go of it when the process dies.

    Snakemake's own lock outlives a driver that was killed. Whoever holds this one knows that no driver lives on this
    machine, so it removes what is left of that, and waits for what still runs.

    Where the file system has no locks, the process and machine that are written in the file stand for them. Two that
    start within the same moment are told apart by which name is there a little later, as are two on machines whose
    locks do not reach each other.

    Raises:
        ConfigurationError: another driver holds the folder, or may do so elsewhere; the message names its process or
            SLURM job and says what to do. Or the file cannot be locked for another reason.
    """
    path, name = folder / LOCK, folder.resolve().name
    file = _open(path)
    try:
        ours = lock(file)
    except OSError as error:
        raise ConfigurationError(f"{name}: {LOCK} cannot be locked: {error.strerror}") from error
    before = _read(path)
    if ours is None:
        print(
            f"{name}: this file system has no locks; drivers know each other by name only", file=sys.stderr, flush=True
        )
    if ours is False or (ours is None and _lives(before)):
        raise ConfigurationError(_refusal(folder))
    _write(file, own := _name())
    try:
        _wait(folder, before)
        time.sleep(WRITTEN)
        if _read(path) != own:
            raise ConfigurationError(_refusal(folder))
    except BaseException as refusal:
        if _read(path) == own:
            _write(file, before)  # the next one must know of that driver too
        file.close()
        if isinstance(refusal, KeyboardInterrupt):
            raise ConfigurationError("stopped while waiting; what was waited for goes on") from None
        raise
    shutil.rmtree(folder / FOLDER / "locks", ignore_errors=True)
    return Held(file)


def _open(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(exist_ok=True)
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from error


def _name() -> dict:
    """What a driver says of itself."""
    name = {"pid": os.getpid(), "host": socket.gethostname(), "start": time.time()}
    job = os.environ.get("SLURM_JOB_ID")
    return {**name, "job": job} if job else name


def _lives(driver: dict) -> bool:
    """Whether a driver's process lives on this machine."""
    if driver.get("host") != socket.gethostname():
        return False
    try:
        return psutil.Process(driver["pid"]).create_time() <= driver["start"] + SKEW
    except (psutil.NoSuchProcess, KeyError):
        return False
    except psutil.AccessDenied:
        return True


def _may_live(driver: dict, folder: Path, jobs: list[Live]) -> bool:
    """Whether a driver was on another machine, and has not said that it ended, and nobody can know that it did.

    A driver in a SLURM job ended where this is the same job, which SLURM started again, or which it knows no more.
    """
    if driver.get("host", socket.gethostname()) == socket.gethostname():
        return False
    if job := driver.get("job"):
        with contextlib.suppress(Silent):
            return job != os.environ.get("SLURM_JOB_ID") and in_queue(job)
    if "start" in driver:
        return True
    return bool(jobs) or any((folder / FOLDER / "locks").glob("*"))  # older drivers did not say that they ended


def _elsewhere(name: str, driver: dict, jobs: list[Live]) -> str:
    """Why no driver may start while one on another machine may live, and what to do."""
    still, then = " and may still do so", ""
    if jobs:
        still, then = f", and of its jobs {_list(jobs)} still live", ": it then waits for these jobs"
    return (
        f"{name}: process {driver.get('pid')} on {driver['host']} drove a campaign in this folder{still}; type the "
        f"command there, or, if that process is dead, remove {LOCK} and type the command again{then}"
    )


def _refusal(folder: Path) -> str:
    """Why no driver may start beside the one that holds the folder, and what to do."""
    time.sleep(WRITTEN)
    first = _read(folder / LOCK)
    number, host = first.get("pid"), first.get("host", socket.gethostname())
    where = "" if host == socket.gethostname() else f" on {host}"
    who, kill = (f"process {number}{where}", f", or `kill -INT {number}`") if number else ("another process", "")
    jobs = []
    with contextlib.suppress(ConfigurationError):
        jobs = _jobs(folder)[1]
    live = f"; of its SLURM jobs live: {_list(jobs)}" if jobs else ""
    return (
        f"{folder.resolve().name}: {who} already drives a campaign in this folder{live}; wait for "
        f"it, or end it (Ctrl-C there{kill}), and type the command again"
    )


def _read(path: Path) -> dict:
    """What a driver wrote: its process and machine. The file is opened anew, because NFS promises nothing else."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def _write(file: IO[str], record: dict) -> None:
    file.seek(0)
    file.write(json.dumps(record))
    file.truncate()
    file.flush()
    with contextlib.suppress(OSError):
        os.fsync(file.fileno())


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
        if told is None and _may_live(before, folder, jobs):
            raise ConfigurationError(_elsewhere(name, before, jobs))
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
