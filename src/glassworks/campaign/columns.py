"""What the columns of raw tables are: unit and definition of each, for each table by itself. Those of an observable's
table stand with the observable, those of derived tables in the studies' own rooms, those of claims with the verdicts.

Units are reduced: energy ε, length λ, mass m, k_B = 1; d is the dimension. No unit (an empty one) is that of words, and
of what is true or false; 1 is that of a pure number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from glassworks import observables

KEYS = ("paper", "group", "ensemble", "model", "dimension", "n", "protocol", "temperature", "rate")
"""Columns that every gathered table starts with."""


class Column(NamedTuple):
    """What a column holds."""

    unit: str
    definition: str


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
        "how the liquid was made: swap (Monte Carlo), md (molecular dynamics), cooling (at a constant rate), step "
        "(stepwise), direct (quenched at once), press (compressed) or relax (watched in equilibrium)",
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

SHELL = {
    "inner": Column("λ", "lower end of the shell of distances"),
    "outer": Column("λ", "upper end of the shell"),
}

OF_TABLES: dict[str, dict[str, Column]] = {
    "liquids": {
        "chain": Column("1", "Monte Carlo chain (or independent run) that the sample belongs to"),
        "energy": Column(
            "ε",
            "potential energy a particle, U/N: of the sample (Monte Carlo), or mean over the second half of its run "
            "(molecular dynamics), the last twentieth of its cooling, its snapshots (paths), or the time that it is "
            "watched",
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
        "length": Column("λ", "edge of the periodic box"),
    },
    "frames": {
        "before": Column(TIME, "time from the snapshot to the end of its step"),
        "length": Column("λ", "edge of the periodic box"),
        "energy": Column("ε", "potential energy a particle, U/N, of the snapshot"),
        "pressure": Column(STRESS, "pressure of the snapshot with its kinetic part"),
        "kinetic_temperature": Column(TEMPERATURE, "Σv²/d(N−1)"),
        "hexatic": Column("1", "mean over particles of |ψ_6|, neighbors from the Delaunay triangulation"),
        "remaining": Column("1", "mean over particles of F_re = |Σ_j f_ij|/⟨f⟩"),
    },
    "forces": {
        "inner": Column("1", "lower end of the bin of F_re = |Σ_j f_ij|/⟨f⟩"),
        "outer": Column("1", "upper end of the bin"),
        "count": Column("1", "particles whose F_re lies in the bin, summed over snapshots"),
    },
    "stress": SHELL
    | {
        "state": Column("", "thermal: as it is, its snapshots; inherent: quenched to its inherent structure"),
        "pairs": Column("1", "pairs of particles in the shell, summed over snapshots"),
        "ideal": Column("1", "pairs that the shell would hold without any structure, summed over snapshots"),
        "fixed": Column("ε²", "Σ −σ_xy σ_xy cos 4θ over the pairs of the shell and the snapshots"),
        "turned": Column("ε²", "the same averaged over all directions of the axes"),
        "square_fixed": Column("ε²", "⟨σ_xy²⟩ over particles and snapshots"),
        "square_turned": Column("ε²", "the same averaged over all directions of the axes"),
    },
    "network": {
        "links": Column(
            "", "what connects force-bearing particles: contacts, averaged (at mean positions) or near (1.3 λ)"
        ),
        "sampling": Column("", "which frames decide who bears force: all of the window, or its snapshots alone"),
        "fraction": Column("1", "f, force-bearing particles over N: F_str < 1 in more than half of these frames"),
        "tied": Column("1", "fraction of particles with F_str < 1 in exactly half of the frames"),
        "spans": Column("", "whether a cluster reaches from one side of the box to the other in any direction"),
        "wraps": Column("", "whether a cluster meets its own periodic copy in any direction"),
        "largest": Column("1", "ψ, particles of the largest cluster over N"),
        "largest_inside": Column("1", "the same without bonds through the boundary"),
        "mean_size": Column("1", "Σs²/Σs over the sizes s of the clusters but the largest"),
    },
    "clusters": {
        "smallest": Column("1", "smallest size of the octave of cluster sizes, which ends below twice of it"),
        "clusters": Column("1", "clusters of the octave, the largest cluster of the network left out"),
        "logarithms": Column("1", "Σ ln s over them, s their sizes"),
        "whole": Column("1", "those of them that do not wrap and have a radius"),
        "whole_logarithms": Column("1", "Σ ln s over those"),
        "radii": Column("1", "Σ ln (R_g/λ) over those, R_g the radius of gyration"),
        "radii_squared": Column("1", "Σ ln² (R_g/λ) over those"),
    },
    "fluctuations": {
        "window": Column(TIME, "time over which stresses fluctuate"),
        "frames": Column("1", "frames in that time"),
        "shear": Column(STRESS, "shear modulus G from stress fluctuations, averaged over shear planes"),
        "shear_born": Column(STRESS, "its affine (Born) part"),
        "shear_kinetic": Column(STRESS, "its kinetic term 2ρT"),
        "shear_fluctuation": Column(STRESS, "its stress-fluctuation term with its kinetic part, subtracted"),
        "shear_initial": Column(STRESS, "pressure with its kinetic part, the term of the initial stress, subtracted"),
    },
    "particles": {
        "x": Column("λ", "first coordinate of the particle at the end of the step"),
        "y": Column("λ", "its second coordinate"),
        "diameter": Column("λ", "diameter λ_i of the particle"),
        "part": Column(
            "", "the particle's part in the force-bearing network: 0 none, 1 bears force, 2 in the largest cluster"
        ),
    },
    "maps": {
        "x": Column("λ", "first coordinate of the distance vector r between two points"),
        "y": Column("λ", "its second coordinate, from 0 on: r and −r are the same"),
        "product": Column("ε²", "⟨σ_xy(r) σ_xy(0)⟩, snapshots averaged, each particle a Gaussian of width ½ λ"),
        "square_fixed": Column("ε²", "⟨σ_xy²⟩ over particles and snapshots"),
    },
    "inherent": {
        "energy": Column("ε", "potential energy a particle, U/N, of the inherent structure"),
        "pressure": Column(STRESS, "pressure, its virial part"),
        "residual": Column("1", "max|F|/⟨f⟩, largest force on a particle over the mean pair force"),
        "iterations": Column("1", "evaluations of energy and forces in the minimization"),
        "shear": Column(STRESS, "athermal shear modulus G, averaged over shear planes"),
        "shear_born": Column(STRESS, "its affine (Born) part"),
        "shear_nonaffine": Column(STRESS, "its relaxation part, G = born − nonaffine"),
        "rattlers": Column("1", "particles with fewer than d + 1 contacts, left out of the moduli"),
    },
    "relaxation": {
        "view": Column(
            "1", "number of what F_s is taken of: particles, wave number and cage; 0 is compared with the paper"
        ),
        "particles": Column("", "which particles F_s and displacements are averaged over: all, small or large"),
        "wave_number": Column("1/λ", "q of F_s(q, t)"),
        "cage": Column("1", "particles closer than this many λ_ij at the origin of time make up each other's cage"),
        "waited": Column(TIME, "time that the liquid has had at its temperature before it is watched"),
        "stretch": Column("1", "part of the chain's time, relaxation times apart from the next"),
        "time": Column(TIME, "lag t"),
        "origins": Column("1", "origins of time behind the row"),
        "scattering": Column("1", "F_s(q, t) = ⟨e^{iq·Δr}⟩, averaged over the directions of q"),
        "cage_scattering": Column("1", "the same of displacements relative to the mean one of a particle's neighbors"),
        "squared": Column("λ²", "mean squared displacement"),
        "cage_squared": Column("λ²", "the same of displacements relative to the mean one of a particle's neighbors"),
    },
}
"""Unit and definition of the columns of each raw table but those of observables, beside :data:`COMMON`."""


def own_columns(table: str) -> Mapping[str, observables.Column]:
    """The columns that an observable declares for its raw table; none of other tables."""
    return observables.load(table).columns if table in observables.every_name() else {}


def columns_of(table: str) -> Mapping[str, Column | observables.Column]:
    """Unit and definition of the columns that a raw table may have: those that are common to all, and its own."""
    return {**COMMON, **OF_TABLES.get(table, {}), **own_columns(table)}
