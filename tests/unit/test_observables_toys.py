"""What an observable in a file of its own can do: keep arrays, build on another, be cut off; shown by two of `toys`."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from test_campaign_measure import ensemble, flip, path, quenched  # noqa: F401  (fixtures)

from glassworks import observables
from glassworks.campaign.checked import verify
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import checkpoints
from glassworks.campaign.jobs.checkpoints import Stopped
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.kept import read_arrays
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.planned import stages
from glassworks.campaign.planned.costs import read_costs
from glassworks.campaign.planned.definitions import PACKAGE, Library
from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.products.tables import read_provenance, read_table
from glassworks.glasses import Glass

TOYS = Path(__file__).with_name("toys")


@pytest.fixture
def toys(monkeypatch):
    """The observables of `toys`, found beside those of the library."""
    stages._digests()  # of the library alone
    before = set(sys.modules)
    monkeypatch.setattr(observables, "__path__", [*observables.__path__, str(TOYS)])
    forget()
    yield
    for name in set(sys.modules) - before:
        if name.startswith("glassworks.observables."):
            del sys.modules[name]
    forget()


def forget() -> None:
    observables.every_name.cache_clear()
    observables.load.cache_clear()


@pytest.fixture
def searches(monkeypatch) -> list[Glass]:
    """The glasses whose modes were searched for, as often as they were."""
    found, plain = [], Glass.modes

    def modes(self, *given):
        found.append(self)
        return plain(self, *given)

    monkeypatch.setattr(Glass, "modes", modes)
    return found


def chosen(ensemble: Ensemble, **given: dict) -> Ensemble:  # noqa: F811
    return dataclasses.replace(ensemble, observables=given)


def run(ensemble: Ensemble, *names: str) -> None:  # noqa: F811
    measure(Job("measure", scale="toy"), [(ensemble, name) for name in names], 0)


def arrays(ensemble: Ensemble, name: str) -> Path:  # noqa: F811
    return path(ensemble, name).with_suffix(".h5")


def test_what_an_observable_needs_is_found_once_and_kept_or_not(toys, ensemble, searches):  # noqa: F811
    """Handed on within a job, read where it is kept, found again where it is not: the same bits each time."""
    kept = chosen(ensemble, modes={"count": 5, "keep": True}, pockets={})
    plain = chosen(ensemble, modes={"count": 5}, pockets={})
    run(kept, "pockets", "modes")
    assert len(searches) == 2
    modes, together = read_table(path(kept, "modes")), read_table(path(kept, "pockets"))
    np.testing.assert_allclose(together["participation"], modes["participation"], rtol=1e-5)
    for name in ("modes", "pockets"):
        assert set(read_arrays(arrays(kept, name))[0]) == {0, 1}
    squared = read_arrays(arrays(kept, "pockets"))[0]
    path(kept, "pockets").unlink()
    run(kept, "pockets")
    assert len(searches) == 2 and read_table(path(kept, "pockets")).equals(together)
    again = read_arrays(arrays(kept, "pockets"))[0]
    assert all((again[k]["squared"] == squared[k]["squared"]).all() for k in squared)
    run(plain, "pockets")
    assert len(searches) == 4 and read_table(path(plain, "pockets")).equals(together)
    assert path(plain, "pockets") != path(kept, "pockets") and not path(plain, "modes").exists()
    assert read_provenance(path(kept, "pockets"))["specification"]["needs"] == {"modes": {"count": 5, "keep": True}}


def test_kept_vectors_are_those_of_the_modes(ensemble):  # noqa: F811
    """As declared, of the particles that are named; the table is that of modes of which nothing is kept."""
    kept, plain = chosen(ensemble, modes={"count": 5, "keep": True}), chosen(ensemble, modes={"count": 5})
    run(kept, "modes")
    run(plain, "modes")
    assert read_table(path(kept, "modes")).equals(read_table(path(plain, "modes")))
    assert not arrays(plain, "modes").exists()
    rows = read_table(path(kept, "modes")).set_index("sample")
    for sample, found in read_arrays(arrays(kept, "modes"))[0].items():
        vectors, particles = found["vectors"], found["particles"]
        assert vectors.dtype == np.float32 and vectors.shape == (5, len(particles), 3)
        np.testing.assert_allclose((vectors.astype(float) ** 2).sum(axis=(1, 2)), 1.0, rtol=1e-5)
        norm = (vectors.astype(float) ** 2).sum(axis=2)
        np.testing.assert_allclose(
            1.0 / (len(particles) * (norm**2).sum(axis=1)), rows.loc[sample, "participation"], rtol=1e-4
        )
    with h5py.File(arrays(kept, "modes")) as file:
        assert file["vectors"].attrs["shape"] == "(modes, particles without rattlers, d)"


def bend(file: Path) -> None:
    """Flips a bit among the vectors."""
    with h5py.File(file) as opened:
        piece = opened["vectors/0"].id.get_chunk_info(0)
    content = bytearray(file.read_bytes())
    content[piece.byte_offset + piece.size // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("harm", [bend, Path.unlink])
def test_arrays_that_are_damaged_or_lost_are_found_and_made_again(ensemble, harm):  # noqa: F811
    paper = Path("config/papers/pinching.yaml")
    head, tail = paper.read_text().split("\n  reference-3d:\n")
    tail = tail.replace("observables: {moduli: {}}", "observables: {modes: {count: 5, keep: true}}", 1)
    paper.write_text(f"{head}\n  reference-3d:\n{tail}")
    verify._campaign.cache_clear()
    [ensemble] = paper_ensembles(*(lambda made: (made, made.papers["pinching"]))(load_campaign({"scale": "toy"})))
    run(ensemble, "modes")
    files = [str(path(ensemble, "modes")), str(arrays(ensemble, "modes"))]
    assert job_products("measure", ensemble, 0, "modes") == files[::-1]
    assert [verify.finding(each).said for each in files] == ["", ""]
    before = read_arrays(arrays(ensemble, "modes"))[0]
    harm(arrays(ensemble, "modes"))
    if harm is bend:
        assert verify.finding(files[1]).condition == verify.DAMAGED
    run(ensemble, "modes")
    assert verify.finding(files[1]).said == ""
    assert (read_arrays(arrays(ensemble, "modes"))[0][1]["vectors"] == before[1]["vectors"]).all()
    verify._campaign.cache_clear()


def test_an_observable_goes_on_within_a_glass(toys, ensemble, monkeypatch):  # noqa: F811
    """Cut off after any step of any glass, it takes none twice, and finds the same."""
    made = chosen(ensemble, moduli={}, patient={})
    patient = sys.modules[observables.load("patient").measure.__module__]
    run(made, "moduli", "patient")
    whole, taken = read_table(path(made, "patient")), list(patient.STEPS)
    for name in ("moduli", "patient"):
        path(made, name).unlink()
    patient.STEPS.clear()
    monkeypatch.setattr(patient, "after", lambda step: step == 4 and os.kill(os.getpid(), signal.SIGTERM))
    for _ in range(2):
        with pytest.raises(Stopped):
            run(made, "moduli", "patient")
    run(made, "moduli", "patient")
    assert patient.STEPS == taken == [1, 2, 3, 4, 5, 6] * 2
    assert read_table(path(made, "patient")).equals(whole)
    assert not list(checkpoints.FOLDER.glob("*"))


def test_a_new_file_changes_no_digest(tmp_path):
    """An observable with an array and a need, and one that keeps its state, in a copy of the library."""
    copy = Path(shutil.copytree(PACKAGE, tmp_path / "glassworks", ignore=shutil.ignore_patterns("__pycache__")))
    kinds = [(stage, kind) for stage in ("measure", "observe", "gather") for kind in (stages.kinds(stage) or [None])]
    before = {each: stages.code_digest(*each) for each in kinds}
    for toy in TOYS.glob("*.py"):
        shutil.copy(toy, copy / "observables")
    library = Library(copy, stages.closed)
    assert {each: stages.code_digest(*each, library=library) for each in kinds} == before
    assert library.digest(["observables.pockets:measure"]) != library.digest(["observables.patient:measure"])


def test_a_digest_covers_what_an_observable_builds_on(toys):
    assert stages.kinds("measure")["pockets"] == ("observables.pockets:measure", "observables.modes:measure")


LACKING = {
    "LAWS": "LAWS = {'': Law(scale=0.01, power=1.0)}",
    "COLUMNS": 'COLUMNS = {"total": Column("1", "sum of random numbers")}',
}


@pytest.mark.parametrize("lost", LACKING)
def test_a_file_that_lacks_something_is_refused(toys, tmp_path, monkeypatch, lost):
    text = (TOYS / "patient.py").read_text().replace(LACKING[lost].replace("'", '"'), "")
    (tmp_path / "hasty.py").write_text(text)
    monkeypatch.setattr(observables, "__path__", [*observables.__path__, str(tmp_path)])
    forget()
    with pytest.raises(observables.Incomplete, match=f"^observables/hasty.py: {lost}: is missing"):
        observables.load("hasty")


@pytest.mark.parametrize(
    ("needs", "said"),
    [("selfish", "needs itself"), ("downhill", "no observable of glasses"), ("nothing", "no observable of glasses")],
)
def test_needs_that_cannot_be_are_refused(toys, tmp_path, monkeypatch, needs, said):
    text = (TOYS / "pockets.py").read_text().replace('NEEDS = ("modes",)', f'NEEDS = ("{needs}",)')
    (tmp_path / "selfish.py").write_text(text)
    monkeypatch.setattr(observables, "__path__", [*observables.__path__, str(tmp_path)])
    forget()
    with pytest.raises(observables.Incomplete, match=f"NEEDS: {needs}: {said}"):
        list(observables.needed("selfish"))


def test_a_need_that_is_not_measured_beside_is_refused(toys, ensemble):  # noqa: F811
    paper = Path("config/papers/pinching.yaml")
    head, tail = paper.read_text().split("\n  reference-3d:\n")
    paper.write_text(f"{head}\n  reference-3d:\n{tail.replace('{moduli: {}}', '{pockets: {}}', 1)}")
    with pytest.raises(ConfigurationError, match="pockets: builds on modes, which is not measured here"):
        load_campaign({"scale": "toy"})


ROOMS = ("vibrations", "elasticity", "excitations", "landscape", "liquids", "glasses")


def test_declarations_load_no_kernels():
    """Nor does what they cost."""
    code = (
        "import sys\n"
        "from glassworks import observables\n"
        "for each in map(observables.load, observables.every_name()):\n"
        "    each.law(observables.System(8000, 3), each.parameters())\n"
        "print(*(name.split('.')[1] for name in sys.modules if name.startswith('glassworks.')))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "observables" in said and set(said).isdisjoint(ROOMS)


def test_what_a_large_glass_takes(ensemble):  # noqa: F811
    """Modes without a factor take 15 kB a particle (docs/spectrum.md: 7.6 GiB at N = 512,000), and vectors disk."""
    large = dataclasses.replace(ensemble.liquid, n=512_000, block_samples=1)
    kept = dataclasses.replace(ensemble, liquid=large, observables={"modes": {"count": 100, "keep": True}})
    costs = read_costs(Path())
    assert 7.6 * 1074 < costs.memory("measure", kept) < 1.15 * 7.6 * 1074
    factored = dataclasses.replace(kept, observables={**kept.observables, "moduli": {}})
    assert costs.memory("measure", factored) > 20 * costs.memory("measure", kept)
    assert costs.memory("measure", factored, ["modes"]) == costs.memory("measure", kept)
    plain = dataclasses.replace(kept, observables={"modes": {"count": 100}})
    vectors = costs.disk("measure", kept, "modes") - costs.disk("measure", plain, "modes")
    assert vectors == pytest.approx(4 * (100 * 3 + 1) * 512_000)
