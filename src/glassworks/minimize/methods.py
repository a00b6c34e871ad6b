"""Three ways downhill. Each moves a point until its residual force is below the tolerance.

All judge a line by the force along it and not by the energy, whose digits run out long before those of the force. Whole
minimizations are compiled: at a few thousand particles a call from Python would cost as much as the forces.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numba import njit

from glassworks.minimize.landscape import evaluate, largest_squared, stiffness_bound, typical_force
from glassworks.minimize.nested import EVALUATIONS, INTERNAL, fresh_lists

LARGEST_MOVE = 0.1
"""No particle moves further than this in one trial step, in λ."""

STRAIGHT = 0.01
"""Over so short a distance, in λ, forces are taken to change linearly along a line."""

LANES = 8


@INTERNAL
def inner(a, b):
    """Σ a·b over all components of two contiguous arrays of one shape, in a fixed order that vectorizes."""
    x, y = a.reshape(-1), b.reshape(-1)
    whole = x.shape[0] // LANES * LANES
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    for k in range(0, whole, LANES):
        s0 += x[k] * y[k]
        s1 += x[k + 1] * y[k + 1]
        s2 += x[k + 2] * y[k + 2]
        s3 += x[k + 3] * y[k + 3]
        s4 += x[k + 4] * y[k + 4]
        s5 += x[k + 5] * y[k + 5]
        s6 += x[k + 6] * y[k + 6]
        s7 += x[k + 7] * y[k + 7]
    rest = 0.0
    for k in range(whole, x.shape[0]):
        rest += x[k] * y[k]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest


@INTERNAL
def combine(a, x, b, y, out):
    """out = a x + b y, for contiguous arrays of one shape; `out` may be one of them."""
    u, v, w = x.reshape(-1), y.reshape(-1), out.reshape(-1)
    for k in range(w.shape[0]):
        w[k] = a * u[k] + b * v[k]


@INTERNAL
def at_rest(terrain, lists, point, forces, tolerance, typical):
    """The stopping rule: whether max_i |F_i| / ⟨f⟩ < tolerance, or nothing can be done because a force is no number.

    ⟨f⟩ is summed only where it may decide, and every 50 evaluations, because it hardly changes; the bare maximum
    counts when no pair interacts.

    Returns:
        (whether to stop, ⟨f⟩ as last summed).
    """
    largest = sqrt(largest_squared(forces))
    if not largest < inf:
        return True, typical
    if largest <= 2.0 * tolerance * typical or lists.tally[EVALUATIONS] % 50 == 1:
        typical = typical_force(terrain, lists, point)
    return largest < tolerance * (typical if typical > 0.0 else 1.0), typical


@INTERNAL
def follow_line(terrain, lists, origin, direction, before, slope, trial, sharp, point, forces):
    """Follow a line until the force along it has nearly vanished.

    Regula falsi with the Illinois weight on the force along the line; while the force does not fall, the step grows,
    but no particle moves further than `LARGEST_MOVE`. A secant that ends within `STRAIGHT` of the first trial is
    believed: the forces there are then those at both ends, combined linearly, and cost no evaluation.

    Args:
        origin, before: where the line begins, and the forces there, (N, d).
        slope: force along the line there, > 0.
        trial: first step to try.
        sharp: stop when |force along the line| < sharp · slope.
        point, forces: (N, d), overwritten with where the search ends, and with the forces there.

    Returns:
        the lists, the step, and whether the forces were evaluated where it ended.
    """
    longest = sqrt(largest_squared(direction))
    furthest = LARGEST_MOVE / longest
    low, at_low, high, at_high = 0.0, slope, inf, 0.0
    step = min(trial, furthest)
    for attempt in range(20):
        combine(1.0, origin, step, direction, point)
        lists = evaluate(terrain, lists, point, forces)
        along = inner(direction, forces)
        if abs(along) < sharp * slope or (along > 0.0 and step >= furthest):
            break
        if along < 0.0:
            if high < inf:
                at_low *= 0.5
            high, at_high = step, along
            target = (low * at_high - high * at_low) / (at_high - at_low)
        elif high < inf:
            at_high *= 0.5
            low, at_low = step, along
            target = (low * at_high - high * at_low) / (at_high - at_low)
        else:
            rise = (at_low - along) / (step - low)
            low, at_low = step, along
            target = min(step + along / rise if rise > 0.0 else 4.0 * step, 4.0 * step, furthest)
        if attempt == 0 and abs(target - step) * longest < STRAIGHT and abs(target - step) < 0.7 * step:
            combine(1.0, origin, target, direction, point)
            combine(1.0 - target / step, before, target / step, forces, forces)
            return lists, target, False
        step = target
    return lists, step, True


@njit(cache=True, error_model="numpy")
def conjugate_gradients(terrain, start, tolerance, budget):
    """Nonlinear conjugate gradients (Polak-Ribière⁺), each line followed to where the force along it vanishes."""
    point, forces = start.copy(), np.empty_like(start)
    lists = fresh_lists(terrain, point)
    lists = evaluate(terrain, lists, point, forces)
    ahead, before, direction = np.empty_like(point), np.empty_like(point), forces.copy()
    step, typical, exact = 1.0 / stiffness_bound(terrain, lists, point), 0.0, True
    while lists.tally[EVALUATIONS] < budget:
        stop, typical = at_rest(terrain, lists, point, forces, tolerance, typical)
        if stop and exact:
            break
        if stop:
            lists, exact = evaluate(terrain, lists, point, forces), True
            continue
        slope = inner(direction, forces)
        if not slope > 0.0:
            direction[:] = forces
            slope = inner(forces, forces)
        before, forces = forces, before
        lists, step, exact = follow_line(terrain, lists, point, direction, before, slope, step, 0.1, ahead, forces)
        point, ahead = ahead, point
        turn = (inner(forces, forces) - inner(forces, before)) / inner(before, before)
        combine(max(turn, 0.0), direction, 1.0, forces, direction)
    return point, lists.tally[EVALUATIONS]


@INTERNAL
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
        combine(1.0, out, -projection[slot], changes[slot], out)
    if count > 0:
        scale = 1.0 / (weights[newest] * inner(changes[newest], changes[newest]))
        combine(scale, out, 0.0, out, out)
    for back in range(count):
        slot = (newest - (count - 1 - back)) % memory
        combine(1.0, out, projection[slot] - weights[slot] * inner(changes[slot], out), steps[slot], out)


@njit(cache=True, error_model="numpy")
def limited_memory(terrain, start, tolerance, budget, memory=10):
    """L-BFGS with the last `memory` steps; a full step is taken unless the force along it says otherwise."""
    point, forces = start.copy(), np.empty_like(start)
    lists = fresh_lists(terrain, point)
    lists = evaluate(terrain, lists, point, forces)
    ahead, before, direction = np.empty_like(point), np.empty_like(point), np.empty_like(point)
    steps, changes = np.empty((memory, *point.shape)), np.empty((memory, *point.shape))
    weights = np.empty(memory)
    newest, count, typical, exact = -1, 0, 0.0, True
    while lists.tally[EVALUATIONS] < budget:
        stop, typical = at_rest(terrain, lists, point, forces, tolerance, typical)
        if stop and exact:
            break
        if stop:
            lists, exact = evaluate(terrain, lists, point, forces), True
            continue
        descend(forces, steps, changes, weights, newest, count, direction)
        slope = inner(direction, forces)
        if not slope > 0.0:
            direction[:] = forces
            slope, count = inner(forces, forces), 0
        before, forces = forces, before
        trial = 1.0 if count > 0 else 1.0 / stiffness_bound(terrain, lists, point)
        lists, step, exact = follow_line(terrain, lists, point, direction, before, slope, trial, 0.9, ahead, forces)
        point, ahead = ahead, point
        slot = (newest + 1) % memory
        combine(step, direction, 0.0, direction, steps[slot])
        combine(1.0, before, -1.0, forces, changes[slot])
        product = inner(steps[slot], changes[slot])
        if product > 0.0:
            newest, count = slot, min(count + 1, memory)
            weights[slot] = 1.0 / product
    return point, lists.tally[EVALUATIONS]


@njit(cache=True, error_model="numpy")
def fast_inertial(terrain, start, tolerance, budget):
    """FIRE (Bitzek et al. 2006). The largest time step follows the stiffest direction, re-estimated every 50 steps."""
    point, forces, velocity = start.copy(), np.empty_like(start), np.zeros_like(start)
    lists = fresh_lists(terrain, point)
    lists = evaluate(terrain, lists, point, forces)
    longest = 1.4 / sqrt(stiffness_bound(terrain, lists, point))
    mixing, time_step, downhill, typical = 0.1, longest / 14.0, 0, 0.0
    while lists.tally[EVALUATIONS] < budget:
        stop, typical = at_rest(terrain, lists, point, forces, tolerance, typical)
        if stop:
            break
        if lists.tally[EVALUATIONS] % 50 == 1:
            longest = 1.4 / sqrt(stiffness_bound(terrain, lists, point))
            time_step = min(time_step, longest)
        power = inner(velocity, forces)
        if power < 0.0:
            velocity[:] = 0.0
        combine(1.0, velocity, time_step, forces, velocity)
        ratio = sqrt(inner(velocity, velocity) / inner(forces, forces))
        combine(1.0 - mixing, velocity, mixing * ratio, forces, velocity)
        downhill += 1
        if power < 0.0:
            mixing, time_step, downhill = 0.1, 0.5 * time_step, 0
        elif downhill >= 5:
            mixing, time_step = 0.99 * mixing, min(1.1 * time_step, longest)
        fastest = sqrt(largest_squared(velocity))
        combine(1.0, point, min(time_step, LARGEST_MOVE / fastest), velocity, point)
        lists = evaluate(terrain, lists, point, forces)
    return point, lists.tally[EVALUATIONS]


METHODS = {"cg": conjugate_gradients, "lbfgs": limited_memory, "fire": fast_inertial}
