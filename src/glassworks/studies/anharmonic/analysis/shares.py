"""Shares of modes and transitions inside printed ranges, and medians that are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.chances import share_between
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import CONFIDENCE, median_draws, quantile_draws
from glassworks.studies.anharmonic import MODELS, NAMES
from glassworks.studies.anharmonic.analysis.populations import Population, by_model
from glassworks.studies.numbers import printed_numbers

QUANTITIES = {
    "amplitude": ("modes", lambda row: row["amplitude"]),
    "distance": ("transitions", lambda row: row["distance"]),
    "energy": ("transitions", lambda row: abs(row["energy"])),
    "rearranged": ("transitions", lambda row: row["rearranged"]),
    "square_over_rearranged": ("transitions", lambda row: row["distance"] ** 2 / row["rearranged"]),
    "displacement": ("transitions", lambda row: row["distance"] / np.sqrt(row["rearranged"])),
    "harmonic": ("modes", lambda row: row["harmonic"]),
    "overlap": ("modes", lambda row: row["overlap"]),
    "overlap_over_others": ("modes", lambda row: row["overlap"] / row["overlap_others"]),
    "participating": ("transitions", lambda row: row["rearranged"] / row["n"]),
    "exponent": ("transitions", lambda row: row["exponent"]),
    "exponent_bias": ("transitions", lambda row: row["exponent_dipole"] - 2.0),
    "softness": ("transitions", lambda row: row["softness"]),
    "expected_over_measured": ("modes", lambda row: np.log10(row["expected"] / row["amplitude"])),
    "regions": ("transitions", lambda row: row["regions"]),
}
"""What is counted, of which rows: of modes those below ω_BP whose pulls led somewhere."""
PRINTED = {"square_over_rearranged": "squares"}
"""What the paper's file calls a quantity, where it does so otherwise."""


def shares(paper: dict, modes: pd.DataFrame, transitions: pd.DataFrame) -> pd.DataFrame:
    """A row for each model, quantity and size, and for all sizes: median, 5 and 95 % quantile, and the share inside the
    printed range, where the paper's file has its ends among its numbers."""
    rows = []
    tables = {"modes": modes[_counted(modes)] if len(modes) else modes, "transitions": transitions}
    numbers = printed_numbers(paper)
    for quantity, (table, value) in QUANTITIES.items():
        for model, each in by_model(tables[table]):
            ends_of = [f"{NAMES[model]}-{PRINTED.get(quantity, quantity)}-{end}" for end in ("least", "most")]
            printed = [numbers[name] for name in ends_of if name in numbers]
            for size in ("all", *sorted(each.rows["n"].unique())):
                part = each if size == "all" else Population(each.rows[each.rows["n"] == size])
                values = np.asarray(value(part.rows), dtype=float)
                known = np.isfinite(values)
                if not known.any():
                    continue
                part = part if known.all() else Population(part.rows[known])
                values = values[known]
                weight = part.row_weights()
                row = {"model": model, "quantity": quantity, "size": str(size), "rows": len(values)}
                row |= {"samples": part.glasses, "smallest": part.rows["n"].min(), "largest": part.rows["n"].max()}
                row |= ends("median", median_draws(values, weight))
                row |= ends("least", quantile_draws(values, weight, 0.05))
                row |= ends("most", quantile_draws(values, weight, 0.95))
                low, high = printed or (np.nan, np.nan)
                inside = (values >= low) & (values <= high)
                share = part.share(inside) if printed else np.full(len(weight), np.nan)
                found = ends("share", share)
                if printed and len(set(inside)) == 1 and part.glasses > 1:
                    found |= _of_all(part.rows, bool(inside[0]))
                rows.append(row | {"lower": low, "upper": high} | found)
    return pd.DataFrame(rows)


def _of_all(rows: pd.DataFrame, inside: bool) -> dict[str, float]:
    """The interval of a share of all or of none, which no reweighting widens: that of as many independent trials as
    there are distinct transitions behind the rows (Clopper and Pearson)."""
    trials = len(rows[["ensemble", "sample", "destination"]].drop_duplicates())
    low, high = share_between(trials if inside else 0, trials, CONFIDENCE)
    return {"share_low": low, "share_high": high}


def _counted(modes: pd.DataFrame) -> pd.Series:
    return (modes["over_boson"] < 1.0) & modes["pulled"] & ~modes["censored"]


def barriers(modes: pd.DataFrame) -> pd.DataFrame:
    """Medians of 2ΔΦ_barrier/(ω²A_c²N) in decades of A_c, of modes whose pulls led somewhere."""
    rows = []
    for model, every in by_model(modes[modes["pulled"] & ~modes["censored"]] if len(modes) else modes):
        decade = np.floor(np.log10(every.rows["amplitude"]))
        for power, mine in every.rows.groupby(decade):
            each = Population(mine)
            row = {"model": model, "lower_amplitude": 10.0**power, "upper_amplitude": 10.0 ** (power + 1.0)}
            row |= {"modes": len(mine), "samples": each.glasses}
            rows.append(row | ends("median", median_draws(each.column("harmonic"), each.row_weights())))
    return pd.DataFrame(rows)


def classes(modes: pd.DataFrame) -> pd.DataFrame:
    """Modes below ω_BP in the thirds most and least like plane waves, by O_k and by P_k: medians at equal ω.

    What A_c owes to frequency and size is taken out by a straight line in ln ω for each size, in each draw.
    """
    rows = []
    for by in ("order", "participation"):
        for model, each in by_model(modes[_counted(modes)] if len(modes) else modes):
            third = each.rows.groupby("n")[by].rank(pct=True).to_numpy()
            omega = np.log(each.column("frequency"))
            sizes = [(each.column("n") == n).astype(float) for n in np.unique(each.column("n"))]
            for quantity in ("amplitude", "overlap", "expected"):
                y = np.log(each.column(quantity))
                if not np.isfinite(y).all() or len(y) < 9:
                    continue
                fitted = each.fit([*sizes, omega], y) @ np.stack([*sizes, omega])
                rest, weight = y - fitted, each.row_weights()
                medians = {
                    name: _medians(rest[:, part], weight[:, part])
                    for name, part in {"most": third > 2 / 3, "least": third <= 1 / 3}.items()
                }
                row = {"model": model, "by": by, "quantity": quantity, "rows": len(y), "samples": each.glasses}
                rows.append(row | ends("ratio", np.exp(medians["most"] - medians["least"])))
    return pd.DataFrame(rows)


def _medians(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The median of each draw's own values, (draws,)."""
    found = np.full(len(values), np.nan)
    for draw, (mine, own) in enumerate(zip(values, weight, strict=True)):
        if np.isfinite(mine).all() and mine.size:
            found[draw] = median_draws(mine, own[None])[0]
    return found


def ratios(modes: pd.DataFrame, transitions: pd.DataFrame) -> pd.DataFrame:
    """Medians of harmonic spheres over those of Lennard-Jones particles, where both were measured."""
    rows = []
    tables = {"modes": modes[_counted(modes)] if len(modes) else modes, "transitions": transitions}
    for quantity, table in (("amplitude", "modes"), ("distance", "transitions"), ("rearranged", "transitions")):
        found = dict(by_model(tables[table]))
        if set(found) != set(MODELS):
            continue
        draws = [median_draws(found[model].column(quantity), found[model].row_weights()) for model in MODELS]
        rows.append(
            {"quantity": quantity, "samples": min(each.glasses for each in found.values())}
            | ends("ratio", draws[0] / draws[1])
        )
    return pd.DataFrame(rows)


def between_samples(transitions: pd.DataFrame) -> pd.DataFrame:
    """Variance of ln |Δr| and ln |ΔΦ| of distinct transitions between glasses over that within them, one size at a
    time."""
    rows = []
    for (model, n), mine in transitions.groupby(["model", "n"]) if len(transitions) else ():
        each = Population(mine)
        for quantity in ("distance", "energy"):
            y = np.log(abs(each.column(quantity)))
            counts, sums = each.sums(np.ones(len(y))), each.sums(y)
            means = sums / counts
            within = (y - means[each.owner]) ** 2
            free = counts.sum() - each.glasses
            if each.glasses < 2 or free < 2:
                continue
            ratio = _ratio_of_variances(each, y, counts, means, within)
            row = {"model": model, "n": n, "quantity": quantity, "rows": len(y), "samples": each.glasses}
            rows.append(row | ends("ratio", ratio))
    return pd.DataFrame(rows)


def _ratio_of_variances(each: Population, y, counts, means, within) -> np.ndarray:
    """Draws of the variance of glasses' own means, less what few transitions give, over that within glasses."""
    weight = each.weight
    total = weight.sum(axis=1)
    inner = weight @ each.sums(within) / (weight @ (counts - 1.0).clip(0.0))
    mean = weight @ means / total
    spread = (weight * (means - mean[:, None]) ** 2).sum(axis=1) / total * each.glasses / (each.glasses - 1)
    return (spread - inner * (weight @ (1.0 / counts)) / total) / inner
