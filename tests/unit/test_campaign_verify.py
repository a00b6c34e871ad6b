"""Verification finds what a disk, an edit or a mistake did to a product, names it, and finds nothing else."""

import json
import os
import shutil
import time
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from project import ROOT, TOY
from typer.testing import CliRunner

from glassworks.campaign import verify
from glassworks.campaign.adoption import adopt, lost, settle_clock
from glassworks.campaign.cli import app
from glassworks.campaign.config import load_campaign
from glassworks.campaign.contents import seal_frames
from glassworks.campaign.dag import Plan
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.equilibrate import equilibrate
from glassworks.campaign.jobs.evidence import evidence
from glassworks.campaign.jobs.gather import gather_table
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.quench import quench
from glassworks.campaign.marks import marked
from glassworks.campaign.tables import KEYS, read_provenance, read_table, write_table

LIQUID, GLASS = "results/liquids/*/00001/liquid.h5", "results/ensembles/*/00001/glass.h5"
TABLE, MODULI = "results/ensembles/*/00001/glasses.parquet", "results/ensembles/*/00000/moduli-*.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A small campaign whose every job has run."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(ROOT / "config", folder / "config")
    (folder / "config/scales/toy.yaml").write_text(TOY.replace("samples: 2", "samples: 4"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        plan = Plan({"scale": "toy"})
        for stage, thing, block, observable in sorted(plan.jobs(), key=lambda job: ("equm".index(job[0][0]), job[2])):
            kind = observable or (thing.protocol.kind if stage in ("equilibrate", "evidence") else None)
            job = Job(stage, kind=kind, scale="toy")
            if stage == "evidence":
                evidence(job, thing)
            elif stage == "measure":
                measure(job, [(thing, observable)], block)
            else:
                {"equilibrate": equilibrate, "quench": quench}[stage](job, thing, block)
        job = Job("gather", scale="toy")
        gather_table(job, job.campaign.papers["pinching"], "moduli")
    return folder


@pytest.fixture
def copy(made, tmp_path, monkeypatch) -> Path:
    """The same, to break; we are in it."""
    shutil.copytree(made, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


def the(pattern: str) -> Path:
    [path] = Path().glob(pattern)
    return path


def found() -> dict[str, str]:
    """What is wrong, by path."""
    paths = verify.products(["pinching"], load_campaign({"scale": "toy"}))
    assert len(paths) == 4 + 1 + 4 + 2 + 1
    return {path: said for path in paths if (said := verify.fault(path))}


def test_nothing_is_wrong_with_what_was_made(copy):
    assert found() == {}


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def empty(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("pattern", [LIQUID, GLASS, TABLE, MODULI])
@pytest.mark.parametrize("harm", [truncate, empty])
def test_half_a_file_is_found(copy, pattern, harm):
    harm(the(pattern))
    [(path, said)] = ((path, said) for path, said in found().items() if path == str(the(pattern)))
    assert path and said.startswith("is empty" if harm is empty else "cannot be read")


@pytest.mark.parametrize("pattern", [GLASS, MODULI])
def test_flipped_bits_are_found_wherever_a_value_changes(copy, pattern):
    """Each of forty flips over the file is either found or changes nothing that a reader gets."""
    path = the(pattern)
    whole = path.read_bytes()
    read = contents(path)
    caught = 0
    for place in np.random.default_rng(1).choice(8 * len(whole), 40, replace=False):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        if verify.fault(str(path)):
            caught += 1
        else:
            assert contents(path) == read, f"bit {place}"
    assert caught > 20


def contents(path: Path) -> str:
    """All that a reader gets of a file."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pandas().to_json(double_precision=15) + json.dumps(read_provenance(path))
    with h5py.File(path) as file:
        found = [str(dict(file.attrs))]
        file.visititems(
            lambda name, item: found.append(name + repr(item[()].tobytes() if hasattr(item, "dtype") else ""))
        )
        return "".join(found)


def test_a_moved_particle_is_found_by_its_forces(copy):
    """Even where the hash was made anew: the glass is no minimum any more."""
    with h5py.File(the(GLASS), "r+") as file:
        file["particles/all/position/value"][1, 0, 0] += 1e-4
    seal_frames(the(GLASS))
    [(path, said)] = found().items()
    assert path == str(the(GLASS)) and said.startswith("sample 3: energy a particle")


def test_a_wrong_energy_is_found(copy):
    rewrite(the(TABLE), lambda rows: rows.assign(energy=rows["energy"] + 1e-9))
    assert "energy a particle" in found()[str(the(GLASS))]


def rewrite(path: Path, change) -> None:
    write_table(path, change(read_table(path)), read_provenance(path))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.assign(shear=np.nan), "shear: not a finite number"),
        (lambda rows: rows.assign(backward_error=1e-3), "backward_error: a row whose status is ok exceeds"),
        (lambda rows: rows.drop(columns="shear"), "lacks the columns shear"),
        (lambda rows: rows.iloc[:1], "does not hold the samples of its block"),
    ],
)
def test_tables_that_are_whole_but_wrong(copy, change, said):
    rewrite(the(MODULI), change)
    assert said in found()[str(the(MODULI))]


def test_a_failed_sample_is_no_fault(copy):
    rewrite(the(MODULI), lambda rows: pd.DataFrame({"sample": rows["sample"], "status": "glass: no"}))
    assert found() == {}


def older(path: Path) -> None:
    """As an older version of its stage would have made it."""
    rows, record = read_table(path), read_provenance(path)
    write_table(path, rows, {**record, "stage_digest": "0-" + "0" * 12})


def test_an_older_stage_version_is_named(copy):
    older(the(MODULI))
    assert "older version of its stage (0-000000000000" in found()[str(the(MODULI))]


def test_a_raw_table_of_the_archive_may_be_older(copy):
    gathered, archived = (Path(f"results/{where}/tables/pinching/moduli.parquet") for where in ("toy", "from-archive"))
    older(gathered)
    archived.parent.mkdir(parents=True)
    shutil.copy(gathered, archived)
    assert "older version of its stage" in verify.fault(str(gathered)) and verify.fault(str(archived)) == ""


def test_the_archive_is_read_and_left_where_it_is(copy):
    """No run makes an archived table again, so it stays, and the command says how to get it back."""
    path = Path("results/archive/pinching/moduli.parquet")
    path.parent.mkdir(parents=True)
    rows = read_table(Path("results/toy/tables/pinching/moduli.parquet"))
    narrow = dict.fromkeys(rows.select_dtypes("float64").columns.difference(KEYS), "float32")
    write_table(path, rows.astype(narrow), read_provenance(Path("results/toy/tables/pinching/moduli.parquet")))
    assert "13 files read, 0 failed" in CliRunner().invoke(app, ["verify"]).output
    rewrite(path, lambda rows: rows.assign(shear=np.float32(np.nan)))
    answer = CliRunner().invoke(app, ["verify", "--repair"])
    assert answer.exit_code == 1 and path.is_file(), answer.output
    assert f"{path}: shear: not a finite number in a row whose status is ok; restore it" in answer.output


def test_verdicts_of_all_papers_are_those_of_each(copy):
    """Rewritten with a good hash, the joint table differs from the paper's own."""
    paper, joint = Path("results/toy/tables/pinching/claims.parquet"), Path("results/toy/claims.parquet")
    rows = pd.DataFrame({"paper": "pinching", "claim": ["one", "two"], "verdict": ["reproduced", "inconclusive"]})
    for path, stage in ((paper, "judge"), (joint, "report")):
        write_table(path, rows, Job(stage, scale="toy").provenance({}))
    assert verify.fault(str(paper)) == verify.fault(str(joint)) == ""
    rewrite(joint, lambda rows: rows.assign(verdict="reproduced"))
    assert verify.fault(str(joint)) == f"does not hold the verdicts of {paper}"


@pytest.mark.parametrize(("name", "stage"), [("figures/pinching/fig1.png", "draw"), ("report.html", "report")])
def test_figures_and_reports_are_read(copy, name, stage):
    path = Path("results/toy") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    record = Job(stage, scale="toy").provenance({})
    path.write_bytes(marked(b"content and end", path.suffix, record))
    made, campaign = str(path), load_campaign({"scale": "toy"})
    assert made in verify.products(campaign.papers, campaign) and verify.fault(made) == ""
    path.write_bytes(path.read_bytes().replace(b"content", b"Content"))
    assert "its content hash differs" in verify.fault(made)
    path.write_bytes(marked(b"content and end", path.suffix, {**record, "stage_digest": "0-" + "0" * 12}))
    assert "older version of its stage (0-000000000000" in verify.fault(made)
    path.write_bytes(b"content and end")
    assert "carries no mark" in verify.fault(made)


def test_another_specification_is_named(copy):
    record = read_provenance(the(MODULI))
    other = {**record, "specification": {**record["specification"], "block": 7}}
    write_table(the(MODULI), read_table(the(MODULI)), other)
    assert "not the one that its hash was taken of" in found()[str(the(MODULI))]


def test_repair_sets_aside_exactly_what_failed(copy):
    """The command names both files and ends with 1; with --repair they are gone, and the next run wants them back."""
    truncate(the(LIQUID))
    older(the(MODULI))
    bad = sorted([str(the(LIQUID)), str(the(MODULI))])
    before = {str(path) for path in Path("results").rglob("*") if path.is_file()}
    answer = CliRunner().invoke(app, ["verify"])
    assert answer.exit_code == 1 and all(path in answer.output for path in bad)
    assert "2 failed; with --repair they are set aside to results/.quarantine" in answer.output
    answer = CliRunner().invoke(app, ["verify", "--repair"])
    assert answer.exit_code == 0 and "2 failed; 2 set aside to results/.quarantine, and" in answer.output
    after = {str(path) for path in Path("results").rglob("*") if path.is_file()}
    aside = {path.replace("results/", "results/.quarantine/", 1) for path in bad}
    assert before - after == set(bad) and after - before == aside
    assert sorted(lost(Plan({"scale": "toy"}), ["pinching"])) == bad
    assert "10 files read, 0 failed" in CliRunner().invoke(app, ["verify"]).output


def test_a_product_without_a_record_is_kept_only_if_it_is_what_is_planned(copy):
    """Nothing here was recorded by Snakemake: all is kept but what an older stage made."""
    older(the(MODULI))
    kept, aside = adopt(Plan({"scale": "toy"}))
    assert len(kept) == 10 and aside == [str(next(Path("results/ensembles").glob("*")) / "00000" / Path(aside[0]).name)]


def test_products_from_the_future_are_dated_now_in_their_order(copy):
    """All to the same moment, and none that is of the present."""
    ahead = time.time() + 86400
    future = [the(LIQUID), the(GLASS)]
    for path in future:
        os.utime(path, (ahead, ahead))
    before = the(TABLE).stat().st_mtime
    assert sorted(settle_clock(Plan({"scale": "toy"}))) == sorted(map(str, future))
    assert the(LIQUID).stat().st_mtime == the(GLASS).stat().st_mtime <= time.time()
    assert the(TABLE).stat().st_mtime == before
