"""What was found beyond the paper: values with their intervals, on which no verdict is passed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics.measured import Measured, ends, ladder
from glassworks.studies.sticky import DEEP, LIKE_DEEP, STICKY
from glassworks.studies.sticky.analysis.counted import known

ANNEALED = {
    "shear": "G", "bulk": "K", "nonaffine": "G_na/G", "omega_reduced": "ω_g/ω_0", "core": "N e_0",
}  # fmt: skip
"""What is compared between chains of swap Monte Carlo and of molecular dynamics."""


def findings(measured: list[Measured]) -> pd.DataFrame:
    """A row a finding: changes by annealing of polydisperse sticky spheres, which swap Monte Carlo takes deeper, beside
    those of the binary ones of the same r_c; and the share of pairs of strongly negative stiffness."""
    return pd.DataFrame([*_annealed(measured), *_stiffness(measured)])


def _annealed(measured: list[Measured]) -> Iterator[dict]:
    for group in (DEEP, LIKE_DEEP):
        steps = ladder(measured, group)
        for quantity, told in ANNEALED.items():
            usable = [one for one in steps if np.isfinite(known(one, quantity)[0])]
            if len(usable) > 1:
                ratio = known(usable[0], quantity) / known(usable[-1], quantity)
                yield _row(f"{told}, coldest over hottest", group, usable, ratio)


def _stiffness(measured: list[Measured]) -> Iterator[dict]:
    for group in STICKY:
        steps = [one for one in ladder(measured, group) if np.isfinite(one.get("strongly_negative")[0])]
        for end in dict.fromkeys((0, len(steps) - 1) if steps else ()):
            yield _row("share of pairs with φ'' ≪ 0", group, steps[end : end + 1], steps[end].get("strongly_negative"))


def _row(finding: str, group: str, steps: list[Measured], draws: np.ndarray) -> dict:
    """Of glasses between the coldest and the hottest of some parent temperatures."""
    return {
        "finding": finding, "group": group, "model": steps[0].key["model"], "coldest": steps[0].temperature,
        "hottest": steps[-1].temperature, "samples": min(len(one.samples) for one in (steps[0], steps[-1])),
    } | ends("value", draws)  # fmt: skip
