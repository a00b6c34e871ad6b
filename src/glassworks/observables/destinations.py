"""The distinct states that a glass's pulls end in: how many lead there, what moves, where, and how it falls off
(Mizuno et al. 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
DIMENSIONS = (3,)
NEEDS = FIELDS = ("selected_modes", "pulls")
UNIT_MASSES = True


class Parameters(Strict):
    """Tails are fitted from a distance `inner` on, in λ; modes whose participation ratio is at most `localized` tell
    where the glass is soft."""

    inner: Annotated[float, Field(gt=0)] = 3.0
    localized: Annotated[float, Field(gt=0, le=1)] = 0.1


COLUMNS = {
    "destination": Column("1", "number of the state among those that this glass's pulls end in", whole=True),
    "hits": Column("1", "pulls that end there, both sides counted", whole=True),
    "modes": Column("1", "modes of which a pull ends there", whole=True),
    "amplitude": Column("λ", "smallest A_c of these pulls", least=0.0),
    "distance": Column("λ", "|Δr| = (Σ|Δr_i|²)^½", least=0.0),
    "energy": Column("ε", "ΔΦ, the energy there minus that at home"),
    "rearranged": Column("1", "N_rearr = (Σ Δr_i²)²/Σ (Δr_i²)²", least=0.0),
    "farthest": Column("λ", "largest |Δr_i|", least=0.0),
    "regions": Column(
        "1", "regions that do not touch, of particles that move at least a tenth as far as the farthest", whole=True
    ),
    "inner": Column("λ", "where the fit of the tail begins"),
    "outer": Column("λ", "where it ends, 0.8 of half the box"),
    "exponent": Column("1", "a of |Δr_i| ∝ r^-a around the particle that moves farthest", known=False),
    "exponent_dipole": Column(
        "1", "the same of the linear response to a force dipole on that particle and a neighbor", known=False
    ),
    "localized": Column("1", "modes of the lowest that count as localized", whole=True),
    "softness": Column(
        "1",
        "part of all particles whose share of the localized modes is smaller than the farthest mover's",
        known=False,
    ),
}
LAWS = {"": Law(scale=0.4, power=1.5, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return 10


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    from glassworks.excitations.dipoles import dipoles
    from glassworks.landscape.fields import regions, standing, tail
    from glassworks.landscape.transitions import distance, rearranged
    from glassworks.vibrations import Unstable

    modes, pulls = (means.found[name] for name in NEEDS)
    if "destinations" not in pulls or "vectors" not in modes:
        raise Unstable(str(pulls["status"][0]))
    soft = (modes["participation"] <= parameters.localized) & (modes["spaced"] == 0)
    share = (modes["vectors"][soft].astype(float) ** 2).sum(axis=(0, 2))
    home, found = glass.configuration, []
    for number, field in enumerate(pulls["destinations"].astype(float)):
        there = pulls["destination"] == number
        steps = np.linalg.norm(field, axis=1)
        mover = int(steps.argmax())
        place = home.positions[mover]
        pair = np.flatnonzero((glass.bonds.first == mover) | (glass.bonds.second == mover))[:1]
        far = tail(home, place, field, parameters.inner)
        answer = glass.factor.solve(dipoles(glass.bonds, pair, len(home))).reshape(field.shape)
        found.append({
            "destination": number, "hits": int(there.sum()), "modes": len(np.unique(pulls["mode"][there])),
            "amplitude": float(pulls["amplitude"][there].min()), "distance": distance(field),
            "energy": float(np.median(pulls["energy"][there])), "rearranged": rearranged(field),
            "farthest": float(steps[mover]), "regions": regions(home, field), "inner": far.inner, "outer": far.outer,
            "exponent": far.exponent, "exponent_dipole": tail(home, place, answer, parameters.inner).exponent,
            "localized": int(soft.sum()), "softness": standing(share, mover) if soft.any() else np.nan, "status": "ok",
        })  # fmt: skip
    return {name: np.array([row[name] for row in found]) for name in (*COLUMNS, "status")}
