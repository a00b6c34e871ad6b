"""Plane waves in the linear dynamics of a glass: how they oscillate and die, by products with the Hessian alone.

A wave starts with displacements zero and velocities v = e cos(k·r) or e sin(k·r), e along k or across it, and moves as
ü = −M u. Its velocities' autocorrelation is C(t) = ⟨v|cos(√M t)|v⟩ / ⟨v|v⟩ (Kapteijns 2021, Sect. 5.3).

In steps of Δt the leapfrog u_{n+1} = 2u_n − u_{n−1} − Δt² M u_n, begun with u_0 = v and u_1 = v − ½ Δt² M v, gives
u_n = cos(nθ) v *exactly*, with θ = 2 arcsin(√M Δt/2): Chebyshev's recursion. A step may therefore be nearly as long as
is stable, Δt < 2/ω_max. What is seen at the angle θ with a decay g a step has the frequency Ω = (2/Δt) sin(θ/2) and the
rate Γ = (g/Δt) cos(θ/2) (:func:`unmapped`). Half of the products are spared by

    C_{2n} = 2 ⟨u_n|u_n⟩ − 1,   C_{2n+1} = 2 ⟨u_{n+1}|u_n⟩ − C_1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from glassworks.configurations import Configuration
from glassworks.lanes import difference, load, scaled_sum, spread, spread_point, store
from glassworks.models.pairs import multiply_add
from glassworks.vibrations.filters import WIDTH, Operator

ASKED = 32
"""Products between two questions whether what was found will do."""
ZONE = 0.5
"""Wave vectors reach up to so many wavelengths in a mean distance a₀: half a wave, as in a crystal's first zone."""


def wave_vector(configuration: Configuration, numbers) -> np.ndarray:
    """k = 2π (n_x/L_x, n_y/L_y, …) in 1/λ, (d,).

    Raises:
        ValueError: a box that is tilted; numbers that are not d whole ones, or all zero; a wave beyond the first zone.
    """
    box, given = configuration.box, np.asarray(numbers)
    if any(box.tilts):
        raise ValueError("waves are of boxes with right angles, and this one is tilted")
    if given.shape != (box.dimension,) or (given != np.round(given)).any() or not given.any():
        raise ValueError(
            f"numbers: {given.tolist()}; allowed: {box.dimension} whole numbers, not all zero: waves in the box"
        )
    found = 2.0 * np.pi * given / np.array(box.edges)
    spacing = (box.volume / len(configuration)) ** (1.0 / box.dimension)
    longest = 2.0 * np.pi * ZONE / spacing
    if not np.linalg.norm(found) <= longest:
        raise ValueError(
            f"numbers: {given.tolist()}: |k| = {np.linalg.norm(found):.3g} lies beyond the first zone; "
            f"allowed: up to π/a₀ = {longest:.3g}"
        )
    return found


def polarizations(k: np.ndarray) -> np.ndarray:
    """Unit vectors along k, and across it, (d, d): the longitudinal one first."""
    along = k / np.linalg.norm(k)
    basis = np.linalg.qr(np.column_stack([along, np.eye(len(k))[:, np.argsort(abs(along))[: len(k) - 1]]]))[0]
    return np.vstack([along, basis[:, 1:].T])


def images(numbers) -> list[tuple[int, ...]]:
    """Waves that a cube's symmetry makes alike, d of them across each other: in a plane (a, b) and (−b, a)."""
    given = tuple(int(number) for number in numbers)
    if len(given) == 2:
        return [given, (-given[1], given[0])]
    return [given[k:] + given[:k] for k in range(len(given))]


def plane_wave(configuration: Configuration, k: np.ndarray, e: np.ndarray, sine: bool) -> np.ndarray:
    """e cos(k·r) or e sin(k·r) without its translation, of length one, (dN,)."""
    phases = configuration.positions @ k
    field = np.outer(np.sin(phases) if sine else np.cos(phases), e)
    field -= field.mean(axis=0)
    return (field / np.linalg.norm(field)).ravel()


@njit(cache=True, error_model="numpy")
def leap(start, partner, values, scale, center, x, out, sums, lanes, edges):
    """out ← scale (M − center) x − out, a row of registers a particle's component; sums ← ⟨out|out⟩ and ⟨out|x⟩.

    Args:
        x, out: (dN · WIDTH,).
        sums: (2 WIDTH,).
        lanes, edges: tuples of length WIDTH and d.
    """
    width, d = len(lanes), len(edges)
    same, next_to = spread(0.0, lanes), spread(0.0, lanes)
    for i in range(start.shape[0] - 1):
        first = spread_point(values, start[i] * d, edges, lanes)
        row = difference(first, first)
        for slot in range(start[i], start[i + 1]):
            for k in range(d):
                other = load(x, (np.int64(partner[slot]) * d + k) * width, lanes)
                row = scaled_sum(row, other, spread_point(values, slot * d + k, edges, lanes))
        for m in range(d):
            at = (i * d + m) * width
            here = load(x, at, lanes)
            new = scale * (row[m] - center * here) - load(out, at, lanes)
            store(out, at, new)
            same, next_to = multiply_add(new, new, same), multiply_add(new, here, next_to)
    store(sums, 0, same)
    store(sums, width, next_to)


def autocorrelations(
    operator: Operator,
    fields: np.ndarray,
    step: float,
    count: int,
    enough: Callable[[np.ndarray], bool] = lambda so_far: False,
) -> np.ndarray:
    """C at the times 0, Δt, …, (count − 1) Δt of waves that begin with some velocities, (count, waves).

    Args:
        operator: the Hessian.
        fields: velocities of length one, (dN, waves), at most `WIDTH` of them.
        step: Δt < 2/ω_max, in λ (m/ε)^½: who asks for more gets what grows without bound.
        enough: is asked now and then, with what was found so far, whether fewer times will do.
    """
    waves, d = fields.shape[1], operator.dimension
    here = np.zeros((operator.size, WIDTH))
    here[:, :waves] = fields.reshape(-1, d, waves)[operator.order].reshape(-1, waves)
    there, sums = np.zeros_like(here), np.zeros(2 * WIDTH)
    found = np.empty((count + 2, WIDTH))
    found[0] = 1.0
    scale, center = -(step**2), 2.0 / step**2
    shape = (0,) * WIDTH, (0,) * d
    leap(*operator.blocks, 0.5 * scale, center, here.ravel(), there.ravel(), sums, *shape)
    found[1], found[2] = sums[WIDTH:], 2.0 * sums[:WIDTH] - 1.0
    for n in range(1, (count + 1) // 2):
        leap(*operator.blocks, scale, center, there.ravel(), here.ravel(), sums, *shape)
        here, there = there, here
        found[2 * n + 1] = 2.0 * sums[WIDTH:] - found[1]
        found[2 * n + 2] = 2.0 * sums[:WIDTH] - 1.0
        operator.products += 1
        if n % ASKED == 0 and enough(found[: 2 * n + 3, :waves]):
            return found[: min(count, 2 * n + 3), :waves]
    return found[:count, :waves]


def unmapped(angle, decay, step: float):
    """Frequency Ω and rate Γ, in (ε/m)^½/λ, of what turns by an angle θ a step and whose energy decays by g a step."""
    return 2.0 / step * np.sin(0.5 * angle), decay / step * np.cos(0.5 * angle)
