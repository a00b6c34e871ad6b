"""Trajectories that crystallized."""

from __future__ import annotations

from glassworks.dynamics.hexatic import CRYSTALLINE
from glassworks.preparing._chains import OK


def crystal_status(hexatic: float) -> str:
    """The status of a trajectory by its mean |ψ_6|, which is not a number where it cannot be told."""
    return f"crystal: mean |ψ6| is {hexatic:.2f}, above {CRYSTALLINE:g}" if hexatic > CRYSTALLINE else OK
