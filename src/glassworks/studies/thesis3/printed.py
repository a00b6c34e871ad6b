"""Tables that the chapter prints, ours beside them."""

from __future__ import annotations

import pandas as pd

from glassworks.figures import Tables
from glassworks.studies.thesis3 import NAMES


def models(tables: Tables) -> pd.DataFrame:
    """Table 3.2: density and shear modulus of glasses of hot liquids."""
    rows = [
        {
            "model": NAMES.get(row["model"], row["model"]), "ρ": f"{row['density']:.3g}", "G": f"{row['shear']:.3g}",
            "a₀": f"{row['spacing']:.3g}", "ω₀": f"{row['unit_frequency']:.3g}", "glasses": int(row["samples"]),
        }
        for row in tables["references"].to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows or [{"model": "none at this scale"}])


def sizes(tables: Tables) -> pd.DataFrame:
    """Table 3.1: sizes and numbers of glasses, and of how many the softest mode is a quasilocalized one."""
    rows = [
        {
            "model": NAMES.get(row["model"], row["model"]), "N": f"{int(row['n']):,}",
            "T_p": "" if pd.isna(row["temperature"]) else f"{row['temperature']:g}", "glasses": int(row["samples"]),
            "softest is quasilocalized": int(row["apart"]), "another spot": int(row["pairs_lost"]),
            "two hybridized": int(row["hybridized"]),
        }
        for row in tables["counts"].to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows or [{"model": "none at this scale"}])


PRINTED = {"3.1": sizes, "3.2": models}
