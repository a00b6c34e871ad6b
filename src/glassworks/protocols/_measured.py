"""What is measured along trajectories: the columns of each table that comes with their liquids.

A rung ends with a window in which frames are taken at equal times; its snapshots are some of these frames.
"""

from __future__ import annotations

from glassworks.observables import Column

STRESS, TIME, TEMPERATURE = "ε/λ^d", "λ(m/ε)^½", "ε/k_B"

TABLES: dict[str, dict[str, Column]] = {
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
    "stress": {
        "inner": Column("λ", "lower end of the shell of distances"),
        "outer": Column("λ", "upper end of the shell"),
        "state": Column(
            "", "thermal: as it is, its snapshots; inherent: quenched to its inherent structure", words=True
        ),
        "pairs": Column("1", "pairs of particles in the shell, summed over snapshots"),
        "ideal": Column("1", "pairs that the shell would hold without any structure, summed over snapshots"),
        "fixed": Column("ε²", "Σ −σ_xy σ_xy cos 4θ over the pairs of the shell and the snapshots"),
        "turned": Column("ε²", "the same averaged over all directions of the axes"),
        "square_fixed": Column("ε²", "⟨σ_xy²⟩ over particles and snapshots"),
        "square_turned": Column("ε²", "the same averaged over all directions of the axes"),
    },
    "network": {
        "links": Column(
            "",
            "what connects force-bearing particles: contacts, averaged (at mean positions) or near (1.3 λ)",
            words=True,
        ),
        "sampling": Column(
            "", "which frames decide who bears force: all of the window, or its snapshots alone", words=True
        ),
        "fraction": Column("1", "f, force-bearing particles over N: F_str < 1 in more than half of these frames"),
        "tied": Column("1", "fraction of particles with F_str < 1 in exactly half of the frames"),
        "spans": Column("", "whether a cluster reaches from one side of the box to the other in any direction"),
        "wraps": Column("", "whether a cluster meets its own periodic copy in any direction"),
        "largest": Column("1", "ψ, particles of the largest cluster over N"),
        "largest_inside": Column("1", "the same without bonds through the boundary"),
        "mean_size": Column("1", "Σs²/Σs over the sizes s of the clusters but the largest", known=False),
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
            "1", "the particle's part in the force-bearing network: 0 none, 1 bears force, 2 in the largest cluster"
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
}
"""Columns by table, beside `sample` and `status`."""
