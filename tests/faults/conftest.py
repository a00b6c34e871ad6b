"""What the tests of faults share: the undisturbed tables, and the table of what was seen and lost."""

import contextlib
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from forks import Forks
from project import CHAIN, ROOT, Project, Toy

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.planned.simulation import SIMULATION

HEAD = """\
# Faults

What happens when something goes wrong, as the tests of `tests/faults` saw it. Each breaks a small campaign on purpose,
goes on with the same command, and compares the final tables with those of an undisturbed run, bit for bit; where the
calls of one job fail one after the other (n = 1, 2, 3, …), its products. Rows are written by
`uv run --group dev pytest -m faults --table=docs/faults.md`.

A fault is real where the machine itself made it, and played where the test's own hand did, or a shim under the
program's file calls (`tests/faults/shim.c`). What was lost are jobs that had to begin again, because they were cut off
or failed, or because what they had made was set aside. A quench keeps no checkpoints; a chain of liquids does: there
the test counts its steps.

| fault | where | real or played | what the user saw | what was lost |
|---|---|---|---|---|
"""


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory) -> Toy:
    """A campaign that nothing happened to."""
    toy = Toy(tmp_path_factory.mktemp("undisturbed"))
    toy.run()
    return toy


@pytest.fixture
def liquid(undisturbed, tmp_path) -> Toy:
    """A campaign that has made its liquid; what is asked for is a block of glasses."""
    [glasses] = undisturbed.folder.glob("results/ensembles/*/00000/glasses.parquet")
    toy = undisturbed.copy(tmp_path / "toy", "results/ensembles", "results/toy")
    toy.paths = [str(glasses.relative_to(undisturbed.folder))]
    return toy


@pytest.fixture(scope="session")
def whole_chain(tmp_path_factory) -> Toy:
    """One chain of liquids that nothing happened to."""
    toy = Toy(tmp_path_factory.mktemp("chain"), ("liquids",), CHAIN)
    toy.run()
    return toy


@pytest.fixture
def chain(whole_chain, tmp_path, monkeypatch) -> Toy:
    """A campaign that has nothing but compiled kernels, whose chain keeps its state whenever it can and waits in its
    middle.
    """
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "0")
    toy = whole_chain.copy(tmp_path / "toy", "results/liquids", "results/toy", "at-chain")
    toy.pause("chain")
    return toy


@pytest.fixture
def finished(undisturbed, tmp_path) -> Toy:
    """A campaign that has made everything, to damage."""
    return undisturbed.copy(tmp_path / "toy")


@pytest.fixture
def survived(request, tell):
    """survived(toy, fault, where, said, saw): the final tables are those of the undisturbed run; the table gets a row.

    `played` says how a fault was played; without it, it was real.

    `saw` is a pattern that what the user saw (`said`) must hold; the row tells the words that match. `jobs` begin once
    without any fault, `again` are those that were begun again because of it, and nothing else may have been; where
    nothing is told, these are the quench, or the chain of liquids. `reference` is the undisturbed run,
    where it is none of those above.
    """

    def check(
        toy: Toy,
        fault: str,
        where: str,
        said: str,
        saw: str,
        jobs: tuple[str, ...] | None = None,
        again: tuple[str, ...] | None = None,
        reference: Toy | None = None,
        played: str = "",
    ) -> None:
        in_chain = toy.paths == Toy.tables_called("liquids")
        reference = reference or request.getfixturevalue("whole_chain" if in_chain else "undisturbed")
        if jobs is None:
            jobs = ("prepare", "gather") if in_chain else ("quench",)
        if again is None:
            again = jobs[:1]
        assert toy.began() == Counter(jobs) + Counter(again)
        if toy.paths != reference.paths:  # what the fault was far from has still to be made
            assert toy.tables() == reference.tables(toy.paths)
            toy.paths = reference.paths
            toy.run()
        assert toy.tables() == reference.tables()
        found = Counter(again).items()
        lost = ", ".join(f"{stage} begun again ({count})" for stage, count in found) or "nothing"
        if in_chain:
            assert toy.offers().total() == reference.offers().total()  # nothing was computed twice
            lost = "nothing: " + ", ".join(f"{stage} went on from its checkpoint ({count})" for stage, count in found)
        tell(fault, where, played, words(said, saw, toy.folder), lost)

    return check


def words(said: str, saw: str, folder: Path) -> str:
    """What of a text matches a pattern, without numbers and places that differ from run to run."""
    seen = re.search(saw, said)
    assert seen, f"{saw!r} is not in\n{said[-4000:]}"
    return re.sub(r"((?:process|job|-INT) '?)\d+", r"\1<number>", seen[0].replace(str(folder), "").strip())


@pytest.fixture
def tell(request):
    """tell(fault, where, played, saw, lost): the table gets a row; `played` is empty where the fault was real."""

    def row(fault: str, where: str, played: str, saw: str, lost: str) -> None:
        if path := request.config.getoption("--table"):
            write(ROOT / path, [fault, where, f"played: {played}" if played else "real", saw, lost])

    return row


def write(path: Path, row: list[str]) -> None:
    """Puts a row into the table; that of the same fault and place makes room."""
    rows = {}
    for line in path.read_text().splitlines() if path.is_file() else []:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == len(row) and cells[0] != "fault":
            rows[cells[0], cells[1]] = cells
    rows[row[0], row[1]] = [re.sub(r"\s+", " ", cell.replace("|", "/")) for cell in row]
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in sorted(rows.values())))


# ---- a shim under the file calls


@pytest.fixture(scope="session")
def shim(tmp_path_factory) -> Path:
    """The compiled shim."""
    if not shutil.which("cc"):
        pytest.skip("no C compiler (cc) to build the shim with")
    made = tmp_path_factory.mktemp("shim") / "shim.so"
    source = Path(__file__).with_name("shim.c")
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", made, source, "-ldl", "-lpthread"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return made


@pytest.fixture(scope="session")
def broad(tmp_path_factory) -> Project:
    """A campaign in which each kind of job has run at least once; `commands` holds one of each, by stage, with all that
    it makes (of a paper's results a step), and what a person types besides.
    """
    project = Project(tmp_path_factory.mktemp("broad"))
    with contextlib.chdir(project.folder):
        plan = Plan({"scale": "smoke", "papers": "pinching,solidity"})
    jobs: dict[str, tuple] = {}
    for job in sorted(plan.jobs(), key=lambda job: plan.costs.seconds(job[0], job[1], job[3])):
        jobs.setdefault(job[0], job)
    seldom = [path for stage in ("step", "relax", "observe") for path in job_products(*jobs[stage])]
    for papers, wanted in (("pinching", ()), ("pinching,solidity", seldom)):
        answer = project.snakemake(
            "--cores", "2", "--config", "scale=smoke", f"papers={papers}", "--", *wanted, seconds=1800
        )
        assert answer.returncode == 0, answer.stderr[-5000:]
    results = ("results", "pinching")
    project.commands = {stage: command(*job) for stage, job in jobs.items()} | {
        stage: ([f"scripts/{script}.py", *words, "--scale", "smoke"], [f"results/smoke/{path}" for path in made])
        for stage, (script, *words), made in (
            ("gather", ("gather", "pinching", "glasses"), ("tables/pinching/glasses.parquet",)),
            ("analyse", results, ("tables/pinching/summary.parquet",)),
            ("draw", results, ("figures/pinching/fig2.pdf", "figures/pinching/fig2.png")),
            ("judge", results, ("tables/pinching/claims.parquet",)),
            ("page", results, ("report/pinching.html", "report/pinching_tables.html")),
            ("report", ("report",), ("claims.parquet", "report.html", "unreproduced.html")),
        )
    }
    project.commands |= {
        "calibrate": typed(project, "calibrate", "pinching", "--parts", "2", made="results/smoke/calibration.parquet"),
        "archive": typed(project, "archive", "pinching", made="results/archive/pinching/*.parquet"),
        "pack": typed(project, "pack", "taken", made="taken/**/*.[hp]*"),
    }
    restored = [
        path.replace("results/archive", "results/from-archive/tables") for path in project.commands["archive"][1]
    ]
    project.commands["restore"] = (["scripts/results.py", "pinching", "--tables", "archive"], restored)
    return project


def typed(project: Project, *words: str, made: str) -> tuple[list[str], list[str]]:
    """The command `glassworks` with some words, when it has run once, and the files that it made, by their pattern."""
    command = [str(Path(sys.executable).with_name("glassworks")), *words, "--scale", "smoke"]
    answer = subprocess.run(command, cwd=project.folder, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr[-3000:]
    return command, sorted(str(path.relative_to(project.folder)) for path in project.folder.glob(made))


def command(stage: str, made, block: int, observable: str) -> tuple[list[str], list[str]]:
    """The command of a simulation job, and what it makes."""
    words = [f"scripts/{SIMULATION[stage].called}.py", made.id, *([] if stage == "evidence" else [str(block)])]
    return [*words, *([made.measured(observable)] if observable else [])], job_products(stage, made, block, observable)


@pytest.fixture(scope="module")
def forks(broad, shim):
    """Jobs of that campaign that keep their state whenever they can."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "0")
        made = Forks(broad.folder, shim)
        yield made
        made.close()
