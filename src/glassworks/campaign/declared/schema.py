"""Names in `config/`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from glassworks.models.declarations import NAMES, is_name


def named(text: str) -> str:
    """A name that may become part of a path; raises ValueError for any other."""
    if not is_name(text):
        raise ValueError(f"{text[:60]!r} is no name; allowed: {NAMES}")
    return text


Name = Annotated[str, AfterValidator(named)]
