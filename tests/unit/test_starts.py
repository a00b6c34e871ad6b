"""What a job loads before it works: counted in modules, because seconds differ from machine to machine."""

import json
import subprocess
import sys

import pytest
from project import ROOT

START = """\
import json, runpy, sys
sys.argv = [sys.argv[1], "--help"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit:
    sys.stdout.flush()
print()
print(json.dumps(sorted(sys.modules)))
"""
SCRIPTS = sorted(path.stem for path in (ROOT / "scripts").glob("*.py"))
NEVER = ("snakemake", "matplotlib", "scipy.stats", "scipy.optimize", "jinja2", "pytest", "hypothesis", "rich", "typer")
"""What takes a tenth of a second or more, and no script needs before it knows what it is asked for."""
FREE = {
    "pandas": ("prepare", "quench", "measure", "portion", "observe", "evidence", "gather", "warm"),
    "scipy.linalg": ("gather", "results", "prepare", "quench", "measure", "portion", "observe"),
    "scipy.special": ("gather", "results", "quench", "measure", "portion", "observe"),
}
"""Scripts that load no such package at all."""
MODULES = 1300
"""Of any script; half of them are those of NumPy, pandas, PyArrow, numba and pydantic."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """The modules that each script has loaded when it knows its command."""
    found = {}
    for name in SCRIPTS:
        command = [sys.executable, "-c", START, f"scripts/{name}.py"]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found[name] = json.loads(answer.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_loads_what_it_needs(loaded, name):
    modules = set(loaded[name])
    assert not modules & set(NEVER)
    assert not {package for package, scripts in FREE.items() if name in scripts and package in modules}
    assert "glassworks" in modules and len(modules) < MODULES
