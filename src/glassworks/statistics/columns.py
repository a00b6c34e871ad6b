"""Units and definitions of the columns of derived tables, for the tables' metadata.

Each study says in its room, table by table, what its columns are (`columns.py`): a name may mean one thing in one table
and another in the next. This page has what the tables of all studies begin with.
"""

from __future__ import annotations

from collections.abc import Mapping

Columns = dict[str, tuple[str, str]]
"""Unit and definition of each column, by name. Units are reduced: energy ε, length λ, mass m, k_B = 1; d is the
dimension; 1 is a number without a unit, and words have none."""

NONE = "1"
KEYS: Columns = {
    "paper": ("", "short name of the paper whose figure the row serves"),
    "group": ("", "named set of ensembles with one role in the paper"),
    "ensemble": ("", "model, size, protocol, point, minimizer and hash of what the preparation consumed"),
    "model": ("", "file in config/models"),
    "dimension": (NONE, "spatial dimension d"),
    "n": (NONE, "number of particles N"),
    "protocol": (
        "",
        "how the liquid was made: swap (Monte Carlo), md (molecular dynamics), anneal (the same down a ladder), "
        "cooling (at a constant rate), step (stepwise), direct (quenched at once), press (compressed), relax "
        "(watched in equilibrium), random (points at infinite temperature), crystal (perfect) or imported (of files)",
    ),
    "temperature": (
        "ε/k_B",
        "parent temperature T_p, or that of the step; not a number where cooled at a constant rate",
    ),
    "rate": (
        "ε/k_B per λ(m/ε)^½; press: per λ(m/ε)^½",
        "rate of cooling, or of compression; not a number where there is none (yet)",
    ),
}
"""The columns that tell an ensemble from others, in raw tables too."""


def take(words: Mapping[str, tuple[str, str]], names: str, measured: str = "") -> Columns:
    """The columns of a table.

    Args:
        words: unit and definition of each name.
        names: the columns that words tell, with spaces between.
        measured: those that carry the ends of a 95% interval beside them, `_low` and `_high`.

    Raises:
        KeyError: no words tell what a name means.
    """
    found = {name: words[name] for name in names.split()}
    for name in measured.split():
        found[name] = words[name]
        for end, which in (("low", "lower"), ("high", "upper")):
            found[f"{name}_{end}"] = (words[name][0], f"{which} end of the 95% interval of {name}")
    return found
