"""What tables say about how they were made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from glassworks.studies import tables_in


def record(path: Path) -> dict:
    """What a table says about how it was made; nothing where it is not there."""
    content = (pq.read_schema(path).metadata or {}).get(b"glassworks") if path.exists() else None
    return dict(json.loads(content or b"{}"))


def simulated(tables: Path) -> dict[str, str]:
    """What the raw tables of a folder say about the run that made them, here or, if they are archived, elsewhere:
    scale, dates, commits, machines."""
    records = [record(path) for path in tables_in(tables)]
    records = [each for each in records if isinstance(each.get("sources"), Mapping)]
    sources = [each["sources"] for each in records]
    dates = sorted(str(each[end]) for each in sources for end in ("first", "last") if each.get(end))
    found = {
        "scale": _distinct(each.get("scale") for each in records),
        "date": " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else "",
        "git commit": _distinct(commit for each in sources for commit in each.get("git_commits", ())),
        "machine": _distinct(_plain(machine) for each in sources for machine in each.get("machines", ())),
        "packages": _distinct(_plain(packages) for each in sources for packages in each.get("packages", ())),
    }
    return {name: text for name, text in found.items() if text}


def analysed(tables: Path) -> dict[str, str]:
    """What the summary's file says about how it was made: its plain entries, but for the scale, which is that of what
    was simulated."""
    entries = {str(key): _plain(value) for key, value in record(tables / "summary.parquet").items()}
    return {key: text for key, text in entries.items() if text and key != "scale"}


def what(tables: Path, scale: str) -> str:
    """The scale that is shown; of archived tables the one that they were made at."""
    made = simulated(tables).get("scale", "")
    return f"scale {scale}" if made in ("", scale) else f"archived tables of scale {made}"


def _distinct(values: Iterable[object]) -> str:
    return "; ".join(dict.fromkeys(str(value) for value in values if value))


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {item}" for key, item in value.items() if isinstance(item, (str, int, float)))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value[:12] if isinstance(item, (str, int, float)))
    return "" if value is None else str(value)
