"""What a product holds, as a hash that it carries itself: what a disk changed later is found by making it again.

The hash covers every value that a reader gets, names, types and units, and the provenance; it does not depend on how
the file is compressed or laid out.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

KEY = "content_hash"
PROVENANCE = "glassworks"


def table_hash(table: pa.Table) -> str:
    """SHA-256 of a table: columns, their units and definitions, values, provenance and what else its head says."""
    head = {key: value for key, value in (table.schema.metadata or {}).items() if key != KEY.encode()}
    found = hashlib.sha256(repr(sorted(head.items())).encode())
    for field, column in zip(table.schema, table.columns, strict=True):
        found.update(f"{field.name} {field.type} {sorted((field.metadata or {}).items())}".encode())
        values = column.combine_chunks()
        if pa.types.is_string(field.type):
            encoded = values.dictionary_encode()
            found.update(json.dumps(encoded.dictionary.to_pylist()).encode())
            values = encoded.indices
        found.update(_numbers(values))
    return found.hexdigest()


def _numbers(values: pa.Array) -> bytes:
    """An Arrow array as numpy keeps it; whole ones from their buffer, because `to_numpy` would load pandas."""
    if values.null_count or not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return np.ascontiguousarray(values.to_numpy(zero_copy_only=False)).tobytes()
    size = values.type.bit_width // 8
    return values.buffers()[1].slice(values.offset * size, len(values) * size).to_pybytes()


def frames_hash(file: h5py.File) -> str:
    """SHA-256 of an HDF5 file: names, types, shapes, values and attributes of all that it holds."""
    found = hashlib.sha256()

    def add(name: str, item: h5py.Group | h5py.Dataset) -> None:
        for key in sorted(set(item.attrs) - {KEY}):
            found.update(f"{name}@{key}".encode() + _bytes(item.attrs[key]))
        if isinstance(item, h5py.Dataset):
            found.update(f"{name} {item.dtype.str} {item.shape}".encode() + _bytes(item[()]))

    add("/", file)
    file.visititems(add)
    return found.hexdigest()


def _bytes(value: object) -> bytes:
    return value.encode() if isinstance(value, str) else np.ascontiguousarray(value).tobytes()


def seal_frames(path: Path) -> None:
    """Writes its hash into an HDF5 file."""
    with h5py.File(path, "r+") as file:
        file.attrs[KEY] = frames_hash(file)


def read_hash(path: Path) -> tuple[str, str]:
    """The hash that a product carries (empty where none) and that of what it holds; raises what its reader raises."""
    if path.suffix == ".h5":
        with h5py.File(path, "r") as file:
            return str(file.attrs.get(KEY, "")), frames_hash(file)
    table = pq.read_table(path)
    if not table.schema.equals(pq.ParquetFile(path).schema_arrow, check_metadata=True):
        raise ValueError("its two schemas differ")  # Parquet keeps it twice, and readers differ in which they take
    return (table.schema.metadata or {}).get(KEY.encode(), b"").decode(), table_hash(table)


def read_record(path: Path) -> dict:
    """The provenance that a product carries, HDF5 or Parquet; raises what its reader raises."""
    if path.suffix == ".h5":
        with h5py.File(path, "r") as file:
            return json.loads(file.attrs.get(PROVENANCE, "{}"))
    return json.loads((pq.read_schema(path).metadata or {}).get(PROVENANCE.encode(), b"{}"))
