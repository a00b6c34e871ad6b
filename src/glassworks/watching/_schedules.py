"""When a run is looked at: at equal times, in a window at its end, at times evenly spaced in their logarithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from glassworks.watching._run import Run


def steps_of(key: str, time: float, step: float) -> int:
    """A time in steps; raises ValueError where it is no whole number of them."""
    count = round(time / step)
    if count < 1 or abs(time / step - count) > 1e-6 * count:
        raise ValueError(f"{key}: {time:g}: must be a multiple of the molecular-dynamics step, {step:g}")
    return count


def window_of(window: float | None, run: Run) -> int:
    """The steps of a window at the end of a run, all of it by default; raises ValueError where it is longer."""
    if window is None:
        return run.steps
    count = steps_of("window", window, run.step)
    if count > run.steps:
        raise ValueError(f"window: {window:g}: is longer than the run; allowed: up to {run.duration:g}")
    return count


def equal(run: Run, every: int, window: int) -> np.ndarray:
    """Steps `every` so many, the last one at the end, within a window that counts both its ends."""
    return np.arange(run.steps - window // every * every, run.steps + 1, every)


def logarithmic(run: Run, per_decade: int, window: int) -> np.ndarray:
    """The begin of a window, and whole numbers of steps after it, evenly spaced in their logarithm where they can be,
    the last one at the run's end."""
    count = int(np.ceil(np.log10(max(window, 1)) * per_decade)) + 1
    after = np.unique(np.rint(np.geomspace(1, window, count)).astype(np.int64))
    return run.steps - window + np.concatenate([[0], after])
