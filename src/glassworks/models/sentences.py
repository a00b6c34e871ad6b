"""What does not fit a declaration, in one sentence each."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable

from pydantic import BaseModel, ValidationError


def suggestion(word: object, allowed: Iterable[object]) -> str:
    """` (did you mean X?)` for the allowed word nearest to a misspelt one, or an empty string."""
    names = [str(name) for name in allowed]
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def sentences(schema: type[BaseModel], error: ValidationError, shown: str) -> list[str]:
    """A sentence for each problem that pydantic found in the content of a file; `shown` names the file."""
    choices: dict[tuple, list[dict]] = {}
    for item in error.errors():
        choices.setdefault(_choice(schema, item["loc"]) or (*item["loc"], len(choices)), []).append(item)
    return [sentence for items in choices.values() for sentence in _of_one(schema, items, shown)]


def _of_one(schema: type[BaseModel], items: list[dict], shown: str) -> list[str]:
    """The sentences of one place. Pydantic tells of each type that may stand there why it is not that: what goes
    deepest is what was meant, and where nothing goes deep it is one sentence."""
    deepest = max(len(item["loc"]) for item in items)
    meant = [_sentence(schema, item, shown) for item in items if len(item["loc"]) == deepest]
    start, _, problem = meant[0].partition(": input should be ")
    others = [sentence.removeprefix(f"{start}: input should be ") for sentence in meant[1:]]
    alike = problem and all(other != sentence for other, sentence in zip(others, meant[1:], strict=True))
    return [f"{start}: input should be {' or '.join([problem, *others])}"] if alike else meant


def _sentence(schema: type[BaseModel], item: dict, shown: str) -> str:
    """One pydantic error, as `<file>: <dotted key>: <value>: <problem>; allowed: ...`."""
    key, container = _walk(schema, item["loc"])
    kind, context = item["type"], item.get("ctx", {})
    start = f"{shown}: {key}: " if key else f"{shown}: "
    if kind == "extra_forbidden":
        allowed = sorted(container)
        return f"{start}unknown key{suggestion(item['loc'][-1], allowed)}; allowed: {', '.join(allowed)}"
    if kind == "missing":
        return f"{start}this key is missing"
    value = _short(item["input"])
    if kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", context.get("expected", "")) or [context.get("expected", "")]
        return f"{start}{value}: unknown{suggestion(item['input'], allowed)}; allowed: {', '.join(allowed)}"
    if kind == "union_tag_invalid":
        allowed = re.findall(r"'([^']*)'", context["expected_tags"])
        tag = context["tag"]
        return f"{start[:-2]}.kind: {tag}: unknown{suggestion(tag, allowed)}; allowed: {', '.join(allowed)}"
    if kind == "union_tag_not_found":
        return f"{start[:-2]}.kind: this key is missing"
    if kind == "value_error":
        return f"{start}{context['error']!s}"
    return f"{start}{value}: {item['msg'][0].lower()}{item['msg'][1:]}"


def _short(value: object) -> str:
    """A value in one line, as a file says it: a text that could be taken for a number, or for nothing, in quotes."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    text = " ".join(str(value).split())
    if isinstance(value, str) and not re.search("[^-+.0-9eE]", text):
        text = f"'{text}'"
    return text if len(text) <= 60 else text[:57] + "..."


def _walk(schema: type, location: tuple) -> tuple[str, dict]:
    """The dotted key of a pydantic location, and the fields of the model that holds its last step.

    Pydantic puts the tag of a union's member into the location; a person never wrote that step, so it is dropped.
    """
    words: list[str] = []
    here: object = schema
    fields: dict = {}
    for step in location:
        if step == "[key]":
            continue
        here = _unwrapped(here)
        members = _members(here)
        if members:
            here = next(iter(_chosen(members, step)), None)
            continue
        fields, listed = {}, typing.get_origin(here) in (list, tuple)
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
            here = fields.get(step)
        elif typing.get_origin(here) in (dict, list, tuple):
            here = typing.get_args(here)[-1] if typing.get_origin(here) is dict else typing.get_args(here)[0]
        words.append(f"[{step}]" if listed and words else _short(str(step)).strip("'"))
    return ".".join(words).replace(".[", "["), fields


def _unwrapped(annotation: object) -> object:
    """An annotation without Annotated[...] and without `| None`."""
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
            continue
        if typing.get_origin(annotation) in (typing.Union, types.UnionType):
            rest = [argument for argument in typing.get_args(annotation) if argument is not type(None)]
            if len(rest) == 1:
                annotation = rest[0]
                continue
        return annotation


def _choice(schema: type, location: tuple) -> tuple | None:
    """The part of a location that leads to a union without tags; None where there is none."""
    here: object = schema
    for position, step in enumerate(location):
        here = _unwrapped(here)
        if members := _members(here):
            if not any(_tag(member) for member in members):
                return location[:position]
            here = next(iter(_chosen(members, step)), None)
        elif isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
            here = fields.get(step)
        elif typing.get_origin(here) in (dict, list, tuple):
            here = typing.get_args(here)[-1] if typing.get_origin(here) is dict else typing.get_args(here)[0]
    return None


def _members(annotation: object) -> list[object]:
    """The types that a union allows, without None."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [member for member in typing.get_args(annotation) if member is not type(None)]
    return []


def _chosen(members: list[object], step: object) -> list[object]:
    """The member of a union that a step of a location names: by its tag, or by its type."""
    tagged = [member for member in members if _tag(member) == step]
    return tagged or [member for member in members if _kind(member) == str(step).partition("[")[0]]


def _kind(member: object) -> str:
    return getattr(typing.get_origin(_unwrapped(member)), "__name__", "")


def _tag(member: object) -> object:
    field = getattr(member, "model_fields", {}).get("kind")
    arguments = typing.get_args(field.annotation) if field else ()
    return arguments[0] if arguments else None
