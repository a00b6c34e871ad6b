"""Where a pulled glass stops to come home, by other ways downhill than that of :mod:`glassworks.landscape.pulling`.

FIRE has velocities, line searches jump, and only the steepest descent follows the landscape: from one pulled point they
may lead to different inherent structures (Mizuno, Shimada & Ikeda 2020, Sec. II C, use FIRE). A way is a `release` from
a displacement. But for FIRE as pulls have it, which a bound on the Hessian lets stop early, each goes on until forces
vanish, and a pull then counts as home where what is left of it on home's backbone, without translation, is less than
`SHRUNK` of it and than `NEAR`.

The steepest descent is followed by Euler's steps of 1/λ_max, λ_max a bound on the Hessian's largest eigenvalue that is
found anew every `REFRESH` steps: along a direction of curvature λ one leaves 1 − λ/λ_max of a displacement in place of
exp(−λ/λ_max), so that soft directions, which tell where it leads, are followed to λ/λ_max, a hundredth or less. Where
forces have fallen to `FALLEN` of those at the start, or what is left of the pull to `SHRUNK`, or after `BUDGET` steps,
FIRE finds the end, from rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any, Protocol

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.configurations.pencils import from_slots
from glassworks.landscape.anharmonic import overlaps
from glassworks.landscape.pulling import AWAY, HOME, LOST, NEAR, SHRUNK, Bracket, Puller, Released, away_by, first_away
from glassworks.landscape.transitions import Change, centered, distance
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.minimize import minimize
from glassworks.minimize.evaluation import BUILDS, EVALUATIONS, evaluate, longest, stiffness_bound
from glassworks.minimize.methods import LARGEST_MOVE, combine, dot
from glassworks.models.potentials import Interaction

TOLERANCE = 1e-10
"""Residual force where a way ends, as of pulls."""
QUARTER = 0.25
"""Part of FIRE's A_c at which other ways begin."""
FALLEN = 0.01
"""Part of the forces at which the steepest descent is left."""
REFRESH = 64
"""Steps of the steepest descent between two bounds on the largest eigenvalue, and two looks at what is left."""
BUDGET = 40_000
"""Steps of a steepest descent at most: along a valley that is long and flat, FIRE goes on from there."""


@njit(cache=True, error_model="numpy")
def steep(terrain, lists, home, held, field, fallen, shrunk, budget):
    """Go from home + field along the forces, by steps of one over a bound on the largest eigenvalue.

    Args:
        home: where particles are in the inherent structure, (d, slots), as the lists have them.
        held: 1 for particles of the backbone, else 0, (d, slots).
        field: the displacement, (d, slots).
        fallen, shrunk: it ends where |F| is this part of what it was, or the displacement on the backbone.
        budget: evaluations.

    Returns:
        the lists, and the evaluations; where it ended is in the stack, behind it the inherent structure.
    """
    stack = terrain.stack
    point, origin, forces, mask = stack[0], stack[1], stack[2], stack[4]
    origin[:] = home
    mask[:] = held
    combine(1.0, home, 1.0, field, point)
    lists.tally[EVALUATIONS] = 0
    lists.way[0], lists.way[1] = 0.0, 0.0
    lists = evaluate(terrain, lists, point, forces, 0.0)
    begun, _ = away_by(point, origin, forces, mask)
    first = dot(forces, forces)
    step = 0.0
    while lists.tally[EVALUATIONS] < budget:
        if lists.tally[EVALUATIONS] % REFRESH == 1:
            squares, _ = away_by(point, origin, forces, mask)
            if dot(forces, forces) <= fallen * fallen * first or squares <= shrunk * shrunk * begun:
                break
            step = 1.0 / stiffness_bound(terrain, lists, point)
        fastest = longest(forces, terrain.layout.edges)
        moment = min(step, LARGEST_MOVE / fastest)
        combine(1.0, point, moment, forces, point)
        lists = evaluate(terrain, lists, point, forces, moment * fastest)
    return lists, lists.tally[EVALUATIONS]


class Way(Protocol):
    """What a way downhill does: it lets particles go from a displacement (N, d), and may stop where it is clear whether
    they come home."""

    def release(self, moved: np.ndarray, *, whether: bool = False) -> Released: ...


def outcome_of(moved: np.ndarray, begun: np.ndarray, held: np.ndarray, factor: float = 1.0) -> int:
    """HOME or AWAY of a displacement (N, d) where a pull `begun` came to rest: what is left of it is compared with
    `factor` times the thresholds of pulls. Rattlers that were pushed translate all others a little, which is no change.
    """
    left = distance(centered(moved[held]))
    return HOME if left < factor * min(SHRUNK * distance(begun[held]), NEAR) else AWAY


class Stricter:
    """FIRE to another residual force, and home to another part of the pull."""

    def __init__(self, puller: Puller, held: np.ndarray, factor: float):
        self.puller, self.held, self.factor = puller, held, factor

    def release(self, moved: np.ndarray, *, whether: bool = False) -> Released:
        found = self.puller.release(moved, self.factor * TOLERANCE, certain=True)
        if found.outcome == LOST:
            return found
        return found._replace(outcome=outcome_of(found.moved, moved, self.held, self.factor))


class Minimized:
    """A minimizer of :mod:`glassworks.minimize`."""

    def __init__(self, interaction: Interaction, configuration: Configuration, held: np.ndarray, method: str):
        self.interaction, self.configuration, self.held, self.method = interaction, configuration, held, method

    def release(self, moved: np.ndarray, *, whether: bool = False) -> Released:
        box, begin = self.configuration.box, self.configuration.positions
        end = minimize(self.interaction, self.configuration.moved(box.wrap(begin + moved)), self.method, TOLERANCE)
        ended = box.shortest(end.configuration.positions - begin)
        outcome = outcome_of(ended, moved, self.held) if end.converged else LOST
        return Released(outcome, ended, end.evaluations)


class Steepest(Puller):
    """The steepest descent; arguments of :class:`glassworks.landscape.pulling.Puller`."""

    def __init__(self, interaction: Interaction, configuration: Configuration, held: np.ndarray, lowest: float):
        super().__init__(interaction, configuration, held, lowest)
        self.numbers = held

    def descended(self, moved: np.ndarray) -> tuple[np.ndarray, int]:
        """Where the steepest descent was left, (N, d), and the evaluations that it took."""
        field = self._by_slot(moved)
        self.lists, evaluations = steep(
            self.terrain, self.lists, self.home, self.held, field, FALLEN, SHRUNK, BUDGET
        )  # fmt: skip
        ended = np.empty_like(self.configuration.positions)
        from_slots(self.terrain.stack[0] - self.terrain.stack[1], self.lists.neighbors.particle, ended)
        if int(self.lists.tally[BUILDS]) != self.builds:
            self._settle()
        return ended, int(evaluations)

    def release(self, moved: np.ndarray, *given: Any, **more: Any) -> Released:
        left, spent = self.descended(moved)
        end = super().release(left, TOLERANCE, certain=True)
        outcome = LOST if end.outcome == LOST else outcome_of(end.moved, moved, self.numbers)
        return Released(outcome, end.moved, spent + end.evaluations)


def ways(glass: Any, lowest: float) -> Iterator[tuple[str, Way]]:
    """Each way by its name, FIRE as pulls have it first and the steepest descent last."""
    interaction, rest, held = glass.model.interaction, glass.original, glass.held
    puller = Puller(interaction, rest, held, lowest)
    yield "fire", puller
    yield "fire ten times tighter", Stricter(puller, held, 0.1)
    yield "fire ten times looser", Stricter(puller, held, 10.0)
    for method in ("cg", "lbfgs"):
        yield method, Minimized(interaction, rest, held, method)
    yield STEEPEST, Steepest(interaction, rest, held, lowest)


STEEPEST = "steepest"
WAYS = ("fire", "fire ten times tighter", "fire ten times looser", "cg", "lbfgs", STEEPEST)
"""All names."""


def bracket(way: Way, direction: np.ndarray, amplitudes: np.ndarray, begin: float, width: float) -> Bracket:
    """Where a way stops to come home: upward from an amplitude, and below it where it stops before.

    Args:
        direction: √N e, (N, d).
        amplitudes: ascending, evenly spaced in the logarithm: the spacing is theirs.
        begin: where to begin, moved down to one of them.
        width: of ln A.
    """
    first = max(int(np.searchsorted(amplitudes, begin, side="right")) - 1, 0)
    found = first_away(way, direction, amplitudes[first:], width)  # type: ignore[arg-type]
    spent = found.evaluations
    while found.home == 0.0 and found.away < inf and first > 0:
        first -= 1
        found = first_away(way, direction, amplitudes[first : first + 2], width)  # type: ignore[arg-type]
        spent += found.evaluations
    return found._replace(evaluations=spent)


def variants_of(
    glass: Any,
    modes: Any,
    parameters: Any,
    memory: Memory = NOTHING,
    which: Iterable[int] | None = None,
) -> dict[str, np.ndarray]:
    """A row for each mode and way: :data:`glassworks.observables.pull_variants.COLUMNS` and `status`.

    Args:
        glass: a :class:`glassworks.glasses.Glass`.
        modes: what the observable `selected_modes` found on it.
        parameters: :class:`glassworks.observables.pull_variants.Parameters`.
        memory: keeps what is known after each row.
        which: numbers of the modes; by default all.
    """
    frequencies, vectors = modes["frequency"], modes["vectors"]
    change = Change(glass.model.interaction, glass.original)
    all_ways = dict(ways(glass, float(frequencies[0] ** 2)))
    due = [
        (k, name)
        for k in (range(parameters.most) if which is None else which)
        if k < len(frequencies)
        for name in WAYS
        if name != STEEPEST or k < parameters.steepest_modes
    ]
    rows: list[dict] = memory.recall() or []
    for k, name in due[len(rows) :]:
        field = np.zeros_like(glass.original.positions)
        field[glass.held] = np.sqrt(len(glass.configuration)) * vectors[k].astype(float)
        fire = next((row for row in rows if row["mode"] == k), None)
        row = {"mode": k, "variant": name, "frequency": float(frequencies[k])}
        rows.append(row | _by(glass, all_ways[name], change, field, parameters, fire))
        memory.offer(lambda: rows)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}


def _by(glass: Any, way: Way, change: Change, direction: np.ndarray, parameters: Any, fire: dict | None) -> dict:
    amplitudes = parameters.amplitudes
    allowed = amplitudes[[not overlaps(glass, amplitude * direction) for amplitude in amplitudes]]
    begin = 0.0
    if fire is not None:
        begin = QUARTER * (fire["amplitude"] if np.isfinite(fire["amplitude"]) else fire["home"])
    found = bracket(way, direction, allowed, begin, parameters.width)
    row = {"home": found.home, "amplitude": np.nan, "distance": np.nan, "energy": np.nan}
    row["evaluations"] = found.evaluations
    end = found.end
    if end is None:
        cut = len(allowed) < len(amplitudes)
        return row | {"status": "pairs overlap" if cut else "no transition up to the largest amplitude"}
    row["amplitude"] = found.away
    if end.outcome != AWAY:
        return row | {"status": "did not come to rest"}
    moved = centered(end.moved[glass.held])
    return row | {"distance": distance(moved), "energy": change.to(end.moved)[0], "status": "ok"}
