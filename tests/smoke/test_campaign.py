"""Whole campaigns through Snakemake: from nothing to the report, again after a kill, and from the archive."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from project import ROOT, Project, add_scale, assert_same

pytestmark = pytest.mark.end_to_end

CLAIM_COLUMNS = [
    "paper",
    "claim",
    "statement",
    "place",
    "published",
    "unit",
    "expected",
    "rival",
    "measured",
    "low",
    "high",
    "samples",
    "severity",
    "verdict",
    "scope",
    "cause",
]
FIGURES = {
    "pinching": (1, 2, 3, 4, 5, 6, "S1", "S2", "S3", "S4", "S5"),
    "solidity": (1, 2, 3, 4, 5, 12, "S1", "S7", "S8", *(f"S{number}" for number in range(15, 25))),
    "sticky": (*range(1, 19), *(f"S{number}" for number in range(1, 10))),
    "anharmonic": (*range(1, 16), *(f"S{number}" for number in range(1, 12))),
    "thesis2": ("1.12", *(f"2.{number}" for number in range(1, 5)), "S1", "S2", "S3", "S4"),
    "thesis3": ("1.20", *(f"3.{number}" for number in range(1, 10)), "S1", "S2"),
}
ARCHIVED = ("pinching", "solidity", "sticky", "anharmonic", "thesis2", "thesis3")
"""The papers that have archived tables."""
OF_A_FIGURE = {
    "claims.parquet",
    "figures/solidity/fig3.pdf",
    "figures/solidity/fig3.png",
    "report.html",
    "report/solidity.html",
    "report/solidity_tables.html",
    "unreproduced.html",
}
"""What is made anew where a figure of solidity is, the third."""
VERDICTS = {"reproduced", "consistent so far", "inconclusive", "contradicted", "out of reach"}

TINY = """\
scale: tiny
purpose: two ensembles of a few glasses
papers:
  pinching:
    parents-small:
      - {n: 400, temperatures: [1.3, 0.9], samples: 6}
"""
TABLES = [f"results/tiny/tables/pinching/{table}.parquet"
    for table in ("liquids", "equilibrium", "glasses", "moduli", "modes", "dipoles")]  # fmt: skip
MEASURED = ("--cores", "2", "--config", "scale=tiny", "--", *TABLES)
"""Runs a campaign of `TINY` up to what is measured."""


def check_products(results, papers=tuple(FIGURES)) -> None:
    """Every product that the campaign promises of papers by name is there and whole."""
    figures = {paper: FIGURES[paper] for paper in papers}
    for paper, numbers in figures.items():
        for number in numbers:
            assert (results / f"figures/{paper}/fig{number}.pdf").read_bytes().startswith(b"%PDF")
            assert (results / f"figures/{paper}/fig{number}.png").read_bytes().startswith(b"\x89PNG")
    claims = pd.read_parquet(results / "claims.parquet")
    assert list(claims.columns) == CLAIM_COLUMNS
    assert set(claims["verdict"]) <= VERDICTS and not claims.duplicated(["paper", "claim"]).any()
    assert (claims["scope"].str.len() > 0).all()
    index = (results / "report.html").read_text()
    for paper, numbers in figures.items():
        page, tables = ((results / f"report/{paper}{end}.html").read_text() for end in ("", "_tables"))
        pictures = len(numbers) + len(list((results / f"tables/{paper}").glob("*.png")))
        assert page.count("data:image/") == pictures and len(page.encode()) < 15e6
        assert {path.stem for path in results.glob(f"tables/{paper}/*.parquet")} <= set(
            re.findall(r'<section id="(\w+)">', tables)
        )
        assert f'href="report/{paper}.html"' in index and f'href="report/{paper}_tables.html"' in index
        assert not re.search(r"""(src|href)\s*=\s*["'](https?:)?//""", page + tables + index)


def test_every_column_of_every_table_is_defined(smoke):
    """With its unit, which words have none of."""
    paths = list((smoke.folder / "results").rglob("*.parquet"))
    assert {"claims", "summary", "liquids", "glasses"} <= {path.stem for path in paths} and len(paths) > 100
    lacking = {
        (path.stem, field.name)
        for path in paths
        for field in pq.read_schema(path)
        if not (field.metadata or {}).get(b"definition")
        or not (field.metadata.get(b"unit") or str(field.type) in ("string", "bool", "null") or field.name == "part")
    }
    assert lacking == set()


def test_smoke_makes_every_product_and_no_verdict(smoke):
    check_products(smoke.folder / "results/smoke")
    assert set(pd.read_parquet(smoke.folder / "results/smoke/claims.parquet")["verdict"]) == {"out of reach"}
    for page in ("report.html", "unreproduced.html", "report/pinching.html", "report/solidity.html"):
        assert "No verdicts: scale smoke promises no verdict" in (smoke.folder / "results/smoke" / page).read_text()


def test_every_glass_of_smoke_is_in_mechanical_equilibrium(smoke):
    found = smoke.tables_of("smoke")
    glasses = found["pinching/glasses"]
    assert (glasses["status"] == "ok").mean() > 0.95
    assert (glasses.loc[glasses["status"] == "ok", "residual"] < 1e-10).all()
    dipoles = found["pinching/dipoles"].query("status == 'ok'")
    assert ((dipoles["frequency"] / dipoles["frequency_check"] - 1).abs() < 1e-6).all()


def test_nothing_is_left_to_do_after_a_run(smoke):
    answer = smoke.snakemake("-n", "--config", "scale=smoke")
    assert "Nothing to be done" in answer.stdout + answer.stderr


def test_verification_reads_every_product_and_finds_nothing_wrong(smoke):
    command = [sys.executable, "-m", "glassworks.campaign.cli", "verify"]
    answer = subprocess.run(command, cwd=smoke.folder, capture_output=True, text=True, timeout=600)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    kinds = {".h5", ".parquet", ".pdf", ".png", ".html", ".csv"}
    made = [
        path for path in (smoke.folder / "results").rglob("*") if path.suffix in kinds and ".snakemake" not in str(path)
    ]
    assert answer.stdout == f"{len(made)} files read, 0 damaged, 0 stale\n"


def test_nothing_half_written_remains(smoke):
    assert not [path for path in smoke.folder.rglob("*.tmp") if ".snakemake" not in path.parts]


def test_a_killed_run_resumes_to_the_same_tables(smoke, tmp_path):
    """kill -9 of the driver and its workers in mid-run; then the same command again: what it has measured in the end is
    what `smoke` has measured, undisturbed, on the same ensembles.
    """
    project = Project(tmp_path)
    add_scale(project.folder, TINY)
    start_and_kill(project)
    answer = project.snakemake(*MEASURED, seconds=600)
    assert answer.returncode == 0, answer.stderr[-5000:]
    killed, undisturbed = project.tables_of("tiny"), smoke.tables_of("smoke")
    assert {name: len(rows["ensemble"].unique()) for name, rows in killed.items()} == dict.fromkeys(killed, 2)
    for name, rows in killed.items():
        of_smoke = undisturbed[name]
        undisturbed[name] = of_smoke[of_smoke["ensemble"].isin(rows["ensemble"])].reset_index(drop=True)
    assert_same(killed, {name: undisturbed[name] for name in killed})


def start_and_kill(project: Project) -> None:
    """Start the campaign, wait until liquids exist and glasses are being made, and kill every process of it."""
    driver = subprocess.Popen(
        ["snakemake", *MEASURED],
        cwd=project.folder, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 300
    while time.monotonic() < until and driver.poll() is None:
        if list(project.folder.glob("results/liquids/*/00000/liquids.parquet")):
            break
        time.sleep(0.1)
    assert driver.poll() is None, "the campaign ended before it could be killed"
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()


@pytest.mark.skipif(not list(ROOT.glob("results/archive/*/*.parquet")), reason="no archived tables in this checkout")
def test_the_archive_redraws_everything_and_simulates_nothing(tmp_path):
    project = Project(tmp_path)
    shutil.copytree(ROOT / "results/archive", project.folder / "results/archive")
    check_that_one_figure_keeps_no_other_from_being_drawn(project)
    check_products(project.folder / "results/from-archive", ARCHIVED)
    assert not (project.folder / "results/liquids").exists() and not (project.folder / "results/ensembles").exists()
    check_that_papers_are_apart(project)


BROKEN = """\
from glassworks import studies

def draw(paper, number, *more, known=studies.draw):
    if (paper["paper"], number) == ("solidity", "3"):
        raise ArithmeticError("nothing percolates")
    known(paper, number, *more)

studies.draw = draw
"""
"""Breaks one figure."""


def check_that_one_figure_keeps_no_other_from_being_drawn(project) -> None:
    """Where it fails there is no page, but all else; the next run makes what is missing."""
    redraw = ("figures", "--cores", "2", "--config", "tables=archive")
    start = "from glassworks.campaign.jobs.making"
    project.edit("scripts/results.py", start, f"{BROKEN}\n{start}")
    answer = project.snakemake(*redraw, "--retries", "0", seconds=900)
    said = answer.stdout + answer.stderr
    assert answer.returncode == 1 and "draw 3: ArithmeticError: nothing percolates" in said
    assert "backup" not in said and "Removing output files" not in said
    folder = project.folder / "results/from-archive"
    assert (folder / "report/pinching.html").exists() and not (folder / "report/solidity.html").exists()
    before = files(folder)
    assert {"figures/solidity/fig2.pdf", "figures/solidity/fig4.pdf", "tables/solidity/claims.parquet"} <= set(before)
    assert "figures/solidity/fig3.pdf" not in before
    project.edit("scripts/results.py", BROKEN, "")
    answer = project.snakemake(*redraw, seconds=900)
    assert answer.returncode == 0, answer.stderr[-5000:]
    after = files(folder)
    assert changed(before, after) == OF_A_FIGURE


def check_that_papers_are_apart(project) -> None:
    """The first paper was done first; what changes a caption and a figure of one makes that figure, its page and the
    index anew, and leaves all else alone."""
    pages = [project.folder / f"results/from-archive/report/{paper}.html" for paper in ARCHIVED]
    written = [page.stat().st_mtime for page in pages]
    assert written[0] == min(written)  # on two cores the third may overtake the second
    captions = project.folder / "workflow/report/solidity.yaml"
    captions.write_text(captions.read_text().replace("title: ", "title: Once more, ", 1))
    project.edit("config/papers/solidity.yaml", "title: Percolation of", "title: Once more the percolation of")
    before = files(project.folder / "results/from-archive")
    answer = project.snakemake("figures", "--cores", "2", "--config", "tables=archive", seconds=900)
    assert answer.returncode == 0, answer.stderr[-5000:]
    rules = re.findall(r"^(?:local)?rule (\w+):", answer.stdout + answer.stderr, re.MULTILINE)
    assert rules == ["results_solidity", "report", "figures"]
    after = files(project.folder / "results/from-archive")
    assert set(before) == set(after) and changed(before, after) == OF_A_FIGURE


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """The files that are new, or written anew, of what :func:`files` found at two times."""
    return {path for path, written in after.items() if before.get(path) != written}


def files(folder: Path) -> dict[str, int]:
    """The files below a folder and what tells that one was written anew: each is, under a name of its own."""
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*.*")}


def test_energies_of_glasses_lie_below_those_of_their_liquids(smoke):
    """Both are per particle: a quench takes out about the harmonic (d/2) k_B T, and nothing raises the energy."""
    found = smoke.tables_of("smoke")
    glasses, liquids = found["pinching/glasses"], found["pinching/liquids"]
    pair = glasses.query("protocol == 'swap'").merge(liquids, on=["group", "ensemble", "sample"])
    lost = (pair["energy_y"] - pair["energy_x"]) / pair["temperature_x"]
    assert len(lost) > 20 and ((0.2 < lost) & (lost < 3.0)).all()
