"""What a model file may say (`config/models/*.yaml`), and the model that it describes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import gamma, inf, isnan, nan, pi
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from glassworks.models.mixtures import Mixture
from glassworks.models.pairs import SAME
from glassworks.models.potentials import Interaction, Potential, interaction
from glassworks.models.strict import Strict


class TimeStep(Strict):
    """Molecular-dynamics step: `hot` at and above `hot_above`, `cold` below it."""

    cold: Annotated[float, Field(gt=0)]
    hot: Annotated[float, Field(gt=0)]
    hot_above: Annotated[float, Field(gt=0)]


def ball_volume(dimension: int) -> float:
    """Volume of a ball of diameter 1."""
    return (0.25 * pi) ** (0.5 * dimension) / gamma(0.5 * dimension + 1.0)


def _in_range(key: str, computed: Callable[[], Any]) -> Any:
    """What is computed from a key's numbers; raises ValueError where it is no positive and finite number."""
    try:
        value = computed()
    except ArithmeticError:
        value = nan
    if isinstance(value, float) and not 0.0 < value < inf:
        raise ValueError(f"{key}: what follows from these numbers is too large or too small to be computed with")
    return value


class Model(Strict):
    """A pair potential with its composition and density, in two, three or four dimensions (units ε = λ = m = k_B = 1).

    Attributes:
        density: number density N/V in λ^-d.
        masses: of each species, by the mixture's name of it, in m; None where every particle has mass one.
        packing_fraction: what a file may give instead, the volume of balls of diameters λ_i over that of the box. It
            becomes the density and is None afterwards.
        sources: where each number comes from.
    """

    name: str
    description: str
    dimension: Annotated[int, Field(ge=2, le=4)]
    density: Annotated[float, Field(gt=0)] = nan
    packing_fraction: Annotated[float | None, Field(gt=0, exclude=True)] = None
    potential: Potential
    mixture: Mixture
    masses: dict[str, Annotated[float, Field(gt=0)]] | None = None
    time_step: TimeStep
    sources: dict[str, str]

    @model_validator(mode="after")
    def dense(self) -> Model:
        """A density, where a packing fraction is given."""
        if self.packing_fraction is None:
            if isnan(self.density):
                raise ValueError("density: this key is missing, or packing_fraction in its place")
            return self
        if not isnan(self.density):
            raise ValueError("density and packing_fraction exclude each other")
        ball = _in_range("mixture", lambda: ball_volume(self.dimension) * self.mixture.moment(self.dimension))
        self.__dict__.update(density=self.packing_fraction / ball, packing_fraction=None)
        return self

    @model_validator(mode="after")
    def weighed(self) -> Model:
        """A mass for each species, where masses are given."""
        species = getattr(self.mixture, "species", {})
        if self.masses is not None and not species:
            raise ValueError(
                f"masses: the particles of a mixture of kind {self.mixture.kind} belong to no species; allowed: no "
                "such key, every mass is one"
            )
        if self.masses is not None and set(self.masses) != set(species):
            raise ValueError(f"masses: {', '.join(self.masses)}; allowed: a mass for each of {', '.join(species)}")
        return self

    @model_validator(mode="after")
    def computable(self) -> Model:
        """Everything that is computed from the file's numbers is a positive and finite number."""
        interaction = _in_range("potential", self._interaction)
        _in_range("potential", lambda: max(map(abs, (*interaction[1:-1], *interaction.coefficients))) + 1.0)
        _in_range("mixture", lambda: float(self.diameters(2)[0]))
        length = _in_range("mixture", lambda: interaction.cutoff * self.mixture.largest)
        _in_range("density", lambda: self.density * (2.0 * length) ** self.dimension)
        return self

    def _interaction(self) -> Interaction:
        return interaction(self.potential, self.mixture.mixing(getattr(self.potential, "energies", None)))

    @cached_property
    def interaction(self) -> Interaction:
        return self._interaction()

    def __eq__(self, other: object) -> bool:
        """Whether two models are declared alike: not by what has been computed of them, which may be arrays."""
        return type(other) is type(self) and all(
            getattr(self, key) == getattr(other, key) for key in Model.model_fields
        )

    @property
    def range(self) -> float:
        """The longest interaction distance, x_c λ_max."""
        return self.interaction.cutoff * self.mixture.largest

    def diameters(self, n: int) -> np.ndarray:
        """Interaction lengths λ_i of n particles, shape (n,), smallest first."""
        return self.mixture.diameters(n)

    @property
    def unit_masses(self) -> bool:
        """Whether every particle has mass one."""
        return self.masses is None or set(self.masses.values()) == {1.0}

    def masses_of(self, diameters: np.ndarray) -> np.ndarray | None:
        """The masses m_i of particles of diameters (N,), by their species; None where every mass is one.

        Raises:
            ValueError: a diameter that is none of the mixture's, so that nothing says what it weighs.
        """
        if self.unit_masses:
            return None
        found = np.full(np.shape(diameters), nan)
        for name, size in self.mixture.species.items():
            found[np.isclose(diameters, size, SAME, 0.0)] = self.masses[name]
        if (unknown := np.isnan(found)).any():
            first = int(unknown.argmax())
            raise ValueError(
                f"particle {first}: nothing says what mass a diameter {diameters[first]:.6g} has: the species of "
                f"{self.name} have {', '.join(f'{size:g}' for size in self.mixture.species.values())}"
            )
        return found

    def box_length(self, n: int) -> float:
        """Edge L of the box that holds n particles at this model's density, in λ."""
        return (n / self.density) ** (1.0 / self.dimension)

    def smallest_system(self) -> int:
        """The fewest particles whose box is wider than twice the interaction range, so that no pair meets twice."""
        return int(np.floor(self.density * (2.0 * self.range) ** self.dimension)) + 1

    def step(self, temperature: float) -> float:
        """Molecular-dynamics step at a temperature, in units of λ (m/ε)^½."""
        return self.time_step.hot if temperature >= self.time_step.hot_above else self.time_step.cold


def packed(model: Model, packing: float) -> Model:
    """The same model at another packing fraction: the volume of balls of diameters λ_i over that of the box."""
    ball = ball_volume(model.dimension) * model.mixture.moment(model.dimension)
    return model.model_copy(update={"density": packing / ball})


def packing_fraction(model: Model) -> float:
    """A model's packing fraction."""
    return model.density * ball_volume(model.dimension) * model.mixture.moment(model.dimension)
