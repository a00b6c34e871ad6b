"""Files that samples come from: which there are, how many frames they have, and what is in them."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache


def matching(patterns: Sequence[str]) -> list[str]:
    """The files of some patterns, in the order of their names.

    Raises:
        FileNotFoundError: a pattern that no file has.
    """
    names: set[str] = set()
    for pattern in patterns:
        found = {name for name in glob.glob(pattern, recursive=True) if os.path.isfile(name)}
        if not found:
            raise FileNotFoundError(f"files: {pattern}: no such file; allowed: names from the campaign's folder")
        names |= found
    return sorted(names)


def samples(names: Sequence[str], every: bool, form: str | None) -> list[tuple[str, int]]:
    """The file and frame of each sample: of each file the last frame, or all.

    Raises:
        ValueError: a file whose frames cannot be counted.
    """
    return [(name, frame) for name in names for frame in (_frames(name, form) if every else (-1,))]


def digest(name: str) -> str:
    """SHA-256 of a file's bytes."""
    return _digest(name, *_stamp(name))


def changed(files: Mapping[str, str]) -> list[str]:
    """Those of some files, by name, whose SHA-256 is no longer what it was, or that are gone."""
    return [name for name, known in files.items() if not os.path.isfile(name) or digest(name) != known]


def _frames(name: str, form: str | None) -> range:
    return range(_count(name, form, *_stamp(name)))


def _stamp(name: str) -> tuple[int, int]:
    found = os.stat(name)
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=100_000)
def _digest(name: str, size: int, changed: int) -> str:
    with open(name, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=100_000)
def _count(name: str, form: str | None, size: int, changed: int) -> int:
    from glassworks.exchange import count_frames

    return count_frames(name, form)
