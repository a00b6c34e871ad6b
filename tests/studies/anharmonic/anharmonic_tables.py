"""Raw tables of made-up glasses whose laws are known."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

HARMONIC, LJ = "harmonic-mono-3d", "lj-mono-3d"
SLOPE, SIZE, SPREAD = 1.5, -0.4, 0.5
"""ln A_c = … + SLOPE ln ω + SIZE ln N, with this scatter of modes."""


@dataclass(frozen=True)
class World:
    """What made-up glasses are like; numbers by model are of harmonic spheres and of Lennard-Jones particles.

    Attributes:
        level: A_c at ω = 0.1 of the unit and N = 2,000.
        slope, size: exponents of A_c in ω and N.
        with_order: by how much ln A_c and ln |Δr| rise from O_k = 0 to 1.
        unit: of frequency.
        distance, power, energy: |Δr| of the nearest destination, and |ΔΦ| = energy |Δr|^power.
        spread: of ln |Δr| over destinations and glasses.
        rearranged, growing: N_rearr at N = 2,000, and its exponent in N.
        barrier: over the harmonic one.
        places: destinations of a glass.
        rise: exponent of N(ω), the number of modes below ω.
        overlap, falling: I, and its exponent in P_k.
        expected, with_kind: A_c by the third order over A_c, and by how much its logarithm rises with O_k and P_k.
    """

    level: dict = field(default_factory=lambda: {HARMONIC: 1e-3, LJ: 5e-3})
    slope: float = SLOPE
    size: float = SIZE
    with_order: float = 0.0
    unit: dict = field(default_factory=lambda: {HARMONIC: 1.0, LJ: 10.0})
    distance: dict = field(default_factory=lambda: {HARMONIC: 0.05, LJ: 1.0})
    power: float = 3.0
    energy: float = 1e-2
    spread: float = 0.5
    rearranged: dict = field(default_factory=lambda: {HARMONIC: 20.0, LJ: 40.0})
    growing: float = 0.0
    barrier: float = 1.0
    places: int = 4
    overlap: float = 0.1
    falling: float = -0.5
    expected: float = 100.0
    with_kind: float = 2.0
    pressure: float = 0.05
    cluster: float = 0.002
    rise: float = 3.0


def keys(model, n, group):
    return {
        "paper": "anharmonic", "group": group, "ensemble": f"{model}_N{n}", "model": model, "dimension": 3, "n": n,
        "protocol": "random", "temperature": np.nan, "rate": np.nan,
    }  # fmt: skip


def modes_of(rng, model, n, samples, group="harmonic", count=14, spaced=6, highest=0.4, common=0.3, world=None):
    """Selected modes and pulls of some glasses; `common` is the scatter of ln A_c that the modes of a glass share."""
    modes, pulls = [], []
    world = world or World()
    for sample in range(samples):
        last = (3 * n - 3) * highest**world.rise
        numbers = np.append(np.arange(count), np.geomspace(count, last, spaced).astype(int))
        frequency = ((numbers + rng.random(len(numbers))) / (3 * n - 3)) ** (1.0 / world.rise)
        frequency.sort()
        order, share = rng.random(len(numbers)), rng.uniform(0.05, 0.6, size=len(numbers))
        noise = common * rng.normal() + SPREAD * rng.normal(size=len(numbers)) + world.with_order * order
        amplitude = world.level[model] * (frequency / 0.1) ** world.slope * (n / 2000) ** world.size * np.exp(noise)
        distances = world.distance[model] * np.exp(0.3 * rng.normal() + world.spread * rng.normal(size=world.places))
        taking = world.rearranged[model] * (n / 2000) ** world.growing * np.exp(0.3 * rng.normal(size=world.places))
        place = rng.integers(0, world.places, size=len(numbers))
        for k in range(len(numbers)):
            omega, there = frequency[k] * world.unit[model], place[k]
            key = keys(model, n, group) | {"sample": sample, "mode": k}
            higher = world.expected * np.exp(world.with_kind * (order[k] + share[k]))
            modes.append(key | {
                "number": numbers[k], "spaced": int(k >= count), "frequency": omega,
                "participation": share[k], "order": order[k], "order_transverse": order[k],
                "order_nearer": 0.5, "third": -rng.uniform(0.1, 1.0), "expected": amplitude[k] * higher,
                "residual": 0.0, "missed": 0.0, "status": "ok",
            })  # fmt: skip
            for sign in (1.0, -1.0):
                a = amplitude[k] * (1.0 if sign > 0 else 1.5)
                distance = distances[there] * np.exp(world.with_order * order[k])
                pulls.append(key | {
                    "sign": sign, "frequency": omega, "home": 0.99 * a, "amplitude": a, "distance": distance,
                    "energy": -world.energy * distance**world.power,
                    "barrier": world.barrier * 0.5 * omega**2 * a**2 * n, "rearranged": taking[there],
                    "overlap": min(world.overlap * (share[k] / 0.3) ** world.falling * np.exp(0.3 * rng.normal()), 1.0),
                    "overlap_others": 0.05, "farthest": 0.02, "mover": int(there), "destination": int(there),
                    "contacts": 3, "rattlers": 0, "loosened": 0, "evaluations": 100, "status": "ok",
                })  # fmt: skip
    return pd.DataFrame(modes), pd.DataFrame(pulls)


def raw_tables(seed=1, sizes=((HARMONIC, 2000, 4), (HARMONIC, 8000, 3), (LJ, 1000, 4), (LJ, 4000, 3)), world=None):
    """All raw tables that the study reads; those without rows are empty frames."""
    rng, world = np.random.default_rng(seed), world or World()
    parts = [
        modes_of(rng, model, n, samples, "harmonic" if model == HARMONIC else "lj", world=world)
        for model, n, samples in sizes
    ]
    modes, pulls = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    glasses = modes[[*keys("", 0, ""), "sample"]].drop_duplicates().reset_index(drop=True)
    density = np.where(glasses["model"] == HARMONIC, 1.39, 0.997)
    pressure = np.where(glasses["model"] == HARMONIC, world.pressure, 0.0)
    glasses = glasses.assign(
        energy=-1.0, pressure=pressure, residual=0.0, iterations=10, converged=True, status="ok", density=density,
        length=(glasses["n"] / density) ** (1 / 3),
    )  # fmt: skip
    place = [*keys("", 0, ""), "sample"]
    moduli = glasses[place].assign(pressure=0.05, shear=0.1, bulk=0.5, backward_error=0.0, status="ok")
    crystals = glasses[place].assign(crystalline=0.0, cluster=world.cluster * glasses["n"], order=0.2, status="ok")
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
