"""Raw tables of made-up glasses whose laws are known."""

import numpy as np
import pandas as pd

HARMONIC, LJ = "harmonic-mono-3d", "lj-mono-3d"
SLOPE, SIZE, SPREAD = 1.5, -0.4, 0.5
"""ln A_c = … + SLOPE ln ω + SIZE ln N, with this scatter of modes."""


def keys(model, n, group):
    return {
        "paper": "anharmonic", "group": group, "ensemble": f"{model}_N{n}", "model": model, "dimension": 3, "n": n,
        "protocol": "random", "temperature": np.nan, "rate": np.nan,
    }  # fmt: skip


def modes_of(rng, model, n, samples, group="harmonic", count=14, spaced=6, highest=0.4, common=0.3):
    """Selected modes and pulls of some glasses; `common` is the scatter of ln A_c that the modes of a glass share."""
    modes, pulls = [], []
    for sample in range(samples):
        numbers = np.append(np.arange(count), np.geomspace(count, (3 * n - 3) * highest**3, spaced).astype(int))
        frequency = ((numbers + rng.random(len(numbers))) / (3 * n - 3)) ** (1.0 / 3.0)  # N(ω) = (3N − 3) ω³
        frequency.sort()
        shift = common * rng.normal()
        amplitude = 0.05 * frequency**SLOPE * n**SIZE * np.exp(shift + SPREAD * rng.normal(size=len(numbers)))
        place = rng.integers(0, 4, size=len(numbers))
        for k in range(len(numbers)):
            key = keys(model, n, group) | {"sample": sample, "mode": k}
            modes.append(key | {
                "number": numbers[k], "spaced": int(k >= count), "frequency": frequency[k],
                "participation": rng.uniform(0.05, 0.6), "order": rng.uniform(), "order_transverse": rng.uniform(),
                "order_nearer": 0.5, "third": -rng.uniform(0.1, 1.0), "expected": 10 * amplitude[k], "residual": 0.0,
                "missed": 0.0, "status": "ok",
            })  # fmt: skip
            for sign in (1.0, -1.0):
                a = amplitude[k] * (1.0 if sign > 0 else 1.5)
                distance = 0.05 * (1 + place[k]) * np.exp(shift)
                pulls.append(key | {
                    "sign": sign, "frequency": frequency[k], "home": 0.99 * a, "amplitude": a, "distance": distance,
                    "energy": -1e-3 * distance**3, "barrier": 0.5 * frequency[k] ** 2 * a**2 * n,
                    "rearranged": 10.0 + place[k], "overlap": 0.1, "farthest": 0.02, "mover": int(place[k]),
                    "destination": int(place[k]), "contacts": 3, "rattlers": 0, "loosened": 0, "evaluations": 100,
                    "status": "ok",
                })  # fmt: skip
    return pd.DataFrame(modes), pd.DataFrame(pulls)


def raw_tables(seed=1, sizes=((HARMONIC, 2000, 4), (HARMONIC, 8000, 3), (LJ, 1000, 4), (LJ, 4000, 3))):
    """All raw tables that the study reads; those without rows are empty frames."""
    rng = np.random.default_rng(seed)
    parts = [modes_of(rng, model, n, samples, "harmonic" if model == HARMONIC else "lj") for model, n, samples in sizes]
    modes, pulls = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    glasses = modes[[*keys("", 0, ""), "sample"]].drop_duplicates().reset_index(drop=True)
    density = np.where(glasses["model"] == HARMONIC, 1.39, 0.997)
    glasses = glasses.assign(
        energy=-1.0, pressure=0.05, residual=0.0, iterations=10, converged=True, status="ok", density=density,
        length=(glasses["n"] / density) ** (1 / 3),
    )  # fmt: skip
    place = [*keys("", 0, ""), "sample"]
    moduli = glasses[place].assign(pressure=0.05, shear=0.1, bulk=0.5, backward_error=0.0, status="ok")
    crystals = glasses[place].assign(crystalline=0.0, cluster=3, order=0.2, status="ok")
    names = (
        "destinations",
        "pull_scans",
        "rearrangement",
        "pull_variants",
        "saddles",
        "destination_spots",
        "equilibrium",
    )
    return {
        "glasses": glasses, "moduli": moduli, "crystals": crystals, "selected_modes": modes, "pulls": pulls,
    } | {name: pd.DataFrame() for name in names}  # fmt: skip
