"""Glasses one by one: strained ones, how their modes fall off, and the modes of one of them in pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glassworks.statistics import fields
from glassworks.statistics.tables import KEYS, good


def strained(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each glass whose cubic mode was followed under strain, κ in the chapter's unit."""
    rows = good(raw["strained_cubics"])
    if rows.empty or known.empty:
        return pd.DataFrame()
    unit = known.set_index("model")["unit_frequency"]
    rows = rows[rows["model"].isin(unit.index)]
    keep, w = rows[[*(key for key in KEYS if key in rows), "sample", "ratio"]], rows["model"].map(unit)
    return keep.assign(
        omega3=np.sqrt(rows["stiffness"]) / w, turned=rows["slope"] / w**2, told=rows["predicted"] / w**2
    )


def _fields(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame, float]]:
    """Each field of each ensemble of a model that has units, its shells, and the density."""
    rows = good(raw["mode_fields"])
    if rows.empty or known.empty:
        return
    density = known.set_index("model")["density"]
    rows = rows[rows["model"].isin(density.index)]
    for (_, field), mine in rows.groupby(["ensemble", "field"], sort=False):
        yield int(field), mine, float(density[mine["model"].iloc[0]])


def decays(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each field and shell of each ensemble: the median over glasses of the shell's median |z_i|²."""
    found = _fields(raw, known)
    return pd.DataFrame([row | {"field": field} for field, rows, rho in found for row in fields.decay(rows, rho)])


def falls(raw: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """A row for each field of each ensemble: the exponent of |z|² in r between its core and L/4."""
    told = [(field, fields.fall(rows, rho)) for field, rows, rho in _fields(raw, known)]
    return pd.DataFrame([row | {"field": field} for field, row in told if row])


APART = 0.5
"""Overlap below which two quartic modes of a glass are two, and above which a quartic mode is in the harmonic one."""


def pictures(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The particles that move most in the modes of three glasses of each model, of its largest ensemble: of that whose
    softest mode is the softest, of that whose softest mode is most of all two quartic ones, and of that where it holds
    most of all beside one."""
    rows, modes = good(raw["mode_pictures"]), good(raw["nonlinear_modes"])
    if rows.empty or modes.empty:
        return pd.DataFrame()
    found = []
    for _, mine in rows.groupby("model", sort=False):
        there = modes.merge(mine[["ensemble", "sample"]].drop_duplicates(), on=["ensemble", "sample"])
        there = there[there["n"] == there["n"].max()].drop_duplicates(["ensemble", "sample"])
        two = there[(there["second_same"] < APART) & there["second_overlap"].notna()]
        one = there[there["quartic_overlap"] > APART]
        for which, first in (
            ("softest", there.nsmallest(1, "frequency")), ("hybridized", two.nlargest(1, "second_overlap")),
            ("mixed", one.nsmallest(1, "quartic_overlap")),
        ):  # fmt: skip
            if first.empty:
                continue
            ensemble, sample = first[["ensemble", "sample"]].iloc[0]
            found.append(fields.picture(mine, ensemble, sample).assign(shown=which))
    return fields.stacked(found)
