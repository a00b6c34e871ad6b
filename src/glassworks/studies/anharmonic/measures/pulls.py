"""Measures of pulls and of the transitions that they end in."""

from __future__ import annotations

import numpy as np

from glassworks.claims.measures import Measurement, OutOfReach, Tables
from glassworks.statistics.chances import share_between
from glassworks.statistics.resampling import CONFIDENCE
from glassworks.studies.anharmonic import MODELS
from glassworks.studies.anharmonic.measures.registry import ends, measure, only, sizes


@measure
def correlation(
    tables: Tables,
    model: str,
    quantity: str,
    against: str,
    scope: str = "within",
    population: str = "below",
) -> Measurement:
    """Kendall's rank correlation of two quantities of modes, partial in ω but where it is with ω (`correlations`)."""
    rows = tables.rows(
        "correlations", model=model, quantity=quantity, against=against, partial=against != "frequency",
        scope=scope, population=population, side="smaller",
    )  # fmt: skip
    row = only(rows, f"no pulled modes of {MODELS[model]}")
    value, low, high = ends(row, "correlation", f"{quantity}: too few glasses of {MODELS[model]}")
    told = f"{int(row['modes'])} modes of {int(row['samples'])} glasses, {scope}"
    return Measurement(value, low, high, int(row["samples"]), told, modes=int(row["modes"]))


@measure
def share(tables: Tables, model: str, quantity: str) -> Measurement:
    """Share of modes or transitions inside a printed range (`shares`)."""
    row = only(tables.rows("shares", model=model, quantity=quantity, size="all"), f"no {quantity} of {MODELS[model]}")
    value, low, high = ends(row, "share", f"{quantity} of one glass of {MODELS[model]} alone")
    scope = f"{sizes(row)}; from {row['least']:.2g} (5 %) to {row['most']:.2g} (95 %)"
    return Measurement(value, low, high, int(row["samples"]), scope, (row["largest"], row["smallest"]))


@measure
def level(
    tables: Tables,
    model: str,
    quantity: str,
    what: str = "median",
    size: int = 0,
    logarithm: bool = False,
) -> Measurement:
    """The median, or the 5 % (`least`) or 95 % (`most`) quantile, of a quantity of modes or transitions (`shares`).

    Of glasses that reach some size, where one is given; or its decimal logarithm.
    """
    row = only(tables.rows("shares", model=model, quantity=quantity, size="all"), f"no {quantity} of {MODELS[model]}")
    if row["largest"] < size:
        have = f"{quantity} of {MODELS[model]} up to N = {int(row['largest'])} alone; {size} are needed"
        raise OutOfReach(have, int(row["samples"]))
    found = ends(row, what, f"{quantity} of one glass of {MODELS[model]} alone")
    value, low, high = map(float, np.log10(found)) if logarithm else found
    return Measurement(value, low, high, int(row["samples"]), sizes(row))


@measure
def exponent(
    tables: Tables, model: str, quantity: str, variable: str, jointly: str = "", population: str = "transitions"
) -> Measurement:
    """Exponent of a power law (`laws`)."""
    rows = tables.rows(
        "laws", model=model, quantity=quantity, variable=variable, jointly=jointly, population=population
    )
    row = only(rows, f"no two sizes, or no pulled modes, of {MODELS[model]}")
    value, low, high = ends(row, "exponent", f"{quantity}: too few glasses of {MODELS[model]}")
    return Measurement(value, low, high, int(row["samples"]), sizes(row), (row["largest"], row["smallest"]))


@measure
def together(tables: Tables) -> Measurement:
    """Share of scanned modes whose |Δr| and |ΔΦ| jump between the same two amplitudes (`jumps`)."""
    rows = tables["jumps"]
    if rows.empty:
        raise OutOfReach("no scanned mode led away")
    found, of = int(rows["together"].sum()), len(rows)
    low, high = share_between(found, of, CONFIDENCE)
    samples = len(rows[["ensemble", "sample"]].drop_duplicates())
    return Measurement(found / of, low, high, samples, f"{found} of {of} modes", modes=of)


@measure
def contrast(tables: Tables, quantity: str) -> Measurement:
    """ln of the median of harmonic spheres over that of Lennard-Jones particles (`ratios`)."""
    row = only(tables.rows("ratios", quantity=quantity), "one of the models alone")
    found = np.log(ends(row, "ratio", f"{quantity}: too few glasses"))
    return Measurement(*map(float, found), int(row["samples"]), f"ratio of medians {row['ratio']:.3g}")


@measure
def class_ratio(tables: Tables, model: str, by: str, quantity: str) -> Measurement:
    """Ratio of medians at equal ω: the third of modes most like plane waves over the third least so (`classes`)."""
    row = only(tables.rows("classes", model=model, by=by, quantity=quantity), f"too few modes of {MODELS[model]}")
    value, low, high = ends(row, "ratio", f"{quantity}: too few glasses of {MODELS[model]}")
    return Measurement(value, low, high, int(row["samples"]), f"thirds of {int(row['rows'])} modes by {by}")


@measure
def finding(tables: Tables, model: str, name: str) -> Measurement:
    """A value of the table `findings`."""
    row = only(tables.rows("findings", model=model, finding=name), f"nothing of {MODELS[model]}")
    value, low, high = ends(row, "value", f"too few glasses of {MODELS[model]}")
    return Measurement(value, low, high, int(row["samples"]), f"{int(row['rows'])} rows")


@measure
def between_samples(tables: Tables, model: str, quantity: str) -> Measurement:
    """Variance between glasses over that within, of distinct transitions of the size of most glasses (`samples`)."""
    rows = tables.rows("samples", model=model, quantity=quantity)
    if rows.empty:
        raise OutOfReach(f"no two glasses of one size of {MODELS[model]} with several transitions")
    row = rows.loc[rows["samples"].idxmax()]
    value, low, high = ends(row, "ratio", f"{quantity}: too few glasses")
    return Measurement(value, low, high, int(row["samples"]), f"N = {int(row['n'])}, {int(row['rows'])} transitions")
