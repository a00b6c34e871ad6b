"""Made-up tables of paths downhill whose bend and exponents are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.tables import KEYS

SAMPLES, BEND, DIMENSION, NOISE = 12, 1e-2, {"fire": 1.35, "steepest": 1.30}, 0.03
BEYOND = 0.8
"""ΔE exceeds ΔE ∼ Δr² by this power of Δr beyond the bend."""
STARTS = {3e-3: 0.6, 1e-3: 0.3, 1e-4: 0.08}


def keys(temperature: float, group: str = "descents", model: str = "harmonic-2d") -> dict:
    """Of one ensemble; the ladder's top has no rate."""
    rate = np.nan if temperature == 3e-3 else 1e-6
    name = f"{model}_N512_step_R{rate:g}T{temperature:g}"
    return dict(zip(KEYS, ("solidity", group, name, model, 2, 512, "step", temperature, rate), strict=True))


def contour(distance: np.ndarray, dimension: float) -> np.ndarray:
    return 1.2 * distance * np.maximum(distance / BEND, 1.0) ** (dimension - 1.0)


def drop(distance: np.ndarray) -> np.ndarray:
    return 5e-3 * distance**2 * np.maximum(distance / BEND, 1.0) ** BEYOND


def paths(rng: np.random.Generator, temperature: float, method: str, **where: str) -> pd.DataFrame:
    """Each trajectory has a prefactor of its own, and starts somewhere near the temperature's distance."""
    parts = []
    for sample in range(SAMPLES):
        start = STARTS[temperature] * np.exp(0.1 * rng.normal())
        grid = 10.0 ** (np.arange(np.floor(10 * np.log10(start)), -51, -1) / 10)
        distance = np.append(start, grid)
        own = np.exp(NOISE * rng.normal(size=2))
        parts.append({
            "sample": sample, "method": method, "point": np.arange(len(distance)), "steps": 900.0, "distance": distance,
            "apart": 0.0 if method == "fire" or sample else 0.1,
            "contour": own[0] * contour(distance, DIMENSION[method]),
            "drop": np.where(distance > 1e-4, own[1] * drop(distance), np.nan), "status": "ok",
        })  # fmt: skip
    return pd.concat([pd.DataFrame({**keys(temperature, **where), **part}) for part in parts])


def campaign(rng: np.random.Generator) -> pd.DataFrame:
    """Paths of every group of the paper: from all temperatures, by all methods, of all systems."""
    methods = ("descents-methods", {"fire": "fire", "steepest descent": "steepest"})
    parts = [paths(rng, temperature, "fire") for temperature in STARTS]
    parts += [paths(rng, 1e-3, way, group=methods[0]).assign(method=name) for name, way in methods[1].items()]
    for group, model in (("descents-3d", "harmonic-3d"), ("descents-lj", "lj-2d")):
        parts.append(paths(rng, 3e-3, "fire", group=group, model=model))
    return pd.concat(parts, ignore_index=True)
