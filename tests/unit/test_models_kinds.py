"""A pair energy and a mixture that come as one file each are read, computed with, and refused as all others are."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from toy_kinds import MODEL, add_mixture, add_potential

from glassworks.compiled import PACKAGE

FORCES = """
import json
import numpy as np
from numba import njit
import glassworks as gw
from glassworks.configurations import Configuration, force_state
from glassworks.lanes import FOUR, spread, total
from glassworks.liquids import initial_configuration
from glassworks.models.potentials import NUMBERS, formula_terms

model = gw.load_model("toy")
start = initial_configuration(model, 60, np.random.default_rng(1))
place = np.random.default_rng(2).normal(0.0, 0.05, start.positions.shape) + start.positions

def state(x):
    return force_state(model.interaction, Configuration(x, start.diameters, start.box))

def slope(i, k, h=1e-5):
    step = np.zeros_like(place)
    step[i, k] = h
    return (state(place + step).energy - state(place - step).energy) / (2 * h)

@njit
def of_one_and_of_four(interaction, y):
    a, b, c, d, e = formula_terms(interaction, spread(y, FOUR))
    return formula_terms(interaction, y), (total(a), total(b), total(c), total(d), total(e))

one, four = of_one_and_of_four(model.interaction, 0.7)
print(json.dumps({
    "number": NUMBERS[model.potential.kind], "numbers": len(NUMBERS), "sizes": model.diameters(3).tolist(),
    "forces": state(place).forces[:6].tolist(), "slopes": [[slope(i, k) for k in range(2)] for i in range(6)],
    "one": one, "four": four,
}))
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """A project with a library of its own, which has two kinds more."""
    shutil.copytree(PACKAGE, tmp_path / "src/glassworks", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "config/models").mkdir(parents=True)
    (tmp_path / "config/models/toy.yaml").write_text(MODEL)
    add_potential(tmp_path / "src/glassworks")
    add_mixture(tmp_path / "src/glassworks")
    return tmp_path


def run(folder: Path, program: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "NUMBA_CACHE_DIR": str(folder / "kept")}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_pair_energy_and_a_mixture_of_one_file_each_make_forces(copy):
    """By finite differences of the energy, to 1e-8 of the largest force; and the formula takes registers."""
    answer = run(copy, FORCES)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert 4 <= told["number"] < told["numbers"] and told["sizes"] == [1.0, 1.15, 1.3]
    forces = np.array(told["forces"])
    assert abs(forces).max() > 0.05
    np.testing.assert_allclose(forces, -np.array(told["slopes"]), atol=1e-8 * abs(forces).max() + 1e-9)
    np.testing.assert_allclose(told["one"], np.array(told["four"]) / 4.0, rtol=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: fourth", "kind: forth", "potential.kind: forth: unknown (did you mean fourth?); allowed: fourth, harm"),
        ("strength: 3.0", "strenght: 3.0", "potential.strenght: unknown key (did you mean strength?)"),
        ("strength: 3.0", "strength: -1.0", "potential.strength: -1.0: input should be greater than 0"),
        (
            "kind: steps",
            "kind: step",
            "mixture.kind: step: unknown (did you mean steps?); allowed: binary, mono",
        ),
    ],
)
def test_what_does_not_fit_them_is_refused_in_a_sentence(copy, old, new, said):
    file = copy / "config/models/toy.yaml"
    file.write_text(MODEL.replace(old, new))
    answer = run(copy, "import glassworks as gw\ngw.load_model('toy')")
    assert answer.returncode == 1 and said in answer.stderr
