"""The watchers of one sample, as a run of molecular dynamics sees them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np

from glassworks.liquids.dynamics import DynamicsState
from glassworks.liquids.onlooker import Onlooker
from glassworks.models import Model
from glassworks.watching import load
from glassworks.watching._look import Look
from glassworks.watching._run import Run

TROUBLE = (ValueError, ArithmeticError, np.linalg.LinAlgError)
"""What a watcher may raise of a sample that it cannot watch; the others watch on."""


class Audience(Onlooker):
    """Some watchers, each of which sees the looks of its own schedule.

    Args:
        chosen: the parameters of each watcher, by any key, with its name.
        strict: whether trouble of one of them ends the run, as it does where they belong to what prepares a liquid.

    Attributes:
        run: the run, once it has begun.
        failed: by key, why a watcher watches no more.
        seconds: by key, what looking took.
    """

    def __init__(self, model: Model, n: int, chosen: Mapping[str, tuple[str, Any]], strict: bool = False):
        self.model, self.n, self.chosen, self.strict = model, n, dict(chosen), strict
        self.run: Run | None = None
        self.watches: dict[str, Any] = {}
        self.schedules: dict[str, np.ndarray] = {}
        self.failed: dict[str, str] = {}
        self.seconds = dict.fromkeys(chosen, 0.0)
        self.at = -1

    def begin(self, steps: int, step: float, first: float, last: float) -> None:
        """Sends each watcher to its place; of a run that goes on from a checkpoint they are there."""
        if self.run:
            return
        self.run = Run.of(self.model, self.n, steps, step, first, last)
        for key, (name, parameters) in self.chosen.items():
            watcher = load(name)
            try:
                self.schedules[key] = watcher.schedule(parameters, self.run)
                self.watches[key] = watcher.watch(self.model, parameters, self.run)
            except TROUBLE as error:
                self._fail(key, error)

    def _fail(self, key: str, error: Exception) -> None:
        """Leaves a watcher out from now on, with the reason."""
        if self.strict:
            raise error
        self.failed[key] = f"{self.chosen[key][0]}: {error}"
        self.watches.pop(key, None)

    @property
    def next(self) -> float:
        """The next step that anybody wants to see."""
        found = inf
        for key in self.watches:
            schedule = self.schedules[key]
            place = np.searchsorted(schedule, self.at, side="right")
            found = min(found, int(schedule[place]) if place < len(schedule) else inf)
        return found

    def take(self, state: DynamicsState, observed: Mapping[str, float] | None = None) -> None:
        look, self.at = Look(self.model, self.run, state, observed), state.steps
        for key in list(self.watches):
            schedule, started = self.schedules[key], time.monotonic()
            place = np.searchsorted(schedule, self.at)
            if place == len(schedule) or schedule[place] != self.at:
                continue
            try:
                self.watches[key].take(look)
            except TROUBLE as error:
                self._fail(key, error)
            self.seconds[key] += time.monotonic() - started

    def found(self, key: str) -> tuple[list[dict], dict[str, np.ndarray]]:
        """The rows and arrays of a watcher at the end; a row with its status alone where it failed."""
        if key not in self.failed and key not in self.watches:
            self.failed[key] = f"{self.chosen[key][0]}: the run never began"
        if key in self.failed:
            return [{"status": self.failed[key]}], {}
        started, watch = time.monotonic(), self.watches[key]
        try:
            rows = watch.rows()
            arrays = watch.arrays() if load(self.chosen[key][0]).arrays(self.chosen[key][1]) else {}
        except TROUBLE as error:
            self._fail(key, error)
            return [{"status": self.failed[key]}], {}
        self.seconds[key] += time.monotonic() - started
        return rows, arrays
