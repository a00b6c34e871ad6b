"""Reads declarations into pydantic models, and says in one sentence each what does not fit."""

from __future__ import annotations

import typing
from pathlib import Path

from pydantic import BaseModel, ValidationError

from glassworks.campaign.declared.errors import ConfigurationError, short, unknown
from glassworks.models.declarations import NAMES, is_name, read_declaration
from glassworks.models.sentences import sentences


def read_yaml(path: Path, shown: str) -> dict:
    """The mapping in a YAML file; `shown` names the file in error messages.

    Raises ConfigurationError where there is none, or where a value in it means nothing here.
    """
    try:
        return read_declaration(path, shown)
    except ValueError as problem:
        raise ConfigurationError(str(problem)) from None


Parsed = typing.TypeVar("Parsed", bound=BaseModel)


def parse(schema: type[Parsed], content: dict, shown: str, folder: Path = Path()) -> Parsed:
    """`content` as `schema`, files that it names in `folder`; raises ConfigurationError with a sentence per problem."""
    try:
        return schema.model_validate(content, context={"folder": folder})
    except ValidationError as error:
        raise ConfigurationError(sentences(schema, error, shown)) from None


def unread(root: Path, file: str, key: str, word: str, kind: str, known: list[str]) -> str | None:
    """The sentence that refuses a name that no file of `config/<kind>s` has, or that no file may have."""
    if word in known:
        return None
    folder, there = root / f"config/{kind}s", f"config/{kind}s/{word}.yaml"
    if not word:
        return f"{file}: {key}: an empty name; allowed: {', '.join(known)}"
    if not folder.is_dir() or f"{word}.yaml" not in {path.name for path in folder.iterdir()}:
        return unknown(file, key, short(word), kind, known)
    if not is_name(word):
        return f"{there}: {short(word)}: is no name of a {kind}; allowed: {NAMES}"
    try:
        read_yaml(root / there, there)
    except ConfigurationError as problem:
        return str(problem)
    return None
