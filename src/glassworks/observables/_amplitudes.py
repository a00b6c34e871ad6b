"""Amplitudes of pulls on a logarithmic grid, as several observables take them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from glassworks.models.specification import Strict


class Amplitudes(Strict):
    """Amplitudes A from `smallest` to `largest`, `per_decade` to a decade."""

    smallest: Annotated[float, Field(gt=0)] = 1e-6
    largest: Annotated[float, Field(gt=0)] = 0.3
    per_decade: Annotated[int, Field(ge=1)] = 4

    @model_validator(mode="after")
    def ascending(self) -> Amplitudes:
        if self.largest <= self.smallest:
            raise ValueError(f"largest: {self.largest:g}: amplitudes must increase; allowed: above {self.smallest:g}")
        return self

    @property
    def amplitudes(self) -> np.ndarray:
        """A, ascending."""
        count = int(np.ceil(np.log10(self.largest / self.smallest) * self.per_decade - 1e-9)) + 1
        return self.smallest * 10.0 ** (np.arange(count) / self.per_decade)
