"""JSON schemas of the files that a person writes below `config/`, made from the models that read them: an editor then
completes keys and marks what does not fit.

A schema knows keys, types, allowed values and defaults. What files say of each other (a group's model, a ladder's
temperatures, samples that fill blocks) is checked where the campaign is loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from glassworks import observables, watching
from glassworks.campaign.declared.sections import (
    JOBS,
    LADDER_TIMES,
    NUMBER,
    Group,
    LadderFile,
    MainFile,
    PaperFile,
    ScaleFile,
)
from glassworks.choices import MINIMIZERS
from glassworks.claims.claim import Claim
from glassworks.models import Model
from glassworks.models.declarations import LONGEST_NAME, NAME
from glassworks.protocols import KINDS

Schema = dict[str, Any]

KINDS_OF_FILES: dict[str, tuple[type[BaseModel], str]] = {
    "config": (MainFile, "config.yaml"),
    "model": (Model, "models/*.yaml"),
    "paper": (PaperFile, "papers/*.yaml"),
    "ladder": (LadderFile, "ladders/*.yaml"),
    "scale": (ScaleFile, "scales/*.yaml"),
}
"""What reads each kind of file, and where such files are below `config`."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMED = {"pattern": f"^{NAME.pattern}$", "maxLength": LONGEST_NAME}
NUMBERED = {"pattern": f"^({NUMBER})$"}
NAMED_KEYS = {
    "PaperFile": {"groups": NAMED, "scales": NAMED, "numbers": NAMED, "figures": NUMBERED, "tables": NUMBERED},
    "ScaleFile": {"papers": NAMED},
}
"""What the keys of some mappings may be."""
FIELD = re.compile(r"^    (?=\S)([\w, ]+):\s*", re.MULTILINE)


class _Plain(GenerateJsonSchema):
    """Schemas without titles, that say of each key what the docstring of its class says of it."""

    ignored_warning_kinds = frozenset({"skipped-choice", "non-serializable-default"})

    def model_schema(self, schema: Any) -> Schema:
        made = super().model_schema(schema)
        said, of_keys = _documented(schema["cls"])
        made["description"] = said
        for key, each in made.get("properties", {}).items():
            if key in of_keys:
                made["properties"][key] = {**each, "description": of_keys[key]}
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, value: Any) -> Any:
        return None if isinstance(value, float) and math.isnan(value) else super().encode_default(value)


def _documented(described: type[BaseModel]) -> tuple[str, dict[str, str]]:
    """What a class's docstring says of it, and of each of its attributes."""
    said, _, listed = cleandoc(described.__doc__ or "").partition("\nAttributes:\n")
    parts = FIELD.split(listed)[1:]
    words = {}
    for names, text in zip(parts[::2], parts[1::2], strict=True):
        words |= dict.fromkeys(names.split(", "), " ".join(text.split()))
    return " ".join(said.split()), words


def schemas() -> dict[str, Schema]:
    """The schema of each kind of file, by its name."""
    chosen = _parameters()
    read = [file for file, _ in KINDS_OF_FILES.values()]
    known = [(each, "validation") for each in dict.fromkeys((*read, Claim, *chosen.values()))]
    refs, made = models_json_schema(known, schema_generator=_Plain, ref_template="#/$defs/{model}")
    every = made["$defs"]
    names = {each: refs[each, "validation"]["$ref"].rpartition("/")[2] for each, _ in known}
    _untitle(every)
    _correct(every, names, chosen)
    return {kind: _whole(every, names[file], where) for kind, (file, where) in KINDS_OF_FILES.items()}


def _parameters() -> dict[tuple[str, str], type[BaseModel]]:
    """What may be chosen of each observable and watcher, by the key of a group and their name."""
    measured = {("observables", name): observables.load(name).parameters for name in observables.every_name()}
    return measured | {("watch", name): watching.load(name).parameters for name in watching.every_name()}


def _untitle(part: Any) -> None:
    """Takes away the titles that repeat names of keys and classes."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        part = list(part.values())
    for each in part if isinstance(part, list) else ():
        _untitle(each)


def _correct(every: dict[str, Schema], names: dict[type, str], chosen: dict[tuple[str, str], type[BaseModel]]) -> None:
    """Says what validators say and the types do not."""
    for file, keys in NAMED_KEYS.items():
        for key, pattern in keys.items():
            every[file]["properties"][key]["propertyNames"] = pattern
    _correct_model(every[names[Model]])
    every[names[LadderFile]]["oneOf"] = [{"required": [key]} for key in LADDER_TIMES]
    claim = every[names[Claim]]
    claim["required"].remove("expected")
    claim["anyOf"] = [
        {"properties": {"published": {"type": "number"}}},
        {"required": ["expected", "expected_from"], "properties": {"published": {"type": "string"}}},
    ]
    every[names[PaperFile]]["properties"]["claims"]["items"] = {"$ref": f"#/$defs/{names[Claim]}"}
    _correct_group(every, names, chosen)
    for kind in KINDS.values():
        if kind.ladder_times:
            _on_ladders(every[kind.__name__], kind.ladder_times)


def _correct_model(model: Schema) -> None:
    """A model is named after its file, and has a density or a packing fraction."""
    del model["properties"]["name"]
    model["required"].remove("name")
    model["properties"]["density"].pop("default", None)
    model["oneOf"] = [{"required": [key]} for key in ("density", "packing_fraction")]


def _correct_group(every: dict[str, Schema], names: dict[type, str], chosen: dict) -> None:
    """A group measures what there is, with the parameters of each."""
    group = every[Group.__name__]["properties"]
    group["minimizer"] = {**group["minimizer"], "anyOf": [{"enum": list(MINIMIZERS)}, {"type": "null"}]}
    for key in ("observables", "watch"):
        known = {name: {"$ref": f"#/$defs/{names[each]}"} for (of, name), each in chosen.items() if of == key}
        group[key] |= {"properties": known, "additionalProperties": False}
    for name in observables.every_name():
        if hasattr(import_module(f"{observables.__name__}.{name}"), "PIECES"):
            jobs = {"type": "integer", "minimum": 1, "description": "into how many jobs the work on a glass is divided"}
            every[names[chosen["observables", name]]]["properties"][JOBS] = jobs


def _on_ladders(protocol: Schema, times: str) -> None:
    """A protocol's ladder is written out, or is the name of one in `config/ladders`."""
    listed, own = protocol["properties"].get("ladder"), [times]
    if listed:
        own.append("ladder")
    name = {"type": "string", **NAMED}
    told = {"description": listed.pop("description")} if listed else {}
    protocol["properties"]["ladder"] = {"anyOf": [listed, name], **told} if listed else name
    protocol["required"] = [key for key in protocol["required"] if key not in own]
    written = {"required": own, "properties": {"ladder": {"type": "array"}} if listed else {"ladder": False}}
    shared = {"required": ["ladder"], "properties": {"ladder": {"type": "string"}, times: False}}
    protocol["oneOf"] = [written, shared]


def _whole(every: dict[str, Schema], name: str, where: str) -> Schema:
    """The schema of a file, with the definitions that it reaches."""
    reached: dict[str, Schema] = {}
    waiting = [name]
    while waiting:
        if (each := waiting.pop()) not in reached:
            reached[each] = every[each]
            waiting += references(every[each])
    own = reached.pop(name)
    return {"$schema": DIALECT, "title": f"config/{where}", **own, "$defs": dict(sorted(reached.items()))}


def references(part: Any) -> Iterator[str]:
    """The names of definitions that a part of a schema refers to."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        part = [*part.values(), *part.get("discriminator", {}).get("mapping", {}).values()]
    for each in part if isinstance(part, Iterable) and not isinstance(part, str) else ():
        yield from references(each)
