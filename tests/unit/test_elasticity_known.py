"""Known numbers of the models: glasses made by an instantaneous quench from an equilibrated hot liquid."""

import numpy as np
import pytest

from glassworks.elasticity import moduli
from glassworks.liquids import SwapChain, initial_configuration
from glassworks.minimize import minimize
from glassworks.models import load_model

KNOWN = {  # n, temperature, samples; as far as known u, p, K, G; how near G can be expected
    "ipl-3d": (1000, 2.0, 10, 5.794, 18.9, 87.1, 12.3, 2.0),
    "ipl-2d": (900, 2.0, 20, 3.94, 19.65, 123.8, 15.6, 2.5),
    "poly-3d": (1000, 1.5, 10, None, None, None, 9.35, 1.5),
    # Printed for N = 10,000. Measured: 8.98(13), 9.48(12), 9.72(6), 9.81(5) at N = 400, 800, 2,000, 8,000.
    "ipl-4d": (2000, 2.0, 6, None, None, None, 10.9, 2.0),
}


@pytest.mark.parametrize("name", KNOWN)
def test_hot_quenches_have_the_known_energy_pressure_and_moduli(name):
    """Medians over glasses, as G has a long tail of nearly unstable ones.

    Other seeds fail less than once in 5,000: of 100,000 medians drawn from 40 to 120 glasses of each model.
    """
    n, temperature, samples, energy, pressure, bulk, shear, near = KNOWN[name]
    model, found = load_model(name), []
    for sample in range(samples):
        rng = np.random.default_rng(sample)
        chain = SwapChain(model, initial_configuration(model, n, rng), temperature, rng)
        chain.advance(150)
        quench = minimize(model.interaction, chain.configuration, "cg")
        assert quench.converged
        elastic = moduli(model.interaction, quench.configuration)
        found.append([quench.energy / n, elastic.pressure, elastic.bulk, elastic.shear])
    median = np.median(found, axis=0)
    for value, known, tolerance in zip(median, (energy, pressure, bulk, shear), (0.03, 0.2, 1.2, near), strict=True):
        assert known is None or value == pytest.approx(known, abs=tolerance), (name, median)
