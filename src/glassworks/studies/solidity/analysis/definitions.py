"""What follows from definitions that the paper leaves open: how the onset of C_int is read off, what connects two
force-bearing particles, which frames decide who bears force, and what counts as percolation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from glassworks.studies.solidity import MAIN
from glassworks.studies.solidity.analysis.ensembles import Ensemble, along, ladders, told
from glassworks.studies.solidity.analysis.ladders import FROM, falling, from_there, half, onset
from glassworks.studies.solidity.analysis.networks import CRITERIA, DEFAULT
from glassworks.studies.solidity.analysis.systems import controlled

Read = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Temperatures, draws of a quantity along a cooling, and of T_g there, to draws of a temperature."""


def _part(part: float) -> Read:
    """Where a quantity falls to a part of what it is at the coldest temperature."""
    return lambda temperatures, values, _: falling(temperatures, values, part * values[0])


def _hinge(temperatures: np.ndarray, values: np.ndarray, transition: np.ndarray) -> np.ndarray:
    return from_there(onset, temperatures, values, FROM * transition)


ONSETS: dict[str, tuple[str, Read]] = {
    "hinge": ("signed", _hinge),
    "hinge, |C|": ("integral_averaged", _hinge),
    "hinge, |C| fixed": ("integral", _hinge),
    "half": ("signed", _part(0.5)),
    "quarter": ("signed", _part(0.25)),
    "tenth": ("signed", _part(0.1)),
}
"""Where a line meets the liquid's constant, with the sign, averaged over directions without it, or as printed; and
where the signed integral has fallen to a part of its value at the coldest temperature. The first is used."""


def onset_rows(ensembles: list[Ensemble]) -> Iterator[dict]:
    """A row a size, rate, definition of the onset, and definition of T_g."""
    for (group, n, rate), rungs in ladders(ensembles):
        if not all({"spanning", "signed"} <= set(ensemble.draws) for ensemble in rungs):
            continue
        temperatures, unit = np.array([ensemble.keys["temperature"] for ensemble in rungs]), rungs[0].unit
        main = half(temperatures, along(rungs, "spanning"))
        onsets = {
            name: read(temperatures, along(rungs, column), main)
            for name, (column, read) in ONSETS.items()
            if all(column in ensemble.draws for ensemble in rungs)
        }
        for (links, sampling, criterion), spanning, _ in _networks(rungs):
            transition = half(temperatures, spanning)
            for name, found in onsets.items():
                yield {
                    "group": group, "n": n, "rate": rate, "reduced_rate": rate / unit, "onset_by": name,
                    "links": links, "sampling": sampling, "criterion": criterion,
                    "chosen": name == "hinge" and (links, sampling) == DEFAULT and criterion == "spans",
                    "samples": min(len(ensemble.samples) for ensemble in rungs),
                    **told("percolation", transition / unit), **told("correlated", found / unit),
                    **told("correlated_over_percolation", found / transition),
                }  # fmt: skip


def _networks(rungs: list[Ensemble]) -> Iterator[tuple[tuple[str, str, str], np.ndarray, np.ndarray]]:
    """Links, sampling and criterion, and draws of P and f along a ladder, (points, draws) each."""
    for candidate in rungs[0].networks:
        if all(candidate in ensemble.networks for ensemble in rungs):
            each = [ensemble.networks[candidate] for ensemble in rungs]
            for criterion, column in CRITERIA.items():
                spanning, fraction = (np.array([draws[name] for draws in each]) for name in (column, "fraction"))
                yield (*candidate, criterion), spanning, fraction


def half_rows(ensembles: list[Ensemble]) -> Iterator[dict]:
    """f where P = ½ of every system by each definition of the network, and how far it lies from the main group's of the
    same size and definition at its fastest cooling."""
    main: dict[tuple, np.ndarray] = {}
    every = sorted(controlled(ensembles), key=lambda each: (each.group != MAIN, -each.rate))
    for one in every:
        for definition, spanning, fraction in _networks(one.rungs):
            place = one.at_half(spanning, fraction)[1]
            center = main.setdefault((one.n, *definition), place if one.group == MAIN else np.full_like(place, np.nan))
            links, sampling, criterion = definition
            yield {
                "group": one.group, "n": one.n, "rate": one.rate, "reduced_rate": one.rate / one.rungs[0].unit,
                "links": links, "sampling": sampling, "criterion": criterion,
                "chosen": (links, sampling) == DEFAULT and criterion == "spans", "samples": one.samples,
                **told("half", place), **told("apart", place - center),
            }  # fmt: skip
