"""Tables that the chapter prints, ours beside them."""

from __future__ import annotations

import pandas as pd

from glassworks.figures import Tables
from glassworks.studies.thesis2 import NAMES


def sizes(tables: Tables) -> pd.DataFrame:
    """Table 2.1: sizes and numbers of glasses, with how many soft modes they have and how many cores fit into a box."""
    rows = [
        {
            "model": NAMES.get(row["model"], row["model"]), "N": f"{int(row['n']):,}", "rate": f"{row['rate']:g}",
            "glasses": int(row["samples"]), "L": f"{row['length']:.3g}", "first wave": _known(row["wave"]),
            "soft modes": int(row["modes"]), "L/core": _known(row["boxes"]), "ω_D": _known(row["debye"]),
        }
        for row in tables["summary"].to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows or [{"model": "none at this scale"}])


def _known(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.3g}"


PRINTED = {"2.1": sizes}
