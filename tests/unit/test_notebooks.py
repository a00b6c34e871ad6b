"""The notebooks of the documentation run from top to bottom, and hold what they showed when they last did."""

import importlib.util
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbclient")
FOLDER = Path(__file__).resolve().parents[2] / "docs/notebooks"
SPEC = importlib.util.spec_from_file_location("run", FOLDER / "run.py")
run = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run)


def test_there_are_notebooks_and_pages_lead_to_them():
    assert len(run.NOTEBOOKS) == 2
    pages = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.glob("*.md"))
    for path in run.NOTEBOOKS:
        assert f"notebooks/{path.name}" in pages


@pytest.mark.parametrize("path", run.NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_as_much_as_it_holds(path):
    """Cell by cell as many outputs of the same kinds; numbers may differ between machines."""
    held, made = nbformat.read(path, as_version=4), run.kept(run.executed(path))
    shown = [
        [[sorted(one.get("data", {"text": ""})) for one in cell.get("outputs", ())] for cell in notebook.cells]
        for notebook in (held, made)
    ]
    assert shown[0] == shown[1]
    assert sum("image/png" in kinds for cell in shown[0] for kinds in cell) >= 1
    assert path.stat().st_size < 700_000
