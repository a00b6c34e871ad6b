"""What every declaration of `config/` is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from glassworks.models.declarations import NAMES, is_name


class Schema(BaseModel):
    """A declaration: unknown keys, wrong types, infinities and changes after reading are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def named(text: str) -> str:
    """A name that may become part of a path; raises ValueError for any other."""
    if not is_name(text):
        raise ValueError(f"{text[:60]!r} is no name; allowed: {NAMES}")
    return text


Name = Annotated[str, AfterValidator(named)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
