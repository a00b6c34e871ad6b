"""The onset temperature of anharmonicity, T_c = 2 min_k ΔΦ_barrier over the modes of a glass (Sec. III A, Table I)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.studies.anharmonic import MODELS, NAMES
from glassworks.studies.anharmonic.analysis.populations import Population
from glassworks.studies.numbers import printed_numbers


def samples(modes: pd.DataFrame) -> pd.DataFrame:
    """A row a glass: T_c over its pulled modes below ω_BP, how many these are, and min ω²A²N, which it nearly is."""
    if modes.empty:
        return modes
    rows = []
    pulled = modes[modes["pulled"] & ~modes["censored"] & (modes["over_boson"] < 1.0)]
    for key, mine in pulled.groupby(["model", "n", "ensemble", "sample"], sort=False):
        squares = mine["frequency"] ** 2 * mine["amplitude"] ** 2 * mine["n"]
        rows.append(
            dict(zip(("model", "n", "ensemble", "sample"), key, strict=True))
            | {"modes": len(mine), "onset": 2.0 * mine["barrier"].min(), "square": squares.min()}
            | {"least": float((mine["frequency"] * mine["amplitude"]).min())}
        )
    return pd.DataFrame(rows)


def onsets(paper: dict, modes: pd.DataFrame) -> pd.DataFrame:
    """A row a model and size: the geometric mean of the glasses' T_c, beside what is printed."""
    each, rows = samples(modes), []
    numbers = printed_numbers(paper)
    for model in MODELS:
        mine = each[each["model"] == model] if len(each) else each
        begins = f"onset-{NAMES[model]}-"
        told = {name.removeprefix(begins): value for name, value in numbers.items() if name.startswith(begins)}
        known = {int(n): value for n, value in told.items() if n.isdigit()}
        for n in sorted({*known, *(mine["n"] if len(mine) else ())}):
            here = mine[mine["n"] == n] if len(mine) else mine
            row = {"model": model, "n": n, "published": known.get(n, np.nan), "samples": len(here)}
            row |= {"modes": float(here["modes"].median()) if len(here) else 0.0}
            row["lowest"] = float(here["onset"].min()) if len(here) else np.nan
            row["highest"] = float(here["onset"].max()) if len(here) else np.nan
            draws = np.full(1001, np.nan)
            if len(here):
                population = Population(here)
                draws = np.exp(population.fit([np.ones(len(here))], np.log(here["onset"].to_numpy()))[:, 0])
            rows.append(row | ends("onset", draws))
    return pd.DataFrame(rows)


def along_size(each: pd.DataFrame, model: str) -> tuple[np.ndarray, Population] | None:
    """Draws of the exponent of T_c ∝ N^x over all glasses of a model; None of fewer than two sizes."""
    mine = each[each["model"] == model] if len(each) else each
    if mine.empty or mine["n"].nunique() < 2:
        return None
    population = Population(mine)
    size = np.log(population.column("n"))
    return population.across([np.ones(len(size)), size], np.log(population.column("onset")), 2)[:, 1], population
