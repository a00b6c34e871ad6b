"""Pulling a glass along one of its modes and letting it go (Mizuno, Shimada & Ikeda 2020, Sec. II C).

Particles are put at r_0i + A √N e_i (Eq. 5) and go downhill by FIRE. All pulls of a glass share its neighbor lists:
they begin where those of the inherent structure were made, and only a rearrangement that carries a particle far makes
them anew.

Whether a pull comes home is known long before it is at rest. With u the displacement from the inherent structure on its
backbone and F the forces there, q = −F·u/u² is at least ω_1², the lowest eigenvalue of the Hessian, wherever the energy
is that of the harmonic home; at another minimum it vanishes. So a pull is *home* where |u| has shrunk to `SHRUNK` of
what it was, and to less than any transition moves particles, with q ≥ ω_1²/2 at two looks in a row; where it comes to
rest it is home if q still is, and else *away*. What is neither within the budget is *lost*.

Nor need every pull be followed that far. One whose forces are −M u, M the Hessian at home, but for `LINEAR` ω_1² ū on
every particle, ū the root of the mean square of u, is home: no weak spot can have given way, whose stiffness is ω_1² at
least. And many pulls of a glass end in the same place: one that stays within `SHRUNK` of the way to a destination that
is known is away, and counts as of that destination; one that comes within `SETTLED` of another end is there. Where it
does not matter which, a pull is away that has gone to `FARTHER` times its distance from home with q < ω_1²/2 at all
looks between; it is paused, to go on later if that end is asked for.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.configurations.pencils import from_slots, to_slots
from glassworks.minimize.evaluation import (
    BUILDS,
    EVALUATIONS,
    INTERNAL,
    Lists,
    Terrain,
    begin,
    evaluate,
    longest,
    stiffness_bound,
    terrain_of,
)
from glassworks.minimize.methods import LARGEST_MOVE, at_rest, combine, dots
from glassworks.models.potentials import Interaction
from glassworks.vibrations.hessian import bonds

HOME, AWAY, LOST = range(3)
PAUSED = -2
"""In place of the number of a destination: it was stopped before."""
SHRUNK = 0.02
"""Of the pulled distance: what is left of it where a pull counts as home."""
NEAR = 1e-4
"""And no farther from home than this, |u| in λ: a tenth of the shortest transitions that are published."""
ALIKE = 1e-6
"""Distance, in λ, below which two inherent structures are one: a thousandth of the shortest transitions that are
published, and more than residual forces leave."""
LINEAR = 1.0
"""Of ω_1² ū: forces beside −M u, on a particle, up to which a glass is as harmonic as at rest (three times as much made
none of 1,070 pulls wrong, of harmonic spheres and Lennard-Jones particles)."""
FARTHER = 2.0
"""Times as far from home as where q fell below ω_1²/2: a pull that does not come back."""
SETTLED = 1e-5
"""Of the distance from home: how near it is to its end where that counts as reached, if nothing there is softer than
the softest mode at home, ω_1² |u| = |F|."""
LOOK = 12
"""Evaluations between two looks at how far it is from home."""


class Springs(NamedTuple):
    """The Hessian of the inherent structure, M = Σ 2U' 1 + 4U'' r r over pairs, by rows; each pair has two.

    Attributes:
        begin: of each slot's row, (slots + 1,).
        others: the slots of what its particle interacts with, (2 pairs,).
        vectors: r, (2 pairs, d).
        curvatures: 2U' and 4U'', (2 pairs, 2).
    """

    begin: np.ndarray
    others: np.ndarray
    vectors: np.ndarray
    curvatures: np.ndarray


class Paused(NamedTuple):
    """Where and how a pull was stopped.

    Attributes:
        moved: displacement from the inherent structure, (N, d).
        velocity: of FIRE, (N, d).
        pace: FIRE's mixing, time step, steps downhill and longest time step, the evaluations that were spent, and
            Σ u² of the pull.
    """

    moved: np.ndarray
    velocity: np.ndarray
    pace: np.ndarray


class Released(NamedTuple):
    """What became of a pull.

    Attributes:
        outcome: HOME, AWAY or LOST.
        moved: displacement from the inherent structure where it was left, (N, d); where that is a destination that was
            known, the destination's.
        evaluations: of the forces, since it was paused if it was.
        paused: how to go on from there; None where it is at rest, or known to be.
    """

    outcome: int
    moved: np.ndarray
    evaluations: int
    paused: Paused | None = None


@njit(cache=True, error_model="numpy")
def settle(terrain, start):
    """The neighbors at the inherent structure, and where its particles are by slot."""
    lists = begin(terrain, start)
    lists = evaluate(terrain, lists, terrain.stack[0], terrain.stack[2], 0.0)
    return lists, terrain.stack[0].copy()


@INTERNAL
def away_by(point, home, forces, held):
    """Σ u² and −Σ F·u over the particles of the backbone (`held` is 1 there, by component and slot, else 0).

    u is without its mean: what a rattler is swept along by, the backbone recoils by, and no force brings that back.
    """
    squares = product = 0.0
    for k in range(point.shape[0]):
        mean = total = count = 0.0
        for i in range(point.shape[1]):
            u = held[k, i] * (point[k, i] - home[k, i])
            count += held[k, i]
            mean += u
            total += held[k, i] * forces[k, i]
            squares += u * u
            product -= u * forces[k, i]
        squares -= mean * mean / count
        product += mean * total / count
    return max(squares, 0.0), product


@INTERNAL
def linear(point, home, forces, held, springs, limit, suspect):
    """Whether no component of F + M u exceeds a limit on the backbone; else the slot where one does is remembered.

    Args:
        springs: the Hessian M, see :class:`Springs`.
        suspect: (1,) the slot that is looked at first.
    """
    d, slots = point.shape
    beside = np.empty(d)
    for step in range(slots):
        i = (suspect[0] + step) % slots
        if held[0, i] == 0.0:
            continue
        for k in range(d):
            beside[k] = forces[k, i]
        for pair in range(springs.begin[i], springs.begin[i + 1]):
            j, along = springs.others[pair], 0.0
            for k in range(d):
                apart = point[k, i] - home[k, i] - (point[k, j] - home[k, j])
                along += springs.vectors[pair, k] * apart
                beside[k] += springs.curvatures[pair, 0] * apart
            along *= springs.curvatures[pair, 1]
            for k in range(d):
                beside[k] += along * springs.vectors[pair, k]
        for k in range(d):
            if abs(beside[k]) > limit:
                suspect[0] = i
                return False
    return True


@INTERNAL
def reached(point, home, held, known):
    """The number of the destination, of displacements (destinations, d, slots), that is nearer than `SHRUNK` of its own
    distance from home; −1: none."""
    for number in range(known.shape[0]):
        squares, limit = 0.0, 0.0
        for k in range(point.shape[0]):
            for i in range(point.shape[1]):
                limit += (held[k, i] * known[number, k, i]) ** 2
        limit *= SHRUNK * SHRUNK
        for k in range(point.shape[0]):
            for i in range(point.shape[1]):
                apart = held[k, i] * (point[k, i] - home[k, i] - known[number, k, i])
                squares += apart * apart
            if squares >= limit:
                break
        if squares < limit:
            return number
    return -1


@njit(cache=True, error_model="numpy")
def release(
    terrain, lists, home, held, field, speed, pace, lowest, tolerance, budget, certain, whether, springs, known
):
    """Let particles go from home + field.

    Args:
        home: where they are in the inherent structure, (d, slots), as the lists have them.
        held: 1 for particles of the backbone, else 0, (d, slots).
        field: the displacement, (d, slots).
        speed: the velocity, (d, slots).
        pace: as of :class:`Paused`, zeros for a pull that begins; at the end how it goes on.
        lowest: ω_1² of the glass.
        tolerance: of max_i |F_i| / ⟨f⟩ where it is at rest.
        budget: evaluations.
        certain: whether to go on to the end where it is clear where it ends.
        whether: whether to stop where it is clear that it does not come home.
        springs: :class:`Springs` of the inherent structure.
        known: displacements of destinations that are known, (destinations, d, slots).

    Returns:
        the lists, the outcome, the number of the known destination that it has come to (−1: none, or `PAUSED`), and the
        evaluations; where it was left is in the stack, behind it the inherent structure.
    """
    stack = terrain.stack
    point, origin, forces, velocity, mask = stack[0], stack[1], stack[2], stack[3], stack[4]
    origin[:] = home
    mask[:] = held
    combine(1.0, home, 1.0, field, point)
    velocity[:] = speed
    lists.tally[EVALUATIONS] = max(int(pace[4]) - 1, 0)  # as if it had not been paused
    lists.way[0], lists.way[1] = 0.0, 0.0  # measures anew how far particles have gone
    lists = evaluate(terrain, lists, point, forces, 0.0)
    if pace[4] == 0.0:
        slowest = 1.4 / sqrt(stiffness_bound(terrain, lists, point))
        pace[:] = 0.1, slowest / 14.0, 0.0, slowest, 1.0, away_by(point, origin, forces, mask)[0]
    mixing, time_step, downhill, slowest, _, begun = pace
    enough = min(SHRUNK * SHRUNK * begun, NEAR * NEAR)
    stop, typical, seen, nearest, outcome, place, before = False, 0.0, 0, inf, LOST, -1, -1
    particles, backbone = terrain.diameters.shape[0], max(1.0, mask[0].sum())
    as_sorted, suspect = lists.tally[BUILDS], np.zeros(1, dtype=np.int64)
    while lists.tally[EVALUATIONS] < budget:
        squared, power, pull = dots(velocity, forces)
        if typical == 0.0 or not pull > 16.0 * particles * (tolerance * typical) ** 2:  # ⟨f⟩ hardly changes
            stop, typical = at_rest(terrain, lists, point, forces, pull, tolerance, typical)
        if stop:
            squares, product = away_by(point, origin, forces, mask)
            outcome = HOME if squares < ALIKE * ALIKE or product >= 0.5 * lowest * squares else AWAY
            break
        if not certain and lists.tally[EVALUATIONS] % LOOK == 1:
            squares, product = away_by(point, origin, forces, mask)
            homewards = product >= 0.5 * lowest * squares
            if homewards and lists.tally[BUILDS] == as_sorted:
                limit = LINEAR * lowest * sqrt(squares / backbone)
                if linear(point, origin, forces, mask, springs, limit, suspect):
                    outcome = HOME
                    break
            seen = seen + 1 if squares < enough and homewards else 0
            if seen > 1:
                outcome = HOME
                break
            before, place = place, reached(point, origin, mask, known)
            if place >= 0 and place == before:
                outcome = AWAY
                break
            if not homewards and pull <= (SETTLED * lowest) ** 2 * squares:
                outcome = AWAY
                break
            nearest = squares if homewards else min(nearest, squares)
            if whether and squares > FARTHER * FARTHER * nearest:
                outcome, place = AWAY, PAUSED
                pace[:] = mixing, time_step, downhill, slowest, float(lists.tally[EVALUATIONS]), begun
                break
        if lists.tally[EVALUATIONS] % 50 == 1:
            slowest = 1.4 / sqrt(stiffness_bound(terrain, lists, point))
            time_step = min(time_step, slowest)
        kept = 1.0
        if power < 0.0:
            kept = squared = 0.0
        speed = sqrt(squared + time_step * (2.0 * kept * power + time_step * pull))
        turned = (1.0 - mixing) * time_step + mixing * speed / sqrt(pull)
        combine((1.0 - mixing) * kept, velocity, turned, forces, velocity)
        downhill += 1.0
        if power < 0.0:
            mixing, time_step, downhill = 0.1, 0.5 * time_step, 0.0
        elif downhill >= 5.0:
            mixing, time_step = 0.99 * mixing, min(1.1 * time_step, slowest)
        fastest = longest(velocity, terrain.layout.edges)
        moment = min(time_step, LARGEST_MOVE / fastest)
        combine(1.0, point, moment, velocity, point)
        lists = evaluate(terrain, lists, point, forces, moment * fastest)
    return lists, outcome, place if outcome == AWAY else -1, lists.tally[EVALUATIONS]


class Puller:
    """A glass that is pulled again and again from its inherent structure.

    Args:
        interaction: the model's.
        configuration: the inherent structure, rattlers included.
        held: the numbers of the particles that are no rattlers.
        lowest: ω_1², the lowest eigenvalue of the Hessian.
    """

    def __init__(self, interaction: Interaction, configuration: Configuration, held: np.ndarray, lowest: float):
        self.configuration, self.lowest = configuration, lowest
        self.terrain: Terrain = terrain_of(interaction, configuration)
        self.mask = np.zeros_like(configuration.positions)
        self.mask[held] = 1.0
        self.destinations: list[np.ndarray] = []
        self._settle()

    def _settle(self) -> None:
        self.lists: Lists
        self.lists, self.home = settle(self.terrain, self.configuration.positions)
        self.particle = self.lists.neighbors.particle.copy()
        self.held = self._by_slot(self.mask)
        self.builds = int(self.lists.tally[BUILDS])
        self.springs = self._springs()
        self.known = np.zeros((len(self.destinations), *self.home.shape))
        for number, moved in enumerate(self.destinations):
            self.known[number] = self._by_slot(moved)

    def _springs(self) -> Springs:
        slot = np.empty(len(self.mask), dtype=np.int32)
        filled = np.flatnonzero(self.particle >= 0)
        slot[self.particle[filled]] = filled
        pairs = bonds(self.terrain.layout.interaction, self.configuration)
        firsts, seconds = slot[pairs.first], slot[pairs.second]
        of, others = np.concatenate([firsts, seconds]), np.concatenate([seconds, firsts])
        order = np.argsort(of, kind="stable")
        begin = np.searchsorted(of[order], np.arange(self.home.shape[1] + 1))
        curvatures = pairs.derivatives[:, 1:3] * (2.0, 4.0)
        return Springs(begin, others[order], pairs.vectors[order % len(firsts)], curvatures[order % len(firsts)])

    def learn(self, moved: np.ndarray) -> None:
        """Know a destination by the displacement (N, d) that leads there."""
        self.destinations.append(moved)
        self.known = np.concatenate([self.known, self._by_slot(moved)[None]])

    def _by_particle(self, by_slot: np.ndarray) -> np.ndarray:
        found = np.empty_like(self.configuration.positions)
        from_slots(by_slot, self.lists.neighbors.particle, found)
        return found

    def _by_slot(self, rows: np.ndarray) -> np.ndarray:
        found = np.zeros_like(self.home)
        to_slots(np.ascontiguousarray(rows), self.particle, 0.0, found)
        return found

    def release(
        self,
        moved: np.ndarray,
        tolerance: float = 1e-10,
        budget: int = 200_000,
        certain: bool = False,
        whether: bool = False,
        paused: Paused | None = None,
    ) -> Released:
        """Let the glass go from a displacement (N, d), zero where particles are rattlers, or go on from where it was
        paused; other arguments are those of :func:`release`. It learns where it has not been."""
        pace = np.zeros(6) if paused is None else paused.pace.copy()
        spent = int(pace[4])
        velocity = np.zeros_like(moved) if paused is None else paused.velocity
        self.lists, outcome, place, evaluations = release(
            self.terrain, self.lists, self.home, self.held, self._by_slot(moved), self._by_slot(velocity), pace,
            self.lowest, tolerance, budget, certain, whether, self.springs, self.known,
        )  # fmt: skip
        stack = self.terrain.stack
        ended, left = self._by_particle(stack[0] - stack[1]), None
        if place >= 0:
            ended = self.destinations[place]
        elif place == PAUSED:
            left = Paused(ended, self._by_particle(stack[3]), pace)
        elif outcome == AWAY and not certain:
            self.learn(ended)
        if int(self.lists.tally[BUILDS]) != self.builds:
            self._settle()
        return Released(outcome, ended, int(evaluations) - spent, left)

    def go_on(self, paused: Paused) -> Released:
        """Let the glass go to its end from where it was paused."""
        return self.release(paused.moved, paused=paused)


class Bracket(NamedTuple):
    """Where a glass stops to come home.

    Attributes:
        home, away: the largest amplitude from which it came home below the first from which it did not, and the
            smallest from there on; `away` is infinite where it always came home.
        end: where the pull from `away` ended; None where there is none.
        evaluations: spent.
    """

    home: float
    away: float
    end: Released | None
    evaluations: int


def first_away(puller: Puller, direction: np.ndarray, amplitudes: np.ndarray, width: float) -> Bracket:
    """The first amplitude A of a grid from which a pull to A √N e does not come home, refined to a relative width.

    Args:
        direction: √N e, (N, d).
        amplitudes: ascending.
        width: of ln A.
    """
    spent, low, high, last = 0, 0.0, inf, None
    for amplitude in amplitudes:
        found = puller.release(amplitude * direction, whether=True)
        spent += found.evaluations
        if found.outcome != HOME:
            high, last = float(amplitude), found
            break
        low = float(amplitude)
    while high < inf and low > 0.0 and np.log(high / low) > width:
        middle = sqrt(low * high)
        found = puller.release(middle * direction, whether=True)
        spent += found.evaluations
        if found.outcome == HOME:
            low = middle
        else:
            high, last = middle, found
    if last is not None and last.paused is not None:
        last = puller.go_on(last.paused)
        spent += last.evaluations
    return Bracket(low, high, last, spent)
