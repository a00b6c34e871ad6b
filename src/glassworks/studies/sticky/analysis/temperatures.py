"""Tables of crossover temperatures, and of how they depend on what is fitted (Figs. 3, 16, S4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from glassworks.statistics.collapses import Sampled
from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import apart, interval
from glassworks.studies.numbers import printed_numbers
from glassworks.studies.sticky.analysis.crossovers import (
    BELOW,
    FALLEN,
    PLATEAU,
    collapse,
    extrapolated,
    interpolation,
    plateau_of,
)
from glassworks.studies.sticky.analysis.depths import Ladder

ANCHOR = "poly"
"""The model whose T_co is given: its liquids are the most deeply annealed."""
KIND = "cubic"
"""How energies are interpolated between parent temperatures. Straight lines, as printed, lie below a curve that bends
downward, and shift T_co by up to 6 % where neighboring T_p differ by a fourth (Fig. S4)."""
FEW_DRAWS = 5
"""Every so many draws are taken for what is varied."""
LINES = (
    ("chosen", "", {}), ("line", "0.1", {"fallen": 0.1}), ("line", "0.5", {"fallen": 0.5}),
    ("plateau", "1.2", {"least": 1.2}), ("plateau", "2", {"least": 2.0}),
)  # fmt: skip
"""How the line of G/K and its plateau are chosen, and otherwise."""


def printed_crossovers(paper: dict) -> dict[str, float]:
    """T_co as the paper prints it, by group, or as T_p over a printed T_p/T_co."""
    known = printed_numbers(paper)
    found = {name.removeprefix("crossover-"): value for name, value in known.items() if name.startswith("crossover-")}
    for name, value in known.items():
        group = name.removeprefix("depth-")
        if group != name and f"coldest-{group}" in known:
            found[group] = known[f"coldest-{group}"] / value
    return found


def energies_of(ladders: Mapping[str, Ladder]) -> dict[str, Sampled]:
    """u(T_p) of the groups that have more than `BELOW` parent temperatures."""
    found = {name: each.quantity("energy") for name, each in ladders.items()}
    return {name: each for name, each in found.items() if len(each.x) > BELOW}


def settle_units(paper: dict, ladders: Mapping[str, Ladder]) -> dict[str, np.ndarray]:
    """Draws of T_co of each group by the collapse of energies; ladders get it as their unit, the printed one where it
    is out of reach.
    """
    printed, energies = printed_crossovers(paper), energies_of(ladders)
    found = {}
    if ANCHOR in energies and ANCHOR in printed:
        found = collapse(energies, ANCHOR, printed[ANCHOR], KIND)
    for name, one in ladders.items():
        if name in found and np.isfinite(found[name][0]):
            one.unit, one.source = found[name], "collapse"
        elif name in printed:
            one.unit = np.full(len(one.unit), printed[name])
            one.source = "anchor" if name == ANCHOR else "printed"
    return found


def crossovers(paper: dict, ladders: Mapping[str, Ladder], found: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """T_co of each model by both routes, with the reason where there is none."""
    printed, rows = printed_crossovers(paper), []
    for name, one in ladders.items():
        nothing = np.full(len(one.unit), np.nan)
        energy = one.unit if name == ANCHOR else found.get(name, nothing)
        line, why = _by_moduli(one)
        below = one.temperature < one.unit[0]
        row = {
            "group": name, "model": one.steps[0].key["model"], "samples": one.samples, "coldest": one.temperature[0],
            "hottest": one.temperature[-1], "temperatures": len(one.steps), "below": int(below.sum()),
            "source": one.source, "printed": printed.get(name, np.nan),
            "energy_reason": _energy_reason(name, one, energy, found), "moduli_reason": why,
            "moduli_points": 0 if line is None else line.points,
        }  # fmt: skip
        moduli = nothing if line is None else line.temperature
        row |= ends("unit", one.unit) | ends("energy_crossover", energy) | ends("moduli_crossover", moduli)
        row |= ends("moduli_slope", nothing if line is None else line.slope)
        row |= ends("moduli_plateau", nothing if line is None else line.plateau)
        row |= ends("routes", moduli / energy) | ends("energy_at", energy_at(one))
        rows.append(row)
    return pd.DataFrame(rows)


def energy_at(one: Ladder) -> np.ndarray:
    """Draws of u(T_co), at the T_co that the ladder's temperatures are told in."""
    known = one.quantity("energy")
    if len(known.x) < 2 or not np.isfinite(one.unit[0]):
        return np.full(len(one.unit), np.nan)
    return np.einsum("dp,pd->d", interpolation(KIND, known.x[:, 0], one.unit), known.y)


def _by_moduli(one: Ladder, fallen: float = FALLEN, least: float = PLATEAU):
    known = one.quantity("moduli_ratio")
    if len(known.x) <= BELOW:
        return None, f"moduli at {len(known.x)} parent temperatures alone"
    plateau, _ = plateau_of(known, one.unit, least)
    line = extrapolated(known, plateau, fallen)
    if np.isfinite(line.temperature[0]):
        return line, ""
    return line, f"fewer than {BELOW} parent temperatures below where the line meets the plateau, or no rise"


def _energy_reason(name: str, one: Ladder, energy: np.ndarray, found: Mapping[str, np.ndarray]) -> str:
    if name == ANCHOR:
        return "given: the collapse has no scale of its own"
    if np.isfinite(energy[0]):
        return ""
    if not found:
        return f"the anchor {ANCHOR} was not simulated"
    if len(one.steps) <= BELOW:
        return f"{len(one.steps)} parent temperatures alone"
    return f"the best collapse leaves fewer than {BELOW} parent temperatures below T_co"


def choices(paper: dict, ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """T_co where one thing is chosen otherwise: by energies interpolation, window, anchor and models; by moduli what is
    the cold part and what is the plateau.
    """
    printed, energies = printed_crossovers(paper), energies_of(ladders)
    few = {name: Sampled(each.x[:, ::FEW_DRAWS], each.y[:, ::FEW_DRAWS]) for name, each in energies.items()}
    rows = []
    for varied, choice, anchor, kind, window, without in _variants(few, printed):
        models = {name: each for name, each in few.items() if name != without}
        for name, found in collapse(models, anchor, printed[anchor], kind, window).items():
            rows.append(_choice("energy", varied, choice, ladders[name], found, printed))
    for one in ladders.values():
        for varied, choice, given in LINES:
            line, _ = _by_moduli(one, **given)
            if line is not None:
                rows.append(_choice("moduli", varied, choice, one, line.temperature, printed))
    columns = "group method varied choice samples crossover crossover_low crossover_high over_printed".split()
    return pd.DataFrame(rows, columns=columns)


def route_choices(ladders: Mapping[str, Ladder], found: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """How far the two T_co of the models lie apart, where G/K's line is chosen otherwise or a model left out."""
    rows = []
    for varied, choice, given in LINES:
        ratios = {}
        for name, one in ladders.items():
            line, _ = _by_moduli(one, **given)
            energy = one.unit if name == ANCHOR else found.get(name, np.full(len(one.unit), np.nan))
            if line is not None and np.isfinite((each := interval(line.temperature / energy)).low):
                ratios[name] = each
        cases = [(varied, choice, ratios)]
        if varied == "chosen":
            cases += [("models", f"without {name}", {k: v for k, v in ratios.items() if k != name}) for name in ratios]
        for what, told, known in cases:
            if len(known) > 2:
                samples = min(ladders[name].samples for name in known)
                row = {"varied": what, "choice": told, "count": len(known), "samples": samples}
                names = ("apart", "apart_low", "apart_high")
                rows.append(row | dict(zip(names, apart(list(known.values())), strict=True)))
    return pd.DataFrame(rows)


def _variants(energies: Mapping[str, Sampled], printed: Mapping[str, float]) -> Iterator[tuple]:
    """What is varied, to what, and with which anchor, interpolation, window and missing model."""
    whole = (0.0, 1.0)
    anchors = [name for name in printed if name in energies and energies[name].x[BELOW - 1, 0] < printed[name]]
    if ANCHOR in anchors:
        yield "chosen", "", ANCHOR, KIND, whole, ""
        yield from (("interpolation", kind, ANCHOR, kind, whole, "") for kind in ("linear", "inverse"))
        yield from (("window", f"from {low:g}", ANCHOR, KIND, (low, 1.0), "") for low in (0.6, 0.7, 0.8))
        yield from (("models", f"without {name}", ANCHOR, KIND, whole, name) for name in energies if name != ANCHOR)
    yield from (("anchor", name, name, KIND, whole, "") for name in anchors if name != ANCHOR)


def _choice(
    method: str, varied: str, choice: str, one: Ladder, found: np.ndarray, printed: Mapping[str, float]
) -> dict:
    row = {"group": one.group, "method": method, "varied": varied, "choice": choice, "samples": one.samples}
    row |= ends("crossover", found)
    return row | {"over_printed": row["crossover"] / printed.get(one.group, np.nan)}
