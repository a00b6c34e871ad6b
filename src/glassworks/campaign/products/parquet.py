"""Parquet tables, read only if they hold nothing but plain columns of a stated size.

A table may come from a stranger: a few kilobytes can stand for any number of equal rows, or for one long word in each.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

DECODED = 16 * 2**30
"""Bytes that a table's values may take: four times the largest of scale `paper`, 26 million rows of 17 columns. What a
page of a column expands to is seen only afterwards; the format ends it at 2 GiB."""

COLUMNS = 1000
"""Columns of a table; ours have up to 60."""


def opened(path: str | os.PathLike) -> pq.ParquetFile:
    """A table of which nothing is read but its head.

    Raises:
        OSError, ValueError: it is no Parquet file.
        ValueError: it has other columns than plain ones, or more than is read; names the file and the limit.
    """
    file = pq.ParquetFile(path)
    schema, rows = file.schema_arrow, file.metadata.num_rows
    if len(schema) > COLUMNS:
        raise ValueError(f"{path}: has {len(schema)} columns; allowed: up to {COLUMNS}")
    for field in schema:
        if not (_word(field.type) or _number(field.type)):
            raise ValueError(f"{path}: {field.name}: is of type {field.type}; allowed: numbers, words, true and false")
    groups = (file.metadata.row_group(place).total_byte_size for place in range(file.metadata.num_row_groups))
    _limit(path, max(rows * sum(_width(field.type) for field in schema), sum(groups)))
    return file


def read(path: str | os.PathLike) -> pa.Table:
    """A whole table; raises what :func:`opened` raises, and ValueError too where words repeat to more than is read.

    Columns are read one by one, those of words as the list of their words, which tells their length before they repeat.
    """
    file = opened(path)
    schema = file.schema_arrow
    words = [field.name for field in schema if _word(field.type)]
    listed = pq.ParquetFile(path, read_dictionary=words) if words else file
    columns, total = [], 0
    for field in schema:
        column = listed.read(columns=[field.name], use_threads=False).column(field.name)
        total += sum(map(_length, column.chunks)) + len(column) * _width(field.type)
        _limit(path, total)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema)


def _limit(path: str | os.PathLike, size: int) -> None:
    if size > DECODED:
        raise ValueError(f"{Path(path)}: declares {size:.3g} bytes; allowed: up to {DECODED:.3g}")


def _word(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _number(kind: pa.DataType) -> bool:
    """Whether a column holds numbers, or nothing at all, as those of tables without rows do."""
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_null)
    return any(test(kind) for test in tests)


def _width(kind: pa.DataType) -> int:
    """Bytes of a value, without the letters of words."""
    if pa.types.is_null(kind):
        return 8  # what it is to pandas
    return 4 if _word(kind) else math.ceil(kind.bit_width / 8)


def _length(words: pa.Array) -> int:
    """The letters of words that are kept as a list and places in it, in bytes; 0 for numbers."""
    if not isinstance(words, pa.DictionaryArray):
        return 0
    import pyarrow.compute as pc  # which takes longer to load than most tables to read

    lengths = pc.binary_length(words.dictionary).cast(pa.int64())
    return pc.sum(lengths.take(words.indices)).as_py() or 0
