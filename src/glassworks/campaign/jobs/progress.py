"""Heartbeats: what a running job says about itself, so that `glassworks status` can tell how far it is."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tqdm import tqdm

from glassworks.campaign.jobs import killed
from glassworks.campaign.products.files import peak_memory, write_json

FOLDER = Path("results/.running")
PERIOD = 2.0
"""Seconds between two heartbeats."""
SILENT = 600.0
"""Seconds without a heartbeat after which a job of another machine is no longer said to run."""
NEEDED = {"job", "pid", "host", "unit", "start", "done", "total"}
"""What every heartbeat says."""


class Progress:
    """Counts units of work of one job; call `advance` after each."""

    def __init__(self, job: str, total: float, unit: str):
        self.path = FOLDER / f"{job.replace('/', '__')}.json"
        self.state = {
            "job": job, "pid": os.getpid(), "host": socket.gethostname(), "unit": unit,
            "start": time.time(), "done": 0, "total": total, **killed.watch(),
        }  # fmt: skip
        quiet = not total or not sys.stderr.isatty()
        self._bar = tqdm(total=total, unit=f" {unit}", desc=job, file=sys.stderr, disable=quiet)
        self._written = 0.0

    def advance(self, amount: float = 1) -> None:
        """Some more of the total is done."""
        self.state["done"] += amount
        self._bar.update(amount)
        if time.monotonic() - self._written > PERIOD:
            self.write()

    def reach(self, done: float) -> None:
        """So much of the total is done."""
        self.advance(done - self.state["done"])

    def within(self, amount: float) -> Callable[[int, int], None]:
        """A callback (done, of all) for the next `amount` of the work."""
        start = self.state["done"]
        return lambda done, total: self.reach(start + amount * done / max(total, 1))

    def note(self, text: str) -> None:
        """What the job does that cannot be counted."""
        self.state["note"] = text
        self.write()

    def write(self) -> None:
        """Writes the heartbeat whole, but waits for no disk, and goes on where that fails: it is a courtesy."""
        self._written = time.monotonic()
        temporary = self.path.with_name(f".{self.path.stem}.{os.getpid()}.tmp")
        said = {**self.state, "now": time.time(), "peak": peak_memory()}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(said), encoding="utf-8")
            os.replace(temporary, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def close(self) -> None:
        self._bar.close()
        self.path.unlink(missing_ok=True)

    def fail(self, message: str) -> None:
        """Leaves `.failed` with the reason where the heartbeat was, unless a heartbeat inside this one has done so."""
        self._bar.close()
        failed = self.path.with_suffix(".failed")
        with contextlib.suppress(OSError):  # the reason of the failure is what must be seen
            if not failed.is_file():
                said = {**self.state, "message": message, "end": time.time(), "peak": peak_memory()}
                write_json(failed, said)
        self.path.unlink(missing_ok=True)


_running: list[Progress] = []
"""The heartbeats of this process, one inside the other."""


@contextlib.contextmanager
def heartbeat(job: str, total: float, unit: str = "samples") -> Iterator[Progress]:
    """A job's heartbeat from start to end: gone when it succeeds or is told to stop, `.failed` when it raises.

    One inside another of the same name takes its place, so that a job is seen before it knows how much it has to do.
    """
    progress = Progress(job, total, unit)
    progress.path.with_suffix(".failed").unlink(missing_ok=True)
    progress.write()
    _running.append(progress)
    try:
        yield progress
    except (SystemExit, KeyboardInterrupt):
        progress.close()
        raise
    except MemoryError as error:
        state = {**progress.state, "peak": peak_memory()}
        progress.state["needed"] = killed.needed(state)
        message = killed.sentence(state, f"out of memory ({error})", killed.expected(job))
        print(f"{job}: {message}", file=sys.stderr, flush=True)
        progress.fail(message)
        raise
    except BaseException as error:
        progress.fail(f"{type(error).__name__}: {error}")
        raise
    finally:
        _running.remove(progress)
    progress.close()


def counted(total: float, unit: str) -> contextlib.AbstractContextManager[Progress]:
    """The heartbeat of the job that runs here, which now knows how much it has to do."""
    return heartbeat(_running[-1].state["job"], total, unit)


def note(text: str) -> None:
    """Says in the heartbeat of the job that runs here what it does before its work can be counted."""
    if _running:
        _running[-1].note(text)


def read_heartbeats(root: Path) -> tuple[list[dict], list[dict], list[dict]]:
    """The jobs that run, that were interrupted without a word, and that failed."""
    running, interrupted, failed = [], [], []
    for path in sorted((root / FOLDER).glob("*")):
        state = _read(path) if path.suffix in (".failed", ".json") else None
        if state and path.suffix == ".failed":
            failed.append(state)
        elif state:
            (running if _alive(state) else interrupted).append(state)
    return running, interrupted, failed


def _read(path: Path) -> dict | None:
    """A heartbeat, or None where it has just gone or is none."""
    with contextlib.suppress(OSError, ValueError):
        state = json.loads(path.read_bytes())
        if isinstance(state, dict) and NEEDED <= state.keys():
            return state
    return None


def _alive(state: dict) -> bool:
    """Whether a job still runs: its process where it is ours to see, else a heartbeat of the last minutes."""
    if not here(state):
        return time.time() - state.get("now", 0) < SILENT
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(state["pid"]).create_time() <= state["start"] + 5
    return False


def here(state: dict) -> bool:
    """Whether a job runs, or ran, on this machine."""
    return state["host"] == socket.gethostname()
