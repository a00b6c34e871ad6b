"""Raw tables of a made-up study of sticky spheres whose truth is known: energies of one form in T_p/T_co, moduli with
plateaus and lines below T_co, stresses that decay exponentially. No physics is simulated.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

CROSSOVERS = {"rc11": 1.4, "rc12": 1.15, "rc13": 1.0, "rc15": 0.885, "ka": 0.535, "hertzian": 0.00265, "poly": 0.76}
TEMPERATURES = {
    "rc11": (6.0, 2.0, 1.5, 1.2, 1.0, 0.88), "rc12": (4.0, 1.8, 1.3, 1.0, 0.91, 0.85),
    "rc13": (4.0, 1.8, 1.3, 1.0, 0.91, 0.85, 0.8), "rc15": (2.6, 1.8, 1.3, 1.0, 0.91, 0.85, 0.8, 0.76, 0.72),
    "ka": (2.0, 1.0, 0.8, 0.7, 0.6), "hertzian": (0.01, 0.0035, 0.0026, 0.0023, 0.002, 0.0018),
    "poly": (1.3, 0.9, 0.75, 0.65, 0.55, 0.45),
}  # fmt: skip
RISES = {"rc11": 0.05, "rc12": 0.10, "rc13": 0.15, "rc15": 0.22, "ka": 0.3, "hertzian": 0.3, "poly": 0.5}
"""Relative rise of G per unit of 1 − T_p/T_co, times two."""
FALLS = {"rc11": 0.10, "rc12": 0.07, "rc13": 0.05, "rc15": 0.02, "ka": 0.03, "hertzian": 0.03, "poly": 0.03}
MODELS = {
    "rc11": "pss-3d-rc11", "rc12": "pss-3d", "rc13": "pss-3d-rc13", "rc15": "pss-3d-rc15", "ka": "ka",
    "hertzian": "hertzian-3d", "poly": "poly-3d",
}  # fmt: skip
PLATEAU = 15.0
"""What c(t) falls to before it relaxes."""
STEP, EVERY, CHAIN, PAIRS, BINS = 0.0025, 10, 5, 8, 30


def energy(x: np.ndarray) -> np.ndarray:
    """The form that (u − u(T_co))/T_co has for all models, but for a constant."""
    return -1.2 * np.exp(-(x**3)) / np.sqrt(x) + 0.15 * np.log(x)


def below(x: float) -> float:
    return max(0.0, 1.0 - x)


def time(group: str, temperature: float) -> float:
    """The relaxation time of overlap and stress, in λ (m/ε)^½."""
    return 0.5 * np.exp(2.0 * CROSSOVERS[group] / temperature)


def tables(seed: int = 3, samples: int = 60, **temperatures: tuple) -> dict[str, pd.DataFrame]:
    """Raw tables; other temperatures of a group by its name."""
    random = np.random.default_rng(seed)
    found: dict[str, list[pd.DataFrame]] = {}

    def add(name: str, key: dict, **columns) -> None:
        found.setdefault(name, []).append(pd.DataFrame(key | columns))

    for group, given in (TEMPERATURES | temperatures).items():
        for t in given:
            protocol, x = "swap" if group == "poly" else "anneal", t / CROSSOVERS[group]
            key = dict(
                paper="sticky", group=group, ensemble=f"{MODELS[group]}_N1000_{protocol}_T{t:g}", model=MODELS[group],
                dimension=3, n=1000, protocol=protocol, temperature=t, rate=np.nan,
            )  # fmt: skip
            sample, noise = np.arange(samples), random.normal(size=(6, samples))
            chain = sample // CHAIN
            u = CROSSOVERS[group] * (energy(x) + 0.01 * noise[0]) - 3.0
            add("glasses", key, sample=sample, energy=u, pressure=1.0, residual=1e-11, iterations=9, converged=True,
                status="ok", density=0.6, length=(1000 / 0.6) ** (1 / 3))  # fmt: skip
            add("liquids", key, sample=sample, chain=chain, energy=u, pressure=1.0, status="ok")
            add("equilibrium", key, relaxation_sweeps=[time(group, t) / STEP], relaxation_error=0.0,
                relaxation_bound=False, relaxation_declared=time(group, t) / STEP, before_ratio=10.0, between_ratio=2.0,
                drift=0.0, drift_error=0.1, drift_z=0.0, energy_above=0.0, energy_above_error=0.1, energy_below=0.0,
                energy_below_error=0.1, agreement_z=0.0, round_trips=np.nan, passed=True, reason="ok")  # fmt: skip
            shear = 15.0 * (1.0 + 2.0 * RISES[group] * below(x)) * (1.0 + 0.02 * noise[1])
            bulk = 60.0 * (1.0 - 2.0 * FALLS[group] * below(x)) * (1.0 + 0.005 * noise[2])
            nonaffine = 8.0 * (1.0 - 0.9 * below(x)) * (1.0 + 0.02 * noise[3])
            add("moduli", key, sample=sample, shear=shear, shear_born=shear + nonaffine, shear_nonaffine=nonaffine,
                bulk=bulk, bulk_born=bulk, bulk_nonaffine=0.0, pressure=1.0 + 0.01 * noise[4], backward_error=1e-14,
                status="ok")  # fmt: skip
            if group.startswith("rc"):
                low = CROSSOVERS[group] * (0.3 + 0.5 * RISES[group] * below(x))
                frequency = np.repeat(low * (1.0 + 0.02 * noise[5]), PAIRS) * random.uniform(0.9, 1.1, PAIRS * samples)
                add("dipoles", key, sample=np.repeat(sample, PAIRS), pair=np.tile(np.arange(PAIRS), samples),
                    frequency=frequency, status="ok")  # fmt: skip
                add("bond_forces", key, sample=sample, pressure_repulsive=9.0, pressure_attractive=8.0, status="ok")
                bins = np.arange(BINS)
                for kind, at, value in (("g", 0.1 * bins, 1.0 - np.exp(-bins)), ("S", 0.5 * bins, 1.0 + 0.0 * bins)):
                    add("structure", key, sample=np.repeat(sample, BINS), kind=kind, part="total",
                        bin=np.tile(bins, samples), at=np.tile(at, samples), value=np.tile(value, samples), count=1,
                        status="ok")  # fmt: skip
            if protocol == "anneal":
                lags = STEP * EVERY * np.arange(0, 400) * max(1.0, time(group, t) / 5.0)
                lags[1] = STEP * EVERY
                for first in sample[::CHAIN]:
                    decay = 40.0 * np.exp(-((lags / 0.05) ** 2)) + PLATEAU * np.exp(-lags / time(group, t))
                    c = decay * (1.0 + 0.02 * random.normal())
                    add("stress_relaxation", key, sample=first, time=np.sort(lags), pairs=100, correlation=c,
                        affine=55.0, status="ok")  # fmt: skip
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}
