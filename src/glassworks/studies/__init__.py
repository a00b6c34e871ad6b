"""A room a study: what one paper alone needs. What two papers use stands in `statistics`, `claims` and `figures`.

A study is found by its folder's name, and `STUDY` there says what it is. This page lists none, and importing it loads
none, so that planning starts at once.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from glassworks.studies.study import Study

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from glassworks.figures import Tables


TABLE = re.compile("[a-z][a-z0-9_]*")
"""How tables are called. What else lies among them is none: what macOS leaves beside the files that it copies (`._x`),
a copy by hand, a name that a stranger thought of."""


def names() -> list[str]:
    """The papers that have a room."""
    return [room.name for room in pkgutil.iter_modules(__path__) if room.ispkg]


def find(paper: str) -> Study:
    """The study of a paper; raises KeyError where it has no room."""
    if paper not in names():
        raise KeyError(f"{paper}: has no room in glassworks/studies; there are: {', '.join(names())}")
    return import_module(f"{__name__}.{paper}").STUDY


def study_of(paper: Mapping) -> Study:
    """The study of a paper (its file's content), its own or the one that it names."""
    return find(paper.get("study") or paper["paper"])


def tables_in(folder: Path) -> list[Path]:
    """The tables that lie in a folder, in the order of their names."""
    return sorted(path for path in Path(folder).glob("*.parquet") if TABLE.fullmatch(path.stem))


def derived_tables(paper: str) -> tuple[str, ...]:
    """Names of a paper's derived tables; none where it has no room."""
    return find(paper).tables if paper in names() else ()


def derive(paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All derived tables of a paper (its file's content), by name, from its raw ones."""
    return study_of(paper).derive(paper, raw)


def analyse(paper: dict, tables: Path, names: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """As `derive`, from the raw gathered tables in the folder `tables`: those that lie there, or of these only those of
    some names."""
    from glassworks.statistics.tables import read_raw

    study = study_of(paper)
    return study.derive(paper, read_raw(Path(tables), study.raw, names))


def judge(paper: dict, tables: Path | dict[str, pd.DataFrame], withheld: str = "") -> pd.DataFrame:
    """The verdicts of a paper's claims, one row a claim; see :func:`glassworks.claims.judge`."""
    from glassworks import claims

    return claims.judge(paper, tables, study_of(paper).measures, withheld)


def make(paper: dict, number: str, tables: Path) -> Figure:
    """Draws one figure of a paper from the folder of its tables.

    Args:
        paper: the content of its file.
        number: the figure's, as the paper has it: `1`, `2.1`, `S7`.

    Raises:
        KeyError: the study has no such figure.
    """
    from glassworks.figures import style

    known = study_of(paper).figures
    if number not in known:
        raise KeyError(f"{paper['paper']}: draws no figure {number}; there are: {', '.join(known)}")
    with style.settings():
        return known[number](_tables(paper, "figures", number, tables))


def draw(paper: dict, number: str, tables: Path, stem: Path) -> None:
    """Writes a figure of a paper (its file's content) to `stem`.pdf and `stem`.png; raises what :func:`make` raises."""
    from glassworks.figures import style

    style.write(make(paper, number, Path(tables)), Path(stem))


def tabulate(paper: dict, number: str, tables: Path, stem: Path) -> None:
    """Writes a table that a paper prints to `stem`.csv and `stem`.png.

    Raises:
        KeyError: the study prints no such table.
    """
    from glassworks.figures import printed

    known = study_of(paper).printed
    if number not in known:
        raise KeyError(f"{paper['paper']}: prints no table {number}; there are: {', '.join(known)}")
    printed.write(known[number](_tables(paper, "tables", number, tables)), Path(stem))


def _tables(paper: dict, key: str, number: str, folder: Path) -> Tables:
    """What one of a paper's figures or printed tables is made of: the tables that the paper's file names for it."""
    from glassworks.figures import Tables

    declared = {str(each): told for each, told in paper.get(key, {}).items()}  # YAML reads 1 as a number
    drawn = declared.get(number, {})
    return Tables(folder, drawn.get("options") or {}, drawn.get("tables"))
