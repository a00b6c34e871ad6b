"""Pressure and athermal moduli of a glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables._flags import BACKWARD_ERROR, flagged

if TYPE_CHECKING:
    from glassworks.glasses import Glass

OF = GLASSES
STRESS = "ε/λ^d"


class Parameters(Strict):
    """Nothing to choose."""


COLUMNS = {
    "pressure": Column(STRESS, "pressure, its virial part"),
    "shear": Column(STRESS, "athermal shear modulus G, averaged over shear planes"),
    "shear_born": Column(STRESS, "its affine (Born) part"),
    "shear_nonaffine": Column(STRESS, "its relaxation part, G = born − nonaffine"),
    "bulk": Column(STRESS, "athermal bulk modulus K = −(1/d) dp/dη"),
    "bulk_born": Column(STRESS, "its affine (Born) part"),
    "bulk_nonaffine": Column(STRESS, "its relaxation part, K = born − nonaffine"),
    "backward_error": Column(
        "1", "‖M x − b‖/(‖M‖‖x‖ + ‖b‖) of the linear solution, the worst of the row", below=BACKWARD_ERROR
    ),
}
MODULI = ("pressure", "shear", "shear_born", "shear_nonaffine", "bulk", "bulk_born", "bulk_nonaffine", "backward_error")

LAWS = {"": Law(scale=0.0112, power=1.6, memory=60.0, rising=1.5)}


def rows(system: System, parameters: Parameters) -> float:
    return 1


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    found = glass.moduli()
    row = {name: np.array([float(getattr(found, name))]) for name in MODULI}
    return row | {"status": flagged(row["backward_error"] < BACKWARD_ERROR, "inaccurate solution")}
