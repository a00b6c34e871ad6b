"""A campaign that is stopped half-way, packed, and goes on in another folder."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from project import Project

from glassworks.campaign.jobs.gather import ERRORS

pytestmark = pytest.mark.end_to_end

GONE = {"pinching": "parents-small", "solidity": "cooled-small"}
"""Groups of `smoke` whose coldest liquids are taken away: a ladder of Monte Carlo, and a path."""


def glassworks(project: Project, *arguments: str) -> str:
    command = [sys.executable, "-m", "glassworks.campaign.cli", *arguments]
    answer = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=600)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def stopped(smoke, tmp_path_factory) -> Project:
    """`smoke` without what its lowest liquids led to, and without one of the things measured on the glasses left."""
    project = Project(tmp_path_factory.mktemp("stopped"))
    shutil.copytree(smoke.folder / "results", project.folder / "results", ignore=shutil.ignore_patterns("smoke", ".*"))
    for identity in coldest(smoke):
        stem = re.sub("_(cg|liquid)_[0-9a-f]{8}$", "", identity)
        for path in (project.folder / "results").glob(f"*/{stem}_*"):
            shutil.rmtree(path)
    for path in sorted((project.folder / "results/ensembles").glob("*/*/modes-*.parquet"))[:1]:
        path.unlink()
    return project


def coldest(smoke: Project) -> list[str]:
    """The ensembles of the coldest liquids of each group."""
    found = []
    for paper, group in GONE.items():
        rows = smoke.tables_of("smoke")[f"{paper}/liquids"]
        rows = rows[rows["group"] == group]
        found += list(rows.loc[rows["temperature"] == rows["temperature"].min(), "ensemble"].unique())
    return found


def files(project: Project, pattern: str) -> set[str]:
    return {str(path.relative_to(project.folder)) for path in (project.folder / "results").glob(pattern)}


def test_what_is_finished_is_not_made_again_and_the_rest_is_the_same(smoke, stopped, tmp_path):
    """Of the papers that something was taken from: up to their raw tables, and of one to all that a reader gets."""
    said = glassworks(stopped, "pack", "taken", *GONE, "--scale", "smoke")
    pack = stopped.folder / "taken"
    states = {str(path.relative_to(pack / "states")) for path in pack.rglob("*.h5")}
    lost = files(smoke, "[el]*/*/*/*.h5") - files(stopped, "[el]*/*/*/*.h5")
    assert lost and states and len(states) < len(files(stopped, "[el]*/*/*/*.h5")) / 2, said

    other = Project(tmp_path)
    shutil.copytree(pack, other.folder / "taken")
    glassworks(other, "unpack", "taken", *GONE, "--scale", "smoke")
    before = smoke.tables_of("smoke")
    raw = [
        name for name in before if name.startswith((*GONE,)) and (pack / f"{name.partition('/')[2]}.parquet").is_file()
    ]
    paths = [f"results/smoke/tables/{name}.parquet" for name in raw]
    for asked in (paths, ["pinching"]):
        answer = other.snakemake("--cores", "2", "--config", "scale=smoke", "--", *asked, seconds=1200)
        assert answer.returncode == 0, answer.stderr[-5000:]
    assert files(other, "[el]*/*/*/*.h5") == states | lost

    after = other.tables_of("smoke")
    again = 0
    for name in raw:
        first, second = before[name], after[name]
        assert list(first.columns) == list(second.columns) and len(first) == len(second), name
        anew = first["ensemble"].isin(coldest(smoke))
        pd.testing.assert_frame_equal(first[anew], second[anew])  # to the bit
        again += anew.sum()
        for column in first:
            if first[column].dtype.kind == "f":
                near = 0.07 if column in ERRORS else 1e-4
                np.testing.assert_allclose(second[column], first[column], rtol=near, err_msg=f"{name} {column}")
            else:
                assert (first[column] == second[column]).all(), (name, column)
    assert again > 50


def test_a_pack_brings_nothing_but_what_is_planned(stopped, tmp_path):
    glassworks(stopped, "pack", "whole", "--scale", "smoke")
    pack, other = stopped.folder / "whole", Project(tmp_path)
    (pack / "states/results/elsewhere").mkdir(parents=True)
    (pack / "states/results/elsewhere/evil.h5").write_text("no product")
    (other.folder / "config/scales/less.yaml").write_text(
        "scale: less\npurpose: nothing that was packed\npapers:\n"
        "  pinching:\n    reference-2d:\n      - {n: 400, samples: 2}\n"
    )
    said = glassworks(other, "unpack", str(pack), "pinching", "--scale", "less")
    assert "are not planned at scale less: passed over" in said
    assert not (other.folder / "results/elsewhere").exists()


def test_a_folder_of_something_else_is_refused(stopped):
    command = [sys.executable, "-m", "glassworks.campaign.cli", "pack", "config", "--scale", "smoke"]
    answer = subprocess.run(command, cwd=stopped.folder, capture_output=True, text=True, timeout=600)
    assert answer.returncode and "config: holds something else than a pack" in answer.stderr
    assert (stopped.folder / "config/config.yaml").is_file()
