"""Reads declarations into pydantic models, and says in one sentence each what does not fit."""

from __future__ import annotations

import typing
from pathlib import Path

from pydantic import BaseModel, ValidationError

from glassworks.campaign.errors import ConfigurationError
from glassworks.models.declarations import read_declaration
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


def parse(schema: type[Parsed], content: dict, shown: str) -> Parsed:
    """`content` as `schema`; raises ConfigurationError with a sentence per problem."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(sentences(schema, error, shown)) from None
