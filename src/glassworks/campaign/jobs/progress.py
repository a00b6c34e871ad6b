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
        self.beat = {
            "job": job, "pid": os.getpid(), "host": socket.gethostname(), "unit": unit,
            "start": time.time(), "done": 0, "total": total, **killed.watch(),
        }  # fmt: skip
        quiet = not total or not sys.stderr.isatty()
        self._bar = tqdm(total=total, unit=f" {unit}", desc=job, file=sys.stderr, disable=quiet)
        self._written = 0.0

    def advance(self, amount: float = 1) -> None:
        """Some more of the total is done."""
        self.beat["done"] += amount
        self._bar.update(amount)
        if time.monotonic() - self._written > PERIOD:
            self.write()

    def reach(self, done: float) -> None:
        """So much of the total is done."""
        self.advance(done - self.beat["done"])

    def within(self, amount: float) -> Callable[[int, int], None]:
        """A callback (done, of all) for the next `amount` of the work."""
        start = self.beat["done"]
        return lambda done, total: self.reach(start + amount * done / max(total, 1))

    def note(self, text: str) -> None:
        """What the job does that cannot be counted."""
        self.beat["note"] = text
        self.write()

    def write(self) -> None:
        """Writes the heartbeat whole, but waits for no disk, and goes on where that fails: it is a courtesy."""
        self._written = time.monotonic()
        temporary = self.path.with_name(f".{self.path.stem}.{os.getpid()}.tmp")
        said = {**self.beat, "now": time.time(), "peak": peak_memory()}
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
                said = {**self.beat, "message": message, "end": time.time(), "peak": peak_memory()}
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
        beat = {**progress.beat, "peak": peak_memory()}
        progress.beat["needed"] = killed.needed(beat)
        message = killed.sentence(beat, f"out of memory ({error})", killed.expected(job))
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
    return heartbeat(_running[-1].beat["job"], total, unit)


def note(text: str) -> None:
    """Says in the heartbeat of the job that runs here what it does before its work can be counted."""
    if _running:
        _running[-1].note(text)


def read_heartbeats(root: Path) -> tuple[list[dict], list[dict], list[dict]]:
    """The jobs that run, that were interrupted without a word, and that failed."""
    running, interrupted, failed = [], [], []
    for path in sorted((root / FOLDER).glob("*")):
        beat = _read(path) if path.suffix in (".failed", ".json") else None
        if beat and path.suffix == ".failed":
            failed.append(beat)
        elif beat:
            (running if _alive(beat) else interrupted).append(beat)
    return running, interrupted, failed


def _read(path: Path) -> dict | None:
    """A heartbeat, or None where it has just gone or is none."""
    with contextlib.suppress(OSError, ValueError):
        beat = json.loads(path.read_bytes())
        if isinstance(beat, dict) and NEEDED <= beat.keys():
            return beat
    return None


def _alive(beat: dict) -> bool:
    """Whether a job still runs: its process where it is ours to see, else a heartbeat of the last minutes."""
    if not here(beat):
        return time.time() - beat.get("now", 0) < SILENT
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(beat["pid"]).create_time() <= beat["start"] + 5
    return False


def here(beat: dict) -> bool:
    """Whether a job runs, or ran, on this machine."""
    return beat["host"] == socket.gethostname()
