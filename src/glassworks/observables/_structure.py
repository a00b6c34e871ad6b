"""What structure is in glasses and in liquids alike: g(r) and S(q) in one table, a row a bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from glassworks.models.pairs import SAME
from glassworks.models.specification import Strict
from glassworks.observables import Column, Law, System

if TYPE_CHECKING:
    from glassworks.configurations import Configuration
    from glassworks.models import Model

MOST_BINS = 10_000
"""Bins of g, or of S, that one sample may have."""


class Parameters(Strict):
    """g(r) in bins of `distance_width` λ up to `largest_distance` λ (null: half of the box's shortest edge), and S(q)
    in bins of `wave_width` 1/λ up to `largest_wave` 1/λ (null: no S), averaged over at most `waves` wave vectors of the
    box a bin: all of them where there are no more, else drawn at random for each sample.
    """

    distance_width: Annotated[float, Field(gt=0)] = 0.025
    largest_distance: Annotated[float | None, Field(gt=0)] = None
    wave_width: Annotated[float, Field(gt=0)] = 0.1
    largest_wave: Annotated[float | None, Field(gt=0, le=1000)] = 15.0
    waves: Annotated[int, Field(ge=1, le=100_000)] = 50

    @model_validator(mode="after")
    def bounded(self) -> Self:
        for width, largest in (("distance_width", "largest_distance"), ("wave_width", "largest_wave")):
            end, step = getattr(self, largest), getattr(self, width)
            if end is not None and not step <= end <= MOST_BINS * step:
                raise ValueError(
                    f"{width}: {step:g}; allowed: from 1/{MOST_BINS} of {largest} ({end:g}) to all of it, so that "
                    f"there are bins, and at most {MOST_BINS}"
                )
        return self


COLUMNS = {
    "kind": Column("", "g: pair correlation function; S: structure factor", words=True),
    "part": Column(
        "",
        "the two species, as small-large; total: all particles; scaled: g of all particles in r/λ_ij, of mixtures "
        "without species",
        words=True,
    ),
    "bin": Column("1", "number of the bin: it begins at this number times its width", whole=True),
    "at": Column(
        "λ; 1/λ",
        "of g the middle of the bin (of the scaled part in λ_ij); of S the mean |q| of all the box's wave vectors in "
        "it",
        least=0.0,
    ),
    "value": Column(
        "1",
        "g_αβ(r): pairs over those of an ideal gas of as many particles; S_αβ(q) = ⟨ρ_α(q) ρ_β(−q)⟩/N, its total "
        "Σ_αβ S_αβ",
    ),
    "count": Column(
        "1", "of g pairs in the bin; of S wave vectors that were averaged over, one of each ±q", whole=True
    ),
}

LAWS = {
    "": Law(scale=0.016, power=1.95, memory=10.0),  # the distances of all pairs
    "waves": Law(scale=0.1, power=1.45, memory=30.0),  # and as many wave vectors as by default
}


def work(system: System, parameters: Parameters) -> tuple[str, float]:
    if parameters.largest_wave is None:
        return "", 1.0
    usual, given = Parameters(), parameters.largest_wave / parameters.wave_width * parameters.waves
    return "waves", max(1.0, given / (usual.largest_wave / usual.wave_width * usual.waves))


def rows(system: System, parameters: Parameters) -> float:
    """Of a mixture of two species, at a density of one."""
    half = parameters.largest_distance or 0.5 * system.n ** (1.0 / system.dimension)
    return 4.0 * (half / parameters.distance_width + (parameters.largest_wave or 0.0) / parameters.wave_width)


def species_of(model: Model, configuration: Configuration) -> dict[str, np.ndarray]:
    """The numbers of each species' particles by its name; none in a mixture without species."""
    named = getattr(model.mixture, "species", {})
    return {name: np.flatnonzero(np.isclose(configuration.diameters, size, SAME, 0.0)) for name, size in named.items()}


def structure(
    model: Model, configuration: Configuration, parameters: Parameters, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """The rows of g, part by part, and then those of S."""
    from glassworks.structure import pair_correlations, structure_factors

    species = species_of(model, configuration)
    width, largest = parameters.distance_width, parameters.largest_distance
    pairs = pair_correlations(model.interaction, configuration, species, width, largest, scaled=not species)
    found = [("g", part, np.arange(len(g)), pairs.centers, g, pairs.counts[part]) for part, g in pairs.parts.items()]
    if not species:
        middle = pairs.scaled_edges[:-1] + 0.5 * width
        found.append(("g", "scaled", np.arange(len(middle)), middle, pairs.scaled, pairs.scaled_counts))
    if parameters.largest_wave is not None:
        waves = structure_factors(
            configuration, species, parameters.wave_width, parameters.largest_wave, parameters.waves, rng
        )
        found += [("S", part, waves.bins, waves.wave_numbers, s, waves.counts) for part, s in waves.parts.items()]
    columns = zip(*((np.full(len(value), kind), np.full(len(value), part), *rest, value, count)
                    for kind, part, *rest, value, count in found), strict=True)  # fmt: skip
    table = dict(zip(COLUMNS, map(np.concatenate, columns), strict=True))
    return table | {"status": np.full(len(table["value"]), "ok")}
