"""How numba keeps what it compiled of the library: what goes wrong with a file of it never ends a program.

numba lets an error of its files through: a full disk while it keeps a kernel, a file that a power cut left empty. And
it writes the index of a kernel before the kernel, so a process that dies in between leaves an old kernel under the
stamp of new sources, and two that keep a kernel for different types at once may each take the same name for it: one
would find the other's machine code under its own types. So one keeps at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import sys
from collections.abc import Iterator

from numba.core import event
from numba.core.caching import FunctionCache

from glassworks.compiled import PACKAGE

TAKES = "10 to 30 seconds"
"""How long the kernels of one room of the library usually take to compile."""
_load, _save = FunctionCache.load_overload, FunctionCache.save_overload
_said: set[str] = set()


def say(about: str, text: str) -> None:
    """Says something on stderr, about each thing once a process."""
    if about not in _said:
        _said.add(about)
        print(f"glassworks: {text}", file=sys.stderr, flush=True)


def load(cache: FunctionCache, signature, context):
    """A kernel that was kept, or None: also where its file is damaged, which is then forgotten."""
    if not _ours(cache):
        return _load(cache, signature, context)
    try:
        return _load(cache, signature, context)
    except OSError:
        return None
    except Exception:  # whatever unpickling makes of a damaged file
        with contextlib.suppress(OSError):
            cache.flush()
        return None


def save(cache: FunctionCache, signature, result) -> None:
    """Keeps a kernel where that is possible, and says so once where it is not."""
    if not _ours(cache):
        return _save(cache, signature, result)
    try:
        with _alone(cache.cache_path):
            _forget_older(cache)
            _save(cache, signature, result)
    except OSError as error:
        say(
            "keeping",
            f"compiled kernels cannot be kept in {cache.cache_path} ({error.strerror}), so every process compiles "
            "them anew; set NUMBA_CACHE_DIR to a folder that can be written",
        )
    return None


def _ours(cache: FunctionCache) -> bool:
    return getattr(cache._impl.locator, "ours", False)


@contextlib.contextmanager
def _alone(folder: str) -> Iterator[None]:
    """No other process keeps a kernel in a folder meanwhile, where its file system has locks."""
    turn = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)


def _forget_older(cache: FunctionCache) -> None:
    """Removes kernels of other sources, before an index says that they are of these."""
    files = cache._cache_file
    if not files._load_index():
        for path in glob.glob(f"{glob.escape(os.path.join(cache.cache_path, cache._impl.filename_base))}.*.nbc"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


class Announcer(event.Listener):
    """Says that kernels are compiled, and of which room of the library, once for each; what a kernel calls is part of
    it."""

    def __init__(self) -> None:
        self.depth = 0

    def on_start(self, event: event.Event) -> None:
        self.depth += 1
        file = event.data["dispatcher"].py_func.__code__.co_filename
        room = os.path.relpath(os.path.realpath(file), PACKAGE).split(os.sep)[0].removesuffix(".py")
        if self.depth == 1 and room != os.pardir:
            say(room, f"compiling kernels of {room}, once for this machine; that usually takes {TAKES}")

    def on_end(self, event: event.Event) -> None:
        self.depth -= 1


def install() -> None:
    """Tells numba to keep kernels of the library in this way, and to say when it compiles any."""
    FunctionCache.load_overload, FunctionCache.save_overload = load, save
    event.register("numba:compile", Announcer())
