"""Figures of 'Emergent solidity of amorphous materials as a consequence of mechanical self-organisation' (Tong,
Sengupta, Tanaka; Nat. Commun. 2020).
"""

from __future__ import annotations

from glassworks.figures.solidity.liquid import relaxation
from glassworks.figures.solidity.modulus import modulus
from glassworks.figures.solidity.networks import percolation, scaling
from glassworks.figures.solidity.stress import stress_correlation
from glassworks.figures.solidity.systems import quench, systems

FIGURES = {
    "1": stress_correlation,
    "3": percolation,
    "4": scaling,
    "5": modulus,
    "S1": relaxation,
    "S7": quench,
    "S15": systems,
}
