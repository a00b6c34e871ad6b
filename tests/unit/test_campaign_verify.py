"""Verification finds what a disk, an edit or a mistake did to a product, names it, and finds nothing else."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure
from project import ROOT, TOY, add_scale, keep_apart
from typer.testing import CliRunner

from glassworks.campaign.checked import numbers, verify
from glassworks.campaign.checked.found import products
from glassworks.campaign.checked.repair import clear_abandoned
from glassworks.campaign.cli import app
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.evidence import evidence
from glassworks.campaign.jobs.gather import gather_table
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.jobs.quench import quench
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products import contents, sums
from glassworks.campaign.products.columns import KEYS, columns_of
from glassworks.campaign.products.contents import seal_frames
from glassworks.campaign.products.marks import marked
from glassworks.campaign.products.sums import LIST, LOCK
from glassworks.campaign.products.tables import read_provenance, read_table, table_name, write_table
from glassworks.campaign.running.adoption import adopt, lost, settle_clock
from glassworks.claims.judging import COLUMNS as CLAIMS

LIQUID, GLASS = "results/liquids/*/00001/liquid.h5", "results/ensembles/*/00001/glass.h5"
TABLE, MODULI = "results/ensembles/*/00001/glasses.parquet", "results/ensembles/*/00000/moduli-*.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A small campaign whose every job has run."""
    folder = tmp_path_factory.mktemp("made")
    for part in ("config", "workflow/report"):
        shutil.copytree(ROOT / part, folder / part)
    add_scale(folder, TOY.replace("samples: 2", "samples: 4"))
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
                {"equilibrate": prepare, "quench": quench}[stage](job, thing, block)
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
    paths = products(["pinching"], load_campaign({"scale": "toy"}))
    assert len(paths) == 4 + 1 + 4 + 2 + 1
    return {path: said for path in paths if (said := fault(path))}


def fault(path: str | Path) -> str:
    return verify.finding(str(path)).said


ARCHIVED = sorted((ROOT / "results/archive").glob("*/*.parquet"))


@pytest.mark.skipif(not ARCHIVED, reason="no archived tables in this checkout")
def test_nothing_is_wrong_with_the_tables_that_ship(monkeypatch):
    """Tables that join dimensions, whose coordinates and components end where space does; of single precision."""
    monkeypatch.chdir(ROOT)
    found = {name: verify.finding(name).said for name in (str(path.relative_to(ROOT)) for path in ARCHIVED)}
    assert {name: said for name, said in found.items() if said} == {}


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
    """Without a list, each of forty flips over the file is either found or changes nothing that a reader gets."""
    path = the(pattern)
    (path.parent / LIST).unlink()
    whole = path.read_bytes()
    read = values(path)
    caught = 0
    for place in np.random.default_rng(1).choice(8 * len(whole), 40, replace=False):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        if fault(path):
            caught += 1
        else:
            assert values(path) == read, f"bit {place}"
    assert caught > 20


def values(path: Path) -> str:
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
    write_table(path, change(read_table(path)), read_provenance(path), columns_of(table_name(path)) | CLAIMS)


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
    columns = columns_of(table_name(path)) | columns_of("moduli")
    write_table(path, rows, {**record, "stage_digest": "0-" + "0" * 12}, columns)


def test_an_older_stage_version_is_named(copy):
    older(the(MODULI))
    assert "older version of its stage (0-000000000000" in found()[str(the(MODULI))]


def test_what_is_not_planned_any_more_is_stale(copy):
    """A table of parameters that somebody has changed since is as whole as it was."""
    other = the(MODULI).with_name("moduli-000000.parquet")
    write_table(other, read_table(the(MODULI)), read_provenance(the(MODULI)))
    assert verify.finding(str(other))[1:3] == (
        "stale",
        "is not planned any more: no group measures this with these parameters",
    )


def test_a_raw_table_of_the_archive_may_be_older(copy):
    gathered, archived = (Path(f"results/{where}/tables/pinching/moduli.parquet") for where in ("toy", "from-archive"))
    older(gathered)
    archived.parent.mkdir(parents=True)
    shutil.copy(gathered, archived)
    assert "older version of its stage" in fault(gathered) and fault(archived) == ""


def test_the_archive_is_read_and_left_where_it_is(copy):
    """No run makes an archived table again, so it stays, and the command says how to get it back."""
    path = Path("results/archive/pinching/moduli.parquet")
    path.parent.mkdir(parents=True)
    rows = read_table(Path("results/toy/tables/pinching/moduli.parquet"))
    narrow = dict.fromkeys(rows.select_dtypes("float64").columns.difference(KEYS), "float32")
    write_table(path, rows.astype(narrow), read_provenance(Path("results/toy/tables/pinching/moduli.parquet")))
    assert "13 files read, 0 damaged, 0 stale" in CliRunner().invoke(app, ["verify"]).output
    rewrite(path, lambda rows: rows.assign(shear=np.float32(np.nan)))
    answer = CliRunner().invoke(app, ["verify", "--repair"])
    assert answer.exit_code == 1 and path.is_file(), answer.output
    assert f"{path}: shear: not a finite number in a row whose status is ok; restore it" in answer.output


def test_verdicts_of_all_papers_are_those_of_each(copy):
    """Rewritten with a good hash, the joint table differs from the paper's own."""
    paper, joint = Path("results/toy/tables/pinching/claims.parquet"), Path("results/toy/claims.parquet")
    rows = pd.DataFrame({"paper": "pinching", "claim": ["one", "two"], "verdict": ["reproduced", "inconclusive"]})
    for path, stage in ((paper, "judge"), (joint, "report")):
        write_table(path, rows, Job(stage, kind="pinching", scale="toy").provenance({}), CLAIMS)
    assert fault(paper) == fault(joint) == ""
    rewrite(joint, lambda rows: rows.assign(verdict="reproduced"))
    assert fault(joint) == f"does not hold the verdicts of {paper}"


def test_verdicts_of_an_older_version_are_whole_beside_newer_ones(copy):
    """One paper was judged before claims had a severity, the other since."""
    old = pd.DataFrame({"paper": "pinching", "claim": ["one"], "samples": [3], "verdict": ["reproduced"]})
    new = old.assign(paper="solidity", severity=0.9)
    tables, joint = Path("results/toy/tables"), Path("results/toy/claims.parquet")
    for rows in (old, new):
        write_table(
            tables / rows["paper"][0] / "claims.parquet",
            rows,
            Job("judge", kind=rows["paper"][0], scale="toy").provenance({}),
            CLAIMS,
        )
    write_table(joint, pd.concat([old, new], ignore_index=True), Job("report", scale="toy").provenance({}), CLAIMS)
    assert fault(joint) == ""
    rewrite(joint, lambda rows: rows.assign(samples=[4, 3]))
    assert fault(joint) == f"does not hold the verdicts of {tables}/pinching/claims.parquet"


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("figures/pinching/fig1.png", "draw"),
        ("report.html", "report"),
        ("unreproduced.html", "report"),
        ("report/pinching.html", "page"),
        ("report/pinching_tables.html", "page"),
    ],
)
def test_figures_and_pages_are_read(copy, name, stage):
    path = Path("results/toy") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    record = Job(stage, kind="pinching 1" if stage == "draw" else None, scale="toy").provenance({})
    path.write_bytes(marked(b"content and end", path.suffix, record))
    made, campaign = str(path), load_campaign({"scale": "toy"})
    assert made in products(campaign.papers, campaign) and fault(made) == ""
    path.write_bytes(path.read_bytes().replace(b"content", b"Content"))
    assert "its content hash differs" in fault(made)
    path.write_bytes(marked(b"content and end", path.suffix, {**record, "stage_digest": "0-" + "0" * 12}))
    assert "older version of its stage (0-000000000000" in fault(made)
    path.write_bytes(b"content and end")
    assert "carries no mark" in fault(made)


def test_another_specification_is_named(copy):
    record = read_provenance(the(MODULI))
    other = {**record, "specification": {**record["specification"], "block": 7}}
    write_table(the(MODULI), read_table(the(MODULI)), other)
    assert "not the one that its hash was taken of" in found()[str(the(MODULI))]


def test_repair_sets_aside_exactly_what_is_damaged(copy):
    """The command names and counts damaged and stale files apart and ends with 1; with --repair the damaged one is gone
    and the next run wants it back, while the stale one stays for the next run to find."""
    truncate(the(LIQUID))
    older(the(MODULI))
    bad, old = str(the(LIQUID)), str(the(MODULI))
    before = {str(path) for path in Path("results").rglob("*") if path.is_file()}
    answer = verified()
    assert answer.exit_code == 1 and f"{bad}: cannot be read" in answer.output
    assert f"{old}: stale: was made by an older version of its stage" in answer.output
    assert "1 damaged, 1 stale; with --repair 1 are set aside to results/.quarantine" in answer.output
    answer = verified("--repair")
    assert answer.exit_code == 0 and "1 damaged, 1 stale; 1 set aside to results/.quarantine, and" in answer.output
    after = {str(path) for path in Path("results").rglob("*") if path.is_file()}
    assert before - after == {bad} and after - before == {bad.replace("results/", "results/.quarantine/", 1)}
    assert lost(Plan({"scale": "toy"}), ["pinching"]) == [bad]
    answer = verified()
    assert answer.exit_code == 0 and "11 files read, 0 damaged, 1 stale" in answer.output


def test_a_second_paper_sets_aside_no_figure_of_the_first(copy, monkeypatch):
    """Neither its declarations, nor where its code changes what draws the other's: that is stale, and stays."""
    drawn = [Path(f"results/toy/figures/pinching/fig1.{suffix}") for suffix in ("pdf", "png")]
    drawn[0].parent.mkdir(parents=True)
    record = Job("draw", kind="pinching 1", scale="toy").provenance({})
    for path in drawn:
        path.write_bytes(marked(b"content and end", path.suffix, record))
    text = Path("config/papers/pinching.yaml").read_text().replace("paper: pinching", "paper: second")
    lines = "scales:\n  toy:\n    reference-3d:\n      - {n: 400, samples: 4}\n"
    Path("config/papers/second.yaml").write_text(text.replace("\nscales:\n", f"\n{lines}"))
    main = Path("config/config.yaml")
    main.write_text(main.read_text().replace("[pinching]", "[pinching, second]"))
    assert list(load_campaign({"scale": "toy"}).papers) == ["pinching", "second"]
    answer = verified("--repair")
    assert answer.exit_code == 0 and "14 files read, 0 damaged, 0 stale" in answer.output
    now = verify.stage_digest
    monkeypatch.setattr(verify, "stage_digest", lambda stage, *kind: "9-0" if stage == "draw" else now(stage, *kind))
    answer = verified("--repair")
    assert answer.exit_code == 0 and "14 files read, 0 damaged, 2 stale; the next run makes anew" in answer.output
    assert all(path.is_file() for path in drawn) and not Path("results/.quarantine").exists()


def verified(*options: str):
    return CliRunner().invoke(app, ["verify", *options])


@pytest.mark.parametrize("change", [
    lambda record: {**record, "stage_digest": "0-" + "0" * 12},
    lambda record: specified(record, samples=record["specification"]["samples"] + 2),
], ids=["other code", "another specification"])  # fmt: skip
def test_a_file_put_back_from_elsewhere_is_stale_and_set_aside(copy, change):
    """It is whole and says what it was made from, but it is not what was written here: the workflow, by its own
    records, would keep it."""
    path = the(MODULI)
    write_table("elsewhere/moduli.parquet", read_table(path), change(read_provenance(path)))
    os.replace("elsewhere/moduli.parquet", path)
    answer = verified()
    assert answer.exit_code == 1 and f"{path}: stale: was made " in answer.output
    assert "0 damaged, 1 stale; with --repair 1 are set aside" in answer.output
    assert verified("--repair").exit_code == 0 and not path.exists()


def specified(record: dict, **change) -> dict:
    """A provenance that tells of another specification."""
    specification = {**record["specification"], **change}
    return {**record, "specification": specification, "specification_hash": digest(specification)}


def test_a_change_that_no_reader_sees_is_found(copy):
    """HDF5 keeps bytes that belong to nothing; so do the pages that a reader skips."""
    path = the(GLASS)
    with path.open("ab") as file:
        file.write(b"\0")
    assert contents.read_hash(path)[0] == contents.read_hash(path)[1]
    assert fault(path) == "is not the file that was written: its bytes are not those on SHA256SUMS"


def test_an_older_run_has_no_lists_and_gets_them(copy):
    """Products without an entry are read by their content; those that are whole are put on the list."""
    lists = sorted(Path("results").rglob(LIST))
    for path in lists:
        path.unlink()
    seal_again(the(GLASS), "creator", "another")
    assert found() == {}
    answer = verified("--repair")
    assert answer.exit_code == 0 and f"{lists[0]}: is not there" in answer.output
    assert sorted(Path("results").rglob(LIST)) == lists
    assert verified().output == "12 files read, 0 damaged, 0 stale\n"
    seal_again(the(GLASS), "creator", "a third")
    assert [*found()] == [str(the(GLASS))]


def seal_again(path: Path, attribute: str, value: str) -> None:
    """Changes an HDF5 file, and its content hash with it."""
    with h5py.File(path, "r+") as file:
        file.attrs[attribute] = value
    seal_frames(path)


def test_a_damaged_list_is_named_and_its_products_stay(copy):
    path = the(GLASS).parent / LIST
    path.write_bytes(path.read_bytes().replace(b"glass.h5", b"glasz.h5"))
    assert found() == {}
    answer = verified()
    assert answer.exit_code == 1 and f"{path}: is damaged: it is not as it was written" in answer.output
    assert "12 files read, 0 damaged, 0 stale" in answer.output
    assert verified("--repair").exit_code == 0 and the(GLASS).is_file()
    assert verified().output == "12 files read, 0 damaged, 0 stale\n"


def test_a_product_that_is_not_on_the_list_is_named(copy):
    path = the(GLASS)
    sums.write_list(
        path.parent, {name: each for name, each in sums.read_list(path.parent).items() if name != path.name}
    )
    answer = verified()
    assert answer.exit_code == 0 and f"{path}: is not on {LIST} and was read by its content" in answer.output
    verified("--repair")
    assert verified().output == "12 files read, 0 damaged, 0 stale\n"


def test_whoever_lies_is_named_and_not_who_is_contradicted(copy):
    """Two blocks exchange their tables of glasses: the glasses themselves are as they were."""
    first, second = sorted(Path().glob("results/ensembles/*/*/glasses.parquet"))
    exchange(first, second)
    assert [*found()] == [str(first), str(second)]


def exchange(first: Path, second: Path) -> None:
    os.replace(first, "between")
    os.replace(second, first)
    os.replace("between", second)


def test_linked_folders_and_files_are_read(copy):
    """A block and an ensemble on another disk, a linked file, and a link back to where it comes from."""
    block, liquids = the(GLASS).parent, the(LIQUID).parent.parent
    for place in (block, liquids, the(TABLE)):
        elsewhere = Path("elsewhere") / place.name
        elsewhere.parent.mkdir(exist_ok=True)
        shutil.move(place, elsewhere)
        place.symlink_to(elsewhere.resolve())
    (liquids / "00000/again").symlink_to(Path("results").resolve())
    assert found() == {}
    truncate(the(GLASS))
    assert [*found()] == [str(the(GLASS))]


def test_repair_sets_aside_across_disks(copy, tmp_path, monkeypatch):
    """Glasses that are on another disk than the quarantine."""
    scratch = tmp_path / "scratch"
    shutil.move("results/ensembles", scratch)
    Path("results/ensembles").symlink_to(scratch)
    keep_apart(monkeypatch, scratch)
    path = the(GLASS)
    truncate(path)
    damaged = path.read_bytes()
    answer = verified("--repair")
    assert answer.exit_code == 0 and "1 set aside to results/.quarantine" in answer.output
    assert not path.exists() and (Path("results/.quarantine") / path.relative_to("results")).read_bytes() == damaged


def test_what_cannot_be_reached_is_named_and_left(copy, monkeypatch):
    """A folder that may not be read and a link to a disk that is not there are neither passed over nor moved."""
    block, file = the(GLASS).parent, the(LIQUID)
    file.unlink()
    file.symlink_to("/nowhere/liquid.h5")
    plain = os.scandir

    def scandir(path):
        if Path(path) == block:
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path)

    monkeypatch.setattr(os, "scandir", scandir)
    answer = verified("--repair")
    assert answer.exit_code == 1 and "0 damaged, 0 stale, 2 unread" in answer.output
    assert f"{block}: cannot be read" in answer.output and f"{file}: cannot be read" in answer.output
    assert block.is_dir() and file.is_symlink()


def test_what_was_restored_is_the_archives(copy):
    """Tables that the workflow copied from the archive are on the archive's list."""
    archived, restored = (
        Path(f"results/{where}/pinching/moduli.parquet") for where in ("archive", "from-archive/tables")
    )
    gathered = Path("results/toy/tables/pinching/moduli.parquet")
    write_table(archived, read_table(gathered), read_provenance(gathered))
    restored.parent.mkdir(parents=True)
    shutil.copy(archived, restored)
    assert verify.finding(str(restored)).listed and fault(restored) == ""
    write_table(archived, read_table(archived).iloc[::-1], read_provenance(archived))
    assert fault(restored) == "is not the table that is now in results/archive"
    truncate(restored)
    assert verify.finding(str(restored)).condition == "damaged"


def test_what_kills_its_reader_is_named(monkeypatch, tmp_path):
    """A file that makes a library crash ends one process of many, and the others are read all the same."""
    monkeypatch.setattr(verify, "_check", crash)
    paths = [tmp_path / f"{number}.parquet" for number in range(9)]
    for path in paths:
        path.write_bytes(b"x")
    seen = list(verify.findings([str(path) for path in paths], 2))
    assert [each.path for each in seen] == [str(path) for path in paths]
    assert [each.path for each in seen if each.said] == [str(paths[4])]


def crash(path: Path) -> None:
    if path.stem == "4":
        os.kill(os.getpid(), signal.SIGKILL)


def test_leftovers_of_killed_jobs_are_cleared(copy):
    left = [the(GLASS).with_name(".glass.abcdefgh.h5.tmp"), Path("results/.checkpoints/.a.abcdefgh.pickle.tmp")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert verified().exit_code == 0 and all(path.exists() for path in left)
    assert verified("--repair").exit_code == 0 and not any(path.exists() for path in left)


def test_leftovers_behind_links_are_cleared(tmp_path, monkeypatch):
    """A block and a paper's figures on another disk, and a link back to where it comes from."""
    monkeypatch.chdir(tmp_path)
    liquids, figures = Path("results/liquids/one"), Path("results/toy/figures/pinching")
    for place in (liquids, figures):
        elsewhere = tmp_path / "elsewhere" / place.name
        elsewhere.mkdir(parents=True)
        place.parent.mkdir(parents=True)
        place.symlink_to(elsewhere)
    (liquids / "again").symlink_to(tmp_path / "results")
    left = [liquids / ".liquid.abcdefgh.h5.tmp", liquids / LOCK, figures / ".draw-abcdefgh/fig1.png"]
    whole = [liquids / "liquid.h5", figures / "fig1.png"]
    left[-1].parent.mkdir()
    for path in (*left, *whole):
        path.touch()
    clear_abandoned()
    assert not any(path.exists() for path in (*left, left[-1].parent)) and all(path.exists() for path in whole)


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


def test_an_edit_of_the_analysis_costs_no_figure(copy):
    """After it every derived table, figure and page is of older code; the one that is damaged is told from them."""
    folder = Path("results/toy")
    results(folder / "tables/pinching")
    older(folder / "tables/pinching/units.parquet")
    record = {**Job("draw", scale="toy").provenance({}), "stage_digest": "0-" + "0" * 12}
    for name in ("figures/pinching/fig1.pdf", "figures/pinching/fig1.png", "report.html", "report/pinching.html"):
        path = folder / name
        with sums.product(path) as temporary:
            temporary.write_bytes(marked(b"content and end", path.suffix, record))
    truncate(folder / "figures/pinching/fig2.png")
    before = set(folder.rglob("*.*"))
    answer = verified("--repair")
    assert answer.exit_code == 0 and "1 damaged, 5 stale; 1 set aside" in answer.output
    assert before - set(folder.rglob("*.*")) == {folder / "figures/pinching/fig2.png"}


def test_coordinates_are_those_of_the_dimension():
    """A gathered table of soft spots joins glasses in two and in three dimensions."""
    rows = pd.DataFrame({"dimension": [2, 3], "x": [1.0, 2.0], "z": [np.nan, 3.0], "core": [1.0, np.nan]})
    assert numbers._where_it_is(rows, "z").tolist() == [3.0]
    assert numbers._where_it_is(rows, "x").tolist() == [1.0, 2.0] and numbers._where_it_is(rows, "core").isna().any()
    assert numbers._where_it_is(rows.drop(columns="dimension"), "z").isna().any()


@pytest.mark.parametrize("table", ["modes", "dipoles", "glasses"])
def test_the_committed_archive_is_whole(monkeypatch, table):
    """Whatever has been measured beside since."""
    monkeypatch.chdir(ROOT)
    found = verify.finding(f"results/archive/pinching/{table}.parquet")
    assert (found.condition, found.said, found.listed) == (verify.WHOLE, "", True)


@pytest.mark.parametrize("command", ["verify", "archive"])
def test_a_paper_outside_the_results_is_refused(copy, command):
    before = set(copy.parent.rglob("*"))
    answer = CliRunner().invoke(app, [command, "../../outside"])
    assert answer.exit_code == 1 and "../../outside: unknown paper" in answer.output
    assert set(copy.parent.rglob("*")) == before


# ---- damage at random places


PAGES = ("pinching", "pinching_tables")


def results(folder: Path) -> None:
    """Products of every other kind, by their own writers: a derived table, verdicts, a figure, pages, the archive and a
    table restored from it."""
    rows, record = (read(folder / "moduli.parquet") for read in (read_table, read_provenance))
    judged = pd.DataFrame({"paper": "pinching", "claim": ["one", "two"], "verdict": ["reproduced", "inconclusive"]})
    kinds = {"analyse": "pinching", "judge": "pinching", "page": None, "report": None}
    made = {stage: Job(stage, kind=kind, scale="toy").provenance({}) for stage, kind in kinds.items()}
    write_table(folder / "units.parquet", rows[["n", "shear"]], made["analyse"], columns_of("moduli"))
    write_table(folder / "lengths.parquet", rows[["n", "bulk"]], made["analyse"], columns_of("moduli"))
    write_table(folder / "claims.parquet", judged, made["judge"], CLAIMS)
    write_table("results/toy/claims.parquet", judged, made["report"], CLAIMS)
    write_table("results/archive/pinching/moduli.parquet", rows, record)
    restored = Path("results/from-archive/tables/pinching/moduli.parquet")
    restored.parent.mkdir(parents=True)
    shutil.copy("results/archive/pinching/moduli.parquet", restored)
    figure = Figure()
    figure.subplots().plot(rows["shear"])
    for number in (1, 2):
        record = Job("draw", kind=f"pinching {number}", scale="toy").provenance({})
        for suffix in (".pdf", ".png"):
            with sums.product(f"results/toy/figures/pinching/fig{number}{suffix}") as path:
                figure.savefig(path, format=suffix[1:], metadata={"Title": f"{number}"})
                path.write_bytes(marked(path.read_bytes(), suffix, record))
    for name, stage in (("report.html", "report"), *((f"report/{each}.html", "page") for each in PAGES)):
        with sums.product(f"results/toy/{name}") as path:
            path.write_bytes(marked(f"<p>{name}</p>".encode() * 100, ".html", made[stage]))


def bit(content: bytearray, place: int, _: np.random.Generator) -> None:
    content[place] ^= 1 << place % 8


def byte(content: bytearray, place: int, rng: np.random.Generator) -> None:
    content[place] ^= int(rng.integers(1, 256))


def cut(content: bytearray, place: int, _: np.random.Generator) -> None:
    del content[place:]


def page(content: bytearray, place: int, _: np.random.Generator) -> None:
    start = place // 4096 * 4096
    content[start : start + 4096] = bytes(len(content[start : start + 4096]))


def damage(paths: list[Path], rng: np.random.Generator) -> dict[Path, bytes]:
    """Damages one product at a random place, or exchanges two of a kind; returns what they held."""
    harm = rng.choice([bit, byte, cut, page, None])
    first = paths[rng.integers(len(paths))]
    if harm is None:
        others = [path for path in paths if path.suffix == first.suffix and path.read_bytes() != first.read_bytes()]
        if others:
            second = others[rng.integers(len(others))]
            before = {path: path.read_bytes() for path in (first, second)}
            exchange(first, second)
            return before
        harm = bit
    whole = first.read_bytes()
    content = bytearray(whole)
    while content == whole:
        harm(content, int(rng.integers(len(whole))), rng)
    first.write_bytes(content)
    return {first: whole}


def test_every_damage_at_a_random_place_is_named(copy, pytestconfig):
    """A bit, a byte, an end, a page of zeros, or two products exchanged; and nothing whole is named with them."""
    results(Path("results/toy/tables/pinching"))
    campaign = load_campaign({"scale": "toy"})
    paths = [Path(path) for path in products(campaign.papers, campaign)]
    assert {fault(path) for path in paths} == {""} and len(paths) == 12 + 13
    rng, missed = np.random.default_rng(14), []
    for number in range(pytestconfig.getoption("--damages")):
        before = damage(paths, rng)
        near = {path for path in paths if path.parent in {each.parent for each in before}}
        named = {path for path in near if fault(path)}
        if named != set(before):
            missed.append((number, before.keys() ^ named))
        for path, content in before.items():
            path.write_bytes(content)
    assert not missed
