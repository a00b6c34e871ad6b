"""Files are whole or absent; tables keep their rows, units and provenance; heartbeats tell the truth."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from glassworks.campaign.jobs import progress
from glassworks.campaign.products import contents, files, tables

KEYS = {"paper": "p", "group": "g", "ensemble": "e", "model": "m", "dimension": 3, "n": 10, "protocol": "swap",
        "temperature": 0.5, "rate": float("nan")}  # fmt: skip


def test_atomic_write_appears_at_once(tmp_path):
    target = tmp_path / "deep" / "a.txt"
    with files.atomic(target) as temporary:
        temporary.write_text("whole")
        assert not target.exists()
        assert temporary.parent == target.parent
        assert temporary.name.startswith(".") and temporary.name.endswith(".tmp")
    assert target.read_text() == "whole"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_failed_write_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), files.atomic(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("stopped")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_killed_write_leaves_no_result(tmp_path):
    """A process killed in the middle of a write leaves at most a hidden temporary file."""
    program = f"""
import time
from glassworks.campaign.products.files import atomic
with atomic({str(tmp_path / "a.txt")!r}) as temporary:
    temporary.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "writing\n"
    process.kill()
    process.wait()
    assert not (tmp_path / "a.txt").exists()
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())


def test_provenance_says_what_made_a_file():
    made = files.provenance(
        stage="quench",
        stage_digest="1-abc",
        specification={"n": 3},
        specification_hash="f" * 64,
        seed=7,
        started=time.monotonic() - 2,
    )
    assert made["wall_time"] == pytest.approx(2, abs=1)
    assert {"numpy", "numba", "python"} <= set(made["packages"])
    assert set(made["machine"]) == {"processor", "cores", "system"}
    assert made["seed"] == 7 and made["stage"] == "quench"
    json.dumps(made)


def test_table_round_trip(tmp_path):
    frame = pd.DataFrame(
        {"sample": [0, 1], "stiffness": [1.5, np.nan], "status": ["ok", "soft spots: none"], "hits": [1, 2]}
    )
    tables.write_table(tmp_path / "softspots.parquet", frame, {"stage": "measure", "specification": {"n": 1000}})
    again = tables.read_table(tmp_path / "softspots.parquet")
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
    assert tables.read_provenance(tmp_path / "softspots.parquet")["specification"] == {"n": 1000}
    field = pq.read_schema(tmp_path / "softspots.parquet").field("stiffness")
    assert field.metadata[b"unit"].decode() == "ε/λ²" and b"curvature along" in field.metadata[b"definition"]


def test_columns_are_written_as_a_frame_is(tmp_path):
    """A table made without pandas has the bytes of one made with it, empty columns and odd letters included."""
    columns = {
        "sample": np.arange(11), "energy": np.array([0.1, np.nan, -0.0, *range(8)]),
        "converged": np.arange(11) % 3 == 0, "status": np.array(["ok", "ε too small", "", *"abcdefgh"]),
    }  # fmt: skip
    for name, rows in (("whole", columns), ("empty", {key: values[:0] for key, values in columns.items()})):
        tables.write_table(tmp_path / "glasses-columns.parquet", rows, {})
        tables.write_table(tmp_path / "glasses-frame.parquet", pd.DataFrame(rows).astype({"status": "string"}), {})
        first, second = (pq.read_table(tmp_path / f"glasses-{each}.parquet") for each in ("columns", "frame"))
        assert first.schema.equals(second.schema, check_metadata=False), name
        for here, there in zip(first.itercolumns(), second.itercolumns(), strict=True):
            np.testing.assert_array_equal(here.to_numpy(), there.to_numpy())
        found, computed = contents.read_hash(tmp_path / "glasses-columns.parquet")
        assert found == computed != contents.read_hash(tmp_path / "glasses-frame.parquet")[0]
    sample, status = tables.read_columns(tmp_path / "glasses-columns.parquet", "sample", "status")
    assert sample == status == []


def test_parts_are_joined_as_pandas_joins_them():
    failed = {"sample": np.array([3]), "status": np.array(["glass: no"])}
    good = {"sample": np.array([4, 4]), "mode": np.array([0, 1]), "frequency": np.array([0.5, 0.7])}
    good["status"] = np.array(["ok", "mode did not converge"])
    found = tables.joined([failed, good, good])
    expected = pd.concat([pd.DataFrame(part) for part in (failed, good, good)], ignore_index=True)
    pd.testing.assert_frame_equal(pd.DataFrame(found), expected[list(good)], check_dtype=False)
    assert tables.joined([good, good])["mode"].dtype == np.int64


def test_simulation_jobs_start_without_what_none_of_them_needs():
    jobs = ("prepare", "evidence", "quench", "measure", "warm")
    script = ";".join(f"import glassworks.campaign.jobs.{job}" for job in jobs)
    unneeded = ("pandas", "scipy.special", "glassworks.campaign.planned.costs")
    check = f"import sys; {script}; sys.exit(any(name in sys.modules for name in {unneeded}))"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


def test_rows_do_not_depend_on_provenance(tmp_path):
    frame = pd.DataFrame({"sample": [0], "pressure": [0.1]})
    for name in "ab":
        tables.write_table(tmp_path / f"moduli-{name}.parquet", frame, {"date": name})
    first, second = (pq.read_table(tmp_path / f"moduli-{name}.parquet") for name in "ab")
    assert first.equals(second) and first.schema.equals(second.schema, check_metadata=False)


def test_gather_puts_keys_first_and_keeps_failures(tmp_path):
    paths = [tmp_path / f"moduli-{name}.parquet" for name in "ab"]
    tables.write_table(paths[0], pd.DataFrame({"sample": [0], "shear": [1.0], "status": ["ok"]}), {"wall_time": 1})
    tables.write_table(paths[1], pd.DataFrame({"sample": [1], "status": ["glass: no"]}), {"wall_time": 2})
    whole, sources = tables.gather((KEYS, path) for path in paths)
    assert tuple(whole.columns[: len(tables.KEYS)]) == tables.KEYS
    assert list(whole["status"]) == ["ok", "glass: no"] and np.isnan(whole["shear"][1])
    assert [source["wall_time"] for source in sources] == [1, 2]


def test_modes_written_before_they_were_counted_are_gathered_with_newer_ones(tmp_path):
    old = {
        "mode": np.arange(2),
        "frequency": np.array([0.5, 0.7]),
        "residual": np.zeros(2),
        "status": np.array(["ok"] * 2),
    }
    new = old | {"missed": np.full(2, 1e-12)}
    for name, columns in (("old", old), ("new", new)):
        tables.write_table(tmp_path / f"modes-{name}.parquet", columns, {})
    whole, _ = tables.gather([(KEYS, tmp_path / "modes-old.parquet"), (KEYS, tmp_path / "modes-new.parquet")])
    assert list(whole["frequency"]) == [0.5, 0.7] * 2 and list(whole["status"]) == ["ok"] * 4
    np.testing.assert_array_equal(whole["missed"], [np.nan, np.nan, 1e-12, 1e-12])
    np.testing.assert_array_equal(tables.joined([old, new])["missed"], whole["missed"])


def test_heartbeat_ends_with_the_job(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with progress.heartbeat("quench e 0", 2) as beat:
        beat.advance()
        beat.write()
        [running], interrupted, failed = progress.read_heartbeats(tmp_path)
        assert (running["done"], running["total"], running["pid"]) == (1, 2, os.getpid())
        assert not interrupted and not failed
    assert progress.read_heartbeats(tmp_path) == ([], [], [])


def test_failed_heartbeat_keeps_the_message(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError), progress.heartbeat("quench e 0", 2):
        raise ValueError("no minimum")
    running, interrupted, [failed] = progress.read_heartbeats(tmp_path)
    assert not running and not interrupted and failed["message"] == "ValueError: no minimum"


def test_a_job_that_was_told_to_stop_has_not_failed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit), progress.heartbeat("equilibrate l 0", 2):
        raise SystemExit("asked to end")
    assert progress.read_heartbeats(tmp_path) == ([], [], [])


def test_dead_process_counts_as_interrupted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = progress.Progress("quench e 0", 2, "samples")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    told.beat["pid"] = ended.pid
    told.write()
    running, interrupted, failed = progress.read_heartbeats(tmp_path)
    assert not running and not failed and interrupted[0]["job"] == "quench e 0"
