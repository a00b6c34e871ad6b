"""How the tests are spread over workers, seen with a few tests that tell who ran them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from spreading import COMPILING

ROOT = Path(__file__).resolve().parents[2]

TELL = """\
import os, time
from pathlib import Path

import pytest

TOLD = Path(__file__).parents[1] / "told"


def tell(what):
    with TOLD.open("a") as told:
        told.write(f"{os.environ.get('PYTEST_XDIST_WORKER', 'none')} {what}\\n")
    time.sleep(0.05)
"""
SMOKE = """

@pytest.fixture(scope="session")
def smoke():
    tell("smoke")
"""
WHOLE = "@pytest.mark.end_to_end\n"
SLURM = f"{WHOLE}@pytest.mark.slurm\ndef test_it():\n    tell('slurm')\n"
SIX = "@pytest.mark.parametrize('number', range(6))\n"
TESTS = {
    "dag/test_plans": "def test_it():\n    tell('plan')\n",
    "of/test_boxes": "def test_it():\n    tell('kernels')\n",
    "of/test_masses": "def test_it():\n    tell('kernels')\n",
    "of/test_breaks": "@pytest.mark.faults\ndef test_it():\n    tell('fault')\n",
    "of/test_other": "def test_it():\n    tell('other')\n",
    "of/test_plain": f"{SIX}def test_it(number):\n    tell('plain')\n",
    "slurm/test_slurm_1": SLURM,
    "slurm/test_slurm_2": SLURM,
    "smoke/test_smoke_1": f"{WHOLE}def test_it(smoke):\n    tell('of smoke')\n",
    "smoke/test_smoke_2": f"@pytest.fixture\ndef cut(smoke):\n    pass\n\n\n{WHOLE}{SIX}def test_it(cut, number):\n"
    "    tell('of smoke')\n",
}


@pytest.fixture
def suite(tmp_path) -> Path:
    """A folder of tests with the project's own settings."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("dag", "of", "smoke", "slurm"):
        (tmp_path / f"tests/{folder}").mkdir(parents=True)
    for name in ("conftest", "cluster", "project", "spreading"):
        shutil.copy(ROOT / f"tests/{name}.py", tmp_path / "tests")
    (tmp_path / "tests/smoke/conftest.py").write_text(TELL + SMOKE)
    for name, text in TESTS.items():
        (tmp_path / f"tests/{name}.py").write_text(f"{TELL}\n\n{text}")
    return tmp_path


def run(suite: Path, *options: str) -> tuple[int, str, list[list[str]]]:
    """What pytest returns and says, and who ran what, in the order in which it began."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", *options]
    answer = subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, timeout=120)
    told = suite / "tests/told"
    lines = [line.split(" ", 1) for line in told.read_text().splitlines()] if told.exists() else []
    return answer.returncode, answer.stdout + answer.stderr, lines


def test_what_is_expensive_is_made_once_and_comes_first(suite):
    ended, said, told = run(suite, "-n", "2")
    assert ended == 0, said
    of = {what: {worker for worker, each in told if each == what} for _, what in told}
    assert [what for _, what in told].count("smoke") == 1
    assert {what: len(workers) for what, workers in of.items()} == dict.fromkeys(of, 1)
    assert of.keys() == {"smoke", "of smoke", "plan", "slurm", "kernels", "plain", "other"}
    assert of["slurm"] != of["smoke"], "what takes longest has a worker each"
    for worker in ("gw0", "gw1"):
        mine = [what for each, what in told if each == worker]
        assert mine[0] in ("smoke", "plan") and mine[-1] in ("plain", "other", "kernels", "slurm", "of smoke")
        assert mine[0] == "smoke" or mine[1] == "slurm", "beside the first campaign something only plans"


def test_files_that_compile_the_same_kernels_are_there():
    assert COMPILING <= {path.name for path in (ROOT / "tests/unit").glob("test_*.py")}


@pytest.mark.parametrize("options", [("-n", "0"), ("-p", "no:xdist"), ("tests/of/test_plain.py",)])
def test_where_there_are_no_workers_the_same_tests_run(suite, options):
    ended, said, told = run(suite, *options)
    assert ended == 0, said
    assert {worker for worker, _ in told} == {"none"}
    assert len(told) == (6 if "test_plain" in options[0] else 20)


def test_faults_have_the_machine_for_themselves(suite):
    assert run(suite, "-m", "faults")[::2] == (0, [["none", "fault"]])
    ended, said, told = run(suite, "-m", "faults", "-n", "2")
    assert ended and len(told) == 1
    assert "-n: tests marked faults need the machine for themselves; allowed: 0" in said


def test_a_test_that_would_make_anew_what_others_share_is_refused(suite):
    (suite / "tests/of/test_stray.py").write_text("def test_it(cluster):\n    pass\n")
    ended, said, told = run(suite)
    assert ended and len(told) == 20
    assert "uses cluster apart from others; allowed: a file in tests/slurm" in said
