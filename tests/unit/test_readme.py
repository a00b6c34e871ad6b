"""The README's notebook example runs as printed, in under ten lines; what other pages say of themselves is so."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def notebook_example() -> str:
    text = (ROOT / "README.md").read_text()
    return re.search(r"## From a notebook\n\n```python\n(.*?)```", text, re.DOTALL).group(1)


def test_notebook_example_is_short_and_makes_a_glass():
    code = notebook_example()
    assert len([line for line in code.splitlines() if line.strip()]) < 10
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    modes, pinch = names["modes"], names["pinch"]
    assert (modes.frequencies > 0).all() and (modes.frequencies[1:] >= modes.frequencies[:-1]).all()
    assert (modes.residuals < 1e-8).all()
    assert ((0 < modes.participation) & (modes.participation <= 1)).all()
    assert abs(pinch.frequency / pinch.frequency_check - 1).max() < 1e-6
    assert 0 < names["glass"].moduli().shear < names["glass"].moduli().shear_born


@pytest.mark.skipif(not list(ROOT.glob("results/archive/*/*.parquet")), reason="no archived tables in this checkout")
def test_the_lines_that_read_a_table_tell_its_columns(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    code = re.search(r"```python\n(import pandas.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    assert list(names["columns"]) == list(names["rows"]) and names["columns"]["shear"][0] == "ε/λ^d"
    assert all(definition for _, definition in names["columns"].values())
    assert "spatial dimension d" in capsys.readouterr().out


def test_reading_tables_needs_no_compiler():
    """Figures, claims and the report start without importing the simulation's compiled kernels."""
    parts = ("statistics", "claims", "figures", "report")
    code = f"import sys, {', '.join(f'glassworks.{part}' for part in parts)}; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_pytest_knows_the_options_that_the_readme_gives_it():
    text = (ROOT / "README.md").read_text()
    commands = re.findall(r"`uv run --group dev pytest\s([^`]+)`", text)
    assert len(commands) >= 4
    for command in commands:
        said = subprocess.run(
            [sys.executable, "-m", "pytest", *command.split(), "--markers"], cwd=ROOT, capture_output=True, text=True
        )
        assert said.returncode == 0, f"{command}: {said.stderr}"


def test_rows_of_faults_are_known_by_their_fault_and_place():
    """How often a call was made differs from run to run: with it in the place, an old row would stay beside the new."""
    rows = [
        line.strip("|").split(" | ") for line in (ROOT / "docs/faults.md").read_text().splitlines() if line[:2] == "| "
    ]
    places = [tuple(row[:2]) for row in rows[1:]]
    assert len(places) > 50 and len({*places}) == len(places)
    assert not [where for _, where in places if re.search(r"\bn = ", where)]


def test_what_the_tests_of_faults_stand_in_for_is_there(monkeypatch):
    """They run on demand, so a name that has changed would be found late."""
    monkeypatch.syspath_prepend(ROOT / "tests/faults")
    places = [place.split(":") for place in import_module("forks").SLOW]
    assert len(places) > 8
    assert not [place for place in places if not hasattr(import_module(place[0]), place[1])]
