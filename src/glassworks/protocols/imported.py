"""Somebody's own configurations, from files: each is one sample, quenched and measured as any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from glassworks.choices import UNITS
from glassworks.models import Model
from glassworks.models.strict import Positive, Strict
from glassworks.observables import Law
from glassworks.protocols import _files
from glassworks.protocols._protocol import Blocks, Here, Point, Protocol, Rung
from glassworks.protocols.molecular_dynamics import one_block


class FileUnits(Strict):
    """What the files count in: LAMMPS' name of the units, and the model's λ, ε and m in them."""

    style: Literal[UNITS]
    length: Positive = 1.0
    energy: Positive = 1.0
    mass: Positive = 1.0


class Imported(Protocol):
    """Configurations that somebody brings along.

    Attributes:
        files: their names, from the campaign's folder, with `*` and `?`; in the order of their names they are the
            samples 0, 1, …
        species: λ_i, or the model's name of a species, by each file's name of it; without it the files' own diameters.
        frames: whether the last frame of each file is a sample, or all are.
        form: their format, where their names and beginnings do not tell.
        unwrapped: whether particles may lie outside their boxes.
        temperature: at which they were prepared, for tables that ask for one.
    """

    tag: ClassVar[str] = "imported"
    law: ClassVar[str] = "equilibrate_imported"
    cost: ClassVar[Law] = Law(scale=10.0, power=1.0)
    dynamics: ClassVar[bool] = False
    untested: ClassVar[str] = "of what is imported nobody knows how it came about"

    kind: Literal["imported"]
    files: Annotated[list[str], Field(min_length=1)]
    species: dict[str | int, Positive | str] | None = None
    frames: Literal["last", "all"] = "last"
    form: str | None = None
    units: FileUnits | None = None
    unwrapped: bool = False
    temperature: Positive | None = None
    samples_per_chain: Literal[1] = 1

    @field_validator("species")
    @classmethod
    def named(cls, species: dict | None) -> dict | None:
        return None if species is None else {str(name): size for name, size in species.items()}

    def sources(self) -> list[tuple[str, int]]:
        """The file and frame of each sample.

        Raises:
            FileNotFoundError: a name that no file has.
            ValueError: a file whose frames cannot be counted.
        """
        return _files.samples(_files.matching(self.files), self.frames == "all", self.form)

    def path(self, n: int, point: Point) -> list[Rung]:
        told = {key: value for key, value in self._told().items() if value is not None}
        files = {name: _files.digest(name) for name in _files.matching(self.files)}
        consumed = {"kind": self.kind, "files": files, "frames": self.frames, **told}
        return [Rung(None, "imported", consumed, self.temperature)]

    def _told(self) -> dict:
        """What of a reading changes the configurations."""
        return {
            "species": self.species,
            "form": self.form,
            "units": None if self.units is None else self.units.model_dump(),
            "unwrapped": self.unwrapped or None,
        }

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        one_block(self.kind, n, blocks)

    def source_problems(self, n: int, model: Model, samples: int) -> Iterator[tuple[str, str]]:
        from glassworks.exchange.taking import taken

        try:
            sources = self.sources()
        except (FileNotFoundError, ValueError) as problem:
            yield "protocol", str(problem)
            return
        if samples > len(sources):
            yield "protocol.files", f"hold {len(sources)} samples, not {samples}; allowed: as many as are asked for"
        for name, frame in sources[:samples]:
            try:
                taken(model, n, name, frame, self._told())
            except ValueError as problem:
                yield "protocol.files", str(problem)

    def work(self, here: Here, samples: int, weight: float) -> float:
        return 1e-6 * here.n * samples
