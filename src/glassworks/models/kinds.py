"""Kinds of which each is a file in a folder: whatever is there is known, and no list has to be kept."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated, Any, Union

from pydantic import BaseModel, Field


def found_in(package: str, path: Iterable[str]) -> dict[str, ModuleType]:
    """The files of a package (its `__name__` and `__path__`), sorted by their names; `_<name>.py` is no kind."""
    names = sorted(each.name for each in iter_modules(path) if not each.name.startswith("_"))
    return {name: import_module(f"{package}.{name}") for name in names}


def one_of(declared: Iterable[type[BaseModel]]) -> Any:
    """The type of what a file may declare by one of some classes, told apart by its `kind`."""
    return Annotated[Union[tuple(declared)], Field(discriminator="kind")]  # noqa: UP007 (of a tuple)
