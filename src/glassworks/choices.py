"""What is chosen between before anything runs, apart from what is chosen, so that planning loads no kernels."""

from __future__ import annotations

MINIMIZERS = ("cg", "lbfgs", "fire")
"""What quenches a liquid (:mod:`glassworks.minimize`)."""

UNITS = ("lj", "real", "metal", "si", "cgs", "electron", "micro", "nano")
"""LAMMPS' `units`, in which files may count; `lj` are no units but those of the model."""

FACTORED = 1000
"""Particles up to which a factor is taken in more than two dimensions: it takes about as long, and serves other
observables too. At 2,000 it takes twice as long."""

PINCHES = 256
"""Pinches of a glass that are solved for together; bounds the memory."""

SHARE = 8
"""Products alone give at most one mode out of so many."""


def factor_pays(particles: int, dimension: int, count: int) -> bool:
    """Whether to factorize for the softest `count` modes; in two dimensions always, where factors stay small."""
    return dimension == 2 or particles <= FACTORED or SHARE * count > particles * dimension
