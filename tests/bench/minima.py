"""Which minimizer reaches which inherent structure: the table in docs/minima.md, made by hand.

    uv run python tests/bench/minima.py --starts 20 --table docs/minima.md

Liquids are prepared one after another, and every method goes downhill from each. What is known is kept in a file
(`--kept`), so that the command can be stopped, and more starts be added. Two ends are the same inherent structure where
particles that are no rattlers are less than `SAME` apart, root mean square.
"""

from __future__ import annotations

import argparse
import os
from itertools import combinations
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import numpy as np
import pandas as pd

from glassworks.configurations import Configuration, force_state
from glassworks.landscape import SteepestDescent, distance_between, downhill_path
from glassworks.liquids import equilibrate_dynamics, initial_configuration, run_swap_chain
from glassworks.minimize import minimize
from glassworks.models import Model, load_model

N = 500
SAME = 1e-4
"""In λ."""
METHODS = ("fire", "cg", "lbfgs", "steepest")
NAMES = {"fire": "FIRE", "cg": "conjugate gradients", "lbfgs": "L-BFGS", "steepest": "steepest descent"}
LADDERS = {
    "harmonic-2d": {3.0e-3: 300.0, 1.0e-3: 1000.0, 1.0e-4: 1000.0},
    "poly-3d": {1.3: 1000, 0.8: 3000, 0.4: 30000},
}
"""Temperatures that the liquids of a model walk down, with the time of molecular dynamics or the sweeps of swap Monte
Carlo spent at each."""
START, END, TABLE = "<!-- table -->", "<!-- end of table -->", ("model", "temperature", "start")


def liquids(model: Model, ladder: dict[float, float], seed: int):
    """(temperature, liquid) down a ladder."""
    rng = np.random.default_rng((2026, seed))
    here = initial_configuration(model, N, rng)
    for temperature, spent in ladder.items():
        if model.name == "poly-3d":
            chain = run_swap_chain(model, here, temperature, before=int(spent), between=1, samples=1, rng=rng)
            here = chain.configurations[-1]
        else:
            here = equilibrate_dynamics(model, here, temperature, spent, rng).configuration
        yield temperature, here


def ends(model: Model, liquid: Configuration) -> dict[str, tuple[np.ndarray, int]]:
    """Where each method ends, near the liquid, and how many evaluations (steepest descent: steps) it took."""
    found = {}
    for method in METHODS:
        if method == "steepest":
            path = downhill_path(model.interaction, liquid, SteepestDescent())
            converged, end = path.converged, (path.end, path.steps)
        else:
            made = minimize(model.interaction, liquid, method)
            moves = liquid.box.shortest(made.configuration.positions - liquid.positions)
            converged, end = made.converged, (liquid.positions + moves, made.evaluations)
        if not converged:
            raise ArithmeticError(f"{NAMES[method]} did not converge")
        found[method] = end
    return found


def energy_of(model: Model, liquid: Configuration, end: np.ndarray) -> float:
    """U/N of an inherent structure."""
    return force_state(model.interaction, liquid.moved(liquid.box.wrap(end))).energy / N


def measure(kept: Path, models: list[str], starts: int) -> None:
    """Adds the starts that are not known yet to the file, a row a start."""
    known = pd.read_csv(kept) if kept.is_file() else pd.DataFrame(columns=list(TABLE))
    for name in models:
        model = load_model(name)
        there = known[known["model"] == name].groupby("start").size()
        for start in range(starts):
            if there.get(start, 0) == len(LADDERS[name]):
                continue
            for temperature, liquid in liquids(model, LADDERS[name], start):
                found = ends(model, liquid)
                row = dict(zip(TABLE, (name, temperature, start), strict=True))
                for method, (end, evaluations) in found.items():
                    row |= {f"{method} energy": energy_of(model, liquid, end)}
                    row |= {f"{method} evaluations": evaluations}
                for first, second in combinations(METHODS, 2):
                    pair = [found[method][0] for method in (first, second)]
                    row[f"{first} {second}"] = distance_between(model.interaction, liquid, pair)[1]
                print(row, flush=True)
                kept.parent.mkdir(parents=True, exist_ok=True)
                pd.DataFrame([row]).to_csv(kept, mode="a", header=not kept.is_file(), index=False)


def table(known: pd.DataFrame) -> str:
    """Energies and evaluations by method, and the part of the starts in which two methods end alike, as Markdown."""
    pairs = list(combinations(METHODS, 2))
    lines = [
        "| start | " + " | ".join(f"{NAMES[method]}: U/N, evaluations" for method in METHODS) + " |",
        "|---" * (len(METHODS) + 1) + "|",
    ]
    alike = [
        "| start | " + " | ".join(f"{NAMES[first]} – {NAMES[second]}" for first, second in pairs) + " |",
        "|---" * (len(pairs) + 1) + "|",
    ]
    for (name, temperature), rows in known.groupby(["model", "temperature"], sort=False):
        head = f"| {name}, T = {temperature:g}, {len(rows)} starts | "
        cells = []
        for method in METHODS:
            energy = rows[f"{method} energy"]
            error = energy.std(ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else np.nan
            cells.append(f"{energy.mean():.5g} ± {error:.1g}, {rows[f'{method} evaluations'].mean():.0f}")
        lines.append(head + " | ".join(cells) + " |")
        same = [(rows[f"{first} {second}"] < SAME).mean() for first, second in pairs]
        alike.append(head + " | ".join(f"{part:.0%}" for part in same) + " |")
    return "\n".join([*alike, "", *lines])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--starts", type=int, default=20, help="liquids at each temperature")
    options.add_argument("--models", nargs="+", choices=list(LADDERS), default=list(LADDERS))
    options.add_argument("--kept", type=Path, default=Path("results/minima.csv"), help="what is known already")
    options.add_argument("--table", type=Path, help="a page between whose marks the table is written")
    given = options.parse_args()
    measure(given.kept, given.models, given.starts)
    text = table(pd.read_csv(given.kept))
    if given.table is None:
        print(text)
        return
    page = given.table.read_text(encoding="utf-8")
    before, rest = page.split(START)
    given.table.write_text(f"{before}{START}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
