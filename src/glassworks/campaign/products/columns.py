"""What the columns of raw tables are: unit and definition of each, for each table by itself.

Those of what an observable measures, or a watcher or protocol on its way, stand with it, those of derived tables in the
studies' own rooms, those of claims with the verdicts.

Units are reduced: energy ε, length λ, mass m, k_B = 1; d is the dimension. No unit (an empty one) is that of words, and
of what is true or false; 1 is that of a pure number.
"""

from __future__ import annotations

from collections.abc import Mapping

from glassworks import observables, watching
from glassworks.observables import Column
from glassworks.protocols import KINDS

KEYS = ("paper", "group", "ensemble", "model", "dimension", "n", "protocol", "temperature", "rate")
"""Columns that every gathered table starts with."""


STRESS, TIME, TEMPERATURE = "ε/λ^d", "λ(m/ε)^½", "ε/k_B"

COMMON: dict[str, Column] = {
    "paper": Column("", "short name of the paper whose figure the row serves"),
    "group": Column("", "named set of ensembles with one role in the paper"),
    "ensemble": Column("", "model, size, protocol, point, minimizer and hash of what the preparation consumed"),
    "model": Column("", "file in config/models"),
    "dimension": Column("1", "spatial dimension d"),
    "n": Column("1", "number of particles N"),
    "protocol": Column(
        "",
        "how the liquid was made: swap (Monte Carlo), md (molecular dynamics), anneal (the same down a ladder), "
        "cooling (at a constant rate), step (stepwise), direct (quenched at once), press (compressed), relax "
        "(watched in equilibrium), random (points at infinite temperature), crystal (perfect) or imported (of files)",
    ),
    "temperature": Column(
        TEMPERATURE, "parent temperature T_p, or that of the step; not a number where cooled at a constant rate"
    ),
    "rate": Column(
        "ε/k_B per λ(m/ε)^½; press: per λ(m/ε)^½",
        "rate of cooling, or of compression; not a number where there is none (yet)",
    ),
    "sample": Column("1", "index of the sample in its ensemble"),
    "status": Column("", "'ok', or why the row is left out of averages"),
}
"""Columns that mean the same in all raw tables; the first of them in derived tables too."""

OF_TABLES: dict[str, dict[str, Column]] = {
    "liquids": {
        "chain": Column("1", "Monte Carlo chain (or independent run) that the sample belongs to"),
        "energy": Column(
            "ε",
            "potential energy a particle, U/N: of the sample (Monte Carlo), or mean over the second half of its run "
            "(molecular dynamics), the time since the sample before (down a ladder), the last twentieth of its "
            "cooling, its snapshots (paths), or the time that it is watched",
        ),
        "pressure": Column(STRESS, "pressure with its kinetic part ρ k_B T; of the sample or a mean, as the energy"),
        "packing": Column("1", "packing fraction: volume of balls of diameters λ_i over that of the box"),
        "waited": Column(TIME, "time that the liquid has had at its temperature and density at the end"),
        "sweeps_before": Column(
            "sweeps",
            "Monte Carlo sweeps (N attempted moves) between the start at this temperature and the chain's first sample",
        ),
        "sweeps_between": Column("sweeps", "Monte Carlo sweeps between samples of a chain"),
        "acceptance_move": Column("1", "accepted share of attempted displacements"),
        "acceptance_swap": Column("1", "accepted share of attempted exchanges of diameters"),
        "replica": Column("1", "replica of parallel tempering that the sample belongs to"),
        "exchange_rate": Column(
            "1", "parallel tempering: accepted share of tried exchanges, the least between two rungs"
        ),
        "round_trips": Column(
            "1", "parallel tempering: how often a replica went to the other end of the ladder and back, in all"
        ),
    },
    "equilibrium": {
        "relaxation_sweeps": Column(
            "sweeps; molecular dynamics: steps",
            "measured overlap relaxation time of the samples (of a replica where tempered)",
        ),
        "relaxation_error": Column("sweeps; molecular dynamics: steps", "its standard error"),
        "relaxation_bound": Column("", "whether the measured relaxation time is only an upper bound"),
        "relaxation_declared": Column("sweeps", "overlap relaxation time that the configuration declares"),
        "before_ratio": Column("1", "measured relaxation times before a chain's first sample"),
        "between_ratio": Column("1", "measured relaxation times between samples of a chain"),
        "drift": Column("ε", "slope of the energy a particle against the sample's order in its chain"),
        "drift_error": Column("ε", "its standard error"),
        "drift_z": Column("1", "normal deviate as unlikely as this drift"),
        "energy_above": Column("ε", "mean energy a particle of chains that came from a higher temperature"),
        "energy_above_error": Column("ε", "its standard error"),
        "energy_below": Column("ε", "mean energy a particle of chains that came from a state of lower energy"),
        "energy_below_error": Column("ε", "its standard error"),
        "agreement_z": Column("1", "normal deviate as unlikely as the difference of the two energies"),
        "round_trips": Column(
            "1",
            "parallel tempering: how often a replica went to the other end of the ladder and back, summed over the "
            "chains that were tested",
        ),
        "passed": Column("", "whether the ensemble counts as equilibrated"),
        "reason": Column("", "which tests failed, or 'ok'"),
    },
    "glasses": {
        "energy": Column("ε", "potential energy a particle, U/N, of the inherent structure"),
        "pressure": Column(STRESS, "pressure, its virial part"),
        "residual": Column("1", "max|F|/⟨f⟩, largest force on a particle over the mean pair force"),
        "iterations": Column("1", "evaluations of energy and forces in the minimization"),
        "converged": Column("", "whether the residual force is below its tolerance"),
        "density": Column("λ^-d", "number density N/V"),
        "length": Column("λ", "edge of the periodic box; of unequal edges their geometric mean"),
    },
}
"""Unit and definition of the columns of raw tables that every protocol has, beside :data:`COMMON`."""


def own_columns(table: str) -> Mapping[str, Column]:
    """The columns that an observable, a watcher or a protocol declares for its raw table; none of other tables."""
    if table in observables.every_name():
        return observables.load(table).columns
    if table in watching.every_name():
        return watching.load(table).columns
    return next((each.tables[table] for each in KINDS.values() if table in each.tables), {})


def columns_of(table: str) -> Mapping[str, Column]:
    """Unit and definition of the columns that a raw table may have: those that are common to all, and its own."""
    return {**COMMON, **OF_TABLES.get(table, {}), **own_columns(table)}
