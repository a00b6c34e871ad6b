"""Raw tables of made-up glasses whose quartic and cubic modes obey known laws."""

import numpy as np
import pandas as pd

DENSITY = {"ipl-2d": 0.86, "ipl-3d": 0.82, "ipl-4d": 0.80, "poly-3d": 0.58}
SHEAR = {"ipl-2d": 15.8, "ipl-3d": 12.4, "ipl-4d": 10.9, "poly-3d": 9.0}
RISE, DOUBLE = 0.3, 0.05
"""(κ_3 − κ_4)/κ_4, and the share of cubic modes with τ² > 3κχ."""


def keys(model, n, group, protocol, temperature=np.nan, rate=np.nan):
    point = f"T{temperature:g}" if np.isfinite(temperature) else f"R{rate:g}"
    return {
        "paper": "thesis3", "group": group, "ensemble": f"{model}_N{n}_{protocol}_{point}", "model": model,
        "dimension": int(model[-2]), "n": n, "protocol": protocol, "temperature": temperature, "rate": rate,
    }  # fmt: skip


def glasses_of(rng, key, samples):
    """Raw `nonlinear_modes` of an ensemble: ω_4 in units of ω₀ with N(ω) ∝ ω⁵, gap ∝ ω_4² L², 1 − overlap ∝ ω_4⁴ L⁴."""
    model, n, d = key["model"], key["n"], key["dimension"]
    a = DENSITY[model] ** (-1.0 / d)
    w = np.sqrt(SHEAR[model] / DENSITY[model]) / a
    box = n ** (1.0 / d)
    band = 2.0 * np.pi / box
    omega = 0.6 * band * rng.random(samples) ** 0.2
    scatter = [np.exp(0.1 * rng.normal(size=samples)) for _ in range(8)]
    gap = np.clip(2e-4 * omega**2 * box**2 * scatter[0], 0.0, 0.5)
    missing = np.clip(1e-6 * omega**4 * box**4 * scatter[1], 0.0, 0.9)
    e4 = 20.0 / n * scatter[2]
    chi = 3.0 / (n * e4) * scatter[3]
    kappa = omega**2
    cubic = kappa * (1.0 + RISE * scatter[4])
    tau = np.sqrt(cubic * chi) * np.where(rng.random(samples) < DOUBLE, 2.0, 1.0)
    harmonic = kappa * (1.0 - gap)
    squares = 2.0 * missing
    frame = pd.DataFrame(
        {
            "frequency": w * np.sqrt(harmonic), "participation": 1.5 * e4, "third": 0.3 * tau * w**2 / a,
            "fourth": chi * w**2 / a**2, "quartic_stiffness": kappa * w**2, "quartic_participation": e4,
            "quartic_third": tau * np.exp(rng.normal(size=samples)) * w**2 / a, "quartic_fourth": chi * w**2 / a**2,
            "quartic_overlap": 1.0 - missing, "quartic_contraction": 1.5 * scatter[5], "difference": squares,
            "difference_stiffness": (kappa - harmonic) / squares * w**2 + harmonic * w**2, "difference_identity": 0.0,
            "difference_predicted": 1.0 - 0.1 * omega, "difference_length": 1.0, "difference_band": 0.2,
            "second_stiffness": np.nan, "second_overlap": 0.6, "second_same": 0.1, "cubic_from": 0,
            "cubic_stiffness": cubic * w**2, "cubic_participation": e4, "cubic_third": tau * w**2 / a,
            "cubic_fourth": chi * w**2 / a**2, "cubic_overlap": 1.0 - missing, "cubic_quartic": 1.0 - 0.01 * scatter[6],
            "from_quartic": cubic * w**2, "other_stiffness": 2.0 * cubic * w**2, "other_third": tau,
            "other_overlap": 0.2,
            "shear_coupling": 3.0 * scatter[7] * w**2 * a, "shear_coupling_mean": 3.0,
            "predicted_stiffness": cubic * w**2, "predicted_third": tau * w**2 / a, "predicted_overlap": 0.99,
            "coupling": 0.2 * chi * w**2 / a**2, "spot_stiffness": kappa * w**2, "spot_overlap": 0.99,
            "quartic_residual": 1e-9, "cubic_residual": 1e-9, "quartic_steps": 10, "cubic_steps": 10, "residual": 1e-12,
            "missed": 0.0, "status": "ok",
        }
    )  # fmt: skip
    return frame.assign(**key, sample=np.arange(samples))


ENSEMBLES = (
    (keys("ipl-3d", 2048, "quenched-3d", "md", 2.0), 600),
    (keys("ipl-2d", 400, "cooled-2d", "cooling", rate=0.01), 300),
    (keys("ipl-2d", 1600, "cooled-2d", "cooling", rate=0.01), 300),
    (keys("ipl-4d", 300, "cooled-4d", "cooling", rate=0.1), 80),
    (keys("poly-3d", 2000, "poly", "swap", 1.3), 300),
    (keys("poly-3d", 2000, "poly-between", "swap", 0.5), 300),
)
REFERENCES = (
    (keys("ipl-2d", 1600, "reference-2d", "md", 2.0), 10),
    (keys("ipl-4d", 1000, "reference-4d", "md", 2.0), 5),
)


STRAINED = 0.9
"""dκ/dγ over −τν/κ in the limit κ → 0."""
PARENTS = ((1.3, 8.0, 1.0, 1.0), (0.4, 12.0, 1.0 / 40.0, 1.17))
"""Of each parent temperature ω_g, A_g over that of the hottest, and c_T likewise."""
FALL = np.log10(40.0) - 5.0 * np.log10(1.17)
"""Decades by which A_g ω₀⁵ falls."""


def spectra_of(rng, key, samples, hot_window, prefactor):
    """Thirty modes of each glass: one below `hot_window` where the prefactor is one, distributed as ω⁴, waves above."""
    top = 3.0 * hot_window
    rows = []
    for sample in range(samples):
        soft = top * rng.random(rng.poisson(prefactor * 3.0**5)) ** 0.2
        frequency = np.sort(np.concatenate([soft, top + 0.1 + rng.random(30)]))[:30]
        share = np.full(30, 0.02)
        rows.append(pd.DataFrame({"frequency": frequency, "participation": share, "sample": sample}))
    return pd.concat(rows, ignore_index=True).assign(residual=1e-12, missed=0.0, status="ok", **key)


def raw_tables(seed=1):
    rng = np.random.default_rng(seed)
    raw: dict[str, list] = {
        name: [] for name in ("liquids", "glasses", "moduli", "nonlinear_modes", "modes", "dipoles")
    }
    for key, samples in (*ENSEMBLES, *REFERENCES):
        same = pd.DataFrame({"sample": np.arange(samples)}).assign(**key)
        model, d = key["model"], key["dimension"]
        raw["glasses"].append(
            same.assign(density=DENSITY[model], length=(key["n"] / DENSITY[model]) ** (1 / d), status="ok")
        )
        raw["liquids"].append(same.assign(chain=np.arange(samples) // 10, sweeps_between=1.0))
        shear = SHEAR[model] * np.exp(0.01 * rng.normal(size=samples))
        raw["moduli"].append(same.assign(shear=shear, bulk=100.0, status="ok"))
        if (key, samples) in ENSEMBLES:
            raw["nonlinear_modes"].append(glasses_of(rng, key, samples))
    for temperature, pinching, prefactor, speed in PARENTS:
        key, samples = keys("poly-3d", 1000, "parents", "swap", temperature), 300
        same = pd.DataFrame({"sample": np.arange(samples)}).assign(**key, status="ok")
        density = DENSITY["poly-3d"]
        raw["glasses"].append(
            same.assign(density=density, length=(1000 / density) ** (1 / 3), energy=1.0, pressure=1.0)
        )
        raw["liquids"].append(same.assign(chain=np.arange(samples) // 10, sweeps_between=1.0))
        shear = SHEAR["poly-3d"] * speed**2 * np.exp(0.01 * rng.normal(size=samples))
        raw["moduli"].append(same.assign(shear=shear, bulk=100.0))
        raw["modes"].append(spectra_of(rng, key, samples, 0.18 * PARENTS[0][1], prefactor))
        pairs = pd.DataFrame({"sample": np.repeat(np.arange(samples), 5)})
        pairs["frequency"] = pinching * np.exp(0.05 * rng.normal(size=len(pairs)))
        raw["dipoles"].append(pairs.assign(participation=0.02, **key, status="ok"))
    found = {name: pd.concat(parts, ignore_index=True) for name, parts in raw.items()}
    three = keys("ipl-3d", 512, "strained-3d", "md", 2.0)
    strained = pd.DataFrame({"stiffness": np.linspace(0.5, 5.0, 40)})
    strained["ratio"] = STRAINED - 0.1 * strained["stiffness"]
    strained["predicted"] = rng.normal(size=40) / strained["stiffness"]
    strained["slope"] = strained["ratio"] * strained["predicted"] + 0.01 * rng.normal(size=40)
    found["strained_cubics"] = strained.assign(**three, sample=np.arange(40), status="ok")
    inner = np.arange(1.0, 8.0, 0.5)
    fields = [
        pd.DataFrame({"inner": inner, "outer": inner + 0.5, "field": field, "sample": sample}).assign(
            square=inner**-4.0 * np.exp(0.02 * rng.normal(size=len(inner)))
        )
        for field in range(4)
        for sample in range(8)
    ]
    large = keys("ipl-3d", 32768, "strained-3d", "md", 2.0)
    found["mode_fields"] = pd.concat(fields, ignore_index=True).assign(**large, count=9, status="ok")
    two = ENSEMBLES[1][0]
    pictures = [
        pd.DataFrame(
            {"rank": np.arange(50), "field": field, "sample": 0}
            | {axis: rng.normal(size=50) for axis in ("x", "y", "dx", "dy")}
        )
        for field in range(5)
    ]
    found["mode_pictures"] = pd.concat(pictures, ignore_index=True).assign(**two, status="ok")
    return found | {"equilibrium": pd.DataFrame()}
