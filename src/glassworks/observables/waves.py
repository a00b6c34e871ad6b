"""How plane waves oscillate and die in a glass, also one of whose forces a share δ is taken away (Kapteijns 2021,
Sect. 5.3)."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, field_validator

from glassworks.models.specification import Strict
from glassworks.observables import GLASSES, Column, Law, Means, System
from glassworks.observables.relieved_moduli import Relief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassworks.glasses import Glass

OF = GLASSES
UNIT_MASSES = True
POLARIZATIONS = ("transverse", "longitudinal")
POINTS = 12
"""Times in a period of a wave of the speed that was declared."""
PERIODS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Periods that are kept, counted from 0: every one at first, ever fewer later."""
GROWN = 1e-6
"""By how much a correlation may exceed one through rounding."""
DEAD = 0.1
"""Transverse waves whose correlation stayed below this for a period are followed no longer."""


class Speeds(Strict):
    """About how fast waves are, in (ε/m)^½ (by default those of soft disks): it only says at which times their
    correlation is kept."""

    transverse: Annotated[float, Field(gt=0)] = 4.0
    longitudinal: Annotated[float, Field(gt=0)] = 12.0


class Parameters(Strict):
    """Waves by their whole numbers of wavelengths in the box's edges, [n_x, n_y], or one number along an edge, with all
    that a cube's symmetry makes alike, sine and cosine, along and across; for shares δ of the forces, `reliefs`, that
    are taken away.

    Attributes:
        step: Δt, below 2/ω_max of the stiffest glass.
        longest: how long a wave is followed at most.
    """

    waves: Annotated[list[int | list[int]], Field(min_length=1, max_length=40, default_factory=lambda: [1])]
    speeds: Annotated[Speeds, Field(default_factory=Speeds)]
    reliefs: Annotated[list[Relief], Field(min_length=1, max_length=20, default_factory=lambda: [0.0])]
    step: Annotated[float, Field(gt=0)] = 0.045
    longest: Annotated[float, Field(gt=0)] = 300.0

    @field_validator("waves")
    @classmethod
    def of_whole_numbers(cls, waves: list[int | list[int]]) -> list[int | list[int]]:
        for wave in waves:
            if not np.any(wave):
                raise ValueError(f"{wave}: is no wave; allowed: whole numbers, not all zero")
        if len({str(wave) for wave in waves}) < len(waves):
            raise ValueError("a wave stands twice; allowed: each once")
        return waves

    def vectors(self, dimension: int) -> list[list[int]]:
        """The waves, d numbers each."""
        return [[wave] + [0] * (dimension - 1) if isinstance(wave, int) else wave for wave in self.waves]


COLUMNS = {
    "relief": Column("1", "share δ of all forces that is taken away", least=0.0, below=1.0 + 1e-12),
    "wave": Column("", "whole numbers of wavelengths in the box's edges, joined by blanks", words=True),
    "polarization": Column("", "transverse or longitudinal", words=True),
    "wave_number": Column("1/λ", "k = |k|", least=0.0),
    "time": Column("λ (m/ε)^½", "time t", least=0.0),
    "correlation": Column(
        "1", "C(t) = ⟨v(0)·v(t)⟩/⟨v(0)·v(0)⟩, mean over phases, polarizations and waves that are alike", least=-1.01,
        below=1.01,
    ),
}  # fmt: skip
LAWS = {"": Law(scale=0.085, power=1.0, memory=12.0, rising=1.0)}
"""Of a thousand products with eight vectors in a plane."""


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    passes = 1 if system.dimension == 2 else 3
    products = 0.5 * parameters.longest / parameters.step
    return "", len(parameters.reliefs) * len(parameters.waves) * passes * max(products / 1000.0, 0.05)


def rows(system: System, parameters: Parameters) -> float:
    return len(parameters.reliefs) * len(parameters.waves) * len(POLARIZATIONS) * POINTS * 14


def problems(system: System, parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Waves that are none of the box."""
    spacing = system.length / system.n ** (1.0 / system.dimension)
    for wave in parameters.vectors(system.dimension):
        if len(wave) != system.dimension:
            yield "waves", f"{wave}; allowed: {system.dimension} whole numbers, one for each edge of the box"
        elif (size := float(np.linalg.norm(wave))) > (most := 0.5 * system.length / spacing):
            yield (
                "waves",
                f"{wave}: is {size:.3g} wavelengths in the box, beyond the first zone; allowed: up to {most:.3g}",
            )


def measure(glass: Glass, parameters: Parameters, means: Means) -> dict[str, np.ndarray]:
    """A glass that is unstable, or too stiff for the step, has one row that says so."""
    from glassworks.vibrations import Unstable, assemble
    from glassworks.vibrations.filters import Operator
    from glassworks.vibrations.prestress import relieved
    from glassworks.vibrations.unfactored import upper_bound

    glass.needs_unit_masses("the dynamics of waves")
    tables = []
    for relief in parameters.reliefs:
        operator = Operator(assemble(relieved(glass.bonds, relief), len(glass.configuration)), glass.configuration)
        try:
            fastest = upper_bound(operator, means.rng) ** 0.5
        except Unstable as failure:
            raise Unstable(f"the Hessian is not positive definite: {failure}") from failure
        if parameters.step * fastest >= 2.0:
            raise Unstable(f"step: {parameters.step}: ω reaches {fastest:.4g}; allowed: below {2.0 / fastest:.3g}")
        for wave in parameters.vectors(glass.configuration.box.dimension):
            tables += _followed(glass, operator, parameters, relief, wave)
    found = {name: np.concatenate([table[name] for table in tables]) for name in COLUMNS}
    if (largest := abs(found["correlation"]).max()) > 1.0 + GROWN:
        raise Unstable(f"the Hessian is not positive definite: a wave grows to C = {largest:.2g}")
    return found | {"status": np.full(len(found["time"]), "ok")}


def _followed(glass: Glass, operator, parameters: Parameters, relief: float, wave: list[int]) -> Iterator[dict]:
    """C(t) of a wave across and along, each at its times."""
    from glassworks.vibrations.filters import WIDTH
    from glassworks.vibrations.waves import autocorrelations, images, plane_wave, polarizations, wave_vector

    here, fields, along = glass.configuration, [], []
    for numbers in images(wave):
        k = wave_vector(here, numbers)
        for number, e in enumerate(polarizations(k)):
            for sine in (False, True):
                fields.append(plane_wave(here, k, e, sine))
                along.append(number == 0)
    size, kinds = float(np.linalg.norm(k)), np.array(along)
    period = 2.0 * np.pi / (parameters.speeds.transverse * size) / parameters.step
    parts = [slice(first, first + WIDTH) for first in range(0, len(fields), WIDTH)]
    curves = []
    for part in parts:
        across = ~kinds[part]

        def dead(so_far: np.ndarray, across: np.ndarray = across) -> bool:
            last = so_far[-ceil(period) :, across]
            return bool(len(so_far) > 2 * period and across.any() and abs(last.mean(axis=1)).max() < DEAD)

        most = ceil(parameters.longest / parameters.step)
        curves.append(autocorrelations(operator, np.stack(fields[part], axis=1), parameters.step, most, dead))
    shortest = min(map(len, curves))
    every = np.concatenate([curve[:shortest] for curve in curves], axis=1)
    for polarization, chosen in zip(POLARIZATIONS, (~kinds, kinds), strict=True):
        mean = every[:, chosen].mean(axis=1)
        kept = times(getattr(parameters.speeds, polarization) * size * parameters.step, shortest)
        yield {
            "relief": np.full(len(kept), relief), "wave": np.full(len(kept), " ".join(map(str, wave))),
            "polarization": np.full(len(kept), polarization), "wave_number": np.full(len(kept), size),
            "time": kept * parameters.step, "correlation": mean[kept],
        }  # fmt: skip


def times(angle: float, count: int) -> np.ndarray:
    """The steps at which a correlation is kept of a wave that turns by about an angle a step."""
    period = 2.0 * np.pi / angle
    wanted = (np.array(PERIODS)[:, None] + np.arange(POINTS) / POINTS).ravel() * period
    found = np.unique(np.round(wanted).astype(int))
    return found[found < count]
