"""Reading derived tables for figures."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd


class Tables:
    """The tables of one folder by name; one that is missing is an empty frame.

    Args:
        options: those of the figure.
        declared: the tables that the figure is said to be made of, because it is drawn anew only where one of them
            changes; without, all of the folder.
    """

    def __init__(self, folder: Path, options: dict | None = None, declared: Collection[str] | None = None):
        self.folder = Path(folder)
        self.options = options or {}
        self.declared = declared
        self._known: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table; raises LookupError for one that the figure is not said to be made of."""
        if self.declared is not None and name not in self.declared:
            raise LookupError(f"tables: {name}: the figure reads a table that the paper's file does not name for it")
        if name not in self._known:
            path = self.folder / f"{name}.parquet"
            self._known[name] = pd.read_parquet(path) if path.exists() else pd.DataFrame()
        return self._known[name]

    def group(self, name: str, group: str) -> pd.DataFrame:
        """The rows of a table that belong to a group."""
        frame = self[name]
        return frame[frame["group"] == group] if "group" in frame else frame.iloc[:0]

    def ladder(self, prefix: str = "parents") -> pd.DataFrame:
        """Summary rows of the ladder's group by ascending parent temperature, included ensembles only.

        The group is the one named `prefix` if it has rows, else the first whose name starts with it.
        """
        summary = self["summary"]
        if summary.empty:
            return summary
        names = [name for name in dict.fromkeys(summary["group"]) if name.startswith(prefix)]
        chosen = prefix if prefix in names else (names[0] if names else None)
        rows = summary[(summary["group"] == chosen) & summary["included"].astype(bool) & summary["temperature"].notna()]
        return rows.sort_values(["temperature", "samples"]).drop_duplicates("temperature", keep="last")
