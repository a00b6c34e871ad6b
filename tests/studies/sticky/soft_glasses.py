"""Raw tables of made-up sticky glasses whose soft modes and pinches are known: no physics is simulated.

Spectra are D(ω) = A_g ω⁴ with A_g = 𝒩 ω_g⁻⁵, their modes' N e lies about CORE (ω_g/ω_0)⁻³, and above are phonons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from glassworks.campaign.jobs.evidence import NUMBERS
from glassworks.studies.sticky import RAW, STICKY

DENSITY = 0.6
CORE = 60.0
TEMPERATURES = {
    "rc11": (6.0, 2.0, 0.88, 0.73),
    "rc12": (4.0, 1.8, 1.0, 0.77),
    "rc13": (4.0, 1.8, 1.0, 0.77),
    "rc15": (2.6, 1.8, 1.0, 0.69),
}
"""The published ends, and two between them."""
MODELS = {"rc11": "pss-3d-rc11", "rc12": "pss-3d", "rc13": "pss-3d-rc13", "rc15": "pss-3d-rc15"}


@dataclass
class Truth:
    """What the tables are drawn from; changes are those between the hottest and the coldest T_p.

    Attributes:
        shear, frequency, number, width: G, ω_g/ω_0, 𝒩 (a particle) and the relative width of p(ω^(ij)), hottest T_p.
        stiffer, rise: factors of G and ω_g/ω_0 from the hottest to the coldest.
    """

    shear: dict[str, float]
    frequency: dict[str, float]
    number: dict[str, float]
    width: dict[str, float]
    stiffer: dict[str, float]
    rise: dict[str, float]

    def cold(self, group: str, temperature: float) -> float:
        """How far down the ladder, 0 to 1."""
        return 1.0 - TEMPERATURES[group].index(temperature) / (len(TEMPERATURES[group]) - 1.0)

    def modulus(self, group: str, temperature: float) -> float:
        return self.shear[group] * self.stiffer[group] ** (1.0 - self.cold(group, temperature))

    def unit(self, group: str, temperature: float) -> float:
        return np.sqrt(self.modulus(group, temperature) / DENSITY) * DENSITY ** (1 / 3)

    def reduced(self, group: str, temperature: float) -> float:
        return self.frequency[group] * self.rise[group] ** (1.0 - self.cold(group, temperature))

    def prefactor(self, group: str, temperature: float) -> float:
        """A_g ω_0⁵."""
        return self.number[group] * self.reduced(group, temperature) ** -5.0

    def core(self, group: str, temperature: float) -> float:
        return CORE * self.reduced(group, temperature) ** -3.0


def four(*values: float) -> dict[str, float]:
    return dict(zip(STICKY, values, strict=True))


TRUTH = Truth(
    shear=four(40.0, 25.0, 18.0, 14.0), frequency=four(2.6, 2.0, 1.7, 1.4), number=four(1.0, 4.0, 4.0, 4.0),
    width=four(0.2, 0.25, 0.3, 0.35), stiffer=four(1.05, 1.1, 1.15, 1.22), rise=four(1.03, 1.12, 1.2, 1.32),
)  # fmt: skip


class Glasses:
    """Collects rows of the raw tables."""

    def __init__(self, truth: Truth = TRUTH, seed: int = 1):
        self.truth, self.random = truth, np.random.default_rng(seed)
        self.rows: dict[str, list[pd.DataFrame]] = {}

    def frames(self) -> dict[str, pd.DataFrame]:
        return {
            name: pd.concat(self.rows[name], ignore_index=True) if name in self.rows else pd.DataFrame()
            for name in dict.fromkeys((*RAW, "pair_forces"))
        }

    def add(self, table: str, key: dict, **columns) -> None:
        self.rows.setdefault(table, []).append(pd.DataFrame(key | {"status": "ok"} | columns))

    def ensemble(self, group: str, temperature: float, samples: int, n: int = 1000, passed: bool = True) -> None:
        """One ensemble of all tables that soft modes and pinches are made of."""
        key = dict(
            paper="sticky", group=group, ensemble=f"{MODELS[group]}_N{n}_anneal_T{temperature:g}",
            model=MODELS[group], dimension=3, n=n, protocol="anneal", temperature=temperature, rate=np.nan,
        )  # fmt: skip
        number, length, truth = np.arange(samples), (n / DENSITY) ** (1 / 3), self.truth
        modulus, unit = truth.modulus(group, temperature), truth.unit(group, temperature)
        self.add("glasses", key, sample=number, energy=-6.0, pressure=1.0, density=DENSITY, length=length)
        shear = modulus * (1.0 + 0.04 * self.random.normal(size=samples))
        self.add("moduli", key, sample=number, pressure=1.0, shear=shear, shear_nonaffine=shear, bulk=4.0 * modulus)
        self.add("pair_forces", key, sample=number, repulsive_pressure=np.full(samples, 9.0),
                 attractive_pressure=np.full(samples, 4.0), negative=0.2 + 0.01 * self.random.random(samples),
                 strongly_negative=0.1 + 0.01 * self.random.random(samples), softening=-1.0)  # fmt: skip
        self.add("equilibrium", {name: [value] for name, value in key.items()}, passed=passed,
                 reason="" if passed else "drifts", **dict.fromkeys(NUMBERS, np.nan))  # fmt: skip
        self._pinches(key, samples, unit * truth.reduced(group, temperature), truth.width[group])
        self._modes(key, samples, unit)

    def _pinches(self, key: dict, samples: int, frequency: float, width: float, pairs: int = 60) -> None:
        spread = np.sqrt(np.log(1.0 + width**2))
        own = np.exp(0.02 * self.random.normal(size=(samples, 1)))
        values = frequency * own * np.exp(spread * self.random.normal(size=(samples, pairs)) - spread**2 / 2)
        self.add("dipoles", key, sample=np.repeat(np.arange(samples), pairs), pair=np.tile(np.arange(pairs), samples),
                 frequency=values.ravel(), participation=0.01)  # fmt: skip

    def _modes(self, key: dict, samples: int, unit: float, most: int = 30) -> None:
        n, group, temperature = key["n"], key["group"], key["temperature"]
        band, core = 2 * np.pi * n ** (-1 / 3), self.truth.core(group, temperature)
        mean = self.truth.prefactor(group, temperature) * n / 5 * (1.3 * band) ** 5
        sample, frequency, share = [], [], []
        for each in range(samples):
            soft = 1.3 * band * self.random.random(self.random.poisson(mean)) ** 0.2
            waves = band * np.repeat([1.0, np.sqrt(2.0)], [12, 24]) * (1.0 + 0.02 * self.random.normal(size=36))
            found = np.concatenate([soft, waves])
            order = np.argsort(found)[:most]
            size = np.where(order < len(soft), core / n * np.exp(0.3 * self.random.normal(size=len(order))), 0.4)
            sample.append(np.full(len(order), each))
            frequency.append(found[order] * unit)
            share.append(size)
        count = [len(each) for each in sample]
        self.add("modes", key, sample=np.concatenate(sample), mode=np.concatenate([np.arange(c) for c in count]),
                 frequency=np.concatenate(frequency), participation=np.concatenate(share))  # fmt: skip

    def decay(self, group: str, temperature: float, samples: int, crossover: float, n: int = 16000) -> None:
        """Responses that turn into a continuum's at a distance, in a_0, beside what ω_g needs."""
        self.ensemble(group, temperature, samples, n)
        key = {name: self.rows["glasses"][-1][name].iloc[0] for name in self.rows["glasses"][-1] if name not in
               ("status", "sample", "energy", "pressure", "density", "length")}  # fmt: skip
        spacing, length = DENSITY ** (-1 / 3), (n / DENSITY) ** (1 / 3)
        center = np.geomspace(0.9, 0.5 * length, 24)
        shape = np.minimum(center / (crossover * spacing), 1.0) ** 2.0 / center**4
        noise = np.exp(0.1 * self.random.normal(size=(samples, len(center))))
        self.add("decay", key, sample=np.repeat(np.arange(samples), len(center)), distance=np.tile(center, samples),
                 response=(shape * noise).ravel())  # fmt: skip


def all_groups(samples: int = 80, truth: Truth = TRUTH, seed: int = 1) -> Glasses:
    made = Glasses(truth, seed)
    for group, temperatures in TEMPERATURES.items():
        for temperature in temperatures:
            made.ensemble(group, temperature, samples)
    return made
