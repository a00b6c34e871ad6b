"""Random points, quenched as they are: glasses from infinite temperature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from glassworks.models import Model
from glassworks.observables import Law
from glassworks.protocols._protocol import Blocks, Here, Point, Protocol, Rung
from glassworks.protocols.molecular_dynamics import one_block


class Random(Protocol):
    """Random points, quenched as they are: glasses from infinite temperature. Nothing pushes particles apart."""

    tag: ClassVar[str] = "random"
    law: ClassVar[str] = "equilibrate_random"
    cost: ClassVar[Law] = Law(scale=0.5, power=0.0)
    dynamics: ClassVar[bool] = False
    untested: ClassVar[str] = "random points are no liquid in equilibrium"

    kind: Literal["random"]
    samples_per_chain: Literal[1] = 1

    def path(self, n: int, point: Point) -> list[Rung]:
        return [Rung(None, "random", {"kind": self.kind})]

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        one_block(self.kind, n, blocks)

    def model_problems(self, model: Model) -> Iterable[tuple[str, str]]:
        if model.interaction.cutoff > 1.0:  # spheres that push only where they touch have finite energies
            yield (
                "kind",
                f"{self.kind}: points that lie close have no finite energy in {model.name}; allowed: models of "
                "harmonic and hertzian particles",
            )

    def work(self, here: Here, samples: int, weight: float) -> float:
        return 1e-6 * here.n * samples
