"""A pair energy and a mixture that are added to a copy of the library as a file each, and a model of them."""

from pathlib import Path

POTENTIAL = '''\
"""A soft contact of fourth order, φ(y) = ¼ k (1 − y)⁴ for y = (r/(1.1 λ))² < 1."""

from typing import Annotated, Literal

from numba import njit
from pydantic import Field

from glassworks.models.pairs import constant
from glassworks.models.strict import Strict

UNIT = 1.1**2


class Potential(Strict):
    """A soft contact with a strength k."""

    kind: Literal["fourth"]
    strength: Annotated[float, Field(gt=0)]

    def coefficients(self) -> tuple[float, tuple[float, ...]]:
        """x_c, and k."""
        return 1.1, (self.strength,)


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y."""
    k, gap = coefficients[0], 1.0 - y
    square = k * gap * gap
    return 0.25 * square * gap * gap, -square * gap, 3.0 * square, -6.0 * k * gap, constant(6.0 * k, y)
'''
MIXTURE = '''\
"""Sizes at equal distances."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from glassworks.models.pairs import Energies, Mixing
from glassworks.models.strict import Strict


class Mixture(Strict):
    """Sizes from 1 to a largest."""

    kind: Literal["steps"]
    largest: Annotated[float, Field(gt=1)]

    def diameters(self, n: int) -> np.ndarray:
        return np.linspace(1.0, self.largest, n)

    def moment(self, order: int) -> float:
        """⟨λ^order⟩ of a large sample."""
        return (self.largest ** (order + 1) - 1.0) / (order + 1) / (self.largest - 1.0)

    def mixing(self, energies: Energies | None) -> Mixing:
        return Mixing(0.05)

    def unlike(self, diameters: np.ndarray) -> str:
        return ""
'''
MODEL = """\
description: Soft bonds of fourth order
dimension: 2
density: 0.9
potential: {kind: fourth, strength: 3.0}
mixture: {kind: steps, largest: 1.3}
time_step: {cold: 0.01, hot: 0.01, hot_above: 1.0}
sources: {}
"""


def add_potential(package: Path) -> None:
    (package / "models/potentials/fourth.py").write_text(POTENTIAL)


def add_mixture(package: Path) -> None:
    (package / "models/mixtures/steps.py").write_text(MIXTURE)


PROTOCOL = '''\
"""Random points that are relaxed by a few sweeps of Monte Carlo and left as they are."""

from typing import ClassVar, Literal

from glassworks.models.strict import Count, Positive
from glassworks.observables import Column, Law
from glassworks.protocols._protocol import Here, Point, Protocol, Rung, number


class Shaken(Protocol):
    """Random points, shaken."""

    tag: ClassVar[str] = "shaken"
    choices: ClassVar[tuple[str, ...]] = ("temperatures",)
    law: ClassVar[str] = "shaking"
    cost: ClassVar[Law] = Law(scale=2.0, power=1.0)
    tables: ClassVar[dict] = {"shakes": {"sweep": Column("1", "sweeps so far"), "energy": Column("ε", "U/N then")}}
    untested: ClassVar[str] = "what is only shaken is in no equilibrium"

    kind: Literal["shaken"]
    sweeps: Count
    strength: Positive = 1.0
    samples_per_chain: Literal[1] = 1

    def path(self, n: int, point: Point) -> list[Rung]:
        consumed = {"kind": "shaken", "temperature": point, "sweeps": self.sweeps, "strength": self.strength}
        return [Rung(point, f"shaken_T{number(point, 'g')}", consumed, point)]

    def work(self, here: Here, samples: int, weight: float) -> float:
        return 1e-6 * here.n * self.sweeps * samples
'''
PREPARING = '''\
"""Shakes random points."""

from glassworks import liquids
from glassworks.preparing._chains import Chain, failed

COLUMNS = {"shakes": ("sweep", "energy")}


def prepare(here, start, means):
    first = liquids.initial_configuration(here.model, here.n, means.rng)
    sweeps = here.told["sweeps"]
    try:
        record = liquids.run_swap_chain(here.model, first, here.temperature, sweeps, 1, 1, means.rng)
    except ArithmeticError as error:
        return failed([first], error)
    row = {"energy": float(record.energies[0]), "pressure": float(record.pressures[0])}
    return Chain(record.configurations, [row], {"shakes": [{"sweep": sweeps, "energy": row["energy"]}]})


def tiny(model, rng):
    state = liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)
    liquids.run_swap_chain(model, state, 2.0, 5, 1, 1, rng)
'''
GROUP = """\
  shaken:
    role: a protocol of two files
    model: ipl-3d
    protocol: {kind: shaken, sweeps: 20}
    minimizer: cg
    block_samples: {400: 2}
    observables: {moduli: {}}
"""


def add_protocol(package: Path) -> None:
    (package / "protocols/shaken.py").write_text(PROTOCOL)
    (package / "preparing/shaken.py").write_text(PREPARING)
