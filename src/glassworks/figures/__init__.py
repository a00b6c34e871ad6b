"""Figures of the papers, drawn from derived tables alone.

A paper's figures are functions from its tables to a matplotlib figure, in a module of the paper's name that registers
them in `FIGURES`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from matplotlib.figure import Figure

from glassworks.figures import style
from glassworks.figures.tables import Tables


def figures_of(paper: str) -> dict[str, Callable[[Tables], Figure]]:
    """The drawing functions of a paper by figure name ('1', ..., 'S1', ...); raises ValueError for an unknown paper."""
    try:
        return import_module(f"glassworks.figures.{paper}").FIGURES
    except ModuleNotFoundError:
        raise ValueError(f"no figures are known for the paper {paper!r}") from None


def make(paper: str, name: str, tables: Path, options: dict | None = None) -> Figure:
    """Draw one figure of a paper from the folder of its tables; raises ValueError for an unknown figure."""
    known = figures_of(paper)
    name = str(name).removeprefix("fig")
    if name not in known:
        raise ValueError(f"paper {paper!r} has no figure {name!r}; known: {', '.join(known)}")
    with style.settings():
        return known[name](Tables(tables, options))


def draw(paper: str | dict, name: str | int, tables: Path, stem: Path) -> None:
    """Write figure `name` ('1', 1 or 'fig1') of a paper to `stem`.pdf and `stem`.png."""
    name = str(name).removeprefix("fig")
    content = paper if isinstance(paper, dict) else {"paper": paper}
    declared = {str(number): figure for number, figure in content.get("figures", {}).items()}
    options = declared.get(name, {}).get("options")
    style.write(make(content["paper"], name, Path(tables), options), Path(stem))


__all__ = ["Tables", "draw", "figures_of", "make"]
