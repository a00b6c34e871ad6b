"""One thread for the linear algebra of small matrices, within our own calls only.

A library that starts its threads for every front of a few dozen unknowns spends its time on waking them: a pinch takes
a hundred times longer. How many threads there are belongs to the process, not to a Python thread: while any call here
runs, other Python threads have one too, and what was is restored when the last of them leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from threading import RLock
from typing import Any

from threadpoolctl import ThreadpoolController

LARGE = 2000
"""Unknowns from which on a dense matrix, or a front, has as many threads as the caller allows."""


class State:
    """How many calls are inside, and how to restore what they found."""

    def __init__(self) -> None:
        self.lock, self.inside, self.limiter = RLock(), 0, None


STATE = State()


@cache
def controller() -> ThreadpoolController:
    """Of the libraries that are loaded when the first matrix is worked on: those that numpy and scipy call."""
    import numpy.linalg  # noqa: F401  (either may bring a library of its own)
    import scipy.linalg.blas  # noqa: F401

    return ThreadpoolController()


def _limit() -> None:
    STATE.limiter = controller().limit(limits=1, user_api="blas")


def _restore() -> None:
    limiter, STATE.limiter = STATE.limiter, None
    if limiter is not None:
        limiter.restore_original_limits()


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS and LAPACK have one thread inside; nested calls cost nothing."""
    with STATE.lock:
        if not STATE.inside:
            _limit()
        STATE.inside += 1
    try:
        yield
    finally:
        with STATE.lock:
            STATE.inside -= 1
            if not STATE.inside:
                _restore()


@contextmanager
def as_large(size: int) -> Iterator[None]:
    """Within :func:`one_thread`: the caller's threads again for a matrix of at least `LARGE` unknowns."""
    if size < LARGE or STATE.limiter is None:
        yield
        return
    with STATE.lock:
        _restore()
    try:
        yield
    finally:
        with STATE.lock:
            if STATE.inside and STATE.limiter is None:
                _limit()


def single_threaded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that works on small matrices: it runs within :func:`one_thread`."""

    @wraps(function)
    def limited(*args: Any, **kwargs: Any) -> Any:
        with one_thread():
            return function(*args, **kwargs)

    return limited
