"""What measures are made with: functions from derived tables to a value with its interval, by the name that claims use.

A measure takes the tables and the claim's options and returns a `Measurement`, or raises `OutOfReach` with what is
missing. Each study has its own, so that two may call different ones alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

EFFECTIVE = "_effective"
"""What columns end in that tell as how many independent samples those of a quantity count."""


class OutOfReach(Exception):
    """The scale lacks the ensembles that a claim needs; the text says which."""

    def __init__(self, text: str, samples: int = 0):
        super().__init__(text)
        self.samples = samples


@dataclass(frozen=True)
class Measurement:
    """A measured value with its 95% interval and what it rests on.

    `reached` are the ends of what it spans of its claim's range: temperatures, rates or sizes, in reduced units.
    """

    value: float
    low: float
    high: float
    samples: int
    scope: str
    reached: tuple[float, float] | None = None
    temperatures: int = 10**6
    modes: int = 10**6


class Tables:
    """Derived tables by name, read when first asked for; a missing one is an empty frame."""

    def __init__(self, source: Path | dict[str, pd.DataFrame]):
        self._frames = dict(source) if isinstance(source, dict) else {}
        self._folder = None if isinstance(source, dict) else Path(source)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            path = self._folder / f"{name}.parquet" if self._folder else None
            self._frames[name] = pd.read_parquet(path) if path and path.exists() else pd.DataFrame()
        return self._frames[name]

    def rows(self, name: str, **equal) -> pd.DataFrame:
        """The rows of a table whose columns equal the given values."""
        frame = self[name]
        for column, value in equal.items():
            if column not in frame:
                return frame.iloc[:0]
            frame = frame[frame[column] == value]
        return frame

    def independent(self, group: str | None) -> str:
        """As how many independent samples those of the ensembles of a group count, at least, for each quantity of which
        the table `summary` tells that (`<quantity>_effective`)."""
        rows = self.rows("summary", group=group) if group else self["summary"].iloc[:0]
        rows = rows[rows["included"].astype(bool)] if len(rows) else rows
        least = {name.removesuffix(EFFECTIVE): rows[name].min() for name in rows if name.endswith(EFFECTIVE)}
        told = [f"{value:.3g} for {name}" for name, value in least.items() if value == value]
        return f"samples count as independent ones: {', '.join(told)} or more" if told else ""

    def flagged(self, group: str | None) -> str:
        """Names of the ensembles (of a group) that are left out, with the reason."""
        summary = self["summary"]
        if summary.empty:
            return ""
        out = summary[~summary["included"].astype(bool)]
        if group:
            out = out[out["group"] == group]
        return (
            "left out: " + ", ".join(f"{row.ensemble} ({row.reason})" for row in out.itertuples()) if len(out) else ""
        )


class Measures(dict[str, Callable[..., Measurement]]):
    """The measures of one study, by name.

    Args:
        shared: functions that other studies measure with too.
    """

    def __init__(self, *shared: Callable[..., Measurement]):
        super().__init__()
        for function in shared:
            self.register(function)

    def register(self, function: Callable[..., Measurement]) -> Callable[..., Measurement]:
        """Adds a function under its name; raises ValueError where the study has a measure of that name."""
        name = function.__name__
        if name in self:
            old, new = (f"{each.__module__}:{each.__qualname__}" for each in (self[name], function))
            raise ValueError(f"measure {name}: {new} would replace {old}; allowed: another name")
        self[name] = function
        return function
