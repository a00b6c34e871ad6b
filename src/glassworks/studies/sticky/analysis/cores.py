"""Participation ratios of soft modes: the plateau of e below a threshold, its height N e_0, and what the threshold does
(Figs. 11 and 14, App. A 2).

The paper sets a threshold for each ensemble by eye and averages N e below it. Here it is the end of the window of A_g,
the same part of each ensemble's own ω_g, before the first phonon band.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics import spectra
from glassworks.statistics.measured import FEWEST, Measured, ends, key_of
from glassworks.statistics.resampling import ratio_draws
from glassworks.studies.sticky import STICKY
from glassworks.studies.sticky.analysis.counted import Shares, ladders, sticky
from glassworks.studies.sticky.analysis.spectra import ALL, BINS, WINDOWS


class Below:
    """The modes of an ensemble below a threshold, which is chosen again in each draw.

    Attributes:
        count: draws of their number.
        x, y: ln ω and ln e (modes,); `weight` (1 + repeats, modes) of those below in each draw.
        size: draws of N e_0, the mean of N e.
    """

    def __init__(self, one: Measured, share: np.ndarray, upper: np.ndarray):
        modes = one.soft.modes
        kept = modes.frequency <= np.nan_to_num(upper).max()
        frequency, owner = modes.frequency[kept], modes.owner[kept]
        self.one, self.x, self.y = one, np.log(frequency), np.log(share[kept])
        self.weight = np.where(frequency <= upper[:, None], one.soft.weight[:, owner], 0.0)
        self.count = self.weight.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.size = one.n * (self.weight @ share[kept]) / self.count
            self.known = self.count[0] >= FEWEST

    def products(self) -> tuple[np.ndarray, np.ndarray]:
        """Draws of Σ xy and Σ x² about the ensemble's own means."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = (self.weight @ each / self.count for each in (self.x, self.y))
        return (
            self.weight @ (self.x * self.y) - self.count * x * y,
            self.weight @ (self.x * self.x) - self.count * x**2,
        )


def slope(several: list[Below]) -> np.ndarray:
    """Draws of d ln e/d ln ω, one for several ensembles, each about its own means; 0 on a plateau."""
    up, down = (sum(each) for each in zip(*(one.products() for one in several), strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(down > 0, up / down, np.nan)


def add_core_slopes(measured: list[Measured], share: Shares) -> None:
    """Add the draws `core_slope` of the modes in the window of N e_0."""
    for one in sticky(measured):
        below = Below(one, share[one.key["ensemble"]], one.soft.window.upper)
        if below.known:
            one.draws["core_slope"] = slope([below])


def core_thresholds(measured: list[Measured], share: Shares) -> pd.DataFrame:
    """N e_0 at the coldest T_p over that at the hottest, and d ln e/d ln ω below the threshold, against the threshold.

    `relative` is the threshold over ω_g; one that lies in the first phonon band, or above the modes that were found, is
    none. Rows of each r_c, and of all together (`all`, no ratio).
    """
    rows, each = [], ladders(sticky(measured))
    for relative in np.unique(np.append(WINDOWS, spectra.SOFT)):
        every = []
        for group, steps in each.items():
            mine = []
            for one in steps:
                upper = relative * one.get("omega_g")
                # the chosen one is the window of A_g, which ends before phonons by itself
                upper = one.soft.window.upper if relative == spectra.SOFT else upper
                if upper[0] <= min(one.soft.complete, one.limit[0]):
                    below = Below(one, share[one.key["ensemble"]], upper)
                    mine += [below] if below.known else []
            rows.append(_threshold(group, mine, relative))
            every += mine
        rows.append(_threshold(ALL, every, relative))
    return pd.DataFrame([row for row in rows if row])


def _threshold(group: str, several: list[Below], relative: float) -> dict:
    if not several:
        return {}
    reach = [below.one.temperature for below in several]
    ratio = np.full(len(several[0].count), np.nan)
    if group in STICKY and len(several) > 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = several[0].size / several[-1].size
    return {
        "group": group, "relative": relative, "chosen": bool(relative == spectra.SOFT), "temperatures": len(several),
        "coldest": min(reach), "hottest": max(reach), "samples": min(len(below.one.samples) for below in several),
        "modes": int(sum(below.count[0] for below in several)),
    } | ends("ratio", ratio) | ends("core_slope", slope(several))  # fmt: skip


def core_profiles(measured: list[Measured], share: Shares) -> pd.DataFrame:
    """N e averaged over modes in bins of ω/ω_0: the running average beside which N e_0 is set (Fig. 14)."""
    rows = []
    for one in sticky(measured):
        modes, mine_e, unit = one.soft.modes, share[one.key["ensemble"]], one.get("unit")[0]
        inside = modes.frequency <= one.soft.complete
        if inside.sum() < FEWEST:
            continue
        edges = np.geomspace(modes.frequency[inside].min() * 0.999, one.soft.complete, BINS + 1)
        place = np.digitize(modes.frequency, edges) - 1
        for number in range(BINS):
            mine = inside & (place == number)
            if mine.sum() < FEWEST:
                continue
            size = np.bincount(modes.owner[mine], mine_e[mine] * one.n, modes.samples)
            count = np.bincount(modes.owner[mine], minlength=modes.samples).astype(float)
            rows.append(
                key_of(one)
                | {"frequency": np.sqrt(edges[number] * edges[number + 1]) / unit, "modes": int(mine.sum())}
                | ends("core", ratio_draws(size, count, one.soft.weight))
            )
    return pd.DataFrame(rows)
