"""The tables of keys in `config/README.md`, from the schemas: what may stand at each key, and what holds without."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glassworks.campaign.declared.schemas import Schema, schemas

FOLDER, PAGE = Path("config/schemas"), Path("config/README.md")
MARKED = re.compile(r"(<!-- keys of (\w+); `glassworks schema` writes them -->\n).*?(<!-- end of keys -->)", re.DOTALL)
"""A part of the page that is written anew, and of which kind of file it tells."""
FOLDED = "Every key, with its type and default"
PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`",
         "null": "`null`", "object": "keys and values"}  # fmt: skip


def files(root: Path) -> dict[Path, str]:
    """What is written of the declarations' models, by path from the root: schemas, and the page with its tables."""
    made = schemas()
    texts = {
        FOLDER / f"{kind}.json": json.dumps(each, indent=1, ensure_ascii=False) + "\n" for kind, each in made.items()
    }
    page = (root / PAGE).read_text(encoding="utf-8")
    return texts | {PAGE: MARKED.sub(lambda found: f"{found[1]}{table(made[found[2]])}{found[3]}", page)}


def table(schema: Schema) -> str:
    """Every key of a kind of file, a line each, folded away where a page shows that."""
    lines = ["| key | what may stand there | without it |", "|---|---|---|"]
    lines += [f"| `{key}` | {value} | {without} |" for key, value, without in rows(schema, schema, "")]
    return "\n".join([f"<details><summary>{FOLDED}</summary>", "", *lines, "", "</details>", ""])


def rows(part: Schema, whole: Schema, above: str) -> Iterator[tuple[str, str, str]]:
    """The keys of a part of a file and of all below it: where, what may stand there, and what holds without.

    A star stands for any name, brackets for each of a list, and a kind for the part that is told by it.
    """
    for key, value in part.get("properties", {}).items():
        if not _is_kind(key, value):
            yield f"{above}{key}", said(value, whole), _without(part, key, value)
        for path, inner in _below(value, whole):
            yield from rows(inner, whole, f"{above}{key}{path}.")


def _is_kind(key: str, value: Schema) -> bool:
    """Whether a key tells apart what the lines' own names tell apart."""
    return key == "kind" and "const" in value


def _without(part: Schema, key: str, value: Schema) -> str:
    """What holds where a key is not written."""
    if key in part.get("required", ()):
        return "refused"
    ways = [*part.get("oneOf", ()), *part.get("anyOf", ())]
    if any(key in way.get("required", ()) for way in ways):
        return "refused, unless another stands for it"
    return f"`{json.dumps(value['default'], ensure_ascii=False)}`" if "default" in value else "nothing"


def _below(value: Schema, whole: Schema) -> Iterator[tuple[str, Schema]]:
    """The parts with keys of their own that may stand at a key, and how these are told in a path."""
    if "$ref" in value:
        inner = whole["$defs"][value["$ref"].rpartition("/")[2]]
        kind = inner.get("properties", {}).get("kind", {}).get("const")
        yield f"({kind})" if kind else "", inner
    for name, each in value.get("properties", {}).items():
        yield from ((f".{name}{path}", inner) for path, inner in _below(each, whole))
    for way in (*value.get("anyOf", ()), *value.get("oneOf", ())):
        yield from _below(way, whole)
    for key, step in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(value.get(key), dict):
            yield from ((f"{step}{path}", inner) for path, inner in _below(value[key], whole))


def said(value: Schema, whole: Schema) -> str:
    """What may stand at a key, in words."""
    if "$ref" in value:
        inner = whole["$defs"][value["$ref"].rpartition("/")[2]]
        kind = inner.get("properties", {}).get("kind", {}).get("const")
        return f"`kind: {kind}`" if kind else "keys as below"
    if ways := value.get("anyOf") or value.get("oneOf"):
        return " or ".join(dict.fromkeys(said(way, whole) for way in ways))
    if allowed := value.get("enum") or ([value["const"]] if "const" in value else None):
        return " or ".join(f"`{each}`" for each in allowed)
    if "prefixItems" in value:
        return f"list: {', '.join(said(each, whole) for each in value['prefixItems'])}"
    if value.get("type") == "array":
        return f"list of: {said(value.get('items', {}), whole)}"
    if isinstance(value.get("additionalProperties"), dict):
        return f"by name or number: {said(value['additionalProperties'], whole)}"
    return f"{PLAIN.get(value.get('type'), 'anything')}{_bounds(value)}"


def _bounds(value: dict[str, Any]) -> str:
    """Between what a number must lie."""
    signs = {"exclusiveMinimum": "above", "minimum": "from", "exclusiveMaximum": "below", "maximum": "to"}
    return "".join(f" {word} {value[key]}" for key, word in signs.items() if key in value)
