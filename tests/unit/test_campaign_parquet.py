"""Tables of strangers: nothing is executed, and nothing large is made of a few kilobytes."""

import datetime
import decimal
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.products import parquet
from glassworks.campaign.products.contents import table_hash
from glassworks.campaign.products.tables import gather, read_columns, read_table, write_table

KEYS = dict.fromkeys(("paper", "group", "ensemble", "model", "dimension", "n", "protocol", "temperature", "rate"), "a")


def readers(path: Path) -> list:
    """The ways in which jobs read a table."""
    return [lambda: read_table(path), lambda: read_columns(path, "status"), lambda: gather([(KEYS, path)])]


def refused(path: Path, reason: str) -> None:
    for read in readers(path):
        with pytest.raises(ConfigurationError) as refusal:
            read()
        assert str(refusal.value).startswith(
            f"{path}: is damaged; `glassworks verify --repair` sets it aside ({reason}"
        )


def write_long_words(path: Path) -> None:
    """One word of a megabyte in each of a hundred thousand rows: 100 GB in 500 bytes."""
    places = pa.array(np.zeros(10**5, dtype=np.int32))
    table = pa.table({"status": pa.DictionaryArray.from_arrays(places, ["x" * 10**6])})
    pq.write_table(table, path, compression="zstd", store_schema=False)


def test_one_long_word_in_each_row_is_refused(tmp_path):
    write_long_words(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 1000
    refused(tmp_path / "a.parquet", "declares 1e+11 bytes; allowed: up to 1.72e+10")


def test_little_memory_is_enough_to_refuse(tmp_path):
    """A process that may have 600 MB more than at its start refuses by the limit."""
    write_long_words(tmp_path / "a.parquet")
    script = (
        "import resource, sys; from glassworks.campaign.products.parquet import read; import pyarrow.compute\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 600 * 2**20,) * 2)\n"
        "try: read(sys.argv[1])\n"
        "except ValueError as error: print(error)"
    )
    answer = subprocess.run([sys.executable, "-c", script, tmp_path / "a.parquet"], capture_output=True, text=True)
    assert "declares 1e+11 bytes" in answer.stdout, answer.stderr


def test_rows_that_repeat_are_refused_before_they_are_read(tmp_path, monkeypatch):
    """Ten million zeros are forty kilobytes; the limit is brought down to where a test can write what exceeds it."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"sample": np.zeros(10**7, dtype=np.int64)}), path, compression="zstd")
    assert path.stat().st_size < 10**5
    monkeypatch.setattr(parquet, "DECODED", 7 * 10**7)
    monkeypatch.setattr(pq.ParquetFile, "read", lambda *_, **__: pytest.fail("was read"))
    refused(path, "declares 8e+07 bytes; allowed: up to 7e+07")


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1, 2], [3]]), pa.array([{"a": 1}, {"a": 2}]), pa.array([b"a", b"b"]),
        pa.array([datetime.datetime(2020, 1, 1)] * 2), pa.array([decimal.Decimal(1)] * 2),
        pa.array(["a", "b"]).dictionary_encode(),
    ],
    ids=lambda column: str(column.type),
)  # fmt: skip
def test_columns_that_are_not_plain_are_refused(tmp_path, column):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"status": column}), path)
    kind = pq.read_schema(path).field("status").type
    refused(path, f"status: is of type {kind}; allowed: numbers, words, true and false")


def test_a_thousand_columns_are_enough(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({f"c{number}": [1] for number in range(1001)}), path)
    refused(path, "has 1001 columns; allowed: up to 1000")


class Payload:
    """What leaves a file when it is unpickled."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_nothing_is_unpickled(tmp_path):
    """A type of pyarrow's former Python extensions, which loaded what its name came with."""
    path, trace = tmp_path / "a.parquet", tmp_path / "trace"
    pickled = pickle.dumps(Payload(trace))
    said = {b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": pickled}
    table = pa.table({"status": ["ok", "bad"], "sample": [1, 2]})
    fields = [table.schema.field(0).with_metadata(said), table.schema.field(1)]
    pq.write_table(table.cast(pa.schema(fields)), path)
    for read in readers(path):
        read()
    assert not trace.exists()
    pickle.loads(pickled)
    assert trace.exists()


def test_what_pandas_cannot_follow_is_refused(tmp_path):
    path, table = tmp_path / "a.parquet", pa.table({"status": ["ok"]})
    head = {"pandas": json.dumps({"index_columns": ["status"], "columns": [], "column_indexes": []})}
    pq.write_table(table.replace_schema_metadata(head), path)
    with pytest.raises(ConfigurationError, match=r"a.parquet: is damaged; `glassworks verify"):
        read_table(path)


def test_tables_of_ours_are_read_as_pandas_reads_them(tmp_path):
    """Empty ones, repeated and single words, whole and broken numbers, and nothing where there is nothing."""
    rows = {
        "sample": np.arange(3000), "shear": np.where(np.arange(3000) % 7, 0.1, np.nan), "right": np.arange(3000) < 9,
        "status": np.array(["ok", "ε", ""] * 1000), "reason": np.array([f"number {k}" for k in range(3000)]),
    }  # fmt: skip
    frame = pd.DataFrame(rows).assign(missing=pd.Series(["a", None, "b"] * 1000), small=np.float32(1.5))
    nothing = pd.DataFrame({"group": [], "reason": [None] * 0}).astype({"reason": object})
    for kept in (rows, {name: values[:0] for name, values in rows.items()}, frame, frame.iloc[:0], nothing):
        write_table(tmp_path / "a.parquet", kept, {}, dict.fromkeys(kept, ("1", "made up")))
        plain = pq.ParquetFile(tmp_path / "a.parquet").read()
        found = parquet.read(tmp_path / "a.parquet")
        assert table_hash(found) == table_hash(plain) and found.schema.equals(plain.schema, check_metadata=True)
        pd.testing.assert_frame_equal(read_table(tmp_path / "a.parquet"), pd.read_parquet(tmp_path / "a.parquet"))


HASHES = """\
import sys
from pathlib import Path
from glassworks.campaign.products.contents import read_hash
from glassworks.campaign.products.tables import read_columns
kept, found = read_hash(Path(sys.argv[1]))
read_columns(sys.argv[1], "spans", "reason")
print(kept == found, "pandas" in sys.modules)
"""


def test_a_hash_is_the_same_in_another_process_whatever_is_missing(tmp_path):
    """Rows of what failed have no flags; theirs were hashed by where Python keeps True and None, which moves."""
    rows = pd.DataFrame({"spans": [True, None, False], "size": [1.0, None, 3.0], "reason": ["ok", None, "lost"]})
    rows = rows.assign(nothing=None, count=pd.array([1, None, 3], dtype="Int64"))
    write_table(tmp_path / "a.parquet", rows, {}, dict.fromkeys(rows, ("1", "made up")))
    kinds = [str(kind) for kind in pq.read_schema(tmp_path / "a.parquet").types]
    assert kinds == ["bool", "double", "string", "null", "int64"]
    answer = subprocess.run(
        [sys.executable, "-c", HASHES, tmp_path / "a.parquet"], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "True False\n"


def test_a_hash_covers_what_is_missing():
    """A flag that is not there is no false one, and a number that is not there is not a number, as to pandas."""
    flags = [[True, None], [True, False], [None, True], [None, None], [False, False], [True]]
    assert len({table_hash(pa.table({"spans": pa.array(each, pa.bool_())})) for each in flags}) == len(flags)
    sizes = [[1.0, None], [1.0, float("nan")]]
    assert len({table_hash(pa.table({"size": pa.array(each, pa.float64())})) for each in sizes}) == 1
