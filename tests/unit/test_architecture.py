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
ABOVE = ("pictures", "notebook", "campaign")
"""These may import all others, and each the ones before it too; nothing else imports them."""


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
    assert {*RANKS, *READERS, *ABOVE} == rooms()
    table = set(re.findall(r"`(\w+)(?:\.py)?`", "".join(re.findall(r"^\|[^|]*\|", PAGE, re.MULTILINE))))
    assert rooms() <= table


@pytest.mark.parametrize("room", sorted(rooms()))
def test_imports_run_one_way(room):
    imported = imported_rooms(room)
    if room in RANKS:
        assert {name for name in imported if RANKS.get(name, len(RANKS)) >= RANKS[room]} == set()
    elif room in READERS:
        assert {name for name in imported if READERS.get(name, len(READERS)) >= READERS[room]} == set()
    else:
        assert not imported & set(ABOVE[ABOVE.index(room) :])


WINGS = re.search(r"^In `campaign`: (.*?)above them", PAGE, re.DOTALL | re.MULTILINE)[1]
ORDER_OF_WINGS = {name: rank for rank, name in enumerate(re.findall(r"`(\w+)` \(", WINGS))}
CAMPAIGN = LIBRARY / "campaign"
LONGEST = 400
"""Lines of a file there."""


def wing(name: str) -> int:
    """The rank of a module of `campaign` by its dotted name; what stands above all wings comes last."""
    return ORDER_OF_WINGS.get(name.split(".")[2], len(ORDER_OF_WINGS))


def files_of_the_campaign() -> dict[str, Path]:
    """The files of `campaign` by their dotted names."""
    paths = (path for path in CAMPAIGN.rglob("*.py") if path.stem != "__init__")
    return {".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts): path for path in paths}


def test_wings_of_the_campaign_import_one_way():
    """Also what is imported only where it is needed; and no files import each other in a circle."""
    files = files_of_the_campaign()
    assert set(ORDER_OF_WINGS) == {path.name for path in CAMPAIGN.iterdir() if (path / "__init__.py").is_file()}
    imported = {
        name: {known for each in modules(path) if (known := of_file(each, files))} for name, path in files.items()
    }
    assert not [(name, each) for name, found in imported.items() for each in found if wing(each) > wing(name)]
    waiting = dict(imported)
    while free := [name for name, found in waiting.items() if not found & set(waiting)]:
        for name in free:
            del waiting[name]
    assert waiting == {}


def of_file(name: str, files: dict[str, Path]) -> str | None:
    """The file that a dotted name is of, itself or what it defines."""
    return next((each for each in (name, name.rpartition(".")[0]) if each in files), None)


@pytest.mark.parametrize("name", sorted(files_of_the_campaign()))
def test_no_file_of_the_campaign_is_long(name):
    assert len(files_of_the_campaign()[name].read_text().splitlines()) <= LONGEST


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
