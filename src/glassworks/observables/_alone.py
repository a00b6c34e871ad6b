"""What an observable finds on one sample."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel

from glassworks import observables
from glassworks.liquids.memory import NOTHING
from glassworks.observables import Means, Observable, Subject

Columns = dict[str, np.ndarray]
"""Columns of one length by name; among what an observable found also arrays of any shape."""


def measured(observable: Observable, subject: Subject, parameters: BaseModel, means: Means) -> Columns:
    """What an observable finds on one sample; where it cannot be measured, one row whose status says why.

    In such a row whole numbers are 0 and all else is not a number. Arrays are of the kind that is declared, as they are
    when they are read again.
    """
    from glassworks.vibrations import Unstable  # with what factorizes: not for a job that only finds all there

    try:
        found = dict(observable.measure(subject, parameters, means))
    except (Unstable, np.linalg.LinAlgError, FloatingPointError) as error:
        empty = {name: np.array([each.nothing]) for name, each in observable.columns.items() if each.dimension <= 2}
        return empty | failure(str(error))
    except (ValueError, ArithmeticError) as error:
        return failure(f"{observable.name}: {error}")
    types = {name: each.dtype for name, each in observable.arrays.items() if name in found}
    return found | {name: np.asarray(found[name], dtype=each) for name, each in types.items()}


def alone(
    name: str, subject: Subject, given: Mapping, seed: int = 0, others: Mapping[str, Mapping] | None = None
) -> Columns:
    """What an observable finds on one sample by itself, those that it builds on with what `others` gives by their names
    and else with their defaults."""
    found: dict[str, Columns] = {}
    for each in [*observables.needed(name), name]:
        chosen, mine = observables.load(each), {need: found[need] for need in observables.needed(each)}
        parameters = chosen.parameters.model_validate(dict(given if each == name else (others or {}).get(each, {})))
        found[each] = measured(chosen, subject, parameters, Means(np.random.default_rng(seed), mine, NOTHING))
    return found[name]


def failure(reason: str) -> Columns:
    """One row for a sample that has nothing but a reason; its other columns become 'not a number'."""
    return {"status": np.array([reason])}
