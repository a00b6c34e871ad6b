"""What a product holds, as a hash that it carries itself: what a disk changed later is found by making it again.

The hash covers every value that a reader gets, names, types and units, and the provenance; it does not depend on how
the file is compressed or laid out.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from glassworks import hdf5
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.products import parquet
from glassworks.campaign.products.places import ARCHIVE

KEY = "content_hash"
PROVENANCE = "glassworks"
ARCHIVE_MENDED = "restore it from the repository, or archive a run"
"""What a person can do about a table of the archive, which no run makes."""
INPUTS = "inputs"
"""Where a product's provenance tells the content hash of each file of configurations that it was made of."""


def table_hash(table: pa.Table) -> str:
    """SHA-256 of a table: columns, their units and definitions, values, provenance and what else its head says."""
    head = {key: value for key, value in (table.schema.metadata or {}).items() if key != KEY.encode()}
    return _hash_of_rows(table, repr(sorted(head.items())).encode()).hexdigest()


def rows_hash(table: pa.Table) -> str:
    """SHA-256 of a table's columns, their units and definitions, and values: the same whenever and wherever these were
    made."""
    return _hash_of_rows(table).hexdigest()


def _hash_of_rows(table: pa.Table, head: bytes = b"") -> hashlib._Hash:
    found = hashlib.sha256(head)
    for field, column in zip(table.schema, table.columns, strict=True):
        found.update(f"{field.name} {field.type} {sorted((field.metadata or {}).items())}".encode())
        values = column.combine_chunks()
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            encoded = values.dictionary_encode()
            found.update(json.dumps(encoded.dictionary.to_pylist()).encode())
            values = encoded.indices
        found.update(_numbers(values))
    return found


def _numbers(values: pa.Array) -> bytes:
    """An Arrow array as numpy keeps it, not a number (as a float) where there is none; from its buffers, because
    `to_numpy` would load pandas.

    Of what is true, false or nothing a byte each and then where something is: numpy has no such type.
    """
    kind, whole = values.type, values.null_count == 0
    if not len(values) or pa.types.is_null(kind):
        return b""
    there = None if whole else _bits(values, 0)
    if pa.types.is_boolean(kind):
        return _bits(values, 1).tobytes() if whole else (_bits(values, 1) & there).tobytes() + there.tobytes()
    size = kind.bit_width // 8
    data = values.buffers()[1].slice(values.offset * size, len(values) * size)
    if whole:
        return data.to_pybytes()
    numbers = np.frombuffer(data, kind.to_pandas_dtype())
    return np.where(there, numbers, numbers.dtype.type(np.nan) if pa.types.is_floating(kind) else np.nan).tobytes()


def _bits(values: pa.Array, buffer: int) -> np.ndarray:
    """One of the two buffers of an array that hold a bit a value: where there is one, and of booleans which."""
    bits = np.unpackbits(np.frombuffer(values.buffers()[buffer], np.uint8), bitorder="little")
    return bits[values.offset : values.offset + len(values)]


def frames_hash(file: h5py.File) -> str:
    """SHA-256 of an HDF5 file: names, types, shapes, values and attributes of all that it holds."""
    found = hashlib.sha256()

    def add(name: str, item: h5py.Group | h5py.Dataset) -> None:
        for key in sorted(set(item.attrs) - {KEY}):
            found.update(f"{name}@{key}".encode() + _bytes(item.attrs[key]))
        if isinstance(item, h5py.Dataset):
            found.update(f"{name} {item.dtype.str} {item.shape}".encode())
            found.update(_bytes(item[()]))

    add("/", file)
    file.visititems(add)
    return found.hexdigest()


def _bytes(value: object) -> bytes | memoryview:
    """What a value is kept as; of an array no copy."""
    return value.encode() if isinstance(value, str) else np.ascontiguousarray(value).reshape(-1).view(np.uint8).data


def seal_frames(path: Path) -> None:
    """Writes its hash into an HDF5 file."""
    with hdf5.opened(path, "r+") as file:
        file.attrs[KEY] = frames_hash(file)


def read_whole(path: Path) -> tuple[pa.Table, str, str]:
    """A table, the hash that it carries (empty where none) and that of what it holds; raises what its reader raises."""
    table = parquet.read(path)
    if not table.schema.equals(pq.ParquetFile(path).schema.to_arrow_schema(), check_metadata=True):
        raise ValueError("its two schemas differ")  # Parquet keeps it twice, and readers differ in which they take
    return table, (table.schema.metadata or {}).get(KEY.encode(), b"").decode(), table_hash(table)


def read_hash(path: Path) -> tuple[str, str]:
    """The hash that a product carries (empty where none) and that of what it holds; raises what its reader raises."""
    if path.suffix == ".h5":
        with hdf5.opened(path) as file:
            return str(file.attrs.get(KEY, "")), frames_hash(file)
    return read_whole(path)[1:]


def read_record(path: Path) -> dict:
    """The provenance that a product carries, HDF5 or Parquet; raises what its reader raises."""
    if path.suffix == ".h5":
        return json.loads(hdf5.read_text(path, PROVENANCE) or "{}")
    return table_record(pq.read_schema(path))


def carried_hash(path: Path) -> str:
    """The content hash that a file of configurations carries, unchecked; empty where none. Raises what its reader
    raises."""
    return hdf5.read_text(path, KEY)


def table_record(schema: pa.Schema) -> dict:
    """The provenance in a table's head."""
    return json.loads((schema.metadata or {}).get(PROVENANCE.encode(), b"{}"))


# ---- inputs


@contextlib.contextmanager
def sound(path: str | Path) -> Iterator[None]:
    """Raises ConfigurationError where reading a job's input raises what only a damaged file makes a reader raise.

    An OSError with a number is the system's, and goes on: no such file, no permission, a disk that fails.
    """
    try:
        yield
    except (ConfigurationError, MemoryError):
        raise
    except Exception as error:  # readers of damaged files raise nearly anything
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = (str(error).removeprefix(f"{path}: ").strip().splitlines() or [type(error).__name__])[0]
        then = ARCHIVE_MENDED if ARCHIVE in Path(path).parents else "`glassworks verify --repair` sets it aside"
        raise ConfigurationError(f"{path}: is damaged; {then} ({reason})") from error


def compare(kept: str, found: str) -> None:
    """Raises ValueError where a product holds something else than its hash was taken of; one without a hash is older
    than these, and taken as it is.
    """
    if kept and kept != found:
        raise ValueError("it holds something else than was written")


def sound_table(path: str | Path, names: Sequence[str] = ()) -> pa.Table:
    """A table that a job consumes, compared with its hash.

    Args:
        names: columns that it must have.

    Raises:
        FileNotFoundError: it is not there.
        ConfigurationError: it is damaged.
    """
    with sound(path):
        table, kept, found = read_whole(Path(path))
        compare(kept, found)
        if lacking := set(names) - set(table.column_names):
            raise ValueError(f"it lacks the columns {', '.join(sorted(lacking))}")
    return table
