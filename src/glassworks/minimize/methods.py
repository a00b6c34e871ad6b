"""Three ways downhill. Each moves a point until its residual force is below the tolerance.

All judge a line by the force along it and not by the energy, whose digits run out long before those of the force. Whole
minimizations are compiled: at a few thousand particles a call from Python would cost as much as the forces.

Arrays are contiguous and have a multiple of eight components; the rows of a history are a multiple of four.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numba import njit

from glassworks.configurations.forces import IDLE
from glassworks.configurations.pencils import from_slots
from glassworks.lanes import EIGHT, PART, inner, load, spread, store, total_of_neighbors
from glassworks.minimize.evaluation import (
    EVALUATIONS,
    INTERNAL,
    begin,
    evaluate,
    longest,
    stiffness_bound,
    typical_force,
)

LARGEST_MOVE = 0.1
"""No particle moves further than this in one trial step, in λ."""

STRAIGHT = 0.01
"""Over so short a distance, in λ, forces are taken to change linearly along a line."""

FREE = 0.1 * IDLE
"""⟨f⟩, in ε/λ, at or below which pairs bear no force: less than for who judges the end, where rounding differs."""

MEMORY = 10
"""Steps that L-BFGS remembers, an even number."""


@INTERNAL
def dot(a, b):
    """Σ a·b over all components."""
    return inner(a.reshape(-1), b.reshape(-1))


@INTERNAL
def dots(a, b):
    """a·a, a·b and b·b at one reading."""
    x, y = a.reshape(-1), b.reshape(-1)
    aa, ab, bb = spread(0.0, EIGHT), spread(0.0, EIGHT), spread(0.0, EIGHT)
    for k in range(0, x.shape[0], 8):
        u, v = load(x, k, EIGHT), load(y, k, EIGHT)
        aa, ab, bb = aa + u * u, ab + u * v, bb + v * v
    return total_of_neighbors(aa), total_of_neighbors(ab), total_of_neighbors(bb)


@INTERNAL
def combine(a, x, b, y, out):
    """out = a x + b y; `out` may be one of them."""
    u, v, w = x.reshape(-1), y.reshape(-1), out.reshape(-1)
    for k in range(0, w.shape[0], 8):
        store(w, k, a * load(u, k, EIGHT) + b * load(v, k, EIGHT))


@INTERNAL
def blend(weight, before, forces):
    """forces = (1 − weight) before + weight · forces; returns what :func:`dots` says of `forces` and `before` then."""
    x, y, rest = forces.reshape(-1), before.reshape(-1), 1.0 - weight
    aa, ab, bb = spread(0.0, EIGHT), spread(0.0, EIGHT), spread(0.0, EIGHT)
    for k in range(0, x.shape[0], 8):
        v = load(y, k, EIGHT)
        u = rest * v + weight * load(x, k, EIGHT)
        store(x, k, u)
        aa, ab, bb = aa + u * u, ab + u * v, bb + v * v
    return total_of_neighbors(aa), total_of_neighbors(ab), total_of_neighbors(bb)


@INTERNAL
def turn(weight, direction, forces):
    """direction = weight · direction + forces; returns direction·forces."""
    x, y, sums = direction.reshape(-1), forces.reshape(-1), spread(0.0, EIGHT)
    for k in range(0, x.shape[0], 8):
        force = load(y, k, EIGHT)
        turned = weight * load(x, k, EIGHT) + force
        store(x, k, turned)
        sums = sums + turned * force
    return total_of_neighbors(sums)


@INTERNAL
def at_rest(terrain, lists, point, forces, squares, tolerance, typical):
    """The stopping rule: whether max_i |F_i| / ⟨f⟩ < tolerance, or nothing can be done because a force is no number.

    ⟨f⟩ is summed only where it may decide, and every 50 evaluations, because it hardly changes; the bare maximum
    counts when pairs bear no force (:data:`FREE`). Nor is the maximum looked for while the mean square alone is too
    large.

    Args:
        squares: Σ_i |F_i|².

    Returns:
        (whether to stop, ⟨f⟩ as last summed).
    """
    near, regular = 2.0 * tolerance * (typical if typical > FREE else 1.0), lists.tally[EVALUATIONS] % 50 == 1
    if near * near * terrain.diameters.shape[0] < squares < inf and not regular:
        return False, typical
    largest = longest(forces, terrain.layout.edges)
    if not largest < inf:
        return True, typical
    if largest <= near or regular:
        typical = typical_force(terrain, lists, point)
    return largest < tolerance * (typical if typical > FREE else 1.0), typical


@INTERNAL
def follow_line(terrain, lists, origin, direction, slope, trial, sharp, point, forces):
    """Follow a line until the force along it has nearly vanished.

    Regula falsi with the Illinois weight on the force along the line; while the force does not fall, the step grows,
    but no particle moves further than `LARGEST_MOVE`. A secant that ends within `STRAIGHT` of the first trial is
    believed: the forces there are then those at both ends, combined linearly (:func:`blend`), and cost no evaluation.

    Args:
        origin: where the line begins, (d, slots); as the others a row of the stack.
        slope: force along the line there, > 0.
        trial: first step to try.
        sharp: stop when |force along the line| < sharp · slope.
        point: (d, slots), overwritten with where the search ends.
        forces: (d, slots), overwritten with those evaluated last.

    Returns:
        the lists, the step, and the weight of `forces` in those where it ended; `before` has the rest. It is 1 where
        they were evaluated there.
    """
    speed = longest(direction, terrain.layout.edges)
    furthest = LARGEST_MOVE / speed
    low, at_low, high, at_high = 0.0, slope, inf, 0.0
    step, last = min(trial, furthest), 0.0
    for attempt in range(20):
        combine(1.0, origin, step, direction, point)
        lists = evaluate(terrain, lists, point, forces, abs(step - last) * speed)
        along, last = dot(direction, forces), step
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
        if attempt == 0 and abs(target - step) * speed < STRAIGHT and abs(target - step) < 0.7 * step:
            combine(1.0, origin, target, direction, point)
            lists.way[0] += abs(target - step) * speed
            return lists, target, target / step
        step = target
    return lists, step, 1.0


@INTERNAL
def ended(lists, point, start):
    """The point as an array (N, d), and the evaluations that it took."""
    out = np.empty_like(start)
    from_slots(point, lists.neighbors.particle, out)
    return out, lists.tally[EVALUATIONS]


@njit(cache=True, error_model="numpy")
def conjugate_gradients(terrain, start, tolerance, budget):
    """Nonlinear conjugate gradients (Polak-Ribière⁺), each line followed to where the force along it vanishes."""
    lists, stack = begin(terrain, start), terrain.stack
    point, ahead, forces, before, direction = stack[0], stack[1], stack[2], stack[3], stack[4]
    lists = evaluate(terrain, lists, point, forces, 0.0)
    direction[:] = forces
    now = slope = dot(forces, forces)
    step, typical, weight = 1.0 / stiffness_bound(terrain, lists, point), 0.0, 1.0
    while lists.tally[EVALUATIONS] < budget:
        stop, typical = at_rest(terrain, lists, point, forces, now, tolerance, typical)
        if stop and weight == 1.0:
            break
        if stop:
            lists, weight = evaluate(terrain, lists, point, forces, 0.0), 1.0
            now, slope, _ = dots(forces, direction)
            continue
        if not slope > 0.0:
            direction[:] = forces
            slope = now
        before, forces = forces, before
        lists, step, weight = follow_line(terrain, lists, point, direction, slope, step, 0.1, ahead, forces)
        point, ahead = ahead, point
        now, both, then = dots(forces, before) if weight == 1.0 else blend(weight, before, forces)
        slope = turn(max((now - both) / then, 0.0), direction, forces)
    return ended(lists, point, start)


@INTERNAL
def project(history, forces, out):
    """out[k] = history[k]·forces, with all rows of one part of space before the next part is read; returns Σ |F_i|²."""
    x, squares = forces.reshape(-1), 0.0
    out[:] = 0.0
    for first in range(0, x.shape[0], PART):
        part = x[first : first + PART]
        for k in range(0, history.shape[0], 4):
            a, b, c, e = spread(0.0, EIGHT), spread(0.0, EIGHT), spread(0.0, EIGHT), spread(0.0, EIGHT)
            p, q, r, s = history[k], history[k + 1], history[k + 2], history[k + 3]
            for i in range(0, part.shape[0], 8):
                force = load(part, i, EIGHT)
                a, b = a + load(p, first + i, EIGHT) * force, b + load(q, first + i, EIGHT) * force
                c, e = c + load(r, first + i, EIGHT) * force, e + load(s, first + i, EIGHT) * force
            out[k] += total_of_neighbors(a)
            out[k + 1] += total_of_neighbors(b)
            out[k + 2] += total_of_neighbors(c)
            out[k + 3] += total_of_neighbors(e)
        squares += inner(part, part)
    return squares


@INTERNAL
def superpose(scale, forces, weights, history, out):
    """out = scale · forces + Σ_k weights[k] history[k], in the same manner; returns out·forces."""
    x, y = forces.reshape(-1), out.reshape(-1)
    along = 0.0
    for first in range(0, x.shape[0], PART):
        part, made = x[first : first + PART], y[first : first + PART]
        combine(scale, part, 0.0, part, made)
        for k in range(0, history.shape[0], 4):
            a, b, c, e = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
            p, q, r, s = history[k], history[k + 1], history[k + 2], history[k + 3]
            for i in range(0, made.shape[0], 8):
                two = a * load(p, first + i, EIGHT) + b * load(q, first + i, EIGHT)
                more = c * load(r, first + i, EIGHT) + e * load(s, first + i, EIGHT)
                store(made, i, load(made, i, EIGHT) + (two + more))
        along += inner(made, part)
    return along


@INTERNAL
def remember(step, direction, before, forces, moved, changed):
    """Write the last step and the change of the gradient; returns step·change and change·change."""
    x, y, z = direction.reshape(-1), before.reshape(-1), forces.reshape(-1)
    combine(step, x, 0.0, x, moved)
    combine(1.0, y, -1.0, z, changed)
    _, product, square = dots(moved, changed)
    return product, square


@INTERNAL
def descend(newest, count, mixed, squares, projections, weights):
    """The L-BFGS direction as a sum of forces and remembered vectors (two-loop recursion, Nocedal 1980), from products.

    Args:
        newest, count: the youngest slot, and how many are filled.
        mixed, squares: step·change of two slots (where the change is the younger), and change·change, (m, m).
        projections: products of steps, then of changes, with the forces, (2m,).
        weights: of steps, then of changes, in the direction, (2m,), overwritten.

    Returns:
        the weight of the forces.
    """
    memory = len(mixed)
    weights[:] = 0.0
    if count == 0:
        return 1.0
    scale = mixed[newest, newest] / squares[newest, newest]
    for back in range(count):
        i = (newest - back) % memory
        product = projections[i]
        for younger in range(back):
            j = (newest - younger) % memory
            product -= weights[memory + j] * mixed[i, j]
        weights[memory + i] = product / mixed[i, i]
    for back in range(count - 1, -1, -1):
        i = (newest - back) % memory
        product = scale * projections[memory + i]
        for other in range(count):
            j = (newest - other) % memory
            product -= scale * weights[memory + j] * squares[i, j]
            if other > back:
                product += weights[j] * mixed[j, i]
        weights[i] = weights[memory + i] - product / mixed[i, i]
    weights[memory:] *= -scale
    return scale


@njit(cache=True, error_model="numpy")
def limited_memory(terrain, start, tolerance, budget):
    """L-BFGS; a full step is taken unless the force along it says otherwise. The history says how many it remembers.

    What is remembered is read twice an iteration: for its products with the forces, from which all other products
    follow, and for the sum that is the direction. It is kept in single precision, because it only shapes the search,
    and its way from memory is what an iteration of a large system costs.
    """
    lists, stack = begin(terrain, start), terrain.stack
    point, ahead, forces, before, direction = stack[0], stack[1], stack[2], stack[3], stack[4]
    lists = evaluate(terrain, lists, point, forces, 0.0)
    history, memory = terrain.history, terrain.history.shape[0] // 2
    mixed, squares = np.empty((memory, memory)), np.empty((memory, memory))
    projections, earlier, weights = np.zeros(2 * memory), np.empty(2 * memory), np.empty(2 * memory)
    newest, count, typical, weight, now = -1, 0, 0.0, 1.0, dot(forces, forces)
    while lists.tally[EVALUATIONS] < budget:
        stop, typical = at_rest(terrain, lists, point, forces, now, tolerance, typical)
        if stop and weight == 1.0:
            break
        if stop:
            lists, weight = evaluate(terrain, lists, point, forces, 0.0), 1.0
            now = project(history, forces, projections)
            continue
        scale = descend(newest, count, mixed, squares, projections, weights)
        slope = superpose(scale, forces, weights, history, direction)
        if not slope > 0.0:
            direction[:] = forces
            slope, count = now, 0
        before, forces = forces, before
        trial = 1.0 if count > 0 else 1.0 / stiffness_bound(terrain, lists, point)
        lists, step, weight = follow_line(terrain, lists, point, direction, slope, trial, 0.9, ahead, forces)
        point, ahead = ahead, point
        if weight != 1.0:
            combine(1.0 - weight, before, weight, forces, forces)
        slot = (newest + 1) % memory
        product, square = remember(step, direction, before, forces, history[slot], history[memory + slot])
        projections, earlier = earlier, projections
        now = project(history, forces, projections)
        if 0.0 < product < inf and square < inf:
            newest, count = slot, min(count + 1, memory)
            mixed[:, slot] = earlier[:memory] - projections[:memory]
            squares[slot, :] = earlier[memory:] - projections[memory:]
            squares[:, slot] = squares[slot, :]
            mixed[slot, slot], squares[slot, slot] = product, square
        else:
            count = min(count, memory - 1)  # what was in the slot is gone
    return ended(lists, point, start)


@njit(cache=True, error_model="numpy")
def fast_inertial(terrain, start, tolerance, budget):
    """FIRE (Bitzek et al. 2006). The largest time step follows the stiffest direction, re-estimated every 50 steps."""
    lists, stack = begin(terrain, start), terrain.stack
    point, forces, velocity = stack[0], stack[2], stack[3]
    lists = evaluate(terrain, lists, point, forces, 0.0)
    slowest = 1.4 / sqrt(stiffness_bound(terrain, lists, point))
    mixing, time_step, downhill, typical = 0.1, slowest / 14.0, 0, 0.0
    while lists.tally[EVALUATIONS] < budget:
        squared, power, pull = dots(velocity, forces)
        stop, typical = at_rest(terrain, lists, point, forces, pull, tolerance, typical)
        if stop:
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
        downhill += 1
        if power < 0.0:
            mixing, time_step, downhill = 0.1, 0.5 * time_step, 0
        elif downhill >= 5:
            mixing, time_step = 0.99 * mixing, min(1.1 * time_step, slowest)
        fastest = longest(velocity, terrain.layout.edges)
        moment = min(time_step, LARGEST_MOVE / fastest)
        combine(1.0, point, moment, velocity, point)
        lists = evaluate(terrain, lists, point, forces, moment * fastest)
    return ended(lists, point, start)


METHODS = {"cg": (conjugate_gradients, 0), "lbfgs": (limited_memory, 2 * MEMORY), "fire": (fast_inertial, 0)}
"""Each with the rows of history that it wants."""
