"""What every part of a declaration is: strict."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A specification: unknown keys, other types, infinities and changes after reading are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
