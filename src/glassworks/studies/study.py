"""What a study is, by one object: its tables and parts, loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # planning asks for names alone and must not wait for what draws and fits
    import pandas as pd
    from matplotlib.figure import Figure

    from glassworks.claims.measures import Measures
    from glassworks.figures.tables import Tables
    from glassworks.statistics.columns import Columns


@dataclass(frozen=True)
class Study:
    """One paper's room, `glassworks.studies.<paper>`.

    Its parts are modules or packages of the room: `analysis` with `derive`, `measures` with `MEASURES`, `figures` with
    `FIGURES`, `columns` with `COLUMNS`, and `printed` with `PRINTED` where the paper prints tables.

    Attributes:
        package: the room's dotted name.
        raw: the raw tables that it reads.
        tables: the derived tables that it makes of them.
        main: the group of its main ensembles, for which those of the group `published` stand where a scale has them.
    """

    package: str
    raw: tuple[str, ...]
    tables: tuple[str, ...]
    main: str = ""

    @property
    def name(self) -> str:
        """The paper's short name, which is the folder's."""
        return self.package.rpartition(".")[2]

    def derive(self, paper: dict, raw: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """All derived tables, by name, from the paper's file and its raw ones; what lacks data is NaN with a reason."""
        return self._part("analysis").derive(paper, raw)

    @property
    def measures(self) -> Measures:
        """What claims of the paper may name."""
        return self._part("measures").MEASURES

    @property
    def figures(self) -> Mapping[str, Callable[[Tables], Figure]]:
        """What draws each figure, by its number: `1`, `2.1`, `S7`."""
        return self._part("figures").FIGURES

    @property
    def printed(self) -> Mapping[str, Callable[[Tables], pd.DataFrame]]:
        """What makes each table that the paper prints, by its number."""
        return self._part("printed").PRINTED

    @property
    def columns(self) -> Mapping[str, Columns]:
        """Unit and definition of each column of each derived table."""
        return self._part("columns").COLUMNS

    def _part(self, name: str):
        return import_module(f"{self.package}.{name}")
