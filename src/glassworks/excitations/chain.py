"""From a glass's softest harmonic mode to its quartic and cubic modes, and what they say of each other."""

from __future__ import annotations

from itertools import combinations
from math import nan
from typing import Any

import numpy as np

from glassworks.elasticity.moduli import simple_shear, strained
from glassworks.excitations.hybridization import Across, difference, predicted_cubics
from glassworks.excitations.nonlinear import Mode, cubic_mode, quartic_mode
from glassworks.excitations.softspots import descend
from glassworks.vibrations import participation
from glassworks.vibrations.expansion import contractions
from glassworks.vibrations.threads import single_threaded

SPOT_STEPS = 200
"""Of the map that leads to a pseudo-harmonic mode."""
SAME = 1e-6
"""Modes of a glass whose stiffness differs by no more than this part are one."""


@single_threaded
def chain(glass: Any, modes: Any, shear: bool, steps: int) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What :data:`glassworks.observables.nonlinear_modes.COLUMNS` says of a glass, by name, with `status`; and the
    fields ψ, π_4, π_3 and the second quartic mode (zeros where there is none), each (N, d).

    Args:
        glass: a :class:`glassworks.glasses.Glass`.
        modes: its softest harmonic modes (:class:`glassworks.vibrations.Modes`).
        shear: whether cubic modes are sought from nonaffine velocities too.
        steps: of a search at most.

    Raises:
        ArithmeticError: no quartic mode can be sought from the harmonic one.
    """
    bonds, factor, psi = glass.bonds, glass.factor, modes.vectors[0].astype(float)
    harmonic, squared = contractions(bonds, psi), float(modes.frequencies[0] ** 2)
    row: dict[str, Any] = {
        "frequency": float(modes.frequencies[0]), "participation": float(participation(psi[None])[0]),
        "third": abs(harmonic.third), "fourth": harmonic.fourth,
    }  # fmt: skip
    quartic = quartic_mode(bonds, factor, psi, steps)
    quartic = _towards(psi, quartic)
    pi = quartic.vector
    across = Across(factor, psi, squared)
    row |= _of_mode("quartic", quartic) | {
        "quartic_overlap": _product(pi, psi), "quartic_third": abs(quartic.third),
        "quartic_contraction": float(np.linalg.norm(factor.matrix @ pi.ravel())) / quartic.stiffness,
        "quartic_residual": quartic.residual, "quartic_steps": quartic.steps,
    }  # fmt: skip
    apart = difference(glass.configuration, bonds, across, quartic)
    row |= {
        "difference": apart.squares, "difference_stiffness": apart.stiffness, "difference_identity": apart.identity,
        "difference_predicted": apart.predicted, "difference_length": apart.length, "difference_band": apart.band,
    }  # fmt: skip
    second, told = _second(glass, psi, pi, steps)
    row |= told
    spot = descend(bonds, factor, pi.reshape(-1, 1).copy(), SPOT_STEPS, 0.9)
    row |= {
        "spot_stiffness": float(spot.z[:, 0] @ (factor.matrix @ spot.z[:, 0])),
        "spot_overlap": abs(float(spot.z[:, 0] @ pi.ravel())),
    }
    cubics = [cubic_mode(bonds, factor, start, steps) for start in (pi, *(nonaffine(glass) if shear else ()))]
    kept = softest([each.stiffness if each.converged else np.inf for each in cubics])
    cubic = cubics[kept]
    row |= _of_mode("cubic", cubic) | {
        "cubic_from": kept, "cubic_third": cubic.third, "cubic_overlap": _product(cubic.vector, psi),
        "cubic_quartic": _product(cubic.vector, pi), "from_quartic": cubics[0].stiffness,
        "cubic_residual": cubic.residual, "cubic_steps": sum(each.steps for each in cubics),
    }  # fmt: skip
    row |= _couplings(glass, cubic)
    softer, stiffer = predicted_cubics(bonds, across)
    row |= {
        "predicted_stiffness": softer.stiffness, "predicted_third": softer.third, "coupling": softer.coupling,
        "predicted_overlap": _product(softer.vector, cubic.vector),
    }  # fmt: skip
    row |= _other_side(glass, cubics[0], (softer.vector, stiffer.vector), steps)
    lost = [name for name, mode in (("quartic", quartic), ("cubic", cubic)) if not mode.converged]
    row["status"] = f"no {' and no '.join(lost)} mode converged" if lost else "ok"
    return row, {"harmonic": psi, "quartic": pi, "cubic": _towards(psi, cubic).vector, "second": second}


def softest(stiffness: list[float]) -> int:
    """The number of the softest of some modes; of those that are one, the first."""
    least = min(stiffness)
    return next(number for number, each in enumerate(stiffness) if each <= least * (1.0 + SAME))


def nonaffine(glass: Any) -> list[np.ndarray]:
    """Nonaffine velocities −M⁺ ∂²U/∂γ∂x, (N, d) each, of simple and then of pure shear in each plane."""
    bonds, n, d = glass.bonds, *glass.configuration.positions.shape
    strains = [simple_shear(bonds, n, a, b) for a, b in combinations(range(d), 2)]
    for a, b in combinations(range(d), 2):
        tensor = np.zeros((d, d))
        tensor[a, a], tensor[b, b] = 0.5, -0.5
        strains.append(strained(bonds, n, tensor))
    moved = glass.factor.solve(np.stack([strain.mixed for strain in strains], axis=1))
    return [-column.reshape(n, d) for column in moved.T]


def _of_mode(name: str, mode: Mode) -> dict[str, float]:
    return {
        f"{name}_stiffness": mode.stiffness, f"{name}_fourth": mode.fourth,
        f"{name}_participation": float(participation(mode.vector[None])[0]),
    }  # fmt: skip


def _second(glass: Any, psi: np.ndarray, pi: np.ndarray, steps: int) -> tuple[np.ndarray, dict[str, float]]:
    """The quartic mode that what is left of ψ without π leads to, and what is told of it; nothing where that has no
    positive χ."""
    nothing = np.zeros_like(psi), {"second_stiffness": nan, "second_overlap": nan, "second_same": nan}
    try:
        second = _towards(psi, quartic_mode(glass.bonds, glass.factor, psi - (psi * pi).sum() * pi, steps))
    except ArithmeticError:
        return nothing
    if not second.converged:
        return nothing
    return second.vector, {
        "second_stiffness": second.stiffness, "second_overlap": _product(second.vector, psi),
        "second_same": _product(second.vector, pi),
    }  # fmt: skip


def _couplings(glass: Any, cubic: Mode) -> dict[str, float]:
    n, d = glass.configuration.positions.shape
    each = [
        float(simple_shear(glass.bonds, n, a, b).mixed @ cubic.vector.ravel()) for a, b in combinations(range(d), 2)
    ]
    return {"shear_coupling": each[0], "shear_coupling_mean": float(np.sqrt(np.mean(np.square(each))))}


def _other_side(glass: Any, cubic: Mode, starts: tuple[np.ndarray, ...], steps: int) -> dict[str, float]:
    """The cubic mode on the other side of τ = 0: from that of two predicted ones which is on it."""
    found = {"other_stiffness": nan, "other_third": nan, "other_overlap": nan}
    across = [start for start in starts if (start * cubic.vector).sum() < 0.0]
    if not across:
        return found
    other = cubic_mode(glass.bonds, glass.factor, across[0], steps)
    if not other.converged:
        return found
    return {
        "other_stiffness": other.stiffness, "other_third": other.third,
        "other_overlap": _product(other.vector, cubic.vector),
    }  # fmt: skip


def _towards(psi: np.ndarray, mode: Mode) -> Mode:
    """The same mode, its field along ψ."""
    return mode if (mode.vector * psi).sum() >= 0.0 else mode._replace(vector=-mode.vector, third=-mode.third)


def _product(one: np.ndarray, other: np.ndarray) -> float:
    return abs(float((one * other).sum()))
