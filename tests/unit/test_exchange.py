"""Other people's configurations: what their own programs write is read, and what is written here they read.

Peers are LAMMPS, ASE, GSD's own library, MDAnalysis and OVITO; a test skips where one is not installed.
"""

import bz2
import gzip
import warnings
from dataclasses import replace

import numpy as np
import pytest
from glasses import glass, sheared

import glassworks as gw
from glassworks.configurations import Box, Configuration, Misfit, force_state
from glassworks.exchange import Unreadable, count_frames, fitted, read_snapshot
from glassworks.exchange.writing import write
from glassworks.notebook import Glass, Relaxed

NAMES = ("ka", "ipl-2d", "poly-3d")
SIZES = {"ka": 500, "ipl-2d": 200, "poly-3d": 500}
SPECIES = {"1": "small", "2": "large"}
SYMBOLS = {"H": "small", "He": "large"}
EXACT, SINGLE = 1e-9, 1e-4
"""Relative differences of moduli and frequencies after reading numbers as they were, or rounded and relaxed again."""


def own(name: str) -> Glass:
    model, configuration = glass(name, SIZES[name])
    return Glass(model, configuration, trusted=True)


def leaning(name: str) -> Glass:
    """A glass whose box is sheared, relaxed again."""
    model, configuration = glass(name, SIZES[name])
    return gw.quench(model, sheared(configuration, 0.05), "lbfgs")


def unequal(name: str) -> Glass:
    """Two copies of a glass side by side."""
    model, configuration = glass(name, SIZES[name])
    return Glass(model, configuration.repeated((2, *(1,) * (model.dimension - 1))), trusted=True)


def like(found: Glass, known: Glass, near: float) -> None:
    """Moduli and frequencies are equal."""
    assert found.origin is not None
    a, b = found.moduli(), known.moduli()
    assert (a.shear, a.bulk, a.pressure) == pytest.approx((b.shear, b.bulk, b.pressure), rel=near)
    assert a.planes == pytest.approx(b.planes, rel=near)
    assert found.modes(8).frequencies == pytest.approx(known.modes(8).frequencies, rel=near)


def quietly(path, *given, **options) -> Glass:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Misfit)
        warnings.simplefilter("ignore", Relaxed)
        return Glass.from_file(path, *given, **options)


# ---- what is written here


@pytest.mark.parametrize("made", [own, leaning, unequal])
@pytest.mark.parametrize("suffix", ["xyz", "data", "dump", "gsd", "h5"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_as_the_same_glass(tmp_path, name, suffix, made):
    known = made(name)
    path = tmp_path / f"glass.{suffix}"
    known.write(path)
    species = SPECIES if suffix == "data" and name != "poly-3d" else None
    found = quietly(path, known.model, species)
    like(found, known, 1e-4 if suffix == "gsd" else EXACT)  # GSD keeps boxes in single precision
    if suffix != "gsd" and made is not leaning:
        away = known.original.box.shortest(found.original.positions - known.original.positions)
        assert abs(away).max() < 1e-12 and (found.original.diameters == known.original.diameters).all()


@pytest.mark.parametrize("pack", [gzip.open, bz2.open])
@pytest.mark.parametrize("suffix", ["xyz", "data", "dump"])
def test_packed_files_are_read(tmp_path, suffix, pack):
    known = own("poly-3d")
    known.write(tmp_path / f"glass.{suffix}")
    packed = tmp_path / f"glass.{suffix}.{'gz' if pack is gzip.open else 'bz2'}"
    with pack(packed, "wb") as file:
        file.write((tmp_path / f"glass.{suffix}").read_bytes())
    found = read_snapshot(packed)
    assert (found.positions == read_snapshot(tmp_path / f"glass.{suffix}").positions).all()


def with_fields(name: str):
    known = own(name)
    rng, shape = np.random.default_rng(3), known.original.positions.shape
    return known, {
        "charge_like": rng.normal(size=shape[0]),
        "flow": rng.normal(size=shape),
        "mode": rng.normal(size=(2, *shape)),
    }


def as_ovito(path):
    io = pytest.importorskip("ovito.io", exc_type=ImportError)
    data = io.import_file(str(path)).compute()
    particles = {name: np.array(data.particles[name][...]) for name in data.particles}
    cell = np.array(data.cell[...])
    if {"mode_0_x", "flow_x"} <= set(particles):
        for stem in ("flow", "mode_0", "mode_1"):
            particles[stem] = np.stack([particles[f"{stem}_{axis}"] for axis in "xyz"], axis=1)
    places = particles["Position"] - cell[:, 3]
    order = np.argsort(particles.get("Particle Identifier", np.arange(len(places))))
    return cell[:, :3].T, places[order], {name: values[order] for name, values in particles.items()}


def as_ase(path):
    import ase.io

    form = {".data": "lammps-data", ".dump": "lammps-dump-text", ".xyz": "extxyz"}[path.suffix]
    atoms = ase.io.read(path, format=form)
    return np.array(atoms.cell), atoms.positions - np.ravel(atoms.get_celldisp()), dict(atoms.arrays)


def as_gsd(path):
    import gsd.hoomd

    with gsd.hoomd.open(str(path)) as file:
        frame = file[0]
    box = np.array(frame.configuration.box, dtype=float)
    cell = np.diag(box[:3])
    cell[1, 0], cell[2, 0], cell[2, 1] = box[3] * box[1], box[4] * box[2], box[5] * box[2]
    fields = {name.removeprefix("particles/"): values for name, values in frame.log.items()}
    return cell, frame.particles.position + 0.5 * cell.sum(axis=0), fields


def as_mdanalysis(path):
    universe = pytest.importorskip("MDAnalysis")
    form = {".data": "DATA", ".gsd": "GSD", ".dump": "LAMMPSDUMP", ".h5": "H5MD"}[path.suffix]
    options = {"atom_style": "id type x y z"} if form == "DATA" else {}
    if form == "H5MD":
        from MDAnalysis.coordinates.H5MD import H5MDReader

        reader = H5MDReader(str(path), convert_units=False)
        places, box = reader.ts.positions, reader.ts.dimensions
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = universe.Universe(str(path), format=form, **options, topology_format=form)
        places, box = found.atoms.positions, found.dimensions
    from MDAnalysis.lib.mdamath import triclinic_vectors

    cell = np.array(triclinic_vectors(box), dtype=float)
    shift = 0.5 * cell.sum(axis=0) if form == "GSD" else 0.0
    return cell, np.array(places, dtype=float) + shift, {}


SINGLE_PRECISION = 3e-7
"""Of an edge: what is left of a coordinate where a reader, or GSD's box, keeps single precision."""

READERS = [
    ("xyz", as_ase, True),
    ("xyz", as_ovito, True),
    ("data", as_ase, False),
    ("data", as_ovito, False),
    ("data", as_mdanalysis, False),
    ("dump", as_ase, False),
    ("dump", as_ovito, True),
    ("dump", as_mdanalysis, False),
    ("gsd", as_gsd, True),
    ("gsd", as_ovito, True),
    ("gsd", as_mdanalysis, False),
    ("h5", as_mdanalysis, False),
]
"""What opens which format, and whether it gives back the fields too."""


@pytest.mark.parametrize(("suffix", "reader", "fields"), READERS, ids=lambda each: getattr(each, "__name__", str(each)))
@pytest.mark.parametrize("name", ["ka", "ipl-2d"])
def test_others_read_the_same_numbers(tmp_path, name, suffix, reader, fields):
    known, told = with_fields(name)
    path, d = tmp_path / f"glass.{suffix}", known.model.dimension
    if suffix in ("h5", "gsd") and d == 2 and reader is as_mdanalysis:
        pytest.skip("MDAnalysis knows boxes of three dimensions alone")
    known.write(path, **({} if suffix == "data" else told))
    cell, places, found = reader(path)
    assert cell[:d, :d] == pytest.approx(known.original.box.vectors.T, rel=1e-6, abs=1e-6)
    away = known.original.box.shortest(places[:, :d] - known.original.positions)
    away -= away.mean(axis=0)
    near = SINGLE_PRECISION if reader in (as_mdanalysis, as_ovito) or suffix == "gsd" else 1e-12
    assert abs(away).max() < near * cell[0, 0]
    if fields:
        assert found["charge_like"] == pytest.approx(told["charge_like"], rel=1e-6)
        assert found["flow"][:, :d] == pytest.approx(told["flow"], rel=1e-6)
        assert found["mode_1"][:, :d] == pytest.approx(told["mode"][1], rel=1e-6)


def test_lammps_reads_what_is_written_and_finds_the_same_energy(tmp_path):
    peers = pytest.importorskip("lammps_peer")
    try:
        lammps = peers.lammps_class()
    except ImportError as problem:
        pytest.skip(str(problem))
    known = own("ka")
    known.write(tmp_path / "glass.data")
    peer = lammps(cmdargs=["-log", "none", "-screen", "none"])
    for command in ("units lj", "atom_style atomic", "boundary p p p", f"read_data {tmp_path / 'glass.data'}"):
        peer.command(command)
    for command in (*peers.pair_commands(known.model), "thermo_modify norm no", "run 0 post no"):
        peer.command(command)
    ours = force_state(known.model.interaction, known.original).energy
    assert peer.get_thermo("pe") == pytest.approx(ours, rel=1e-9)
    peer.close()


def test_modes_are_frames_that_ovito_draws_as_arrows(tmp_path):
    io = pytest.importorskip("ovito.io", exc_type=ImportError)
    known = own("ka")
    modes = known.modes(3)
    known.write(tmp_path / "modes.xyz", frames=True, modes=modes)
    pipeline = io.import_file(str(tmp_path / "modes.xyz"))
    assert pipeline.num_frames == 3
    for k in range(3):
        data = pipeline.compute(k)
        assert np.array(data.particles.displacement[...]) == pytest.approx(modes.vectors[k], abs=1e-12)
        assert data.particles.displacement.vis is not None


def test_fields_of_particles_that_are_no_rattlers_are_spread_over_all(tmp_path):
    model, configuration = glass("harmonic-3d", 300)
    known = Glass(model, configuration, trusted=True)
    assert known.rattlers
    modes = known.modes(2)
    known.write(tmp_path / "modes.h5", modes=modes)
    from glassworks.configurations import read_frames

    _, _, arrays = read_frames(tmp_path / "modes.h5")
    assert (arrays["modes_1"][0][known.held] == modes.vectors[1]).all()
    rattlers = np.setdiff1d(np.arange(300), known.held)
    assert len(rattlers) == known.rattlers and not arrays["modes_1"][0][rattlers].any()


@pytest.mark.parametrize(
    ("suffix", "fields", "said"),
    [
        ("pdb", {}, "tells no format"),
        ("data", {"flow": np.zeros((500, 3))}, "allowed: one configuration without fields"),
        ("xyz", {"flow": np.zeros((499, 3))}, "flow: a field of shape"),
        ("xyz", {"flow": np.zeros((500, 2))}, "flow: a field of shape"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, suffix, fields, said):
    with pytest.raises(ValueError, match=said):
        own("ka").write(tmp_path / f"glass.{suffix}", **fields)
    assert not list(tmp_path.iterdir())


# ---- what others write


def test_lammps_data_and_dumps_give_the_same_glass(tmp_path):
    peers = pytest.importorskip("lammps_peer")
    known = own("ka")
    try:
        peer = peers.lammps_of(known.model, known.original)
    except ImportError as problem:
        pytest.skip(str(problem))
    columns = {
        "plain": "id type x y z", "scaled": "id type xs ys zs", "followed": "id type xu yu zu",
        "images": "id type x y z ix iy iz",
    }  # fmt: skip
    for name, text in columns.items():
        peer.command(f"dump {name} all custom 1 {tmp_path}/{name}.dump {text}")
        peer.command(f'dump_modify {name} format float "%20.16g" sort id')
    peer.command(
        f"dump packed all custom/gz 1 {tmp_path}/packed.dump.gz {columns['plain']}" if False else "run 0 post no"
    )
    peer.command(f"write_data {tmp_path}/glass.data")
    peer.close()
    species = {1: "small", 2: "large"}
    for name in ("glass.data", *(f"{name}.dump" for name in columns)):
        like(quietly(tmp_path / name, known.model, species), known, 1e-7)
        assert read_snapshot(tmp_path / name).units in ("lj", "")


def test_lammps_writes_sheared_boxes_in_two_and_three_dimensions(tmp_path):
    peers = pytest.importorskip("lammps_peer")
    try:
        lammps = peers.lammps_class()
    except ImportError as problem:
        pytest.skip(str(problem))
    for name in ("ka", "ipl-2d"):
        known = leaning(name)
        known.write(tmp_path / "ours.data")
        peer = lammps(cmdargs=["-log", "none", "-screen", "none"])
        for command in (
            "units lj", f"dimension {known.model.dimension}", "atom_style atomic", "boundary p p p",
            f"read_data {tmp_path}/ours.data", "pair_style zero 1.0", "pair_coeff * *",
            f"dump d all custom 1 {tmp_path}/{name}.dump id type x y z", 'dump_modify d format float "%20.16g"',
            "run 0 post no", f"write_data {tmp_path}/{name}.data",
        ):  # fmt: skip
            peer.command(command)
        peer.close()
        for suffix in ("dump", "data"):
            like(quietly(tmp_path / f"{name}.{suffix}", known.model, SPECIES), known, 1e-7)


@pytest.mark.parametrize("style", ["metal", "real"])
def test_unit_styles_of_lammps_are_understood(tmp_path, style):
    """Argon's λ, ε and m in the style's units: coordinates are read in λ and written in them, moduli and frequencies
    are told in the style's, as `ase.units` (another table of constants) has them."""
    from ase import units as ase_units

    known = own("ka")
    energy = {"metal": 0.010323, "real": 0.238}[style]
    units = gw.Units(style, length=3.405, energy=energy, mass=39.948)
    path = tmp_path / "glass.data"
    write(path, known.original, units=units)
    assert read_snapshot(path).units == style
    found = quietly(path, known.model, SPECIES, units=units)
    like(found, known, 1e-9)
    with pytest.raises(ValueError, match=f"counts in units {style}, not lj"):
        Glass.from_file(path, known.model, SPECIES)
    joule = energy * (ase_units.eV if style == "metal" else ase_units.kcal / ase_units.mol) / ase_units.J
    pascal = joule / 3.405e-10**3
    expected = pascal / {"metal": 1e5, "real": 101325.0}[style]
    assert units.pressure(3) == pytest.approx(expected, rel=1e-6)
    per_second = (joule / (39.948 * ase_units._amu)) ** 0.5 / 3.405e-10
    assert units.frequency == pytest.approx(per_second * {"metal": 1e-12, "real": 1e-15}[style], rel=1e-6)
    found.write(tmp_path / "again.xyz")
    assert read_snapshot(tmp_path / "again.xyz").cell[0, 0] == pytest.approx(3.405 * known.original.box.length)


def test_ase_writes_give_the_same_glass(tmp_path):
    import ase.io
    from ase import Atoms

    known = own("ka")
    small = known.original.diameters == known.original.diameters.min()
    atoms = Atoms(np.where(small, "H", "He"), known.original.positions, cell=known.original.box.vectors.T, pbc=True)
    like(Glass.from_ase(atoms, known.model, SYMBOLS), known, EXACT)
    for name, form in (("a.xyz", "extxyz"), ("a.traj", "traj"), ("a.vasp", "vasp"), ("a.cif", "cif")):
        ase.io.write(tmp_path / name, atoms, format=form)
        found = quietly(tmp_path / name, known.model, SYMBOLS)
        like(found, known, SINGLE)
    turned = atoms.copy()
    turned.rotate(33.0, (1.0, 2.0, 3.0), rotate_cell=True)
    like(Glass.from_ase(turned, known.model, SYMBOLS), known, 1e-7)


def test_gsd_writes_give_the_same_glass(tmp_path):
    import gsd.hoomd

    known = leaning("ka")
    box, n = known.original.box, len(known.original)
    with gsd.hoomd.open(str(tmp_path / "a.gsd"), "w") as file:
        for k in range(2):
            frame = gsd.hoomd.Frame()
            xy = box.tilts[0]
            frame.configuration.box = [*box.edges, xy, 0.0, 0.0]
            fractions = known.original.positions @ np.linalg.inv(box.vectors.T) - 0.5
            frame.particles.N, frame.particles.position = n, (fractions @ box.vectors.T) * (1.0 if k else 0.5)
            frame.particles.types = ["A", "B"]
            frame.particles.typeid = (known.original.diameters < 1.0).astype(int)
            file.append(frame)
    assert count_frames(tmp_path / "a.gsd") == 2
    with pytest.warns(Relaxed, match="relaxed to the minimum: particles moved by"):
        found = Glass.from_file(tmp_path / "a.gsd", known.model, {"A": "large", "B": "small"})
    like(found, known, SINGLE)
    assert 0.0 < found.origin.typical < found.origin.farthest < 1e-5 and found.origin.residual > 1e-10


@pytest.mark.parametrize("moving", [False, True])
def test_h5md_of_others_gives_the_same_glass(tmp_path, moving):
    """By h5py as the format's page says: a group of any name, species as numbers, images, a fixed or a moving box."""
    import h5py

    known = leaning("ka")
    n, box = len(known.original), known.original.box
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file.create_group("h5md").attrs["version"] = [1, 1]
        group = file.create_group("particles/argon")
        places = np.stack([known.original.positions * 0.5, known.original.positions - box.vectors[:, 0]])
        group["position/value"], group["position/step"] = places, [0, 1]
        group["species"] = np.where(known.original.diameters < 1.0, 7, 3)
        group["image/value"] = np.stack([np.zeros((n, 3), int), np.tile([1, 0, 0], (n, 1))])
        cell = group.create_group("box")
        cell.attrs["dimension"], cell.attrs["boundary"] = 3, np.array([b"periodic"] * 3)
        if moving:
            cell["edges/value"] = np.stack([box.vectors.T * 0.7, box.vectors.T])
        else:
            cell["edges"] = box.vectors.T
    like(quietly(tmp_path / "theirs.h5", known.model, {7: "small", 3: "large"}), known, 1e-7)
    with pytest.raises(ValueError, match="no frame 2"):
        read_snapshot(tmp_path / "theirs.h5", 2)
    with h5py.File(tmp_path / "theirs.h5", "r+") as file:
        file["particles/argon/box"].attrs["boundary"] = np.array([b"none"] * 3)
    with pytest.raises(ValueError, match="not periodic along x, y, z"):
        Glass.from_file(tmp_path / "theirs.h5", known.model, {7: "small", 3: "large"})


def test_frames_are_counted_and_chosen(tmp_path):
    known = own("poly-3d")
    other = replace(known.original, positions=known.original.positions + 0.25)
    for suffix in ("xyz", "dump", "gsd", "h5"):
        path = tmp_path / f"two.{suffix}"
        write(path, [known.original, other])
        assert count_frames(path) == 2
        first, last = read_snapshot(path, 0), read_snapshot(path)
        assert not np.array_equal(first.positions, last.positions)
        assert "frame 0" in first.source and "frame 1" in last.source
        with pytest.raises(Unreadable, match="no frame 2; allowed: 0 to 1"):
            read_snapshot(path, 2)


# ---- what is refused


def xyz(**changes) -> str:
    """A file of eight particles on a cube, as text."""
    told = {"lattice": 'Lattice="5 0 0 0 5 0 0 0 5"', "pbc": 'pbc="T T T"', "rows": None} | changes
    rows = told["rows"] or [f"A {x} {y} {z}" for x in (1, 3.5) for y in (1, 3.5) for z in (1, 3.5)]
    head = " ".join([told["lattice"], "Properties=species:S:1:pos:R:3", told["pbc"]])
    return "\n".join([str(len(rows)), head, *rows, ""])


GOOD = xyz().splitlines()[2:]
BAD = {
    "no box": (xyz(lattice=""), "line 2: there is no box"),
    "flat box": (xyz(lattice='Lattice="5 0 0 5 0 0 0 0 5"'), "has no volume"),
    "not periodic": (xyz(pbc='pbc="T T F"'), "not periodic along z"),
    "nan": (xyz(rows=[*GOOD[:3], "A nan 1 1", *GOOD[4:]]), "particle 3: its position"),
    "no number": (xyz(rows=[*GOOD[:3], "A 1 one 1", *GOOD[4:]]), "line 6: 'A 1 one 1'"),
    "too few columns": (xyz(rows=[*GOOD[:3], "A 1 1", *GOOD[4:]]), "line 6: 'A 1 1'"),
    "too many columns": (xyz(rows=[*GOOD[:3], "A 1 1 1 1", *GOOD[4:]]), "line 6: 'A 1 1 1 1'"),
    "cut off": ("9" + xyz()[1:], "ends after 8 of 9 particles"),
    "no species": (xyz(rows=[*GOOD[:7], "C 3.5 3.5 3.5"]), "nothing says what size 'C' has"),
    "outside": (xyz(rows=[*GOOD[:7], "A 17.5 3.5 3.5"]), "particle 7 at .* lies outside the box"),
    "on one spot": (xyz(rows=[*GOOD[:7], GOOD[0]]), "particles 0 and 7 stand on one spot"),
    "small box": (xyz(lattice='Lattice="4.5 0 0 0 4.5 0 0 0 4.5"'), "less than .* twice the range"),
    "empty": ("", "is empty"),
    "nonsense": ("hello\nworld\n", "cannot be read .*allowed: extxyz"),
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_bad_files_are_refused_naming_where_and_what_is_allowed(tmp_path, what):
    text, said = BAD[what]
    path = tmp_path / "bad.xyz"
    path.write_text(text)
    with pytest.raises(ValueError, match=said) as problem:
        Glass.from_file(path, gw.load_model("ka"), {"A": "large"})
    if what not in ("on one spot", "small box"):
        assert "bad.xyz" in str(problem.value)


def test_dimensions_have_to_agree(tmp_path):
    (tmp_path / "cube.xyz").write_text(xyz())
    with pytest.raises(ValueError, match=r"lie in three dimensions .* but the model has 2"):
        Glass.from_file(tmp_path / "cube.xyz", gw.load_model("ipl-2d"), {"A": 1.0})
    own("ipl-2d").write(tmp_path / "flat.gsd")
    with pytest.raises(ValueError, match="has 2 dimensions, but the model has 3"):
        Glass.from_file(tmp_path / "flat.gsd", gw.load_model("ka"))


def test_sizes_follow_the_stated_rule(tmp_path):
    (tmp_path / "cube.xyz").write_text(xyz())
    snapshot = read_snapshot(tmp_path / "cube.xyz")
    ka, poly = gw.load_model("ka"), gw.load_model("poly-3d")

    def size(model, species):
        return set(fitted(snapshot, model, species).diameters)

    assert size(ka, {"A": "large"}) == {ka.mixture.large_large} and size(ka, {"A": 1.23}) == {1.23}
    assert size(gw.load_model("lj-mono-3d"), None) == {gw.load_model("lj-mono-3d").diameters(1)[0]}
    for model, species in ((ka, None), (poly, None), (ka, {"A": "huge"}), (ka, {"A": -1.0}), (ka, {"B": 1.0})):
        with pytest.raises(ValueError, match=r"cube\.xyz: species: .*allowed: a size"):
            size(model, species)
    sized = replace(snapshot, diameters=np.full(8, 1.5))
    assert set(fitted(sized, poly).diameters) == {1.5} and set(fitted(sized, ka, {"A": 1.0}).diameters) == {1.0}


def test_followed_particles_are_taken_where_that_is_said(tmp_path):
    known = own("ka")
    rng = np.random.default_rng(0)
    away = known.original.positions + rng.integers(-3, 4, known.original.positions.shape) * known.original.box.length
    snapshot = replace(read_snapshot_of(known, tmp_path), positions=away)
    with pytest.raises(ValueError, match="outside the box"):
        fitted(snapshot, known.model)
    found = fitted(snapshot, known.model, unwrapped=True)
    assert abs(known.original.box.shortest(found.positions - known.original.positions)).max() < 1e-9


def read_snapshot_of(known: Glass, folder):
    known.write(folder / "known.xyz")
    return read_snapshot(folder / "known.xyz")


def test_masses_that_are_not_the_models_are_warned_of(tmp_path):
    known = own("ka")
    snapshot = read_snapshot_of(known, tmp_path)
    fitted(replace(snapshot, masses=np.full(len(snapshot), 39.9)), known.model)
    with pytest.warns(Misfit, match="has a mass of"):
        fitted(replace(snapshot, masses=np.where(snapshot.labels == "H", 2.0, 1.0)), known.model)


def test_a_box_may_be_wider_than_what_it_is_of(tmp_path):
    """Density and sizes unlike the model's are warned of, as for any configuration of one's own."""
    known = own("ka")
    box = Box(1.2 * known.original.box.length, 3)
    wide = Configuration(known.original.positions, known.original.diameters, box)
    write(tmp_path / "wide.xyz", wide)
    with pytest.warns(Misfit, match="its density is"), pytest.warns(Relaxed):
        Glass.from_file(tmp_path / "wide.xyz", known.model)


def test_public_names_show():
    assert {"Glass", "Units", "load_model", "make_liquid", "model_names", "quench"} <= set(dir(gw))
    assert repr(own("ka")).startswith("Glass(ka, N = 500, 3D, density 1.2")
