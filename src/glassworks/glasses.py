"""A glass with everything that several observables need of it, computed once."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from glassworks.choices import factor_pays
from glassworks.configurations import Configuration, check_fit
from glassworks.elasticity import moduli
from glassworks.excitations import dipole_responses
from glassworks.models import Model
from glassworks.vibrations import (
    Bonds,
    Factor,
    Unstable,
    assemble,
    backbone,
    bonds,
    filtered_modes,
    lowest_modes,
    weighted,
)


class Glass:
    """A quenched configuration, with everything that several observables need computed once.

    Attributes:
        model: gives the interaction.
        original: as given.
        trusted: whether nobody needs to ask if the configuration fits the model and is a minimum: it was just made so.
        configuration: without its rattlers (raises `Unstable` when nothing is left).
        rattlers: how many particles were left out.

    Raises:
        ValueError: a configuration that cannot be one of the model (:func:`glassworks.configurations.check_fit`, which
            also warns).
    """

    def __init__(self, model: Model, configuration: Configuration, trusted: bool = False):
        if not trusted:
            check_fit(model, configuration, balanced=True)
        self.model, self.original, self.trusted = model, configuration, trusted

    @cached_property
    def _backbone(self) -> tuple[Configuration, np.ndarray]:
        return backbone(self.model.interaction, self.original)

    @property
    def configuration(self) -> Configuration:
        return self._backbone[0]

    @property
    def held(self) -> np.ndarray:
        """The numbers of the particles that are no rattlers."""
        return self._backbone[1]

    @property
    def rattlers(self) -> int:
        return len(self.original) - len(self.configuration)

    @cached_property
    def bonds(self) -> Bonds:
        return bonds(self.model.interaction, self.configuration)

    @cached_property
    def hessian(self):
        """M, sparse (dN, dN)."""
        return assemble(self.bonds, len(self.configuration))

    @cached_property
    def masses(self) -> np.ndarray | None:
        """Of the particles that are no rattlers, (N,); None where every mass is one."""
        return self.model.masses_of(self.configuration.diameters)

    @cached_property
    def factor(self) -> Factor:
        """Of the Hessian; raises `Unstable` unless the configuration is a minimum."""
        return self._factor(self.hessian)

    @cached_property
    def weighted_factor(self) -> Factor:
        """Of the Hessian weighted by masses, which is the same where these are one; raises as :attr:`factor` does."""
        return self.factor if self.masses is None else self._factor(weighted(self.hessian, self.masses), self.masses)

    def _factor(self, matrix, masses: np.ndarray | None = None) -> Factor:
        try:
            return Factor(matrix, self.configuration.positions, masses=masses)
        except Unstable as failure:
            if self.trusted:
                raise
            raise Unstable(f"{failure}; the configuration may be no minimum: quench it first") from failure

    def modes(self, count: int, seed: int = 0, factored: bool | None = None):
        """The softest modes (:class:`glassworks.vibrations.Modes`), with the factor or without; by default as pays."""
        if factor_pays(*self.configuration.positions.shape, count) if factored is None else factored:
            return lowest_modes(self.weighted_factor, count, seed)
        matrix = weighted(self.hessian, self.masses)
        return filtered_modes(matrix, self.configuration, count, seed, masses=self.masses)

    def pinch(self, pairs: int, seed: int = 0):
        """Responses to force dipoles on random pairs (:class:`glassworks.excitations.DipoleResponses`).

        Raises:
            ValueError: see :meth:`needs_unit_masses`.
        """
        self.needs_unit_masses("the frequency of a pinch's response")
        return dipole_responses(self.bonds, self.factor, pairs, np.random.default_rng(seed))

    def needs_unit_masses(self, what: str) -> None:
        """Refuse what knows of no masses.

        Raises:
            ValueError: a model whose masses are not one.
        """
        if self.masses is not None:
            raise ValueError(f"{what} is for particles of mass one, but {self.model.name} gives its species masses")

    def moduli(self):
        """Pressure and moduli (:class:`glassworks.elasticity.Moduli`)."""
        return moduli(self.model.interaction, self.configuration, self.factor, self.bonds)
