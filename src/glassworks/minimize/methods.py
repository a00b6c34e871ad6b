"""Three ways downhill. Each walks from a landscape's start to where its residual force is below the tolerance.

All judge a line by the force along it and not by the energy, whose digits run out long before those of the force.
"""

from __future__ import annotations

from collections import deque
from math import sqrt

import numpy as np
from numba import njit

from glassworks.minimize.landscape import Landscape, largest_squared

LARGEST_MOVE = 0.1
"""No particle moves further than this in one trial step, in λ."""


@njit(cache=True)
def inner(a, b):
    """Σ a·b over all components of two contiguous arrays of one shape."""
    return np.dot(a.reshape(-1), b.reshape(-1))


@njit(cache=True)
def advance(origin, direction, step):
    """origin += step · direction, in place."""
    flat, other = origin.reshape(-1), direction.reshape(-1)
    for k in range(flat.shape[0]):
        flat[k] += step * other[k]


@njit(cache=True)
def turn(direction, forces, before):
    """Polak-Ribière⁺: direction ← forces + β direction, β = max(0, F·(F − F₀)/F₀²), in place; returns β."""
    along, new = direction.reshape(-1), forces.reshape(-1)
    norm = inner(before, before)
    beta = max(0.0, (inner(forces, forces) - inner(forces, before)) / norm) if norm > 0.0 else 0.0
    for k in range(new.shape[0]):
        along[k] = new[k] + beta * along[k]
    return beta


def line_zero(
    landscape: Landscape,
    origin: np.ndarray,
    direction: np.ndarray,
    slope: float,
    trial: float,
    out: np.ndarray,
    sharp: float,
) -> tuple[float, float]:
    """Follow a line until the force along it has nearly vanished.

    Regula falsi with the Illinois weight on the force along the line, from its value `slope` > 0 at the origin; while
    the force does not fall, the step grows, but no particle moves further than `LARGEST_MOVE`.

    Args:
        trial: first step to try.
        out: (N, d), receives the forces where the search ends.
        sharp: stop when |force along the line| < sharp · slope.

    Returns:
        the step and the force along the line there.
    """
    furthest = LARGEST_MOVE / sqrt(largest_squared(direction))
    low, at_low, high, at_high = 0.0, slope, None, 0.0
    step = min(trial, furthest)
    for _ in range(20):
        landscape.forces(origin, direction, step, out)
        along = inner(direction, out)
        if abs(along) < sharp * slope or (along > 0 and step >= furthest):
            break
        if along < 0:
            if high is not None:
                at_low *= 0.5
            high, at_high = step, along
        else:
            if high is not None:
                at_high *= 0.5
                low, at_low = step, along
            else:
                rise = (at_low - along) / (step - low)
                low, at_low = step, along
                ahead = step + along / rise if rise > 0 else 4.0 * step
                step = min(ahead, 4.0 * step, furthest)
                continue
        step = (low * at_high - high * at_low) / (at_high - at_low)
    return step, along


def conjugate_gradients(landscape: Landscape, tolerance: float, budget: int, sharp: float = 0.1) -> np.ndarray:
    """Nonlinear conjugate gradients (Polak-Ribière⁺), each line followed to where the force along it vanishes."""
    point = landscape.start.copy()
    forces = landscape.forces(point, point, 0.0, np.empty_like(point))
    before, direction = np.empty_like(forces), forces.copy()
    step = 1.0 / landscape.stiffest()
    while landscape.residual(forces) >= tolerance and landscape.evaluations < budget:
        slope = inner(direction, forces)
        if slope <= 0:
            direction[:] = forces
            slope = inner(forces, forces)
        before, forces = forces, before
        step, _ = line_zero(landscape, point, direction, slope, step, forces, sharp)
        advance(point, direction, step)
        turn(direction, forces, before)
    return point


@njit(cache=True)
def descend(forces, steps, changes, weights, newest, count, out):
    """The L-BFGS direction: the inverse Hessian that the last `count` steps imply, applied to the forces.

    Args:
        forces: (N, d).
        steps, changes: point differences and gradient differences, (m, N, d); slot `newest` is the youngest.
        weights: 1/(step·change) of each slot, (m,).
        out: (N, d), overwritten.
    """
    memory = weights.shape[0]
    projection = np.empty(memory)
    out[:] = forces
    for back in range(count):
        slot = (newest - back) % memory
        projection[slot] = weights[slot] * inner(steps[slot], out)
        advance(out, changes[slot], -projection[slot])
    if count > 0:
        scale = 1.0 / (weights[newest] * inner(changes[newest], changes[newest]))
        out *= scale
    for back in range(count):
        slot = (newest - (count - 1 - back)) % memory
        advance(out, steps[slot], projection[slot] - weights[slot] * inner(changes[slot], out))


@njit(cache=True)
def remember(direction, step, before, forces, steps, changes, slot):
    """Store a step and the gradient's change along it; returns their inner product."""
    along, new, old = direction.reshape(-1), forces.reshape(-1), before.reshape(-1)
    moved, changed = steps[slot].reshape(-1), changes[slot].reshape(-1)
    for k in range(new.shape[0]):
        moved[k] = step * along[k]
        changed[k] = old[k] - new[k]
    return inner(steps[slot], changes[slot])


def limited_memory(landscape: Landscape, tolerance: float, budget: int, memory: int = 10) -> np.ndarray:
    """L-BFGS with the last `memory` steps; a full step is taken unless the force along it says otherwise."""
    point = landscape.start.copy()
    forces = landscape.forces(point, point, 0.0, np.empty_like(point))
    before, direction = np.empty_like(forces), np.empty_like(forces)
    steps, changes, weights = np.empty((memory, *point.shape)), np.empty((memory, *point.shape)), np.empty(memory)
    newest, count = -1, 0
    while landscape.residual(forces) >= tolerance and landscape.evaluations < budget:
        descend(forces, steps, changes, weights, newest, count, direction)
        slope = inner(direction, forces)
        if slope <= 0:
            direction[:], slope, count = forces, inner(forces, forces), 0
        before, forces = forces, before
        trial = 1.0 if count else 1.0 / landscape.stiffest()
        step, _ = line_zero(landscape, point, direction, slope, trial, forces, 0.9)
        advance(point, direction, step)
        slot = (newest + 1) % memory
        product = remember(direction, step, before, forces, steps, changes, slot)
        if product > 0:
            newest, count = slot, min(count + 1, memory)
            weights[slot] = 1.0 / product
    return point


@njit(cache=True)
def glide(velocity, forces, mixing, time_step):
    """One FIRE update of the velocity (N, d), in place: kick, then turn toward the force; returns the power before."""
    power = inner(velocity, forces)
    if power < 0.0:
        velocity[:] = 0.0
    advance(velocity, forces, time_step)
    speed = sqrt(inner(velocity, velocity))
    force = sqrt(inner(forces, forces))
    ratio = mixing * speed / force if force > 0.0 else 0.0
    velocity *= 1.0 - mixing
    advance(velocity, forces, ratio)
    return power


def fast_inertial(landscape: Landscape, tolerance: float, budget: int) -> np.ndarray:
    """FIRE (Bitzek et al. 2006). The largest time step follows the stiffest direction, re-estimated every 50 steps."""
    point = landscape.start.copy()
    forces = landscape.forces(point, point, 0.0, np.empty_like(point))
    velocity = np.zeros_like(point)
    recent: deque[float] = deque(maxlen=5)
    mixing, time_step = 0.1, 0.1 / sqrt(landscape.stiffest())
    while landscape.residual(forces) >= tolerance and landscape.evaluations < budget:
        if landscape.evaluations % 50 == 1:
            longest = 1.4 / sqrt(landscape.stiffest())
            time_step = min(time_step, longest)
        recent.append(glide(velocity, forces, mixing, time_step))
        if recent[-1] < 0:
            mixing, time_step = 0.1, 0.5 * time_step
            recent.clear()
        elif len(recent) == 5:
            mixing, time_step = 0.99 * mixing, min(1.1 * time_step, longest)
        fastest = sqrt(largest_squared(velocity))
        step = min(time_step, LARGEST_MOVE / fastest) if fastest > 0 else time_step
        advance(point, velocity, step)
        landscape.forces(point, velocity, 0.0, forces)
    return point


METHODS = {"cg": conjugate_gradients, "lbfgs": limited_memory, "fire": fast_inertial}
