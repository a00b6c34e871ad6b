"""Figures of 'Emergent solidity of amorphous materials as a consequence of mechanical self-organisation' (Tong,
Sengupta, Tanaka; Nat. Commun. 2020). Supplementary ones have the paper's numbers, or those after them.
"""

from __future__ import annotations

from glassworks.studies.solidity.figures import estimators
from glassworks.studies.solidity.figures.anharmonicity import anharmonicity, descents
from glassworks.studies.solidity.figures.liquid import relaxation
from glassworks.studies.solidity.figures.modulus import modulus, windows
from glassworks.studies.solidity.figures.networks import candidates, percolation
from glassworks.studies.solidity.figures.scaling import exponents, scaling
from glassworks.studies.solidity.figures.stress import powers, stress_correlation, stress_maps
from glassworks.studies.solidity.figures.systems import quench, systems

FIGURES = {
    "1": stress_correlation,
    "2": anharmonicity,
    "3": percolation,
    "4": scaling,
    "5": modulus,
    "12": descents,
    "S1": relaxation,
    "S7": quench,
    "S8": exponents,
    "S15": systems,
    "S16": stress_maps,
    "S17": powers,
    "S18": candidates,
    "S19": windows,
    "S20": estimators.scalings,
    "S21": estimators.windows,
    "S22": estimators.path_ranges,
    "S23": estimators.law_ranges,
    "S24": estimators.definitions,
}
