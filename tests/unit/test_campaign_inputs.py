"""Every job compares every input that it reads with its hash before it computes anything: one flipped bit is enough."""

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import test_campaign_paths
import test_campaign_relaxation

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import evidence, gather, measure, observe, pages, prepare, quench
from glassworks.campaign.jobs.common import Job, read_configurations, write_configurations
from glassworks.campaign.jobs.making import Contents, make_item, works
from glassworks.campaign.planned.ensembles import Ensemble, Liquid, paper_ensembles
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.parts import ensemble_parts
from glassworks.campaign.planned.results import Results
from glassworks.campaign.products import contents
from glassworks.campaign.products.contents import read_record
from glassworks.campaign.products.marks import marked
from glassworks.campaign.products.tables import write_table
from glassworks.configurations import Box, Configuration, read_frames
from glassworks.studies import derived_tables

TOLD = "is damaged; `glassworks verify --repair` sets it aside"
NUMBERS = ("energy", "replica", "sweeps_before", "sweeps_between", "round_trips")
MADE_UP = dict.fromkeys(("sample", "status", "chain", *NUMBERS), ("1", "made up"))
"""The columns of all tables here, whatever they are called."""


class Reached(Exception):
    """A job begins to compute."""


class Case(NamedTuple):
    """A job: what runs it, the files that it reads, and the function with which it begins to compute."""

    run: Callable[[], None]
    inputs: list[str]
    computes: str


def put(folder: str, kind: str, table: str, samples: range, chain: int = 1) -> list[str]:
    """Writes a block of liquids or glasses by hand, of a few particles each, and returns its files."""
    rng = np.random.default_rng(1)
    frames = [Configuration(9 * rng.random((8, 2)), np.ones(8), Box(9.0, 2)) for _ in samples]
    arrays = {name: rng.random((len(samples), 8, 2)) for name in ("velocity", "force")}
    record = {"stage": "hand"}
    write_configurations(
        f"{folder}/{kind}.h5", frames, samples, record, {**arrays, "bath": np.ones((len(samples), 2, 3))}
    )
    rows = {"sample": np.array(samples), "status": np.array(["ok"] * len(samples)), "chain": np.array(samples) // chain}
    write_table(
        f"{folder}/{table}.parquet", rows | {name: rng.random(len(samples)) for name in NUMBERS}, record, MADE_UP
    )
    return [f"{folder}/{kind}.h5", f"{folder}/{table}.parquet"]


def put_liquid(liquid: Liquid, block: int) -> list[str]:
    samples, count = liquid.block_samples, liquid.samples_per_chain
    return put(liquid.folder(block), "liquid", "liquids", range(block * samples, (block + 1) * samples), count)


def put_glasses(ensemble: Ensemble) -> list[str]:
    return put(ensemble.folder(0), "glass", "glasses", range(ensemble.block_samples))


def put_tables(folder: str, names) -> list[str]:
    """Tables of one paper that hold anything."""
    rows = {"sample": np.arange(9), "status": np.array(["ok"] * 9), "energy": np.random.default_rng(2).random(9)}
    for name in names:
        write_table(f"{folder}/{name}.parquet", rows, {"stage": "hand"}, MADE_UP)
    return [f"{folder}/{name}.parquet" for name in names]


def cases() -> Iterator[tuple[str, Case]]:
    """Every kind of job, its inputs made by hand in the present folder."""
    campaign = load_campaign({"papers": "pinching,solid,liquid"})
    made = {name: list(paper_ensembles(campaign, paper)) for name, paper in campaign.papers.items()}
    pinching = campaign.papers["pinching"]
    [tempered] = (each for each in made["pinching"] if "tempering" in each.liquid.told)
    plain = made["pinching"][0]
    cooled = next(each.liquid for each in made["solid"] if each.liquid.above)
    watched = made["liquid"][0].liquid
    downhill = next(each for each in made["solid"] if each.group == "paths")
    jobs = "glassworks.campaign.jobs"

    above = [path for liquid, block in tempered.liquid.starts(0) for path in put_liquid(liquid, block)]
    run = Case(
        lambda: prepare.prepare(Job("prepare"), tempered.liquid, 0),
        [path for path in above if path.endswith(".h5")], "glassworks.liquids.run_tempering",
    )  # fmt: skip
    yield "equilibrate", run
    files = put_liquid(plain.liquid, 0)
    run = lambda: evidence.evidence(Job("evidence"), plain.liquid)  # noqa: E731
    yield "evidence", Case(run, files, "glassworks.liquids.relaxation_of")
    yield "quench", Case(lambda: quench.quench(Job("quench"), plain, 0), files, f"{jobs}.quench.minimize")
    run = lambda: measure.measure(Job("measure"), [(plain, "moduli")], 0)  # noqa: E731
    yield "measure", Case(run, put_glasses(plain), "glassworks.glasses.Glass")
    run = lambda: prepare.prepare(Job("prepare"), cooled, 0)  # noqa: E731
    yield "step", Case(run, put_liquid(*cooled.starts(0)[0]), "glassworks.preparing.stepwise.prepare")
    run = lambda: prepare.prepare(Job("prepare"), watched, 0)  # noqa: E731
    yield "relax", Case(run, put_liquid(*watched.starts(0)[0]), "glassworks.preparing.relaxation.prepare")
    run = lambda: observe.observe(Job("observe", kind="downhill"), downhill, 0, "downhill")  # noqa: E731
    yield "observe", Case(run, put_liquid(downhill.liquid, 0), f"{jobs}.measuring.heartbeat")

    parts = [path for ensemble in made["pinching"] for path in ensemble_parts(ensemble, "moduli")]
    for path in parts:
        put_tables(str(Path(path).parent), [Path(path).stem])

    def run() -> None:
        job = Job("gather")
        gather.gather_table(job, job.campaign.papers["pinching"], "moduli")

    yield "gather", Case(run, [parts[0], parts[-1]], f"{jobs}.gather.write_table")
    made, tables = Results(campaign, pinching), "results/desk/tables/pinching"

    def of_item(*item: str) -> Callable[[], None]:
        return lambda: make_item(Job("results"), made, made.item(*item), Contents(), works())

    raw = put_tables(tables, made.raw)
    yield "analyse", Case(of_item("analyse"), [raw[0], raw[-1]], "glassworks.studies.analyse")
    derived = put_tables(tables, derived_tables("pinching"))
    read = [*made.item("draw", "1").reads]
    yield "draw", Case(of_item("draw", "1"), [read[0], read[-1]], "glassworks.studies.draw")
    yield "judge", Case(of_item("judge"), [raw[0], derived[-1]], "glassworks.studies.judge")
    said = {"stage": "draw", "stage_digest": "", "specification_hash": ""}
    for picture in map(Path, made.drawn_paths):
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(marked(b"a picture" + bytes(12), picture.suffix, said))
    shown = [raw[0], raw[-1], derived[0], *put_tables(tables, ["claims"]), made.drawn_paths[1]]
    yield "page", Case(of_item("page"), shown, f"{jobs}.pages.product")
    claims = [f"{tables}/claims.parquet"]
    yield "report", Case(lambda: pages.write_report(Job("report")), claims, f"{jobs}.pages.write_table")


STAGES = {
    "equilibrate": 2, "evidence": 2, "quench": 2, "measure": 2, "step": 2, "relax": 2, "observe": 2, "gather": 2,
    "analyse": 2, "draw": 2, "judge": 2, "page": 5, "report": 1,
}  # fmt: skip
"""How many inputs of each stage's job are damaged here."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the inputs of every kind of job, and these jobs."""
    folder = tmp_path_factory.mktemp("inputs")
    test_campaign_paths.write(folder)
    (folder / test_campaign_relaxation.PAPER).write_text(test_campaign_relaxation.LIQUID)
    with (folder / test_campaign_relaxation.SCALE).open("a") as scale:
        scale.write(test_campaign_relaxation.DESK)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder, dict(cases())


@pytest.fixture
def jobs(made, monkeypatch) -> dict[str, Case]:
    """The jobs, each of which raises `Reached` where it would begin to compute."""
    monkeypatch.chdir(made[0])

    def reached(*_, **__):
        raise Reached

    for case in made[1].values():
        monkeypatch.setattr(case.computes, reached)
    return made[1]


def flipped(path: Path) -> bytes:
    """The file with a bit flipped: in a sample's index, which lies in it as it is, or among a table's numbers."""
    content = bytearray(path.read_bytes())
    if path.suffix == ".h5":
        with h5py.File(path) as file:
            place = file["particles/all/position/step"].id.get_offset()
    elif path.suffix == ".parquet":
        column = pq.ParquetFile(path).metadata.row_group(0).column(0)
        place = column.data_page_offset + column.total_compressed_size // 2
    else:
        place = 3
    content[place] ^= 1
    return bytes(content)


def renumbered(path: Path) -> bytes:
    """The file with one number changed in its last bit and a good checksum of everything but its content."""
    if path.suffix != ".parquet":
        return flipped(path)
    table = pq.ParquetFile(path).read()
    energy = table["energy"].to_numpy().copy()
    energy[-1] = np.nextafter(energy[-1], 9)
    place, made = table.column_names.index("energy"), pa.BufferOutputStream()
    pq.write_table(table.set_column(place, table.schema.field("energy"), pa.array(energy)), made)
    return made.getvalue().to_pybytes()


def strange(path: Path) -> bytes:
    """What a stranger may send in its place: a link to another file, or one word that repeats to 100 GB."""
    made = io.BytesIO(path.read_bytes())
    if path.suffix == ".h5":
        with h5py.File(made, "r+") as file:
            file["observables/more"] = h5py.ExternalLink("/etc/hostname", "/")
    elif path.suffix == ".parquet":
        made = io.BytesIO()
        places = pa.array(np.zeros(10**5, dtype=np.int32))
        table = pa.table({"status": pa.DictionaryArray.from_arrays(places, ["x" * 10**6])})
        pq.write_table(table, made, compression="zstd", store_schema=False)
    return made.getvalue() if path.suffix != ".png" else b"no picture"


HARMS: dict[str, Callable[[Path], bytes]] = {
    "a bit": flipped,
    "a number": renumbered,
    "its end": lambda path: path.read_bytes()[:-20],
    "half of it": lambda path: path.read_bytes()[: path.stat().st_size // 2],
    "all of it": lambda path: b"",
    "a stranger's": strange,
    "anything else": lambda path: b"anything else" * 300,
}


def products() -> set[tuple[Path, int]]:
    """Files that are there, heartbeats and checkpoints left out, and when each was written."""
    every = (path for path in Path("results").rglob("*") if path.is_file())
    return {(path, path.stat().st_mtime_ns) for path in every if not path.parts[1].startswith(".")}


@contextlib.contextmanager
def put_back(path: Path) -> Iterator[None]:
    """Undoes what happens to a file."""
    whole = path.read_bytes()
    try:
        yield
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("stage", STAGES)
def test_a_job_refuses_what_is_damaged_before_it_computes(jobs, stage):
    case = jobs[stage]
    assert len(case.inputs) == STAGES[stage]
    with pytest.raises(Reached):
        case.run()
    for path in map(Path, case.inputs):
        for harm, damaged in HARMS.items():
            with put_back(path):
                path.write_bytes(damaged(path))
                before = products()
                with pytest.raises(ConfigurationError) as refusal:
                    case.run()
                assert products() == before
            assert str(refusal.value).startswith(f"{path}: {TOLD}"), f"{harm}: {refusal.value}"
            assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in ("page", "report")])
def test_what_is_older_than_hashes_is_taken_as_it_is(jobs, stage):
    for path in map(Path, jobs[stage].inputs):
        with put_back(path):
            if path.suffix == ".h5":
                with h5py.File(path, "r+") as file:
                    del file.attrs[contents.KEY]
            else:
                table = pq.ParquetFile(path).read()
                head = {key: text for key, text in table.schema.metadata.items() if key != contents.KEY.encode()}
                pq.write_table(table.replace_schema_metadata(head), path)
            with pytest.raises(Reached):
                jobs[stage].run()


@pytest.mark.parametrize("stage", ["quench", "measure", "step", "relax", "observe", "evidence"])
def test_a_table_of_other_samples_is_refused(jobs, stage):
    """Whole, with a good hash, but of another block."""
    path = Path(jobs[stage].inputs[1])
    table = pq.ParquetFile(path).read()
    rows = {name: table[name].to_numpy() for name in table.column_names}
    with put_back(path):
        write_table(path, {**rows, "sample": rows["sample"] + 1}, read_record(path), MADE_UP)
        with pytest.raises(ConfigurationError, match=f"{path}: {TOLD} .it does not hold the samples of"):
            jobs[stage].run()


def test_an_edge_that_is_wrong_by_a_bit_is_refused(jobs):
    """In the layout before, where a box's edges lie as they are: the liquid would be in a box 3 % off."""
    path = Path(jobs["quench"].inputs[0])
    with put_back(path):
        with h5py.File(path, "r+") as file:
            del file["particles/all/box/edges"]
            file["particles/all/box/edges"] = [9.0, 9.0]
            place = file["particles/all/box/edges"].id.get_offset()
        contents.seal_frames(path)
        assert read_configurations(path).configurations[0].box == Box(9.0, 2)
        content = bytearray(path.read_bytes())
        for edge in (0, 8):
            content[place + edge + 5] ^= 0x80
        path.write_bytes(content)
        assert read_frames(path)[0][0].box == Box(9.25, 2)
        with pytest.raises(ConfigurationError, match=f"{path}: {TOLD} .it holds something else than was written"):
            jobs["quench"].run()


@pytest.mark.parametrize("stage", ["step", "relax"])
def test_liquids_without_velocities_are_refused(jobs, stage):
    path = Path(jobs[stage].inputs[0])
    frames = read_configurations(path)
    with put_back(path):
        write_configurations(path, frames.configurations, frames.samples, {})
        with pytest.raises(ConfigurationError, match=f"{path}: {TOLD} .it lacks bath, force, velocity"):
            jobs[stage].run()


def test_what_the_system_cannot_do_is_no_damage(jobs, monkeypatch):
    """A disk that fails is not the file's fault, and nothing may be set aside for it."""

    def broken(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("glassworks.campaign.jobs.common.frames_hash", broken)
    with pytest.raises(OSError, match="Input/output error"):
        jobs["quench"].run()


@pytest.mark.parametrize("stage", ["analyse", "page", "report"])
def test_leftovers_beside_tables_are_no_tables(jobs, stage):
    """macOS leaves such beside each file that it copies to a disk of another system."""
    left = [Path(path).with_name(f"._{Path(path).name}") for path in jobs[stage].inputs if path.endswith(".parquet")]
    for path in left:
        path.write_bytes(b"\0\5\x16\7 no table")
    with pytest.raises(Reached):
        jobs[stage].run()
    assert left
    for path in left:
        path.unlink()


def test_what_is_not_there_is_named(jobs):
    for stage in ("quench", "step", "measure"):
        for path in map(Path, jobs[stage].inputs):
            with put_back(path):
                path.unlink()
                with pytest.raises(FileNotFoundError, match=f"{path}: this input is not there"):
                    jobs[stage].run()
