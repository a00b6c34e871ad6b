"""Laws of cost, as `config/costs.yaml` states them."""

from __future__ import annotations

from pydantic import Field

from glassworks.models.strict import Strict


class Law(Strict):
    """per_sample + scale (N/1000)^power, for each sample."""

    per_sample: float = Field(default=0.0, ge=0)
    scale: float = Field(ge=0)
    power: float = Field(ge=0, le=10)

    def __call__(self, n: int) -> float:
        return self.per_sample + self.scale * (n / 1000.0) ** self.power

    def __str__(self) -> str:
        """As it stands in the file."""
        return f"{{per_sample: {self.per_sample}, scale: {self.scale}, power: {self.power}}}"


class MemoryLaw(Strict):
    """base + scale (N/1000)^power, in MB."""

    base: float = Field(ge=0)
    scale: float = Field(ge=0)
    power: float = Field(ge=0, le=10)

    def __call__(self, n: int) -> float:
        return self.base + self.scale * (n / 1000.0) ** self.power


class Disk(Strict):
    """Bytes of a coordinate in a compressed frame, and of a table's row."""

    coordinate: float = Field(ge=0)
    row: float = Field(ge=0)
