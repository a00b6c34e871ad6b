"""Making one glass by hand, as in a notebook: :func:`make_liquid`, then :func:`quench`."""

from __future__ import annotations

import numpy as np

from glassworks.configurations import Configuration, check_fit
from glassworks.glasses import Glass
from glassworks.liquids import initial_configuration, run_swap_chain
from glassworks.minimize import minimize
from glassworks.models import Model


def make_liquid(model: Model, n: int, temperature: float, sweeps: int, seed: int) -> Configuration:
    """A liquid of n particles after `sweeps` sweeps of swap Monte Carlo from a random start.

    How many sweeps make it an equilibrium liquid depends on model and temperature: see the relaxation times in
    `config/papers`, and :func:`glassworks.liquids.assess_equilibrium`.

    Raises:
        ValueError: fewer particles than the model's range needs, a temperature that is not positive, fewer than no
            sweeps, or a model that swap Monte Carlo does not know.
    """
    if not sweeps >= 0:
        raise ValueError(f"sweeps must be 0 or more, not {sweeps}")
    rng = np.random.default_rng(seed)
    start = initial_configuration(model, n, rng)
    return run_swap_chain(model, start, temperature, before=sweeps, between=1, samples=1, rng=rng).configurations[-1]


def quench(model: Model, liquid: Configuration, minimizer: str = "cg") -> Glass:
    """The glass that a liquid is instantaneously quenched to, at max|F|/⟨f⟩ < 1e-10.

    Raises:
        ValueError: a configuration that cannot be one of the model (:func:`glassworks.configurations.check_fit`, which
            also warns).
        RuntimeError: the minimization did not converge.
    """
    check_fit(model, liquid)
    found = minimize(model.interaction, liquid, minimizer)
    if not found.converged:
        raise RuntimeError(
            f"{minimizer} stopped at a residual force of {found.residual:.1e} after {found.evaluations} evaluations"
        )
    return Glass(model, found.configuration, trusted=True)
