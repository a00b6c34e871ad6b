"""Parquet tables that carry their columns' units and definitions, and the provenance of the file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.products import contents
from glassworks.campaign.products.columns import KEYS, columns_of
from glassworks.campaign.products.contents import table_hash
from glassworks.campaign.products.sums import product

if TYPE_CHECKING:  # jobs that make a table need no pandas, which takes longer to load than they take to write
    import pandas as pd

METADATA = contents.PROVENANCE.encode()


def table_name(path: str | os.PathLike) -> str:
    """The raw table that a file holds rows of, by its name: without the hash of an observable's parameters."""
    return Path(path).stem.partition("-")[0]


def write_table(
    path: str | os.PathLike,
    rows: pd.DataFrame | Mapping[str, np.ndarray],
    provenance: Mapping,
    columns: Mapping[str, tuple[str, str]] | None = None,
    small: bool = False,
) -> None:
    """Writes a frame, or columns of numbers and strings, atomically as Parquet (zstd); the same rows give the same
    table, whatever the provenance.

    Provenance is JSON under the file-level key `glassworks`, beside `content_hash`; each field carries `unit` and
    `definition`. A `small` file takes longer to write: what rounding has made equal in neighboring numbers of single
    precision lies together.

    Args:
        columns: unit and definition of each column; without, those of the raw table that the file is named after.

    Raises:
        ConfigurationError: a column has none.
    """
    if isinstance(rows, Mapping):
        table = pa.table({name: _array(np.asarray(values)) for name, values in rows.items()})
    else:
        table = pa.Table.from_pandas(rows.reset_index(drop=True), preserve_index=False)
    known = columns_of(table_name(path)) if columns is None else columns
    if lacking := [name for name in table.schema.names if name not in known]:
        where = "the definitions of its columns"
        if columns is None:
            where = "campaign/products/columns.py, or the file of its observable or protocol,"
        raise ConfigurationError(
            f"{path}: {', '.join(lacking)}: has no unit and no definition; allowed: columns that {where} names"
        )
    fields = []
    for item in table.schema:
        unit, definition, *_ = known[item.name]
        item = pa.field(item.name, pa.string(), item.nullable) if pa.types.is_large_string(item.type) else item
        fields.append(item.with_metadata({"unit": unit, "definition": definition}))
    metadata = {**(table.schema.metadata or {}), METADATA: json.dumps(provenance, sort_keys=True).encode()}
    table = table.cast(pa.schema(fields)).replace_schema_metadata(metadata)
    table = table.replace_schema_metadata({**metadata, contents.KEY.encode(): table_hash(table).encode()})
    content = pa.BufferOutputStream()  # a file gets it in one piece, not in fifty
    pq.write_table(table, content, compression="zstd", **(_tight(table.schema) if small else {}))
    with product(path) as temporary:
        temporary.write_bytes(content.getvalue())


def _tight(schema: pa.Schema) -> dict:
    """Options of Parquet that keep numbers of single precision byte by byte."""
    single = [item.name for item in schema if pa.types.is_float32(item.type)]
    return {
        "compression_level": 19,
        "use_dictionary": [name for name in schema.names if name not in single],
        "column_encoding": dict.fromkeys(single, "BYTE_STREAM_SPLIT"),
    }


def _array(values: np.ndarray) -> pa.Array:
    """A column as Arrow keeps it, from its buffers: `pyarrow.array` would load pandas to see whether it is a series."""
    if values.dtype.kind == "b":
        kind, buffers = pa.bool_(), [np.packbits(values, bitorder="little")]
    elif values.dtype.kind in "if":
        kind, buffers = pa.from_numpy_dtype(values.dtype), [np.ascontiguousarray(values)]
    else:
        words = [b"" if value is None else str(value).encode() for value in values]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int32)
        kind, buffers = pa.string(), [ends, b"".join(words)]
    there = None
    if values.dtype.kind == "O" and any(value is None for value in values):
        there = pa.py_buffer(np.packbits([value is not None for value in values], bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [there, *map(pa.py_buffer, buffers)])


def as_columns(rows: Sequence[Mapping]) -> dict[str, np.ndarray]:
    """The columns of rows that have the same keys."""
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def joined(parts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Tables one below the other, with the columns of all, in the order of the widest; where a part lacks one, not a
    number, or no word."""
    lengths = [len(next(iter(part.values()))) for part in parts]
    return {
        name: np.concatenate([part.get(name, np.full(n, nothing)) for part, n in zip(parts, lengths, strict=True)])
        for name in dict.fromkeys(name for part in sorted(parts, key=len, reverse=True) for name in part)
        for nothing in [None if any(part[name].dtype.kind in "UO" for part in parts if name in part) else np.nan]
    }


def read_columns(path: str | os.PathLike, *names: str) -> list[list]:
    """Columns of a table, each as Python's numbers or strings; raises what :func:`read_table` raises."""
    return list(contents.sound_table(path, names).select(names).to_pydict().values())


def read_table(path: str | os.PathLike) -> pd.DataFrame:
    """The rows of a table.

    Raises:
        FileNotFoundError: it is not there.
        ConfigurationError: it is damaged: it cannot be read, or holds something else than was written.
    """
    return _frame(contents.sound_table(path), path)


def _frame(table: pa.Table, path: str | os.PathLike) -> pd.DataFrame:
    """A table's rows; what it says to pandas may be as wrong as what it holds."""
    with contents.sound(path):
        return table.to_pandas()


def read_provenance(path: str | os.PathLike) -> dict:
    """What a table says about how it was made."""
    return contents.read_record(Path(path))


def gather(parts: Iterable[tuple[Mapping, str | os.PathLike]]) -> tuple[pd.DataFrame, list[dict]]:
    """Blocks as one frame: the key columns of each part, then its own; and the provenance of each part.

    Parts are given as (keys, path) and keep their order; raises what :func:`read_table` raises.
    """
    import pandas as pd

    frames, sources = [], []
    for keys, path in parts:
        table = contents.sound_table(path)
        rows = _frame(table, path)
        head = pd.DataFrame({key: [keys[key]] * len(rows) for key in KEYS})
        frames.append(pd.concat([head, rows[[name for name in rows if name not in KEYS]]], axis=1))
        sources.append(contents.table_record(table.schema))
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({key: [] for key in KEYS})
    return whole, sources
