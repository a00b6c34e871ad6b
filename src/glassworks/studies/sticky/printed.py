"""The table that the paper prints: parent temperatures, sizes and samples, beside ours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.figures import Tables
from glassworks.studies.sticky import STICKY

NONE = "–"
"""Where there is no such number."""


def ensembles(tables: Tables) -> pd.DataFrame:
    """Table I: r_c, T_p, N and samples as published, and those made here with the evidence of their equilibrium.

    Options: `<group>_temperatures`, `<group>_n` and `<group>_samples`, the latter one number or one each.
    """
    rows = []
    for group, cutoff in STICKY.items():
        published = _published(tables.options, group)
        mine = _mine(tables, group)
        for temperature in sorted({*published, *mine["temperature"]}, reverse=True):
            n, samples = published.get(temperature, (NONE, NONE))
            here = mine[mine["temperature"] == temperature]
            for one in here.to_dict("records") or [{}]:
                rows.append({
                    "r_c": cutoff, "T_p": temperature, "N published": n, "samples published": samples,
                    "N": one.get("n", NONE), "samples": one.get("samples", NONE),
                    "τ of overlap": one.get("overlap_time", np.nan), "τ of stress": one.get("stress_time", np.nan),
                    "τ before": one.get("before_ratio", np.nan), "c(0)V/⟨U_γγ⟩": one.get("zero_ratio", np.nan),
                    "evidence": _evidence(one),
                })  # fmt: skip
    return pd.DataFrame(rows)


def _published(options: dict, group: str) -> dict[float, tuple[int, int]]:
    """N and samples of each published T_p."""
    temperatures = options.get(f"{group}_temperatures", [])
    n, samples = (np.broadcast_to(options.get(f"{group}_{name}", 0), len(temperatures)) for name in ("n", "samples"))
    return {float(t): (int(n[k]), int(samples[k])) for k, t in enumerate(temperatures)}


def _mine(tables: Tables, group: str) -> pd.DataFrame:
    frame = tables["dynamics"]
    return frame[frame["group"] == group] if len(frame) else pd.DataFrame({"temperature": []})


def _evidence(one: dict) -> str:
    if not one:
        return "not at this scale"
    return "in equilibrium" if one["included"] else str(one["reason"])


def findings(tables: Tables) -> pd.DataFrame:
    """What was found beyond the paper, with 95 % intervals."""
    frame = tables["findings"]
    rows = [
        {
            "finding": one["finding"], "group": one["group"], "T_p": _range(one), "glasses": one["samples"],
            "value": one["value"], "from": one["value_low"], "to": one["value_high"],
        }
        for one in frame.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows or [{"finding": "none at this scale"}])


def _range(one: dict) -> str:
    ends = dict.fromkeys(f"{one[name]:g}" for name in ("coldest", "hottest"))
    return " … ".join(ends)


PRINTED = {"1": ensembles, "2": findings}
