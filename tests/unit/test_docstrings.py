"""Examples in docstrings give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
TOLD = sorted(
    ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")
    for path in (SOURCES / "glassworks").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_what_a_newcomer_meets_first_has_examples():
    assert {"glassworks", "glassworks.notebook", "glassworks.exchange.units", "glassworks.calculators.glass"} <= set(
        TOLD
    )
    assert {"glassworks.vibrations.semidefinite", "glassworks.pictures"} <= set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_examples_give_what_they_say(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed
