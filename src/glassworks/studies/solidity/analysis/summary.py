"""One row an ensemble: what it holds, and the means of what was measured on it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.correlations import far_field
from glassworks.statistics.resampling import mean_draws
from glassworks.statistics.scaling import proportion
from glassworks.studies.solidity.analysis.ensembles import Ensemble, per_sample, rows_of, spread, told
from glassworks.studies.solidity.analysis.fields import INHERENT, THERMAL, correlation
from glassworks.studies.solidity.analysis.moduli import longest
from glassworks.studies.solidity.analysis.networks import DEFAULT

MEANS = {
    "frames": ("energy", "pressure", "hexatic", "remaining"),
    "fluctuations": ("shear", "shear_born", "shear_fluctuation", "shear_initial"),
}


def measured(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    """Draws of everything that has one value an ensemble, by column of the summary."""
    tables = {
        "frames": rows_of(ensemble, raw["frames"]),
        "fluctuations": longest(rows_of(ensemble, raw["fluctuations"])),
    }
    found = {
        name: mean_draws(per_sample(ensemble, tables[table], name), ensemble.weight)
        for table, names in MEANS.items()
        for name in names
        if len(tables[table])
    }
    if len(tables["fluctuations"]):
        found["shear_spread"] = spread(per_sample(ensemble, tables["fluctuations"], "shear"), ensemble.weight)
    return found | ensemble.networks.get(DEFAULT, {}) | _fields(ensemble, raw) | _inherent(ensemble, raw)


def _fields(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    known = correlation(ensemble, raw, THERMAL)
    if known is None:
        return {}
    edges, averaged, fixed = known
    far, along = far_field(edges, averaged), far_field(edges, fixed)
    return {
        "integral": along.integral,
        "integral_floor": along.floor,
        "integral_averaged": far.integral,
        "integral_averaged_floor": far.floor,
        "signed": far.signed,
        "amplitude": far.amplitude,
    }


def _inherent(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    rows, known = rows_of(ensemble, raw["inherent"]), correlation(ensemble, raw, INHERENT)
    if known is None or rows.empty:
        return {}
    found = {
        f"athermal_{name}": mean_draws(per_sample(ensemble, rows, name), ensemble.weight)
        for name in ("energy", "pressure", "shear", "rattlers")
    }
    far = far_field(known[0], known[1])
    return found | {"inherent_amplitude": far.amplitude, "inherent_signed": far.signed}


def summary_row(ensemble: Ensemble, raw: dict[str, pd.DataFrame]) -> dict:
    row = {
        **ensemble.head(),
        "samples": len(ensemble.samples),
        "excluded": sum(ensemble.excluded.values()),
        "excluded_why": ", ".join(f"{count} {reason}" for reason, count in ensemble.excluded.items()),
        "included": len(ensemble.samples) > 0,
        "reason": "ok" if len(ensemble.samples) else "no sound trajectory",
    }
    if not len(ensemble.samples) or ensemble.keys["protocol"] == "relax":
        return row
    for name, table in (("length", "frames"), ("window", "fluctuations")):
        rows = rows_of(ensemble, raw[table])
        row[name] = float(rows[name].max()) if len(rows) else np.nan
    for name, draws in ensemble.draws.items():
        row |= {name: float(draws[0])} if name.endswith("_floor") else told(name, draws)
    for name in ("spanning", "wrapping"):
        if name in ensemble.draws:
            count = len(ensemble.samples)
            row[f"{name}_error"] = float(proportion(ensemble.draws[name][0] * count, count)[1])
    return row
