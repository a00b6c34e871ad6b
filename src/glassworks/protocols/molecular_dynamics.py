"""Independent samples, each equilibrated by molecular dynamics at one temperature for a given time."""

from __future__ import annotations

from typing import ClassVar, Literal

from glassworks.models.strict import Positive
from glassworks.protocols._protocol import Blocks, Here, Point, Protocol, Rung, number
from glassworks.watching import Run


class MolecularDynamics(Protocol):
    """Independent samples, each equilibrated by molecular dynamics at one temperature for a given time."""

    tag: ClassVar[str] = "md"

    kind: Literal["molecular_dynamics"]
    temperature: Positive
    time: Positive
    samples_per_chain: Literal[1] = 1

    def path(self, n: int, point: Point) -> list[Rung]:
        consumed = self.model_dump(mode="json", exclude={"samples_per_chain"})
        return [Rung(None, f"md_T{number(self.temperature, '.3f')}", consumed, self.temperature)]

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        one_block(self.kind, n, blocks)

    def run(self, here: Here) -> Run:
        step = here.model.step(here.temperature)
        return Run.of(here.model, here.n, round(here.told["time"] / step), step, here.temperature, here.temperature)

    def work(self, here: Here, samples: int, weight: float) -> float:
        return 1e-6 * here.n * here.told["time"] / here.model.step(here.temperature) * samples * weight

    def tested(self, here: Here, samples: int, weight: float) -> float:
        from glassworks.liquids.equilibrium import BELOW_SAMPLES, COLD, CONTINUED, LEAST_BEFORE, SNAPSHOTS

        runs = CONTINUED + 1.0 + COLD / LEAST_BEFORE + (BELOW_SAMPLES - 1) / SNAPSHOTS
        return self.work(here, 1, weight) * runs


def one_block(kind: str, n: int, blocks: Blocks) -> None:
    """Raises ValueError for a block size for each point, where a protocol's points do not differ in cost."""
    if isinstance(blocks, dict):
        raise ValueError(f"block_samples.{n}: a {kind} group has one block size, not one for each point")
