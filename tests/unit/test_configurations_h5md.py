"""Configurations on disk: what H5MD and its readers look for is there, and all comes back to the last bit."""

import fcntl
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest

from glassworks.configurations import Box, Configuration, read_frames, write_frames
from glassworks.models import load_model

SAMPLES = [4, 5, 6]


def frames(dimension: int = 3, tilts=(0.0, 0.0, 0.0), sizes=(1.0, 1.4), n: int = 40) -> list[Configuration]:
    """Three samples of random points, the second with two diameters exchanged."""
    rng = np.random.default_rng(dimension)
    diameters = np.tile(np.repeat(sizes, n // len(sizes)), (3, 1))
    diameters[1, [0, -1]] = diameters[1, [-1, 0]]
    boxes = [Box(7.3, dimension, tilt) for tilt in tilts]
    return [
        Configuration(7.3 * rng.random((n, dimension)), each, box) for each, box in zip(diameters, boxes, strict=True)
    ]


def same(found: list[Configuration], made: list[Configuration]) -> bool:
    return all(
        np.array_equal(here.positions, there.positions)
        and np.array_equal(here.diameters, there.diameters)
        and here.box == there.box
        for here, there in zip(found, made, strict=True)
    )


def moved(made: list[Configuration]) -> dict[str, np.ndarray]:
    """Velocities, forces and what else a state of molecular dynamics has."""
    rng = np.random.default_rng(8)
    shape = (len(made), *made[0].positions.shape)
    return {
        "velocity": rng.standard_normal(shape),
        "force": rng.standard_normal(shape),
        "bath": rng.standard_normal((len(made), 2, 3)),
        "energy": rng.random(len(made)),
    }


@pytest.mark.parametrize("dimension", [2, 3, 4])
@pytest.mark.parametrize("tilts", [(0.0, 0.0, 0.0), (0.1, 0.1, 0.1), (0.0, -0.5, 1 / 3)])
def test_all_comes_back_to_the_last_bit(tmp_path, dimension, tilts):
    made = frames(dimension, tilts)
    arrays = moved(made)
    write_frames(tmp_path / "a.h5", made, SAMPLES, arrays, {"told": "ε"})
    found, samples, more = read_frames(tmp_path / "a.h5")
    assert same(found, made) and list(samples) == SAMPLES and set(more) == set(arrays)
    assert all(np.array_equal(more[name], arrays[name]) and more[name].dtype == float for name in arrays)


def test_any_tilt_comes_back(tmp_path):
    """L·γ/L is another number than γ for one tilt in twelve."""
    tilts = np.random.default_rng(0).random(200) - 0.5
    edge, still = 7.3123, np.zeros((1, 3))
    made = [Configuration(still, np.ones(1), Box(edge, 3, tilt)) for tilt in tilts]
    assert any(edge * tilt / edge != tilt for tilt in tilts)
    write_frames(tmp_path / "a.h5", made, range(200))
    assert [each.box.tilt for each in read_frames(tmp_path / "a.h5")[0]] == list(tilts)


def test_a_sheared_state_keeps_its_energy(tmp_path):
    from glassworks.configurations import force_state
    from glassworks.liquids import initial_configuration

    model = load_model("harmonic-2d")
    loose = initial_configuration(model, 64, np.random.default_rng(3))
    sheared = Configuration(loose.positions, loose.diameters, Box(loose.box.length, 2, 0.2))
    write_frames(tmp_path / "a.h5", [sheared], [0])
    [again] = read_frames(tmp_path / "a.h5")[0]
    energies = [force_state(model.interaction, each).energy for each in (loose, sheared, again)]
    assert energies[2] == energies[1] != energies[0]


def test_the_layout_is_that_of_the_specification(tmp_path):
    """H5MD 1.1: elements have value, step and time; those of the box are the same objects as the position's."""
    made = frames(tilts=(0.1,) * 3)
    write_frames(tmp_path / "a.h5", made, SAMPLES, moved(made))
    with h5py.File(tmp_path / "a.h5") as file:
        assert list(file["h5md"].attrs["version"]) == [1, 1]
        assert {"author", "creator"} <= set(file["h5md"]) and set(file["observables"]) == {"bath", "energy"}
        particles = file["particles/all"]
        assert (
            particles["box"].attrs["dimension"] == 3 and list(particles["box"].attrs["boundary"]) == [b"periodic"] * 3
        )
        for name in ("velocity", "force", "diameter", "box/edges", "box/tilt", "species"):
            assert particles[name]["step"] == particles["position/step"]
            assert particles[name]["time"] == particles["position/time"]
            assert len(particles[name]["value"]) == 3
        assert np.array_equal(particles["box/edges/value"][1], [[7.3, 0, 0], [0.1 * 7.3, 7.3, 0], [0, 0, 7.3]])


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((1.0,), 1), ((1.0, 1.4), [1] * 20 + [2] * 20), (np.linspace(0.5, 1.5, 40), 1)],
)
def test_species_count_the_sizes_of_a_mixture(tmp_path, sizes, expected):
    made = frames(sizes=sizes)
    write_frames(tmp_path / "a.h5", [made[0], made[0], made[2]], SAMPLES)
    write_frames(tmp_path / "b.h5", made, SAMPLES)
    expected = np.broadcast_to(expected, 40)
    with h5py.File(tmp_path / "a.h5") as alike, h5py.File(tmp_path / "b.h5") as other:
        assert alike["particles/all/species"].dtype == np.int32
        assert np.array_equal(alike["particles/all/species"], expected)
        if len(sizes) == 2:  # which is exchanged in one frame
            changed = other["particles/all/species/value"][:]
            assert np.array_equal(changed[0], expected) and list(changed[1, [0, -1]]) == [2, 1]


def write_as_before(path, made: list[Configuration], edges, velocities: np.ndarray) -> None:
    """A file of the layout before: edges fixed in time, velocities among the observables, no species."""
    with h5py.File(path, "w") as file:
        box = file.create_group("particles/all/box")
        box.attrs["dimension"], box.attrs["boundary"] = 3, np.array([b"periodic"] * 3)
        box["edges"] = np.array(edges)
        for name, value in {
            "particles/all/position": np.stack([each.positions for each in made]),
            "particles/all/diameter": np.stack([each.diameters for each in made]),
            "observables/velocity": velocities,
        }.items():
            file.create_dataset(f"{name}/value", data=value, compression="gzip", shuffle=True)
            file[f"{name}/step"], file[f"{name}/time"] = SAMPLES, np.array(SAMPLES, dtype=float)


def test_files_of_the_layout_before_are_read(tmp_path):
    made = frames()
    velocities = moved(made)["velocity"]
    write_as_before(tmp_path / "a.h5", made, [7.3] * 3, velocities)
    found, samples, arrays = read_frames(tmp_path / "a.h5")
    assert same(found, made) and list(samples) == SAMPLES
    assert set(arrays) == {"velocity"} and np.array_equal(arrays["velocity"], velocities)


@pytest.mark.parametrize(
    "edges",
    [
        [7.3, 7.3], [-7.3] * 3, [[7.3, 0], [0, 7.3]], [np.nan] * 3, [[7.3, 0, 0], [0, 7.3, 0.1], [0, 0, 7.3]],
        [[7.3, 0.1, 0], [0, 7.3, 0], [0, 0, 7.3]], [[7.3, 0, 0], [3.6, -7.3, 0], [0, 0, 7.3]], 7.3 * np.ones((3, 3)),
    ],
)  # fmt: skip
def test_a_box_that_is_not_ours_is_refused(tmp_path, edges):
    made = frames()
    write_as_before(tmp_path / "a.h5", made, edges, moved(made)["velocity"])
    with pytest.raises(ValueError, match=r"a.h5: /particles/all/box: edges: .*; allowed: 3 edges, or rows"):
        read_frames(tmp_path / "a.h5")


def test_a_box_that_is_not_periodic_is_refused(tmp_path):
    made = frames()
    write_frames(tmp_path / "a.h5", made, SAMPLES)
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["particles/all/box"].attrs["boundary"] = np.array([b"periodic", b"none", b"periodic"])
    with pytest.raises(ValueError, match=r"a.h5: .*: boundary: .*; allowed: periodic in each"):
        read_frames(tmp_path / "a.h5")


def test_frames_that_do_not_fit_together_are_refused(tmp_path):
    with pytest.raises(ValueError, match="must share their number of particles and their dimension"):
        write_frames(tmp_path / "a.h5", [*frames(n=40), *frames(n=20)], range(6))
    with pytest.raises(ValueError, match="no configuration"):
        write_frames(tmp_path / "a.h5", [], [])


LEANING = [Box((7.3, 8.1, 6.2), 3), Box((7.3, 8.1, 6.2), 3, (0.3, -0.2, 1 / 3)), Box(7.3, 3, (0.0, 0.0, 0.4))]


def leaning(dimension: int = 3) -> list[Configuration]:
    """Three samples, each in another box of unequal edges or tilts."""
    boxes = LEANING if dimension == 3 else [Box((7.3, 9.0), 2, 0.4), Box((7.3, 9.0), 2), Box(7.3, 2, -0.5)]
    return [
        Configuration(here.positions, here.diameters, box) for here, box in zip(frames(dimension), boxes, strict=True)
    ]


@pytest.mark.parametrize("dimension", [2, 3])
def test_boxes_of_unequal_edges_and_many_tilts_come_back_to_the_last_bit(tmp_path, dimension):
    made = leaning(dimension)
    write_frames(tmp_path / "a.h5", made, SAMPLES)
    found = read_frames(tmp_path / "a.h5")[0]
    assert same(found, made) and [each.box for each in found] == [each.box for each in made]
    write_frames(tmp_path / "a.h5", [made[0], made[0]], [0, 1])
    assert read_frames(tmp_path / "a.h5")[0][1].box == made[0].box


def test_edge_vectors_without_tilts_give_the_lattice_that_they_span(tmp_path):
    """As other programs write them: a row that is longer than need be is another name of the same box."""
    made = frames()
    write_as_before(tmp_path / "a.h5", made, [[7.3, 0, 0], [3.7, 7.3, 0], [0, 1.0, 6.0]], moved(made)["velocity"])
    box = read_frames(tmp_path / "a.h5")[0][0].box
    np.testing.assert_allclose(box.vectors.T, [[7.3, 0, 0], [-3.6, 7.3, 0], [0, 1.0, 6.0]], rtol=1e-14)


def test_a_tilt_that_contradicts_the_edges_is_refused(tmp_path):
    write_frames(tmp_path / "a.h5", leaning(), SAMPLES)
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["particles/all/box/tilt/value"][1, 2] = 0.1
    with pytest.raises(ValueError, match=r"edges: .*; allowed: 3 edges, or rows"):
        read_frames(tmp_path / "a.h5")


def test_mdanalysis_reads_boxes_of_unequal_edges_and_many_tilts(tmp_path):
    """Lengths of the box vectors and angles between them, from the vectors themselves."""
    pytest.importorskip("MDAnalysis")
    from MDAnalysis.coordinates.H5MD import H5MDReader

    made = leaning()
    write_frames(tmp_path / "a.h5", made, SAMPLES)
    with H5MDReader(str(tmp_path / "a.h5"), convert_units=False) as reader:
        for frame, here in zip(reader, made, strict=True):
            a, b, c = here.box.vectors.T
            angles = [
                np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))
                for u, v in ((b, c), (a, c), (a, b))
            ]
            lengths = [np.linalg.norm(vector) for vector in (a, b, c)]
            np.testing.assert_allclose(frame.dimensions, [*lengths, *angles], rtol=1e-6)
            np.testing.assert_allclose(frame.triclinic_dimensions, here.box.vectors.T, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("tilts", [(0.0, 0.0, 0.0), (0.3, 0.3, -0.25)])
def test_mdanalysis_reads_every_number(tmp_path, tilts):
    """The commonest reader of H5MD, which is of three dimensions and single precision only."""
    pytest.importorskip("MDAnalysis")
    from MDAnalysis.coordinates.core import triclinic_box
    from MDAnalysis.coordinates.H5MD import H5MDReader

    made = frames(tilts=tilts)
    arrays = moved(made)
    write_frames(tmp_path / "a.h5", made, SAMPLES, arrays)
    with H5MDReader(str(tmp_path / "a.h5"), convert_units=False) as reader:
        assert (reader.n_frames, reader.n_atoms) == (3, 40)
        for k, frame in enumerate(reader):
            assert np.array_equal(frame.positions, made[k].positions.astype(np.float32))
            assert np.array_equal(frame.velocities, arrays["velocity"][k].astype(np.float32))
            assert np.array_equal(frame.forces, arrays["force"][k].astype(np.float32))
            assert frame.data["energy"] == arrays["energy"][k] and frame.time == frame.data["step"] == SAMPLES[k]
            rows = [[7.3, 0, 0], [tilts[k] * 7.3, 7.3, 0], [0, 0, 7.3]]
            assert np.array_equal(frame.dimensions, triclinic_box(*rows))
            assert frame.dimensions[5] == pytest.approx(90 - np.degrees(np.arctan(tilts[k])), rel=1e-6)


LOCKS = {
    "r": """
from glassworks.configurations import read_frames
print(len(read_frames(path)[0]))
""",
    "w": """
import numpy as np
from glassworks.configurations import Box, Configuration, write_frames
write_frames(path, 3 * [Configuration(np.ones((2, 2)), np.ones(2), Box(9.0, 2))], range(3))
print(b"HDF" in path.read_bytes() and 3)
""",
    "r+": """
from glassworks.campaign.products.contents import seal_frames
before = path.read_bytes()
seal_frames(path)
print(3 * (path.read_bytes() != before))
""",
}
"""What works with a file in each mode, and says 3."""


@pytest.mark.parametrize("setting", [None, "TRUE", "BEST_EFFORT"])
@pytest.mark.parametrize("mode", LOCKS)
def test_no_lock_is_asked_for(tmp_path, mode, setting):
    """As on file systems that have none: a file that is locked for good is read and written, whatever the environment
    says."""
    path = tmp_path / "a.h5"
    write_frames(path, frames(), SAMPLES)
    environment = {name: value for name, value in os.environ.items() if name != "HDF5_USE_FILE_LOCKING"}
    environment |= {"HDF5_USE_FILE_LOCKING": setting} if setting else {}
    given = "import sys; from pathlib import Path; path = Path(sys.argv[1])\n"
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused, worked = (
            subprocess.run([sys.executable, "-c", given + each, path], env=environment, capture_output=True, text=True)
            for each in (f"import h5py; h5py.File(path, {mode!r})", LOCKS[mode])
        )
    assert "unable to lock file" in refused.stderr
    assert worked.stdout == "3\n", worked.stderr
