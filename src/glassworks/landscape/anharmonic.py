"""All pulls of a glass: each mode to both sides, where it stops to come home, and what it becomes there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from glassworks.landscape.pulling import AWAY, LOST, Puller, first_away
from glassworks.landscape.transitions import Change, Destinations, centered, distance, overlap, rearranged
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.vibrations import backbone

NOTHING_MOVED = {"home": 0.0} | dict.fromkeys(
    ("amplitude", "distance", "energy", "barrier", "rearranged", "overlap", "overlap_others", "farthest"), np.nan
) | {
    "mover": -1, "destination": -1, "contacts": 0, "rattlers": 0, "loosened": 0, "evaluations": 0, "status": "",
}  # fmt: skip
"""What is said of a pull that always came home, in the order of the table."""
CLOSEST = 0.7
"""Particles of a singular pair energy that a pull brings closer than this, in λ, overlap: what then happens is no
property of the glass."""
SWEPT = 0.01
"""A rattler has moved that is farther than this from where it was, in λ."""
FINAL = 1e-10
"""Residual force of destinations, as that of the inherent structure."""


def pulls_of(
    glass: Any,
    frequencies: np.ndarray,
    vectors: np.ndarray,
    parameters: Any,
    memory: Memory = NOTHING,
    which: Iterable[int] | None = None,
) -> dict[str, np.ndarray]:
    """A row for each mode and sign: :data:`glassworks.observables.pulls.COLUMNS`, `status`, and the fields of distinct
    destinations.

    Args:
        glass: a :class:`glassworks.glasses.Glass`.
        frequencies, vectors: of the glass's selected modes, (modes,) and (modes, N, d) of the backbone; τ < 0 along
            each.
        parameters: :class:`glassworks.observables.pulls.Parameters`.
        memory: keeps what is known after each pull.
        which: numbers of the modes that are pulled along; by default all.
    """
    puller = Puller(glass.model.interaction, glass.original, glass.held, float(frequencies[0] ** 2))
    change = Change(glass.model.interaction, glass.original)
    rows, places, destinations = memory.recall() or ([], Destinations(), [])
    for moved in destinations:
        puller.learn(moved)
    due = [
        (k, sign)
        for k in (range(parameters.most) if which is None else which)
        if k < len(frequencies)
        for sign in (1.0, -1.0)
    ]
    for k, sign in due[len(rows) :]:
        field = np.zeros_like(glass.original.positions)
        field[glass.held] = sign * vectors[k].astype(float)
        rows.append(
            {"mode": k, "sign": sign, "frequency": float(frequencies[k])}
            | _pulled(glass, puller, change, places, field, parameters)
        )
        others = np.delete(np.arange(len(vectors)), k)
        if rows[-1]["destination"] >= 0 and len(others):
            place = places.fields[rows[-1]["destination"]]
            rows[-1]["overlap_others"] = float(np.median([overlap(place, vectors[each]) for each in others]))
        memory.offer(lambda: (rows, places, puller.destinations))
    found = {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}
    fields = np.array(places.fields) if places.fields else np.zeros((0, *vectors.shape[1:]))
    return found | {"destinations": fields}


def _pulled(
    glass: Any,
    puller: Puller,
    change: Change,
    places: Destinations,
    field: np.ndarray,
    parameters: Any,
) -> dict:
    n, held = len(glass.configuration), glass.held
    direction = np.sqrt(n) * field
    amplitudes = parameters.amplitudes
    allowed = amplitudes[[not overlaps(glass, amplitude * direction) for amplitude in amplitudes]]
    found = first_away(puller, direction, allowed, parameters.width)
    row, end = NOTHING_MOVED | {"home": found.home, "evaluations": found.evaluations}, found.end
    if end is None:
        cut = len(allowed) < len(amplitudes)
        return row | {"status": "pairs overlap" if cut else "no transition up to the largest amplitude"}
    if end.outcome != AWAY:
        return row | {"amplitude": found.away, "status": "did not come to rest"}
    moved = centered(end.moved[held])
    energy, contacts = change.to(end.moved)
    steps = np.linalg.norm(moved, axis=1)
    swept = np.linalg.norm(np.delete(end.moved, held, axis=0), axis=1)
    return row | {
        "amplitude": found.away, "distance": distance(moved), "energy": energy,
        "barrier": change.to(found.away * direction)[0], "rearranged": rearranged(moved),
        "overlap": overlap(moved, field[held]), "farthest": float(steps.max()), "mover": int(held[steps.argmax()]),
        "destination": places.number(moved), "contacts": contacts, "rattlers": int((swept > SWEPT).sum()),
        "loosened": loosened(glass, end.moved), "status": "ok",
    }  # fmt: skip


def scanned(
    glass: Any,
    frequencies: np.ndarray,
    vectors: np.ndarray,
    amplitudes: np.ndarray,
    most: int,
    memory: Memory = NOTHING,
) -> dict[str, np.ndarray]:
    """A row for each of the first modes and each amplitude: :data:`glassworks.observables.pull_scans.COLUMNS` and
    `status`; every pull goes on until it is at rest."""
    puller = Puller(glass.model.interaction, glass.original, glass.held, float(frequencies[0] ** 2))
    change, n = Change(glass.model.interaction, glass.original), len(glass.configuration)
    rows = memory.recall() or []
    due = [(k, float(amplitude)) for k in range(min(most, len(frequencies))) for amplitude in amplitudes]
    for k, amplitude in due[len(rows) :]:
        field = np.zeros_like(glass.original.positions)
        field[glass.held] = amplitude * np.sqrt(n) * vectors[k].astype(float)
        row = {"mode": k, "frequency": float(frequencies[k]), "amplitude": amplitude}
        row |= dict.fromkeys(("pulled", "distance", "energy"), np.nan) | {"status": "pairs overlap"}
        if not overlaps(glass, field):
            end = puller.release(field, FINAL, certain=True)
            row |= {
                "pulled": change.to(field)[0], "distance": distance(centered(end.moved[glass.held])),
                "energy": change.to(end.moved)[0], "status": "did not come to rest" if end.outcome == LOST else "ok",
            }  # fmt: skip
        rows.append(row)
        memory.offer(lambda: rows)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def loosened(glass: Any, moved: np.ndarray) -> int:
    """How many particles of the backbone are rattlers after a displacement (N, d)."""
    there = glass.original.moved(glass.original.box.wrap(glass.original.positions + moved))
    return len(np.setdiff1d(glass.held, backbone(glass.model.interaction, there)[1]))


def overlaps(glass: Any, moved: np.ndarray) -> bool:
    """Whether a displacement (N, d) brings a pair of a singular energy closer than `CLOSEST`."""
    if glass.model.interaction.cutoff <= 1.0:  # spheres that push only where they touch have finite energies
        return False
    found = glass.bonds
    there = moved[glass.held]
    apart = found.vectors + there[found.first] - there[found.second]
    return bool(((apart**2).sum(axis=1) < (CLOSEST * found.lengths) ** 2).any())
