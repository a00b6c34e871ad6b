"""The list of a folder's products: the SHA-256 of all bytes of each, which `sha256sum --check SHA256SUMS` reads too.

A product's own content hash tells whether a reader gets what was written; the list tells it of every byte, and of a
whole file that came from elsewhere. A product is on the list before it has its name, so that it never counts as
finished without; while an older version stands there, the list holds both. Whatever instant a job is killed at, what
stands there is on the list. What is on the list alone is no fault: the workflow removes the products of a job that
failed, and the next product of the folder strikes them off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from glassworks.campaign.products.files import atomic, synchronize_folder, temporary_prefix
from glassworks.campaign.products.locks import lock

LIST, LOCK = "SHA256SUMS", ".SHA256SUMS.lock"
HEAD = b"# the lines below have SHA-256 "
"""Begins the first line, which says whether the list is as it was written; `sha256sum` takes it for a comment."""
ABANDONED = 3600.0
"""Seconds after which a temporary file that nobody has written to belongs to a job that was killed."""

Sums = Mapping[str, Collection[str]]
"""SHA-256 of each product's bytes, by its name; of two versions where one is about to take the other's place."""


class DamagedList(ValueError):
    """A list that is not as it was written."""


def product(path: str | os.PathLike) -> contextlib.AbstractContextManager[Path]:
    """As :func:`files.atomic`, for what a job makes: puts its bytes on its folder's list first.

    A damaged list is begun anew: `glassworks verify` reads by its content what is not on it.
    """
    return atomic(path, _place)


def _place(temporary: Path, target: Path) -> None:
    now, folder = sum_of(temporary), target.parent
    with _alone(folder):
        listed = _kept(folder)
        others = {name: sums for name, sums in listed.items() if name != target.name and os.path.exists(folder / name)}
        before = set(listed.get(target.name, ())) - {now} if os.path.exists(target) else set()
        write_list(folder, {**others, target.name: {*before, now}})
        os.replace(temporary, target)
        if before:
            synchronize_folder(folder)
            write_list(folder, {**others, target.name: {now}})
    _sweep(target)


def sum_of(path: Path) -> str:
    """SHA-256 of all bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_list(folder: Path) -> dict[str, set[str]]:
    """The list of a folder; empty where there is none.

    Raises:
        DamagedList: it is not as it was written.
    """
    try:
        head, _, body = (folder / LIST).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return {}
    lines = [line.partition("  ") for line in body.decode(errors="replace").splitlines()]
    if head != HEAD + hashlib.sha256(body).hexdigest().encode() or any("/" in name for _, _, name in lines):
        raise DamagedList("is damaged: it is not as it was written")
    found: dict[str, set[str]] = {}
    for one, _, name in lines:
        found.setdefault(name, set()).add(one)
    return found


def _kept(folder: Path) -> dict[str, set[str]]:
    """The list of a folder; one that is damaged or may not be read is begun anew."""
    try:
        return read_list(folder)
    except (DamagedList, PermissionError):
        return {}


def write_list(folder: Path, listed: Sums) -> None:
    """Writes the list of a folder, whole."""
    body = "".join(f"{one}  {name}\n" for name, sums in sorted(listed.items()) for one in sorted(sums)).encode()
    with atomic(folder / LIST) as path:
        path.write_bytes(HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def enlist(folder: Path, found: Mapping[str, str]) -> None:
    """Puts products on the list of their folder, by name, with what was found of their bytes; a damaged list is begun
    anew."""
    with _alone(folder):
        write_list(folder, {**_kept(folder), **{name: {one} for name, one in found.items()}})


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps other jobs from the list of a folder.

    Where the file system has no locks, two jobs that end in the same instant may lose an entry: that product is then
    read by its content alone. The lock's file is gone afterwards; who waited for it looks for the next one.
    """
    path, held = folder / LOCK, False
    while not held:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if lock(descriptor, wait=True) is None:
            break
        held = _is(descriptor, path)
        if not held:
            os.close(descriptor)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _is(descriptor: int, path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _sweep(target: Path) -> None:
    """Removes what jobs that were killed have left of a product."""
    for path in target.parent.glob(f"{temporary_prefix(target)}*{target.suffix}.tmp"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink()
