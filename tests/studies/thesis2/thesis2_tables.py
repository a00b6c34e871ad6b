"""Raw tables of made-up glasses whose spectra, localization and dipoles obey known laws."""

import numpy as np
import pandas as pd

from glassworks.statistics.spectra import phonon_bands

DENSITY = {"ipl-2d": 0.86, "ipl-3d": 0.82, "ipl-4d": 0.80}
SHEAR = {"ipl-2d": 16.0, "ipl-3d": 13.0, "ipl-4d": 9.5}
BULK = {"ipl-2d": 124.0, "ipl-3d": 87.0, "ipl-4d": 73.0}
SHIFT = 1.5
"""c of 1/ω_dip² ∝ ln N + c in two dimensions."""
SATURATION = 0.9
"""A/ω_{g,∞} above two dimensions."""
FASTER = 1.6
"""A_g at the faster rate over that at the slower one."""
CUTOFF = 1.1
"""ω_c in four dimensions, above which D ∝ ω^(4 − STEEP)."""
STEEP = 4.0
PEAKS = {"ipl-2d": 1.17, "ipl-3d": 1.19, "ipl-4d": 1.20}
LIKE = 0.6
"""The best pinch's likeness with a soft mode."""
PART = {"components": 0.69, "particles": 0.8}


def dipole_frequency(d, n):
    return 16.0 / np.sqrt(np.log(n) + SHIFT) if d == 2 else 5.0 * (1.0 + SATURATION * n ** (-(d - 2) / d))


def prefactor(d, n):
    """A_g: of two dimensions ∝ ω_dip⁻⁵, else constant."""
    return {2: 0.01 * (dipole_frequency(2, n) / dipole_frequency(2, 1600)) ** -5.0, 3: 1.2e-3, 4: 2e-4}[d]


def localized(d, n):
    """N e of soft modes."""
    return np.log(n) ** 2 if d == 2 else 30.0


def keys(model, n, group, rate=0.01):
    return {
        "paper": "thesis2", "group": group, "ensemble": f"{model}_N{n}_cooling_R{rate:g}_{group[:4]}", "model": model,
        "dimension": int(model[-2]), "n": n, "protocol": "cooling", "temperature": np.nan, "rate": rate,
    }  # fmt: skip


def wave_of(model, n):
    d, rho = int(model[-2]), DENSITY[model]
    return 2.0 * np.pi * np.sqrt(SHEAR[model] / rho) / (n / rho) ** (1.0 / d)


def modes_of(rng, key, samples, factor=1.0, power=5.0):
    """Soft modes by a Poisson process with C ∝ ω^power, and the lowest two bands of waves."""
    model, n, d = key["model"], key["n"], key["dimension"]
    wave = wave_of(model, n)
    frequency, owner, share = [], [], []
    mean = n * d * factor * prefactor(d, n) * wave**5 / 5.0
    count = rng.poisson(mean * samples)
    soft = wave * rng.random(count) ** (1.0 / power)
    if d == 4:
        kept = rng.random(count) < np.minimum(1.0, (CUTOFF / soft) ** STEEP)
        soft = soft[kept]
    frequency.append(soft)
    owner.append(rng.integers(samples, size=len(soft)))
    share.append(localized(d, n) / n * np.exp(0.3 * rng.normal(size=len(soft)) - 0.045))
    for number, level in enumerate(phonon_bands(1.0, 2.0 * np.pi, d, 2)):
        size = level.degeneracy * samples
        frequency.append(wave * level.frequency * (1.0 + 0.006 * rng.normal(size=size)))
        owner.append(np.repeat(np.arange(samples), level.degeneracy))
        share.append((0.6 - 0.2 * number) * np.exp(0.1 * rng.normal(size=size)))
    frame = pd.DataFrame(
        {"frequency": np.concatenate(frequency), "participation": np.concatenate(share), "mode": 0, "status": "ok"}
    )
    return frame.assign(**key, sample=np.concatenate(owner)).sort_values(["sample", "frequency"])


SPECTRA = (
    *(("ipl-2d", n, 0.01, samples) for n, samples in ((196, 1500), (400, 1000), (784, 800), (1600, 800))),
    ("ipl-2d", 400, 0.1, 400),
    *(("ipl-3d", n, 0.01, samples) for n, samples in ((1000, 700), (2000, 500), (4000, 400))),
    ("ipl-3d", 1000, 0.1, 400),
    *(("ipl-4d", n, 0.01, samples) for n, samples in ((5000, 300), (10000, 200), (20000, 120))),
)
LARGE = {"ipl-2d": 1600, "ipl-3d": 8000, "ipl-4d": 100000}


def spectral_tables(rng, power=5.0, spectra=SPECTRA):
    raw: dict[str, list] = {name: [] for name in ("liquids", "glasses", "moduli", "modes", "dipoles")}
    for model, n, rate, samples in spectra:
        key = keys(model, n, f"spectra-{model[-2:]}", rate)
        same = pd.DataFrame({"sample": np.arange(samples)}).assign(**key)
        _common(raw, rng, key, same)
        factor = FASTER if rate == 0.1 else 1.0
        raw["modes"].append(modes_of(rng, key, samples, factor, power))
        twice = pd.concat([same, same], ignore_index=True)
        frequency = dipole_frequency(key["dimension"], n) * np.exp(0.05 * rng.normal(size=len(twice)) - 0.00125)
        raw["dipoles"].append(twice.assign(frequency=frequency, participation=20.0 / n, status="ok"))
    return raw


def _common(raw, rng, key, same):
    model, n, d = key["model"], key["n"], key["dimension"]
    box = {"density": DENSITY[model], "length": (n / DENSITY[model]) ** (1 / d)}
    raw["glasses"].append(same.assign(**box, energy=1.0, pressure=1.0, status="ok"))
    raw["liquids"].append(same.assign(chain=same["sample"], sweeps_between=np.nan))
    shear = SHEAR[model] * np.exp(0.01 * rng.normal(size=len(same)))
    raw["moduli"].append(same.assign(shear=shear, bulk=BULK[model], status="ok"))


def pictured_tables(raw, rng):
    raw |= {name: []
        for name in (
            "nonlinear_modes", "mode_fields", "mode_pictures", "structure", "pinched_modes", "mode_and_wave",
        )
    }  # fmt: skip
    for model, n in LARGE.items():
        d, samples = int(model[-2]), 8
        key = keys(model, n, f"pictures-{model[-2:]}")
        same = pd.DataFrame({"sample": np.arange(samples)}).assign(**key)
        _common(raw, rng, key, same)
        wave = wave_of(model, n)
        soft = wave * np.array([0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.9, 0.95])
        raw["nonlinear_modes"].append(same.assign(frequency=soft, status="ok"))
        alike = {"likeness": LIKE * np.exp(0.05 * rng.normal(size=samples)), "typical": 0.1, "shuffled": 0.1}
        raw["pinched_modes"].append(same.assign(frequency=soft, **alike, status="ok"))
        if d == 2:
            _portraits(raw, rng, same, soft, wave)
        a = DENSITY[model] ** (-1.0 / d)
        inner = np.arange(0.0, 0.5 * (n / DENSITY[model]) ** (1 / d), a / 3.0)
        middle = inner + a / 6.0
        for field in range(4):
            for sample in range(samples):
                square = np.minimum(1.0, middle ** (-2.0 * (d - 1))) * np.exp(0.1 * rng.normal(size=len(middle)))
                # modes that hybridize with waves do not fall off
                square = square if field or soft[sample] < 0.6 * wave else np.full(len(middle), 0.1)
                raw["mode_fields"].append(
                    pd.DataFrame({"inner": inner, "outer": inner + a / 3.0, "square": square}).assign(
                        **key, field=field, sample=sample, frequency=soft[sample], count=9, status="ok",
                        components=PART["components"] + 0.01 * rng.normal(), particles=PART["particles"],
                    )
                )  # fmt: skip
        axes = "xyzw"[:d]
        columns = [*axes, *(f"d{axis}" for axis in axes)]
        for field, sample in ((0, 0), (0, 3), (1, 0)):
            shown = pd.DataFrame({name: rng.normal(size=50) for name in columns})
            raw["mode_pictures"].append(
                shown.assign(**key, rank=np.arange(50), field=field, sample=sample, status="ok")
            )
        at = 0.0125 + 0.025 * np.arange(100)
        for part, place in (("total", PEAKS[model]), ("small-small", 1.0)):
            for sample in range(samples):
                value = 1.0 + 2.0 * np.exp(-0.5 * ((at - place) / 0.08) ** 2) + 0.005 * rng.normal(size=len(at))
                bins = {"at": at, "bin": np.arange(len(at)), "value": value}
                raw["structure"].append(
                    pd.DataFrame(bins).assign(**key, sample=sample, kind="g", part=part, count=9, status="ok")
                )
    return raw


def _portraits(raw, rng, same, soft, wave):
    for field in (0, 1):
        for sample, row in same.iterrows():
            particles = pd.DataFrame({name: rng.normal(size=60) for name in ("x", "y", "dx", "dy")})
            told = {"frequency": soft[sample] if field == 0 else wave, "participation": 0.1, "wave": float(field)}
            particles = particles.assign(particle=np.arange(60), diameter=np.where(np.arange(60) % 2, 1.0, 1.4))
            raw["mode_and_wave"].append(particles.assign(**row, **told, field=field, status="ok"))


def raw_tables(seed=1):
    rng = np.random.default_rng(seed)
    found = pictured_tables(spectral_tables(rng), rng)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()} | {
        "equilibrium": pd.DataFrame()
    }
