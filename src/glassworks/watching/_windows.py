"""What watchers share that look at the end of a run: the frames of a window, or a few snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.models.strict import Count, Positive, Strict
from glassworks.watching._schedules import steps_of, window_of

if TYPE_CHECKING:
    from glassworks.watching._run import Run


class Snapshots(Strict):
    """A few configurations at the end of a run.

    Attributes:
        snapshots: how many, the last one at the end.
        apart: time between them.
    """

    apart: Positive
    snapshots: Count


class Window(Strict):
    """The frames of a window at the end of a run, the last one at the end, its begin left out.

    Attributes:
        window: its length.
        every: time between frames.
    """

    every: Positive
    window: Positive


def snapshots(parameters: Snapshots, run: Run) -> np.ndarray:
    """The steps of the snapshots, ascending; raises ValueError where the run is too short for them."""
    apart, count = steps_of("apart", parameters.apart, run.step), parameters.snapshots
    if (count - 1) * apart >= run.steps:
        most = -(-run.steps // apart)
        raise ValueError(f"snapshots: {count}: {parameters.apart:g} apart they do not fit; allowed: up to {most}")
    return run.steps - apart * np.arange(count)[::-1]


def frames(parameters: Window, run: Run) -> np.ndarray:
    """The steps of a window's frames, ascending; raises ValueError where the run is shorter."""
    every, window = steps_of("every", parameters.every, run.step), window_of(parameters.window, run)
    if window % every:
        raise ValueError(f"window: {parameters.window:g}: must be a multiple of every, {parameters.every:g}")
    return np.arange(run.steps - window + every, run.steps + 1, every)
