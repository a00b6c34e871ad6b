"""From raw gathered tables to the derived tables that figures and claims read: a module for each paper.

A paper's module says which raw tables it reads, `RAW`, and makes the derived ones, `derive`; their names are in
:mod:`glassworks.derived`. Everything that lacks data is NaN with a reason.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pandas as pd

from glassworks.statistics import pinching, solidity
from glassworks.statistics.tables import read_raw

ANALYSES: dict[str, ModuleType] = {"pinching": pinching, "solidity": solidity}


def analyse(paper: dict, tables: Path) -> dict[str, pd.DataFrame]:
    """All derived tables of a paper, by file name, from the raw gathered tables in the folder `tables`.

    Raises:
        KeyError: a paper without an analysis.
    """
    return derive(paper, read_raw(Path(tables), ANALYSES[paper["paper"]].RAW))


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """As `analyse`, from frames."""
    return ANALYSES[paper["paper"]].derive(paper, raw)
