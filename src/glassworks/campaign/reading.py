"""Reads YAML into pydantic models, and says in one sentence each what does not fit.

The YAML dialect differs from PyYAML's default in two ways that otherwise bite: `1e-3` is a number (YAML 1.2), and a key
written twice is refused rather than silently overwritten.
"""

from __future__ import annotations

import re
import types
import typing
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from glassworks.campaign.errors import ConfigurationError, suggestion


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Safe YAML with numbers as in YAML 1.2 and without duplicate keys."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+$"),
    list("-+0123456789."),
)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict:
    seen = set()
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            line = key_node.start_mark.line + 1
            raise yaml.constructor.ConstructorError(None, None, f"line {line}: {key}: this key is written twice")
        seen.add(key)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path, shown: str) -> dict:
    """The mapping in a YAML file; `shown` names the file in error messages.

    Raises ConfigurationError where the file is missing, is not YAML, repeats a key, or holds no mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise ConfigurationError(f"{shown}: there is no such file") from None
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error)
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise ConfigurationError(f"{shown}: {line}{problem}") from None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{shown}: holds {type(content).__name__}, but a mapping of keys is expected")
    return content


Parsed = typing.TypeVar("Parsed", bound=BaseModel)


def parse(schema: type[Parsed], content: dict, shown: str) -> Parsed:
    """`content` as `schema`; raises ConfigurationError with a sentence per problem."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError([_sentence(schema, item, shown) for item in error.errors()]) from None


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
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _walk(schema: type, location: tuple) -> tuple[str, dict]:
    """The dotted key of a pydantic location, and the fields of the model that holds its last step.

    Pydantic puts the tag of a discriminated union into the location; a person never wrote that step, so it is dropped.
    """
    words: list[str] = []
    here: object = schema
    fields: dict = {}
    for step in location:
        here = _unwrapped(here)
        members = _members(here)
        if members:
            chosen = [member for member in members if _tag(member) == step]
            if chosen:
                here = chosen[0]
                continue
        fields = {}
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
            here = fields.get(step)
        elif typing.get_origin(here) in (dict, list, tuple):
            here = typing.get_args(here)[-1] if typing.get_origin(here) is dict else typing.get_args(here)[0]
            if step == "[key]":
                continue
        words.append(f"[{step}]" if isinstance(step, int) and words and not fields else str(step))
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


def _members(annotation: object) -> list[type]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [member for member in typing.get_args(annotation) if isinstance(member, type)]
    return []


def _tag(member: type) -> object:
    field = getattr(member, "model_fields", {}).get("kind")
    arguments = typing.get_args(field.annotation) if field else ()
    return arguments[0] if arguments else None
