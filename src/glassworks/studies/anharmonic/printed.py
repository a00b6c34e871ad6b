"""The table that the paper prints, beside ours, and what was found beyond it."""

from __future__ import annotations

import pandas as pd

from glassworks.figures import Tables
from glassworks.studies.anharmonic import MODELS


def onsets(tables: Tables) -> pd.DataFrame:
    """Table I: T_c by model and N as printed, and that of the glasses made here."""
    rows = [
        {
            "model": MODELS[one["model"]], "N": one["n"], "T_c published": one["published"], "T_c": one["onset"],
            "from": one["onset_low"], "to": one["onset_high"], "lowest": one["lowest"], "highest": one["highest"],
            "glasses": one["samples"], "modes each": one["modes"],
        }
        for one in tables["onsets"].to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows or [{"model": "none at this scale"}])


def findings(tables: Tables) -> pd.DataFrame:
    """What was found beyond the paper, with 95 % intervals."""
    rows = [
        {
            "finding": one["finding"], "model": MODELS[one["model"]], "of": one["rows"], "glasses": one["samples"],
            "value": one["value"], "from": one["value_low"], "to": one["value_high"],
        }
        for one in tables["findings"].to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows or [{"finding": "none at this scale"}])


def glasses(tables: Tables) -> pd.DataFrame:
    """Pressure and moduli of the glasses, and how far the crystals were pulled."""
    rows = [
        {
            "group": one["group"], "model": MODELS.get(one["model"], one["model"]), "N": one["n"],
            "glasses": one["samples"],
            "crystals left out": one["crystals"], "p": one["pressure"], "G": one["shear"], "K": one["bulk"],
        }
        for one in tables["states"].to_dict("records")
    ]  # fmt: skip
    for one in tables["controls"].to_dict("records"):
        rows.append({
            "group": one["group"], "model": f"{one['label']}, crystal", "N": one["n"], "glasses": 1,
            "pulls": one["pulls"], "led elsewhere": one["away"], "all home up to A": one["home"],
        })  # fmt: skip
    return pd.DataFrame(rows or [{"group": "none at this scale"}])


PRINTED = {"1": onsets, "2": findings, "3": glasses}
