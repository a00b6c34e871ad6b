"""Observables: what can be measured on a glass, each as a table with one row a mode, a pair, a shell or a spot.

A new observable is a parameter class in :mod:`glassworks.parameters`, a function that makes its table, and a line in
:data:`OBSERVABLES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassworks.configurations import Configuration, check_fit
from glassworks.elasticity import moduli
from glassworks.excitations import dipole_responses, pinch_decay, soft_spots
from glassworks.models import Model
from glassworks.models.specification import Strict
from glassworks.parameters import (
    DecayParameters,
    DipolesParameters,
    ModesParameters,
    ModuliParameters,
    SoftspotsParameters,
)
from glassworks.vibrations import (
    Contacts,
    Factor,
    Unstable,
    assemble,
    backbone,
    contacts,
    factor_pays,
    filtered_modes,
    lowest_modes,
)

Columns = dict[str, np.ndarray]
"""Columns of one length by name."""

RESIDUAL = 1e-8
"""An eigenpair whose ‖Mψ − ω²ψ‖/‖M‖ exceeds this is flagged."""

MISSED = 1e-6
"""Modes beside which others were overlooked with a chance above this are flagged."""

BACKWARD_ERROR = 1e-10
"""A linear solution whose backward error exceeds this is flagged."""


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
    def configuration(self) -> Configuration:
        return backbone(self.model.interaction, self.original)[0]

    @property
    def rattlers(self) -> int:
        return len(self.original) - len(self.configuration)

    @cached_property
    def contacts(self) -> Contacts:
        return contacts(self.model.interaction, self.configuration)

    @cached_property
    def hessian(self):
        """M, sparse (dN, dN)."""
        return assemble(self.contacts, len(self.configuration))

    @cached_property
    def factor(self) -> Factor:
        """Of the Hessian; raises `Unstable` unless the configuration is a minimum."""
        try:
            return Factor(self.hessian, self.configuration.positions)
        except Unstable as failure:
            if self.trusted:
                raise
            raise Unstable(f"{failure}; the configuration may be no minimum: quench it first") from failure

    def modes(self, count: int, seed: int = 0, factored: bool | None = None):
        """The softest modes (:class:`glassworks.vibrations.Modes`), with the factor or without; by default as pays."""
        if factor_pays(*self.configuration.positions.shape, count) if factored is None else factored:
            return lowest_modes(self.factor, count, seed)
        return filtered_modes(self.hessian, self.configuration, count, seed)

    def pinch(self, pairs: int, seed: int = 0):
        """Responses to force dipoles on random pairs (:class:`glassworks.excitations.DipoleResponses`)."""
        return dipole_responses(self.contacts, self.factor, pairs, np.random.default_rng(seed))

    def moduli(self):
        """Pressure and moduli (:class:`glassworks.elasticity.Moduli`)."""
        return moduli(self.model.interaction, self.configuration, self.factor, self.contacts)


def flagged(good: np.ndarray, reason: str) -> np.ndarray:
    """'ok' where good, else the reason."""
    return np.where(good, "ok", reason)


def measure_moduli(glass: Glass, parameters: ModuliParameters, rng: np.random.Generator) -> Columns:
    found = glass.moduli()
    row = {name: np.array([float(getattr(found, name))]) for name in MODULI}
    return row | {"status": flagged(row["backward_error"] < BACKWARD_ERROR, "inaccurate solution")}


def measure_modes(glass: Glass, parameters: ModesParameters, rng: np.random.Generator) -> Columns:
    count = min(parameters.count, glass.hessian.shape[0] - glass.configuration.box.dimension)
    found = glass.modes(count, int(rng.integers(2**31)))
    converged = flagged(found.residuals < RESIDUAL, "mode did not converge")
    return {
        "mode": np.arange(count),
        "frequency": found.frequencies,
        "participation": found.participation,
        "residual": found.residuals,
        "missed": np.full(count, found.missed),
        "status": np.where(found.missed < MISSED, converged, "softer modes may be missing"),
    }


def measure_dipoles(glass: Glass, parameters: DipolesParameters, rng: np.random.Generator) -> Columns:
    found = dipole_responses(glass.contacts, glass.factor, parameters.pairs, rng)
    return {
        "pair": np.arange(len(found.pairs)),
        "frequency": found.frequency,
        "frequency_check": found.frequency_check,
        "stiffness": found.stiffness,
        "distance": found.distance,
        "participation": found.participation,
        "backward_error": found.backward_error,
        "status": flagged(found.backward_error < BACKWARD_ERROR, "inaccurate solution"),
    }


def measure_decay(glass: Glass, parameters: DecayParameters, rng: np.random.Generator) -> Columns:
    found = pinch_decay(glass.configuration, glass.contacts, glass.factor, parameters.pairs, rng, parameters.width)
    status = "ok" if found.backward_error < BACKWARD_ERROR else "inaccurate solution"
    return {
        "distance": found.distance,
        "inner": found.inner,
        "outer": found.outer,
        "response": found.response,
        "count": found.count,
        "status": np.where(found.count > 0, status, "empty shell"),
    }


def measure_softspots(glass: Glass, parameters: SoftspotsParameters, rng: np.random.Generator) -> Columns:
    count = min(parameters.modes, glass.hessian.shape[0] - glass.factor.dimension)
    extra = glass.modes(count, int(rng.integers(2**31))).vectors if count else None
    found = soft_spots(
        glass.configuration,
        glass.contacts,
        glass.factor,
        parameters.starts,
        rng,
        extra,
        parameters.steps,
        parameters.overlap,
    )
    axes = dict(zip("xyzw", found.centers.T, strict=False))
    return {
        "frequency": found.frequency,
        **axes,
        "core": found.core,
        "participation": found.participation,
        "stiffness": found.frequency**2,
        "gradient": found.gradient,
        "hits": found.hits,
        "status": flagged(found.gradient < 1e-6, "search did not converge"),
    }


@dataclass(frozen=True)
class Observable:
    """One kind of table.

    Attributes:
        table: makes the table of one glass.
        columns: of the table, in order, `status` last (a soft spot has as many coordinates as its glass).
    """

    table: Callable[[Glass, Any, np.random.Generator], Columns]
    columns: tuple[str, ...]

    def measure(self, glass: Glass, parameters: Strict, rng: np.random.Generator) -> Columns:
        """The table of one glass; a glass on which it cannot be measured gives one row whose status says why.

        In such a row whole numbers are 0 and all else is NaN.
        """
        try:
            return self.table(glass, parameters, rng)
        except (Unstable, np.linalg.LinAlgError, FloatingPointError) as failure:
            empty = {name: np.array([0 if name in WHOLE else np.nan]) for name in self.columns}
            return empty | {"status": np.array([str(failure)])}


WHOLE = frozenset({"mode", "pair", "count", "hits"})
"""Columns of whole numbers."""

MODULI = ("pressure", "shear", "shear_born", "shear_nonaffine", "bulk", "bulk_born", "bulk_nonaffine", "backward_error")

OBSERVABLES: dict[str, Observable] = {
    "moduli": Observable(measure_moduli, (*MODULI, "status")),
    "modes": Observable(measure_modes, ("mode", "frequency", "participation", "residual", "missed", "status")),
    "dipoles": Observable(
        measure_dipoles,
        ("pair", "frequency", "frequency_check", "stiffness", "distance", "participation", "backward_error", "status"),
    ),
    "decay": Observable(measure_decay, ("distance", "inner", "outer", "response", "count", "status")),
    "softspots": Observable(
        measure_softspots,
        ("frequency", "x", "y", "core", "participation", "stiffness", "gradient", "hits", "status"),
    ),
}
