"""Files that are either whole or absent, and what each says about how it was made."""

from __future__ import annotations

import contextlib
import datetime
import errno
import functools
import importlib.metadata
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGES = ("glassworks", "numpy", "scipy", "numba", "pandas", "pyarrow", "h5py", "snakemake")


@contextlib.contextmanager
def atomic(path: str | os.PathLike, place: Callable[[Path, Path], None] | None = None) -> Iterator[Path]:
    """Yields a temporary path beside `path`; on success it becomes `path`, on an exception it disappears.

    The temporary name starts with a dot and ends in `.tmp`, so no pattern of the workflow matches it. The content
    reaches the disk before the name changes, and the folder's entry afterwards, so that a power cut leaves the old file
    or the new one. `place` moves the temporary file to its name (a plain rename without).

    Raises:
        OSError: the disk is full, fails, or may not be written; the old file stays.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=temporary_prefix(target), suffix=f"{target.suffix}.tmp", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _synchronize(temporary)
        with _unless(NO_MODES):
            temporary.chmod(0o666 & ~_umask())
        (place or os.replace)(temporary, target)
        synchronize_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def temporary_prefix(target: Path) -> str:
    """What the names of a file's temporaries begin with: no longer than the file's own, which may be the longest that
    there can be."""
    return f".{target.stem[:STEM]}."


NO_MODES = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What `chmod` says where files have no modes: CIFS, exFAT, shared folders of virtual machines."""
NO_FOLDERS = (errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What `fsync` says there of a folder; that a disk is full or fails (ENOSPC, EIO) is never among them."""
STEM = 48
"""Characters of a file's stem in the name of its temporary."""


def synchronize_folder(path: Path) -> None:
    """Brings a folder's entries to the disk, where its file system knows how."""
    with _unless(NO_FOLDERS):
        _synchronize(path)


@contextlib.contextmanager
def _unless(passed_over: tuple[int, ...]) -> Iterator[None]:
    """Passes over errors that say that a file system does not know a call."""
    try:
        yield
    except OSError as error:
        if error.errno not in passed_over:
            raise


def _synchronize(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@functools.cache
def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: str | os.PathLike, text: str) -> None:
    """Writes text atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | os.PathLike, content: object) -> None:
    """Writes indented JSON atomically."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True) + "\n")


def provenance(
    *, stage: str, stage_digest: str, specification: object, specification_hash: str, seed: int, started: float, **more
) -> dict:
    """What a product says about itself: the resolved specification and its hash, the stage and its digest, package
    versions, git commit, seed, wall time (seconds since `started`, a `time.monotonic()`), peak memory (MB), machine
    and date."""
    return {
        "stage": stage,
        "stage_digest": stage_digest,
        "specification": specification,
        "specification_hash": specification_hash,
        "seed": seed,
        "packages": _versions(),
        "git_commit": _commit(),
        "wall_time": round(time.monotonic() - started, 3),
        "peak_memory": peak_memory(),
        "machine": machine(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        **more,
    }


def peak_memory() -> int:
    """MB that this process has taken at most since its program began.

    What `getrusage` tells is no less than what the process that started this one had taken by then: Linux hands it on.
    """
    with contextlib.suppress(OSError):
        if found := re.search(r"^VmHWM:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE):
            return round(int(found[1]) / 1024)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


@functools.cache
def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return {"python": platform.python_version(), **found}


@functools.cache
def _commit() -> str:
    """The commit of the working folder, with `+` where files differ from it; empty outside a repository."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        return answer.stdout.strip()
    return ""


@functools.cache
def machine() -> dict:
    """Processor and core count of this machine (its name is nobody's business)."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"processor": model, "cores": os.cpu_count(), "system": platform.system()}
