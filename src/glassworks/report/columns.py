"""The page of a paper's tables: what each holds, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq

from glassworks.report import frame
from glassworks.report.frame import link, named
from glassworks.report.origin import record, what
from glassworks.studies import tables_in

KINDS = {
    "gather": "Raw: a row a sample, mode, pair or bin",
    "analyse": "Derived: values with 95% intervals, spectra, fits",
    "judge": "Claims: a row a claim",
}
"""What the tables are that a stage makes."""
OTHERS = "Others"


Words = Mapping[str, tuple[str, str]]
"""Unit and definition of columns, by name."""


def write(
    paper: Mapping,
    products: Path,
    output: Path,
    *,
    words: Mapping[str, Words] | None = None,
    provenance: Mapping[str, str] | None = None,
) -> None:
    """Writes the page of a paper's tables to `output`, which belongs into the folder of pages.

    Args:
        products: the folder of a scale.
        words: what columns are, by table, where that is said better than the files do, which may be old.
        provenance: what is common to all papers.
    """
    products = Path(products)
    tables = products / "tables" / str(paper["paper"])
    groups: dict[str, list[dict]] = {}
    for path in tables_in(tables):
        kind = KINDS.get(str(record(path).get("stage")), OTHERS)
        groups.setdefault(kind, []).append(described(path, link(path, products), (words or {}).get(path.stem, {})))
    frame.write(
        output,
        "tables.html.j2",
        what=what(tables, products.name),
        paper=named(paper),
        groups={kind: groups[kind] for kind in (*KINDS.values(), OTHERS) if kind in groups},
        provenance=dict(provenance or {}),
    )


def described(path: Path, href: str, words: Words = MappingProxyType({})) -> dict:
    """A table: its name, where it is, its size, and each column with its unit, its definition, and from where to where
    its numbers go. What a column is, `words` say first, then the file."""
    head = pq.read_metadata(path)
    columns = []
    for place, field in enumerate(head.schema.to_arrow_schema()):
        unit, definition, *_ = words.get(field.name) or [_said(field, key) for key in ("unit", "definition")]
        span = _span(head, place) if _numeric(field.type) else None
        columns.append(
            {"name": field.name, "type": _type(field.type), "unit": unit, "definition": definition, "span": span}
        )
    return {
        "name": path.stem,
        "href": href,
        "rows": head.num_rows,
        "kilobytes": max(1, round(path.stat().st_size / 1024)),
        "columns": columns,
    }


def _said(field: pa.Field, key: str) -> str:
    return (field.metadata or {}).get(key.encode(), b"").decode(errors="replace")


def _numeric(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _type(kind: pa.DataType) -> str:
    """What a column holds, in a word."""
    if pa.types.is_boolean(kind):
        return "true or false"
    return "whole number" if pa.types.is_integer(kind) else "number" if pa.types.is_floating(kind) else "words"


def _span(head: pq.FileMetaData, place: int) -> tuple[float, float] | None:
    """The least and the greatest number of a column, by the file's own statistics; None where there is none."""
    found = [head.row_group(group).column(place).statistics for group in range(head.num_row_groups)]
    known = [each for each in found if each is not None and each.has_min_max]
    return (min(each.min for each in known) + 0, max(each.max for each in known) + 0) if known else None
