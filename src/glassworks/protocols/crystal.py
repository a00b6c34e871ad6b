"""A perfect crystal, quenched as it is: what a glass is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

import numpy as np

from glassworks.models import Model
from glassworks.models.specification import packed
from glassworks.models.strict import Positive
from glassworks.observables import Law
from glassworks.protocols._protocol import Blocks, Here, Point, Protocol, Rung, number
from glassworks.protocols.molecular_dynamics import one_block

CELL = {"fcc": 4}
"""Points of a cubic cell of each lattice."""
NEAREST = {"fcc": 2.0 ** (1.0 / 6.0)}
"""The distance of neighbors in each lattice, in ρ^(−1/3)."""


class Crystal(Protocol):
    """A perfect lattice that fills the cube: samples differ by a shift of the whole alone.

    Attributes:
        lattice: which one.
        packing_fraction: that it has in place of the model's own: spheres that push only where they touch have
            contacts in a face-centered cubic crystal above π/√18 = 0.7405, in a glass from 0.64 on.
    """

    tag: ClassVar[str] = "crystal"
    law: ClassVar[str] = "equilibrate_crystal"
    cost: ClassVar[Law] = Law(scale=0.5, power=0.0)
    dynamics: ClassVar[bool] = False
    untested: ClassVar[str] = "a perfect crystal is no liquid in equilibrium"

    kind: Literal["crystal"]
    lattice: Literal["fcc"]
    packing_fraction: Positive | None = None
    samples_per_chain: Literal[1] = 1

    def path(self, n: int, point: Point) -> list[Rung]:
        packed_to = "" if self.packing_fraction is None else f"_F{number(self.packing_fraction, '.3f')}"
        consumed = {"kind": self.kind, "lattice": self.lattice}
        return [Rung(None, f"crystal_{self.lattice}{packed_to}", consumed, packing=self.packing_fraction)]

    def densest(self, model: Model) -> Model:
        return model if self.packing_fraction is None else packed(model, self.packing_fraction)

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        one_block(self.kind, n, blocks)
        count = CELL[self.lattice]
        along = round((n / count) ** (1.0 / 3.0))
        if n != count * along**3:
            near = sorted(count * m**3 for m in (along - 1, along, along + 1) if m > 0)
            pair = [max((each for each in near if each < n), default=0), min(each for each in near if each > n)]
            raise ValueError(
                f"block_samples.{n}: a {self.lattice} crystal fills a cube with {count} m³ particles; "
                f"allowed: {' or '.join(str(each) for each in pair if each)}, ..."
            )

    def model_problems(self, model: Model) -> Iterable[tuple[str, str]]:
        allowed = "allowed: models in three dimensions of particles of one size"
        if model.dimension != 3:
            yield "kind", f"{self.kind}: {model.name} has {model.dimension} dimensions; {allowed}"
        elif np.ptp(model.diameters(1000)):
            yield "kind", f"{self.kind}: the particles of {model.name} differ in size; {allowed}"
        else:
            apart = NEAREST[self.lattice] * self.densest(model).density ** (-1.0 / 3.0)
            if apart >= model.range:
                touching = NEAREST[self.lattice] ** 3 * np.pi / 6.0 * (model.diameters(1)[0] / model.range) ** 3
                yield (
                    "packing_fraction",
                    f"particles of {model.name} interact within {model.range:g}, but neighbors in this crystal lie "
                    f"{apart:.4f} apart; allowed: a packing_fraction above {touching:.4f}",
                )

    def work(self, here: Here, samples: int, weight: float) -> float:
        return 1e-6 * here.n * samples
