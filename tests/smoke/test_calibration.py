"""Other seeds through the ordinary workflow: killed in the middle, gone on with, and judged from what is kept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from project import Project, add_scale, wait_for

from glassworks.campaign.products.contents import read_record

pytestmark = pytest.mark.end_to_end

SCALE = """\
scale: toy
purpose: one chain of six glasses
papers:
  pinching:
    parents-small:
      - {n: 400, temperatures: [1.3], samples: 6}
"""
COMMAND = [sys.executable, "-m", "glassworks.campaign.cli", "calibrate", "pinching", "--scale", "toy"]
LIQUIDS = "results/calibration/toy-*/run/pinching/results/liquids/*/00000/liquids.parquet"


@pytest.fixture
def toy(tmp_path) -> Project:
    """A campaign of a few short jobs, of which one claim can be judged."""
    project = Project(tmp_path)
    add_scale(tmp_path, SCALE)
    paper, given = "config/papers/pinching.yaml", "    block_samples: {400: 6}\n    observables: "
    project.edit(paper, f"{given}*of-glasses\n    evidence: true\n", f"{given}{{moduli: {{}}}}\n")
    project.edit(
        paper,
        "options: {model: poly-3d}\n    requires: {group: parents}",
        "options: {model: poly-3d}\n    requires: {samples: 6}",
    )
    return project


def calibrate(project: Project, *options: str) -> str:
    """What the command says; it must not fail."""
    answer = subprocess.run([*COMMAND, *options], cwd=project.folder, capture_output=True, text=True, timeout=900)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout + answer.stderr


def start_and_kill(project: Project) -> None:
    """Starts two seeds, waits until the first has a liquid, and kills every process of it."""
    driver = subprocess.Popen(
        [*COMMAND, "--seeds", "2", "--cores", "2"], cwd=project.folder, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: list(project.folder.glob(LIQUIDS)) or driver.poll() is not None, 400, "liquid of a seed")
    assert driver.poll() is None, "it ended before it could be killed"
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()


def test_seeds_are_killed_gone_on_with_and_kept(toy):
    start_and_kill(toy)
    killed = pd.Timestamp.now("UTC")
    time.sleep(1.1)  # dates are whole seconds
    said = calibrate(toy, "--seeds", "2", "--cores", "2")
    assert "2 runs of scale toy: " in said and "2 of 2 runs done" in said
    folders = sorted((toy.folder / "results/calibration").iterdir())
    assert len(folders) == 2 and len({folder.name for folder in folders}) == 2
    made = []
    for folder in folders:
        assert [path.name for path in folder.iterdir()] == ["tables"], "only tables stay"
        record = read_record(folder / "tables/pinching/liquids.parquet")
        assert record["seed"] == int(folder.name.rpartition("-")[2])
        made.append(pd.Timestamp(record["sources"]["first"]) < killed)
    assert sorted(made) == [False, True], "what was finished before the kill was not made again"
    rows = pd.read_parquet(toy.folder / "results/toy/calibration.parquet").set_index("claim")
    assert rows.loc["modulus-unit", "comparisons"] == 1 and rows.loc["modulus-unit", "kind"] == "seeds"
    first, second = (pd.read_parquet(folder / "tables/pinching/moduli.parquet") for folder in folders)
    assert len(first) == len(second) == 6 and not set(first["shear"]) & set(second["shear"])
    check_again(toy, rows)


def check_again(toy: Project, rows: pd.DataFrame) -> None:
    """The command typed again runs nothing, tells the same, and verification finds nothing wrong."""
    before = {path: path.stat().st_mtime_ns for path in (toy.folder / "results/calibration").rglob("*.parquet")}
    assert "runs of scale" not in calibrate(toy, "--seeds", "2")
    assert {path: path.stat().st_mtime_ns for path in before} == before
    pd.testing.assert_frame_equal(
        pd.read_parquet(toy.folder / "results/toy/calibration.parquet").set_index("claim"), rows
    )
    answer = subprocess.run([*COMMAND[:3], "verify"], cwd=toy.folder, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 0 and answer.stdout == f"{len(before) + 1} files read, 0 damaged, 0 stale\n"
    assert Path(toy.folder / "results/toy/SHA256SUMS").is_file()
