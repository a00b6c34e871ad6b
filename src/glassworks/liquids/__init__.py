"""Liquids: Monte Carlo with exchanges of sizes, molecular dynamics, cooling, tempering, and evidence of equilibrium."""

from glassworks.liquids.cooling import CoolingRecord, cool
from glassworks.liquids.dynamics import (
    DynamicsRecord,
    DynamicsState,
    equilibrate_dynamics,
    run_dynamics,
    start_dynamics,
)
from glassworks.liquids.equilibrium import (
    DynamicsChain,
    Relaxation,
    assess_equilibrium,
    from_below,
    relaxation_of,
    snapshots,
    tempered_from_below,
)
from glassworks.liquids.overlap import overlap, random_overlap
from glassworks.liquids.start import initial_configuration
from glassworks.liquids.swap import SwapChain, SwapRecord, run_swap_chain
from glassworks.liquids.tempering import Rounds, TemperingRecord, filled_ladder, run_tempering

__all__ = [
    "CoolingRecord",
    "DynamicsChain",
    "DynamicsRecord",
    "DynamicsState",
    "Relaxation",
    "Rounds",
    "SwapChain",
    "SwapRecord",
    "TemperingRecord",
    "assess_equilibrium",
    "cool",
    "equilibrate_dynamics",
    "filled_ladder",
    "from_below",
    "initial_configuration",
    "overlap",
    "random_overlap",
    "relaxation_of",
    "run_dynamics",
    "run_swap_chain",
    "run_tempering",
    "snapshots",
    "start_dynamics",
    "tempered_from_below",
]
