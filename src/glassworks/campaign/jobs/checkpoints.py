"""Checkpoints inside jobs: a run's state, kept every few minutes and when the system asks the job to end.

A checkpoint belongs to one specification and one version of the code that made it; any other is passed over. It is
whole or absent like every product, and a damaged one counts as absent. So does one that names anything but what states
are made of: it is a pickle, folders of results go from hand to hand, and a pickle from a stranger could call whatever
it names.

A chain may take longer than a partition lets a job run: a while before the job's time is up, SLURM sends SIGUSR1
(`--signal` in `profiles/slurm`), and the job keeps its state and queues itself again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from glassworks.campaign.products.files import atomic
from glassworks.liquids.memory import Memory

FOLDER = Path("results/.checkpoints")
PERIOD = 120.0
"""Seconds between two checkpoints of a job (`GLASSWORKS_CHECKPOINT_SECONDS` overrides it)."""


ROOMS = (
    "models", "configurations", "liquids", "vibrations", "dynamics", "elasticity", "excitations", "forces", "landscape",
    "stills", "trajectories", "observables", "watching",
)  # fmt: skip
"""Where the library's classes are that a state may hold: physics, which touches no file."""
BLOCKS = ("glassworks.campaign.jobs.prepare",)
"""Whose `Block` holds what a job has finished."""
NUMPY = {
    ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"), ("numpy._core.numeric", "_frombuffer"),
    ("numpy.random._pcg64", "PCG64"), ("numpy.random._pickle", "__bit_generator_ctor"),
    ("numpy.random._pickle", "__generator_ctor"), ("numpy.random.bit_generator", "SeedSequence"),
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
}  # fmt: skip
"""How arrays and random numbers are put together again."""


class Stopped(SystemExit):
    """The job was asked to end and has kept its state."""


class States(pickle.Unpickler):
    """Reads states, and nothing else that a pickle can name."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) in NUMPY:
            return super().find_class(module, name)
        package, _, rest = module.partition(".")
        known = rest.split(".")[0] in ROOMS or (module in BLOCKS and name == "Block")
        if package == "glassworks" and known and name.isidentifier():
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"it names {module}.{name}, of which no state is made")


def checkpoint_name(job: str) -> str:
    """The name of a job's checkpoint in `FOLDER`."""
    return f"{job.replace('/', '__')}.pickle"


class Checkpoint(Memory):
    """The state of one job.

    Args:
        job: names the file.
        key: what the state depends on; a checkpoint with another key is never recalled.
    """

    def __init__(self, job: str, key: str):
        self.path = FOLDER / checkpoint_name(job)
        self.key = key
        self.period = float(os.environ.get("GLASSWORKS_CHECKPOINT_SECONDS", PERIOD))
        self.asked_to_stop = self.time_is_up = False
        self._kept = time.monotonic()

    def recall(self) -> object | None:
        """The state that was kept last; None where there is none, or none that can be trusted, which is said."""
        try:
            head, key, body = self.path.read_bytes().split(b"\n", 2)
        except (FileNotFoundError, ValueError):
            return None
        if (head, key) != (hashlib.sha256(body).hexdigest().encode(), self.key.encode()):
            return None
        try:
            return States(io.BytesIO(body)).load()
        except Exception as error:  # whatever a pickle that we did not write makes its reader raise
            print(f"{self.path}: is no checkpoint of ours and counts as absent: {error}", file=sys.stderr)
            return None

    def offer(self, state: Callable[[], object]) -> None:
        """Keep the state if the last was kept a while ago.

        Raises:
            Stopped: the system asked the job to end; the state has been kept, and where SLURM said that the job's time
                is nearly up, it has been queued again.
        """
        if not self.asked_to_stop and time.monotonic() - self._kept < self.period:
            return
        body = pickle.dumps(state(), protocol=pickle.HIGHEST_PROTOCOL)
        with atomic(self.path) as path:
            path.write_bytes(b"\n".join((hashlib.sha256(body).hexdigest().encode(), self.key.encode(), body)))
        self._kept = time.monotonic()
        if self.asked_to_stop:
            again = "; SLURM starts it again" if self.time_is_up and self._queue_again() else ""
            raise Stopped(f"asked to end; its state is in {self.path}, and the next attempt goes on from there{again}")

    def _queue_again(self) -> bool:
        """Whether this job is in SLURM's queue again, in which case SLURM ends us soon; but the state is kept."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return queue_again()

    def forget(self) -> None:
        """Remove the checkpoint of a job whose product is there."""
        self.path.unlink(missing_ok=True)

    def stop(self, *_: object) -> None:
        """End at the next offer; at the second asking, at once."""
        if self.asked_to_stop:
            raise KeyboardInterrupt
        self.asked_to_stop = True

    def stop_for_now(self, *_: object) -> None:
        """End at the next offer and be queued again, where SLURM runs this."""
        self.asked_to_stop = self.time_is_up = True


class Within(Memory):
    """The memory of one part of a job: what it keeps is kept together with what the parts before it have made.

    Args:
        whole: the job's.
        wrap: makes the job's state from the part's.
        state: the part's own state to go on from, or None.
    """

    def __init__(self, whole: Memory, wrap: Callable[[object], object], state: object | None):
        self.whole, self.wrap, self.state = whole, wrap, state

    def recall(self) -> object | None:
        return self.state

    def offer(self, state: Callable[[], object]) -> None:
        self.whole.offer(lambda: self.wrap(state()))


@contextlib.contextmanager
def checkpoint(job: str, key: str) -> Iterator[Checkpoint]:
    """A job's checkpoint, which SIGTERM, SIGINT and SIGUSR1 ask to be kept; gone when the job has succeeded."""
    kept = Checkpoint(job, key)
    asks = {signal.SIGTERM: kept.stop, signal.SIGINT: kept.stop, signal.SIGUSR1: kept.stop_for_now}
    before = {each: signal.signal(each, handler) for each, handler in asks.items()}
    try:
        yield kept
        kept.forget()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


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
