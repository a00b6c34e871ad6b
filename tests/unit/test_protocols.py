"""Protocols: a file declares one, a second does its work, and nothing else names it."""

import ast
import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from project import Project, add_scale
from toy_kinds import GROUP, add_protocol

from glassworks import preparing
from glassworks.compiled import PACKAGE
from glassworks.protocols import KINDS, STAGES

SCALE = """\
scale: toy
purpose: two glasses of what was shaken
papers:
  pinching:
    shaken:
      - {n: 400, temperatures: [1.5], samples: 2}
"""
CLASSES = {kind.__name__ for kind in KINDS.values()} | {"Trajectories", "Steps", "Descending"}
ROOMS = [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "protocols"]


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nobody_asks_which_protocol_it_is(path):
    """Outside their room no class of a protocol is named, and no kind or tag of one is compared with."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    asked = [node for node in imports if node.module.startswith("glassworks.protocols")]
    assert {node.module for node in asked} <= {"glassworks.protocols"}
    assert not {alias.name for node in asked for alias in node.names} & CLASSES
    if "campaign" not in path.relative_to(PACKAGE).parts:
        return
    words = {node.value for each in ast.walk(tree) if isinstance(each, ast.Compare) for node in constants(each)}
    assert not words & ({*KINDS, *(kind.tag for kind in KINDS.values())} - set(STAGES)), path


def constants(node: ast.AST):
    return (each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def test_no_name_of_a_folder_is_taken_apart():
    """No pattern in the campaign knows how liquids are called."""
    for path in (PACKAGE / "campaign").rglob("*.py"):
        for node in constants(ast.parse(path.read_text(encoding="utf-8"))):
            assert "_N\\d" not in node.value and "(?P<n>" not in node.value, path


def test_the_work_of_every_protocol_is_there():
    for kind, declared in KINDS.items():
        work = preparing.load(declared.prepared_by())
        assert kind == declared.model_fields["kind"].annotation.__args__[0]
        assert {name: set(columns) for name, columns in declared.tables.items()} == {
            name: set(columns) for name, columns in work.COLUMNS.items()
        }
        assert hasattr(work, "tested") != bool(declared.untested) and callable(work.tiny)
    assert len({each.tag for each in KINDS.values()}) == len(KINDS)
    with pytest.raises(KeyError):
        preparing.load("none")


@pytest.fixture
def shaken(tmp_path) -> Project:
    """A campaign with a library of its own, which knows a protocol more: two new files, and a group that uses it.

    No kernel is made of these, so that the kernels that the library has kept serve the copy too.
    """
    project = Project(tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "src/glassworks")
    add_protocol(tmp_path / "src/glassworks")
    add_scale(tmp_path, SCALE)
    project.edit("config/papers/pinching.yaml", "groups:\n", f"groups:\n{GROUP}")
    return project


@pytest.mark.end_to_end
def test_a_protocol_of_two_files_runs_through_the_workflow(shaken, monkeypatch):
    """Prepared, quenched, measured, gathered with its own table, planned, and found sound."""
    monkeypatch.setenv("PYTHONPATH", str(shaken.folder / "src"))
    tables = [f"results/toy/tables/pinching/{name}.parquet" for name in ("shakes", "liquids", "glasses", "moduli")]
    answer = shaken.snakemake("--cores", "2", "--config", "scale=toy", "--", *tables)
    assert answer.returncode == 0, answer.stderr[-3000:]
    rows = pd.read_parquet(shaken.folder / tables[0])
    assert list(rows["sweep"]) == [20, 20] and set(rows["protocol"]) == {"shaken"}
    assert set(pd.read_parquet(shaken.folder / tables[3])["status"]) == {"ok"}
    [folder] = (shaken.folder / "results/liquids").iterdir()
    told = json.loads((folder / "specification.json").read_text())
    assert told["declared"] == {"paper": "pinching", "group": "shaken", "n": 400, "point": 1.5}
    assert told["specification"]["protocol"]["sweeps"] == 20 and told["specification"]["n"] == 400
    for verb in (["verify"], ["plan", "--scale", "toy"], ["status", "--scale", "toy"]):
        command = [sys.executable, "-m", "glassworks.campaign.cli", *verb]
        said = subprocess.run(command, cwd=shaken.folder, env=os.environ, capture_output=True, text=True)
        assert said.returncode == 0, said.stdout + said.stderr
    assert "shak" not in "".join(path.read_text() for path in (PACKAGE / "campaign").rglob("*.py") if path.is_file())


def test_what_a_protocol_does_not_take_is_refused(shaken, monkeypatch):
    shaken.edit("config/papers/pinching.yaml", "sweeps: 20", "sweeps: 20, evidence: true")
    monkeypatch.setenv("PYTHONPATH", str(shaken.folder / "src"))
    answer = shaken.snakemake("-n", "--config", "scale=toy")
    assert answer.returncode and "groups.shaken.protocol.evidence: unknown key" in answer.stdout + answer.stderr
