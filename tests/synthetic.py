"""Raw gathered tables of a made-up campaign whose truth is known: gapless omega^4 spectra with phonon bands on top,
moduli, pinches, responses and soft spots. For tests of everything that reads tables; no physics is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from glassworks.statistics.spectra import phonon_bands

ONSET = 0.9
PAPER = {
    "paper": "pinching",
    "title": "Pinching a glass reveals key properties of its soft spots",
    "reference": "C. Rainone, E. Bouchbinder, E. Lerner, PNAS 117, 5228 (2020)",
    "units": {"onset_temperature": {"value": ONSET, "model": "poly-3d"}},
    "claims": [{"id": "formation-energy", "range": {"ends": [0.30, 0.55]}}],
}
TEMPERATURES = (0.40, 0.45, 0.50, 0.55, 0.65, 0.80, 1.00, 1.30)
DENSITY = {"poly-3d": 0.58, "poly-2d": 0.65, "ipl-3d": 0.82, "ipl-4d": 0.80}


@dataclass
class Truth:
    """What the tables are drawn from, in reduced units."""

    energy: float = 3.3  # E_QLM in k_B T_onset
    number: float = 4.2  # N at and above `flat`
    flat: float = ONSET  # temperature above which N is constant
    shear: float = 9.3
    stiffening: float = 0.75  # relative rise of G per unit of (T_onset - T) / T_onset
    pinch: float = 3.6  # omega_g at and above the onset
    rise: float = 1.5  # relative rise of omega_g per unit of (T_onset - T) / T_onset

    def below(self, temperature: float) -> float:
        return max(0.0, (ONSET - temperature) / ONSET)

    def modulus(self, temperature: float) -> float:
        return self.shear * (1.0 + self.stiffening * self.below(temperature))

    def frequency(self, temperature: float) -> float:
        return self.pinch * (1.0 + self.rise * self.below(temperature))

    def count(self, temperature: float) -> float:
        return self.number * np.exp(-self.energy * (ONSET / min(temperature, self.flat) - ONSET / self.flat))

    def prefactor(self, temperature: float) -> float:
        return self.count(temperature) / self.frequency(temperature) ** 5

    def length(self, temperature: float) -> float:
        """xi_g."""
        return 2 * np.pi * np.sqrt(self.modulus(temperature) / DENSITY["poly-3d"]) / self.frequency(temperature)


@dataclass
class Synthetic:
    """Collects rows of the raw tables."""

    seed: int = 1
    tables: dict[str, list[pd.DataFrame]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def add(self, table: str, key: dict, **columns) -> None:
        self.tables.setdefault(table, []).append(pd.DataFrame(key | columns))

    def frames(self) -> dict[str, pd.DataFrame]:
        from glassworks.studies.pinching import RAW

        return {
            name: pd.concat(self.tables[name], ignore_index=True) if name in self.tables else pd.DataFrame()
            for name in RAW
        }

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.frames().items():
            if len(frame):
                frame.to_parquet(folder / f"{name}.parquet")
        return folder

    def ensemble(
        self, group: str, model: str, n: int, samples: int, temperature: float = np.nan, rate: float = np.nan
    ) -> tuple[dict, float]:
        """Key of a new ensemble and its box length; adds its glasses."""
        dimension = int(model[-2])
        label = f"T{temperature:.3f}" if np.isfinite(temperature) else f"rate{rate:g}"
        protocol = "swap" if np.isfinite(temperature) else "cooling"
        key = dict(
            paper="pinching",
            group=group,
            ensemble=f"{model}_N{n}_{protocol}_{label}",
            model=model,
            dimension=dimension,
            n=n,
            protocol=protocol,
            temperature=temperature,
            rate=rate,
        )
        length = (n / DENSITY[model]) ** (1 / dimension)
        noise = self.random.normal(size=samples)
        t = 1.0 if np.isnan(temperature) else temperature
        self.add(
            "glasses",
            key,
            sample=np.arange(samples),
            energy=5.0 + 0.3 * min(t, 1.0) + 0.01 * noise,
            pressure=18 + 0.1 * noise,
            residual=1e-11,
            iterations=900,
            converged=True,
            status="ok",
            density=DENSITY[model],
            length=length,
        )
        return key, length

    def moduli(self, key: dict, samples: int, shear: float, bulk: float = 60.0, spread: float = 0.05) -> np.ndarray:
        values = shear * (1 + spread * self.random.normal(size=samples))
        self.add(
            "moduli",
            key,
            sample=np.arange(samples),
            pressure=18.0,
            shear=values,
            shear_born=2 * values,
            shear_nonaffine=values,
            bulk=bulk,
            bulk_born=bulk,
            bulk_nonaffine=0.0,
            backward_error=1e-14,
            status="ok",
        )
        return values

    def spectrum(
        self,
        key: dict,
        length: float,
        prefactor: float,
        shear: np.ndarray,
        most: int = 30,
        fall: float = np.inf,
        core: float = 30.0,
    ) -> None:
        """Quasilocalized modes with D = A w^4, falling as w^4 (w/fall)^-3 above `fall`, and the two lowest phonon
        bands.
        """
        d, n, rows = key["dimension"], key["n"], []
        top = 1.5 * 2 * np.pi * np.sqrt(shear.mean() / DENSITY[key["model"]]) / length
        mean = prefactor * n * d / 5 * top**5
        for sample, modulus in enumerate(shear):
            soft = top * self.random.random(self.random.poisson(mean)) ** 0.2
            if np.isfinite(fall):
                soft = soft[self.random.random(len(soft)) < np.minimum(1.0, (soft / fall) ** -3.0)]
            waves = []
            for band in phonon_bands(np.sqrt(max(modulus, 0.1) / DENSITY[key["model"]]), length, d, 2):
                waves.append(band.frequency * (1 + 0.02 * self.random.normal(size=band.degeneracy)))
            frequency = np.concatenate([soft, *waves])
            share = np.concatenate([np.full(len(soft), core / n), np.full(len(frequency) - len(soft), 0.4)])
            order = np.argsort(frequency)[:most]
            share = share[order] * np.exp(0.2 * self.random.normal(size=len(order)))
            rows.append(
                pd.DataFrame(
                    {
                        "sample": sample,
                        "mode": np.arange(len(order)),
                        "frequency": frequency[order],
                        "participation": share,
                    }
                )
            )
        table = pd.concat(rows, ignore_index=True)
        self.add("modes", key, **{name: table[name].to_numpy() for name in table}, residual=1e-13, status="ok")

    def pinches(self, key: dict, samples: int, frequency: float, pairs: int = 60) -> None:
        own = frequency * (1 + 0.03 * self.random.normal(size=samples))
        values = own[:, None] * np.exp(0.35 * self.random.normal(size=(samples, pairs)) - 0.35**2 / 2)
        self.add(
            "dipoles",
            key,
            sample=np.repeat(np.arange(samples), pairs),
            pair=np.tile(np.arange(pairs), samples),
            frequency=values.ravel(),
            frequency_check=values.ravel(),
            stiffness=values.ravel() ** 2,
            distance=1.1,
            backward_error=1e-13,
            status="ok",
        )

    def responses(self, key: dict, samples: int, length: float, crossover: float, bins: int = 24) -> None:
        edges = np.geomspace(0.9, 0.5 * length, bins + 1)
        center = np.sqrt(edges[1:] * edges[:-1])
        far = 2.0 * (key["dimension"] - 1)
        shape = np.exp(np.minimum(np.log(center / crossover), 0.0) * 2.0) / center**far
        noise = np.exp(0.15 * self.random.normal(size=(samples, bins)))
        self.add(
            "decay",
            key,
            sample=np.repeat(np.arange(samples), bins),
            distance=np.tile(center, samples),
            inner=np.tile(edges[:-1], samples),
            outer=np.tile(edges[1:], samples),
            response=(shape * noise).ravel(),
            count=100,
            status="ok",
        )

    def equilibrium(self, key: dict, passed: bool = True, reason: str = "") -> None:
        self.add(
            "equilibrium",
            {name: [value] for name, value in key.items()},
            relaxation_sweeps=500.0,
            relaxation_declared=600.0,
            before_ratio=4.0,
            between_ratio=2.0,
            drift=0.001,
            drift_error=0.002,
            energy_above=7.1,
            energy_above_error=0.01,
            energy_below=7.105,
            energy_below_error=0.01,
            agreement_z=0.4,
            passed=passed,
            reason=reason,
        )


def campaign(
    samples: int = 60, seed: int = 1, n: int = 1000, temperatures=TEMPERATURES, truth: Truth | None = None
) -> Synthetic:
    """All groups of `pinching`, `samples` glasses an ensemble."""
    truth, made = truth or Truth(), Synthetic(seed)
    for temperature in temperatures:
        key, length = made.ensemble("parents", "poly-3d", n, samples, temperature)
        shear = made.moduli(key, samples, truth.modulus(temperature))
        made.spectrum(
            key,
            length,
            truth.prefactor(temperature),
            shear,
            core=0.4 * truth.length(temperature) ** 3 * DENSITY["poly-3d"],
        )
        made.pinches(key, samples, truth.frequency(temperature))
        made.equilibrium(key)
        made.add(
            "liquids",
            key,
            sample=np.arange(samples),
            chain=np.arange(samples) // 4,
            energy=6 + temperature + 0.02 * made.random.normal(size=samples),
            pressure=20.0,
            sweeps_before=3000,
            sweeps_between=900,
            acceptance_move=0.4,
            acceptance_swap=0.2,
            status="ok",
        )
    for temperature in temperatures[::3] if len(temperatures) > 3 else temperatures:
        few = max(samples // 4, 4)
        key, length = made.ensemble("large", "poly-3d", 8 * n, few, temperature)
        made.moduli(key, few, truth.modulus(temperature), spread=0.02)
        made.responses(key, few, length, 0.8 * truth.length(temperature))
        made.equilibrium(key)
    for dimension, shear, prefactor, sizes, fall in (
        (3, 12.4, 6e-4, (1000, 2000), 1.5),
        (4, 10.9, 1.2e-4, (1000, 2000, 5000), 1.9),
    ):
        for size in sizes:
            key, length = made.ensemble(f"spectra-{dimension}d", f"ipl-{dimension}d", size, samples, rate=1e-3)
            moduli = made.moduli(key, samples, shear, 85.0, spread=0.03)
            made.spectrum(key, length, prefactor, moduli, most=40, fall=fall)
    for temperature, spots, low, high, core in ((0.2, 12, 1.7, 2.6, 2.6), (0.7, 90, 0.6, 1.6, 4.0)):
        few = max(samples // 10, 2)
        key, length = made.ensemble("blobs", "poly-2d", 4096, few, temperature)
        made.moduli(key, few, 13.0 if temperature > 0.5 else 19.0)
        count = few * spots
        place = length * made.random.random((count, 2))
        made.add(
            "softspots",
            key,
            sample=np.repeat(np.arange(few), spots),
            frequency=low + (high - low) * made.random.random(count) ** 0.4,
            x=place[:, 0],
            y=place[:, 1],
            core=core * np.exp(0.15 * made.random.normal(size=count)),
            participation=0.01,
            stiffness=1.0,
            status="ok",
        )
        made.equilibrium(key)
    return made
