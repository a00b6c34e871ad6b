"""Schemas, and the tables of keys on the page of `config`, are those of today's models; what stands in `config` is
valid by them, and what the models refuse by itself is not.
"""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from glassworks.campaign.cli import app
from glassworks.campaign.declared import keys
from glassworks.campaign.declared.schemas import KINDS_OF_FILES
from glassworks.models.declarations import read_declaration

ROOT = Path(__file__).resolve().parents[2]
DECLARED = [(kind, path) for kind, (_, where) in KINDS_OF_FILES.items() for path in (ROOT / "config").glob(where)]


def as_json(value):
    """A declaration with the keys of JSON, which are words."""
    if isinstance(value, dict):
        return {str(key): as_json(each) for key, each in value.items()}
    return [as_json(each) for each in value] if isinstance(value, list) else value


def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / keys.FOLDER / f"{kind}.json").read_text()))


def test_what_is_written_of_the_models_is_current():
    assert [path for path, text in keys.files(ROOT).items() if (ROOT / path).read_text() != text] == []


def test_every_declaration_names_its_schema():
    assert {path for _, path in DECLARED} == {*(ROOT / "config").rglob("*.yaml")} - {ROOT / "config/costs.yaml"}
    for kind, path in DECLARED:
        first = path.read_text().splitlines()[0]
        schema = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)[1]
        assert (path.parent / schema).resolve() == ROOT / keys.FOLDER / f"{kind}.json"


@pytest.mark.parametrize("kind", KINDS_OF_FILES)
def test_declarations_are_valid(kind):
    Draft202012Validator.check_schema((found := validator(kind)).schema)
    for _, path in [each for each in DECLARED if each[0] == kind]:
        assert [error.message for error in found.iter_errors(as_json(read_declaration(path, path.name)))] == []


def changed(content: dict, place: str, value) -> dict:
    *above, last = place.split(".")
    inner = content
    for key in above:
        inner = inner[int(key)] if isinstance(inner, list) else inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return content


@pytest.mark.parametrize(
    "kind, file, place, value",
    [
        ("config", "config.yaml", "tables", "archived"),
        ("config", "config.yaml", "sed", 1),
        ("model", "models/ka.yaml", "name", "ka"),
        ("model", "models/ka.yaml", "density", None),
        ("model", "models/ka.yaml", "packing_fraction", 0.5),
        ("model", "models/ka.yaml", "potential.kind", "lennard"),
        ("model", "models/ka.yaml", "mixture.size", 1.0),
        ("ladder", "ladders/ka.yaml", "relaxation_sweeps", {"1.0": 3.0}),
        ("scale", "scales/desk.yaml", "verdicts", "yes"),
        ("paper", "papers/pinching.yaml", "groups.reference-3d.minimizer", "gc"),
        ("paper", "papers/pinching.yaml", "groups.reference-3d.observables", {"modle": {}}),
        ("paper", "papers/pinching.yaml", "groups.reference-3d.observables", {"modes": {"counts": 3}}),
        ("paper", "papers/pinching.yaml", "groups.reference-3d.protocol.kind", "annealed"),
        ("paper", "papers/pinching.yaml", "claims.0.rival", None),
        ("paper", "papers/pinching.yaml", "figures", {"one": {}}),
        ("paper", "papers/pinching.yaml", "groups", {"a_b": {}}),
    ],
)
def test_what_the_models_refuse_is_not_valid(kind, file, place, value):
    content = as_json(read_declaration(ROOT / "config" / file, file))
    assert validator(kind).is_valid(content)
    assert not validator(kind).is_valid(changed(content, place, value))


def test_a_ladder_is_written_or_named():
    content = as_json(read_declaration(ROOT / "config/papers/pinching.yaml", "pinching"))
    groups = [group["protocol"] for group in content["groups"].values()]
    named = next(each for each in groups if isinstance(each.get("ladder"), str))
    for more in ({"relaxation_sweeps": {"1.0": 2.0}}, {"ladder": [1.0]}):
        kept = dict(named)
        named |= more
        assert not validator("paper").is_valid(content)
        named.clear()
        named |= kept
    named |= {"ladder": [1.0], "relaxation_sweeps": {"1.0": 2.0}}
    assert validator("paper").is_valid(content)


def test_the_command_writes_what_is_not_current(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    for name in ("config.yaml", "README.md"):
        (tmp_path / "config" / name).write_bytes((ROOT / "config" / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    found = runner.invoke(app, ["schema", "--check"])
    assert found.exit_code == 1 and "config/schemas/paper.json: is not current" in found.output
    assert runner.invoke(app, ["schema"]).exit_code == 0
    assert runner.invoke(app, ["schema", "--check"]).exit_code == 0
    for path in (ROOT / keys.FOLDER).glob("*.json"):
        assert (tmp_path / keys.FOLDER / path.name).read_bytes() == path.read_bytes()
