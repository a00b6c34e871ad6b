"""What ARCHITECTURE.md says of packages, and pyproject.toml and envs/ of dependencies, is what the sources do."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "src/glassworks"
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
ORDER = re.search(r"^Imports run one way: (.*?)\n\n", PAGE, re.DOTALL | re.MULTILINE)[1].split(";")
RANKS = {name: rank for rank, part in enumerate(ORDER[0].split("→")) for name in re.findall(r"`(\w+)`", part)}
READERS = {name: rank for rank, part in enumerate(ORDER[1].split("→")) for name in re.findall(r"`(\w+)`", part)}


def rooms() -> set[str]:
    """The library's folders and single files."""
    return {path.stem for path in LIBRARY.iterdir() if path.stem != "__init__" and path.suffix in ("", ".py")} - {
        "__pycache__"
    }


@cache
def modules(path: Path) -> frozenset[str]:
    """The dotted names that a file imports, what is imported only where it is needed included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def imported_rooms(room: str) -> set[str]:
    """The other rooms of the library that a room imports."""
    files = [LIBRARY / f"{room}.py"] if (LIBRARY / f"{room}.py").is_file() else (LIBRARY / room).rglob("*.py")
    names = {name.split(".")[1] for path in files for name in modules(path) if name.startswith("glassworks.")}
    return names - {room}


def test_every_room_stands_in_the_order_and_in_the_table():
    assert {*RANKS, *READERS, "campaign"} == rooms()
    table = set(re.findall(r"`(\w+)(?:\.py)?`", "".join(re.findall(r"^\|[^|]*\|", PAGE, re.MULTILINE))))
    assert rooms() <= table


@pytest.mark.parametrize("room", sorted(rooms()))
def test_imports_run_one_way(room):
    imported = imported_rooms(room)
    if room in RANKS:
        assert {name for name in imported if RANKS.get(name, len(RANKS)) >= RANKS[room]} == set()
    elif room in READERS:
        assert {name for name in imported if READERS.get(name, len(READERS)) >= READERS[room]} == set()


def name_of(requirement: str) -> tuple[str, str]:
    """A distribution's name and its bounds."""
    name, bounds = re.match(r"([\w-]+)(?:\[.*?\])?\s*(.*)", requirement).groups()
    return name.lower().replace("_", "-"), bounds


def declared() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return dict(map(name_of, project["dependencies"])) | {"python": project["requires-python"]}


def test_what_the_library_imports_is_declared():
    owners, known = packages_distributions(), declared()
    outside = {name.split(".")[0] for path in LIBRARY.rglob("*.py") for name in modules(path)}
    outside -= {"glassworks", "__future__", *sys.stdlib_module_names}
    missing = {name for name in outside if not {name_of(each)[0] for each in owners.get(name, [])} & set(known)}
    assert outside and missing == set()


def test_the_conda_file_declares_the_same():
    listed = yaml.safe_load((ROOT / "envs/environment.yaml").read_text())["dependencies"]
    conda = dict(name_of(each) for each in listed if isinstance(each, str) and each != "pip")
    conda["snakemake"] = conda.pop("snakemake-minimal")
    assert conda == declared()
