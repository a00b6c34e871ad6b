"""Reads YAML into pydantic models, and says in one sentence each what does not fit.

The YAML dialect differs from PyYAML's default in two ways that otherwise bite: `1e-3` is a number (YAML 1.2), and a key
written twice is refused rather than silently overwritten.
"""

from __future__ import annotations

import re
import typing
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from glassworks.campaign.errors import ConfigurationError
from glassworks.models.sentences import sentences


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
        raise ConfigurationError(sentences(schema, error, shown)) from None
